//! What is said about access is remembered over a restart, and by Apache Kafka on the directory.

use rk::wire::messages::alter_user_scram_credentials::{
    AlterUserScramCredentialsRequest, ScramCredentialDeletion, ScramCredentialUpsertion,
};
use rk::wire::messages::describe_user_scram_credentials::{
    DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse, UserName,
};

use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

fn upsertion(name: &str, mechanism: i8, iterations: i32) -> ScramCredentialUpsertion {
    ScramCredentialUpsertion {
        name: name.into(),
        mechanism,
        iterations,
        salt: b"salt"[..].into(),
        salted_password: vec![7; 32].into(),
    }
}

fn described(client: &mut Client, names: &[&str]) -> DescribeUserScramCredentialsResponse {
    let users = names.iter().map(|name| UserName { name: (*name).into() }).collect();
    client.call(0, &DescribeUserScramCredentialsRequest { users: Some(users) })
}

#[test]
fn users_stay_over_a_restart() {
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    let request = AlterUserScramCredentialsRequest {
        deletions: vec![ScramCredentialDeletion { name: "gone".into(), mechanism: 1 }],
        upsertions: vec![
            upsertion("alice", 1, 4096),
            upsertion("bob", 2, 8192),
            upsertion("few", 1, 4095),
            upsertion("many", 1, 16_385),
            upsertion("odd", 3, 4096),
            upsertion("", 1, 4096),
            upsertion("twice", 1, 4096),
            upsertion("twice", 2, 4096),
        ],
    };
    let altered = client.call(0, &request);
    let told: Vec<_> = altered
        .results
        .iter()
        .map(|r| (r.user.as_str(), r.error_code, r.error_message.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            ("", 93, "Username must not be empty"),
            ("alice", 0, ""),
            ("bob", 0, ""),
            ("few", 93, "Too few iterations"),
            ("gone", 91, "Attempt to delete a user credential that does not exist"),
            ("many", 93, "Too many iterations"),
            ("odd", 33, "Unknown SCRAM mechanism"),
            ("twice", 92, "A user credential cannot be altered twice in the same request"),
        ]
    );
    let broker = broker.restart();
    let mut client = Client::connect(broker.address());
    let told = described(&mut client, &[]);
    let users: Vec<_> = told
        .results
        .iter()
        .map(|r| {
            (r.user.as_str(), r.credential_infos[0].mechanism, r.credential_infos[0].iterations)
        })
        .collect();
    assert_eq!(users, [("alice", 1, 4096), ("bob", 2, 8192)]);
    let told = described(&mut client, &["alice", "carol", "alice"]);
    let codes: Vec<i16> = told.results.iter().map(|result| result.error_code).collect();
    assert_eq!(codes, [92, 91]);
}
