//! One connection: frames in, answers out, in the order of the requests.
//!
//! A request is answered before the next one is looked at, as Kafka does; meanwhile the
//! connection reads a little ahead, so that a peer that went away ends its own waiting.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes};
use openssl::ssl::Ssl;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;
use tracing::{debug, warn};

use super::caps::Caps;
use super::chunks::Chunks;
use super::frames::{FrameError, Frames};
use super::front::Tls;
use super::idle::Idle;
use super::memory::{Claim, Doing, NoRoom};
use super::sasl;
use super::tls;
use crate::base::caught::{Panic, caught};
use crate::base::clock::Moment;
use crate::broker::Broker;
use crate::broker::api::{self, Answer, Peer};

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// What bytes come and go through.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Serves a connection until its peer leaves or breaks the protocol.
pub(super) async fn serve(broker: Arc<Broker>, stream: TcpStream, mut peer: Peer, caps: &Caps) {
    // Answers are whole frames; there is nothing to wait for.
    let _ = stream.set_nodelay(true);
    let front = Arc::clone(&peer.front);
    let (address, connection) = (peer.address, peer.connection);
    let conversation = pin!(async {
        match &front.tls {
            None => converse(&broker, stream, &mut peer, caps).await,
            // What takes much memory by itself does not make all connections larger.
            Some(tls) => match Box::pin(secured(stream, tls, &mut peer)).await {
                Ok(stream) => Box::pin(converse(&broker, stream, &mut peer, caps)).await,
                Err(error) => Err(error),
            },
        }
    });
    // A handler that panics costs its own connection, and nobody else's.
    match caught(conversation).await.unwrap_or_else(|panic| Err(Trouble::Panic(panic))) {
        Ok(()) => debug!(%address, "connection closed"),
        Err(Trouble::Frame(FrameError::Io(error))) => {
            debug!(%address, %error, "connection lost")
        }
        Err(error) => {
            warn!(%address, listener = %front.name, %error, "connection closed by us")
        }
    }
    broker.shares.disconnected(&broker, connection);
}

/// Why we end a connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(transparent)]
    Request(#[from] api::Refusal),
    #[error("the TLS handshake failed: {0}")]
    Tls(String),
    #[error("{0}")]
    Login(String),
    #[error(transparent)]
    Panic(Panic),
    #[error("the login was not renewed in time")]
    LoginOver,
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Trouble::Frame(FrameError::Io(error))
    }
}

/// Makes a TLS connection of a socket, and learns who is there.
async fn secured(
    stream: TcpStream,
    settings: &Tls,
    peer: &mut Peer,
) -> Result<SslStream<TcpStream>, Trouble> {
    let failed = |error: &dyn std::fmt::Display| Trouble::Tls(error.to_string());
    let ssl = Ssl::new(&settings.context).map_err(|error| failed(&error))?;
    let mut stream = SslStream::new(ssl, stream).map_err(|error| failed(&error))?;
    match tokio::time::timeout(HANDSHAKE, Pin::new(&mut stream).accept()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(failed(&error)),
        Err(_) => return Err(failed(&"it took too long")),
    }
    peer.principal = tls::principal(settings, stream.ssl()).map_err(|error| failed(&error))?;
    Ok(stream)
}

