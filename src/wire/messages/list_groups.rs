//! ListGroups, API key 16: names the groups of a broker.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ListGroupsRequest: Request 16 [0 - 5] flexible [3+];
    ListGroupsRequest {
        states_filter: Vec<String> [4+];
        types_filter: Vec<String> [5+];
    }
}

message! {
    /// The response.
    ListGroupsResponse: Response 16 [0 - 5] flexible [3+];
    ListGroupsResponse {
        throttle_time_ms: i32 [1+] @ignorable;
        error_code: i16 [0+];
        groups: Vec<ListedGroup> [0+];
    }
    ListedGroup {
        group_id: String [0+];
        protocol_type: String [0+];
        group_state: String [4+] @ignorable;
        group_type: String [5+] @ignorable;
    }
}

impl Request for ListGroupsRequest {
    type Response = ListGroupsResponse;
}
