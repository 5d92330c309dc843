//! The built binary runs short of things: a disk that is full, a directory that cannot be written
//! to or is taken, too few files. It says so, loses nothing, and goes on when there is room.

use std::path::Path;
use std::time::Duration;

use rk::wire::batch::Batches;
use rk::wire::messages::fetch::{FetchPartition, FetchRequest, FetchTopic};
use rustix::process::Signal;

use super::disk_fails::create;
use super::fetching::{batch, code, produce};
use crate::kit::run::{Running, program, rk};
use crate::kit::wire::Client;
use crate::kit::{skipped, wait};

const STORAGE_ERROR: i16 = 56;
/// What `mount` ends with where it is not allowed.
const NOT_ALLOWED: i32 = 77;

const RK: &str = env!("CARGO_BIN_EXE_rk");

/// Runs a script, with `$RK` and `$HERE`, in which file systems can be mounted.
fn script(here: &Path, text: &str) -> Running {
    let run = program("unshare", ["-rm", "sh", "-c", text]);
    let run = run.inherit("PATH").env("RK", RK).env("HERE", here);
    run.deadline(Duration::from_secs(60)).start()
}

/// Says whether scripts can mount.
fn can_mount() -> bool {
    let here = tempfile::tempdir().unwrap();
    if crate::kit::run::on_path("unshare").is_none() {
        return false;
    }
    let tried = script(here.path(), "mount -t tmpfs -o size=1m none \"$HERE\" || exit 77").finish();
    assert!([0, 1, NOT_ALLOWED].contains(&tried.code), "{tried:?}");
    tried.code == 0
}

/// Waits for a broker to say where it is.
fn address(running: &mut Running, ready: &Path) -> String {
    wait::until("rk dev to be ready", || {
        assert!(!running.has_ended(), "rk dev has ended");
        let text = std::fs::read_to_string(ready).ok()?;
        text.ends_with('\n').then(|| text.trim().to_owned())
    })
}

/// How many batches of a partition there are: all of them whole, one after the other.
fn stored(client: &mut Client, topic: &str) -> i64 {
    let mut next = 0;
    loop {
        let wanted = FetchPartition {
            fetch_offset: next,
            partition_max_bytes: 1 << 20,
            ..Default::default()
        };
        let topic =
            FetchTopic { topic: topic.into(), partitions: vec![wanted], ..Default::default() };
        let request =
            FetchRequest { max_bytes: 1 << 20, topics: vec![topic], ..Default::default() };
        let data = client.call(12, &request).responses[0].partitions[0].clone();
        assert_eq!(data.error_code, 0);
        let records = data.records.unwrap_or_default().0;
        if records.is_empty() {
            return next;
        }
        for batch in Batches::of(&records) {
            let bytes = batch.unwrap().bytes;
            let info = rk::wire::batch::check_stored(bytes).unwrap();
            assert_eq!(info.base_offset, next);
            next = info.next_offset();
        }
    }
}

