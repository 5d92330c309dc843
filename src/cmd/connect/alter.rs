//! `rk connect alter`: some settings of a connector, and no others.

use std::collections::BTreeMap;

use super::apply::settle;
use super::rows::ChangeRow;
use super::trouble::refused;
use super::{Context, Ended, failed, open};
use crate::cli::connect::manage as words;
use crate::connect::rest::diff::changes;
use crate::connect::rest::{Config, RestError};
use crate::exit::Exit;

pub(super) fn run(words: &words::Alter, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let name = words.name.as_str();
    let what = || format!("cannot change connector `{name}`");
    let old = connect.config(name).map_err(|error| failed(what(), error))?;
    let set = words.changes.set.iter().map(|(key, value)| (key.clone(), Some(value.clone())));
    let unset = words.changes.unset.iter().map(|key| (key.clone(), None));
    let wanted: BTreeMap<String, Option<String>> = set.chain(unset).collect();
    let mut new: Config = old.clone();
    for (key, value) in &wanted {
        match value {
            Some(value) => new.insert(key.clone(), value.clone()),
            None => new.remove(key),
        };
    }
    let changes = changes(&old, &new);
    if changes.is_empty() {
        cx.ui.note(&format!("connector `{name}` is as it should be"));
    } else {
        let done = match connect.patch_config(name, &wanted) {
            // Workers before Kafka 3.8 take whole configurations only.
            Err(RestError::Refused { status: 405, .. }) => connect.put_config(name, &new),
            other => other,
        };
        done.map_err(|error| refused(what(), error, &new, &connect, cx))?;
        cx.ui.note(&format!("changed connector `{name}`"));
    }
    let row = |change| ChangeRow { name: name.to_owned(), change };
    let rows: Vec<ChangeRow> = changes.into_iter().map(row).collect();
    cx.show(words.output.output, &rows)?;
    if !rows.is_empty() {
        settle(name, words.wait, &connect, cx)?;
    }
    Ok(Exit::Done)
}
