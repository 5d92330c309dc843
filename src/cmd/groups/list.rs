//! `rk groups list`.

use super::{Context, Ended, failed, words};
use crate::client::{Admin, Listed};
use crate::exit::Exit;
use crate::render::{Cell, Row};

impl Row for Listed {
    const COLUMNS: &'static [&'static str] = &["group", "type", "state"];
    const PLAIN: usize = 1;

    fn cells(&self) -> Vec<Cell> {
        vec![self.group.as_str().into(), self.kind.clone().into(), self.state.clone().into()]
    }
}

pub(super) fn run(words: words::List, admin: &mut Admin, cx: &mut Context) -> Ended {
    let (groups, errors) = admin.list_groups();
    let is_partial = !errors.is_empty();
    for error in errors {
        cx.ui.failure(&failed("cannot list the groups of one broker", error));
    }
    cx.show(words.output.output, &groups)?;
    Ok(match (is_partial, groups.is_empty()) {
        (false, _) => Exit::Done,
        (true, false) => Exit::Partly,
        (true, true) => Exit::Failed,
    })
}
