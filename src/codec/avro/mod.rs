//! Avro: bytes as JSON text and back, by a schema.
//!
//! The JSON is what people read, and says all that the bytes say: numbers with all their digits,
//! decimals as numbers, dates and times in RFC 3339 (`2026-01-31`, `2026-01-31T12:30:00.5Z`), a
//! UUID as its text, a duration as `{"months":…,"days":…,"millis":…}`, bytes as Avro's own JSON
//! has them (a character up to `\u00ff` each), `"NaN"` and `"Infinity"` where JSON has no number.
//!
//! A value of a union stands for itself where its kind of JSON tells which branch it is, as with
//! `["null", "string"]`. Where it does not, its branch's name is around it, as in Avro's own
//! JSON: `{"long": 5}`. An object with one member that is named like a branch is always such a
//! name. What is read may have the name anywhere, or nowhere: then it is the first branch that
//! fits. Fields that have a default may be left out.
//!
//! Our own reader rather than a library's: what a hostile length claims is never reserved, maps
//! keep their order, what is cut short is an error, and an error says where it is. A test holds
//! it against `apache-avro`.

mod logical;
mod read;
mod schema;
mod write;

use super::tree::Tree;
pub use schema::BadAvro;
use schema::{Compiled, Meaning, Node};

/// How deep values may stand in each other; JSON parsers end at 128.
const DEPTH_MAX: usize = 100;
/// How long the text of a record may become that is shorter than a sixteenth of it.
const TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How long the text of so many bytes may become: a few of them may stand for a lot of text.
fn text_max(bytes: usize) -> usize {
    TEXT_BYTES_MAX.max(bytes.saturating_mul(16))
}

/// What is wrong with a value, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Trouble {
    /// From the inside out.
    path: Vec<String>,
    why: String,
}

impl Trouble {
    fn of(why: impl Into<String>) -> Self {
        Trouble { path: Vec::new(), why: why.into() }
    }

    fn at_item(mut self, number: usize) -> Self {
        self.path.push(format!("[{number}]"));
        self
    }

    fn at_member(mut self, name: &str) -> Self {
        let is_plain = |c: char| c.is_alphanumeric() || c == '_';
        self.path.push(match !name.is_empty() && name.chars().all(is_plain) {
            true => format!(".{name}"),
            false => format!("[{name:?}]"),
        });
        self
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.path.is_empty() {
            f.write_str("at `")?;
            self.path.iter().rev().try_for_each(|part| f.write_str(part))?;
            f.write_str("`: ")?;
        }
        f.write_str(&self.why)
    }
}

/// A schema, ready to read and to write by.
#[derive(Clone, Debug)]
pub struct Avro {
    schema: Compiled,
    is_framed: bool,
}

impl Avro {
    /// Compiles a schema. `others` are the texts of schemas whose types it may name.
    pub fn compile(text: &str, others: &[&str]) -> Result<Self, BadAvro> {
        let schema = Compiled::of(text, others)?;
        Ok(Avro { schema, is_framed: false })
    }

