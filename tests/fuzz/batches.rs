//! Record batches: as a producer sends them, as a log keeps them, as a reader opens them.

use rk::base::limits::DECOMPRESSED_BYTES_MAX;
use rk::wire::batch::control::EndMarker;
use rk::wire::batch::{BatchBuilder, Batches, Codec, check, check_stored, contents};

use super::targets::Target;
use crate::kit::rng::Rng;

pub(super) const TARGET: Target = Target {
    name: "record batches",
    corpus,
    read,
    // A few compressed bytes may become very many, up to the limit; a vector grows by doubling.
    held_bytes_max: |length| 4 * length + 3 * DECOMPRESSED_BYTES_MAX,
};

fn corpus(rng: &mut Rng) -> Vec<Vec<u8>> {
    let mut corpus = Vec::new();
    for i in 0..40 {
        let codec = Codec::ALL[i % Codec::ALL.len()];
        let mut bytes = Vec::new();
        for _ in 0..1 + rng.below(3) {
            bytes.extend(batch(codec, rng));
        }
        corpus.push(bytes);
    }
    for commit in [false, true] {
        let key = [0, 0, 0, u8::from(commit)];
        let mut builder = BatchBuilder::new().producer(7, 1, -1).transactional().control();
        builder.push(1, Some(&key), Some(&[0, 0, 0, 0, 0, 9]), &[]);
        corpus.push(builder.build().unwrap().to_vec());
    }
    corpus
}

fn batch(codec: Codec, rng: &mut Rng) -> Vec<u8> {
    let mut builder = BatchBuilder::new().codec(codec).base_offset(rng.int(48).abs());
    if rng.one_in(3) {
        builder = builder.producer(rng.int(48).abs(), 3, 17);
    }
    for _ in 0..rng.below(6) {
        let mut bytes = |n| {
            let length = rng.below(n);
            (!rng.one_in(5)).then(|| rng.bytes(length))
        };
        let (key, value, name) = (bytes(10), bytes(100), bytes(5).unwrap_or_default());
        let headers = [(name.as_slice(), key.as_deref()); 2];
        let headers = &headers[..name.len() % 3];
        builder.push(1_700_000_000_000, key.as_deref(), value.as_deref(), headers);
    }
    builder.build().unwrap().to_vec()
}

fn read(input: &[u8]) {
    // The checksum keeps most mutations out; where it is wrong, it is made right, so that what
    // lies behind it is reached.
    for bytes in [input.to_vec(), sealed(input)] {
        let _ = check(&bytes);
        let _ = check_stored(&bytes);
        for batch in Batches::of(&bytes).filter_map(Result::ok) {
            let _ = check(batch.bytes);
            read_records(batch.bytes);
        }
        read_records(&bytes);
    }
}

fn sealed(input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    if let Some(Ok(first)) = Batches::of(input).next() {
        let mut header = first.header;
        header.seal(&first.bytes[rk::wire::batch::HEADER_BYTES..]);
        bytes[..rk::wire::batch::HEADER_BYTES].copy_from_slice(&header.to_bytes());
    }
    bytes
}

fn read_records(batch: &[u8]) {
    let Ok(contents) = contents(batch) else { return };
    let _ = EndMarker::of(&contents);
    let mut records = 0;
    for record in contents.records() {
        records += 1;
        let Ok(record) = record else { break };
        assert_eq!(record.headers.count(), record.headers.len());
    }
    // Every record takes a byte at the least, and one more may be an error.
    assert!(records <= contents.data().len() + 1);
}
