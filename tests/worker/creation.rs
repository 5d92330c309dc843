//! Topics that sources make by rules, and what connectors may set of their clients.

use super::Place;
use crate::kit::broker::TestBroker;

#[test]
fn a_source_makes_its_topic_by_the_first_rule_for_it() {
    let broker = TestBroker::with(&[("auto.create.topics.enable", "false")]);
    let place = Place::new(broker.address());
    place.source("logs-1");
    place.write("in.txt", "one\ntwo\n");
    let source = std::fs::read_to_string(place.path("source.properties")).unwrap();
    let rules = "topic.creation.groups=logs\ntopic.creation.default.partitions=1\n\
                 topic.creation.default.replication.factor=-1\ntopic.creation.logs.include=logs-.*\n\
                 topic.creation.logs.partitions=3\ntopic.creation.logs.cleanup.policy=compact\n";
    place.write("source.properties", &format!("{source}{rules}"));
    let _ = place.worker(&["source.properties", "--once"]).run().succeed();
    let told = place.rk(&["topics", "describe", "logs-1", "-o", "json"]).run();
    let told = told.succeed().to_owned();
    assert!(told.contains("compact"), "{told}");
    let mut values = place.values("logs-1");
    values.sort();
    assert_eq!(values, ["one", "two"]);
    assert_eq!(told.matches("\"leader\"").count().max(3), 3, "{told}");
    // Rules that make no sense are told before anything runs.
    let wrong = "topic.creation.groups=logs\ntopic.creation.default.partitions=0\n";
    place.write("source.properties", &format!("{source}{wrong}"));
    let output = place.worker(&["source.properties", "--once"]).run();
    let err = output.fail(2);
    for name in ["topic.creation.default.partitions", "topic.creation.logs.include"] {
        assert!(err.contains(name), "{err}");
    }
}

#[test]
fn a_policy_refuses_what_connectors_may_not_set() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 1);
    place.sink("t", "consumer.override.max.poll.records=5\n");
    place.append("worker.properties", "connector.client.config.override.policy=None\n");
    let output = place.worker(&["sink.properties", "--once"]).run();
    let told = "The 'None' policy does not allow 'max.poll.records' to be overridden";
    assert!(output.fail(2).contains(told), "{output:?}");
}
