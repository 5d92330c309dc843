//! The machine dies at every step of the disk, in the middle of a scripted day of a broker; what
//! the next start shows is what was acknowledged, or that and what was being done.
//!
//! Without `--fsync` an acknowledged change survives the death of the process; with it, that of
//! the machine: bytes and names that were not synced are lost, torn or zeroed.

mod acts;
mod damage;
mod script;
mod seen;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rk::base::clock;
use rk::broker::config::StaticConfig;
use rk::broker::disk::Disk;
use rk::broker::disk::memory::{Fault, MemoryDisk, Tail};
use rk::broker::net::{Listener, stop};
use rk::broker::{Broker, Options};
use tokio::runtime::Runtime;

use self::acts::Sent;
use self::script::{Actor, Op, Script};
use self::seen::State;
use crate::kit::wire::Client;

/// How many machines die at the same time: most of the time each waits for its broker.
const AT_ONCE: usize = 4;

/// Where a machine dies, and what becomes of what was not synced.
#[derive(Clone, Copy, Debug)]
struct Death {
    fsync: bool,
    step: u64,
    /// Half of the last step is done.
    half_done: bool,
}

/// What of the script was done when the machine died.
struct Ran {
    /// The state that was acknowledged.
    acked: State,
    /// All states before it.
    history: Vec<State>,
    /// That, and what was being done: none where nothing was.
    maybe: Option<State>,
    /// What the broker said then.
    error: i16,
    /// The ids that idempotent producers got.
    producer_ids: Vec<i64>,
    /// The last batch of the idempotent producer that was acknowledged.
    sent: Option<Sent>,
}

/// Serves on a disk for as long as `work` takes. An error where the broker does not start.
fn with_broker<T>(
    runtime: &Runtime,
    disk: &MemoryDisk,
    fsync: bool,
    work: impl FnOnce(&mut Client) -> T,
) -> Result<T, String> {
    let (stopper, stopped) = stop();
    let (address, running) = runtime.block_on(async {
        let fixed = StaticConfig::parse(script::CONFIGS.map(|(k, v)| (k.into(), v.into())));
        let fixed = fixed.unwrap();
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), &fixed).await.unwrap();
        let address = listener.address();
        let options = Options { fixed, fsync, ..Default::default() };
        let clock = Arc::new(clock::System);
        let disk = Arc::new(disk.clone());
        let broker = Broker::start(options, disk, PathBuf::from("/data"), clock, address);
        let broker = broker.map_err(|error| error.to_string())?;
        Ok::<_, String>((address, tokio::spawn(broker.run(listener, stopped))))
    })?;
    let done = work(&mut Client::connect(address));
    stopper.stop();
    // Whether it closes in order is no question where the disk is gone.
    let _ = runtime.block_on(running);
    Ok(done)
}

/// Plays the script until it ends or the disk does.
fn play(runtime: &Runtime, disk: &MemoryDisk, fsync: bool, script: &Script) -> Ran {
    let mut ran = Ran {
        acked: State::default(),
        history: Vec::new(),
        maybe: None,
        error: 0,
        producer_ids: Vec::new(),
        sent: None,
    };
    // Where it does not even start nothing was ever done.
    let _ = with_broker(runtime, disk, fsync, |client| {
        let mut actor = Actor::new(client, disk);
        for op in &script.ops {
            let mut next = ran.acked.clone();
            match op.perform(&mut actor, &mut next) {
                Ok(()) => ran.history.push(std::mem::replace(&mut ran.acked, next)),
                Err(error) => {
                    (ran.maybe, ran.error) = (Some(next), error);
                    if let Op::Sequenced { again: false, .. } = op {
                        // As Kafka, the broker knows a producer's last batch only after a
                        // restart: which one that is nobody knows now.
                        actor.sent = None;
                    }
                    break;
                }
            }
        }
        (ran.producer_ids, ran.sent) = (actor.producer_ids, actor.sent);
    });
    ran
}

