//! A schema compiled: what reads and writes payloads, whatever its type is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::avro::Avro;
use super::super::json::{self, write_compact};
use super::super::json_schema::JsonSchema;
use super::super::protobuf::{ProtoFile, ProtoMessage, read_indexes, write_indexes};
use super::{Schema, SchemaType};

/// A compiled schema. Cheap to copy.
#[derive(Clone, Debug)]
pub enum Payload {
    Avro(Arc<Avro>),
    Protobuf(Proto),
    Json(Arc<JsonSchema>),
}

/// A file of messages, and which of them is meant.
#[derive(Clone, Debug)]
pub struct Proto {
    file: Arc<ProtoFile>,
    /// The chosen one, or the first one.
    message: ProtoMessage,
    is_chosen: bool,
}

/// How the file itself is called where nobody says: no import may be called so.
const FILE_NAME: &str = "schema.proto";

impl Payload {
    /// Compiles a schema. `message` is which of a file's messages is meant, for Protobuf.
    pub fn compile(schema: &Schema, message: Option<&str>) -> Result<Self, String> {
        if schema.kind != SchemaType::Protobuf && message.is_some() {
            return Err("only Protobuf has messages to choose from".to_owned());
        }
        let by_name =
            || -> BTreeMap<String, String> { schema.references.iter().cloned().collect() };
        match schema.kind {
            SchemaType::Avro => {
                let others: Vec<&str> =
                    schema.references.iter().map(|(_, text)| text.as_str()).collect();
                let avro = Avro::compile(&schema.text, &others).map_err(|e| e.to_string())?;
                Ok(Payload::Avro(Arc::new(avro)))
            }
            SchemaType::Protobuf => {
                let file = ProtoFile::of_texts(FILE_NAME, &schema.text, &by_name());
                Payload::of_file(file.map_err(|e| e.to_string())?, message)
            }
            SchemaType::Json => {
                let schema = JsonSchema::of_texts(&schema.text, &by_name());
                Ok(Payload::Json(Arc::new(schema.map_err(|e| e.to_string())?)))
            }
        }
    }

    /// Takes a file of messages from what `protoc --descriptor_set_out` writes.
    pub fn of_descriptor_set(bytes: &[u8], message: Option<&str>) -> Result<Self, String> {
        let file = ProtoFile::of_descriptor_set(bytes, None).map_err(|e| e.to_string())?;
        Payload::of_file(file, message)
    }

    fn of_file(file: ProtoFile, message: Option<&str>) -> Result<Self, String> {
        let is_chosen = message.is_some();
        let message = match message {
            Some(name) => file.by_name(name),
            None => file.first(),
        };
        let message = message.map_err(|e| e.to_string())?;
        Ok(Payload::Protobuf(Proto { file: Arc::new(file), message, is_chosen }))
    }

    /// What the type is called: subjects are named after it.
    pub fn record_name(&self) -> Option<&str> {
        match self {
            Payload::Avro(avro) => avro.name(),
            Payload::Protobuf(proto) => Some(proto.message.full_name()),
            Payload::Json(schema) => schema.title(),
        }
    }

    pub fn kind(&self) -> SchemaType {
        match self {
            Payload::Avro(_) => SchemaType::Avro,
            Payload::Protobuf(_) => SchemaType::Protobuf,
            Payload::Json(_) => SchemaType::Json,
        }
    }

    /// Appends what stands between the schema's id and the payload.
    pub(super) fn write_indexes(&self, out: &mut Vec<u8>) {
        if let Payload::Protobuf(proto) = self {
            write_indexes(&proto.message.indexes(), out);
        }
    }

    /// Appends the JSON of a payload. `behind` is what stands behind the schema's id; the payload
    /// follows in it, unless it stands elsewhere.
    pub(super) fn decode_behind(
        &self,
        behind: &[u8],
        payload: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        match self {
            Payload::Protobuf(proto) => proto.decode(behind, payload, out),
            _ => self.decode(payload.unwrap_or(behind), out),
        }
    }

    /// Appends the JSON of a payload that nothing stands before.
    pub(super) fn decode(&self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        match self {
            Payload::Avro(avro) => avro.decode(bytes, out),
            Payload::Protobuf(proto) => read(&proto.message, bytes, out),
            Payload::Json(schema) => {
                schema.check(bytes)?;
                write_compact(bytes, out);
                Ok(())
            }
        }
    }

