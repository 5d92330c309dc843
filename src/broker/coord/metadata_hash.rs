//! The hash of all that a group's assignments depend on (`metadataHash`, KIP-1101).

use twox_hash::XxHash3_64;

use crate::base::ids::Uuid;

/// The version of what is hashed.
const MAGIC: u8 = 0;

/// Returns the hash of one topic: id, name, partitions, and the racks of each of these. Text
/// goes in as Java's characters.
pub(super) fn of_topic(id: Uuid, name: &str, partitions: i32, rack: &str) -> u64 {
    let (high, low) = id.halves();
    let mut bytes = vec![MAGIC];
    bytes.extend_from_slice(&high.to_le_bytes());
    bytes.extend_from_slice(&low.to_le_bytes());
    put_text(&mut bytes, name);
    bytes.extend_from_slice(&partitions.to_le_bytes());
    for partition in 0..partitions {
        bytes.extend_from_slice(&partition.to_le_bytes());
        if !rack.is_empty() {
            bytes.extend_from_slice(&length(rack).to_le_bytes());
            put_text(&mut bytes, rack);
        }
    }
    XxHash3_64::oneshot(&bytes)
}

/// Returns the hash of topics, by their own hashes in the order of their names: 0 of none.
pub(super) fn of_topics(hashes: impl Iterator<Item = u64>) -> i64 {
    let bytes: Vec<u8> = hashes.flat_map(u64::to_le_bytes).collect();
    // Kafka's number is the same bits.
    if bytes.is_empty() { 0 } else { XxHash3_64::oneshot(&bytes).cast_signed() }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend_from_slice(&length(text).to_le_bytes());
}

fn length(text: &str) -> i32 {
    i32::try_from(text.encode_utf16().count()).unwrap_or(i32::MAX)
}
