//! The private directory of a broker without `--data-dir`: made at the start, removed at the end.
//!
//! A broker that was killed removes nothing, so the next one does: what has our name, is ours, is
//! a broker's directory and is held by nobody.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::geteuid;
use tempfile::TempDir;

use crate::base::clock::{Clock, System};
use crate::broker::disk::Disk;
use crate::broker::disk::os::OsDisk;
use crate::failure::Failure;

const PREFIX: &str = "rk-dev-";
/// How many letters and digits follow.
const RANDOM: usize = 6;
/// The file that a broker holds in its directory for as long as it lives.
const LOCK: &str = ".lock";
/// How old a lock must be, in seconds: a broker that just begins has it and does not hold it yet.
const AGE_MIN: i64 = 60;

/// Makes a private directory, and removes those that nobody has any more.
pub(super) fn directory() -> Result<TempDir, Failure> {
    let made = tempfile::Builder::new().prefix(PREFIX).rand_bytes(RANDOM).tempdir();
    let made = made.map_err(|error| {
        Failure::new("cannot make a private directory")
            .caused_by(error)
            .hint("name a directory with `--data-dir`, or another place with TMPDIR")
    })?;
    if let Some(beside) = made.path().parent() {
        sweep(beside);
    }
    Ok(made)
}

/// Removes what dead brokers left. What cannot be removed stays.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(is_private) && is_ours(&entry.path()) {
            // Held until all is gone: nobody else takes it meanwhile.
            if let Ok(_held) = OsDisk::passing().lock(&entry.path().join(LOCK)) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

fn is_private(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).unwrap_or_default();
    random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Says whether it is a directory of this user's, in which a broker once began.
fn is_ours(path: &Path) -> bool {
    // No link is followed.
    let about = |path: &Path| fs::symlink_metadata(path).ok();
    let (Some(dir), Some(lock)) = (about(path), about(&path.join(LOCK))) else { return false };
    let user = geteuid().as_raw();
    let is_old = System.now() / 1000 - lock.mtime() >= AGE_MIN;
    dir.is_dir() && lock.is_file() && dir.uid() == user && lock.uid() == user && is_old
}
