//! The share coordinator: what is remembered of share partitions, as Kafka's records of
//! `__share_group_state`.
//!
//! Source: `org.apache.kafka.coordinator.share.ShareCoordinatorShard`. Each change is one record:
//! an update, or now and then a snapshot, after which what was written before is not needed. Who
//! asks appends the record and gives it to [`ShareStates::apply`], the only door to what is
//! remembered.

mod combine;
mod records;

use std::collections::BTreeMap;

use crate::base::clock::Millis;
use crate::base::hash::partition_of_id;
use crate::base::ids::Uuid;
use crate::base::limits::SHARE_BATCHES_MAX;
use crate::broker::coord::effects::Record;
use crate::wire::ErrorCode;
use crate::wire::primitives::DecodeError;

/// The longest group id that goes into a record, which writes its length in two bytes.
const GROUP_BYTES_MAX: usize = 32_000;

/// One partition as one group sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub group: String,
    pub topic_id: Uuid,
    pub partition: i32,
}

impl Key {
    /// Returns the text by which Kafka looks for the coordinator (`SharePartitionKey`).
    pub fn text(&self) -> String {
        format!("{}:{}:{}", self.group, self.topic_id, self.partition)
    }

    /// Reads the text by which Kafka looks for the coordinator.
    pub fn of_text(text: &str) -> Option<Key> {
        let mut parts = text.rsplitn(3, ':');
        let partition = parts.next()?.parse().ok()?;
        let topic_id = parts.next()?.parse().ok()?;
        let group = parts.next()?.to_owned();
        (!group.is_empty()).then_some(Key { group, topic_id, partition })
    }
}

/// Offsets that follow one another and have the same state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    pub first_offset: i64,
    pub last_offset: i64,
    pub delivery_state: i8,
    pub delivery_count: i16,
}

/// What is remembered of one share partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareState {
    pub snapshot_epoch: i32,
    pub state_epoch: i32,
    pub leader_epoch: i32,
    pub start_offset: i64,
    pub delivery_complete_count: i32,
    pub batches: Vec<Batch>,
    pub created_ms: Millis,
    pub written_ms: Millis,
}

/// What is to be written of one share partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// -1: whichever is remembered.
    pub state_epoch: i32,
    pub leader_epoch: i32,
    pub start_offset: i64,
    pub delivery_complete_count: i32,
    pub batches: Vec<Batch>,
}

/// Why something is refused: Kafka's code, and its words where they are not those of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub error: ErrorCode,
    pub text: Option<&'static str>,
}

impl From<ErrorCode> for Refusal {
    fn from(error: ErrorCode) -> Self {
        Refusal { error, text: None }
    }
}

const fn invalid(text: &'static str) -> Refusal {
    Refusal { error: ErrorCode::INVALID_REQUEST, text: Some(text) }
}

const NEGATIVE_PARTITION: Refusal = invalid("The partition id cannot be a negative number.");
const WRITE_UNINITIALIZED: Refusal =
    invalid("Write operation on uninitialized share partition not allowed.");
const READ_UNINITIALIZED: Refusal =
    invalid("Read operation on uninitialized share partition not allowed.");
const GROUP_TOO_LONG: Refusal = invalid("The group id is too long.");
const TOO_MANY_BATCHES: Refusal = invalid("The state of the share partition is too large.");

/// What the coordinator is told once.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// `share.coordinator.state.topic.num.partitions`.
    pub partitions: i32,
    /// `share.coordinator.snapshot.update.records.per.snapshot`.
    pub updates_per_snapshot: i32,
    /// `share.coordinator.cold.partition.snapshot.interval.ms`.
    pub cold_snapshot_interval_ms: Millis,
    /// How many share partitions may be remembered.
    pub states_max: usize,
    /// How many bytes what is remembered of them may take.
    pub bytes_max: usize,
}

/// Whether a partition of a topic exists.
pub type Exists<'a> = &'a dyn Fn(Uuid, i32) -> bool;

#[derive(Debug)]
struct Entry {
    state: ShareState,
    /// How many updates were written since the last snapshot that was due.
    updates: i32,
    /// The highest epochs that were seen.
    leader_epoch: i32,
    state_epoch: i32,
    /// Where its last snapshot lies in the log.
    snapshot_at: Option<i64>,
}

