//! One connection: frames in, answers out, in the order of the requests.
//!
//! A request is answered before the next one is looked at, as Kafka does; meanwhile the
//! connection reads a little ahead, so that a peer that went away ends its own waiting.

use std::sync::Arc;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tracing::{debug, warn};

use super::caps::Caps;
use super::chunks::Chunks;
use super::frames::{FrameError, Frames};
use crate::broker::Broker;
use crate::broker::api::{self, Answer, Peer};

/// Serves a connection until its peer leaves or breaks the protocol.
pub(super) async fn serve(broker: Arc<Broker>, mut stream: TcpStream, peer: Peer, caps: &Caps) {
    // Answers are whole frames; there is nothing to wait for.
    let _ = stream.set_nodelay(true);
    match converse(&broker, &mut stream, &peer, caps).await {
        Ok(()) => debug!(%peer.address, "connection closed"),
        Err(Trouble::Frame(FrameError::Io(error))) => {
            debug!(%peer.address, %error, "connection lost")
        }
        Err(error) => warn!(%peer.address, %error, "connection closed by us"),
    }
    broker.shares.disconnected(&broker, peer.connection);
}

/// Why we end a connection.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(transparent)]
    Request(#[from] api::Refusal),
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Trouble::Frame(FrameError::Io(error))
    }
}

async fn converse(
    broker: &Arc<Broker>,
    stream: &mut TcpStream,
    peer: &Peer,
    caps: &Caps,
) -> Result<(), Trouble> {
    let mut frames = Frames::new(caps.frame_bytes);
    loop {
        let frame = match frames.next()? {
            Some(frame) => frame,
            None if !more(&mut frames, stream, caps).await? => return Ok(()),
            None => continue,
        };
        match answer(broker, stream, &mut frames, peer, frame).await? {
            Some(Answer::Send(chunks)) => stream.write_all_buf(&mut Chunks::frame(chunks)).await?,
            Some(Answer::Silence) => {}
            None => return Ok(()),
        }
    }
}

/// Reads more: no, where the peer has left, or has been silent for too long.
async fn more(
    frames: &mut Frames,
    stream: &mut TcpStream,
    caps: &Caps,
) -> Result<bool, FrameError> {
    let Some(idle) = caps.idle else { return Ok(frames.fill(stream).await? > 0) };
    match tokio::time::timeout(idle, frames.fill(stream)).await {
        Ok(read) => Ok(read? > 0),
        Err(_) => Ok(false),
    }
}

/// Waits for the answer to one request: none if the peer left meanwhile.
async fn answer(
    broker: &Arc<Broker>,
    stream: &mut TcpStream,
    frames: &mut Frames,
    peer: &Peer,
    frame: Bytes,
) -> Result<Option<Answer>, Trouble> {
    let handling = api::answer(broker, peer, frame);
    tokio::pin!(handling);
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
