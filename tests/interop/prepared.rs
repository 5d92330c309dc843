//! Transactions that were being ended when their coordinator died: a directory that Apache Kafka
//! wrote, and one that `rk dev` wrote, cut at every step between the decision and its end. Both
//! brokers finish them, and both the same.

use std::path::Path;
use std::sync::Arc;

use rk::base::hash::partition_of_id;
use rk::broker::disk::os::OsDisk;
use rk::wire::batch::{Batches, contents};
use rk::wire::messages as m;
use rk::wire::messages::transaction_log::TransactionLogValue;
use rk::wire::primitives::Reader;
use rk::wire::schema::Message;

use super::directory;
use super::transactions::{drop_last_batch, offset};
use crate::broker::transacting::{Producer, committed, state};
use crate::kit::broker::TestBroker;
use crate::kit::kafka::{self, Kafka};
use crate::kit::run::{program, rk};
use crate::kit::wait::until;
use crate::kit::wire::Client;

/// How a transaction was ended, and what of it was not on disk yet.
#[derive(Clone, Copy, Debug)]
struct Case {
    commits: bool,
    /// By the newer protocol.
    newer: bool,
    /// How many of its two partitions lack their marker.
    unmarked: usize,
    /// Whether it has an offset in it, whose marker is missing too.
    has_offset: bool,
}

const fn case(commits: bool, newer: bool, unmarked: usize) -> Case {
    Case { commits, newer, unmarked, has_offset: false }
}

/// Each has its own partition of `__transaction_state`, and two of `t`.
const CASES: &[Case] = &[
    Case { commits: true, newer: false, unmarked: 2, has_offset: true },
    case(true, false, 1),
    case(true, false, 0),
    case(false, false, 2),
    case(false, false, 1),
    case(false, false, 0),
    case(true, true, 2),
    case(true, true, 1),
    case(true, true, 0),
    case(false, true, 2),
    case(false, true, 1),
    case(false, true, 0),
];

/// Fewer partitions of offsets, so that both brokers are up sooner.
const CONFIGS: &[(&str, &str)] =
    &[("offsets.topic.num.partitions", "2"), ("transaction.state.log.num.partitions", "12")];

/// A transactional id for each case: no two in one partition.
fn ids() -> Vec<&'static str> {
    let id_of = |case: usize| {
        let all = (0..).map(|n| format!("id-{n}"));
        let mut fitting = all.filter(|id| partition_of_id(id, 12) == case as i32);
        &*fitting.next().unwrap().leak()
    };
    (0..CASES.len()).map(id_of).collect()
}

/// Begins and ends all transactions, the one with the offset last.
fn write(client: &mut Client) {
    for (at, (case, id)) in CASES.iter().zip(ids()).enumerate().rev() {
        let (first, second) = (2 * at as i32, 2 * at as i32 + 1);
        let producer = Producer::new(client, id);
        if case.newer {
            producer.write_v2(client, first, id);
            producer.write_v2(client, second, id);
            producer.end_v2(client, case.commits);
        } else {
            producer.write(client, first, 0, id);
            producer.write(client, second, 0, id);
            if case.has_offset {
                producer.commit_offset(client, 7);
            }
            producer.end(client, case.commits);
        }
    }
}

/// Takes the ends off: what a crash at that moment would not have left.
fn cut(dir: &Path) {
    for (at, case) in CASES.iter().enumerate() {
        drop_last_batch(dir, &format!("__transaction_state-{at}"));
        for partition in 0..case.unmarked {
            drop_last_batch(dir, &format!("t-{}", 2 * at + 1 - partition));
        }
        if case.has_offset {
            drop_last_batch(dir, &format!("__consumer_offsets-{}", partition_of_id("g", 2)));
        }
    }
}

/// Waits until all are ended, and tells how: a line each.
fn ends(client: &mut Client) -> Vec<String> {
    let mut out = Vec::new();
    for (at, (case, id)) in CASES.iter().zip(ids()).enumerate() {
        let expected = if case.commits { "CompleteCommit" } else { "CompleteAbort" };
        until(id, || (state(client, id) == expected).then_some(()));
        let values = if case.commits { vec![id.to_owned()] } else { Vec::new() };
        let mut marked = Vec::new();
        for partition in [2 * at as i32, 2 * at as i32 + 1] {
            let what = format!("the marker of {case:?} in {partition}");
            until(&what, || (committed(client, partition) == values).then_some(()));
            marked.push(last_stable(client, partition));
        }
        let request = m::describe_transactions::DescribeTransactionsRequest {
            transactional_ids: vec![id.into()],
        };
        let mut told = client.call(0, &request).transaction_states.remove(0);
        told.transaction_start_time_ms = 0;
        out.push(format!("{case:?} {marked:?} {told:?}"));
    }
    until("its offset", || (offset(client) == (7, 0)).then_some(()));
    out
}

