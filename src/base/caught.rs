//! Futures whose panics stay with whoever runs them.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

/// A panic, in its own words. Where it was has been told on standard error by then, and
/// `RUST_BACKTRACE=1` shows the way there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a panic: {0} (RUST_BACKTRACE=1 tells more)")]
pub struct Panic(String);

impl Panic {
    pub fn of(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Panic(text.unwrap_or_else(|| "without words".to_owned()))
    }
}

/// Runs a future to its end or to its panic. It is dropped in both cases, so that what it held is
/// given back; what it shared with others must bear being left half-way (see [`super::sync`]).
///
/// It takes a future that stays where it is: one that moves in would be there twice.
pub async fn caught<F: Future + Unpin>(mut work: F) -> Result<F::Output, Panic> {
    poll_fn(|task| match catch_unwind(AssertUnwindSafe(|| Pin::new(&mut work).poll(task))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(payload) => Poll::Ready(Err(Panic::of(&*payload))),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::panic::resume_unwind;
    use std::pin::pin;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_told_and_goes_no_further() {
        assert_eq!(caught(pin!(async { 1 })).await, Ok(1));
        let words: [(Box<dyn Any + Send>, &str); 3] = [
            (Box::new("static"), "static"),
            (Box::new("owned".to_owned()), "owned"),
            (Box::new(7), "without words"),
        ];
        for (payload, told) in words {
            let broken = async {
                tokio::task::yield_now().await;
                resume_unwind(payload);
            };
            assert_eq!(caught(pin!(broken)).await, Err(Panic(told.to_owned())));
        }
    }
}
