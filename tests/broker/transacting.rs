//! Transactions as a producer goes through them: they time out, and outlive a restart.

use rk::base::clock::{Clock, System};
use rk::wire::batch::{BatchBuilder, Batches, contents};
use rk::wire::messages as m;
use rk::wire::schema::Records;

use super::fetching::client_with_topic;
use crate::kit::broker::TestBroker;
use crate::kit::wait::until;
use crate::kit::wire::Client;

/// A producer by the older protocol.
pub(crate) struct Producer {
    id: &'static str,
    pid: i64,
    epoch: i16,
}

impl Producer {
    pub(crate) fn new(client: &mut Client, id: &'static str) -> Self {
        Self::within(client, id, 600_000)
    }

    /// A producer whose transactions time out.
    pub(crate) fn within(client: &mut Client, id: &'static str, timeout_ms: i32) -> Self {
        let found = m::find_coordinator::FindCoordinatorRequest {
            coordinator_keys: vec![id.into()],
            key_type: 1,
            ..Default::default()
        };
        let request = m::init_producer_id::InitProducerIdRequest {
            transactional_id: Some(id.into()),
            transaction_timeout_ms: timeout_ms,
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
    pub(crate) fn write(&self, client: &mut Client, partition: i32, sequence: i32, value: &str) {
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

    pub(crate) fn produce(&self, client: &mut Client, partition: i32, sequence: i32, value: &str) {
        assert_eq!(self.try_produce(client, 9, partition, sequence, value), 0);
    }

    /// Writes by the newer protocol, in which a write is what adds the partition.
    pub(crate) fn write_v2(&self, client: &mut Client, partition: i32, value: &str) {
        until("a first write", || {
            let error = self.try_produce(client, 12, partition, 0, value);
            // CONCURRENT_TRANSACTIONS: the coordinator is still writing.
            assert!([0, 51].contains(&error), "error {error}");
            (error == 0).then_some(())
        });
    }

    fn try_produce(
        &self,
        client: &mut Client,
        version: i16,
        partition: i32,
        sequence: i32,
        value: &str,
    ) -> i16 {
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
        client.call(version, &request).responses[0].partition_responses[0].error_code
    }

    pub(crate) fn end(&self, client: &mut Client, committed: bool) {
        assert_eq!(self.try_end(client, committed), 0);
        let expected = if committed { "CompleteCommit" } else { "CompleteAbort" };
        until(expected, || (state(client, self.id) == expected).then_some(()));
    }

    /// Ends by the newer protocol, which takes an epoch each time.
    pub(crate) fn end_v2(&self, client: &mut Client, committed: bool) {
        let request = m::end_txn::EndTxnRequest {
            transactional_id: self.id.into(),
            producer_id: self.pid,
            producer_epoch: self.epoch,
            committed,
        };
        let answer = client.call(5, &request);
        assert_eq!((answer.error_code, answer.producer_epoch), (0, self.epoch + 1));
        let expected = if committed { "CompleteCommit" } else { "CompleteAbort" };
        until(expected, || (state(client, self.id) == expected).then_some(()));
    }

    pub(crate) fn try_end(&self, client: &mut Client, committed: bool) -> i16 {
        let request = m::end_txn::EndTxnRequest {
            transactional_id: self.id.into(),
            producer_id: self.pid,
            producer_epoch: self.epoch,
            committed,
        };
        client.call(3, &request).error_code
    }

    pub(crate) fn commit_offset(&self, client: &mut Client, offset: i64) {
        // Apache Kafka creates the offsets' topic when somebody asks for a coordinator.
        let found = m::find_coordinator::FindCoordinatorRequest {
            coordinator_keys: vec!["g".into()],
            ..Default::default()
        };
        client.call(6, &found);
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

/// The state of a transaction, as its coordinator tells it.
pub(crate) fn state(client: &mut Client, id: &str) -> String {
    let request = m::describe_transactions::DescribeTransactionsRequest {
        transactional_ids: vec![id.into()],
    };
    client.call(0, &request).transaction_states.remove(0).transaction_state
}

/// What readers of committed records see of a partition of `t`.
pub(crate) fn committed(client: &mut Client, partition: i32) -> Vec<String> {
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
        let info = opened.header;
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

#[test]
fn a_transaction_times_out_and_its_producer_is_fenced() {
    let often = ("transaction.abort.timed.out.transaction.cleanup.interval.ms", "10");
    let broker = TestBroker::with(&[often]);
    let mut client = client_with_topic(&broker, "t");
    let slow = Producer::within(&mut client, "slow", 50);
    slow.write(&mut client, 0, 0, "slow");
    let steady = Producer::new(&mut client, "steady");
    steady.write(&mut client, 0, 0, "steady");
    steady.end(&mut client, true);
    until("the timeout", || (state(&mut client, "slow") == "CompleteAbort").then_some(()));
    until("its marker", || (committed(&mut client, 0) == ["steady"]).then_some(()));
    // PRODUCER_FENCED of the coordinator, and INVALID_PRODUCER_EPOCH of the partition.
    assert_eq!(slow.try_end(&mut client, true), 90);
    assert_eq!(slow.try_produce(&mut client, 9, 0, 1, "more"), 47);
    let again = Producer::new(&mut client, "slow");
    assert!(again.pid != slow.pid || again.epoch > slow.epoch + 1, "the timeout took an epoch");
    again.write(&mut client, 0, 0, "again");
    again.end(&mut client, true);
    assert_eq!(committed(&mut client, 0), ["steady", "again"]);
}

#[test]
fn an_open_transaction_outlives_a_restart() {
    let few = ("transaction.state.log.num.partitions", "2");
    let broker = TestBroker::with(&[few]);
    let mut client = client_with_topic(&broker, "t");
    let producer = Producer::new(&mut client, "open");
    producer.write(&mut client, 0, 0, "before");
    let broker = broker.restart();
    let mut client = Client::connect(broker.address());
    until("the coordinator", || (state(&mut client, "open") == "Ongoing").then_some(()));
    assert_eq!(committed(&mut client, 0), [""; 0]);
    producer.produce(&mut client, 0, 1, "after");
    producer.end(&mut client, true);
    assert_eq!(committed(&mut client, 0), ["before", "after"]);
}
