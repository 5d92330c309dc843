//! The hash of all that the assignments of a group depend on (`metadataHash`, KIP-1101).

use std::collections::BTreeMap;

use twox_hash::XxHash3_64;

use super::{TopicInfo, Topics};

/// The version of what is hashed.
const MAGIC: u8 = 0;

/// Returns the hash of these topics: 0 where none of them is there.
pub(super) fn of(names: &BTreeMap<&str, usize>, topics: &dyn Topics) -> i64 {
    let rack = topics.rack();
    let mut bytes = Vec::new();
    for topic in names.keys().filter_map(|name| topics.by_name(name)) {
        bytes.extend_from_slice(&of_topic(&topic, &rack).to_le_bytes());
    }
    // Kafka's number is the same bits.
    if bytes.is_empty() { 0 } else { XxHash3_64::oneshot(&bytes).cast_signed() }
}

/// Returns the hash of one topic: id, name, partitions, and the racks of each of these. Text
/// goes in as Java's characters.
fn of_topic(topic: &TopicInfo, rack: &str) -> u64 {
    let mut bytes = vec![MAGIC];
    let (high, low) = topic.id.0.split_at(8);
    bytes.extend(high.iter().rev());
    bytes.extend(low.iter().rev());
    put_text(&mut bytes, &topic.name);
    bytes.extend_from_slice(&topic.partitions.to_le_bytes());
    for partition in 0..topic.partitions {
        bytes.extend_from_slice(&partition.to_le_bytes());
        if !rack.is_empty() {
            bytes.extend_from_slice(&length(rack).to_le_bytes());
            put_text(&mut bytes, rack);
        }
    }
    XxHash3_64::oneshot(&bytes)
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend_from_slice(&length(text).to_le_bytes());
}

fn length(text: &str) -> i32 {
    i32::try_from(text.encode_utf16().count()).unwrap_or(i32::MAX)
}
