//! `FileStreamSource` and `FileStreamSink`: lines of files, as Kafka's own, without its bugs.
//!
//! The source's positions are bytes, so that it goes on at the right place in a file that is not
//! ASCII; lines that were read are all sent before more is waited for; a file that was cut or
//! replaced is noticed, told, and read from its beginning. `file` may be a pattern (`*`, `?`,
//! `[…]` in the last part of the path): then every file that matches is read, each with a
//! position of its own. The sink writes bytes as they are, where Java writes an address, and a
//! write that fails is an error, where Java goes on.

mod pattern;
mod sink;
mod source;
mod tail;

use std::collections::BTreeMap;

use super::{Class, Sort};
use crate::connect::data::Value;
use crate::connect::define::{Def, Importance, Key, Kind, Preset, Settings, Valid};
use crate::connect::error::ConnectError;

const SOURCE_KEYS: &[Key] = &[
    Key::new(
        "file",
        Kind::String,
        Preset::Null,
        Importance::High,
        "The file to read, or a pattern of files; standard input without.",
    ),
    Key::new("topic", Kind::String, Preset::Required, Importance::High, "The topic to write to.")
        .valid(Valid::NonEmpty),
    Key::new(
        "batch.size",
        Kind::Int,
        Preset::Text("2000"),
        Importance::Low,
        "How many lines are read at once at most.",
    )
    .valid(Valid::AtLeast(1)),
];

const SINK_KEYS: &[Key] = &[Key::new(
    "file",
    Kind::String,
    Preset::Null,
    Importance::High,
    "The file to append to; standard output without.",
)];

pub(super) const SOURCE: Class = Class {
    names: &["org.apache.kafka.connect.file.FileStreamSourceConnector"],
    sort: Sort::Source(source::make),
    def: Def(&[SOURCE_KEYS]),
    prefixes: &[],
    tasks: |_, _| 1,
    check: |_, _| Vec::new(),
    check_offsets,
};

pub(super) const SINK: Class = Class {
    names: &["org.apache.kafka.connect.file.FileStreamSinkConnector"],
    sort: Sort::Sink(sink::make),
    def: Def(&[SINK_KEYS]),
    prefixes: &[],
    tasks: |_, most| most,
    check: none,
    check_offsets: |_, _, _| Ok(()),
};

fn none(_: &Settings, _: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    Vec::new()
}

/// What Kafka's connector demands of offsets that somebody sets.
fn check_offsets(
    settings: &Settings,
    partition: &Value,
    offset: Option<&Value>,
) -> Result<(), ConnectError> {
    if settings.text("file").is_none() {
        return Err(ConnectError::connect(
            "Offsets cannot be modified if the 'file' configuration is unspecified. This is \
             because stdin is used for input and offsets are not tracked.",
        ));
    }
    // A partition that nobody knows may always be forgotten.
    let Some(offset) = offset else { return Ok(()) };
    let Some(position) = offset.entry("position") else {
        return Err(ConnectError::connect(
            "Offset objects should either be null or contain the key 'position'",
        ));
    };
    match position {
        Value::Int64(position) if *position >= 0 => {}
        Value::Int64(_) => {
            return Err(ConnectError::connect(
                "The value for the 'position' key in the offset should be a non-negative value",
            ));
        }
        _ => {
            return Err(ConnectError::connect(
                "The value for the 'position' key in the offset is expected to be a Long value",
            ));
        }
    }
    match partition {
        Value::Null => Err(ConnectError::connect("Partition objects cannot be null")),
        partition if partition.entry("filename").is_none() => {
            Err(ConnectError::connect("Partition objects should contain the key 'filename'"))
        }
        _ => Ok(()),
    }
}
