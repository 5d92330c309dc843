//! A connector's settings, all checked, before anything of it runs.

use std::collections::BTreeMap;

use super::config::connector::{COMMON, PREFIXES, SINK, SOURCE};
use super::config::creation::{self, Rules};
use super::config::file::Pairs;
use super::config::providers::{ProviderError, Providers};
use super::config::worker::WorkerConfig;
use super::connectors::{self, Class};
use super::converters::{self, Converter, Part};
use super::define::{Def, Mistake, Settings, nearest};
use super::error::ConnectError;
use super::transforms::Chain;

/// The settings that sinks have, and those that sources have, besides their class's own.
pub const SINK_DEF: Def = Def(&[COMMON, SINK]);
pub const SOURCE_DEF: Def = Def(&[COMMON, SOURCE]);

/// A connector that can run.
#[derive(Clone)]
pub struct Plan {
    pub name: String,
    pub class: &'static Class,
    /// What every connector has.
    pub common: Settings,
    /// What its class has.
    pub own: Settings,
    /// All that was written, with variables resolved: never to be shown.
    pub all: Pairs,
    /// Settings that nobody knows.
    pub unknown: Vec<String>,
}

/// What the check of a connector's settings found.
pub struct Examined {
    /// None where there is no such class.
    pub class: Option<&'static Class>,
    pub common: Settings,
    pub own: Settings,
    pub mistakes: Vec<Mistake>,
    pub unknown: Vec<String>,
    pub all: Pairs,
}

/// Checks everything about a connector's settings.
pub fn examine(
    worker: &WorkerConfig,
    providers: &Providers,
    raw: &Pairs,
) -> Result<Examined, ProviderError> {
    let all = providers.resolve(raw)?;
    let wanted = all.get("connector.class").map(|name| name.trim()).unwrap_or_default();
    let found = connectors::find(wanted);
    let class = found.as_ref().ok().copied();
    let is_sink = class.is_none_or(Class::is_sink);
    let def = if is_sink { SINK_DEF } else { SOURCE_DEF };
    let (common, mut mistakes) = def.check(&all);
    let mut add = |name: &str, why: String| {
        if !mistakes.iter().any(|known| known.name == name) {
            mistakes.push(Mistake { name: name.to_owned(), why });
        }
    };
    let mut own = Settings::default();
    let mut unknown = Vec::new();
    match found {
        Err(error) if !wanted.is_empty() => add("connector.class", error.message),
        Err(_) => {}
        Ok(class) => {
            let (settings, wrong) = class.def.check(&all);
            wrong.into_iter().for_each(|mistake| add(&mistake.name, mistake.why));
            (class.check)(&settings, &all).into_iter().for_each(|(name, why)| add(name, why));
            own = settings;
            if is_sink {
                sink_topics(&common).into_iter().for_each(|(name, why)| add(name, why));
            }
            for (name, near) in strangers(class, def, &all) {
                match near {
                    Some(near) => {
                        let why = format!(
                            "There is no setting {name} for {}; did you mean {near}?",
                            class.name()
                        );
                        add(&name, why);
                    }
                    None => unknown.push(name),
                }
            }
        }
    }
    for part in [Part::Key, Part::Value, Part::Header] {
        if let Err(error) = converter_of(worker, &all, part) {
            add(&format!("{}.converter", part.word()), error.message);
        }
    }
    if !is_sink && let Err(wrong) = Rules::of(&all) {
        wrong.into_iter().for_each(|mistake| add(&mistake.name, mistake.why));
    }
    worker.check_overrides(&all).into_iter().for_each(|mistake| add(&mistake.name, mistake.why));
    if let Err(wrong) = Chain::of(&common, &all) {
        wrong.into_iter().for_each(|mistake| add(&mistake.name, mistake.why));
    }
    Ok(Examined { class, common, own, mistakes, unknown, all })
}

/// Checks a connector's settings, which must all be right.
pub fn plan(examined: Examined) -> Result<Plan, Vec<Mistake>> {
    match examined.class {
        Some(class) if examined.mistakes.is_empty() => Ok(Plan {
            name: examined.common.string("name").to_owned(),
            class,
            common: examined.common,
            own: examined.own,
            all: examined.all,
            unknown: examined.unknown,
        }),
        _ => Err(examined.mistakes),
    }
}

fn sink_topics(common: &Settings) -> Vec<(&'static str, String)> {
    let (topics, regex) = (common.list("topics"), common.text("topics.regex"));
    let dead = common.string("errors.deadletterqueue.topic.name");
    match (topics.is_empty(), regex) {
        (true, None) => {
            let why = "Must configure one of topics or topics.regex".to_owned();
            vec![("topics", why.clone()), ("topics.regex", why)]
        }
        (false, Some(_)) => {
            let why = "topics and topics.regex are mutually exclusive options, but both are set.";
            vec![("topics", why.to_owned()), ("topics.regex", why.to_owned())]
        }
        (false, None) if topics.iter().any(|topic| topic == dead) => vec![(
            "topics",
            format!(
                "The DLQ topic '{dead}' may not be included in the list of topics ('topics={}') \
                 consumed by the connector",
                topics.join(",")
            ),
        )],
        (true, Some(regex))
            if !dead.is_empty() && whole(regex).is_some_and(|r| r.is_match(dead)) =>
        {
            vec![(
                "topics.regex",
                format!(
                    "The DLQ topic '{dead}' may not be matched by the regex for the topics \
                     ('topics.regex={regex}') consumed by the connector"
                ),
            )]
        }
        _ => Vec::new(),
    }
}

/// A regular expression for whole names.
pub fn whole(regex: &str) -> Option<regex::Regex> {
    regex::Regex::new(&format!("^(?:{regex})$")).ok()
}

