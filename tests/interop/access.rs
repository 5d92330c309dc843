//! Who may do what, and how things are configured, between two brokers: a directory changes hands
//! with ACLs, SCRAM users, quotas, delegation tokens and configs of every kind in it.

use std::net::SocketAddr;
use std::sync::Arc;

use data_encoding::BASE64;
use rk::broker::disk::os::OsDisk;
use rk::broker::meta::state::access::ScramMechanism;
use rk::wire::messages as m;

use super::directory;
use crate::broker::access::logins::scram;
use crate::broker::access::{begin, say};
use crate::broker::fetching::client_with_topic;
use crate::kit::broker::TestBroker;
use crate::kit::kafka;
use crate::kit::wait::until;
use crate::kit::wire::Client;

/// What both brokers are told: who does not log in is a super user.
const CONFIGS: &[(&str, &str)] = &[
    ("sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512"),
    ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
    ("super.users", "User:ANONYMOUS"),
    ("delegation.token.secret.key", "hidden"),
];

/// The listeners of `rk dev`, and fewer partitions, so that both are up sooner.
const OURS: &[(&str, &str)] = &[
    ("listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0"),
    ("offsets.topic.num.partitions", "2"),
];

fn ours() -> Vec<(&'static str, &'static str)> {
    [OURS, CONFIGS].concat()
}

fn theirs() -> String {
    let open = "PLAINTEXT://127.0.0.1:{PORT},SASL_PLAINTEXT://127.0.0.1:{PORT+2}";
    let scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    let given = CONFIGS.iter().map(|(name, value)| format!("{name}={value}\n"));
    let logins = ScramMechanism::ALL.iter().map(|mechanism| {
        let name = mechanism.name().to_lowercase();
        format!("listener.name.sasl_plaintext.{name}.sasl.jaas.config={scram}\n")
    });
    format!(
        "listeners={open},CONTROLLER://127.0.0.1:{{PORT+1}}\n\
         advertised.listeners={open}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,\
         SASL_PLAINTEXT:SASL_PLAINTEXT\n{}{}",
        given.collect::<String>(),
        logins.collect::<String>()
    )
}

/// A broker of either kind: where everybody may come in, and where one has to log in.
struct Doors {
    open: Client,
    guarded: SocketAddr,
}

fn acl(kind: i8, name: &str, pattern: i8, who: &str, rule: (&str, i8, i8)) -> Acl {
    Acl {
        resource_type: kind,
        resource_name: name.into(),
        resource_pattern_type: pattern,
        principal: who.into(),
        host: rule.0.into(),
        operation: rule.1,
        permission_type: rule.2,
    }
}

use m::create_acls::AclCreation as Acl;

fn allow(client: &mut Client, creations: Vec<Acl>) {
    let answer = client.call(3, &m::create_acls::CreateAclsRequest { creations });
    assert!(answer.results.iter().all(|result| result.error_code == 0), "{answer:?}");
}

fn user(client: &mut Client, name: &str, mechanism: ScramMechanism, password: &str) {
    use m::alter_user_scram_credentials as users;
    let digest = match mechanism {
        ScramMechanism::Sha256 => openssl::hash::MessageDigest::sha256(),
        ScramMechanism::Sha512 => openssl::hash::MessageDigest::sha512(),
    };
    let mut salted = vec![0; digest.size()];
    openssl::pkcs5::pbkdf2_hmac(password.as_bytes(), b"salt", 4096, digest, &mut salted).unwrap();
    let upsertion = users::ScramCredentialUpsertion {
        name: name.into(),
        mechanism: mechanism.code(),
        iterations: 4096,
        salt: b"salt"[..].into(),
        salted_password: salted.into(),
    };
    let request = users::AlterUserScramCredentialsRequest {
        upsertions: vec![upsertion],
        ..Default::default()
    };
    let answer = client.call(0, &request);
    assert_eq!(answer.results[0].error_code, 0, "{answer:?}");
}

/// Sets a quota, or takes it away.
fn quota(client: &mut Client, entity: &[(&str, Option<&str>)], key: &str, value: Option<f64>) {
    use m::alter_client_quotas::{AlterClientQuotasRequest, EntityData, EntryData, OpData};
    let entity = entity.iter().map(|(kind, name)| EntityData {
        entity_type: (*kind).into(),
        entity_name: name.map(str::to_owned),
    });
    let entry = EntryData {
        entity: entity.collect(),
        ops: vec![OpData {
            key: key.into(),
            value: value.unwrap_or_default(),
            remove: value.is_none(),
        }],
    };
    let request = AlterClientQuotasRequest { entries: vec![entry], validate_only: false };
    let answer = client.call(1, &request);
    assert_eq!(answer.entries[0].error_code, 0, "{answer:?}");
}

