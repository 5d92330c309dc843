//! The state as records: what a snapshot of the metadata log holds (KIP-630).
//!
//! Applied in this order to an empty state they make the same state again. The order is that of
//! `org.apache.kafka.image.MetadataImage`, features first, for they say how the rest is read.

use super::MetadataRecord;
use super::state::{
    Broker, Controller, METADATA_VERSION, METADATA_VERSION_DIRECTORIES, Partition, State, Topic,
};
use crate::base::ids::Uuid;
use crate::wire::messages::metadata_log as log;

/// Returns the records that make this state.
///
/// Not of a state in the middle of a metadata transaction: what has begun would be lost.
pub fn records(state: &State) -> impl Iterator<Item = MetadataRecord> + '_ {
    features(state)
        .chain(state.brokers().map(|broker| register_broker(broker).into()))
        .chain(state.controllers().map(|controller| register_controller(controller).into()))
        .chain(state.topics().flat_map(move |topic| topic_records(state, topic)))
        .chain(configs(state))
        .chain(state.access().quota_records())
        .chain(producer_ids(state))
        .chain(state.access().acl_records())
        .chain(state.access().scram_records())
        .chain(state.access().token_records())
        .chain(kept(state))
}

fn features(state: &State) -> impl Iterator<Item = MetadataRecord> + '_ {
    let level = |(name, level): (&String, &i16)| {
        log::FeatureLevelRecord { name: name.clone(), feature_level: *level }.into()
    };
    let is_first = |name: &String| name == METADATA_VERSION;
    let first = state.features().iter().filter(move |(name, _)| is_first(name)).map(level);
    first.chain(state.features().iter().filter(move |(name, _)| !is_first(name)).map(level))
}

fn register_broker(broker: &Broker) -> log::RegisterBrokerRecord {
    let end_points = broker.endpoints.iter().map(|end| log::BrokerEndpoint {
        name: end.name.clone(),
        host: end.host.clone(),
        port: end.port,
        security_protocol: end.security_protocol,
    });
    let features = broker.features.iter().map(|(name, (min, max))| log::BrokerFeature {
        name: name.clone(),
        min_supported_version: *min,
        max_supported_version: *max,
    });
    log::RegisterBrokerRecord {
        broker_id: broker.id,
        incarnation_id: broker.incarnation_id,
        broker_epoch: broker.epoch,
        end_points: end_points.collect(),
        features: features.collect(),
        rack: broker.rack.clone(),
        fenced: broker.fenced,
        in_controlled_shutdown: broker.in_controlled_shutdown,
        log_dirs: broker.log_dirs.clone(),
        cordoned_log_dirs: broker.cordoned_log_dirs.clone(),
        ..Default::default()
    }
}

fn register_controller(controller: &Controller) -> log::RegisterControllerRecord {
    let end_points = controller.endpoints.iter().map(|end| log::ControllerEndpoint {
        name: end.name.clone(),
        host: end.host.clone(),
        port: end.port,
        security_protocol: end.security_protocol,
    });
    let features = controller.features.iter().map(|(name, (min, max))| log::ControllerFeature {
        name: name.clone(),
        min_supported_version: *min,
        max_supported_version: *max,
    });
    log::RegisterControllerRecord {
        controller_id: controller.id,
        incarnation_id: controller.incarnation_id,
        zk_migration_ready: false,
        end_points: end_points.collect(),
        features: features.collect(),
    }
}

fn topic_records<'a>(
    state: &'a State,
    topic: &'a Topic,
) -> impl Iterator<Item = MetadataRecord> + 'a {
    let with_directories = state.metadata_version() >= METADATA_VERSION_DIRECTORIES;
    let first = log::TopicRecord { name: topic.name.clone(), topic_id: topic.id };
    let partitions = topic.partitions.iter().map(move |(index, partition)| {
        partition_record(topic.id, *index, partition, with_directories).into()
    });
    std::iter::once(first.into()).chain(partitions)
}

fn partition_record(
    topic_id: Uuid,
    partition_id: i32,
    partition: &Partition,
    with_directories: bool,
) -> log::PartitionRecord {
    let some = |list: &Vec<i32>| (!list.is_empty()).then(|| list.clone());
    log::PartitionRecord {
        partition_id,
        topic_id,
        replicas: partition.replicas.clone(),
        isr: partition.isr.clone(),
        removing_replicas: partition.removing_replicas.clone(),
        adding_replicas: partition.adding_replicas.clone(),
        leader: partition.leader,
        leader_recovery_state: partition.leader_recovery_state,
        leader_epoch: partition.leader_epoch,
        partition_epoch: partition.partition_epoch,
        directories: if with_directories { partition.directories.clone() } else { Vec::new() },
        eligible_leader_replicas: some(&partition.eligible_leader_replicas),
        last_known_elr: some(&partition.last_known_elr),
    }
}

fn configs(state: &State) -> impl Iterator<Item = MetadataRecord> + '_ {
    state.configs().resources().flat_map(|(resource, values)| {
        values.iter().map(|(name, value)| {
            let record = log::ConfigRecord {
                resource_type: resource.kind.id(),
                resource_name: resource.name.clone(),
                name: name.clone(),
                value: Some(value.clone()),
            };
            record.into()
        })
    })
}

fn producer_ids(state: &State) -> impl Iterator<Item = MetadataRecord> + '_ {
    let (broker_id, broker_epoch) = state.brokers().next().map_or((-1, -1), |b| (b.id, b.epoch));
    let record = log::ProducerIdsRecord {
        broker_id,
        broker_epoch,
        next_producer_id: state.next_producer_id(),
    };
    std::iter::once(record.into()).filter(|_| state.next_producer_id() > 0)
}

/// What is not acted upon is handed on as it came, and in the order in which it came.
fn kept(state: &State) -> impl Iterator<Item = MetadataRecord> + '_ {
    state.kept().iter().cloned()
}
