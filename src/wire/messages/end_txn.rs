//! EndTxn, API key 26: commits or aborts a transaction (KIP-98, KIP-890).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    EndTxnRequest: Request 26 [0 - 5] flexible [3+];
    EndTxnRequest {
        transactional_id: String [0+];
        producer_id: i64 [0+];
        producer_epoch: i16 [0+];
        committed: bool [0+];
    }
}

message! {
    /// The response.
    EndTxnResponse: Response 26 [0 - 5] flexible [3+];
    EndTxnResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        producer_id: i64 [5+] @ignorable = -1;
        producer_epoch: i16 [5+] @ignorable = -1;
    }
}

impl Request for EndTxnRequest {
    type Response = EndTxnResponse;
}
