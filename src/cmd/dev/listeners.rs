//! Where the broker listens: words become the configs that Kafka has for them.

use std::net::SocketAddr;

use crate::broker::config::StaticConfig;
use crate::broker::config::listeners::{ListenerConfig, Protocol, Scoped, listeners};
use crate::broker::net::User;
use crate::exit::Exit;
use crate::failure::Failure;

type Pairs = Vec<(String, String)>;

/// The mechanisms of a listener that names none: those that need a password.
const MECHANISMS: &str = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512";

fn bad(text: &str, why: &str) -> Failure {
    Failure::new(format!("cannot use `--listener {text}`: {why}"))
        .hint("write it as in `--listener OUTSIDE=SASL_SSL,port=9093,mechanisms=SCRAM-SHA-256`")
        .exit(Exit::BadWords)
}

/// What `--listener` says.
struct Said<'a> {
    name: String,
    protocol: Protocol,
    host: &'a str,
    port: u16,
    advertised: Option<&'a str>,
    configs: Vec<(&'static str, String)>,
}

/// Reads `[NAME=]PROTOCOL[,KEY=VALUE…]`.
fn read(text: &str) -> Result<Said<'_>, Failure> {
    let mut parts = text.split(',');
    let first = parts.next().unwrap_or_default();
    let (name, protocol) = first.split_once('=').unwrap_or((first, first));
    let protocol = Protocol::named(&protocol.to_uppercase())
        .ok_or_else(|| bad(text, "PLAINTEXT, SSL, SASL_PLAINTEXT and SASL_SSL are spoken"))?;
    let proper = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(proper) {
        return Err(bad(text, "a name is of letters, digits, `_` and `-`"));
    }
    let mut said = Said {
        name: name.to_uppercase(),
        protocol,
        host: "127.0.0.1",
        port: 0,
        advertised: None,
        configs: Vec::new(),
    };
    for part in parts {
        let (key, value) =
            part.split_once('=').ok_or_else(|| bad(text, &format!("`{part}` has no value")))?;
        let pem = |config| (config, value.to_owned());
        match key {
            "port" => said.port = value.parse().map_err(|_| bad(text, "the port is no number"))?,
            "host" => said.host = value,
            "advertised" => said.advertised = Some(value),
            "keystore" => said.configs.push(pem("ssl.keystore.location")),
            "ca" => {
                said.configs.push(pem("ssl.truststore.location"));
                said.configs.push(("ssl.truststore.type", "PEM".into()));
            }
            "client-auth" => said.configs.push(pem("ssl.client.auth")),
            "mechanisms" => {
                said.configs.push(("sasl.enabled.mechanisms", value.replace('+', ",")));
            }
            _ => {
                let why = "port, host, advertised, keystore, ca, client-auth and mechanisms are \
                           known";
                return Err(bad(text, why));
            }
        }
    }
    Ok(said)
}

/// Returns the configs that `--listener` stands for. An address of `--listen` is a listener too.
pub(super) fn configs(
    words: &[String],
    listen: Option<SocketAddr>,
    given: &Pairs,
) -> Result<Pairs, Failure> {
    let mut pairs = Pairs::new();
    let has = |pairs: &Pairs, name: &str| pairs.iter().any(|(known, _)| known == name);
    let (mut places, mut map, mut advertised) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(address) = listen {
        places.push(format!("PLAINTEXT://{address}"));
        map.push("PLAINTEXT:PLAINTEXT".to_owned());
    }
    for text in words {
        let said = read(text)?;
        let host =
            if said.host.contains(':') { format!("[{}]", said.host) } else { said.host.to_owned() };
        places.push(format!("{}://{host}:{}", said.name, said.port));
        map.push(format!("{}:{}", said.name, said.protocol.name()));
        advertised.extend(said.advertised.map(|place| format!("{}://{place}", said.name)));
        let own = |name: &str| format!("listener.name.{}.{name}", said.name.to_lowercase());
        for (name, value) in said.configs {
            pairs.push((own(name), value));
        }
        let mechanisms = own("sasl.enabled.mechanisms");
        let set = has(&pairs, &mechanisms) || has(given, "sasl.enabled.mechanisms");
        if said.protocol.has_sasl() && !set && !has(given, &mechanisms) {
            pairs.push((mechanisms, MECHANISMS.to_owned()));
        }
    }
    pairs.push(("listeners".into(), places.join(",")));
    pairs.push(("listener.security.protocol.map".into(), map.join(",")));
    if !advertised.is_empty() {
        pairs.push(("advertised.listeners".into(), advertised.join(",")));
    }
    Ok(pairs)
}

