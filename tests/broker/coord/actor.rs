//! The members of the simulation, and their luck.

use rk::base::clock::Millis;
use rk::broker::coord::effects::Ticket;
use rk::wire::ErrorCode;

/// Splitmix64.
pub(super) struct Rng(pub(super) u64);

impl Rng {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(super) fn bytes(&mut self) -> [u8; 16] {
        (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes()
    }
}

/// What a member is waiting for, or is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    Out,
    Joining(Ticket),
    Joined,
    Syncing(Ticket),
    Stable,
    /// Crashed: it does nothing and is not told anything.
    Dead,
}

/// A consumer that does what Kafka's clients do.
#[derive(Debug)]
pub(super) struct Actor {
    pub(super) name: String,
    pub(super) group: &'static str,
    pub(super) is_static: bool,
    pub(super) version: i16,
    pub(super) session_timeout_ms: i32,
    pub(super) rebalance_timeout_ms: i32,
    pub(super) taste: Vec<&'static str>,
    pub(super) id: String,
    pub(super) generation: i32,
    /// Whom to assign to, if it leads.
    pub(super) flock: Vec<String>,
    pub(super) stage: Stage,
    pub(super) heard_at: Millis,
}

/// The name of a member without the random part of its id.
pub(super) fn name_of(id: &str) -> &str {
    &id[..id.len().saturating_sub(37)]
}

impl Actor {
    /// What Kafka's clients do with an error: they join again, as whom they are still known.
    pub(super) fn failed(&mut self, error: ErrorCode, now: Millis) {
        self.heard_at = now;
        self.stage = Stage::Out;
        let is_forgotten = matches!(
            error,
            ErrorCode::UNKNOWN_MEMBER_ID
                | ErrorCode::FENCED_INSTANCE_ID
                | ErrorCode::ILLEGAL_GENERATION
        );
        if is_forgotten {
            self.id.clear();
        }
        let expected = is_forgotten
            || matches!(
                error,
                ErrorCode::REBALANCE_IN_PROGRESS
                    | ErrorCode::NOT_COORDINATOR
                    | ErrorCode::COORDINATOR_NOT_AVAILABLE
            );
        assert!(expected, "{self:?} is told {error}");
    }
}
