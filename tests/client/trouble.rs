//! What goes wrong while `rk produce` and `rk consume` run: a broker that dies and comes back or
//! stays away, a full disk, a reader that goes, a server that says nothing.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rk::base::clock::Moment;
use rk::base::ids::Uuid;
use rk::wire::messages::share_group_heartbeat::ShareGroupHeartbeatRequest;
use rustix::process::Signal;

use super::{at, create, send};
use crate::kit::broker::TestBroker;
use crate::kit::run::{Run, Running, program, rk};
use crate::kit::wait;
use crate::kit::wire::Client;

/// The built binary as a broker that can be killed, and started again where it was.
struct Dev {
    folder: tempfile::TempDir,
    address: String,
    running: Option<Running>,
}

impl Dev {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (running, address) = start(folder.path(), "127.0.0.1:0").unwrap();
        Dev { folder, address, running: Some(running) }
    }

    /// Ends it by a signal, and waits until it is gone.
    fn end(&mut self, signal: Signal) {
        let running = self.running.take().unwrap();
        running.signal(signal);
        let _ = running.finish();
    }

    /// Starts it again, at the same address.
    fn start_again(&mut self) {
        let again = || start(self.folder.path(), &self.address);
        // Somebody's connection may have the port for a moment.
        self.running = Some(wait::until("rk dev to start again", again).0);
    }
}

