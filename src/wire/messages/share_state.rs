//! What Kafka keeps in `__share_group_state` (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::message;

message! {
    /// Which share partition.
    ShareSnapshotKey: Data 0 [0] flexible [none];
    ShareSnapshotKey {
        group_id: String [0];
        topic_id: Uuid [0];
        partition: i32 [0];
    }
}

message! {
    /// The whole state of a share partition.
    ShareSnapshotValue: Data 0 [0] flexible [0+];
    ShareSnapshotValue {
        snapshot_epoch: i32 [0+];
        state_epoch: i32 [0+];
        leader_epoch: i32 [0+];
        start_offset: i64 [0+];
        create_timestamp: i64 [0+];
        write_timestamp: i64 [0+];
        state_batches: Vec<StateBatch> [0+];
        delivery_complete_count: i32 [0+] tag 0 [0+] = -1;
    }
    StateBatch {
        first_offset: i64 [0+];
        last_offset: i64 [0+];
        delivery_state: i8 [0+];
        delivery_count: i16 [0+];
    }
}

message! {
    /// Which share partition.
    ShareUpdateKey: Data 1 [0] flexible [none];
    ShareUpdateKey {
        group_id: String [0];
        topic_id: Uuid [0];
        partition: i32 [0];
    }
}

message! {
    /// What has changed in a share partition since its snapshot.
    ShareUpdateValue: Data 1 [0] flexible [0+];
    ShareUpdateValue {
        snapshot_epoch: i32 [0+];
        leader_epoch: i32 [0+];
        start_offset: i64 [0+];
        state_batches: Vec<UpdatedStateBatch> [0+];
        delivery_complete_count: i32 [0+] tag 0 [0+] = -1;
    }
    UpdatedStateBatch {
        first_offset: i64 [0+];
        last_offset: i64 [0+];
        delivery_state: i8 [0+];
        delivery_count: i16 [0+];
    }
}
