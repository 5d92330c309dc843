//! Share groups: who is a member, and which partitions each member fetches.
//!
//! Source: the share group parts of `org.apache.kafka.coordinator.group.GroupMetadataManager`.
//! Whoever asks appends the records of a [`Plan`] and gives each to [`ShareGroups::apply`], the
//! only door to what is remembered; the answer goes out after that.
//!
//! - `assign`: the simple assignor
//! - `hash`: the hash by which a group notices that its topics changed
//! - `heartbeat`: the life of members
//! - `offsets`: where a group begins in its partitions, and how it ends
//! - `records`: Kafka's records of `__consumer_offsets`, keys 10 to 15

mod assign;
mod describe;
mod hash;
mod heartbeat;
mod offsets;
mod records;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::clock::Millis;
use crate::base::hash::partition_of_id;
use crate::base::ids::Uuid;
use crate::base::meter::{Charge, Meter};
use crate::broker::coord::effects::Record;
use crate::broker::coord::group::Client;
use crate::broker::coord::timers::Timers;
use crate::wire::ErrorCode;
use crate::wire::messages::share_group_heartbeat::ShareGroupHeartbeatRequest;
use crate::wire::primitives::DecodeError;

pub use self::heartbeat::Beat;
pub use self::offsets::{Altered, Deleting};

/// Partitions by topic.
pub type Assignment = BTreeMap<Uuid, BTreeSet<i32>>;

/// What a request comes to: what must be written first, and the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<A> {
    pub records: Vec<Record>,
    pub answer: A,
}

/// How a request is refused: the code, and Kafka's words where it has any beyond the code's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub error: ErrorCode,
    pub text: Option<String>,
}

impl Refused {
    fn new(error: ErrorCode, text: impl Into<String>) -> Self {
        Refused { error, text: Some(text.into()) }
    }
}

/// What the configs say, as they stand for a group.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// `group.share.max.size`.
    pub members_max: usize,
    pub heartbeat_interval_ms: i32,
    pub assignment_interval_ms: i32,
    /// `group.share.initialize.retry.interval.ms`.
    pub initialize_retry_ms: Millis,
}

/// A topic as a group sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicInfo {
    pub id: Uuid,
    pub name: String,
    pub partitions: i32,
}

/// What topics there are.
pub trait Topics {
    fn by_name(&self, name: &str) -> Option<TopicInfo>;
    fn by_id(&self, id: Uuid) -> Option<TopicInfo>;
    /// Returns the rack of the node that holds all partitions: empty where it has none.
    fn rack(&self) -> String;
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    rack: Option<String>,
    client: Client,
    topics: BTreeSet<String>,
    epoch: i32,
    previous_epoch: i32,
    assigned: Assignment,
}

impl Default for Member {
    fn default() -> Self {
        Member {
            rack: None,
            client: Client { client_id: String::new(), host: String::new() },
            topics: BTreeSet::new(),
            epoch: 0,
            previous_epoch: -1,
            assigned: Assignment::new(),
        }
    }
}

/// Partitions of a topic whose state is kept, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    name: String,
    partitions: BTreeSet<i32>,
    /// When that was last written.
    at: Millis,
}

type KeptTopics = BTreeMap<Uuid, Kept>;

/// Of which partitions state is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct StateTopics {
    initializing: KeptTopics,
    initialized: KeptTopics,
    deleting: BTreeSet<Uuid>,
}

#[derive(Clone, Debug)]
struct ShareGroup {
    epoch: i32,
    metadata_hash: i64,
    target_epoch: i32,
    /// When the target was computed: 0 where it never was.
    assigned_at: Millis,
    members: BTreeMap<String, Member>,
    target: BTreeMap<String, Assignment>,
    state: Option<StateTopics>,
    /// How many bytes its members take.
    weight: usize,
    held: Charge,
}

impl Default for ShareGroup {
    /// A group that is new (`ModernGroup`, `TargetAssignmentMetadata.INITIAL`).
    fn default() -> Self {
        ShareGroup {
            epoch: 1,
            metadata_hash: 0,
            target_epoch: 1,
            assigned_at: 0,
            members: BTreeMap::new(),
            target: BTreeMap::new(),
            state: None,
            weight: 0,
            held: Charge::default(),
        }
    }
}

/// What a member takes beside what it says: its ids are in tables, in timers and in records.
const MEMBER_BYTES: usize = 512;
const ID_COPIES: usize = 5;
/// What a text in a set takes, and what is counted of it.
const TEXT_BYTES: usize = 192;
/// What a partition takes: where it is, where it is to be, and that its state is kept.
const PARTITION_BYTES: usize = 64;

fn weight_of_texts<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| TEXT_BYTES + 2 * text.len()).sum()
}

impl Member {
    /// Returns how many bytes it takes in a group.
    fn weight(&self, group: &str, id: &str) -> usize {
        let own = [self.client.client_id.as_str(), &self.client.host];
        let own = own.into_iter().chain(self.rack.as_deref());
        let partitions = self.assigned.values().map(|some| PARTITION_BYTES * (some.len() + 2));
        MEMBER_BYTES
            + ID_COPIES * (group.len() + id.len())
            + weight_of_texts(own.chain(self.topics.iter().map(String::as_str)))
            + partitions.sum::<usize>()
    }
}