fn start(folder: &Path, listen: &str) -> Option<(Running, String)> {
    let (ready, data) = (folder.join("ready"), folder.join("data"));
    let _ = std::fs::remove_file(&ready);
    let words = ["dev", "--listen", listen, "--config", "offsets.topic.num.partitions=2"];
    let paths = ["--ready-file", ready.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
    let mut running = rk(words.into_iter().chain(paths)).start();
    let address = wait::until("rk dev", || match running.has_ended() {
        true => Some(None),
        false => {
            let text = std::fs::read_to_string(&ready).ok()?;
            text.ends_with('\n').then(|| Some(text.trim().to_owned()))
        }
    });
    address.map(|address| (running, address))
}

/// A run of `rk` by a shell, so that its output is a file.
pub(super) fn to_file(brokers: &str, before: &str, words: &str) -> (Run, PathBuf) {
    let command = format!("{before} exec '{}' {words} >out 2>err", env!("CARGO_BIN_EXE_rk"));
    let run = program("/bin/sh", ["-c", &command]).inherit("PATH").env("RK_BROKERS", brokers);
    let home = run.home();
    (run, home)
}

pub(super) fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Demands `partition offset value` of every record, once and in the order of its partition, and
/// returns the values in order.
#[track_caller]
fn whole(lines: &[String]) -> Vec<usize> {
    let mut last: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut values = Vec::new();
    for line in lines {
        let all: Vec<usize> = line.split(' ').map(|n| n.parse().unwrap()).collect();
        let (offset, value) = (all[1], all[2]);
        match last.insert(all[0], (offset, value)) {
            None => assert_eq!(offset, 0, "{line}"),
            Some((before, less)) => assert!(offset == before + 1 && value > less, "{line}"),
        }
        values.push(value);
    }
    values.sort_unstable();
    values
}

/// Waits until a run has ended, while its output can still be read.
pub(super) fn end_of(running: &mut Running) {
    wait::until("the end of a run", || running.has_ended().then_some(()));
}

/// Demands the numbers from 0 to before `count`.
#[track_caller]
fn demand_all(found: &[usize], count: usize) {
    let wrong = (0..count.max(found.len())).find(|i| found.get(*i) != Some(i));
    assert!(wrong.is_none(), "{} of {count}, the first wrong at {wrong:?}", found.len());
}

#[test]
fn a_broker_that_dies_and_comes_back_loses_and_doubles_nothing() {
    const RECORDS: usize = 12_000;
    let mut dev = Dev::start();
    let brokers = dev.address.clone();
    create(&brokers, "t", 3);
    let words = format!("consume t --from-beginning -n {RECORDS} -f '%p %o %v\\n'");
    let readers: Vec<(Running, PathBuf)> = [
        words.clone(),
        format!("{words} -g classic -X auto.commit.interval.ms=200"),
        format!("{words} -g kip848 --group-protocol consumer"),
    ]
    .iter()
    .map(|words| {
        let (run, home) = to_file(&brokers, "", words);
        (run.start(), home.join("out"))
    })
    .collect();
    let input: String = (0..RECORDS).map(|i| format!("{i}\n")).collect();
    let words = ["produce", "t", "--rate", "4000", "--partitioner", "round-robin"];
    let producing = at(&brokers, &words).stdin(input).start();
    for (seen, signal) in [(1, Signal::KILL), (3_000, Signal::TERM), (7_000, Signal::KILL)] {
        wait::until("records", || (lines(&readers[0].1).len() >= seen).then_some(()));
        dev.end(signal);
        dev.start_again();
    }
    let output = producing.finish();
    assert_eq!(output.code, 0, "{output:?}");
    for (mut reader, out) in readers {
        end_of(&mut reader);
        demand_all(&whole(&lines(&out)), RECORDS);
        assert_eq!(reader.finish().code, 0);
    }
    let there = at(&brokers, &["consume", "t", "-e", "-f", "%p %o %v\\n"]).run();
    let there: Vec<String> = there.succeed().lines().map(str::to_owned).collect();
    demand_all(&whole(&there), RECORDS);
}

#[test]
fn a_member_that_lost_its_group_does_not_print_again_what_it_printed() {
    let mut dev = Dev::start();
    let brokers = dev.address.clone();
    create(&brokers, "t", 2);
    let numbers = |from: usize| (from..from + 100).map(|i| format!("{i}\n")).collect::<String>();
    send(&brokers, "t", &[], &numbers(0));
    // It commits nothing before the broker goes, and by the broker's return its session is over.
    let words = "consume t -g g --from-beginning -n 200 -f '%p %o %v\\n' \
                 -X auto.commit.interval.ms=3600000 -X session.timeout.ms=6000 \
                 -X heartbeat.interval.ms=500";
    let (run, home) = to_file(&brokers, "", words);
    let mut reader = run.start();
    let out = home.join("out");
    wait::until("the first records", || (lines(&out).len() == 100).then_some(()));
    dev.end(Signal::KILL);
    let told = || std::fs::read_to_string(home.join("err")).unwrap_or_default();
    wait::until("the session's end", || told().contains("session timed out").then_some(()));
    dev.start_again();
    send(&brokers, "t", &[], &numbers(100));
    end_of(&mut reader);
    demand_all(&whole(&lines(&out)), 200);
    assert_eq!(reader.finish().code, 0);
}

#[test]
fn lines_that_were_not_sent_are_told_when_the_broker_stays_away() {
    let mut dev = Dev::start();
    let brokers = dev.address.clone();
    create(&brokers, "t", 1);
    let input: String = (1..=3000).map(|i| format!("{i}\n")).collect();
    let words = ["produce", "t", "--rate", "1000", "-X", "message.timeout.ms=1500"];
    let producing = at(&brokers, &words).stdin(input).start();
    let there = || at(&brokers, &["consume", "t", "-e"]).run().succeed().lines().count();
    wait::until("records", || (there() > 100).then_some(()));
    dev.end(Signal::KILL);
    let output = producing.finish();
    let told = output.fail(3);
    assert!(told.contains("the connection to the cluster is lost"), "{told}");
    // What is told and what is there fit together: every line that is not told is in the topic.
    let number = |text: &str, word: &str| -> usize {
        let after = text.split(word).nth(1).unwrap_or_default();
        after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
    };
    let failed = number(told, "error: ");
    let delivered = number(told, "to `t`, ");
    assert_eq!(failed + delivered, 3000, "{told}");
    let lost = format!("lines {} to 3000: no broker took it in time", delivered + 1);
    assert!(told.contains(&lost), "{told}");
    dev.start_again();
    let there = at(&brokers, &["consume", "t", "-e"]).run();
    let there: Vec<usize> = there.succeed().lines().map(|line| line.parse().unwrap()).collect();
    assert!(there.len() >= delivered, "{} of {delivered} are there", there.len());
    assert_eq!(there, (1..=there.len()).collect::<Vec<_>>());
}

#[test]
fn ctrl_c_ends_it_while_the_broker_is_away() {
    let mut dev = Dev::start();
    let brokers = dev.address.clone();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], "1\n2\n");
    let readers: Vec<(Running, PathBuf)> = ["", "-g g", "-g h --group-protocol consumer"]
        .iter()
        .map(|words| {
            let words = format!("consume t --from-beginning {words}");
            let (run, home) = to_file(&brokers, "", &words);
            (run.start(), home)
        })
        .collect();
    for (_, home) in &readers {
        wait::until("the records", || (lines(&home.join("out")).len() == 2).then_some(()));
    }
    dev.end(Signal::KILL);
    for (mut reader, home) in readers {
        let err = || std::fs::read_to_string(home.join("err")).unwrap_or_default();
        wait::until("the note", || err().contains("connection to the cluster").then_some(()));
        let began = Moment::now();
        reader.signal(Signal::INT);
        end_of(&mut reader);
        let (took, told) = (began.elapsed(), err());
        let code = reader.finish().code;
        assert!(code == 130 || code == 1 && told.contains("cannot commit"), "{code} {told}");
        assert!(took < Duration::from_secs(20), "{took:?} {told}");
    }
}

