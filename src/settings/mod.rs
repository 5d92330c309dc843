//! Flags, environment, files and defaults, checked and typed once.
//!
//! Precedence: flags, then the environment, then defaults; of client properties `-X` wins over
//! `--command-config`. Property files may be a Java program's own. Nothing here connects.

pub mod connect;
pub mod duration;
pub mod env;
mod java;
pub mod look;
pub mod names;
pub mod position;
pub mod properties;
pub mod registry;
pub mod search;
pub mod time;
pub mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use env::Env;
use properties::PropertiesError;
use registry::RegistrySettings;

/// The broker that is asked when nothing else is said.
pub const DEFAULT_BROKERS: &str = "localhost:9092";

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("`{text}` is not a length of time: write it like `500ms`, `2h30m` or `PT2H`")]
    Duration { text: String },
    #[error(
        "`{text}` is not a time: write it like `2026-01-31T12:00:00Z`, `2026-01-31`, \
         `1769860800` or `-15m`"
    )]
    Time { text: String },
    #[error(
        "`{text}` is not a position: write `beginning`, `end`, `42`, `-5`, `@TIME`, a range \
         `42:50`, or `0=42,3=50` for each partition"
    )]
    Position { text: String },
    #[error(
        "`{text}` is not where to end: write `end`, `42`, `-5`, `+5`, `@TIME`, or `+1h` after what \
         it begins with"
    )]
    Limit { text: String },
    #[error("`{text}` is not a number from 0 on")]
    Count { text: String },
    #[error("`{text}` is not a partition: they are numbered from 0 on")]
    Partition { text: String },
    #[error("`{text}` is not a regular expression: {why}")]
    Pattern { text: String, why: String },
    #[error(
        "`{text}` is not a condition: write `partition=0,2`, `offset=5:10` or `time=@-1h:@-30m`, \
         with `!` in front for the opposite"
    )]
    Condition { text: String },
    #[error("`{text}` is not of the form `key=value`")]
    Pair { text: String },
    #[error("`{text}` is not of the form `name=value`")]
    Header { text: String },
    #[error("`{text}` is not of the form `topic:partition=offset`")]
    TopicOffset { text: String },
    #[error("the login is not of the form `user:password`")]
    Login,
    #[error("`{text}` is not of the form `topic` or `topic:0,1`")]
    TopicScope { text: String },
    #[error(
        "there is no reader property `{name}`: there are parse.key, key.separator, null.marker, \
         parse.headers, headers.delimiter, headers.separator, headers.key.separator, ignore.error"
    )]
    ReaderProperty { name: String },
    #[error("the reader property `{name}` cannot be `{value}`: it wants {wanted}")]
    ReaderValue { name: String, value: String, wanted: &'static str },
    #[error("cannot read `{path}`: {reason}")]
    File { path: String, reason: String },
    #[error("cannot read `{path}`: {error}")]
    Properties { path: String, error: PropertiesError },
    #[error("unknown client property `{key}`{}", did_you_mean(*.nearest))]
    UnknownProperty { key: String, nearest: Option<&'static str> },
    #[error(
        "`{key}` is `{location}`, a {kind} store, which only Java can open: \
         use a PEM file and `{}=PEM`", .key.replace("location", "type")
    )]
    JavaStore { key: &'static str, location: String, kind: String },
    #[error(
        "`sasl.jaas.config` names `{class}`: \
         only PlainLoginModule and ScramLoginModule are known"
    )]
    LoginModule { class: String },
    #[error("`sasl.jaas.config` has no `{option}`")]
    LoginOption { option: &'static str },
    #[error("the property `{name}` cannot be used: it wants {wanted}")]
    RegistryProperty { name: String, wanted: &'static str },
}

/// Why a file cannot be read, without the number that the system has for it.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// A cluster, and how to talk to it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cluster {
    /// Where to begin: `host:port`, comma separated.
    pub brokers: String,
    /// Client properties under librdkafka's names, without the brokers.
    pub properties: BTreeMap<String, String>,
    /// What the properties say of a Schema Registry.
    pub registry: RegistrySettings,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(key, value)| match is_secret(key) {
            true => (key, "(hidden)"),
            false => (key, value),
        };
        let pairs = self.properties.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        let properties: BTreeMap<&str, &str> = pairs.map(shown).collect();
        let mut out = f.debug_struct("Cluster");
        out.field("brokers", &self.brokers).field("properties", &properties);
        out.field("registry", &self.registry).finish()
    }
}

/// Says whether a property's value must never be shown.
pub fn is_secret(key: &str) -> bool {
    let secret = ["password", "secret", "key.pem", "jaas", "oauthbearer.config"];
    secret.iter().any(|part| key.contains(part))
}

