//! LeaveGroup, API key 13: takes members out of a classic group.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    LeaveGroupRequest: Request 13 [0 - 5] flexible [4+];
    LeaveGroupRequest {
        group_id: String [0+];
        member_id: String [0 - 2];
        members: Vec<MemberIdentity> [3+];
    }
    MemberIdentity {
        member_id: String [3+];
        group_instance_id: Option<String> [3+] null [3+];
        reason: Option<String> [5+] null [5+] @ignorable;
    }
}

message! {
    /// The response.
    LeaveGroupResponse: Response 13 [0 - 5] flexible [4+];
    LeaveGroupResponse {
        throttle_time_ms: i32 [1+] @ignorable;
        error_code: i16 [0+];
        members: Vec<MemberResponse> [3+];
    }
    MemberResponse {
        member_id: String [3+];
        group_instance_id: Option<String> [3+] null [3+] = Some(String::new());
        error_code: i16 [3+];
    }
}

impl Request for LeaveGroupRequest {
    type Response = LeaveGroupResponse;
}
