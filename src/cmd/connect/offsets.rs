//! `rk connect offsets`: how far connectors are, and moving them.

use serde_json::{Map, Value, json};

use super::wait::{Before, Goal, wait_for};
use super::{Context, Ended, Failure, each, failed, open};
use crate::base::clock::Moment;
use crate::cli::connect::manage as words;
use crate::connect::rest::{Connect, Offset, RestError};
use crate::exit::Exit;
use crate::render::{Cell, Row};
use crate::settings::words::TopicOffset;

/// How often it is tried again while tasks that were stopped are still going.
const LOOK: std::time::Duration = std::time::Duration::from_millis(500);

struct OffsetRow<'a> {
    name: &'a str,
    offset: &'a Offset,
}

impl OffsetRow<'_> {
    /// The topic, partition and offset of a sink.
    fn sink(&self) -> Option<(&str, i64, Option<i64>)> {
        let of = |value: &Value| match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_i64(),
        };
        let Offset { partition, offset } = self.offset;
        let topic = partition.get("kafka_topic")?.as_str()?;
        let at = of(partition.get("kafka_partition")?)?;
        Some((topic, at, offset.get("kafka_offset").and_then(of)))
    }
}

impl Row for OffsetRow<'_> {
    const COLUMNS: &'static [&'static str] = &["name", "partition", "offset"];

    fn cells(&self) -> Vec<Cell> {
        let (partition, offset) = match self.sink() {
            Some((topic, partition, offset)) => {
                (Cell::from(format!("{topic}:{partition}")), Cell::from(offset))
            }
            None => {
                let Offset { partition, offset } = self.offset;
                let shown = (!offset.is_null()).then(|| offset.to_string());
                (Cell::from(partition.to_string()), Cell::from(shown))
            }
        };
        vec![self.name.into(), partition, offset]
    }

    /// In JSON they are as Connect has them.
    fn json(&self) -> Map<String, Value> {
        let Offset { partition, offset } = self.offset;
        let object = json!({"name": self.name, "partition": partition, "offset": offset});
        object.as_object().cloned().unwrap_or_default()
    }
}

pub(super) fn run(words: &words::Offsets, cx: &mut Context) -> Ended {
    match &words.verb {
        words::OffsetsVerb::Get(words) => get(words, cx),
        words::OffsetsVerb::Alter(words) => alter(words, cx),
        words::OffsetsVerb::Reset(words) => reset(words, cx),
    }
}

fn get(words: &words::OffsetsGet, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let mut found: Vec<(String, Offset)> = Vec::new();
    let exit = each(&words.names.names(), cx, |name, _| {
        let what = || format!("cannot show the offsets of connector `{name}`");
        let offsets = connect.offsets(name).map_err(|error| failed(what(), error))?;
        found.extend(offsets.into_iter().map(|offset| (name.to_owned(), offset)));
        Ok(())
    })?;
    let rows: Vec<OffsetRow> =
        found.iter().map(|(name, offset)| OffsetRow { name, offset }).collect();
    if exit == Exit::Done || !rows.is_empty() {
        cx.show(words.output.output, &rows)?;
    }
    Ok(exit)
}

fn alter(words: &words::OffsetsAlter, cx: &mut Context) -> Ended {
    let offsets = wanted(words)?;
    let connect = open(&words.rest, cx)?;
    let name = words.name.as_str();
    let what = || format!("cannot move connector `{name}` to other offsets");
    while_stopped(name, words.stop, &connect, what, cx, || connect.alter_offsets(name, &offsets))?;
    Ok(Exit::Done)
}

fn reset(words: &words::OffsetsReset, cx: &mut Context) -> Ended {
    let names = words.names.names();
    let what = match names.as_slice() {
        [name] => format!("make connector `{name}` begin anew"),
        _ => format!("make these {} connectors begin anew", names.len()),
    };
    if !cx.confirm(&what, &names, words.yes)? {
        return Ok(Exit::Failed);
    }
    let connect = open(&words.rest, cx)?;
    each(&names, cx, |name, cx| {
        let what = || format!("cannot reset the offsets of connector `{name}`");
        while_stopped(name, words.stop, &connect, what, cx, || connect.reset_offsets(name))
    })
}

/// Does something to the offsets of a connector that is stopped, or stopped for it, and resumes
/// it if that is asked for. A connector that was stopped for nothing is resumed all the same.
fn while_stopped(
    name: &str,
    words: words::StopArgs,
    connect: &Connect,
    what: impl Fn() -> String,
    cx: &Context,
    work: impl Fn() -> Result<String, RestError>,
) -> Result<(), Failure> {
    if words.stop_first {
        connect.stop(name).map_err(|error| failed(what(), error))?;
    }
    let changed = change_stopped(name, words, connect, what, cx, work);
    if words.resume && (changed.is_ok() || words.stop_first) {
        let resumed = connect.resume(name);
        // What went wrong first is what is told.
        changed?;
        let what = || format!("cannot resume connector `{name}`");
        resumed.map_err(|error| failed(what(), error))?;
        cx.ui.note(&format!("resuming connector `{name}`"));
        return Ok(());
    }
    changed
}

