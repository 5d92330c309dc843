//! The worker's own settings: the keys of Kafka's standalone worker, with their defaults.

use std::collections::BTreeMap;

use super::file::Pairs;
use crate::connect::define::{Def, Importance, Key, Kind, Mistake, Preset, Settings, Valid};

use Importance::{High, Low, Medium};
use Preset::{Null, Required, Text};

/// Settings that mean something here.
pub const KEYS: &[Key] = &[
    Key::new("bootstrap.servers", Kind::List, Required, High, "Brokers to begin with."),
    Key::new("key.converter", Kind::Class, Required, High, "What keys are, on topics."),
    Key::new("value.converter", Kind::Class, Required, High, "What values are, on topics."),
    Key::new(
        "header.converter",
        Kind::Class,
        Text("org.apache.kafka.connect.storage.SimpleHeaderConverter"),
        Low,
        "What the values of headers are, on topics.",
    ),
    Key::new(
        "offset.storage.file.filename",
        Kind::String,
        Required,
        High,
        "The file that remembers how far source connectors have come.",
    ),
    Key::new(
        "offset.flush.interval.ms",
        Kind::Long,
        Text("60000"),
        Low,
        "How often offsets are committed.",
    )
    .valid(Valid::AtLeast(1)),
    Key::new(
        "offset.flush.timeout.ms",
        Kind::Long,
        Text("5000"),
        Low,
        "How long records of a source are waited for before their offsets are kept; the next \
         interval tries again.",
    ),
    Key::new(
        "task.shutdown.graceful.timeout.ms",
        Kind::Long,
        Text("5000"),
        Low,
        "How long all tasks together may take to end.",
    ),
    Key::new(
        "listeners",
        Kind::List,
        Text("http://:8083"),
        Low,
        "Where the REST interface listens, if it is asked for.",
    ),
    Key::new("config.providers", Kind::List, Text(""), Low, "Names of config providers."),
    Key::new(
        "connector.client.config.override.policy",
        Kind::String,
        Text("All"),
        Medium,
        "Which client properties connectors may set: All, None, those of a Principal, or those of \
         an Allowlist.",
    )
    .valid(Valid::By(policy)),
    Key::new(
        "connector.client.config.override.allowlist",
        Kind::List,
        Text(""),
        Medium,
        "Which client properties connectors may set, with the policy Allowlist.",
    ),
    Key::new(
        "topic.creation.enable",
        Kind::Boolean,
        Text("true"),
        Low,
        "Whether sources may say by topic.creation.* how their topics are created.",
    ),
    Key::new(
        "topic.tracking.enable",
        Kind::Boolean,
        Text("true"),
        Low,
        "Whether the topics that a connector uses are remembered.",
    ),
    Key::new(
        "topic.tracking.allow.reset",
        Kind::Boolean,
        Text("true"),
        Low,
        "Whether the remembered topics may be forgotten on request.",
    ),
    Key::new(
        "rest.advertised.host.name",
        Kind::String,
        Null,
        Low,
        "The host by which the worker is named to others.",
    ),
    Key::new(
        "rest.advertised.port",
        Kind::Int,
        Null,
        Low,
        "The port by which the worker is named to others.",
    ),
];

/// Settings of Kafka's worker that mean something only inside a JVM, or that have one meaning
/// only here. They are accepted, and told with `-v`.
pub const UNUSED: &[&str] = &[
    "access.control.allow.methods",
    "access.control.allow.origin",
    "admin.listeners",
    "key.converter.plugin.version",
    "value.converter.plugin.version",
    "header.converter.plugin.version",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.recording.level",
    "metrics.sample.window.ms",
    "plugin.discovery",
    "plugin.path",
    "response.http.headers.config",
    "rest.advertised.listener",
    "rest.extension.classes",
    "rest.host.name",
    "rest.port",
    "internal.key.converter",
    "internal.value.converter",
    "internal.key.converter.schemas.enable",
    "internal.value.converter.schemas.enable",
];

/// What stands before the names of settings that belong to somebody else.
const PREFIXES: &[&str] = &[
    "key.converter.",
    "value.converter.",
    "header.converter.",
    "producer.",
    "consumer.",
    "admin.",
    "config.providers.",
    "listeners.https.",
    "admin.listeners.https.",
    "metrics.context.",
];

