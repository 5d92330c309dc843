//! What clients do that takes more than one request: transactions, groups, waiting.

use rk::base::ids::Uuid;
use rk::wire::messages as m;

use super::Ran;
use super::script::{self, Actor, End, GONE, GROUP, Transaction, ask_for, ok};
use super::seen::{self, State};
use crate::kit::wait::until;
use crate::kit::wire::Client;

/// The transactional ids of the script.
const IDS: [&str; 3] = ["old", "new", "open"];
/// The consumer group of KIP-848, and the share group.
pub(super) const MEMBERS: &str = "members";
pub(super) const SHARE: &str = "share";

const CONCURRENT_TRANSACTIONS: i16 = 51;

/// A batch of an idempotent producer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) producer: (i64, i16),
    pub(super) topic: &'static str,
    pub(super) partition: i32,
    pub(super) sequence: i32,
    pub(super) offset: i64,
}

pub(super) fn numbered(sequence: i32) -> [(&'static str, String); 1] {
    [("k", format!("number {sequence}"))]
}

impl Sent {
    /// Sends it. Returns the offset that is told.
    pub(super) fn send(&self, client: &mut Client) -> Result<i64, i16> {
        let (id, epoch) = self.producer;
        let batch = script::batch(0, &numbered(self.sequence), Some((id, epoch, self.sequence)));
        script::produce(client, 9, None, self.topic, self.partition, batch)
    }
}

/// Asks for a producer id, again while the transaction before is still being ended: unless the
/// disk is gone, where that may never be.
fn init(
    client: &mut Client,
    id: &str,
    is_gone: impl Fn() -> bool,
) -> Result<m::init_producer_id::InitProducerIdResponse, i16> {
    let request = m::init_producer_id::InitProducerIdRequest {
        transactional_id: Some(id.to_owned()),
        transaction_timeout_ms: 600_000,
        ..Default::default()
    };
    until("a producer id", || {
        let answer = ask_for(client, 4, &request).and_then(|answer| {
            ok(answer.error_code)?;
            Ok(answer)
        });
        let is_last = !matches!(answer, Err(CONCURRENT_TRANSACTIONS)) || is_gone();
        is_last.then_some(answer)
    })
}

/// Comes anew as each of the transactional producers, as they do after a crash: what they have
/// left open is aborted.
pub(super) fn end_transactions(client: &mut Client) {
    for id in IDS {
        let begun = init(client, id, || false);
        assert!(begun.is_ok(), "{id}: {begun:?}");
    }
}

/// Goes through a transaction.
pub(super) fn transact(
    actor: &mut Actor,
    state: &mut State,
    transaction: &Transaction,
) -> Result<(), i16> {
    let Transaction { id, newer, writes, offset, end } = transaction;
    // What readers get in the end, also where the answer is an error.
    for (partition, value) in writes {
        let partition = state.partition("a", *partition);
        match end {
            End::Commit => partition.keep(&[("k", (*value).to_owned())]),
            End::Abort | End::Never => partition.end += 1,
        }
        // The marker.
        partition.end += i64::from(*end != End::Never);
    }
    if let (Some(offset), End::Commit) = (offset, end) {
        state.committed.insert(("a".to_owned(), 0), *offset);
    }
    let disk = actor.disk;
    let client = &mut *actor.client;
    let answer = init(client, id, || disk.is_dead())?;
    actor.producer_ids.push(answer.producer_id);
    let mut producer = Writer { client, id, of: (answer.producer_id, answer.producer_epoch) };
    for (partition, value) in writes {
        if !newer {
            producer.add(*partition)?;
        }
        producer.write(if *newer { 12 } else { 9 }, *partition, value)?;
    }
    if let Some(offset) = offset {
        if !newer {
            producer.add_offsets()?;
        }
        producer.commit_offset(if *newer { 5 } else { 3 }, *offset)?;
    }
    match end {
        End::Never => Ok(()),
        End::Commit | End::Abort => producer.end(if *newer { 5 } else { 3 }, *end == End::Commit),
    }
}

/// A transactional producer.
struct Writer<'a> {
    client: &'a mut Client,
    id: &'a str,
    of: (i64, i16),
}

