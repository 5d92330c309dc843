//! Transactions between two brokers: a directory changes hands with transactions open and half
//! ended in it.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;

use rk::base::clock::{Clock, System};
use rk::base::hash::partition_of_id;
use rk::broker::disk::os::OsDisk;
use rk::wire::batch::{BatchBuilder, Batches, contents};
use rk::wire::messages as m;
use rk::wire::schema::Records;

use super::directory;
use crate::broker::fetching::client_with_topic;
use crate::kit::broker::TestBroker;
use crate::kit::kafka;
use crate::kit::wait::until;
use crate::kit::wire::Client;

/// Few partitions, so that both brokers are up sooner.
const CONFIGS: &[(&str, &str)] =
    &[("offsets.topic.num.partitions", "2"), ("transaction.state.log.num.partitions", "2")];

/// A producer by the older protocol.
pub(super) struct Producer {
    id: &'static str,
    pid: i64,
    epoch: i16,
}

impl Producer {
    pub(super) fn new(client: &mut Client, id: &'static str) -> Self {
        let found = m::find_coordinator::FindCoordinatorRequest {
            coordinator_keys: vec![id.into()],
            key_type: 1,
            ..Default::default()
        };
        let request = m::init_producer_id::InitProducerIdRequest {
            transactional_id: Some(id.into()),
            transaction_timeout_ms: 600_000,
            ..Default::default()
        };
        until("a producer id", || {
            client.call(6, &found);
            let answer = client.call(4, &request);
            let producer = Producer { id, pid: answer.producer_id, epoch: answer.producer_epoch };
            (answer.error_code == 0).then_some(producer)
        })
    }

    /// Adds partition 0 or 1 of `t`, and writes to it.
    pub(super) fn write(&self, client: &mut Client, partition: i32, sequence: i32, value: &str) {
        let request = m::add_partitions_to_txn::AddPartitionsToTxnRequest {
            v3_and_below_transactional_id: self.id.into(),
            v3_and_below_producer_id: self.pid,
            v3_and_below_producer_epoch: self.epoch,
            v3_and_below_topics: vec![m::add_partitions_to_txn::AddPartitionsToTxnTopic {
                name: "t".into(),
                partitions: vec![partition],
            }],
            ..Default::default()
        };
        let answer = client.call(3, &request).results_by_topic_v3_and_below.remove(0);
        assert_eq!(answer.results_by_partition[0].partition_error_code, 0);
        self.produce(client, partition, sequence, value);
    }

    fn produce(&self, client: &mut Client, partition: i32, sequence: i32, value: &str) {
        let batch = BatchBuilder::new().producer(self.pid, self.epoch, sequence).transactional();
        let mut batch = batch;
        batch.push(System.now(), None, Some(value.as_bytes()), &[]);
        let request = m::produce::ProduceRequest {
            transactional_id: Some(self.id.into()),
            acks: -1,
            timeout_ms: 5_000,
            topic_data: vec![m::produce::TopicProduceData {
                name: "t".into(),
                partition_data: vec![m::produce::PartitionProduceData {
                    index: partition,
                    records: Some(Records(batch.build().unwrap())),
                }],
                ..Default::default()
            }],
        };
        let answer = client.call(9, &request);
        assert_eq!(answer.responses[0].partition_responses[0].error_code, 0, "{answer:?}");
    }

    pub(super) fn end(&self, client: &mut Client, committed: bool) {
        let request = m::end_txn::EndTxnRequest {
            transactional_id: self.id.into(),
            producer_id: self.pid,
            producer_epoch: self.epoch,
            committed,
        };
        assert_eq!(client.call(3, &request).error_code, 0);
        let expected = if committed { "CompleteCommit" } else { "CompleteAbort" };
        until(expected, || (state(client, self.id) == expected).then_some(()));
    }

    pub(super) fn commit_offset(&self, client: &mut Client, offset: i64) {
        let request = m::add_offsets_to_txn::AddOffsetsToTxnRequest {
            transactional_id: self.id.into(),
            producer_id: self.pid,
            producer_epoch: self.epoch,
            group_id: "g".into(),
        };
        assert_eq!(client.call(3, &request).error_code, 0);
        let request = m::txn_offset_commit::TxnOffsetCommitRequest {
            transactional_id: self.id.into(),
            group_id: "g".into(),
            producer_id: self.pid,
            producer_epoch: self.epoch,
            topics: vec![m::txn_offset_commit::TxnOffsetCommitRequestTopic {
                name: "t".into(),
                partitions: vec![m::txn_offset_commit::TxnOffsetCommitRequestPartition {
                    committed_offset: offset,
                    ..Default::default()
                }],
            }],
            ..Default::default()
        };
        until("an offset in a transaction", || {
            let answer = client.call(3, &request);
            (answer.topics[0].partitions[0].error_code == 0).then_some(())
        });
    }
}

fn state(client: &mut Client, id: &str) -> String {
    let request = m::describe_transactions::DescribeTransactionsRequest {
        transactional_ids: vec![id.into()],
    };
    client.call(0, &request).transaction_states.remove(0).transaction_state
}

/// What readers of committed records see of a partition of `t`.
fn committed(client: &mut Client, partition: i32) -> Vec<String> {
    let request = m::fetch::FetchRequest {
        max_wait_ms: 100,
        isolation_level: 1,
        topics: vec![m::fetch::FetchTopic {
            topic: "t".into(),
            partitions: vec![m::fetch::FetchPartition {
                partition,
                partition_max_bytes: 1 << 20,
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    let mut answer = client.call(12, &request);
    let data = answer.responses[0].partitions.remove(0);
    assert_eq!(data.error_code, 0);
    let mut aborted = data.aborted_transactions.unwrap_or_default();
    let mut out = Vec::new();
    for batch in Batches::of(&data.records.unwrap_or_default().0) {
        let opened = contents(batch.unwrap().bytes).unwrap();
        let info = opened.header.clone();
        let place = aborted
            .iter()
            .position(|a| a.producer_id == info.producer_id && a.first_offset <= info.base_offset);
        match (info.attributes.is_control(), place) {
            (true, Some(place)) => drop(aborted.remove(place)),
            (false, None) => {
                let values = opened.records().map(|r| r.unwrap().value.unwrap().to_vec());
                out.extend(values.map(|value| String::from_utf8(value).unwrap()));
            }
            _ => {}
        }
    }
    out
}

/// What a group has committed for partition 0 of `t`, and the error of who wants it stable.
fn offset(client: &mut Client) -> (i64, i16) {
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
fn drop_last_batch(dir: &Path, partition: &str) {
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
