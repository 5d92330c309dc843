//! The transaction coordinator, as Kafka 4.3's: transactional ids, their producers, and what
//! becomes of their transactions.
//!
//! [`Transactions`] is the front door; each room behind it is one request or one noun:
//!
//! - `state`, `metadata`: what is known of a transactional id, and the steps from state to state
//! - `init`, `partitions`, `end`: the life of a transaction
//! - `expiry`: what happens by itself as time passes, and what a restart finds unfinished
//! - `admin`: list and describe
//! - `records`: what of all this is remembered, in Kafka's records
//! - `brain`: the coordinator as the shell sees it
//!
//! The end of a transaction is written twice: first that it is decided (`PrepareCommit`,
//! `PrepareAbort`), which nothing can undo; then, when every partition has its marker, that it is
//! done. The markers are deeds of the shell. Source: `TransactionCoordinator`,
//! `TransactionStateManager` and `TransactionMarkerChannelManager` of Apache Kafka.

mod admin;
mod brain;
mod end;
mod expiry;
mod init;
mod metadata;
mod partitions;
mod records;
mod state;

use std::collections::BTreeMap;
use std::fmt;

use self::metadata::Facts;
use super::effects::{Effect, Ticket};
use super::timers::Timers;
use crate::base::clock::Millis;
use crate::base::hash::partition_of_id;
use crate::base::limits::Limits;
use crate::wire::ErrorCode;

pub use self::brain::TRANSACTIONS_TOPIC;
pub use self::init::Init;
pub use self::metadata::Places;
pub use self::partitions::Whose;
pub use self::state::State;

