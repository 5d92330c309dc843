//! `rk connect delete`.

use super::{Context, Ended, each, failed, open};
use crate::cli::connect::manage as words;
use crate::connect::rest::RestError;
use crate::exit::Exit;

pub(super) fn run(words: &words::Delete, cx: &mut Context) -> Ended {
    let names = words.names.names();
    let what = match names.as_slice() {
        [name] => format!("delete connector `{name}`"),
        _ => format!("delete these {} connectors", names.len()),
    };
    if !cx.confirm(&what, &names, words.yes)? {
        return Ok(Exit::Failed);
    }
    let connect = open(&words.rest, cx)?;
    each(&names, cx, |name, cx| {
        match connect.delete(name) {
            Ok(()) => cx.ui.note(&format!("deleted connector `{name}`")),
            Err(RestError::NotThere { .. }) if words.if_exists => {
                cx.ui.note(&format!("connector `{name}` is not there"));
            }
            Err(error) => return Err(failed(format!("cannot delete connector `{name}`"), error)),
        }
        Ok(())
    })
}
