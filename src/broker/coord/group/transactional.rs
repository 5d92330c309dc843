//! Offsets inside transactions: TxnOffsetCommit, versions 0 to 5, and what becomes of it.
//!
//! An offset that is committed inside a transaction is kept beside the others until the
//! transaction ends: a commit puts it in its place, unless something newer is there; an abort
//! forgets it. Until then it is unstable: who asks for stable offsets only has to wait.
//! Versions: 3 the member and its generation · 5 the group joins the transaction by this (KIP-890).

use std::collections::{BTreeMap, HashMap};

use super::Topics;
use super::classic::Group;
use super::committed::{Committed, Held};
use super::consumer::{self, Hall};
use super::desk::{After, Cx};
use super::records::{self, TEXT_BYTES_MAX};
use super::state::State;
use super::{streams, weight};
use crate::broker::coord::brain::Transaction;
use crate::broker::coord::effects::{Record, Reply, Ticket};
use crate::wire::ErrorCode;
use crate::wire::messages::txn_offset_commit::{
    TxnOffsetCommitRequest, TxnOffsetCommitRequestPartition, TxnOffsetCommitResponse,
    TxnOffsetCommitResponsePartition, TxnOffsetCommitResponseTopic,
};

/// Group, topic, partition.
pub(super) type Place = (String, String, i32);

/// Offsets whose transactions have not ended.
#[derive(Debug, Default)]
pub(super) struct Pending {
    by_producer: HashMap<i64, BTreeMap<Place, (u64, Committed)>>,
    /// How many transactions are at a place.
    open: BTreeMap<Place, usize>,
    held: Held,
}

impl Pending {
    /// An offset is committed inside a producer's transaction. `order` tells which of two was
    /// written later.
    pub(super) fn put(&mut self, producer_id: i64, place: Place, order: u64, value: Committed) {
        let places = self.by_producer.entry(producer_id).or_default();
        self.held += Held::waiting(&place, &value);
        match places.insert(place.clone(), (order, value)) {
            Some((_, old)) => self.held -= Held::waiting(&place, &old),
            None => *self.open.entry(place).or_default() += 1,
        }
    }

    pub(super) fn held(&self) -> Held {
        self.held
    }

    /// A producer's transaction has ended: returns what it had committed.
    pub(super) fn take(&mut self, producer_id: i64) -> BTreeMap<Place, (u64, Committed)> {
        let places = self.by_producer.remove(&producer_id).unwrap_or_default();
        for (place, (_, value)) in &places {
            self.held -= Held::waiting(place, value);
            self.close(place);
        }
        places
    }

    fn close(&mut self, place: &Place) {
        if let Some(count) = self.open.get_mut(place) {
            *count -= 1;
            if *count == 0 {
                self.open.remove(place);
            }
        }
    }

    /// The offset of a place is deleted, whoever may be committing it.
    pub(super) fn remove(&mut self, group: &str, topic: &str, partition: i32) {
        if !self.contains(group, topic, partition) {
            return;
        }
        let place = (group.to_owned(), topic.to_owned(), partition);
        self.by_producer.retain(|_, places| {
            if let Some((_, value)) = places.remove(&place) {
                self.held -= Held::waiting(&place, &value);
            }
            !places.is_empty()
        });
        self.open.remove(&place);
    }

    /// Says whether a transaction that is open has committed an offset here.
    pub(super) fn contains(&self, group: &str, topic: &str, partition: i32) -> bool {
        // Mostly there are none, and then nobody pays for the key.
        !self.open.is_empty()
            && self.open.contains_key(&(group.to_owned(), topic.to_owned(), partition))
    }

    /// Returns the places of a group: topic and partition.
    pub(super) fn of<'a>(&'a self, group: &'a str) -> impl Iterator<Item = (&'a str, i32)> {
        let from = (group.to_owned(), String::new(), i32::MIN);
        let places = self.open.range(from..).map(|(place, _)| place);
        places
            .take_while(move |(of, _, _)| of == group)
            .map(|(_, topic, partition)| (topic.as_str(), *partition))
    }

    /// Returns all places.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.open.keys()
    }
}