/// What the coordinator is told once. Defaults are Kafka's.
#[derive(Clone, Debug)]
pub struct Config {
    /// `transaction.max.timeout.ms`.
    pub max_timeout_ms: i32,
    /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`.
    pub abort_interval_ms: Millis,
    /// `transactional.id.expiration.ms`.
    pub id_expiration_ms: Millis,
    /// `transaction.remove.expired.transaction.cleanup.interval.ms`.
    pub expiry_interval_ms: Millis,
    /// `transaction.state.log.num.partitions`.
    pub partitions: i32,
    /// The feature `transaction.version` of the cluster.
    pub version: i16,
    /// How many transactional ids there may be.
    pub ids_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            max_timeout_ms: 900_000,
            abort_interval_ms: 10_000,
            id_expiration_ms: 7 * 24 * 3_600_000,
            expiry_interval_ms: 3_600_000,
            partitions: 50,
            version: 2,
            ids_max: Limits::default().transactional_ids,
        }
    }
}

/// A producer's id and its epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Producer {
    pub id: i64,
    pub epoch: i16,
}

/// The answers that wait for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// InitProducerId.
    Init(Result<Producer, ErrorCode>),
    /// AddPartitionsToTxn and AddOffsetsToTxn.
    Added(Result<(), ErrorCode>),
    /// EndTxn: who the producer is from now on, where that has changed.
    Ended(Result<Option<Producer>, ErrorCode>),
}

/// What the shell is asked to do: write the end of a transaction into partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markers {
    pub transactional_id: String,
    /// The partition of `__transaction_state` that decides: its leader epoch is the
    /// coordinator's.
    pub decided_in: i32,
    pub producer: Producer,
    pub commit: bool,
    /// The transaction version of the client: from 2 on a marker has an epoch of its own.
    pub version: i16,
    pub partitions: Places,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    pub transactional_id: String,
    pub producer: Producer,
    /// The partitions that could not be written, and are to be tried again.
    pub failed: Places,
}

/// Where new producer ids come from.
pub type ProducerIds = Box<dyn FnMut() -> Result<i64, ErrorCode> + Send>;

type Out = Vec<Effect<Reply, Markers>>;

/// All transactional ids of this broker.
///
/// What is remembered comes from the log: at start-up through `replay`, and live when the shell
/// says that an append went well.
pub struct Transactions {
    config: Config,
    ids: ProducerIds,
    entries: BTreeMap<String, Entry>,
    appends: BTreeMap<u64, Append>,
    next_token: u64,
    timers: Timers<Timer>,
}

/// One transactional id.
#[derive(Debug)]
struct Entry {
    facts: Facts,
    /// The state that is being written: until it is, nothing else may happen.
    pending: Option<State>,
    /// A newer epoch than the log's was meant to fence the producer, and could not be written.
    fence_failed: bool,
    completing: Option<Completing>,
}

impl Entry {
    fn new(facts: Facts) -> Self {
        Entry { facts, pending: None, fence_failed: false, completing: None }
    }
}

/// An end that is decided, and on its way to the partitions.
#[derive(Debug)]
struct Completing {
    facts: Facts,
    /// The partitions without a marker.
    left: Places,
    /// Whether the shell is at it.
    is_under_way: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    Nobody,
    /// Who wants an end, and whether it is told of the epoch.
    End {
        ticket: Ticket,
        version: i16,
    },
    /// Who wants a producer id, and has to come again when the old transaction is over.
    Init(Ticket),
}

/// What follows when an append is done.
#[derive(Debug)]
enum After {
    Init(Ticket),
    Added(Ticket),
    Prepared { asker: Asker, fences: bool },
    Completed,
}

#[derive(Debug)]
enum Append {
    Step { id: String, next: Box<Facts>, after: After },
    Expiry { ids: Vec<String> },
}

/// What may become due.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Timer {
    /// Transactions may have timed out.
    Abort,
    /// Transactional ids may have expired.
    Expire,
    /// The end of a transaction could not be written everywhere.
    Retry { id: String },
}

impl fmt::Debug for Transactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transactions").field("entries", &self.entries).finish_non_exhaustive()
    }
}

impl Transactions {
    /// Makes the coordinator. `ids` gives producer ids that nobody else has.
    pub fn new(config: Config, ids: ProducerIds) -> Self {
        Transactions {
            config,
            ids,
            entries: BTreeMap::new(),
            appends: BTreeMap::new(),
            next_token: 0,
            timers: Timers::new(),
        }
    }

    /// Returns the partition of `__transaction_state` that keeps a transactional id.
    pub fn partition_of(&self, id: &str) -> i32 {
        partition_of_id(id, self.config.partitions)
    }

    /// Takes in the feature `transaction.version` as the cluster has it now.
    pub fn set_version(&mut self, version: i16) {
        self.config.version = version;
    }

    /// Has a step written down: until it is, the transactional id takes no other.
    fn append(&mut self, id: &str, next: Facts, after: After, out: &mut Out) {
        let record = records::record(id, &next, self.config.version);
        if let Some(entry) = self.entries.get_mut(id) {
            entry.pending = Some(next.state);
        }
        let token = self.next_token;
        self.next_token += 1;
        let (partition, next) = (self.partition_of(id), Box::new(next));
        self.appends.insert(token, Append::Step { id: id.to_owned(), next, after });
        out.push(Effect::Append { token, partition, records: vec![record], within: None });
    }

    /// An append is done: what it wrote is known from now on, or it never was.
    fn appended(&mut self, now: Millis, token: u64, result: Result<(), ErrorCode>, out: &mut Out) {
        match self.appends.remove(&token) {
            None => {}
            Some(Append::Expiry { ids }) => expiry::forgotten(self, &ids, result.is_ok()),
            Some(Append::Step { id, next, after }) => {
                let result = result.map_err(error_of_append);
                self.stepped(now, &id, (*next, after), result, out);
            }
        }
    }

    fn stepped(
        &mut self,
        now: Millis,
        id: &str,
        (next, after): (Facts, After),
        result: Result<(), ErrorCode>,
        out: &mut Out,
    ) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        let producer = Producer { id: next.producer_id, epoch: next.epoch };
        if result.is_ok() {
            entry.facts = next;
        }
        // An end that is decided stays under way until it is written, come what may.
        if !matches!(after, After::Completed) || result.is_ok() {
            entry.pending = None;
        }
        match after {
            After::Init(ticket) => {
                if entry.facts.epoch == metadata::NO_EPOCH {
                    // It was not there before, and is not there now.
                    self.entries.remove(id);
                }
                out.push(Effect::Reply(ticket, Reply::Init(result.map(|()| producer))));
            }
            After::Added(ticket) => out.push(Effect::Reply(ticket, Reply::Added(result))),
            After::Prepared { asker, fences } => {
                entry.fence_failed |= fences && result.is_err();
                end::prepared(self, now, id, asker, result, out);
            }
            After::Completed => end::completed(self, now, id, result.is_ok()),
        }
    }
}

/// Returns what a client is told when the log cannot be written
/// (`TransactionStateManager.appendTransactionToLog`).
fn error_of_append(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        | ErrorCode::NOT_ENOUGH_REPLICAS
        | ErrorCode::NOT_ENOUGH_REPLICAS_AFTER_APPEND
        | ErrorCode::REQUEST_TIMED_OUT
        | ErrorCode::COORDINATOR_NOT_AVAILABLE => ErrorCode::COORDINATOR_NOT_AVAILABLE,
        ErrorCode::NOT_LEADER_OR_FOLLOWER | ErrorCode::KAFKA_STORAGE_ERROR => {
            ErrorCode::NOT_COORDINATOR
        }
        _ => ErrorCode::UNKNOWN_SERVER_ERROR,
    }
}
