//! Messages of librdkafka's: taken in batches, read where they lie, destroyed once.

use std::ffi::{CStr, c_void};
use std::marker::PhantomData;
use std::ptr;

use rdkafka::bindings as rd;
use rdkafka::types::RDKafkaRespErr as Err;

use super::{Native, words};

const PARTITION_EOF: i32 = Err::RD_KAFKA_RESP_ERR__PARTITION_EOF as i32;

/// Messages that were taken from a queue. They do not refer to the queue any more, but to the
/// client, which must outlive them.
pub(in crate::client) struct Batch<'a> {
    pub(super) messages: Vec<*mut rd::rd_kafka_message_t>,
    client: PhantomData<&'a Native>,
}

impl<'a> Batch<'a> {
    pub(in crate::client) fn new(_: &'a Native, room: usize) -> Self {
        Batch { messages: Vec::with_capacity(room.max(2)), client: PhantomData }
    }

    pub(in crate::client) fn iter(&self) -> impl Iterator<Item = Taken<'_>> {
        // SAFETY: the messages are ours until `clear`, which needs the batch for itself.
        self.messages.iter().map(|message| unsafe { taken(&**message) })
    }

    pub(super) fn clear(&mut self) {
        for message in self.messages.drain(..) {
            // SAFETY: each message is ours, and destroyed once.
            unsafe { rd::rd_kafka_message_destroy(message) };
        }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}

/// What a queue holds.
pub(in crate::client) enum Taken<'a> {
    Record(Incoming<'a>),
    /// A partition has been read to its end: the offset is the next record's.
    End {
        topic: &'a str,
        partition: i32,
        offset: i64,
    },
    /// Something is wrong with a partition, or with all.
    Error {
        code: i32,
        words: String,
    },
}

/// A record on its way in.
#[derive(Clone, Copy)]
pub(in crate::client) struct Incoming<'a> {
    message: &'a rd::rd_kafka_message_t,
    pub(in crate::client) topic: &'a str,
}

impl<'a> Incoming<'a> {
    pub(in crate::client) fn partition(self) -> i32 {
        self.message.partition
    }

    pub(in crate::client) fn offset(self) -> i64 {
        self.message.offset
    }

    pub(in crate::client) fn key(self) -> Option<&'a [u8]> {
        // SAFETY: key and length belong together and live as long as the message.
        unsafe { slice(self.message.key, self.message.key_len) }
    }

    pub(in crate::client) fn value(self) -> Option<&'a [u8]> {
        // SAFETY: payload and length belong together and live as long as the message.
        unsafe { slice(self.message.payload, self.message.len) }
    }

    /// The timestamp in milliseconds, if there is one, and whether the broker set it.
    pub(in crate::client) fn timestamp(self) -> Option<(i64, bool)> {
        use rd::rd_kafka_timestamp_type_t as T;
        let mut kind = T::RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
        // SAFETY: the message lives, and the kind is written by the call.
        let ms = unsafe { rd::rd_kafka_message_timestamp(self.message, &raw mut kind) };
        match kind {
            T::RD_KAFKA_TIMESTAMP_NOT_AVAILABLE => None,
            kind => Some((ms, kind == T::RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME)),
        }
    }

    /// The epoch of the leader that wrote it, if the broker tells.
    pub(in crate::client) fn leader_epoch(self) -> Option<i32> {
        // SAFETY: the message lives.
        let epoch = unsafe { rd::rd_kafka_message_leader_epoch(self.message) };
        (epoch >= 0).then_some(epoch)
    }

    /// The headers, in order.
    pub(in crate::client) fn headers(self) -> Vec<(&'a [u8], Option<&'a [u8]>)> {
        let mut all = Vec::new();
        let mut headers = ptr::null_mut();
        // SAFETY: the headers stay the message's and live as long; name and value are written
        // by the call for each index that exists.
        unsafe {
            let found = rd::rd_kafka_message_headers(self.message, &raw mut headers);
            if found != Err::RD_KAFKA_RESP_ERR_NO_ERROR {
                return all;
            }
            for i in 0..rd::rd_kafka_header_cnt(headers) {
                let (mut name, mut value, mut length) = (ptr::null(), ptr::null(), 0);
                let (name_at, value_at) = (&raw mut name, &raw mut value);
                rd::rd_kafka_header_get_all(headers, i, name_at, value_at, &raw mut length);
                if !name.is_null() {
                    all.push((CStr::from_ptr(name).to_bytes(), slice(value, length)));
                }
            }
        }
        all
    }
}

/// Reads a message's kind.
///
/// # Safety
///
/// The message is one that librdkafka made.
unsafe fn taken(message: &rd::rd_kafka_message_t) -> Taken<'_> {
    // SAFETY: the topic, if any, lives as long as the message.
    let topic = unsafe {
        match message.rkt.is_null() {
            true => "",
            // Topic names are ASCII.
            false => CStr::from_ptr(rd::rd_kafka_topic_name(message.rkt)).to_str().unwrap_or(""),
        }
    };
    match code_of(message) {
        0 => Taken::Record(Incoming { message, topic }),
        PARTITION_EOF => Taken::End { topic, partition: message.partition, offset: message.offset },
        // SAFETY: the message lives, and an error has its words.
        code => {
            Taken::Error { code, words: words(unsafe { rd::rd_kafka_message_errstr(message) }) }
        }
    }
}

/// The error code of a message as a number: a broker newer than librdkafka may send one that is
/// not in its list.
pub(super) fn code_of(message: &rd::rd_kafka_message_t) -> i32 {
    // SAFETY: the field is an int in C; it is read as one, whatever its value.
    unsafe { (&raw const message.err).cast::<i32>().read() }
}

/// Bytes as librdkafka has them: none where there is no address.
///
/// # Safety
///
/// As many bytes as said are at the address, and live for `'a`.
unsafe fn slice<'a>(at: *const c_void, length: usize) -> Option<&'a [u8]> {
    // SAFETY: as the caller promises.
    (!at.is_null()).then(|| unsafe { std::slice::from_raw_parts(at.cast(), length) })
}
