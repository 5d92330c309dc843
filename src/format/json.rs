//! Record JSON: one record, one line, nothing lost.
//!
//! `{"topic","partition","offset","timestamp","timestamp_type","key","value","headers"}` in this
//! order. Bytes that are not UTF-8 stand under `key_base64` and `value_base64` instead, in
//! standard base64 with padding; null is `null`, empty is `""`. Headers are a list of
//! `{"key","value"}` in their order, so that names may repeat. Written by hand, because it is
//! done for every record.

use data_encoding::BASE64;

use super::formats::decode;
use super::number::write_number;
use super::{Formats, Record, Unprintable};
use crate::codec::{Codec, Kind, Part, write_string};

/// Appends a record as one line, without the newline.
pub fn write_json(out: &mut Vec<u8>, record: &Record) {
    write_head(out, record);
    out.push(b',');
    write_bytes(out, "key", record.key);
    out.push(b',');
    write_bytes(out, "value", record.value);
    out.extend_from_slice(b",\"headers\":");
    write_headers(out, record.headers);
    out.push(b'}');
}

/// Appends a record whose parts are decoded: what is JSON stands as JSON. Bytes that a codec
/// leaves as they are come as text or in base64; so does JSON's own `null`, because the member
/// would say that there is no value. After an error, what was appended is to be thrown away.
pub fn write_json_as(
    out: &mut Vec<u8>,
    record: &Record,
    formats: &Formats,
) -> Result<(), Unprintable> {
    let part = |out: &mut Vec<u8>, name, part, bytes| match formats.codec(part) {
        None => {
            write_bytes(out, name, bytes);
            Ok(())
        }
        Some(codec) => write_decoded(out, name, record, part, bytes, codec),
    };
    write_head(out, record);
    out.push(b',');
    part(out, "key", Part::Key, record.key)?;
    out.push(b',');
    part(out, "value", Part::Value, record.value)?;
    out.extend_from_slice(b",\"headers\":[");
    for (i, (name, value)) in record.headers.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"{" } else { b",{" });
        write_bytes(out, "key", Some(name));
        out.push(b',');
        part(out, "value", Part::Header(name), *value)?;
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    Ok(())
}

/// Appends a record that is to be sent, as a line of JSON that can be read again. What is left to
/// the client is left out: the partition, the present time.
pub fn write_json_planned(
    out: &mut Vec<u8>,
    topic: &str,
    place: (Option<i32>, Option<i64>),
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    headers: &[(&[u8], Option<&[u8]>)],
) {
    out.extend_from_slice(b"{\"topic\":");
    write_string(topic, out);
    let numbers = [("partition", place.0.map(i64::from)), ("timestamp", place.1)];
    for (name, number) in numbers {
        if let Some(number) = number {
            out.extend_from_slice(format!(",\"{name}\":{number}").as_bytes());
        }
    }
    out.push(b',');
    write_bytes(out, "key", key);
    out.push(b',');
    write_bytes(out, "value", value);
    out.extend_from_slice(b",\"headers\":");
    write_headers(out, headers);
    out.extend_from_slice(b"}\n");
}

/// Appends everything before the key.
fn write_head(out: &mut Vec<u8>, record: &Record) {
    out.extend_from_slice(b"{\"topic\":");
    write_string(record.topic, out);
    out.extend_from_slice(b",\"partition\":");
    write_number(out, i64::from(record.partition));
    out.extend_from_slice(b",\"offset\":");
    write_number(out, record.offset);
    out.extend_from_slice(b",\"timestamp\":");
    match record.timestamp {
        Some((ms, kind)) => {
            write_number(out, ms);
            out.extend_from_slice(b",\"timestamp_type\":\"");
            out.extend_from_slice(kind.name().as_bytes());
            out.push(b'"');
        }
        None => out.extend_from_slice(b"null,\"timestamp_type\":null"),
    }
}

/// Appends headers as a list of objects.
pub(super) fn write_headers(out: &mut Vec<u8>, headers: &[(&[u8], Option<&[u8]>)]) {
    out.push(b'[');
    for (i, (name, value)) in headers.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"{" } else { b",{" });
        write_bytes(out, "key", Some(name));
        out.push(b',');
        write_bytes(out, "value", *value);
        out.push(b'}');
    }
    out.push(b']');
}

/// Appends a member whose value is bytes: as text if it is, in base64 if not.
fn write_bytes(out: &mut Vec<u8>, name: &str, bytes: Option<&[u8]>) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    match bytes.map(|bytes| (bytes, std::str::from_utf8(bytes))) {
        None => out.extend_from_slice(b"\":null"),
        Some((_, Ok(text))) => {
            out.extend_from_slice(b"\":");
            write_string(text, out);
        }
        Some((bytes, Err(_))) => {
            out.extend_from_slice(b"_base64\":\"");
            write_base64(out, bytes);
            out.push(b'"');
        }
    }
}

fn write_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    let at = out.len();
    out.resize(at + BASE64.encode_len(bytes.len()), 0);
    BASE64.encode_mut(bytes, &mut out[at..]);
}

