//! ListConfigResources, API key 74: lists what has configs (KIP-714, KIP-1142).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ListConfigResourcesRequest: Request 74 [0 - 1] flexible [0+];
    ListConfigResourcesRequest {
        resource_types: Vec<i8> [1+];
    }
}

message! {
    /// The response.
    ListConfigResourcesResponse: Response 74 [0 - 1] flexible [0+];
    ListConfigResourcesResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        config_resources: Vec<ConfigResource> [0+];
    }
    ConfigResource {
        resource_name: String [0+];
        resource_type: i8 [1+] @ignorable = 16;
    }
}

impl Request for ListConfigResourcesRequest {
    type Response = ListConfigResourcesResponse;
}
