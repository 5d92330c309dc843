//! What DescribeConfigs says of a resource: values, where they come from, and what stands
//! behind them (`kafka.server.ConfigHelper`).

use std::collections::BTreeSet;

use super::def::{ConfigDef, Scope};
use super::dynamic::{ResourceKind, Values};
use super::resolve::{Configs, Source};
use super::table;

/// One config as it is described.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    pub name: String,
    /// The value as text; none where there is none, or where it is a secret.
    pub value: Option<String>,
    pub source: Source,
    pub read_only: bool,
    pub sensitive: bool,
    /// Every layer that has a value, the one that counts first.
    pub synonyms: Vec<Synonym>,
    /// The number of the type: zero where no type is known.
    pub kind: i8,
    pub doc: &'static str,
}

/// A layer's value.
#[derive(Clone, Debug, PartialEq)]
pub struct Synonym {
    pub name: String,
    pub value: Option<String>,
    pub source: Source,
}

/// Broker configs that say the same in several units, the finest first.
const FAMILIES: &[&[&str]] = &[
    &["log.retention.ms", "log.retention.minutes", "log.retention.hours"],
    &["log.roll.ms", "log.roll.hours"],
    &["log.roll.jitter.ms", "log.roll.jitter.hours"],
    &["log.flush.interval.ms", "log.flush.scheduler.interval.ms"],
];

impl Configs<'_> {
    /// Describes a topic.
    pub fn describe_topic(&self, topic: &str) -> Vec<Described> {
        self.describe_resource(ResourceKind::Topic, topic, table::TOPIC)
    }

    /// Describes a group.
    pub fn describe_group(&self, group: &str) -> Vec<Described> {
        self.describe_resource(ResourceKind::Group, group, table::GROUP)
    }

    /// Describes a subscription to clients' metrics.
    pub fn describe_client_metrics(&self, subscription: &str) -> Vec<Described> {
        self.describe_resource(ResourceKind::ClientMetrics, subscription, table::CLIENT_METRICS)
    }

    /// Describes this broker.
    pub fn describe_broker(&self) -> Vec<Described> {
        let dynamic = self.layers().into_iter().take(2);
        let set = dynamic.filter_map(|(values, _)| values).flat_map(Values::keys);
        let listed: BTreeSet<&str> = table::brokers().map(|def| def.name).collect();
        let unlisted: BTreeSet<&str> =
            set.map(String::as_str).filter(|name| !listed.contains(name)).collect();
        let names = table::brokers().map(|def| def.name).chain(unlisted);
        names.map(|name| self.describe_broker_config(name)).collect()
    }

    /// Describes what all brokers were given while they run.
    pub fn describe_all_brokers(&self) -> Vec<Described> {
        let (values, source) = self.layers()[1];
        let names = values.into_iter().flat_map(Values::keys);
        let described = names.map(|name| {
            let mut described = self.describe_broker_config(name);
            described.synonyms.retain(|synonym| synonym.source == source);
            let text = values.and_then(|values| values.get(name));
            described.value = text.and_then(|text| shown(table::broker(name), text));
            described.source = source;
            described
        });
        described.collect()
    }

    /// Describes a topic that is about to be: what it was given, and what it gets besides. Each
    /// value is told with the layer that it comes from, whatever its name there
    /// (`KafkaConfigSchema.resolveEffectiveTopicConfigs`).
    pub fn describe_new_topic(&self, own: &Values) -> Vec<Described> {
        let own = Some((own, Source::DynamicTopic));
        let given = table::TOPIC.iter().filter_map(|def| {
            let (value, source) = self.effective_with_source(def, own);
            Some(Described {
                name: def.name.to_owned(),
                value: Some(value?.to_string()).filter(|_| !def.is_sensitive()),
                source,
                read_only: false,
                sensitive: def.is_sensitive(),
                synonyms: Vec::new(),
                kind: def.kind as i8,
                doc: def.doc,
            })
        });
        given.collect()
    }

    fn describe_resource(
        &self,
        kind: ResourceKind,
        resource: &str,
        table: &'static [ConfigDef],
    ) -> Vec<Described> {
        let own = self.own(kind, resource);
        let listed = table.iter().filter(|def| {
            // A config without a value of its own is Kafka's internal one: told where it is set.
            def.default.is_some() || own.is_some_and(|(values, _)| values.contains_key(def.name))
        });
        listed.map(|def| self.describe_own(def, own, kind)).collect()
    }

    fn describe_own(
        &self,
        def: &'static ConfigDef,
        own: Option<(&Values, Source)>,
        kind: ResourceKind,
    ) -> Described {
        let mut synonyms = Vec::new();
        if let Some((text, source)) = own.and_then(|(v, source)| Some((v.get(def.name)?, source))) {
            let value = shown(Some(def), text);
            synonyms.push(Synonym { name: def.name.to_owned(), value, source });
        }
        let names: Vec<&str> = def.synonyms.iter().map(|synonym| synonym.0).collect();
        if let Some(first) = names.first() {
            synonyms.extend(self.synonyms(first, &names));
        } else if kind == ResourceKind::Group {
            let value = def.default.map(str::to_owned);
            let source = Source::Default;
            synonyms.push(Synonym { name: def.name.to_owned(), value, source });
        }
        Described {
            name: def.name.to_owned(),
            value: self.effective(def, own).map(|value| value.to_string()),
            source: synonyms.first().map_or(Source::Default, |synonym| synonym.source),
            read_only: false,
            sensitive: def.is_sensitive(),
            synonyms,
            kind: def.kind as i8,
            doc: def.doc,
        }
    }

    fn describe_broker_config(&self, name: &str) -> Described {
        let def = table::broker(name);
        let family = FAMILIES.iter().find(|family| family.contains(&name));
        let synonyms = self.synonyms(name, family.copied().unwrap_or(&[name]));
        Described {
            name: name.to_owned(),
            value: match def {
                Some(def) if !def.is_sensitive() => self.broker_value(name).map(|v| v.to_string()),
                // What nobody knows may be a secret.
                _ => None,
            },
            source: synonyms.first().map_or(Source::Default, |synonym| synonym.source),
            read_only: def.is_none_or(|def| def.scope != Scope::Dynamic),
            sensitive: def.is_none_or(ConfigDef::is_sensitive),
            synonyms,
            kind: def.map_or(0, |def| def.kind as i8),
            doc: def.map_or("", |def| def.doc),
        }
    }

    /// Returns the broker's layers under these names. As in Kafka, what comes before the first
    /// layer that has the config by its own name is not told.
    fn synonyms(&self, own_name: &str, names: &[&str]) -> Vec<Synonym> {
        let given = self.layers().into_iter().flat_map(|(values, source)| {
            names.iter().filter_map(move |name| {
                let value = shown(table::broker(name), values?.get(*name)?);
                Some(Synonym { name: name.to_string(), value, source })
            })
        });
        let defaults = names.iter().filter_map(|name| {
            let value = Some(table::broker(name)?.default?.to_owned());
            Some(Synonym { name: name.to_string(), value, source: Source::Default })
        });
        given.chain(defaults).skip_while(|synonym| synonym.name != own_name).collect()
    }
}

/// Returns a stored text as it is told: as its type prints it, and secrets not at all.
fn shown(def: Option<&ConfigDef>, text: &str) -> Option<String> {
    let def = def.filter(|def| !def.is_sensitive())?;
    Some(def.kind.parse(def.name, text).map_or_else(|_| text.to_owned(), |v| v.to_string()))
}
