//! Records from JSON: our own, and what kcat, rpk, kcl, kaf, kafkactl and kt print.
//!
//! One object a record, on one line or on many; blanks and commas between them, and brackets
//! around them all, are skipped. What a record has is `key` and `value` (or `payload`), their
//! bytes in `key_base64` and `value_base64`, `headers` in any of four shapes, `partition`, and
//! `timestamp` (or `ts`). Members that say where a record came from are known and not used; one
//! that is not known is refused, because it would be lost.

use std::borrow::Cow;

use data_encoding::BASE64;

use super::formats::encode;
use super::scan::{Cursor, Scan, is_blank, unquote};
use super::{Formats, Header, Next, Read, Reader};
use crate::codec::{Kind, Part, write_compact};

/// Members that tell what a record had where it came from, and that a new one gets anew.
const NOT_USED: &[&str] = &[
    "topic",
    "offset",
    "timestamp_type",
    "timestamptype",
    "tstype",
    "broker",
    "leader_epoch",
    "leaderepoch",
    "key_schema_id",
    "value_schema_id",
    "keyschema",
    "valueschema",
    "keyschemaid",
    "valueschemaid",
    "delivery_count",
    "key_size",
    "value_size",
    "producer_id",
    "producer_epoch",
    "attributes",
];

/// Reads records from JSON.
pub struct JsonReader {
    formats: Formats,
    scan: Scan,
    bytes_max: usize,
}

impl JsonReader {
    /// A reader of objects that take `bytes_max` bytes at most.
    pub fn new(formats: Formats, bytes_max: usize) -> Self {
        JsonReader { formats, scan: Scan::default(), bytes_max }
    }
}

impl Reader for JsonReader {
    fn next<'a>(&'a mut self, bytes: &'a [u8], is_end: bool) -> Next<'a> {
        let between = |byte: &u8| is_blank(*byte) || matches!(byte, b',' | b'[' | b']');
        let skipped = bytes.iter().take_while(|byte| between(byte)).count();
        if skipped > 0 {
            return Next::Nothing { used: skipped };
        }
        if bytes[0] != b'{' {
            return Next::Bad {
                at: 0,
                what: "a record is a JSON object, and begins with `{`".into(),
            };
        }
        match self.scan.end(bytes, is_end) {
            Some(used) => {
                self.scan = Scan::default();
                match record(&bytes[..used], &self.formats) {
                    Ok(record) => Next::Record { used, record },
                    Err((at, what)) => Next::Bad { at, what },
                }
            }
            None if is_end => {
                Next::Bad { at: bytes.len(), what: "the input ends within an object".into() }
            }
            None if bytes.len() > self.bytes_max => {
                let what = format!("an object is longer than {} bytes", self.bytes_max);
                Next::Bad { at: 0, what }
            }
            None => Next::More,
        }
    }

    fn restart(&mut self) {
        self.scan = Scan::default();
    }
}

/// What was found of a part.
enum Found<'a> {
    /// A JSON value, as it was written.
    Json(&'a [u8]),
    /// In base64: the bytes themselves.
    Base64(&'a [u8]),
}

#[derive(Default)]
struct Parts<'a> {
    key: Option<Found<'a>>,
    value: Option<Found<'a>>,
    headers: Option<&'a [u8]>,
    partition: Option<i32>,
    timestamp: Option<i64>,
}

/// Reads one object; an error says at which byte.
fn record<'a>(bytes: &'a [u8], formats: &Formats) -> Result<Read<'a>, (usize, String)> {
    let mut cursor = Cursor { bytes, at: 0 };
    let mut parts = Parts::default();
    cursor.take(b'{');
    let read = cursor.each(b'}', |cursor| {
        let name = cursor.name()?;
        let name = String::from_utf8_lossy(&name).into_owned();
        let value = cursor.value().ok_or_else(|| format!("`{name}` has no value"))?;
        parts.take(&name, value)
    });
    read.map_err(|what| (cursor.at, what))?;
    finish(parts, formats).map_err(|what| (0, what))
}

