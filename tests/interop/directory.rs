//! One data directory, two brokers: what `rk dev` wrote Apache Kafka serves, and the other way
//! round.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;

use crate::kit::kafka::{self, Kafka};
use crate::kit::run::{Running, rk};
use crate::kit::wait::until_within;

/// Both brokers write a snapshot of their metadata at each turn.
const OFTEN: &str = "metadata.log.max.record.bytes.between.snapshots=2000";

/// Apache Kafka leaves transactions alone that have timed out.
const NO_TIMEOUTS: &str = "transaction.abort.timed.out.transaction.cleanup.interval.ms=600000";

/// Runs a script of `rk` commands with `rk dev` on the directory.
pub(super) fn with_rk_dev(dir: &Path, script: &str) -> String {
    let dir = dir.to_str().unwrap();
    let words = ["dev", "--data-dir", dir, "--config", OFTEN];
    let words = words.into_iter().chain(["--config", "log.cleaner.backoff.ms=100"]);
    let words = words.chain(["--config", "log.initial.task.delay.ms=100"]);
    let words = words.chain(["--", "sh", "-ec", script]);
    rk(words).inherit("PATH").inherit("HOME").run().succeed().to_owned()
}

/// Writes down what Apache Kafka is told, and returns the file.
pub(super) fn settings(dir: &Path, port: u16, quorum: &str) -> PathBuf {
    let controller = port + 1;
    let settings = format!(
        "process.roles=broker,controller\n\
         node.id=1\n\
         {quorum}127.0.0.1:{controller}\n\
         listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         controller.listener.names=CONTROLLER\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n\
         offsets.topic.replication.factor=1\n\
         share.coordinator.state.topic.replication.factor=1\n\
         share.coordinator.state.topic.min.isr=1\n\
         group.initial.rebalance.delay.ms=0\n\
         transaction.state.log.replication.factor=1\n\
         transaction.state.log.min.isr=1\n\
         transaction.state.log.num.partitions=5\n\
         {NO_TIMEOUTS}\n\
         {OFTEN}\n\
         log.dirs={}\n",
        dir.display()
    );
    let file = dir.with_extension("properties");
    std::fs::write(&file, settings).unwrap();
    file
}

/// The voter is named in the settings, or in the log.
pub(super) const STATIC: &str = "controller.quorum.voters=1@";
const DYNAMIC: &str = "controller.quorum.bootstrap.servers=";

/// Starts Apache Kafka on the directory, and waits until it answers and knows of a topic.
pub(super) fn start(kafka: &Kafka, dir: &Path, quorum: &str, topic: &str) -> (Running, String) {
    start_with(kafka, dir, quorum, topic, "")
}

/// The same with more settings, in which `{PORT}` is where Kafka answers, and `{PORT+1}` and
/// `{PORT+2}` are the next.
pub(super) fn start_with(
    kafka: &Kafka,
    dir: &Path,
    quorum: &str,
    topic: &str,
    more: &str,
) -> (Running, String) {
    let port = kafka::port();
    let file = settings(dir, port, quorum);
    let text = std::fs::read_to_string(&file).unwrap() + &kafka::with_ports(more, port);
    std::fs::write(&file, text).unwrap();
    let mut running = kafka.verb("java", ["kafka.Kafka".as_ref(), file.as_os_str()]).start();
    let address = format!("127.0.0.1:{port}");
    until_within(Duration::from_secs(300), "Apache Kafka on our directory", || {
        assert!(!running.has_ended(), "Apache Kafka has ended");
        let listed = rk(["topics", "list", "-b", &address, "-o", "plain"]).run();
        let known = listed.out().lines().any(|line| line == topic) || topic.is_empty();
        (listed.code == 0 && known).then_some(())
    });
    (running, address)
}

pub(super) fn stop(running: Running) {
    running.signal(Signal::TERM);
    let _ = running.finish();
}

fn snapshots(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join("__cluster_metadata-0")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path().display().to_string());
    let mut snapshots: Vec<String> = paths.filter(|path| path.ends_with(".checkpoint")).collect();
    snapshots.sort();
    snapshots
}

/// Kafka's own dump tool reads the newest snapshot, and finds nothing wrong with it.
fn dump_newest_snapshot(kafka: &Kafka, dir: &Path) -> String {
    let newest = snapshots(dir).pop().expect("a snapshot");
    let output = kafka.verb("dump-log", ["--cluster-metadata-decoder", "--files", &newest]).run();
    let told = output.succeed();
    for part in ["SnapshotHeader", "SnapshotFooter", "isvalid: true", "FEATURE_LEVEL_RECORD"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("isvalid: false") && !told.contains("Exception"), "{told}");
    told.to_owned()
}

