//! `JdbcSinkConnector` and `JdbcSourceConnector`: topics into tables and tables into topics, of
//! PostgreSQL, MySQL, MariaDB and SQLite.
//!
//! - [`settings`]: what may be set, as it is published
//! - [`url`]: JDBC URLs, and what is secret in them
//! - [`cell`], [`time`]: values for columns; days and times as databases write them
//! - [`db`]: the databases
//! - [`sink`]: records into rows, tables made and changed, batches written
//! - [`source`]: rows into records, by what tells that they are new
//!
//! Plain JSON has no schema; its columns come from its values:
//!
//! - `true` and `false` are booleans, whole numbers are 64-bit integers, other numbers doubles,
//!   texts texts; arrays and objects are texts of JSON.
//! - A field that is null says nothing of its column's type: there is no column until a value
//!   comes; where there is one, it becomes null. A field that is not there is not touched.
//! - Where the values of one batch differ as its columns are made, integers and doubles become
//!   doubles, anything else a text. All columns may be null, but for the primary key's.
//! - Later, a column's type stays. With `auto.evolve`, columns that are not there are added, and
//!   a column of integers becomes one of doubles when a double comes; any other value that does
//!   not fit is that record's mistake, and goes to the dead letters.

mod cell;
mod db;
mod settings;
mod sink;
mod source;
mod time;
mod url;

use std::collections::BTreeMap;

use super::{Class, Sort};
use crate::connect::define::{Def, Settings};
use url::Target;

pub(super) const SINK: Class = Class {
    names: &[
        "io.confluent.connect.jdbc.JdbcSinkConnector",
        "io.aiven.connect.jdbc.JdbcSinkConnector",
    ],
    sort: Sort::Sink(sink::make),
    def: Def(&[settings::CONNECTING, settings::SINK]),
    prefixes: &["connection."],
    tasks: |_, most| most,
    check: check_sink,
    check_offsets: |_, _, _| Ok(()),
};

pub(super) const SOURCE: Class = Class {
    names: &[
        "io.confluent.connect.jdbc.JdbcSourceConnector",
        "io.aiven.connect.jdbc.JdbcSourceConnector",
    ],
    sort: Sort::Source(source::make),
    def: Def(&[settings::CONNECTING, settings::SOURCE]),
    prefixes: &["connection."],
    tasks: source::tasks,
    check: check_source,
    check_offsets: source::check_offsets,
};

fn check_source(
    settings: &Settings,
    all: &BTreeMap<String, String>,
) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if settings.text("connection.url").is_some()
        && let Err(mistake) = Target::of(settings, all)
    {
        wrong.push(mistake);
    }
    let (white, black) = (settings.list("table.whitelist"), settings.list("table.blacklist"));
    let has_query = settings.text("query").is_some();
    if !white.is_empty() && !black.is_empty() {
        let why = "table.whitelist and table.blacklist are mutually exclusive";
        wrong.push(("table.blacklist", why.to_owned()));
    }
    if has_query && !(white.is_empty() && black.is_empty()) {
        let why = "with a query there are no tables to choose: leave table.whitelist and \
                   table.blacklist out";
        wrong.push(("query", why.to_owned()));
    }
    let mode = settings.string("mode").to_lowercase();
    if mode.contains("timestamp") && settings.list("timestamp.column.name").is_empty() {
        let why = format!("mode={mode} needs the names of timestamp columns");
        wrong.push(("timestamp.column.name", why));
    }
    if mode.contains("incrementing")
        && has_query
        && settings.text("incrementing.column.name").is_none()
    {
        let why = format!("mode={mode} with a query needs the name of the incrementing column");
        wrong.push(("incrementing.column.name", why));
    }
    wrong
}

fn check_sink(settings: &Settings, all: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if settings.text("connection.url").is_some()
        && let Err(mistake) = Target::of(settings, all)
    {
        wrong.push(mistake);
    }
    let word = |name: &str| settings.string(name).to_lowercase();
    let (mode, keys) = (word("insert.mode"), settings.list("pk.fields").len());
    match word("pk.mode").as_str() {
        "none" if mode != "insert" && !mode.is_empty() => {
            let why = format!(
                "insert.mode={mode} needs a primary key: kafka, record_key or record_value"
            );
            wrong.push(("pk.mode", why));
        }
        "kafka" if keys != 0 && keys != 3 => {
            let why = "with pk.mode=kafka there must be three names, for topic, partition and \
                       offset, or none";
            wrong.push(("pk.fields", why.to_owned()));
        }
        "record_key" => {}
        _ if settings.flag("delete.enabled") => {
            let why = "Primary key mode must be 'record_key' when delete support is enabled";
            wrong.push(("delete.enabled", why.to_owned()));
        }
        _ => {}
    }
    wrong
}
