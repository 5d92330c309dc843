//! Kafka's own classes as the judge: they read random messages of every kind and version, write
//! them again, and both of us must have the same bytes in the end.

use data_encoding::HEXLOWER;
use rk::wire::messages::ALL;

use super::generate;
use crate::kit::kafka;
use crate::kit::rng::{self, Rng};

/// How many messages of a kind and version.
const SAMPLES: usize = 8;

#[test]
fn kafka_reads_and_writes_the_same_bytes() {
    let Some(kafka) = kafka::find() else { return };
    let (mut asked, mut input) = (Vec::new(), String::new());
    for entry in ALL {
        for version in entry.table.versions.iter() {
            let name = entry.table.name();
            let mut rng = Rng::new(&format!("judged {name} {version}"));
            for _ in 0..SAMPLES {
                let made = generate::random(&entry.table, version, &mut rng);
                // What we write. That we read it too is tested elsewhere: here it is the same.
                let ours = (entry.rewrite)(made.sent.into(), version).unwrap().unwrap();
                let hex = HEXLOWER.encode(&ours);
                input.push_str(&format!("{name} {version} {hex}\n"));
                asked.push((format!("{name} {version}, RK_SEED={}", rng::seed()), hex));
            }
        }
    }
    let program = crate::kit::path("wire/java/Recode.java");
    let run = kafka.verb("java", [program.to_str().unwrap()]).stdin(input).run();
    let answers: Vec<&str> = run.succeed().lines().collect();
    assert_eq!(answers.len(), asked.len(), "{run:?}");
    for ((what, ours), kafkas) in asked.iter().zip(answers) {
        assert_eq!(ours, kafkas, "{what}: ours, and Kafka's");
    }
}