impl Writer<'_> {
    fn add(&mut self, partition: i32) -> Result<(), i16> {
        let topic = m::add_partitions_to_txn::AddPartitionsToTxnTopic {
            name: "a".to_owned(),
            partitions: vec![partition],
        };
        let request = m::add_partitions_to_txn::AddPartitionsToTxnRequest {
            v3_and_below_transactional_id: self.id.to_owned(),
            v3_and_below_producer_id: self.of.0,
            v3_and_below_producer_epoch: self.of.1,
            v3_and_below_topics: vec![topic],
            ..Default::default()
        };
        let answer = ask_for(self.client, 3, &request)?;
        ok(answer.results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code)
    }

    fn write(&mut self, version: i16, partition: i32, value: &str) -> Result<(), i16> {
        let records = [("k", value.to_owned())];
        let batch = script::batch(0, &records, Some((self.of.0, self.of.1, 0))).transactional();
        script::produce(self.client, version, Some(self.id), "a", partition, batch).map(|_| ())
    }

    fn add_offsets(&mut self) -> Result<(), i16> {
        let request = m::add_offsets_to_txn::AddOffsetsToTxnRequest {
            transactional_id: self.id.to_owned(),
            producer_id: self.of.0,
            producer_epoch: self.of.1,
            group_id: GROUP.to_owned(),
        };
        ok(ask_for(self.client, 3, &request)?.error_code)
    }

    fn commit_offset(&mut self, version: i16, committed_offset: i64) -> Result<(), i16> {
        let partition = m::txn_offset_commit::TxnOffsetCommitRequestPartition {
            committed_offset,
            ..Default::default()
        };
        let topic = m::txn_offset_commit::TxnOffsetCommitRequestTopic {
            name: "a".to_owned(),
            partitions: vec![partition],
        };
        let request = m::txn_offset_commit::TxnOffsetCommitRequest {
            transactional_id: self.id.to_owned(),
            group_id: GROUP.to_owned(),
            producer_id: self.of.0,
            producer_epoch: self.of.1,
            topics: vec![topic],
            ..Default::default()
        };
        ok(ask_for(self.client, version, &request)?.topics[0].partitions[0].error_code)
    }

    fn end(&mut self, version: i16, committed: bool) -> Result<(), i16> {
        let request = m::end_txn::EndTxnRequest {
            transactional_id: self.id.to_owned(),
            producer_id: self.of.0,
            producer_epoch: self.of.1,
            committed,
        };
        ok(ask_for(self.client, version, &request)?.error_code)
    }
}

/// Waits until a reader from the beginning gets fewer records than were written.
pub(super) fn wait_for_compaction(
    actor: &mut Actor,
    state: &State,
    topic: &str,
) -> Result<(), i16> {
    let written = state.topics[topic].partitions[0].records.len();
    let (client, disk) = (&mut *actor.client, actor.disk);
    until("a compaction", || {
        let found = seen::partition(client, topic, 0);
        let is_compacted = found.records.len() < written;
        (is_compacted || disk.is_dead()).then_some(if is_compacted { Ok(()) } else { Err(GONE) })
    })
}

/// A member of the consumer group comes (epoch 0) or leaves (-1).
pub(super) fn heartbeat(client: &mut Client, member: &str, member_epoch: i32) -> Result<(), i16> {
    let request = m::consumer_group_heartbeat::ConsumerGroupHeartbeatRequest {
        group_id: MEMBERS.to_owned(),
        member_id: member.to_owned(),
        member_epoch,
        rebalance_timeout_ms: 300_000,
        subscribed_topic_names: Some(vec!["a".to_owned()]),
        topic_partitions: Some(Vec::new()),
        ..Default::default()
    };
    ok(ask_for(client, 1, &request)?.error_code)
}

pub(super) fn members(client: &mut Client) -> Vec<String> {
    let request = m::consumer_group_describe::ConsumerGroupDescribeRequest {
        group_ids: vec![MEMBERS.to_owned()],
        ..Default::default()
    };
    let group = client.call(1, &request).groups.remove(0);
    // GROUP_ID_NOT_FOUND: nobody has come yet.
    assert!([0, 69].contains(&group.error_code), "{group:?}");
    group.members.into_iter().map(|member| member.member_id).collect()
}

