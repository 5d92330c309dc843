//! What can go wrong with a request. Variants carry data; the edge adds the advice.

use std::fmt;

use crate::client::{Attempt, ClientError};

/// How much of a body is told that is not JSON.
const TOLD_CHARS: usize = 200;

/// Why there is no answer, or no good one.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No server could be reached.
    #[error("nobody answers at {}", Attempts(.attempts))]
    Unreachable { attempts: Vec<Attempt> },
    /// A server was reached, and nobody knows what it made of the request.
    #[error("{asked}: {cause}")]
    Broken { asked: String, cause: String },
    /// The server answered that it will not, or cannot.
    #[error("{asked}: the server answered {status}{}", Said(.words))]
    Refused { asked: String, status: u16, words: String },
    /// The answer is not what was asked for.
    #[error("{asked}: the answer cannot be read: {why}")]
    Garbled { asked: String, why: String },
    #[error("{asked}: the answer is longer than {bytes_max} bytes")]
    TooLong { asked: String, bytes_max: u64 },
    /// The request itself makes no sense: its URL or a header.
    #[error("{asked}: the request cannot be sent: {why}")]
    Unsendable { asked: String, why: String },
    /// It was not wanted any more.
    #[error("{asked}: interrupted")]
    Stopped { asked: String },
    /// A setting of TLS.
    #[error(transparent)]
    Setting(#[from] ClientError),
}

impl HttpError {
    /// The status that the server answered, if it did.
    pub fn status(&self) -> Option<u16> {
        match self {
            HttpError::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// How an attempt ended.
pub(super) enum Broke {
    /// Before the server saw anything.
    Before(String),
    /// After that.
    Within(String),
    /// There is no use in asking another server.
    Final(HttpError),
    Stopped,
}

/// No connection: what a [`ureq::Error`] carries of it.
#[derive(Debug)]
pub(super) struct NoConnection(pub(super) String);

impl fmt::Display for NoConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoConnection {}

impl Broke {
    pub(super) fn of(error: ureq::Error, asked: &str, bytes_max: u64) -> Self {
        let asked = asked.to_owned();
        match error {
            ureq::Error::Other(inner) if inner.is::<NoConnection>() => {
                Broke::Before(inner.to_string())
            }
            ureq::Error::HostNotFound => Broke::Before("there is no such host".to_owned()),
            ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => {
                Broke::Before("timed out".to_owned())
            }
            ureq::Error::BodyExceedsLimit(_) => {
                Broke::Final(HttpError::TooLong { asked, bytes_max })
            }
            ureq::Error::Http(_)
            | ureq::Error::BadUri(_)
            | ureq::Error::TooManyRedirects
            | ureq::Error::RedirectFailed => {
                Broke::Final(HttpError::Unsendable { asked, why: error.to_string() })
            }
            error => Broke::Within(cause(&error)),
        }
    }
}

/// What broke, in a few words.
pub(super) fn cause(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(e) => {
            let text = e.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            let mut chars = text.chars();
            let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
            first + chars.as_str()
        }
        ureq::Error::Timeout(_) => "timed out".to_owned(),
        ureq::Error::Protocol(e) => format!("this is not HTTP: {e}"),
        ureq::Error::Other(e) => e.to_string(),
        other => other.to_string(),
    }
}

/// The server's own words: of JSON the message, of other text the beginning.
pub(super) fn words(status: u16, body: &[u8]) -> String {
    if let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) {
        let message = json.get("message").and_then(serde_json::Value::as_str);
        if let Some(message) = message {
            let code = json.get("error_code").and_then(serde_json::Value::as_i64);
            return match code.filter(|code| *code != i64::from(status)) {
                Some(code) => format!("{message} ({code})"),
                None => message.to_owned(),
            };
        }
    }
    let text = String::from_utf8_lossy(body);
    let line: String = text.trim().chars().take(TOLD_CHARS).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The servers that were tried, and why each did not answer.
struct Attempts<'a>(&'a [Attempt]);

impl fmt::Display for Attempts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Attempt { address, cause }) in self.0.iter().enumerate() {
            let before = if at == 0 { "" } else { "; " };
            write!(f, "{before}`{address}`: {cause}")?;
        }
        Ok(())
    }
}

/// What the server said beside its status.
struct Said<'a>(&'a str);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => Ok(()),
            words => write!(f, ": {words}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_s_own_words_are_told() {
        for (status, body, told) in [
            (
                404,
                &br#"{"error_code":40403,"message":"Schema 7 not found"}"#[..],
                "Schema 7 not found (40403)",
            ),
            (409, br#"{"error_code":409,"message":"exists"}"#, "exists"),
            (502, b"<html>\n<b>Bad Gateway</b>", "<html> <b>Bad Gateway</b>"),
            (401, b"", ""),
            (500, b"[1]", "[1]"),
        ] {
            assert_eq!(words(status, body), told);
        }
        let long = words(500, &[b'x'; 1000]);
        assert_eq!(long.len(), TOLD_CHARS);
    }

    #[test]
    fn an_error_says_whom_it_asked_and_what_came_back() {
        let refused = HttpError::Refused {
            asked: "GET http://r/x".into(),
            status: 404,
            words: "no (40401)".into(),
        };
        assert_eq!(refused.to_string(), "GET http://r/x: the server answered 404: no (40401)");
        let attempt = |address: &str| Attempt { address: address.into(), cause: "gone".into() };
        let nobody = HttpError::Unreachable { attempts: vec![attempt("a"), attempt("b")] };
        assert_eq!(nobody.to_string(), "nobody answers at `a`: gone; `b`: gone");
    }
}
