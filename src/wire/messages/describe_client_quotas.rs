//! DescribeClientQuotas, API key 48: finds client quotas (KIP-546).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DescribeClientQuotasRequest: Request 48 [0 - 1] flexible [1+];
    DescribeClientQuotasRequest {
        components: Vec<ComponentData> [0+];
        strict: bool [0+];
    }
    ComponentData {
        entity_type: String [0+];
        match_type: i8 [0+];
        r#match: Option<String> [0+] null [0+] = Some(String::new());
    }
}

message! {
    /// The response.
    DescribeClientQuotasResponse: Response 48 [0 - 1] flexible [1+];
    DescribeClientQuotasResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        entries: Option<Vec<EntryData>> [0+] null [0+] = Some(Vec::new());
    }
    EntryData {
        entity: Vec<EntityData> [0+];
        values: Vec<ValueData> [0+];
    }
    EntityData {
        entity_type: String [0+];
        entity_name: Option<String> [0+] null [0+] = Some(String::new());
    }
    ValueData {
        key: String [0+];
        value: f64 [0+];
    }
}

impl Request for DescribeClientQuotasRequest {
    type Response = DescribeClientQuotasResponse;
}
