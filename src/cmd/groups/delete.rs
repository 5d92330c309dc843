//! `rk groups delete`.

use super::{Context, Ended, failed, no_group, words};
use crate::client::{Admin, ClientError};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::wire::ErrorCode;

pub(super) fn run(words: &words::Delete, admin: &mut Admin, cx: &mut Context) -> Ended {
    let names = words.names();
    let what = match names.as_slice() {
        [name] => format!("delete group `{name}` and its offsets"),
        _ => format!("delete these {} groups and their offsets", names.len()),
    };
    if !cx.confirm(&what, &names, words.yes)? {
        return Ok(Exit::Failed);
    }
    let mut exits = Vec::new();
    for name in &names {
        match admin.delete_group(name) {
            Ok(()) => cx.ui.note(&format!("deleted group `{name}`")),
            Err(error) => {
                let failure = one_failed(name, error);
                cx.ui.failure(&failure);
                exits.push(failure.exit);
            }
        }
    }
    Ok(Exit::of_many(names.len(), &exits))
}

fn one_failed(name: &str, error: ClientError) -> Failure {
    let code = error.code();
    if code == Some(ErrorCode::GROUP_ID_NOT_FOUND) {
        return no_group("delete", name);
    }
    let failure = failed(format!("cannot delete group `{name}`"), error);
    match code {
        Some(ErrorCode::NON_EMPTY_GROUP) => failure.hint("stop its members first"),
        _ => failure,
    }
}
