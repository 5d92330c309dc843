//! A listener's door: what is spoken there, who is let in, and where clients are sent.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use openssl::ssl::SslContext;

use super::tls;
use crate::base::limits;
use crate::broker::auth::bearer::{BearerRules, Keys};
use crate::broker::auth::jaas;
use crate::broker::auth::plain::PlainUsers;
use crate::broker::auth::principal::MappingRules;
use crate::broker::auth::sasl::Mechanism;
use crate::broker::config::StaticConfig;
use crate::broker::config::listeners::{ListenerConfig, Protocol, Scoped};
use crate::broker::disk::{self, os::OsDisk};
use crate::broker::meta::state::Endpoint;

/// Why a listener cannot be made as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum FrontError {
    #[error("`{name}` of listener {listener}: {why}")]
    Config { listener: String, name: String, why: String },
    #[error("cannot listen on {address}: {error}")]
    Bind { address: String, error: std::io::Error },
}

/// Somebody who may log in by a password.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub password: String,
}

impl fmt::Debug for User {
    /// Hides the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "User({})", self.name)
    }
}

/// A listener as its connections see it.
pub(crate) struct Front {
    pub(crate) name: String,
    pub(crate) protocol: Protocol,
    /// Where clients are told to come.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(super) tls: Option<Tls>,
    pub(crate) sasl: Option<Sasl>,
}

pub(super) struct Tls {
    pub(super) context: SslContext,
    pub(super) mapping: MappingRules,
}

pub(crate) struct Sasl {
    /// Each with how long a login holds (`connections.max.reauth.ms`): 0 is for good.
    pub(crate) mechanisms: Vec<(Mechanism, i64)>,
    pub(crate) plain: PlainUsers,
    pub(crate) bearer: BearerRules,
    /// `sasl.server.max.receive.size`.
    pub(super) frame_bytes: usize,
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Front({} {} {}:{})", self.name, self.protocol.name(), self.host, self.port)
    }
}

impl Front {
    /// Returns the door that is open to everybody.
    pub(super) fn plaintext(address: SocketAddr) -> Self {
        Front {
            name: "PLAINTEXT".into(),
            protocol: Protocol::Plaintext,
            host: host_of(address),
            port: address.port(),
            tls: None,
            sasl: None,
        }
    }

    /// Reads what a listener is configured to be.
    pub(super) fn of(
        listener: &ListenerConfig,
        config: &StaticConfig,
        users: &[User],
        address: SocketAddr,
    ) -> Result<Self, FrontError> {
        let scoped = Scoped::new(config, &listener.name);
        let protocol = listener.protocol;
        let bad = |name: &str, why: String| FrontError::Config {
            listener: listener.name.clone(),
            name: name.to_owned(),
            why,
        };
        let tls = if protocol.has_tls() {
            let context = tls::context(scoped).map_err(|(name, why)| bad(name, why))?;
            let name = "ssl.principal.mapping.rules";
            let mapping = MappingRules::parse(&scoped.string(name));
            let mapping = mapping.map_err(|error| bad(name, error.to_string()))?;
            Some(Tls { context, mapping })
        } else {
            None
        };
        let sasl = if protocol.has_sasl() {
            Some(sasl(scoped, users).map_err(|(name, why)| bad(name, why))?)
        } else {
            None
        };
        let (host, port) = match &listener.advertised {
            Some((host, 0)) => (host.clone(), address.port()),
            Some((host, port)) => (host.clone(), *port),
            // A name that was given is a name that others can use.
            None if named(&listener.host) => (listener.host.clone(), address.port()),
            None => (host_of(address), address.port()),
        };
        Ok(Front { name: listener.name.clone(), protocol, host, port, tls, sasl })
    }

    /// Returns the listener as the metadata log names it.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint {
            name: self.name.clone(),
            host: self.host.clone(),
            port: self.port,
            security_protocol: self.protocol.id(),
        }
    }
}

fn named(host: &str) -> bool {
    !host.is_empty() && host.parse::<IpAddr>().is_err()
}

/// Returns the host that clients are told: a listener on all addresses is reached on loopback.
fn host_of(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => "127.0.0.1".into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => "::1".into(),
        _ => address.ip().to_string(),
    }
}

