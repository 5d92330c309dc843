//! Consumers of the newer protocol and of both at once (`java/Groups.java`), and what Kafka's
//! own tool says of their groups: the same as on Apache Kafka. And a directory with a living
//! consumer group in it, handed over and back.

use super::directory::{STATIC, start, stop, with_rk_dev};
use crate::kit::broker::TestBroker;
use crate::kit::golden::{golden, same};
use crate::kit::kafka::{self, Kafka};
use crate::kit::run::rk;

/// What is seen on Apache Kafka 4.3.1.
const SEEN: &str = "interop/fixtures/groups-4.3.1.txt";

/// Short intervals, so that nobody waits long.
const CONFIGS: &[(&str, &str)] = &[
    ("group.consumer.heartbeat.interval.ms", "300"),
    ("group.consumer.min.heartbeat.interval.ms", "300"),
    ("group.consumer.assignment.interval.ms", "0"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("group.min.session.timeout.ms", "1000"),
    ("offsets.topic.num.partitions", "1"),
];

fn seen(kafka: &Kafka, address: &str) -> String {
    let program = crate::kit::path("interop/java/Groups.java");
    let output = kafka.verb("java", [program.as_os_str(), address.as_ref()]).run();
    output.succeed().to_owned()
}

#[test]
fn consumer_groups_are_on_apache_kafka_as_we_think() {
    let Some(kafka) = kafka::find() else { return };
    let settings = CONFIGS.iter().map(|(name, value)| format!("{name}={value}\n"));
    let apache = kafka.start(&settings.collect::<String>());
    golden(SEEN, &seen(&kafka, &apache.address));
}

#[test]
fn consumer_groups_are_here_as_on_apache_kafka() {
    let Some(kafka) = kafka::find() else { return };
    let broker = TestBroker::with(CONFIGS);
    let want = include_str!("fixtures/groups-4.3.1.txt");
    same("consumer groups", want, &seen(&kafka, &broker.bootstrap()));
}

/// An instance that is away for a moment keeps its place and its partitions, on whichever broker
/// it comes back.
#[test]
fn a_living_consumer_group_goes_over_to_apache_kafka_and_back() {
    let Some(kafka) = kafka::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let consume = "rk consume t -g live -X group.protocol=consumer -X group.instance.id=i1 \
                   --from-beginning";
    let script = format!(
        "rk topics create t --partitions 2
         seq 100 | rk produce t --partition 1
         test $({consume} -n 30 | wc -l) = 30"
    );
    with_rk_dev(&dir, &script);
    let (running, address) = start(&kafka, &dir, STATIC, "t");
    let run = |words: &[&str]| rk(words.iter().chain(&["-b", &address])).run().succeed().to_owned();
    let members = run(&["groups", "describe", "live", "--members", "-o", "csv"]);
    assert!(members.contains(",i1,/127.0.0.1,rk,2,-2,\"t:0,1\",\"t:0,1\""), "{members}");
    let mut words: Vec<&str> = consume.split_whitespace().skip(1).collect();
    words.extend(["-n", "20"]);
    assert_eq!(run(&words).lines().count(), 20);
    let epoch = |state: &str| state.lines().nth(1).unwrap().split(',').nth(6).map(str::to_owned);
    let there = run(&["groups", "describe", "live", "--state", "-o", "csv"]);
    stop(running);
    let back = with_rk_dev(
        &dir,
        &format!(
            "rk groups describe live --state -o csv
             {consume} -n 50 | wc -l
             rk groups describe live -o csv | cut -d, -f1-6
             rk groups list -o csv"
        ),
    );
    assert_eq!(epoch(&back), epoch(&there), "{back} {there}");
    assert!(back.contains("\n50\n") && back.contains("live,t,1,100,100,0"), "{back}");
    assert!(back.contains("live,Consumer,"), "{back}");
}
