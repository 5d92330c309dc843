//! What is measured: a broker as a process of its own, started and stopped here.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{measure, sink};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Rk,
    Kafka,
    Sink,
}

impl Subject {
    /// Returns what there is to measure here.
    pub(crate) fn all() -> Vec<Subject> {
        let mut all = vec![Subject::Rk];
        match kafka_script() {
            Some(_) => all.push(Subject::Kafka),
            None => println!("Apache Kafka is not here (set RK_KAFKA): no ratios to it."),
        }
        all.push(Subject::Sink);
        all
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Subject::Rk => "rk dev",
            Subject::Kafka => "kafka",
            Subject::Sink => "sink",
        }
    }

    /// Starts it on an empty directory and waits until it answers.
    pub(crate) fn start(self) -> Running {
        let folder = tempfile::tempdir().unwrap();
        self.start_in(folder)
    }

    /// Starts it on a directory, which goes when it has stopped.
    pub(crate) fn start_in(self, folder: tempfile::TempDir) -> Running {
        let began = Instant::now();
        let (child, pid, address) = match self {
            Subject::Rk => rk(folder.path()),
            Subject::Kafka => kafka(),
            Subject::Sink => the_sink(folder.path()),
        };
        let ready = began.elapsed();
        Running { subject: self, child, pid, address, ready, folder: Some(folder) }
    }
}

/// Returns Apache Kafka's script: as the tests find it.
pub(crate) fn kafka_script() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/kafka/kafka");
    let script = std::env::var_os("RK_KAFKA").map_or_else(beside, PathBuf::from);
    script.is_file().then_some(script)
}

/// A broker that runs. Dropped, it is stopped and its data is removed.
pub(crate) struct Running {
    subject: Subject,
    child: Option<Child>,
    pid: u32,
    pub(crate) address: String,
    /// From the start of the process to its first sign of life.
    pub(crate) ready: Duration,
    folder: Option<tempfile::TempDir>,
}

impl Running {
    pub(crate) fn cpu_s(&self) -> f64 {
        measure::cpu(self.pid).as_secs_f64()
    }

    /// Returns what it holds now and held at most, in megabytes.
    pub(crate) fn memory_mb(&self) -> (f64, f64) {
        measure::memory_mb(self.pid)
    }

    /// Stops it in order and hands its directory over.
    pub(crate) fn stop(mut self) -> tempfile::TempDir {
        self.end();
        self.folder.take().unwrap()
    }

    fn end(&mut self) {
        match (self.subject, self.child.take()) {
            (Subject::Kafka, _) => {
                let port = self.address.rsplit_once(':').unwrap().1.to_owned();
                let script = kafka_script().unwrap();
                let _ = Command::new(script).args(["stop", &port]).status();
            }
            (_, Some(mut child)) => {
                let pid = rustix::process::Pid::from_child(&child);
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
                let _ = child.wait();
            }
            _ => {}
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

fn rk(folder: &Path) -> (Option<Child>, u32, String) {
    let mut command = Command::new(rk_binary());
    command.args(["dev", "--listen", "127.0.0.1:0", "--quiet", "--data-dir"]).arg(folder);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let line = first_line(&mut child);
    let pid = child.id();
    // `export BOOTSTRAP_SERVERS=` stands before the address.
    let address = line.rsplit('=').next().unwrap_or_default().to_owned();
    (Some(child), pid, address)
}

fn the_sink(folder: &Path) -> (Option<Child>, u32, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(sink::ROLE, "1").arg(folder);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let address = first_line(&mut child);
    let pid = child.id();
    (Some(child), pid, address)
}

/// Reads the line that says where it listens, and lets the rest go by.
fn first_line(child: &mut Child) -> String {
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
    line.trim().to_owned()
}

fn kafka() -> (Option<Child>, u32, String) {
    // Below those that the system gives to connections, since Kafka listens only seconds later; its
    // controller takes the next one.
    let is_free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let port = (20_000..30_000).step_by(2).find(|port| is_free(*port) && is_free(port + 1));
    let port = port.expect("two free ports, one after the other");
    let script = kafka_script().unwrap();
    // The script leaves the broker behind: it gets no pipe of ours to hold.
    let mut command = Command::new("setsid");
    command.arg(script).args(["start", &port.to_string()]);
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "Apache Kafka does not start");
    (None, pid_of_kafka(port), format!("127.0.0.1:{port}"))
}

/// Finds the JVM that was started for a port: the folder of its settings is named by it.
fn pid_of_kafka(port: u16) -> u32 {
    let folder = format!("/{port}/server.properties");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let mut pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_it = |pid: &u32| {
        let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words);
        words.contains("kafka.Kafka") && words.contains(&folder)
    };
    pids.find(is_it).expect("Apache Kafka's process")
}

/// The `rk` that is measured: the one that was built with this program, or another.
pub(crate) fn rk_binary() -> std::ffi::OsString {
    std::env::var_os("RK_BENCH_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_rk").into())
}