/// Starts on what is left and compares; and once more, as a start changes the disk as well.
fn check(runtime: &Runtime, left: &MemoryDisk, fsync: bool, ran: &Ran, what: &str) {
    let logs = logs(left);
    for start in ["first", "second"] {
        let looked = with_broker(runtime, left, fsync, |client| {
            acts::end_transactions(client);
            let found = State::look(client, &ran.acked);
            acts::check_producers(client, ran, what);
            found
        });
        let found = looked.unwrap_or_else(|error| panic!("{what}, {start} start: {error}"));
        let maybe = ran.maybe.as_ref().map(|maybe| maybe.cut_as(&found, &ran.acked));
        assert!(
            found.is(&ran.acked) || maybe.is_some_and(|maybe| found.is(&maybe)),
            "{what}, {start} start: found\n{found:?}\nacknowledged\n{:?}\nor, after error {}\n{:?}\nof\n{logs}",
            ran.acked,
            ran.error,
            ran.maybe
        );
    }
}

/// How many steps the whole script takes, and that it leaves what it says.
fn whole(runtime: &Runtime, fsync: bool, script: &Script) -> u64 {
    let disk = MemoryDisk::new();
    let ran = play(runtime, &disk, fsync, script);
    assert!(ran.maybe.is_none(), "the script ends with {}: {:?}", ran.error, ran.maybe);
    let steps = disk.steps();
    let tails = if fsync { &[Tail::Kept, Tail::Lost][..] } else { &[Tail::Kept] };
    for tail in tails {
        let what = format!("the whole script, fsync {fsync}, {tail:?}");
        check(runtime, &disk.crash(*tail), fsync, &ran, &what);
    }
    steps
}

/// Dies once, and looks at what is left. Returns how many disks were looked at.
fn die(runtime: &Runtime, script: &Script, death: Death) -> u64 {
    let Death { fsync, step, half_done } = death;
    let disk = MemoryDisk::new();
    if half_done {
        disk.fail_at(step, Fault::Device);
    }
    disk.die_at(step + u64::from(half_done));
    let ran = play(runtime, &disk, fsync, script);
    let tails = match fsync {
        false => &[Tail::Kept][..],
        true => &[Tail::Kept, Tail::Lost, Tail::Torn, Tail::Zeroed],
    };
    for tail in tails {
        check(runtime, &disk.crash(*tail), fsync, &ran, &format!("{death:?}, {tail:?}"));
    }
    tails.len() as u64
}

/// The logs of a disk, with their sizes.
fn logs(disk: &MemoryDisk) -> String {
    let data = Path::new("/data");
    let dirs = disk.list(data).unwrap_or_default().into_iter().filter(|entry| entry.is_dir);
    let each = dirs.map(|dir| {
        let files = disk.list(&data.join(&dir.name)).unwrap();
        let files = files.iter().filter(|file| file.name.ends_with(".log"));
        let files: Vec<_> = files.map(|file| format!("{} {}", file.name, file.len)).collect();
        format!("{}: {}", dir.name, files.join(", "))
    });
    each.collect::<Vec<_>>().join("\n")
}

/// Dies at every step with `RK_CRASH=all`, with a number at that step many times, and else at one
/// in so many: which one may be another each time, as some work is done by the clock.
fn die_everywhere(fsync: bool, one_in: usize) {
    let runtime = Runtime::new().unwrap();
    let script = Script::day();
    let all = whole(&runtime, fsync, &script);
    let asked = std::env::var("RK_CRASH").ok();
    let only = asked.as_ref().and_then(|asked| asked.parse::<u64>().ok());
    let every = asked.is_some();
    let steps: Vec<u64> = match only {
        Some(step) => vec![step; 40],
        None => (0..=all).step_by(if every { 1 } else { one_in }).collect(),
    };
    let steps = steps.into_iter();
    let deaths = steps.flat_map(|step| {
        // Where not every step is tried, both kinds of death take turns.
        let both = [false, true].into_iter();
        let both = both.filter(move |half| every || *half == (step / one_in as u64 % 2 == 1));
        both.map(move |half_done| Death { fsync, step, half_done })
    });
    let deaths: Vec<Death> = deaths.collect();
    let (next, looked_at) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(death) =
                    deaths.get(usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap())
                {
                    looked_at.fetch_add(die(&runtime, &script, *death), Ordering::Relaxed);
                }
            });
        }
    });
    crate::kit::say(&format!(
        "fsync {fsync}: {} deaths in a script of {} acts and {all} steps; {} disks recovered",
        deaths.len(),
        script.ops.len(),
        looked_at.into_inner(),
    ));
}

#[test]
fn what_is_acknowledged_survives_the_process_wherever_it_dies() {
    die_everywhere(false, 23);
}

#[test]
fn what_is_acknowledged_with_fsync_survives_a_power_cut_wherever_it_comes() {
    die_everywhere(true, 61);
}
