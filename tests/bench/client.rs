//! The client beside kcat and Apache Kafka's console tools, in one run, at the same broker:
//! `cargo bench --bench client`.
//!
//! Words choose parts: `produce`, `plain`, `json`, `grep`, `jq`, `first`, and `copies`, which is
//! measured only where it is named: a topic of ten million records copied, archived and restored.
//! `quick` takes a tenth of the records, `scale=N` an Nth, `rounds=N` other than five; `at=rk` and
//! `at=kafka` measure at one broker only: without, first at Apache Kafka and then at `rk dev`.
//! What is not installed is left out; `RK_BENCH_BINARY=path` names another `rk`. Each number is a
//! median, but for the peak of memory; ratios above 1 say that `rk` is so many times faster than
//! the other.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program that measures: it reads the clock and prints what it found"
)]
#![allow(dead_code, reason = "what it shares with the broker's measurements is used in part")]

mod copies;
mod measure;
mod sink;
mod subject;

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use measure::median;
use subject::Subject;

const PARTITIONS: &str = "4";
const PRODUCED: u64 = 2_000_000;
const CONSUMED: u64 = 4_000_000;
const OBJECTS: u64 = 1_000_000;
/// One record in so many has the needle.
const NEEDLE_EVERY: u64 = 100_000;
/// How often the first record is waited for.
const FIRSTS: usize = 21;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tool {
    Rk,
    Kcat,
    Console,
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Tool::Rk => "rk",
            Tool::Kcat => "kcat",
            Tool::Console => "console",
        }
    }

    fn all() -> Vec<Tool> {
        let mut all = vec![Tool::Rk];
        match Command::new("kcat").arg("-V").output() {
            Ok(_) => all.push(Tool::Kcat),
            Err(_) => println!("kcat is not here: no ratios to it."),
        }
        match subject::kafka_script() {
            Some(_) => all.push(Tool::Console),
            None => println!("Apache Kafka is not here (set RK_KAFKA): no ratios to its tools."),
        }
        all
    }
}

/// What a run is told.
struct Plan {
    rounds: usize,
    scale: u64,
    at: Option<Subject>,
    parts: Vec<String>,
    tools: Vec<Tool>,
    folder: tempfile::TempDir,
}

/// What one run of a program took.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    wall_s: f64,
    cpu_s: f64,
    peak_mb: f64,
    /// How many bytes it wrote to standard output.
    bytes: u64,
}

type Part = fn(&Plan, &str);
const PARTS: &[(&str, Part)] = &[
    ("produce", produce),
    ("plain", plain),
    ("json", json),
    ("grep", grep),
    ("jq", jq),
    ("first", first),
    ("copies", copies::copies),
];
/// Parts that take so long that they have to be named.
const NAMED_ONLY: &[&str] = &["copies"];

fn main() {
    if std::env::var_os(sink::ROLE).is_some() {
        return sink::serve(std::env::args().nth(1).as_deref());
    }
    let mut plan = Plan {
        rounds: 5,
        scale: 1,
        at: None,
        parts: Vec::new(),
        tools: Tool::all(),
        folder: tempfile::tempdir().unwrap(),
    };
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "--bench" => {}
            "quick" => plan.scale = 10,
            "at=rk" => plan.at = Some(Subject::Rk),
            "at=kafka" => plan.at = Some(Subject::Kafka),
            part if PARTS.iter().any(|(name, _)| *name == part) => plan.parts.push(word),
            _ if word.starts_with("scale=") => match word["scale=".len()..].parse() {
                Ok(scale) if scale > 0 => plan.scale = scale,
                _ => {
                    eprintln!("`{word}`? A number above 0 is expected");
                    std::process::exit(2);
                }
            },
            _ => match word.strip_prefix("rounds=").and_then(|n| n.parse().ok()) {
                Some(rounds) if rounds > 0 => plan.rounds = rounds,
                _ => {
                    let parts: Vec<_> = PARTS.iter().map(|(name, _)| *name).collect();
                    eprintln!("`{word}`? There are: {} quick rounds=N at=rk", parts.join(" "));
                    std::process::exit(2);
                }
            },
        }
    }
    let there = subject::kafka_script().is_some();
    let all = match plan.at {
        Some(one) => vec![one],
        None if there => vec![Subject::Kafka, Subject::Rk],
        None => vec![Subject::Rk],
    };
    for at in all {
        let broker = at.start();
        println!("\n# at {} on {}", at.name(), broker.address);
        for (name, part) in PARTS {
            let is_named = plan.parts.iter().any(|wanted| wanted == name);
            if is_named || plan.parts.is_empty() && !NAMED_ONLY.contains(name) {
                println!("\n## {name}\n");
                part(&plan, &broker.address);
            }
        }
    }
}

