//! A disk in memory that can fail and crash, for tests and for a broker without a directory.
//!
//! It holds two images: what programs see, and what would be left after a crash of the machine.
//! Bytes move from one to the other with `sync`, names with `sync_dir`. The n-th write or sync
//! can be made to fail, with part of the write done.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, Entry, File, Lock, Open, Space};

/// What the memory does at one of its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The disk is full: half of the write is done.
    NoSpace,
    /// The device answers an error: half of the write is done, or nothing is synced.
    Device,
}

/// What a crash leaves of bytes that were written and not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Nothing.
    Lost,
    /// The first half of what a file grew by.
    Torn,
    /// The length, filled with zeros, as some file systems leave it.
    Zeroed,
    /// All of it: the process died, not the machine.
    Kept,
}

#[derive(Debug, Default)]
struct Inode {
    live: Vec<u8>,
    durable: Vec<u8>,
}

type Node = Arc<Mutex<Inode>>;

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<PathBuf, Node>,
    durable_files: BTreeMap<PathBuf, Node>,
    dirs: BTreeMap<PathBuf, ()>,
    locks: BTreeMap<PathBuf, ()>,
    steps: u64,
    fault: Option<(u64, Fault)>,
    refuses: Option<io::ErrorKind>,
    dead_from: Option<u64>,
}

impl State {
    /// Says that the machine is not gone. Making an empty file is no step of its own, but who is
    /// dead makes none.
    fn alive(&self) -> io::Result<()> {
        match self.dead_from {
            Some(from) if self.steps > from => Err(io::Error::other("the disk is gone")),
            _ => Ok(()),
        }
    }
}

/// A disk in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk(Arc<Mutex<State>>);

#[derive(Debug)]
struct MemoryFile {
    disk: MemoryDisk,
    node: Node,
}

#[derive(Debug)]
struct MemoryLock {
    disk: MemoryDisk,
    path: PathBuf,
}

impl Lock for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.disk.state().locks.remove(&self.path);
    }
}

fn inode(node: &Node) -> MutexGuard<'_, Inode> {
    node.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_found(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{}", path.display()))
}

