//! `--fsync`: nothing is acknowledged, or shown, before the disk has it; one sync serves all who
//! wait; and a log whose sync failed takes no more.

use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use rk::base::clock::Moment;
use rk::broker::disk::memory::MemoryDisk;
use rk::broker::disk::os::OsDisk;
use rk::broker::disk::{Disk, Entry, File, Lock, Open, Space};
use rk::wire::messages::fetch::{FetchPartition, FetchRequest, FetchTopic};
use rk::wire::messages::find_coordinator::FindCoordinatorRequest;
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use rk::wire::messages::produce::ProduceRequest;

use super::fetching::{batch, client_with_topic, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::wait;
use crate::kit::wire::Client;

const STORAGE_ERROR: i16 = 56;

/// What the device does when it is asked to make a log's batches durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mood {
    #[default]
    Works,
    /// It takes its time.
    Waits,
    /// It answers errors, for the topics whose name is part of the path.
    Fails(&'static str),
}

#[derive(Debug, Default)]
struct Device {
    /// The mood, and how many syncs of logs there were.
    state: Mutex<(Mood, usize)>,
    changed: Condvar,
}

impl Device {
    fn is(&self, mood: Mood) {
        self.state.lock().unwrap().0 = mood;
        self.changed.notify_all();
    }

    fn syncs(&self) -> usize {
        self.state.lock().unwrap().1
    }

    /// Before a log is synced.
    fn sync(&self, path: &str) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        let state = self.changed.wait_while(state, |state| state.0 == Mood::Waits).unwrap();
        match state.0 {
            Mood::Fails(topic) if path.contains(topic) => Err(io::Error::other("a bad sector")),
            _ => Ok(()),
        }
    }
}

/// A disk in memory whose syncs of logs go by the device's mood.
#[derive(Clone, Debug, Default)]
struct SlowDisk {
    memory: MemoryDisk,
    device: Arc<Device>,
}

#[derive(Debug)]
struct SlowFile {
    file: Arc<dyn File>,
    path: String,
    device: Arc<Device>,
}

impl File for SlowFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buf, offset)
    }

    fn write_at(&self, parts: &[&[u8]], offset: u64) -> io::Result<()> {
        self.file.write_at(parts, offset)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.truncate(len)
    }

    fn sync(&self) -> io::Result<()> {
        if self.path.ends_with(".log") && !self.path.contains("__cluster_metadata") {
            self.device.sync(&self.path)?;
        }
        self.file.sync()
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
}

impl Disk for SlowDisk {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>> {
        let file = self.memory.open(path, how)?;
        let (path, device) = (path.display().to_string(), Arc::clone(&self.device));
        Ok(Arc::new(SlowFile { file, path, device }))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        self.memory.list(dir)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.memory.create_dir(dir)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.memory.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.memory.remove(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.memory.sync_dir(dir)
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        self.memory.lock(path)
    }

