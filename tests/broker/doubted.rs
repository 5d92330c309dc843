//! A directory that was closed in order is believed, but for what cannot be: a last batch that
//! says it is elsewhere, and an index of aborted transactions that is gone. Apache Kafka 4.3.1
//! believes both: it goes on from wherever the batch says, and gives readers of committed records
//! what was aborted.

use std::path::Path;

use rk::wire::messages as m;

use super::fetching::{batch, client_with_topic, code, produce};
use super::transacting::{Producer, committed};
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

const LOG: &str = "t-0/00000000000000000000.log";
const ABORTED: &str = "t-0/00000000000000000000.txnindex";

fn end(client: &mut Client) -> i64 {
    use m::list_offsets as list;
    let ask = list::ListOffsetsRequest {
        replica_id: -1,
        topics: vec![list::ListOffsetsTopic {
            name: "t".into(),
            partitions: vec![list::ListOffsetsPartition { timestamp: -1, ..Default::default() }],
        }],
        ..Default::default()
    };
    client.call(7, &ask).topics[0].partitions[0].offset
}

/// Changes a bit of the offset that the last batch of a file says it is at. Returns what it says.
fn flip(file: &Path, bit: u32) -> i64 {
    let mut bytes = std::fs::read(file).unwrap();
    let (mut at, mut last) = (0, 0);
    while at < bytes.len() {
        let length = u32::from_be_bytes(bytes[at + 8..at + 12].try_into().unwrap());
        (last, at) = (at, at + 12 + length as usize);
    }
    let said = i64::from_be_bytes(bytes[last..last + 8].try_into().unwrap()) ^ (1 << bit);
    bytes[last..last + 8].copy_from_slice(&said.to_be_bytes());
    std::fs::write(file, bytes).unwrap();
    said
}

#[test]
fn a_last_batch_that_says_it_is_elsewhere_is_told_where_it_is() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    for _ in 0..5 {
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(2, 10)))), 0);
    }
    let (mut dir, path) = broker.into_directory();
    let whole = std::fs::read(path.join(LOG)).unwrap();
    for bit in [0, 1, 2, 3, 5, 33, 62, 63] {
        let said = flip(&path.join(LOG), bit);
        let broker = TestBroker::resume(dir);
        let mut client = Client::connect(broker.address());
        assert_eq!(end(&mut client), 10, "bit {bit}, {said}");
        dir = broker.into_directory().0;
        assert_eq!(std::fs::read(path.join(LOG)).unwrap(), whole, "bit {bit}, {said}");
    }
    // What is not whole is cut off, and not given another place.
    flip(&path.join(LOG), 2);
    let mut bytes = std::fs::read(path.join(LOG)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(path.join(LOG), bytes).unwrap();
    let broker = TestBroker::resume(dir);
    assert_eq!(end(&mut Client::connect(broker.address())), 8);
}

#[test]
fn an_index_of_aborted_transactions_that_is_gone_is_made_again() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    let producer = Producer::new(&mut client, "id");
    for (sequence, (value, commits)) in
        (0..).zip([("a", false), ("b", true), ("c", false), ("d", true)])
    {
        producer.write(&mut client, 0, sequence, value);
        producer.end(&mut client, commits);
    }
    producer.write(&mut client, 1, 0, "e");
    producer.end(&mut client, true);
    assert_eq!(committed(&mut client, 0), ["b", "d"]);
    let (dir, path) = broker.into_directory();
    let aborted = std::fs::read(path.join(ABORTED)).unwrap();
    assert!(!aborted.is_empty());
    // Where nothing was aborted there is a file, too: so one that is missing is missed.
    let none = path.join(ABORTED.replace("t-0", "t-1"));
    assert!(std::fs::read(&none).unwrap().is_empty());
    std::fs::remove_file(path.join(ABORTED)).unwrap();
    std::fs::remove_file(&none).unwrap();
    let broker = TestBroker::resume(dir);
    let mut client = Client::connect(broker.address());
    assert_eq!(committed(&mut client, 0), ["b", "d"]);
    assert_eq!(committed(&mut client, 1), ["e"]);
    assert_eq!(std::fs::read(path.join(ABORTED)).unwrap(), aborted);
    assert!(std::fs::read(&none).unwrap().is_empty());
    // A partition that no transaction writes to has no such file.
    assert!(!path.join(ABORTED.replace("t-0", "t-2")).exists());
}