impl MemoryDisk {
    pub fn new() -> Self {
        MemoryDisk::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many writes, truncations, syncs, renames and removals there have been.
    pub fn steps(&self) -> u64 {
        self.state().steps
    }

    /// Makes the step `step` (counted from 0) fail, once.
    pub fn fail_at(&self, step: u64, fault: Fault) {
        self.state().fault = Some((step, fault));
    }

    /// Makes every step from `step` on fail without doing anything: the machine is gone.
    pub fn die_at(&self, step: u64) {
        self.state().dead_from = Some(step);
    }

    /// Refuses every change with this error from now on, and without doing any of it, or none any
    /// more: what is a read-only file system, or a directory that may not be written to. What was
    /// written before can be synced.
    pub fn refuse(&self, error: Option<io::ErrorKind>) {
        self.state().refuses = error;
    }

    /// Says whether changes are refused.
    fn refused(&self) -> io::Result<()> {
        self.state().refuses.map_or(Ok(()), |kind| Err(kind.into()))
    }

    /// Says whether the machine is gone.
    pub fn is_dead(&self) -> bool {
        self.state().alive().is_err()
    }

    /// Returns the disk as the next start finds it, and leaves this one as it is.
    pub fn crash(&self, tail: Tail) -> MemoryDisk {
        let state = self.state();
        let names = if tail == Tail::Kept { &state.files } else { &state.durable_files };
        let mut files = BTreeMap::new();
        for (path, node) in names {
            let bytes = left_of(&inode(node), tail);
            let node = Inode { live: bytes.clone(), durable: bytes };
            files.insert(path.clone(), Arc::new(Mutex::new(node)));
        }
        let durable_files = files.clone();
        let dirs = state.dirs.clone();
        let left = State { files, durable_files, dirs, ..State::default() };
        MemoryDisk(Arc::new(Mutex::new(left)))
    }

    /// Counts a step. An error says that it fails, and whether half of it is done first.
    fn step(&self) -> Result<(), (Option<Fault>, io::Error)> {
        let mut state = self.state();
        let step = state.steps;
        state.steps += 1;
        if state.dead_from.is_some_and(|from| step >= from) {
            return Err((None, io::Error::other("the disk is gone")));
        }
        match state.fault {
            Some((at, fault)) if at == step => {
                let error = match fault {
                    Fault::NoSpace => io::ErrorKind::StorageFull.into(),
                    Fault::Device => io::Error::other("the device answers an error"),
                };
                Err((Some(fault), error))
            }
            _ => Ok(()),
        }
    }

    fn whole_step(&self) -> io::Result<()> {
        self.step().map_err(|(_, error)| error)
    }
}

fn left_of(inode: &Inode, tail: Tail) -> Vec<u8> {
    let (live, durable) = (&inode.live, &inode.durable);
    let grown = live.len().saturating_sub(durable.len());
    match tail {
        Tail::Kept => live.clone(),
        _ if grown == 0 || !live.starts_with(durable) => durable.clone(),
        Tail::Lost => durable.clone(),
        Tail::Torn => live[..durable.len() + grown / 2].to_vec(),
        Tail::Zeroed => {
            let mut bytes = durable.clone();
            bytes.resize(live.len(), 0);
            bytes
        }
    }
}

impl Disk for MemoryDisk {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>> {
        if how != Open::Read {
            self.refused()?;
        }
        let node = {
            let mut state = self.state();
            match (state.files.get(path), how) {
                (Some(node), _) => Arc::clone(node),
                (None, Open::Read | Open::Write) => return Err(not_found(path)),
                (None, Open::Create | Open::Replace) => {
                    state.alive()?;
                    if !path.parent().is_some_and(|dir| state.dirs.contains_key(dir)) {
                        return Err(not_found(path));
                    }
                    let node = Node::default();
                    state.files.insert(path.to_owned(), Arc::clone(&node));
                    node
                }
            }
        };
        if how == Open::Replace {
            self.state().alive()?;
            inode(&node).live.clear();
        }
        Ok(Arc::new(MemoryFile { disk: self.clone(), node }))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        let state = self.state();
        if !state.dirs.contains_key(dir) {
            return Err(not_found(dir));
        }
        let mut entries = Vec::new();
        let name = |path: &Path| path.file_name().and_then(|n| n.to_str()).map(str::to_owned);
        for path in state.dirs.keys().filter(|path| path.parent() == Some(dir)) {
            let Some(name) = name(path) else { continue };
            entries.push(Entry { name, is_dir: true, len: 0, modified_ms: 0 });
        }
        for (path, node) in state.files.iter().filter(|(path, _)| path.parent() == Some(dir)) {
            let Some(name) = name(path) else { continue };
            let len = inode(node).live.len() as u64;
            entries.push(Entry { name, is_dir: false, len, modified_ms: 0 });
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        if !self.state().dirs.contains_key(dir) {
            self.refused()?;
        }
        let mut state = self.state();
        for dir in dir.ancestors() {
            state.dirs.insert(dir.to_owned(), ());
        }
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.refused()?;
        self.whole_step()?;
        let mut state = self.state();
        if let Some(node) = state.files.remove(from) {
            state.files.insert(to.to_owned(), node);
            return Ok(());
        }
        if state.dirs.remove(from).is_none() {
            return Err(not_found(from));
        }
        state.dirs.insert(to.to_owned(), ());
        let State { files, durable_files, dirs, .. } = &mut *state;
        // A renamed directory is durable at once here, with the names that it durably has.
        rename_below(files, from, to);
        rename_below(durable_files, from, to);
        rename_below(dirs, from, to);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.refused()?;
        self.whole_step()?;
        let mut state = self.state();
        state.files.retain(|file, _| !file.starts_with(path));
        state.dirs.retain(|dir, ()| !dir.starts_with(path));
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.whole_step()?;
        let mut state = self.state();
        let State { files, durable_files, .. } = &mut *state;
        durable_files.retain(|path, _| path.parent() != Some(dir));
        let inside = files.iter().filter(|(path, _)| path.parent() == Some(dir));
        durable_files.extend(inside.map(|(path, node)| (path.clone(), Arc::clone(node))));
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        self.open(path, Open::Create)?;
        let taken = self.state().locks.insert(path.to_owned(), ()).is_some();
        if taken {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(MemoryLock { disk: self.clone(), path: path.to_owned() }))
    }

    fn space(&self, _: &Path) -> io::Result<Space> {
        let state = self.state();
        let used: u64 = state.files.values().map(|node| inode(node).live.len() as u64).sum();
        let total_bytes = 1 << 40;
        Ok(Space { total_bytes, usable_bytes: total_bytes - used.min(total_bytes) })
    }
}

fn rename_below<T>(paths: &mut BTreeMap<PathBuf, T>, from: &Path, to: &Path) {
    let moved: Vec<PathBuf> = paths.keys().filter(|p| p.starts_with(from)).cloned().collect();
    for path in moved {
        let Some(value) = paths.remove(&path) else { continue };
        let below = path.strip_prefix(from).unwrap_or(&path).to_owned();
        paths.insert(to.join(below), value);
    }
}

impl File for MemoryFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let inode = inode(&self.node);
        let from = inode.live.get(offset as usize..).unwrap_or(&[]);
        let n = from.len().min(buf.len());
        buf[..n].copy_from_slice(&from[..n]);
        Ok(n)
    }

    fn write_at(&self, parts: &[&[u8]], offset: u64) -> io::Result<()> {
        self.disk.refused()?;
        let bytes = parts.concat();
        let (done, result) = match self.disk.step() {
            Ok(()) => (bytes.len(), Ok(())),
            Err((Some(_), error)) => (bytes.len() / 2, Err(error)),
            Err((None, error)) => return Err(error),
        };
        let mut inode = inode(&self.node);
        let end = offset as usize + done;
        if inode.live.len() < end {
            inode.live.resize(end, 0);
        }
        inode.live[offset as usize..end].copy_from_slice(&bytes[..done]);
        result
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.disk.refused()?;
        self.disk.whole_step()?;
        inode(&self.node).live.resize(len as usize, 0);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.whole_step()?;
        let mut inode = inode(&self.node);
        inode.durable = inode.live.clone();
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(inode(&self.node).live.len() as u64)
    }
}
