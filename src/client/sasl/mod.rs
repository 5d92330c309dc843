//! Logging in by SASL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, and OAUTHBEARER with the unsecured
//! tokens that librdkafka makes (`enable.sasl.oauthbearer.unsecure.jwt`, for development).
//!
//! Does not do GSSAPI (Kerberos) and tokens from a provider (OIDC): refused by name. Messages
//! only; `conn` sends them.

mod bearer;
mod scram;

use super::error::ClientError;
use super::options::{Properties, flag, refuse};
use crate::base::clock::Clock;
use scram::{Hash, Scram};

/// How to log in, checked.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Sasl {
    Plain { username: String, password: String },
    Scram { hash: Hash, username: String, password: String },
    Bearer { token: String, extensions: Vec<(String, String)> },
}

impl std::fmt::Debug for Sasl {
    /// Writes the mechanism: the rest is secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.mechanism())
    }
}

impl Sasl {
    pub(super) fn of(properties: &Properties, clock: &dyn Clock) -> Result<Self, ClientError> {
        let property = |name: &str| properties.get(name).cloned();
        let (name, mechanism) = ["sasl.mechanism", "sasl.mechanisms"]
            .iter()
            .find_map(|name| Some((*name, property(name)?)))
            .unwrap_or(("sasl.mechanism", "GSSAPI".to_owned()));
        let login = || {
            let need = |name: &str| {
                property(name).ok_or_else(|| ClientError::Property {
                    name: name.to_owned(),
                    why: format!("{mechanism} needs it"),
                })
            };
            Ok::<_, ClientError>((need("sasl.username")?, need("sasl.password")?))
        };
        match mechanism.as_str() {
            "PLAIN" => login().map(|(username, password)| Sasl::Plain { username, password }),
            "SCRAM-SHA-256" | "SCRAM-SHA-512" => {
                let hash = if mechanism.ends_with("256") { Hash::Sha256 } else { Hash::Sha512 };
                login().map(|(username, password)| Sasl::Scram { hash, username, password })
            }
            "OAUTHBEARER" => {
                if !flag(properties, "enable.sasl.oauthbearer.unsecure.jwt", false)? {
                    return Err(ClientError::Property {
                        name: name.to_owned(),
                        why: "OAUTHBEARER works with unsecured tokens only \
                              (enable.sasl.oauthbearer.unsecure.jwt=true)"
                            .to_owned(),
                    });
                }
                let config = property("sasl.oauthbearer.config").unwrap_or_default();
                let (token, extensions) = bearer::unsecured(&config, clock.now())
                    .map_err(|why| refuse("sasl.oauthbearer.config", &why))?;
                Ok(Sasl::Bearer { token, extensions })
            }
            _ => Err(ClientError::Property {
                name: name.to_owned(),
                why: format!(
                    "{mechanism} is not supported: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and \
                     OAUTHBEARER are"
                ),
            }),
        }
    }

    pub(super) fn mechanism(&self) -> &'static str {
        match self {
            Sasl::Plain { .. } => "PLAIN",
            Sasl::Scram { hash: Hash::Sha256, .. } => "SCRAM-SHA-256",
            Sasl::Scram { hash: Hash::Sha512, .. } => "SCRAM-SHA-512",
            Sasl::Bearer { .. } => "OAUTHBEARER",
        }
    }

    /// Talks the mechanism through. `send` sends our bytes and returns the broker's.
    pub(super) fn talk<E>(
        &self,
        mut send: impl FnMut(Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<(), TalkError<E>> {
        match self {
            Sasl::Plain { username, password } => {
                send(format!("\0{username}\0{password}").into_bytes())?;
            }
            Sasl::Scram { hash, username, password } => {
                let mut nonce = [0; 24];
                getrandom::fill(&mut nonce)
                    .map_err(|_| TalkError::Refused("there is no randomness".to_owned()))?;
                let scram = Scram::new(*hash, username, password, &nonce);
                let challenge = send(scram.first().into_bytes())?;
                let (proof, signature) = scram.prove(&challenge).map_err(TalkError::Refused)?;
                let verdict = send(proof.into_bytes())?;
                signature.check(&verdict).map_err(TalkError::Refused)?;
            }
            Sasl::Bearer { token, extensions } => {
                let verdict = send(bearer::first(token, extensions).into_bytes())?;
                // An empty answer is a yes; a no is an explanation, which wants to be
                // acknowledged before the broker says so in an error code (RFC 7628).
                if !verdict.is_empty() {
                    send(vec![1])?;
                    let text = String::from_utf8_lossy(&verdict).into_owned();
                    return Err(TalkError::Refused(text));
                }
            }
        }
        Ok(())
    }
}

/// Why a login did not come to its end.
#[derive(Debug)]
pub(super) enum TalkError<E> {
    /// Sending failed, or the broker answered with an error code.
    Send(E),
    /// What the broker said does not hold.
    Refused(String),
}

impl<E> From<E> for TalkError<E> {
    fn from(error: E) -> Self {
        TalkError::Send(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Manual;

    fn of(list: &[(&str, &str)]) -> Result<Sasl, ClientError> {
        let properties = list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Sasl::of(&properties, &Manual::at(1_000))
    }

    #[test]
    fn mechanisms_are_chosen_and_what_is_missing_is_named() {
        let login = [("sasl.username", "u"), ("sasl.password", "p")];
        for name in ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] {
            let sasl = of(&[("sasl.mechanisms", name), login[0], login[1]]).unwrap();
            assert_eq!(sasl.mechanism(), name);
            assert_eq!(format!("{sasl:?}"), name);
            let error = of(&[("sasl.mechanism", name), login[0]]).unwrap_err().to_string();
            assert!(error.contains("sasl.password"), "{error}");
        }
        let error = of(&[]).unwrap_err().to_string();
        assert!(error.contains("GSSAPI is not supported"), "{error}");
        assert!(of(&[("sasl.mechanism", "OAUTHBEARER")]).is_err());
    }

    #[test]
    fn plain_says_name_and_password() {
        let sasl =
            of(&[("sasl.mechanism", "PLAIN"), ("sasl.username", "u"), ("sasl.password", "p")])
                .unwrap();
        let mut sent = Vec::new();
        let result = sasl.talk(|bytes| {
            sent.push(bytes);
            Ok::<_, ()>(Vec::new())
        });
        assert!(result.is_ok());
        assert_eq!(sent, [b"\0u\0p".to_vec()]);
    }
}
