//! What consumers of the classic protocol say inside JoinGroup and SyncGroup, read and written
//! by the coordinator itself, because it assigns for them (`ConsumerProtocol`).

use bytes::Bytes;

use crate::broker::coord::group::modern::Assignment;
use crate::broker::coord::group::modern::topics::Image;
use crate::wire::messages::consumer_protocol::{
    AssignedTopicPartition, ConsumerProtocolAssignment, ConsumerProtocolSubscription,
};
use crate::wire::primitives::{DecodeError, Reader, Writer};
use crate::wire::schema::Message;

/// Reads a message with its version before it. A newer version begins as the newest known does.
fn read<M: Message>(bytes: &Bytes) -> Result<M, Malformed> {
    let mut reader = Reader::new(bytes.clone());
    let version = reader.i16().map_err(Malformed::Bytes)?;
    let known = M::TABLE.versions;
    if version < known.first {
        return Err(Malformed::Version(version));
    }
    M::read(&mut reader, version.min(known.last)).map_err(Malformed::Bytes)
}

/// What a member says is not the consumers' protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("Unsupported subscription version: {0}")]
    Version(i16),
    #[error("{0}")]
    Bytes(DecodeError),
}

pub(super) fn subscription(bytes: &Bytes) -> Result<ConsumerProtocolSubscription, Malformed> {
    read(bytes)
}

pub(super) fn assignment(bytes: &Bytes) -> Result<ConsumerProtocolAssignment, Malformed> {
    read(bytes)
}

/// Returns the version in which a member speaks: it is answered in the same.
pub(super) fn version(bytes: &Bytes) -> Result<i16, Malformed> {
    let version = Reader::new(bytes.clone()).i16().map_err(Malformed::Bytes)?;
    if version < 0 { Err(Malformed::Version(version)) } else { Ok(version) }
}

/// Returns partitions as a consumer is told them. Topics that are gone cannot be named.
pub(super) fn write_assignment(assignment: &Assignment, image: &Image, version: i16) -> Bytes {
    let topics = assignment.iter().filter_map(|(topic, partitions)| {
        let topic = image.name_of(*topic)?.to_owned();
        Some(AssignedTopicPartition { topic, partitions: partitions.iter().copied().collect() })
    });
    let message =
        ConsumerProtocolAssignment { assigned_partitions: topics.collect(), user_data: None };
    let version = version.min(ConsumerProtocolAssignment::TABLE.versions.last);
    let mut w = Writer::new();
    w.i16(version);
    // Names of topics are short, and the version is our own.
    message.write(&mut w, version).expect("an assignment of bounded text");
    w.into_bytes()
}

/// Returns partitions by the ids of their topics. Topics that are not there are passed over.
pub(super) fn by_id<'a>(
    topics: impl IntoIterator<Item = (&'a str, &'a [i32])>,
    image: &Image,
) -> Assignment {
    let mut all = Assignment::new();
    for (name, partitions) in topics {
        if let Some(topic) = image.by_name(name) {
            all.entry(topic.id).or_default().extend(partitions.iter().copied());
        }
    }
    all
}
