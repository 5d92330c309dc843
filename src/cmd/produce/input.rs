//! Standard input and files, read on a thread of their own: whoever sends must stay awake for
//! delivery reports and signals while a pipe is silent.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::super::Failure;

const CHUNK_BYTES: usize = 128 * 1024;
/// Chunks that wait at most: reading does not run away from sending.
const CHUNKS_WAITING: usize = 8;

/// What was read.
pub(super) enum Piece {
    Chunk(Vec<u8>),
    /// A source has come to its end, and the next one begins.
    EndOfSource,
    /// A source cannot be read any further; nothing follows.
    Broken(io::Error),
}

/// A file or standard input, open.
pub(super) struct Source {
    pub(super) name: String,
    read: Box<dyn Read + Send>,
    /// None: not known.
    bytes: Option<u64>,
}

/// Opens all sources, so that nothing is sent if one of them is not there.
pub(super) fn open(files: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    if files.is_empty() {
        return Ok(vec![standard_input()]);
    }
    files.iter().map(|path| open_one(path)).collect()
}

/// Says whether standard input is among the sources.
pub(super) fn reads_standard_input(files: &[PathBuf]) -> bool {
    files.is_empty() || files.iter().any(|path| path == Path::new("-"))
}

fn open_one(path: &Path) -> Result<Source, Failure> {
    if path == Path::new("-") {
        return Ok(standard_input());
    }
    let name = path.display().to_string();
    let opened = File::open(path).and_then(|file| {
        let data = file.metadata()?;
        match data.is_dir() {
            true => Err(io::ErrorKind::IsADirectory.into()),
            false => Ok((file, data.is_file().then_some(data.len()))),
        }
    });
    match opened {
        Ok((file, bytes)) => Ok(Source { name, read: Box::new(file), bytes }),
        Err(e) => Err(Failure::new(format!("cannot read `{name}`")).caused_by(e)),
    }
}

fn standard_input() -> Source {
    let input = io::stdin();
    // A file behind `<` has a size; a pipe has none.
    let own = input.as_fd().try_clone_to_owned().map(File::from).ok();
    let data = own.as_ref().and_then(|file| file.metadata().ok());
    let bytes = data.filter(|data| data.is_file()).map(|data| data.len());
    let name = "standard input".to_owned();
    match own {
        Some(file) => Source { name, read: Box::new(file), bytes },
        None => Source { name, read: Box::new(input), bytes },
    }
}

/// How many bytes all sources have, if all are files.
pub(super) fn total_bytes(sources: &[Source]) -> Option<u64> {
    sources.iter().map(|source| source.bytes).sum()
}

/// Reads the sources one after the other. The thread ends with the last of them, or when nobody
/// listens any more.
pub(super) fn start(sources: Vec<Source>) -> Receiver<Piece> {
    let (to, from) = sync_channel(CHUNKS_WAITING);
    std::thread::spawn(move || {
        for source in sources {
            if read(source, &to).is_none() {
                return;
            }
        }
    });
    from
}

/// Reads a source. None: there is no use in going on.
fn read(mut source: Source, to: &SyncSender<Piece>) -> Option<()> {
    loop {
        let mut chunk = vec![0; CHUNK_BYTES];
        match source.read.read(&mut chunk) {
            Ok(0) => return to.send(Piece::EndOfSource).ok(),
            Ok(length) => {
                chunk.truncate(length);
                to.send(Piece::Chunk(chunk)).ok()?;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => {
                to.send(Piece::Broken(e)).ok();
                return None;
            }
        }
    }
}
