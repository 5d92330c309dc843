//! `SimpleHeaderConverter`: headers as text, of which the narrowest type is made that fits.

use std::collections::BTreeMap;

use super::{Converter, Part};
use crate::connect::data::{Data, text};
use crate::connect::error::ConnectError;

struct Simple;

pub(super) fn make_simple(
    _: &BTreeMap<String, String>,
    _: Part,
) -> Result<Box<dyn Converter>, ConnectError> {
    Ok(Box::new(Simple))
}

impl Converter for Simple {
    fn to_connect(&mut self, _: &str, bytes: Option<&[u8]>) -> Result<Data, ConnectError> {
        Ok(match bytes {
            None => Data::null(),
            Some(bytes) => text::parse(&String::from_utf8_lossy(bytes)),
        })
    }

    fn from_connect(
        &mut self,
        _: &str,
        data: &Data,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        if data.value.is_null() {
            return Ok(false);
        }
        out.extend_from_slice(text::write(&data.value).as_bytes());
        Ok(true)
    }
}
