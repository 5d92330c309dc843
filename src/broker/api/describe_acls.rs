//! DescribeAcls: key 29, versions 1-3.
//!
//! Does: tells the ACLs that match a filter; SECURITY_DISABLED without an authorizer.
//! Versions: 1 prefixed ACLs (KIP-290); 2 flexible; 3 users as resources (KIP-373).

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::ErrorCode;
use crate::wire::messages::describe_acls::{DescribeAclsRequest, DescribeAclsResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeAclsRequest,
) -> DescribeAclsResponse {
    if broker.authorizer.is_none() {
        return DescribeAclsResponse {
            error_code: ErrorCode::SECURITY_DISABLED.0,
            error_message: Some("No Authorizer is configured on the broker".into()),
            ..Default::default()
        };
    }
    cx.turn.of(&broker.turns, broker.controller.state().access().acls().len()).await;
    cx.turn.work(|| broker.controller.read(|view| plan::describe_acls(view, &request)))
}
