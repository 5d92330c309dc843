//! `kafka-transactions`: what it prints of an open transaction and of one that hangs, on Apache
//! Kafka and on us.

use crate::broker::transacting::{Producer, committed};
use crate::interop::jvm::Jvm;
use crate::kit::broker::TestBroker;
use crate::kit::kafka;
use crate::kit::run::rk;
use crate::kit::wait::until;
use crate::kit::wire::Client;

/// Columns that tell a time, or a number that each broker gives out as it likes.
const MASKED: &[&str] = &[
    "ProducerId",
    "LastTimestamp",
    "CurrentTransactionStartTimeMs",
    "TransactionDurationMs",
    "Duration(min)",
];

/// Without this, a partition takes no record of a transaction that its coordinator knows nothing
/// of, and none can hang.
const UNVERIFIED: (&str, &str) = ("transaction.partition.verification.enable", "false");

fn masked(text: &str) -> String {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
    let row = |line: &str| {
        let cells = line.split_whitespace().zip(&names);
        let cells = cells.map(|(cell, name)| if MASKED.contains(name) { "*" } else { cell });
        cells.collect::<Vec<_>>().join(" ")
    };
    let mut rows: Vec<String> = lines.map(row).collect();
    // Their order comes from a hash table in Kafka.
    rows.sort();
    format!("{}\n{}\n", names.join(" "), rows.join("\n"))
}

/// Leaves one transaction open and another hanging, and lets the tool find and end the second.
fn told(jvm: &mut Jvm, address: &str) -> String {
    let _ = rk(["topics", "create", "t", "--partitions", "2", "-b", address]).run().succeed();
    let mut client = Client::connect(address);
    let open = Producer::new(&mut client, "open");
    open.write(&mut client, 1, 0, "open");
    let lost = Producer::new(&mut client, "lost");
    lost.produce(&mut client, 0, 0, "lost");
    let whole = Producer::new(&mut client, "whole");
    whole.write(&mut client, 0, 0, "whole");
    whole.end(&mut client, true);
    assert_eq!(committed(&mut client, 0), [""; 0], "what hangs comes first");
    let mut out = String::new();
    let of_0 = ["--topic", "t", "--partition", "0"];
    let find = ["find-hanging", "--topic", "t", "--max-transaction-timeout", "0"];
    let abort = [&["abort"][..], &of_0, &["--start-offset", "0"]].concat();
    for words in [
        &["list"][..],
        &["describe", "--transactional-id", "open"],
        &["describe", "--transactional-id", "lost"],
        &[&["describe-producers"][..], &of_0].concat(),
        &find,
        &["find-hanging", "--broker-id", "1", "--max-transaction-timeout", "0"],
        &abort,
        &find,
        &abort,
        &["abort", "--topic", "t", "--partition", "0", "--producer-id", "77"],
    ] {
        let class = "org.apache.kafka.tools.TransactionsCommand";
        let words = [&["--bootstrap-server", address], words].concat();
        let said = jvm.run(class, "", &words);
        out += &format!("$ {} -> {}\n{}", words[2..].join(" "), said.code, masked(&said.stdout));
    }
    until("the marker", || (committed(&mut client, 0) == ["whole"]).then_some(()));
    out
}

#[test]
fn a_hanging_transaction_is_found_and_ended_by_apache_kafkas_tool() {
    let Some(kafka) = kafka::find() else { return };
    let mut jvm = Jvm::start(&kafka);
    let broker = TestBroker::with(&[UNVERIFIED, ("transaction.state.log.num.partitions", "2")]);
    let ours = told(&mut jvm, &broker.bootstrap());
    assert_eq!(ours.matches("\nt 0 * 0 -1 0 * *\n").count(), 2, "found before it ended: {ours}");
    let apache = kafka.start(&format!("{}={}\n", UNVERIFIED.0, UNVERIFIED.1));
    assert_eq!(ours, told(&mut jvm, &apache.address));
}
