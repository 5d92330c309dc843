//! What the log asks of an operating system, and two answers: [`os`] and [`memory`].
//!
//! Both run the same log code. Everything is positional and synchronous, so that reads need no
//! lock; what is written is durable only after `sync`, and a new or renamed file only after
//! `sync_dir`.

pub mod memory;
pub mod os;

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::base::clock::Millis;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// It must be there, and is only read.
    Read,
    /// It must be there, and is read and written.
    Write,
    /// It is made when it is not there.
    Create,
    /// It is made when it is not there, and emptied when it is.
    Replace,
}

/// What a directory holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub is_dir: bool,
    pub len: u64,
    pub modified_ms: Millis,
}

/// The bytes of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    pub total_bytes: u64,
    pub usable_bytes: u64,
}

/// A file system.
pub trait Disk: Send + Sync + Debug {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>>;

    /// Returns what a directory holds, by name.
    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>>;

    /// Makes a directory and those above it. It may be there already.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;

    /// Gives a file or directory another name, in the place of a file that has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file, or a directory with all that it holds. It may be gone already.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a directory durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Takes the lock that a file stands for, until the answer is dropped. When somebody else
    /// has it, the error is of the kind `WouldBlock`.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Lock>>;

    fn space(&self, dir: &Path) -> io::Result<Space>;
}

/// A lock that is held; dropping it gives it back.
pub trait Lock: Send + Sync + Debug {}

/// A file that is open.
pub trait File: Send + Sync + Debug {
    /// Reads bytes until `buf` is full or the file ends. Returns how many were read.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all the parts, one after the other, from `offset` on. After an error, any part
    /// of them may have been written.
    fn write_at(&self, parts: &[&[u8]], offset: u64) -> io::Result<()>;

    fn truncate(&self, len: u64) -> io::Result<()>;

    /// Makes the file's bytes durable.
    fn sync(&self) -> io::Result<()>;

    fn len(&self) -> io::Result<u64>;

    fn is_empty(&self) -> io::Result<bool> {
        self.len().map(|len| len == 0)
    }
}

/// Reads a whole file.
pub fn read(disk: &dyn Disk, path: &Path) -> io::Result<Vec<u8>> {
    let file = disk.open(path, Open::Read)?;
    let mut all = vec![0; usize::try_from(file.len()?).map_err(io::Error::other)?];
    let read = file.read_at(&mut all, 0)?;
    all.truncate(read);
    Ok(all)
}

/// Writes a whole file beside its place and then puts it there, so that a reader finds the old
/// bytes or the new ones. With `durable`, so does a crash of the machine.
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".tmp");
    let beside = Path::new(&beside);
    let file = disk.open(beside, Open::Replace)?;
    file.write_at(&[bytes], 0)?;
    if durable {
        file.sync()?;
    }
    drop(file);
    disk.rename(beside, path)?;
    match path.parent() {
        Some(dir) if durable => disk.sync_dir(dir),
        _ => Ok(()),
    }
}
