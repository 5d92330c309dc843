//! UpdateFeatures: key 57, versions 0-2.
//!
//! Does: raises and lowers the levels of features, all of a request or none, or only says
//! whether it could.
//! Versions: 1 kinds of downgrade and the dry run (KIP-778); 2 no results for single features.

use super::Context;
use crate::broker::Broker;
use crate::wire::messages::update_features::{UpdateFeaturesRequest, UpdateFeaturesResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: UpdateFeaturesRequest,
) -> UpdateFeaturesResponse {
    let updated = broker.controller.update_features(cx.version, &request);
    updated.unwrap_or_else(|error| UpdateFeaturesResponse {
        error_code: error.0,
        ..Default::default()
    })
}
