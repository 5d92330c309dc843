//! The table of configs, row by row against Kafka's own definitions.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rk::broker::config::check::Check;
use rk::broker::config::{ConfigDef, Kind, Scope, table};

/// What Kafka 4.3.1 defines: see the file's first lines.
const DEFINED: &str = include_str!("kafka-4.3.1-configs.tsv");

/// Broker configs that Kafka can change while it runs, and this broker cannot.
const FIXED_HERE: &[&str] = &["listeners", "listener.security.protocol.map"];
/// Defaults of ours for what a Kafka must be given.
const REQUIRED: &[&str] = &["node.id", "process.roles", "controller.listener.names"];

struct Defined {
    kind: &'static str,
    default: &'static str,
    range: &'static str,
    dynamic: bool,
}

fn defined(of: &str) -> BTreeMap<&'static str, Defined> {
    let lines = DEFINED.lines().filter(|line| !line.starts_with('#'));
    let rows = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    let rows = rows.filter(|row| row[0] == of).map(|row| {
        let [_, name, kind, default, range, scope] = row[..] else { panic!("{row:?}") };
        (name, Defined { kind, default, range, dynamic: scope == "dynamic" })
    });
    rows.collect()
}

fn range(check: Check) -> String {
    match check {
        Check::AtLeast(least) => format!("[{least},...]"),
        Check::Between(least, most) => format!("[{least},...,{most}]"),
        _ => "-".to_owned(),
    }
}

fn check(def: &ConfigDef, defined: &Defined) {
    let name = def.name;
    assert_eq!(format!("{:?}", def.kind).to_uppercase(), defined.kind, "{name}");
    if REQUIRED.contains(&name) {
        assert_eq!(defined.default, "<required>", "{name}");
    } else {
        assert_eq!(def.default.unwrap_or("null"), defined.default, "{name}");
    }
    assert_eq!(range(def.check), defined.range, "{name}");
}

#[test]
fn every_broker_config_is_as_kafka_defines_it() {
    let kafkas = defined("broker");
    let mut ours = 0;
    for def in table::brokers() {
        let kafkas = kafkas.get(def.name).unwrap_or_else(|| panic!("Kafka has no {}", def.name));
        check(def, kafkas);
        let dynamic = kafkas.dynamic && !FIXED_HERE.contains(&def.name);
        assert_eq!(def.scope == Scope::Dynamic, dynamic, "{}", def.name);
        assert_ne!(def.scope, Scope::Resource, "{}", def.name);
        ours += 1;
    }
    // What is left is known by name, to be refused by name.
    let unserved = kafkas.keys().filter(|name| table::is_unserved(name)).count();
    assert_eq!(ours + unserved, kafkas.len());
    assert!(table::brokers().all(|def| !table::is_unserved(def.name)));
}

#[test]
fn topics_groups_and_subscriptions_have_all_that_kafka_defines() {
    let tables =
        [("topic", table::TOPIC), ("group", table::GROUP), ("metrics", table::CLIENT_METRICS)];
    for (of, table) in tables {
        let kafkas = defined(of);
        let names: Vec<&str> = table.iter().map(|def| def.name).collect();
        assert_eq!(names, kafkas.keys().copied().collect::<Vec<_>>(), "{of}");
        for def in table {
            check(def, &kafkas[def.name]);
            assert_eq!(def.scope, Scope::Resource);
        }
    }
}

#[test]
fn no_secret_has_a_default() {
    let all = table::brokers().chain(table::TOPIC).chain(table::GROUP);
    assert!(all.filter(|def| def.kind == Kind::Password).all(|def| def.default.is_none()));
}

/// The files that name a config to check it, not to act upon it.
const CHECKS: &[&str] = &["table", "rules.rs", "alter_broker.rs", "alter_listener.rs", "fixed.rs"];

/// Configs that are acted upon where checks are: by what `fixed.rs` refuses at the start, and by
/// what `rules.rs` refuses to topics.
const BY_CHECKS: &[&str] = &[
    "broker.id",
    "early.start.listeners",
    "group.share.assignors",
    "log.dir",
    "metric.reporters",
    "offsets.topic.compression.codec",
    "principal.builder.class",
    "process.roles",
    "remote.log.storage.system.enable",
    "remote.storage.enable",
    "sasl.server.callback.handler.class",
    "server.max.startup.time.ms",
    "transaction.two.phase.commit.enable",
    "unstable.api.versions.enable",
    "unstable.feature.versions.enable",
];

/// Configs that the source names and that have no effect: one may be a listener's own, and one
/// says how a codec is told apart.
const NAMED_ALL_THE_SAME: &[&str] = &["num.network.threads", "compression.lz4.level"];

/// Reads the broker's source, without what only checks.
fn acting(dir: &Path, text: &mut String) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if CHECKS.iter().any(|checks| name == *checks) {
            continue;
        }
        match path.is_dir() {
            true => acting(&path, text),
            false => text.push_str(&fs::read_to_string(&path).unwrap()),
        }
    }
}

#[test]
fn every_config_is_acted_upon_or_stands_in_the_list_of_those_that_are_only_shown() {
    let mut source = String::new();
    acting(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/broker"), &mut source);
    let resources = [table::TOPIC, table::GROUP, table::CLIENT_METRICS];
    // What a group may ask for is bounded by `rules.rs`.
    let bounds = |name: &str| {
        let kinds = ["group.consumer.", "group.share.", "group.streams."];
        let of = kinds.iter().find_map(|kind| name.strip_prefix(kind));
        of.is_some_and(|bound| bound.starts_with("min.") || bound.starts_with("max."))
    };
    let is_named = |name: &str| {
        source.contains(&format!("\"{name}\"")) || BY_CHECKS.contains(&name) || bounds(name)
    };
    // A broker's config is acted upon where a topic's or a group's is that it stands in for.
    let stands_in = |name: &str| {
        let mut rows = resources.into_iter().flatten();
        rows.any(|def| def.synonyms.iter().any(|s| s.0 == name) && is_named(def.name))
    };
    let all = table::brokers().chain(resources.into_iter().flatten()).map(|def| def.name);
    let all: Vec<&str> = all.collect();
    for name in &all {
        let acts = is_named(name) || stands_in(name);
        if !NAMED_ALL_THE_SAME.contains(name) {
            assert_eq!(table::why_only_shown(name).is_none(), acts, "{name}");
        }
    }
    for name in table::only_shown() {
        assert!(all.contains(&name) || table::broker(name).is_some(), "{name}");
    }
}
