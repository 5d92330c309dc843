//! The broker among the worst of clients: connections that idle, frames that are half-sent, bytes
//! that drip, readers that never read, lengths and counts that lie, and batches that become a
//! thousand times what they are. Somebody who speaks properly is answered as if nothing were.
//!
//! `RK_HOSTILE=full cargo test hostile -- --nocapture` is the whole of it: a thousand idle
//! connections, five hundred half-sent frames, and for a minute. The broker is a process of its
//! own, so that its memory is only its own: `RK_HOSTILE_BINARY=path` names another `rk` than the
//! one that was built with the tests, such as the one of a release.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use rk::base::clock::Moment;
use rk::wire::batch::{BatchBuilder, Codec};
use rk::wire::messages as m;
use rk::wire::schema::Request;

use super::fetching::produce;
use crate::kit::rng::Rng;
use crate::kit::run::{Running, program, rk};
use crate::kit::wait;
use crate::kit::wire::Client;

/// How much of everything.
struct Scale {
    idle: usize,
    half_sent: usize,
    dripping: usize,
    never_reading: usize,
    /// Topics that there are, for the answers that tell of all of them.
    topics: usize,
    bomb_bytes: &'static [usize],
    lasts: Duration,
    /// What the healthy client waits at most, in the 99th of a hundred cases: so long, and so many
    /// times as long as when it was alone, and never more than [`PATIENCE_MAX`]. A busy machine
    /// makes everybody wait.
    patience: (Duration, u32),
    /// The memory that the broker stays below. A debug build on a busy machine takes more.
    memory_mb_max: usize,
}

const PATIENCE_MAX: Duration = Duration::from_secs(5);

const SMALL: Scale = Scale {
    idle: 100,
    half_sent: 50,
    dripping: 10,
    never_reading: 5,
    topics: 200,
    bomb_bytes: &[20_000_000, 70_000_000],
    lasts: Duration::from_millis(1500),
    patience: (Duration::from_secs(1), 4),
    memory_mb_max: 200,
};

const FULL: Scale = Scale {
    idle: 1000,
    half_sent: 500,
    dripping: 100,
    never_reading: 50,
    topics: 3000,
    bomb_bytes: &[20_000_000, 60_000_000, 70_000_000, 500_000_000],
    lasts: Duration::from_secs(60),
    patience: (Duration::from_millis(50), 0),
    memory_mb_max: 200,
};

/// Starts the built binary.
fn start(folder: &Path) -> (Running, SocketAddr) {
    let ready = folder.join("ready");
    let words = ["dev", "--listen", "127.0.0.1:0", "--ready-file", ready.to_str().unwrap()];
    let configs = ["log.cleaner.backoff.ms=100", "log.initial.task.delay.ms=100"];
    let configs = configs.into_iter().flat_map(|config| ["--config", config]);
    let words = words.into_iter().chain(configs);
    let run = match std::env::var_os("RK_HOSTILE_BINARY") {
        Some(binary) => program(binary, words),
        None => rk(words),
    };
    let mut running = run.deadline(Duration::from_secs(600)).start();
    let address = wait::until("rk dev to be ready", || {
        assert!(!running.has_ended(), "rk dev has ended");
        let text = std::fs::read_to_string(&ready).ok()?;
        text.ends_with('\n').then(|| text.trim().parse().unwrap())
    });
    (running, address)
}

fn create(client: &mut Client, name: &str, configs: &[(&str, &str)]) {
    use m::create_topics as create;
    let configs = configs.iter().map(|(name, value)| create::CreatableTopicConfig {
        name: (*name).into(),
        value: Some((*value).into()),
    });
    let topic = create::CreatableTopic {
        name: name.into(),
        num_partitions: 1,
        replication_factor: 1,
        configs: configs.collect(),
        ..Default::default()
    };
    let ask = create::CreateTopicsRequest { topics: vec![topic], ..Default::default() };
    assert_eq!(client.call(7, &ask).topics[0].error_code, 0);
}

