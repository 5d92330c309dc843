//! A panic costs the connection that ran into it: no lock stays poisoned, nothing stays
//! half-changed, and what was acknowledged is there afterwards.
//!
//! Nothing in the broker is made to panic: the clock and the disk that it is given are.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rk::base::clock::{self, Clock, Millis};
use rk::broker::disk::memory::MemoryDisk;
use rk::broker::disk::{Disk, Entry, File, Lock, Open, Space};
use rk::wire::messages as m;
use rk::wire::schema::Request;

use super::fetching::{batch, client_with_topic, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::wait::until;
use crate::kit::wire::Client;

const STORAGE_ERROR: i16 = 56;

/// Counts down, and panics at zero; far below zero it is disarmed.
#[derive(Clone, Debug)]
struct Fuse(Arc<AtomicI64>);

impl Fuse {
    fn new() -> Self {
        Fuse(Arc::new(AtomicI64::new(-1)))
    }

    /// Panics at the time after so many.
    fn arm(&self, after: i64) {
        self.0.store(after, Ordering::SeqCst);
    }

    fn has_burnt(&self) -> bool {
        self.0.swap(-1, Ordering::SeqCst) < 0
    }

    fn burn(&self) {
        // What comes to an end in a panic is not panicked into again.
        if std::thread::panicking() {
            return;
        }
        let down = |left: i64| (left >= 0).then(|| left - 1);
        if self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, down) == Ok(0) {
            std::panic::resume_unwind(Box::new("a test's own panic"));
        }
    }
}

impl Clock for Fuse {
    fn now(&self) -> Millis {
        self.burn();
        clock::System.now()
    }
}

/// A disk that panics when it writes under a name.
#[derive(Clone, Debug)]
struct Breaking {
    disk: MemoryDisk,
    name: &'static str,
    fuse: Fuse,
}

#[derive(Debug)]
struct BreakingFile {
    file: Arc<dyn File>,
    fuse: Option<Fuse>,
}

impl Disk for Breaking {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>> {
        let is_meant = path.to_string_lossy().contains(self.name);
        let (file, fuse) = (self.disk.open(path, how)?, is_meant.then(|| self.fuse.clone()));
        Ok(Arc::new(BreakingFile { file, fuse }))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        self.disk.list(dir)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.disk.create_dir(dir)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.disk.sync_dir(dir)
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        self.disk.lock(path)
    }

    fn space(&self, dir: &Path) -> io::Result<Space> {
        self.disk.space(dir)
    }
}

impl File for BreakingFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buf, offset)
    }

    fn write_at(&self, parts: &[&[u8]], offset: u64) -> io::Result<()> {
        self.fuse.iter().for_each(Fuse::burn);
        self.file.write_at(parts, offset)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.truncate(len)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
}

/// Asks on a connection of its own: none where that was closed.
fn try_call<R: Request>(broker: &TestBroker, version: i16, request: &R) -> Option<R::Response> {
    let mut client = Client::connect(broker.address());
    client.send(version, request);
    client.try_receive::<R>(version)
}

