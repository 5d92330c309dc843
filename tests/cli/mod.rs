//! The command line through the front door: the binary itself, in an empty environment.

mod help;
mod mistakes;

use std::process::{Command, Stdio};

/// What a run of `rk` left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

/// Runs `rk` with words split at blanks, in an empty environment and with an empty input.
pub(crate) fn rk(line: &str) -> Ran {
    let ran = command(line).stdin(Stdio::null()).output().unwrap();
    Ran {
        out: String::from_utf8(ran.stdout).unwrap(),
        err: String::from_utf8(ran.stderr).unwrap(),
        code: ran.status.code(),
    }
}

pub(crate) fn command(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rk"));
    command.env_clear().args(line.split_whitespace());
    command
}
