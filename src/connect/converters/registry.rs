//! What converters with schemas in a registry share: the registry itself, which schema data are
//! written by, and the five bytes in front of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Part;
use crate::codec::schema::{Schema, SchemaId, SchemaType};
use crate::connect::define::{Importance, Key, Kind, Preset, Valid};
use crate::connect::error::{ConnectError, Kind as ErrorKind};
use crate::http::{Base, Client, Login, Settings};
use crate::registry::{Choice, Local, Registry, RegistryError, Strategy, Target};
use crate::settings::ClusterWords;
use crate::settings::env::Env;
use crate::settings::registry::{RegistryLogin, RegistrySettings, SubjectName};

/// How many schemas a converter remembers.
pub(super) const KEPT_MAX: usize = 1000;

const fn key(name: &'static str, kind: Kind, preset: Preset, doc: &'static str) -> Key {
    Key::new(name, kind, preset, Importance::Medium, doc)
}

/// The settings of the registry; more that its serializers have are read too.
pub(super) const KEYS: &[Key] = &[
    key(
        "schema.registry.url",
        Kind::List,
        Preset::Required,
        "Where Schema Registry is: one URL, or more that are the same.",
    ),
    key(
        "auto.register.schemas",
        Kind::Boolean,
        Preset::Text("true"),
        "Whether schemas are registered that are not there yet.",
    ),
    key(
        "use.latest.version",
        Kind::Boolean,
        Preset::Text("false"),
        "Whether data are written by the latest version of the subject, not by their own schema.",
    ),
    key(
        "use.schema.id",
        Kind::Int,
        Preset::Text("-1"),
        "The id of the schema that data are written by, not their own.",
    ),
    key(
        "normalize.schemas",
        Kind::Boolean,
        Preset::Text("false"),
        "Whether the registry normalizes schemas before it compares them.",
    ),
    key(
        "key.subject.name.strategy",
        Kind::Class,
        Preset::Text("io.confluent.kafka.serializers.subject.TopicNameStrategy"),
        "What the subject of a key is named after: TopicNameStrategy, RecordNameStrategy or \
         TopicRecordNameStrategy.",
    ),
    key(
        "value.subject.name.strategy",
        Kind::Class,
        Preset::Text("io.confluent.kafka.serializers.subject.TopicNameStrategy"),
        "What the subject of a value is named after.",
    ),
    key(
        "basic.auth.credentials.source",
        Kind::String,
        Preset::Null,
        "Where the login is: URL or USER_INFO.",
    )
    .valid(Valid::OneOfAnyCase(&["URL", "USER_INFO"])),
    key("basic.auth.user.info", Kind::Password, Preset::Null, "The login: user:password."),
    key(
        "bearer.auth.token",
        Kind::Password,
        Preset::Null,
        "A token, with the source STATIC_TOKEN.",
    ),
    // Examples set it for every converter.
    key(
        "schemas.enable",
        Kind::Boolean,
        Preset::Text("true"),
        "Means nothing here: there always is a schema.",
    ),
];

/// A registry, and how it is used for keys or for values.
pub(super) struct Link {
    registry: Registry,
    kind: SchemaType,
    choice: Choice,
    strategy: Strategy,
    normalize: bool,
    is_key: bool,
    /// The ids of what was written, by topic and text.
    ids: HashMap<(String, String), (u32, Arc<Schema>)>,
    /// Versions of schemas that were read, by topic and id.
    versions: HashMap<(String, u32), Option<i32>>,
}

/// Why there is no schema.
pub(super) enum NoSchema {
    /// The registry may answer in a moment.
    Passing(String),
    Lasting(String),
}

impl From<RegistryError> for NoSchema {
    fn from(error: RegistryError) -> Self {
        let told = error.to_string();
        match error {
            RegistryError::Http(error) if !matches!(error.status(), Some(400..=499)) => {
                NoSchema::Passing(told)
            }
            _ => NoSchema::Lasting(told),
        }
    }
}

impl NoSchema {
    /// The error of a converter: what it did, and why that failed.
    pub(super) fn error(self, what: &str) -> ConnectError {
        match self {
            NoSchema::Passing(why) => {
                ConnectError::retriable(what).caused_by(ConnectError::retriable(why))
            }
            NoSchema::Lasting(why) => {
                ConnectError::data(what).caused_by(ConnectError::new(ErrorKind::Serialization, why))
            }
        }
    }
}

impl Link {
    /// Reads the settings of a registry; `own` are names of the converter's own.
    pub(super) fn of(
        given: &BTreeMap<String, String>,
        part: Part,
        kind: SchemaType,
        own: &[&Key],
    ) -> Result<Self, ConnectError> {
        let is_own =
            |name: &str| name == "schemas.enable" || own.iter().any(|key| key.name == name);
        let ours = given.iter().filter(|(name, _)| !is_own(name));
        let properties = ours.map(|(name, value)| (name.clone(), value.clone())).collect();
        let words = ClusterWords { properties, ..ClusterWords::default() };
        let resolved = words.resolve(&Env::default());
        let settings =
            resolved.map_err(|error| ConnectError::config(error.to_string()))?.cluster.registry;
        let is_key = part == Part::Key;
        if settings.key_in_header && is_key || settings.value_in_header && !is_key {
            return Err(ConnectError::config(
                "schema ids are not written to headers here: leave schema.id.serializer out",
            ));
        }
        let name = if is_key { settings.key_subject } else { settings.value_subject };
        Ok(Link {
            registry: open(&settings)?,
            kind,
            choice: match settings.use_id {
                Some(id) => Choice::Id(id),
                None if settings.use_latest == Some(true) => Choice::Latest,
                None if settings.auto_register == Some(false) => Choice::LookUp,
                None => Choice::Register,
            },
            strategy: match name.unwrap_or_default() {
                SubjectName::Topic => Strategy::Topic,
                SubjectName::Record => Strategy::Record,
                SubjectName::TopicRecord => Strategy::TopicRecord,
            },
            normalize: settings.normalize,
            is_key,
            ids: HashMap::new(),
            versions: HashMap::new(),
        })
    }

