//! What our own client takes from the client properties, under librdkafka's names.

use std::collections::BTreeMap;
use std::time::Duration;

use super::error::ClientError;
use super::sasl::Sasl;
use super::tls::Tls;
use crate::base::clock::System;

/// Client properties: librdkafka's names and the values as text.
pub type Properties = BTreeMap<String, String>;

/// How long the first broker may take to answer, all addresses together.
const CONNECT_TIMEOUT_MS: u64 = 5_000;
/// How long a broker that has answered before may take for a request.
const REQUEST_TIMEOUT_MS: u64 = 30_000;

/// Which addresses of a host name are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Any,
    V4,
    V6,
}

/// The settings of a connection, checked.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// What the cluster is entered by, in the order given.
    pub(super) bootstrap: Vec<(String, u16)>,
    pub(super) client_id: String,
    pub(super) connect_timeout: Duration,
    pub(super) request_timeout: Duration,
    pub(super) family: Family,
    pub(super) tls: Option<Tls>,
    pub(super) sasl: Option<Sasl>,
}

impl Options {
    pub(super) fn of(brokers: &str, properties: &Properties) -> Result<Self, ClientError> {
        let (tls, sasl) = protocol(properties)?;
        Ok(Options {
            bootstrap: addresses(brokers)?,
            client_id: properties.get("client.id").cloned().unwrap_or_else(|| "rk".to_owned()),
            connect_timeout: millis(
                properties,
                "socket.connection.setup.timeout.ms",
                CONNECT_TIMEOUT_MS,
            )?,
            request_timeout: millis(properties, "socket.timeout.ms", REQUEST_TIMEOUT_MS)?,
            family: match properties.get("broker.address.family").map(String::as_str) {
                None | Some("any") => Family::Any,
                Some("v4") => Family::V4,
                Some("v6") => Family::V6,
                Some(_) => return Err(refuse("broker.address.family", "any, v4 or v6")),
            },
            tls: tls.then(|| Tls::of(properties)).transpose()?,
            sasl: sasl.then(|| Sasl::of(properties, &System)).transpose()?,
        })
    }
}

/// Reads `security.protocol`: whether there is TLS, and whether there is a login.
fn protocol(properties: &Properties) -> Result<(bool, bool), ClientError> {
    let name = "security.protocol";
    let protocol = properties.get(name).map_or("plaintext".to_owned(), |p| p.to_lowercase());
    match protocol.as_str() {
        "plaintext" => Ok((false, false)),
        "ssl" => Ok((true, false)),
        "sasl_plaintext" => Ok((false, true)),
        "sasl_ssl" => Ok((true, true)),
        _ => Err(refuse(name, "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL")),
    }
}

/// Reads a property that is true or false.
pub(super) fn flag(
    properties: &Properties,
    name: &str,
    default: bool,
) -> Result<bool, ClientError> {
    match properties.get(name).map(String::as_str) {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(refuse(name, "true or false")),
    }
}

/// Sets a property unless it is set already, under this name or another of its `names`.
pub(super) fn default_to(properties: &mut Properties, names: &[&str], value: &str) {
    if !names.iter().any(|name| properties.contains_key(*name)) {
        properties.insert(names[0].to_owned(), value.to_owned());
    }
}

/// Returns the properties of a client of librdkafka's: what both of its clients have in common.
pub(super) fn for_librdkafka(brokers: &str, properties: &Properties) -> Properties {
    let mut all = properties.clone();
    all.insert("bootstrap.servers".to_owned(), brokers.to_owned());
    default_to(&mut all, &["client.id"], "rk");
    let backoffs = ["reconnect.backoff.ms", "reconnect.backoff.max.ms"];
    if !backoffs.iter().any(|name| all.contains_key(*name)) {
        // The pause also comes between the broker that a client begins with and the next: with
        // librdkafka's 100 ms a run of a few milliseconds waits for nothing. It doubles at each
        // failure, up to the second that Java's clients have.
        all.insert(backoffs[0].to_owned(), "1".to_owned());
        all.insert(backoffs[1].to_owned(), "1000".to_owned());
    }
    if protocol(properties).is_ok_and(|(tls, _)| tls) {
        // OpenSSL is built in and knows no certificates: librdkafka is to look for them.
        default_to(&mut all, &["ssl.ca.location", "ssl.ca.pem"], "probe");
    }
    all
}

/// The error for a property whose value is none of the `allowed`.
pub(super) fn refuse(name: &str, allowed: &str) -> ClientError {
    ClientError::Property { name: name.to_owned(), why: format!("the value must be {allowed}") }
}

fn millis(properties: &Properties, name: &str, default: u64) -> Result<Duration, ClientError> {
    let ms = match properties.get(name) {
        None => default,
        Some(text) => match text.trim().parse() {
            Ok(ms) if (1..=3_600_000).contains(&ms) => ms,
            _ => return Err(refuse(name, "a number of milliseconds from 1 to 3600000")),
        },
    };
    Ok(Duration::from_millis(ms))
}

/// Reads a list of addresses: `host`, `host:port`, `[::1]:port`, with or without a protocol in
/// front (`PLAINTEXT://`), separated by commas. The port is 9092 where there is none.
fn addresses(text: &str) -> Result<Vec<(String, u16)>, ClientError> {
    let bad = |entry: &str| ClientError::Property {
        name: "bootstrap.servers".to_owned(),
        why: format!("`{entry}` is not an address: HOST:PORT is expected"),
    };
    let mut list = Vec::new();
    for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        let address = entry.split_once("://").map_or(entry, |(_, rest)| rest);
        let (host, port) = match address.strip_prefix('[') {
            Some(rest) => {
                let (host, rest) = rest.split_once(']').ok_or_else(|| bad(entry))?;
                (host, rest.strip_prefix(':').or_else(|| rest.is_empty().then_some("")))
            }
            None if address.matches(':').count() > 1 => (address, Some("")),
            None => match address.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (address, Some("")),
            },
        };
        let port = match port {
            Some("") if !address.ends_with(':') || address.ends_with("::") => 9092,
            Some(port) => port.parse().ok().filter(|port| *port != 0).ok_or_else(|| bad(entry))?,
            None => return Err(bad(entry)),
        };
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err(bad(entry));
        }
        list.push((host.to_owned(), port));
    }
    if list.is_empty() { Err(bad(text)) } else { Ok(list) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let known: &[(&str, &[(&str, u16)])] = &[
            ("localhost:9092", &[("localhost", 9092)]),
            ("localhost", &[("localhost", 9092)]),
            ("a:1, b:2,", &[("a", 1), ("b", 2)]),
            ("SASL_SSL://a:1", &[("a", 1)]),
            ("[::1]:19092", &[("::1", 19092)]),
            ("[::1]", &[("::1", 9092)]),
            ("::1", &[("::1", 9092)]),
        ];
        for (text, want) in known {
            let want: Vec<_> =
                want.iter().map(|(host, port)| ((*host).to_owned(), *port)).collect();
            assert_eq!(addresses(text).unwrap(), want, "{text}");
        }
        for text in ["", ",", "a:", "a:0", "a:99999", "a:x", ":9092", "[::1", "[::1]x", "a b:1"] {
            assert!(addresses(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_checked() {
        let with = |value: &str| {
            let all = BTreeMap::from([("socket.timeout.ms".to_owned(), value.to_owned())]);
            Options::of("a:1", &all).map(|o| o.request_timeout.as_millis())
        };
        assert_eq!(with("250").unwrap(), 250);
        assert!(with("0").is_err());
        assert!(with("soon").is_err());
    }
}
