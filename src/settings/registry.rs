//! Where Schema Registry is, and how to talk to it, from the properties that Java's and Python's
//! serializers take: with or without `schema.registry.` in front.

use std::collections::BTreeMap;
use std::fmt;

use super::{SettingsError, java};

/// Properties of serializers that say nothing to us, each by how it begins.
const MEANS_NOTHING: &[&str] = &[
    "avro.",
    "json.",
    "latest.cache.",
    "latest.compatibility.strict",
    "max.schemas.per.subject",
    "reference.subject.name.strategy",
    "schema.reflection",
    "specific.",
    "use.schema.id.strict",
];

/// Properties that are ours, or begin so.
const OURS: &[&str] = &[
    "auto.register.schemas",
    "basic.auth.",
    "bearer.auth.",
    "key.schema.id.serializer",
    "key.subject.name.strategy",
    "normalize.schemas",
    "schema.id.serializer",
    "schema.registry.",
    "subject.name.strategy",
    "use.latest.version",
    "use.schema.id",
    "value.schema.id.serializer",
    "value.subject.name.strategy",
];

/// What a subject is named after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SubjectName {
    #[default]
    Topic,
    Record,
    TopicRecord,
}

/// A login.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum RegistryLogin {
    #[default]
    Nobody,
    Basic {
        user: String,
        password: String,
    },
    Bearer(String),
}

impl fmt::Debug for RegistryLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RegistryLogin::Nobody => "Nobody",
            RegistryLogin::Basic { .. } => "Basic(hidden)",
            RegistryLogin::Bearer(_) => "Bearer(hidden)",
        })
    }
}

/// All that properties say of a Schema Registry and its serializers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RegistrySettings {
    /// One or more, separated by commas.
    pub url: Option<String>,
    pub login: RegistryLogin,
    /// TLS, under librdkafka's names.
    pub tls: BTreeMap<String, String>,
    /// Headers of every request.
    pub headers: Vec<(String, String)>,
    pub auto_register: Option<bool>,
    pub use_latest: Option<bool>,
    pub use_id: Option<u32>,
    pub normalize: bool,
    pub key_subject: Option<SubjectName>,
    pub value_subject: Option<SubjectName>,
    pub key_in_header: bool,
    pub value_in_header: bool,
}

impl fmt::Debug for RegistrySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A URL may hold a password.
        let url = self.url.as_ref().map(|url| url.rsplit('@').next().unwrap_or_default());
        let tls: Vec<&String> = self.tls.keys().collect();
        f.debug_struct("RegistrySettings")
            .field("url", &url)
            .field("login", &self.login)
            .field("tls", &tls)
            .finish_non_exhaustive()
    }
}

/// Whether a property is about schemas.
pub(super) fn is_ours(name: &str) -> bool {
    OURS.iter().any(|ours| name.starts_with(ours)) || means_nothing(name)
}

fn means_nothing(name: &str) -> bool {
    MEANS_NOTHING.iter().any(|known| name.starts_with(known))
}

fn bad(name: &str, wanted: &'static str) -> SettingsError {
    SettingsError::RegistryProperty { name: name.to_owned(), wanted }
}

fn flag(name: &str, value: &str) -> Result<bool, SettingsError> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(bad(name, "true or false")),
    }
}

/// Strategies are classes to Java, functions to Python, and words to newer serializers.
fn strategy(name: &str, value: &str) -> Result<SubjectName, SettingsError> {
    let last = value.rsplit(['.', '$']).next().unwrap_or_default();
    match last.to_ascii_lowercase().replace(['_', '-'], "").as_str() {
        // What is associated with a topic is not asked for: without associations it is this.
        "topic" | "topicnamestrategy" | "topicsubjectnamestrategy" => Ok(SubjectName::Topic),
        "associated" | "associatednamestrategy" => Ok(SubjectName::Topic),
        "record" | "recordnamestrategy" | "recordsubjectnamestrategy" => Ok(SubjectName::Record),
        "topicrecord" | "topicrecordnamestrategy" | "topicrecordsubjectnamestrategy" => {
            Ok(SubjectName::TopicRecord)
        }
        _ => Err(bad(name, "TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy")),
    }
}

