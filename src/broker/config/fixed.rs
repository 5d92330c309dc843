//! The configs that the broker was given at start-up: they stay until it stops.

use std::fmt;

use super::dynamic::Values;
use super::error::ConfigError;
use super::listeners;
use super::release::Release;
use super::rules;
use super::table;

/// What `rk dev` sets by itself, as a `server.properties` for one node would: one replica is
/// all there can be, and a group need not wait for more members.
const BASE: &[(&str, &str)] = &[
    ("node.id", "1"),
    ("broker.id", "1"),
    ("process.roles", "broker,controller"),
    ("controller.listener.names", "CONTROLLER"),
    ("num.partitions", "4"),
    ("offsets.topic.replication.factor", "1"),
    ("transaction.state.log.replication.factor", "1"),
    ("transaction.state.log.min.isr", "1"),
    ("share.coordinator.state.topic.replication.factor", "1"),
    ("share.coordinator.state.topic.min.isr", "1"),
    ("group.initial.rebalance.delay.ms", "0"),
];

/// The one authorizer that there is.
const AUTHORIZER: &str = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
/// The configs that only it knows.
const AUTHORIZERS_OWN: &[&str] = &["super.users", "allow.everyone.if.no.acl.found"];

/// The one assignor of share groups, by both of its names.
const SHARE_ASSIGNORS: &[&str] =
    &["simple", "org.apache.kafka.coordinator.group.assignor.SimpleAssignor"];

fn check_authorizers(name: &str, value: &str) -> Result<(), ConfigError> {
    let users = value.split(';').map(str::trim).filter(|user| !user.is_empty());
    let bad = match name {
        "super.users" => users.into_iter().find(|user| !user.contains(':')),
        _ => Some(value).filter(|v| !["true", "false"].contains(&v.trim().to_lowercase().as_str())),
    };
    let why = if name == "super.users" {
        "expected a string in format principalType:principalName"
    } else {
        "Expected value to be either true or false"
    };
    bad.map_or(Ok(()), |bad| Err(ConfigError::invalid(name, bad, why)))
}

/// The names and the texts of the broker configs that were given, all of them checked.
#[derive(Clone, PartialEq)]
pub struct StaticConfig {
    values: Values,
    /// What Kafka's own table has no row for: configs of one listener, and the authorizer's.
    extras: Values,
    release: Option<Release>,
    lenient_replication: bool,
}

impl fmt::Debug for StaticConfig {
    /// Writes the names: some of the values are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys().chain(self.extras.keys())).finish()
    }
}

impl Default for StaticConfig {
    /// Returns what `rk dev` sets by itself.
    fn default() -> Self {
        let values = BASE.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        StaticConfig {
            values: values.collect(),
            extras: Values::new(),
            release: None,
            lenient_replication: false,
        }
    }
}

impl StaticConfig {
    /// Returns what `rk dev` sets by itself, changed by what was given. The later of two values
    /// of one name counts.
    ///
    /// A name that no broker config has is an error that names the nearest one; so is a value
    /// that does not parse, is out of its range, or asks for what this broker does not have.
    pub fn parse(
        pairs: impl IntoIterator<Item = (String, String)>,
    ) -> Result<StaticConfig, ConfigError> {
        let mut config = StaticConfig::default();
        for (name, value) in pairs {
            config.set(&name, &value)?;
        }
        listeners::listeners(&config)?;
        rules::broker_values(&|name| config.get(name).map(str::to_owned))?;
        Ok(config)
    }