/// The share group begins with a partition of `a`.
pub(super) fn share(client: &mut Client, topic_id: Uuid, partition: i32) -> Result<(), i16> {
    use m::initialize_share_group_state as init;
    let partitions = vec![init::PartitionData { partition, ..Default::default() }];
    let topics = vec![init::InitializeStateData { topic_id, partitions }];
    let request = init::InitializeShareGroupStateRequest { group_id: SHARE.to_owned(), topics };
    ok(ask_for(client, 0, &request)?.results[0].partitions[0].error_code)
}

/// A member of the share group takes what it gets. Returns the first offset of it.
fn take(
    client: &mut Client,
    member: &str,
    topic_id: Uuid,
    partition: i32,
) -> Result<Option<i64>, i16> {
    use m::share_fetch as fetch;
    let wanted = fetch::FetchPartition { partition_index: partition, ..Default::default() };
    let request = fetch::ShareFetchRequest {
        group_id: Some(SHARE.to_owned()),
        member_id: Some(member.to_owned()),
        share_session_epoch: 0,
        max_bytes: 1 << 20,
        max_records: 500,
        batch_size: 500,
        topics: vec![fetch::FetchTopic { topic_id, partitions: vec![wanted] }],
        ..Default::default()
    };
    let taken = ask_for(client, 2, &request)?;
    ok(taken.error_code)?;
    let mut partitions = taken.responses.iter().flat_map(|topic| &topic.partitions);
    let Some(partition) = partitions.next() else { return Ok(None) };
    ok(partition.error_code)?;
    Ok(partition.acquired_records.first().map(|acquired| acquired.first_offset))
}

/// A member of the share group takes records and accepts those before an offset.
pub(super) fn accept(
    client: &mut Client,
    topic_id: Uuid,
    partition: i32,
    before: i64,
) -> Result<(), i16> {
    use m::share_acknowledge as ack;
    let first_offset = take(client, "one", topic_id, partition)?.ok_or(GONE)?;
    let accepted = ack::AcknowledgementBatch {
        first_offset,
        last_offset: before - 1,
        acknowledge_types: vec![1],
    };
    let done = ack::AcknowledgePartition {
        partition_index: partition,
        acknowledgement_batches: vec![accepted],
    };
    let acknowledge = ack::ShareAcknowledgeRequest {
        group_id: Some(SHARE.to_owned()),
        member_id: Some("one".to_owned()),
        share_session_epoch: 1,
        topics: vec![ack::AcknowledgeTopic { topic_id, partitions: vec![done] }],
        ..Default::default()
    };
    let answer = ask_for(client, 2, &acknowledge)?;
    ok(answer.error_code)?;
    ok(answer.responses[0].partitions[0].error_code)
}

/// Returns from where on the share group is given a partition of `a`, if it has begun with it.
pub(super) fn shared_from(client: &mut Client, topic_id: Uuid, partition: i32) -> Option<i64> {
    use m::read_share_group_state_summary as read;
    let partitions = vec![read::PartitionData { partition, leader_epoch: -1 }];
    let topics = vec![read::ReadStateSummaryData { topic_id, partitions }];
    let request = read::ReadShareGroupStateSummaryRequest { group_id: SHARE.to_owned(), topics };
    let found = client.call(0, &request).results[0].partitions[0].clone();
    // COORDINATOR_NOT_AVAILABLE: nothing was ever remembered of any share group.
    if found.error_code != 0 || found.start_offset < 0 {
        return None;
    }
    // What was accepted may be written down beside where the group begins.
    take(client, "late", topic_id, partition).unwrap()
}

/// No id is given twice, and what was sent is known when it is sent again.
pub(super) fn check_producers(client: &mut Client, ran: &Ran, what: &str) {
    let ask = m::init_producer_id::InitProducerIdRequest::default();
    let told = client
        .call(4, &m::init_producer_id::InitProducerIdRequest { transactional_id: None, ..ask });
    assert_eq!(told.error_code, 0, "{what}");
    assert!(!ran.producer_ids.contains(&told.producer_id), "{what}: {} again", told.producer_id);
    if let Some(sent) = ran.sent {
        assert_eq!(sent.send(client), Ok(sent.offset), "{what}: {sent:?}");
    }
}
