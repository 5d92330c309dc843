//! The error codes against Kafka's own list.

use rk::wire::ErrorCode;

use crate::kit::{golden, kafka};

const FIXTURE: &str = "wire/fixtures/errors-4.3.1.txt";

#[test]
fn error_codes_are_kafkas() {
    let ours: String = (i16::MIN..=i16::MAX)
        .map(ErrorCode)
        .filter_map(|code| Some(format!("{} {} {}\n", code.0, code.name()?, code.is_retriable())))
        .collect();
    golden::same("the error codes", include_str!("fixtures/errors-4.3.1.txt"), &ours);
}

#[test]
fn the_list_of_errors_is_kafkas_own() {
    let Some(kafka) = kafka::find() else { return };
    let program = crate::kit::path("wire/java/ErrorCodes.java");
    let output = kafka.verb("java", [program.to_str().unwrap()]).run();
    golden::golden(FIXTURE, output.succeed());
}
