//! What a disk, a crash or a hand may do to a file.

use super::rng::Rng;

/// What may become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    Lost,
    Emptied,
    Cut,
    /// One bit.
    Flipped,
    /// A stretch of zeros, as of a page that was never written.
    Zeroed,
    ZeroedEnd,
    /// Zeros after its end.
    Grown,
    Garbage,
    /// Its own end once more.
    Doubled,
}

pub(crate) const DAMAGES: [Damage; 9] = [
    Damage::Lost,
    Damage::Emptied,
    Damage::Cut,
    Damage::Flipped,
    Damage::Zeroed,
    Damage::ZeroedEnd,
    Damage::Grown,
    Damage::Garbage,
    Damage::Doubled,
];

impl Damage {
    pub(crate) fn apply(self, bytes: &mut Vec<u8>, rng: &mut Rng) {
        let length = bytes.len();
        let at = rng.below(length.max(1));
        match self {
            Damage::Lost | Damage::Emptied => bytes.clear(),
            Damage::Cut => bytes.truncate(at),
            Damage::Flipped if length > 0 => bytes[at] ^= 1 << rng.below(8),
            Damage::Flipped => {}
            Damage::Zeroed => {
                let end = (at + 1 + rng.below(64)).min(length);
                bytes[at.min(end)..end].fill(0);
            }
            Damage::ZeroedEnd => bytes[at.min(length)..].fill(0),
            Damage::Grown => bytes.resize(length + 1 + rng.below(300), 0),
            Damage::Garbage => {
                let more = 1 + rng.below(100);
                bytes.extend(rng.bytes(more));
            }
            Damage::Doubled => bytes.extend_from_within(at..),
        }
    }
}
