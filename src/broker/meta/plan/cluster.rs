//! What the log says of the cluster itself: its features, and the node that comes and goes.
//!
//! Record for record what Apache Kafka 4.3.1 writes on one node: `storage format` and the first
//! start ([`bootstrap`]), every start ([`start`]) and every orderly stop ([`stop`]).

use super::View;
use crate::base::ids::Uuid;
use crate::broker::config::Release;
use crate::broker::config::release::features;
use crate::broker::meta::MetadataRecord;
use crate::broker::meta::state::{
    Endpoint, METADATA_VERSION, METADATA_VERSION_CORDONED, METADATA_VERSION_DIRECTORIES,
    METADATA_VERSION_REGISTERS_CONTROLLERS, METADATA_VERSION_TRANSACTIONS,
};
use crate::wire::messages::metadata_log as log;

/// The resource type of brokers in a ConfigRecord.
const BROKER: i8 = 4;

/// Returns the features that this broker supports, each with its lowest and highest level: what
/// ApiVersions answers and what the registrations say.
pub fn supported_features(
    release: Option<Release>,
) -> impl Iterator<Item = (&'static str, i16, i16)> {
    features(release).iter().map(|(name, _, min, max)| (*name, *min, *max))
}

/// Returns the records of the levels that a release gives a new cluster.
pub fn first_levels(release: Option<Release>) -> Vec<MetadataRecord> {
    let on = features(release).iter().filter(|(_, level, ..)| *level > 0);
    let levels = on.map(|(name, level, ..)| {
        log::FeatureLevelRecord { name: name.to_string(), feature_level: *level }.into()
    });
    levels.collect()
}

/// Returns the first records of a new cluster: one batch, right after the quorum's own. What a
/// formatted directory gives for them stands in the place of our own levels.
pub fn bootstrap(given: Option<Vec<MetadataRecord>>) -> Vec<MetadataRecord> {
    let mut records = given.unwrap_or_else(|| first_levels(None));
    let level_of = |records: &[MetadataRecord], wanted: &str| {
        let found = records.iter().find_map(|record| match record {
            MetadataRecord::FeatureLevel(record) if record.name == wanted => {
                Some(record.feature_level)
            }
            _ => None,
        });
        found.unwrap_or(0)
    };
    if level_of(&records, "eligible.leader.replicas.version") > 0 {
        // With eligible leader replicas the cluster itself says how many must be in sync.
        let min_insync_replicas = log::ConfigRecord {
            resource_type: BROKER,
            resource_name: String::new(),
            name: "min.insync.replicas".to_owned(),
            value: Some("1".to_owned()),
        };
        records.push(min_insync_replicas.into());
    }
    if level_of(&records, METADATA_VERSION) >= METADATA_VERSION_TRANSACTIONS {
        let begin = log::BeginTransactionRecord { name: Some("Bootstrap records".to_owned()) };
        records.insert(0, begin.into());
        records.push(log::EndTransactionRecord {}.into());
    }
    records
}

/// One run of the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incarnation {
    /// A random id, another one at each start.
    pub id: Uuid,
    /// Where clients reach the broker.
    pub endpoints: Vec<Endpoint>,
    /// Where the controller would be reached. `rk dev` has no such listener: a name and an
    /// address that nobody calls will do, as Kafka wants one.
    pub controller: Vec<Endpoint>,
}

/// Plans the node's coming: batches, to be appended in this order, the first of them at
/// `next_offset`. The state is that after the bootstrap.
///
/// Every partition that has a replica here gets this node as its leader and a new leader epoch,
/// so that what an earlier run promised is told from what this one does.
pub fn start(view: &View, incarnation: &Incarnation, next_offset: i64) -> Vec<Vec<MetadataRecord>> {
    let node = view.node.id;
    let version = view.state.metadata_version();
    let mut batches: Vec<Vec<MetadataRecord>> = Vec::new();
    if version >= METADATA_VERSION_REGISTERS_CONTROLLERS {
        batches.push(vec![register_controller(view, incarnation).into()]);
    }
    // A broker's epoch is the offset of its registration.
    let epoch = next_offset + batches.len() as i64;
    batches.push(vec![register_broker(view, incarnation, epoch).into()]);

    let mut unfenced: Vec<MetadataRecord> = Vec::new();
    if version >= METADATA_VERSION_CORDONED {
        let uncordoned = log::BrokerRegistrationChangeRecord {
            broker_id: node,
            broker_epoch: epoch,
            cordoned_log_dirs: Some(Vec::new()),
            ..Default::default()
        };
        unfenced.push(uncordoned.into());
    }
    let unfence = log::BrokerRegistrationChangeRecord {
        broker_id: node,
        broker_epoch: epoch,
        fenced: -1,
        ..Default::default()
    };
    unfenced.push(unfence.into());
    for (topic_id, partition_id, partition) in held(view) {
        let elr = &partition.eligible_leader_replicas;
        let last_known = &partition.last_known_elr;
        let change = log::PartitionChangeRecord {
            partition_id,
            topic_id,
            leader: node,
            isr: (partition.isr != [node]).then(|| vec![node]),
            eligible_leader_replicas: (!elr.is_empty()).then(Vec::new),
            last_known_elr: (!last_known.is_empty()).then(Vec::new),
            ..Default::default()
        };
        unfenced.push(change.into());
    }
    batches.push(unfenced);
    batches
}

