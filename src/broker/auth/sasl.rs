//! One login: the messages of a mechanism in, answers out, and a principal at the end.
//!
//! Source: `SaslServerAuthenticator`.

use super::bearer::{BearerError, BearerRules};
use super::plain::PlainUsers;
use super::principal::Principal;
use super::scram;
use crate::base::clock::Millis;
use crate::broker::meta::plan::hmac_of;
use crate::broker::meta::state::Access;
use crate::broker::meta::state::access::ScramMechanism;
use data_encoding::BASE64;

/// A mechanism that the broker offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mechanism {
    Plain,
    Scram(ScramMechanism),
    Bearer,
}

impl Mechanism {
    pub const ALL: [Mechanism; 4] = [
        Mechanism::Plain,
        Mechanism::Scram(ScramMechanism::Sha256),
        Mechanism::Scram(ScramMechanism::Sha512),
        Mechanism::Bearer,
    ];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| mechanism.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::Scram(mechanism) => mechanism.name(),
            Mechanism::Bearer => "OAUTHBEARER",
        }
    }
}

/// What logins are checked against.
pub struct Directory<'a> {
    pub plain: &'a PlainUsers,
    pub bearer: &'a BearerRules,
    pub access: &'a Access,
    /// `delegation.token.secret.key`.
    pub token_secret: Option<&'a str>,
    pub now: Millis,
}

/// Somebody who has proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedIn {
    pub principal: Principal,
    /// When the proof ends, where it does.
    pub expires_ms: Option<Millis>,
}

/// What follows from a message.
#[derive(Debug)]
pub enum Step {
    /// The client has to say more.
    More(Vec<u8>),
    /// The client is in, and gets a last word.
    Done(Vec<u8>, LoggedIn),
    /// The client is not let in; the text is for it.
    Failed(String),
}

/// A login under way.
#[derive(Debug)]
pub struct Login {
    mechanism: Mechanism,
    /// `authentication`, or `re-authentication`.
    what: &'static str,
    state: State,
}

#[derive(Debug)]
enum State {
    Begun,
    Challenged {
        server: Box<scram::Server>,
        outcome: LoggedIn,
    },
    /// The client was told what is wrong with its token, and acknowledges it (RFC 7628).
    Refused(String),
    Over,
}

impl Login {
    pub fn new(mechanism: Mechanism, again: bool) -> Self {
        let what = if again { "re-authentication" } else { "authentication" };
        Login { mechanism, what, state: State::Begun }
    }

    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// Takes the client's next message. `nonce` makes the server's.
    pub fn step(
        &mut self,
        message: &[u8],
        directory: &Directory,
        nonce: impl FnOnce() -> String,
    ) -> Step {
        match (std::mem::replace(&mut self.state, State::Over), self.mechanism) {
            (State::Begun, Mechanism::Plain) => match directory.plain.check(message) {
                Ok(name) => Step::Done(Vec::new(), forever(Principal::user(&name))),
                Err(error) => Step::Failed(error.to_string()),
            },
            (State::Begun, Mechanism::Bearer) => {
                match directory.bearer.check(message, directory.now) {
                    Ok(token) => {
                        let principal = Principal::user(&token.name);
                        let expires_ms = Some(token.expires_ms);
                        Step::Done(Vec::new(), LoggedIn { principal, expires_ms })
                    }
                    Err(BearerError::Token(_)) => {
                        let told = "{\"status\":\"invalid_token\"}".to_owned();
                        self.state = State::Refused(told.clone());
                        Step::More(told.into_bytes())
                    }
                    Err(error @ BearerError::OtherAuthorizationId { .. }) => {
                        Step::Failed(error.to_string())
                    }
                    Err(BearerError::Message) => self.invalid(),
                }
            }
            (State::Begun, Mechanism::Scram(mechanism)) => {
                self.begin_scram(mechanism, message, directory, &nonce())
            }
            (State::Challenged { server, outcome }, _) => match server.finish(message) {
                Ok(verdict) => Step::Done(verdict, outcome),
                Err(_) => self.invalid(),
            },
            (State::Refused(told), _) => Step::Failed(told),
            (State::Over, _) => self.invalid(),
        }
    }

    fn begin_scram(
        &mut self,
        mechanism: ScramMechanism,
        message: &[u8],
        directory: &Directory,
        nonce: &str,
    ) -> Step {
        let first = match scram::ClientFirst::parse(message) {
            Ok(first) => first,
            Err(error @ scram::ScramError::OtherAuthorizationId) => {
                return Step::Failed(error.to_string());
            }
            Err(_) => return self.invalid(),
        };
        let found = if first.is_token {
            token(mechanism, &first.user, directory, nonce)
        } else {
            let credential = directory.access.credential(&first.user, mechanism).cloned();
            credential.map(|credential| (credential, forever(Principal::user(&first.user))))
        };
        // A user that does not exist learns no more than one whose password is wrong.
        let Some((credential, outcome)) = found else { return self.invalid() };
        let server = Box::new(scram::Server::new(mechanism, &first, credential, nonce));
        let challenge = server.challenge().to_vec();
        self.state = State::Challenged { server, outcome };
        Step::More(challenge)
    }

    /// Kafka's text for what must not tell whether the user or the password is wrong.
    fn invalid(&self) -> Step {
        Step::Failed(format!(
            "Authentication failed during {} due to invalid credentials with SASL mechanism {}",
            self.what,
            self.mechanism.name()
        ))
    }
}

fn forever(principal: Principal) -> LoggedIn {
    LoggedIn { principal, expires_ms: None }
}

/// Finds a delegation token: its id is the user, and its HMAC in base64 the password.
fn token(
    mechanism: ScramMechanism,
    id: &str,
    directory: &Directory,
    salt: &str,
) -> Option<(crate::broker::meta::state::access::ScramCredential, LoggedIn)> {
    let secret = directory.token_secret?;
    let token = directory.access.tokens().get(id)?;
    if token.expires_ms < directory.now {
        return None;
    }
    let password = BASE64.encode(&hmac_of(secret, id).ok()?);
    let credential =
        scram::credential(mechanism, &password, salt.as_bytes(), scram::ITERATIONS_MIN).ok()?;
    let principal = Principal::of_token(&token.owner);
    Some((credential, LoggedIn { principal, expires_ms: Some(token.expires_ms) }))
}