fn rk(address: &str, words: &[&str]) -> Command {
    let mut command = Command::new(subject::rk_binary());
    command.args(words).env("RK_BROKERS", address);
    command
}

fn kcat(address: &str, words: &[&str]) -> Command {
    let mut command = Command::new("kcat");
    command.args(["-b", address, "-q"]).args(words);
    command
}

fn console(address: &str, script: &str, words: &[&str]) -> Command {
    let mut command = Command::new(subject::kafka_script().unwrap());
    command.args([script, "--bootstrap-server", address]).args(words);
    command
}

fn create(address: &str, topic: &str) {
    let words = ["topics", "create", topic, "--partitions", PARTITIONS, "-q"];
    assert!(rk(address, &words).status().unwrap().success());
}

/// Returns the CPU time of all children that have ended and were waited for, and of theirs.
fn children_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let columns: Vec<&str> = after.split_whitespace().collect();
    let ticks = |at: usize| columns.get(at).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(13) + ticks(14)) * 1000 / measure::TICKS_PER_SECOND)
}

/// Runs a program to its end; what it prints is counted and thrown away, as by a pipe's reader.
fn run(mut command: Command, input: Option<&Path>) -> Cost {
    let stdin = input.map_or_else(Stdio::null, |path| File::open(path).unwrap().into());
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::null());
    let before = children_cpu();
    let began = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let (mut buffer, mut bytes) = (vec![0; 1 << 20], 0);
        while let Ok(n @ 1..) = out.read(&mut buffer) {
            bytes += n as u64;
        }
        bytes
    });
    let pid = child.id();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || {
        let mut peak = 0_f64;
        while is_done.recv_timeout(Duration::from_millis(20)).is_err() {
            peak = peak.max(measure::memory_mb(pid).1);
        }
        peak
    });
    let status = child.wait().unwrap();
    let wall_s = began.elapsed().as_secs_f64();
    let cpu_s = (children_cpu() - before).as_secs_f64();
    done.send(()).unwrap();
    assert!(status.success(), "{command:?}: {status}");
    Cost { wall_s, cpu_s, peak_mb: watcher.join().unwrap(), bytes: reader.join().unwrap() }
}

