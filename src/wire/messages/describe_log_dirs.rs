//! DescribeLogDirs, API key 35: tells the sizes of logs and disks.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DescribeLogDirsRequest: Request 35 [1 - 5] flexible [2+];
    DescribeLogDirsRequest {
        topics: Option<Vec<DescribableLogDirTopic>> [0+] null [0+] = Some(Vec::new());
    }
    DescribableLogDirTopic {
        topic: String [0+];
        partitions: Vec<i32> [0+];
    }
}

message! {
    /// The response.
    DescribeLogDirsResponse: Response 35 [1 - 5] flexible [2+];
    DescribeLogDirsResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [3+] @ignorable;
        results: Vec<DescribeLogDirsResult> [0+];
    }
    DescribeLogDirsResult {
        error_code: i16 [0+];
        log_dir: String [0+];
        topics: Vec<DescribeLogDirsTopic> [0+];
        total_bytes: i64 [4+] @ignorable = -1;
        usable_bytes: i64 [4+] @ignorable = -1;
        is_cordoned: bool [5+] @ignorable;
    }
    DescribeLogDirsTopic {
        name: String [0+];
        partitions: Vec<DescribeLogDirsPartition> [0+];
    }
    DescribeLogDirsPartition {
        partition_index: i32 [0+];
        partition_size: i64 [0+];
        offset_lag: i64 [0+];
        is_future_key: bool [0+];
    }
}

impl Request for DescribeLogDirsRequest {
    type Response = DescribeLogDirsResponse;
}
