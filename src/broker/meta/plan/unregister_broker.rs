//! UnregisterBroker: a broker that will not come back is forgotten (KIP-631).
//!
//! Source: `ReplicationControlManager.unregisterBroker`. As in Kafka a broker that is there can
//! be forgotten too: it is in the cluster again after its next start.

use super::{Planned, View};
use crate::broker::meta::MetadataRecord;
use crate::broker::meta::state::NO_LEADER;
use crate::wire::ErrorCode;
use crate::wire::messages::metadata_log::{PartitionChangeRecord, UnregisterBrokerRecord};
use crate::wire::messages::unregister_broker::UnregisterBrokerResponse;

/// Plans UnregisterBroker.
pub fn unregister_broker(view: &View, broker_id: i32) -> Planned<UnregisterBrokerResponse> {
    let Some(broker) = view.state.broker(broker_id) else {
        let response = UnregisterBrokerResponse {
            error_code: ErrorCode::BROKER_ID_NOT_REGISTERED.0,
            error_message: Some(format!("Broker ID {broker_id} is not currently registered")),
            ..Default::default()
        };
        return Planned { records: Vec::new(), response };
    };
    let elr = view.has_elr();
    let mut records: Vec<MetadataRecord> = Vec::new();
    for topic in view.state.topics() {
        for (index, partition) in &topic.partitions {
            let isr: Vec<i32> =
                partition.isr.iter().copied().filter(|replica| *replica != broker_id).collect();
            let leads = partition.leader == broker_id;
            if !leads && isr.len() == partition.isr.len() {
                continue;
            }
            // The last replica in sync stays so without eligible leader replicas.
            let last = isr.is_empty();
            let mut change = PartitionChangeRecord {
                partition_id: *index,
                topic_id: topic.id,
                isr: (elr || !last).then_some(isr),
                eligible_leader_replicas: (elr && last).then(|| vec![broker_id]),
                last_known_elr: (elr && last).then(|| vec![broker_id]),
                ..Default::default()
            };
            if leads {
                change.leader = NO_LEADER;
            }
            records.push(change.into());
        }
    }
    let (broker_id, broker_epoch) = (broker.id, broker.epoch);
    records.push(UnregisterBrokerRecord { broker_id, broker_epoch }.into());
    Planned { records, response: UnregisterBrokerResponse::default() }
}
