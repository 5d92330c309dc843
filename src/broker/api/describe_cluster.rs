//! DescribeCluster: key 60, versions 0-2.
//!
//! Does: names the cluster and its one broker.
//! Does not: describe controllers (`endpoint_type` 2): this listener is a broker's, and Kafka's
//! refuses it likewise.
//! Versions: 1 endpoint type (KIP-919); 2 fenced brokers.

use super::{Context, authorized};
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::messages::describe_cluster::{
    DescribeClusterBroker, DescribeClusterRequest, DescribeClusterResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeClusterRequest,
) -> DescribeClusterResponse {
    if request.endpoint_type != 1 {
        let (error_code, text) = match request.endpoint_type {
            2 => (
                ErrorCode::MISMATCHED_ENDPOINT_TYPE,
                "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of \
                 type CONTROLLER"
                    .to_owned(),
            ),
            other => {
                (ErrorCode::UNSUPPORTED_ENDPOINT_TYPE, format!("Unsupported endpoint type {other}"))
            }
        };
        return DescribeClusterResponse {
            error_code: error_code.0,
            error_message: Some(text),
            ..Default::default()
        };
    }
    let own = DescribeClusterBroker {
        broker_id: broker.node_id,
        host: cx.place().0,
        port: i32::from(cx.place().1),
        rack: None,
        is_fenced: false,
    };
    DescribeClusterResponse {
        cluster_id: broker.cluster_id.clone(),
        controller_id: broker.controller.controller_id(),
        brokers: if broker.controller.is_registered() { vec![own] } else { Vec::new() },
        cluster_authorized_operations: authorized::asked(
            request.include_cluster_authorized_operations,
            authorized::CLUSTER,
        ),
        ..Default::default()
    }
}