impl ShareGroup {
    /// Returns how many bytes it takes.
    fn weight(&self, id: &str) -> usize {
        let state = self.state.iter().flat_map(|state| [&state.initializing, &state.initialized]);
        let kept = state.flat_map(BTreeMap::values);
        let kept = kept.map(|kept| TEXT_BYTES + kept.name.len() + 16 * kept.partitions.len());
        MEMBER_BYTES + ID_COPIES * id.len() + self.weight + kept.sum::<usize>()
    }

    /// Changes a member, which may be new, or takes it out.
    fn change(&mut self, group: &str, id: &str, change: impl FnOnce(&mut Option<Member>)) {
        let mut member = self.members.remove(id);
        self.weight -= member.as_ref().map_or(0, |member| member.weight(group, id));
        change(&mut member);
        self.weight += member.as_ref().map_or(0, |member| member.weight(group, id));
        if let Some(member) = member {
            self.members.insert(id.to_owned(), member);
        }
    }

    fn state_name(&self) -> &'static str {
        if self.members.is_empty() { "Empty" } else { "Stable" }
    }

    /// Returns the topics that members name, with how many do.
    fn topics(&self) -> BTreeMap<&str, usize> {
        let mut topics = BTreeMap::new();
        for name in self.members.values().flat_map(|member| &member.topics) {
            *topics.entry(name.as_str()).or_insert(0) += 1;
        }
        topics
    }
}

/// The longest text that goes into a record, which writes lengths in two bytes.
const TEXT_BYTES_MAX: usize = 32_000;

/// All share groups of this broker.
#[derive(Debug)]
pub struct ShareGroups {
    /// `offsets.topic.num.partitions`.
    partitions: i32,
    groups: BTreeMap<String, ShareGroup>,
    /// When each member must have been heard of.
    sessions: Timers<(String, String)>,
    /// The bytes that groups and their members take.
    meter: Meter,
}

impl ShareGroups {
    pub fn new(partitions: i32, bytes_max: usize) -> Self {
        let meter = Meter::new(bytes_max);
        ShareGroups { partitions, groups: BTreeMap::new(), sessions: Timers::new(), meter }
    }

    /// Returns how many bytes groups and their members take.
    pub fn member_bytes(&self) -> usize {
        self.meter.used()
    }

    /// Something of a group has changed.
    fn weigh(&mut self, id: &str) {
        if let Some(group) = self.groups.get_mut(id) {
            let weight = group.weight(id);
            self.meter.charge(&mut group.held, weight);
        }
    }

    /// Returns how many more bytes a group would take by a heartbeat, and by what the member is
    /// given for it.
    fn growth(&self, who: &Client, ask: &ShareGroupHeartbeatRequest) -> usize {
        let names = ask.subscribed_topic_names.iter().flatten().chain(&ask.rack_id);
        let said = weight_of_texts(names.map(String::as_str));
        let (group, id) = (ask.group_id.as_str(), ask.member_id.as_str());
        match self.groups.get(group).and_then(|group| group.members.get(id)) {
            Some(_) if said == 0 => 0,
            Some(member) => said.saturating_sub(member.weight(group, id)),
            None => {
                let own = [who.client_id.as_str(), &who.host].into_iter();
                let ids = ID_COPIES * (2 * group.len() + id.len());
                2 * MEMBER_BYTES + ids + weight_of_texts(own) + said
            }
        }
    }

    /// Returns the partition of `__consumer_offsets` that keeps a group.
    pub fn partition_of(&self, group: &str) -> i32 {
        partition_of_id(group, self.partitions)
    }

    /// Returns how many share groups there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Says whether there is a share group of this id.
    pub fn contains(&self, group: &str) -> bool {
        self.groups.contains_key(group)
    }

    /// Takes a record of `__consumer_offsets` in, of whichever kind.
    pub fn apply(
        &mut self,
        now: Millis,
        key: &[u8],
        value: Option<&[u8]>,
    ) -> Result<(), DecodeError> {
        records::apply(self, now, key, value)
    }

    /// The log has been read: every member has a session from now on.
    pub fn loaded(&mut self, now: Millis, session_timeout_ms: &dyn Fn(&str) -> Millis) {
        for (id, group) in &self.groups {
            for member in group.members.keys() {
                let at = now.saturating_add(session_timeout_ms(id));
                self.sessions.set((id.clone(), member.clone()), at);
            }
        }
    }

    /// A member was heard of.
    pub fn hear_of(&mut self, group: &str, member: &str, until: Millis) {
        let is_member = self.groups.get(group).is_some_and(|g| g.members.contains_key(member));
        if is_member {
            self.sessions.set((group.to_owned(), member.to_owned()), until);
        }
    }

    /// Returns a member that was not heard of for too long, and forgets when it must have been.
    pub fn expired(&mut self, now: Millis) -> Option<(String, String)> {
        self.sessions.expired(now)
    }

    /// Returns when to look for [`expired`](Self::expired) members next.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.sessions.next()
    }

    fn group(&self, id: &str) -> Result<&ShareGroup, Refused> {
        let missing = || format!("Group {id} not found.");
        self.groups.get(id).ok_or_else(|| Refused::new(ErrorCode::GROUP_ID_NOT_FOUND, missing()))
    }
}
