//! Connectors as people keep them in files: Java properties, a JSON map of settings, a JSON
//! request as it is sent to `POST /connectors`, or a list of such. Pure.
//!
//! What a worker answers can be read back: what is not name, configuration or first state is let
//! pass, as Kafka itself does.

use serde_json::{Map, Value};

use super::Config;
use crate::settings::properties::{self, PropertiesError};

/// A connector that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub name: String,
    /// With its name.
    pub config: Config,
    /// `RUNNING`, `PAUSED` or `STOPPED`, if the file says it.
    pub state: Option<String>,
}

/// Why a text is no connector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("it is not JSON: {why}")]
    Json { why: String },
    #[error("{0}")]
    Properties(#[from] PropertiesError),
    #[error("it is empty")]
    Empty,
    #[error("it names no connector: it has no `name`")]
    NoName,
    #[error("it has two names: `{outer}`, and `{inner}` in its configuration")]
    TwoNames { outer: String, inner: String },
    #[error("the setting `{setting}` is {found}; a setting is a text, a number or true or false")]
    Setting { setting: String, found: &'static str },
    #[error("`initial_state` is `{found}`; it can be RUNNING, PAUSED or STOPPED")]
    State { found: String },
    #[error("connector {place} of the list is no object")]
    NoObject { place: usize },
}

/// The states that a connector can be made in.
pub const STATES: &[&str] = &["RUNNING", "PAUSED", "STOPPED"];

/// Reads a file's text. `name` is the name of connectors that have none.
pub fn read(text: &str, name: Option<&str>) -> Result<Vec<Wanted>, FileError> {
    let text = text.trim_start_matches('\u{feff}');
    match text.trim_start().chars().next() {
        None => Err(FileError::Empty),
        Some('{') => Ok(vec![one(&object(text)?, name)?]),
        Some('[') => {
            let all: Vec<Value> = parse(text)?;
            let each = |(at, value): (usize, &Value)| match value {
                Value::Object(map) => one(map, name),
                _ => Err(FileError::NoObject { place: at + 1 }),
            };
            all.iter().enumerate().map(each).collect()
        }
        Some(_) => {
            let config: Config = properties::parse(text)?.into_iter().collect();
            match config.is_empty() {
                true => Err(FileError::Empty),
                false => Ok(vec![named(config, None, None, name)?]),
            }
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, FileError> {
    serde_json::from_str(text).map_err(|error| FileError::Json { why: error.to_string() })
}

fn object(text: &str) -> Result<Map<String, Value>, FileError> {
    parse(text)
}

fn one(map: &Map<String, Value>, name: Option<&str>) -> Result<Wanted, FileError> {
    let Some(Value::Object(config)) = map.get("config") else {
        return named(settings(map)?, None, None, name);
    };
    let text = |key| map.get(key).and_then(Value::as_str);
    named(settings(config)?, text("name"), text("initial_state"), name)
}

fn settings(map: &Map<String, Value>) -> Result<Config, FileError> {
    let mut config = Config::new();
    for (setting, value) in map {
        let found = match value {
            Value::String(text) => {
                config.insert(setting.clone(), text.clone());
                continue;
            }
            Value::Number(_) | Value::Bool(_) => {
                config.insert(setting.clone(), value.to_string());
                continue;
            }
            Value::Null => "null",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        return Err(FileError::Setting { setting: setting.clone(), found });
    }
    Ok(config)
}

fn named(
    mut config: Config,
    outer: Option<&str>,
    state: Option<&str>,
    default: Option<&str>,
) -> Result<Wanted, FileError> {
    let known = |name: &str| Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    let outer = outer.and_then(known);
    let inner = config.get("name").and_then(|name| known(name));
    let name = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => {
            return Err(FileError::TwoNames { outer, inner });
        }
        (outer, inner) => outer.or(inner).or_else(|| default.and_then(known)),
    };
    let name = name.ok_or(FileError::NoName)?;
    config.insert("name".to_owned(), name.clone());
    let state = state.map(|found| {
        let upper = found.to_ascii_uppercase();
        match STATES.contains(&upper.as_str()) {
            true => Ok(upper),
            false => Err(FileError::State { found: found.to_owned() }),
        }
    });
    Ok(Wanted { name, config, state: state.transpose()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(name: &str, pairs: &[(&str, &str)], state: Option<&str>) -> Wanted {
        let mut config: Config =
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        config.insert("name".into(), name.into());
        Wanted { name: name.into(), config, state: state.map(str::to_owned) }
    }

    #[test]
    fn every_shape_of_a_file_is_read() {
        let plain = wanted("n", &[("connector.class", "C"), ("tasks.max", "2")], None);
        for text in [
            "# mine\nname=n\nconnector.class=C\ntasks.max: 2\n",
            r#"{"name":"n","connector.class":"C","tasks.max":2}"#,
            r#"{"name":"n","config":{"connector.class":"C","tasks.max":"2"}}"#,
            r#"{"config":{"name":"n","connector.class":"C","tasks.max":"2"},"tasks":[],"type":"x"}"#,
            "\u{feff}\n [{\"name\":\"n\",\"config\":{\"connector.class\":\"C\",\"tasks.max\":2}}]",
        ] {
            assert_eq!(read(text, None), Ok(vec![plain.clone()]), "{text}");
            assert_eq!(read(text, Some("other")), Ok(vec![plain.clone()]), "{text}");
        }
        let text = r#"{"name":" n ","initial_state":"paused","config":{"a":true}}"#;
        assert_eq!(read(text, None), Ok(vec![wanted("n", &[("a", "true")], Some("PAUSED"))]));
        assert_eq!(read("a=b", Some("n")), Ok(vec![wanted("n", &[("a", "b")], None)]));
        assert_eq!(read("[]", None), Ok(vec![]));
        // A setting may be called `config`, as long as it is a text.
        let text = r#"{"name":"n","config":"x"}"#;
        assert_eq!(read(text, None), Ok(vec![wanted("n", &[("config", "x")], None)]));
    }

    #[test]
    fn what_is_no_connector_says_why() {
        let setting =
            |setting: &str, found| FileError::Setting { setting: setting.to_owned(), found };
        for (text, want) in [
            ("", FileError::Empty),
            ("# nothing\n", FileError::Empty),
            ("a=b", FileError::NoName),
            (r#"{"a":"b"}"#, FileError::NoName),
            (r#"{"name":"n","a":{}}"#, setting("a", "an object")),
            (r#"{"name":"n","config":{"a":[]}}"#, setting("a", "a list")),
            (r#"{"name":"n","a":null}"#, setting("a", "null")),
            (
                r#"{"name":"n","config":{"name":"m"}}"#,
                FileError::TwoNames { outer: "n".into(), inner: "m".into() },
            ),
            (
                r#"{"name":"n","initial_state":"off","config":{}}"#,
                FileError::State { found: "off".into() },
            ),
            ("[1]", FileError::NoObject { place: 1 }),
            ("a=\\u1", FileError::Properties(PropertiesError::BadUnicode { line: 1 })),
        ] {
            assert_eq!(read(text, None), Err(want), "{text}");
        }
        let error = read("{\"a\":\n x}", None).unwrap_err().to_string();
        assert_eq!(error, "it is not JSON: expected value at line 2 column 2");
    }
}
