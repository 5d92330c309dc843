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
    /// A file, and the message of it that is meant where nothing says which.
    Protobuf(Arc<ProtoFile>, ProtoMessage),
    Json(Arc<JsonSchema>),
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
        let message = match message {
            Some(name) => file.by_name(name),
            None => file.first(),
        };
        let message = message.map_err(|e| e.to_string())?;
        Ok(Payload::Protobuf(Arc::new(file), message))
    }

    /// What the type is called: subjects are named after it.
    pub fn record_name(&self) -> Option<&str> {
        match self {
            Payload::Avro(avro) => avro.name(),
            Payload::Protobuf(_, message) => Some(message.full_name()),
            Payload::Json(schema) => schema.title(),
        }
    }

    pub fn kind(&self) -> SchemaType {
        match self {
            Payload::Avro(_) => SchemaType::Avro,
            Payload::Protobuf(..) => SchemaType::Protobuf,
            Payload::Json(_) => SchemaType::Json,
        }
    }

    /// Appends what stands between the schema's id and the payload.
    pub(super) fn write_indexes(&self, out: &mut Vec<u8>) {
        if let Payload::Protobuf(_, message) = self {
            write_indexes(&message.indexes(), out);
        }
    }

    /// Reads what stands behind the schema's id, and returns what follows it.
    pub(super) fn read_indexes<'a>(
        &self,
        bytes: &'a [u8],
    ) -> Result<(Option<Vec<i32>>, &'a [u8]), String> {
        match self {
            Payload::Protobuf(..) => {
                let (indexes, rest) = read_indexes(bytes).map_err(|e| e.to_string())?;
                Ok((Some(indexes), rest))
            }
            _ => Ok((None, bytes)),
        }
    }

    /// Appends a payload's JSON.
    pub(super) fn decode(
        &self,
        indexes: Option<&[i32]>,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        match self {
            Payload::Avro(avro) => avro.decode(bytes, out),
            Payload::Protobuf(file, message) => match indexes {
                None => message.read(bytes, out),
                Some(indexes) => {
                    let named = file.by_indexes(indexes).map_err(|e| e.to_string())?;
                    named.read(bytes, out)
                }
            },
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
            Payload::Protobuf(_, message) => message.write(text, out),
            Payload::Json(schema) => {
                json::check(text)?;
                schema.check(text)?;
                write_compact(text, out);
                Ok(())
            }
        }
    }
}
