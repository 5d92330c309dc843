//! The settings, with the names and defaults of Aiven's connector.

use std::collections::BTreeMap;

use crate::connect::connectors::web;
use crate::connect::define::{Importance, Key, Kind, Preset, Settings, Valid};
use crate::http::Base;

use Importance::{High, Low, Medium};
use Preset::{Null, Required, Text};

/// What stands in front of the settings of TLS.
pub(super) const TLS_PREFIX: &str = "http.";

const fn connection(key: Key, order: i32) -> Key {
    key.in_group("Connection", order, "MEDIUM", key.name)
}

const fn batching(key: Key, order: i32) -> Key {
    key.in_group("Batching", order, "MEDIUM", key.name)
}

const fn delivery(key: Key, order: i32) -> Key {
    key.in_group("Delivery", order, "SHORT", key.name)
}

/// Where to, and how.
pub(super) const CONNECTION: &[Key] = &[
    connection(
        Key::new("http.url", Kind::String, Required, High, "The URL to send records to.")
            .valid(Valid::By(url)),
        0,
    ),
    connection(
        Key::new(
            "http.method",
            Kind::String,
            Text("POST"),
            Medium,
            "The method of requests: POST, PUT or PATCH.",
        )
        .valid(Valid::OneOfAnyCase(&["POST", "PUT", "PATCH"])),
        1,
    ),
    connection(
        Key::new(
            "http.authorization.type",
            Kind::String,
            Text("none"),
            High,
            "Who we are to the server: nobody (none), what http.headers.authorization says \
             (static), a user (basic), or whose token an OAuth2 server gives (oauth2).",
        )
        .valid(Valid::OneOf(&["none", "static", "basic", "oauth2"])),
        2,
    ),
    connection(
        Key::new(
            "http.headers.authorization",
            Kind::Password,
            Null,
            Medium,
            "The Authorization header, for static.",
        ),
        3,
    ),
    connection(Key::new("http.user", Kind::String, Null, Medium, "The user, for basic."), 4),
    connection(
        Key::new("http.password", Kind::Password, Null, Medium, "The user's password, for basic."),
        5,
    ),
    connection(
        Key::new("http.headers.content.type", Kind::String, Null, Low, "The Content-Type header.")
            .valid(Valid::By(not_blank)),
        6,
    ),
    connection(
        Key::new(
            "http.headers.additional",
            Kind::List,
            Text(""),
            Low,
            "More headers: name:value, separated by commas.",
        )
        .valid(Valid::By(headers)),
        7,
    ),
    connection(
        Key::new(
            "http.ssl.trust.all.certs",
            Kind::Boolean,
            Text("false"),
            Low,
            "Whether any certificate of the server is good; http.ssl.* say what is trusted else.",
        ),
        8,
    ),
    connection(
        Key::new(
            "http.timeout",
            Kind::Int,
            Text("30"),
            Low,
            "How many seconds a request may take with its answer.",
        )
        .valid(Valid::Between(1, 86_400)),
        9,
    ),
];

/// Tokens by OAuth2's client credentials.
pub(super) const OAUTH: &[Key] = &[
    connection(
        Key::new(
            "oauth2.access.token.url",
            Kind::String,
            Null,
            High,
            "The URL that gives tokens for client credentials.",
        )
        .valid(Valid::By(url)),
        10,
    ),
    connection(Key::new("oauth2.client.id", Kind::String, Null, High, "The client's id."), 11),
    connection(
        Key::new("oauth2.client.secret", Kind::Password, Null, High, "The client's secret."),
        12,
    ),
    connection(
        Key::new(
            "oauth2.client.authorization.mode",
            Kind::String,
            Text("HEADER"),
            Medium,
            "Whether id and secret are a Basic login (HEADER) or fields of the form (URL).",
        )
        .valid(Valid::OneOfAnyCase(&["HEADER", "URL"])),
        13,
    ),
    connection(
        Key::new("oauth2.client.scope", Kind::String, Null, Low, "The scope asked for."),
        14,
    ),
    connection(
        Key::new(
            "oauth2.response.token.property",
            Kind::String,
            Text("access_token"),
            Low,
            "The property of the answer that has the token.",
        )
        .valid(Valid::NonEmpty),
        15,
    ),
];

