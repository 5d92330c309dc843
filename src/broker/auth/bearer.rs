//! OAUTHBEARER (RFC 7628), the broker's side: JSON Web Tokens, signed (RFC 7515, RS256, RS384,
//! RS512 and ES256, by the keys of a JWKS) or, for development, unsecured (`alg` none).
//!
//! Sources: `OAuthBearerClientInitialResponse`, `OAuthBearerUnsecuredValidatorCallbackHandler`,
//! `BrokerJwtValidator`.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Public};
use openssl::rsa::Rsa;
use openssl::sign::Verifier;
use serde_json::{Map, Value};

use crate::base::clock::Millis;

/// How tokens are checked.
#[derive(Clone, Debug)]
pub struct BearerRules {
    /// The keys that sign tokens: none where unsecured tokens are taken.
    pub keys: Option<Keys>,
    /// `sasl.oauthbearer.scope.claim.name`.
    pub scope_claim: String,
    /// `sasl.oauthbearer.sub.claim.name`.
    pub sub_claim: String,
    /// `sasl.oauthbearer.expected.audience`: one of them must be the token's, if there are any.
    pub audience: Vec<String>,
    /// `sasl.oauthbearer.expected.issuer`.
    pub issuer: Option<String>,
    /// `sasl.oauthbearer.clock.skew.seconds`.
    pub skew_ms: i64,
    /// Scopes that a token must have, all of them.
    pub scopes: Vec<String>,
}

/// A token that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub name: String,
    pub expires_ms: Millis,
}

/// Why a token does not hold, or cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    #[error("Invalid OAUTHBEARER client first message")]
    Message,
    #[error(
        "Authentication failed: Client requested an authorization id ({asked}) that is different from the token's principal name ({name})"
    )]
    OtherAuthorizationId { asked: String, name: String },
    #[error("the token does not hold: {0}")]
    Token(&'static str),
}

/// A JWKS cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a JWKS with a key for RS256 or ES256: {0}")]
pub struct BadKeys(String);

/// Public keys by their ids.
#[derive(Clone)]
pub struct Keys(Vec<Key>);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

#[derive(Clone)]
struct Key {
    id: Option<String>,
    public: Kind,
}

#[derive(Clone)]
enum Kind {
    Rsa(PKey<Public>),
    Ec(EcKey<Public>),
}

impl Keys {
    /// Reads a JSON Web Key Set (RFC 7517). Keys of other kinds are passed over.
    pub fn parse(text: &[u8]) -> Result<Self, BadKeys> {
        let bad = |why: &str| BadKeys(why.to_owned());
        let set: Value = serde_json::from_slice(text).map_err(|error| bad(&error.to_string()))?;
        let all = set.get("keys").and_then(Value::as_array).ok_or_else(|| bad("no `keys`"))?;
        let mut keys = Vec::new();
        for key in all {
            let id = key.get("kid").and_then(Value::as_str).map(str::to_owned);
            let read = public(key).map_err(|error| bad(&error.to_string()))?;
            keys.extend(read.map(|public| Key { id, public }));
        }
        if keys.is_empty() {
            return Err(bad("none of its keys is"));
        }
        Ok(Keys(keys))
    }

    fn verify(&self, head: &Map<String, Value>, signed: &[u8], signature: &[u8]) -> bool {
        let algorithm = head.get("alg").and_then(Value::as_str).unwrap_or_default();
        let wanted = head.get("kid").and_then(Value::as_str);
        let keys = self.0.iter().filter(|key| wanted.is_none() || key.id.as_deref() == wanted);
        keys.into_iter().any(|key| key.public.verify(algorithm, signed, signature).unwrap_or(false))
    }
}

fn public(key: &Value) -> Result<Option<Kind>, ErrorStack> {
    let number = |name: &str| {
        let text = key.get(name).and_then(Value::as_str).unwrap_or_default();
        BigNum::from_slice(&decode(text).unwrap_or_default())
    };
    match key.get("kty").and_then(Value::as_str) {
        Some("RSA") => {
            let rsa = Rsa::from_public_components(number("n")?, number("e")?)?;
            Ok(Some(Kind::Rsa(PKey::from_rsa(rsa)?)))
        }
        Some("EC") if key.get("crv").and_then(Value::as_str) == Some("P-256") => {
            let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
            let (x, y) = (number("x")?, number("y")?);
            Ok(Some(Kind::Ec(EcKey::from_public_key_affine_coordinates(&group, &x, &y)?)))
        }
        _ => Ok(None),
    }
}

