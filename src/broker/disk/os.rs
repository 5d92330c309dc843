//! The operating system's disk: the only place of the broker that names `std::fs`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, IoSlice};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use super::{Disk, Entry, File, Lock, Open, Space};

/// The operating system's file systems.
#[derive(Clone, Copy, Debug)]
pub struct OsDisk {
    /// Whether `sync` does anything.
    syncs: bool,
}

impl OsDisk {
    /// A disk whose files are there tomorrow.
    pub fn durable() -> Self {
        OsDisk { syncs: true }
    }

    /// A disk whose files go with the process: to make them durable would be time wasted.
    pub fn passing() -> Self {
        OsDisk { syncs: false }
    }
}

#[derive(Debug)]
struct OsFile {
    file: fs::File,
    syncs: bool,
}

/// A POSIX record lock over a whole file, as Java's `FileChannel.tryLock` takes it: the two
/// exclude each other. It goes with any descriptor of the file that is closed, and with the
/// process; within the process it excludes nobody. So there is a list besides.
#[derive(Debug)]
struct OsLock {
    path: PathBuf,
    _file: fs::File,
}

/// The locks that this process holds.
static HELD: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

impl Lock for OsLock {}

impl Drop for OsLock {
    fn drop(&mut self) {
        HELD.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.path);
    }
}

impl Disk for OsDisk {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>> {
        let mut options = fs::OpenOptions::new();
        options.read(true);
        match how {
            Open::Read => {}
            Open::Write => {
                options.write(true);
            }
            Open::Create => {
                options.write(true).create(true);
            }
            Open::Replace => {
                options.write(true).create(true).truncate(true);
            }
        }
        Ok(Arc::new(OsFile { file: options.open(path)?, syncs: self.syncs }))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            // A name that is not text is none of Kafka's.
            let Ok(name) = entry.file_name().into_string() else { continue };
            // What is removed while we look is not there.
            let Ok(about) = fs::metadata(entry.path()) else { continue };
            let modified = about.modified()?.duration_since(UNIX_EPOCH);
            let modified_ms =
                modified.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
            let (is_dir, len) = (about.is_dir(), about.len());
            entries.push(Entry { name, is_dir, len, modified_ms });
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let removed = match fs::symlink_metadata(path) {
            Ok(about) if about.is_dir() => fs::remove_dir_all(path),
            Ok(_) => fs::remove_file(path),
            Err(error) => Err(error),
        };
        match removed {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        if self.syncs { fs::File::open(dir)?.sync_all() } else { Ok(()) }
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let dir = path.parent().unwrap_or(Path::new("."));
        let path = fs::canonicalize(dir)?.join(name);
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        // Asked before the file is opened: closing it again would give the lock away.
        if held.contains(&path) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut options = fs::OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path)?;
        let kind = rustix::fs::FlockOperation::NonBlockingLockExclusive;
        match rustix::fs::fcntl_lock(&file, kind) {
            Ok(()) => {
                held.insert(path.clone());
                Ok(Box::new(OsLock { path, _file: file }))
            }
            Err(rustix::io::Errno::ACCESS | rustix::io::Errno::AGAIN) => {
                Err(io::ErrorKind::WouldBlock.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn space(&self, dir: &Path) -> io::Result<Space> {
        let about = rustix::fs::statvfs(dir)?;
        let unit = about.f_frsize;
        Ok(Space {
            total_bytes: about.f_blocks.saturating_mul(unit),
            usable_bytes: about.f_bavail.saturating_mul(unit),
        })
    }
}

impl File for OsFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while done < buf.len() {
            match self.file.read_at(&mut buf[done..], offset + done as u64) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    fn write_at(&self, parts: &[&[u8]], offset: u64) -> io::Result<()> {
        let total: usize = parts.iter().map(|part| part.len()).sum();
        // One system call where the parts go at once; what it left is written part by part.
        let slices: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
        let mut done = write_vectored(&self.file, &slices, offset)?;
        if done == total {
            return Ok(());
        }
        let mut at = offset;
        for part in parts {
            let skip = done.min(part.len());
            done -= skip;
            self.file.write_all_at(&part[skip..], at + skip as u64)?;
            at += part.len() as u64;
        }
        Ok(())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn sync(&self) -> io::Result<()> {
        if self.syncs { self.file.sync_data() } else { Ok(()) }
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

#[cfg(target_os = "linux")]
fn write_vectored(file: &fs::File, parts: &[IoSlice<'_>], offset: u64) -> io::Result<usize> {
    match rustix::io::pwritev(file, parts, offset) {
        Ok(done) => Ok(done),
        Err(rustix::io::Errno::INTR) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn write_vectored(_: &fs::File, _: &[IoSlice<'_>], _: u64) -> io::Result<usize> {
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_written_one_after_the_other() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("f");
        let file = OsDisk::durable().open(&path, Open::Create).unwrap();
        file.write_at(&[b"head", b"", b"body"], 0).unwrap();
        file.write_at(&[b"tail"], 8).unwrap();
        let mut buf = [0; 20];
        assert_eq!(file.read_at(&mut buf, 2).unwrap(), 10);
        assert_eq!(&buf[..10], b"adbodytail");
        file.truncate(4).unwrap();
        assert_eq!((file.len().unwrap(), file.read_at(&mut buf, 4).unwrap()), (4, 0));
        file.sync().unwrap();
    }

    #[test]
    fn names_come_and_go() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("a/b");
        OsDisk::durable().create_dir(&dir).unwrap();
        OsDisk::durable().create_dir(&dir).unwrap();
        let missing = OsDisk::durable().open(&dir.join("x"), Open::Write).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        OsDisk::durable().open(&dir.join("x"), Open::Create).unwrap().write_at(&[b"1"], 0).unwrap();
        OsDisk::durable().rename(&dir.join("x"), &dir.join("y")).unwrap();
        OsDisk::durable().sync_dir(&dir).unwrap();
        let entries = OsDisk::durable().list(&dir).unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].name.as_str(), entries[0].len), ("y", 1));
        assert!(!entries[0].is_dir && entries[0].modified_ms > 0);
        OsDisk::durable().open(&dir.join("y"), Open::Replace).unwrap();
        assert_eq!(OsDisk::durable().list(&dir).unwrap()[0].len, 0);
        OsDisk::durable().remove(&home.path().join("a")).unwrap();
        OsDisk::durable().remove(&home.path().join("a")).unwrap();
        assert!(OsDisk::durable().list(&dir).is_err());
        assert!(OsDisk::durable().space(home.path()).unwrap().total_bytes > 0);
    }

    #[test]
    fn a_lock_is_held_by_one_and_given_back() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".lock");
        let held = OsDisk::durable().lock(&path).unwrap();
        let error = OsDisk::durable().lock(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        drop(held);
        OsDisk::durable().lock(&path).unwrap();
    }
}
