//! AlterReplicaLogDirs, API key 34: moves replicas to other directories of their brokers (KIP-113).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    AlterReplicaLogDirsRequest: Request 34 [1 - 2] flexible [2+];
    AlterReplicaLogDirsRequest {
        dirs: Vec<AlterReplicaLogDir> [0+];
    }
    AlterReplicaLogDir {
        path: String [0+];
        topics: Vec<AlterReplicaLogDirTopic> [0+];
    }
    AlterReplicaLogDirTopic {
        name: String [0+];
        partitions: Vec<i32> [0+];
    }
}

message! {
    /// The response.
    AlterReplicaLogDirsResponse: Response 34 [1 - 2] flexible [2+];
    AlterReplicaLogDirsResponse {
        throttle_time_ms: i32 [0+];
        results: Vec<AlterReplicaLogDirTopicResult> [0+];
    }
    AlterReplicaLogDirTopicResult {
        topic_name: String [0+];
        partitions: Vec<AlterReplicaLogDirPartitionResult> [0+];
    }
    AlterReplicaLogDirPartitionResult {
        partition_index: i32 [0+];
        error_code: i16 [0+];
    }
}

impl Request for AlterReplicaLogDirsRequest {
    type Response = AlterReplicaLogDirsResponse;
}