impl<'a> Parts<'a> {
    fn take(&mut self, name: &str, value: &'a [u8]) -> Result<(), String> {
        let twice = |is_there: bool| match is_there {
            true => Err(format!("`{name}` is there twice")),
            false => Ok(()),
        };
        match name.to_ascii_lowercase().as_str() {
            "key" => {
                twice(self.key.is_some())?;
                self.key = Some(Found::Json(value));
            }
            "value" | "payload" => {
                twice(self.value.is_some())?;
                self.value = Some(Found::Json(value));
            }
            "key_base64" => {
                twice(self.key.is_some())?;
                self.key = Some(Found::Base64(value));
            }
            "value_base64" | "payload_base64" => {
                twice(self.value.is_some())?;
                self.value = Some(Found::Base64(value));
            }
            "headers" => {
                twice(self.headers.is_some())?;
                self.headers = Some(value);
            }
            "partition" => {
                let number = || std::str::from_utf8(value).ok()?.parse::<i32>().ok();
                self.partition = match value {
                    b"null" => None,
                    _ => Some(number().ok_or("`partition` is no number")?),
                };
            }
            "timestamp" | "ts" => self.timestamp = timestamp(value)?,
            "key_error" | "value_error" | "payload_error" => {
                return Err(format!("`{name}` says that the record is not whole"));
            }
            other if NOT_USED.contains(&other) => {}
            _ => return Err(format!("nothing is known of a member `{name}`")),
        }
        Ok(())
    }
}

/// Milliseconds, or a time of RFC 3339. Null, and Go's zero time, are none, which is -1.
fn timestamp(value: &[u8]) -> Result<Option<i64>, String> {
    let bad = || format!("`{}` is no timestamp", String::from_utf8_lossy(value));
    match value {
        b"null" => Ok(Some(-1)),
        [b'"', ..] => {
            let text = String::from_utf8(unquote(value)?).map_err(|_| bad())?;
            if text == "0001-01-01T00:00:00Z" {
                return Ok(Some(-1));
            }
            let time = text.parse::<jiff::Timestamp>().map_err(|_| bad())?;
            Ok(Some(time.as_millisecond()))
        }
        _ => {
            let number = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
            number.map(Some).ok_or_else(bad)
        }
    }
}

fn finish<'a>(parts: Parts<'a>, formats: &Formats) -> Result<Read<'a>, String> {
    let mut headers = Vec::new();
    if let Some(json) = parts.headers {
        read_headers(json, formats, &mut headers)?;
    }
    let mut part = |found: Option<Found<'a>>, part| match found {
        None => Ok(None),
        Some(Found::Json(json)) => from_json(json, formats, part, &mut headers),
        Some(Found::Base64(json)) => from_base64(json, part),
    };
    let key = part(parts.key, Part::Key)?;
    let value = part(parts.value, Part::Value)?;
    Ok(Read { key, value, headers, partition: parts.partition, timestamp: parts.timestamp })
}

/// The bytes of a part that is a JSON value: a text's own, and of what is no text, the JSON.
fn from_json<'a>(
    json: &'a [u8],
    formats: &Formats,
    part: Part,
    headers: &mut Vec<Header>,
) -> Result<Option<Cow<'a, [u8]>>, String> {
    if json == b"null" {
        return Ok(None);
    }
    if let Some(codec) = formats.codec(part) {
        let text = Cow::Borrowed(json);
        let bytes = encode(Some(codec), &formats.topic, part, text, Kind::Json, headers);
        return bytes.map(Some).map_err(|e| format!("the {part} {e}"));
    }
    if json[0] == b'"' {
        let inner = &json[1..json.len().max(2) - 1];
        return match memchr::memchr(b'\\', inner) {
            None => Ok(Some(Cow::Borrowed(inner))),
            Some(_) => Ok(Some(Cow::Owned(unquote(json)?))),
        };
    }
    if let Err(e) = serde_json::from_slice::<serde::de::IgnoredAny>(json) {
        return Err(format!("the {part} is not JSON: {e}"));
    }
    let mut out = Vec::with_capacity(json.len());
    write_compact(json, &mut out);
    Ok(Some(Cow::Owned(out)))
}

fn from_base64<'a>(json: &[u8], part: Part) -> Result<Option<Cow<'a, [u8]>>, String> {
    if json == b"null" {
        return Ok(None);
    }
    let text = unquote(json)?;
    let bytes = BASE64.decode(&text).map_err(|e| format!("the {part} is not base64: {e}"))?;
    Ok(Some(Cow::Owned(bytes)))
}

