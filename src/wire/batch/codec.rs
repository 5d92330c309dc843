//! The four compressions of record batches, each way, with a bound on what comes out.

use std::borrow::Cow;
use std::fmt;
use std::io::{Read, Write};
use std::str::FromStr;

use super::BatchError;

/// How the records of a batch are compressed, all as one block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Codec {
    #[default]
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

impl Codec {
    /// Every codec, in the order of the ids.
    pub const ALL: [Codec; 5] = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];

    pub fn of_id(id: i16) -> Result<Self, BatchError> {
        let index = usize::try_from(id).ok();
        let codec = index.and_then(|index| Codec::ALL.get(index));
        codec.copied().ok_or(BatchError::UnknownCodec { id })
    }

    pub fn id(self) -> i16 {
        self as i16
    }

    /// The name in `compression.type`.
    pub fn name(self) -> &'static str {
        match self {
            Codec::None => "none",
            Codec::Gzip => "gzip",
            Codec::Snappy => "snappy",
            Codec::Lz4 => "lz4",
            Codec::Zstd => "zstd",
        }
    }

    /// Compresses the records of a batch, at the codec's own default level.
    pub fn compress(self, data: &[u8]) -> Result<Vec<u8>, BatchError> {
        self.compress_at(None, data)
    }

    /// Compresses at a level: 1 to 9 for gzip, up to 22 for zstd. The other codecs have one level,
    /// and gzip takes any other number for its default, as zlib does.
    pub fn compress_at(self, level: Option<i32>, data: &[u8]) -> Result<Vec<u8>, BatchError> {
        let mut encoder = Encoder::new(self, level)?;
        encoder.write(data)?;
        encoder.finish()
    }

    /// Decompresses the records of a batch; uncompressed ones are borrowed.
    ///
    /// What becomes more than `max` bytes is an error, found before it is held.
    pub fn decompress(self, data: &[u8], max: usize) -> Result<Cow<'_, [u8]>, BatchError> {
        let failed = |why: String| BatchError::Decompress { codec: self, why };
        let out = match self {
            Codec::None => return Ok(Cow::Borrowed(data)),
            Codec::Gzip => read_within(self, flate2::read::MultiGzDecoder::new(data), max)?,
            Codec::Snappy => decompress_snappy(data, max)?,
            Codec::Lz4 => read_within(self, lz4_flex::frame::FrameDecoder::new(data), max)?,
            Codec::Zstd => {
                let decoder = zstd::stream::read::Decoder::with_buffer(data);
                read_within(self, decoder.map_err(|e| failed(e.to_string()))?, max)?
            }
        };
        Ok(Cow::Owned(out))
    }
}

/// How much a block becomes before it counts as a large one.
const LARGE_BYTES: usize = 1024 * 1024;
/// What is set aside for a large block: pages that are not written to are not there. So much is
/// asked of the system for itself and goes back at once, where a buffer that grows by and by
/// leaves holes behind that the allocator keeps.
const RESERVED_BYTES: usize = 64 * 1024 * 1024;

fn read_within(codec: Codec, from: impl Read, max: usize) -> Result<Vec<u8>, BatchError> {
    let mut out = Vec::new();
    let mut from = from.take(max as u64 + 1);
    let read = from.by_ref().take(LARGE_BYTES as u64).read_to_end(&mut out).and_then(|_| {
        if out.len() == LARGE_BYTES {
            let small = std::mem::replace(&mut out, Vec::with_capacity(RESERVED_BYTES + 1));
            out.extend_from_slice(&small);
            drop(small);
            from.read_to_end(&mut out)?;
        }
        Ok(())
    });
    read.map_err(|e| BatchError::Decompress { codec, why: e.to_string() })?;
    if out.len() > max { Err(BatchError::TooLarge { max }) } else { Ok(out) }
}

/// Compresses what it is given, piece by piece. Only what comes out of it is held.
pub(super) enum Encoder {
    Plain(Vec<u8>),
    Gzip(Box<flate2::write::GzEncoder<Vec<u8>>>),
    Snappy(Box<Xerial>),
    Lz4(Box<lz4_flex::frame::FrameEncoder<Vec<u8>>>),
    Zstd(Box<zstd::stream::write::Encoder<'static, Vec<u8>>>),
}

impl Encoder {
    /// Begins with nothing, at a level as [`Codec::compress_at`] takes it.
    pub(super) fn new(codec: Codec, level: Option<i32>) -> Result<Self, BatchError> {
        Ok(match codec {
            Codec::None => Encoder::Plain(Vec::new()),
            Codec::Gzip => {
                let level = level.and_then(|level| u32::try_from(level).ok());
                let level = level.filter(|level| (1..=9).contains(level));
                let level = level.map_or_else(Default::default, flate2::Compression::new);
                Encoder::Gzip(Box::new(flate2::write::GzEncoder::new(Vec::new(), level)))
            }
            Codec::Snappy => Encoder::Snappy(Box::new(Xerial::new())),
            Codec::Lz4 => {
                use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};
                // Java refuses blocks that depend on each other.
                let info = FrameInfo::new()
                    .block_mode(BlockMode::Independent)
                    .block_size(BlockSize::Max64KB);
                Encoder::Lz4(Box::new(FrameEncoder::with_frame_info(info, Vec::new())))
            }
            Codec::Zstd => {
                let level = level.unwrap_or(zstd::DEFAULT_COMPRESSION_LEVEL);
                let encoder = zstd::stream::write::Encoder::new(Vec::new(), level);
                Encoder::Zstd(Box::new(encoder.map_err(|e| Encoder::failed(codec, &e))?))
            }
        })
    }

