//! AlterUserScramCredentials, API key 51: sets and deletes SCRAM credentials of users (KIP-554).

use bytes::Bytes;

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    AlterUserScramCredentialsRequest: Request 51 [0] flexible [0+];
    AlterUserScramCredentialsRequest {
        deletions: Vec<ScramCredentialDeletion> [0+];
        upsertions: Vec<ScramCredentialUpsertion> [0+];
    }
    ScramCredentialDeletion {
        name: String [0+];
        mechanism: i8 [0+];
    }
    ScramCredentialUpsertion {
        name: String [0+];
        mechanism: i8 [0+];
        iterations: i32 [0+];
        salt: Bytes [0+];
        salted_password: Bytes [0+];
    }
}

message! {
    /// The response.
    AlterUserScramCredentialsResponse: Response 51 [0] flexible [0+];
    AlterUserScramCredentialsResponse {
        throttle_time_ms: i32 [0+];
        results: Vec<AlterUserScramCredentialsResult> [0+];
    }
    AlterUserScramCredentialsResult {
        user: String [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
    }
}

impl Request for AlterUserScramCredentialsRequest {
    type Response = AlterUserScramCredentialsResponse;
}
