//! What the wire carries at full speed: producing, consuming, and both at once.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rk::client::{Consumer, Event, Partition};

use super::Plan;
use super::connection::{create_topic, delete_topic};
use super::report::{Row, print};
use super::subject::{Running, Subject};

const PARTITIONS: i32 = 4;
/// Records for one partition, before the next gets its turn.
const RUN: u64 = 500;
/// Transactions of a transactional load.
const TRANSACTIONS: u64 = 10;
const PATIENCE: Duration = Duration::from_secs(60);

/// A size of records, and how many of them are sent.
const SIZES: &[(&str, usize, u64)] = &[("1 KiB", 1024, 1_000_000), ("100 B", 100, 3_000_000)];

/// A kind of producer: what it sets beside the batches.
const KINDS: &[(&str, &[(&str, &str)])] = &[
    ("plain", &[]),
    ("lz4", &[("compression.type", "lz4")]),
    ("zstd", &[("compression.type", "zstd")]),
    ("idempotent", &[("enable.idempotence", "true")]),
    ("transactional", &[("transactional.id", "bench")]),
];

pub(crate) fn produce(plan: &Plan, subjects: &[Subject]) {
    for (size, bytes, count) in SIZES {
        for (kind, settings) in KINDS {
            // Batches that are small once compressed cost the broker a few of the clock's ticks.
            let times = if *kind == "zstd" { 4 } else { 1 };
            let count = count * times / plan.scale;
            let is_transactional = *kind == "transactional";
            let able = |subject: &&Subject| !is_transactional || **subject != Subject::Sink;
            let rows = subjects.iter().filter(able).map(|subject| {
                let broker = subject.start();
                rounds(plan, *subject, &broker, count, |topic| {
                    send(&broker.address, topic, *bytes, count, settings)
                })
            });
            print(&format!("produce, {size}, {kind}"), &rows.collect::<Vec<_>>());
        }
    }
}

pub(crate) fn consume(plan: &Plan, subjects: &[Subject]) {
    for (size, bytes, count) in SIZES {
        let count = count / plan.scale;
        let rows = subjects.iter().filter(|subject| **subject != Subject::Sink).map(|subject| {
            let broker = subject.start();
            create_topic(&broker.address, "full", PARTITIONS);
            send(&broker.address, "full", *bytes, count, &[]);
            rounds(plan, *subject, &broker, count, |_| receive(&broker.address, "full", count))
        });
        print(&format!("consume, {size}, from the page cache"), &rows.collect::<Vec<_>>());
    }
}

pub(crate) fn tail(plan: &Plan, subjects: &[Subject]) {
    for (size, bytes, count) in SIZES {
        let count = count / plan.scale;
        let rows = subjects.iter().filter(|subject| **subject != Subject::Sink).map(|subject| {
            let broker = subject.start();
            rounds(plan, *subject, &broker, count, |topic| {
                std::thread::scope(|scope| {
                    scope.spawn(|| send(&broker.address, topic, *bytes, count, &[]));
                    receive(&broker.address, topic, count)
                })
            })
        });
        print(&format!("produce and consume at once, {size}"), &rows.collect::<Vec<_>>());
    }
}

/// Does one thing several times, each with a topic of its own, after once to warm up.
fn rounds(
    plan: &Plan,
    subject: Subject,
    broker: &Running,
    records: u64,
    mut work: impl FnMut(&str) -> Duration,
) -> Row {
    let (mut wall_s, mut cpu_s) = (Vec::new(), Vec::new());
    for round in 0..=plan.rounds {
        let topic = format!("bench-{round}");
        if subject != Subject::Sink {
            create_topic(&broker.address, &topic, PARTITIONS);
        }
        let before = broker.cpu_s();
        let took = work(&topic);
        // The first round only warms up.
        if round > 0 {
            wall_s.push(took.as_secs_f64());
            cpu_s.push(broker.cpu_s() - before);
        }
        if subject != Subject::Sink {
            delete_topic(&broker.address, &topic);
        }
    }
    Row { subject: subject.name(), records, wall_s, cpu_s, peak_mb: broker.memory_mb().1 }
}

/// Sends records and waits for the last answer. Returns what that took, once the producer had
/// made its acquaintance with the broker.
pub(crate) fn send(
    address: &str,
    topic: &str,
    bytes: usize,
    count: u64,
    settings: &[(&str, &str)],
) -> Duration {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", address).set("acks", "all").set("linger.ms", "20");
    config.set("batch.size", "1000000").set("batch.num.messages", "1000000");
    config.set("queue.buffering.max.kbytes", "1048576").set("message.max.bytes", "1048588");
    config.set("queue.buffering.max.messages", "10000000");
    for (name, value) in settings {
        config.set(*name, *value);
    }
    let producer: BaseProducer = config.create().unwrap();
    let is_transactional = settings.iter().any(|(name, _)| *name == "transactional.id");
    if is_transactional {
        producer.init_transactions(PATIENCE).unwrap();
    }
    let greeting = BaseRecord::<(), [u8]>::to(topic).partition(0).payload(b"hello");
    if !is_transactional {
        producer.send(greeting).unwrap();
        producer.flush(PATIENCE).unwrap();
    }
    let value = text(bytes);
    let began = Instant::now();
    let each = if is_transactional { count.div_ceil(TRANSACTIONS) } else { count };
    for begin in (0..count).step_by(usize::try_from(each).unwrap()) {
        if is_transactional {
            producer.begin_transaction().unwrap();
        }
        for i in begin..(begin + each).min(count) {
            let partition = i32::try_from(i / RUN % PARTITIONS as u64).unwrap();
            let record = || BaseRecord::<(), [u8]>::to(topic).partition(partition).payload(&value);
            while let Err((error, _)) = producer.send(record()) {
                let full = KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull);
                assert_eq!(error, full);
                producer.poll(Duration::from_millis(10));
            }
            if i % 1000 == 0 {
                producer.poll(Duration::ZERO);
            }
        }
        if is_transactional {
            producer.commit_transaction(PATIENCE).unwrap();
        }
    }
    producer.flush(PATIENCE).unwrap();
    began.elapsed()
}

/// Returns something that compresses as text does.
fn text(bytes: usize) -> Vec<u8> {
    let words = ["order", "customer", "price", "created_at", "42.50", "pending", "shipped"];
    let mut seed = 1_u64;
    let mut out = Vec::new();
    while out.len() < bytes {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let word = words[usize::try_from(seed >> 33).unwrap() % words.len()];
        out.extend_from_slice(format!("\"{word}\":{},", seed >> 50).as_bytes());
    }
    out.truncate(bytes);
    out
}

/// Reads records from the beginning until `count` have come.
pub(crate) fn receive(address: &str, topic: &str, count: u64) -> Duration {
    let settings = [
        ("fetch.message.max.bytes", "1048576"),
        ("fetch.wait.max.ms", "100"),
        ("queued.min.messages", "1000000"),
        ("queued.max.messages.kbytes", "262144"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let consumer = Consumer::open(address, &settings.into_iter().collect(), None).unwrap();
    let from: BTreeMap<Partition, i64> = (0..PARTITIONS)
        .map(|partition| (Partition { topic: topic.to_owned(), partition }, 0))
        .collect();
    let mut feed = consumer.read(&from).unwrap();
    let (mut seen, began) = (0, Instant::now());
    while seen < count {
        feed.wait(Duration::from_millis(500)).unwrap();
        let records = feed.events().filter(|event| matches!(event, Event::Record(_)));
        seen += records.count() as u64;
        assert!(began.elapsed() < PATIENCE * 4, "{seen} of {count} records came");
    }
    began.elapsed()
}
