//! How long one record takes: to be acknowledged, and to reach a fetch that waits for it.

use std::time::{Duration, Instant};

use bytes::Bytes;
use rk::wire::messages::fetch::{FetchPartition, FetchRequest, FetchTopic};
use rk::wire::messages::list_offsets::{
    ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic,
};

use super::Plan;
use super::connection::{Connection, check_produced, create_topic, frame, produce, response};
use super::measure::{median, percentile};
use super::subject::Subject;

const FETCH: i16 = 11;
const WARM_UP: usize = 5_000;
const RECORDS: usize = 10_000;
const WAKES: usize = 500;

pub(crate) fn run(plan: &Plan, subjects: &[Subject]) {
    println!(
        "  {:10} {:>11} {:>11} {:>13} {:>13}",
        "", "ack p50", "ack p99", "wake p50", "wake p99"
    );
    for subject in subjects {
        let broker = subject.start();
        let scale = usize::try_from(plan.scale).unwrap();
        // The sink has its topics, and does not serve fetches.
        let is_broker = *subject != Subject::Sink;
        if is_broker {
            create_topic(&broker.address, "one", 1);
        }
        let acks = acks(&broker.address, WARM_UP / scale, RECORDS / scale);
        let wakes = if is_broker { wakes(&broker.address, WAKES / scale) } else { Vec::new() };
        let mut line = format!("  {:10}", subject.name());
        for (times, wide) in [(acks, 8), (wakes, 10)].into_iter().filter(|(all, _)| !all.is_empty())
        {
            line += &format!(" {:>wide$.0} us", median(times.clone()));
            line += &format!(" {:>wide$.0} us", percentile(times, 99.0));
        }
        println!("{line}");
    }
    println!();
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Single records with `acks=all`, one after the other.
fn acks(address: &str, warm_up: usize, records: usize) -> Vec<f64> {
    let mut connection = Connection::open(address);
    let request = produce("one", 0, 1, 100);
    let mut one = || {
        let began = Instant::now();
        connection.send(&request);
        let answer = connection.receive();
        let took = micros(began.elapsed());
        check_produced(answer);
        took
    };
    let all: Vec<_> = (0..warm_up + records).map(|_| one()).collect();
    all[warm_up..].to_vec()
}

/// From sending a record to its arrival at a consumer that waits for it.
fn wakes(address: &str, records: usize) -> Vec<f64> {
    let mut producer = Connection::open(address);
    let mut consumer = Connection::open(address);
    let request = produce("one", 0, 1, 100);
    let mut offset = end(&mut consumer);
    let one = |_| {
        consumer.send(&fetch(offset));
        // Until it waits: an answer at once would measure nothing.
        std::thread::sleep(Duration::from_millis(3));
        let began = Instant::now();
        producer.send(&request);
        let answer = Bytes::copy_from_slice(consumer.receive());
        let took = micros(began.elapsed());
        check_produced(producer.receive());
        let answer = response::<FetchRequest>(FETCH, answer);
        let records = &answer.responses[0].partitions[0].records;
        assert!(records.as_ref().is_some_and(|records| !records.0.is_empty()), "{answer:?}");
        offset += 1;
        took
    };
    (0..records).map(one).collect()
}

fn end(connection: &mut Connection) -> i64 {
    let partition = ListOffsetsPartition { timestamp: -1, ..Default::default() };
    let topic = ListOffsetsTopic { name: "one".into(), partitions: vec![partition] };
    let request = ListOffsetsRequest { replica_id: -1, topics: vec![topic], ..Default::default() };
    connection.call(5, &request).topics[0].partitions[0].offset
}

fn fetch(offset: i64) -> Vec<u8> {
    let partition =
        FetchPartition { fetch_offset: offset, partition_max_bytes: 1 << 20, ..Default::default() };
    let topic =
        FetchTopic { topic: "one".into(), partitions: vec![partition], ..Default::default() };
    let request = FetchRequest {
        max_wait_ms: 10_000,
        min_bytes: 1,
        topics: vec![topic],
        ..Default::default()
    };
    frame(FETCH, &request)
}
