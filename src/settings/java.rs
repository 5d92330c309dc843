//! The Java client's properties in librdkafka's words.
//!
//! Whoever comes from Apache Kafka has a `client.properties`; it must work as it is. Keys that
//! both clients have in common pass through; others are translated; what only a Java program
//! can use (serializers, say) is left out and reported; stores that only Java can open are
//! refused.

use std::collections::BTreeMap;

use super::{SettingsError, names};

/// Java's names that librdkafka has under another name, with the same values.
const RENAMED: &[(&str, &str)] = &[
    ("sasl.mechanism", "sasl.mechanisms"),
    ("ssl.truststore.certificates", "ssl.ca.pem"),
    ("ssl.keystore.certificate.chain", "ssl.certificate.pem"),
    ("ssl.keystore.key", "ssl.key.pem"),
    ("send.buffer.bytes", "socket.send.buffer.bytes"),
    ("receive.buffer.bytes", "socket.receive.buffer.bytes"),
    ("max.request.size", "message.max.bytes"),
    ("fetch.max.wait.ms", "fetch.wait.max.ms"),
];

/// Java's names that mean something only inside a Java program, or that say how its client
/// keeps its memory.
const JAVA_ONLY: &[&str] = &[
    "buffer.memory",
    "default.api.timeout.ms",
    "exclude.internal.topics",
    "interceptor.classes",
    "key.deserializer",
    "key.serializer",
    "max.block.ms",
    "max.poll.records",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.recording.level",
    "metrics.sample.window.ms",
    "partitioner.class",
    "security.providers",
    "ssl.protocol",
    "ssl.provider",
    "value.deserializer",
    "value.serializer",
];

const ASSIGNORS: &[(&str, &str)] = &[
    ("RangeAssignor", "range"),
    ("RoundRobinAssignor", "roundrobin"),
    ("CooperativeStickyAssignor", "cooperative-sticky"),
];

/// What became of a set of properties.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Translated {
    /// The properties under librdkafka's names.
    pub(super) properties: BTreeMap<String, String>,
    /// Java's names that have no meaning here, and were left out.
    pub(super) left_out: Vec<String>,
}

/// Translates properties, Java's and librdkafka's mixed. Of two for the same key the later wins.
pub(super) fn translate(
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Result<Translated, SettingsError> {
    let mut given: BTreeMap<String, String> = pairs.into_iter().collect();
    let mut out = Translated::default();
    truststore(&mut given, &mut out.properties)?;
    keystore(&mut given, &mut out.properties)?;
    for (key, value) in given {
        let renamed = RENAMED.iter().find(|(java, _)| *java == key);
        match key.as_str() {
            "sasl.jaas.config" => jaas(&value, &mut out.properties)?,
            "partition.assignment.strategy" => {
                out.properties.insert(key, assignors(&value));
            }
            "ssl.endpoint.identification.algorithm" => {
                let value = if value.is_empty() { "none".into() } else { value.to_lowercase() };
                out.properties.insert(key, value);
            }
            _ => match renamed {
                Some((_, name)) => {
                    out.properties.insert((*name).to_owned(), value);
                }
                None if names::is_known(&key) => {
                    out.properties.insert(key, value);
                }
                None if JAVA_ONLY.contains(&key.as_str()) => out.left_out.push(key),
                None => {
                    let nearest = names::nearest(&key);
                    return Err(SettingsError::UnknownProperty { key, nearest });
                }
            },
        }
    }
    Ok(out)
}

/// `ssl.truststore.*`: a PEM file is a CA file; Java's own formats are refused.
fn truststore(
    given: &mut BTreeMap<String, String>,
    out: &mut BTreeMap<String, String>,
) -> Result<(), SettingsError> {
    let kind = given.remove("ssl.truststore.type");
    let location = given.remove("ssl.truststore.location");
    // The password of a truststore guards nothing that a PEM file has.
    given.remove("ssl.truststore.password");
    let Some(location) = location else { return Ok(()) };
    let kind = kind.unwrap_or_else(|| "JKS".into());
    if !kind.eq_ignore_ascii_case("PEM") {
        return Err(SettingsError::JavaStore { key: "ssl.truststore.location", location, kind });
    }
    out.insert("ssl.ca.location".into(), location);
    Ok(())
}

/// `ssl.keystore.*`: a PEM file holds certificate and key; PKCS#12 is read by librdkafka itself.
fn keystore(
    given: &mut BTreeMap<String, String>,
    out: &mut BTreeMap<String, String>,
) -> Result<(), SettingsError> {
    let kind = given.remove("ssl.keystore.type");
    let Some(location) = given.remove("ssl.keystore.location") else { return Ok(()) };
    let by_name = || if location.ends_with(".jks") { "JKS" } else { "PKCS12" }.to_owned();
    let kind = kind.unwrap_or_else(by_name);
    match kind.to_ascii_uppercase().as_str() {
        "PEM" => {
            given.remove("ssl.keystore.password");
            out.insert("ssl.certificate.location".into(), location.clone());
            out.insert("ssl.key.location".into(), location);
        }
        "PKCS12" => {
            out.insert("ssl.keystore.location".into(), location);
        }
        _ => {
            let key = "ssl.keystore.location";
            return Err(SettingsError::JavaStore { key, location, kind });
        }
    }
    Ok(())
}

/// `sasl.jaas.config`: `CLASS required username="u" password="p";`.
fn jaas(text: &str, out: &mut BTreeMap<String, String>) -> Result<(), SettingsError> {
    let class = text.split_whitespace().next().unwrap_or_default();
    let module = class.rsplit('.').next().unwrap_or_default();
    if !matches!(module, "PlainLoginModule" | "ScramLoginModule") {
        return Err(SettingsError::LoginModule { class: class.to_owned() });
    }
    for option in ["username", "password"] {
        let value = jaas_option(text, option).ok_or(SettingsError::LoginOption { option })?;
        out.entry(format!("sasl.{option}")).or_insert(value);
    }
    Ok(())
}

/// Finds `name="value"` outside other options' quotes; a backslash hides the next character.
fn jaas_option(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.rsplit(|c: char| c.is_whitespace()).find(|word| !word.is_empty())?;
        let after = after.trim_start();
        let (value, end) = match after.chars().next()? {
            quote @ ('"' | '\'') => quoted(&after[1..], quote).map(|(v, end)| (v, end + 1))?,
            _ => {
                let end = after.find(|c: char| c.is_whitespace() || c == ';');
                let end = end.unwrap_or(after.len());
                (after[..end].to_owned(), end)
            }
        };
        if name == wanted {
            return Some(value);
        }
        rest = &after[end..];
    }
    None
}

fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.push(chars.next()?.1),
            c if c == quote => return Some((value, at + 1)),
            c => value.push(c),
        }
    }
    None
}

/// Assignors are classes to Java and short names to librdkafka.
fn assignors(value: &str) -> String {
    let one = |class: &str| {
        let class = class.trim();
        let name = class.rsplit('.').next().unwrap_or(class);
        let short = ASSIGNORS.iter().find(|(java, _)| *java == name);
        short.map_or(class, |(_, short)| short).to_owned()
    };
    value.split(',').map(one).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs<'a> = &'a [(&'a str, &'a str)];

    fn translated(pairs: Pairs) -> Result<Translated, SettingsError> {
        translate(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn javas_names_become_librdkafkas() {
        let plain = "org.apache.kafka.common.security.plain.PlainLoginModule required \
                     username=\"al ice\" password=\"p=\\\"w;\";";
        let scram = "org.apache.kafka.common.security.scram.ScramLoginModule required \
                     password='x' username=bob;";
        let range = "org.apache.kafka.clients.consumer.RangeAssignor, roundrobin";
        let rows: &[(Pairs, Pairs)] = &[
            (&[("security.protocol", "SSL")], &[("security.protocol", "SSL")]),
            (&[("sasl.mechanism", "PLAIN")], &[("sasl.mechanisms", "PLAIN")]),
            (
                &[("sasl.jaas.config", plain)],
                &[("sasl.username", "al ice"), ("sasl.password", "p=\"w;")],
            ),
            (&[("sasl.jaas.config", scram)], &[("sasl.username", "bob"), ("sasl.password", "x")]),
            (
                &[("ssl.truststore.type", "pem"), ("ssl.truststore.location", "/ca.pem")],
                &[("ssl.ca.location", "/ca.pem")],
            ),
            (
                &[("ssl.keystore.type", "PEM"), ("ssl.keystore.location", "/me.pem")],
                &[("ssl.certificate.location", "/me.pem"), ("ssl.key.location", "/me.pem")],
            ),
            (&[("ssl.keystore.location", "/me.p12")], &[("ssl.keystore.location", "/me.p12")]),
            (
                &[("ssl.endpoint.identification.algorithm", "")],
                &[("ssl.endpoint.identification.algorithm", "none")],
            ),
            (
                &[("partition.assignment.strategy", range)],
                &[("partition.assignment.strategy", "range,roundrobin")],
            ),
            (&[("linger.ms", "5"), ("linger.ms", "7")], &[("linger.ms", "7")]),
        ];
        for (given, want) in rows {
            let want = want.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            assert_eq!(translated(given).unwrap().properties, want, "{given:?}");
        }
    }

    #[test]
    fn what_only_java_can_use_is_left_out_and_reported() {
        let got = translated(&[("key.serializer", "x"), ("acks", "all")]).unwrap();
        assert_eq!(got.left_out, ["key.serializer"]);
        assert_eq!(got.properties.len(), 1);
    }

    #[test]
    fn what_cannot_be_done_is_refused_with_a_reason() {
        let rows: &[(Pairs, &str)] = &[
            (
                &[("ssl.truststore.location", "/t.jks")],
                "`ssl.truststore.location` is `/t.jks`, a JKS store, which only Java can open: \
                 use a PEM file and `ssl.truststore.type=PEM`",
            ),
            (
                &[("ssl.keystore.location", "/k"), ("ssl.keystore.type", "JKS")],
                "`ssl.keystore.location` is `/k`, a JKS store, which only Java can open: \
                 use a PEM file and `ssl.keystore.type=PEM`",
            ),
            (&[("lingr.ms", "5")], "unknown client property `lingr.ms`; did you mean `linger.ms`?"),
            (&[("zzzzz", "5")], "unknown client property `zzzzz`"),
            (
                &[("sasl.jaas.config", "com.example.Login required;")],
                "`sasl.jaas.config` names `com.example.Login`: \
                 only PlainLoginModule and ScramLoginModule are known",
            ),
            (
                &[("sasl.jaas.config", "PlainLoginModule required username=\"u\";")],
                "`sasl.jaas.config` has no `password`",
            ),
        ];
        for (given, want) in rows {
            assert_eq!(translated(given).unwrap_err().to_string(), *want);
        }
    }
}
