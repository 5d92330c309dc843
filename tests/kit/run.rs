//! Runs the built binary, or any program: an empty environment, a home of its own, a deadline.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rk::base::clock::Moment;
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

/// How long a program may run if the test says nothing.
const DEADLINE: Duration = Duration::from_secs(90);

/// A program to run, and how.
#[must_use = "nothing runs before `run` or `start`"]
pub(crate) struct Run {
    command: Command,
    words: String,
    stdin: Vec<u8>,
    deadline: Duration,
    home: TempDir,
}

/// Runs `rk` with these arguments.
pub(crate) fn rk<I: IntoIterator<Item: AsRef<OsStr>>>(args: I) -> Run {
    program(env!("CARGO_BIN_EXE_rk"), args)
}

/// Runs any program with these arguments.
pub(crate) fn program<I>(program: impl AsRef<OsStr>, args: I) -> Run
where
    I: IntoIterator<Item: AsRef<OsStr>>,
{
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(&program);
    let mut words = program.as_ref().to_string_lossy().into_owned();
    for arg in args {
        words.push(' ');
        words.push_str(&arg.as_ref().to_string_lossy());
        command.arg(arg);
    }
    command.env_clear().env("HOME", home.path()).env("TMPDIR", home.path());
    command.env("COLUMNS", "100").current_dir(home.path());
    Run { command, words, stdin: Vec::new(), deadline: DEADLINE, home }
}

impl Run {
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Passes on a variable of the test's own environment, such as `PATH`.
    pub(crate) fn inherit(self, name: &str) -> Self {
        let value: OsString = std::env::var_os(name).unwrap_or_default();
        self.env(name, value)
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    pub(crate) fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Runs in a folder of the test's instead of in the empty home.
    pub(crate) fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The program's home: an empty folder, removed at the end.
    pub(crate) fn home(&self) -> PathBuf {
        self.home.path().to_owned()
    }

    /// Runs to the end, and fails if that is not reached before the deadline.
    pub(crate) fn run(self) -> Output {
        self.start().finish()
    }

    /// Starts, and lets the test do something meanwhile.
    pub(crate) fn start(mut self) -> Running {
        use std::os::unix::process::CommandExt as _;
        // A group of its own: what it starts is killed with it.
        self.command.process_group(0);
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap_or_else(|e| panic!("{}: {e}", self.words));
        let group = Pid::from_child(&child);
        let mut stdin = child.stdin.take().unwrap();
        let input = std::mem::take(&mut self.stdin);
        // Whoever does not read its input has decided so: a closed pipe is no error here.
        std::thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        Running {
            words: self.words,
            group,
            stdout: Some(stdout),
            stderr: Some(stderr),
            ended: wait_aside(child),
            status: None,
            deadline: Moment::now().after(self.deadline),
            _home: self.home,
        }
    }
}

fn collect(mut from: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

fn wait_aside(mut child: Child) -> Receiver<ExitStatus> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(child.wait().unwrap()));
    receiver
}

/// A program that runs. It is killed, with all that it started, when this is dropped.
#[must_use = "dropping it kills the program"]
pub(crate) struct Running {
    words: String,
    group: Pid,
    stdout: Option<JoinHandle<Vec<u8>>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
    ended: Receiver<ExitStatus>,
    status: Option<ExitStatus>,
    deadline: Moment,
    _home: TempDir,
}

impl Running {
    /// Sends a signal to the program and to what it started.
    pub(crate) fn signal(&self, signal: Signal) {
        // It may have ended meanwhile.
        let _ = kill_process_group(self.group, signal);
    }

