//! JoinGroup, API key 11: makes a client a member of a classic group.

use bytes::Bytes;

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    JoinGroupRequest: Request 11 [0 - 9] flexible [6+];
    JoinGroupRequest {
        group_id: String [0+];
        session_timeout_ms: i32 [0+];
        rebalance_timeout_ms: i32 [1+] @ignorable = -1;
        member_id: String [0+];
        group_instance_id: Option<String> [5+] null [5+];
        protocol_type: String [0+];
        protocols: Vec<JoinGroupRequestProtocol> [0+];
        reason: Option<String> [8+] null [8+] @ignorable;
    }
    JoinGroupRequestProtocol {
        name: String [0+];
        metadata: Bytes [0+];
    }
}

message! {
    /// The response.
    JoinGroupResponse: Response 11 [0 - 9] flexible [6+];
    JoinGroupResponse {
        throttle_time_ms: i32 [2+] @ignorable;
        error_code: i16 [0+];
        generation_id: i32 [0+] = -1;
        protocol_type: Option<String> [7+] null [7+] @ignorable;
        protocol_name: Option<String> [0+] null [7+] = Some(String::new());
        leader: String [0+];
        skip_assignment: bool [9+];
        member_id: String [0+];
        members: Vec<JoinGroupResponseMember> [0+];
    }
    JoinGroupResponseMember {
        member_id: String [0+];
        group_instance_id: Option<String> [5+] null [5+] @ignorable;
        metadata: Bytes [0+];
    }
}

impl Request for JoinGroupRequest {
    type Response = JoinGroupResponse;
}
