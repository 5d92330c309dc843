//! Where the broker listens and how clients come in there: `listeners` and what belongs to it.
//!
//! Source: `SocketServerConfigs`, `AbstractKafkaConfig`. A listener's own config
//! (`listener.name.NAME.CONFIG`) counts more than the broker's of the same name.

use super::error::ConfigError;
use super::fixed::StaticConfig;
use super::table;
use super::value::Value;

/// What is spoken on a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Plaintext = 0,
    Ssl = 1,
    SaslPlaintext = 2,
    SaslSsl = 3,
}

impl Protocol {
    const ALL: [Protocol; 4] =
        [Protocol::Plaintext, Protocol::Ssl, Protocol::SaslPlaintext, Protocol::SaslSsl];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Protocol::Plaintext => "PLAINTEXT",
            Protocol::Ssl => "SSL",
            Protocol::SaslPlaintext => "SASL_PLAINTEXT",
            Protocol::SaslSsl => "SASL_SSL",
        }
    }

    /// Returns the number by which the protocol travels.
    pub fn id(self) -> i16 {
        self as i16
    }

    pub fn has_tls(self) -> bool {
        matches!(self, Protocol::Ssl | Protocol::SaslSsl)
    }

    pub fn has_sasl(self) -> bool {
        matches!(self, Protocol::SaslPlaintext | Protocol::SaslSsl)
    }
}

/// One listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerConfig {
    /// In capitals, as Kafka has it.
    pub name: String,
    pub protocol: Protocol,
    /// Empty where it listens on every address.
    pub host: String,
    /// 0 takes a free one.
    pub port: u16,
    /// What clients are told, where that is another place; port 0 is the one listened on.
    pub advertised: Option<(String, u16)>,
}

fn invalid(name: &str, value: &str, why: impl ToString) -> ConfigError {
    ConfigError::invalid(name, value, why)
}

/// Reads `NAME://HOST:PORT`.
fn endpoint(config: &str, text: &str) -> Result<(String, String, u16), ConfigError> {
    let bad = || invalid(config, text, "Unable to parse listener: it is not NAME://host:port");
    let (name, place) = text.trim().split_once("://").ok_or_else(bad)?;
    let (host, port) = place.rsplit_once(':').ok_or_else(bad)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if name.is_empty() {
        return Err(bad());
    }
    Ok((name.to_uppercase(), host.to_owned(), port.parse().map_err(|_| bad())?))
}

/// Returns the listeners that are configured: none where `listeners` is not set.
pub fn listeners(config: &StaticConfig) -> Result<Vec<ListenerConfig>, ConfigError> {
    let split = |name: &str| {
        let text = config.get(name).unwrap_or_default().to_owned();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    let map_name = "listener.security.protocol.map";
    let mut protocols = Vec::new();
    for pair in split(map_name) {
        let bad = |why| invalid(map_name, &pair, why);
        let (name, protocol) =
            pair.split_once(':').ok_or_else(|| bad("it is not NAME:PROTOCOL"))?;
        let known = Protocol::named(&protocol.trim().to_uppercase());
        let protocol = known.ok_or_else(|| bad("No such security protocol"))?;
        protocols.push((name.trim().to_uppercase(), protocol));
    }
    let mut advertised = Vec::new();
    for text in split("advertised.listeners") {
        advertised.push((endpoint("advertised.listeners", &text)?, text));
    }
    let controllers = split("controller.listener.names");
    let mut out: Vec<ListenerConfig> = Vec::new();
    for text in split("listeners") {
        let (name, host, port) = endpoint("listeners", &text)?;
        let bad = |why: &str| invalid("listeners", &text, why);
        if controllers.iter().any(|controller| controller.eq_ignore_ascii_case(&name)) {
            return Err(bad("the one node has no listener of its controller's"));
        }
        let mapped = protocols.iter().find(|(mapped, _)| *mapped == name).map(|(_, p)| *p);
        // The map that Kafka has by itself names each protocol after itself.
        let default = if protocols.is_empty() { Protocol::named(&name) } else { None };
        let protocol = mapped.or(default).ok_or_else(|| {
            bad("No security protocol defined for the listener: see listener.security.protocol.map")
        })?;
        if out.iter().any(|other| other.name == name) {
            return Err(bad("Each listener must have a different name"));
        }
        if port != 0 && out.iter().any(|other| other.port == port && other.host == host) {
            return Err(bad("Each listener must have a different port"));
        }
        let own = advertised.iter().find(|((other, ..), _)| *other == name);
        let own = own.map(|((_, host, port), _)| (host.clone(), *port));
        out.push(ListenerConfig { name, protocol, host, port, advertised: own });
    }
    for ((name, host, _), text) in &advertised {
        let bad = |why: &str| Err(invalid("advertised.listeners", text, why));
        if !out.iter().any(|listener| listener.name == *name) {
            return bad("advertised.listeners listener names must be in listeners");
        }
        if host.is_empty() || host == "0.0.0.0" || host == "::" {
            return bad("advertised.listeners cannot use the nonroutable meta-address 0.0.0.0.");
        }
    }
    Ok(out)
}

/// A listener's view of the configs.
#[derive(Clone, Copy, Debug)]
pub struct Scoped<'a> {
    config: &'a StaticConfig,
    listener: &'a str,
}