/// All that is remembered of share partitions.
#[derive(Debug)]
pub struct ShareStates {
    config: Config,
    entries: BTreeMap<Key, Entry>,
    /// How many bytes they take.
    bytes: usize,
}

/// What a share partition takes beside its batches: its key is in more than one table.
const STATE_BYTES: usize = 512;
const KEY_COPIES: usize = 3;
/// What a batch takes, with the room that is made for the next ones.
const BATCH_BYTES: usize = 48;

fn weight(key: &Key, batches: usize) -> usize {
    STATE_BYTES + KEY_COPIES * key.group.len() + BATCH_BYTES * batches
}

impl ShareStates {
    pub fn new(config: Config) -> Self {
        ShareStates { config, entries: BTreeMap::new(), bytes: 0 }
    }

    /// Returns how many bytes what is remembered takes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns what is remembered of a share partition as bytes.
    fn weight_of(&self, key: &Key) -> usize {
        self.entries.get(key).map_or(0, |entry| weight(key, entry.state.batches.len()))
    }

    /// Returns the partition of `__share_group_state` that keeps a share partition.
    pub fn partition_of(&self, key: &Key) -> i32 {
        partition_of_id(&key.text(), self.config.partitions)
    }

    /// Takes one record in, which lies at an offset of its partition of the topic.
    pub fn apply(
        &mut self,
        offset: i64,
        key: &[u8],
        value: Option<&[u8]>,
    ) -> Result<(), DecodeError> {
        let read = records::read(key, value)?;
        let (records::Read::Snapshot(key, _) | records::Read::Update(key, _)) = &read else {
            return Ok(());
        };
        let key = key.clone();
        self.bytes -= self.weight_of(&key);
        match read {
            records::Read::Snapshot(key, Some(state)) => self.snapshot(key, state, offset),
            records::Read::Snapshot(key, None) => drop(self.entries.remove(&key)),
            records::Read::Update(key, update) => self.update(key, update),
            records::Read::Other => {}
        }
        self.bytes += self.weight_of(&key);
        Ok(())
    }

    fn snapshot(&mut self, key: Key, state: ShareState, offset: i64) {
        let limit = self.config.updates_per_snapshot;
        let old = self.entries.remove(&key);
        let (updates, leader_epoch, state_epoch) =
            old.map_or((0, i32::MIN, i32::MIN), |e| (e.updates, e.leader_epoch, e.state_epoch));
        let entry = Entry {
            updates: if updates >= limit { 0 } else { updates },
            leader_epoch: leader_epoch.max(state.leader_epoch),
            state_epoch: state_epoch.max(state.state_epoch),
            snapshot_at: Some(offset),
            state,
        };
        self.entries.insert(key, entry);
    }

    fn update(&mut self, key: Key, update: records::Update) {
        let entry = self.entries.entry(key).or_insert_with(|| Entry {
            state: ShareState {
                snapshot_epoch: update.snapshot_epoch,
                state_epoch: 0,
                leader_epoch: update.leader_epoch,
                start_offset: update.start_offset,
                delivery_complete_count: update.delivery_complete_count,
                batches: Vec::new(),
                created_ms: 0,
                written_ms: 0,
            },
            updates: 0,
            leader_epoch: update.leader_epoch,
            state_epoch: i32::MIN,
            snapshot_at: None,
        });
        entry.updates = entry.updates.saturating_add(1);
        entry.leader_epoch = entry.leader_epoch.max(update.leader_epoch);
        let state = &mut entry.state;
        if update.start_offset != -1 {
            state.start_offset = update.start_offset;
        }
        if update.leader_epoch != -1 {
            state.leader_epoch = update.leader_epoch;
        }
        state.delivery_complete_count = update.delivery_complete_count;
        state.batches = combine::combine(&state.batches, &update.batches, state.start_offset);
    }

    /// Returns what is remembered of a share partition.
    pub fn get(&self, key: &Key) -> Option<&ShareState> {
        self.entries.get(key).map(|entry| &entry.state)
    }

