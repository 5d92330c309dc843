//! What the metadata records say together: the cluster as it is.
//!
//! [`State::apply`] is the only door, live and at start-up alike, so what was read again is what
//! was there before. A clone shares what has not changed and is cheap to hand to readers.

pub mod access;
mod apply;
mod topic;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

pub use access::Access;
pub use apply::ApplyError;
pub use topic::{NO_LEADER, Partition, Topic};

use super::record::MetadataRecord;
use crate::base::ids::Uuid;
use crate::base::limits::Limits;
use crate::broker::config::DynamicConfigs;

/// The feature whose level says which records the log may hold.
pub const METADATA_VERSION: &str = "metadata.version";
/// The lowest `metadata.version` that Kafka 4.3 reads: 3.3-IV3.
pub const METADATA_VERSION_MIN: i16 = 7;
/// The level of `metadata.version` that Kafka 4.3 writes: 4.3-IV0.
pub const METADATA_VERSION_MAX: i16 = 30;
/// From this level on several batches may be one transaction: 3.6-IV1.
pub(super) const METADATA_VERSION_TRANSACTIONS: i16 = 13;
/// From this level on controllers register: 3.7-IV0.
pub(super) const METADATA_VERSION_REGISTERS_CONTROLLERS: i16 = 15;
/// From this level on records name log directories: 3.7-IV2.
pub(in crate::broker) const METADATA_VERSION_DIRECTORIES: i16 = 17;
/// From this level on a log directory can be cordoned: 4.3-IV0.
pub(super) const METADATA_VERSION_CORDONED: i16 = 30;

/// Where a broker or a controller listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The listener's name: `PLAINTEXT`.
    pub name: String,
    pub host: String,
    pub port: u16,
    /// 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.
    pub security_protocol: i16,
}

/// A broker's registration.
#[derive(Clone, Debug, PartialEq)]
pub struct Broker {
    pub id: i32,
    pub epoch: i64,
    pub incarnation_id: Uuid,
    pub endpoints: Vec<Endpoint>,
    /// Each feature with the lowest and the highest level that the broker supports.
    pub features: BTreeMap<String, (i16, i16)>,
    pub rack: Option<String>,
    pub fenced: bool,
    pub in_controlled_shutdown: bool,
    pub log_dirs: Vec<Uuid>,
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}

/// A controller's registration.
#[derive(Clone, Debug, PartialEq)]
pub struct Controller {
    pub id: i32,
    pub incarnation_id: Uuid,
    pub endpoints: Vec<Endpoint>,
    pub features: BTreeMap<String, (i16, i16)>,
}

/// The cluster's state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    topics: BTreeMap<String, Arc<Topic>>,
    names: HashMap<Uuid, Arc<str>>,
    /// Names by what they are with every `.` turned into `_`.
    collisions: BTreeMap<String, BTreeSet<String>>,
    configs: DynamicConfigs,
    features: BTreeMap<String, i16>,
    brokers: BTreeMap<i32, Broker>,
    controllers: BTreeMap<i32, Controller>,
    next_producer_id: i64,
    access: Access,
    /// The records of a metadata transaction that has begun and not ended (KIP-868).
    transaction: Option<Vec<MetadataRecord>>,
    /// What is not acted upon, as it came: for the next snapshot.
    kept: Arc<Vec<MetadataRecord>>,
}

impl State {
    /// Returns the topic of this name.
    pub fn topic(&self, name: &str) -> Option<&Topic> {
        self.topics.get(name).map(|topic| &**topic)
    }

    /// Returns the topic of this id.
    pub fn topic_by_id(&self, id: Uuid) -> Option<&Topic> {
        self.topic(self.names.get(&id)?)
    }

    /// Returns the topics in order of their names.
    pub fn topics(&self) -> impl DoubleEndedIterator<Item = &Topic> {
        self.topics.values().map(|topic| &**topic)
    }

    /// How many topics there are.
    pub fn topic_count(&self) -> usize {
        self.topics.len()
    }

    /// Returns a partition.
    pub fn partition(&self, topic: &str, partition: i32) -> Option<&Partition> {
        self.topic(topic)?.partitions.get(&partition)
    }

    /// Returns the topics whose names would collide with this one in metrics: those that are
    /// the same with every `.` turned into `_`, the name itself not among them.
    pub fn colliding(&self, name: &str) -> impl Iterator<Item = &str> {
        let same = self.collisions.get(&super::topic_name::collision_key(name));
        same.into_iter().flatten().map(String::as_str).filter(move |other| *other != name)
    }

    /// Returns the configs that records have set.
    pub fn configs(&self) -> &DynamicConfigs {
        &self.configs
    }

    /// Returns the finalized features with their levels.
    pub fn features(&self) -> &BTreeMap<String, i16> {
        &self.features
    }

    /// Returns a feature's finalized level: zero where it is off.
    pub fn feature(&self, name: &str) -> i16 {
        self.features.get(name).copied().unwrap_or(0)
    }

    /// Returns the level of `metadata.version`: Kafka 4.3's own where none is set yet.
    pub fn metadata_version(&self) -> i16 {
        self.features.get(METADATA_VERSION).copied().unwrap_or(METADATA_VERSION_MAX)
    }

    /// Returns the registered brokers in order of their ids.
    pub fn brokers(&self) -> impl Iterator<Item = &Broker> {
        self.brokers.values()
    }

    /// Returns a broker's registration.
    pub fn broker(&self, id: i32) -> Option<&Broker> {
        self.brokers.get(&id)
    }

    /// Returns a controller's registration.
    pub fn controller(&self, id: i32) -> Option<&Controller> {
        self.controllers.get(&id)
    }

    /// Returns the registered controllers in order of their ids.
    pub fn controllers(&self) -> impl Iterator<Item = &Controller> {
        self.controllers.values()
    }

    /// The first producer id that no block holds yet.
    pub fn next_producer_id(&self) -> i64 {
        self.next_producer_id
    }

    /// Returns who may do what: ACLs, SCRAM users, client quotas and delegation tokens.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Says whether a metadata transaction has begun and not ended: what comes in it is not in
    /// the state yet. A log that ends like this was cut off in the middle of one.
    pub fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// Returns the types of records that Kafka acts upon and this broker does not, with how
    /// often each was met: for a warning at start-up.
    pub fn unhonoured(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for record in self.kept.iter() {
            *counts.entry(record.name()).or_default() += 1;
        }
        counts
    }

    /// Says what there is too much of, and how much there may be: of what there was less before.
    pub fn exceeds(&self, before: &State, limits: &Limits) -> Option<(&'static str, usize)> {
        let (now, before) = (self.counts(limits), before.counts(limits));
        let mut both = now.into_iter().zip(before);
        let grown = both.find(|((_, count, max), (_, before, _))| count > max && count > before);
        grown.map(|((what, _, max), _)| (what, max))
    }

    /// Counts what clients make: each with its name and how many there may be.
    fn counts(&self, limits: &Limits) -> [(&'static str, usize, usize); 6] {
        let access = &self.access;
        [
            ("partitions", self.topics().map(|t| t.partitions.len()).sum(), limits.partitions),
            ("ACLs", access.acls().len(), limits.acls),
            ("SCRAM users", access.users().len(), limits.users),
            ("client quotas", access.quotas().len(), limits.quotas),
            ("delegation tokens", access.tokens().len(), limits.tokens),
            ("bytes of configs", self.configs.bytes(), limits.config_bytes),
        ]
    }

    /// Returns the records that Kafka acts upon and this broker does not, as they came.
    pub fn kept(&self) -> &[MetadataRecord] {
        &self.kept
    }
}
