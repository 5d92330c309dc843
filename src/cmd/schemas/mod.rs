//! The schemas of a run: from files or a registry, as the words and the properties say.

mod files;

use std::path::PathBuf;
use std::sync::Arc;

use super::interrupt::Interrupt;
use super::{Context, Failure};
use crate::cli::common::{FormatArgs, SchemaArgs, SchemaIdIn};
use crate::cli::produce::{SchemaChoice, SubjectWord};
use crate::client::ClientError;
use crate::codec::schema::{ById, BySchema, Frame, Payload, Schema, SchemaType};
use crate::codec::{Codec, FormatName};
use crate::exit::Exit;
use crate::http::{Base, Client, HttpError, Login, Settings};
use crate::registry::{Choice, Local, Registry, RegistryError, Strategy, Target};
use crate::settings::registry::{RegistryLogin, RegistrySettings, SubjectName};
use crate::ui::Notes;

/// Where schemas come from.
pub(super) struct Schemas {
    words: SchemaArgs,
    settings: RegistrySettings,
    registry: Option<Arc<Registry>>,
}

/// What keys and values are, said or seen from their schemas.
pub(super) struct Names {
    pub(super) key: Option<FormatName>,
    pub(super) value: Option<FormatName>,
}

/// What is written, and how its schema is chosen.
pub(super) struct Writing<'a> {
    pub(super) topic: &'a str,
    pub(super) choice: &'a SchemaChoice,
    pub(super) is_dry: bool,
    pub(super) cx: &'a Context,
}

fn bad(what: &str, why: &str) -> Failure {
    Failure::new(what).because(why).exit(Exit::BadWords)
}

fn part(is_key: bool) -> &'static str {
    if is_key { "key" } else { "value" }
}

impl Schemas {
    /// Checks the words; nothing is asked yet.
    pub(super) fn of(
        words: &SchemaArgs,
        settings: &RegistrySettings,
        interrupt: &Interrupt,
        notes: &Notes,
    ) -> Result<Self, Failure> {
        let url = words.registry.as_ref().or(settings.url.as_ref());
        let open = |url: &String| open(url, settings, interrupt, notes).map(Arc::new);
        let registry = url.map(open).transpose()?;
        Ok(Schemas { words: words.clone(), settings: settings.clone(), registry })
    }

    fn files(&self, is_key: bool) -> &[PathBuf] {
        if is_key { &self.words.key_schema } else { &self.words.value_schema }
    }

    fn message(&self, is_key: bool) -> Option<&str> {
        let words = &self.words;
        let message = if is_key { &words.key_message } else { &words.value_message };
        message.as_deref()
    }

    /// Finds what keys and values are, and what is said in vain.
    pub(super) fn names(&self, formats: &FormatArgs, guesses: bool) -> Result<Names, Failure> {
        let name = |is_key: bool| {
            let said = if is_key { &formats.key_format } else { &formats.value_format };
            let what = part(is_key);
            let Some(file) = self.files(is_key).first() else {
                if self.message(is_key).is_some() {
                    let why = format!("`--{what}-message` goes with `--{what}-schema`");
                    return Err(bad("cannot choose a message", &why));
                }
                return Ok(said.clone());
            };
            match said {
                Some(FormatName::Schema(_)) => Ok(said.clone()),
                Some(other) => {
                    let why = format!("{what}s are {other}, which needs no schema");
                    Err(bad("these words do not go together", &why))
                }
                None => files::kind_of(file).map(|kind| Some(FormatName::Schema(kind))),
            }
        };
        let (key, value) = (name(true)?, name(false)?);
        if let Some(FormatName::Schema(_)) = formats.header_format {
            return Err(bad("cannot read headers by a schema", "schemas are for keys and values"));
        }
        let needs = |name: &Option<FormatName>| matches!(name, Some(FormatName::Schema(_)));
        if self.words.registry.is_some() && !guesses && !needs(&key) && !needs(&value) {
            let why = "no format needs a schema";
            return Err(bad("there is no use in a registry", why)
                .hint("say what values are, like `--value-format avro`"));
        }
        Ok(Names { key, value })
    }

    /// What reads whatever names its schema, if there is a registry.
    pub(super) fn any(&self) -> Result<Option<Arc<ById>>, Failure> {
        let by_id = |registry: &Arc<Registry>| Arc::new(ById::new(Arc::clone(registry) as _, None));
        Ok(self.registry.as_ref().map(by_id))
    }

