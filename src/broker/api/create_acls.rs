//! CreateAcls: key 30, versions 1-3.
//!
//! Does: creates ACLs, each for itself; SECURITY_DISABLED without an authorizer.
//! Does not: close the connection at a code that means nothing, as Kafka does: it says so.
//! Versions: 1 prefixed ACLs (KIP-290); 2 flexible; 3 users as resources (KIP-373).

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::ErrorCode;
use crate::wire::messages::create_acls::{
    AclCreationResult, CreateAclsRequest, CreateAclsResponse,
};

/// Kafka's text where there is no authorizer.
pub(super) const NO_AUTHORIZER: &str = "No Authorizer is configured.";

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: CreateAclsRequest,
) -> CreateAclsResponse {
    let failed = |error: ErrorCode, text: Option<&str>| {
        let results = request.creations.iter().map(|_| AclCreationResult {
            error_code: error.0,
            error_message: text.map(str::to_owned),
        });
        CreateAclsResponse { throttle_time_ms: 0, results: results.collect() }
    };
    if broker.authorizer.is_none() {
        return failed(ErrorCode::SECURITY_DISABLED, Some(NO_AUTHORIZER));
    }
    let created = broker.controller.change(|view, ids| plan::create_acls(view, &request, ids));
    created.unwrap_or_else(|error| failed(error, None))
}