/// A batch of one record of zeroes, and that says so or that does not compress.
fn bomb(codec: Codec, bytes: usize) -> Bytes {
    let mut batch = BatchBuilder::new().codec(codec);
    batch.push(1_700_000_000_000, Some(b"k"), Some(&vec![0; bytes]), &[]);
    batch.build().unwrap()
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    stream
}

/// Runs until told to stop, on a thread of its own.
struct Crowd {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Crowd {
    fn add(&mut self, mut act: impl FnMut() + Send + 'static) {
        let stop = Arc::clone(&self.stop);
        self.threads.push(std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                act();
            }
        }));
    }

    fn disperse(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
}

/// Frames that begin, with up to four megabytes of them, and never end.
fn half_send(address: SocketAddr, count: usize) -> impl FnMut() + Send + 'static {
    let mut rng = Rng::new("half-sent");
    let mut held: Vec<TcpStream> = Vec::new();
    let filling = vec![0; 4 << 20];
    move || {
        if held.len() == count {
            // All are there: now and then another one comes for one that goes.
            held.remove(0);
            std::thread::park_timeout(Duration::from_millis(20));
        }
        let mut stream = connect(address);
        stream.set_write_timeout(Some(Duration::from_millis(5))).unwrap();
        let announced = 1 + rng.below(100 << 20);
        let _ = stream.write_all(&u32::try_from(announced).unwrap().to_be_bytes());
        let _ = stream.write_all(&filling[..rng.below(announced.min(filling.len()))]);
        held.push(stream);
    }
}

/// Slow loris: each connection gets a byte more now and then.
fn drip(address: SocketAddr, count: usize) -> impl FnMut() + Send + 'static {
    let mut held: Vec<TcpStream> = (0..count).map(|_| connect(address)).collect();
    let mut byte = 0;
    move || {
        // The frame's length comes first: 16 MB.
        let bytes = [[0, 1, 0, 0].get(byte).copied().unwrap_or(0)];
        byte += 1;
        for stream in &mut held {
            if stream.write_all(&bytes).is_err() {
                *stream = connect(address);
            }
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// Asks for a megabyte of records.
fn fetch() -> m::fetch::FetchRequest {
    let partition = m::fetch::FetchPartition { partition_max_bytes: 1 << 20, ..Default::default() };
    let topic = m::fetch::FetchTopic {
        topic: "large".into(),
        partitions: vec![partition],
        ..Default::default()
    };
    m::fetch::FetchRequest {
        max_bytes: 1 << 20,
        session_epoch: -1,
        topics: vec![topic],
        ..Default::default()
    }
}

/// Asks for all configs of the broker, so many times over.
fn describe(times: usize) -> m::describe_configs::DescribeConfigsRequest {
    let own = m::describe_configs::DescribeConfigsResource {
        resource_type: 4,
        resource_name: "1".to_owned(),
        ..Default::default()
    };
    m::describe_configs::DescribeConfigsRequest {
        resources: vec![own; times],
        include_synonyms: true,
        include_documentation: true,
    }
}

/// Asks for all topics.
fn all_topics() -> m::metadata::MetadataRequest {
    m::metadata::MetadataRequest { topics: None, ..Default::default() }
}

/// Asks for the same again and again, and never reads.
fn never_read<R: Request + Send + 'static>(
    address: SocketAddr,
    count: usize,
    version: i16,
    ask: R,
) -> impl FnMut() + Send + 'static {
    let mut held: Vec<Client> = Vec::new();
    move || {
        if held.len() == count {
            held.remove(0);
            std::thread::park_timeout(Duration::from_millis(100));
        }
        let mut client = Client::connect(address);
        // Who is hung up on meanwhile has said enough.
        let _ = (0..100).try_for_each(|_| client.try_send(version, &ask));
        held.push(client);
    }
}

