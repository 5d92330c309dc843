//! Every message in every version: requests, responses, and what Kafka keeps on disk.
//!
//! The first two bytes of an input choose the message and its version.

use bytes::Bytes;
use rk::wire::messages::{ALL, Entry};

use super::targets::{Target, some_times};
use crate::kit::rng::Rng;
use crate::wire::generate;

pub(super) const TARGET: Target =
    Target { name: "messages", corpus, read, held_bytes_max: some_times };

/// How many messages of a kind and version.
const SAMPLES: usize = 2;

fn corpus(rng: &mut Rng) -> Vec<Vec<u8>> {
    let mut corpus = Vec::new();
    for (i, entry) in ALL.iter().enumerate() {
        let versions = entry.table.versions;
        for (j, version) in versions.iter().enumerate() {
            let head = [u8::try_from(i).unwrap(), u8::try_from(j).unwrap()];
            for _ in 0..SAMPLES {
                let made = generate::random(&entry.table, version, rng);
                corpus.push([head.as_slice(), &made.sent].concat());
            }
        }
    }
    corpus
}

fn read(input: &[u8]) {
    let [i, j, body @ ..] = input else { return };
    let entry = &ALL[usize::from(*i) % ALL.len()];
    let versions = entry.table.versions;
    let version = versions.first + i16::from(*j) % (versions.last - versions.first + 1);
    check(entry, version, Bytes::copy_from_slice(body));
}

/// What was read can be written, and what was written is read as the same.
pub(super) fn check(entry: &Entry, version: i16, body: Bytes) {
    let Ok(written) = (entry.rewrite)(body, version) else { return };
    let written = written.expect("what was read can be written");
    assert_eq!((entry.rewrite)(written.clone(), version), Ok(Ok(written)));
}
