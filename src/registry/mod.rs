//! A client of Schema Registry: schemas by id and by subject, looked up, registered, remembered.
//!
//! Whatever is fetched is fetched once, also when several threads ask for it at the same time;
//! that there is no such schema is remembered, too, and what merely failed for a moment. What a
//! schema refers to is fetched with it.

mod cache;
mod error;
mod local;
mod subject;
mod write;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::codec::schema::{Schema, SchemaId, SchemaType, Schemas, guid_of, guid_text};
use crate::http::{Answer, Ask, Client, Method, segment};
use cache::Cache;
pub use error::RegistryError;
pub use local::{Local, Named};
pub use subject::Strategy;
pub use write::{Choice, Chosen, Target};

/// The type of what registries take and give.
const MEDIA_TYPE: &str = "application/vnd.schemaregistry.v1+json";
/// How many schemas one may refer to, directly or not.
const REFERENCES_MAX: usize = 500;
/// How deep references may go.
const DEPTH_MAX: usize = 50;

/// A schema refers to a version of a subject, by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub name: String,
    pub subject: String,
    pub version: i64,
}

/// A schema as the registry has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: SchemaType,
    pub text: String,
    pub references: Vec<Reference>,
    /// What the registry says about it, which depends on how it was asked.
    pub number: Option<u32>,
    pub guid: Option<[u8; 16]>,
    pub version: Option<i64>,
}

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    Latest,
    Number(i64),
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Version::Latest => f.write_str("latest"),
            Version::Number(number) => write!(f, "{number}"),
        }
    }
}

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Id(SchemaId),
    Version(String, i64),
}

/// A Schema Registry.
#[derive(Debug)]
pub struct Registry {
    http: Client,
    schemas: Cache<Key, Schema>,
    entries: Cache<Key, Entry>,
}

impl Registry {
    pub fn new(http: Client) -> Self {
        Registry { http, schemas: Cache::default(), entries: Cache::default() }
    }

    /// Where it is, for what is told.
    pub fn servers(&self) -> String {
        self.http.servers()
    }

    /// Returns a schema by what records name it by, as the registry has it.
    pub fn entry(&self, id: SchemaId) -> Result<Entry, RegistryError> {
        let path = match id {
            SchemaId::Number(number) => format!("/schemas/ids/{number}"),
            SchemaId::Guid(guid) => format!("/schemas/guids/{}", guid_text(&guid)),
        };
        let entry = read_entry(&self.get(path)?)?;
        Ok(match id {
            SchemaId::Number(number) => Entry { number: Some(number), ..entry },
            SchemaId::Guid(guid) => Entry { guid: Some(guid), ..entry },
        })
    }

    /// Returns a version of a subject.
    pub fn version(&self, subject: &str, version: &Version) -> Result<Entry, RegistryError> {
        // A reference may be to a version that was deleted since.
        let deleted = if *version == Version::Latest { "" } else { "?deleted=true" };
        let path = format!("/subjects/{}/versions/{version}{deleted}", segment(subject));
        read_entry(&self.get(path)?)
    }

    /// Finds a schema among the versions of a subject.
    pub fn look_up(
        &self,
        subject: &str,
        entry: &Entry,
        normalize: bool,
    ) -> Result<Entry, RegistryError> {
        let path = format!("/subjects/{}?normalize={normalize}", segment(subject));
        let answer = self.send(true, path, entry)?;
        let found = read_entry(&answer.json()?)?;
        Ok(Entry { kind: entry.kind, ..found })
    }

    /// Registers a schema under a subject, unless it is there already.
    pub fn register(
        &self,
        subject: &str,
        entry: &Entry,
        normalize: bool,
    ) -> Result<Entry, RegistryError> {
        let path = format!("/subjects/{}/versions?normalize={normalize}", segment(subject));
        // Registering twice is registering once.
        let answer = self.send(true, path, entry)?;
        let json = answer.json()?;
        let number = number_of(&json).ok_or_else(|| RegistryError::odd(&answer, "no `id`"))?;
        let guid = json.get("guid").and_then(Value::as_str).and_then(guid_of);
        let version = json.get("version").and_then(Value::as_i64);
        Ok(Entry { number: Some(number), guid, version, ..entry.clone() })
    }

    fn get(&self, path: String) -> Result<Value, RegistryError> {
        let ask = Ask { accept: MEDIA_TYPE, ..Ask::get(path) };
        Ok(self.http.send(&ask)?.good()?.json()?)
    }

