//! Every message in every version: what is read is written again to the same bytes, and nothing
//! that is cut short is taken for whole.

use bytes::Bytes;
use rk::wire::messages::{ALL, Entry};
use rk::wire::primitives::{DecodeError, EncodeError};

use super::generate::{self, Made};
use crate::kit::rng::{self, Rng};

/// How many messages of a kind and version.
const SAMPLES: usize = 24;

/// Calls `check` with many messages of each kind in each of its versions.
fn each(label: &str, samples: usize, check: impl Fn(&Entry, i16, &Made)) {
    for entry in ALL {
        for version in entry.table.versions.iter() {
            let mut rng = Rng::new(&format!("{label} {} {version}", entry.table.name()));
            for _ in 0..samples {
                check(entry, version, &generate::random(&entry.table, version, &mut rng));
            }
        }
    }
}

fn context(entry: &Entry, version: i16, bytes: &[u8]) -> String {
    let (name, seed) = (entry.table.name(), rng::seed());
    format!("{name} version {version}, RK_SEED={seed}, bytes {}", hex(bytes))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[test]
fn what_is_read_is_written_again() {
    each("roundtrip", SAMPLES, |entry, version, made| {
        let context = || context(entry, version, &made.sent);
        let rewritten = (entry.rewrite)(made.sent.clone().into(), version);
        let rewritten = rewritten.unwrap_or_else(|e| panic!("not read: {e}: {}", context()));
        let rewritten = rewritten.unwrap_or_else(|e| panic!("not written: {e}: {}", context()));
        assert_eq!(hex(&rewritten), hex(&made.rewritten), "{}", context());
    });
}

#[test]
fn what_is_cut_short_is_an_error() {
    each("truncated", 1, |entry, version, made| {
        let all = Bytes::from(made.sent.clone());
        // Long ones are cut at some places only.
        for end in (0..all.len()).step_by(1 + all.len() / 200) {
            let result = (entry.rewrite)(all.slice(..end), version);
            assert!(result.is_err(), "cut at {end}: {}", context(entry, version, &all));
        }
    });
}

#[test]
fn what_has_something_behind_it_is_an_error() {
    each("trailing", 1, |entry, version, made| {
        let longer = [made.sent.as_slice(), &[0]].concat();
        let expected = DecodeError::Trailing { message: entry.table.name(), left: 1 };
        assert_eq!((entry.rewrite)(longer.into(), version), Err(expected));
    });
}

#[test]
fn defaults_are_written_as_the_table_says() {
    for entry in ALL {
        for version in entry.table.versions.iter() {
            let written = (entry.default)(version);
            match generate::defaults(&entry.table, version) {
                Some(made) => {
                    let written = written.map(|bytes| hex(&bytes));
                    assert_eq!(written, Ok(hex(&made.rewritten)), "{:?}", entry.table.name());
                }
                None => assert_eq!(written, Err(EncodeError::Null { version })),
            }
        }
    }
}

#[test]
fn versions_that_there_are_not_are_refused() {
    for entry in ALL {
        let message = entry.table.name();
        let versions = entry.table.versions;
        for version in [versions.first - 1, versions.last + 1, i16::MIN, i16::MAX] {
            let read = (entry.rewrite)(Bytes::new(), version);
            assert_eq!(read, Err(DecodeError::Version { message, version }));
            let written = (entry.default)(version);
            assert_eq!(written, Err(EncodeError::Version { message, version }));
        }
    }
}
