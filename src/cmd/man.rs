//! `rk man`: a manual page on standard output, or all of them into a directory.

use std::path::Path;

use anyhow::Context as _;

use super::{Context, Ended};
use crate::cli;
use crate::exit::Exit;
use crate::failure::Failure;

pub(super) fn run(words: &cli::Man, cx: &mut Context) -> Ended {
    match &words.dir {
        Some(dir) => write_all(dir, cx)?,
        None => {
            let page = cli::man_page(&words.verb).ok_or_else(|| {
                Failure::new(format!("there is no verb `{}`", words.verb.join(" ")))
                    .hint("`rk help` lists the verbs")
                    .exit(Exit::BadWords)
            })?;
            cx.print(&page)?;
        }
    }
    Ok(Exit::Done)
}

fn write_all(dir: &Path, cx: &Context) -> Result<(), Failure> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make `{}`", dir.display()))?;
    let pages = cli::man_pages();
    for (name, text) in &pages {
        let path = dir.join(name);
        std::fs::write(&path, text)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    cx.ui.note(&format!("wrote {} pages into `{}`", pages.len(), dir.display()));
    Ok(())
}