/// Waits until the connector has stopped, if it was told to, and changes its offsets.
fn change_stopped(
    name: &str,
    words: words::StopArgs,
    connect: &Connect,
    what: impl Fn() -> String,
    cx: &Context,
    work: impl Fn() -> Result<String, RestError>,
) -> Result<(), Failure> {
    if words.stop_first {
        wait_for(words.timeout, Goal::Stopped, Before::Other, name, connect)?;
        cx.ui.note(&format!("stopped connector `{name}`"));
    }
    let deadline = Moment::now().after(words.timeout);
    loop {
        match work() {
            // Its tasks are still going, and the worker says that it will not last.
            Err(error)
                if error.may_succeed_later() && words.stop_first && !deadline.has_passed() =>
            {
                std::thread::sleep(LOOK);
            }
            Err(error) => return Err(failed(what(), error)),
            Ok(message) => {
                cx.ui.note(&format!("connector `{name}`: {message}"));
                return Ok(());
            }
        }
    }
}

/// The offsets that the words mean.
fn wanted(words: &words::OffsetsAlter) -> Result<Vec<Offset>, Failure> {
    let bad = |why: String| {
        Failure::new(format!("cannot move connector `{}` to other offsets", words.name))
            .because(why)
            .exit(Exit::BadWords)
    };
    let which = &words.which;
    let json = |flag: &str, text: &str| {
        serde_json::from_str::<Value>(text).map_err(|e| bad(format!("`{flag}` is not JSON: {e}")))
    };
    if let (Some(partition), Some(offset)) = (&which.partition, &words.offset) {
        let (partition, offset) = (json("--partition", partition)?, json("--offset", offset)?);
        return Ok(vec![Offset { partition, offset }]);
    }
    let Some(path) = &which.file else { return Ok(which.topics.iter().map(of_topic).collect()) };
    let text = match path.as_os_str() == "-" {
        true => std::io::read_to_string(std::io::stdin()),
        false => std::fs::read_to_string(path),
    };
    let shown = path.display();
    let text = text.map_err(|e| Failure::new(format!("cannot read `{shown}`")).caused_by(e))?;
    let value: Value =
        serde_json::from_str(&text).map_err(|e| bad(format!("`{shown}` is not JSON: {e}")))?;
    of_json(&value, &words.name).map_err(|why| bad(format!("`{shown}`: {why}")))
}

fn of_topic(one: &TopicOffset) -> Offset {
    let partition = json!({"kafka_topic": one.topic, "kafka_partition": one.partition});
    let offset = one.offset.map_or(Value::Null, |offset| json!({"kafka_offset": offset}));
    Offset { partition, offset }
}

/// Reads Connect's own shape, or a list as `offsets get -o json` prints it.
fn of_json(value: &Value, name: &str) -> Result<Vec<Offset>, String> {
    let all = value.get("offsets").unwrap_or(value);
    let all = all.as_array().ok_or("it has no list of offsets")?;
    let mut offsets = Vec::new();
    for (at, one) in all.iter().enumerate() {
        let other = one.get("name").and_then(Value::as_str).filter(|other| *other != name);
        if let Some(other) = other {
            return Err(format!("offset {} is of connector `{other}`", at + 1));
        }
        let part = |key: &str| one.get(key).cloned();
        match (part("partition"), part("offset")) {
            (Some(partition @ Value::Object(_)), Some(offset)) => {
                offsets.push(Offset { partition, offset });
            }
            _ => return Err(format!("offset {} has no `partition` and `offset`", at + 1)),
        }
    }
    match offsets.is_empty() {
        true => Err("it has no offset".to_owned()),
        false => Ok(offsets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sink(partition: i64, offset: Value) -> Offset {
        Offset { partition: json!({"kafka_topic": "a", "kafka_partition": partition}), offset }
    }

    #[test]
    fn a_sinks_offsets_are_told_in_short_and_a_sources_as_they_are() {
        let text = |offset: &Offset| {
            let cells = OffsetRow { name: "c", offset }.cells();
            cells.iter().map(|cell| cell.json().to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(text(&sink(3, json!({"kafka_offset": 7}))), r#""c" "a:3" 7"#);
        assert_eq!(text(&sink(3, Value::Null)), r#""c" "a:3" null"#);
        let source = Offset { partition: json!({"f": "x"}), offset: json!({"position": 1}) };
        let want = r#""c" "{\"f\":\"x\"}" "{\"position\":1}""#;
        assert_eq!(text(&source), want);
    }

    #[test]
    fn offsets_are_read_in_both_shapes() {
        let both = json!([{"partition": {"p": 1}, "offset": null, "name": "c"}]);
        let want = Ok(vec![Offset { partition: json!({"p": 1}), offset: Value::Null }]);
        assert_eq!(of_json(&both, "c"), want);
        assert_eq!(of_json(&json!({"offsets": both}), "c"), want);
        for (value, why) in [
            (json!([]), "it has no offset"),
            (json!({}), "it has no list of offsets"),
            (json!([{"partition": {}}]), "offset 1 has no `partition` and `offset`"),
            (json!([{"partition": 1, "offset": 1}]), "offset 1 has no `partition` and `offset`"),
            (both.clone(), "offset 1 is of connector `c`"),
        ] {
            assert_eq!(of_json(&value, "d"), Err(why.to_owned()));
        }
        let one = TopicOffset { topic: "a".into(), partition: 3, offset: Some(7) };
        assert_eq!(of_topic(&one), sink(3, json!({"kafka_offset": 7})));
        assert_eq!(of_topic(&TopicOffset { offset: None, ..one }), sink(3, Value::Null));
    }
}
