//! Records that Kafka keeps on disk, as the broker reads them when it starts.

use bytes::Bytes;
use rk::broker::coord::brain::{self, Brain};
use rk::broker::coord::group::{Config, Groups};
use rk::broker::coord::share::group::ShareGroups;
use rk::broker::coord::share::state::{Config as ShareConfig, ShareStates};
use rk::broker::coord::txn::{Config as TransactionConfig, Transactions};
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

pub(super) const COORDINATORS: Target = Target {
    name: "records of coordinators",
    corpus: coordinators,
    read: read_coordinators,
    // Four coordinators read it, and what one remembers has maps in maps.
    held_bytes_max: |length| 256 * 1024 + 512 * length,
};

/// How many records of a kind and version.
const SAMPLES: usize = 6;

/// Returns the tables of what is kept on disk.
fn on_disk() -> impl Iterator<Item = &'static Entry> {
    ALL.iter().filter(|entry| entry.table.kind == Kind::Data && entry.table.key >= 0)
}

/// Records of groups, of share groups and of transactions come as a key and a value.
fn is_of_coordinators(entry: &Entry) -> bool {
    ["Key", "Value"].iter().any(|tail| entry.table.name().ends_with(tail))
}

/// The frame's version, the record's type and version, and the record.
fn metadata(rng: &mut Rng) -> Vec<Vec<u8>> {
    let mut corpus = Vec::new();
    for entry in on_disk().filter(|entry| !is_of_coordinators(entry)) {
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
fn coordinators(rng: &mut Rng) -> Vec<Vec<u8>> {
    let mut corpus = Vec::new();
    let mut keys: Vec<(i16, Vec<u8>)> = Vec::new();
    for entry in on_disk().filter(|entry| is_of_coordinators(entry)) {
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

fn read_coordinators(input: &[u8]) {
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
    let ids = Box::new(|| Ok(1));
    let mut transactions = Transactions::new(TransactionConfig::default(), ids);
    let entry = brain::Entry { partition: 0, offset: 0, within: None, key, value };
    let _ = transactions.replay(&entry);
    let mut effects = Vec::new();
    transactions.loaded(1_700_000_000_000, &mut effects);
    transactions.tick(1_800_000_000_000, &mut effects);
    let mut shares = ShareGroups::new(1, usize::MAX);
    let _ = shares.apply(1_700_000_000_000, key, value);
    shares.loaded(1_700_000_000_000, &|_| 45_000);
    let _ = shares.expired(1_800_000_000_000);
    let config = ShareConfig {
        partitions: 1,
        updates_per_snapshot: 2,
        cold_snapshot_interval_ms: 1000,
        states_max: 10,
        bytes_max: usize::MAX,
    };
    let mut states = ShareStates::new(config);
    let _ = states.apply(0, key, value);
    let _ = states.apply(1, key, value);
    let _ = states.redundant();
    let _ = states.cold(1_800_000_000_000);
}