/// Sets a config of a resource, or deletes it.
fn config(client: &mut Client, kind: i8, resource: &str, name: &str, value: Option<&str>) {
    use m::incremental_alter_configs as alter;
    let config = alter::AlterableConfig {
        name: name.into(),
        config_operation: i8::from(value.is_none()),
        value: value.map(str::to_owned),
    };
    let resource = alter::AlterConfigsResource {
        resource_type: kind,
        resource_name: resource.into(),
        configs: vec![config],
    };
    let request =
        alter::IncrementalAlterConfigsRequest { resources: vec![resource], validate_only: false };
    let answer = client.call(1, &request);
    assert_eq!(answer.responses[0].error_code, 0, "{answer:?}");
}

/// Logs in by a password, or by a token.
fn log_in(doors: &Doors, mechanism: ScramMechanism, name: &str, password: &str) -> Client {
    let by_token = password.len() > 40;
    let mut client = begin(doors.guarded, mechanism.name());
    let extra = if by_token { ",tokenauth=true" } else { "" };
    let said = scram(&mut client, mechanism, name, password, extra);
    assert_eq!(said.error_code, 0, "{name}: {said:?}");
    client
}

/// Makes a token for who has logged in: its id and its password.
fn token(client: &mut Client, renewer: &str) -> (String, String) {
    let request = m::create_delegation_token::CreateDelegationTokenRequest {
        owner_principal_type: None,
        owner_principal_name: None,
        renewers: vec![m::create_delegation_token::CreatableRenewers {
            principal_type: "User".into(),
            principal_name: renewer.into(),
        }],
        max_lifetime_ms: -1,
    };
    let made = client.call(3, &request);
    assert_eq!(made.error_code, 0, "{made:?}");
    (made.token_id, BASE64.encode(&made.hmac))
}

const RESOURCES: &[(i8, &str)] =
    &[(2, "t"), (2, "u"), (4, "1"), (4, ""), (16, "metrics"), (32, "g"), (32, "s")];

/// Everything that a broker tells of it, an answer a line, sorted where Kafka does not sort.
fn told(doors: &mut Doors) -> Vec<String> {
    let client = &mut doors.open;
    let mut out = Vec::new();
    let every_acl = m::describe_acls::DescribeAclsRequest {
        resource_type_filter: 1,
        resource_name_filter: None,
        pattern_type_filter: 1,
        principal_filter: None,
        host_filter: None,
        operation: 1,
        permission_type: 1,
    };
    for resource in client.call(3, &every_acl).resources {
        let about = (resource.resource_type, resource.resource_name, resource.pattern_type);
        out.extend(resource.acls.iter().map(|acl| format!("{about:?} {acl:?}")));
    }
    let users =
        m::describe_user_scram_credentials::DescribeUserScramCredentialsRequest { users: None };
    for mut user in client.call(0, &users).results {
        user.credential_infos.sort_by_key(|info| info.mechanism);
        out.push(format!("{user:?}"));
    }
    let quotas = m::describe_client_quotas::DescribeClientQuotasRequest::default();
    for mut entry in client.call(1, &quotas).entries.unwrap() {
        entry.entity.sort_by(|a, b| a.entity_type.cmp(&b.entity_type));
        entry.values.sort_by(|a, b| a.key.cmp(&b.key));
        out.push(format!("{entry:?}"));
    }
    let all = m::list_config_resources::ListConfigResourcesRequest { resource_types: vec![] };
    let listed = client.call(1, &all).config_resources;
    out.extend(listed.iter().filter(|one| one.resource_type != 8).map(|one| format!("{one:?}")));
    out.extend(configs(client));
    for by in [("alice", "secret"), ("carol", "word")] {
        let mut client = match log_in_if_known(doors, by) {
            Some(client) => client,
            None => continue,
        };
        let tokens = m::describe_delegation_token::DescribeDelegationTokenRequest { owners: None };
        let tokens = client.call(3, &tokens).tokens;
        out.extend(tokens.iter().map(|token| format!("{by:?} {token:?}")));
    }
    out.sort();
    out
}