impl Kind {
    fn verify(&self, algorithm: &str, signed: &[u8], signature: &[u8]) -> Result<bool, ErrorStack> {
        let digest = match (self, algorithm) {
            (Kind::Ec(key), "ES256") if signature.len() == 64 => {
                let (r, s) = signature.split_at(32);
                let both = EcdsaSig::from_private_components(
                    BigNum::from_slice(r)?,
                    BigNum::from_slice(s)?,
                )?;
                return both.verify(&hash(MessageDigest::sha256(), signed)?, key);
            }
            (Kind::Rsa(_), "RS256") => MessageDigest::sha256(),
            (Kind::Rsa(_), "RS384") => MessageDigest::sha384(),
            (Kind::Rsa(_), "RS512") => MessageDigest::sha512(),
            _ => return Ok(false),
        };
        let Kind::Rsa(key) = self else { return Ok(false) };
        let mut verifier = Verifier::new(digest, key)?;
        verifier.update(signed)?;
        verifier.verify(signature)
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes()).ok()
}

/// The client's message: `n,a=…,^Aauth=Bearer TOKEN^Aname=value^A^A`.
struct ClientFirst<'a> {
    authorization: &'a str,
    token: &'a str,
}

impl<'a> ClientFirst<'a> {
    fn parse(message: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(message).ok()?;
        let (head, rest) = text.split_once('\u{1}')?;
        let authorization = head.strip_prefix("n,")?.strip_suffix(',')?;
        let authorization = match authorization {
            "" => "",
            text => text.strip_prefix("a=")?,
        };
        let pairs = rest.strip_suffix("\u{1}\u{1}")?.split('\u{1}');
        let mut token = None;
        for (name, value) in pairs.map(|pair| pair.split_once('=')).collect::<Option<Vec<_>>>()? {
            if name == "auth" {
                let (scheme, given) = value.trim().split_once(' ')?;
                token = scheme.eq_ignore_ascii_case("bearer").then_some(given.trim());
            }
        }
        Some(ClientFirst { authorization, token: token? })
    }
}

impl BearerRules {
    /// Checks a client's message: whose it is, and until when.
    pub fn check(&self, message: &[u8], now: Millis) -> Result<Token, BearerError> {
        let first = ClientFirst::parse(message).ok_or(BearerError::Message)?;
        let token = self.token(first.token, now).map_err(BearerError::Token)?;
        if !first.authorization.is_empty() && first.authorization != token.name {
            let (asked, name) = (first.authorization.to_owned(), token.name);
            return Err(BearerError::OtherAuthorizationId { asked, name });
        }
        Ok(token)
    }

