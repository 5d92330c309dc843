//! What the worker's and the connectors' files say, checked.
//!
//! [`mod@file`] reads files in their three forms, [`providers`] puts in what `${file:…}`, `${dir:…}`
//! and `${env:…}` stand for, [`worker`] and [`connector`] have the tables of settings,
//! [`creation`] reads the rules by which a source makes topics.

pub mod connector;
pub mod creation;
pub mod file;
pub mod providers;
pub mod worker;

/// Says whether the value of a setting must never be shown.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let parts = ["password", "secret", "token", "jaas", "credential", "private.key", "key.pem"];
    parts.iter().any(|part| name.contains(part))
        || name.ends_with("ssl.keystore.key")
        || name.ends_with("basic.auth.user.info")
}
