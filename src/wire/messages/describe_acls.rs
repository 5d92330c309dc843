//! DescribeAcls, API key 29: finds ACLs.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DescribeAclsRequest: Request 29 [1 - 3] flexible [2+];
    DescribeAclsRequest {
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
    DescribeAclsResponse: Response 29 [1 - 3] flexible [2+];
    DescribeAclsResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        resources: Vec<DescribeAclsResource> [0+];
    }
    DescribeAclsResource {
        resource_type: i8 [0+];
        resource_name: String [0+];
        pattern_type: i8 [1+] = 3;
        acls: Vec<AclDescription> [0+];
    }
    AclDescription {
        principal: String [0+];
        host: String [0+];
        operation: i8 [0+];
        permission_type: i8 [0+];
    }
}

impl Request for DescribeAclsRequest {
    type Response = DescribeAclsResponse;
}