    fn send(
        &self,
        is_repeatable: bool,
        path: String,
        entry: &Entry,
    ) -> Result<Answer, RegistryError> {
        let mut body = json!({ "schema": entry.text });
        // Old registries know nothing but Avro, and not that there is anything else.
        if entry.kind != SchemaType::Avro {
            body["schemaType"] = entry.kind.name().into();
        }
        if !entry.references.is_empty() {
            let one = |one: &Reference| json!({ "name": one.name, "subject": one.subject, "version": one.version });
            body["references"] = entry.references.iter().map(one).collect();
        }
        let ask = Ask::json(Method::Post, path, body.to_string().into_bytes());
        let body = ask.body.map(|(_, body)| (MEDIA_TYPE, body));
        let ask = Ask { accept: MEDIA_TYPE, is_repeatable, body, ..ask };
        Ok(self.http.send(&ask)?.good()?)
    }

    /// Returns what a schema refers to, and what that refers to, each by its name: what is
    /// referred to stands before what refers to it.
    fn resolve(&self, entry: &Entry) -> Result<Vec<(String, String)>, RegistryError> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        self.resolve_into(entry, 0, &mut seen, &mut found)?;
        Ok(found)
    }

    fn resolve_into(
        &self,
        entry: &Entry,
        depth: usize,
        seen: &mut HashSet<String>,
        found: &mut Vec<(String, String)>,
    ) -> Result<(), RegistryError> {
        for reference in &entry.references {
            if !seen.insert(reference.name.clone()) {
                continue;
            }
            if depth >= DEPTH_MAX || seen.len() > REFERENCES_MAX {
                return Err(RegistryError::TooManyReferences(REFERENCES_MAX));
            }
            let key = Key::Version(reference.subject.clone(), reference.version);
            let version = Version::Number(reference.version);
            let fetch = || self.version(&reference.subject, &version);
            let inner = self.entries.get(key, fetch).map_err(|why| RegistryError::Reference {
                name: reference.name.clone(),
                subject: reference.subject.clone(),
                version: reference.version,
                why,
            })?;
            self.resolve_into(&inner, depth + 1, seen, found)?;
            found.push((reference.name.clone(), inner.text.clone()));
        }
        Ok(())
    }

    /// Returns a schema with all that it refers to.
    pub fn whole(&self, entry: &Entry) -> Result<Schema, RegistryError> {
        let references = self.resolve(entry)?;
        Ok(Schema { kind: entry.kind, text: entry.text.clone(), references })
    }
}

impl Schemas for Registry {
    fn by_id(&self, id: SchemaId) -> Result<Arc<Schema>, String> {
        self.schemas.get(Key::Id(id), || self.whole(&self.entry(id)?))
    }
}

fn number_of(json: &Value) -> Option<u32> {
    json.get("id").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok())
}

/// Reads what the registry says of a schema.
fn read_entry(json: &Value) -> Result<Entry, RegistryError> {
    let odd = |what: &str| RegistryError::Odd { what: what.to_owned() };
    let text = json.get("schema").and_then(Value::as_str).ok_or_else(|| odd("no `schema`"))?;
    let kind = json.get("schemaType").and_then(Value::as_str);
    let kind = SchemaType::of_name(kind)
        .ok_or_else(|| odd(&format!("the type `{}`", kind.unwrap_or_default())))?;
    let list = json.get("references").and_then(Value::as_array);
    let references = list.into_iter().flatten().map(|one| {
        let text = |name: &str| one.get(name).and_then(Value::as_str).map(str::to_owned);
        let version = one.get("version").and_then(Value::as_i64);
        Some(Reference { name: text("name")?, subject: text("subject")?, version: version? })
    });
    let references: Option<Vec<Reference>> = references.collect();
    let references = references.ok_or_else(|| odd("a reference that is not whole"))?;
    Ok(Entry {
        kind,
        text: text.to_owned(),
        references,
        number: number_of(json),
        guid: json.get("guid").and_then(Value::as_str).and_then(guid_of),
        version: json.get("version").and_then(Value::as_i64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_registries_say_is_read() {
        let old = json!({ "schema": "\"int\"" });
        let entry = read_entry(&old).unwrap();
        assert_eq!((entry.kind, entry.text.as_str()), (SchemaType::Avro, "\"int\""));
        let new = json!({
            "subject": "s", "version": 3, "id": 7, "schemaType": "PROTOBUF", "schema": "x",
            "guid": "12345678-1234-5678-9abc-010203040506", "more": {},
            "references": [{ "name": "a.proto", "subject": "a", "version": 1 }],
        });
        let entry = read_entry(&new).unwrap();
        assert_eq!((entry.number, entry.version), (Some(7), Some(3)));
        assert!(entry.guid.is_some() && entry.kind == SchemaType::Protobuf);
        assert_eq!(entry.references[0].subject, "a");
        for bad in [json!({}), json!({ "schema": "x", "schemaType": "XML" }), json!([])] {
            assert!(read_entry(&bad).is_err(), "{bad}");
        }
    }
}
