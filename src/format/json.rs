//! Record JSON: one record, one line, nothing lost.
//!
//! `{"topic","partition","offset","timestamp","timestamp_type","key","value","headers"}` in this
//! order. Bytes that are not UTF-8 stand under `key_base64` and `value_base64` instead, in
//! standard base64 with padding; null is `null`, empty is `""`. Headers are a list of
//! `{"key","value"}` in their order, so that names may repeat. Written by hand, because it is
//! done for every record.

use data_encoding::BASE64;

use super::{Record, TimestampType, write_number};
use crate::codec::write_string;

/// Appends a record as one line, without the newline.
pub fn write_json(out: &mut Vec<u8>, record: &Record) {
    out.extend_from_slice(b"{\"topic\":");
    write_string(record.topic, out);
    out.extend_from_slice(b",\"partition\":");
    write_number(out, i64::from(record.partition));
    out.extend_from_slice(b",\"offset\":");
    write_number(out, record.offset);
    out.extend_from_slice(b",\"timestamp\":");
    let kind: &[u8] = match record.timestamp {
        Some((ms, kind)) => {
            write_number(out, ms);
            match kind {
                TimestampType::CreateTime => b"\"CreateTime\"",
                TimestampType::LogAppendTime => b"\"LogAppendTime\"",
            }
        }
        None => {
            out.extend_from_slice(b"null");
            b"null"
        }
    };
    out.extend_from_slice(b",\"timestamp_type\":");
    out.extend_from_slice(kind);
    out.push(b',');
    write_bytes(out, "key", record.key);
    out.push(b',');
    write_bytes(out, "value", record.value);
    out.extend_from_slice(b",\"headers\":[");
    for (i, (name, value)) in record.headers.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"{" } else { b",{" });
        write_bytes(out, "key", Some(name));
        out.push(b',');
        write_bytes(out, "value", *value);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
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
            let at = out.len();
            out.resize(at + BASE64.encode_len(bytes.len()), 0);
            BASE64.encode_mut(bytes, &mut out[at..]);
            out.push(b'"');
        }
    }
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

    const PLAIN: Record = Record {
        topic: "t",
        partition: 0,
        offset: 1,
        timestamp: Some((1_700_000_000_000, TimestampType::CreateTime)),
        key: None,
        value: Some(b""),
        headers: &[],
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
}
