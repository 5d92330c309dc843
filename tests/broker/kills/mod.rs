//! The built binary under load is killed at random moments, again and again on one directory:
//! whatever it acknowledged is there at each start, whatever was aborted is not, and a transaction
//! is there everywhere or nowhere.
//!
//! `RK_KILLS=50` sets how often; every other life is one with `--fsync`.

mod admin;
mod producers;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rk::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use rk::wire::messages::metadata::MetadataRequest;
use rk::wire::schema::Request;
use rustix::process::Signal;

use self::admin::{Admin, Committer};
use self::producers::{Idempotent, Transactional};
use crate::kit::rng::Rng;
use crate::kit::run::{Running, rk};
use crate::kit::wait;
use crate::kit::wire::Client;

/// How often the broker is killed if nobody says otherwise.
const KILLS: usize = 3;
/// A life lasts this long under load: at least, and at most.
const LIFE_MS: (u64, usize) = (50, 400);

/// The broker is gone: what was asked last has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gone;

/// Asks, unless the broker is gone.
fn ask<R: Request>(client: &mut Client, version: i16, request: &R) -> Result<R::Response, Gone> {
    client.try_call(version, request).ok_or(Gone)
}

/// Somebody who works as long as the broker lives, remembers what was acknowledged, and looks
/// for it after each start.
trait Worker: Send {
    /// Works until the broker is gone.
    fn work(&mut self, client: &mut Client) -> Gone;

    /// Looks whether all is there, and gets ready to go on.
    fn check(&mut self, client: &mut Client);

    /// What was acknowledged so far.
    fn report(&self) -> String;
}

fn start(folder: &Path, fsync: bool) -> (Running, String) {
    let ready = folder.join("ready");
    let _ = std::fs::remove_file(&ready);
    let data = folder.join("data");
    let mut words = vec!["dev", "--listen", "127.0.0.1:0", "--ready-file"];
    words.extend([ready.to_str().unwrap(), "--data-dir", data.to_str().unwrap()]);
    // Few partitions of what the broker keeps: a start opens them all.
    for config in [
        "offsets.topic.num.partitions=2",
        "transaction.state.log.num.partitions=2",
        "metadata.log.max.record.bytes.between.snapshots=5000",
        "metadata.max.retention.bytes=20000",
        "log.initial.task.delay.ms=0",
        "log.retention.check.interval.ms=50",
        "log.cleaner.backoff.ms=50",
    ] {
        words.extend(["--config", config]);
    }
    if fsync {
        words.push("--fsync");
    }
    let mut running = rk(words).deadline(Duration::from_secs(120)).start();
    let address = wait::until("rk dev to be ready", || {
        if running.has_ended() {
            return Some(None);
        }
        let text = std::fs::read_to_string(&ready).ok()?;
        text.ends_with('\n').then(|| Some(text.trim().to_owned()))
    });
    match address {
        Some(address) => (running, address),
        None => panic!("rk dev has ended: {:?}", running.finish()),
    }
}

fn create(client: &mut Client, name: &str, num_partitions: i32) {
    let topic = CreatableTopic {
        name: name.to_owned(),
        num_partitions,
        replication_factor: 1,
        ..Default::default()
    };
    let request = CreateTopicsRequest { topics: vec![topic], ..Default::default() };
    assert_eq!(client.call(7, &request).topics[0].error_code, 0);
}

#[test]
fn what_was_acknowledged_survives_kill_after_kill() {
    let kills = std::env::var("RK_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut rng = Rng::new("kills");
    let mut workers: Vec<Box<dyn Worker>> = vec![
        Box::new(Idempotent::default()),
        Box::new(Transactional::default()),
        Box::new(Committer::default()),
        Box::new(Admin::default()),
    ];
    let (mut running, mut address) = start(folder.path(), false);
    let mut client = Client::connect(&address);
    create(&mut client, "idempotent", 1);
    create(&mut client, "transactional", 2);
    for kill in 0..kills {
        let life_ms = LIFE_MS.0 + rng.below(LIFE_MS.1) as u64;
        let dead = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for worker in &mut workers {
                let (address, dead) = (&address, &dead);
                scope.spawn(move || {
                    let Gone = worker.work(&mut Client::connect(address));
                    assert!(dead.load(Ordering::Acquire), "the broker left by itself");
                });
            }
            std::thread::park_timeout(Duration::from_millis(life_ms));
            dead.store(true, Ordering::Release);
            running.signal(Signal::KILL);
        });
        let _ = running.finish();
        (running, address) = start(folder.path(), kill % 2 == 0);
        for worker in &mut workers {
            worker.check(&mut Client::connect(&address));
        }
    }
    running.signal(Signal::TERM);
    let _ = running.finish().succeed();
    let reports: Vec<String> = workers.iter().map(|worker| worker.report()).collect();
    crate::kit::say(&format!("{kills} kills; {}", reports.join("; ")));
    // And once more after an end in order.
    let (running, address) = start(folder.path(), false);
    for worker in &mut workers {
        worker.check(&mut Client::connect(&address));
    }
    let mut client = Client::connect(&address);
    let all = client.call(12, &MetadataRequest { topics: None, ..Default::default() });
    assert!(all.topics.iter().all(|topic| topic.error_code == 0), "{all:?}");
    running.signal(Signal::TERM);
    let _ = running.finish().succeed();
}
