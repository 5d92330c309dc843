//! What Connect's workers refuse, in their own words. Variants carry data; the edge adds advice.

use crate::http::{Answer, HttpError};

/// How much of a body is told that is not JSON.
const TOLD_CHARS: usize = 120;

/// How a configuration that makes no sense begins its list of errors, and how it ends.
const INVALID_BEGIN: &str = "Connector configuration is invalid";
const INVALID_END: &str = "You can also find the above list of errors";

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting, where the words name one.
    pub setting: Option<String>,
    pub words: String,
}

/// Why there is no good answer.
#[derive(Debug, thiserror::Error)]
pub enum RestError {
    /// Nobody answered, or not as HTTP wants it.
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("the worker answered 404: {words}")]
    NotThere { words: String },
    #[error("the worker answered 409: {words}")]
    Exists { words: String },
    /// A rebalance was in the way, however often it was tried.
    #[error("{asked}: a rebalance is in the way{}: {words}", times(*.tries))]
    Rebalancing { asked: String, words: String, tries: u32 },
    #[error("its configuration has {}", count(.problems.len()))]
    Invalid { problems: Vec<Problem> },
    /// Nobody may do that without saying who they are, or not even then.
    #[error("{asked}: the worker answered {status}: {words}")]
    Login { asked: String, status: u16, words: String },
    #[error("the worker answered {status}: {words}")]
    Refused { status: u16, words: String },
    /// The answer is none that Connect would give.
    #[error("{asked}: the answer ({status}) is not Kafka Connect's: {why}")]
    NotConnect { asked: String, status: u16, why: String },
}

fn times(tries: u32) -> String {
    if tries > 1 { format!(" (tried {tries} times)") } else { String::new() }
}

fn count(problems: usize) -> String {
    match problems {
        1 => "1 problem".to_owned(),
        many => format!("{many} problems"),
    }
}

impl RestError {
    /// Says whether the same may well succeed in a moment, as the worker itself says.
    pub fn may_succeed_later(&self) -> bool {
        match self {
            RestError::Rebalancing { .. } => true,
            RestError::Refused { words, .. } => words.contains("can be safely retried"),
            _ => false,
        }
    }
}

/// Makes an error of an answer that is one.
pub(super) fn check(answer: Answer) -> Result<Answer, RestError> {
    if (200..300).contains(&answer.status) {
        return Ok(answer);
    }
    let Answer { asked, status, body } = answer;
    let words = match words(&body) {
        Some(words) => words,
        None if matches!(status, 401 | 403) => told(&body).unwrap_or_else(|| "(no words)".into()),
        None => {
            let why = told(&body).map_or("it is empty".to_owned(), |text| format!("`{text}`"));
            return Err(RestError::NotConnect { asked, status, why });
        }
    };
    Err(match status {
        401 | 403 => RestError::Login { asked, status, words },
        404 => RestError::NotThere { words },
        409 if words.contains("already exists") => RestError::Exists { words },
        409 => RestError::Rebalancing { asked, words, tries: 1 },
        400 if words.starts_with(INVALID_BEGIN) => {
            RestError::Invalid { problems: problems(&words) }
        }
        _ => RestError::Refused { status, words },
    })
}

/// The words of an error as Connect writes it; `None` if it is not written so.
fn words(body: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    value.get("error_code")?;
    Some(match value.get("message").and_then(|message| message.as_str()) {
        Some(message) => with_plugins_named(without_java(message)),
        None => "(no words)".to_owned(),
    })
}

/// Leaves out what only Java's programmers want to know: the name of the exception in front, and
/// the place in the request that was hidden anyway.
fn without_java(message: &str) -> &str {
    let message = message.split("\n at [Source: REDACTED").next().unwrap_or(message);
    match message.split_once(": ") {
        Some((class, rest)) if class.starts_with("org.apache.kafka.") && !class.contains(' ') => {
            rest
        }
        _ => message,
    }
}

/// How the list begins of the plugins there are, when the one that is asked for is not.
const AVAILABLE: &str = "available connectors are: ";

