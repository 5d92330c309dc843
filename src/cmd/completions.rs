//! `rk completions`: the completions for a shell, on standard output.

use super::{Context, Ended};
use crate::cli;
use crate::exit::Exit;

pub(super) fn run(words: &cli::Completions, cx: &mut Context) -> Ended {
    cx.print(&cli::completions(words.shell))?;
    Ok(Exit::Done)
}