/// Asks for the largest answers, and reads them: some at once, each again when it is answered.
fn devour(address: SocketAddr) -> impl FnMut() + Send + 'static {
    const AT_ONCE: usize = 4;
    let connect = move || Client::connect(address);
    let mut eaters: Vec<Client> = (0..AT_ONCE).map(|_| connect()).collect();
    move || {
        for eater in &mut eaters {
            let _ = eater.try_send(4, &describe(2000));
        }
        for eater in &mut eaters {
            // Others may have needed the room.
            if eater.receive_frame().is_none() {
                *eater = connect();
            }
        }
    }
}

/// Lengths and counts that are not true.
fn lie(address: SocketAddr) -> impl FnMut() + Send + 'static {
    let mut rng = Rng::new("lies");
    move || {
        let mut stream = connect(address);
        let length = *rng.pick(&[u32::MAX, 0x7fff_ffff, 100 << 20, (100 << 20) + 1, 0, 12]);
        let key = u16::try_from(rng.below(93)).unwrap();
        let version = u16::try_from(rng.below(19)).unwrap();
        let mut bytes = length.to_be_bytes().to_vec();
        bytes.extend_from_slice(&key.to_be_bytes());
        bytes.extend_from_slice(&version.to_be_bytes());
        bytes.extend_from_slice(&[0, 0, 0, 1, 0xff, 0xff, 0]);
        bytes.extend_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        let _ = stream.write_all(&bytes);
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// Bombs: to a topic whose keys are looked at, and that is compacted.
fn throw(address: SocketAddr, bombs: Vec<Bytes>, thrown: Arc<AtomicUsize>) -> impl FnMut() + Send {
    let mut client = Client::connect(address);
    let mut at = 0;
    move || {
        let bomb = bombs[at % bombs.len()].clone();
        at += 1;
        let _ = client.try_send(9, &produce("compacted", 0, lying(bomb, at)));
        // A frame that takes too long to come, while others wait for its room, is given up.
        if client.try_receive::<m::produce::ProduceRequest>(9).is_none() {
            client = Client::connect(address);
        }
        thrown.fetch_add(1, Ordering::Relaxed);
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Every third batch says that it has two billion records.
fn lying(batch: Bytes, at: usize) -> Bytes {
    if !at.is_multiple_of(3) {
        return batch;
    }
    let mut bytes = batch.to_vec();
    let mut header = rk::wire::batch::BatchInfo::parse(&batch).unwrap();
    header.record_count = i32::MAX;
    header.last_offset_delta = i32::MAX - 1;
    let length = rk::wire::batch::HEADER_BYTES;
    header.seal(&batch[length..]);
    bytes[..length].copy_from_slice(&header.to_bytes());
    bytes.into()
}

/// One round of a client that speaks properly: asks, writes, and reads what it wrote.
fn round(client: &mut Client) -> Duration {
    let began = Moment::now();
    let ask = m::metadata::MetadataRequest {
        topics: Some(vec![m::metadata::MetadataRequestTopic {
            name: Some("healthy".into()),
            ..Default::default()
        }]),
        ..Default::default()
    };
    assert_eq!(client.call(9, &ask).topics[0].error_code, 0);
    let asked = began.elapsed();
    let mut batch = BatchBuilder::new();
    batch.push(1_700_000_000_000, None, Some(&[1; 1000]), &[]);
    let began = Moment::now();
    let answer = client.call(9, &produce("healthy", 0, batch.build().unwrap()));
    let written = began.elapsed();
    let told = &answer.responses[0].partition_responses[0];
    assert_eq!(told.error_code, 0);
    let partition = m::fetch::FetchPartition {
        fetch_offset: told.base_offset,
        partition_max_bytes: 1 << 20,
        ..Default::default()
    };
    let topic = m::fetch::FetchTopic {
        topic: "healthy".into(),
        partitions: vec![partition],
        ..Default::default()
    };
    let ask = m::fetch::FetchRequest {
        max_wait_ms: 1000,
        min_bytes: 1,
        max_bytes: 1 << 20,
        session_epoch: -1,
        topics: vec![topic],
        ..Default::default()
    };
    let began = Moment::now();
    let answer = client.call(12, &ask);
    let records = answer.responses[0].partitions[0].records.clone().unwrap_or_default();
    assert!(!records.0.is_empty());
    asked.max(written).max(began.elapsed())
}

/// Does rounds for a while: how long they took, the shortest first.
fn rounds(client: &mut Client, lasts: Duration) -> Vec<Duration> {
    let until = Moment::now().after(lasts);
    let mut took = Vec::new();
    while !until.has_passed() || took.len() < 20 {
        took.push(round(client));
        std::thread::park_timeout(Duration::from_millis(1));
    }
    took.sort();
    took
}

#[test]
fn the_hostile_do_not_disturb_the_healthy() {
    let is_full = std::env::var("RK_HOSTILE").is_ok_and(|how| how == "full");
    let scale = if is_full { FULL } else { SMALL };
    let folder = tempfile::tempdir().unwrap();
    let (running, address) = start(folder.path());
    let mut client = Client::connect(address);
    create(&mut client, "healthy", &[]);
    create(&mut client, "large", &[]);
    let large = super::fetching::batch(1, 1_000_000);
    assert_eq!(super::fetching::code(&client.call(9, &produce("large", 0, large))), 0);
    let compacted =
        [("cleanup.policy", "compact"), ("segment.ms", "100"), ("min.cleanable.dirty.ratio", "0")];
    create(&mut client, "compacted", &compacted);
    (0..scale.topics).for_each(|at| create(&mut client, &format!("topic-{at}"), &[]));
    let codecs = [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
    let bombs = scale.bomb_bytes.iter().flat_map(|bytes| codecs.map(|codec| bomb(codec, *bytes)));
    let bombs: Vec<Bytes> = bombs.filter(|bomb| bomb.len() < 100 << 20).collect();
    let quiet_mb = running.memory_mb().0;
    let alone = *rounds(&mut client, scale.lasts / 5).last().unwrap();

    let idle: Vec<TcpStream> = (0..scale.idle).map(|_| connect(address)).collect();
    let thrown = Arc::new(AtomicUsize::new(0));
    let mut crowd = Crowd { stop: Arc::default(), threads: Vec::new() };
    crowd.add(half_send(address, scale.half_sent));
    crowd.add(drip(address, scale.dripping));
    crowd.add(never_read(address, scale.never_reading, 12, fetch()));
    crowd.add(never_read(address, scale.never_reading, 4, describe(20)));
    crowd.add(never_read(address, scale.never_reading, 9, all_topics()));
    crowd.add(devour(address));
    crowd.add(lie(address));
    crowd.add(throw(address, bombs, Arc::clone(&thrown)));
    let took = rounds(&mut client, scale.lasts);
    let (_, most_mb) = running.memory_mb();
    crowd.disperse();
    // Who idled all the while is served.
    let mut first = Client::of(idle.into_iter().next().unwrap());
    assert_eq!(first.call(0, &m::api_versions::ApiVersionsRequest::default()).error_code, 0);
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    let (p50, p99, most) = (at(50), at(99), at(100));
    crate::kit::say(&format!(
        "hostile: alone at most {alone:?}; {} rounds, p50 {p50:?}, p99 {p99:?}, at most {most:?}; \
         {} bombs; memory {quiet_mb} MB before, {most_mb} MB at most",
        took.len(),
        thrown.load(Ordering::Relaxed),
    ));
    assert!(thrown.load(Ordering::Relaxed) > 0);
    let (patience, times) = scale.patience;
    assert!(p99 < (patience + alone * times).min(PATIENCE_MAX), "{p99:?}, and {alone:?} alone");
    assert!(most_mb < scale.memory_mb_max, "{most_mb} MB");
    drop(running);
}
