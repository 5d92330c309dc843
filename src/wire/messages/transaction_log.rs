//! What Kafka keeps in `__transaction_state` (KIP-98).

use crate::wire::schema::message;

message! {
    /// Which transactional id.
    TransactionLogKey: Data 0 [0] flexible [none];
    TransactionLogKey {
        transactional_id: String [0];
    }
}

message! {
    /// The state of a transaction.
    TransactionLogValue: Data 0 [0 - 1] flexible [1+];
    TransactionLogValue {
        producer_id: i64 [0+];
        producer_epoch: i16 [0+];
        transaction_timeout_ms: i32 [0+];
        transaction_status: i8 [0+];
        transaction_partitions: Option<Vec<PartitionsSchema>> [0+] null [0+] = Some(Vec::new());
        transaction_last_update_timestamp_ms: i64 [0+];
        transaction_start_timestamp_ms: i64 [0+];
        previous_producer_id: i64 [1+] tag 0 [1+] = -1;
        next_producer_id: i64 [1+] tag 1 [1+] = -1;
        client_transaction_version: i16 [1+] tag 2 [1+];
        next_producer_epoch: i16 [1+] tag 3 [1+] = -1;
    }
    PartitionsSchema {
        topic: String [0+];
        partition_ids: Vec<i32> [0+];
    }
}
