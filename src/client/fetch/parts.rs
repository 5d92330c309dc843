//! What is known of each partition that is being read, and what to ask for next. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{HELD_BYTES_MAX, Manner, SHARE_BYTES_MIN, Span};
use crate::base::ids::Uuid;
use crate::client::offsets::{Isolation, Partition};
use crate::wire::messages::fetch::{FetchPartition, FetchRequest, FetchTopic};

/// How long a broker may keep us waiting while there is no room for another partition: that one
/// may have room any time.
const CROWDED_WAIT_MS: i32 = 20;
/// What an answer has of one partition at least, if nobody said otherwise.
const PARTITION_BYTES_MIN: i32 = 1024 * 1024;
/// The last version in which topics go by their names.
pub(super) const LAST_BY_NAME: i16 = 12;

/// A partition.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) topic: Arc<str>,
    pub(super) topic_id: Uuid,
    pub(super) partition: i32,
    /// What is to be asked for next.
    pub(super) next: i64,
    /// Where to end: nowhere is the greatest offset.
    pub(super) until: i64,
    /// Whom to ask; none: the steward finds out.
    pub(super) node: Option<i32>,
    /// Whether its next record is not there any more, or not yet.
    pub(super) is_lost: bool,
    pub(super) is_done: bool,
    /// Whether its topic is not there any more, and may come back.
    pub(super) is_gone: bool,
    /// What is held of it.
    held_bytes: usize,
    /// When it last had a turn: who had none for longest comes first in the next request.
    turn: u64,
    /// The size of a batch that did not fit.
    wanted_bytes: i32,
}

impl Part {
    pub(super) fn new(topic: Arc<str>, partition: i32, span: Span) -> Self {
        Part {
            topic,
            topic_id: Uuid::ZERO,
            partition,
            next: span.from,
            until: span.until.unwrap_or(i64::MAX),
            node: None,
            is_lost: false,
            is_done: span.until.is_some_and(|until| until <= span.from),
            is_gone: false,
            held_bytes: 0,
            turn: 0,
            wanted_bytes: 0,
        }
    }

    pub(super) fn partition(&self) -> Partition {
        Partition { topic: self.topic.to_string(), partition: self.partition }
    }

    /// A copy that only says which partition it is, for the steward to settle.
    pub(super) fn stub(&self) -> Self {
        Part { topic: Arc::clone(&self.topic), ..*self }
    }

    /// Is another partition of the same name, from now on.
    pub(super) fn begin_anew(&mut self, part: Part) {
        // What is held of the old one is still given back.
        *self = Part { held_bytes: self.held_bytes, turn: self.turn, ..part };
    }

    /// Says whether somebody is to be asked for it, and nobody knows whom.
    pub(super) fn is_homeless(&self) -> bool {
        self.node.is_none() && !self.is_done && !self.is_gone
    }

    /// The batch that comes next has so many bytes.
    pub(super) fn want(&mut self, bytes: usize) {
        self.wanted_bytes = i32::try_from(bytes).unwrap_or(i32::MAX);
    }
}

/// All partitions, and what the threads know of each other.
#[derive(Debug)]
pub(super) struct State {
    pub(super) parts: Vec<Part>,
    /// Where brokers are.
    pub(super) brokers: BTreeMap<i32, (String, u16)>,
    pub(super) is_over: bool,
    held_bytes: usize,
    turns: u64,
}

/// A request, and which partitions it is about.
pub(super) struct Ask {
    pub(super) request: FetchRequest,
    /// Topic's name and id, partition: index.
    pub(super) about: BTreeMap<(Arc<str>, Uuid, i32), usize>,
}

impl State {
    pub(super) fn of(spans: &BTreeMap<Partition, Span>) -> Self {
        let mut names: BTreeMap<&str, Arc<str>> = BTreeMap::new();
        let mut parts = Vec::with_capacity(spans.len());
        for (of, span) in spans {
            let topic = names.entry(&of.topic).or_insert_with(|| of.topic.as_str().into());
            parts.push(Part::new(Arc::clone(topic), of.partition, *span));
        }
        State { parts, brokers: BTreeMap::new(), is_over: false, held_bytes: 0, turns: 0 }
    }