    /// InitializeShareGroupState: begins to remember a share partition, or begins anew.
    pub fn initialize(
        &self,
        now: Millis,
        key: &Key,
        state_epoch: i32,
        start_offset: i64,
        exists: Exists,
    ) -> Result<Record, Refusal> {
        check_key(key)?;
        let entry = self.entries.get(key);
        if state_epoch != -1 && entry.is_some_and(|entry| entry.state_epoch > state_epoch) {
            return Err(ErrorCode::FENCED_STATE_EPOCH.into());
        }
        check_exists(key, exists)?;
        if entry.is_none() && self.entries.len() >= self.config.states_max {
            return Err(ErrorCode::POLICY_VIOLATION.into());
        }
        if entry.is_none() && self.bytes + weight(key, 0) > self.config.bytes_max {
            return Err(ErrorCode::POLICY_VIOLATION.into());
        }
        let state = ShareState {
            snapshot_epoch: entry.map_or(0, |entry| entry.state.snapshot_epoch.wrapping_add(1)),
            state_epoch,
            leader_epoch: 0,
            start_offset,
            delivery_complete_count: if start_offset == -1 { -1 } else { 0 },
            batches: Vec::new(),
            created_ms: now,
            written_ms: now,
        };
        Ok(records::snapshot(key, &state))
    }

    /// ReadShareGroupState: what is remembered, and a record where a new leader reads it.
    pub fn read(
        &self,
        now: Millis,
        key: &Key,
        leader_epoch: i32,
        exists: Exists,
    ) -> Result<(&ShareState, Option<Record>), Refusal> {
        check_key(key)?;
        let entry = self.entries.get(key).ok_or(READ_UNINITIALIZED)?;
        check_leader_epoch(entry, leader_epoch)?;
        check_exists(key, exists)?;
        if leader_epoch == -1 || entry.leader_epoch == leader_epoch {
            return Ok((&entry.state, None));
        }
        let write = Write {
            state_epoch: entry.state.state_epoch,
            leader_epoch,
            start_offset: entry.state.start_offset,
            delivery_complete_count: entry.state.delivery_complete_count,
            batches: Vec::new(),
        };
        Ok((&entry.state, Some(self.record(now, key, entry, &write, leader_epoch))))
    }

    /// WriteShareGroupState: remembers what has become of records.
    pub fn write(
        &self,
        now: Millis,
        key: &Key,
        write: &Write,
        exists: Exists,
    ) -> Result<Record, Refusal> {
        check_key(key)?;
        let entry = self.entries.get(key).ok_or(WRITE_UNINITIALIZED)?;
        check_leader_epoch(entry, write.leader_epoch)?;
        if write.state_epoch != -1 && entry.state_epoch > write.state_epoch {
            return Err(ErrorCode::FENCED_STATE_EPOCH.into());
        }
        check_exists(key, exists)?;
        if entry.state.batches.len() + write.batches.len() > SHARE_BATCHES_MAX {
            return Err(TOO_MANY_BATCHES);
        }
        if !self.has_room(entry, write) {
            return Err(TOO_MANY_BATCHES);
        }
        Ok(self.record(now, key, entry, write, entry.state.leader_epoch))
    }

    /// Says whether there is room for what is written: at the limit, whether it makes the state no
    /// larger.
    fn has_room(&self, entry: &Entry, write: &Write) -> bool {
        if self.bytes + BATCH_BYTES * write.batches.len() <= self.config.bytes_max {
            return true;
        }
        let (known, state) = (&entry.state.batches, &entry.state);
        let start_offset =
            if write.start_offset == -1 { state.start_offset } else { write.start_offset };
        let combined = combine::combine(known, &write.batches, start_offset).len();
        let growth = BATCH_BYTES * combined.saturating_sub(known.len());
        growth == 0 || self.bytes + growth <= self.config.bytes_max
    }

    /// ReadShareGroupStateSummary. A share partition that nothing is remembered of has no state.
    pub fn summary(&self, key: &Key, exists: Exists) -> Result<Option<&ShareState>, Refusal> {
        check_key(key)?;
        check_exists(key, exists)?;
        Ok(self.get(key))
    }

    /// DeleteShareGroupState: a record where there is something to forget.
    pub fn delete(&self, key: &Key, exists: Exists) -> Result<Option<Record>, Refusal> {
        check_key(key)?;
        check_exists(key, exists)?;
        Ok(self.entries.contains_key(key).then(|| records::tombstone(key)))
    }

    /// A topic is gone: returns the records that forget it.
    pub fn forget_topic(&self, topic_id: Uuid) -> Vec<(Key, Record)> {
        let of_topic = self.entries.keys().filter(|key| key.topic_id == topic_id);
        of_topic.map(|key| (key.clone(), records::tombstone(key))).collect()
    }