    /// Checks a token in its compact form.
    fn token(&self, text: &str, now: Millis) -> Result<Token, &'static str> {
        let parts: Vec<&str> = text.split('.').collect();
        let [head, claims, signature] = parts[..] else { return Err("it has not three parts") };
        let object = |part: &str| -> Option<Map<String, Value>> {
            serde_json::from_slice(&decode(part)?).ok()
        };
        let signed = &text[..head.len() + 1 + claims.len()];
        let head = object(head).ok_or("its header cannot be read")?;
        let claims = object(claims).ok_or("its claims cannot be read")?;
        match &self.keys {
            Some(keys) => {
                let signature = decode(signature).ok_or("its signature cannot be read")?;
                if !keys.verify(&head, signed.as_bytes(), &signature) {
                    return Err("its signature is of none of the keys");
                }
            }
            None if head.get("alg").and_then(Value::as_str) != Some("none") => {
                return Err("it is not unsecured");
            }
            None if !signature.is_empty() => return Err("an unsecured token has no signature"),
            None => {}
        }
        self.claims(&claims, now)
    }

    fn claims(&self, claims: &Map<String, Value>, now: Millis) -> Result<Token, &'static str> {
        let time_ms = |name: &str| -> Result<Option<i64>, &'static str> {
            match claims.get(name) {
                None => Ok(None),
                Some(value) => {
                    let seconds = value.as_f64().ok_or("a time is not a number")?;
                    Ok(Some((seconds * 1000.0) as i64))
                }
            }
        };
        let expires_ms = time_ms("exp")?.ok_or("it has no `exp`")?;
        let (issued, not_before) = (time_ms("iat")?, time_ms("nbf")?);
        if self.keys.is_some() && issued.is_none() {
            return Err("it has no `iat`");
        }
        if expires_ms.saturating_add(self.skew_ms) <= now {
            return Err("it has expired");
        }
        let latest = now.saturating_add(self.skew_ms);
        if not_before.is_some_and(|at| at > latest) || issued.is_some_and(|at| at > latest) {
            return Err("it is of the future");
        }
        let name = claims.get(&self.sub_claim).and_then(Value::as_str).unwrap_or_default();
        if name.trim().is_empty() {
            return Err("it names nobody");
        }
        if let Some(issuer) = &self.issuer
            && claims.get("iss").and_then(Value::as_str) != Some(issuer)
        {
            return Err("it is of another issuer");
        }
        let audience = texts(claims.get("aud"), None);
        if !self.audience.is_empty() && !self.audience.iter().any(|one| audience.contains(one)) {
            return Err("it is for another audience");
        }
        let scopes = texts(claims.get(&self.scope_claim), Some(' '));
        if !self.scopes.iter().all(|scope| scopes.contains(scope)) {
            return Err("it lacks a scope");
        }
        Ok(Token { name: name.to_owned(), expires_ms })
    }
}

