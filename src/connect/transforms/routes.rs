//! `RegexRouter`, `TimestampRouter`, `Filter`.

use regex::Regex;

use super::time::Format;
use super::{Class, Transform};
use crate::connect::define::{Def, Importance, Key, Kind, Preset, Valid, regex_trouble};
use crate::connect::error::ConnectError;
use crate::connect::record::Record;

use Importance::High;
use Preset::{Required, Text};

pub(super) fn regex(text: &str) -> Result<(), String> {
    Regex::new(text).map(drop).map_err(|_| regex_trouble(text))
}

pub(super) const REGEX: Class = Class {
    name: "org.apache.kafka.connect.transforms.RegexRouter",
    def: Def(&[&[
        Key::new(
            "regex",
            Kind::String,
            Required,
            High,
            "What the whole name of a topic must match to be changed.",
        )
        .valid(Valid::By(regex)),
        Key::new(
            "replacement",
            Kind::String,
            Required,
            High,
            "The new name; $1 is what the first group matched.",
        ),
    ]]),
    has_targets: false,
    make: |settings, _| {
        let regex = settings.string("regex");
        let wrong = |_| ConnectError::config("Invalid regular expression");
        Ok(Box::new(RegexRouter {
            whole: Regex::new(&format!("^(?:{regex})$")).map_err(wrong)?,
            regex: Regex::new(regex).map_err(wrong)?,
            replacement: settings.string("replacement").to_owned(),
            last: None,
        }))
    },
};

struct RegexRouter {
    whole: Regex,
    regex: Regex,
    replacement: String,
    /// The last topic, and what became of it.
    last: Option<(std::sync::Arc<str>, std::sync::Arc<str>)>,
}

impl RegexRouter {
    fn route(&self, topic: &str) -> Result<String, ConnectError> {
        if !self.whole.is_match(topic) {
            return Ok(topic.to_owned());
        }
        let Some(found) = self.regex.captures(topic) else { return Ok(topic.to_owned()) };
        let all = found.get(0).map_or(0..0, |all| all.range());
        let new = expand(&self.replacement, &found)?;
        Ok(format!("{}{new}{}", &topic[..all.start], &topic[all.end..]))
    }
}

/// Puts groups into a replacement as Java does: `$1`, `${name}`, and `\$` for a dollar.
fn expand(replacement: &str, found: &regex::Captures) -> Result<String, ConnectError> {
    let mut out = String::new();
    let mut chars = replacement.chars().peekable();
    let no_group = |what: &str| ConnectError::data(format!("No group {what}"));
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' if chars.peek() == Some(&'{') => {
                chars.next();
                let name: String = chars.by_ref().take_while(|c| *c != '}').collect();
                out.push_str(found.name(&name).ok_or_else(|| no_group(&name))?.as_str());
            }
            '$' => {
                let first = chars.next().and_then(|c| c.to_digit(10));
                let mut group = first.ok_or_else(|| no_group("there is"))? as usize;
                // More digits count as long as there is such a group.
                while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                    let more = group * 10 + digit as usize;
                    if more >= found.len() {
                        break;
                    }
                    group = more;
                    chars.next();
                }
                if group >= found.len() {
                    return Err(no_group(&group.to_string()));
                }
                out.push_str(found.get(group).map_or("", |part| part.as_str()));
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

impl Transform for RegexRouter {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let new = match &self.last {
            Some((old, new)) if *old == record.topic => new.clone(),
            _ => {
                let new: std::sync::Arc<str> = self.route(&record.topic)?.into();
                self.last = Some((record.topic, new.clone()));
                new
            }
        };
        record.topic = new;
        Ok(Some(record))
    }
}

pub(super) const TIMESTAMP: Class = Class {
    name: "org.apache.kafka.connect.transforms.TimestampRouter",
    def: Def(&[&[
        Key::new(
            "topic.format",
            Kind::String,
            Text("${topic}-${timestamp}"),
            High,
            "The new name of the topic.",
        ),
        Key::new(
            "timestamp.format",
            Kind::String,
            Text("yyyyMMdd"),
            High,
            "How the timestamp is written there, in UTC, by SimpleDateFormat's letters.",
        )
        .valid(Valid::By(Format::check)),
    ]]),
    has_targets: false,
    make: |settings, _| {
        Ok(Box::new(TimestampRouter {
            topic: settings.string("topic.format").to_owned(),
            timestamp: Format::of(settings.string("timestamp.format"))
                .map_err(ConnectError::config)?,
        }))
    },
};

struct TimestampRouter {
    topic: String,
    timestamp: Format,
}

impl Transform for TimestampRouter {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let ms = record.timestamp.ok_or_else(|| {
            ConnectError::data(format!("Timestamp missing on record: {}", record.topic))
        })?;
        let named = self.topic.replace("${topic}", &record.topic);
        record.topic = named.replace("${timestamp}", &self.timestamp.write(ms)).into();
        Ok(Some(record))
    }
}

pub(super) const FILTER: Class = Class {
    name: "org.apache.kafka.connect.transforms.Filter",
    def: Def(&[]),
    has_targets: false,
    make: |_, _| Ok(Box::new(Filter)),
};

/// Drops all: which those are, a predicate says.
struct Filter;

impl Transform for Filter {
    fn apply(&mut self, _: Record) -> Result<Option<Record>, ConnectError> {
        Ok(None)
    }
}
