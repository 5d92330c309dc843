//! The JSON converter against what Kafka's own does with the same bytes.

use super::*;

fn converter(settings: &[(&str, &str)]) -> Box<dyn Converter> {
    let settings = settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    make(&settings, Part::Value).unwrap()
}

/// Reads and writes again.
fn through(converter: &mut dyn Converter, text: &str) -> Result<String, String> {
    let data = converter.to_connect("t", Some(text.as_bytes())).map_err(|e| e.message)?;
    let mut out = Vec::new();
    match converter.from_connect("t", &data, &mut out).map_err(|e| e.message)? {
        true => Ok(String::from_utf8(out).unwrap()),
        false => Ok("(null)".to_owned()),
    }
}

#[test]
fn without_an_envelope_values_speak_for_themselves() {
    let mut plain = converter(&[("schemas.enable", "false")]);
    for (text, want) in [
        (r#"{"a":1,"b":[1.5,"x",null,true],"c":{}}"#, r#"{"a":1,"b":[1.5,"x",null,true],"c":{}}"#),
        ("1e10", "1.0E10"),
        ("\"\\u0001\\u001f\\n\\u00e9\"", "\"\\u0001\\u001F\\né\""),
        ("null", "(null)"),
        ("", "(null)"),
    ] {
        assert_eq!(through(&mut *plain, text).unwrap(), want, "{text}");
    }
    let told = plain.to_connect("t", Some(b"{bad")).unwrap_err();
    assert_eq!(
        told.message,
        "Converting byte[] to Kafka Connect data failed due to serialization error: "
    );
    assert_eq!(told.cause.unwrap().kind, ErrorKind::Serialization);
    assert_eq!(plain.to_connect("t", None).unwrap(), Data::null());
}

/// Envelopes that come out as they went in.
const STABLE: &[&str] = &[
    r#"{"schema":{"type":"string","optional":true},"payload":"x"}"#,
    r#"{"schema":null,"payload":{"a":1}}"#,
    r#"{"schema":{"type":"int32","optional":false},"payload":7}"#,
    r#"{"schema":{"type":"double","optional":false},"payload":1.0E10}"#,
    r#"{"schema":{"type":"bytes","optional":false},"payload":"AQID"}"#,
    concat!(
        r#"{"schema":{"type":"array","items":{"type":"int8","optional":false},"#,
        r#""optional":false},"payload":[1,-1]}"#,
    ),
    concat!(
        r#"{"schema":{"type":"map","keys":{"type":"string","optional":false},"#,
        r#""values":{"type":"int64","optional":true},"optional":false},"payload":{"a":1,"#,
        r#""b":null}}"#,
    ),
    concat!(
        r#"{"schema":{"type":"map","keys":{"type":"int32","optional":false},"#,
        r#""values":{"type":"string","optional":false},"optional":false},"payload":[[1,"#,
        r#""a"],[2,"b"]]}"#,
    ),
    concat!(
        r#"{"schema":{"type":"struct","fields":[{"type":"string","optional":false,"#,
        r#""field":"n"},{"type":"int32","optional":true,"default":5,"field":"d"}],"#,
        r#""optional":false,"name":"r","version":2,"doc":"about"},"payload":{"n":"x","#,
        r#""d":9}}"#,
    ),
    concat!(
        r#"{"schema":{"type":"bytes","optional":false,"#,
        r#""name":"org.apache.kafka.connect.data.Decimal","version":1,"#,
        r#""parameters":{"scale":"2"}},"payload":"BNI="}"#,
    ),
    concat!(
        r#"{"schema":{"type":"int32","optional":false,"#,
        r#""name":"org.apache.kafka.connect.data.Date","version":1},"payload":1}"#,
    ),
    concat!(
        r#"{"schema":{"type":"int32","optional":false,"#,
        r#""name":"org.apache.kafka.connect.data.Time","version":1},"payload":1000}"#,
    ),
    concat!(
        r#"{"schema":{"type":"int64","optional":false,"#,
        r#""name":"org.apache.kafka.connect.data.Timestamp","version":1},"payload":-5}"#,
    ),
];

#[test]
fn an_envelope_comes_out_as_it_went_in() {
    let mut enveloped = converter(&[]);
    for text in STABLE {
        assert_eq!(through(&mut *enveloped, text).unwrap(), *text);
        // The second time from the cache.
        assert_eq!(through(&mut *enveloped, text).unwrap(), *text);
    }
    let defaulted = STABLE[8].replace("\"d\":9", "\"d\":null");
    assert!(through(&mut *enveloped, &defaulted).unwrap().contains("\"d\":5"));
    let mut kept = converter(&[("replace.null.with.default", "false")]);
    assert!(through(&mut *kept, &defaulted).unwrap().contains("\"d\":null"));
    let mut numeric = converter(&[("decimal.format", "numeric")]);
    assert!(through(&mut *numeric, STABLE[9]).unwrap().ends_with("\"payload\":12.34}"));
}

#[test]
fn what_does_not_fit_is_told_in_kafkas_words() {
    let mut enveloped = converter(&[]);
    let with =
        |schema: &str, payload: &str| format!("{{\"schema\":{schema},\"payload\":{payload}}}");
    let struct_schema = r#"{"type":"struct","fields":[{"field":"a","type":"int32"}]}"#;
    for (text, want) in [
        ("{\"a\":1}".to_owned(), NO_ENVELOPE),
        ("7".to_owned(), NO_ENVELOPE),
        ("{\"schema\":null,\"payload\":1,\"x\":2}".to_owned(), NO_ENVELOPE),
        (with("{}", "1"), "Schema must contain 'type' field"),
        (with("{\"type\":\"int128\"}", "1"), "Unknown schema type: int128"),
        (with("{\"type\":\"array\"}", "[]"), "Array schema did not specify the element type"),
        (with("{\"type\":\"int32\"}", "null"), "Invalid null value for required INT32 field"),
        (with("{\"type\":\"int8\"}", "300"), "Invalid value for INT8 field: NUMBER"),
        (with("{\"type\":\"int32\"}", "\"1\""), "Invalid value for INT32 field: STRING"),
        (with(struct_schema, "[]"), "Structs should be encoded as JSON objects, but found ARRAY"),
        (with(struct_schema, "{}"), "Invalid null value for required INT32 field"),
    ] {
        assert_eq!(through(&mut *enveloped, &text).unwrap_err(), want, "{text}");
    }
}

#[test]
fn a_schema_from_the_settings_is_every_records() {
    let content = r#"{"type":"struct","fields":[{"field":"a","type":"int32"}]}"#;
    let mut fixed = converter(&[("schema.content", content)]);
    let data = fixed.to_connect("t", Some(b"{\"a\":7}")).unwrap();
    assert_eq!(data.value.to_string(), "Struct{a=7}");
    assert!(fixed.to_connect("t", Some(b"{\"a\":\"x\"}")).is_err());
    let bad = BTreeMap::from([("schema.content".to_owned(), "{".to_owned())]);
    assert!(make(&bad, Part::Value).is_err());
}
