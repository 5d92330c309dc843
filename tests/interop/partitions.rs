//! Which partition a key goes to: what Java's producer says, and what we say.

use data_encoding::HEXLOWER;
use rk::base::hash::{murmur2, partition_of_key};

use crate::kit::{golden, kafka};

const FIXTURE: &str = "interop/fixtures/partitions-4.3.1.txt";

#[test]
fn keys_go_where_java_puts_them() {
    let mut keys = 0;
    for line in include_str!("fixtures/partitions-4.3.1.txt").lines() {
        let mut words = line.split(' ');
        let key = words.next().unwrap().strip_prefix('=').unwrap();
        let key = HEXLOWER.decode(key.as_bytes()).unwrap();
        assert_eq!(murmur2(&key).to_string(), words.next().unwrap(), "{line}");
        for word in words {
            let (count, partition) = word.split_once(':').unwrap();
            let ours = partition_of_key(&key, count.parse().unwrap());
            assert_eq!(ours.to_string(), partition, "{line}");
        }
        keys += 1;
    }
    assert!(keys > 300, "only {keys} keys");
}

#[test]
fn the_partitions_are_javas_own() {
    let Some(kafka) = kafka::find() else { return };
    let program = crate::kit::path("interop/java/Partitions.java");
    let output = kafka.verb("java", [program.to_str().unwrap()]).run();
    golden::golden(FIXTURE, output.succeed());
}