/// What connectors may set of their clients' properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Policy {
    All,
    None,
    Principal,
    Allowlist,
}

/// What the policy Principal lets through.
const PRINCIPAL: &[&str] = &["sasl.jaas.config", "sasl.mechanism", "security.protocol"];

impl Policy {
    /// The policy of a name: its class, or the word before `ConnectorClientConfigOverridePolicy`.
    fn of(text: &str) -> Option<Self> {
        let name = text.rsplit('.').next().unwrap_or_default();
        Some(match name.trim_end_matches("ConnectorClientConfigOverridePolicy") {
            "All" => Policy::All,
            "None" => Policy::None,
            "Principal" => Policy::Principal,
            "Allowlist" => Policy::Allowlist,
            _ => return None,
        })
    }
}

fn policy(text: &str) -> Result<(), String> {
    let none = || "there are the policies All, None, Principal and Allowlist".to_owned();
    Policy::of(text).map(drop).ok_or_else(none)
}

/// The worker's settings, checked.
#[derive(Clone)]
pub struct WorkerConfig {
    pub settings: Settings,
    /// All that was written, with variables resolved.
    pub all: Pairs,
}

impl std::fmt::Debug for WorkerConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerConfig").field("settings", &self.settings).finish()
    }
}

/// What is said about settings beside mistakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// It is accepted and does nothing.
    Unused(String),
    /// Nobody knows it, and perhaps another one was meant.
    Unknown { name: String, nearest: Option<String> },
}

/// Checks a worker's settings.
pub fn check(all: Pairs) -> (WorkerConfig, Vec<Mistake>, Vec<Remark>) {
    let (settings, mistakes) = Def(&[KEYS]).check(&all);
    let mut remarks = Vec::new();
    for name in all.keys() {
        let is_known = KEYS.iter().any(|key| key.name == *name)
            || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || is_client_property(name);
        if UNUSED.contains(&name.as_str()) {
            remarks.push(Remark::Unused(name.clone()));
        } else if !is_known {
            let names = KEYS.iter().map(|key| key.name).chain(UNUSED.iter().copied());
            let nearest = crate::connect::define::nearest(name, names).map(str::to_owned);
            remarks.push(Remark::Unknown { name: name.clone(), nearest });
        }
    }
    (WorkerConfig { settings, all }, mistakes, remarks)
}

/// Says whether a worker's setting is one that its clients understand as well.
fn is_client_property(name: &str) -> bool {
    let starts = ["ssl.", "sasl.", "security.", "client.", "metadata.", "reconnect.", "retry."];
    starts.iter().any(|start| name.starts_with(start))
        || crate::settings::names::is_known(name)
        || matches!(name, "request.timeout.ms" | "connections.max.idle.ms")
}

impl WorkerConfig {
    /// Checks which of their clients' properties a connector sets.
    pub fn check_overrides(&self, connector: &Pairs) -> Vec<Mistake> {
        let name = self.settings.string("connector.client.config.override.policy");
        let policy = Policy::of(name).unwrap_or(Policy::All);
        let list = self.settings.list("connector.client.config.override.allowlist");
        let may = |name: &str| match policy {
            Policy::All => true,
            Policy::None => false,
            Policy::Principal => PRINCIPAL.contains(&name),
            Policy::Allowlist => list.iter().any(|one| one == name),
        };
        let clients = ["producer.override.", "consumer.override.", "admin.override."];
        let set = connector.keys().filter_map(|key| {
            let name = clients.iter().find_map(|prefix| key.strip_prefix(prefix))?;
            Some((key, name))
        });
        let refused = set.filter(|(_, name)| !may(name)).map(|(key, name)| Mistake {
            name: key.clone(),
            why: format!(
                "The '{policy:?}' policy does not allow '{name}' to be overridden in the connector \
                 configuration."
            ),
        });
        refused.collect()
    }

