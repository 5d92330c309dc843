//! `rk groups`: one file a verb.

mod delete;
mod describe;
mod list;
mod plan;
mod reset;

use super::{Context, Ended, failed};
use crate::cli::groups as words;
use crate::failure::Failure;

pub(super) fn run(words: words::Groups, cx: &mut Context) -> Ended {
    let mut admin = cx.admin(words.cluster)?;
    match words.verb {
        words::Verb::List(words) => list::run(words, &mut admin, cx),
        words::Verb::Describe(words) => describe::run(&words, &mut admin, cx),
        words::Verb::ResetOffsets(words) => reset::run(&words, &mut admin, cx),
        words::Verb::Delete(words) => delete::run(&words, &mut admin, cx),
    }
}

/// The failure of a group that is not there.
fn no_group(what: &str, group: &str) -> Failure {
    Failure::new(format!("cannot {what} group `{group}`"))
        .because("there is no such group")
        .hint("`rk groups list` shows what is there")
        .exit(crate::exit::Exit::NotThere)
}