fn log_in_if_known(doors: &Doors, (name, password): (&str, &str)) -> Option<Client> {
    let mechanism = ScramMechanism::Sha512;
    let mut client = begin(doors.guarded, mechanism.name());
    (scram(&mut client, mechanism, name, password, "").error_code == 0).then_some(client)
}

/// The configs that somebody has set, of each kind of resource.
fn configs(client: &mut Client) -> Vec<String> {
    use m::describe_configs::{DescribeConfigsRequest, DescribeConfigsResource};
    let resources = RESOURCES.iter().map(|(kind, name)| DescribeConfigsResource {
        resource_type: *kind,
        resource_name: (*name).into(),
        configuration_keys: None,
    });
    let request = DescribeConfigsRequest { resources: resources.collect(), ..Default::default() };
    let mut out = Vec::new();
    for result in client.call(4, &request).results {
        assert_eq!(result.error_code, 0, "{result:?}");
        let about = (result.resource_type, result.resource_name);
        // What is not set, and what a properties file says, is each broker's own.
        let set = result.configs.iter().filter(|config| ![4, 5].contains(&config.config_source));
        out.extend(
            set.map(|one| {
                format!("{about:?} {}={:?} of {}", one.name, one.value, one.config_source)
            }),
        );
    }
    out
}

/// Says everything that can be said, for the first time.
fn say_all(doors: &mut Doors) -> (String, String) {
    let client = &mut doors.open;
    allow(
        client,
        vec![
            acl(2, "t", 3, "User:alice", ("*", 3, 3)),
            acl(2, "t", 3, "User:alice", ("10.1.2.3", 4, 2)),
            acl(2, "pre", 4, "User:*", ("*", 2, 3)),
            acl(3, "*", 3, "User:alice", ("*", 3, 3)),
            acl(4, "kafka-cluster", 3, "User:CN=x,O=y", ("*", 9, 3)),
            acl(5, "x", 4, "User:alice", ("*", 4, 3)),
            acl(7, "User:alice", 3, "User:bob", ("*", 13, 3)),
        ],
    );
    for mechanism in ScramMechanism::ALL {
        user(client, "alice", mechanism, "secret");
    }
    user(client, "bob", ScramMechanism::Sha256, "builder");
    quota(client, &[("user", Some("alice"))], "producer_byte_rate", Some(1e9));
    quota(client, &[("user", Some("alice"))], "request_percentage", Some(1234.5));
    let both = [("user", Some("a,b=c")), ("client-id", None)];
    quota(client, &both, "consumer_byte_rate", Some(2e9));
    quota(client, &[("ip", Some("10.1.2.3"))], "connection_creation_rate", Some(77.0));
    quota(client, &[("client-id", Some("c"))], "controller_mutation_rate", Some(0.5));
    config(client, 2, "t", "retention.ms", Some("123456"));
    config(client, 2, "t", "cleanup.policy", Some("compact,delete"));
    config(client, 4, "1", "log.cleaner.threads", Some("2"));
    config(client, 4, "", "log.retention.ms", Some("7200000"));
    config(client, 4, "", "message.max.bytes", Some("2000000"));
    config(client, 16, "metrics", "interval.ms", Some("60000"));
    config(client, 16, "metrics", "metrics", Some("org.apache.kafka.producer."));
    config(client, 32, "g", "consumer.session.timeout.ms", Some("50000"));
    config(client, 32, "s", "share.record.lock.duration.ms", Some("40000"));
    config(client, 32, "s", "share.auto.offset.reset", Some("earliest"));
    token(&mut log_in(doors, ScramMechanism::Sha512, "alice", "secret"), "bob")
}

/// Changes and takes away of it, and says more.
fn say_more(doors: &mut Doors) {
    let client = &mut doors.open;
    allow(client, vec![acl(2, "u", 3, "User:carol", ("*", 8, 3))]);
    let gone = m::delete_acls::DeleteAclsFilter {
        resource_type_filter: 2,
        resource_name_filter: Some("pre".into()),
        pattern_type_filter: 4,
        principal_filter: None,
        host_filter: None,
        operation: 1,
        permission_type: 1,
    };
    let gone = m::delete_acls::DeleteAclsRequest { filters: vec![gone] };
    assert_eq!(client.call(3, &gone).filter_results[0].matching_acls.len(), 1);
    user(client, "carol", ScramMechanism::Sha512, "word");
    let bob = m::alter_user_scram_credentials::ScramCredentialDeletion {
        name: "bob".into(),
        mechanism: ScramMechanism::Sha256.code(),
    };
    let bob = m::alter_user_scram_credentials::AlterUserScramCredentialsRequest {
        deletions: vec![bob],
        ..Default::default()
    };
    assert_eq!(client.call(0, &bob).results[0].error_code, 0);
    quota(client, &[("user", Some("alice"))], "producer_byte_rate", None);
    quota(client, &[("client-id", None)], "producer_byte_rate", Some(3e9));
    config(client, 2, "t", "retention.ms", None);
    config(client, 4, "1", "log.cleaner.threads", None);
    config(client, 4, "", "message.max.bytes", Some("3000000"));
    config(client, 16, "metrics", "interval.ms", Some("120000"));
    config(client, 32, "g", "consumer.session.timeout.ms", None);
    until("carol's login", || log_in_if_known(doors, ("carol", "word")).map(|_| ()));
    token(&mut log_in(doors, ScramMechanism::Sha512, "carol", "word"), "alice");
}

