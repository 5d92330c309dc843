//! CreateAcls, API key 30: creates ACLs.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    CreateAclsRequest: Request 30 [1 - 3] flexible [2+];
    CreateAclsRequest {
        creations: Vec<AclCreation> [0+];
    }
    AclCreation {
        resource_type: i8 [0+];
        resource_name: String [0+];
        resource_pattern_type: i8 [1+] = 3;
        principal: String [0+];
        host: String [0+];
        operation: i8 [0+];
        permission_type: i8 [0+];
    }
}

message! {
    /// The response.
    CreateAclsResponse: Response 30 [1 - 3] flexible [2+];
    CreateAclsResponse {
        throttle_time_ms: i32 [0+];
        results: Vec<AclCreationResult> [0+];
    }
    AclCreationResult {
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
    }
}

impl Request for CreateAclsRequest {
    type Response = CreateAclsResponse;
}