impl<'a> Scoped<'a> {
    pub fn new(config: &'a StaticConfig, listener: &'a str) -> Self {
        Scoped { config, listener }
    }

    /// Returns what a listener's mechanism is given, and nobody else.
    pub fn of_mechanism(&self, mechanism: &str, name: &str) -> Option<&'a str> {
        let listener = self.listener.to_lowercase();
        let mechanism = mechanism.to_lowercase();
        self.config.extra(&format!("listener.name.{listener}.{mechanism}.{name}"))
    }

    /// Returns a value: the listener's own, the broker's, or the default.
    pub fn value(&self, name: &str) -> Option<Value> {
        let def = table::broker(name)?;
        self.text(name).and_then(|text| def.parse(text).ok()).or_else(|| def.default_value())
    }

    /// Returns the text that was given.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let own = format!("listener.name.{}.{name}", self.listener.to_lowercase());
        self.config.extra(&own).or_else(|| self.config.get(name))
    }

    pub fn list(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(Value::List(all)) => all,
            _ => Vec::new(),
        }
    }

    pub fn string(&self, name: &str) -> String {
        self.value(name).map(|value| value.to_string()).unwrap_or_default()
    }

    pub fn number(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Integer(number)) => number,
            _ => 0,
        }
    }
}

/// Configs that a listener may have for itself.
const OF_A_LISTENER: &[&str] = &[
    "connections.max.reauth.ms",
    "max.connection.creation.rate",
    "max.connections",
    "num.network.threads",
    "sasl.enabled.mechanisms",
    "sasl.oauthbearer.clock.skew.seconds",
    "sasl.oauthbearer.expected.audience",
    "sasl.oauthbearer.expected.issuer",
    "sasl.oauthbearer.jwks.endpoint.url",
    "sasl.oauthbearer.scope.claim.name",
    "sasl.oauthbearer.sub.claim.name",
    "sasl.server.max.receive.size",
    "ssl.cipher.suites",
    "ssl.client.auth",
    "ssl.enabled.protocols",
    "ssl.key.password",
    "ssl.keystore.certificate.chain",
    "ssl.keystore.key",
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.keystore.type",
    "ssl.principal.mapping.rules",
    "ssl.truststore.certificates",
    "ssl.truststore.location",
    "ssl.truststore.type",
];

/// Of these, what is looked at whenever a connection comes.
const WHILE_IT_RUNS: &[&str] =
    &["max.connection.creation.rate", "max.connections", "num.network.threads"];

/// Says whether a listener's own config, or that of a mechanism of it, counts from the start to
/// the end.
pub fn is_of_start(config: &str) -> bool {
    let of_mechanism = config.split_once('.').is_some_and(|(_, of)| OF_A_MECHANISM.contains(&of));
    let of_listener = OF_A_LISTENER.contains(&config) && !WHILE_IT_RUNS.contains(&config);
    of_listener || of_mechanism
}

/// Configs that a mechanism of a listener has.
const OF_A_MECHANISM: &[&str] =
    &["connections.max.reauth.ms", "sasl.jaas.config", "sasl.server.callback.handler.class"];

/// Kafka's classes that check logins; what they do is done here by the mechanism itself.
const HANDLERS: &[&str] = &[
    "org.apache.kafka.common.security.plain.internals.PlainServerCallbackHandler",
    "org.apache.kafka.common.security.scram.internals.ScramServerCallbackHandler",
    "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler",
    "org.apache.kafka.common.security.oauthbearer.internals.unsecured.\
     OAuthBearerUnsecuredValidatorCallbackHandler",
];

