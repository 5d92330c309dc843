//! Producers that are cut off: one that sends again what it does not know to be there, and one
//! that works in transactions.

use std::collections::{BTreeMap, BTreeSet};

use rk::base::clock::{Clock, System};
use rk::wire::batch::{BatchBuilder, Batches, contents};
use rk::wire::messages as m;
use rk::wire::messages::produce::{PartitionProduceData, ProduceRequest, TopicProduceData};
use rk::wire::schema::Records;

use super::{Gone, Worker, ask};
use crate::kit::wait;
use crate::kit::wire::Client;

/// Batches that are under way at once, and records of each.
const IN_FLIGHT: i64 = 5;
const RECORDS: i64 = 3;
const CONCURRENT_TRANSACTIONS: i16 = 51;

/// Reads all values of a partition that are committed, with their offsets.
fn values(client: &mut Client, topic: &str, partition: i32) -> BTreeMap<i64, i64> {
    let (mut found, mut next) = (BTreeMap::new(), 0);
    loop {
        let wanted = m::fetch::FetchPartition {
            partition,
            fetch_offset: next,
            partition_max_bytes: 1 << 20,
            ..Default::default()
        };
        let topic = m::fetch::FetchTopic {
            topic: topic.into(),
            partitions: vec![wanted],
            ..Default::default()
        };
        let request = m::fetch::FetchRequest {
            isolation_level: 1,
            max_bytes: 1 << 20,
            topics: vec![topic],
            ..Default::default()
        };
        let data = client.call(12, &request).responses[0].partitions[0].clone();
        assert_eq!(data.error_code, 0);
        let records = data.records.unwrap_or_default().0;
        if records.is_empty() {
            return found;
        }
        let mut aborted = data.aborted_transactions.unwrap_or_default();
        for stored in Batches::of(&records).map(Result::unwrap) {
            let opened = contents(stored.bytes).unwrap();
            let info = opened.header;
            next = info.next_offset();
            let is_of = |one: &m::fetch::AbortedTransaction| {
                one.producer_id == info.producer_id && one.first_offset <= info.base_offset
            };
            if info.attributes.is_control() {
                aborted.retain(|one| !is_of(one));
            } else if !aborted.iter().any(is_of) {
                for record in opened.records().map(Result::unwrap) {
                    let value = std::str::from_utf8(record.value.unwrap()).unwrap();
                    found.insert(record.offset, value.parse().unwrap());
                }
            }
        }
    }
}

fn request(topic: &str, index: i32, id: Option<&str>, batch: BatchBuilder) -> ProduceRequest {
    let records = Some(Records(batch.build().unwrap()));
    let topic = TopicProduceData {
        name: topic.into(),
        partition_data: vec![PartitionProduceData { index, records }],
        ..Default::default()
    };
    ProduceRequest {
        transactional_id: id.map(str::to_owned),
        acks: -1,
        timeout_ms: 10_000,
        topic_data: vec![topic],
    }
}

/// Sends numbers, several batches at once.
#[derive(Debug, Default)]
pub(super) struct Idempotent {
    producer: Option<(i64, i16)>,
    /// How many batches are acknowledged.
    acked: i64,
}

impl Idempotent {
    fn batch(&self, number: i64) -> ProduceRequest {
        let (id, epoch) = self.producer.unwrap();
        let first = number * RECORDS;
        let sequence = i32::try_from(first).unwrap();
        let mut batch = BatchBuilder::new().producer(id, epoch, sequence);
        for value in first..first + RECORDS {
            batch.push(System.now(), None, Some(value.to_string().as_bytes()), &[]);
        }
        request("idempotent", 0, None, batch)
    }

    fn acknowledge(&mut self, answer: &m::produce::ProduceResponse) {
        let told = &answer.responses[0].partition_responses[0];
        assert_eq!((told.error_code, told.base_offset), (0, self.acked * RECORDS), "{told:?}");
        self.acked += 1;
    }
}

impl Worker for Idempotent {
    fn work(&mut self, client: &mut Client) -> Gone {
        if self.producer.is_none() {
            let request = m::init_producer_id::InitProducerIdRequest {
                transactional_id: None,
                ..Default::default()
            };
            let Ok(answer) = ask(client, 4, &request) else { return Gone };
            assert_eq!(answer.error_code, 0);
            self.producer = Some((answer.producer_id, answer.producer_epoch));
        }
        let mut sent = self.acked;
        loop {
            while sent < self.acked + IN_FLIGHT {
                if client.try_send(9, &self.batch(sent)).is_none() {
                    return Gone;
                }
                sent += 1;
            }
            let Some(answer) = client.try_receive::<ProduceRequest>(9) else { return Gone };
            self.acknowledge(&answer);
        }
    }

