//! Records to bytes: by the template or as JSON, keys and values in the formats of the words.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::Failure;
use super::super::schemas::Schemas;
use crate::cli::consume::{Consume, Decode, RecordOutput};
use crate::codec::schema::ById;
use crate::codec::{Auto, Codec, FormatName, Guess, Part, Place};
use crate::exit::Exit;
use crate::format::{Formats, Record, Template, Unprintable, write_json, write_json_as};
use crate::search::AsText;

/// How many topics are told apart in what is said of `--decode auto`.
const TOLD_MAX: usize = 1000;

/// A topic, a part of its records, and what that was taken for.
type Taken = HashSet<(String, &'static str, String)>;

/// Prints records.
#[derive(Clone)]
pub(super) struct Printer {
    /// None: as JSON.
    template: Option<Template>,
    wants_headers: bool,
    formats: Formats,
    /// Whether there are any: else everything is printed as it is.
    has_formats: bool,
    /// What has been said of what `--decode auto` took things for, by all threads; none: it is
    /// not asked for.
    taken: Option<Arc<Mutex<Taken>>>,
    /// Which parts `--decode auto` decides on.
    guesses: [bool; 3],
    /// Knows schemas, for it.
    by_id: Option<Arc<ById>>,
    /// Whether headers may name schemas.
    needs_headers: bool,
}

impl Printer {
    pub(super) fn of(words: &Consume, schemas: &Schemas) -> Result<Self, Failure> {
        let by_id = match words.decode {
            Some(Decode::Auto) => schemas.any()?,
            None => None,
        };
        let (mut formats, guesses) = formats(words, by_id.as_ref());
        let names = schemas.names(&words.formats, words.decode.is_some())?;
        formats.key = schemas.reader(&names.key, true)?.or(formats.key);
        formats.value = schemas.reader(&names.value, false)?.or(formats.value);
        let is_schema = |name: &Option<FormatName>| matches!(name, Some(FormatName::Schema(_)));
        let needs_headers = by_id.is_some() || is_schema(&names.key) || is_schema(&names.value);
        let has_formats =
            formats.key.is_some() || formats.value.is_some() || formats.header.is_some();
        let marker = words.null_marker.clone().map(String::into_bytes);
        let template = match (&words.format, words.output) {
            (_, Some(RecordOutput::Json)) => None,
            (None, None) => Some(Template::value_line()),
            (Some(text), None) => Some(Template::parse(text).map_err(|e| {
                Failure::new(format!("cannot read the format `{text}`"))
                    .caused_by(e)
                    .hint("`%%` is a percent sign; `rk man format` tells all there is")
                    .exit(Exit::BadWords)
            })?),
        };
        let template = template
            .map(|template| template.with_formats(formats.clone()).with_null_marker(marker));
        Ok(Printer {
            needs_headers,
            by_id,
            wants_headers: template.as_ref().is_none_or(Template::wants_headers),
            template,
            formats,
            has_formats,
            taken: guesses.contains(&true).then(Arc::default),
            guesses,
        })
    }

    /// Says whether records' headers are printed: they cost a little to look at.
    pub(super) fn wants_headers(&self) -> bool {
        self.wants_headers
    }

    /// Says whether headers must be looked at whatever is printed: they may name schemas.
    pub(super) fn needs_headers(&self) -> bool {
        self.needs_headers
    }

    /// Appends a record, or nothing of it if it is not what its formats say. `note` is told what
    /// `--decode auto` took something for, the first time.
    pub(super) fn print(
        &mut self,
        record: &Record,
        out: &mut Vec<u8>,
        note: impl FnMut(String),
    ) -> Result<(), Unprintable> {
        if self.taken.is_some() {
            self.guess(record, note);
        }
        let from = out.len();
        let printed = match (&self.template, self.has_formats) {
            (Some(template), _) => template.write(out, record),
            (None, true) => write_json_as(out, record, &self.formats),
            (None, false) => {
                write_json(out, record);
                Ok(())
            }
        };
        match printed {
            Ok(()) if self.template.is_none() => out.push(b'\n'),
            Ok(()) => {}
            Err(_) => out.truncate(from),
        }
        printed
    }

    /// Appends what the value's format makes of it, as JSON, for whoever looks into it. False:
    /// it has no format, and is to be looked at as it is.
    pub(super) fn value_as_json(
        &self,
        record: &Record,
        out: &mut Vec<u8>,
    ) -> Result<bool, Unprintable> {
        self.formats.value_as_json(record, out)
    }

    /// What parts of records mean.
    pub(super) fn formats(&self) -> &Formats {
        &self.formats
    }

    /// The printer of what is not a record's own value any more.
    pub(super) fn of_other_values(&self) -> Self {
        let formats = Formats { value: None, ..self.formats.clone() };
        let mut other = self.clone();
        other.template = other.template.map(|template| template.with_formats(formats.clone()));
        other.has_formats = formats.key.is_some() || formats.header.is_some();
        other.formats = formats;
        other.guesses[1] = false;
        other
    }

    /// Tells what the parts of a record are taken for.
    fn guess(&mut self, record: &Record, mut note: impl FnMut(String)) {
        let Some(taken) = &self.taken else { return };
        // Nobody panics while holding it; and if, what is in it is whole.
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let [keys, values, headers] = self.guesses;
        let parts = [
            record.key.filter(|_| keys).map(|bytes| (Part::Key, "keys", bytes)),
            record.value.filter(|_| values).map(|bytes| (Part::Value, "values", bytes)),
        ];
        let headers = record.headers.iter().filter(|_| headers);
        let headers = headers
            .filter_map(|(name, bytes)| bytes.map(|bytes| (Part::Header(name), "headers", bytes)));
        for (part, name, bytes) in parts.into_iter().flatten().chain(headers) {
            let place = Place { topic: record.topic, part, headers: record.headers };
            let by_id = self.by_id.as_ref().and_then(|by_id| by_id.recognise(&place, bytes));
            let taken_for = match (by_id, Guess::of(bytes)) {
                (Some(schema), _) => schema,
                (None, Guess::Empty) => continue,
                (None, guess) => format!("{guess}{}", remedy(guess)),
            };
            let topic = record.topic;
            let told = format!("note: {name} of `{topic}` are taken for {taken_for}");
            let what = (topic.to_owned(), name, taken_for);
            if taken.len() < TOLD_MAX && taken.insert(what) {
                note(told);
            }
        }
    }
}

/// What to do about what is recognised and not read.
fn remedy(guess: Guess) -> &'static str {
    match guess {
        Guess::Json | Guess::Text | Guess::Msgpack | Guess::Int | Guess::Long => "",
        _ => ", and printed as they are",
    }
}

