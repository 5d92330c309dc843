//! Leaving a group, within a time.
#![allow(unsafe_code, reason = "foreign calls; each block says why it is sound")]

use std::time::Duration;

use rdkafka::bindings as rd;

use super::{Batch, Native, words};
use crate::base::clock::Moment;
use crate::client::ClientError;

impl Native {
    /// Leaves the group. Callbacks run: what is marked is committed on the way. A group whose
    /// broker is away is left without a word after a while: its session runs out.
    pub(in crate::client) fn leave(&self, most: Duration) -> Result<(), ClientError> {
        const STEP: Duration = Duration::from_millis(20);
        let (rk, queue) = (self.rk.as_ptr(), self.queue()?);
        // SAFETY: client and queue live longer than the calls; an error is ours.
        unsafe {
            let error = rd::rd_kafka_consumer_close_queue(rk, queue.queue.as_ptr());
            if !error.is_null() {
                let text = words(rd::rd_kafka_error_string(error));
                rd::rd_kafka_error_destroy(error);
                return Err(ClientError::Rdkafka(text));
            }
        }
        let (until, mut batch) = (Moment::now().after(most), Batch::new(self, 2));
        // SAFETY: the client lives as long as `self`.
        while unsafe { rd::rd_kafka_consumer_closed(rk) } == 0 {
            if until.has_passed() {
                self.hangs.set(true);
                break;
            }
            queue.take(STEP, &mut batch);
        }
        Ok(())
    }
}
