//! A whole broker under bytes that nobody should send. It may answer or hang up; it may not
//! panic, and whoever speaks properly is served as before.

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, Once};
use std::time::Duration;

use data_encoding::HEXLOWER;
use rk::base::clock::Moment;
use rk::wire::messages::api_versions::ApiVersionsRequest;

use super::{frames, mutate};
use crate::kit::broker::TestBroker;
use crate::kit::rng::{self, Rng};
use crate::kit::wire::Client;

/// How long an answer is waited for. Some requests have none for a long time, by their nature.
const ANSWER: Duration = Duration::from_millis(15);
/// How often somebody speaks properly in between.
const PROBE_EVERY: usize = 25;

thread_local! {
    /// Whether this thread is a test's own: what fails there is told by the test.
    static IS_TEST: Cell<bool> = const { Cell::new(false) };
}

/// What panicked on other threads than the test's.
pub(super) static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Notes panics of the broker's threads, which nobody would see otherwise: a task that panics
/// takes only its connection along.
pub(super) fn watch_panics() {
    IS_TEST.set(true);
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let is_worker = std::thread::current().name().is_some_and(|n| n.contains("tokio"));
            if is_worker && !IS_TEST.get() {
                PANICS.lock().unwrap().push(info.to_string());
            }
            before(info);
        }));
    });
}

fn send(address: SocketAddr, input: &[u8]) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(ANSWER)).unwrap();
    stream.set_write_timeout(Some(ANSWER)).unwrap();
    // The broker may hang up while it is being written to.
    let _ = stream.write_all(input);
    let _ = stream.read(&mut [0; 4096]);
}

#[test]
fn fuzz_broker() {
    watch_panics();
    let broker = TestBroker::start();
    let corpus = (frames::REQUESTS.corpus)(&mut Rng::new("broker"));
    let until = Moment::now().after(super::time());
    let mut i = 0;
    while !until.has_passed() {
        let mut rng = Rng::new(&format!("broker {i}"));
        let mut input = rng.pick(&corpus).clone();
        if !rng.one_in(4) {
            mutate::mutate(&mut input, &corpus, &mut rng);
            mend_length(&mut input, &mut rng);
        }
        send(broker.address(), &input);
        if i % PROBE_EVERY == 0 {
            let answer = Client::connect(broker.address()).call(0, &ApiVersionsRequest::default());
            assert_eq!(answer.error_code, 0);
        }
        let panics = std::mem::take(&mut *PANICS.lock().unwrap());
        let hex = || HEXLOWER.encode(&input);
        assert!(panics.is_empty(), "RK_SEED={}, input {i}, {panics:?}: {}", rng::seed(), hex());
        i += 1;
    }
    crate::kit::say(&format!("fuzz broker: {i} inputs"));
    // Whatever it has taken in, it finds its directory sound.
    let broker = broker.restart();
    let answer = Client::connect(broker.address()).call(0, &ApiVersionsRequest::default());
    assert_eq!(answer.error_code, 0);
}

/// Makes the length before a frame right, mostly: else the broker only waits for more.
fn mend_length(input: &mut [u8], rng: &mut Rng) {
    let length = u32::try_from(input.len().saturating_sub(4)).unwrap();
    if let Some(head) = input.first_chunk_mut::<4>()
        && !rng.one_in(10)
    {
        *head = length.to_be_bytes();
    }
}
