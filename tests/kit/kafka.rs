//! Apache Kafka itself, where it is there: the judge. Everything here is skipped without it.
//!
//! `RK_KAFKA` names a script with the verbs `start PORT`, `stop PORT`, `schemas` and one for each
//! of Kafka's tools; without it, a well-known place beside the package is looked at.

use std::ffi::{OsStr, OsString};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use super::run::{Run, on_path, program};

/// How long one of Kafka's own may take: a JVM on a busy machine takes its time.
const DEADLINE: Duration = Duration::from_secs(400);

/// Apache Kafka's script.
#[derive(Clone, Debug)]
pub(crate) struct Kafka {
    script: PathBuf,
}

/// How long the jars may take to come, where they are not here yet.
const INSTALL_DEADLINE: Duration = Duration::from_secs(600);

/// Returns Apache Kafka if it is here, and says so if it is not.
pub(crate) fn find() -> Option<Kafka> {
    // Looked for once: the tests run side by side, and the jars come once.
    static FOUND: OnceLock<Result<Kafka, String>> = OnceLock::new();
    match FOUND.get_or_init(look) {
        Ok(kafka) => Some(kafka.clone()),
        Err(why) => {
            super::skipped(why);
            None
        }
    }
}

fn look() -> Result<Kafka, String> {
    let script = match std::env::var_os("RK_KAFKA") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/kafka/kafka"),
    };
    if !script.is_file() || on_path("java").is_none() {
        return Err("Apache Kafka is not here (set RK_KAFKA)".to_owned());
    }
    let kafka = Kafka { script };
    // Fetches the jars where they are missing, and does nothing where they are not.
    let schemas = kafka.verb("schemas", [""; 0]).deadline(INSTALL_DEADLINE).run();
    match schemas.code {
        0 => Ok(kafka),
        _ => Err(format!("Apache Kafka cannot be made ready: {}", schemas.err().trim())),
    }
}

/// What the script needs of the test's own environment: it keeps the jars in the user's cache.
const ENVIRONMENT: &[&str] = &["PATH", "JAVA_HOME", "KAFKA_REF", "XDG_CACHE_HOME", "HOME"];

impl Kafka {
    /// Returns a run of one of the script's verbs.
    pub(crate) fn verb<I: IntoIterator<Item: AsRef<OsStr>>>(&self, verb: &str, args: I) -> Run {
        let words = [verb.into()].into_iter().chain(args.into_iter().map(|a| a.as_ref().into()));
        with_environment(program(&self.script, words.collect::<Vec<OsString>>()))
    }

    /// Returns the script itself, for a shell.
    pub(crate) fn script(&self) -> String {
        self.script.display().to_string()
    }

    /// Returns a verb as a command, for a test that talks with it while it runs.
    pub(crate) fn command<I: IntoIterator<Item: AsRef<OsStr>>>(
        &self,
        verb: &str,
        args: I,
    ) -> Command {
        let mut command = Command::new(&self.script);
        command.arg(verb).args(args);
        command
    }

    /// Returns the folder of the definitions of all messages.
    pub(crate) fn schemas(&self) -> PathBuf {
        PathBuf::from(self.verb("schemas", [""; 0]).run().succeed().trim())
    }

    /// Starts a broker with some settings (lines of a properties file) and waits until it
    /// answers. `{PORT}` in them, `{PORT+1}` and `{PORT+2}` are its ports.
    pub(crate) fn start(&self, settings: &str) -> Broker {
        let port = port();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.properties");
        std::fs::write(&file, with_ports(settings, port)).unwrap();
        // The script leaves the broker behind, in the background, and a run kills what is left
        // behind: so a shell gives it a session of its own, and no pipe to hold.
        let start = "setsid \"$0\" start \"$1\" >out 2>&1 </dev/null; code=$?; cat out; exit $code";
        let words = ["-c".into(), start.into(), self.script.clone(), port.to_string().into()];
        let run = with_environment(program("/bin/sh", words)).env("KAFKA_OPTS_FILE", &file);
        let broker = Broker { kafka: self.clone(), port, address: format!("127.0.0.1:{port}") };
        let _ = run.run().succeed();
        broker
    }
}

/// Puts ports into settings.
pub(crate) fn with_ports(settings: &str, port: u16) -> String {
    let named = ["{PORT}", "{PORT+1}", "{PORT+2}"].into_iter().zip(port..);
    named.fold(settings.to_owned(), |text, (name, port)| text.replace(name, &port.to_string()))
}

fn with_environment(run: Run) -> Run {
    let known = ENVIRONMENT.iter().filter(|name| std::env::var_os(name).is_some());
    known.fold(run.deadline(DEADLINE), |run, name| run.inherit(name))
}

/// Where the ports begin that are tried, and how many threes of them there are: below those that
/// the system gives to connections, since until a JVM listens somebody else may be given it.
const PORTS: (u16, u16) = (20_000, 3_300);

/// Returns the port that `RK_KAFKA_PORT` names, or a free one. The next one is the controller's,
/// and one more is free.
pub(crate) fn port() -> u16 {
    if let Ok(port) = std::env::var("RK_KAFKA_PORT") {
        return port.parse().expect("RK_KAFKA_PORT is a port");
    }
    // No two tests of one run are given the same, and two runs begin at different ones.
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let (from, threes) = PORTS;
    let own = u16::try_from(std::process::id() % u32::from(threes)).unwrap_or_default();
    let port = (0..100).find_map(|_| {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = from + 3 * ((own + next) % threes);
        TcpListener::bind(("127.0.0.1", port)).ok()?;
        TcpListener::bind(("127.0.0.1", port + 1)).ok()?;
        TcpListener::bind(("127.0.0.1", port + 2)).ok()?;
        Some(port)
    });
    port.expect("three free ports, one after the other")
}

/// An Apache Kafka broker that runs. It is stopped when this is dropped.
pub(crate) struct Broker {
    kafka: Kafka,
    port: u16,
    pub(crate) address: String,
}

impl Broker {
    /// Returns where the third of its ports is.
    pub(crate) fn address_of_third_port(&self) -> String {
        format!("127.0.0.1:{}", self.port + 2)
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let port = self.port.to_string();
        let output = self.kafka.verb("stop", [port]).run();
        if output.code != 0 {
            super::say(&format!("Apache Kafka did not stop: {output:?}"));
        }
    }
}
