//! Kafka's records of `__share_group_state`: written here, and read.

use bytes::Bytes;

use super::{Batch, Key, ShareState};
use crate::broker::coord::effects::Record;
use crate::wire::messages::share_state::{
    ShareSnapshotKey, ShareSnapshotValue, ShareUpdateKey, ShareUpdateValue, StateBatch,
    UpdatedStateBatch,
};
use crate::wire::primitives::{DecodeError, Reader, Writer};
use crate::wire::schema::Message;

const VERSION: i16 = 0;

/// What has changed since the last record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Update {
    pub(super) snapshot_epoch: i32,
    pub(super) leader_epoch: i32,
    pub(super) start_offset: i64,
    pub(super) delivery_complete_count: i32,
    pub(super) batches: Vec<Batch>,
}

/// What a record says.
pub(super) enum Read {
    /// The whole state, or that it is to be forgotten.
    Snapshot(Key, Option<ShareState>),
    Update(Key, Update),
    /// A record of a newer Kafka, or one that Kafka ignores.
    Other,
}

fn written<M: Message>(prefix: i16, message: &M) -> Bytes {
    let mut w = Writer::new();
    w.i16(prefix);
    // The group's id has been held against what a key can write.
    message.write(&mut w, VERSION).expect("a record of bounded text");
    w.into_bytes()
}

fn snapshot_key(key: &Key) -> Bytes {
    let Key { group, topic_id, partition } = key.clone();
    written(ShareSnapshotKey::TABLE.key, &ShareSnapshotKey { group_id: group, topic_id, partition })
}

/// The record of a whole state.
pub(super) fn snapshot(key: &Key, state: &ShareState) -> Record {
    let state_batches = state.batches.iter().map(|batch| StateBatch {
        first_offset: batch.first_offset,
        last_offset: batch.last_offset,
        delivery_state: batch.delivery_state,
        delivery_count: batch.delivery_count,
    });
    let value = ShareSnapshotValue {
        snapshot_epoch: state.snapshot_epoch,
        state_epoch: state.state_epoch,
        leader_epoch: state.leader_epoch,
        start_offset: state.start_offset,
        create_timestamp: state.created_ms,
        write_timestamp: state.written_ms,
        state_batches: state_batches.collect(),
        delivery_complete_count: state.delivery_complete_count,
    };
    Record { key: snapshot_key(key), value: Some(written(VERSION, &value)) }
}

/// The record of a change.
pub(super) fn update(key: &Key, update: &Update) -> Record {
    let state_batches = update.batches.iter().map(|batch| UpdatedStateBatch {
        first_offset: batch.first_offset,
        last_offset: batch.last_offset,
        delivery_state: batch.delivery_state,
        delivery_count: batch.delivery_count,
    });
    let value = ShareUpdateValue {
        snapshot_epoch: update.snapshot_epoch,
        leader_epoch: update.leader_epoch,
        start_offset: update.start_offset,
        state_batches: state_batches.collect(),
        delivery_complete_count: update.delivery_complete_count,
    };
    let Key { group, topic_id, partition } = key.clone();
    let key = ShareUpdateKey { group_id: group, topic_id, partition };
    Record { key: written(ShareUpdateKey::TABLE.key, &key), value: Some(written(VERSION, &value)) }
}

/// The record that forgets a share partition.
pub(super) fn tombstone(key: &Key) -> Record {
    Record { key: snapshot_key(key), value: None }
}

/// Reads a record.
pub(super) fn read(key: &[u8], value: Option<&[u8]>) -> Result<Read, DecodeError> {
    let mut r = Reader::new(Bytes::copy_from_slice(key));
    let kind = r.i16()?;
    if kind == ShareSnapshotKey::TABLE.key {
        let key = ShareSnapshotKey::read(&mut r, VERSION)?;
        let key = Key { group: key.group_id, topic_id: key.topic_id, partition: key.partition };
        let value = value.map(|value| value_of(value).map(state_of)).transpose()?;
        return Ok(Read::Snapshot(key, value));
    }
    match (kind == ShareUpdateKey::TABLE.key, value) {
        (true, Some(value)) => {
            let key = ShareUpdateKey::read(&mut r, VERSION)?;
            let key = Key { group: key.group_id, topic_id: key.topic_id, partition: key.partition };
            Ok(Read::Update(key, update_of(value_of(value)?)))
        }
        _ => Ok(Read::Other),
    }
}

/// Reads a value behind its version. All versions that may come are read as the first.
fn value_of<M: Message>(value: &[u8]) -> Result<M, DecodeError> {
    let mut r = Reader::new(Bytes::copy_from_slice(value));
    let version = r.i16()?;
    M::read(&mut r, version)
}

fn state_of(value: ShareSnapshotValue) -> ShareState {
    let batches = value.state_batches.iter().map(|batch| Batch {
        first_offset: batch.first_offset,
        last_offset: batch.last_offset,
        delivery_state: batch.delivery_state,
        delivery_count: batch.delivery_count,
    });
    ShareState {
        snapshot_epoch: value.snapshot_epoch,
        state_epoch: value.state_epoch,
        leader_epoch: value.leader_epoch,
        start_offset: value.start_offset,
        delivery_complete_count: value.delivery_complete_count,
        batches: batches.collect(),
        created_ms: value.create_timestamp,
        written_ms: value.write_timestamp,
    }
}

fn update_of(value: ShareUpdateValue) -> Update {
    let batches = value.state_batches.iter().map(|batch| Batch {
        first_offset: batch.first_offset,
        last_offset: batch.last_offset,
        delivery_state: batch.delivery_state,
        delivery_count: batch.delivery_count,
    });
    Update {
        snapshot_epoch: value.snapshot_epoch,
        leader_epoch: value.leader_epoch,
        start_offset: value.start_offset,
        delivery_complete_count: value.delivery_complete_count,
        batches: batches.collect(),
    }
}
