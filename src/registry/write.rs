//! Which schema is written by, and what names it: as Confluent's serializers choose it.

use super::{Entry, Local, Reference, Registry, RegistryError, Strategy, Version};
use crate::codec::schema::{Schema, SchemaId, SchemaType};

/// How a schema is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The user's own, registered unless it is there: `auto.register.schemas`.
    Register,
    /// The user's own, which must be there.
    LookUp,
    /// The latest version of the subject: `use.latest.version`.
    Latest,
    /// This one: `use.schema.id`.
    Id(u32),
}

/// What is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub topic: &'a str,
    pub is_key: bool,
    pub kind: SchemaType,
    pub strategy: Strategy,
    /// What the type of the user's own schema is called.
    pub record: Option<&'a str>,
    pub normalize: bool,
    /// Whether records name the schema by its GUID.
    pub wants_guid: bool,
}

/// A schema to write by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub schema: Schema,
    pub id: SchemaId,
    /// Under which it is, if that was asked.
    pub subject: Option<String>,
}

impl Registry {
    /// Chooses a schema. `local` is the user's own, which some choices need.
    pub fn choose(
        &self,
        choice: Choice,
        local: Option<&Local>,
        target: &Target,
    ) -> Result<Chosen, RegistryError> {
        let subject = || target.strategy.subject(target.topic, target.is_key, target.record);
        let own = || {
            let missing = || RegistryError::Unusable("there is none to register".to_owned());
            local.ok_or_else(missing)
        };
        let (entry, subject) = match choice {
            Choice::Id(number) => (self.entry(SchemaId::Number(number))?, None),
            Choice::Latest => {
                let subject = subject()?;
                (self.version(&subject, &Version::Latest)?, Some(subject))
            }
            Choice::Register | Choice::LookUp => {
                let (local, subject) = (own()?, subject()?);
                let entry = self.find(choice, local, &local.text, &subject, target, 0)?;
                (entry, Some(subject))
            }
        };
        let number = entry.number.ok_or_else(|| RegistryError::Odd { what: "no `id`".into() })?;
        if entry.kind != target.kind {
            let (is, wanted) = (entry.kind.name(), target.kind.name());
            return Err(RegistryError::OtherType { number: number.to_string(), is, wanted });
        }
        let id = match target.wants_guid {
            false => SchemaId::Number(number),
            true => SchemaId::Guid(self.guid(&entry, number)?),
        };
        let schema = match local {
            Some(local) if !matches!(choice, Choice::Latest | Choice::Id(_)) => local.schema(),
            _ => self.whole(&entry)?,
        };
        Ok(Chosen { schema, id, subject })
    }

    /// Registers or looks up one of the user's own texts, and first what it refers to.
    fn find(
        &self,
        choice: Choice,
        local: &Local,
        text: &str,
        subject: &str,
        target: &Target,
        depth: usize,
    ) -> Result<Entry, RegistryError> {
        if depth > local.others.len() {
            return Err(RegistryError::TooManyReferences(local.others.len()));
        }
        let mut references = Vec::new();
        for at in local.referred_by(text) {
            let other = &local.others[at];
            // Each is a subject of its own, by the name that it has for others.
            let inner = self.find(choice, local, &other.text, &other.name, target, depth + 1)?;
            let version = match inner.version {
                Some(version) => version,
                // Old registries tell nothing but the id.
                None => {
                    let found = self.look_up(&other.name, &inner, target.normalize)?;
                    found
                        .version
                        .ok_or_else(|| RegistryError::Odd { what: "no `version`".into() })?
                }
            };
            references.push(Reference {
                name: other.name.clone(),
                subject: other.name.clone(),
                version,
            });
        }
        let entry = Entry {
            kind: local.kind,
            text: text.to_owned(),
            references,
            number: None,
            guid: None,
            version: None,
        };
        match choice {
            Choice::LookUp => {
                let found = self.look_up(subject, &entry, target.normalize)?;
                Ok(Entry { references: entry.references, text: entry.text, ..found })
            }
            _ => self.register(subject, &entry, target.normalize),
        }
    }

    fn guid(&self, entry: &Entry, number: u32) -> Result<[u8; 16], RegistryError> {
        if let Some(guid) = entry.guid {
            return Ok(guid);
        }
        let entry = self.entry(SchemaId::Number(number))?;
        entry.guid.ok_or(RegistryError::NoGuid { number })
    }
}
