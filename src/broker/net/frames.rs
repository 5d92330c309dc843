//! Frames out of a stream of bytes: one read buffer a connection, frames as slices of it.

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::eager::Eager;
use super::idle::Idle;
use super::memory::NoRoom;
use crate::base::limits;
use crate::wire::frame;

/// A buffer that has grown beyond this is given back when it is empty.
const KEEP_BYTES_MAX: usize = 1024 * 1024;
/// How much is read at once at the least.
const READ_BYTES: usize = 16 * 1024;
/// Up to this size, room is made for another frame like the last one before anything of it has
/// come: it arrives in one read then, and is not moved.
const LIKE_LAST_BYTES_MAX: usize = 32 * 1024;
/// Up to this size a frame's whole room is reserved when it is announced; a larger one earns its
/// room by the bytes that have come, so that an announcement alone costs nothing.
const TRUST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Why no frame comes any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    #[error(transparent)]
    Length(#[from] frame::BadLength),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
}

/// The bytes that have come and are not used yet.
#[derive(Debug)]
pub(super) struct Frames {
    buf: BytesMut,
    /// The largest frame that is taken.
    bytes_max: usize,
    /// How large the buffer must be for what comes next.
    wanted: usize,
    idle: Idle,
    eager: Eager,
}

impl Frames {
    /// `idle` ends the stream when nothing comes for so long.
    pub(super) fn new(bytes_max: usize, idle: Idle) -> Self {
        Frames { buf: BytesMut::new(), bytes_max, wanted: 0, idle, eager: Eager::new() }
    }

    /// Takes larger frames, or smaller ones, from now on.
    pub(super) fn limit(&mut self, bytes_max: usize) {
        self.bytes_max = bytes_max;
    }

    /// Returns the next frame, if all of it is here.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, FrameError> {
        let Some(head) = self.buf.first_chunk::<4>() else {
            return Ok(None);
        };
        let length = frame::length(*head, self.bytes_max)?;
        if self.buf.len() < 4 + length {
            let missing = 4 + length - self.buf.len();
            let room =
                if length <= TRUST_BYTES_MAX { missing } else { missing.min(self.buf.len()) };
            self.wanted = self.buf.len() + room.max(READ_BYTES);
            return Ok(None);
        }
        let taken_bytes = 4 + length;
        self.wanted = if taken_bytes <= LIKE_LAST_BYTES_MAX { taken_bytes } else { 0 };
        let mut taken = self.buf.split_to(taken_bytes);
        let body = taken.split_off(4).freeze();
        Ok(Some(body))
    }

    /// Returns how many bytes the buffer takes when more is read into it.
    pub(super) fn bytes(&self) -> usize {
        self.wanted.max(self.buf.capacity())
    }

    /// Says whether nothing has come of the next frame.
    pub(super) fn is_empty(&self) -> bool {
        self.buf.is_empty()
    }

    /// Gives the buffer back, where nothing is in it.
    pub(super) fn give_back(&mut self) {
        if self.buf.is_empty() {
            self.buf = BytesMut::new();
            self.wanted = 0;
        }
    }

    /// Says whether more may be read while a request is being answered: one frame's worth is
    /// enough to notice that the peer has gone.
    pub(super) fn may_read_ahead(&self) -> bool {
        self.buf.len() < READ_BYTES
    }

    /// Reads what there is: how many bytes came, zero at the end of the stream.
    pub(super) async fn fill(
        &mut self,
        from: &mut (impl AsyncRead + Unpin),
    ) -> Result<usize, FrameError> {
        self.make_room();
        Ok(from.read_buf(&mut self.buf).await?)
    }

    /// The same; a stream on which nothing comes for too long is at its end.
    pub(super) async fn fill_unless_idle(
        &mut self,
        from: &mut (impl AsyncRead + Unpin),
    ) -> Result<usize, FrameError> {
        self.make_room();
        let since = self.idle.begin();
        // Where a frame has come in part, the rest is on its way, and takes the time that it takes.
        let is_next = self.buf.is_empty();
        let read = tokio::select! {
            biased;
            read = from.read_buf(&mut self.buf) => read?,
            () = self.eager.stay_awake(since), if is_next => 0,
            () = self.idle.over() => 0,
        };
        if is_next {
            self.eager.came_after(since.elapsed());
        }
        Ok(read)
    }

    fn make_room(&mut self) {
        if self.buf.is_empty() && self.buf.capacity() > KEEP_BYTES_MAX {
            self.buf = BytesMut::new();
        }
        if self.wanted > self.buf.capacity() {
            self.buf.reserve(self.wanted - self.buf.len());
        }
        if self.buf.capacity() == self.buf.len() {
            self.buf.reserve(READ_BYTES);
        }
    }
}

const _: () = assert!(TRUST_BYTES_MAX < limits::FRAME_BYTES_MAX);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_whole_and_in_order() {
        let mut frames = Frames::new(limits::FRAME_BYTES_MAX, Idle::new(None));
        for byte in [0, 0, 0, 2, b'a', b'b', 0, 0, 0, 0, 0, 0, 0, 1] {
            assert!(frames.buf.len() < 6);
            frames.buf.extend_from_slice(&[byte]);
            match frames.next().unwrap() {
                Some(frame) if byte == b'b' => assert_eq!(&frame[..], b"ab"),
                Some(frame) => assert!(frame.is_empty()),
                None => {}
            }
        }
        assert_eq!(&frames.buf[..], [0, 0, 0, 1]);
    }

    #[test]
    fn room_is_made_for_another_frame_like_the_last() {
        let mut frames = Frames::new(limits::FRAME_BYTES_MAX, Idle::new(None));
        for (length, wanted) in [(20_000_u32, 20_004), (40_000, 0), (8, 12)] {
            frames.buf.extend_from_slice(&length.to_be_bytes());
            frames.buf.extend_from_slice(&vec![0; length as usize]);
            assert_eq!(frames.next().unwrap().unwrap().len(), length as usize);
            assert_eq!(frames.wanted, wanted);
        }
        frames.give_back();
        assert_eq!(frames.bytes(), 0);
    }

    #[test]
    fn an_announced_giant_reserves_little() {
        let mut frames = Frames::new(limits::FRAME_BYTES_MAX, Idle::new(None));
        frames.buf.extend_from_slice(&(limits::FRAME_BYTES_MAX as u32).to_be_bytes());
        assert!(frames.next().unwrap().is_none());
        assert!(frames.bytes() <= 4 * READ_BYTES);
        frames.buf[0] = 0x7f;
        assert!(matches!(frames.next(), Err(FrameError::Length(_))));
    }
}
