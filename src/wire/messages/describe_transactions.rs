//! DescribeTransactions, API key 65: describes transactions (KIP-664).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DescribeTransactionsRequest: Request 65 [0] flexible [0+];
    DescribeTransactionsRequest {
        transactional_ids: Vec<String> [0+];
    }
}

message! {
    /// The response.
    DescribeTransactionsResponse: Response 65 [0] flexible [0+];
    DescribeTransactionsResponse {
        throttle_time_ms: i32 [0+];
        transaction_states: Vec<TransactionState> [0+];
    }
    TransactionState {
        error_code: i16 [0+];
        transactional_id: String [0+];
        transaction_state: String [0+];
        transaction_timeout_ms: i32 [0+];
        transaction_start_time_ms: i64 [0+];
        producer_id: i64 [0+];
        producer_epoch: i16 [0+];
        topics: Vec<TopicData> [0+];
    }
    TopicData {
        topic: String [0+];
        partitions: Vec<i32> [0+];
    }
}

impl Request for DescribeTransactionsRequest {
    type Response = DescribeTransactionsResponse;
}
