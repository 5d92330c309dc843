//! A connection's login (KIP-43, KIP-152): which frames may come before it, and renewing it
//! while it lasts (KIP-368).
//!
//! Source: `SaslServerAuthenticator`. What the messages mean is `auth::sasl`'s business.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;

use super::blocking;
use super::chunks::Chunks;
use super::connection::{Held, Stream, Trouble, next};
use super::frames::Frames;
use super::front::Sasl;
use crate::base::clock::Moment;
use crate::broker::Broker;
use crate::broker::api::{self, Answer, Peer};
use crate::broker::auth::Principal;
use crate::broker::auth::sasl::{Directory, LoggedIn, Login, Mechanism, Step};
use crate::wire::ErrorCode;
use crate::wire::header::RequestHeader;
use crate::wire::messages::sasl_authenticate::{SaslAuthenticateRequest, SaslAuthenticateResponse};
use crate::wire::messages::sasl_handshake::{SaslHandshakeRequest, SaslHandshakeResponse};
use crate::wire::schema::Message;

const HANDSHAKE: i16 = SaslHandshakeRequest::TABLE.key;
const AUTHENTICATE: i16 = SaslAuthenticateRequest::TABLE.key;
const API_VERSIONS: i16 = crate::wire::header::API_VERSIONS;

/// A login is renewed at most this often.
const RENEWAL: Duration = Duration::from_secs(1);

/// Returns a request's API key.
fn key(frame: &[u8]) -> Option<i16> {
    frame.first_chunk::<2>().map(|bytes| i16::from_be_bytes(*bytes))
}

/// Says whether a frame begins a login.
pub(super) fn is_handshake(frame: &[u8]) -> bool {
    key(frame) == Some(HANDSHAKE)
}

/// Says whether a login may be renewed already; one that never ends, and one that comes too soon,
/// is a request as others, and answered with an error.
pub(super) fn may_renew(held: &mut Held) -> bool {
    let ends = held.over.is_some();
    let may = ends && held.renewed.is_none_or(|at| at.after(RENEWAL).has_passed());
    if may {
        held.renewed = Some(Moment::now());
    }
    may
}

/// Leads a connection to its login: none where the peer left.
pub(super) async fn log_in(
    broker: &Arc<Broker>,
    stream: &mut impl Stream,
    frames: &mut Frames,
    peer: &mut Peer,
) -> Result<Option<Held>, Trouble> {
    let front = Arc::clone(&peer.front);
    let Some(sasl) = &front.sasl else { return Ok(None) };
    frames.limit(sasl.frame_bytes);
    loop {
        let Some(frame) = next(frames, stream, &peer.claim).await? else { return Ok(None) };
        match key(&frame) {
            Some(API_VERSIONS) => {
                let (answer, _) = api::answer(broker, peer, frame).await?;
                send(stream, answer).await?;
            }
            Some(HANDSHAKE) => {
                let mut desk = Desk { broker, stream, frames, peer, sasl, again: None };
                return desk.begin(frame).await;
            }
            other => return Err(unexpected(other, "handshake")),
        }
    }
}

/// Renews a login. It must be the same user's, by the same mechanism.
pub(super) async fn log_in_again(
    broker: &Arc<Broker>,
    stream: &mut impl Stream,
    frames: &mut Frames,
    peer: &mut Peer,
    held: &Held,
    frame: Bytes,
) -> Result<Option<Held>, Trouble> {
    let front = Arc::clone(&peer.front);
    let Some(sasl) = &front.sasl else { return Ok(None) };
    let again = Some((held.mechanism, peer.principal.clone()));
    let mut desk = Desk { broker, stream, frames, peer, sasl, again };
    let done = desk.begin(frame).await?;
    Ok(done.map(|done| Held { renewed: held.renewed, ..done }))
}

fn unexpected(key: Option<i16>, during: &str) -> Trouble {
    let key = key.map_or("none".to_owned(), |key| key.to_string());
    Trouble::Login(format!("Unexpected Kafka request of type {key} during SASL {during}."))
}

async fn send(stream: &mut impl Stream, answer: Answer) -> Result<(), Trouble> {
    if let Answer::Send(chunks) = answer {
        stream.write_all_buf(&mut Chunks::frame(chunks)).await?;
    }
    Ok(())
}

/// One login under way.
struct Desk<'a, S> {
    broker: &'a Arc<Broker>,
    stream: &'a mut S,
    frames: &'a mut Frames,
    peer: &'a mut Peer,
    sasl: &'a Sasl,
    /// Whose login is renewed, and by what.
    again: Option<(Mechanism, Principal)>,
}

/// What a login's message came in.
enum Envelope {
    Request(RequestHeader),
    /// Bare bytes, after a handshake of version 0.
    Bare,
}

