//! Until a condition holds: no test sleeps for a time that somebody guessed.

use std::time::Duration;

use rk::base::clock::Moment;

/// How long a test waits for what should come at once: machines can be very busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again and again until there is an answer, and fails after [`PATIENCE`].
#[track_caller]
pub(crate) fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, what, ask)
}

/// Asks again and again until there is an answer, and fails after `patience`.
#[track_caller]
pub(crate) fn until_within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> Option<T>,
) -> T {
    let deadline = Moment::now().after(patience);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(!deadline.has_passed(), "waited {patience:?} for {what}");
        std::thread::park_timeout(Duration::from_millis(5).min(deadline.remaining()));
    }
}

#[test]
fn waiting_ends_with_the_answer_or_with_the_deadline() {
    let mut asked = 0;
    let answer = until("the third time", || {
        asked += 1;
        (asked == 3).then_some(asked)
    });
    assert_eq!(answer, 3);
    let never = std::panic::catch_unwind(|| {
        until_within(Duration::from_millis(20), "nothing", || None::<()>);
    });
    assert!(never.is_err());
}
