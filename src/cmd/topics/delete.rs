//! `rk topics delete`.

use super::{Context, Ended, failed, resolve, tell, words};
use crate::client::Admin;
use crate::exit::Exit;

pub(super) fn run(words: &words::Delete, admin: &mut Admin, cx: &mut Context) -> Ended {
    let names = resolve(admin, words.topics.names(), words.regex)?;
    let what = match names.as_slice() {
        [name] => format!("delete topic `{name}` and all its records"),
        _ => format!("delete these {} topics and all their records", names.len()),
    };
    if !cx.confirm(&what, &names, words.yes)? {
        return Ok(Exit::Failed);
    }
    let each =
        admin.delete_topics(&names).map_err(|error| failed("cannot delete topics", error))?;
    Ok(tell(each, &names, "delete", "deleted", cx))
}