async fn converse(
    broker: &Arc<Broker>,
    mut stream: impl Stream,
    peer: &mut Peer,
    caps: &Caps,
) -> Result<(), Trouble> {
    let stream = &mut stream;
    let mut frames = Frames::new(caps.frame_bytes, Idle::new(caps.idle));
    let mut login = None;
    if peer.front.sasl.is_some() {
        match Box::pin(sasl::log_in(broker, stream, &mut frames, peer)).await? {
            Some(done) => login = Some(done),
            None => return Ok(()),
        }
        frames.limit(caps.frame_bytes);
    }
    while let Some(frame) = next(&mut frames, stream, &peer.claim).await? {
        if let Some(held) = &mut login {
            if sasl::is_handshake(&frame) && sasl::may_renew(held) {
                let renewed = sasl::log_in_again(broker, stream, &mut frames, peer, held, frame);
                match Box::pin(renewed).await? {
                    Some(done) => *held = done,
                    None => return Ok(()),
                }
                continue;
            }
            if held.is_over() {
                return Err(Trouble::LoginOver);
            }
        }
        peer.claim.does(Doing::Working);
        match answer(broker, stream, &mut frames, peer, frame).await? {
            Some((Answer::Send(chunks), hold_back)) => {
                send(stream, &frames, &peer.claim, chunks).await?;
                mute(hold_back).await;
            }
            Some((Answer::Silence, hold_back)) => mute(hold_back).await,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// Has the peer take an answer, in its own time as long as others do not need the memory.
async fn send(
    stream: &mut impl Stream,
    frames: &Frames,
    claim: &Claim,
    chunks: Vec<Bytes>,
) -> Result<(), Trouble> {
    let mut frame = Chunks::frame(chunks);
    let lent_bytes = claim.take_lent();
    claim.does(Doing::Writing);
    claim.hold_anyway(frames.bytes() + frame.remaining().saturating_sub(lent_bytes));
    tokio::select! {
        biased;
        sent = stream.write_all_buf(&mut frame) => sent?,
        () = claim.called() => return Err(FrameError::NoRoom(NoRoom).into()),
    }
    claim.hold_anyway(frames.bytes());
    Ok(())
}

/// Reads nothing for as long as a client that exceeds its quota is held back.
async fn mute(hold_back: Duration) {
    if !hold_back.is_zero() {
        tokio::time::sleep(hold_back).await;
    }
}

/// Returns the next frame: none, where the peer has left, or has been silent for too long.
pub(super) async fn next(
    frames: &mut Frames,
    stream: &mut impl Stream,
    claim: &Claim,
) -> Result<Option<Bytes>, FrameError> {
    loop {
        if let Some(frame) = frames.next()? {
            return Ok(Some(frame));
        }
        claim.does(if frames.is_empty() { Doing::Resting } else { Doing::Reading });
        claim.hold(frames.bytes()).await?;
        let read = tokio::select! {
            biased;
            read = frames.fill_unless_idle(stream) => read?,
            () = claim.called() => {
                if !frames.is_empty() {
                    return Err(NoRoom.into());
                }
                frames.give_back();
                claim.obeyed();
                continue;
            }
        };
        if read == 0 {
            return Ok(None);
        }
    }
}

/// Waits for the answer to one request: none if the peer left meanwhile.
async fn answer(
    broker: &Arc<Broker>,
    stream: &mut impl Stream,
    frames: &mut Frames,
    peer: &Peer,
    frame: Bytes,
) -> Result<Option<(Answer, Duration)>, Trouble> {
    let mut handling = pin!(api::answer(broker, peer, frame));
    loop {
        tokio::select! {
            biased;
            answer = &mut handling => return Ok(Some(answer?)),
            read = frames.fill(stream), if frames.may_read_ahead() => {
                if read? == 0 {
                    return Ok(None);
                }
            }
        }
    }
}

/// A login that holds.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) mechanism: crate::broker::auth::sasl::Mechanism,
    /// When it has to be renewed, where it has to be.
    pub(super) over: Option<Moment>,
    /// When it was last begun to be renewed.
    pub(super) renewed: Option<Moment>,
}

impl Held {
    fn is_over(&self) -> bool {
        self.over.is_some_and(Moment::has_passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_takes_little_memory() {
        fn size<A, B, C, D, F>(_: impl Fn(A, B, C, D) -> F) -> usize {
            size_of::<F>()
        }
        let serve = |broker, stream, peer, caps: &'static Caps| serve(broker, stream, peer, caps);
        let bytes = size(serve);
        assert!(bytes <= 4 * 1024, "{bytes}: what is rare and large belongs into a box");
    }
}
