//! DeleteAcls, API key 31: deletes the ACLs that filters match.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DeleteAclsRequest: Request 31 [1 - 3] flexible [2+];
    DeleteAclsRequest {
        filters: Vec<DeleteAclsFilter> [0+];
    }
    DeleteAclsFilter {
        resource_type_filter: i8 [0+];
        resource_name_filter: Option<String> [0+] null [0+] = Some(String::new());
        pattern_type_filter: i8 [1+] = 3;
        principal_filter: Option<String> [0+] null [0+] = Some(String::new());
        host_filter: Option<String> [0+] null [0+] = Some(String::new());
        operation: i8 [0+];
        permission_type: i8 [0+];
    }
}

message! {
    /// The response.
    DeleteAclsResponse: Response 31 [1 - 3] flexible [2+];
    DeleteAclsResponse {
        throttle_time_ms: i32 [0+];
        filter_results: Vec<DeleteAclsFilterResult> [0+];
    }
    DeleteAclsFilterResult {
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        matching_acls: Vec<DeleteAclsMatchingAcl> [0+];
    }
    DeleteAclsMatchingAcl {
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        resource_type: i8 [0+];
        resource_name: String [0+];
        pattern_type: i8 [1+] = 3;
        principal: String [0+];
        host: String [0+];
        operation: i8 [0+];
        permission_type: i8 [0+];
    }
}

impl Request for DeleteAclsRequest {
    type Response = DeleteAclsResponse;
}
