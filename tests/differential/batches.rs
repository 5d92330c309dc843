//! Record batches as values: `batch { producer: $pid, sequence: 0, records: ["key=value"] }`.
//!
//! What a batch says of itself can be told otherwise, for batches that are wrong: `count`,
//! `last_offset_delta`, `attributes`, `max_timestamp`, `magic`, `length`, `crc`, `cut`.

use bytes::Bytes;
use rk::wire::batch::control::EndMarker;
use rk::wire::batch::{
    self, Batch, BatchBuilder, BatchInfo, Batches, Codec, HEADER_BYTES, Record, contents,
};

use super::value::Value;

/// The timestamp of records whose scenario names none.
const TIME: i64 = 1_700_000_000_000;

/// What `batch { … }` may hold.
const FIELDS: &[&str] = &[
    "records",
    "time",
    "producer",
    "epoch",
    "sequence",
    "codec",
    "transactional",
    "control",
    "offset",
    "leader_epoch",
    "count",
    "last_offset_delta",
    "attributes",
    "max_timestamp",
    "magic",
    "length",
    "crc",
    "cut",
];

/// Makes the bytes of a batch.
pub(crate) fn write(value: &Value) -> Result<Vec<u8>, String> {
    let Value::Map(fields) = value else { return Err("a batch is a map".to_owned()) };
    if let Some((name, _)) = fields.iter().find(|(name, _)| !FIELDS.contains(&name.as_str())) {
        return Err(format!("a batch has no `{name}`"));
    }
    let int = |name: &str| value.get(name).and_then(Value::int);
    let or = |name: &str, default: i64| int(name).map_or(default, |i| i64::try_from(i).unwrap());
    let is = |name: &str| value.get(name) == Some(&Value::Bool(true));
    let mut builder = BatchBuilder::new().base_offset(or("offset", 0));
    builder = builder.leader_epoch(i32::try_from(or("leader_epoch", -1)).unwrap());
    if let Some(producer) = int("producer") {
        let (epoch, sequence) = (or("epoch", 0), or("sequence", 0));
        builder = builder.producer(producer.try_into().unwrap(), epoch as i16, sequence as i32);
    }
    if let Some(Value::Text(name)) = value.get("codec") {
        let all = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
        let codec = all.into_iter().find(|codec| codec.name() == name);
        builder = builder.codec(codec.ok_or(format!("no codec is called {name}"))?);
    }
    builder = if is("transactional") { builder.transactional() } else { builder };
    builder = if is("control") { builder.control() } else { builder };
    let time = or("time", TIME);
    if let Some(Value::List(records)) = value.get("records") {
        records.iter().try_for_each(|record| push(&mut builder, record, time))?;
    }
    let bytes = builder.build().map_err(|e| e.to_string())?;
    Ok(bend(&bytes, value))
}

/// Makes of a batch what it is not.
fn bend(bytes: &[u8], value: &Value) -> Vec<u8> {
    let int = |name: &str| value.get(name).and_then(Value::int);
    let mut head = BatchInfo::parse(bytes).unwrap();
    macro_rules! bent {
        ($($name:literal $field:expr;)*) => {
            $(if let Some(value) = int($name) { $field = value.try_into().unwrap(); })*
        };
    }
    bent! {
        "count" head.record_count;
        "last_offset_delta" head.last_offset_delta;
        "attributes" head.attributes.0;
        "max_timestamp" head.max_timestamp;
    }
    head.seal(&bytes[HEADER_BYTES..]);
    bent! {
        "crc" head.crc;
        "magic" head.magic;
        "length" head.batch_length;
    }
    let mut out = head.to_bytes().to_vec();
    out.extend_from_slice(&bytes[HEADER_BYTES..]);
    let cut = usize::try_from(int("cut").unwrap_or(0)).unwrap();
    out.truncate(out.len() - cut);
    out
}

