//! AlterUserScramCredentials: key 51, version 0.
//!
//! Does: gives users SCRAM credentials and takes them away (KIP-554).

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::alter_user_scram_credentials::{
    AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse,
    AlterUserScramCredentialsResult,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: AlterUserScramCredentialsRequest,
) -> AlterUserScramCredentialsResponse {
    let altered =
        broker.controller.change(|view, _| plan::alter_user_scram_credentials(view, &request));
    altered.unwrap_or_else(|error| {
        let upserted = request.upsertions.iter().map(|upsertion| &upsertion.name);
        let users = request.deletions.iter().map(|deletion| &deletion.name).chain(upserted);
        let failed = users.map(|user| AlterUserScramCredentialsResult {
            user: user.clone(),
            error_code: error.0,
            error_message: None,
        });
        AlterUserScramCredentialsResponse { throttle_time_ms: 0, results: failed.collect() }
    })
}