/// Returns the listeners with TLS that were given no key.
pub(super) fn without_key(config: &StaticConfig) -> Vec<ListenerConfig> {
    let has_key = |listener: &ListenerConfig| {
        let scoped = Scoped::new(config, &listener.name);
        let names = ["ssl.keystore.location", "ssl.keystore.key"];
        names.iter().any(|name| scoped.text(name).is_some())
    };
    let all = listeners(config).unwrap_or_default().into_iter();
    all.filter(|listener| listener.protocol.has_tls() && !has_key(listener)).collect()
}

/// Reads `NAME:PASSWORD`, or `NAME:@FILE`.
pub(super) fn user(text: &str) -> Result<User, Failure> {
    let wrong = |why: &str| {
        Failure::new(format!("cannot use `--user`: {why}"))
            .hint("write it as NAME:PASSWORD, or as NAME:@FILE with the password in a file")
            .exit(Exit::BadWords)
    };
    let (name, password) = text.split_once(':').ok_or_else(|| wrong("there is no `:`"))?;
    let password = match password.strip_prefix('@') {
        None => password.to_owned(),
        Some(file) => {
            let read = std::fs::read_to_string(file);
            let read = read.map_err(|error| wrong(&format!("`{file}`")).caused_by(error))?;
            read.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    if name.is_empty() || password.is_empty() {
        return Err(wrong("neither the name nor the password may be empty"));
    }
    Ok(User { name: name.to_owned(), password })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_configs() {
        let words = [
            "SSL,port=9093,keystore=/k.pem".to_owned(),
            "out=SASL_SSL,port=9094,host=0.0.0.0,advertised=h:1,client-auth=required,ca=/c.pem"
                .to_owned(),
        ];
        let listen = Some("127.0.0.1:9092".parse().unwrap());
        let pairs = configs(&words, listen, &Vec::new()).unwrap();
        let get = |name: &str| {
            pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        assert_eq!(
            get("listeners"),
            Some("PLAINTEXT://127.0.0.1:9092,SSL://127.0.0.1:9093,OUT://0.0.0.0:9094")
        );
        let map = get("listener.security.protocol.map");
        assert_eq!(map, Some("PLAINTEXT:PLAINTEXT,SSL:SSL,OUT:SASL_SSL"));
        assert_eq!(get("advertised.listeners"), Some("OUT://h:1"));
        assert_eq!(get("listener.name.ssl.ssl.keystore.location"), Some("/k.pem"));
        assert_eq!(get("listener.name.out.ssl.client.auth"), Some("required"));
        assert_eq!(get("listener.name.out.sasl.enabled.mechanisms"), Some(MECHANISMS));
        assert!(StaticConfig::parse(pairs).is_ok());
        for wrong in ["", "TLS", "a b=SSL", "SSL,port", "SSL,port=x", "SSL,colour=red"] {
            let words = [wrong.to_owned()];
            assert!(configs(&words, None, &Vec::new()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn users_have_names_and_passwords() {
        let alice = user("alice:se:cret").unwrap();
        assert_eq!((alice.name.as_str(), alice.password.as_str()), ("alice", "se:cret"));
        for wrong in ["alice", ":x", "alice:", "alice:@/no/such/file"] {
            let told = format!("{:?}", user(wrong).unwrap_err());
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
