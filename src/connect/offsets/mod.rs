//! How far sources have come: the offset file, in the form of Kafka's standalone worker.
//!
//! The file is a Java-serialised `HashMap<byte[], byte[]>`; keys are `["connector",{partition}]`
//! and values `{offset}`, both as JSON. It is replaced as a whole: written beside, made durable,
//! and renamed, so that a crash leaves the old one or the new one.

mod java;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::converters::json::Json;
use super::converters::{self, Part};
use super::data::{Data, Value};
use crate::base::sync::lock;

pub use java::JavaError;

/// How large the file may be.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// What is wrong with the file.
#[derive(Debug, thiserror::Error)]
pub enum OffsetsError {
    #[error("cannot read the offsets in `{path}`: {error}")]
    Read { path: String, error: io::Error },
    #[error("cannot read the offsets in `{path}`: {error}")]
    Java { path: String, error: JavaError },
    #[error("cannot read the offsets in `{path}`: it is larger than {FILE_BYTES_MAX} bytes")]
    Large { path: String },
    #[error("cannot write the offsets to `{path}`: {error}")]
    Write { path: String, error: io::Error },
}

/// An entry: the connector, the partition and the offset, if there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub connector: String,
    pub partition: Value,
    pub offset: Option<Value>,
}

/// The file and what is in it.
#[derive(Debug)]
pub struct Offsets {
    path: PathBuf,
    /// By a key that does not depend on the order in which maps were written.
    entries: Mutex<BTreeMap<String, Entry>>,
}

#[derive(Clone, Debug)]
struct Entry {
    key: Vec<u8>,
    value: Option<Vec<u8>>,
}

impl Offsets {
    /// Reads the file; one that is not there, or is empty, holds nothing.
    pub fn open(path: &Path) -> Result<Self, OffsetsError> {
        let told = || path.display().to_string();
        let bytes = match std::fs::metadata(path) {
            Ok(about) if about.len() > FILE_BYTES_MAX => {
                return Err(OffsetsError::Large { path: told() });
            }
            _ => std::fs::read(path),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(OffsetsError::Read { path: told(), error }),
        };
        let pairs = match bytes.is_empty() {
            true => Vec::new(),
            false => {
                java::read(&bytes).map_err(|error| OffsetsError::Java { path: told(), error })?
            }
        };
        let entry =
            |(key, value): (Vec<u8>, Option<Vec<u8>>)| (order_free(&key), Entry { key, value });
        let entries = pairs.into_iter().map(entry).collect();
        Ok(Offsets { path: path.to_owned(), entries: Mutex::new(entries) })
    }

    /// What is remembered for a partition.
    pub fn get(&self, connector: &str, partition: &Value) -> Option<Value> {
        let key = order_free(&key_of(connector, partition));
        let value = lock(&self.entries).get(&key)?.value.clone()?;
        value_of(&value).filter(|offset| !offset.is_null())
    }

    /// Everything that is remembered for a connector.
    pub fn of(&self, connector: &str) -> Vec<Place> {
        let all = lock(&self.entries).clone();
        let places = all.values().filter_map(|entry| {
            let Value::Array(pair) = value_of(&entry.key)? else { return None };
            let [Value::String(name), partition] = <[Value; 2]>::try_from(pair).ok()? else {
                return None;
            };
            let offset = entry.value.as_deref().and_then(value_of).filter(|it| !it.is_null());
            (name == connector).then_some(Place { connector: name, partition, offset })
        });
        places.collect()
    }

    /// Remembers places, or forgets those without an offset, and writes the file.
    pub fn set(&self, places: &[Place]) -> Result<(), OffsetsError> {
        if places.is_empty() {
            return Ok(());
        }
        let mut entries = lock(&self.entries);
        let mut new = entries.clone();
        for place in places {
            let key = key_of(&place.connector, &place.partition);
            let value = place.offset.as_ref().map(json_of);
            new.insert(order_free(&key), Entry { key, value });
        }
        self.write(&new).map_err(|error| OffsetsError::Write {
            path: self.path.display().to_string(),
            error,
        })?;
        *entries = new;
        Ok(())
    }

    fn write(&self, entries: &BTreeMap<String, Entry>) -> io::Result<()> {
        let pairs = entries.values().map(|entry| (&entry.key[..], entry.value.as_deref()));
        let bytes = java::write(pairs);
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&bytes)?;
        // Who may read the old file may read the new one.
        if let Ok(about) = std::fs::metadata(&self.path) {
            file.as_file().set_permissions(about.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        File::open(folder)?.sync_all()
    }
}

/// The bytes of a key.
fn key_of(connector: &str, partition: &Value) -> Vec<u8> {
    json_of(&Value::Array(vec![Value::from(connector), partition.clone()]))
}

fn plain_json() -> Box<dyn converters::Converter> {
    let settings = BTreeMap::from([("schemas.enable".to_owned(), "false".to_owned())]);
    match converters::make("org.apache.kafka.connect.json.JsonConverter", Part::Key, &settings) {
        Ok(converter) => converter,
        Err(error) => unreachable!("the settings are constant: {error}"),
    }
}

/// A plain value as JSON without a schema.
pub fn json_of(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    // Plain values always can be written.
    let _ = plain_json().from_connect("", &Data::bare(value.clone()), &mut out);
    out
}

/// The value of JSON without a schema, if it is JSON.
pub fn value_of(json: &[u8]) -> Option<Value> {
    plain_json().to_connect("", Some(json)).ok().map(|data| data.value)
}

/// A text that is the same for the same JSON, in whatever order its objects were written.
fn order_free(json: &[u8]) -> String {
    fn sort(json: &mut Json) {
        match json {
            Json::Array(all) => all.iter_mut().for_each(sort),
            Json::Object(all) => {
                all.iter_mut().for_each(|(_, json)| sort(json));
                all.sort_by(|(a, _), (b, _)| a.cmp(b));
            }
            _ => {}
        }
    }
    match converters::json::parse(json) {
        Ok(mut parsed) => {
            sort(&mut parsed);
            format!("{parsed:?}")
        }
        Err(_) => format!("{json:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(name: &str, value: Value) -> Value {
        Value::Map(vec![(Value::from(name), value)])
    }

    #[test]
    fn what_is_remembered_is_there_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("connect.offsets");
        let offsets = Offsets::open(&path).unwrap();
        let partition = map("filename", Value::from("a\"b"));
        assert_eq!(offsets.get("c", &partition), None);
        let place = |offset| Place { connector: "c".into(), partition: partition.clone(), offset };
        let twelve = map("position", Value::Int64(12));
        offsets.set(&[place(Some(twelve.clone()))]).unwrap();
        let again = Offsets::open(&path).unwrap();
        assert_eq!(again.get("c", &partition), Some(twelve.clone()));
        assert_eq!(again.get("d", &partition), None);
        assert_eq!(again.of("c"), [place(Some(twelve))]);
        again.set(&[place(None)]).unwrap();
        let forgotten = Offsets::open(&path).unwrap();
        assert_eq!((forgotten.get("c", &partition), forgotten.of("c")), (None, vec![place(None)]));
    }

    #[test]
    fn the_order_of_a_partitions_names_does_not_matter() {
        assert_eq!(
            order_free(b"[\"c\",{\"a\":1,\"b\":2}]"),
            order_free(b"[\"c\", {\"b\":2,\"a\":1}]")
        );
    }

    #[test]
    fn a_file_that_is_none_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("connect.offsets");
        std::fs::write(&path, "hello").unwrap();
        assert!(Offsets::open(&path).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"hello");
    }
}
