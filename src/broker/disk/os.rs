//! The operating system's disk: the only place of the broker that names `std::fs`.

use std::fs;
use std::io::{self, IoSlice};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use super::{Disk, Entry, File, Lock, Open, Space};

/// The operating system's file systems.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsDisk;

#[derive(Debug)]
struct OsFile(fs::File);

/// A POSIX record lock over a whole file, as Java's `FileChannel.tryLock` takes it: the two
/// exclude each other. It goes with the file's descriptor, and with the process.
#[derive(Debug)]
struct OsLock(#[expect(dead_code, reason = "held, not used")] fs::File);

impl Lock for OsLock {}

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
        Ok(Arc::new(OsFile(options.open(path)?)))
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
        fs::File::open(dir)?.sync_all()
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        let mut options = fs::OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path)?;
        let kind = rustix::fs::FlockOperation::NonBlockingLockExclusive;
        match rustix::fs::fcntl_lock(&file, kind) {
            Ok(()) => Ok(Box::new(OsLock(file))),
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
            match self.0.read_at(&mut buf[done..], offset + done as u64) {
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
        let mut done = write_vectored(&self.0, &slices, offset)?;
        if done == total {
            return Ok(());
        }
        let mut at = offset;
        for part in parts {
            let skip = done.min(part.len());
            done -= skip;
            self.0.write_all_at(&part[skip..], at + skip as u64)?;
            at += part.len() as u64;
        }
        Ok(())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
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
