//! Transactions between two brokers: a directory changes hands with transactions open and half
//! ended in it.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;

use rk::base::hash::partition_of_id;
use rk::broker::disk::os::OsDisk;
use rk::wire::batch::Batches;
use rk::wire::messages as m;

use super::directory;
use crate::broker::fetching::client_with_topic;
use crate::broker::transacting::{Producer, committed, state};
use crate::kit::broker::TestBroker;
use crate::kit::kafka;
use crate::kit::run::rk;
use crate::kit::wait::until;
use crate::kit::wire::Client;

/// Few partitions, so that both brokers are up sooner.
const CONFIGS: &[(&str, &str)] =
    &[("offsets.topic.num.partitions", "2"), ("transaction.state.log.num.partitions", "2")];

/// What a group has committed for partition 0 of `t`, and the error of who wants it stable.
pub(super) fn offset(client: &mut Client) -> (i64, i16) {
    let request = |require_stable| m::offset_fetch::OffsetFetchRequest {
        groups: vec![m::offset_fetch::OffsetFetchRequestGroup {
            group_id: "g".into(),
            topics: Some(vec![m::offset_fetch::OffsetFetchRequestTopics {
                name: "t".into(),
                partition_indexes: vec![0],
                ..Default::default()
            }]),
            ..Default::default()
        }],
        require_stable,
        ..Default::default()
    };
    let plain = client.call(8, &request(false)).groups.remove(0).topics.remove(0);
    let stable = client.call(8, &request(true)).groups.remove(0).topics.remove(0);
    (plain.partitions[0].committed_offset, stable.partitions[0].error_code)
}

/// Takes the last batch off a partition's log, as a crash before it was written would have.
pub(super) fn drop_last_batch(dir: &Path, partition: &str) {
    let path = dir.join(partition).join("00000000000000000000.log");
    let bytes = std::fs::read(&path).unwrap();
    let sizes: Vec<usize> = Batches::of(&bytes).map(|batch| batch.unwrap().bytes.len()).collect();
    let left = sizes[..sizes.len() - 1].iter().sum::<usize>();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(left as u64).unwrap();
    let clean = dir.join(".kafka_cleanshutdown");
    if clean.exists() {
        std::fs::remove_file(clean).unwrap();
    }
}

/// Brings one transaction into each state, and cuts a commit off between its two records.
fn half_done(client: &mut Client) -> (Producer, String) {
    let open = Producer::new(client, "open");
    open.write(client, 0, 0, "open");
    open.commit_offset(client, 7);
    let done = Producer::new(client, "done");
    done.write(client, 0, 0, "committed");
    done.end(client, true);
    done.write(client, 0, 1, "aborted");
    done.end(client, false);
    let cut = Producer::new(client, "cut");
    cut.write(client, 1, 0, "cut");
    cut.end(client, true);
    (open, format!("__transaction_state-{}", partition_of_id("cut", 2)))
}

/// What has to hold wherever the directory is opened: the cut commit is finished, the open
/// transaction is open, and its producer ends it.
fn goes_on(client: &mut Client, open: &Producer, sequence: i32) {
    until("the end of the commit", || (state(client, "cut") == "CompleteCommit").then_some(()));
    until("its marker", || (committed(client, 1) == ["cut"]).then_some(()));
    assert_eq!(state(client, "open"), "Ongoing");
    assert_eq!(committed(client, 0), [""; 0], "the open transaction comes first");
    assert_eq!(offset(client), (-1, 88));
    open.produce(client, 0, sequence, "more");
    open.end(client, true);
    until("its offset", || (offset(client) == (7, 0)).then_some(()));
    assert_eq!(committed(client, 0), ["open", "committed", "more"]);
}

