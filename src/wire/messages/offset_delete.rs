//! OffsetDelete, API key 47: forgets committed offsets.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    OffsetDeleteRequest: Request 47 [0] flexible [none];
    OffsetDeleteRequest {
        group_id: String [0+];
        topics: Vec<OffsetDeleteRequestTopic> [0+];
    }
    OffsetDeleteRequestTopic {
        name: String [0+];
        partitions: Vec<OffsetDeleteRequestPartition> [0+];
    }
    OffsetDeleteRequestPartition {
        partition_index: i32 [0+];
    }
}

message! {
    /// The response.
    OffsetDeleteResponse: Response 47 [0] flexible [none];
    OffsetDeleteResponse {
        error_code: i16 [0+];
        throttle_time_ms: i32 [0+] @ignorable;
        topics: Vec<OffsetDeleteResponseTopic> [0+];
    }
    OffsetDeleteResponseTopic {
        name: String [0+];
        partitions: Vec<OffsetDeleteResponsePartition> [0+];
    }
    OffsetDeleteResponsePartition {
        partition_index: i32 [0+];
        error_code: i16 [0+];
    }
}

impl Request for OffsetDeleteRequest {
    type Response = OffsetDeleteResponse;
}
