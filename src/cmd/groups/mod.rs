//! `rk groups`.

use super::{Context, Ended};
use crate::cli::groups as words;
use crate::failure::Failure;

pub(super) fn run(words: words::Groups, cx: &mut Context) -> Ended {
    let _ = cx.cluster(words.cluster)?;
    Err(Failure::new("this verb is not in this build"))
}
