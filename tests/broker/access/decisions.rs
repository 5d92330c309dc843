//! Decisions of the authorizer, held against Kafka's own class.

use std::io::Write;
use std::process::Stdio;

use rk::base::ids::Uuid;
use rk::broker::auth::Authorizer;
use rk::broker::auth::authorizer::Asker;
use rk::broker::meta::State;
use rk::broker::meta::acl::{Acl, Operation, PatternType, Permission, ResourceType};

use crate::kit::rng::{Rng, seed};
use crate::kit::{kafka, path, say};

const PRINCIPALS: &[&str] = &["User:a", "User:b", "User:root", "User:*", "User:CN=x,O=y"];
const HOSTS: &[&str] = &["*", "10.0.0.1", "10.0.0.2", "0:0:0:0:0:0:0:1"];
const NAMES: &[&str] =
    &["*", "f", "fo", "foo", "foob", "foobar", "foo-x", "bar", "é", "éa", "kafka-cluster"];

fn acl(rng: &mut Rng) -> Acl {
    Acl {
        resource_type: *rng.pick(&ResourceType::ALL[..3]),
        name: (*rng.pick(NAMES)).to_owned(),
        pattern: *rng.pick(PatternType::ALL),
        principal: (*rng.pick(PRINCIPALS)).to_owned(),
        host: (*rng.pick(HOSTS)).to_owned(),
        operation: *rng.pick(Operation::ALL),
        permission: *rng.pick(Permission::ALL),
    }
}

#[test]
fn decisions_are_those_of_kafkas_own_class() {
    let Some(kafka) = kafka::find() else { return };
    let mut rng = Rng::new("decisions");
    let (mut script, mut ours) = (String::new(), Vec::new());
    for round in 0..60 {
        let open = rng.one_in(2);
        script += &format!("new\tUser:root;User:CN=x,O=y\t{open}\n");
        let authorizer = Authorizer::new("User:root;User:CN=x,O=y", open);
        let mut state = State::default();
        for id in 0..rng.below(14) {
            let acl = acl(&mut rng);
            let record = acl.record(Uuid([id as u8 + 1; 16]));
            script += &format!(
                "acl\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
                record.resource_type,
                record.resource_name,
                record.pattern_type,
                record.principal,
                record.host,
                record.operation,
                record.permission_type
            );
            state.apply(&record.into()).unwrap();
        }
        let acls = state.access().acls();
        for _ in 0..100 {
            // Nobody comes from everywhere, or is everybody.
            let (principal, host) =
                (*rng.pick(&["User:a", "User:b", "User:c", "User:root"]), *rng.pick(&HOSTS[1..]));
            // Kafka refuses to ask about all operations at once.
            let operation = *rng.pick(&Operation::ALL[1..]);
            let kind = *rng.pick(&ResourceType::ALL[..3]);
            let (code, kind_code) = (operation.code(), kind.code());
            let asker = Asker { principal, host };
            if rng.one_in(5) {
                script += &format!("any\t{principal}\t{host}\t{code}\t{kind_code}\n");
                ours.push(authorizer.allows_any(acls, asker, operation, kind));
            } else {
                let name = *rng.pick(&NAMES[1..]);
                script += &format!("ask\t{principal}\t{host}\t{code}\t{kind_code}\t{name}\n");
                ours.push(authorizer.allows(acls, asker, operation, kind, name));
            }
        }
        assert!(ours.len() == (round + 1) * 100);
    }
    let program = path("interop/java/Decisions.java");
    let mut command = kafka.command("java", [program.to_str().unwrap()]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let questions = script.clone();
    let writer = std::thread::spawn(move || stdin.write_all(questions.as_bytes()).unwrap());
    let said = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let theirs = String::from_utf8(said.stdout).unwrap();
    let theirs: Vec<bool> = theirs.lines().map(|line| line == "1").collect();
    assert_eq!(theirs.len(), ours.len());
    let asked = script.lines().filter(|line| line.starts_with("a") && !line.starts_with("acl"));
    let wrong: Vec<_> =
        asked.zip(ours.iter().zip(&theirs)).filter(|(_, (ours, theirs))| ours != theirs).collect();
    assert!(wrong.is_empty(), "seed {}: {} differ: {:?}", seed(), wrong.len(), &wrong[..1]);
    let allowed = ours.iter().filter(|allowed| **allowed).count();
    assert!(allowed > 500 && allowed < ours.len() - 500);
    say(&format!("{} decisions, {allowed} of them allowed: as Kafka's class", ours.len()));
}
