//! `rk connect list`.

use super::rows::ListRow;
use super::{Context, Ended, failed, open, unless};
use crate::cli::connect::manage as words;
use crate::connect::rest::Status;
use crate::exit::Exit;

pub(super) fn run(words: &words::List, cx: &mut Context) -> Ended {
    let words::Judged { fail_on_failed, output, rest } = &words.judged;
    let connect = open(rest, cx)?;
    let all = connect.overview().map_err(|error| failed("cannot list connectors", error))?;
    let rows: Vec<ListRow> = all.iter().map(ListRow).collect();
    cx.show(output.output, &rows)?;
    let has_failed = all.iter().filter_map(|one| one.status.as_ref()).any(Status::has_failed);
    Ok(unless(Exit::Done, *fail_on_failed && has_failed))
}
