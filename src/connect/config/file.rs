//! A connector's file: Java properties, a flat JSON object, or the JSON of REST's `POST
//! /connectors`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::settings::properties;

/// Settings by name.
pub type Pairs = BTreeMap<String, String>;

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("cannot read `{path}`: {reason}")]
    Read { path: String, reason: String },
    #[error("cannot read `{path}`: {error}")]
    Properties { path: String, error: properties::PropertiesError },
    #[error("cannot read `{path}`: {reason}")]
    Json { path: String, reason: String },
    #[error("`{path}` has no `name`, which a connector must have")]
    NoName { path: String },
    #[error("`{path}` names the connector `{name}`, and `{other}` in its config")]
    TwoNames { path: String, name: String, other: String },
    #[error("`{path}`: `{state}` is no state to begin in: RUNNING, PAUSED or STOPPED is")]
    State { path: String, state: String },
}

/// In which state a connector begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InitialState {
    #[default]
    Running,
    Paused,
    Stopped,
}

impl InitialState {
    /// Reads the name, in any case.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "RUNNING" => Some(InitialState::Running),
            "PAUSED" => Some(InitialState::Paused),
            "STOPPED" => Some(InitialState::Stopped),
            _ => None,
        }
    }
}

/// A connector as its file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorFile {
    pub name: String,
    pub config: Pairs,
    pub initial_state: InitialState,
}

/// Reads the worker's file: properties.
pub fn read_worker(path: &Path) -> Result<Pairs, FileError> {
    let text = read(path)?;
    let told = path.display().to_string();
    let pairs = properties::parse(&text);
    pairs
        .map(|pairs| trimmed(pairs).collect())
        .map_err(|error| FileError::Properties { path: told, error })
}

/// Reads a connector's file in any of its forms.
pub fn read_connector(path: &Path) -> Result<ConnectorFile, FileError> {
    parse_connector(&read(path)?, &path.display().to_string())
}

fn read(path: &Path) -> Result<String, FileError> {
    let told = |reason: String| FileError::Read { path: path.display().to_string(), reason };
    let bytes = std::fs::read(path).map_err(|error| told(error.to_string()))?;
    // Java reads properties as Latin-1; who wrote UTF-8 meant UTF-8.
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(other) => other.into_bytes().into_iter().map(char::from).collect(),
    })
}

fn trimmed(pairs: Vec<(String, String)>) -> impl Iterator<Item = (String, String)> {
    pairs.into_iter().map(|(name, value)| (name, value.trim().to_owned()))
}

fn parse_connector(text: &str, path: &str) -> Result<ConnectorFile, FileError> {
    let owned = || path.to_owned();
    if text.trim_start().starts_with('{') {
        let wrong = |reason: String| FileError::Json { path: owned(), reason };
        let json: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let Value::Object(all) = json else {
            return Err(wrong("it is no object".to_owned()));
        };
        let Some(Value::Object(config)) = all.get("config") else {
            return named(pairs_of(&all).map_err(wrong)?, None, InitialState::Running, path);
        };
        let state = match all.get("initial_state") {
            None | Some(Value::Null) => InitialState::Running,
            Some(state) => {
                let name = state.as_str().map_or_else(|| state.to_string(), str::to_owned);
                InitialState::of_name(&name)
                    .ok_or_else(|| FileError::State { path: owned(), state: name })?
            }
        };
        let name = all.get("name").and_then(Value::as_str);
        return named(pairs_of(config).map_err(wrong)?, name, state, path);
    }
    let pairs = properties::parse(text);
    let pairs = pairs.map_err(|error| FileError::Properties { path: owned(), error })?;
    named(trimmed(pairs).collect(), None, InitialState::Running, path)
}

/// The settings of a JSON object: texts, and numbers and booleans as texts.
pub fn pairs_of(object: &serde_json::Map<String, Value>) -> Result<Pairs, String> {
    let text = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Ok(Some((name.clone(), text.clone()))),
        Value::Number(_) | Value::Bool(_) => Ok(Some((name.clone(), value.to_string()))),
        Value::Null => Ok(None),
        Value::Array(_) | Value::Object(_) => {
            Err(format!("`{name}` is neither a text nor a number"))
        }
    };
    object.iter().filter_map(|pair| text(pair).transpose()).collect()
}

fn named(
    mut config: Pairs,
    name: Option<&str>,
    initial_state: InitialState,
    path: &str,
) -> Result<ConnectorFile, FileError> {
    let own = config.get("name").filter(|name| !name.trim().is_empty()).cloned();
    let name = match (name.map(str::trim).filter(|name| !name.is_empty()), own) {
        (Some(name), Some(other)) if name != other => {
            let (name, path) = (name.to_owned(), path.to_owned());
            return Err(FileError::TwoNames { path, name, other });
        }
        (Some(name), _) => name.to_owned(),
        (None, Some(own)) => own,
        (None, None) => return Err(FileError::NoName { path: path.to_owned() }),
    };
    config.insert("name".to_owned(), name.clone());
    Ok(ConnectorFile { name, config, initial_state })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connectors_file_has_three_forms() {
        let wanted = Pairs::from(
            [("name", "a"), ("tasks.max", "2")].map(|(k, v)| (k.to_owned(), v.to_owned())),
        );
        for (text, state) in [
            ("name=a\ntasks.max = 2  \n", InitialState::Running),
            (r#"{"name":"a","tasks.max":2}"#, InitialState::Running),
            (
                r#" {"name":"a","config":{"tasks.max":"2"},"initial_state":"paused","x":1}"#,
                InitialState::Paused,
            ),
        ] {
            let file = parse_connector(text, "f").unwrap();
            let want = ConnectorFile {
                name: "a".to_owned(),
                config: wanted.clone(),
                initial_state: state,
            };
            assert_eq!(file, want, "{text}");
        }
    }

    #[test]
    fn a_bad_file_says_what_is_wrong() {
        for (text, told) in [
            ("tasks.max=1", "`f` has no `name`, which a connector must have"),
            ("{", "cannot read `f`: EOF while parsing an object at line 1 column 1"),
            (r#"{"name":"a","x":[]}"#, "cannot read `f`: `x` is neither a text nor a number"),
            (
                r#"{"name":"a","config":{"name":"b"}}"#,
                "`f` names the connector `a`, and `b` in its config",
            ),
            (
                r#"{"name":"a","config":{},"initial_state":"asleep"}"#,
                "`f`: `asleep` is no state to begin in: RUNNING, PAUSED or STOPPED is",
            ),
        ] {
            assert_eq!(parse_connector(text, "f").unwrap_err().to_string(), told);
        }
        assert!(read_connector(Path::new("/no/such/file")).is_err());
    }
}