fn in_header(name: &str, value: &str) -> Result<bool, SettingsError> {
    let last = value.rsplit('.').next().unwrap_or_default();
    match last.to_ascii_lowercase().replace('_', "").as_str() {
        "headerschemaidserializer" | "header" => Ok(true),
        "prefixschemaidserializer" | "prefix" => Ok(false),
        _ => Err(bad(name, "PrefixSchemaIdSerializer or HeaderSchemaIdSerializer")),
    }
}

impl RegistrySettings {
    /// Reads properties; `cluster` are those of the cluster, whose login may be meant.
    pub(super) fn of(
        given: &BTreeMap<String, String>,
        cluster: &BTreeMap<String, String>,
    ) -> Result<Self, SettingsError> {
        let mut settings = RegistrySettings::default();
        let (mut source, mut info, mut bearer_source, mut token) = (None, None, None, None);
        let mut tls = Vec::new();
        let mut both = None;
        for (name, value) in given {
            let bare = name.strip_prefix("schema.registry.").unwrap_or(name);
            let header = |name: &str| (name.to_owned(), value.clone());
            match bare {
                "url" => settings.url = Some(value.clone()),
                "basic.auth.credentials.source" => source = Some(value.as_str()),
                "basic.auth.user.info" => info = Some(value.as_str()),
                "bearer.auth.credentials.source" => bearer_source = Some(value.as_str()),
                "bearer.auth.token" => token = Some(value.clone()),
                "bearer.auth.logical.cluster" => {
                    settings.headers.push(header("target-sr-cluster"));
                }
                "bearer.auth.identity.pool.id" => {
                    settings.headers.push(header("confluent-identity-pool-id"));
                }
                "auto.register.schemas" => settings.auto_register = Some(flag(name, value)?),
                "use.latest.version" => settings.use_latest = Some(flag(name, value)?),
                "normalize.schemas" => settings.normalize = flag(name, value)?,
                "use.schema.id" => {
                    let id = value.trim().parse::<i64>().map_err(|_| bad(name, "a number"))?;
                    settings.use_id = u32::try_from(id).ok();
                }
                "subject.name.strategy" | "subject.name.strategy.type" => {
                    both = Some(strategy(name, value)?);
                }
                "key.subject.name.strategy" => {
                    settings.key_subject = Some(strategy(name, value)?);
                }
                "value.subject.name.strategy" => {
                    settings.value_subject = Some(strategy(name, value)?);
                }
                "schema.id.serializer" => {
                    let is = in_header(name, value)?;
                    (settings.key_in_header, settings.value_in_header) = (is, is);
                }
                "key.schema.id.serializer" => settings.key_in_header = in_header(name, value)?,
                "value.schema.id.serializer" => settings.value_in_header = in_header(name, value)?,
                "enable.ssl.certificate.verification" => tls.push((bare.to_owned(), value.clone())),
                _ if bare.starts_with("ssl.") => tls.push((bare.to_owned(), value.clone())),
                _ if means_nothing(bare) => {}
                _ => {
                    return Err(SettingsError::UnknownProperty {
                        key: name.clone(),
                        nearest: None,
                    });
                }
            }
        }
        settings.key_subject = settings.key_subject.or(both);
        settings.value_subject = settings.value_subject.or(both);
        settings.tls = java::translate(tls)?.properties;
        settings.login = login(source, info, bearer_source, token, cluster)?;
        Ok(settings)
    }
}

