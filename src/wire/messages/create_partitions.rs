//! CreatePartitions, API key 37: adds partitions to topics.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    CreatePartitionsRequest: Request 37 [0 - 3] flexible [2+];
    CreatePartitionsRequest {
        topics: Vec<CreatePartitionsTopic> [0+];
        timeout_ms: i32 [0+];
        validate_only: bool [0+];
    }
    CreatePartitionsTopic {
        name: String [0+];
        count: i32 [0+];
        assignments: Option<Vec<CreatePartitionsAssignment>> [0+] null [0+] = Some(Vec::new());
    }
    CreatePartitionsAssignment {
        broker_ids: Vec<i32> [0+];
    }
}

message! {
    /// The response.
    CreatePartitionsResponse: Response 37 [0 - 3] flexible [2+];
    CreatePartitionsResponse {
        throttle_time_ms: i32 [0+];
        results: Vec<CreatePartitionsTopicResult> [0+];
    }
    CreatePartitionsTopicResult {
        name: String [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
    }
}

impl Request for CreatePartitionsRequest {
    type Response = CreatePartitionsResponse;
}
