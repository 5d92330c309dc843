//! WriteTxnMarkers, API key 27: writes the markers that end transactions (KIP-98).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    WriteTxnMarkersRequest: Request 27 [1 - 2] flexible [1+];
    WriteTxnMarkersRequest {
        markers: Vec<WritableTxnMarker> [0+];
    }
    WritableTxnMarker {
        producer_id: i64 [0+];
        producer_epoch: i16 [0+];
        transaction_result: bool [0+];
        topics: Vec<WritableTxnMarkerTopic> [0+];
        coordinator_epoch: i32 [0+];
        transaction_version: i8 [2+] @ignorable;
    }
    WritableTxnMarkerTopic {
        name: String [0+];
        partition_indexes: Vec<i32> [0+];
    }
}

message! {
    /// The response.
    WriteTxnMarkersResponse: Response 27 [1 - 2] flexible [1+];
    WriteTxnMarkersResponse {
        markers: Vec<WritableTxnMarkerResult> [0+];
    }
    WritableTxnMarkerResult {
        producer_id: i64 [0+];
        topics: Vec<WritableTxnMarkerTopicResult> [0+];
    }
    WritableTxnMarkerTopicResult {
        name: String [0+];
        partitions: Vec<WritableTxnMarkerPartitionResult> [0+];
    }
    WritableTxnMarkerPartitionResult {
        partition_index: i32 [0+];
        error_code: i16 [0+];
    }
}

impl Request for WriteTxnMarkersRequest {
    type Response = WriteTxnMarkersResponse;
}