#[test]
fn transactions_go_on_when_a_directory_changes_hands() {
    let broker = TestBroker::with(CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    let more = m::create_partitions::CreatePartitionsRequest {
        topics: vec![m::create_partitions::CreatePartitionsTopic {
            name: "t".into(),
            count: 2,
            assignments: None,
        }],
        timeout_ms: 5_000,
        ..Default::default()
    };
    let partitions = client.call(3, &more).results[0].error_code;
    assert!([0, 37].contains(&partitions));
    let (open, log) = half_done(&mut client);
    let (folder, dir) = broker.into_directory();
    drop_last_batch(&dir, &log);
    drop_last_batch(&dir, "t-1");
    // In our own hands again.
    let broker = TestBroker::on_disk(Arc::new(OsDisk::passing()), folder, CONFIGS);
    let mut client = Client::connect(broker.address());
    goes_on(&mut client, &open, 1);
    let Some(kafka) = kafka::find() else { return };
    // And the same for Apache Kafka.
    let broker = TestBroker::with(CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    client.call(3, &more);
    let (open, log) = half_done(&mut client);
    let (folder, dir) = broker.into_directory();
    drop_last_batch(&dir, &log);
    drop_last_batch(&dir, "t-1");
    let (running, address) = directory::start(&kafka, &dir, directory::STATIC, "t");
    let mut client = Client::connect(&address);
    goes_on(&mut client, &open, 1);
    let back = Producer::new(&mut client, "back");
    back.write(&mut client, 1, 0, "back");
    back.commit_offset(&mut client, 9);
    running.signal(rustix::process::Signal::TERM);
    let _ = running.finish();
    std::fs::remove_file(dir.with_extension("properties")).unwrap();
    let broker = TestBroker::on_disk(Arc::new(OsDisk::passing()), folder, CONFIGS);
    let mut client = Client::connect(broker.address());
    assert_eq!(state(&mut client, "back"), "Ongoing");
    assert_eq!((committed(&mut client, 1), offset(&mut client)), (vec!["cut".into()], (7, 88)));
    back.end(&mut client, true);
    assert_eq!(committed(&mut client, 1), ["cut", "back"]);
    assert_eq!(offset(&mut client), (9, 0));
}

/// A killed Apache Kafka leaves a transaction open by each protocol; one of them has timed out
/// by the time that the directory is opened again.
#[test]
fn transactions_that_apache_kafka_left_open_go_on() {
    let Some(kafka) = kafka::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_owned();
    let file = directory::settings(&dir, kafka::port(), directory::STATIC);
    let words = ["kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAABA", "-c"];
    let words = words.into_iter().chain([file.to_str().unwrap()]);
    let _ = kafka.verb("java", words).run().succeed();
    let (running, address) = directory::start(&kafka, &dir, directory::STATIC, "");
    let words = ["topics", "create", "t", "--partitions", "2", "-b", &address];
    let _ = rk(words).run().succeed();
    let mut client = Client::connect(&address);
    let open = Producer::new(&mut client, "open");
    open.write(&mut client, 0, 0, "open");
    open.commit_offset(&mut client, 7);
    let late = Producer::within(&mut client, "late", 1_000);
    late.write_v2(&mut client, 1, "late");
    let done = Producer::new(&mut client, "done");
    done.write(&mut client, 0, 0, "aborted");
    done.end(&mut client, false);
    done.write(&mut client, 0, 1, "committed");
    done.write(&mut client, 1, 0, "after");
    done.end(&mut client, true);
    assert_eq!(
        (state(&mut client, "late"), committed(&mut client, 1).len()),
        ("Ongoing".into(), 0)
    );
    running.signal(rustix::process::Signal::KILL);
    let _ = running.finish();
    std::fs::remove_file(file).unwrap();
    let often = ("transaction.abort.timed.out.transaction.cleanup.interval.ms", "50");
    let broker = TestBroker::on_disk(Arc::new(OsDisk::passing()), folder, &[often]);
    let mut client = Client::connect(broker.address());
    until("the coordinator", || (state(&mut client, "open") == "Ongoing").then_some(()));
    assert_eq!(committed(&mut client, 0), [""; 0]);
    assert_eq!(offset(&mut client), (-1, 88));
    until("the timeout", || (state(&mut client, "late") == "CompleteAbort").then_some(()));
    until("its marker", || (committed(&mut client, 1) == ["after"]).then_some(()));
    assert_eq!(late.try_end(&mut client, true), 90, "PRODUCER_FENCED");
    open.produce(&mut client, 0, 1, "more");
    open.end(&mut client, true);
    until("its offset", || (offset(&mut client) == (7, 0)).then_some(()));
    assert_eq!(committed(&mut client, 0), ["open", "committed", "more"]);
}
