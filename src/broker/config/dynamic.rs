//! The configs that records have set, by resource: what a running cluster was told.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What a config belongs to (`org.apache.kafka.common.config.ConfigResource.Type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i8)]
pub enum ResourceKind {
    Topic = 2,
    Broker = 4,
    BrokerLogger = 8,
    ClientMetrics = 16,
    Group = 32,
}

impl ResourceKind {
    const ALL: [ResourceKind; 5] = [
        ResourceKind::Topic,
        ResourceKind::Broker,
        ResourceKind::BrokerLogger,
        ResourceKind::ClientMetrics,
        ResourceKind::Group,
    ];

    /// Returns the kind that travels as this number.
    pub fn of(id: i8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// Returns the number by which the kind travels.
    pub fn id(self) -> i8 {
        self as i8
    }

    /// Returns Kafka's name of the kind.
    pub fn name(self) -> &'static str {
        match self {
            ResourceKind::Topic => "TOPIC",
            ResourceKind::Broker => "BROKER",
            ResourceKind::BrokerLogger => "BROKER_LOGGER",
            ResourceKind::ClientMetrics => "CLIENT_METRICS",
            ResourceKind::Group => "GROUP",
        }
    }
}

/// A thing that has configs. A broker's name is its id, or empty for the default of all brokers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    pub kind: ResourceKind,
    pub name: String,
}

impl Resource {
    pub fn new(kind: ResourceKind, name: impl Into<String>) -> Self {
        Resource { kind, name: name.into() }
    }
}

/// The names and the values that one resource was given.
pub type Values = BTreeMap<String, String>;

/// Every resource that was given configs, with what it was given. A clone is cheap to keep:
/// what does not change is shared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DynamicConfigs {
    by_resource: BTreeMap<Resource, Arc<Values>>,
}

impl DynamicConfigs {
    /// Returns one value, if the resource was given it.
    pub fn get(&self, kind: ResourceKind, resource: &str, name: &str) -> Option<&str> {
        self.values(kind, resource)?.get(name).map(String::as_str)
    }

    /// Returns all that a resource was given.
    pub fn values(&self, kind: ResourceKind, resource: &str) -> Option<&Values> {
        self.by_resource.get(&Resource::new(kind, resource)).map(|values| &**values)
    }

    /// Returns the resources that were given anything, in order.
    pub fn resources(&self) -> impl Iterator<Item = (&Resource, &Values)> {
        self.by_resource.iter().map(|(resource, values)| (resource, &**values))
    }

    /// Returns how long all names and values are together.
    pub fn bytes(&self) -> usize {
        let of_values = |values: &Values| -> usize {
            values.iter().map(|(name, value)| name.len() + value.len()).sum()
        };
        self.resources().map(|(resource, values)| resource.name.len() + of_values(values)).sum()
    }

    /// Sets a value, or takes it away.
    pub(in crate::broker) fn set(&mut self, resource: Resource, name: &str, value: Option<&str>) {
        match value {
            Some(value) => {
                let values = self.by_resource.entry(resource).or_default();
                Arc::make_mut(values).insert(name.to_owned(), value.to_owned());
            }
            None => {
                let Some(values) = self.by_resource.get_mut(&resource) else { return };
                Arc::make_mut(values).remove(name);
                if values.is_empty() {
                    self.by_resource.remove(&resource);
                }
            }
        }
    }

    /// Forgets a resource.
    pub(in crate::broker) fn remove(&mut self, resource: &Resource) {
        self.by_resource.remove(resource);
    }
}
