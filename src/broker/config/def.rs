//! One row of the table of configs.

use super::check::Check;
use super::error::ConfigError;
use super::value::{Kind, Value};

/// Whether, and for whom, a config can be changed while the broker runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A broker config that is given at start-up and then stays.
    ReadOnly,
    /// A broker config that can be changed for one broker or for all.
    Dynamic,
    /// A topic's, a group's or a client metrics subscription's config.
    Resource,
}

/// A config: what it is called, what it may be, and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct ConfigDef {
    pub name: &'static str,
    pub kind: Kind,
    /// The default as text, if there is one.
    pub default: Option<&'static str>,
    pub check: Check,
    pub scope: Scope,
    /// The broker configs that stand in where this one is not set, first come first served, and
    /// by what their values are multiplied.
    pub synonyms: &'static [(&'static str, i64)],
    pub doc: &'static str,
}

impl ConfigDef {
    /// Parses a text and checks it.
    pub fn parse(&self, text: &str) -> Result<Value, ConfigError> {
        let value = self.kind.parse(self.name, text)?;
        self.check.check(self.name, &value)?;
        Ok(value)
    }

    /// Returns the default, if there is one.
    pub fn default_value(&self) -> Option<Value> {
        // The table's own texts parse: a test says so.
        self.default.and_then(|text| self.kind.parse(self.name, text).ok())
    }

    /// Says whether the value is a secret, which is never told.
    pub fn is_sensitive(&self) -> bool {
        self.kind == Kind::Password
    }
}
