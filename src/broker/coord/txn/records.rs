//! What is remembered, as Kafka's records of `__transaction_state`: written here, and taken in.
//!
//! Source: `TransactionLog` of Apache Kafka 4.3.

use bytes::Bytes;

use super::metadata::{Facts, NO_EPOCH, Places};
use super::state::State;
use crate::broker::coord::effects::Record;
use crate::wire::messages::transaction_log::{
    PartitionsSchema, TransactionLogKey, TransactionLogValue,
};
use crate::wire::primitives::{DecodeError, Reader, Writer};
use crate::wire::schema::Message;

/// The longest transactional id that fits a record's key.
pub(super) const ID_BYTES_MAX: usize = 32_000;
const _: () = assert!(ID_BYTES_MAX <= i16::MAX as usize);

/// The kind of a key, and the version of it: there is one.
const KEY: i16 = 0;

/// Writes a key or a value: two bytes that say how to read it, and the message.
fn written<M: Message>(message: &M, version: i16) -> Bytes {
    let mut w = Writer::new();
    w.i16(version);
    // Ids and topic names have been held against what fits, and the versions are our own.
    message.write(&mut w, version).expect("a record of bounded text");
    w.into_bytes()
}

/// The record of a transactional id. `version` is the cluster's `transaction.version`: before 1
/// values are not flexible, and do not tell of other producer ids.
pub(super) fn record(id: &str, facts: &Facts, version: i16) -> Record {
    let topics = facts
        .partitions
        .topics()
        .map(|(topic, partition_ids)| PartitionsSchema { topic: topic.to_owned(), partition_ids });
    let partitions = if facts.state == State::Empty { None } else { Some(topics.collect()) };
    let version = i16::from(version >= 1);
    let value = TransactionLogValue {
        producer_id: facts.producer_id,
        producer_epoch: facts.epoch,
        transaction_timeout_ms: facts.timeout_ms,
        transaction_status: facts.state.id(),
        transaction_partitions: partitions,
        transaction_last_update_timestamp_ms: facts.updated_ms,
        transaction_start_timestamp_ms: facts.start_ms,
        previous_producer_id: if version >= 1 { facts.previous_producer_id } else { -1 },
        next_producer_id: if version >= 1 { facts.next_producer_id } else { -1 },
        client_transaction_version: if version >= 1 { facts.client_version } else { 0 },
        ..Default::default()
    };
    Record { key: key(id), value: Some(written(&value, version)) }
}

/// The record that forgets a transactional id.
pub(super) fn tombstone(id: &str) -> Record {
    Record { key: key(id), value: None }
}

fn key(id: &str) -> Bytes {
    written(&TransactionLogKey { transactional_id: id.to_owned() }, KEY)
}

/// Reads a record. None where it is of a kind that is not known.
pub(super) fn read(
    key: &[u8],
    value: Option<&[u8]>,
) -> Result<Option<(String, Option<Facts>)>, DecodeError> {
    let mut r = Reader::new(Bytes::copy_from_slice(key));
    if r.i16()? != KEY {
        return Ok(None);
    }
    let id = TransactionLogKey::read(&mut r, KEY)?.transactional_id;
    let Some(value) = value else { return Ok(Some((id, None))) };
    let mut r = Reader::new(Bytes::copy_from_slice(value));
    let version = r.i16()?;
    let value = TransactionLogValue::read(&mut r, version)?;
    let Some(state) = State::of_id(value.transaction_status) else {
        let version = i16::from(value.transaction_status);
        return Err(DecodeError::Version { message: "the state of a transaction", version });
    };
    let mut partitions = Places::default();
    for topic in value.transaction_partitions.iter().flatten() {
        for partition in &topic.partition_ids {
            partitions.insert(&topic.topic, *partition);
        }
    }
    let facts = Facts {
        producer_id: value.producer_id,
        previous_producer_id: value.previous_producer_id,
        next_producer_id: value.next_producer_id,
        epoch: value.producer_epoch,
        last_epoch: NO_EPOCH,
        timeout_ms: value.transaction_timeout_ms,
        state,
        partitions,
        start_ms: value.transaction_start_timestamp_ms,
        updated_ms: value.transaction_last_update_timestamp_ms,
        client_version: value.client_transaction_version,
    };
    Ok(Some((id, Some(facts))))
}