/// How many at a time, and how often.
pub(super) const DELIVERY: &[Key] = &[
    batching(
        Key::new(
            "batching.enabled",
            Kind::Boolean,
            Text("false"),
            High,
            "Whether a request has many records, as many as are read at once.",
        ),
        0,
    ),
    batching(
        Key::new("batch.max.size", Kind::Int, Text("500"), Medium, "How many it has at most.")
            .valid(Valid::Between(1, 1_000_000)),
        1,
    ),
    batching(
        Key::new(
            "batch.prefix",
            Kind::String,
            Null,
            High,
            "What stands before the first record: nothing, unless it is set; \\n, \\r, \\t and \\\\ \
             are read.",
        ),
        2,
    ),
    batching(
        Key::new(
            "batch.suffix",
            Kind::String,
            Null,
            High,
            "What stands behind the last record: a line break, unless it is set.",
        ),
        3,
    ),
    batching(
        Key::new(
            "batch.separator",
            Kind::String,
            Null,
            High,
            "What stands between records: a line break, unless it is set.",
        ),
        4,
    ),
    delivery(
        Key::new(
            "max.retries",
            Kind::Int,
            Text("1"),
            Medium,
            "How often the same records are sent again before the task fails.",
        )
        .valid(Valid::Between(0, 2_147_483_647)),
        0,
    ),
    delivery(
        Key::new(
            "retry.backoff.ms",
            Kind::Int,
            Text("3000"),
            Medium,
            "How long to wait before that.",
        )
        .valid(Valid::Between(0, 2_147_483_647)),
        1,
    ),
    delivery(
        Key::new(
            "kafka.retry.backoff.ms",
            Kind::Long,
            Null,
            Medium,
            "If set, the task does not fail: after max.retries it waits this long, and begins \
             anew.",
        )
        .valid(Valid::Between(0, 86_400_000)),
        2,
    ),
];

/// A URL as a server and what is asked of it.
pub(super) fn split(url: &str) -> Result<(Base, String), String> {
    let url = url.trim();
    if !url.contains("://") {
        return Err("it begins with http:// or https://".to_owned());
    }
    let from = url.find("://").map_or(0, |at| at + 3);
    let end = url[from..].find(['/', '?', '#']).map_or(url.len(), |at| from + at);
    let (base, path) = url.split_at(end);
    let path = path.split('#').next().unwrap_or_default();
    let base = Base::parse(base).map_err(|bad| bad.to_string())?;
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    match path.contains(is_blank) {
        true => Err("there is a blank in it".to_owned()),
        false => Ok((base, path.to_owned())),
    }
}

fn url(text: &str) -> Result<(), String> {
    split(text).map(drop)
}

fn not_blank(text: &str) -> Result<(), String> {
    match text.trim().is_empty() {
        true => Err("String must be non-blank".to_owned()),
        false => Ok(()),
    }
}

/// Names and values of headers.
pub(super) fn pairs(list: &[String]) -> Result<Vec<(String, String)>, String> {
    let mut all: Vec<(String, String)> = Vec::new();
    for one in list {
        let (name, value) = one
            .split_once(':')
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(name, value)| !name.is_empty() && !value.is_empty())
            .ok_or_else(|| format!("`{one}` is not name:value"))?;
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if !name.bytes().all(is_token) || value.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err(format!("`{name}` is no header that can be sent"));
        }
        if all.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            return Err(format!("`{name}` is there twice"));
        }
        all.push((name.to_owned(), value.to_owned()));
    }
    Ok(all)
}

fn headers(text: &str) -> Result<(), String> {
    let list: Vec<String> = match text {
        "" => Vec::new(),
        text => text.split(',').map(|one| one.trim().to_owned()).collect(),
    };
    pairs(&list).map(drop)
}

/// Reads `\n` and the like.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some('\\') => out.push('\\'),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            (c, false) => out.push(c),
        }
    }
    out
}