fn commit(offset: i64) -> m::offset_commit::OffsetCommitRequest {
    let partition = m::offset_commit::OffsetCommitRequestPartition {
        committed_offset: offset,
        ..Default::default()
    };
    m::offset_commit::OffsetCommitRequest {
        group_id: "g".into(),
        generation_id_or_member_epoch: -1,
        topics: vec![m::offset_commit::OffsetCommitRequestTopic {
            name: "t".into(),
            partitions: vec![partition],
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn committed(client: &mut Client) -> i64 {
    let topic =
        m::offset_fetch::OffsetFetchRequestTopic { name: "t".into(), partition_indexes: vec![0] };
    let request = m::offset_fetch::OffsetFetchRequest {
        group_id: "g".into(),
        topics: Some(vec![topic]),
        ..Default::default()
    };
    client.call(7, &request).topics[0].partitions[0].committed_offset
}

fn create(name: &str) -> m::create_topics::CreateTopicsRequest {
    let topic = m::create_topics::CreatableTopic {
        name: name.into(),
        num_partitions: 1,
        replication_factor: 1,
        ..Default::default()
    };
    m::create_topics::CreateTopicsRequest { topics: vec![topic], ..Default::default() }
}

/// Breaks at every look at the clock that `ask` leads to, one after the other. Returns how many
/// connections that cost. Whatever breaks, whoever asks next is served.
fn at_every_look(fuse: &Fuse, mut ask: impl FnMut() -> bool, mut is_sound: impl FnMut()) -> usize {
    let mut broken = 0;
    for after in 0..100 {
        fuse.arm(after);
        let answered = ask();
        let burnt = fuse.has_burnt();
        is_sound();
        broken += usize::from(!answered);
        if !burnt {
            assert!(answered, "nothing broke, and there was no answer");
            return broken;
        }
    }
    panic!("it never ends");
}

#[test]
fn a_panic_anywhere_costs_one_connection() {
    let fuse = Fuse::new();
    let broker = TestBroker::with_clock(Arc::new(fuse.clone()), &[]);
    let mut healthy = client_with_topic(&broker, "t");
    until("the groups' topic", || {
        let answer = try_call(&broker, 7, &commit(1))?;
        (answer.topics[0].partitions[0].error_code == 0).then_some(())
    });

    let (mut next, mut offset) = (0, 1);
    let appended = at_every_look(
        &fuse,
        || try_call(&broker, 9, &produce("t", 0, batch(1, 10))).is_some(),
        || {
            let answer = healthy.call(9, &produce("t", 0, batch(1, 10)));
            let told = &answer.responses[0].partition_responses[0];
            assert_eq!(told.error_code, 0);
            assert!(told.base_offset >= next, "{} < {next}", told.base_offset);
            next = told.base_offset + 1;
        },
    );
    let mut asked = 1;
    let commits = at_every_look(
        &fuse,
        || {
            asked += 1;
            match try_call(&broker, 7, &commit(asked)) {
                Some(answer) => {
                    assert_eq!(answer.topics[0].partitions[0].error_code, 0);
                    offset = asked;
                    true
                }
                None => false,
            }
        },
        || (),
    );
    let found = committed(&mut healthy);
    assert!((offset..=asked).contains(&found), "{found} where {offset} was acknowledged");

    let (mut named, mut sound) = (0, 0);
    let created = at_every_look(
        &fuse,
        || {
            named += 1;
            try_call(&broker, 7, &create(&format!("topic{named}"))).is_some()
        },
        || {
            sound += 1;
            assert_eq!(healthy.call(7, &create(&format!("sound{sound}"))).topics[0].error_code, 0);
            let topics = healthy.call(9, &m::metadata::MetadataRequest::default()).topics;
            assert!(
                topics.iter().all(|topic| topic.error_code == 0 && !topic.partitions.is_empty())
            );
        },
    );
    let init = m::init_producer_id::InitProducerIdRequest {
        transactional_id: Some("x".into()),
        transaction_timeout_ms: 60_000,
        ..Default::default()
    };
    let begun = at_every_look(
        &fuse,
        || try_call(&broker, 4, &init).is_some_and(|answer| answer.error_code != 15),
        || (),
    );
    let broke = [appended, commits, created, begun];
    assert!(broke.iter().all(|broke| *broke > 0), "{broke:?}");

    // Nothing of it has to be forgotten by a restart.
    let acknowledged = committed(&mut healthy);
    let broker = broker.restart();
    assert_eq!(committed(&mut Client::connect(broker.address())), acknowledged);
}

#[test]
fn waiting_members_are_told_when_their_coordinator_breaks_down() {
    let fuse = Fuse::new();
    let broker = TestBroker::with_clock(
        Arc::new(fuse.clone()),
        &[("group.initial.rebalance.delay.ms", "600000")],
    );
    let mut waits = client_with_topic(&broker, "t");
    let join = m::join_group::JoinGroupRequest {
        group_id: "g".into(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: 600_000,
        protocol_type: "consumer".into(),
        protocols: vec![m::join_group::JoinGroupRequestProtocol {
            name: "range".into(),
            metadata: Default::default(),
        }],
        ..Default::default()
    };
    // The first member waits for others to join.
    let joined = until("the coordinator", || {
        let answer = waits.call(5, &join);
        (answer.error_code == 79).then_some(answer.member_id)
    });
    waits.send(5, &m::join_group::JoinGroupRequest { member_id: joined, ..join });
    let waits_for_others = || {
        let groups = vec!["g".into()];
        let ask = m::describe_groups::DescribeGroupsRequest { groups, ..Default::default() };
        let answer = try_call(&broker, 5, &ask)?;
        Some(answer.groups[0].group_state == "PreparingRebalance")
    };
    until("the member to wait", || waits_for_others()?.then_some(()));
    let heartbeat = m::heartbeat::HeartbeatRequest { group_id: "g".into(), ..Default::default() };
    // What looks at the clock on its own may come first, and the coordinator is not the only one
    // that looks at it for a heartbeat.
    until("the coordinator to break down", || {
        at_every_look(&fuse, || try_call(&broker, 4, &heartbeat).is_some(), || ());
        (!waits_for_others()?).then_some(())
    });
    let told = waits.receive::<m::join_group::JoinGroupRequest>(5);
    assert_eq!(told.error_code, 15, "COORDINATOR_NOT_AVAILABLE");
}

#[test]
fn a_log_that_broke_in_the_middle_takes_no_more_and_others_go_on() {
    let disk = MemoryDisk::new();
    let breaking = Breaking { disk: disk.clone(), name: "/t-0/", fuse: Fuse::new() };
    let broker = TestBroker::on_disk(Arc::new(breaking.clone()), tempfile::tempdir().unwrap(), &[]);
    let mut healthy = client_with_topic(&broker, "t");
    assert_eq!(healthy.call(7, &create("u")).topics[0].error_code, 0);
    assert_eq!(code(&healthy.call(9, &produce("t", 0, batch(1, 10)))), 0);
    breaking.fuse.arm(0);
    assert!(try_call(&broker, 9, &produce("t", 0, batch(1, 10))).is_none());
    assert_eq!(code(&healthy.call(9, &produce("t", 0, batch(1, 10)))), STORAGE_ERROR);
    assert_eq!(code(&healthy.call(9, &produce("u", 0, batch(1, 10)))), 0);
    let dir = broker.abandon();
    let broker = TestBroker::on_disk(Arc::new(disk), dir, &[]);
    let mut client = Client::connect(broker.address());
    let answer = client.call(9, &produce("t", 0, batch(1, 10)));
    let told = &answer.responses[0].partition_responses[0];
    assert_eq!((told.error_code, told.base_offset), (0, 1));
}
