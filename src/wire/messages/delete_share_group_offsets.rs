//! DeleteShareGroupOffsets, API key 92: forgets where share groups begin (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DeleteShareGroupOffsetsRequest: Request 92 [0] flexible [0+];
    DeleteShareGroupOffsetsRequest {
        group_id: String [0+];
        topics: Vec<DeleteShareGroupOffsetsRequestTopic> [0+];
    }
    DeleteShareGroupOffsetsRequestTopic {
        topic_name: String [0+];
    }
}

message! {
    /// The response.
    DeleteShareGroupOffsetsResponse: Response 92 [0] flexible [0+];
    DeleteShareGroupOffsetsResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
        responses: Vec<DeleteShareGroupOffsetsResponseTopic> [0+];
    }
    DeleteShareGroupOffsetsResponseTopic {
        topic_name: String [0+];
        topic_id: Uuid [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
    }
}

impl Request for DeleteShareGroupOffsetsRequest {
    type Response = DeleteShareGroupOffsetsResponse;
}