fn login(
    source: Option<&str>,
    info: Option<&str>,
    bearer_source: Option<&str>,
    token: Option<String>,
    cluster: &BTreeMap<String, String>,
) -> Result<RegistryLogin, SettingsError> {
    let basic = |user: &str, password: &str| RegistryLogin::Basic {
        user: user.to_owned(),
        password: password.to_owned(),
    };
    let name = "basic.auth.credentials.source";
    match source.map(str::to_ascii_uppercase).as_deref() {
        Some("SASL_INHERIT") => {
            let property = |name: &str| cluster.get(name).map(String::as_str).unwrap_or_default();
            return Ok(basic(property("sasl.username"), property("sasl.password")));
        }
        Some("USER_INFO") if info.is_none() => {
            return Err(bad(name, "`basic.auth.user.info` be set too"));
        }
        None | Some("URL" | "USER_INFO" | "") => {}
        Some(_) => return Err(bad(name, "URL, USER_INFO or SASL_INHERIT")),
    }
    if let Some(info) = info.filter(|_| !source.is_some_and(|s| s.eq_ignore_ascii_case("URL"))) {
        let (user, password) =
            info.split_once(':').ok_or_else(|| bad("basic.auth.user.info", "`user:password`"))?;
        return Ok(basic(user, password));
    }
    let name = "bearer.auth.credentials.source";
    match (bearer_source.map(str::to_ascii_uppercase).as_deref(), token) {
        (None | Some("STATIC_TOKEN"), Some(token)) => Ok(RegistryLogin::Bearer(token)),
        (None, None) => Ok(RegistryLogin::Nobody),
        (Some("STATIC_TOKEN"), None) => Err(bad(name, "`bearer.auth.token` be set too")),
        _ => Err(bad(name, "STATIC_TOKEN: tokens are not fetched")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<RegistrySettings, SettingsError> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let sasl = [("sasl.username", "su"), ("sasl.password", "sp")].iter().map(owned).collect();
        assert!(pairs.iter().all(|(name, _)| is_ours(name)));
        RegistrySettings::of(&pairs.iter().map(owned).collect(), &sasl)
    }

    #[test]
    fn java_s_and_python_s_properties_are_understood() {
        let settings = read(&[
            ("schema.registry.url", "http://u:p@h:1"),
            ("schema.registry.ssl.truststore.location", "ca.pem"),
            ("schema.registry.ssl.truststore.type", "PEM"),
            (
                "value.subject.name.strategy",
                "io.confluent.kafka.serializers.subject.RecordNameStrategy",
            ),
            ("subject.name.strategy", "topic_record_subject_name_strategy"),
            ("auto.register.schemas", "False"),
            ("use.schema.id", "7"),
            (
                "value.schema.id.serializer",
                "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer",
            ),
            ("avro.use.logical.type.converters", "true"),
        ])
        .unwrap();
        assert_eq!(settings.tls["ssl.ca.location"], "ca.pem");
        assert_eq!(settings.value_subject, Some(SubjectName::Record));
        assert_eq!(settings.key_subject, Some(SubjectName::TopicRecord));
        assert_eq!((settings.auto_register, settings.use_id), (Some(false), Some(7)));
        assert!(settings.value_in_header && !settings.key_in_header);
        assert!(!format!("{settings:?}").contains("u:p"));
        let ca = read(&[("schema.registry.ssl.ca.location", "x")]).unwrap();
        assert_eq!(ca.tls["ssl.ca.location"], "x");
        assert_eq!(read(&[("use.schema.id", "-1")]).unwrap().use_id, None);
    }

    #[test]
    fn every_login_is_found() {
        let basic = |user: &str, password: &str| RegistryLogin::Basic {
            user: user.to_owned(),
            password: password.to_owned(),
        };
        let info = ("basic.auth.user.info", "a:b:c");
        for (pairs, login) in [
            (&[][..], RegistryLogin::Nobody),
            (&[info], basic("a", "b:c")),
            (&[("schema.registry.basic.auth.user.info", "a:b")], basic("a", "b")),
            (&[("basic.auth.credentials.source", "USER_INFO"), info], basic("a", "b:c")),
            (&[("basic.auth.credentials.source", "URL"), info], RegistryLogin::Nobody),
            (&[("basic.auth.credentials.source", "SASL_INHERIT")], basic("su", "sp")),
            (&[("bearer.auth.token", "t")], RegistryLogin::Bearer("t".into())),
            (
                &[
                    ("bearer.auth.credentials.source", "STATIC_TOKEN"),
                    ("schema.registry.bearer.auth.token", "t"),
                ],
                RegistryLogin::Bearer("t".into()),
            ),
        ] {
            let found = read(pairs).unwrap().login;
            assert!(!format!("{found:?}").contains("b:c"));
            assert_eq!(found, login, "{pairs:?}");
        }
        for pairs in [
            &[("basic.auth.user.info", "a")][..],
            &[("basic.auth.credentials.source", "USER_INFO")],
            &[("basic.auth.credentials.source", "x")],
            &[("bearer.auth.credentials.source", "OAUTHBEARER")],
            &[("bearer.auth.credentials.source", "STATIC_TOKEN")],
            &[("schema.registry.nonsense", "x")],
            &[("auto.register.schemas", "x")],
            &[("subject.name.strategy", "x")],
            &[("use.schema.id", "x")],
            &[("value.schema.id.serializer", "x")],
        ] {
            assert!(read(pairs).is_err(), "{pairs:?}");
        }
    }
}
