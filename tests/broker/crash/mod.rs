//! The machine dies at every step of the disk, in the middle of a scripted day of a broker; what
//! the next start shows is what was acknowledged, or that and what was being done.
//!
//! Without `--fsync` an acknowledged change survives the death of the process; with it, that of
//! the machine: bytes and names that were not synced are lost, torn or zeroed.

mod script;
mod seen;

use std::path::PathBuf;
use std::sync::Arc;

use rk::base::clock;
use rk::broker::config::StaticConfig;
use rk::broker::disk::memory::{Fault, MemoryDisk, Tail};
use rk::broker::net::{Listener, stop};
use rk::broker::{Broker, Options};
use tokio::runtime::Runtime;

use self::script::{Actor, Script};
use self::seen::State;
use crate::kit::wire::Client;

/// What of the script was done when the machine died.
struct Ran {
    /// The state that was acknowledged.
    acked: State,
    /// That, and what was being done: none where nothing was.
    maybe: Option<State>,
    /// What the broker said then.
    error: i16,
}

/// Serves on a disk for as long as `work` takes. None where the broker does not start.
fn with_broker<T>(
    runtime: &Runtime,
    disk: &MemoryDisk,
    work: impl FnOnce(&mut Client) -> T,
) -> Result<T, String> {
    let (stopper, stopped) = stop();
    let (address, running) = runtime.block_on(async {
        let fixed = StaticConfig::parse(script::CONFIGS.map(|(k, v)| (k.into(), v.into())));
        let fixed = fixed.unwrap();
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), &fixed).await.unwrap();
        let address = listener.address();
        let options = Options { fixed, ..Default::default() };
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
fn play(runtime: &Runtime, disk: &MemoryDisk, script: &Script) -> Ran {
    let mut acked = State::default();
    let played = with_broker(runtime, disk, |client| {
        let mut actor = Actor { client, producer: (-1, -1) };
        for op in &script.ops {
            let mut next = acked.clone();
            match op.perform(&mut actor, &mut next) {
                Ok(()) => acked = next,
                Err(error) => return Ran { acked, maybe: Some(next), error },
            }
        }
        Ran { acked, maybe: None, error: 0 }
    });
    // Nothing was ever done.
    played.unwrap_or_else(|_| Ran { acked: State::default(), maybe: None, error: 0 })
}

/// Starts on what is left and compares; and once more, as a start changes the disk as well.
fn check(runtime: &Runtime, left: &MemoryDisk, ran: &Ran, what: &str) {
    for start in ["first", "second"] {
        let found = with_broker(runtime, left, |client| State::look(client, &ran.acked));
        let found = found.unwrap_or_else(|error| panic!("{what}, {start} start: {error}"));
        let is_acked = found.is(&ran.acked);
        let is_maybe = ran.maybe.as_ref().is_some_and(|maybe| found.is(maybe));
        assert!(
            is_acked || is_maybe,
            "{what}, {start} start: found\n{found:?}\nacknowledged\n{:?}\nor\n{:?}",
            ran.acked,
            ran.maybe
        );
    }
}

/// How many steps the whole script takes, and that it leaves what it says.
fn whole(runtime: &Runtime, script: &Script) -> u64 {
    let disk = MemoryDisk::new();
    let ran = play(runtime, &disk, script);
    assert!(ran.maybe.is_none(), "the script ends with {}: {:?}", ran.error, ran.maybe);
    check(runtime, &disk.crash(Tail::Kept), &ran, "the whole script");
    disk.steps()
}

/// All steps, or with `RK_CRASH=some` one in seven: a debug build takes its time.
fn steps(all: u64) -> impl Iterator<Item = u64> {
    let stride =
        if std::env::var_os("RK_CRASH").is_some_and(|which| which == "all") { 1 } else { 5 };
    // Another start each day of a seed would hide failures; all residues are tried over the files.
    (0..=all).step_by(stride)
}

#[test]
fn what_is_acknowledged_survives_the_process_wherever_it_dies() {
    let runtime = Runtime::new().unwrap();
    let script = Script::day();
    let all = whole(&runtime, &script);
    let mut tried = 0;
    for step in steps(all) {
        for half_done in [false, true] {
            let disk = MemoryDisk::new();
            if half_done {
                disk.fail_at(step, Fault::Device);
            }
            disk.die_at(step + u64::from(half_done));
            let ran = play(&runtime, &disk, &script);
            let what = format!("dead at step {step} of {all}, half done: {half_done}");
            check(&runtime, &disk.crash(Tail::Kept), &ran, &what);
            tried += 1;
        }
    }
    crate::kit::say(&format!("{tried} crashes of a script of {} acts", script.ops.len()));
}