fn committed(brokers: &str, group: &str) -> i64 {
    let words = ["groups", "describe", group, "-o", "json"];
    let text = at(brokers, &words).run().succeed().to_owned();
    let rows: Vec<serde_json::Value> = match serde_json::from_str(&text) {
        Ok(serde_json::Value::Array(rows)) => rows,
        _ => panic!("{text}"),
    };
    rows.iter().map(|row| row["current_offset"].as_i64().unwrap_or(0)).sum()
}

#[test]
fn a_full_disk_ends_it_and_nothing_unprinted_is_committed() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let input: String = (0..20_000).map(|i| format!("{i:040}\n")).collect();
    send(&brokers, "t", &[], &input);
    for (i, words) in ["", "-o json", "-f '%o %v\\n'", "--count"].iter().enumerate() {
        for group in ["", &format!("-g full{i}")] {
            let words = format!("consume t -e --from-beginning {words} {group}");
            let command = format!("exec '{}' {words} >/dev/full", env!("CARGO_BIN_EXE_rk"));
            let run = program("/bin/sh", ["-c", &command]).inherit("PATH");
            let output = run.env("RK_BROKERS", &brokers).run();
            let told = output.fail(1);
            assert!(told.contains("error: cannot write the output"), "{told}");
            assert!(told.contains("No space left on device"), "{told}");
        }
        if *words != "--count" {
            assert_eq!(committed(&brokers, &format!("full{i}")), 0);
        }
    }
    // A disk that is full after a while: here a file that may not grow any further.
    let words = "consume t --from-beginning -g g -X auto.commit.interval.ms=1";
    let (run, home) = to_file(&brokers, "trap '' XFSZ; ulimit -f 900;", words);
    let mut running = run.start();
    end_of(&mut running);
    let told = std::fs::read_to_string(home.join("err")).unwrap_or_default();
    assert!(told.contains("File too large"), "{told}");
    let printed = i64::try_from(lines(&home.join("out")).len()).unwrap();
    assert_eq!(running.finish().code, 1);
    let committed = committed(&brokers, "g");
    assert!(printed > 5_000, "{printed} lines");
    assert!(committed <= printed, "{committed} are committed, {printed} printed");
}

#[test]
fn a_reader_that_goes_ends_a_member_in_order() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], &(0..100_000).map(|i| format!("{i}\n")).collect::<String>());
    let rk = env!("CARGO_BIN_EXE_rk");
    let command =
        format!("{{ '{rk}' consume t -g g --from-beginning; echo \"code $?\" >&2; }} | head -n 2");
    let run = program("/bin/sh", ["-c", &command]);
    let output = run.inherit("PATH").env("RK_BROKERS", &brokers).run();
    assert_eq!(output.succeed(), "0\n1\n");
    assert_eq!(output.err(), "code 0\n");
    // It has left: another gets its partitions at once.
    let words = ["consume", "t", "-g", "g", "--from-beginning", "-n", "1"];
    let began = Moment::now();
    let _ = at(&brokers, &words).run().succeed();
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn a_server_that_says_nothing_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    for words in [&["produce", "t"][..], &["consume", "t"], &["consume", "t", "-g", "g"]] {
        let words = [words, &["-X", "socket.connection.setup.timeout.ms=300"]].concat();
        let output = at(&address, &words).run();
        let told = output.fail(1);
        assert!(told.contains("did not answer ApiVersions within"), "{told}");
        assert!(told.contains("hint: is it a Kafka broker"), "{told}");
    }
}

#[test]
fn a_group_of_another_kind_is_told() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let mut client = Client::connect(broker.address());
    let join = ShareGroupHeartbeatRequest {
        group_id: "g".into(),
        member_id: Uuid::from_random([1; 16]).to_string(),
        subscribed_topic_names: Some(vec!["t".into()]),
        ..Default::default()
    };
    wait::until("the share group", || (client.call(1, &join).error_code == 0).then_some(()));
    let words = ["consume", "t", "-g", "g", "--timeout", "1s"];
    let output = at(&brokers, &words).run();
    let told = output.fail(1);
    assert!(told.contains("error: cannot consume from `t`"), "{told}");
    assert!(told.contains("group"), "{told}");
    // By this protocol librdkafka asks again and again, without a word.
    let words = [&words[..], &["--group-protocol", "consumer"]].concat();
    let output = at(&brokers, &words).run();
    assert_eq!(output.succeed(), "");
    assert!(output.err().contains("given us no partitions yet"), "{output:?}");
}
