//! UpdateFeatures, API key 57: sets the levels of features (KIP-584).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    UpdateFeaturesRequest: Request 57 [0 - 2] flexible [0+];
    UpdateFeaturesRequest {
        timeout_ms: i32 [0+] = 60000;
        feature_updates: Vec<FeatureUpdateKey> [0+];
        validate_only: bool [1+];
    }
    FeatureUpdateKey {
        feature: String [0+];
        max_version_level: i16 [0+];
        allow_downgrade: bool [0];
        upgrade_type: i8 [1+] = 1;
    }
}

message! {
    /// The response.
    UpdateFeaturesResponse: Response 57 [0 - 2] flexible [0+];
    UpdateFeaturesResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        results: Vec<UpdatableFeatureResult> [0 - 1] @ignorable;
    }
    UpdatableFeatureResult {
        feature: String [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
    }
}

impl Request for UpdateFeaturesRequest {
    type Response = UpdateFeaturesResponse;
}