fn push(builder: &mut BatchBuilder, record: &Value, time: i64) -> Result<(), String> {
    let bytes = |value: Option<&Value>| match value {
        Some(Value::Text(text)) => Some(text.clone().into_bytes()),
        Some(Value::Bytes(bytes)) => Some(bytes.clone()),
        _ => None,
    };
    match record {
        Value::Text(text) => match text.split_once('=') {
            Some((k, v)) => builder.push(time, Some(k.as_bytes()), Some(v.as_bytes()), &[]),
            None => builder.push(time, None, Some(text.as_bytes()), &[]),
        },
        Value::Map(_) => {
            let time = record.get("time").and_then(Value::int).map_or(time, |t| t as i64);
            let mut headers = Vec::new();
            if let Some(Value::Map(given)) = record.get("headers") {
                headers.extend(given.iter().map(|(k, v)| (k.clone().into_bytes(), bytes(Some(v)))));
            }
            let headers: Vec<(&[u8], Option<&[u8]>)> =
                headers.iter().map(|(k, v)| (k.as_slice(), v.as_deref())).collect();
            let (key, value) = (bytes(record.get("key")), bytes(record.get("value")));
            builder.push(time, key.as_deref(), value.as_deref(), &headers);
        }
        other => return Err(format!("{} is no record", other.line())),
    }
    Ok(())
}

/// Reads the batches of an answer. One that is cut short at the end is left out, as clients do.
pub(crate) fn read(bytes: &Bytes) -> Value {
    let mut out = Vec::new();
    for batch in Batches::of(bytes) {
        match batch {
            Ok(batch) => out.push(Value::Made("batch".to_owned(), -1, Box::new(read_one(&batch)))),
            Err(batch::BatchError::Incomplete { .. }) => {}
            Err(error) => out.push(Value::Text(error.to_string())),
        }
    }
    Value::List(out)
}

fn read_one(batch: &Batch<'_>) -> Value {
    let head = &batch.header;
    let mut out = Vec::new();
    let mut tell = |name: &str, value: i64, default: i64| {
        if value != default {
            out.push((name.to_owned(), Value::Int(value.into())));
        }
    };
    tell("offset", head.base_offset, 0);
    tell("leader_epoch", head.leader_epoch.into(), 0);
    tell("producer_id", head.producer_id, -1);
    tell("epoch", head.producer_epoch.into(), -1);
    tell("sequence", head.base_sequence.into(), -1);
    tell("attributes", head.attributes.0.into(), 0);
    tell("time", head.base_timestamp, TIME);
    tell("max_timestamp", head.max_timestamp, head.base_timestamp);
    tell("last_offset_delta", head.last_offset_delta.into(), i64::from(head.record_count) - 1);
    if let Err(error) = batch::check(batch.bytes) {
        out.push(("wrong".to_owned(), Value::Text(error.to_string())));
        return Value::Map(out);
    }
    match contents(batch.bytes) {
        Err(error) => out.push(("wrong".to_owned(), Value::Text(error.to_string()))),
        Ok(contents) => match EndMarker::of(&contents) {
            Ok(Some(marker)) if head.attributes.is_control() => {
                let kind = if marker.commit { "commit" } else { "abort" };
                out.push(("marker".to_owned(), Value::Word(kind.to_owned())));
                let epoch = Value::Int(marker.coordinator_epoch.into());
                out.push(("coordinator_epoch".to_owned(), epoch));
            }
            _ => {
                let records = contents.records().map(|record| match record {
                    Ok(record) => read_record(&record, head),
                    Err(error) => Value::Text(error.to_string()),
                });
                out.push(("records".to_owned(), Value::List(records.collect())));
            }
        },
    }
    Value::Map(out)
}

fn read_record(record: &Record<'_>, head: &BatchInfo) -> Value {
    let text = |bytes: Option<&[u8]>| bytes.map_or(Value::Null, |b| Value::Bytes(b.to_vec()));
    let plain = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('='));
    let timed = record.timestamp != head.base_timestamp && record.timestamp != head.max_timestamp;
    if !timed && record.headers.is_empty() {
        match (record.key, record.value) {
            (None, Some(value)) if plain(value) => {
                return Value::Text(String::from_utf8_lossy(value).into_owned());
            }
            (Some(key), Some(value)) if plain(key) && plain(value) => {
                let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
                return Value::Text(format!("{key}={value}"));
            }
            _ => {}
        }
    }
    let mut out =
        vec![("key".to_owned(), text(record.key)), ("value".to_owned(), text(record.value))];
    if timed {
        out.push(("time".to_owned(), Value::Int(record.timestamp.into())));
    }
    if !record.headers.is_empty() {
        let headers = record
            .headers
            .map(|(key, value)| (String::from_utf8_lossy(key).into_owned(), text(value)));
        out.push(("headers".to_owned(), Value::Map(headers.collect())));
    }
    Value::Map(out)
}
