//! Which partition a record goes to: what we choose ourselves, and what librdkafka will.

use crate::base::hash::murmur2;
use crate::cli::produce::Partitioner;

/// How many bytes the sticky partitioner sends to a partition before it takes another: what
/// Kafka's producer has for a batch.
const STICKY_BYTES: usize = 16_384;

/// Chooses partitions, or knows what librdkafka chooses.
pub(super) struct Chooser {
    partitioner: Partitioner,
    partitions: i32,
    /// The next one in turn, or the present one of the sticky.
    at: i32,
    bytes: usize,
}

impl Partitioner {
    /// What librdkafka calls it, if it is one of its own.
    pub(super) fn property(self) -> Option<&'static str> {
        Some(match self {
            Partitioner::Murmur2Random => "murmur2_random",
            Partitioner::Murmur2 => "murmur2",
            Partitioner::Consistent => "consistent",
            Partitioner::ConsistentRandom => "consistent_random",
            Partitioner::Fnv1a => "fnv1a",
            Partitioner::Fnv1aRandom => "fnv1a_random",
            Partitioner::Random => "random",
            Partitioner::RoundRobin | Partitioner::Sticky => return None,
        })
    }

    /// By librdkafka's name.
    pub(super) fn of_property(name: &str) -> Option<Self> {
        const ALL: [Partitioner; 7] = [
            Partitioner::Murmur2Random,
            Partitioner::Murmur2,
            Partitioner::Consistent,
            Partitioner::ConsistentRandom,
            Partitioner::Fnv1a,
            Partitioner::Fnv1aRandom,
            Partitioner::Random,
        ];
        ALL.into_iter().find(|partitioner| partitioner.property() == Some(name))
    }
}

impl Chooser {
    /// `start` is any number: where the sticky and the round-robin begin.
    pub(super) fn new(partitioner: Partitioner, partitions: usize, start: u32) -> Self {
        let partitions = i32::try_from(partitions).unwrap_or(i32::MAX).max(1);
        let at = match partitioner {
            Partitioner::Sticky => (start % partitions.unsigned_abs()) as i32,
            _ => 0,
        };
        Chooser { partitioner, partitions, at, bytes: 0 }
    }

    /// The partition that we choose for the next record; none where librdkafka does.
    pub(super) fn choose(&mut self, key: Option<&[u8]>, value: Option<&[u8]>) -> Option<i32> {
        match self.partitioner {
            Partitioner::RoundRobin => {
                let chosen = self.at;
                self.at = (self.at + 1) % self.partitions;
                Some(chosen)
            }
            Partitioner::Sticky => {
                if self.bytes >= STICKY_BYTES {
                    self.at = (self.at + 1) % self.partitions;
                    self.bytes = 0;
                }
                self.bytes += key.map_or(0, <[u8]>::len) + value.map_or(0, <[u8]>::len);
                Some(self.at)
            }
            _ => None,
        }
    }

    /// The partition that librdkafka will choose; none where that is left to chance.
    pub(super) fn foresee(&self, key: Option<&[u8]>) -> Option<i32> {
        let bytes = key.unwrap_or_default();
        let hash = match self.partitioner {
            Partitioner::Murmur2Random | Partitioner::Fnv1aRandom if key.is_none() => return None,
            Partitioner::ConsistentRandom if bytes.is_empty() => return None,
            Partitioner::Murmur2 | Partitioner::Murmur2Random => {
                (murmur2(bytes) & 0x7fff_ffff).unsigned_abs()
            }
            Partitioner::Fnv1a | Partitioner::Fnv1aRandom => fnv1a(bytes),
            Partitioner::Consistent | Partitioner::ConsistentRandom => {
                let mut crc = flate2::Crc::new();
                crc.update(bytes);
                crc.sum()
            }
            Partitioner::Random | Partitioner::RoundRobin | Partitioner::Sticky => return None,
        };
        Some((hash % self.partitions.unsigned_abs()) as i32)
    }
}

/// FNV-1a, of which librdkafka, like Sarama, takes the distance from zero.
fn fnv1a(bytes: &[u8]) -> u32 {
    let mix = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    (bytes.iter().fold(0x811c_9dc5, mix) as i32).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_librdkafka_s_own_tests() {
        for (text, hash) in [("kafka", 0x0d33_c4e1), ("giberish123456789", 0x77a5_8295)] {
            assert_eq!(fnv1a(text.as_bytes()), hash, "{text}");
        }
    }

    #[test]
    fn turns_are_taken() {
        let mut robin = Chooser::new(Partitioner::RoundRobin, 3, 7);
        let chosen: Vec<_> = (0..5).map(|_| robin.choose(Some(b"k"), None).unwrap()).collect();
        assert_eq!(chosen, [0, 1, 2, 0, 1]);
        let mut sticky = Chooser::new(Partitioner::Sticky, 3, 7);
        let value = [0; 10_000];
        let chosen: Vec<_> = (0..6).map(|_| sticky.choose(None, Some(&value)).unwrap()).collect();
        assert_eq!(chosen, [1, 1, 2, 2, 0, 0]);
        assert_eq!(Chooser::new(Partitioner::Murmur2, 3, 0).choose(None, None), None);
    }

    #[test]
    fn chance_is_not_foreseen() {
        for (partitioner, null, empty) in [
            (Partitioner::Murmur2Random, false, true),
            (Partitioner::Murmur2, true, true),
            (Partitioner::ConsistentRandom, false, false),
            (Partitioner::Consistent, true, true),
            (Partitioner::Fnv1aRandom, false, true),
            (Partitioner::Random, false, false),
        ] {
            let chooser = Chooser::new(partitioner, 5, 0);
            assert_eq!(chooser.foresee(None).is_some(), null, "{partitioner:?}");
            assert_eq!(chooser.foresee(Some(b"")).is_some(), empty, "{partitioner:?}");
        }
    }
}
