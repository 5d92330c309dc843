//! Which Connect workers, and how to talk to them.
//!
//! Flags win over the environment, and that over the `connect.*` keys of a properties file, which
//! may be the same file that has the settings of the cluster:
//!
//! ```text
//! connect.url=https://a:8083,https://b:8083
//! connect.basic.auth.user.info=user:password
//! connect.bearer.auth.token=…
//! connect.ssl.ca.location=ca.pem
//! ```
//!
//! What follows `connect.ssl.` is spelled as librdkafka or Java spells it for brokers.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::env::Env;
use super::{SettingsError, env, java, read_properties, words};

/// The worker that is asked when nothing else is said.
pub const DEFAULT_CONNECT: &str = "http://localhost:8083";

/// How the keys of Connect begin in a properties file.
pub(super) const PREFIX: &str = "connect.";

/// What the command line says about the workers.
#[derive(Clone, Default)]
pub struct ConnectWords {
    pub url: Option<String>,
    pub user: Option<(String, String)>,
    pub token: Option<String>,
    pub ca: Option<PathBuf>,
    pub cert: Option<PathBuf>,
    pub key: Option<PathBuf>,
    pub insecure: bool,
    pub command_config: Option<PathBuf>,
}

/// The settings, checked.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Connect {
    /// URLs, comma separated.
    pub urls: String,
    pub user: Option<(String, String)>,
    pub token: Option<String>,
    /// TLS, under librdkafka's names.
    pub tls: BTreeMap<String, String>,
}

impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user.as_ref().map(|(user, _)| user);
        let keys: Vec<&String> = self.tls.keys().collect();
        f.debug_struct("Connect").field("user", &user).field("tls", &keys).finish_non_exhaustive()
    }
}

impl ConnectWords {
    /// Checks and merges: flags, then the environment, then the file, then the default.
    pub fn resolve(self, env: &Env) -> Result<Connect, SettingsError> {
        let mut file = match &self.command_config {
            Some(path) => connect_keys(read_properties(path)?),
            None => BTreeMap::new(),
        };
        let env = |name| env.get(name).map(str::to_owned);
        let urls = self.url.or_else(|| env(env::CONNECT)).or_else(|| file.remove("url"));
        let (user, token) = match (self.user, self.token) {
            (None, None) => {
                let user = env(env::CONNECT_USER);
                let token = env(env::CONNECT_TOKEN);
                let (user, token) = match user.is_some() || token.is_some() {
                    true => (user, token),
                    false => {
                        (file.remove("basic.auth.user.info"), file.remove("bearer.auth.token"))
                    }
                };
                (user.map(|text| words::login(&text)).transpose()?, token)
            }
            said => said,
        };
        file.remove("url");
        file.remove("basic.auth.user.info");
        file.remove("bearer.auth.token");
        if let Some(key) = file.keys().find(|key| !key.starts_with("ssl.")) {
            let key = format!("{PREFIX}{key}");
            return Err(SettingsError::UnknownProperty { key, nearest: None });
        }
        let mut tls = java::translate(file)?.properties;
        let paths = [
            ("ssl.ca.location", self.ca),
            ("ssl.certificate.location", self.cert),
            ("ssl.key.location", self.key),
        ];
        for (key, path) in paths {
            if let Some(path) = path {
                tls.insert(key.to_owned(), path.to_string_lossy().into_owned());
            }
        }
        if self.insecure {
            tls.insert("enable.ssl.certificate.verification".to_owned(), "false".to_owned());
        }
        let urls = urls.unwrap_or_else(|| DEFAULT_CONNECT.to_owned());
        Ok(Connect { urls, user, token, tls })
    }
}

/// The keys of Connect, without what they begin with.
fn connect_keys(pairs: Vec<(String, String)>) -> BTreeMap<String, String> {
    let own = |(key, value): (String, String)| Some((key.strip_prefix(PREFIX)?.to_owned(), value));
    pairs.into_iter().filter_map(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&str, &str)]) -> Env {
        Env::of(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    fn file(text: &str) -> (tempfile::TempDir, ConnectWords) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("client.properties");
        std::fs::write(&path, text).unwrap();
        (dir, ConnectWords { command_config: Some(path), ..ConnectWords::default() })
    }

    const FILE: &str = "bootstrap.servers=b:1\nsasl.password=x\nconnect.url=http://file:1\n\
                        connect.basic.auth.user.info=f:hunter2\nconnect.ssl.truststore.type=PEM\n\
                        connect.ssl.truststore.location=/ca.pem\n";

    #[test]
    fn the_nearest_place_wins() {
        let (_dir, words) = file(FILE);
        let all = env(&[("RK_CONNECT", "http://env:1"), ("RK_CONNECT_TOKEN", "t")]);
        let settings = words.clone().resolve(&Env::default()).unwrap();
        assert_eq!(settings.urls, "http://file:1");
        assert_eq!(settings.user, Some(("f".into(), "hunter2".into())));
        assert_eq!(settings.tls["ssl.ca.location"], "/ca.pem");
        assert!(!format!("{settings:?}").contains("hunter2"));
        let settings = words.clone().resolve(&all).unwrap();
        assert_eq!((&*settings.urls, settings.token.as_deref()), ("http://env:1", Some("t")));
        assert_eq!(settings.user, None);
        let user = Some(("u".to_owned(), "p".to_owned()));
        let flags = ConnectWords {
            url: Some("http://flag:1".into()),
            user: user.clone(),
            insecure: true,
            ca: Some("/other.pem".into()),
            ..words
        };
        let settings = flags.resolve(&all).unwrap();
        assert_eq!((&*settings.urls, settings.token), ("http://flag:1", None));
        assert_eq!(settings.user, user);
        assert_eq!(settings.tls["ssl.ca.location"], "/other.pem");
        assert_eq!(settings.tls["enable.ssl.certificate.verification"], "false");
        let settings = ConnectWords::default().resolve(&Env::default()).unwrap();
        assert_eq!(settings.urls, DEFAULT_CONNECT);
    }

    #[test]
    fn a_key_that_means_nothing_is_named() {
        for (text, want) in [
            ("connect.uri=x", "unknown client property `connect.uri`"),
            ("connect.basic.auth.user.info=x", "is not of the form `user:password`"),
        ] {
            let (_dir, words) = file(text);
            let error = words.resolve(&Env::default()).unwrap_err().to_string();
            assert!(error.contains(want), "{error}");
        }
    }
}