/// Reads a text, which may hold several, or a list of them.
fn texts(value: Option<&Value>, separator: Option<char>) -> Vec<String> {
    match (value, separator) {
        (Some(Value::String(text)), Some(separator)) => {
            text.split(separator).filter(|t| !t.is_empty()).map(str::to_owned).collect()
        }
        (Some(Value::String(text)), None) => vec![text.clone()],
        (Some(Value::Array(all)), _) => {
            all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::pkey::Private;
    use openssl::sign::Signer;
    use serde_json::json;

    const NOW: Millis = 1_000_000;

    fn rules(keys: Option<Keys>) -> BearerRules {
        BearerRules {
            keys,
            scope_claim: "scope".into(),
            sub_claim: "sub".into(),
            audience: Vec::new(),
            issuer: None,
            skew_ms: 0,
            scopes: Vec::new(),
        }
    }

    fn part(value: &Value) -> String {
        BASE64URL_NOPAD.encode(value.to_string().as_bytes())
    }

    fn unsecured(claims: Value) -> String {
        format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims))
    }

    #[test]
    fn unsecured_tokens() {
        let good = json!({"sub": "alice", "exp": 2000, "iat": 999.5, "scope": "a b"});
        let open = rules(None);
        let want = Token { name: "alice".into(), expires_ms: 2_000_000 };
        assert_eq!(open.token(&unsecured(good.clone()), NOW), Ok(want.clone()));
        for (name, value) in [
            ("exp", json!(1000)),
            ("exp", json!("x")),
            ("exp", Value::Null),
            ("iat", json!(1001)),
            ("nbf", json!(1001)),
            ("sub", json!("")),
            ("sub", json!(7)),
        ] {
            let mut bad = good.clone();
            bad[name] = value.clone();
            assert!(open.token(&unsecured(bad), NOW).is_err(), "{name} {value}");
        }
        for bad in ["", "a.b", "a.b.c", "e30.e30.", &format!("{}x", unsecured(good.clone()))] {
            assert!(open.token(bad, NOW).is_err(), "{bad}");
        }
        let strict = BearerRules {
            scopes: vec!["b".into()],
            audience: vec!["x".into(), "y".into()],
            issuer: Some("me".into()),
            ..rules(None)
        };
        let mut full = good;
        full["iss"] = json!("me");
        full["aud"] = json!(["z", "y"]);
        assert_eq!(strict.token(&unsecured(full.clone()), NOW), Ok(want));
        for (name, value) in [("iss", json!("you")), ("aud", json!("z")), ("scope", json!(["a"]))] {
            let mut bad = full.clone();
            bad[name] = value;
            assert!(strict.token(&unsecured(bad), NOW).is_err(), "{name}");
        }
    }

    #[test]
    fn messages() {
        let token = unsecured(json!({"sub": "alice", "exp": 2000}));
        let open = rules(None);
        let name = |message: &str| open.check(message.as_bytes(), NOW).map(|token| token.name);
        let alice = Ok("alice".to_owned());
        assert_eq!(name(&format!("n,,\u{1}auth=Bearer {token}\u{1}\u{1}")), alice);
        assert_eq!(name(&format!("n,a=alice,\u{1}auth=bearer {token}\u{1}x=y\u{1}\u{1}")), alice);
        let other = name(&format!("n,a=bob,\u{1}auth=Bearer {token}\u{1}\u{1}"));
        assert!(matches!(other, Err(BearerError::OtherAuthorizationId { .. })));
        for bad in ["", "n,,\u{1}\u{1}", "n,,\u{1}auth=Basic x\u{1}\u{1}", "n,,\u{1}x=y\u{1}\u{1}"]
        {
            assert_eq!(name(bad), Err(BearerError::Message), "{bad:?}");
        }
    }

    fn sign_rs256(key: &PKey<Private>, head: Value, claims: &Value) -> String {
        let signed = format!("{}.{}", part(&head), part(claims));
        let mut signer = Signer::new(MessageDigest::sha256(), key).unwrap();
        signer.update(signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signer.sign_to_vec().unwrap()))
    }

    #[test]
    fn signed_tokens() {
        let rsa = Rsa::generate(2048).unwrap();
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let ec = EcKey::generate(&group).unwrap();
        let mut bn = openssl::bn::BigNumContext::new().unwrap();
        let (mut x, mut y) = (BigNum::new().unwrap(), BigNum::new().unwrap());
        ec.public_key().affine_coordinates(&group, &mut x, &mut y, &mut bn).unwrap();
        let number = |number: &openssl::bn::BigNumRef| BASE64URL_NOPAD.encode(&number.to_vec());
        let set = json!({"keys": [
            {"kty": "RSA", "kid": "r", "n": number(rsa.n()), "e": number(rsa.e())},
            {"kty": "EC", "crv": "P-256", "kid": "e", "x": number(&x), "y": number(&y)},
            {"kty": "oct", "k": "AAAA"},
        ]});
        let keys = Keys::parse(set.to_string().as_bytes()).unwrap();
        let rules = rules(Some(keys));
        let key = PKey::from_rsa(rsa).unwrap();
        let claims = json!({"sub": "alice", "exp": 2000, "iat": 900});
        let good = sign_rs256(&key, json!({"alg": "RS256", "kid": "r"}), &claims);
        assert_eq!(rules.token(&good, NOW).unwrap().name, "alice");
        assert!(rules.token(&sign_rs256(&key, json!({"alg": "RS256"}), &claims), NOW).is_ok());

        let signed = format!("{}.{}", part(&json!({"alg": "ES256", "kid": "e"})), part(&claims));
        let digest = hash(MessageDigest::sha256(), signed.as_bytes()).unwrap();
        let both = EcdsaSig::sign(&digest, &ec).unwrap();
        let mut raw = both.r().to_vec_padded(32).unwrap();
        raw.extend(both.s().to_vec_padded(32).unwrap());
        let es256 = format!("{signed}.{}", BASE64URL_NOPAD.encode(&raw));
        assert_eq!(rules.token(&es256, NOW).unwrap().name, "alice");

        let mut forged: Vec<&str> = good.split('.').collect();
        let other = part(&json!({"sub": "root", "exp": 2000, "iat": 900}));
        forged[1] = &other;
        let rows = [
            forged.join("."),
            unsecured(claims.clone()),
            sign_rs256(&key, json!({"alg": "RS256", "kid": "e"}), &claims),
            sign_rs256(&key, json!({"alg": "none"}), &claims),
            sign_rs256(&key, json!({"alg": "HS256", "kid": "r"}), &claims),
            sign_rs256(&key, json!({"alg": "RS256"}), &json!({"sub": "a", "exp": 2000})),
        ];
        for bad in rows {
            assert!(rules.token(&bad, NOW).is_err(), "{bad}");
        }
        for bad in ["", "{}", "{\"keys\": []}", "{\"keys\": [{\"kty\": \"oct\"}]}"] {
            assert!(Keys::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