/// Checks what the tables cannot say.
pub(super) fn check(
    settings: &Settings,
    all: &BTreeMap<String, String>,
) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    let kind = settings.string("http.authorization.type");
    let needs: &[(&str, &[&'static str])] = &[
        ("static", &["http.headers.authorization"]),
        ("basic", &["http.user", "http.password"]),
        ("oauth2", &["oauth2.access.token.url", "oauth2.client.id", "oauth2.client.secret"]),
    ];
    for (of, names) in needs {
        for name in *names {
            match (kind == *of, settings.text(name).is_some()) {
                (true, false) => {
                    wrong.push((*name, format!("it must be set for http.authorization.type={of}")));
                }
                (false, true) => {
                    wrong.push((*name, format!("it needs http.authorization.type={of}")));
                }
                _ => {}
            }
        }
    }
    let list = pairs(settings.list("http.headers.additional")).unwrap_or_default();
    for (name, other) in [
        ("authorization", "http.headers.authorization"),
        ("content-type", "http.headers.content.type"),
    ] {
        if list.iter().any(|(one, _)| one.eq_ignore_ascii_case(name)) {
            wrong.push(("http.headers.additional", format!("{name} is set by {other}")));
        }
    }
    let is_alone = ["batch.prefix", "batch.suffix", "batch.separator"];
    if !settings.flag("batching.enabled") {
        for name in is_alone.into_iter().filter(|name| all.contains_key(*name)) {
            wrong.push((name, "it needs batching.enabled=true".to_owned()));
        }
    }
    if let Err(why) = web::tls(all, TLS_PREFIX) {
        wrong.push(("http.url", format!("{TLS_PREFIX}ssl.…: {why}")));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::super::SINK;
    use super::*;

    #[test]
    fn urls_are_kept_as_they_are() {
        let rows = [
            ("http://h:1/a/?b=c&d#e", ("http://h:1", "/a/?b=c&d")),
            ("https://h", ("https://h", "")),
            ("http://me:pw@h/x", ("http://h", "/x")),
        ];
        for (url, (base, path)) in rows {
            let (found, rest) = split(url).unwrap();
            assert_eq!((found.to_string().as_str(), rest.as_str()), (base, path));
        }
        for bad in ["h:1/x", "ftp://h", "http://", "http://h/a b"] {
            assert!(split(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let mistakes = |pairs: &[(&str, &str)]| {
            let mut all: BTreeMap<String, String> =
                pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            all.insert("http.url".to_owned(), "http://h/".to_owned());
            let (settings, table) = SINK.def.check(&all);
            let mut wrong: Vec<String> = table.into_iter().map(|mistake| mistake.name).collect();
            wrong.extend(check(&settings, &all).into_iter().map(|(name, _)| name.to_owned()));
            wrong
        };
        let rows: &[(&[(&str, &str)], &[&str])] = &[
            (&[], &[]),
            (&[("http.authorization.type", "static")], &["http.headers.authorization"]),
            (&[("http.headers.authorization", "x")], &["http.headers.authorization"]),
            (&[("http.authorization.type", "basic")], &["http.user", "http.password"]),
            (&[("http.authorization.type", "apikey")], &["http.authorization.type"]),
            (
                &[("http.authorization.type", "oauth2"), ("oauth2.client.id", "i")],
                &["oauth2.access.token.url", "oauth2.client.secret"],
            ),
            (&[("http.headers.additional", "a:b,A:c")], &["http.headers.additional"]),
            (&[("http.headers.additional", "a")], &["http.headers.additional"]),
            (&[("http.headers.additional", "Authorization:x")], &["http.headers.additional"]),
            (&[("http.headers.additional", "x:y,z:a:b")], &[]),
            (&[("batch.suffix", "]")], &["batch.suffix"]),
            (&[("http.ssl.truststore.location", "t.jks")], &["http.url"]),
            (&[("http.method", "GET")], &["http.method"]),
        ];
        for (pairs, want) in rows {
            assert_eq!(&mistakes(pairs), want, "{pairs:?}");
        }
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(unescape(r"a\n\t\r\\n\q\"), "a\n\t\r\\n\\q\\");
    }
}
