//! Topics and groups, administered: one script, and every word that it prints.

use std::fmt::Write;

use crate::kit::broker::TestBroker;
use crate::kit::golden::golden;
use crate::kit::{kafka, run};

/// The lines of the script. What they print does not depend on anything but the lines before.
const SCRIPT: &[&str] = &[
    "topics list",
    "topics list -o json",
    "topics create orders prices --partitions 3 --config retention.ms=1000000",
    "topics create orders",
    "topics create orders --if-not-exists",
    "topics create wide --replication-factor 3",
    "topics create bad!name small --partitions 1",
    "topics create d --config no.such.config=1",
    "topics list",
    "topics list -o plain",
    "topics list -o tsv",
    "topics describe orders small",
    "topics describe small -o json",
    "topics describe --regex or.*|pr.* -o csv",
    "topics describe small missing",
    "topics describe missing",
    "topics describe --regex missing.*",
    "topics alter orders --partitions 4 --config cleanup.policy=compact --delete-config retention.ms",
    "topics alter orders --partitions 2",
    "topics alter missing --config cleanup.policy=compact",
    "topics describe -t orders",
    "topics delete prices",
    "topics delete prices missing --yes",
    "groups list",
    "groups describe nobody",
    "groups delete nobody --yes",
    "groups reset-offsets --group new --topic orders --to-earliest",
    "groups reset-offsets --group new --topic orders:0,1 --to-offset 7 --execute",
    "groups reset-offsets --group new --topic orders:9 --to-offset 7 --execute",
    "groups reset-offsets --group new --topic missing --to-latest",
    "groups reset-offsets --group nobody --all-topics --to-latest",
    "groups list",
    "groups describe new",
    "groups describe new nobody -o csv",
    "groups describe new --members -o json",
    "groups reset-offsets --group new --all-topics --shift-by -2 --dry-run -o ndjson",
    "groups reset-offsets --group new --topic small --shift-by 1",
    "groups reset-offsets --group new --topic small --to-current --execute",
    "groups reset-offsets --group new --topic small --to-datetime 2999-01-01T00:00:00.000",
    "groups delete new nobody --yes",
    "groups list -o csv",
];

/// Runs the script, and returns it with what came of it.
fn transcript(address: &str) -> String {
    let mut text = String::new();
    for line in SCRIPT {
        let ran = run::rk(line.split_whitespace()).env("RK_BROKERS", address).run();
        writeln!(text, "$ rk {line}").unwrap();
        text.push_str(ran.out());
        text.push_str(ran.err());
        if ran.code != 0 {
            writeln!(text, "[exit code {}]", ran.code).unwrap();
        }
    }
    mask_ids(&text)
}

/// Topic ids are random: 22 characters of base64, masked so that columns stay.
fn mask_ids(text: &str) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mask = |word: &str| {
        let has = |test: fn(&char) -> bool| word.chars().any(|c| test(&c));
        let is_id =
            word.len() == 22 && has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase);
        if is_id { "I".repeat(22) } else { word.to_owned() }
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(part) {
        let end = rest[start..].find(|c| !part(c)).map_or(rest.len(), |length| start + length);
        out.push_str(&rest[..start]);
        out.push_str(&mask(&rest[start..end]));
        rest = &rest[end..];
    }
    out + rest
}

#[test]
fn ids_are_masked_and_nothing_else() {
    let text =
        "a  3TDDzMCjRWmlUDNj0Hv6yg  b\n{\"id\":\"i-3yombkSDCLrd9LHhZilg\"} reset-offsets-new-group";
    let want =
        "a  IIIIIIIIIIIIIIIIIIIIII  b\n{\"id\":\"IIIIIIIIIIIIIIIIIIIIII\"} reset-offsets-new-group";
    assert_eq!(mask_ids(text), want);
}

#[test]
fn the_script_prints_the_same_on_apache_kafka() {
    let Some(kafka) = kafka::find() else { return };
    let broker = kafka.start("num.partitions=4");
    golden("golden/cli/admin.txt", &transcript(&broker.address));
}

#[test]
fn the_script_prints_the_same_on_rk_dev() {
    let broker = TestBroker::start();
    golden("golden/cli/admin.txt", &transcript(&broker.bootstrap()));
}