    /// Returns snapshots of what has not been written for long, so that the log before them may
    /// go. None where everything is a snapshot that was made for this.
    pub fn cold(&self, now: Millis) -> Vec<(Key, Record)> {
        let is_cold = |state: &ShareState| state.created_ms != state.written_ms;
        if self.entries.values().all(|entry| is_cold(&entry.state)) {
            return Vec::new();
        }
        let interval_ms = self.config.cold_snapshot_interval_ms;
        let due = self
            .entries
            .iter()
            .filter(|(_, entry)| now.saturating_sub(entry.state.written_ms) >= interval_ms);
        let snapshots = due.map(|(key, entry)| {
            let mut state = entry.state.clone();
            state.snapshot_epoch = state.snapshot_epoch.wrapping_add(1);
            state.written_ms = now;
            (key.clone(), records::snapshot(key, &state))
        });
        snapshots.collect()
    }

    /// Returns for each partition of the topic the offset before which nothing is needed.
    pub fn redundant(&self) -> BTreeMap<i32, i64> {
        let mut first: BTreeMap<i32, i64> = BTreeMap::new();
        for (key, entry) in &self.entries {
            // What never had a snapshot needs the log from its beginning.
            let needed = entry.snapshot_at.unwrap_or(0);
            let first = first.entry(self.partition_of(key)).or_insert(needed);
            *first = needed.min(*first);
        }
        first.retain(|_, offset| *offset > 0);
        first
    }

    fn record(
        &self,
        now: Millis,
        key: &Key,
        entry: &Entry,
        write: &Write,
        leader_epoch: i32,
    ) -> Record {
        let state = &entry.state;
        if entry.updates < self.config.updates_per_snapshot {
            let update = records::Update {
                snapshot_epoch: state.snapshot_epoch,
                leader_epoch,
                start_offset: write.start_offset,
                delivery_complete_count: write.delivery_complete_count,
                batches: combine::combine(&[], &write.batches, write.start_offset),
            };
            return records::update(key, &update);
        }
        let start_offset =
            if write.start_offset == -1 { state.start_offset } else { write.start_offset };
        let snapshot = ShareState {
            snapshot_epoch: state.snapshot_epoch.wrapping_add(1),
            state_epoch: state.state_epoch,
            leader_epoch,
            start_offset,
            delivery_complete_count: write.delivery_complete_count,
            batches: combine::combine(&state.batches, &write.batches, start_offset),
            created_ms: now,
            written_ms: now,
        };
        records::snapshot(key, &snapshot)
    }
}

fn check_key(key: &Key) -> Result<(), Refusal> {
    match key.partition {
        ..0 => Err(NEGATIVE_PARTITION),
        _ if key.group.len() > GROUP_BYTES_MAX => Err(GROUP_TOO_LONG),
        _ => Ok(()),
    }
}

fn check_exists(key: &Key, exists: Exists) -> Result<(), Refusal> {
    match exists(key.topic_id, key.partition) {
        true => Ok(()),
        false => Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.into()),
    }
}