impl<S: Stream> Desk<'_, S> {
    async fn begin(&mut self, frame: Bytes) -> Result<Option<Held>, Trouble> {
        let (head, request) = api::open::<SaslHandshakeRequest>(frame)?;
        let names = self.sasl.mechanisms.iter().map(|(mechanism, _)| mechanism.name().to_owned());
        let mechanisms = names.collect();
        let offered = self.sasl.mechanisms.iter();
        let found = offered.into_iter().find(|(known, _)| known.name() == request.mechanism);
        let Some((mechanism, reauth_ms)) = found.copied() else {
            let error_code = ErrorCode::UNSUPPORTED_SASL_MECHANISM.0;
            self.refuse(api::close(SaslHandshakeResponse { error_code, mechanisms }, &head)?)
                .await?;
            let text = format!("Unsupported SASL mechanism {}", request.mechanism);
            return Err(Trouble::Login(text));
        };
        let response = SaslHandshakeResponse { error_code: 0, mechanisms };
        send(self.stream, api::close(response, &head)?).await?;
        let mut login = Login::new(mechanism, self.again.is_some());
        loop {
            let Some(frame) = next(self.frames, self.stream, &self.peer.claim).await? else {
                return Ok(None);
            };
            let (envelope, message) = if head.api_version == 0 {
                (Envelope::Bare, frame)
            } else if key(&frame) == Some(AUTHENTICATE) {
                let (head, request) = api::open::<SaslAuthenticateRequest>(frame)?;
                (Envelope::Request(head), request.auth_bytes)
            } else {
                return Err(unexpected(key(&frame), "authentication"));
            };
            match self.step(&mut login, &message) {
                Step::More(bytes) => self.tell(&envelope, bytes, 0).await?,
                Step::Done(bytes, who) => {
                    return self.done(mechanism, reauth_ms, &envelope, bytes, who).await.map(Some);
                }
                Step::Failed(text) => return self.failed(&envelope, text).await,
            }
        }
    }

    fn step(&self, login: &mut Login, message: &[u8]) -> Step {
        let state = self.broker.controller.state();
        let directory = Directory {
            plain: &self.sasl.plain,
            bearer: &self.sasl.bearer,
            access: state.access(),
            token_secret: self.broker.token_secret.as_deref(),
            now: self.broker.clock.now(),
        };
        let nonce = || format!("{}{}", self.broker.random.id(), self.broker.random.id());
        // A token's credential is computed, which takes a few milliseconds.
        blocking(|| login.step(message, &directory, nonce))
    }

    async fn done(
        &mut self,
        mechanism: Mechanism,
        reauth_ms: i64,
        envelope: &Envelope,
        bytes: Vec<u8>,
        who: LoggedIn,
    ) -> Result<Held, Trouble> {
        if let Some((before, principal)) = &self.again
            && (*before != mechanism || principal.text() != who.principal.text())
        {
            let text = format!(
                "Cannot change principals during re-authentication from {principal}: {}",
                who.principal
            );
            return self
                .failed(envelope, text)
                .await
                .and_then(|_: Option<Held>| Err(Trouble::Login("another user's login".into())));
        }
        let proof_ms = who.expires_ms.map(|at| at.saturating_sub(self.broker.clock.now()).max(0));
        let session_ms = match (proof_ms, reauth_ms) {
            (Some(proof), ..=0) => Some(proof),
            (Some(proof), reauth) => Some(proof.min(reauth)),
            (None, ..=0) => None,
            (None, reauth) => Some(reauth),
        };
        let over = session_ms
            .map(|ms| Moment::now().after(Duration::from_millis(u64::try_from(ms).unwrap_or(0))));
        self.peer.principal = who.principal;
        self.tell(envelope, bytes, session_ms.unwrap_or(0)).await?;
        Ok(Held { mechanism, over, renewed: None })
    }

    async fn tell(
        &mut self,
        envelope: &Envelope,
        bytes: Vec<u8>,
        session_lifetime_ms: i64,
    ) -> Result<(), Trouble> {
        let answer = match envelope {
            Envelope::Bare => Answer::Send(vec![bytes.into()]),
            Envelope::Request(head) => {
                let response = SaslAuthenticateResponse {
                    error_code: 0,
                    error_message: None,
                    auth_bytes: bytes.into(),
                    session_lifetime_ms,
                };
                api::close(response, head)?
            }
        };
        send(self.stream, answer).await
    }

    /// Answers a login that failed, after a while, and ends the connection.
    async fn failed<T>(&mut self, envelope: &Envelope, text: String) -> Result<Option<T>, Trouble> {
        if let Envelope::Request(head) = envelope {
            let response = SaslAuthenticateResponse {
                error_code: ErrorCode::SASL_AUTHENTICATION_FAILED.0,
                error_message: Some(text.clone()),
                ..Default::default()
            };
            self.refuse(api::close(response, head)?).await?;
        }
        Err(Trouble::Login(text))
    }

    /// Holds an answer back for as long as `connection.failed.authentication.delay.ms` says, so
    /// that guessing takes its time.
    async fn refuse(&mut self, answer: Answer) -> Result<(), Trouble> {
        let delay_ms = self.broker.config().failed_authentication_delay_ms;
        tokio::time::sleep(Duration::from_millis(u64::try_from(delay_ms).unwrap_or(0))).await;
        send(self.stream, answer).await?;
        Ok(self.stream.flush().await?)
    }
}
