//! AlterClientQuotas, API key 49: sets and unsets client quotas (KIP-546).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    AlterClientQuotasRequest: Request 49 [0 - 1] flexible [1+];
    AlterClientQuotasRequest {
        entries: Vec<EntryData> [0+];
        validate_only: bool [0+];
    }
    EntryData {
        entity: Vec<EntityData> [0+];
        ops: Vec<OpData> [0+];
    }
    EntityData {
        entity_type: String [0+];
        entity_name: Option<String> [0+] null [0+] = Some(String::new());
    }
    OpData {
        key: String [0+];
        value: f64 [0+];
        remove: bool [0+];
    }
}

message! {
    /// The response.
    AlterClientQuotasResponse: Response 49 [0 - 1] flexible [1+];
    AlterClientQuotasResponse {
        throttle_time_ms: i32 [0+];
        entries: Vec<EntryDataResponse> [0+];
    }
    EntryDataResponse {
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        entity: Vec<EntityDataResponse> [0+];
    }
    EntityDataResponse {
        entity_type: String [0+];
        entity_name: Option<String> [0+] null [0+] = Some(String::new());
    }
}

impl Request for AlterClientQuotasRequest {
    type Response = AlterClientQuotasResponse;
}
