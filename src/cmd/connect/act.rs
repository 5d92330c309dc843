//! `rk connect pause`, `resume` and `stop`.

use super::wait::{Before, Goal, wait};
use super::{Context, Ended, each, failed, named_or_all, open};
use crate::cli::connect::manage as words;

/// What is done to the connectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Pause,
    Resume,
    Stop,
}

impl Act {
    /// The verb, what happens when it was said, and where it leads to.
    fn words(self) -> (&'static str, &'static str, Goal) {
        match self {
            Act::Pause => ("pause", "pausing", Goal::Paused),
            Act::Resume => ("resume", "resuming", Goal::Running),
            Act::Stop => ("stop", "stopping", Goal::Stopped),
        }
    }
}

pub(super) fn run(act: Act, words: &words::Act, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let (verb, doing, goal) = act.words();
    let names = named_or_all(words.which.names(), &connect, &format!("{verb} connectors"))?;
    // All are told before any is waited for.
    let told = each(&names, cx, |name, cx| {
        let told = match act {
            Act::Pause => connect.pause(name),
            Act::Resume => connect.resume(name),
            Act::Stop => connect.stop(name),
        };
        told.map_err(|error| failed(format!("cannot {verb} connector `{name}`"), error))?;
        cx.ui.note(&format!("{doing} connector `{name}`"));
        Ok(())
    })?;
    if told != crate::exit::Exit::Done {
        return Ok(told);
    }
    each(&names, cx, |name, cx| wait(words.wait, goal, Before::Other, name, &connect, cx))
}
