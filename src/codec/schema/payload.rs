//! A schema compiled: what reads and writes payloads, whatever its type is.

use super::super::avro::Avro;
use super::{Schema, SchemaType};

/// A compiled schema.
#[derive(Clone, Debug)]
pub enum Payload {
    Avro(Avro),
}

impl Payload {
    /// Compiles a schema. `message` is which of a file's messages is meant, for Protobuf.
    pub fn compile(schema: &Schema, message: Option<&str>) -> Result<Self, String> {
        let named = |kind: SchemaType| format!("a schema of type {} cannot be read", kind.name());
        match (schema.kind, message) {
            (SchemaType::Avro, None) => {
                let others: Vec<&str> =
                    schema.references.iter().map(|(_, text)| text.as_str()).collect();
                let avro = Avro::compile(&schema.text, &others).map_err(|e| e.to_string())?;
                Ok(Payload::Avro(avro))
            }
            (SchemaType::Avro, Some(_)) => Err("Avro has no messages to choose from".to_owned()),
            (kind, _) => Err(named(kind)),
        }
    }

    /// What the type is called: subjects are named after it.
    pub fn record_name(&self) -> Option<&str> {
        match self {
            Payload::Avro(avro) => avro.name(),
        }
    }

    pub fn kind(&self) -> SchemaType {
        match self {
            Payload::Avro(_) => SchemaType::Avro,
        }
    }

    /// Appends what stands between the schema's id and the payload.
    pub(super) fn write_indexes(&self, _: &mut Vec<u8>) {
        match self {
            Payload::Avro(_) => {}
        }
    }

    /// Reads what stands behind the schema's id, and returns what follows it.
    pub(super) fn read_indexes<'a>(
        &self,
        bytes: &'a [u8],
    ) -> Result<(Option<Vec<i32>>, &'a [u8]), String> {
        match self {
            Payload::Avro(_) => Ok((None, bytes)),
        }
    }

    /// Appends a payload's JSON.
    pub(super) fn decode(
        &self,
        _indexes: Option<&[i32]>,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        match self {
            Payload::Avro(avro) => avro.decode(bytes, out),
        }
    }

    /// Appends a payload of JSON.
    pub(super) fn encode(&self, json: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        match self {
            Payload::Avro(avro) => avro.encode(json, out),
        }
    }
}
