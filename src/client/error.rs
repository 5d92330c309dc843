//! What can go wrong between us and a cluster. Variants carry data; the edge adds the advice.

use std::fmt;
use std::time::Duration;

use crate::wire::ErrorCode;
use crate::wire::batch::BatchError;
use crate::wire::primitives::{DecodeError, EncodeError};
use crate::wire::schema::Versions;

/// One address that was tried, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub address: String,
    pub cause: String,
}

/// Why a cluster did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No broker could be reached at all, or not the one that is needed.
    #[error("no broker answers at {}", Attempts(.attempts))]
    Unreachable { attempts: Vec<Attempt> },
    /// The transport works and the peer refuses us: TLS.
    #[error("no TLS connection to `{address}`: {cause}")]
    Tls { address: String, cause: String },
    /// The transport works and the peer refuses us: SASL.
    #[error("`{address}` refuses the login by {mechanism}: {cause}")]
    Login { address: String, mechanism: String, cause: String },
    /// A broker was reached, and the connection broke before its answer.
    #[error("the connection to `{address}` broke while it was asked for {api}: {cause}")]
    Disconnected { address: String, api: &'static str, cause: String },
    /// A broker was reached, and did not answer in time.
    #[error("`{address}` did not answer {api} within {}", Seconds(*.after))]
    Timeout { address: String, api: &'static str, after: Duration },
    /// Trying again did not help until the time was up.
    #[error("{what} did not succeed within {}", Seconds(*.after))]
    GaveUp {
        what: String,
        after: Duration,
        #[source]
        last: Box<ClientError>,
    },
    /// What came back is not Kafka's protocol.
    #[error("`{address}` answered {api} with bytes that cannot be read: {cause}")]
    Garbled { address: String, api: &'static str, cause: String },
    /// We and the broker have no version of an API in common.
    #[error(
        "`{address}` {}, and this program speaks {api} in versions {} to {}",
        Theirs(api, *.theirs), .ours.first, .ours.last
    )]
    Unsupported { address: String, api: &'static str, theirs: Option<Versions>, ours: Versions },
    /// The broker read the request and refused it.
    #[error("the broker answered {code}{}", Said(.message))]
    Refused { code: ErrorCode, message: Option<String> },
    /// A request cannot be written as asked in the version that the broker speaks.
    #[error("{api} cannot be asked of `{address}` in version {version}: {cause}")]
    Unwritable { address: String, api: &'static str, version: i16, cause: EncodeError },
    /// A topic does not exist (or may not be seen).
    #[error("topic `{topic}` does not exist")]
    NoTopic { topic: String },
    /// A partition does not exist.
    #[error("topic `{topic}` has no partition {partition}: it has {count}")]
    NoPartition { topic: String, partition: i32, count: usize },
    /// A broker that the cluster named is not among its brokers.
    #[error("the cluster knows no broker {node}")]
    NoNode { node: i32 },
    /// A client property has a value that cannot be used.
    #[error("the property `{name}` cannot be used: {why}")]
    Property { name: String, why: String },
    /// A batch of records cannot be read.
    #[error("partition {partition} of topic `{topic}` cannot be read at offset {offset}: {cause}")]
    Corrupt { topic: String, partition: i32, offset: i64, cause: BatchError },
    /// librdkafka gave up, in its own words.
    #[error("{0}")]
    Rdkafka(String),
}

impl ClientError {
    /// An answer's code as a result.
    pub fn check(code: i16, message: Option<&str>) -> Result<(), ClientError> {
        match ErrorCode(code).ok() {
            Ok(()) => Ok(()),
            Err(code) => Err(ClientError::Refused { code, message: message.map(str::to_owned) }),
        }
    }

    /// The error for bytes that do not decode.
    pub(super) fn garbled(address: &str, api: &'static str, cause: &DecodeError) -> Self {
        ClientError::Garbled { address: address.to_owned(), api, cause: cause.to_string() }
    }

    /// The broker's error code, if a broker answered with one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            ClientError::Refused { code, .. } => Some(*code),
            ClientError::GaveUp { last, .. } => last.code(),
            _ => None,
        }
    }

    /// Says whether the same request may well succeed in a moment. A topic that is not known is
    /// retriable by Kafka's book; here it is an answer, because nobody is about to create it.
    pub fn is_transient(&self) -> bool {
        match self {
            ClientError::Refused { code, .. } => {
                code.is_retriable()
                    && *code != ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
                    && *code != ErrorCode::UNKNOWN_TOPIC_ID
            }
            ClientError::Disconnected { .. } => true,
            _ => false,
        }
    }
}

struct Attempts<'a>(&'a [Attempt]);

impl fmt::Display for Attempts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, attempt) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}`{}`: {}", attempt.address, attempt.cause)?;
        }
        Ok(())
    }
}

/// What a broker says of an API of which we have no version in common.
struct Theirs<'a>(&'a str, Option<Versions>);

impl fmt::Display for Theirs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(v) => write!(f, "speaks {} in versions {} to {}", self.0, v.first, v.last),
            None => write!(f, "does not serve {}", self.0),
        }
    }
}

/// The broker's own words, if it had any.
struct Said<'a>(&'a Option<String>);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_deref() {
            Some(text) if !text.is_empty() => write!(f, ": {}", text.trim_end_matches('.')),
            _ => Ok(()),
        }
    }
}

struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.as_millis();
        if ms.is_multiple_of(1000) { write!(f, "{} s", ms / 1000) } else { write!(f, "{ms} ms") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_address_and_the_cause() {
        let attempt = |address: &str, cause: &str| Attempt {
            address: address.to_owned(),
            cause: cause.to_owned(),
        };
        let error = ClientError::Unreachable {
            attempts: vec![attempt("a:1", "connection refused"), attempt("b:2", "timed out")],
        };
        assert_eq!(
            error.to_string(),
            "no broker answers at `a:1`: connection refused; `b:2`: timed out"
        );
        let error = ClientError::Unsupported {
            address: "a:1".to_owned(),
            api: "ConsumerGroupDescribe",
            theirs: Some(Versions { first: 0, last: 1 }),
            ours: Versions { first: 2, last: 3 },
        };
        assert_eq!(
            error.to_string(),
            "`a:1` speaks ConsumerGroupDescribe in versions 0 to 1, \
             and this program speaks ConsumerGroupDescribe in versions 2 to 3"
        );
        let error = ClientError::check(37, Some("Too many.")).unwrap_err();
        assert_eq!(error.to_string(), "the broker answered INVALID_PARTITIONS (37): Too many");
    }

    #[test]
    fn what_is_transient() {
        let refused = |code| ClientError::check(code, None).unwrap_err().is_transient();
        assert!(refused(14));
        assert!(!refused(3));
        assert!(!refused(37));
    }
}
