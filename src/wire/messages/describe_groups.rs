//! DescribeGroups, API key 15: tells state and members of classic groups.

use bytes::Bytes;

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DescribeGroupsRequest: Request 15 [0 - 6] flexible [5+];
    DescribeGroupsRequest {
        groups: Vec<String> [0+];
        include_authorized_operations: bool [3+];
    }
}

message! {
    /// The response.
    DescribeGroupsResponse: Response 15 [0 - 6] flexible [5+];
    DescribeGroupsResponse {
        throttle_time_ms: i32 [1+] @ignorable;
        groups: Vec<DescribedGroup> [0+];
    }
    DescribedGroup {
        error_code: i16 [0+];
        error_message: Option<String> [6+] null [6+];
        group_id: String [0+];
        group_state: String [0+];
        protocol_type: String [0+];
        protocol_data: String [0+];
        members: Vec<DescribedGroupMember> [0+];
        authorized_operations: i32 [3+] = i32::MIN;
    }
    DescribedGroupMember {
        member_id: String [0+];
        group_instance_id: Option<String> [4+] null [4+] @ignorable;
        client_id: String [0+];
        client_host: String [0+];
        member_metadata: Bytes [0+];
        member_assignment: Bytes [0+];
    }
}

impl Request for DescribeGroupsRequest {
    type Response = DescribeGroupsResponse;
}