    /// What reads keys or values. None: they need no schema.
    pub(super) fn reader(
        &self,
        name: &Option<FormatName>,
        is_key: bool,
    ) -> Result<Option<Arc<dyn Codec>>, Failure> {
        let Some(FormatName::Schema(kind)) = name else { return Ok(None) };
        let what = format!("cannot read {}s by a schema", part(is_key));
        if !self.files(is_key).is_empty() {
            if self.words.registry.is_some() {
                let why = "there is a file and a registry, and records name their schemas";
                return Err(bad(&what, why).hint("leave one of them out"));
            }
            let frame = match self.words.schema_id_in {
                None | Some(SchemaIdIn::None) => Frame::Bare,
                Some(SchemaIdIn::Prefix | SchemaIdIn::Header) => Frame::Any,
            };
            let (_, payload) = self.local(*kind, is_key, &what)?;
            return Ok(Some(Arc::new(BySchema::new(payload, frame))));
        }
        let Some(registry) = &self.registry else { return Err(self.nowhere(&what, is_key)) };
        if self.words.schema_id_in == Some(SchemaIdIn::None) {
            return Err(bad(&what, "a registry is of no use where records name no schema"));
        }
        Ok(Some(Arc::new(ById::new(Arc::clone(registry) as _, Some(*kind)))))
    }

    fn nowhere(&self, what: &str, is_key: bool) -> Failure {
        let part = part(is_key);
        bad(what, "there is no schema").hint(format!(
            "name a file with `--{part}-schema FILE`, or a registry with `--registry URL`"
        ))
    }

    /// The user's own schema, compiled.
    fn local(
        &self,
        kind: SchemaType,
        is_key: bool,
        what: &str,
    ) -> Result<(Option<Local>, Payload), Failure> {
        let failed = |error: RegistryError| Failure::new(what).caused_by(error);
        let all = self.files(is_key);
        if let Some(set) = all.first().filter(|file| files::is_descriptor_set(kind, file)) {
            let bytes = files::read_bytes(set).map_err(failed)?;
            let payload = Payload::of_descriptor_set(&bytes, self.message(is_key));
            return Ok((None, payload.map_err(|why| Failure::new(what).because(why))?));
        }
        let local = files::read(kind, all, &self.words.import_path).map_err(failed)?;
        let payload = self.compile(&local.schema(), is_key, what)?;
        Ok((Some(local), payload))
    }

    fn compile(&self, schema: &Schema, is_key: bool, what: &str) -> Result<Payload, Failure> {
        let payload = Payload::compile(schema, self.message(is_key));
        payload.map_err(|why| Failure::new(what).because(why))
    }

    /// What writes keys or values. None: they need no schema.
    pub(super) fn writer(
        &self,
        name: &Option<FormatName>,
        is_key: bool,
        writing: &Writing,
    ) -> Result<Option<Arc<dyn Codec>>, Failure> {
        let Some(FormatName::Schema(kind)) = name else { return Ok(None) };
        let what = format!("cannot write {}s by a schema", part(is_key));
        let own = match self.files(is_key) {
            [] => None,
            _ => Some(self.local(*kind, is_key, &what)?),
        };
        let said = writing.choice;
        let id = if is_key { said.key_schema_id } else { said.value_schema_id };
        let id = id.or(self.settings.use_id);
        let wants_guid = self.wants_guid(is_key);
        let is_bare = self.words.schema_id_in == Some(SchemaIdIn::None);
        let known = match (&own, id) {
            (Some(_), _) if is_bare => Some(Frame::Bare),
            (Some(_), Some(id)) if !wants_guid => Some(Frame::Prefix(id)),
            (Some(_), None) if self.registry.is_none() && !wants_guid => Some(Frame::Bare),
            _ => None,
        };
        if let (Some(frame), Some((_, payload))) = (known, &own) {
            return Ok(Some(Arc::new(BySchema::new(payload.clone(), frame))));
        }
        let Some(registry) = &self.registry else {
            return Err(match own {
                None => self.nowhere(&what, is_key),
                Some(_) => bad(&what, "only a registry knows the GUID of a schema"),
            });
        };
        let target = Target {
            topic: writing.topic,
            is_key,
            kind: *kind,
            strategy: self.strategy(is_key, said),
            record: own.as_ref().and_then(|(_, payload)| payload.record_name()),
            normalize: self.settings.normalize,
            wants_guid,
        };
        let choice = self.choice(own.is_some(), id, writing);
        let local = own.as_ref().and_then(|(local, _)| local.as_ref());
        if local.is_none() && matches!(choice, Choice::Register | Choice::LookUp) {
            return Err(bad(
                &what,
                "a registry takes the text of a .proto file, and no descriptors",
            ));
        }
        let chosen = registry.choose(choice, local, &target);
        let chosen = chosen.map_err(|error| refused(what.clone(), error, writing.is_dry))?;
        let subject = chosen.subject.as_ref();
        let subject = subject.map(|subject| format!(" of `{subject}`")).unwrap_or_default();
        let detail = format!("{}s are written by the schema {}{subject}", part(is_key), chosen.id);
        writing.cx.ui.detail(&detail);
        let payload = self.compile(&chosen.schema, is_key, &what)?;
        let frame = if is_bare { Frame::Bare } else { Frame::from(chosen.id) };
        Ok(Some(Arc::new(BySchema::new(payload, frame))))
    }

