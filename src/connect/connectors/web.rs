//! What connectors that speak HTTP share: TLS under the names that Java's connectors have, and
//! what it means when a request does not come through.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::client::Properties;
use crate::connect::error::ConnectError;
use crate::http::HttpError;
use crate::settings::ClusterWords;
use crate::settings::env::Env;

/// Why something could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It may well succeed in a moment.
    Passing(String),
    /// It will not, until somebody changes something.
    Lasting(String),
}

impl From<HttpError> for Trouble {
    fn from(error: HttpError) -> Self {
        let told = error.to_string();
        match error {
            HttpError::Unreachable { .. }
            | HttpError::Broken { .. }
            | HttpError::Stopped { .. } => Trouble::Passing(told),
            HttpError::Refused { status, .. } if is_passing(status) => Trouble::Passing(told),
            _ => Trouble::Lasting(told),
        }
    }
}

/// Says whether a status means that the same request may succeed in a moment.
pub(super) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502..=504)
}

/// A setting of Aiven's connector that is no property of TLS.
const OWN: &str = "ssl.trust.all.certs";

/// Reads the properties of TLS that stand behind a prefix, as Java or librdkafka spells them.
pub(super) fn tls(all: &BTreeMap<String, String>, prefix: &str) -> Result<Properties, String> {
    let behind = |(name, value): (&String, &String)| {
        let name = name.strip_prefix(prefix)?;
        let is_tls = name.starts_with("ssl.") && name != OWN;
        is_tls.then(|| (name.to_owned(), value.clone()))
    };
    let properties = all.iter().filter_map(behind).collect();
    let words = ClusterWords { properties, ..ClusterWords::default() };
    let resolved = words.resolve(&Env::default()).map_err(|error| error.to_string())?;
    let mut tls = resolved.cluster.properties;
    tls.retain(|name, _| name.contains("ssl."));
    Ok(tls)
}

/// Counts attempts at the same thing, and says how long to wait before the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    retries_max: u64,
    first_wait: Duration,
    /// Whether each wait is twice as long as the one before.
    doubles: bool,
    failed: u64,
    wait: Duration,
}

/// No wait is longer than this, however often it was doubled.
const WAIT_MAX: Duration = Duration::from_secs(60 * 60);

impl Patience {
    pub(super) fn of(retries_max: u64, first_wait: Duration, doubles: bool) -> Self {
        Patience { retries_max, first_wait, doubles, failed: 0, wait: first_wait }
    }

    /// Takes note of a success.
    pub(super) fn renew(&mut self) {
        self.failed = 0;
    }

    /// Whether there was a failure since the last success.
    pub(super) fn is_tried(&self) -> bool {
        self.failed > 0
    }

    /// Takes note of a failure: it comes back as one that is tried again, or as the end.
    pub(super) fn fail(&mut self, why: &str) -> ConnectError {
        self.failed += 1;
        if self.failed > self.retries_max {
            let tries = self.failed;
            return ConnectError::connect(format!("{why}; given up after {tries} attempts"));
        }
        let times = if self.doubles { u32::try_from(self.failed - 1).unwrap_or(31) } else { 0 };
        let factor = 2u32.saturating_pow(times.min(31));
        self.wait = self.first_wait.saturating_mul(factor).min(WAIT_MAX.max(self.first_wait));
        ConnectError::retriable(why)
    }

    /// How long to wait now.
    pub(super) fn wait(&self) -> Duration {
        self.wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_doubles_its_waits_and_has_an_end() {
        let mut patience = Patience::of(3, Duration::from_millis(100), true);
        for wait in [100, 200, 400] {
            assert!(patience.fail("busy").is_retriable());
            assert_eq!(patience.wait(), Duration::from_millis(wait));
        }
        let end = patience.fail("busy");
        assert!(!end.is_retriable());
        assert_eq!(end.message, "busy; given up after 4 attempts");
        patience.renew();
        assert!(!patience.is_tried() && patience.fail("busy").is_retriable());
        let mut even = Patience::of(9, Duration::from_millis(100), false);
        let _ = even.fail("busy");
        let _ = even.fail("busy");
        assert_eq!(even.wait(), Duration::from_millis(100));
    }

    #[test]
    fn tls_is_read_behind_its_prefix() {
        let all = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
        };
        let read = tls(
            &all(&[
                ("x.ssl.truststore.type", "PEM"),
                ("x.ssl.truststore.location", "/ca.pem"),
                ("y", "1"),
            ]),
            "x.",
        );
        let want = Properties::from([("ssl.ca.location".to_owned(), "/ca.pem".to_owned())]);
        assert_eq!(read, Ok(want));
        assert!(tls(&all(&[("x.ssl.truststore.location", "/t.jks")]), "x.").is_err());
        assert!(tls(&all(&[("x.ssl.nonsense", "1")]), "x.").is_err());
    }

    #[test]
    fn what_may_pass_is_told_from_what_lasts() {
        let refused = |status| {
            let words = String::new();
            Trouble::from(HttpError::Refused { asked: "GET /".into(), status, words })
        };
        for status in [408, 429, 500, 502, 503, 504] {
            assert!(matches!(refused(status), Trouble::Passing(_)), "{status}");
        }
        for status in [400, 401, 403, 404, 413, 501] {
            assert!(matches!(refused(status), Trouble::Lasting(_)), "{status}");
        }
    }
}
