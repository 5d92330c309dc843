//! WriteTxnMarkers: key 27, versions 1-2.
//!
//! Does: ends transactions in single partitions, as another coordinator or an operator says:
//! `kafka-transactions abort` ends a hanging one this way.
//! Versions: 1 flexible; 2 the transaction version of the producer's client.

use super::Context;
use crate::broker::Broker;
use crate::broker::coord::brain::{End, Transaction};
use crate::broker::net::blocking;
use crate::broker::transactions::write_marker;
use crate::wire::ErrorCode;
use crate::wire::batch::control::EndMarker;
use crate::wire::messages::write_txn_markers::{
    WritableTxnMarker, WritableTxnMarkerPartitionResult, WritableTxnMarkerResult,
    WritableTxnMarkerTopicResult, WriteTxnMarkersRequest, WriteTxnMarkersResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: WriteTxnMarkersRequest,
) -> WriteTxnMarkersResponse {
    // A marker for no partition at all has no result.
    let markers = request.markers.iter().filter(|marker| !marker.topics.is_empty());
    let markers = blocking(|| markers.map(|marker| write(broker, marker)).collect());
    WriteTxnMarkersResponse { markers }
}

fn write(broker: &Broker, marker: &WritableTxnMarker) -> WritableTxnMarkerResult {
    let WritableTxnMarker { producer_id, producer_epoch, coordinator_epoch, .. } = *marker;
    let end = End {
        transaction: Transaction { producer_id, producer_epoch },
        marker: EndMarker { commit: marker.transaction_result, coordinator_epoch },
    };
    let (controller, groups, clock) = (&*broker.controller, &*broker.coordinator, &*broker.clock);
    let version = i16::from(marker.transaction_version);
    let topics = marker.topics.iter().map(|topic| {
        let partitions = topic.partition_indexes.iter().map(|index| {
            let place = (topic.name.as_str(), *index);
            let error = if producer_id < 0 || producer_epoch < 0 {
                // Kafka fails to make such a marker.
                ErrorCode::UNKNOWN_SERVER_ERROR
            } else {
                let written = write_marker(controller, groups, clock, place, &end, version);
                written.err().map_or(ErrorCode::NONE, |error| error.code())
            };
            WritableTxnMarkerPartitionResult { partition_index: *index, error_code: error.0 }
        });
        let name = topic.name.clone();
        WritableTxnMarkerTopicResult { name, partitions: partitions.collect() }
    });
    WritableTxnMarkerResult { producer_id, topics: topics.collect() }
}
