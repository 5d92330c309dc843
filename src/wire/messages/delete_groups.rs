//! DeleteGroups, API key 42: deletes groups.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DeleteGroupsRequest: Request 42 [0 - 2] flexible [2+];
    DeleteGroupsRequest {
        groups_names: Vec<String> [0+];
    }
}

message! {
    /// The response.
    DeleteGroupsResponse: Response 42 [0 - 2] flexible [2+];
    DeleteGroupsResponse {
        throttle_time_ms: i32 [0+];
        results: Vec<DeletableGroupResult> [0+];
    }
    DeletableGroupResult {
        group_id: String [0+];
        error_code: i16 [0+];
    }
}

impl Request for DeleteGroupsRequest {
    type Response = DeleteGroupsResponse;
}
