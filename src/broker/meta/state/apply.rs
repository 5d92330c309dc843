//! The one door to the state: a record is applied, or it contradicts what came before.

use std::sync::Arc;

use super::{
    Broker, Controller, Endpoint, METADATA_VERSION, METADATA_VERSION_MAX, METADATA_VERSION_MIN,
    Partition, State, Topic,
};
use crate::base::ids::Uuid;
use crate::broker::config::{Resource, ResourceKind};
use crate::broker::meta::record::MetadataRecord;
use crate::broker::meta::topic_name;
use crate::wire::messages::metadata_log as log;

/// Why a record does not fit the state: the log is damaged, or from a later Kafka.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    #[error("a {record} names the topic id {id}, which no topic has")]
    NoSuchTopic { record: &'static str, id: Uuid },
    #[error("a {record} names partition {partition} of topic {topic}, which it has not")]
    NoSuchPartition { record: &'static str, topic: String, partition: i32 },
    #[error("a TopicRecord makes topic {name} a second time")]
    TopicExists { name: String },
    #[error("a {record} names broker {id}, which is not registered in that epoch")]
    NoSuchBroker { record: &'static str, id: i32 },
    #[error("a ConfigRecord is for a resource of type {kind}, which Kafka 4.3 does not know")]
    UnknownResource { kind: i8 },
    #[error(
        "metadata.version is {level}, and this broker works with {METADATA_VERSION_MIN} to \
         {METADATA_VERSION_MAX} (Apache Kafka 3.3 to 4.3)"
    )]
    MetadataVersion { level: i16 },
    #[error("an AccessControlEntryRecord ({id}) holds a code that Kafka 4.3 does not know")]
    UnknownAcl { id: Uuid },
    #[error("a RemoveAccessControlEntryRecord names {id}, which no ACL has")]
    NoSuchAcl { id: Uuid },
    #[error("a SCRAM credential is of mechanism {code}, which Kafka 4.3 does not know")]
    UnknownMechanism { code: i8 },
    #[error("a RemoveUserScramCredentialRecord names {name}, who has no such credential")]
    NoSuchUser { name: String },
    #[error("a {record} stands where no such record may stand")]
    Transaction { record: &'static str },
}

impl State {
    /// Applies a record. After an error the state is as it was.
    pub fn apply(&mut self, record: &MetadataRecord) -> Result<(), ApplyError> {
        let misplaced = ApplyError::Transaction { record: record.name() };
        match (record, &mut self.transaction) {
            (MetadataRecord::BeginTransaction(_), pending @ None) => {
                *pending = Some(Vec::new());
                Ok(())
            }
            (MetadataRecord::EndTransaction(_), Some(_)) => {
                // All of a transaction is applied, or nothing.
                let before = self.clone();
                for record in self.transaction.take().unwrap_or_default() {
                    if let Err(error) = self.apply_now(&record) {
                        *self = before;
                        return Err(error);
                    }
                }
                Ok(())
            }
            (MetadataRecord::AbortTransaction(_), Some(_)) => {
                self.transaction = None;
                Ok(())
            }
            (
                MetadataRecord::BeginTransaction(_)
                | MetadataRecord::EndTransaction(_)
                | MetadataRecord::AbortTransaction(_),
                _,
            ) => Err(misplaced),
            (record, Some(pending)) => {
                pending.push(record.clone());
                Ok(())
            }
            (record, None) => self.apply_now(record),
        }
    }

    fn apply_now(&mut self, record: &MetadataRecord) -> Result<(), ApplyError> {
        match record {
            MetadataRecord::Topic(topic) => self.add_topic(topic),
            MetadataRecord::RemoveTopic(removed) => self.remove_topic(removed.topic_id),
            MetadataRecord::Partition(partition) => self.add_partition(partition),
            MetadataRecord::PartitionChange(change) => self.change_partition(change),
            MetadataRecord::ClearElr(clear) => self.clear_elr(&clear.topic_name),
            MetadataRecord::Config(config) => self.set_config(config),
            MetadataRecord::FeatureLevel(feature) => self.set_feature(feature),
            MetadataRecord::ProducerIds(ids) => {
                self.next_producer_id = ids.next_producer_id;
                Ok(())
            }
            MetadataRecord::RegisterBroker(registration) => {
                self.brokers.insert(registration.broker_id, Broker::of(registration));
                Ok(())
            }
            MetadataRecord::BrokerRegistrationChange(change) => {
                let broker =
                    self.registered(record.name(), change.broker_id, change.broker_epoch)?;
                broker.change(change);
                Ok(())
            }
            MetadataRecord::FenceBroker(fence) => {
                self.registered(record.name(), fence.id, fence.epoch)?.fenced = true;
                Ok(())
            }
            MetadataRecord::UnfenceBroker(unfence) => {
                self.registered(record.name(), unfence.id, unfence.epoch)?.fenced = false;
                Ok(())
            }
            MetadataRecord::UnregisterBroker(gone) => {
                self.registered(record.name(), gone.broker_id, gone.broker_epoch)?;
                self.brokers.remove(&gone.broker_id);
                Ok(())
            }
            MetadataRecord::RegisterController(registration) => {
                let controller = Controller::of(registration);
                self.controllers.insert(controller.id, controller);
                Ok(())
            }
            MetadataRecord::Acl(_)
            | MetadataRecord::RemoveAcl(_)
            | MetadataRecord::UserScram(_)
            | MetadataRecord::RemoveUserScram(_)
            | MetadataRecord::ClientQuota(_)
            | MetadataRecord::DelegationToken(_)
            | MetadataRecord::RemoveDelegationToken(_) => self.access.apply(record),
            MetadataRecord::Unhonoured { .. } => {
                Arc::make_mut(&mut self.kept).push(record.clone());
                Ok(())
            }
            MetadataRecord::NoOp(_)
            | MetadataRecord::BeginTransaction(_)
            | MetadataRecord::EndTransaction(_)
            | MetadataRecord::AbortTransaction(_) => Ok(()),
        }
    }

    fn add_topic(&mut self, record: &log::TopicRecord) -> Result<(), ApplyError> {
        let name = &record.name;
        if self.topics.contains_key(name) {
            return Err(ApplyError::TopicExists { name: name.clone() });
        }
        let topic =
            Topic { name: name.clone(), id: record.topic_id, partitions: Default::default() };
        self.topics.insert(name.clone(), Arc::new(topic));
        self.names.insert(record.topic_id, name.as_str().into());
        let key = topic_name::collision_key(name);
        self.collisions.entry(key).or_default().insert(name.clone());
        Ok(())
    }

    fn remove_topic(&mut self, id: Uuid) -> Result<(), ApplyError> {
        let name = self.names.remove(&id);
        let name = name.ok_or(ApplyError::NoSuchTopic { record: "RemoveTopicRecord", id })?;
        self.topics.remove(&*name);
        let key = topic_name::collision_key(&name);
        if let Some(same) = self.collisions.get_mut(&key) {
            same.remove(&*name);
            if same.is_empty() {
                self.collisions.remove(&key);
            }
        }
        // A topic's configs go with it: no record says so.
        self.configs.remove(&Resource::new(ResourceKind::Topic, &*name));
        Ok(())
    }

    fn topic_mut(&mut self, record: &'static str, id: Uuid) -> Result<&mut Topic, ApplyError> {
        let topic = self.names.get(&id).and_then(|name| self.topics.get_mut(&**name));
        topic.map(Arc::make_mut).ok_or(ApplyError::NoSuchTopic { record, id })
    }

    fn add_partition(&mut self, record: &log::PartitionRecord) -> Result<(), ApplyError> {
        let topic = self.topic_mut("PartitionRecord", record.topic_id)?;
        topic.partitions.insert(record.partition_id, Partition::of(record));
        Ok(())
    }

    fn change_partition(&mut self, record: &log::PartitionChangeRecord) -> Result<(), ApplyError> {
        const RECORD: &str = "PartitionChangeRecord";
        let topic = self.topic_mut(RECORD, record.topic_id)?;
        let Some(partition) = topic.partitions.get_mut(&record.partition_id) else {
            let (topic, partition) = (topic.name.clone(), record.partition_id);
            return Err(ApplyError::NoSuchPartition { record: RECORD, topic, partition });
        };
        partition.change(record);
        Ok(())
    }

    /// Clears the eligible leader replicas of one topic, or of all where the name is empty.
    fn clear_elr(&mut self, name: &str) -> Result<(), ApplyError> {
        for topic in self.topics.values_mut() {
            if !name.is_empty() && topic.name != name {
                continue;
            }
            for partition in Arc::make_mut(topic).partitions.values_mut() {
                partition.eligible_leader_replicas.clear();
                partition.last_known_elr.clear();
            }
        }
        Ok(())
    }

    fn set_config(&mut self, record: &log::ConfigRecord) -> Result<(), ApplyError> {
        let kind = ResourceKind::of(record.resource_type)
            .ok_or(ApplyError::UnknownResource { kind: record.resource_type })?;
        let resource = Resource::new(kind, &record.resource_name);
        self.configs.set(resource, &record.name, record.value.as_deref());
        Ok(())
    }

    fn set_feature(&mut self, record: &log::FeatureLevelRecord) -> Result<(), ApplyError> {
        let level = record.feature_level;
        if record.name == METADATA_VERSION
            && !(METADATA_VERSION_MIN..=METADATA_VERSION_MAX).contains(&level)
        {
            return Err(ApplyError::MetadataVersion { level });
        }
        if level == 0 {
            self.features.remove(&record.name);
        } else {
            self.features.insert(record.name.clone(), level);
        }
        Ok(())
    }

    fn registered(
        &mut self,
        record: &'static str,
        id: i32,
        epoch: i64,
    ) -> Result<&mut Broker, ApplyError> {
        let broker = self.brokers.get_mut(&id).filter(|broker| broker.epoch == epoch);
        broker.ok_or(ApplyError::NoSuchBroker { record, id })
    }
}

impl Broker {
    fn of(record: &log::RegisterBrokerRecord) -> Self {
        let endpoints = record.end_points.iter().map(|end| Endpoint {
            name: end.name.clone(),
            host: end.host.clone(),
            port: end.port,
            security_protocol: end.security_protocol,
        });
        let features = record.features.iter().map(|feature| {
            let levels = (feature.min_supported_version, feature.max_supported_version);
            (feature.name.clone(), levels)
        });
        Broker {
            id: record.broker_id,
            epoch: record.broker_epoch,
            incarnation_id: record.incarnation_id,
            endpoints: endpoints.collect(),
            features: features.collect(),
            rack: record.rack.clone(),
            fenced: record.fenced,
            in_controlled_shutdown: record.in_controlled_shutdown,
            log_dirs: record.log_dirs.clone(),
            cordoned_log_dirs: record.cordoned_log_dirs.clone(),
        }
    }

    /// Applies a change: 1 sets a flag, -1 clears it, and what is absent stays.
    fn change(&mut self, record: &log::BrokerRegistrationChangeRecord) {
        match record.fenced {
            1 => self.fenced = true,
            -1 => self.fenced = false,
            _ => {}
        }
        if record.in_controlled_shutdown == 1 {
            self.in_controlled_shutdown = true;
        }
        if !record.log_dirs.is_empty() {
            self.log_dirs.clone_from(&record.log_dirs);
        }
        if record.cordoned_log_dirs.is_some() {
            self.cordoned_log_dirs.clone_from(&record.cordoned_log_dirs);
        }
    }
}

impl Controller {
    fn of(record: &log::RegisterControllerRecord) -> Self {
        let endpoints = record.end_points.iter().map(|end| Endpoint {
            name: end.name.clone(),
            host: end.host.clone(),
            port: end.port,
            security_protocol: end.security_protocol,
        });
        let features = record.features.iter().map(|feature| {
            let levels = (feature.min_supported_version, feature.max_supported_version);
            (feature.name.clone(), levels)
        });
        Controller {
            id: record.controller_id,
            incarnation_id: record.incarnation_id,
            endpoints: endpoints.collect(),
            features: features.collect(),
        }
    }
}
