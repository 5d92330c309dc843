//! OAUTHBEARER (RFC 7628), and the unsecured tokens (RFC 7515, `alg` none) that brokers accept
//! in development. The configuration is librdkafka's: `principal=admin scope=a,b lifeSeconds=60
//! extension_name=value`.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use crate::base::clock::Millis;

/// A token and the extensions that go with it.
pub(super) type Token = (String, Vec<(String, String)>);

/// Makes an unsecured token. The error says what the configuration must be.
pub(super) fn unsecured(config: &str, now: Millis) -> Result<Token, String> {
    let mut principal = None;
    let mut principal_claim = "sub";
    let mut scope_claim = "scope";
    let mut scope = Vec::new();
    let mut life_s: i64 = 3600;
    let mut extensions = Vec::new();
    for word in config.split_whitespace() {
        let (name, value) = word
            .split_once('=')
            .ok_or_else(|| "NAME=VALUE pairs with spaces between".to_owned())?;
        match name {
            "principal" => principal = Some(value),
            "principalClaimName" => principal_claim = value,
            "scope" => scope = value.split(',').map(str::to_owned).collect(),
            "scopeClaimName" => scope_claim = value,
            "lifeSeconds" => {
                life_s = value
                    .parse()
                    .ok()
                    .filter(|s| *s > 0)
                    .ok_or_else(|| "with a number of seconds as lifeSeconds".to_owned())?;
            }
            _ => match name.strip_prefix("extension_") {
                Some(name) => extensions.push((name.to_owned(), value.to_owned())),
                None => return Err(format!("without `{name}`, which is not known")),
            },
        }
    }
    let principal = principal.ok_or_else(|| "with a principal=NAME".to_owned())?;
    let mut claims = Map::new();
    claims.insert(principal_claim.to_owned(), json!(principal));
    claims.insert("iat".to_owned(), seconds(now));
    claims.insert("exp".to_owned(), seconds(now + life_s.saturating_mul(1000)));
    if !scope.is_empty() {
        claims.insert(scope_claim.to_owned(), json!(scope));
    }
    let part = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let token = format!("{}.{}.", part(json!({"alg": "none"})), part(Value::Object(claims)));
    Ok((token, extensions))
}

/// A time in seconds, as JSON Web Tokens have it.
fn seconds(ms: Millis) -> Value {
    json!(ms as f64 / 1000.0)
}

/// The only message.
pub(super) fn first(token: &str, extensions: &[(String, String)]) -> String {
    let mut text = format!("n,,\u{1}auth=Bearer {token}");
    for (name, value) in extensions {
        text.push('\u{1}');
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    text.push_str("\u{1}\u{1}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_who_and_until_when() {
        let config = "principal=admin scope=a,b lifeSeconds=60 extension_traceId=7";
        let (token, extensions) = unsecured(config, 1_500).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[2], "");
        let claims = BASE64URL_NOPAD.decode(parts[1].as_bytes()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        let want = json!({"sub": "admin", "iat": 1.5, "exp": 61.5, "scope": ["a", "b"]});
        assert_eq!(claims, want);
        assert_eq!(first("T", &extensions), "n,,\u{1}auth=Bearer T\u{1}traceId=7\u{1}\u{1}");
    }

    #[test]
    fn a_bad_configuration_is_refused() {
        for bad in ["", "principal", "principal=a lifeSeconds=0", "principal=a colour=red"] {
            assert!(unsecured(bad, 0).is_err(), "{bad}");
        }
    }
}