    pub(super) fn hold(&mut self, part: usize, bytes: usize) {
        self.held_bytes += bytes;
        self.parts[part].held_bytes += bytes;
    }

    pub(super) fn release(&mut self, part: usize, bytes: usize) {
        self.held_bytes -= bytes;
        self.parts[part].held_bytes -= bytes;
    }

    /// A partition had its turn: others come before it.
    pub(super) fn had_turn(&mut self, part: usize) {
        self.turns += 1;
        self.parts[part].turn = self.turns;
    }

    /// Says whether some partition has nobody whom it can be asked of.
    pub(super) fn is_anyone_homeless(&self) -> bool {
        self.parts.iter().any(Part::is_homeless)
    }

    /// Nothing is known any more of the partitions that were asked of a node.
    pub(super) fn leave(&mut self, node: i32) {
        for part in self.parts.iter_mut().filter(|part| part.node == Some(node)) {
            part.node = None;
        }
    }

    /// Whatever of a node's partitions there is room for, as a request.
    pub(super) fn ask(&self, node: i32, manner: &Manner) -> Option<Ask> {
        let share = (HELD_BYTES_MAX / self.parts.len().max(1)).max(SHARE_BYTES_MIN);
        let is_full = !manner.is_each_alone && self.held_bytes >= HELD_BYTES_MAX;
        let mut chosen = Vec::new();
        let mut is_crowded = false;
        for (index, part) in self.parts.iter().enumerate() {
            if part.node == Some(node) && !part.is_done && !part.is_gone {
                match is_full || part.held_bytes >= share {
                    true => is_crowded = true,
                    false => chosen.push(index),
                }
            }
        }
        if chosen.is_empty() {
            return None;
        }
        chosen.sort_by_key(|index| self.parts[*index].turn);
        let wait_ms = if is_crowded { manner.wait_ms.min(CROWDED_WAIT_MS) } else { manner.wait_ms };
        Some(self.request(&chosen, wait_ms, share, manner))
    }

    fn request(&self, chosen: &[usize], wait_ms: i32, share: usize, manner: &Manner) -> Ask {
        let count = i32::try_from(chosen.len()).unwrap_or(i32::MAX);
        let fair = (manner.bytes_max / count).max(PARTITION_BYTES_MIN);
        let fair = fair.min(i32::try_from(share).unwrap_or(i32::MAX));
        let each = manner.partition_bytes_max.unwrap_or(fair);
        let mut about = BTreeMap::new();
        let mut topics: Vec<FetchTopic> = Vec::new();
        for index in chosen {
            let part = &self.parts[*index];
            about.insert((Arc::clone(&part.topic), part.topic_id, part.partition), *index);
            let partition = FetchPartition {
                partition: part.partition,
                fetch_offset: part.next,
                partition_max_bytes: each.max(part.wanted_bytes),
                ..FetchPartition::default()
            };
            // In the order of turns: a topic that comes again is named again.
            match topics.last_mut().filter(|topic| *topic.topic == *part.topic) {
                Some(topic) => topic.partitions.push(partition),
                None => topics.push(FetchTopic {
                    topic: part.topic.to_string(),
                    topic_id: part.topic_id,
                    partitions: vec![partition],
                }),
            }
        }
        let request = FetchRequest {
            max_wait_ms: wait_ms,
            min_bytes: manner.bytes_min,
            max_bytes: manner.bytes_max,
            isolation_level: i8::from(manner.isolation == Isolation::ReadCommitted),
            rack_id: manner.rack.clone(),
            topics,
            ..FetchRequest::default()
        };
        Ask { request, about }
    }
}

impl Ask {
    /// Finds the partition that an answer is about: it names the topic, or has its id.
    pub(super) fn find(&self, topic: &str, topic_id: Uuid, partition: i32) -> Option<usize> {
        let is = |name: &str, id: Uuid, of: i32| {
            of == partition && if topic.is_empty() { id == topic_id } else { name == topic }
        };
        let mut all = self.about.iter();
        all.find(|((name, id, of), _)| is(name, *id, *of)).map(|(_, index)| *index)
    }

    /// Says whether every topic has an id, by which newer versions ask.
    pub(super) fn has_ids(&self) -> bool {
        self.about.keys().all(|(_, id, _)| !id.is_zero())
    }
}
