//! `rk connect loggers`: how much the workers log.

use super::{Context, Ended, each, failed, open};
use crate::cli::connect::manage as words;
use crate::connect::rest::Logger;
use crate::exit::Exit;
use crate::render::{Cell, Row};
use crate::settings::time;

struct LoggerRow {
    logger: String,
    found: Logger,
}

impl Row for LoggerRow {
    const COLUMNS: &'static [&'static str] = &["logger", "level", "last_modified"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.logger.as_str().into(),
            self.found.level.clone().into(),
            self.found.last_modified.map(time::show).into(),
        ]
    }
}

pub(super) fn run(words: &words::Loggers, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    if let Some(level) = &words.set {
        let level = level.to_uppercase();
        return each(&words.names, cx, |name, cx| {
            let set = connect.set_logger(name, &level, words.cluster);
            let set = set.map_err(|error| failed(format!("cannot set logger `{name}`"), error))?;
            let what = match (words.cluster, set.len()) {
                (true, _) => "and those below it, on all workers".to_owned(),
                (false, 0 | 1) => "on this worker".to_owned(),
                (false, count) => format!("and {} below it, on this worker", count - 1),
            };
            cx.ui.note(&format!("set logger `{name}` to {level}, {what}"));
            Ok(())
        });
    }
    let mut rows = Vec::new();
    let exit = match words.names.is_empty() {
        true => {
            let all = connect.loggers().map_err(|error| failed("cannot list loggers", error))?;
            rows.extend(all.into_iter().map(|(logger, found)| LoggerRow { logger, found }));
            Exit::Done
        }
        false => each(&words.names, cx, |name, _| {
            let found = connect.logger(name);
            let found =
                found.map_err(|error| failed(format!("cannot show logger `{name}`"), error))?;
            rows.push(LoggerRow { logger: name.to_owned(), found });
            Ok(())
        })?,
    };
    if exit == Exit::Done || !rows.is_empty() {
        cx.show(words.output.output, &rows)?;
    }
    Ok(exit)
}
