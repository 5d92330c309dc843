//! Logging in, through the front door: good and bad credentials, and what may come before them.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use rk::broker::auth::scram::{credential, hmac};
use rk::broker::meta::state::access::ScramMechanism;
use rk::wire::messages::api_versions::ApiVersionsRequest;
use rk::wire::messages::create_delegation_token::CreateDelegationTokenRequest;
use rk::wire::messages::describe_delegation_token::DescribeDelegationTokenRequest;
use rk::wire::messages::expire_delegation_token::ExpireDelegationTokenRequest;
use rk::wire::messages::metadata::MetadataRequest;
use rk::wire::messages::sasl_authenticate::{SaslAuthenticateRequest, SaslAuthenticateResponse};
use rk::wire::messages::sasl_handshake::SaslHandshakeRequest;

use super::{GUARDED, USERS, begin, guarded, plain, say};
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

/// The client's side of SCRAM.
pub(crate) fn scram(
    client: &mut Client,
    mechanism: ScramMechanism,
    user: &str,
    password: &str,
    extra: &str,
) -> SaslAuthenticateResponse {
    let bare = format!("n={user},r=abc{extra}");
    let challenge = say(client, format!("n,,{bare}").as_bytes());
    if challenge.error_code != 0 {
        return challenge;
    }
    let server_first = String::from_utf8(challenge.auth_bytes.to_vec()).unwrap();
    let parts: Vec<&str> = server_first.split(',').map(|part| &part[2..]).collect();
    let salt = BASE64.decode(parts[1].as_bytes()).unwrap();
    let kept = credential(mechanism, password, &salt, parts[2].parse().unwrap()).unwrap();
    let last = format!("c=biws,r={}", parts[0]);
    let signed = format!("{bare},{server_first},{last}");
    let digest = match mechanism {
        ScramMechanism::Sha256 => openssl::hash::MessageDigest::sha256(),
        ScramMechanism::Sha512 => openssl::hash::MessageDigest::sha512(),
    };
    // The stored key hides the client's: it is derived once more.
    let mut salted = vec![0; digest.size()];
    openssl::pkcs5::pbkdf2_hmac(password.as_bytes(), &salt, 4096, digest, &mut salted).unwrap();
    let key = hmac(digest, &salted, b"Client Key").unwrap();
    let signature = hmac(digest, &kept.stored_key, signed.as_bytes()).unwrap();
    let proof: Vec<u8> = key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
    say(client, format!("{last},p={}", BASE64.encode(&proof)).as_bytes())
}

fn works(client: &mut Client) -> bool {
    client.call(12, &MetadataRequest::default()).cluster_id.is_some()
}

#[test]
fn every_mechanism_lets_in_whom_it_knows_and_nobody_else() {
    let broker = guarded();
    let address = broker.address_of("SASL_PLAINTEXT");
    assert!(works(&mut plain(&broker, "alice", "secret")));
    for (user, password) in [("alice", "wrong"), ("nobody", "secret")] {
        let mut client = begin(address, "PLAIN");
        let said = say(&mut client, format!("\0{user}\0{password}").as_bytes());
        assert_eq!(said.error_code, 58);
        let text = said.error_message.as_deref();
        assert_eq!(text, Some("Authentication failed: Invalid username or password"));
        assert!(client.receive_frame().is_none());
    }
    for mechanism in ScramMechanism::ALL {
        let mut client = begin(address, mechanism.name());
        let said = scram(&mut client, mechanism, "bob", "builder", "");
        assert_eq!((said.error_code, said.session_lifetime_ms), (0, 0));
        assert!(works(&mut client));
        for (user, password) in [("bob", "wrong"), ("nobody", "builder")] {
            let mut client = begin(address, mechanism.name());
            let said = scram(&mut client, mechanism, user, password, "");
            assert_eq!(said.error_code, 58);
            let want = format!(
                "Authentication failed during authentication due to invalid credentials with SASL \
                 mechanism {}",
                mechanism.name()
            );
            assert_eq!(said.error_message, Some(want));
        }
    }
    let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let token = |claims: &str| {
        format!("n,,\u{1}auth=Bearer {}.{}.\u{1}\u{1}", part("{\"alg\":\"none\"}"), part(claims))
    };
    let mut client = begin(address, "OAUTHBEARER");
    let said = say(&mut client, token("{\"sub\":\"carol\",\"exp\":99999999999}").as_bytes());
    assert_eq!(said.error_code, 0, "{said:?}");
    assert!(said.session_lifetime_ms > 0 && works(&mut client));
    let mut client = begin(address, "OAUTHBEARER");
    let said = say(&mut client, token("{\"sub\":\"carol\",\"exp\":1}").as_bytes());
    assert_eq!(
        (said.error_code, &said.auth_bytes[..]),
        (0, &b"{\"status\":\"invalid_token\"}"[..])
    );
    let said = say(&mut client, b"\x01");
    assert_eq!(said.error_code, 58);
    assert_eq!(said.error_message.as_deref(), Some("{\"status\":\"invalid_token\"}"));
}

