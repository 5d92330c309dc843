//! DescribeUserScramCredentials, API key 50: tells which SCRAM credentials users have (KIP-554).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DescribeUserScramCredentialsRequest: Request 50 [0] flexible [0+];
    DescribeUserScramCredentialsRequest {
        users: Option<Vec<UserName>> [0+] null [0+] = Some(Vec::new());
    }
    UserName {
        name: String [0+];
    }
}

message! {
    /// The response.
    DescribeUserScramCredentialsResponse: Response 50 [0] flexible [0+];
    DescribeUserScramCredentialsResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        results: Vec<DescribeUserScramCredentialsResult> [0+];
    }
    DescribeUserScramCredentialsResult {
        user: String [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        credential_infos: Vec<CredentialInfo> [0+];
    }
    CredentialInfo {
        mechanism: i8 [0+];
        iterations: i32 [0+];
    }
}

impl Request for DescribeUserScramCredentialsRequest {
    type Response = DescribeUserScramCredentialsResponse;
}
