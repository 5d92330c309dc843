//! AlterConfigs, API key 33: replaces all configs of a resource.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    AlterConfigsRequest: Request 33 [0 - 2] flexible [2+];
    AlterConfigsRequest {
        resources: Vec<AlterConfigsResource> [0+];
        validate_only: bool [0+];
    }
    AlterConfigsResource {
        resource_type: i8 [0+];
        resource_name: String [0+];
        configs: Vec<AlterableConfig> [0+];
    }
    AlterableConfig {
        name: String [0+];
        value: Option<String> [0+] null [0+] = Some(String::new());
    }
}

message! {
    /// The response.
    AlterConfigsResponse: Response 33 [0 - 2] flexible [2+];
    AlterConfigsResponse {
        throttle_time_ms: i32 [0+];
        responses: Vec<AlterConfigsResourceResponse> [0+];
    }
    AlterConfigsResourceResponse {
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        resource_type: i8 [0+];
        resource_name: String [0+];
    }
}

impl Request for AlterConfigsRequest {
    type Response = AlterConfigsResponse;
}
