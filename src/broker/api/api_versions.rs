//! ApiVersions: key 18, versions 0-4.
//!
//! Does: names every API of the table with its versions, and the cluster's features.
//! Does not: ZooKeeper migration (there is no ZooKeeper).
//! Versions: 1 throttle time; 3 flexible, the client's software and the features (KIP-511,
//! KIP-584); 4 features whose lowest version is 0 (KAFKA-17011).

use super::{Context, releases};
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::header::{API_VERSIONS, RequestHeader};
use crate::wire::messages::api_versions::{
    ApiVersion, ApiVersionsRequest, ApiVersionsResponse, FinalizedFeatureKey, SupportedFeatureKey,
};

/// Returns the answer to a version that is newer than ours: its body cannot be read, and the
/// answer is in version 0, which every client understands (KIP-511).
pub(super) fn downgrade(broker: &Broker, head: &RequestHeader) -> Option<ApiVersionsResponse> {
    let release = broker.controller.release();
    if head.api_key != API_VERSIONS || releases::offers(release, API_VERSIONS, head.api_version) {
        return None;
    }
    let own = api_keys(broker).into_iter().find(|key| key.api_key == API_VERSIONS)?;
    Some(ApiVersionsResponse {
        error_code: ErrorCode::UNSUPPORTED_VERSION.0,
        api_keys: vec![own],
        ..Default::default()
    })
}

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ApiVersionsRequest,
) -> ApiVersionsResponse {
    let software = [&request.client_software_name, &request.client_software_version];
    if cx.version >= 3 && !software.into_iter().all(|text| is_software_name(text)) {
        let error_code = ErrorCode::INVALID_REQUEST.0;
        return ApiVersionsResponse { error_code, ..Default::default() };
    }
    let features = broker.controller.features();
    let supported = features.supported.into_iter().map(|(name, min_version, max_version)| {
        SupportedFeatureKey { name, min_version, max_version }
    });
    let finalized = features.finalized.into_iter().map(|(name, level)| FinalizedFeatureKey {
        name,
        max_version_level: level,
        min_version_level: level,
    });
    ApiVersionsResponse {
        api_keys: api_keys(broker),
        supported_features: supported.filter(|f| cx.version >= 4 || f.min_version > 0).collect(),
        finalized_features_epoch: features.epoch,
        finalized_features: finalized.collect(),
        ..Default::default()
    }
}

fn api_keys(broker: &Broker) -> Vec<ApiVersion> {
    let keys = releases::offered(broker.controller.release()).map(|api| ApiVersion {
        api_key: api.key,
        min_version: api.advertised_from,
        max_version: api.served.last,
    });
    keys.collect()
}

/// Says whether a text may name a client's software: letters, digits, dots and dashes, a letter
/// or a digit at both ends.
fn is_software_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    end(bytes.first()) && end(bytes.last()) && bytes.iter().copied().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_names() {
        for good in ["librdkafka", "apache-kafka-java", "4.3.1", "a"] {
            assert!(is_software_name(good), "{good}");
        }
        for bad in ["", "-a", "a-", "a b", "ü", "a_b"] {
            assert!(!is_software_name(bad), "{bad}");
        }
    }
}
