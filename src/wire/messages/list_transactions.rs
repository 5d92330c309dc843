//! ListTransactions, API key 66: lists transactions (KIP-664).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ListTransactionsRequest: Request 66 [0 - 2] flexible [0+];
    ListTransactionsRequest {
        state_filters: Vec<String> [0+];
        producer_id_filters: Vec<i64> [0+];
        duration_filter: i64 [1+] = -1;
        transactional_id_pattern: Option<String> [2+] null [2+];
    }
}

message! {
    /// The response.
    ListTransactionsResponse: Response 66 [0 - 2] flexible [0+];
    ListTransactionsResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        unknown_state_filters: Vec<String> [0+];
        transaction_states: Vec<TransactionState> [0+];
    }
    TransactionState {
        transactional_id: String [0+];
        producer_id: i64 [0+];
        transaction_state: String [0+];
    }
}

impl Request for ListTransactionsRequest {
    type Response = ListTransactionsResponse;
}
