//! `rk connect topics`: what connectors have read from, or written to.

use super::status::names_of;
use super::{Context, Ended, each, failed, open};
use crate::cli::connect::manage as words;
use crate::connect::rest::RestError;
use crate::exit::Exit;
use crate::render::{Cell, Row};

struct TopicRow {
    name: String,
    topic: String,
}

impl Row for TopicRow {
    const COLUMNS: &'static [&'static str] = &["name", "topic"];

    fn cells(&self) -> Vec<Cell> {
        vec![self.name.as_str().into(), self.topic.as_str().into()]
    }
}

pub(super) fn run(words: &words::Topics, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let names = names_of(words.names.names(), &connect)?;
    if words.reset {
        return each(&names, cx, |name, cx| {
            connect.reset_topics(name).map_err(|error| {
                refused(format!("cannot forget the topics of connector `{name}`"), error)
            })?;
            cx.ui.note(&format!("forgot the topics of connector `{name}`"));
            Ok(())
        });
    }
    let mut rows = Vec::new();
    let exit = each(&names, cx, |name, _| {
        let what = || format!("cannot show the topics of connector `{name}`");
        // Connect knows no topics of a stranger, and does not say that it is one.
        connect.info(name).map_err(|error| failed(what(), error))?;
        let topics = connect.topics(name).map_err(|error| refused(what(), error))?;
        rows.extend(topics.into_iter().map(|topic| TopicRow { name: name.to_owned(), topic }));
        Ok(())
    })?;
    if exit == Exit::Done || !rows.is_empty() {
        cx.show(words.output.output, &rows)?;
    }
    Ok(exit)
}

/// A 403 is not about who asks here.
fn refused(what: String, error: RestError) -> crate::failure::Failure {
    let hint = "the workers do not keep track of topics, or do not forget them: \
                `topic.tracking.enable`, `topic.tracking.allow.reset`";
    match &error {
        RestError::Login { status: 403, .. } => failed(what, error).hint(hint),
        _ => failed(what, error),
    }
}