/// Reads headers: `[{"key": …, "value": …}, …]` as we, rpk and kcl write them, `["n", "v", …]`
/// as kcat does, `{"n": "v", …}` as kafkactl does, and kaf's `[{"Key": …, "Value": …}, …]`,
/// whose values are in base64, and so are the names of its older releases.
pub(super) fn read_headers(
    json: &[u8],
    formats: &Formats,
    headers: &mut Vec<Header>,
) -> Result<(), String> {
    let mut cursor = Cursor { bytes: json, at: 0 };
    let (mut extra, mut gos_names) = (Vec::new(), Vec::new());
    let mut value_of = |name: &[u8], json: &[u8]| {
        let value = from_json(json, formats, Part::Header(name), &mut extra)?;
        Ok::<_, String>(value.map(Cow::into_owned))
    };
    if cursor.take(b'{') {
        cursor.each(b'}', |cursor| {
            let name = cursor.name()?;
            let value = cursor.value().ok_or("a header has no value")?;
            let value = value_of(&name, value)?;
            headers.push((name, value));
            Ok(())
        })?;
    } else if cursor.take(b'[') {
        let mut flat: Option<Vec<u8>> = None;
        cursor.each(b']', |cursor| {
            if cursor.peek() == Some(b'{') {
                let (header, is_gos) = one_header(cursor, &mut value_of)?;
                gos_names.extend(is_gos.then_some(headers.len()));
                headers.push(header);
                return Ok(());
            }
            let item = cursor.value().ok_or("a header has no value")?;
            match flat.take() {
                None => flat = Some(unquote(item)?),
                Some(name) => {
                    let value = value_of(&name, item)?;
                    headers.push((name, value));
                }
            }
            Ok(())
        })?;
        if flat.is_some() {
            return Err("the last header has a name and no value".to_owned());
        }
    } else if json != b"null" {
        return Err("`headers` are neither a list nor an object".to_owned());
    }
    decode_names(headers, &gos_names);
    headers.append(&mut extra);
    Ok(())
}

/// Decodes the names of headers that Go wrote as bytes, in base64, and not as text: nothing says
/// which, but names that all make sense as base64 are hardly ever meant as they are.
fn decode_names(headers: &mut [Header], gos: &[usize]) {
    let decode = |at: &usize| {
        let name = String::from_utf8(BASE64.decode(&headers[*at].0).ok()?).ok()?;
        name.chars().all(|c| !c.is_control()).then(|| name.into_bytes())
    };
    let decoded: Option<Vec<Vec<u8>>> = gos.iter().map(decode).collect();
    for (at, name) in gos.iter().zip(decoded.into_iter().flatten()) {
        headers[*at].0 = name;
    }
}

