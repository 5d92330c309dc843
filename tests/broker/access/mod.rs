//! Who may come in, and what they may do.

mod decisions;
mod enforced;
pub(crate) mod logins;
mod quotas;
mod remembered;

use std::net::SocketAddr;

use rk::wire::messages::sasl_authenticate::{SaslAuthenticateRequest, SaslAuthenticateResponse};
use rk::wire::messages::sasl_handshake::SaslHandshakeRequest;

use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

/// A broker with an authorizer, a listener that is open and one with SASL. Whoever does not say
/// who they are is a super user.
pub(crate) const GUARDED: &[(&str, &str)] = &[
    ("listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0"),
    ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER"),
    ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
    ("super.users", "User:ANONYMOUS"),
    ("delegation.token.secret.key", "a secret"),
    ("connection.failed.authentication.delay.ms", "1"),
];

pub(crate) const USERS: &[(&str, &str)] = &[("alice", "secret"), ("bob", "builder")];

fn guarded() -> TestBroker {
    TestBroker::guarded(GUARDED, USERS)
}

/// Begins a login.
pub(crate) fn begin(address: SocketAddr, mechanism: &str) -> Client {
    let mut client = Client::connect(address);
    let offered = client.call(1, &SaslHandshakeRequest { mechanism: mechanism.to_owned() });
    assert_eq!(offered.error_code, 0, "{offered:?}");
    client
}

/// Sends one message of a login.
pub(crate) fn say(client: &mut Client, message: &[u8]) -> SaslAuthenticateResponse {
    let auth_bytes = message.to_vec().into();
    client.call(2, &SaslAuthenticateRequest { auth_bytes })
}

/// Logs in by PLAIN.
pub(crate) fn plain(broker: &TestBroker, user: &str, password: &str) -> Client {
    let mut client = begin(broker.address_of("SASL_PLAINTEXT"), "PLAIN");
    let said = say(&mut client, format!("\0{user}\0{password}").as_bytes());
    assert_eq!(said.error_code, 0, "{said:?}");
    client
}
