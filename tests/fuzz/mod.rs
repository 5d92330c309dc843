//! Bytes that nobody should send, to everything that reads bytes.
//!
//! Each [`Target`](targets::Target) is a reader. It is given valid bytes, mutated: it must
//! return (a panic or a long wait fails the test), hold no more memory than its bound says, and
//! keep the promises that it checks itself. Beside these, `broker` and `requests` send bytes and
//! whole requests to a live broker, in every API and every version, and `start` has a broker start
//! on directories with such bytes in their files. A test runs for a moment only;
//! `RK_FUZZ_SECONDS=600 cargo test fuzz -- --nocapture` runs each target that long and says how
//! many inputs that were, `RK_SEED` starts elsewhere.

mod batches;
mod broker;
mod disk;
mod frames;
mod messages;
mod mutate;
mod requests;
mod start;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use data_encoding::HEXLOWER;
use rk::base::clock::Moment;

use crate::kit::alloc;
use crate::kit::rng::{self, Rng};
use targets::Target;

/// How long a target runs if `RK_FUZZ_SECONDS` says nothing.
const MOMENT: Duration = Duration::from_millis(400);
/// How long one input may take. Far more than any needs, on a busy machine too.
const INPUT_SECONDS_MAX: u64 = 5;

/// How long a target runs.
fn time() -> Duration {
    match std::env::var("RK_FUZZ_SECONDS") {
        Ok(text) => Duration::from_secs(text.parse().expect("RK_FUZZ_SECONDS is a number")),
        Err(_) => MOMENT,
    }
}

/// Runs a target until its time is over. Input `i` depends on the seed and on `i` alone.
fn fuzz(target: &Target) {
    let corpus = (target.corpus)(&mut Rng::new(target.name));
    assert!(!corpus.is_empty(), "{} begins with nothing", target.name);
    corpus.iter().enumerate().for_each(|(i, input)| feed(target, i, input));
    let until = Moment::now().after(time());
    for i in 0.. {
        if until.has_passed() {
            crate::kit::say(&format!("fuzz {}: {i} inputs", target.name));
            return;
        }
        let mut rng = Rng::new(&format!("{} {i}", target.name));
        let mut input = rng.pick(&corpus).clone();
        mutate::mutate(&mut input, &corpus, &mut rng);
        feed(target, i, &input);
    }
}

fn feed(target: &Target, i: usize, input: &[u8]) {
    let context = || {
        let (name, seed, hex) = (target.name, rng::seed(), HEXLOWER.encode(input));
        format!("target {name}, RK_SEED={seed}, input {i}: {hex}")
    };
    let started = Moment::now();
    let read = AssertUnwindSafe(|| (target.read)(input));
    let (result, held) = alloc::peak(|| catch_unwind(read));
    assert!(result.is_ok(), "panicked: {}", context());
    let bound = (target.held_bytes_max)(input.len());
    assert!(held <= bound, "{held} bytes held where {bound} may be: {}", context());
    assert!(started.elapsed().as_secs() < INPUT_SECONDS_MAX, "took too long: {}", context());
}

#[test]
fn fuzz_messages() {
    fuzz(&messages::TARGET);
}

#[test]
fn fuzz_frames() {
    fuzz(&frames::REQUESTS);
    fuzz(&frames::RESPONSES);
}

#[test]
fn fuzz_record_batches() {
    fuzz(&batches::TARGET);
}

#[test]
fn fuzz_records_on_disk() {
    fuzz(&disk::METADATA);
    fuzz(&disk::COORDINATORS);
}