    /// Says whether the program has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.status = self.status.or_else(|| self.ended.try_recv().ok());
        self.status.is_some()
    }

    /// Waits for the end, and fails if it does not come before the deadline.
    pub(crate) fn finish(mut self) -> Output {
        use std::os::unix::process::ExitStatusExt as _;
        let mut late = false;
        let status = self.status.unwrap_or_else(|| {
            match self.ended.recv_timeout(self.deadline.remaining()) {
                Ok(status) => status,
                Err(RecvTimeoutError::Timeout) => {
                    late = true;
                    self.signal(Signal::KILL);
                    self.ended.recv().unwrap()
                }
                Err(RecvTimeoutError::Disconnected) => panic!("nobody waits for {}", self.words),
            }
        });
        self.status = Some(status);
        // What it left behind would hold the pipes open.
        self.signal(Signal::KILL);
        let take = |from: &mut Option<JoinHandle<Vec<u8>>>| from.take().unwrap().join().unwrap();
        let output = Output {
            words: std::mem::take(&mut self.words),
            code: status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default()),
            stdout: take(&mut self.stdout),
            stderr: take(&mut self.stderr),
        };
        assert!(!late, "the deadline has passed\n{output:?}");
        output
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.signal(Signal::KILL);
            let _ = self.ended.recv_timeout(DEADLINE);
        }
    }
}

/// What a program said, and how it ended: `code` is 128 and the signal's number for a signal.
#[must_use = "look at the code at least"]
#[derive(Clone)]
pub(crate) struct Output {
    words: String,
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Output {
    /// Standard output as text.
    pub(crate) fn out(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap_or_else(|e| panic!("{e}\n{self:?}"))
    }

    /// Standard error as text.
    pub(crate) fn err(&self) -> &str {
        std::str::from_utf8(&self.stderr).unwrap_or_else(|e| panic!("{e}\n{self:?}"))
    }

    /// Demands the exit code 0 and returns standard output.
    #[track_caller]
    pub(crate) fn succeed(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        self.out()
    }

    /// Demands an exit code and returns standard error.
    #[track_caller]
    pub(crate) fn fail(&self, code: i32) -> &str {
        assert_eq!(self.code, code, "{self:?}");
        self.err()
    }
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        writeln!(f, "$ {}\nexit code {}", self.words, self.code)?;
        writeln!(f, "--- stdout\n{}--- stderr\n{}---", text(&self.stdout), text(&self.stderr))
    }
}

/// Returns where a program of this name lies on `PATH`, if it does.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(name)).find(|at| File::open(at).is_ok())
}

fn sh(script: &str) -> Run {
    program("/bin/sh", ["-c", script])
}

#[test]
fn a_program_has_its_input_and_an_empty_environment() {
    let output = sh("cat; echo \"$COLUMNS ${CARGO:-none} ${USER:-none}\"; pwd >&2; exit 3");
    let home = output.home();
    let output = output.stdin("in\n").run();
    assert_eq!(output.out(), "in\n100 none none\n");
    assert_eq!(Path::new(output.fail(3).trim()), home.canonicalize().unwrap_or(home));
    assert_eq!(sh("echo $A").env("A", "b").run().succeed(), "b\n");
    assert!(!sh("echo $PATH").inherit("PATH").run().succeed().is_empty());
    assert_eq!(sh("pwd").in_folder(Path::new("/")).run().succeed(), "/\n");
}

#[test]
fn a_program_that_does_not_end_is_killed_with_its_children() {
    let run = || sh("sleep 600 & wait").deadline(Duration::from_millis(50)).run();
    let late = std::panic::catch_unwind(|| run().code);
    assert!(late.is_err());
}

#[test]
fn a_running_program_takes_signals() {
    let mut running = sh("trap 'echo bye; exit 7' TERM; echo up > up; sleep 600 & wait").start();
    let up = running._home.path().join("up");
    super::wait::until("the program to be up", || up.metadata().ok().filter(|m| m.len() > 0));
    assert!(!running.has_ended());
    running.signal(Signal::TERM);
    let output = running.finish();
    assert_eq!(output.out(), "bye\n");
    assert_eq!(output.fail(7), "");
}

#[test]
fn programs_are_found_on_the_path() {
    assert!(on_path("sh").is_some());
    assert!(on_path("no-such-program-anywhere").is_none());
}

#[test]
fn the_binary_runs() {
    let _ = rk(["--version"]).run().succeed();
}
