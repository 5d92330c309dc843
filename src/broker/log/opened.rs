//! Looking inside compressed batches that anybody may send: one at a time, because a few
//! kilobytes may become a hundred megabytes.

use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base::limits::{
    DECOMPRESSED_BYTES_FREE, DECOMPRESSED_BYTES_MAX, DECOMPRESSED_RATIO_MAX,
};
use crate::wire::batch::{self, BatchError, BatchInfo, Codec, Contents};

/// Held by whoever looks inside a compressed batch.
static TURN: Mutex<()> = Mutex::new(());

/// A batch that is looked into. Never hold two.
pub(super) struct Opened<'a> {
    // The order matters: the bytes go before the next one has its turn.
    contents: Contents<'a>,
    _turn: Option<MutexGuard<'static, ()>>,
}

impl<'a> Deref for Opened<'a> {
    type Target = Contents<'a>;

    fn deref(&self) -> &Contents<'a> {
        &self.contents
    }
}

/// Opens a batch; one that is compressed when it is its turn.
pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, BatchError> {
    let is_compressed = BatchInfo::parse(bytes)?.attributes.codec()? != Codec::None;
    let turn = is_compressed.then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner));
    let max = bytes.len().saturating_mul(DECOMPRESSED_RATIO_MAX);
    let max = max.clamp(DECOMPRESSED_BYTES_FREE, DECOMPRESSED_BYTES_MAX);
    Ok(Opened { contents: batch::contents_within(bytes, max)?, _turn: turn })
}
