//! InitProducerId, API key 22: gives a producer its id and epoch.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    InitProducerIdRequest: Request 22 [0 - 6] flexible [2+];
    InitProducerIdRequest {
        transactional_id: Option<String> [0+] null [0+] = Some(String::new());
        transaction_timeout_ms: i32 [0+];
        producer_id: i64 [3+] = -1;
        producer_epoch: i16 [3+] = -1;
        enable2_pc: bool [6+];
        keep_prepared_txn: bool [6+];
    }
}

message! {
    /// The response.
    InitProducerIdResponse: Response 22 [0 - 6] flexible [2+];
    InitProducerIdResponse {
        throttle_time_ms: i32 [0+] @ignorable;
        error_code: i16 [0+];
        producer_id: i64 [0+] = -1;
        producer_epoch: i16 [0+];
        ongoing_txn_producer_id: i64 [6+] = -1;
        ongoing_txn_producer_epoch: i16 [6+] = -1;
    }
}

impl Request for InitProducerIdRequest {
    type Response = InitProducerIdResponse;
}
