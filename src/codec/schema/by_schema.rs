//! Reading and writing by one schema that is known beforehand.

use super::super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable};
use super::{Payload, SchemaId, header_name, named};

/// What names the schema in what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Nothing: the payload stands alone.
    Bare,
    /// A zero and a number before the payload.
    Prefix(u32),
    /// A header with a one and a GUID.
    Header([u8; 16]),
    /// Something that is to be stepped over; for reading only.
    Any,
}

/// One schema.
#[derive(Clone, Debug)]
pub struct BySchema {
    payload: Payload,
    frame: Frame,
}

impl BySchema {
    pub fn new(payload: Payload, frame: Frame) -> Self {
        let payload = if frame == Frame::Bare { payload } else { payload.framed() };
        BySchema { payload, frame }
    }

    fn read(&self, place: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        if self.frame == Frame::Bare {
            return self.payload.decode(bytes, out);
        }
        let named = named(place, bytes)?;
        self.payload.decode_behind(named.behind, named.payload, out)
    }
}

impl Codec for BySchema {
    fn decode(&self, place: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        let wanted = self.payload.kind().wanted();
        self.read(place, bytes, out).map_err(|why| Undecodable { wanted, why })?;
        Ok(Kind::Json)
    }

    fn encode(
        &self,
        place: &Place,
        text: &[u8],
        _: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let mut header = None;
        match self.frame {
            Frame::Bare | Frame::Any => {}
            Frame::Prefix(number) => {
                out.push(0);
                out.extend_from_slice(&number.to_be_bytes());
                self.payload.write_indexes(out);
            }
            Frame::Header(guid) => {
                let mut value = vec![1];
                value.extend_from_slice(&guid);
                self.payload.write_indexes(&mut value);
                header = header_name(place.part).map(|name| (name.to_owned(), value));
            }
        }
        let wanted = self.payload.kind().wanted();
        self.payload.encode(text, out).map_err(|why| Unencodable { wanted, why })?;
        Ok(header)
    }
}

impl From<SchemaId> for Frame {
    fn from(id: SchemaId) -> Self {
        match id {
            SchemaId::Number(number) => Frame::Prefix(number),
            SchemaId::Guid(guid) => Frame::Header(guid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Part;
    use super::super::{Schema, SchemaType};
    use super::*;

    #[test]
    fn the_frame_is_written_and_read() {
        let (kind, text) = (SchemaType::Avro, "int".to_owned());
        let schema = Schema { kind, text, references: Vec::new() };
        let payload = Payload::compile(&schema, None).unwrap();
        let place = Place { topic: "t", part: Part::Key, headers: &[] };
        for (frame, bytes, header) in [
            (Frame::Bare, &b"\x0e"[..], None),
            (Frame::Prefix(258), b"\0\0\0\x01\x02\x0e", None),
            (Frame::Header([7; 16]), b"\x0e", Some([&[1][..], &[7; 16]].concat())),
        ] {
            let codec = BySchema::new(payload.clone(), frame);
            let mut out = Vec::new();
            let extra = codec.encode(&place, b"7", Kind::Text, &mut out).unwrap();
            assert_eq!(out, bytes);
            let name = "__key_schema_id".to_owned();
            assert_eq!(extra, header.clone().map(|value| (name, value)));
            let headers: Vec<(&[u8], Option<&[u8]>)> =
                header.iter().map(|value| (&b"__key_schema_id"[..], Some(&value[..]))).collect();
            let place = Place { headers: &headers, ..place };
            let mut back = Vec::new();
            assert_eq!(codec.decode(&place, &out, &mut back), Ok(Kind::Json));
            assert_eq!(back, b"7");
        }
        let codec = BySchema::new(payload, Frame::Any);
        let bad = codec.encode(&place, b"\"7\"", Kind::Json, &mut Vec::new()).unwrap_err();
        let told = "cannot be written as Avro: an int is wanted, not the string \"7\"";
        assert_eq!(bad.to_string(), told);
    }
}