#[test]
fn before_a_login_only_a_login_may_be_asked_for() {
    let broker = guarded();
    let address = broker.address_of("SASL_PLAINTEXT");
    let mut client = Client::connect(address);
    let asked = ApiVersionsRequest {
        client_software_name: "test".into(),
        client_software_version: "1".into(),
    };
    assert_eq!(client.call(3, &asked).error_code, 0);
    client.send(12, &MetadataRequest::default());
    assert!(client.receive_frame().is_none());

    let mut client = Client::connect(address);
    let offered = client.call(1, &SaslHandshakeRequest { mechanism: "GSSAPI".into() });
    assert_eq!(offered.error_code, 33);
    let all = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"];
    assert_eq!(offered.mechanisms, all);
    assert!(client.receive_frame().is_none());

    let mut client = Client::connect(address);
    client.send(2, &SaslAuthenticateRequest { auth_bytes: b"\0alice\0secret"[..].into() });
    assert!(client.receive_frame().is_none());

    // A giant is not waited for.
    let mut client = begin(address, "PLAIN");
    client.send_raw(&(1024 * 1024u32).to_be_bytes());
    assert!(client.receive_frame().is_none());

    // Where there is no login, or it is done, there is no other one.
    let mut open = Client::connect(broker.address());
    let refused = open.call(1, &SaslHandshakeRequest { mechanism: "PLAIN".into() });
    assert_eq!((refused.error_code, refused.mechanisms.len()), (34, 0));
    let refused = open.call(2, &SaslAuthenticateRequest::default());
    assert_eq!(refused.error_code, 34);
    let text = refused.error_message.as_deref();
    assert_eq!(text, Some("SaslAuthenticate request received after successful authentication"));
}

#[test]
fn messages_may_come_bare_after_the_oldest_handshake() {
    let broker = guarded();
    let mut client = Client::connect(broker.address_of("SASL_PLAINTEXT"));
    let offered = client.call(0, &SaslHandshakeRequest { mechanism: "PLAIN".into() });
    assert_eq!(offered.error_code, 0);
    client.send_frame(b"\0alice\0secret");
    assert_eq!(client.receive_frame().unwrap().len(), 0);
    assert!(works(&mut client));
}

#[test]
fn a_login_is_renewed_by_the_same_user_in_time() {
    let mut configs = GUARDED.to_vec();
    configs.push(("connections.max.reauth.ms", "3600000"));
    let broker = TestBroker::guarded(&configs, USERS);
    let mut client = begin(broker.address_of("SASL_PLAINTEXT"), "PLAIN");
    let said = say(&mut client, b"\0alice\0secret");
    assert_eq!(said.session_lifetime_ms, 3_600_000);
    let again = SaslHandshakeRequest { mechanism: "PLAIN".into() };
    assert_eq!(client.call(1, &again).error_code, 0);
    assert_eq!(say(&mut client, b"\0alice\0secret").error_code, 0);
    assert!(works(&mut client));
    // So soon it is a request as any other.
    assert_eq!(client.call(1, &again).error_code, 34);

    let mut client = begin(broker.address_of("SASL_PLAINTEXT"), "PLAIN");
    assert_eq!(say(&mut client, b"\0alice\0secret").error_code, 0);
    assert_eq!(client.call(1, &again).error_code, 0);
    let said = say(&mut client, b"\0bob\0builder");
    let want = "Cannot change principals during re-authentication from User:alice: User:bob";
    assert_eq!((said.error_code, said.error_message.as_deref()), (58, Some(want)));
    assert!(client.receive_frame().is_none());
}

#[test]
fn a_login_that_is_not_renewed_ends() {
    let mut configs = GUARDED.to_vec();
    configs.push(("listener.name.sasl_plaintext.plain.connections.max.reauth.ms", "1"));
    let broker = TestBroker::guarded(&configs, USERS);
    let mut client = plain(&broker, "alice", "secret");
    crate::kit::wait::until("the login ends", || {
        client.send(12, &MetadataRequest::default());
        client.receive_frame().is_none().then_some(())
    });
}

#[test]
fn a_token_stands_for_its_owner() {
    let broker = guarded();
    let mut open = Client::connect(broker.address());
    assert_eq!(open.call(3, &CreateDelegationTokenRequest::default()).error_code, 64);
    let mut alice = plain(&broker, "alice", "secret");
    let asked = CreateDelegationTokenRequest {
        owner_principal_name: None,
        owner_principal_type: None,
        max_lifetime_ms: -1,
        ..Default::default()
    };
    let made = alice.call(3, &asked);
    assert_eq!((made.error_code, made.principal_name.as_str()), (0, "alice"));
    assert_eq!(made.max_timestamp_ms - made.issue_timestamp_ms, 604_800_000);
    let others = CreateDelegationTokenRequest {
        owner_principal_type: Some("User".into()),
        owner_principal_name: Some("bob".into()),
        ..asked.clone()
    };
    assert_eq!(alice.call(3, &others).error_code, 65);

    let mechanism = ScramMechanism::Sha256;
    let mut client = begin(broker.address_of("SASL_PLAINTEXT"), mechanism.name());
    let password = BASE64.encode(&made.hmac);
    let said = scram(&mut client, mechanism, &made.token_id, &password, ",tokenauth=true");
    assert_eq!(said.error_code, 0, "{said:?}");
    assert!(said.session_lifetime_ms > 0 && works(&mut client));
    // Who came by a token cannot ask for another.
    assert_eq!(client.call(3, &asked).error_code, 64);

    let all = DescribeDelegationTokenRequest { owners: None };
    let told = alice.call(3, &all);
    assert_eq!(told.tokens.len(), 1);
    assert_eq!(told.tokens[0].hmac, made.hmac);
    assert_eq!(plain(&broker, "bob", "builder").call(3, &all).tokens.len(), 0);
    let end = ExpireDelegationTokenRequest { hmac: made.hmac.clone(), expiry_time_period_ms: -1 };
    assert_eq!(plain(&broker, "bob", "builder").call(2, &end).error_code, 63);
    assert_eq!(alice.call(2, &end).error_code, 0);
    assert_eq!(alice.call(2, &end).error_code, 62);
    let mut client = begin(broker.address_of("SASL_PLAINTEXT"), mechanism.name());
    let said = scram(&mut client, mechanism, &made.token_id, &password, ",tokenauth=true");
    assert_eq!(said.error_code, 58);
}