type Bad = (&'static str, String);

fn sasl(scoped: Scoped<'_>, users: &[User]) -> Result<Sasl, Bad> {
    let mut mechanisms = Vec::new();
    let default_ms = scoped.number("connections.max.reauth.ms");
    for name in scoped.list("sasl.enabled.mechanisms") {
        let mechanism = Mechanism::named(&name);
        let why = || {
            format!(
                "there is no {name} here: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER are"
            )
        };
        let mechanism = mechanism.ok_or_else(|| ("sasl.enabled.mechanisms", why()))?;
        let own = scoped.of_mechanism(&name, "connections.max.reauth.ms");
        let reauth_ms = own.and_then(|text| text.trim().parse().ok()).unwrap_or(default_ms);
        mechanisms.push((mechanism, reauth_ms));
    }
    if mechanisms.is_empty() {
        return Err(("sasl.enabled.mechanisms", "No SASL mechanisms are enabled".into()));
    }
    let entry = |mechanism: &str| match scoped.of_mechanism(mechanism, "sasl.jaas.config") {
        Some(text) => {
            jaas::parse(text).map(Some).map_err(|error| ("sasl.jaas.config", error.to_string()))
        }
        None => Ok(None),
    };
    let mut plain = entry("PLAIN")?.as_ref().map(PlainUsers::of).unwrap_or_default();
    for user in users {
        plain.add(&user.name, &user.password);
    }
    let frame_bytes = usize::try_from(scoped.number("sasl.server.max.receive.size")).unwrap_or(0);
    Ok(Sasl {
        mechanisms,
        plain,
        bearer: bearer(scoped, entry("OAUTHBEARER")?)?,
        frame_bytes: frame_bytes.min(limits::SASL_FRAME_BYTES_MAX),
    })
}

/// The options that Kafka's checker of unsecured tokens has: where claims are, and what scopes
/// there must be.
const UNSECURED: &str = "unsecuredValidator";

fn bearer(scoped: Scoped<'_>, entry: Option<jaas::Entry>) -> Result<BearerRules, Bad> {
    const URL: &str = "sasl.oauthbearer.jwks.endpoint.url";
    let keys = match scoped.text(URL).map(str::trim).filter(|url| !url.is_empty()) {
        None => None,
        Some(url) => {
            let path = url.strip_prefix("file://");
            let path = path.ok_or_else(|| (URL, "only file:///path is read".to_owned()))?;
            Some(Keys::parse(&file(URL, path)?).map_err(|error| (URL, error.to_string()))?)
        }
    };
    let option = |name: &str| {
        let entry = entry.as_ref()?;
        entry.options.get(&format!("{UNSECURED}{name}")).cloned()
    };
    let unsecured = keys.is_none();
    let claim = |own: &str, config: &str| match option(own).filter(|_| unsecured) {
        Some(own) => own,
        None => scoped.string(config),
    };
    let scopes = option("RequiredScope").filter(|_| unsecured).unwrap_or_default();
    let skew_ms = match option("AllowableClockSkewMs").filter(|_| unsecured) {
        Some(text) => text.parse().map_err(|_| {
            ("sasl.jaas.config", "unsecuredValidatorAllowableClockSkewMs is no number".to_owned())
        })?,
        None if unsecured => 0,
        None => scoped.number("sasl.oauthbearer.clock.skew.seconds").saturating_mul(1000),
    };
    Ok(BearerRules {
        keys,
        scope_claim: claim("ScopeClaimName", "sasl.oauthbearer.scope.claim.name"),
        sub_claim: claim("PrincipalClaimName", "sasl.oauthbearer.sub.claim.name"),
        audience: scoped.list("sasl.oauthbearer.expected.audience"),
        issuer: Some(scoped.string("sasl.oauthbearer.expected.issuer")).filter(|i| !i.is_empty()),
        skew_ms,
        scopes: scopes.split_whitespace().map(str::to_owned).collect(),
    })
}

/// Reads a file that a config names.
pub(super) fn file(name: &'static str, path: &str) -> Result<Vec<u8>, Bad> {
    let read = disk::read(&OsDisk::passing(), Path::new(path));
    read.map_err(|error| (name, format!("`{path}` cannot be read: {error}")))
}