    fn choice(&self, has_own: bool, id: Option<u32>, writing: &Writing) -> Choice {
        let said = writing.choice;
        let never = said.no_register || self.settings.auto_register == Some(false);
        match id {
            Some(id) => Choice::Id(id),
            None if said.latest_schema || !has_own => Choice::Latest,
            None if said.no_register => Choice::LookUp,
            None if self.settings.use_latest == Some(true) => Choice::Latest,
            // What is only shown must leave nothing behind.
            None if never || writing.is_dry => Choice::LookUp,
            None => Choice::Register,
        }
    }

    fn wants_guid(&self, is_key: bool) -> bool {
        let settings = &self.settings;
        let set = if is_key { settings.key_in_header } else { settings.value_in_header };
        self.words.schema_id_in.map_or(set, |place| place == SchemaIdIn::Header)
    }

    fn strategy(&self, is_key: bool, said: &SchemaChoice) -> Strategy {
        let settings = &self.settings;
        let set = if is_key { settings.key_subject } else { settings.value_subject };
        let said = said.subject_name.map(|word| match word {
            SubjectWord::Topic => SubjectName::Topic,
            SubjectWord::Record => SubjectName::Record,
            SubjectWord::TopicRecord => SubjectName::TopicRecord,
        });
        match said.or(set).unwrap_or_default() {
            SubjectName::Topic => Strategy::Topic,
            SubjectName::Record => Strategy::Record,
            SubjectName::TopicRecord => Strategy::TopicRecord,
        }
    }
}

/// Makes a client of a registry.
fn open(
    url: &str,
    settings: &RegistrySettings,
    interrupt: &Interrupt,
    notes: &Notes,
) -> Result<Registry, Failure> {
    let what = "cannot use the Schema Registry";
    let bases = Base::parse_all(url)
        .map_err(|error| Failure::new(what).caused_by(error).exit(Exit::BadWords))?;
    let login = match &settings.login {
        RegistryLogin::Nobody => Login::Nobody,
        RegistryLogin::Basic { user, password } => {
            Login::Basic { user: user.clone(), password: password.clone() }
        }
        RegistryLogin::Bearer(token) => Login::Bearer(token.clone()),
    };
    let (interrupt, notes) = (interrupt.clone(), notes.clone());
    let client = Client::of(Settings {
        login,
        tls: settings.tls.clone(),
        headers: settings.headers.clone(),
        stop: Arc::new(move || interrupt.is_asked()),
        slow: Arc::new(move |asked| {
            notes.note(&format!("note: waiting for the Schema Registry to answer {asked}"));
        }),
        ..Settings::of(bases)
    });
    let client = client.map_err(|error| refused(what.to_owned(), error.into(), false))?;
    Ok(Registry::new(client))
}

/// A registry's refusal as a failure: what to do next, and the exit code.
fn refused(what: String, error: RegistryError, is_dry: bool) -> Failure {
    let RegistryError::Http(http) = &error else {
        let is_unnamed = matches!(error, RegistryError::NoName);
        let failure = Failure::new(what).caused_by(error);
        return match is_unnamed {
            true => failure.hint("give its schema with `--value-schema`").exit(Exit::BadWords),
            false => failure,
        };
    };
    let hint = match (http, http.status()) {
        (HttpError::Unreachable { .. }, _) => {
            Some("is this the URL of a Schema Registry? `--registry` names another")
        }
        (HttpError::Setting(ClientError::Property { .. }), _) => {
            Some("settings of TLS begin with `schema.registry.ssl.`")
        }
        (_, Some(401 | 403)) => Some(
            "log in with `-X basic.auth.user.info=USER:PASSWORD` or `-X bearer.auth.token=TOKEN`",
        ),
        (_, Some(404)) if is_dry => Some("a dry run registers nothing: without it, this would be"),
        (_, Some(404)) => Some("give a schema with `--value-schema FILE`, and it is registered"),
        (_, Some(409)) => Some("the subject's compatibility forbids this schema"),
        _ => None,
    };
    let exit = match (http, http.status()) {
        (_, Some(404)) => Exit::NotThere,
        (HttpError::Stopped { .. }, _) => Exit::Interrupted,
        (HttpError::Setting(_), _) => Exit::BadWords,
        _ => Exit::Failed,
    };
    let failure = Failure::new(what).exit(exit).caused_by(error);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