    /// Whether data are written by a schema of the registry's, whatever their own is.
    pub(super) fn is_given(&self) -> bool {
        matches!(self.choice, Choice::Id(_) | Choice::Latest)
    }

    /// The id and the schema by which something is written whose own schema is this text.
    pub(super) fn id(
        &mut self,
        topic: &str,
        text: &str,
        record: Option<&str>,
    ) -> Result<(u32, Arc<Schema>), NoSchema> {
        let key = (topic.to_owned(), text.to_owned());
        if let Some(found) = self.ids.get(&key) {
            return Ok(found.clone());
        }
        let local = Local { kind: self.kind, text: text.to_owned(), others: Vec::new() };
        let target = Target {
            topic,
            is_key: self.is_key,
            kind: self.kind,
            strategy: self.strategy,
            record,
            normalize: self.normalize,
            wants_guid: false,
        };
        let chosen = self.registry.choose(self.choice, Some(&local), &target)?;
        let SchemaId::Number(number) = chosen.id else {
            return Err(NoSchema::Lasting("the schema has no number".to_owned()));
        };
        let found = (number, Arc::new(chosen.schema));
        if self.ids.len() >= KEPT_MAX {
            self.ids.clear();
        }
        self.ids.insert(key, found.clone());
        Ok(found)
    }

    /// The schema of an id, and which version of its subject it is.
    pub(super) fn schema(&mut self, id: u32) -> Result<Schema, NoSchema> {
        let entry = self.registry.entry(SchemaId::Number(id))?;
        if entry.kind != self.kind {
            let (is, wanted) = (entry.kind.name(), self.kind.name());
            return Err(NoSchema::Lasting(format!(
                "the schema {id} is of type {is}, not {wanted}"
            )));
        }
        Ok(self.registry.whole(&entry)?)
    }

    /// Which version of its subject a schema is: none where it is in another one.
    pub(super) fn version(
        &mut self,
        topic: &str,
        id: u32,
        record: Option<&str>,
    ) -> Result<Option<i32>, NoSchema> {
        let key = (topic.to_owned(), id);
        if let Some(version) = self.versions.get(&key) {
            return Ok(*version);
        }
        let version = match self.strategy.subject(topic, self.is_key, record) {
            Err(_) => None,
            Ok(subject) => {
                let entry = self.registry.entry(SchemaId::Number(id))?;
                match self.registry.look_up(&subject, &entry, self.normalize) {
                    Ok(found) => found.version.and_then(|version| i32::try_from(version).ok()),
                    Err(error) => match NoSchema::from(error) {
                        NoSchema::Lasting(_) => None,
                        passing @ NoSchema::Passing(_) => return Err(passing),
                    },
                }
            }
        };
        if self.versions.len() >= KEPT_MAX {
            self.versions.clear();
        }
        self.versions.insert(key, version);
        Ok(version)
    }
}

/// Splits what is on a topic into the schema's id and the data.
pub(super) fn split(bytes: &[u8]) -> Result<(u32, &[u8]), String> {
    match bytes {
        [0, a, b, c, d, rest @ ..] => Ok((u32::from_be_bytes([*a, *b, *c, *d]), rest)),
        [0, ..] => Err("it is too short for a schema's id".to_owned()),
        _ => Err("Unknown magic byte!".to_owned()),
    }
}

/// Appends the five bytes that name a schema.
pub(super) fn write_id(id: u32, out: &mut Vec<u8>) {
    out.push(0);
    out.extend_from_slice(&id.to_be_bytes());
}

fn open(settings: &RegistrySettings) -> Result<Registry, ConnectError> {
    let config = |why: String| ConnectError::config(why);
    let missing = || config("Missing required configuration \"schema.registry.url\".".to_owned());
    let url = settings.url.as_deref().filter(|url| !url.trim().is_empty());
    let bases = Base::parse_all(url.ok_or_else(missing)?);
    let login = match &settings.login {
        RegistryLogin::Nobody => Login::Nobody,
        RegistryLogin::Basic { user, password } => {
            Login::Basic { user: user.clone(), password: password.clone() }
        }
        RegistryLogin::Bearer(token) => Login::Bearer(token.clone()),
    };
    let client = Client::of(Settings {
        login,
        tls: settings.tls.clone(),
        headers: settings.headers.clone(),
        ..Settings::of(bases.map_err(|bad| config(bad.to_string()))?)
    });
    Ok(Registry::new(client.map_err(|error| config(error.to_string()))?))
}