    /// Appends a payload of JSON.
    pub(super) fn encode(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        match self {
            Payload::Avro(avro) => avro.encode(text, out),
            Payload::Protobuf(proto) => proto.message.write(text, out),
            Payload::Json(schema) => {
                json::check(text)?;
                schema.check(text)?;
                write_compact(text, out);
                Ok(())
            }
        }
    }
}

impl Proto {
    /// Reads the message that the indexes say, unless another was chosen.
    ///
    /// Some clients write no indexes (kafkajs for one). What cannot be read with them is tried
    /// without, as the first message.
    fn decode(
        &self,
        behind: &[u8],
        payload: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        let start = out.len();
        let usual = match read_indexes(behind) {
            Ok((path, rest)) => {
                let said = if self.is_chosen { None } else { Some(path) };
                let message = said.map(|path| self.file.by_indexes(&path)).transpose();
                let message = message.map(|said| said.unwrap_or_else(|| self.message.clone()));
                let message = message.map_err(|e| e.to_string());
                message.and_then(|message| read(&message, payload.unwrap_or(rest), out))
            }
            Err(bad) => Err(bad.to_string()),
        };
        usual.or_else(|why| {
            out.truncate(start);
            let without = self.message.read(payload.unwrap_or(behind), out);
            without.map_err(|_| {
                out.truncate(start);
                why
            })
        })
    }
}

fn read(message: &ProtoMessage, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    message.read(bytes, out).map_err(|why| format!("as `{}`: {why}", message.full_name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(kind: SchemaType, text: &str, message: Option<&str>) -> Result<Payload, String> {
        Payload::compile(&Schema { kind, text: text.to_owned(), references: Vec::new() }, message)
    }

    const TWO: &str = "syntax = \"proto3\"; package p; message A { string s = 1; } \
        message B { map<string, string> m = 1; message C { int32 n = 1; } message D {} }";

    /// Chosen message, what stands behind the id, text.
    #[test]
    fn the_indexes_say_which_message_it_is() {
        for (message, behind, json) in [
            (None, &b"\0\x0a\x01x"[..], "{\"s\":\"x\"}"),
            (None, b"\0", "{}"),
            (None, b"\x02\x02", "{}"),
            (None, b"\x04\x02\x02\x08\x07", "{\"n\":7}"),
            // Java does not count the message that a map makes of itself.
            (None, b"\x04\x02\x00\x08\x07", "{\"n\":7}"),
            (Some("p.B.C"), b"\0\x08\x07", "{\"n\":7}"),
            (Some("C"), b"\x04\x02\x02\x08\x07", "{\"n\":7}"),
            // Without indexes.
            (None, b"\x0a\x01x", "{\"s\":\"x\"}"),
            (None, b"", "{}"),
        ] {
            let payload = compiled(SchemaType::Protobuf, TWO, message).unwrap();
            let mut out = Vec::new();
            payload.decode_behind(behind, None, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), json, "{behind:?}");
        }
        let payload = compiled(SchemaType::Protobuf, TWO, None).unwrap();
        for behind in [&b"\x02\x0a\x01"[..], b"\0\x0a", b"\xff"] {
            assert!(payload.decode_behind(behind, None, &mut Vec::new()).is_err(), "{behind:?}");
        }
        // In a header, and the payload apart from it.
        let mut out = Vec::new();
        payload.decode_behind(b"\x02\x02", Some(b""), &mut out).unwrap();
        payload.decode_behind(b"", Some(b"\x0a\x01x"), &mut out).unwrap();
        assert_eq!(out, b"{}{\"s\":\"x\"}");
    }

    #[test]
    fn what_is_written_begins_with_the_indexes() {
        for (message, indexes, name) in [
            (None, &b"\0"[..], "p.A"),
            (Some("B"), b"\x02\x02", "p.B"),
            (Some("B.C"), b"\x04\x02\x02", "p.B.C"),
        ] {
            let payload = compiled(SchemaType::Protobuf, TWO, message).unwrap();
            let mut out = Vec::new();
            payload.write_indexes(&mut out);
            assert_eq!((out.as_slice(), payload.record_name()), (indexes, Some(name)));
        }
        assert!(compiled(SchemaType::Protobuf, TWO, Some("E")).unwrap_err().contains("p.B.D"));
        assert!(compiled(SchemaType::Json, "{}", Some("E")).is_err());
        let titled = compiled(SchemaType::Json, "{\"title\":\"T\"}", None).unwrap();
        assert_eq!(titled.record_name(), Some("T"));
    }
}
