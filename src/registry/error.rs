//! What can go wrong with schemas and their registry.

use crate::http::{Answer, HttpError};

/// Why there is no schema.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The answer is JSON, and not what a registry says.
    #[error("the registry's answer is not a schema: there is {what}")]
    Odd { what: String },
    #[error("the schema refers to `{name}`, version {version} of `{subject}`: {why}")]
    Reference { name: String, subject: String, version: i64, why: String },
    #[error("the schema refers to more than {0} others, or in a circle")]
    TooManyReferences(usize),
    /// A schema is in no state to be used.
    #[error("the schema cannot be used: {0}")]
    Unusable(String),
    #[error(
        "the registry tells no GUID of the schema {number}: it is too old for schema ids in headers"
    )]
    NoGuid { number: u32 },
    #[error("the schema {number} is of type {is}, not {wanted}")]
    OtherType { number: String, is: &'static str, wanted: &'static str },
    #[error("a subject cannot be named after the record: the schema's type has no name")]
    NoName,
    #[error("cannot read `{path}`: {why}")]
    File { path: String, why: String },
}

impl RegistryError {
    pub(super) fn odd(answer: &Answer, what: &str) -> Self {
        RegistryError::Odd { what: format!("{what} in the answer to {}", answer.asked) }
    }

    /// Says whether asking again has no use.
    pub(super) fn is_lasting(&self) -> bool {
        match self {
            RegistryError::Http(error) => matches!(error.status(), Some(400..=499)),
            _ => true,
        }
    }
}
