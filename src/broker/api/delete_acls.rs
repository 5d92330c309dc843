//! DeleteAcls: key 31, versions 1-3.
//!
//! Does: deletes the ACLs that match filters; SECURITY_DISABLED without an authorizer.
//! Versions: 1 prefixed ACLs (KIP-290); 2 flexible; 3 users as resources (KIP-373).

use super::Context;
use super::create_acls::NO_AUTHORIZER;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::ErrorCode;
use crate::wire::messages::delete_acls::{
    DeleteAclsFilterResult, DeleteAclsRequest, DeleteAclsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DeleteAclsRequest,
) -> DeleteAclsResponse {
    let failed = |error: ErrorCode, text: Option<&str>| {
        let results = request.filters.iter().map(|_| DeleteAclsFilterResult {
            error_code: error.0,
            error_message: text.map(str::to_owned),
            matching_acls: Vec::new(),
        });
        DeleteAclsResponse { throttle_time_ms: 0, filter_results: results.collect() }
    };
    if broker.authorizer.is_none() {
        return failed(ErrorCode::SECURITY_DISABLED, Some(NO_AUTHORIZER));
    }
    let deleted = broker.controller.change(|view, _| plan::delete_acls(view, &request));
    deleted.unwrap_or_else(|error| failed(error, None))
}
