//! `rk connect`: one file a verb.

mod run;

use super::{Context, Ended};
use crate::cli::connect as words;

pub(super) fn run(words: words::Connect, cx: &mut Context) -> Ended {
    match words.verb {
        words::Verb::Run(words) => run::run(*words, cx),
    }
}
