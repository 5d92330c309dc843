//! Records as text and back: templates (`-f`), record JSON, lines, CSV. Pure: bytes in, bytes
//! out.
//!
//! Out go [`Record`]s, through [`Template::write`] or [`write_json`]. In come [`Read`] ones,
//! each form through its [`Reader`]; [`Feeder`] hands a reader the stream piece by piece. What
//! keys, values and headers mean is the business of [`Formats`], both ways.

mod csv;
mod envelope;
mod feeder;
mod formats;
mod generate;
mod json;
mod lines;
mod number;
mod scan;
mod template;

pub use csv::CsvReader;
pub use envelope::JsonReader;
pub use feeder::{Fed, Feeder};
pub use formats::{Formats, Unprintable};
pub use generate::{BadGenerator, Generator};
pub use json::{write_json, write_json_as, write_json_planned};
pub use lines::{HeaderShape, LineShape, LinesReader, WholeReader};
pub use template::{BadTemplate, NotReadable, Template, TemplateReader, unescape};

/// The grammar of templates, as people read it: paragraphs, titles in capitals, and indented
/// lines as they are.
pub const GRAMMAR: &str = include_str!("grammar.txt");

/// A record, as it is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record<'a> {
    pub topic: &'a str,
    pub partition: i32,
    pub offset: i64,
    /// Milliseconds since the Unix epoch, and whose clock it was.
    pub timestamp: Option<(i64, TimestampType)>,
    /// None is null, which is not the same as empty.
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    /// In order; names may repeat.
    pub headers: &'a [(&'a [u8], Option<&'a [u8]>)],
    /// The epoch of the leader that wrote it, if that is known.
    pub leader_epoch: Option<i32>,
    /// What its batch says of it, if that is known.
    pub batch: Option<BatchFacts>,
}

/// What a batch says of its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchFacts {
    /// Kafka's name of the codec: `none`, `gzip`, ….
    pub compression: &'static str,
    pub is_transactional: bool,
    pub is_control: bool,
}

/// Whose clock a timestamp is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampType {
    CreateTime,
    LogAppendTime,
}

impl TimestampType {
    /// Kafka's name.
    pub fn name(self) -> &'static str {
        match self {
            TimestampType::CreateTime => "CreateTime",
            TimestampType::LogAppendTime => "LogAppendTime",
        }
    }
}

/// A header's name and its value; none is null.
pub type Header = (Vec<u8>, Option<Vec<u8>>);

/// A record, as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read<'a> {
    pub key: Option<Cow<'a, [u8]>>,
    pub value: Option<Cow<'a, [u8]>>,
    pub headers: Vec<Header>,
    /// Where the record was, if its text says so.
    pub partition: Option<i32>,
    /// Milliseconds since the Unix epoch, or -1 for none, if its text says so.
    pub timestamp: Option<i64>,
}

/// What stands at the beginning of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// No whole record yet.
    More,
    /// Bytes that are no record: blanks between two, a line of column names.
    Nothing {
        used: usize,
    },
    Record {
        used: usize,
        record: Read<'a>,
    },
    /// A record that is longer than may be sent, by so many bytes in all; the next one follows.
    TooLong {
        used: usize,
        bytes: u64,
    },
    /// A record that makes no sense: at which byte, and why. Nothing is read after it.
    Bad {
        at: usize,
        what: String,
    },
}

/// Reads records off a stream of bytes.
pub trait Reader {
    /// Reads what stands at the beginning of `bytes`, which are not empty; `is_end` says that no
    /// others follow. After [`Next::More`] it is called again with the same bytes and more, and
    /// may rely on that.
    fn next<'a>(&'a mut self, bytes: &'a [u8], is_end: bool) -> Next<'a>;

    /// Whether something is to be told at the stream's end though no byte is left: an empty file
    /// that is one record, or a record that was too long to be kept. `is_empty` says that there
    /// never was a byte. It is then called with none.
    fn has_more(&self, _is_empty: bool) -> bool {
        false
    }

    /// A new source begins: what one knows of the last, such as column names, is gone.
    fn restart(&mut self) {}
}

use std::borrow::Cow;