/// What was said of alice counts: she may read `t`, and may not write it.
fn counts(doors: &Doors, (id, password): &(String, String)) {
    for (mechanism, name, password) in [
        (ScramMechanism::Sha256, "alice", "secret"),
        (ScramMechanism::Sha512, "alice", "secret"),
        (ScramMechanism::Sha256, id, password),
        (ScramMechanism::Sha512, id, password),
    ] {
        let mut client = log_in(doors, mechanism, name, password);
        let names = ["t", "u"].map(|name| m::metadata::MetadataRequestTopic {
            name: Some(name.into()),
            ..Default::default()
        });
        let request = m::metadata::MetadataRequest {
            topics: Some(names.into()),
            include_topic_authorized_operations: true,
            ..Default::default()
        };
        let mut topics = client.call(12, &request).topics;
        topics.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(
            (topics[0].error_code, topics[1].error_code),
            (0, 29),
            "{name} by {mechanism:?}"
        );
        // READ, and DESCRIBE with it.
        assert_eq!(topics[0].topic_authorized_operations, 1 << 3 | 1 << 8);
    }
    let mut client = begin(doors.guarded, "SCRAM-SHA-256");
    assert_eq!(scram(&mut client, ScramMechanism::Sha256, "alice", "wrong", "").error_code, 58);
    let mut client = begin(doors.guarded, "SCRAM-SHA-256");
    assert_eq!(say(&mut client, b"n,,n=alice,r=").error_code, 58);
}

fn on_rk(dir: tempfile::TempDir) -> (TestBroker, Doors) {
    let broker = TestBroker::guarded_on(Arc::new(OsDisk::passing()), dir, &ours(), &[]);
    let guarded = broker.address_of("SASL_PLAINTEXT");
    let open = Client::connect(broker.address());
    (broker, Doors { open, guarded })
}

#[test]
fn who_may_do_what_is_the_same_when_a_directory_changes_hands() {
    let (broker, mut doors) = on_rk(tempfile::tempdir().unwrap());
    drop(client_with_topic(&broker, "t"));
    drop(client_with_topic(&broker, "u"));
    let token = say_all(&mut doors);
    counts(&doors, &token);
    let said = told(&mut doors);
    assert!(said.len() > 35, "{said:#?}");
    drop(doors);
    // In our own hands again.
    let (folder, dir) = broker.into_directory();
    let (broker, mut doors) = on_rk(folder);
    assert_eq!(told(&mut doors), said, "after a restart");
    counts(&doors, &token);
    drop(doors);
    let (folder, _) = broker.into_directory();
    // In Apache Kafka's.
    let Some(kafka) = kafka::find() else { return };
    let (running, address) = directory::start_with(&kafka, &dir, directory::STATIC, "t", &theirs());
    let open: SocketAddr = address.parse().unwrap();
    let guarded = SocketAddr::new(open.ip(), open.port() + 2);
    let mut doors = Doors { open: Client::connect(open), guarded };
    assert_eq!(told(&mut doors), said, "Apache Kafka tells the same");
    counts(&doors, &token);
    say_more(&mut doors);
    let said = until("what was said", || {
        let once = told(&mut doors);
        (once == told(&mut doors) && once.iter().any(|line| line.contains("120000")))
            .then_some(once)
    });
    drop(doors);
    directory::stop(running);
    std::fs::remove_file(dir.with_extension("properties")).unwrap();
    // And back.
    let (_broker, mut doors) = on_rk(folder);
    assert_eq!(told(&mut doors), said, "rk dev tells the same");
    counts(&doors, &token);
    assert!(log_in_if_known(&doors, ("bob", "builder")).is_none());
}