/// Names the plugins of such a list, and leaves out all else that Java knows of them.
fn with_plugins_named(message: &str) -> String {
    let Some((before, list)) = message.split_once(AVAILABLE) else { return message.to_owned() };
    let parts = list.split(", name='").skip(1);
    let names: Vec<&str> =
        parts.filter_map(|part| part.split_once('\'').map(|(name, _)| name)).collect();
    match names.is_empty() {
        true => message.to_owned(),
        false => format!("{before}{AVAILABLE}{}", names.join(", ")),
    }
}

/// The beginning of a body, on one line; markup is not worth showing, its title is.
fn told(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    let text = title.map_or(&*text, |(title, _)| title);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut told: String = line.chars().take(TOLD_CHARS).collect();
    if told.len() < line.len() {
        told.push('\u{2026}');
    }
    (!told.is_empty()).then_some(told)
}

/// Takes the list of errors apart. Each is a line, unless it goes on in lines that look like
/// none; the same error is told once.
fn problems(words: &str) -> Vec<Problem> {
    let lines = words.lines().skip(1).take_while(|line| !line.starts_with(INVALID_END));
    let mut problems: Vec<Problem> = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let problem = Problem { setting: setting(line), words: line.trim().to_owned() };
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}

/// The setting that Kafka's words for a wrong or a missing value name.
fn setting(words: &str) -> Option<String> {
    let wrong = words.strip_prefix("Invalid value ").and_then(|rest| {
        let (_, rest) = rest.rsplit_once(" for configuration ")?;
        Some(rest.split_once(": ").map_or(rest, |(name, _)| name))
    });
    let missing = || {
        let rest = words.strip_prefix("Missing required configuration \"")?;
        rest.split_once('"').map(|(name, _)| name)
    };
    wrong.or_else(missing).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> RestError {
        let asked = "PUT http://h:1/x".to_owned();
        check(Answer { asked, status, body: body.as_bytes().to_vec() }).unwrap_err()
    }

    fn json(status: u16, message: &str) -> RestError {
        let body = serde_json::json!({"error_code": status, "message": message});
        refused(status, &body.to_string())
    }

    #[test]
    fn every_refusal_is_told_apart() {
        let rebalance = "Cannot complete request momentarily due to no known leader URL, likely \
                         because a rebalance was underway.";
        let rows = [
            (json(404, "Connector c not found"), "the worker answered 404: Connector c not found"),
            (
                json(409, "Connector c already exists"),
                "the worker answered 409: Connector c already exists",
            ),
            (
                json(500, "org.apache.kafka.connect.errors.X: it is so\n at [Source: REDACTED (`x"),
                "the worker answered 500: it is so",
            ),
            (
                json(
                    400,
                    "No X, available connectors are: PluginDesc{klass=class a.B, name='a.B', \
                     version='1'}, PluginDesc{klass=class a.C, name='a.C', version='1'}",
                ),
                "the worker answered 400: No X, available connectors are: a.B, a.C",
            ),
            (
                refused(404, "<html><title>Error 404 Not Found</title></html>"),
                "PUT http://h:1/x: the answer (404) is not Kafka Connect's: `Error 404 Not Found`",
            ),
            (
                refused(502, ""),
                "PUT http://h:1/x: the answer (502) is not Kafka Connect's: it is empty",
            ),
            (refused(401, "Who?"), "PUT http://h:1/x: the worker answered 401: Who?"),
        ];
        for (error, want) in rows {
            assert_eq!(error.to_string(), want);
        }
        let error = json(409, rebalance);
        assert!(matches!(error, RestError::Rebalancing { tries: 1, .. }), "{error}");
        assert!(error.may_succeed_later() && !json(404, "x").may_succeed_later());
    }

    #[test]
    fn a_blob_of_errors_becomes_a_list() {
        let words = "Connector configuration is invalid and contains the following 4 error(s):\n\
                     Invalid value x for configuration tasks.max: Not a number of type INT\n\
                     Missing required configuration \"topic\" which has no default value.\n\
                     a and b are mutually exclusive\na and b are mutually exclusive\n\
                     You can also find the above list of errors at the endpoint `/x`";
        let RestError::Invalid { problems } = json(400, words) else { panic!() };
        let settings: Vec<_> = problems.iter().map(|one| one.setting.as_deref()).collect();
        assert_eq!(settings, [Some("tasks.max"), Some("topic"), None]);
        assert_eq!(problems[2].words, "a and b are mutually exclusive");
    }
}
