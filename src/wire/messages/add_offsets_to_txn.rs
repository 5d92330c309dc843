//! AddOffsetsToTxn, API key 25: adds the offsets of a group to a transaction (KIP-98).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    AddOffsetsToTxnRequest: Request 25 [0 - 4] flexible [3+];
    AddOffsetsToTxnRequest {
        transactional_id: String [0+];
        producer_id: i64 [0+];
        producer_epoch: i16 [0+];
        group_id: String [0+];
    }
}

message! {
    /// The response.
    AddOffsetsToTxnResponse: Response 25 [0 - 4] flexible [3+];
    AddOffsetsToTxnResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
    }
}

impl Request for AddOffsetsToTxnRequest {
    type Response = AddOffsetsToTxnResponse;
}
