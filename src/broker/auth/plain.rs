//! SASL PLAIN (RFC 4616), the broker's side.

use std::collections::BTreeMap;
use std::fmt;

use openssl::memcmp;

use super::jaas::Entry;

/// The users with their passwords.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PlainUsers(BTreeMap<String, String>);

impl fmt::Debug for PlainUsers {
    /// Writes how many there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlainUsers({})", self.0.len())
    }
}

/// Why somebody is not let in, in Kafka's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlainError {
    #[error("Invalid SASL/PLAIN response: expected 3 tokens, got {0}")]
    Tokens(usize),
    #[error("Authentication failed: username not specified")]
    NoName,
    #[error("Authentication failed: password not specified")]
    NoPassword,
    #[error(
        "Authentication failed: Client requested an authorization id that is different from username"
    )]
    OtherAuthorizationId,
    #[error("Authentication failed: Invalid username or password")]
    Wrong,
}

impl PlainUsers {
    /// Takes the users of a JAAS entry: `user_NAME="PASSWORD"`.
    pub fn of(entry: &Entry) -> Self {
        let users = entry.options.iter().filter_map(|(name, password)| {
            Some((name.strip_prefix("user_")?.to_owned(), password.clone()))
        });
        PlainUsers(users.collect())
    }

    /// Adds a user.
    pub fn add(&mut self, name: &str, password: &str) {
        self.0.insert(name.to_owned(), password.to_owned());
    }

    /// Checks a message: whose it is.
    pub fn check(&self, message: &[u8]) -> Result<String, PlainError> {
        let parts: Vec<&[u8]> = message.split(|byte| *byte == 0).collect();
        let [authorization, name, password] = parts[..] else {
            return Err(PlainError::Tokens(parts.len()));
        };
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let (authorization, name) = (text(authorization), text(name));
        if name.is_empty() {
            return Err(PlainError::NoName);
        }
        if password.is_empty() {
            return Err(PlainError::NoPassword);
        }
        let expected = self.0.get(&name).map_or("", String::as_str).as_bytes();
        if expected.len() != password.len() || !memcmp::eq(expected, password) {
            return Err(PlainError::Wrong);
        }
        if !authorization.is_empty() && authorization != name {
            return Err(PlainError::OtherAuthorizationId);
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        let mut users = PlainUsers::default();
        users.add("a", "secret");
        let rows = [
            ("\0a\0secret", Ok("a".to_owned())),
            ("a\0a\0secret", Ok("a".to_owned())),
            ("b\0a\0secret", Err(PlainError::OtherAuthorizationId)),
            ("\0a\0wrong", Err(PlainError::Wrong)),
            ("\0a\0secre", Err(PlainError::Wrong)),
            ("\0b\0secret", Err(PlainError::Wrong)),
            ("\0\0secret", Err(PlainError::NoName)),
            ("\0a\0", Err(PlainError::NoPassword)),
            ("a\0secret", Err(PlainError::Tokens(2))),
            ("", Err(PlainError::Tokens(1))),
        ];
        for (message, want) in rows {
            assert_eq!(users.check(message.as_bytes()), want, "{message:?}");
        }
        assert_eq!(format!("{users:?}"), "PlainUsers(1)");
    }
}