/// Measures each tool in turn, round by round, after one round that only warms up.
fn compare(
    plan: &Plan,
    title: &str,
    records: u64,
    tools: &[Tool],
    mut work: impl FnMut(Tool, usize) -> Cost,
) {
    let mut costs: Vec<Vec<Cost>> = tools.iter().map(|_| Vec::new()).collect();
    for round in 0..=plan.rounds {
        for (tool, costs) in tools.iter().zip(&mut costs) {
            let cost = work(*tool, round);
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    println!("{title}, {records} records");
    let heads = ["wall s", "records/s", "CPU s", "peak MB", "to kcat", "to console"];
    println!(
        "  {:8} {:>9} {:>12} {:>9} {:>9} {:>9} {:>11}",
        "", heads[0], heads[1], heads[2], heads[3], heads[4], heads[5]
    );
    let wall = |costs: &[Cost]| median(costs.iter().map(|cost| cost.wall_s));
    let of = |other: Tool| tools.iter().position(|tool| *tool == other).map(|at| wall(&costs[at]));
    let (kcat, scripts) = (of(Tool::Kcat), of(Tool::Console));
    for (tool, costs) in tools.iter().zip(&costs) {
        let (wall, cpu) = (wall(costs), median(costs.iter().map(|cost| cost.cpu_s)));
        let peak = costs.iter().map(|cost| cost.peak_mb).fold(0.0, f64::max);
        let ratio = |other: Option<f64>| {
            other.map_or_else(|| "-".to_owned(), |other| format!("{:.2}", other / wall))
        };
        let (kcat, scripts) = (ratio(kcat), ratio(scripts));
        let rate = records as f64 / wall;
        println!(
            "  {:8} {wall:>9.3} {rate:>12.0} {cpu:>9.3} {peak:>9.0} {kcat:>9} {scripts:>11}",
            tool.name()
        );
    }
    println!();
}

/// Writes lines of 100 bytes into a file.
fn lines(plan: &Plan, name: &str, count: u64, line: impl Fn(u64) -> String) -> PathBuf {
    let path = plan.folder.path().join(name);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).unwrap());
    for i in 0..count {
        out.write_all(line(i).as_bytes()).unwrap();
    }
    out.flush().unwrap();
    path
}

fn text(i: u64) -> String {
    let needle = if i % NEEDLE_EVERY == NEEDLE_EVERY / 2 { "needle" } else { "haystk" };
    let mixed = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{i:012} {needle} {mixed:020} {:<58}\n", "the quick brown fox jumps over a lazy dog")
}

fn produce(plan: &Plan, address: &str) {
    let count = PRODUCED / plan.scale;
    let file = lines(plan, "lines", count, text);
    compare(plan, "produce lines of 100 bytes", count, &plan.tools, |tool, round| {
        let topic = format!("produce-{}-{round}", tool.name());
        create(address, &topic);
        let command = match tool {
            Tool::Rk => rk(address, &["produce", &topic]),
            Tool::Kcat => kcat(address, &["-P", "-t", &topic]),
            Tool::Console => console(address, "console-producer", &["--topic", &topic]),
        };
        let cost = run(command, Some(&file));
        assert!(
            rk(address, &["topics", "delete", &topic, "--yes", "-q"]).status().unwrap().success()
        );
        cost
    });
}

/// Makes a topic of 100-byte records, once for a run.
fn full(plan: &Plan, address: &str) -> (&'static str, u64) {
    let count = CONSUMED / plan.scale;
    let is_there = Command::new(subject::rk_binary())
        .args(["topics", "list", "-o", "plain"])
        .env("RK_BROKERS", address)
        .output()
        .unwrap();
    if !String::from_utf8_lossy(&is_there.stdout).lines().any(|name| name == "full") {
        create(address, "full");
        let file = lines(plan, "full", count, text);
        run(rk(address, &["produce", "full"]), Some(&file));
    }
    ("full", count)
}

fn plain(plan: &Plan, address: &str) {
    let (topic, count) = full(plan, address);
    compare(plan, "consume values to a pipe", count, &plan.tools, |tool, _| {
        let most = count.to_string();
        run(
            match tool {
                Tool::Rk => rk(address, &["consume", topic, "-e"]),
                Tool::Kcat => kcat(address, &["-C", "-t", topic, "-e", "-o", "beginning"]),
                Tool::Console => {
                    let words = ["--topic", topic, "--from-beginning", "--max-messages", &most];
                    console(address, "console-consumer", &words)
                }
            },
            None,
        )
    });
}

fn without_console(plan: &Plan) -> Vec<Tool> {
    plan.tools.iter().copied().filter(|tool| *tool != Tool::Console).collect()
}

