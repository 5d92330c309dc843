//! Changes bytes as a careless or a malicious peer would.

use crate::kit::rng::Rng;

/// How long an input becomes at most.
const LENGTH_MAX: usize = 64 * 1024;

/// Changes an input in one place or in several.
pub(super) fn mutate(input: &mut Vec<u8>, corpus: &[Vec<u8>], rng: &mut Rng) {
    for _ in 0..1 + rng.below(4) {
        once(input, corpus, rng);
    }
    input.truncate(LENGTH_MAX);
}

fn once(input: &mut Vec<u8>, corpus: &[Vec<u8>], rng: &mut Rng) {
    let at = rng.below(input.len() + 1);
    let length = rng.below(input.len() - at + 1).min(1 + rng.below(32));
    match rng.below(10) {
        0 => input.truncate(at),
        1 => drop(input.drain(at..at + length)),
        2 => {
            let again = input[at..at + length].to_vec();
            drop(input.splice(at..at, again));
        }
        3 => {
            let count = rng.below(16);
            let bytes = rng.bytes(count);
            drop(input.splice(at..at, bytes));
        }
        4 => {
            let other = rng.pick(corpus);
            let from = rng.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        5 => overwrite(input, at, rng.pick::<&[u8]>(VARINTS)),
        6 => overwrite(input, at, &rng.int(32).to_be_bytes()[4..]),
        7 => overwrite(input, at, &rng.int(16).to_be_bytes()[6..]),
        8 => overwrite(input, at, &[*rng.pick(&[0, 1, 0x7f, 0x80, 0xff])]),
        _ => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << rng.below(8);
            }
        }
    }
}

/// Lengths that are none, negative where they are zig-zag, huge, or never end.
const VARINTS: &[&[u8]] = &[
    &[0],
    &[1],
    &[0x80, 0x00],
    &[0xff, 0x7f],
    &[0xff, 0xff, 0xff, 0xff, 0x07],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0xfe, 0xff, 0xff, 0xff, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

fn overwrite(input: &mut [u8], at: usize, bytes: &[u8]) {
    let end = input.len().min(at + bytes.len());
    input[at..end].copy_from_slice(&bytes[..end - at]);
}
