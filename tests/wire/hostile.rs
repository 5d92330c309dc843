//! Lies about lengths: a count that the bytes cannot hold is an error, and costs nothing.

use bytes::Bytes;
use rk::wire::messages::ALL;
use rk::wire::primitives::DecodeError;
use rk::wire::schema::Type;

use super::generate;
use crate::kit::alloc;
use crate::kit::rng::Rng;

/// What a refused message may hold at most while it is read, beyond its own bytes.
const HELD_BYTES_MAX: usize = 256;

#[test]
fn a_huge_count_in_four_bytes_costs_nothing() {
    let mut messages = 0;
    for entry in ALL {
        for version in entry.table.versions.iter() {
            let here = |field: &&rk::wire::schema::Field| {
                field.versions.contains(version)
                    && !field.tag.is_some_and(|(_, tagged)| tagged.contains(version))
            };
            let first = entry.table.root.fields.iter().find(here);
            if !first.is_some_and(|field| matches!(field.ty, Type::Array(_))) {
                continue;
            }
            messages += 1;
            let body = match entry.table.flexible.contains(version) {
                true => Bytes::from_static(&[0xff, 0xff, 0xff, 0x7f]),
                false => Bytes::from_static(&[0x7f, 0xff, 0xff, 0xff]),
            };
            let (result, held) = alloc::peak(|| (entry.rewrite)(body.clone(), version));
            let context = format!("{} version {version}: {result:?}", entry.table.name());
            assert!(matches!(result, Err(DecodeError::Count { at: 0, .. })), "{context}");
            assert!(held <= HELD_BYTES_MAX, "{held} bytes held: {context}");
        }
    }
    assert!(messages > 50, "only {messages} messages begin with an array");
}

#[test]
fn every_length_may_lie() {
    for entry in ALL {
        for version in entry.table.versions.iter() {
            let mut rng = Rng::new(&format!("lies {} {version}", entry.table.name()));
            let made = generate::random(&entry.table, version, &mut rng);
            let (_, honest) = alloc::peak(|| (entry.rewrite)(made.sent.clone().into(), version));
            // Where there are many, some of them.
            for length in made.lengths.iter().step_by(1 + made.lengths.len() / 50) {
                let lie = Bytes::from(made.with_lie(*length));
                let context = format!("{} {version} at {}", entry.table.name(), length.at);
                let (result, held) = alloc::peak(|| (entry.rewrite)(lie.clone(), version));
                assert!(result.is_err(), "{context}");
                assert!(held <= honest + HELD_BYTES_MAX, "{held} bytes held: {context}");
            }
        }
    }
}

#[test]
fn lengths_below_null_are_refused() {
    let fetch = ALL.iter().find(|entry| entry.table.name() == "ListGroupsResponse").unwrap();
    // No error, then a count of -2.
    let body = Bytes::from_static(&[0, 0, 0xff, 0xff, 0xff, 0xfe]);
    assert_eq!((fetch.rewrite)(body, 0), Err(DecodeError::Length { at: 2, length: -2 }));
}