/// Plans the node's orderly going: batches, in order. Nothing where it is not there.
pub fn stop(view: &View) -> Vec<Vec<MetadataRecord>> {
    let Some(broker) = view.state.broker(view.node.id).filter(|broker| !broker.fenced) else {
        return Vec::new();
    };
    let (node, epoch) = (broker.id, broker.epoch);
    let leaving = log::BrokerRegistrationChangeRecord {
        broker_id: node,
        broker_epoch: epoch,
        in_controlled_shutdown: 1,
        ..Default::default()
    };
    let mut batch: Vec<MetadataRecord> = vec![leaving.into()];
    let elr = view.has_elr();
    for (topic_id, partition_id, partition) in held(view) {
        if partition.leader != node {
            continue;
        }
        // Without eligible leader replicas the last of the in-sync replicas stays among them.
        let change = log::PartitionChangeRecord {
            partition_id,
            topic_id,
            leader: crate::broker::meta::state::NO_LEADER,
            isr: elr.then(Vec::new),
            eligible_leader_replicas: elr.then(|| vec![node]),
            last_known_elr: elr.then(|| vec![node]),
            ..Default::default()
        };
        batch.push(change.into());
    }
    let fenced = log::BrokerRegistrationChangeRecord {
        broker_id: node,
        broker_epoch: epoch,
        fenced: 1,
        ..Default::default()
    };
    vec![batch, vec![fenced.into()]]
}

/// Returns the partitions that have a replica on this node.
fn held<'a>(
    view: &View<'a>,
) -> impl Iterator<Item = (Uuid, i32, &'a crate::broker::meta::Partition)> {
    let node = view.node.id;
    let state = view.state;
    state.topics().flat_map(move |topic| {
        let here = topic.partitions.iter().filter(move |(_, p)| p.replicas.contains(&node));
        here.map(move |(index, partition)| (topic.id, *index, partition))
    })
}

fn register_controller(view: &View, incarnation: &Incarnation) -> log::RegisterControllerRecord {
    let end_points = incarnation.controller.iter().map(|end| log::ControllerEndpoint {
        name: end.name.clone(),
        host: end.host.clone(),
        port: end.port,
        security_protocol: end.security_protocol,
    });
    let features =
        supported_features(view.fixed.release()).map(|(name, min, max)| log::ControllerFeature {
            name: name.to_owned(),
            min_supported_version: min,
            max_supported_version: max,
        });
    log::RegisterControllerRecord {
        controller_id: view.node.id,
        incarnation_id: incarnation.id,
        zk_migration_ready: false,
        end_points: end_points.collect(),
        features: features.collect(),
    }
}

fn register_broker(
    view: &View,
    incarnation: &Incarnation,
    epoch: i64,
) -> log::RegisterBrokerRecord {
    let end_points = incarnation.endpoints.iter().map(|end| log::BrokerEndpoint {
        name: end.name.clone(),
        host: end.host.clone(),
        port: end.port,
        security_protocol: end.security_protocol,
    });
    let supported = supported_features(view.fixed.release());
    let features = supported.map(|(name, min, max)| log::BrokerFeature {
        name: name.to_owned(),
        min_supported_version: min,
        max_supported_version: max,
    });
    let has_directories = view.state.metadata_version() >= METADATA_VERSION_DIRECTORIES;
    let rack = view.configs().broker().rack;
    log::RegisterBrokerRecord {
        broker_id: view.node.id,
        incarnation_id: incarnation.id,
        broker_epoch: epoch,
        end_points: end_points.collect(),
        features: features.collect(),
        rack: Some(rack).filter(|rack| !rack.is_empty()),
        fenced: true,
        log_dirs: if has_directories { vec![view.node.directory] } else { Vec::new() },
        ..Default::default()
    }
}
