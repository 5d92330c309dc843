//! `rk topics`.

use super::{Context, Ended};
use crate::cli::topics as words;
use crate::failure::Failure;

pub(super) fn run(words: words::Topics, cx: &mut Context) -> Ended {
    let _ = cx.cluster(words.cluster)?;
    Err(Failure::new("this verb is not in this build"))
}
