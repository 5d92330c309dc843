//! A whole data directory with bytes in it that nobody wrote: segments, indexes, snapshots,
//! checkpoints, the metadata log and the coordinators' topics. The broker starts on what it can
//! use or says why not; it does not panic, and what it then reads is whole.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use rk::base::clock::{self, Moment};
use rk::broker::disk::os::OsDisk;
use rk::broker::{Broker, Options};

use super::mutate;
use crate::broker::every_version;
use crate::kit::broker::TestBroker;
use crate::kit::rng::{self, Rng};

/// Few partitions: each is some files.
const CONFIGS: &[(&str, &str)] = &[
    ("offsets.topic.num.partitions", "1"),
    ("transaction.state.log.num.partitions", "1"),
    ("share.coordinator.state.topic.num.partitions", "1"),
    ("group.initial.rebalance.delay.ms", "0"),
];

/// All files below a directory, in order.
fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

/// A directory with a bit of everything in it.
fn template() -> Vec<(PathBuf, Vec<u8>)> {
    let broker = TestBroker::with(CONFIGS);
    drop(every_version::requests(&broker));
    let (_dir, path) = broker.into_directory();
    let mut all = Vec::new();
    files(&path, &mut all);
    let relative = |file: &PathBuf| file.strip_prefix(&path).unwrap().to_owned();
    all.iter().map(|file| (relative(file), std::fs::read(file).unwrap())).collect()
}

fn start(dir: &Path) -> bool {
    let address: std::net::SocketAddr = "127.0.0.1:9092".parse().unwrap();
    let (disk, clock) = (Arc::new(OsDisk::passing()), Arc::new(clock::System));
    Broker::start(Options::default(), disk, dir.to_owned(), clock, address).is_ok()
}

#[test]
fn fuzz_files_at_start_up() {
    let template = template();
    let corpus: Vec<Vec<u8>> = template.iter().map(|(_, bytes)| bytes.clone()).collect();
    let full: Vec<usize> = (0..template.len()).filter(|i| !corpus[*i].is_empty()).collect();
    assert!(full.len() > 20, "{template:?}");
    let until = Moment::now().after(super::time());
    let (mut i, mut started) = (0, 0);
    while i < 20 || !until.has_passed() {
        let mut rng = Rng::new(&format!("files {i}"));
        let dir = tempfile::tempdir().unwrap();
        let mut changed = Vec::new();
        for (path, bytes) in &template {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, bytes).unwrap();
        }
        for _ in 0..1 + rng.below(3) {
            let at = *rng.pick(&full);
            let (path, mut bytes) = template[at].clone();
            mutate::mutate(&mut bytes, &corpus, &mut rng);
            std::fs::write(dir.path().join(&path), &bytes).unwrap();
            changed.push((path, bytes));
        }
        let began = Moment::now();
        let result = catch_unwind(AssertUnwindSafe(|| start(dir.path())));
        let context = || {
            let files = changed.iter().map(|(path, bytes)| {
                let head = &bytes[..bytes.len().min(2000)];
                format!("{} {}", path.display(), HEXLOWER.encode(head))
            });
            let files: Vec<String> = files.collect();
            format!("RK_SEED={}, input {i}: {files:?}", rng::seed())
        };
        assert!(result.is_ok(), "panicked: {}", context());
        assert!(began.elapsed().as_secs() < super::INPUT_SECONDS_MAX, "too long: {}", context());
        started += usize::from(result.unwrap_or(false));
        i += 1;
    }
    crate::kit::say(&format!("fuzz files at start-up: {i} directories, {started} started"));
    assert!(started > 0, "none of {i} started");
}
