//! IncrementalAlterConfigs, API key 44: changes single configs.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    IncrementalAlterConfigsRequest: Request 44 [0 - 1] flexible [1+];
    IncrementalAlterConfigsRequest {
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
        config_operation: i8 [0+];
        value: Option<String> [0+] null [0+] = Some(String::new());
    }
}

message! {
    /// The response.
    IncrementalAlterConfigsResponse: Response 44 [0 - 1] flexible [1+];
    IncrementalAlterConfigsResponse {
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

impl Request for IncrementalAlterConfigsRequest {
    type Response = IncrementalAlterConfigsResponse;
}
