//! The steps of a transaction, as librdkafka takes them.
#![allow(unsafe_code, reason = "foreign calls; each block says why it is sound")]

use std::time::Duration;

use rdkafka::bindings as rd;

use super::{Native, millis, words};

/// A step was not taken.
#[derive(Debug)]
pub(in crate::client) struct Hitch {
    /// Whether the same step may be tried again: it goes on in the background.
    pub(in crate::client) is_retriable: bool,
    pub(in crate::client) words: String,
}

impl Native {
    /// Gets the producer's id and aborts what was left open under its name.
    pub(in crate::client) fn init_transactions(&self, timeout: Duration) -> Result<(), Hitch> {
        // SAFETY: the client lives as long as `self`; the answer is ours.
        unsafe { taken(rd::rd_kafka_init_transactions(self.rk.as_ptr(), millis(timeout))) }
    }

    pub(in crate::client) fn begin_transaction(&self) -> Result<(), Hitch> {
        // SAFETY: as above.
        unsafe { taken(rd::rd_kafka_begin_transaction(self.rk.as_ptr())) }
    }

    pub(in crate::client) fn commit_transaction(&self, timeout: Duration) -> Result<(), Hitch> {
        // SAFETY: as above.
        unsafe { taken(rd::rd_kafka_commit_transaction(self.rk.as_ptr(), millis(timeout))) }
    }

    pub(in crate::client) fn abort_transaction(&self, timeout: Duration) -> Result<(), Hitch> {
        // SAFETY: as above.
        unsafe { taken(rd::rd_kafka_abort_transaction(self.rk.as_ptr(), millis(timeout))) }
    }
}

/// Reads the answer to a step, and frees it.
///
/// # Safety
///
/// The error, if there is one, is ours and nobody else frees it.
unsafe fn taken(error: *mut rd::rd_kafka_error_t) -> Result<(), Hitch> {
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: as the caller promises; the words are copied before the error goes.
    unsafe {
        let is_retriable = rd::rd_kafka_error_is_retriable(error) != 0;
        let words = words(rd::rd_kafka_error_string(error));
        rd::rd_kafka_error_destroy(error);
        Err(Hitch { is_retriable, words })
    }
}