/// Where readers of committed records stop, and how far the partition goes.
fn last_stable(client: &mut Client, partition: i32) -> (i64, i64) {
    let mut end = |isolation_level| {
        let request = m::list_offsets::ListOffsetsRequest {
            replica_id: -1,
            isolation_level,
            topics: vec![m::list_offsets::ListOffsetsTopic {
                name: "t".into(),
                partitions: vec![m::list_offsets::ListOffsetsPartition {
                    partition_index: partition,
                    timestamp: -1,
                    ..Default::default()
                }],
            }],
            ..Default::default()
        };
        client.call(7, &request).topics[0].partitions[0].offset
    };
    (end(1), end(0))
}

/// Every producer goes on afterwards, by the older protocol.
fn goes_on(client: &mut Client) {
    for (at, id) in ids().into_iter().enumerate() {
        let partition = 2 * at as i32;
        let before = committed(client, partition).len();
        let again = Producer::new(client, id);
        again.write(client, partition, 0, "again");
        again.end(client, true);
        until("again", || (committed(client, partition).len() == before + 1).then_some(()));
    }
}

/// The last record of each transactional id, as it lies on disk, without its times.
fn kept(dir: &Path) -> Vec<String> {
    let value_of = |at: usize| {
        let log = format!("__transaction_state-{at}/00000000000000000000.log");
        let bytes = std::fs::read(dir.join(log)).unwrap();
        let batch = Batches::of(&bytes).last().unwrap().unwrap();
        let opened = contents(batch.bytes).unwrap();
        let value = opened.records().last().unwrap().unwrap().value.unwrap().to_vec();
        let mut r = Reader::new(value.into());
        let version = r.i16().unwrap();
        let mut value = TransactionLogValue::read(&mut r, version).unwrap();
        value.transaction_last_update_timestamp_ms = 0;
        value.transaction_start_timestamp_ms = 0;
        format!("v{version} {value:?}")
    };
    (0..CASES.len()).map(value_of).collect()
}

/// What became of the transactions: as it is told, and as it lies on disk.
type Outcome = (Vec<String>, Vec<String>);

fn finished_by_rk(dir: &Path) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    copy(dir, folder.path());
    let broker = TestBroker::on_disk(Arc::new(OsDisk::passing()), folder, CONFIGS);
    let mut client = Client::connect(broker.address());
    let told = ends(&mut client);
    let on_disk = kept(&broker.directory());
    goes_on(&mut client);
    (told, on_disk)
}

fn finished_by_kafka(kafka: &Kafka, dir: &Path) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("data");
    copy(dir, &own);
    let (running, address) = directory::start(kafka, &own, directory::STATIC, "t");
    let mut client = Client::connect(&address);
    let told = ends(&mut client);
    let on_disk = kept(&own);
    goes_on(&mut client);
    directory::stop(running);
    (told, on_disk)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let words = ["-r".into(), from.join("."), to.to_owned()];
    let _ = program("cp", words).inherit("PATH").run().succeed();
}

fn create_topic(address: &str) {
    let partitions = (2 * CASES.len()).to_string();
    let words = ["topics", "create", "t", "--partitions", &partitions, "-b", address];
    let _ = rk(words).run().succeed();
}

/// The same on both, wherever they were written.
fn finished_alike(kafka: Option<&Kafka>, dir: &Path) {
    let (told, on_disk) = finished_by_rk(dir);
    let Some(kafka) = kafka else { return };
    let (told_by_kafka, kept_by_kafka) = finished_by_kafka(kafka, dir);
    assert_eq!(told, told_by_kafka);
    assert_eq!(on_disk, kept_by_kafka);
}

#[test]
fn what_rk_dev_had_decided_is_finished_by_both() {
    let kafka = kafka::find();
    let broker = TestBroker::with(CONFIGS);
    create_topic(&broker.bootstrap());
    write(&mut Client::connect(broker.address()));
    let (_folder, dir) = broker.into_directory();
    cut(&dir);
    finished_alike(kafka.as_ref(), &dir);
}

#[test]
fn what_apache_kafka_had_decided_is_finished_by_both() {
    let Some(kafka) = kafka::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let file = directory::settings(&dir, kafka::port(), directory::STATIC);
    let few = CONFIGS.iter().map(|(name, value)| format!("{name}={value}\n")).collect::<String>();
    let words = ["kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAABA", "-c"];
    let words = words.into_iter().chain([file.to_str().unwrap()]);
    let _ = kafka.verb("java", words).run().succeed();
    let (running, address) = directory::start_with(&kafka, &dir, directory::STATIC, "", &few);
    create_topic(&address);
    write(&mut Client::connect(&address));
    // A killed Apache Kafka starts its coordinators before it knows of every topic again, and then
    // leaves markers out itself, now and then: so it may say farewell first.
    directory::stop(running);
    cut(&dir);
    finished_alike(Some(&kafka), &dir);
}
