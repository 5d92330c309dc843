//! What Kafka keeps of producers beside a segment: `<offset>.snapshot`.

use crate::wire::schema::message;

message! {
    /// The producers of a partition as of an offset.
    ProducerSnapshot: Data -1 [1] flexible [none];
    ProducerSnapshot {
        crc: u32 [1];
        producer_entries: Vec<ProducerEntry> [1];
    }
    ProducerEntry {
        producer_id: i64 [1];
        epoch: i16 [1];
        last_sequence: i32 [1];
        last_offset: i64 [1];
        offset_delta: i32 [1];
        timestamp: i64 [1];
        coordinator_epoch: i32 [1];
        current_txn_first_offset: i64 [1];
    }
}
