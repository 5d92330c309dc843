//! Where the broker's ids come from.

use crate::base::ids::Uuid;

/// The operating system's random bytes. The brains get what they need of it as arguments.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Random;

impl Random {
    /// Returns a new id.
    pub(crate) fn id(self) -> Uuid {
        let mut bytes = [0; 16];
        if let Err(error) = getrandom::fill(&mut bytes) {
            // Without random ids topics would be mixed up: there is no going on.
            panic!("the operating system has no random bytes: {error}");
        }
        Uuid::from_random(bytes)
    }
}
