//! Which layer counts: a resource's own value, then this broker's, then all brokers', then what
//! was given at start-up, then the default (KIP-226).

use super::broker::BrokerConfig;
use super::def::ConfigDef;
use super::dynamic::{DynamicConfigs, ResourceKind, Values};
use super::fixed::StaticConfig;
use super::group::GroupConfig;
use super::table;
use super::topic::TopicConfig;
use super::value::Value;

/// Where a value comes from, by the number that DescribeConfigs answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum Source {
    DynamicTopic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
    DynamicBrokerLogger = 6,
    ClientMetrics = 7,
    Group = 8,
}

impl Source {
    /// Returns the number by which the source travels.
    pub fn id(self) -> i8 {
        self as i8
    }
}

/// The configs of a broker as they stand: every layer, and the order among them.
#[derive(Clone, Copy, Debug)]
pub struct Configs<'a> {
    fixed: &'a StaticConfig,
    dynamic: &'a DynamicConfigs,
    of_broker: Option<&'a Values>,
    of_all_brokers: Option<&'a Values>,
}

impl<'a> Configs<'a> {
    /// Puts the layers together for the broker of this id.
    pub fn new(fixed: &'a StaticConfig, dynamic: &'a DynamicConfigs, node_id: i32) -> Self {
        Configs {
            fixed,
            dynamic,
            of_broker: dynamic.values(ResourceKind::Broker, &node_id.to_string()),
            of_all_brokers: dynamic.values(ResourceKind::Broker, ""),
        }
    }

    /// Returns a topic's configs, also of a topic that there is not (yet).
    pub fn topic(&self, topic: &str) -> TopicConfig {
        let own = self.own(ResourceKind::Topic, topic);
        TopicConfig::of(&|name| table::topic(name).and_then(|def| self.effective(def, own)))
    }

    /// Returns the configs of a topic that has just these of its own.
    pub fn topic_with(&self, own: &Values) -> TopicConfig {
        TopicConfig::of(&|name| {
            table::topic(name)
                .and_then(|def| self.effective(def, Some((own, Source::DynamicTopic))))
        })
    }

    /// Returns the broker's configs.
    pub fn broker(&self) -> BrokerConfig {
        BrokerConfig::of(&|name| self.broker_value(name))
    }

    /// Returns a group's configs, also of a group that there is not (yet).
    pub fn group(&self, group: &str) -> GroupConfig {
        let own = self.own(ResourceKind::Group, group);
        GroupConfig::of(&|name| table::group(name).and_then(|def| self.effective(def, own)))
    }

    /// Returns what a resource was given itself.
    pub(super) fn own(&self, kind: ResourceKind, name: &str) -> Option<(&'a Values, Source)> {
        let source = match kind {
            ResourceKind::Topic => Source::DynamicTopic,
            ResourceKind::Broker => Source::DynamicBroker,
            ResourceKind::BrokerLogger => Source::DynamicBrokerLogger,
            ResourceKind::ClientMetrics => Source::ClientMetrics,
            ResourceKind::Group => Source::Group,
        };
        self.dynamic.values(kind, name).map(|values| (values, source))
    }

    /// Returns the layers of the broker's configs, the first that has a value counting.
    pub(super) fn layers(&self) -> [(Option<&'a Values>, Source); 3] {
        [
            (self.of_broker, Source::DynamicBroker),
            (self.of_all_brokers, Source::DynamicDefaultBroker),
            (Some(self.fixed.values()), Source::StaticBroker),
        ]
    }

    /// Returns the value of a topic's or a group's config.
    pub(super) fn effective(
        &self,
        def: &ConfigDef,
        own: Option<(&Values, Source)>,
    ) -> Option<Value> {
        self.effective_with_source(def, own).0
    }

    /// Returns the value of a topic's or a group's config and the layer that it comes from.
    ///
    /// A stored text that does not parse counts as not there: nothing can store one now, but a
    /// log may be older than a rule.
    pub(super) fn effective_with_source(
        &self,
        def: &ConfigDef,
        own: Option<(&Values, Source)>,
    ) -> (Option<Value>, Source) {
        let own = own.and_then(|(values, source)| Some((values.get(def.name)?, source)));
        if let Some((Ok(value), source)) = own.map(|(text, source)| (def.parse(text), source)) {
            return (Some(value), source);
        }
        for (values, source) in self.layers() {
            for (name, factor) in def.synonyms {
                let text = values.and_then(|values| values.get(*name));
                let value = text.and_then(|text| table::broker(name)?.parse(text).ok());
                if let Some(value) = value {
                    return (Some(scaled(value, *factor)), source);
                }
            }
        }
        (def.default_value(), Source::Default)
    }

    /// Returns the value of a config that a listener has for itself, if it has one.
    pub(in crate::broker) fn listener_value(&self, listener: &str, name: &str) -> Option<Value> {
        let def = table::broker(name)?;
        let own = format!("listener.name.{}.{name}", listener.to_lowercase());
        let dynamic = [self.of_broker, self.of_all_brokers].into_iter().flatten();
        let mut texts = dynamic.filter_map(|values| values.get(&own)).map(String::as_str);
        texts.next().or_else(|| self.fixed.extra(&own)).and_then(|text| def.parse(text).ok())
    }

    /// Returns the value of a broker's config.
    pub(in crate::broker) fn broker_value(&self, name: &str) -> Option<Value> {
        let def = table::broker(name)?;
        let given = self.layers().into_iter().find_map(|(values, _)| {
            let text = values?.get(name)?;
            def.parse(text).ok()
        });
        given.or_else(|| def.default_value())
    }
}

/// Turns hours or minutes into milliseconds. What is negative is "no limit" in every unit.
fn scaled(value: Value, factor: i64) -> Value {
    match value {
        Value::Integer(number) if factor != 1 && number < 0 => Value::Integer(-1),
        Value::Integer(number) => Value::Integer(number.saturating_mul(factor)),
        other => other,
    }
}
