//! A broker that is killed in the middle of its work, and started again on its directory: what
//! it acknowledged is there, and there once.

use std::path::Path;
use std::time::Duration;

use rk::wire::batch::{self, BatchBuilder, Batches};
use rk::wire::messages::create_topics::{
    CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use rk::wire::messages::fetch::{FetchPartition, FetchRequest, FetchTopic};
use rk::wire::messages::find_coordinator::FindCoordinatorRequest;
use rk::wire::messages::init_producer_id::InitProducerIdRequest;
use rk::wire::messages::metadata::MetadataRequest;
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use rk::wire::messages::offset_fetch::{OffsetFetchRequest, OffsetFetchRequestGroup};
use rk::wire::messages::produce::ProduceRequest;
use rustix::process::Signal;

use super::fetching::produce;
use crate::kit::run::{Running, rk};
use crate::kit::wait;
use crate::kit::wire::Client;

const ROUNDS: i32 = 3;
/// Records of a batch, and batches that are under way at once: an idempotent producer's five.
const RECORDS: i32 = 10;
const IN_FLIGHT: i32 = 5;

/// Starts the built binary on a directory.
fn start(folder: &Path) -> (Running, Client) {
    let ready = folder.join("ready");
    let _ = std::fs::remove_file(&ready);
    let words = ["dev", "--listen", "127.0.0.1:0", "--ready-file", ready.to_str().unwrap()];
    let data = folder.join("data");
    let words = words.into_iter().chain(["--data-dir", data.to_str().unwrap()]);
    let mut running = rk(words).deadline(Duration::from_secs(60)).start();
    let address = wait::until("rk dev to be ready", || {
        assert!(!running.has_ended(), "rk dev has ended");
        let text = std::fs::read_to_string(&ready).ok()?;
        text.ends_with('\n').then(|| text.trim().to_owned())
    });
    (running, Client::connect(address))
}

fn create(client: &mut Client) -> String {
    let config =
        CreatableTopicConfig { name: "retention.ms".into(), value: Some("123456789012".into()) };
    let topic = CreatableTopic {
        name: "t".into(),
        num_partitions: 1,
        replication_factor: 1,
        configs: vec![config],
        ..Default::default()
    };
    let request = CreateTopicsRequest { topics: vec![topic], ..Default::default() };
    assert_eq!(client.call(7, &request).topics[0].error_code, 0);
    topic_id(client)
}

fn topic_id(client: &mut Client) -> String {
    let all = client.call(13, &MetadataRequest { topics: None, ..Default::default() });
    let topic = all.topics.iter().find(|topic| topic.name.as_deref() == Some("t"));
    topic.unwrap().topic_id.to_string()
}

/// The `number`th batch of the producer: its records count on.
fn numbered(producer_id: i64, number: i32) -> ProduceRequest {
    let first = number * RECORDS;
    let mut batch = BatchBuilder::new().producer(producer_id, 0, first);
    for value in first..first + RECORDS {
        batch.push(1_700_000_000_000, None, Some(value.to_string().as_bytes()), &[]);
    }
    produce("t", 0, batch.build().unwrap())
}

/// Reads one acknowledgement: where the batch is.
fn acknowledged(client: &mut Client) -> i64 {
    let answer = client.receive::<ProduceRequest>(9);
    let told = &answer.responses[0].partition_responses[0];
    assert_eq!(told.error_code, 0, "{told:?}");
    told.base_offset
}

fn commit(client: &mut Client, offset: i64) {
    let key = FindCoordinatorRequest { key: "g".into(), ..Default::default() };
    assert_eq!(client.call(2, &key).error_code, 0);
    let partition = OffsetCommitRequestPartition { committed_offset: offset, ..Default::default() };
    let topic = OffsetCommitRequestTopic {
        name: "t".into(),
        partitions: vec![partition],
        ..Default::default()
    };
    let request =
        OffsetCommitRequest { group_id: "g".into(), topics: vec![topic], ..Default::default() };
    assert_eq!(client.call(8, &request).topics[0].partitions[0].error_code, 0);
}

fn committed(client: &mut Client) -> i64 {
    let group =
        OffsetFetchRequestGroup { group_id: "g".into(), topics: None, ..Default::default() };
    let request = OffsetFetchRequest { groups: vec![group], ..Default::default() };
    client.call(8, &request).groups[0].topics[0].partitions[0].committed_offset
}

/// Reads all values of the partition, in order.
fn values(client: &mut Client) -> Vec<i32> {
    let (mut values, mut next) = (Vec::new(), 0);
    loop {
        let ask = FetchPartition {
            fetch_offset: next,
            partition_max_bytes: 1 << 20,
            ..Default::default()
        };
        let topic = FetchTopic { topic: "t".into(), partitions: vec![ask], ..Default::default() };
        let request = FetchRequest { topics: vec![topic], ..Default::default() };
        let answer = client.call(12, &request);
        let records = answer.responses[0].partitions[0].records.clone().unwrap().0;
        if records.is_empty() {
            return values;
        }
        for stored in Batches::of(&records).map(Result::unwrap) {
            let opened = batch::contents(stored.bytes).unwrap();
            for record in opened.records().map(Result::unwrap) {
                let value = std::str::from_utf8(record.value.unwrap()).unwrap();
                values.push(value.parse().unwrap());
            }
            next = stored.header.next_offset();
        }
    }
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut running, mut client) = start(folder.path());
    let id = create(&mut client);
    let ask = InitProducerIdRequest { transactional_id: None, ..Default::default() };
    let producer_id = client.call(4, &ask).producer_id;
    let mut done = 0;
    for round in 0..ROUNDS {
        // Always some on their way, so that the kill comes upon them.
        let last = done + 100;
        (done..done + IN_FLIGHT).for_each(|number| client.send(9, &numbered(producer_id, number)));
        while done < last {
            assert_eq!(acknowledged(&mut client), i64::from(done * RECORDS));
            done += 1;
            client.send(9, &numbered(producer_id, done + IN_FLIGHT - 1));
            if done == last - 10 {
                // On a connection of its own the commit overtakes what is on its way.
                let address = client.peer_address();
                commit(&mut Client::connect(address), i64::from(done));
            }
        }
        running.signal(Signal::KILL);
        let _ = running.finish();
        (running, client) = start(folder.path());
        assert_eq!(topic_id(&mut client), id, "round {round}");
        assert_eq!(committed(&mut client), i64::from(last - 10), "round {round}");
        // A producer sends again whatever it does not know to be there.
        for number in done..done + IN_FLIGHT {
            client.send(9, &numbered(producer_id, number));
            assert_eq!(acknowledged(&mut client), i64::from(number * RECORDS), "round {round}");
        }
        done += IN_FLIGHT;
        assert_eq!(values(&mut client), (0..done * RECORDS).collect::<Vec<_>>());
    }
    running.signal(Signal::TERM);
    let _ = running.finish().succeed();
    assert!(folder.path().join("data/.kafka_cleanshutdown").exists());
}