    fn space(&self, dir: &Path) -> io::Result<Space> {
        self.memory.space(dir)
    }
}

fn broker(disk: &SlowDisk) -> TestBroker {
    let few = [("offsets.topic.num.partitions", "1")];
    TestBroker::syncing_on_disk(Arc::new(disk.clone()), tempfile::tempdir().unwrap(), &few)
}

/// How many bytes of the partition readers get, and the high watermark they are told.
fn seen(client: &mut Client, partition: i32) -> (usize, i64) {
    let wanted = FetchPartition { partition, partition_max_bytes: 1 << 20, ..Default::default() };
    let topic = FetchTopic { topic: "t".into(), partitions: vec![wanted], ..Default::default() };
    let request = FetchRequest { max_bytes: 1 << 20, topics: vec![topic], ..Default::default() };
    let data = client.call(12, &request).responses[0].partitions[0].clone();
    assert_eq!(data.error_code, 0);
    (data.records.map_or(0, |records| records.0.len()), data.high_watermark)
}

fn commit() -> OffsetCommitRequest {
    let partition = OffsetCommitRequestPartition { committed_offset: 1, ..Default::default() };
    let topic = OffsetCommitRequestTopic {
        name: "t".into(),
        partitions: vec![partition],
        ..Default::default()
    };
    OffsetCommitRequest { group_id: "g".into(), topics: vec![topic], ..Default::default() }
}

#[test]
fn what_is_not_on_the_disk_is_neither_acknowledged_nor_shown_and_one_sync_serves_all() {
    const WRITERS: usize = 8;
    let disk = SlowDisk::default();
    let broker = broker(&disk);
    let mut reader = client_with_topic(&broker, "t");
    let mut first = Client::connect(broker.address());
    disk.device.is(Mood::Waits);
    let before = disk.device.syncs();
    let steps = disk.memory.steps();
    first.send(9, &produce("t", 0, batch(1, 10)));
    wait::until("a sync", || (disk.device.syncs() > before).then_some(()));
    // While the device works on the first one, others come to all the partitions.
    let mut others: Vec<Client> = (0..WRITERS).map(|_| Client::connect(broker.address())).collect();
    for (partition, other) in (0..4).cycle().zip(&mut others) {
        other.send(9, &produce("t", partition, batch(1, 10)));
    }
    // With acks=0 nobody waits, and still nobody reads it.
    let silent = ProduceRequest { acks: 0, ..produce("t", 0, batch(1, 10)) };
    Client::connect(broker.address()).send(9, &silent);
    // All of them have written what is to be synced.
    let written = steps + WRITERS as u64 + 2;
    wait::until("the writes", || (disk.memory.steps() >= written).then_some(()));
    for partition in 0..4 {
        assert_eq!(seen(&mut reader, partition), (0, 0), "{partition}");
    }
    assert_eq!(disk.device.syncs(), before + 1);
    disk.device.is(Mood::Works);
    assert_eq!(code(&first.receive::<ProduceRequest>(9)), 0);
    for other in &mut others {
        assert_eq!(code(&other.receive::<ProduceRequest>(9)), 0);
    }
    for partition in 1..4 {
        assert_eq!(seen(&mut reader, partition).1, 2, "{partition}");
    }
    wait::until("the silent one", || (seen(&mut reader, 0).1 == 4).then_some(()));
    // The first one alone, the others together; and perhaps some that came late.
    let syncs = disk.device.syncs() - before;
    assert!(syncs <= 1 + 4 + 4, "{syncs} syncs for {} batches", WRITERS + 2);
    // What was acknowledged is there after a power cut.
    let left = disk.memory.crash(rk::broker::disk::memory::Tail::Lost);
    let broker = TestBroker::syncing_on_disk(Arc::new(left), broker.abandon(), &[]);
    let mut reader = Client::connect(broker.address());
    for (partition, end) in [(0, 4), (1, 2), (2, 2), (3, 2)] {
        assert_eq!(seen(&mut reader, partition).1, end, "{partition}");
    }
}

#[test]
fn a_log_whose_sync_failed_takes_no_more_and_the_others_go_on() {
    let disk = SlowDisk::default();
    let broker = broker(&disk);
    let mut client = client_with_topic(&broker, "t");
    let mut send = |partition| code(&client.call(9, &produce("t", partition, batch(1, 10))));
    assert_eq!((send(0), send(1)), (0, 0));
    disk.device.is(Mood::Fails("/t-0/"));
    assert_eq!((send(0), send(1)), (STORAGE_ERROR, 0));
    disk.device.is(Mood::Works);
    // What the device has of it nobody knows; a sync that succeeds would prove nothing.
    assert_eq!((send(0), send(1)), (STORAGE_ERROR, 0));
    let mut reader = Client::connect(broker.address());
    assert_eq!(seen(&mut reader, 0).1, 1, "what was acknowledged is served");
    assert_eq!(seen(&mut reader, 1).1, 3);
    drop(broker.abandon());
}

#[test]
fn what_a_coordinator_cannot_keep_is_not_promised() {
    let disk = SlowDisk::default();
    let broker = broker(&disk);
    let mut client = client_with_topic(&broker, "t");
    let key = FindCoordinatorRequest { key: "g".into(), ..Default::default() };
    assert_eq!(client.call(2, &key).error_code, 0);
    assert_eq!(client.call(8, &commit()).topics[0].partitions[0].error_code, 0);
    disk.device.is(Mood::Fails("__consumer_offsets"));
    // It may have been written: there is no error that says so.
    assert!(client.try_call(8, &commit()).is_none());
    let mut client = Client::connect(broker.address());
    let answer = client.call(8, &commit());
    // NOT_COORDINATOR: what Kafka makes of a log that cannot be written to.
    assert_eq!(answer.topics[0].partitions[0].error_code, 16);
    drop(broker.abandon());
}

/// How long single records wait for their acknowledgement, and how many there are in a second.
fn measured(fsync: bool, writers: usize) -> String {
    const EACH: usize = 300;
    let (disk, dir) = (Arc::new(OsDisk::durable()), tempfile::tempdir().unwrap());
    let broker = match fsync {
        true => TestBroker::syncing_on_disk(disk, dir, &[]),
        false => TestBroker::on_disk(disk, dir, &[]),
    };
    drop(client_with_topic(&broker, "t"));
    let began = Moment::now();
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .cycle()
            .take(writers)
            .map(|partition| {
                let address = broker.address();
                scope.spawn(move || {
                    let mut client = Client::connect(address);
                    let one = produce("t", partition, batch(1, 100));
                    let send = |_| {
                        let began = Moment::now();
                        assert_eq!(code(&client.call(9, &one)), 0);
                        began.elapsed()
                    };
                    (0..EACH).map(send).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let rate = waits.len() as f64 / began.elapsed().as_secs_f64();
    waits.sort();
    let (median, late) = (waits[waits.len() / 2], waits[waits.len() * 99 / 100]);
    format!("fsync {fsync}, {writers} writers: median {median:?}, p99 {late:?}, {rate:.0}/s")
}

#[test]
#[ignore = "a measurement, for an eye to look at: the disk decides"]
fn measure() {
    for writers in [1, 8, 32] {
        for fsync in [false, true] {
            crate::kit::say(&measured(fsync, writers));
        }
    }
}
