//! The environment: every variable that `rk` reads, named once and read once.

use std::collections::BTreeMap;

/// Where brokers come from when `--brokers` is not given, first found first.
pub const BROKERS: &[&str] = &["RK_BROKERS", "BOOTSTRAP_SERVERS"];
/// Where Schema Registry is when `--registry` is not given.
pub const REGISTRY: &str = "RK_REGISTRY";
/// The Connect workers, and who to be to them: `user:password`, or a bearer token.
pub const CONNECT: &str = "RK_CONNECT";
pub const CONNECT_USER: &str = "RK_CONNECT_USER";
pub const CONNECT_TOKEN: &str = "RK_CONNECT_TOKEN";
/// Any value but the empty one switches colour off (<https://no-color.org>).
pub const NO_COLOR: &str = "NO_COLOR";
/// `dumb` says that the terminal knows no colour.
pub const TERM: &str = "TERM";

const ALL: &[&str] = &[
    "RK_BROKERS",
    "BOOTSTRAP_SERVERS",
    REGISTRY,
    CONNECT,
    CONNECT_USER,
    CONNECT_TOKEN,
    NO_COLOR,
    TERM,
];

/// The variables of one run. A variable that is set to nothing counts as not set.
#[derive(Clone, Debug, Default)]
pub struct Env(BTreeMap<&'static str, String>);

impl Env {
    /// Reads the process's own variables.
    pub fn of_process() -> Self {
        Env::of(|name| std::env::var(name).ok())
    }

    /// Reads variables from anywhere.
    pub fn of(read: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &&'static str| Some((*name, read(name)?));
        Env(ALL.iter().filter_map(read).filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Returns a variable's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}