/// Which parts are searched as the texts that are printed: those whose bytes are no text.
pub(super) fn as_text(words: &Consume) -> AsText {
    let is = |name: &Option<FormatName>| match name {
        None => words.decode == Some(Decode::Auto),
        Some(name) => !matches!(name, FormatName::Bytes | FormatName::String | FormatName::Json),
    };
    let (names, schemas) = (&words.formats, &words.schemas);
    AsText {
        key: is(&names.key_format) || !schemas.key_schema.is_empty(),
        value: is(&names.value_format) || !schemas.value_schema.is_empty(),
        header: is(&names.header_format),
    }
}

/// The formats of the words, and which parts are guessed.
fn formats(words: &Consume, by_id: Option<&Arc<ById>>) -> (Formats, [bool; 3]) {
    let names = &words.formats;
    let named = [&names.key_format, &names.value_format, &names.header_format];
    let mut formats = Formats::of(named[0].as_ref(), named[1].as_ref(), named[2].as_ref());
    if words.decode != Some(Decode::Auto) {
        return (formats, [false; 3]);
    }
    let schemas = &words.schemas;
    let by_file = [!schemas.key_schema.is_empty(), !schemas.value_schema.is_empty(), false];
    let mut guesses = named.map(Option::is_none);
    guesses.iter_mut().zip(by_file).for_each(|(guess, by_file)| *guess &= !by_file);
    let parts = [&mut formats.key, &mut formats.value, &mut formats.header];
    for (part, _) in parts.into_iter().zip(guesses).filter(|(_, guess)| *guess) {
        *part = Some(Arc::new(Auto { by_id: by_id.cloned() }) as Arc<dyn Codec>);
    }
    (formats, guesses)
}