fn check_leader_epoch(entry: &Entry, leader_epoch: i32) -> Result<(), Refusal> {
    if leader_epoch != -1 && entry.leader_epoch > leader_epoch {
        return Err(ErrorCode::FENCED_LEADER_EPOCH.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: Config = Config {
        partitions: 50,
        updates_per_snapshot: 3,
        cold_snapshot_interval_ms: 1000,
        states_max: 1000,
        bytes_max: usize::MAX,
    };

    fn key() -> Key {
        Key { group: "g".into(), topic_id: Uuid([7; 16]), partition: 0 }
    }

    struct Log {
        states: ShareStates,
        records: Vec<Record>,
    }

    impl Log {
        fn new() -> Self {
            Log { states: ShareStates::new(CONFIG), records: Vec::new() }
        }

        fn put(&mut self, record: Record) {
            let at = i64::try_from(self.records.len()).unwrap();
            self.states.apply(at, &record.key, record.value.as_deref()).unwrap();
            self.records.push(record);
        }

        fn initialize(&mut self, epoch: i32, start: i64) {
            let record = self.states.initialize(5, &key(), epoch, start, &|_, _| true).unwrap();
            self.put(record);
        }

        fn write(&mut self, write: &Write) -> Result<(), Refusal> {
            let record = self.states.write(9, &key(), write, &|_, _| true)?;
            self.put(record);
            Ok(())
        }
    }

    fn write_of(first: i64, last: i64) -> Write {
        Write {
            state_epoch: 0,
            leader_epoch: 0,
            start_offset: -1,
            delivery_complete_count: 1,
            batches: vec![Batch {
                first_offset: first,
                last_offset: last,
                delivery_state: 2,
                delivery_count: 1,
            }],
        }
    }

    #[test]
    fn a_snapshot_follows_so_many_updates_and_the_log_says_the_same_again() {
        let mut log = Log::new();
        log.initialize(0, 0);
        for n in 0..8 {
            log.write(&write_of(2 * n, 2 * n)).unwrap();
        }
        let kinds: Vec<u8> = log.records.iter().map(|record| record.key[1]).collect();
        assert_eq!(kinds, [0, 1, 1, 1, 0, 1, 1, 1, 0]);
        let state = log.states.get(&key()).unwrap().clone();
        assert_eq!((state.snapshot_epoch, state.batches.len()), (2, 8));
        let mut again = ShareStates::new(CONFIG);
        for (at, record) in log.records.iter().enumerate() {
            again.apply(at as i64, &record.key, record.value.as_deref()).unwrap();
        }
        assert_eq!(again.get(&key()), Some(&state));
        // Everything before the last snapshot may go.
        let redundant = log.states.redundant();
        assert_eq!(redundant, BTreeMap::from([(log.states.partition_of(&key()), 8)]));
    }

    #[test]
    fn epochs_fence_and_what_is_not_there_is_refused() {
        let mut log = Log::new();
        let everywhere: Exists = &|_, _| true;
        let nowhere: Exists = &|_, _| false;
        assert_eq!(log.states.read(0, &key(), 0, everywhere), Err(READ_UNINITIALIZED));
        assert_eq!(log.write(&write_of(0, 1)), Err(WRITE_UNINITIALIZED));
        log.initialize(3, 10);
        let old = |error: ErrorCode| Err(Refusal::from(error));
        let again = log.states.initialize(0, &key(), 2, 0, everywhere);
        assert_eq!(again.map(|_| ()), old(ErrorCode::FENCED_STATE_EPOCH));
        assert_eq!(log.write(&write_of(10, 11)), old(ErrorCode::FENCED_STATE_EPOCH));
        let (_, record) = log.states.read(0, &key(), 7, everywhere).unwrap();
        let record = record.unwrap();
        log.put(record);
        assert_eq!(log.states.get(&key()).unwrap().leader_epoch, 7);
        let read = log.states.read(0, &key(), 6, everywhere);
        assert_eq!(read.map(|_| ()), old(ErrorCode::FENCED_LEADER_EPOCH));
        assert!(log.states.read(0, &key(), 7, everywhere).unwrap().1.is_none());
        let gone = old(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
        assert_eq!(log.states.read(0, &key(), 7, nowhere).map(|_| ()), gone);
        let negative = Key { partition: -1, ..key() };
        assert_eq!(log.states.summary(&negative, everywhere), Err(NEGATIVE_PARTITION));
        let tombstone = log.states.delete(&key(), everywhere).unwrap().unwrap();
        log.put(tombstone);
        assert_eq!(log.states.summary(&key(), everywhere), Ok(None));
    }

    #[test]
    fn what_rests_is_snapshotted_once() {
        let mut log = Log::new();
        log.initialize(0, 0);
        log.write(&write_of(0, 0)).unwrap();
        assert_eq!(log.states.cold(1004), []);
        let cold = log.states.cold(1005);
        assert_eq!(cold.len(), 1);
        log.put(cold[0].1.clone());
        assert_eq!(log.states.cold(9999), []);
    }

    #[test]
    fn a_key_is_kafkas_text_and_back() {
        let key = Key { group: "a:b".into(), ..key() };
        assert_eq!(Key::of_text(&key.text()), Some(key));
        for text in ["", "g", "g:x:0", "g:BwcHBwcHBwcHBwcHBwcHBw:x", ":BwcHBwcHBwcHBwcHBwcHBw:0"] {
            assert_eq!(Key::of_text(text), None, "{text}");
        }
    }
}