    /// The properties of a client: the worker's own that say how to reach the cluster, those with
    /// the client's prefix, and the connector's own.
    pub fn client_properties(&self, prefix: &str, connector: &Pairs) -> BTreeMap<String, String> {
        let mut pairs = BTreeMap::new();
        let reach = |name: &str| {
            ["ssl.", "sasl.", "security.", "client.dns"].iter().any(|start| name.starts_with(start))
        };
        for (name, value) in self.all.iter().filter(|(name, _)| reach(name)) {
            pairs.insert(name.clone(), value.clone());
        }
        for (name, value) in &self.all {
            if let Some(name) = name.strip_prefix(prefix) {
                pairs.insert(name.to_owned(), value.clone());
            }
        }
        let prefix = prefix.replace('.', ".override.");
        for (name, value) in connector {
            if let Some(name) = name.strip_prefix(&prefix) {
                pairs.insert(name.to_owned(), value.clone());
            }
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(all: &[(&str, &str)]) -> Pairs {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_worker_file_as_kafka_ships_it_is_understood_without_a_word() {
        let shipped = pairs(&[
            ("bootstrap.servers", "localhost:9092"),
            ("key.converter", "org.apache.kafka.connect.json.JsonConverter"),
            ("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
            ("key.converter.schemas.enable", "true"),
            ("value.converter.schemas.enable", "true"),
            ("offset.storage.file.filename", "/tmp/connect.offsets"),
            ("offset.flush.interval.ms", "10000"),
            ("consumer.max.poll.records", "10"),
            ("security.protocol", "PLAINTEXT"),
        ]);
        let (config, mistakes, remarks) = check(shipped);
        assert_eq!((mistakes.len(), remarks.len()), (0, 0), "{mistakes:?} {remarks:?}");
        assert_eq!(config.settings.duration("offset.flush.interval.ms").as_secs(), 10);
        let connector = pairs(&[("consumer.override.max.poll.records", "20")]);
        let client = config.client_properties("consumer.", &connector);
        let want = pairs(&[("max.poll.records", "20"), ("security.protocol", "PLAINTEXT")]);
        assert_eq!(client, want);
    }

    #[test]
    fn a_policy_says_what_connectors_may_set() {
        let connector = pairs(&[
            ("producer.override.linger.ms", "5"),
            ("admin.override.sasl.mechanism", "PLAIN"),
            ("producer.override", "nothing"),
        ]);
        for (policy, refused) in [
            ("All", &[][..]),
            ("None", &["admin.override.sasl.mechanism", "producer.override.linger.ms"]),
            ("Principal", &["producer.override.linger.ms"]),
            ("x.AllowlistConnectorClientConfigOverridePolicy", &["admin.override.sasl.mechanism"]),
        ] {
            let (config, ..) = check(pairs(&[
                ("connector.client.config.override.policy", policy),
                ("connector.client.config.override.allowlist", "linger.ms,acks"),
            ]));
            let wrong = config.check_overrides(&connector);
            let names: Vec<&str> = wrong.iter().map(|one| one.name.as_str()).collect();
            assert_eq!(names, refused, "{policy}");
        }
        let (config, ..) = check(pairs(&[("connector.client.config.override.policy", "None")]));
        assert_eq!(
            config.check_overrides(&connector)[1].why,
            "The 'None' policy does not allow 'linger.ms' to be overridden in the connector \
             configuration."
        );
        let (_, mistakes, _) = check(pairs(&[("connector.client.config.override.policy", "My")]));
        assert!(mistakes.iter().any(|one| one.why.contains("the policies All")), "{mistakes:?}");
    }

    #[test]
    fn what_is_unknown_is_told_with_what_was_meant() {
        let (_, mistakes, remarks) = check(pairs(&[
            ("bootstrap.server", "x"),
            ("plugin.path", "/x"),
            ("offset.flush.interval", "10"),
        ]));
        assert_eq!(mistakes.len(), 4);
        let unknown = |name: &str, nearest: &str| Remark::Unknown {
            name: name.to_owned(),
            nearest: Some(nearest.to_owned()),
        };
        assert_eq!(
            remarks,
            [
                unknown("bootstrap.server", "bootstrap.servers"),
                unknown("offset.flush.interval", "offset.flush.interval.ms"),
                Remark::Unused("plugin.path".to_owned()),
            ]
        );
    }
}
