//! Snapshots of the metadata log: written when it is time, read at the next start, and the log
//! before them goes.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use rk::base::clock;
use rk::broker::disk::memory::{MemoryDisk, Tail};
use rk::broker::{Broker, Options};
use rk::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use rk::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResource};
use rk::wire::messages::incremental_alter_configs::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use rk::wire::messages::metadata::MetadataRequest;

use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

/// A snapshot after each change.
const OFTEN: (&str, &str) = ("metadata.log.max.record.bytes.between.snapshots", "1");

fn create(client: &mut Client, name: &str) -> i16 {
    let topic = CreatableTopic {
        name: name.into(),
        num_partitions: 1,
        replication_factor: 1,
        ..Default::default()
    };
    let request = CreateTopicsRequest { topics: vec![topic], ..Default::default() };
    client.call(7, &request).topics[0].error_code
}

fn topics(client: &mut Client) -> Vec<String> {
    let all = client.call(9, &MetadataRequest { topics: None, ..Default::default() });
    all.topics.into_iter().filter_map(|topic| topic.name).collect()
}

/// The names in the metadata log's directory that end so.
fn files(dir: &Path, ending: &str) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join("__cluster_metadata-0")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    names
}

/// Sets a config of groups whose names are long: the metadata log grows fast.
fn grow(client: &mut Client, round: usize) {
    let resources = (0..100).map(|group| AlterConfigsResource {
        resource_type: 32,
        resource_name: format!("{group}{}", "g".repeat(30_000)),
        configs: vec![AlterableConfig {
            name: "consumer.session.timeout.ms".into(),
            config_operation: 0,
            value: Some(format!("{}", 46_000 + round)),
        }],
    });
    let resources = resources.collect();
    let request = IncrementalAlterConfigsRequest { resources, validate_only: false };
    let answer = client.call(1, &request);
    assert!(answer.responses.iter().all(|response| response.error_code == 0));
}

fn timeout(client: &mut Client) -> Option<String> {
    let resource = DescribeConfigsResource {
        resource_type: 32,
        resource_name: format!("7{}", "g".repeat(30_000)),
        configuration_keys: Some(vec!["consumer.session.timeout.ms".into()]),
    };
    let request = DescribeConfigsRequest { resources: vec![resource], ..Default::default() };
    client.call(4, &request).results[0].configs[0].value.clone()
}

#[test]
fn a_snapshot_is_written_after_so_many_bytes_and_read_at_the_start() {
    let broker = TestBroker::with(&[OFTEN]);
    let mut client = Client::connect(broker.address());
    assert_eq!((create(&mut client, "a"), create(&mut client, "b")), (0, 0));
    let (keep, dir) = broker.into_directory();
    let snapshots = files(&dir, ".checkpoint");
    assert_eq!(snapshots.len(), 2, "{snapshots:?}");
    assert_eq!(files(&dir, ".part"), Vec::<String>::new());
    let broker = TestBroker::on_disk(Arc::new(rk::broker::disk::os::OsDisk::passing()), keep, &[]);
    let mut client = Client::connect(broker.address());
    assert_eq!(topics(&mut client), ["a", "b"]);
}

#[test]
fn without_enough_bytes_or_time_there_is_none() {
    let broker = TestBroker::start();
    create(&mut Client::connect(broker.address()), "a");
    let (_keep, dir) = broker.into_directory();
    assert_eq!(files(&dir, ".checkpoint"), Vec::<String>::new());
}

#[test]
fn the_log_before_old_snapshots_goes() {
    let configs = [
        ("metadata.log.max.record.bytes.between.snapshots", "4000000"),
        ("metadata.log.segment.bytes", "8388608"),
        ("metadata.max.retention.bytes", "9000000"),
    ];
    let broker = TestBroker::with(&configs);
    let mut client = Client::connect(broker.address());
    assert_eq!(create(&mut client, "t"), 0);
    for round in 0..10 {
        grow(&mut client, round);
    }
    let (keep, dir) = broker.into_directory();
    let segments = files(&dir, ".log");
    assert_ne!(segments[0], "00000000000000000000.log", "{segments:?}");
    let snapshots = files(&dir, ".checkpoint");
    assert!(snapshots.len() <= 2, "{snapshots:?}");
    let disk = Arc::new(rk::broker::disk::os::OsDisk::passing());
    let broker = TestBroker::on_disk(disk, keep, &configs);
    let mut client = Client::connect(broker.address());
    assert_eq!(topics(&mut client), ["t"]);
    assert_eq!(timeout(&mut client).as_deref(), Some("46009"));
}

#[test]
fn what_was_told_done_is_in_a_snapshot_wherever_the_machine_dies() {
    let mut deaths = 0;
    for step in (0..400).step_by(7) {
        let disk = MemoryDisk::new();
        let dir = tempfile::tempdir().unwrap();
        let broker = TestBroker::on_disk(Arc::new(disk.clone()), dir, &[OFTEN]);
        let mut client = Client::connect(broker.address());
        disk.die_at(disk.steps() + step);
        let names = (0..4).map(|index| format!("t{index}"));
        let done: Vec<String> = names.filter(|name| create(&mut client, name) == 0).collect();
        deaths += usize::from(done.len() < 4);
        let mut place = broker.abandon();
        for tail in [Tail::Lost, Tail::Torn, Tail::Zeroed, Tail::Kept] {
            let again = TestBroker::on_disk(Arc::new(disk.crash(tail)), place, &[OFTEN]);
            let mut client = Client::connect(again.address());
            let found = topics(&mut client);
            // The last one may have been told before its snapshot failed.
            let sure = &done[..done.len().saturating_sub(1)];
            assert!(sure.iter().all(|name| found.contains(name)), "{step}: {done:?}, {found:?}");
            assert_eq!(create(&mut client, "more"), 0, "{step}");
            place = again.into_directory().0;
        }
    }
    assert!(deaths > 5, "{deaths}");
}

/// What a broker over this directory says before it serves anything.
fn refusal(dir: &Path) -> Option<String> {
    let disk = Arc::new(rk::broker::disk::os::OsDisk::passing());
    let front = SocketAddr::from(([127, 0, 0, 1], 9));
    let clock = Arc::new(clock::System);
    let started = Broker::start(Options::default(), disk, dir.to_owned(), clock, front);
    started.err().map(|error| error.to_string())
}

#[test]
fn a_damaged_snapshot_is_refused_by_its_path() {
    let broker = TestBroker::with(&[OFTEN]);
    assert_eq!(create(&mut Client::connect(broker.address()), "a"), 0);
    let (_keep, dir) = broker.into_directory();
    let path = dir.join("__cluster_metadata-0").join(files(&dir, ".checkpoint").pop().unwrap());
    let good = std::fs::read(&path).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let table = [
        ("nothing", Vec::new()),
        ("half", good[..good.len() / 2].to_vec()),
        ("no end", good[..good.len() - 1].to_vec()),
        ("the header", flipped(40)),
        ("a record", flipped(good.len() / 2)),
        ("the footer", flipped(good.len() - 1)),
        ("twice", [&good[..], &good[..]].concat()),
        ("noise", vec![0x5a; 4096]),
    ];
    for (what, bytes) in table {
        std::fs::write(&path, bytes).unwrap();
        let said = refusal(&dir).unwrap_or_default();
        assert!(said.contains(&path.display().to_string()), "{what}: {said}");
    }
    std::fs::write(&path, good).unwrap();
    assert_eq!(refusal(&dir), None);
}