/// Answers TxnOffsetCommit. Whether the offsets topic is part of the transaction has been asked
/// before, and the log looks again.
pub(super) fn commit(
    hall: &mut Hall,
    ticket: Ticket,
    ask: &TxnOffsetCommitRequest,
    topics: &dyn Topics,
) {
    let Hall { classics, consumers, streams, cx } = hall;
    let id = &ask.group_id;
    let verdict = match (consumers.get(id), streams.get(id)) {
        (Some(group), _) => consumer::offsets::may_commit_in_transaction(group, ask, topics),
        (None, Some(group)) => streams::commits::may_commit_in_transaction(group, ask),
        (None, None) => may_commit(classics, ask),
    };
    let is_new =
        !classics.contains_key(id) && !consumers.contains_key(id) && !streams.contains_key(id);
    let verdict = match is_new && cx.meter.room() < weight::of_group(id) {
        true => verdict.and(Err(ErrorCode::INVALID_COMMIT_OFFSET_SIZE)),
        false => verdict,
    };
    let mut more = Held::default();
    let mut records = Vec::new();
    let mut answer = TxnOffsetCommitResponse::default();
    for topic in &ask.topics {
        let count = topics.partitions(&topic.name).unwrap_or(0);
        let topic_id = topics.id_of(&topic.name).unwrap_or_default();
        let partitions = topic.partitions.iter().map(|partition| {
            let partition_index = partition.partition_index;
            let error = if !(0..count).contains(&partition_index) {
                Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)
            } else {
                verdict
                    .and_then(|()| record(cx, ask, (&topic.name, topic_id), partition, &mut more))
            };
            let error = error.map(|record| records.push(record)).err();
            let error_code = error.unwrap_or(ErrorCode::NONE).0;
            TxnOffsetCommitResponsePartition { partition_index, error_code }
        });
        let partitions = partitions.collect();
        answer.topics.push(TxnOffsetCommitResponseTopic { name: topic.name.clone(), partitions });
    }
    let within = Transaction { producer_id: ask.producer_id, producer_epoch: ask.producer_epoch };
    let after = After::Reply(ticket, Reply::TxnOffsetCommit(answer));
    cx.append_within(within, &ask.group_id, records, after);
}

fn record(
    cx: &Cx,
    ask: &TxnOffsetCommitRequest,
    (topic, topic_id): (&str, crate::base::ids::Uuid),
    partition: &TxnOffsetCommitRequestPartition,
    more: &mut Held,
) -> Result<Record, ErrorCode> {
    let metadata = partition.committed_metadata.clone().unwrap_or_default();
    // Kafka counts what Java calls characters.
    if metadata.encode_utf16().count() > cx.config.offset_metadata_bytes_max {
        return Err(ErrorCode::OFFSET_METADATA_TOO_LARGE);
    }
    if metadata.len() > TEXT_BYTES_MAX || ask.group_id.len() > TEXT_BYTES_MAX {
        return Err(ErrorCode::INVALID_COMMIT_OFFSET_SIZE);
    }
    let committed = Committed {
        offset: partition.committed_offset,
        leader_epoch: partition.committed_leader_epoch,
        metadata,
        topic_id,
        commit_timestamp_ms: cx.now,
        expire_timestamp_ms: None,
    };
    let place = (ask.group_id.clone(), topic.to_owned(), partition.partition_index);
    if !cx.offsets.has_room(cx.config, true, &place, &committed, more) {
        return Err(ErrorCode::INVALID_COMMIT_OFFSET_SIZE);
    }
    Ok(records::offset(&ask.group_id, topic, partition.partition_index, &committed))
}

/// Checks that a member of the current generation commits. Clients before version 3 say nothing
/// of members, and may commit for any group.
fn may_commit(
    groups: &BTreeMap<String, Group>,
    ask: &TxnOffsetCommitRequest,
) -> Result<(), ErrorCode> {
    if ask.group_id.is_empty() {
        return Err(ErrorCode::INVALID_GROUP_ID);
    }
    let generation = ask.generation_id;
    let Some(group) = groups.get(&ask.group_id) else {
        return if generation < 0 { Ok(()) } else { Err(ErrorCode::ILLEGAL_GENERATION) };
    };
    let instance = ask.group_instance_id.as_deref();
    let is_member = generation >= 0 || !ask.member_id.is_empty() || instance.is_some();
    if (generation < 0 && group.state() == State::Empty) || !is_member {
        return Ok(());
    }
    group.check_generation(&ask.member_id, instance, generation)
}