    fn check(&mut self, client: &mut Client) {
        if self.producer.is_none() {
            return;
        }
        let found = values(client, "idempotent", 0);
        let count = i64::try_from(found.len()).unwrap();
        assert!(count >= self.acked * RECORDS, "{count} of {}", self.acked * RECORDS);
        assert!(found.iter().all(|(offset, value)| offset == value), "{found:?}");
        // Sent again whether or not it is there, it is there once.
        for number in self.acked..self.acked + IN_FLIGHT {
            let answer = client.call(9, &self.batch(number));
            self.acknowledge(&answer);
        }
        assert_eq!(values(client, "idempotent", 0).len() as i64, self.acked * RECORDS);
    }

    fn report(&self) -> String {
        format!("{} idempotent batches", self.acked)
    }
}

/// Writes a number to two partitions and commits it as an offset, in a transaction each; every
/// third one is aborted.
#[derive(Debug, Default)]
pub(super) struct Transactional {
    producer: (i64, i16),
    /// The next transaction's number.
    next: i64,
    committed: BTreeSet<i64>,
    aborted: usize,
    /// The transaction whose commit was asked for and never answered.
    in_doubt: Option<i64>,
}

const ID: &str = "killed";
const GROUP: &str = "transactional";

impl Transactional {
    /// Comes anew: what was left open is aborted.
    fn begin(&mut self, client: &mut Client) -> Result<(), Gone> {
        let found = m::find_coordinator::FindCoordinatorRequest {
            coordinator_keys: vec![ID.into()],
            key_type: 1,
            ..Default::default()
        };
        ask(client, 6, &found)?;
        let request = m::init_producer_id::InitProducerIdRequest {
            transactional_id: Some(ID.into()),
            transaction_timeout_ms: 600_000,
            ..Default::default()
        };
        self.producer = wait::until("a producer id", || match ask(client, 4, &request) {
            Err(Gone) => Some(Err(Gone)),
            Ok(answer) if answer.error_code == CONCURRENT_TRANSACTIONS => None,
            Ok(answer) => {
                assert_eq!(answer.error_code, 0);
                Some(Ok((answer.producer_id, answer.producer_epoch)))
            }
        })?;
        Ok(())
    }

    fn transact(&mut self, client: &mut Client) -> Result<(), Gone> {
        let (number, (id, epoch)) = (self.next, self.producer);
        self.next += 1;
        for partition in 0..2 {
            // By KIP-890 each transaction has an epoch of its own, and begins its sequences anew.
            let mut batch = BatchBuilder::new().producer(id, epoch, 0).transactional();
            batch.push(System.now(), None, Some(number.to_string().as_bytes()), &[]);
            let request = request("transactional", partition, Some(ID), batch);
            let answer = ask(client, 12, &request)?;
            assert_eq!(answer.responses[0].partition_responses[0].error_code, 0, "{answer:?}");
        }
        let partition = m::txn_offset_commit::TxnOffsetCommitRequestPartition {
            committed_offset: number,
            ..Default::default()
        };
        let topic = m::txn_offset_commit::TxnOffsetCommitRequestTopic {
            name: "transactional".into(),
            partitions: vec![partition],
        };
        let request = m::txn_offset_commit::TxnOffsetCommitRequest {
            transactional_id: ID.into(),
            group_id: GROUP.into(),
            producer_id: id,
            producer_epoch: epoch,
            topics: vec![topic],
            ..Default::default()
        };
        let answer = ask(client, 5, &request)?;
        assert_eq!(answer.topics[0].partitions[0].error_code, 0, "{answer:?}");
        let committed = number % 3 != 2;
        let request = m::end_txn::EndTxnRequest {
            transactional_id: ID.into(),
            producer_id: id,
            producer_epoch: epoch,
            committed,
        };
        self.in_doubt = committed.then_some(number);
        let answer = ask(client, 5, &request)?;
        assert_eq!(answer.error_code, 0);
        self.in_doubt = None;
        if committed {
            self.committed.insert(number);
        } else {
            self.aborted += 1;
        }
        self.producer = (answer.producer_id, answer.producer_epoch);
        Ok(())
    }
}

impl Worker for Transactional {
    fn work(&mut self, client: &mut Client) -> Gone {
        if self.begin(client).is_err() {
            return Gone;
        }
        while self.transact(client).is_ok() {}
        Gone
    }

    fn check(&mut self, client: &mut Client) {
        self.begin(client).unwrap();
        let found: BTreeSet<i64> = values(client, "transactional", 0).into_values().collect();
        if let Some(number) = self.in_doubt.take()
            && found.contains(&number)
        {
            self.committed.insert(number);
        }
        assert_eq!(found, self.committed);
        for partition in 0..2 {
            // Each once, in order, and in both partitions.
            let found: Vec<i64> =
                values(client, "transactional", partition).into_values().collect();
            assert!(found.iter().eq(&self.committed), "{partition}: {found:?}");
        }
        let offset = super::admin::committed(client, GROUP, "transactional");
        assert_eq!(offset, self.committed.last().copied());
    }

    fn report(&self) -> String {
        format!("{} transactions committed, {} aborted", self.committed.len(), self.aborted)
    }
}