/// Appends a member whose value is what a codec makes of bytes.
fn write_decoded(
    out: &mut Vec<u8>,
    name: &str,
    record: &Record,
    part: Part,
    bytes: Option<&[u8]>,
    codec: &dyn Codec,
) -> Result<(), Unprintable> {
    let Some(bytes) = bytes else {
        write_bytes(out, name, None);
        return Ok(());
    };
    let from = out.len();
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    let at = out.len();
    match decode(codec, record, part, bytes, out)? {
        Kind::Json if out[at..] != *b"null" => return Ok(()),
        Kind::Json => {
            out.truncate(at - 2);
            out.extend_from_slice(b"_base64\":\"");
            write_base64(out, bytes);
            out.push(b'"');
        }
        Kind::Bytes | Kind::Text => {
            let shown = out.split_off(at);
            out.truncate(from);
            write_bytes(out, name, Some(&shown));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn line(record: &Record) -> String {
        let mut out = Vec::new();
        write_json(&mut out, record);
        String::from_utf8(out).unwrap()
    }

    use super::super::TimestampType;

    const PLAIN: Record = Record {
        topic: "t",
        partition: 0,
        offset: 1,
        timestamp: Some((1_700_000_000_000, TimestampType::CreateTime)),
        key: None,
        value: Some(b""),
        headers: &[],
        leader_epoch: None,
        batch: None,
    };

    #[test]
    fn the_shape_is_fixed() {
        assert_eq!(
            line(&PLAIN),
            "{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"timestamp\":1700000000000,\
             \"timestamp_type\":\"CreateTime\",\"key\":null,\"value\":\"\",\"headers\":[]}"
        );
        let odd = Record {
            timestamp: None,
            key: Some(b"\xff\xfe"),
            value: None,
            headers: &[(b"h", Some(b"1")), (b"h", None), (b"i", Some(b"\x80"))],
            ..PLAIN
        };
        assert_eq!(
            line(&odd),
            "{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"timestamp\":null,\
             \"timestamp_type\":null,\"key_base64\":\"//4=\",\"value\":null,\"headers\":[\
             {\"key\":\"h\",\"value\":\"1\"},{\"key\":\"h\",\"value\":null},\
             {\"key\":\"i\",\"value_base64\":\"gA==\"}]}"
        );
    }

    /// The bytes of a member, as a reader of the format gets them.
    fn bytes_of(object: &Value, name: &str) -> Option<Vec<u8>> {
        match object.get(format!("{name}_base64")) {
            Some(text) => Some(BASE64.decode(text.as_str().unwrap().as_bytes()).unwrap()),
            None => object[name].as_str().map(|text| text.as_bytes().to_vec()),
        }
    }

    fn splitmix64(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    #[test]
    fn nothing_is_lost_on_the_way_through_a_json_parser() {
        let mut seed = 7;
        for round in 0..2000 {
            let mut bytes = |max: u64| {
                let length = splitmix64(&mut seed) % max;
                let text = round % 2 == 0;
                let one = |_| {
                    let byte = splitmix64(&mut seed) as u8;
                    if text { byte & 0x7f } else { byte }
                };
                (0..length).map(one).collect::<Vec<u8>>()
            };
            let (key, value, header) = (bytes(9), bytes(40), bytes(5));
            let headers = [(&b"n"[..], Some(&header[..])), (&b"n"[..], None)];
            let record = Record {
                key: Some(&key),
                value: Some(&value),
                headers: &headers,
                offset: i64::from(round),
                ..PLAIN
            };
            let line = line(&record);
            assert!(!line.contains('\n'), "{line}");
            let parsed: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(bytes_of(&parsed, "key"), Some(key));
            assert_eq!(bytes_of(&parsed, "value"), Some(value));
            assert_eq!(bytes_of(&parsed["headers"][0], "value"), Some(header));
            assert_eq!(bytes_of(&parsed["headers"][1], "value"), None);
            assert_eq!(parsed["offset"], round);
        }
    }

    #[test]
    fn what_a_codec_makes_stands_as_what_it_is() {
        let line = |formats: [&str; 3], record: &Record| {
            let [key, value, header] = formats.map(|name| name.parse().unwrap());
            let formats = Formats::of(Some(&key), Some(&value), Some(&header));
            let mut out = Vec::new();
            write_json_as(&mut out, record, &formats).map_err(|e| e.to_string())?;
            let line = String::from_utf8(out).unwrap();
            Ok::<_, String>(line.split_once("\"key").unwrap().1.to_owned())
        };
        let record = Record {
            key: Some(b"\0\0\0\x07"),
            value: Some(b"{\n \"a\": 1.0 }"),
            headers: &[(b"h", Some(b"\xff")), (b"h", None)],
            ..PLAIN
        };
        assert_eq!(
            line(["int", "json", "hex"], &record).unwrap(),
            "\":7,\"value\":{\"a\":1.0},\"headers\":[{\"key\":\"h\",\"value\":\"ff\"},\
             {\"key\":\"h\",\"value\":null}]}"
        );
        // JSON's null is a value, and no value is null.
        let null = Record { value: Some(b"null"), key: None, headers: &[], ..record };
        assert_eq!(
            line(["int", "json", "hex"], &null).unwrap(),
            "\":null,\"value_base64\":\"bnVsbA==\",\"headers\":[]}"
        );
        let bad = Record { value: Some(b"{"), ..null };
        let told = line(["int", "json", "hex"], &bad).unwrap_err();
        assert!(told.starts_with("the value is not JSON: "), "{told}");
    }
}
