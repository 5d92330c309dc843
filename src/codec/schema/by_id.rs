//! Reading by the schema that a record itself names.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable};
use super::{Payload, SchemaId, SchemaType, Schemas, named};

/// How many schemas are kept compiled. More are compiled anew, each time.
const KEPT_MAX: usize = 1000;

/// Reads by whatever schemas records name. Cheap to share between threads.
pub struct ById {
    schemas: Arc<dyn Schemas>,
    /// The one type that is expected; none: any.
    kind: Option<SchemaType>,
    compiled: RwLock<HashMap<SchemaId, Result<Arc<Payload>, String>>>,
}

impl fmt::Debug for ById {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ById").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl ById {
    pub fn new(schemas: Arc<dyn Schemas>, kind: Option<SchemaType>) -> Self {
        ById { schemas, kind, compiled: RwLock::default() }
    }

    /// What a part of a record says that it is, if there is such a schema: which, and what it is
    /// called.
    pub fn recognise(&self, place: &Place, bytes: &[u8]) -> Option<String> {
        let id = named(place, bytes).ok()?.id;
        let payload = self.payload(id).ok()?;
        let name = payload.record_name().map(|name| format!(" `{name}`")).unwrap_or_default();
        Some(format!("{}{name} by the schema {id}", payload.kind().wanted()))
    }

    fn payload(&self, id: SchemaId) -> Result<Arc<Payload>, String> {
        // Nobody panics while holding it; and if, what is in it is whole.
        let known = self.compiled.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(known) = known {
            return known;
        }
        // Why there is no schema is remembered by whoever has them: it may change.
        let schema = self.schemas.by_id(id)?;
        let payload = Payload::compile(&schema, None)
            .map(|payload| Arc::new(payload.framed()))
            .map_err(|why| format!("the schema {id}: {why}"));
        let mut compiled = self.compiled.write().unwrap_or_else(PoisonError::into_inner);
        if compiled.len() < KEPT_MAX {
            compiled.insert(id, payload.clone());
        }
        payload
    }

    fn read(&self, place: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let named = named(place, bytes)?;
        let payload = self.payload(named.id)?;
        if let Some(kind) = self.kind.filter(|kind| *kind != payload.kind()) {
            let (is, wanted) = (payload.kind().name(), kind.name());
            return Err(format!("the schema {} is of type {is}, not {wanted}", named.id));
        }
        payload.decode_behind(named.behind, named.payload, out)
    }
}

impl Codec for ById {
    fn decode(&self, place: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        let wanted = self.kind.map_or("by a schema", SchemaType::wanted);
        self.read(place, bytes, out).map_err(|why| Undecodable { wanted, why })?;
        Ok(Kind::Json)
    }

    fn encode(
        &self,
        _: &Place,
        _: &[u8],
        _: Kind,
        _: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let wanted = self.kind.map_or("by a schema", SchemaType::wanted);
        Err(Unencodable { wanted, why: "nothing says which schema to write with".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::super::Part;
    use super::super::{Schema, SchemaId};
    use super::*;

    /// Knows one schema.
    #[derive(Default)]
    struct One(AtomicUsize);

    impl Schemas for One {
        fn by_id(&self, id: SchemaId) -> Result<Arc<Schema>, String> {
            self.0.fetch_add(1, Ordering::Relaxed);
            let text = match id {
                SchemaId::Number(1) => r#"{"type":"record","name":"n.R","fields":[]}"#,
                SchemaId::Number(2) => "what?",
                _ => return Err("Schema not found (40403)".to_owned()),
            };
            let (kind, text) = (SchemaType::Avro, text.to_owned());
            Ok(Arc::new(Schema { kind, text, references: Vec::new() }))
        }
    }

    #[test]
    fn a_record_is_read_by_the_schema_it_names() {
        let one = Arc::new(One::default());
        let codec = ById::new(Arc::clone(&one) as Arc<dyn Schemas>, Some(SchemaType::Avro));
        let place = Place { topic: "t", part: Part::Value, headers: &[] };
        let mut out = Vec::new();
        assert_eq!(codec.decode(&place, b"\0\0\0\0\x01", &mut out), Ok(Kind::Json));
        assert_eq!(codec.decode(&place, b"\0\0\0\0\x01", &mut out), Ok(Kind::Json));
        assert_eq!(out, b"{}{}");
        assert_eq!(one.0.load(Ordering::Relaxed), 1);
        let told = codec.recognise(&place, b"\0\0\0\0\x01");
        assert_eq!(told.as_deref(), Some("Avro `n.R` by the schema 1"));
        assert_eq!(codec.recognise(&place, b"\0\0\0\0\x09"), None);
        for (bytes, told) in [
            (&b"\0\0\0\0\x02"[..], "not Avro: the schema 2: the schema is not JSON"),
            (b"\0\0\0\0\x03", "not Avro: Schema not found (40403)"),
            (b"{}", "not Avro: it begins with 0x7b, where a schema's id is wanted"),
            (b"\0\0\0\0\x01x", "not Avro: 1 bytes follow the value"),
        ] {
            let bad = codec.decode(&place, bytes, &mut out).unwrap_err().to_string();
            assert!(bad.starts_with(told), "{bad}");
        }
        let other = ById::new(one, Some(SchemaType::Json));
        let bad = other.decode(&place, b"\0\0\0\0\x01", &mut out).unwrap_err().to_string();
        assert_eq!(bad, "not JSON by its schema: the schema 1 is of type AVRO, not JSON");
    }
}
