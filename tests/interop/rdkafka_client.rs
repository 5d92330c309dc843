//! The crate `rdkafka` as any program would use it.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{ClientConfig, Message};
use rk::base::clock::Moment;

const TOPIC: &str = "rdkafka-topic";
const COUNT: usize = 50;
const PATIENCE: Duration = Duration::from_secs(30);

fn config(address: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", address);
    config
}

fn produce(address: &str, keys: &[String]) {
    let mut config = config(address);
    config.set("enable.idempotence", "true").set("compression.type", "snappy");
    let producer: BaseProducer = config.create().unwrap();
    for key in keys {
        let value = format!("value of {key}");
        producer.send(BaseRecord::to(TOPIC).key(key).payload(&value)).map_err(|(e, _)| e).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
}

fn consume(address: &str, count: usize) -> Vec<(String, String)> {
    let mut config = config(address);
    config.set("group.id", "rdkafka-group").set("auto.offset.reset", "earliest");
    config.set("enable.auto.commit", "false");
    let consumer: BaseConsumer = config.create().unwrap();
    consumer.subscribe(&[TOPIC]).unwrap();
    let until = Moment::now().after(PATIENCE);
    let mut records = Vec::new();
    while records.len() < count {
        assert!(!until.has_passed(), "{} of {count} records came", records.len());
        let Some(record) = consumer.poll(Duration::from_millis(100)) else { continue };
        let record = record.unwrap();
        let text = |bytes: Option<&[u8]>| String::from_utf8(bytes.unwrap().to_vec()).unwrap();
        records.push((text(record.key()), text(record.payload())));
    }
    consumer.commit_consumer_state(CommitMode::Sync).unwrap();
    records.sort();
    records
}

/// Produces, joins a group, reads all, commits, leaves, and finds its place again.
pub(super) fn rdkafka(address: &str) {
    let keys: Vec<String> = (0..COUNT).map(|i| format!("key-{i}")).collect();
    let mut expected: Vec<_> = keys.iter().map(|k| (k.clone(), format!("value of {k}"))).collect();
    expected.sort();
    produce(address, &keys);
    assert_eq!(consume(address, COUNT), expected);
    produce(address, &["last".to_owned()]);
    assert_eq!(consume(address, 1), [("last".to_owned(), "value of last".to_owned())]);
}