    /// Sets one config.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), ConfigError> {
        if name.starts_with("listener.name.") {
            listeners::check_scoped(name, value)?;
            self.extras.insert(name.to_owned(), value.to_owned());
            return Ok(());
        }
        if AUTHORIZERS_OWN.contains(&name) {
            check_authorizers(name, value)?;
            self.extras.insert(name.to_owned(), value.to_owned());
            return Ok(());
        }
        let Some(def) = table::broker(name) else {
            if table::is_unserved(name) {
                return Err(ConfigError::Unserved { name: name.to_owned() });
            }
            // A topic's config is a broker's by another name.
            let of_topic = table::topic(name).and_then(|def| def.synonyms.first());
            let nearest = of_topic.map(|s| s.0).or_else(|| table::nearest_broker(name));
            return Err(ConfigError::UnknownBrokerConfig { name: name.to_owned(), nearest });
        };
        let parsed = def.parse(value)?;
        let asks_for_more = match name {
            "remote.log.storage.system.enable"
            | "transaction.two.phase.commit.enable"
            | "unstable.api.versions.enable"
            | "unstable.feature.versions.enable" => value.trim().eq_ignore_ascii_case("true"),
            "early.start.listeners" | "metric.reporters" | "server.max.startup.time.ms" => {
                Some(parsed.to_string().as_str()) != def.default && !value.trim().is_empty()
            }
            "offsets.topic.compression.codec" => value.trim() != "0",
            "group.share.assignors" => !SHARE_ASSIGNORS.contains(&value.trim()),
            "authorizer.class.name" => !["", AUTHORIZER].contains(&value.trim()),
            "principal.builder.class" => Some(value.trim()) != def.default,
            "sasl.server.callback.handler.class" => true,
            _ => false,
        };
        if asks_for_more {
            return Err(ConfigError::Unserved { name: name.to_owned() });
        }
        if name == "process.roles" {
            let roles = parsed.to_string();
            if roles != "broker,controller" && roles != "controller,broker" {
                let why = "the one node is both broker and controller";
                return Err(ConfigError::invalid(name, value, why));
            }
        }
        // The two names are one config.
        for twin in ["node.id", "broker.id"] {
            if name == "node.id" || name == "broker.id" {
                table::broker(twin).map_or(Ok(parsed.clone()), |def| def.parse(value))?;
                self.values.insert(twin.to_owned(), value.to_owned());
            }
        }
        self.values.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// Has the broker pass itself off as an older release.
    pub fn set_release(&mut self, release: Option<Release>) {
        self.release = release;
    }

    /// Returns the older release that the broker passes itself off as, if it does.
    pub fn release(&self) -> Option<Release> {
        self.release
    }

    /// Has topics accept more replicas than there can be. They have one all the same.
    pub fn set_lenient_replication(&mut self, lenient: bool) {
        self.lenient_replication = lenient;
    }

    /// Says whether topics accept more replicas than there can be.
    pub fn has_lenient_replication(&self) -> bool {
        self.lenient_replication
    }

    /// Returns the text that was given, if it was.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Returns the text of a listener's own config, or of the authorizer's, if it was given.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extras.get(name).map(String::as_str)
    }

    /// Returns all that was given.
    pub fn values(&self) -> &Values {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str, value: &str) -> Result<StaticConfig, String> {
        let pair = (name.to_owned(), value.to_owned());
        StaticConfig::parse([pair]).map_err(|error| error.to_string())
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let rows = [
            (
                "num.partition",
                "1",
                "no broker config is called `num.partition`; the nearest is `num.partitions`",
            ),
            (
                "retention.ms",
                "1",
                "no broker config is called `retention.ms`; the nearest is `log.retention.ms`",
            ),
            ("zz", "1", "no broker config is called `zz`"),
            (
                "num.partitions",
                "0",
                "Invalid value 0 for configuration num.partitions: Value must be at least 1",
            ),
            (
                "num.partitions",
                "x",
                "Invalid value x for configuration num.partitions: Not a number of type INT",
            ),
            (
                "process.roles",
                "broker",
                "Invalid value broker for configuration process.roles: the one node is both broker \
                    and controller",
            ),
            (
                "log.retention.ms",
                "0",
                "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or \
                    equal to 1",
            ),
            (
                "broker.id",
                "-1",
                "Invalid value -1 for configuration node.id: Value must be at least 0",
            ),
            (
                "sasl.kerberos.service.name",
                "/x",
                "`sasl.kerberos.service.name` is a config of Kafka's brokers for something that this \
                    broker does not have",
            ),
            (
                "remote.log.storage.system.enable",
                "true",
                "`remote.log.storage.system.enable` is a config of Kafka's brokers for something \
                    that this broker does not have",
            ),
        ];
        for (name, value, message) in rows {
            assert_eq!(given(name, value), Err(message.to_owned()));
        }
        for (name, value, other) in [
            ("transaction.two.phase.commit.enable", "true", "false"),
            ("unstable.api.versions.enable", "true", "false"),
            ("unstable.feature.versions.enable", "TRUE", "false"),
            ("offsets.topic.compression.codec", "1", "0"),
            ("group.share.assignors", "org.example.Own", "simple"),
        ] {
            let refused = given(name, value).unwrap_err();
            assert!(refused.starts_with(&format!("`{name}` is a config")), "{refused}");
            assert!(given(name, other).is_ok(), "{name}");
        }
        assert!(given("remote.log.storage.system.enable", "false").is_ok());
        assert!(given("process.roles", "controller,broker").is_ok());
    }

    #[test]
    fn the_two_names_of_the_id_are_one_config() {
        let config = given("node.id", "7").unwrap();
        assert_eq!((config.get("node.id"), config.get("broker.id")), (Some("7"), Some("7")));
        let config = given("broker.id", "8").unwrap();
        assert_eq!(config.get("node.id"), Some("8"));
    }
}
