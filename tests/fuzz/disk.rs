//! Records that Kafka keeps on disk, as the broker reads them when it starts.

use bytes::Bytes;
use rk::broker::coord::group::{Config, Groups};
use rk::broker::meta::{MetadataRecord, State};
use rk::wire::messages::{ALL, Entry};
use rk::wire::schema::Kind;

use super::targets::{Target, some_times};
use crate::kit::rng::Rng;
use crate::wire::generate::{self, uvarint};

pub(super) const METADATA: Target = Target {
    name: "metadata records",
    corpus: metadata,
    read: read_metadata,
    held_bytes_max: some_times,
};

pub(super) const GROUPS: Target =
    Target { name: "group records", corpus: groups, read: read_groups, held_bytes_max: some_times };

/// How many records of a kind and version.
const SAMPLES: usize = 6;

/// Returns the tables of what is kept on disk.
fn on_disk() -> impl Iterator<Item = &'static Entry> {
    ALL.iter().filter(|entry| entry.table.kind == Kind::Data && entry.table.key >= 0)
}

fn is_of_groups(entry: &Entry) -> bool {
    ["OffsetCommit", "GroupMetadata"].iter().any(|head| entry.table.name().starts_with(head))
}

/// The frame's version, the record's type and version, and the record.
fn metadata(rng: &mut Rng) -> Vec<Vec<u8>> {
    let mut corpus = Vec::new();
    for entry in on_disk().filter(|entry| !is_of_groups(entry)) {
        for version in entry.table.versions.iter() {
            let number = |n: i16| uvarint(usize::try_from(n).unwrap());
            let head = [vec![1], number(entry.table.key), number(version)].concat();
            for _ in 0..SAMPLES {
                corpus
                    .push([&head[..], &generate::random(&entry.table, version, rng).sent].concat());
            }
        }
    }
    corpus
}

fn read_metadata(input: &[u8]) {
    let Ok(record) = MetadataRecord::from_value(Bytes::copy_from_slice(input)) else { return };
    // It may not fit what is known so far; it may not bring anything down.
    let mut state = State::default();
    let _ = state.apply(&record);
    let _ = state.apply(&record);
}

/// A byte that says how long the key is, the key, and the value: both begin with a version.
fn groups(rng: &mut Rng) -> Vec<Vec<u8>> {
    let mut corpus = Vec::new();
    let mut keys: Vec<(i16, Vec<u8>)> = Vec::new();
    for entry in on_disk().filter(|entry| is_of_groups(entry)) {
        let kind = entry.table.key;
        let is_key = entry.table.name().ends_with("Key");
        for version in entry.table.versions.iter() {
            for _ in 0..SAMPLES {
                let made = generate::random(&entry.table, version, rng).sent;
                let first = if is_key { kind } else { version };
                let bytes = [&first.to_be_bytes()[..], &made].concat();
                if is_key {
                    keys.push((kind, bytes));
                    continue;
                }
                let fits = |key: &&(i16, Vec<u8>)| key.0 == kind && key.1.len() < 256;
                let key = keys.iter().filter(fits).nth(rng.below(2)).unwrap();
                let length = u8::try_from(key.1.len()).unwrap();
                corpus.push([&[length][..], &key.1, &bytes].concat());
            }
        }
    }
    corpus
}

fn read_groups(input: &[u8]) {
    let Some((length, rest)) = input.split_first() else { return };
    let Some((key, value)) = rest.split_at_checked(usize::from(*length)) else { return };
    let mut groups = Groups::new(Config::default());
    let value = (!value.is_empty()).then_some(value);
    let _ = groups.apply(key, value);
    let mut effects = Vec::new();
    groups.loaded(1_700_000_000_000, &mut effects);
    groups.tick(1_800_000_000_000, &mut effects);
    // What is written down once more is read as well.
    let _ = groups.apply(key, value);
    let _ = groups.apply(key, None);
}
