//! Logins of Kafka's own client: who came in by each mechanism is known for who she is, and a
//! wrong secret is refused. (`tests/interop/run security` has TLS and more clients.)

use crate::kit::broker::TestBroker;
use crate::kit::{kafka, path};

const CONFIGS: &[(&str, &str)] = &[
    ("listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0"),
    ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER"),
    ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
    ("super.users", "User:ANONYMOUS"),
    ("delegation.token.secret.key", "hidden"),
    ("connection.failed.authentication.delay.ms", "1"),
];

const MECHANISMS: &[&str] =
    &["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER unsecured", "delegation token"];

#[test]
fn kafkas_client_logs_in_by_every_mechanism() {
    let Some(kafka) = kafka::find() else { return };
    let broker = TestBroker::guarded(CONFIGS, &[("alice", "secret")]);
    let folder = tempfile::tempdir().unwrap();
    let task = folder.path().join("task");
    let guarded = broker.address_of("SASL_PLAINTEXT");
    let mut lines = format!("{}\t{}\n", folder.path().display(), broker.address());
    for mechanism in MECHANISMS {
        lines += &format!("{mechanism}\tSASL_PLAINTEXT\t{guarded}\n");
    }
    std::fs::write(&task, lines).unwrap();
    let program = path("interop/clients/security/Logins.java");
    let output = kafka.verb("java", [program.as_os_str(), task.as_os_str()]).run();
    let told = output.succeed();
    let passed = told.lines().filter(|line| line.starts_with("passed\t"));
    assert_eq!(passed.count(), MECHANISMS.len(), "{told}");
}
