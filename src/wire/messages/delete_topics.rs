//! DeleteTopics, API key 20: deletes topics.

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DeleteTopicsRequest: Request 20 [1 - 6] flexible [4+];
    DeleteTopicsRequest {
        topics: Vec<DeleteTopicState> [6+];
        topic_names: Vec<String> [0 - 5] @ignorable;
        timeout_ms: i32 [0+];
    }
    DeleteTopicState {
        name: Option<String> [6+] null [6+];
        topic_id: Uuid [6+];
    }
}

message! {
    /// The response.
    DeleteTopicsResponse: Response 20 [1 - 6] flexible [4+];
    DeleteTopicsResponse {
        throttle_time_ms: i32 [1+] @ignorable;
        responses: Vec<DeletableTopicResult> [0+];
    }
    DeletableTopicResult {
        name: Option<String> [0+] null [6+] = Some(String::new());
        topic_id: Uuid [6+] @ignorable;
        error_code: i16 [0+];
        error_message: Option<String> [5+] null [5+] @ignorable;
    }
}

impl Request for DeleteTopicsRequest {
    type Response = DeleteTopicsResponse;
}
