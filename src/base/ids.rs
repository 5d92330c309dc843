//! Ids as types.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;

/// A 16-byte id as Kafka writes it: 22 characters of URL-safe base64 without padding
/// (`org.apache.kafka.common.Uuid`).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid(pub [u8; 16]);

impl Uuid {
    /// The id that means "none".
    pub const ZERO: Uuid = Uuid([0; 16]);
    /// The id of the topic `__cluster_metadata`.
    pub const METADATA_TOPIC: Uuid = Uuid([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    /// Says whether this is the id that means "none".
    pub fn is_zero(self) -> bool {
        self == Uuid::ZERO
    }

    /// Returns the two halves as Java's long numbers, the first one first.
    pub fn halves(self) -> (i64, i64) {
        let value = u128::from_be_bytes(self.0);
        ((value >> 64) as i64, value as i64)
    }

    /// Makes an id of random bytes: a version 4 UUID, as Java's, that does not begin with `-`,
    /// so that it may stand on a command line.
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        // A first sextet of 62 would print as `-`.
        if bytes[0] >> 2 == 62 {
            bytes[0] &= 0x7f;
        }
        Uuid(bytes)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}

/// The text is not an id in Kafka's form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id: 22 characters of URL-safe base64 are expected")]
pub struct BadUuid(pub String);

impl FromStr for Uuid {
    type Err = BadUuid;

    fn from_str(text: &str) -> Result<Self, BadUuid> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        bytes
            .and_then(|bytes| <[u8; 16]>::try_from(bytes).ok())
            .map(Uuid)
            .ok_or_else(|| BadUuid(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_print_and_parse_as_in_kafka() {
        assert_eq!(Uuid::ZERO.to_string(), "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(Uuid::METADATA_TOPIC.to_string(), "AAAAAAAAAAAAAAAAAAAAAQ");
        assert_eq!("AAAAAAAAAAAAAAAAAAAAAQ".parse(), Ok(Uuid::METADATA_TOPIC));
        assert!("AAAA".parse::<Uuid>().is_err());
    }

    #[test]
    fn random_ids_are_version_4_and_never_begin_with_a_dash() {
        for first in 0..=255 {
            let id = Uuid::from_random([first; 16]);
            assert!(!id.to_string().starts_with('-'), "{first}");
            assert_eq!(id.0[6] >> 4, 4);
        }
    }
}
