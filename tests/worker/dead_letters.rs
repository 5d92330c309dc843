//! Bad records: the end of the task, left out, or in the dead letter queue.

use super::Place;
use crate::kit::broker::TestBroker;

const JSON: &str = "value.converter=org.apache.kafka.connect.json.JsonConverter\n\
    value.converter.schemas.enable=false\n";

fn with_bad_record() -> (TestBroker, Place) {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 1);
    place.send("t", "{\"a\":1}\nbad one\n{\"b\":\"x\"}");
    (broker, place)
}

#[test]
fn a_bad_record_ends_the_task_if_errors_are_not_tolerated() {
    let (_broker, place) = with_bad_record();
    place.sink("t", JSON);
    let output = place.worker(&["sink.properties", "--once"]).run();
    let err = output.fail(1);
    assert!(err.contains("Tolerance exceeded in error handler"), "{err}");
    assert!(err.contains("unexpected character 'b' at line 1, column 1"), "{err}");
}

#[test]
fn a_bad_record_is_left_out_if_they_are() {
    let (_broker, place) = with_bad_record();
    place.sink("t", &format!("{JSON}errors.tolerance=all\nerrors.log.enable=true\n"));
    let output = place.worker(&["sink.properties", "--once"]).run();
    let _ = output.succeed();
    assert_eq!(place.lines("out.txt"), ["{a=1}", "{b=x}"]);
    let stage = "Executing stage 'VALUE_CONVERTER' with class \
                 'org.apache.kafka.connect.json.JsonConverter'";
    assert!(output.err().contains(stage), "{}", output.err());
}

#[test]
fn a_bad_record_becomes_a_dead_letter_that_says_why() {
    let (_broker, place) = with_bad_record();
    place.sink(
        "t",
        &format!(
            "{JSON}errors.tolerance=all\nerrors.deadletterqueue.topic.name=dlq\n\
             errors.deadletterqueue.context.headers.enable=true\n"
        ),
    );
    let output = place.worker(&["sink.properties", "--once"]).run();
    let _ = output.succeed();
    assert!(output.err().contains("only 1 brokers"), "{}", output.err());
    assert_eq!(place.lines("out.txt"), ["{a=1}", "{b=x}"]);
    assert_eq!(place.values("dlq"), ["bad one"]);
    let output = place.rk(&["consume", "dlq", "-e", "-o", "json"]).run();
    let letter = output.succeed();
    for part in [
        "__connect.errors.topic",
        "__connect.errors.offset",
        "VALUE_CONVERTER",
        "org.apache.kafka.connect.errors.DataException",
        "Converting byte[] to Kafka Connect data failed due to serialization error: ",
    ] {
        assert!(letter.contains(part), "{part}: {letter}");
    }
}
