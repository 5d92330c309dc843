//! What keys, values and headers mean: a codec each, or none for bytes as they are.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{Header, Read, Record};
use crate::codec::{
    self, Codec, FormatName, Guess, Kind, Part, Place, Unencodable, first_bytes, write_string,
};

/// The codecs of a run. None: bytes as they are.
#[derive(Clone, Default)]
pub struct Formats {
    /// The topic that records are written to, for codecs whose schemas go by it.
    pub topic: String,
    pub key: Option<Arc<dyn Codec>>,
    pub value: Option<Arc<dyn Codec>>,
    /// Of every header's value.
    pub header: Option<Arc<dyn Codec>>,
}

impl fmt::Debug for Formats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = |codec: &Option<Arc<dyn Codec>>| codec.is_some();
        let all = (set(&self.key), set(&self.value), set(&self.header));
        f.debug_tuple("Formats").field(&all).finish()
    }
}

/// A record, or a part of it, cannot be printed as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unprintable(pub(super) String);

impl Formats {
    /// Makes the codecs of three names; bytes need none.
    pub fn of(
        key: Option<&FormatName>,
        value: Option<&FormatName>,
        header: Option<&FormatName>,
    ) -> Self {
        let codec = |name: Option<&FormatName>| {
            name.filter(|name| **name != FormatName::Bytes).map(|name| codec::of(name).into())
        };
        Formats {
            topic: String::new(),
            key: codec(key),
            value: codec(value),
            header: codec(header),
        }
    }

    /// Appends what the value's codec makes of it, as JSON: a text becomes a JSON string. False:
    /// there is no codec, or no value.
    pub fn value_as_json(&self, record: &Record, out: &mut Vec<u8>) -> Result<bool, Unprintable> {
        let (Some(codec), Some(bytes)) = (&self.value, record.value) else { return Ok(false) };
        let at = out.len();
        match decode(codec.as_ref(), record, Part::Value, bytes, out)? {
            Kind::Json => {}
            Kind::Text | Kind::Bytes => {
                let text = out.split_off(at);
                write_string(&String::from_utf8_lossy(&text), out);
            }
        }
        Ok(true)
    }

    /// Appends the text of a part: what its codec makes of it, or its bytes.
    pub fn text(
        &self,
        record: &Record,
        part: Part,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Unprintable> {
        match self.codec(part) {
            Some(codec) => decode(codec, record, part, bytes, out).map(|_| ()),
            None => {
                out.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// Makes a record of the texts of its key and its value; none is null.
    pub fn read_text(
        &self,
        key: Option<Vec<u8>>,
        value: Option<Vec<u8>>,
    ) -> Result<Read<'static>, String> {
        let mut headers = Vec::new();
        let mut part = |text: Option<Vec<u8>>, part| match text {
            None => Ok(None),
            Some(text) => {
                let (codec, text) = (self.codec(part), Cow::Owned(text));
                let bytes = encode(codec, &self.topic, part, text, Kind::Text, &mut headers);
                bytes.map(Some).map_err(|e| format!("the {part} {e}"))
            }
        };
        let key = part(key, Part::Key)?;
        let value = part(value, Part::Value)?;
        Ok(Read { key, value, headers, partition: None, timestamp: None })
    }

    /// The codec of a part.
    pub(super) fn codec(&self, part: Part) -> Option<&dyn Codec> {
        match part {
            Part::Key => self.key.as_deref(),
            Part::Value => self.value.as_deref(),
            Part::Header(_) => self.header.as_deref(),
        }
    }
}

/// Appends what a part's bytes mean.
pub(super) fn decode(
    codec: &dyn Codec,
    record: &Record,
    part: Part,
    bytes: &[u8],
    out: &mut Vec<u8>,
) -> Result<Kind, Unprintable> {
    let place = Place { topic: record.topic, part, headers: record.headers };
    codec.decode(&place, bytes, out).map_err(|error| {
        let guess = match Guess::of(bytes) {
            Guess::Unknown | Guess::Empty => String::new(),
            guess => format!(", which may be {guess}"),
        };
        Unprintable(format!("the {part} is {error}: {}{guess}", first_bytes(bytes)))
    })
}

/// Makes the bytes of a part's text; a header that belongs to them goes to `headers`.
pub(super) fn encode<'a>(
    codec: Option<&dyn Codec>,
    topic: &str,
    part: Part,
    text: Cow<'a, [u8]>,
    kind: Kind,
    headers: &mut Vec<Header>,
) -> Result<Cow<'a, [u8]>, Unencodable> {
    let Some(codec) = codec else { return Ok(text) };
    let place = Place { topic, part, headers: &[] };
    let mut out = Vec::with_capacity(text.len());
    let extra = codec.encode(&place, &text, kind, &mut out)?;
    headers.extend(extra.map(|(name, value)| (name.into_bytes(), Some(value))));
    Ok(Cow::Owned(out))
}