/// Reads `{"key": …, "value": …}`, and says whether it is Go's own form.
fn one_header(
    cursor: &mut Cursor,
    value_of: &mut impl FnMut(&[u8], &[u8]) -> Result<Option<Vec<u8>>, String>,
) -> Result<(Header, bool), String> {
    cursor.take(b'{');
    let (mut name, mut value, mut bytes) = (None, None, None);
    let mut is_gos = false;
    cursor.each(b'}', |cursor| {
        let member = cursor.name()?;
        let json = cursor.value().ok_or("a header has no value")?;
        let part = Part::Header(b"");
        match member.as_slice() {
            b"key" | b"name" => name = Some(unquote(json)?),
            b"value" => value = Some(json),
            // The capital says that it is Go's own form, in which bytes are in base64.
            b"Key" => (name, is_gos) = (Some(unquote(json)?), true),
            b"key_base64" => name = from_base64(json, part)?.map(Cow::into_owned),
            b"value_base64" | b"Value" => bytes = Some(from_base64(json, part)?),
            other => {
                let other = String::from_utf8_lossy(other);
                return Err(format!("nothing is known of a header's member `{other}`"));
            }
        }
        Ok(())
    })?;
    let name = name.ok_or("a header has no name")?;
    let value = match (bytes, value) {
        (Some(bytes), _) => bytes.map(Cow::into_owned),
        (None, Some(json)) => value_of(&name, json)?,
        (None, None) => None,
    };
    Ok(((name, value), is_gos))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Read<'_>, String> {
        record(text, &Formats::default()).map_err(|(_, what)| what)
    }

    fn wanted(key: Option<&'static [u8]>, value: Option<&'static [u8]>) -> Read<'static> {
        let cow = |bytes: &'static [u8]| Cow::Borrowed(bytes);
        Read { key: key.map(cow), value: value.map(cow), ..Read::default() }
    }

    fn header(name: &[u8], value: Option<&[u8]>) -> Header {
        (name.to_vec(), value.map(<[u8]>::to_vec))
    }

    /// A record with headers and a place.
    fn placed(
        read: Read<'static>,
        headers: &[(&[u8], Option<&[u8]>)],
        partition: Option<i32>,
        timestamp: Option<i64>,
    ) -> Read<'static> {
        let headers = headers.iter().map(|(name, value)| header(name, *value)).collect();
        Read { headers, partition, timestamp, ..read }
    }

    const TIME: i64 = 1_700_000_000_000;

    #[test]
    fn kcat_s_records_are_read() {
        // Bytes that are not UTF-8 stand there as they are.
        let text = b"{\"topic\":\"t\",\"partition\":1,\"offset\":5,\"tstype\":\"create\",\
            \"ts\":1700000000000,\"broker\":1,\"headers\":[\"a\",\"1\",\"a\",null],\
            \"key\":null,\"payload\":\"\xff\\n\"}";
        let headers: &[(&[u8], Option<&[u8]>)] = &[(b"a", Some(b"1")), (b"a", None)];
        let want = placed(wanted(None, Some(b"\xff\n")), headers, Some(1), Some(TIME));
        assert_eq!(read(text), Ok(want));
        // Without a time and headers; and what a schema made of the value, with the schema's id.
        let bare = br#"{"topic":"t","partition":0,"offset":0,"broker":-1,"key":"","payload":null}"#;
        assert_eq!(read(bare), Ok(placed(wanted(Some(b""), None), &[], Some(0), None)));
        let avro =
            br#"{"topic":"t","partition":0,"offset":0,"tstype":"logappend","ts":1,"broker":1,
            "key":"k","key_schema_id":3,"payload":{"a": 1},"value_schema_id":4}"#;
        let want = placed(wanted(Some(b"k"), Some(b"{\"a\":1}")), &[], Some(0), Some(1));
        assert_eq!(read(avro), Ok(want));
        let broken = br#"{"topic":"t","partition":0,"offset":0,"broker":1,"key":"k",
            "payload_error":"unknown schema"}"#;
        assert!(read(broken).unwrap_err().contains("not whole"));
    }

    #[test]
    fn rpk_s_records_are_read() {
        let text = br#"{
          "topic": "t", "key": "k", "value": "{\"a\":1}",
          "headers": [ { "key": "h", "value": "v" } ],
          "timestamp": 1700000000000, "partition": 0, "offset": 7 }"#;
        let want = wanted(Some(b"k"), Some(b"{\"a\":1}"));
        let want = placed(want, &[(b"h", Some(b"v"))], Some(0), Some(TIME));
        assert_eq!(read(text), Ok(want));
        // With --meta-only there is no value, but its size.
        let meta = br#"{"topic":"t","value_size":9,"timestamp":1700000000000,"partition":0,
          "offset":7}"#;
        assert_eq!(read(meta), Ok(placed(wanted(None, None), &[], Some(0), Some(TIME))));
    }

    #[test]
    fn kaf_s_records_are_read() {
        let want = || wanted(Some(b"k"), Some(b"{\"b\":1,\"a\":[2.50]}"));
        // By sarama, names are bytes; by franz-go they are text. Values are bytes by both.
        for (names, told) in
            [(["aA==", "dHJhY2U="], ["h", "trace"]), (["name", "x"], ["name", "x"])]
        {
            let text = format!(
                r#"{{"headers":[{{"Key":"{}","Value":"/w=="}},{{"Key":"{}","Value":null}}],
                  "key":"k","offset":1,"partition":2,"payload":{{"b":1,"a":[2.50]}},
                  "timestamp":"2023-11-14T23:13:20+01:00"}}"#,
                names[0], names[1]
            );
            let [first, second] = told.map(str::as_bytes);
            let headers: &[(&[u8], Option<&[u8]>)] = &[(first, Some(b"\xff")), (second, None)];
            let want = placed(want(), headers, Some(2), Some(TIME));
            assert_eq!(read(text.as_bytes()), Ok(want), "{names:?}");
        }
        let row = br#"{"topic":"t","partition":2,"offset":1,"timestamp":"2023-11-14T22:13:20Z",
          "headers":[{"key":"h","value":"v"},{"key":"aA==","value":""}],"key":"",
          "payload":"{\"a\":1}"}"#;
        let headers: &[(&[u8], Option<&[u8]>)] = &[(b"h", Some(b"v")), (b"aA==", Some(b""))];
        let want = placed(wanted(Some(b""), Some(b"{\"a\":1}")), headers, Some(2), Some(TIME));
        assert_eq!(read(row), Ok(want));
    }

    #[test]
    fn kafkactl_s_records_are_read() {
        let text = br#"{"Partition":0,"Offset":0,"Headers":{"b":"1","a":"2"},
          "keySchema":"\"string\"","keySchemaId":1,"Key":"k","valueSchema":"{}","valueSchemaId":2,
          "Value":"v","Timestamp":"2023-11-14T22:13:20.5Z"}"#;
        let headers: &[(&[u8], Option<&[u8]>)] = &[(b"b", Some(b"1")), (b"a", Some(b"2"))];
        let want = wanted(Some(b"k"), Some(b"v"));
        assert_eq!(read(text), Ok(placed(want, headers, Some(0), Some(TIME + 500))));
        // A null value, and nothing else asked for.
        let bare = br#"{"Partition":3,"Offset":9,"Value":null}"#;
        assert_eq!(read(bare), Ok(placed(wanted(None, None), &[], Some(3), None)));
        // What it reads itself.
        let input = br#"{"key":"k","value":"v","headers":{"h":"x"}}"#;
        let want = wanted(Some(b"k"), Some(b"v"));
        assert_eq!(read(input), Ok(placed(want, &[(b"h", Some(b"x"))], None, None)));
    }

    #[test]
    fn kcl_s_records_are_read() {
        let text = br#"{"topic":"t","partition":1,"offset":2,"timestamp":1700000000000,
          "leader_epoch":3,"key_base64":"/w==","value":"","headers":[{"key":"a","value":null},
          {"key":"b","value_base64":"AP8="}],"delivery_count":1}"#;
        let headers: &[(&[u8], Option<&[u8]>)] = &[(b"a", None), (b"b", Some(b"\0\xff"))];
        let want = placed(wanted(Some(b"\xff"), Some(b"")), headers, Some(1), Some(TIME));
        assert_eq!(read(text), Ok(want));
        let decoded = br#"{"topic":"t","partition":0,"offset":0,"timestamp":-1,"leader_epoch":-1,
          "key":null,"value":{"n": 1.50}}"#;
        let want = placed(wanted(None, Some(b"{\"n\":1.50}")), &[], Some(0), Some(-1));
        assert_eq!(read(decoded), Ok(want));
    }

    #[test]
    fn kt_s_records_are_read() {
        let text = br#"{"partition":0,"offset":1,"key":"","value":null,"timestamp":null}"#;
        assert_eq!(read(text), Ok(placed(wanted(Some(b""), None), &[], Some(0), Some(-1))));
        let timed = br#"{"partition":0,"offset":1,"key":"k","value":"v",
          "timestamp":"2023-11-14T22:13:20Z"}"#;
        let want = wanted(Some(b"k"), Some(b"v"));
        assert_eq!(read(timed), Ok(placed(want, &[], Some(0), Some(TIME))));
        assert_eq!(read(br#"{"value":12.50}"#), Ok(wanted(None, Some(b"12.50"))));
        assert_eq!(read(b"{}"), Ok(wanted(None, None)));
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        for (text, told) in [
            (&br#"{"vaule":"x"}"#[..], "nothing is known of a member `vaule`"),
            (br#"{"value":"x","payload":"y"}"#, "`payload` is there twice"),
            (br#"{"value_base64":"x"}"#, "not base64"),
            (br#"{"value":tru}"#, "not JSON"),
            (br#"{"value":"x" "key":"y"}"#, "`,` or `}` is wanted"),
            (br#"{"value"}"#, "a name has no `:`"),
            (br#"{"headers":["a"]}"#, "a name and no value"),
            (br#"{"headers":[{"value":"x"}]}"#, "a header has no name"),
            (br#"{"headers":"a"}"#, "neither a list nor an object"),
            (br#"{"payload_error":"Avro"}"#, "not whole"),
            (br#"{"timestamp":"yesterday"}"#, "no timestamp"),
            (br#"{"partition":"x"}"#, "no number"),
        ] {
            let bad = read(text).unwrap_err();
            assert!(bad.contains(told), "{bad}");
        }
    }

    #[test]
    fn formats_make_bytes_of_json() {
        let [int, json] = ["int", "json"].map(|name| name.parse().unwrap());
        let formats = Formats::of(Some(&int), Some(&json), Some(&int));
        let text = br#"{"key":7,"value":"x","headers":[{"key":"h","value":1}]}"#;
        let read = record(text, &formats).unwrap();
        assert_eq!(read.key.as_deref(), Some(&b"\0\0\0\x07"[..]));
        assert_eq!(read.value.as_deref(), Some(&b"\"x\""[..]));
        assert_eq!(read.headers, [header(b"h", Some(b"\0\0\0\x01"))]);
        assert!(record(br#"{"key":"x"}"#, &formats).is_err());
        // What base64 holds are the bytes themselves.
        let raw = record(br#"{"value_base64":"bnVsbA=="}"#, &formats).unwrap();
        assert_eq!(raw.value.as_deref(), Some(&b"null"[..]));
    }
}
