//! What databases answer, sorted by who can do something about it.

use crate::connect::error::ConnectError;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Fault {
    /// The database is out of reach, or busy: the same may succeed in a moment.
    Connection,
    /// A record: its values do not fit.
    Record,
    /// A table is not what it was when it was last looked at.
    Stale,
    /// The settings, the database's own or ours.
    Settings,
}

/// An error of a database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(in super::super) struct DbError {
    pub(in super::super) fault: Fault,
    pub(in super::super) message: String,
}

impl DbError {
    pub(in super::super) fn new(fault: Fault, message: impl Into<String>) -> Self {
        DbError { fault, message: message.into() }
    }

    pub(in super::super) fn settings(message: impl Into<String>) -> Self {
        DbError::new(Fault::Settings, message)
    }

    /// What an SQLSTATE says. The classes are the standard's, which PostgreSQL follows closely.
    pub(super) fn of_state(state: &str, message: String) -> Self {
        let fault = match (state.get(..2).unwrap_or_default(), state) {
            // Table, column or function that is not there: perhaps it was a moment ago.
            (_, "42P01" | "42703" | "42S02" | "42S22") => Fault::Stale,
            // Types that do not go together.
            (_, "42804" | "42846") => Fault::Record,
            // A lock that was not to be had.
            (_, "55P03") => Fault::Connection,
            ("08" | "40" | "53" | "57" | "58" | "XX", _) => Fault::Connection,
            ("21" | "22" | "23" | "44" | "54" | "P0", _) => Fault::Record,
            _ => Fault::Settings,
        };
        DbError { fault, message }
    }

    /// The error as the worker's.
    pub(in super::super) fn told(self, what: &str) -> ConnectError {
        let told = match what {
            "" => self.message,
            what => format!("{what}: {}", self.message),
        };
        match self.fault {
            Fault::Connection => ConnectError::retriable(told),
            Fault::Record => ConnectError::data(told),
            Fault::Stale | Fault::Settings => ConnectError::connect(told),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_blamed_only_for_what_they_did() {
        let rows = [
            ("08006", Fault::Connection),
            ("57P01", Fault::Connection),
            ("40001", Fault::Connection),
            ("53300", Fault::Connection),
            ("22P02", Fault::Record),
            ("23505", Fault::Record),
            ("42804", Fault::Record),
            ("42P01", Fault::Stale),
            ("42501", Fault::Settings),
            ("28P01", Fault::Settings),
            ("", Fault::Settings),
        ];
        for (state, fault) in rows {
            assert_eq!(DbError::of_state(state, String::new()).fault, fault, "{state}");
        }
    }
}
