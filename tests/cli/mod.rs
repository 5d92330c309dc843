//! The command line through the front door: the binary itself, in an empty environment.

mod active;
mod admin;
mod dev;
mod help;
mod mistakes;
mod properties;

use crate::kit::run::{self, Output};

/// Runs `rk` with the words of a line, split at blanks, and with nothing to read.
pub(crate) fn rk(line: &str) -> Output {
    run::rk(line.split_whitespace()).run()
}