    /// The whole name of the type, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.schema.name.as_deref()
    }

    /// The same for payloads that go with a schema's id: there, what is nothing but `bytes` has no
    /// length before it, as Confluent's serializers have it.
    pub fn framed(self) -> Self {
        Avro { is_framed: true, ..self }
    }

    fn is_raw(&self) -> bool {
        let root = &self.schema.nodes[self.schema.root];
        self.is_framed && matches!(root, Node::Bytes(Meaning::Bytes))
    }

    /// Appends the JSON of bytes, which must be one whole value.
    pub fn decode(&self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        if self.is_raw() {
            read::write_text(bytes, out);
            return Ok(());
        }
        let mut reader = read::Reader::new(&self.schema, bytes, out);
        reader.value(self.schema.root, 0, out).map_err(|trouble| trouble.to_string())?;
        match bytes.len() - reader.at {
            0 => Ok(()),
            more => Err(format!("{more} bytes follow the value")),
        }
    }

    /// Appends the bytes of a JSON value.
    pub fn encode(&self, json: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let tree = Tree::read(json)?;
        let writer = write::Writer::new(&self.schema);
        let written = match self.is_raw() {
            true => writer.bytes(Meaning::Bytes, &tree).map(|bytes| out.extend(bytes)),
            false => writer.value(self.schema.root, &tree, 0, out),
        };
        written.map_err(|trouble| trouble.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn avro(schema: &str) -> Avro {
        Avro::compile(schema, &[]).unwrap_or_else(|e| panic!("{schema}: {e}"))
    }

    /// Schema, JSON, bytes: both ways.
    const KNOWN: &[(&str, &str, &[u8])] = &[
        ("null", "null", b""),
        ("\"boolean\"", "true", b"\x01"),
        ("int", "-64", b"\x7f"),
        ("long", "9223372036854775807", b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        ("long", "-9223372036854775808", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        ("float", "1.5", b"\0\0\xc0\x3f"),
        ("double", "0.1", b"\x9a\x99\x99\x99\x99\x99\xb9\x3f"),
        ("double", "\"NaN\"", b"\0\0\0\0\0\0\xf8\x7f"),
        ("double", "\"-Infinity\"", b"\0\0\0\0\0\0\xf0\xff"),
        ("string", "\"f\u{e4}\\n\"", b"\x08f\xc3\xa4\n"),
        ("bytes", "\"\u{ff}\\u0000a\"", b"\x06\xff\0a"),
        (r#"{"type":"fixed","name":"f","size":2}"#, "\"ab\"", b"ab"),
        (r#"{"type":"enum","name":"e","symbols":["A","B"]}"#, "\"B\"", b"\x02"),
        (r#"{"type":"array","items":"int"}"#, "[1,2]", b"\x04\x02\x04\0"),
        (r#"{"type":"array","items":"int"}"#, "[]", b"\0"),
        (r#"{"type":"map","values":"int"}"#, r#"{"b":1,"a":2}"#, b"\x04\x02b\x02\x02a\x04\0"),
        (r#"["null","string"]"#, "\"x\"", b"\x02\x02x"),
        (r#"["null","string"]"#, "null", b"\0"),
        (r#"["int","long"]"#, r#"{"long":5}"#, b"\x02\x0a"),
        (r#"["string","bytes"]"#, r#"{"bytes":"x"}"#, b"\x02\x02x"),
        (r#"["string","double"]"#, r#"{"double":"NaN"}"#, b"\x02\0\0\0\0\0\0\xf8\x7f"),
        (r#"["int",{"type":"map","values":"int"}]"#, r#"{"a":1}"#, b"\x02\x02\x02a\x02\0"),
        (
            r#"["int",{"type":"map","values":"int"}]"#,
            r#"{"map":{"int":1}}"#,
            b"\x02\x02\x06int\x02\0",
        ),
        (
            r#"{"type":"record","name":"n.R","fields":[{"name":"a","type":"int"},
                {"name":"r","type":["null","R"]}]}"#,
            r#"{"a":1,"r":{"a":2,"r":null}}"#,
            b"\x02\x02\x04\0",
        ),
        (
            r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#,
            "12.30",
            b"\x04\x04\xce",
        ),
        (
            r#"{"type":"fixed","name":"d","size":4,"logicalType":"decimal","precision":9,"scale":2}"#,
            "-0.01",
            b"\xff\xff\xff\xff",
        ),
        (r#"{"type":"int","logicalType":"date"}"#, "\"1970-01-02\"", b"\x02"),
        (r#"{"type":"int","logicalType":"time-millis"}"#, "\"00:00:00.001\"", b"\x02"),
        (
            r#"{"type":"long","logicalType":"timestamp-millis"}"#,
            "\"1970-01-01T00:00:00.001Z\"",
            b"\x02",
        ),
        (
            r#"{"type":"long","logicalType":"local-timestamp-micros"}"#,
            "\"1970-01-01T00:00:00.000001\"",
            b"\x02",
        ),
        (r#"{"type":"string","logicalType":"uuid"}"#, "\"x\"", b"\x02x"),
        (
            r#"{"type":"fixed","size":16,"name":"u","logicalType":"uuid"}"#,
            "\"00010203-0405-0607-0809-0a0b0c0d0e0f\"",
            b"\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f",
        ),
        (
            r#"{"type":"fixed","size":12,"name":"u","logicalType":"duration"}"#,
            r#"{"months":1,"days":2,"millis":3}"#,
            b"\x01\0\0\0\x02\0\0\0\x03\0\0\0",
        ),
        // What does not fit its type is no logical type.
        (r#"{"type":"string","logicalType":"date"}"#, "\"x\"", b"\x02x"),
        (r#"{"type":"bytes","logicalType":"decimal","precision":1,"scale":2}"#, "\"x\"", b"\x02x"),
    ];

    #[test]
    fn values_are_read_and_written_as_the_specification_says() {
        for (schema, json, bytes) in KNOWN {
            let avro = avro(schema);
            let (mut text, mut back) = (Vec::new(), Vec::new());
            avro.decode(bytes, &mut text).unwrap_or_else(|e| panic!("{schema}: {e}"));
            assert_eq!(String::from_utf8(text).unwrap(), *json, "{schema}");
            avro.encode(json.as_bytes(), &mut back).unwrap_or_else(|e| panic!("{schema}: {e}"));
            assert_eq!(back, *bytes, "{schema}");
        }
    }

    #[test]
    fn more_is_read_than_is_written() {
        let record = r#"{"type":"record","name":"n.R","fields":[
            {"name":"a","type":"int","default":7},
            {"name":"b","type":["null",{"type":"bytes","logicalType":"decimal","precision":4}],"default":null},
            {"name":"c","type":{"type":"bytes","logicalType":"decimal","precision":4},"default":"\u0001"},
            {"name":"d","type":["string","null"],"default":"x"}]}"#;
        for (schema, json, bytes) in [
            (r#"["int","long"]"#, "5", &b"\0\x0a"[..]),
            (r#"["int","long"]"#, "3000000000", b"\x02\x80\xf8\x82\xad\x16"),
            (r#"["null","string"]"#, r#"{"string":"x"}"#, b"\x02\x02x"),
            (
                r#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":1}"#,
                "\"1\"",
                b"\x02\x0a",
            ),
            (r#"{"type":"int","logicalType":"date"}"#, "3", b"\x06"),
            (r#"["null",{"type":"record","name":"n.R","fields":[]}]"#, r#"{"R":{}}"#, b"\x02"),
            (r#"["null",{"type":"record","name":"n.R","fields":[]}]"#, r#"{"n.R":{}}"#, b"\x02"),
            (r#"["null",{"type":"record","name":"n.R","fields":[]}]"#, "{}", b"\x02"),
            (record, "{}", b"\x0e\0\x02\x01\0\x02x"),
            (record, r#"{"d":null,"a":1}"#, b"\x02\0\x02\x01\x02"),
        ] {
            let mut back = Vec::new();
            avro(schema)
                .encode(json.as_bytes(), &mut back)
                .unwrap_or_else(|e| panic!("{json}: {e}"));
            assert_eq!(back, bytes, "{schema} {json}");
        }
        // A block that says how many bytes it has, and two blocks.
        let mut text = Vec::new();
        let array = avro(r#"{"type":"array","items":"int"}"#);
        array.decode(b"\x01\x02\x02\x02\x04\0", &mut text).unwrap();
        assert_eq!(text, b"[1,2]");
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        let schema = r#"{"type":"record","name":"R","fields":[
            {"name":"a","type":{"type":"array","items":["null",
                {"type":"record","name":"S","fields":[{"name":"x y","type":"int"}]}]}},
            {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]},"default":"A"}]}"#;
        let avro = avro(schema);
        for (json, told) in [
            ("{", "EOF while parsing an object at line 1 column 1"),
            ("[]", "an object is wanted, not a list"),
            ("{}", "at `.a`: the field is missing, and has no default"),
            (
                r#"{"a":[null,{"x y":"1"}]}"#,
                "at `.a[1][\"x y\"]`: an int is wanted, not the string \"1\"",
            ),
            (
                r#"{"a":[{"x y":2147483648}]}"#,
                "at `.a[0][\"x y\"]`: an int is wanted, not the number 2147483648",
            ),
            (r#"{"a":[7]}"#, "at `.a[0]`: one of `null`, `S` is wanted, not the number 7"),
            (r#"{"a":[],"b":1}"#, "at `.b`: the schema has no such field"),
            (r#"{"a":[],"a":[]}"#, "at `.a`: the field is there twice"),
            (r#"{"a":[],"e":"C"}"#, "at `.e`: one of A, B is wanted, not the string \"C\""),
        ] {
            let mut out = Vec::new();
            assert_eq!(avro.encode(json.as_bytes(), &mut out).unwrap_err(), told);
        }
        for (bytes, told) in [
            (&b""[..], "at `.a`: 1 bytes are wanted where 0 remain"),
            (b"\x02\x02", "at `.a[0][\"x y\"]`: 1 bytes are wanted where 0 remain"),
            (b"\x02\x04", "at `.a[0]`: branch 2 of a union of 2"),
            (b"\0\x08", "at `.e`: there is no symbol 4"),
            (b"\0\0\0", "1 bytes follow the value"),
        ] {
            assert_eq!(avro.decode(bytes, &mut Vec::new()).unwrap_err(), told);
        }
    }

    #[test]
    fn bytes_that_go_with_an_id_have_no_length() {
        for (schema, json, bytes) in [
            ("bytes", "\"\u{ff}a\"", &b"\xffa"[..]),
            (r#"{"type":"bytes"}"#, "\"\"", b""),
            ("string", "\"a\"", b"\x02a"),
        ] {
            let avro = avro(schema).framed();
            let (mut text, mut back) = (Vec::new(), Vec::new());
            avro.decode(bytes, &mut text).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), json);
            avro.encode(json.as_bytes(), &mut back).unwrap();
            assert_eq!(back, bytes);
        }
    }

    #[test]
    fn a_float_too_large_is_refused() {
        for (schema, json) in [("float", "1e39"), ("double", "1e400"), ("float", "\"x\"")] {
            assert!(avro(schema).encode(json.as_bytes(), &mut Vec::new()).is_err(), "{json}");
        }
    }

    #[test]
    fn hostile_bytes_and_schemas_are_refused_in_time() {
        let nulls = avro(r#"{"type":"array","items":"null"}"#);
        let mut claim = Vec::new();
        write::long(i64::MAX, &mut claim);
        let told = nulls.decode(&claim, &mut Vec::new()).unwrap_err();
        assert!(told.contains("too long a text"), "{told}");
        for schema in ["bytes", "string"] {
            assert!(avro(schema).decode(&claim, &mut Vec::new()).is_err());
        }
        let fixed = avro(r#"{"type":"fixed","name":"f","size":9223372036854775807}"#);
        assert!(fixed.decode(b"abc", &mut Vec::new()).is_err());
        assert!(fixed.encode(b"\"abc\"", &mut Vec::new()).is_err());
        // A record that holds itself has no end.
        let endless = avro(r#"{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}"#);
        assert!(endless.decode(b"", &mut Vec::new()).unwrap_err().contains("deeper than 100"));
        let default =
            r#"{"type":"record","name":"R","fields":[{"name":"r","type":"R","default":{}}]}"#;
        assert!(avro(default).encode(b"{}", &mut Vec::new()).unwrap_err().contains("deeper"));
        let lists = avro(
            r#"{"type":"record","name":"L","fields":[
            {"name":"l","type":{"type":"array","items":"L"}}]}"#,
        );
        assert!(lists.decode(&[2; 1000], &mut Vec::new()).unwrap_err().contains("deeper than 100"));
        for text in [
            "",
            "{",
            "7",
            "x y",
            "unknown",
            "[]",
            r#"[["int"]]"#,
            r#"{"type":"array"}"#,
            r#"{"type":"record","name":"R"}"#,
            r#"{"type":"fixed","name":"f","size":-1}"#,
            r#"{"type":"enum","name":"e"}"#,
            r#"{"type":"enum","name":"e","symbols":[1]}"#,
            r#"{"type":"record","fields":[]}"#,
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}"#,
            r#"[{"type":"fixed","name":"f","size":1},{"type":"fixed","name":"f","size":2}]"#,
            &("[".repeat(100_000) + &"]".repeat(100_000)),
        ] {
            assert!(Avro::compile(text, &[]).is_err(), "{text:.40}");
        }
    }

    #[test]
    fn types_of_other_schemas_are_found_by_their_names() {
        let main = r#"{"type":"record","name":"a.R","fields":[
            {"name":"x","type":"b.S"},{"name":"y","type":"T"},{"name":"z","type":"b.U"}]}"#;
        let others = [
            r#"{"type":"record","name":"S","namespace":"b","fields":[{"name":"u","type":"U"}]}"#,
            r#"{"type":"fixed","name":"a.T","size":1}"#,
            r#"[{"type":"enum","name":"b.U","symbols":["V"]}]"#,
        ];
        let avro = Avro::compile(main, &others).unwrap();
        assert_eq!(avro.name(), Some("a.R"));
        let mut out = Vec::new();
        avro.decode(b"\0x\0", &mut out).unwrap();
        assert_eq!(out, br#"{"x":{"u":"V"},"y":"x","z":"V"}"#);
        let told = Avro::compile(main, &others[..2]).unwrap_err().to_string();
        assert_eq!(told, "the schema's `U` is not defined");
    }
}
