//! DescribeUserScramCredentials: key 50, version 0.
//!
//! Does: tells who has SCRAM credentials, by which mechanism and with how many rounds (KIP-554).

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::describe_user_scram_credentials::{
    DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeUserScramCredentialsRequest,
) -> DescribeUserScramCredentialsResponse {
    cx.turn.of(&broker.turns, broker.controller.state().access().users().len()).await;
    cx.turn.work(|| {
        broker.controller.read(|view| plan::describe_user_scram_credentials(view, &request))
    })
}
