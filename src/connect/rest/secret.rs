//! What must not be shown of a connector's settings: passwords, tokens, keys.
//!
//! Connect hands out configurations as they were written, so that whoever shows them hides the
//! secrets. What a config provider puts in later (`${file:/run/secrets:password}`) is no secret.

use std::borrow::Cow;

/// What stands in a secret's place.
pub const HIDDEN: &str = "(hidden)";

/// Parts of the names of settings whose values are secret.
const NAMES: &[&str] = &[
    "password",
    "passphrase",
    "secret",
    "token",
    "credential",
    "jaas.config",
    "user.info",
    "private.key",
    "api.key",
    "access.key",
    "account.key",
    "key.pem",
    "keystore.key",
];

/// Names that look secret and are none.
const OPEN: &[&str] = &["token.endpoint.url", "credentials.source", "credentials.provider"];

/// Returns a value as it may be shown.
pub fn shown<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if is_reference(value) || value.is_empty() {
        return Cow::Borrowed(value);
    }
    let name = name.to_ascii_lowercase();
    let is_open = OPEN.iter().any(|part| name.contains(part));
    match !is_open && NAMES.iter().any(|part| name.contains(part)) {
        true => Cow::Borrowed(HIDDEN),
        false => in_url(value),
    }
}

/// Says whether a value is nothing but what a config provider knows: `${provider:path:key}`.
fn is_reference(value: &str) -> bool {
    let inner = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|inner| inner.contains(':') && !inner.contains(['{', '}']))
}

/// Hides the passwords in a value that is a URL: `//user:password@host` and `password=…`.
fn in_url(value: &str) -> Cow<'_, str> {
    if !value.contains("://") {
        return Cow::Borrowed(value);
    }
    let mut out = value.to_owned();
    let start = out.find("://").map_or(0, |at| at + 3);
    let end = out[start..].find(['/', '?', ';']).map_or(out.len(), |length| start + length);
    if let Some(at) = out[start..end].rfind('@')
        && let Some(colon) = out[start..start + at].find(':')
        && !is_reference(&out[start + colon + 1..start + at])
    {
        out.replace_range(start + colon + 1..start + at, HIDDEN);
    }
    let mut from = 0;
    while let Some(found) = secret_parameter(&out[from..]) {
        let begin = from + found;
        let length = out[begin..].find(['&', ';', ')']).unwrap_or(out.len() - begin);
        if is_reference(&out[begin..begin + length]) {
            from = begin + length;
        } else {
            out.replace_range(begin..begin + length, HIDDEN);
            from = begin + HIDDEN.len();
        }
    }
    match out == value {
        true => Cow::Borrowed(value),
        false => Cow::Owned(out),
    }
}

/// Where the value of the next secret parameter begins: `&sslpassword=HERE`.
fn secret_parameter(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(equals) = lower[from..].find('=').map(|at| from + at) {
        let name = lower[..equals].rfind(['?', '&', ';', '(', '=']).map_or(0, |at| at + 1);
        let name = &lower[name..equals];
        if ["password", "pwd", "secret", "token"].iter().any(|part| name.contains(part)) {
            return Some(equals + 1);
        }
        from = equals + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_nothing_else() {
        for (name, value, want) in [
            ("connection.password", "hunter2", HIDDEN),
            ("aws.secret.access.key", "hunter2", HIDDEN),
            ("producer.override.sasl.jaas.config", "x", HIDDEN),
            ("Database.Password", "hunter2", HIDDEN),
            ("basic.auth.user.info", "u:p", HIDDEN),
            ("value.converter.basic.auth.credentials.source", "USER_INFO", "USER_INFO"),
            ("connection.password", "${file:/run/x:password}", "${file:/run/x:password}"),
            ("connection.password", "${env:P}", "${env:P}"),
            ("connection.password", "${plain}", HIDDEN),
            ("connection.password", "", ""),
            ("topics", "password", "password"),
            ("key.converter", "org.x.StringConverter", "org.x.StringConverter"),
            ("url", "http://u:p@h/a@b:c", "http://u:(hidden)@h/a@b:c"),
            ("url", "http://u@h:1/", "http://u@h:1/"),
            ("url", "http://u:${env:P}@h", "http://u:${env:P}@h"),
            (
                "connection.url",
                "jdbc:postgresql://h:5432/d?user=u&password=p&ssl=true",
                "jdbc:postgresql://h:5432/d?user=u&password=(hidden)&ssl=true",
            ),
            (
                "connection.url",
                "jdbc:sqlserver://h;user=u;Password=p",
                "jdbc:sqlserver://h;user=u;Password=(hidden)",
            ),
            (
                "connection.url",
                "jdbc:postgresql://h/d?password=${env:P}&sslpassword=x",
                "jdbc:postgresql://h/d?password=${env:P}&sslpassword=(hidden)",
            ),
        ] {
            assert_eq!(shown(name, value), want, "{name}={value}");
        }
    }
}
