//! Beside others: Apache Kafka's own tools and classes, and the clients of other people.

mod course;
mod foreign;
mod hand;
mod jvm;
mod kafkas_hand;
mod partitions;
mod rdkafka_client;
mod rks_hand;

use crate::kit::golden::{golden, same};
use crate::kit::kafka;
use jvm::Jvm;
use kafkas_hand::KafkasHand;
use rks_hand::RksHand;

/// What is seen on Apache Kafka 4.3.1, and therefore everywhere.
const SEEN: &str = "interop/fixtures/course-4.3.1.txt";
/// What Kafka's own tools print meanwhile.
const PRINTED: &str = "interop/fixtures/course-tools-4.3.1.txt";

#[test]
fn apache_kafka_is_as_we_think() {
    let Some(kafka) = kafka::find() else { return };
    let apache = kafka.start("");
    let mut jvm = Jvm::start(&kafka);
    let mut hand = KafkasHand::new(&mut jvm, &apache.address);
    golden(SEEN, &course::take(&mut hand));
    golden(PRINTED, &hand.printed);
    drop(jvm);
    let seen = course::take(&mut RksHand::new(&apache.address));
    same("the course with rk on Apache Kafka", include_str!("fixtures/course-4.3.1.txt"), &seen);
    foreign::kcat(&apache.address);
    foreign::confluent(&apache.address);
    foreign::kafka_python(&apache.address);
    rdkafka_client::rdkafka(&apache.address);
}
