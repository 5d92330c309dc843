//! The states of a transaction, and which may follow which.
//!
//! Source: `TransactionState` of Apache Kafka 4.3.

/// Where a transactional id stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// A producer has its id, and has not begun. Becomes `Ongoing` with the first partition;
    /// with transaction version 2 an abort without any makes it `PrepareAbort`.
    Empty,
    /// Partitions are in the transaction. A commit makes it `PrepareCommit`; an abort, a timeout
    /// or another producer of the same id make it `PrepareAbort`.
    Ongoing,
    /// The commit is decided, and the markers are being written: nothing can undo it.
    PrepareCommit,
    /// The abort is decided, and the markers are being written.
    PrepareAbort,
    /// Committed, and every partition says so.
    CompleteCommit,
    /// Aborted, and every partition says so.
    CompleteAbort,
    /// The transactional id has expired, and is being forgotten.
    Dead,
    /// An ongoing transaction is about to be aborted for a newer producer. Never remembered.
    PrepareEpochFence,
}

impl State {
    /// Every state, in the order of the numbers by which the log knows them.
    pub const ALL: [State; 8] = [
        State::Empty,
        State::Ongoing,
        State::PrepareCommit,
        State::PrepareAbort,
        State::CompleteCommit,
        State::CompleteAbort,
        State::Dead,
        State::PrepareEpochFence,
    ];

    /// Returns the number by which the log knows the state.
    pub fn id(self) -> i8 {
        let place = State::ALL.iter().position(|state| *state == self);
        place.and_then(|place| i8::try_from(place).ok()).unwrap_or(0)
    }

    pub fn of_id(id: i8) -> Option<State> {
        State::ALL.get(usize::try_from(id).ok()?).copied()
    }

    /// Returns Kafka's name of the state.
    pub fn name(self) -> &'static str {
        match self {
            State::Empty => "Empty",
            State::Ongoing => "Ongoing",
            State::PrepareCommit => "PrepareCommit",
            State::PrepareAbort => "PrepareAbort",
            State::CompleteCommit => "CompleteCommit",
            State::CompleteAbort => "CompleteAbort",
            State::Dead => "Dead",
            State::PrepareEpochFence => "PrepareEpochFence",
        }
    }

    pub fn of_name(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Returns the states from which this one may be reached.
    pub fn previous(self) -> &'static [State] {
        use State::{CompleteAbort, CompleteCommit, Empty, Ongoing, PrepareAbort, PrepareCommit};
        match self {
            Empty | State::Dead => &[Empty, CompleteCommit, CompleteAbort],
            Ongoing => &[Ongoing, Empty, CompleteCommit, CompleteAbort],
            PrepareCommit | State::PrepareEpochFence => &[Ongoing],
            PrepareAbort => {
                &[Ongoing, State::PrepareEpochFence, Empty, CompleteCommit, CompleteAbort]
            }
            CompleteCommit => &[PrepareCommit],
            CompleteAbort => &[PrepareAbort],
        }
    }

    /// Says whether the end is decided and not yet told to every partition.
    pub fn is_prepared(self) -> bool {
        matches!(self, State::PrepareCommit | State::PrepareAbort)
    }

    /// Says whether there is no transaction that could be lost.
    pub fn is_at_rest(self) -> bool {
        matches!(self, State::Empty | State::CompleteCommit | State::CompleteAbort)
    }
}