fn json(plan: &Plan, address: &str) {
    let (topic, count) = full(plan, address);
    compare(plan, "consume as JSON to a pipe", count, &without_console(plan), |tool, _| {
        run(
            match tool {
                Tool::Rk => rk(address, &["consume", topic, "-e", "-o", "json"]),
                _ => kcat(address, &["-C", "-t", topic, "-e", "-o", "beginning", "-J"]),
            },
            None,
        )
    });
}

fn grep(plan: &Plan, address: &str) {
    let (topic, count) = full(plan, address);
    let want = (count + NEEDLE_EVERY / 2) / NEEDLE_EVERY * 100;
    for (title, pattern) in [("a word", "needle"), ("an expression", "n[e]{2}dle +[0-9]")] {
        let title = format!("search for {title} (kcat: piped through grep -E)");
        compare(plan, &title, count, &without_console(plan), |tool, _| {
            let cost = run(
                match tool {
                    Tool::Rk => rk(address, &["consume", topic, "-e", "--grep", pattern]),
                    _ => {
                        let line = format!(
                            "kcat -b {address} -q -C -t {topic} -e -o beginning | grep -E '{pattern}'"
                        );
                        let mut command = Command::new("sh");
                        command.args(["-c", &line]);
                        command
                    }
                },
                None,
            );
            assert!(plan.scale > 1 || cost.bytes == want, "{} bytes, {want} wanted", cost.bytes);
            cost
        });
    }
}

fn jq(plan: &Plan, address: &str) {
    let count = OBJECTS / plan.scale;
    let object = |i: u64| {
        let mixed = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        format!(
            "{{\"id\":{i},\"customer\":\"c{mixed}\",\"price\":{}.{},\"state\":\"shipped\",\"tags\":[\"a\",\"b\"]}}\n",
            mixed % 500,
            mixed % 100
        )
    };
    create(address, "objects");
    let file = lines(plan, "objects", count, object);
    run(rk(address, &["produce", "objects"]), Some(&file));
    for expression in ["select(.price > 499)", "select(.price > 499) | {id, customer}"] {
        let title = format!("jq {expression}");
        compare(plan, &title, count, &[Tool::Rk], |_, _| {
            run(rk(address, &["consume", "objects", "-e", "--jq", expression]), None)
        });
    }
    compare(plan, "--count-by .state", count, &[Tool::Rk], |_, _| {
        run(rk(address, &["consume", "objects", "-e", "--count-by", ".state"]), None)
    });
}

fn first(plan: &Plan, address: &str) {
    create(address, "one");
    let file = lines(plan, "one", 1, text);
    run(rk(address, &["produce", "one"]), Some(&file));
    let mut groups = 0;
    let mut each = |name: &str, make: &mut dyn FnMut(&str) -> Command| {
        let mut took = Vec::new();
        for _ in 0..=FIRSTS {
            groups += 1;
            let mut command = make(&format!("g{groups}"));
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
            let began = Instant::now();
            let mut child = command.spawn().unwrap();
            let mut byte = [0];
            child.stdout.take().unwrap().read_exact(&mut byte).unwrap();
            took.push(began.elapsed().as_secs_f64() * 1e3);
            child.wait().unwrap();
        }
        println!("  {name:28} first byte after {:.1} ms", median(took.split_off(1)));
    };
    each("rk, without a group", &mut |_| {
        rk(address, &["consume", "one", "-n", "1", "--from-beginning"])
    });
    each("rk, a new group", &mut |group| {
        rk(address, &["consume", "one", "-n", "1", "--from-beginning", "-g", group])
    });
    each("rk, a new group (KIP-848)", &mut |group| {
        let words = ["consume", "one", "-n", "1", "--from-beginning", "-g", group];
        rk(address, &[&words[..], &["--group-protocol", "consumer"]].concat())
    });
    if plan.tools.contains(&Tool::Kcat) {
        each("kcat, without a group", &mut |_| {
            kcat(address, &["-C", "-t", "one", "-c", "1", "-o", "beginning", "-u"])
        });
    }
}
