//! Beside others: Apache Kafka's own tools and classes, and the clients of other people.

mod course;
mod hand;
mod jvm;
mod kafkas_hand;
mod partitions;

use crate::kit::kafka;
use jvm::Jvm;
use kafkas_hand::KafkasHand;

#[test]
fn the_course_is_the_same_everywhere() {
    let Some(kafka) = kafka::find() else { return };
    let apache = kafka.start("");
    let mut jvm = Jvm::start(&kafka);
    let mut hand = KafkasHand::new(&mut jvm, &apache.address);
    let expected = course::take(&mut hand);
    let printed = hand.printed;
    crate::kit::say(&expected);
    crate::kit::say(&printed);
}