/// Settings that nobody knows, each with the one that was probably meant.
fn strangers(class: &Class, def: Def, all: &Pairs) -> Vec<(String, Option<&'static str>)> {
    let known: Vec<&'static str> =
        def.keys().into_iter().chain(class.def.keys()).map(|key| key.name).collect();
    // What only the other kind of connector has is no slip of the finger.
    let elsewhere = [SINK_DEF, SOURCE_DEF];
    let is_elsewhere =
        |name: &str| elsewhere.iter().any(|def| def.keys().iter().any(|key| key.name == name));
    let mut found = Vec::new();
    for name in all.keys() {
        let rules = [creation::PREFIX];
        let rules = rules.iter().filter(|_| !class.is_sink());
        let mut prefixes = PREFIXES.iter().chain(class.prefixes).chain(rules);
        if known.contains(&name.as_str()) || prefixes.any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let near = nearest(name, known.iter().copied()).filter(|near| !all.contains_key(*near));
        let near = near.filter(|_| !is_elsewhere(name));
        let near = near.and_then(|near| known.iter().copied().find(|name| *name == near));
        found.push((name.clone(), near));
    }
    found
}

/// The class and the settings of the converter that a connector's part has: its own, and then
/// only its own settings, or the worker's.
pub fn converter_words<'a>(
    worker: &'a WorkerConfig,
    all: &'a Pairs,
    part: Part,
) -> (&'a str, BTreeMap<String, String>) {
    let key = format!("{}.converter", part.word());
    let prefix = format!("{key}.");
    let behind = |pairs: &Pairs| {
        let behind = |(name, value): (&String, &String)| {
            Some((name.strip_prefix(&prefix)?.to_owned(), value.clone()))
        };
        pairs.iter().filter_map(behind).collect()
    };
    match all.get(&key).map(|class| class.trim()).filter(|class| !class.is_empty()) {
        Some(class) => (class, behind(all)),
        None => (
            worker.settings.string(if part == Part::Header {
                "header.converter"
            } else if part == Part::Key {
                "key.converter"
            } else {
                "value.converter"
            }),
            behind(&worker.all),
        ),
    }
}

/// Makes the converter of a connector's part.
pub fn converter_of(
    worker: &WorkerConfig,
    all: &Pairs,
    part: Part,
) -> Result<Box<dyn Converter>, ConnectError> {
    let (class, settings) = converter_words(worker, all, part);
    converters::make(class, part, &settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::config::worker;

    fn pairs(all: &[(&str, &str)]) -> Pairs {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn examined(all: &[(&str, &str)]) -> Examined {
        let (worker, ..) = worker::check(pairs(&[
            ("key.converter", "StringConverter"),
            ("value.converter", "JsonConverter"),
            ("value.converter.schemas.enable", "false"),
        ]));
        examine(&worker, &Providers::default(), &pairs(all)).unwrap()
    }

    fn mistakes(all: &[(&str, &str)]) -> Vec<String> {
        examined(all).mistakes.into_iter().map(|m| format!("{}: {}", m.name, m.why)).collect()
    }

    #[test]
    fn shipped_files_are_plans() {
        let sink = [
            ("name", "local-file-sink"),
            ("connector.class", "FileStreamSink"),
            ("tasks.max", "1"),
            ("file", "test.sink.txt"),
            ("topics", "connect-test"),
        ];
        let plan = plan(examined(&sink)).ok().unwrap();
        assert_eq!((plan.name.as_str(), plan.class.is_sink()), ("local-file-sink", true));
        let source = [
            ("name", "local-file-source"),
            ("connector.class", "FileStreamSource"),
            ("tasks.max", "1"),
            ("file", "test.txt"),
            ("topic", "connect-test"),
        ];
        assert!(super::plan(examined(&source)).is_ok());
    }

    #[test]
    fn mistakes_are_told_and_slips_answered() {
        let base = [("name", "a"), ("connector.class", "FileStreamSink")];
        let with = |more: &[(&'static str, &'static str)]| mistakes(&[&base[..], more].concat());
        let one_of = "Must configure one of topics or topics.regex";
        assert_eq!(with(&[]), [format!("topics: {one_of}"), format!("topics.regex: {one_of}")]);
        assert_eq!(
            with(&[("topic", "t"), ("topics.regex", "x")]),
            ["topic: There is no setting topic for \
              org.apache.kafka.connect.file.FileStreamSinkConnector; did you mean topics?"]
        );
        assert!(with(&[("topics", "t"), ("errors.tolerance", "some")])[0].contains("none, all"));
        assert!(with(&[("topics", "t"), ("value.converter", "Json5")])[0].contains("Json5"));
        let other = examined(&[&base[..], &[("topics", "t"), ("mystery", "1")]].concat());
        assert_eq!((other.mistakes.len(), other.unknown), (0, vec!["mystery".to_owned()]));
        let told = mistakes(&[("name", "a"), ("connector.class", "FileStremSink")]);
        assert!(told[0].contains("did you mean"), "{told:?}");
    }

    #[test]
    fn a_connectors_own_converter_replaces_the_workers_with_its_settings() {
        let (worker, ..) = worker::check(pairs(&[
            ("value.converter", "JsonConverter"),
            ("value.converter.schemas.enable", "false"),
        ]));
        let own = pairs(&[("value.converter", "JsonConverter")]);
        let (class, settings) = converter_words(&worker, &own, Part::Value);
        assert_eq!((class, settings.len()), ("JsonConverter", 0));
        let none = Pairs::new();
        let (_, settings) = converter_words(&worker, &none, Part::Value);
        assert_eq!(settings.len(), 1);
    }
}