#[test]
fn a_full_disk_is_told_and_what_was_acknowledged_is_there_when_there_is_room_again() {
    if !can_mount() {
        return skipped("nothing can be mounted here");
    }
    for flags in ["", "--fsync"] {
        let here = tempfile::tempdir().unwrap();
        let text = format!(
            "mkdir \"$HERE/disk\" && mount -t tmpfs -o size=3m none \"$HERE/disk\" && \
             head -c 1000000 /dev/zero > \"$HERE/disk/ballast\" || exit 77
             dev() {{ \"$RK\" dev --listen 127.0.0.1:0 --data-dir \"$HERE/disk/data\" {flags} \
                 --config offsets.topic.num.partitions=1 --ready-file \"$1\"; }}
             dev \"$HERE/first\" & echo $! > \"$HERE/pid\"; wait $!; dev \"$HERE/second\""
        );
        let mut running = script(here.path(), &text);
        let at = address(&mut running, &here.path().join("first"));
        let mut client = Client::connect(&at);
        assert_eq!(create(&mut client, "t", 1), 0);
        let send = |client: &mut Client| code(&client.call(9, &produce("t", 0, batch(1, 20_000))));
        let mut acknowledged = 0;
        let refused = wait::until("the disk to be full", || match send(&mut client) {
            0 => {
                acknowledged += 1;
                None
            }
            error => Some(error),
        });
        assert_eq!(refused, STORAGE_ERROR);
        assert!(acknowledged > 20, "{acknowledged}");
        assert_eq!(create(&mut client, "more", 50), STORAGE_ERROR);
        assert_eq!(send(&mut client), STORAGE_ERROR);
        assert_eq!(stored(&mut client, "t"), acknowledged);
        // The broker's own view of the file systems.
        let shell = std::fs::read_to_string(here.path().join("pid")).unwrap();
        let root = format!("/proc/{}/root", shell.trim());
        let ballast = here.path().join("disk/ballast").display().to_string();
        std::fs::remove_file(format!("{root}{ballast}")).unwrap();
        for _ in 0..10 {
            assert_eq!(send(&mut client), 0, "there is room again");
            acknowledged += 1;
        }
        // Killed: the function runs in a shell of its own, whose child the broker is.
        let children = format!("/proc/{0}/task/{0}/children", shell.trim());
        let child = std::fs::read_to_string(children).unwrap();
        let pid = child.trim().parse().ok().and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(pid.unwrap(), Signal::KILL).unwrap();
        let at = address(&mut running, &here.path().join("second"));
        let mut client = Client::connect(&at);
        assert_eq!(stored(&mut client, "t"), acknowledged, "{flags}");
        assert_eq!(send(&mut client), 0);
        let made = wait::until("the topic that did not fit", || {
            let made = create(&mut client, "more", 50);
            // It was written down, and its logs come now; or it was not.
            [0, 36].contains(&made).then_some(made)
        });
        assert_eq!(code(&client.call(9, &produce("more", 49, batch(1, 10)))), 0, "{made}");
        running.signal(Signal::TERM);
        drop(running);
    }
}

#[test]
fn a_directory_that_cannot_be_written_to_is_named() {
    if !can_mount() {
        return skipped("nothing can be mounted here");
    }
    let here = tempfile::tempdir().unwrap();
    let text = "mount -t tmpfs -o ro none \"$HERE\" || exit 77
        \"$RK\" dev --listen 127.0.0.1:0 --data-dir \"$HERE/data\"";
    let output = script(here.path(), text).finish();
    let told = output.fail(1);
    let place = here.path().join("data").display().to_string();
    assert!(told.contains(&place) && told.contains("Read-only file system"), "{told}");
}

#[test]
fn without_files_for_more_logs_what_is_open_goes_on() {
    let here = tempfile::tempdir().unwrap();
    let start = |limit: &str, ready: &str| {
        let text = format!(
            "{limit} exec \"$RK\" dev --listen 127.0.0.1:0 --data-dir \"$HERE/data\" \
             --ready-file \"$HERE/{ready}\""
        );
        let run = program("sh", ["-c", text.as_str()]).inherit("PATH").env("RK", RK);
        let run = run.env("HERE", here.path()).deadline(Duration::from_secs(60));
        let mut running = run.start();
        let at = address(&mut running, &here.path().join(ready));
        (running, at)
    };
    let (running, at) = start("ulimit -n 64;", "first");
    let mut client = Client::connect(&at);
    assert_eq!(create(&mut client, "t", 1), 0);
    assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0);
    assert_eq!(create(&mut client, "many", 100), STORAGE_ERROR);
    for _ in 0..3 {
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0);
        let last = code(&client.call(9, &produce("many", 99, batch(1, 10))));
        assert!([3, STORAGE_ERROR].contains(&last), "{last}");
    }
    assert_eq!(stored(&mut client, "t"), 4);
    running.signal(Signal::KILL);
    let output = running.finish();
    assert!(output.err().contains("Too many open files"), "{output:?}");
    // With more of them it is all there, the topic that was written down with it.
    let (running, at) = start("", "second");
    let mut client = Client::connect(&at);
    assert_eq!(stored(&mut client, "t"), 4);
    let made = create(&mut client, "many", 100);
    assert!([0, 36].contains(&made), "{made}");
    assert_eq!(code(&client.call(9, &produce("many", 99, batch(1, 10)))), 0);
    running.signal(Signal::TERM);
    let _ = running.finish().succeed();
}

#[test]
fn a_directory_has_one_broker_at_a_time() {
    let here = tempfile::tempdir().unwrap();
    let (data, ready) = (here.path().join("data"), here.path().join("ready"));
    let words = ["dev", "--listen", "127.0.0.1:0", "--data-dir", data.to_str().unwrap()];
    let first = words.into_iter().chain(["--ready-file", ready.to_str().unwrap()]);
    let mut running = rk(first).start();
    let at = address(&mut running, &ready);
    let mut client = Client::connect(&at);
    assert_eq!(create(&mut client, "t", 1), 0);
    let told = rk(words).run();
    assert!(told.fail(1).contains("is in use by another broker"), "{told:?}");
    assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0);
    running.signal(Signal::TERM);
    let _ = running.finish().succeed();
    // A lock that a dead broker held is nobody's.
    let once = rk(words.into_iter().chain(["--", "true"])).inherit("PATH");
    let _ = once.run().succeed();
}
