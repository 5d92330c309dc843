//! ApiVersions, API key 18: tells which APIs a broker serves, and its features.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ApiVersionsRequest: Request 18 [0 - 4] flexible [3+];
    ApiVersionsRequest {
        client_software_name: String [3+] @ignorable;
        client_software_version: String [3+] @ignorable;
    }
}

message! {
    /// The response.
    ApiVersionsResponse: Response 18 [0 - 4] flexible [3+];
    ApiVersionsResponse {
        error_code: i16 [0+];
        api_keys: Vec<ApiVersion> [0+];
        throttle_time_ms: i32 [1+] @ignorable;
        supported_features: Vec<SupportedFeatureKey> [3+] tag 0 [3+] @ignorable;
        finalized_features_epoch: i64 [3+] tag 1 [3+] @ignorable = -1;
        finalized_features: Vec<FinalizedFeatureKey> [3+] tag 2 [3+] @ignorable;
        zk_migration_ready: bool [3+] tag 3 [3+] @ignorable;
    }
    ApiVersion {
        api_key: i16 [0+];
        min_version: i16 [0+];
        max_version: i16 [0+];
    }
    SupportedFeatureKey {
        name: String [3+];
        min_version: i16 [3+];
        max_version: i16 [3+];
    }
    FinalizedFeatureKey {
        name: String [3+];
        max_version_level: i16 [3+];
        min_version_level: i16 [3+];
    }
}

impl Request for ApiVersionsRequest {
    type Response = ApiVersionsResponse;
}
