//! The command that a broker runs for: it finds the broker in its environment, gets our signals,
//! and its exit code is ours.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;

use rustix::process::{Pid, Signal};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::signal::unix::SignalKind;

use super::Signals;
use crate::exit::Exit;
use crate::failure::Failure;

/// Where the command finds the broker: our own name, and the two that others look for.
const VARIABLES: [&str; 3] = ["BOOTSTRAP_SERVERS", "KAFKA_BOOTSTRAP_SERVERS", "RK_BROKERS"];

/// Runs the command to its end.
pub(super) async fn run(
    command: &[OsString],
    address: SocketAddr,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Ok(Exit::Done);
    };
    let own = own_directory()
        .map_err(|error| Failure::new("cannot put `rk` first on PATH").caused_by(error))?;
    let mut child = Command::new(program);
    child.args(arguments).env("PATH", path_with(own.path()));
    for variable in VARIABLES {
        child.env(variable, address.to_string());
    }
    let mut child = child.spawn().map_err(|error| {
        // As a shell does: 127 where there is no such command, 126 where it cannot run.
        let missing = error.kind() == std::io::ErrorKind::NotFound;
        Failure::new(format!("cannot run `{}`", program.display()))
            .caused_by(error)
            .exit(Exit::Passed(if missing { 127 } else { 126 }))
    })?;
    loop {
        tokio::select! {
            status = child.wait() => {
                let status = status.map_err(|error| {
                    let what = format!("cannot wait for `{}`", program.display());
                    Failure::new(what).caused_by(error)
                })?;
                return Ok(Exit::Passed(code(status)));
            }
            signal = signals.next() => pass_on(&child, signal),
        }
    }
}

/// Makes a directory with nothing but `rk` in it.
fn own_directory() -> std::io::Result<TempDir> {
    let own = tempfile::Builder::new().prefix("rk-bin-").tempdir()?;
    std::os::unix::fs::symlink(std::env::current_exe()?, own.path().join("rk"))?;
    Ok(own)
}

fn path_with(first: &Path) -> OsString {
    let mut path = first.as_os_str().to_owned();
    if let Some(rest) = std::env::var_os("PATH").filter(|rest| !rest.is_empty()) {
        path.push(":");
        path.push(rest);
    }
    path
}

/// Passes a signal on, unless the terminal has sent it to the command already.
fn pass_on(child: &Child, signal: SignalKind) {
    let by_key = signal == SignalKind::interrupt() || signal == SignalKind::quit();
    if by_key && in_foreground() {
        return;
    }
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let signal = Signal::from_named_raw(signal.as_raw_value());
    if let (Some(pid), Some(signal)) = (pid, signal) {
        // It may have ended in this very moment.
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// Says whether we are in the foreground of a terminal: its keys then signal the command too.
fn in_foreground() -> bool {
    let Ok(terminal) = std::fs::File::open("/dev/tty") else { return false };
    rustix::termios::tcgetpgrp(&terminal).is_ok_and(|group| group == rustix::process::getpgrp())
}

/// Returns the exit code as a shell tells it: 128 and the signal's number for one that was killed.
fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code & 0xff).ok()).unwrap_or(1)
}
