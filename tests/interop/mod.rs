//! Beside others: Apache Kafka's own tools and classes, and the clients of other people.

mod access;
mod cluster;
mod connect;
mod course;
mod directory;
mod dump_log;
mod features;
mod foreign;
mod groups;
mod hand;
mod hanging;
mod jvm;
mod kafkas_hand;
mod logins;
mod mixed_hand;
mod partitions;
mod prepared;
mod rdkafka_client;
mod rk_dev;
mod rks_hand;
mod schema_types;
mod schemas;
mod serializers;
mod shares;
mod streams;
mod transactions;
mod versions;

use crate::kit::broker::TestBroker;
use crate::kit::golden::{golden, same};
use crate::kit::kafka::{self, Kafka};
use jvm::Jvm;
use kafkas_hand::KafkasHand;
use mixed_hand::MixedHand;
use rk_dev::RkDev;
use rks_hand::RksHand;

/// What is seen on Apache Kafka 4.3.1, and therefore everywhere.
const SEEN: &str = "interop/fixtures/course-4.3.1.txt";
/// What Kafka's own tools print meanwhile.
const PRINTED: &str = "interop/fixtures/course-tools-4.3.1.txt";

/// What Kafka's admin client is told.
const ADMINS: &str = "interop/fixtures/admins-4.3.1.txt";

/// Returns what Kafka's admin client is told by a broker, with its address taken out.
fn admins(kafka: &Kafka, address: &str) -> String {
    let program = crate::kit::path("interop/java/Admins.java");
    let output = kafka.verb("java", [program.as_os_str(), address.as_ref()]).run();
    output.succeed().replace(address, "ADDRESS")
}

/// Takes the course with `rk`.
fn course_with_rk(address: &str) {
    let seen = course::take(&mut RksHand::new(address));
    same("the course with rk", include_str!("fixtures/course-4.3.1.txt"), &seen);
}

/// Lets everybody else do their part.
fn foreign_clients(address: &str) {
    foreign::kcat(address);
    foreign::confluent(address);
    foreign::kafka_python(address);
    rdkafka_client::rdkafka(address);
}

#[test]
fn apache_kafka_is_as_we_think() {
    let Some(kafka) = kafka::find() else { return };
    let apache = kafka.start("");
    let mut jvm = Jvm::start(&kafka);
    let mut hand = KafkasHand::new(&mut jvm, &apache.address);
    golden(SEEN, &course::take(&mut hand));
    golden(PRINTED, &hand.printed);
    drop(jvm);
    golden(ADMINS, &admins(&kafka, &apache.address));
    course_with_rk(&apache.address);
    foreign_clients(&apache.address);
}

#[test]
fn rk_takes_the_course_on_rk_dev() {
    let broker = RkDev::start();
    course_with_rk(&broker.address);
    broker.stop();
}

#[test]
fn kafkas_tools_take_the_course_on_rk_dev() {
    let Some(kafka) = kafka::find() else { return };
    let broker = RkDev::start();
    let mut jvm = Jvm::start(&kafka);
    let mut hand = KafkasHand::new(&mut jvm, &broker.address);
    let seen = course::take(&mut hand);
    same("the course with Kafka's tools", include_str!("fixtures/course-4.3.1.txt"), &seen);
    let printed = include_str!("fixtures/course-tools-4.3.1.txt");
    same("what Kafka's tools print", printed, &hand.printed);
    let mut rks = RksHand::new(&broker.address);
    let seen = course::take(&mut MixedHand::new(&mut hand, &mut rks));
    same("the course with both", include_str!("fixtures/course-4.3.1.txt"), &seen);
    broker.stop();
}

#[test]
fn kafkas_admin_client_is_told_the_same_by_rk_dev() {
    let Some(kafka) = kafka::find() else { return };
    let broker = RkDev::start();
    let told = admins(&kafka, &broker.address);
    same("what the admin client is told", include_str!("fixtures/admins-4.3.1.txt"), &told);
    broker.stop();
}

#[test]
fn foreign_clients_work_on_rk_dev() {
    let broker = RkDev::start();
    foreign_clients(&broker.address);
    broker.stop();
}

/// What the cluster's own requests are answered.
const CLUSTER: &str = "interop/fixtures/cluster-4.3.1.txt";

#[test]
fn apache_kafka_answers_of_the_cluster_as_we_think() {
    let Some(kafka) = kafka::find() else { return };
    let apache = kafka.start("");
    golden(CLUSTER, &cluster::conversation(&apache.address));
}

#[test]
fn rk_dev_answers_of_the_cluster_as_apache_kafka_does() {
    let broker = TestBroker::start();
    let told = cluster::conversation(&broker.bootstrap());
    same("what is told of the cluster", include_str!("fixtures/cluster-4.3.1.txt"), &told);
}
