//! `ByteArrayConverter`: bytes as they are.

use std::collections::BTreeMap;

use super::{Converter, Part};
use crate::connect::data::{Data, Schema, Type, Value};
use crate::connect::error::ConnectError;

struct ByteArrayConverter;

pub(super) fn make(
    _: &BTreeMap<String, String>,
    _: Part,
) -> Result<Box<dyn Converter>, ConnectError> {
    Ok(Box::new(ByteArrayConverter))
}

impl Converter for ByteArrayConverter {
    fn to_connect(&mut self, _: &str, bytes: Option<&[u8]>) -> Result<Data, ConnectError> {
        let value = bytes.map_or(Value::Null, |bytes| Value::Bytes(bytes.to_vec()));
        Ok(Schema::optional_bytes().with(value))
    }

    fn from_connect(
        &mut self,
        _: &str,
        data: &Data,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        if let Some(schema) = &data.schema
            && schema.kind != Type::Bytes
        {
            return Err(ConnectError::data(format!(
                "Invalid schema type for ByteArrayConverter: {}",
                schema.kind.upper()
            )));
        }
        match &data.value {
            Value::Null => Ok(false),
            Value::Bytes(bytes) => {
                out.extend_from_slice(bytes);
                Ok(true)
            }
            value => Err(ConnectError::data(format!(
                "ByteArrayConverter is not compatible with objects of type {}",
                value.java_class()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_pass_and_nothing_else_does() {
        let mut converter = ByteArrayConverter;
        let data = converter.to_connect("t", Some(b"\xff\x00")).unwrap();
        let mut out = Vec::new();
        assert_eq!(converter.from_connect("t", &data, &mut out), Ok(true));
        assert_eq!(out, b"\xff\x00");
        let told = |data: &Data| {
            ByteArrayConverter.from_connect("t", data, &mut Vec::new()).unwrap_err().message
        };
        assert_eq!(
            told(&Schema::string().with(Value::from("x"))),
            "Invalid schema type for ByteArrayConverter: STRING"
        );
        assert_eq!(
            told(&Data::bare(Value::from("x"))),
            "ByteArrayConverter is not compatible with objects of type class java.lang.String"
        );
    }
}