    fn failed(codec: Codec, why: &impl fmt::Display) -> BatchError {
        BatchError::Compress { codec, why: why.to_string() }
    }

    pub(super) fn write(&mut self, data: &[u8]) -> Result<(), BatchError> {
        let (codec, written) = match self {
            Encoder::Plain(out) => (Codec::None, out.write_all(data)),
            Encoder::Gzip(encoder) => (Codec::Gzip, encoder.write_all(data)),
            Encoder::Snappy(encoder) => {
                return encoder.write(data).map_err(|e| Encoder::failed(Codec::Snappy, &e));
            }
            Encoder::Lz4(encoder) => (Codec::Lz4, encoder.write_all(data)),
            Encoder::Zstd(encoder) => (Codec::Zstd, encoder.write_all(data)),
        };
        written.map_err(|e| Encoder::failed(codec, &e))
    }

    /// Ends the block, and returns what it became.
    pub(super) fn finish(self) -> Result<Vec<u8>, BatchError> {
        match self {
            Encoder::Plain(out) => Ok(out),
            Encoder::Gzip(encoder) => {
                encoder.finish().map_err(|e| Encoder::failed(Codec::Gzip, &e))
            }
            Encoder::Snappy(encoder) => {
                encoder.finish().map_err(|e| Encoder::failed(Codec::Snappy, &e))
            }
            Encoder::Lz4(encoder) => encoder.finish().map_err(|e| Encoder::failed(Codec::Lz4, &e)),
            Encoder::Zstd(encoder) => {
                encoder.finish().map_err(|e| Encoder::failed(Codec::Zstd, &e))
            }
        }
    }
}

/// The framing that Java's snappy library puts around blocks.
const XERIAL: [u8; 8] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0];
const XERIAL_HEADER_BYTES: usize = 16;
const XERIAL_BLOCK_BYTES: usize = 32 * 1024;

/// Snappy in the framing of Java's library.
pub(super) struct Xerial {
    out: Vec<u8>,
    /// What is less than a block.
    rest: Vec<u8>,
    encoder: snap::raw::Encoder,
}

impl Xerial {
    fn new() -> Self {
        let mut out = XERIAL.to_vec();
        out.extend_from_slice(&1i32.to_be_bytes());
        out.extend_from_slice(&1i32.to_be_bytes());
        Xerial { out, rest: Vec::new(), encoder: snap::raw::Encoder::new() }
    }

    fn write(&mut self, mut data: &[u8]) -> Result<(), snap::Error> {
        while !data.is_empty() {
            let taken = data.len().min(XERIAL_BLOCK_BYTES - self.rest.len());
            let (now, later) = data.split_at(taken);
            self.rest.extend_from_slice(now);
            data = later;
            if self.rest.len() == XERIAL_BLOCK_BYTES {
                self.end_block()?;
            }
        }
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), snap::Error> {
        let block = self.encoder.compress_vec(&self.rest)?;
        self.out.extend_from_slice(&(block.len() as u32).to_be_bytes());
        self.out.extend_from_slice(&block);
        self.rest.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, snap::Error> {
        if !self.rest.is_empty() {
            self.end_block()?;
        }
        Ok(self.out)
    }
}

/// Java sends framed blocks, C clients one plain block: both are taken.
fn decompress_snappy(data: &[u8], max: usize) -> Result<Vec<u8>, BatchError> {
    let mut out = Vec::new();
    if !data.starts_with(&XERIAL) {
        snappy_block(data, max, &mut out)?;
        return Ok(out);
    }
    let torn =
        || BatchError::Decompress { codec: Codec::Snappy, why: "a block is cut off".to_owned() };
    let mut rest = data.get(XERIAL_HEADER_BYTES..).ok_or_else(torn)?;
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<4>().ok_or_else(torn)?;
        let length = u32::from_be_bytes(*length) as usize;
        let (block, after) = after.split_at_checked(length).ok_or_else(torn)?;
        snappy_block(block, max, &mut out)?;
        rest = after;
    }
    Ok(out)
}

fn snappy_block(block: &[u8], max: usize, out: &mut Vec<u8>) -> Result<(), BatchError> {
    let failed =
        |e: snap::Error| BatchError::Decompress { codec: Codec::Snappy, why: e.to_string() };
    let length = snap::raw::decompress_len(block).map_err(failed)?;
    if length > max - out.len() {
        return Err(BatchError::TooLarge { max });
    }
    // A byte of snappy makes 64 at the most, so a lie about the length costs no memory.
    if length > block.len().saturating_mul(64) {
        let why = "the announced length cannot be".to_owned();
        return Err(BatchError::Decompress { codec: Codec::Snappy, why });
    }
    let at = out.len();
    if at + length > LARGE_BYTES && out.capacity() < RESERVED_BYTES {
        out.reserve_exact(RESERVED_BYTES);
    }
    out.resize(at + length, 0);
    let written = snap::raw::Decoder::new().decompress(block, &mut out[at..]).map_err(failed)?;
    out.truncate(at + written);
    Ok(())
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text is not the name of a compression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a compression: none, gzip, snappy, lz4 or zstd is expected")]
pub struct BadCodec(pub String);

impl FromStr for Codec {
    type Err = BadCodec;

    fn from_str(text: &str) -> Result<Self, BadCodec> {
        let codec = Codec::ALL.into_iter().find(|codec| codec.name() == text);
        codec.ok_or_else(|| BadCodec(text.to_owned()))
    }
}