#[test]
fn apache_kafka_and_rk_dev_serve_one_directory_in_turn() {
    let Some(kafka) = kafka::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    with_rk_dev(
        &dir,
        "rk topics create t --partitions 2 --config retention.ms=-1
         seq 100 | rk produce t --partition 1
         test $(rk consume t -g g --from-beginning -n 30 | wc -l) = 30
         rk topics create c --partitions 1 --config cleanup.policy=compact \\
            --config segment.ms=1 --config min.cleanable.dirty.ratio=0.01
         for round in 1 2 3 4; do
             for key in a b c; do echo $key:$round; done | rk produce c -K :
         done
         until test $(rk consume c --from-beginning -e | wc -l) -le 6; do sleep 0.1; done",
    );
    let told = dump_newest_snapshot(&kafka, &dir);
    assert!(told.contains("\"name\":\"t\""), "{told}");
    let newest = snapshots(&dir).pop().unwrap();
    let shell = ["org.apache.kafka.shell.MetadataShell", "--snapshot", &newest];
    let listed = kafka.verb("java", shell.into_iter().chain(["ls", "image/topics/byName"])).run();
    assert!(listed.out().split_whitespace().any(|name| name == "t"), "{listed:?}");
    let (running, address) = start(&kafka, &dir, STATIC, "t");
    let run = |words: &[&str]| rk(words.iter().chain(&["-b", &address])).run().succeed().to_owned();
    let described = run(&["groups", "describe", "g", "-o", "csv"]);
    assert!(described.contains("g,t,1,30,100,70"), "{described}");
    let topic = run(&["topics", "describe", "t"]);
    assert!(topic.contains("retention.ms=-1"), "{topic}");
    let topic = run(&["topics", "describe", "c"]);
    assert!(topic.contains("cleanup.policy=compact"), "{topic}");
    let kept = run(&["consume", "c", "--from-beginning", "-e", "-f", "%k=%v\\n"]);
    assert!(kept.lines().count() <= 6 && kept.ends_with("a=4\nb=4\nc=4\n"), "{kept}");
    assert_eq!(run(&["consume", "t", "--from-beginning", "-e"]).lines().count(), 100);
    assert_eq!(run(&["consume", "t", "-g", "g", "-e", "-n", "20"]).lines().count(), 20);
    let more = rk(["produce", "t", "-p", "0", "-b", &address]).stdin("from Kafka\n").run();
    let _ = more.succeed();
    stop(running);
    let back = with_rk_dev(
        &dir,
        "rk groups describe g -o csv | cut -d, -f1-6
         rk consume t --from-beginning -e | wc -l",
    );
    assert!(back.contains("t,1,50,100,50"), "{back}");
    assert!(back.ends_with("101\n"), "{back}");
}

/// `kafka-storage format --standalone`: the voter is named in a snapshot at offset 0, and the
/// features are in `bootstrap.checkpoint`.
#[test]
fn a_directory_that_apache_kafka_formatted_is_taken_and_given_back() {
    let Some(kafka) = kafka::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let file = settings(&dir, kafka::port(), DYNAMIC);
    let format = ["kafka.tools.StorageTool", "format", "--standalone", "--feature"];
    let format = format.into_iter().chain(["share.version=0", "-t", "AAAAAAAAAAAAAAAAAAAABA"]);
    let format = format.chain(["-c", file.to_str().unwrap()]);
    let _ = kafka.verb("java", format).run().succeed();
    let described = with_rk_dev(
        &dir,
        "rk topics create t --partitions 1
         seq 10 | rk produce t
         test $(rk consume t -g g --from-beginning -n 3 | wc -l) = 3",
    );
    assert_eq!(described, "");
    let told = dump_newest_snapshot(&kafka, &dir);
    assert!(told.contains("\"kRaftVersion\":1") && told.contains("KRaftVoters"), "{told}");
    // What the directory was formatted with counts, not our own levels.
    assert!(told.contains("group.version") && !told.contains("share.version\",\"f"), "{told}");
    let (running, address) = start(&kafka, &dir, DYNAMIC, "t");
    let run = |words: &[&str]| rk(words.iter().chain(&["-b", &address])).run().succeed().to_owned();
    let described = run(&["groups", "describe", "g", "-o", "csv"]);
    assert!(described.contains("g,t,0,3,10,7"), "{described}");
    assert_eq!(run(&["consume", "t", "--from-beginning", "-e"]).lines().count(), 10);
    let _ = run(&["topics", "create", "by-kafka"]);
    let quorum = kafka
        .verb("metadata-quorum", ["--bootstrap-server", &address, "describe", "--status"])
        .run();
    assert!(quorum.succeed().contains("\"directoryId\""), "{quorum:?}");
    stop(running);
    let back = with_rk_dev(
        &dir,
        "rk topics list -o plain
         rk consume t --from-beginning -e | wc -l",
    );
    assert_eq!(back, "by-kafka\nt\n10\n");
    let (running, address) = start(&kafka, &dir, DYNAMIC, "by-kafka");
    let listed = rk(["topics", "list", "-b", &address, "-o", "plain"]).run();
    assert_eq!(listed.succeed(), "by-kafka\nt\n");
    stop(running);
}

/// The quorum's own feature, raised by Kafka's tool on `rk dev`: from then on Apache Kafka finds
/// the voter in the log.
#[test]
fn voters_that_rk_dev_wrote_into_the_log_are_apache_kafkas() {
    let Some(kafka) = kafka::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let tool = |verb: &str, args: &[&str]| {
        let words = args.iter().map(|arg| format!("'{arg}'")).collect::<Vec<_>>().join(" ");
        format!("{} {verb} --bootstrap-server $RK_BROKERS {words}", kafka.script())
    };
    let script = format!(
        "rk topics create t --partitions 1\n{}\n{}\n{}",
        tool("features", &["upgrade", "--feature", "kraft.version=1"]),
        tool("features", &["downgrade", "--feature", "streams.version=0"]),
        tool("metadata-quorum", &["describe", "--status"]),
    );
    let told = with_rk_dev(&dir, &script);
    assert!(told.contains("kraft.version was upgraded to 1."), "{told}");
    assert!(told.contains("streams.version was downgraded to 0."), "{told}");
    assert!(told.contains("CONTROLLER://"), "{told}");
    let (running, address) = start(&kafka, &dir, DYNAMIC, "t");
    let features = kafka.verb("features", ["--bootstrap-server", &address, "describe"]).run();
    let of = |name: &str| {
        let mut lines = features.out().lines();
        lines.find(|line| line.contains(name)).unwrap_or_default().to_owned()
    };
    assert!(of("kraft.version").contains("FinalizedVersionLevel: 1"), "{features:?}");
    assert!(of("streams.version").contains("FinalizedVersionLevel: 0"), "{features:?}");
    stop(running);
}