/// Checks the name and the value of a `listener.name.…` config.
pub(super) fn check_scoped(name: &str, value: &str) -> Result<(), ConfigError> {
    let unserved = || Err(ConfigError::Unserved { name: name.to_owned() });
    let rest = name.strip_prefix("listener.name.").unwrap_or_default();
    let Some((listener, config)) = rest.split_once('.') else { return unserved() };
    if listener.is_empty() {
        return unserved();
    }
    if OF_A_LISTENER.contains(&config) {
        if let Some(def) = table::broker(config) {
            def.parse(value)?;
        }
        return Ok(());
    }
    let mechanism = ["plain", "scram-sha-256", "scram-sha-512", "oauthbearer"];
    let of_mechanism = config.split_once('.').filter(|(first, _)| mechanism.contains(first));
    match of_mechanism {
        Some((_, config)) if !OF_A_MECHANISM.contains(&config) => unserved(),
        Some((_, "sasl.server.callback.handler.class")) if !HANDLERS.contains(&value.trim()) => {
            unserved()
        }
        Some((_, "sasl.jaas.config")) => match crate::broker::auth::jaas::parse(value) {
            Ok(_) => Ok(()),
            Err(error) => Err(invalid(name, "[hidden]", error)),
        },
        Some((_, "connections.max.reauth.ms")) => {
            let def = table::broker("connections.max.reauth.ms");
            def.map_or(Ok(()), |def| def.parse(value).map(|_| ()))
        }
        Some(_) => Ok(()),
        None => unserved(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Result<StaticConfig, ConfigError> {
        StaticConfig::parse(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    fn read(pairs: &[(&str, &str)]) -> Result<Vec<ListenerConfig>, String> {
        given(pairs).and_then(|config| listeners(&config)).map_err(|error| error.to_string())
    }

    #[test]
    fn listeners_are_read_with_their_protocols_and_what_is_advertised() {
        let all = read(&[
            ("listeners", "internal://127.0.0.1:0, OUT://:9094,X://[::1]:9095"),
            ("listener.security.protocol.map", "INTERNAL:PLAINTEXT,out:sasl_ssl,X:SSL"),
            ("advertised.listeners", "OUT://broker.example:19094"),
        ]);
        let all = all.unwrap();
        let told: Vec<_> = all
            .iter()
            .map(|l| (l.name.as_str(), l.protocol.name(), l.host.as_str(), l.port))
            .collect();
        assert_eq!(
            told,
            [
                ("INTERNAL", "PLAINTEXT", "127.0.0.1", 0),
                ("OUT", "SASL_SSL", "", 9094),
                ("X", "SSL", "::1", 9095),
            ]
        );
        assert_eq!(all[1].advertised, Some(("broker.example".into(), 19094)));
        assert_eq!(read(&[]), Ok(Vec::new()));
        let plain = read(&[("listeners", "SASL_SSL://h:1,PLAINTEXT://h:2")]).unwrap();
        assert_eq!(plain[0].protocol, Protocol::SaslSsl);
        let bad: [&[(&str, &str)]; 8] = [
            &[("listeners", "nonsense")],
            &[("listeners", "A://h:1")],
            &[("listeners", "SSL://h:1,SSL://h:2")],
            &[("listeners", "SSL://h:1,PLAINTEXT://h:1")],
            &[("listeners", "CONTROLLER://h:1")],
            &[("listeners", "A://h:1"), ("listener.security.protocol.map", "A:TLS")],
            &[("listeners", "SSL://h:1"), ("advertised.listeners", "A://h:1")],
            &[("listeners", "SSL://h:1"), ("advertised.listeners", "SSL://0.0.0.0:1")],
        ];
        for pairs in bad {
            assert!(read(pairs).is_err(), "{pairs:?}");
        }
    }

    #[test]
    fn a_listeners_own_config_counts_more() {
        let jaas = "M required user_a=\"b\";";
        let config = given(&[
            ("ssl.client.auth", "none"),
            ("listener.name.out.ssl.client.auth", "required"),
            ("listener.name.out.plain.sasl.jaas.config", jaas),
        ]);
        let config = config.unwrap();
        let scoped = Scoped::new(&config, "OUT");
        assert_eq!(scoped.string("ssl.client.auth"), "required");
        assert_eq!(Scoped::new(&config, "IN").string("ssl.client.auth"), "none");
        assert_eq!(scoped.of_mechanism("PLAIN", "sasl.jaas.config"), Some(jaas));
        assert_eq!(scoped.of_mechanism("SCRAM-SHA-256", "sasl.jaas.config"), None);
        for (name, value) in [
            ("listener.name.out", "x"),
            ("listener.name.out.num.io.threads", "x"),
            ("listener.name.out.ssl.client.auth", "maybe"),
            ("listener.name.out.gssapi.sasl.jaas.config", jaas),
            ("listener.name.out.plain.sasl.jaas.config", "secret"),
            ("listener.name.out.plain.sasl.server.callback.handler.class", "my.Own"),
        ] {
            let error = given(&[(name, value)]).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
