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
    let max = bytes_max(bytes.len());
    Ok(Opened { contents: batch::contents_within(bytes, max)?, _turn: turn })
}

/// Returns what a batch of this size may become.
fn bytes_max(bytes: usize) -> usize {
    let most = DECOMPRESSED_BYTES_MAX.max(bytes.saturating_mul(4));
    bytes.saturating_mul(DECOMPRESSED_RATIO_MAX).clamp(DECOMPRESSED_BYTES_FREE, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_batch_may_become_depends_on_what_it_is() {
        const MB: usize = 1024 * 1024;
        for (bytes, most) in [
            (100, 4 * MB),
            (10_000, 10_000 * DECOMPRESSED_RATIO_MAX),
            (MB, 32 * MB),
            (8 * MB, 32 * MB),
            (50 * MB, 200 * MB),
        ] {
            assert_eq!(bytes_max(bytes), most, "{bytes}");
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_held() {
        let mut builder = batch::BatchBuilder::new().codec(Codec::Zstd);
        builder.push(0, None, Some(&vec![0; 6 << 20]), &[]);
        let bomb = builder.build().unwrap();
        let max = DECOMPRESSED_BYTES_FREE;
        assert_eq!(open(&bomb).err(), Some(BatchError::TooLarge { max }));
    }
}