/// What the command line says about the cluster.
#[derive(Clone, Debug, Default)]
pub struct ClusterWords {
    pub brokers: Option<String>,
    pub properties: Vec<(String, String)>,
    pub command_config: Option<PathBuf>,
}

/// The settings of a cluster, and what was left out of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Resolved {
    pub cluster: Cluster,
    /// Properties that mean something only inside a Java program.
    pub left_out: Vec<String>,
}

impl ClusterWords {
    /// Checks and merges: flags, then properties, then the environment, then the default.
    pub fn resolve(self, env: &Env) -> Result<Resolved, SettingsError> {
        let mut pairs = match &self.command_config {
            Some(path) => read_properties(path)?,
            None => Vec::new(),
        };
        pairs.extend(self.properties);
        let mut in_properties = None;
        pairs.retain(|(key, value)| {
            let is_brokers = matches!(key.as_str(), "bootstrap.servers" | "metadata.broker.list");
            if is_brokers {
                in_properties = Some(value.clone());
            }
            // A file may have more in it than this cluster's brokers need.
            !is_brokers && !key.starts_with(connect::PREFIX)
        });
        let in_env = || env::BROKERS.iter().find_map(|name| env.get(name)).map(str::to_owned);
        let brokers = self.brokers.or(in_properties).or_else(in_env);
        let (of_registry, pairs): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(key, _)| registry::is_ours(key));
        let translated = java::translate(pairs)?;
        let mut registry =
            RegistrySettings::of(&of_registry.into_iter().collect(), &translated.properties)?;
        registry.url = registry.url.or_else(|| env.get(env::REGISTRY).map(str::to_owned));
        let cluster = Cluster {
            brokers: brokers.unwrap_or_else(|| DEFAULT_BROKERS.to_owned()),
            properties: translated.properties,
            registry,
        };
        Ok(Resolved { cluster, left_out: translated.left_out })
    }
}

fn read_properties(path: &Path) -> Result<Vec<(String, String)>, SettingsError> {
    let shown = || path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| SettingsError::File { path: shown(), reason: reason(&error) })?;
    properties::parse(&text).map_err(|error| SettingsError::Properties { path: shown(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&str, &str)]) -> Env {
        Env::of(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    fn words(brokers: Option<&str>, properties: &[(&str, &str)]) -> ClusterWords {
        let owned = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
        ClusterWords {
            brokers: brokers.map(str::to_owned),
            properties: properties.iter().map(owned).collect(),
            command_config: None,
        }
    }

    #[test]
    fn brokers_come_from_the_nearest_place() {
        let both = env(&[("RK_BROKERS", "rk:1"), ("BOOTSTRAP_SERVERS", "bs:1")]);
        let one = env(&[("RK_BROKERS", ""), ("BOOTSTRAP_SERVERS", "bs:1")]);
        let none = Env::default();
        let property = [("bootstrap.servers", "p:1")];
        let rows = [
            (words(Some("f:1"), &property), &both, "f:1"),
            (words(None, &property), &both, "p:1"),
            (words(None, &[]), &both, "rk:1"),
            (words(None, &[]), &one, "bs:1"),
            (words(None, &[]), &none, "localhost:9092"),
        ];
        for (words, env, want) in rows {
            let cluster = words.resolve(env).unwrap().cluster;
            assert_eq!(cluster.brokers, want);
            assert!(cluster.properties.is_empty());
        }
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("client.properties");
        std::fs::write(&path, "# mine\nlinger.ms = 5\nclient.id=file\nkey.serializer=x\n").unwrap();
        let mut words = words(None, &[("linger.ms", "7")]);
        words.command_config = Some(path);
        let resolved = words.resolve(&Env::default()).unwrap();
        assert_eq!(resolved.cluster.properties["linger.ms"], "7");
        assert_eq!(resolved.cluster.properties["client.id"], "file");
        assert_eq!(resolved.left_out, ["key.serializer"]);
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let mut words = words(None, &[]);
        words.command_config = Some("/no/such/file".into());
        let error = words.resolve(&Env::default()).unwrap_err().to_string();
        assert!(error.starts_with("cannot read `/no/such/file`: "), "{error}");
    }

    #[test]
    fn secrets_are_not_shown() {
        let set = [("sasl.password", "hunter2"), ("ssl.key.pem", "hunter2"), ("acks", "all")];
        let shown = format!("{:?}", words(None, &set).resolve(&Env::default()).unwrap());
        assert!(shown.contains("all") && !shown.contains("hunter2"), "{shown}");
    }
}
