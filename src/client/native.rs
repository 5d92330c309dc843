//! librdkafka, as far as we use it: the one file with foreign calls in it.
//!
//! Why not the safe layer of the `rdkafka` crate: it hands over one record for each call, and a
//! delivery report costs an allocation. Here records come in batches, reports are counters, and
//! queues are waited on with librdkafka's own condition variables. No policy is in this file:
//! what to ask and what to make of the answers is in `produce` and `consume`.
#![allow(unsafe_code, reason = "foreign calls; each block says why it is sound")]

mod incoming;
mod leaving;
mod transactions;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::time::Duration;

use rdkafka::bindings as rd;
use rdkafka::types::RDKafkaRespErr as Err;

use incoming::code_of;
pub(super) use incoming::{Batch, Incoming, Taken};
pub(super) use transactions::Hitch;

use super::error::ClientError;
use super::offsets::Partition;
use super::options::Properties;
use super::produce::OutRecord;
use super::told::{Failed, Told};

/// Which of librdkafka's two clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Producer,
    Consumer,
}

/// A client of librdkafka. Stays on its thread; only its log callback comes from others.
pub(super) struct Native {
    rk: NonNull<rd::rd_kafka_t>,
    /// What the callbacks write to. Boxed, because librdkafka keeps its address.
    pub(super) told: Box<Told>,
    /// Whether it hangs: it waits for a broker that is away, and would be waited for.
    hangs: Cell<bool>,
}

impl Native {
    /// Makes a client. It connects in the background.
    pub(super) fn new(kind: Kind, properties: &Properties) -> Result<Self, ClientError> {
        let reset = properties.get("auto.offset.reset").map(String::as_str);
        let early = matches!(reset, Some("earliest" | "smallest" | "beginning"));
        let told = Box::new(Told::beginning(early));
        let mut why = [0 as c_char; 512];
        // SAFETY: `conf` is ours until `rd_kafka_new` takes it over on success. `told` outlives
        // the client: it is dropped after `Native::drop` has destroyed the client.
        unsafe {
            let conf = rd::rd_kafka_conf_new();
            for (name, value) in properties {
                if let Err(e) = set(conf, name, value) {
                    rd::rd_kafka_conf_destroy(conf);
                    return Err(e);
                }
            }
            rd::rd_kafka_conf_set_opaque(conf, (&raw const *told).cast_mut().cast());
            rd::rd_kafka_conf_set_log_cb(conf, Some(on_log));
            rd::rd_kafka_conf_set_error_cb(conf, Some(on_error));
            let kind = match kind {
                Kind::Producer => {
                    rd::rd_kafka_conf_set_dr_msg_cb(conf, Some(on_delivery));
                    rd::rd_kafka_type_t::RD_KAFKA_PRODUCER
                }
                Kind::Consumer => {
                    rd::rd_kafka_conf_set_rebalance_cb(conf, Some(on_rebalance));
                    rd::rd_kafka_conf_set_offset_commit_cb(conf, Some(on_commit));
                    rd::rd_kafka_type_t::RD_KAFKA_CONSUMER
                }
            };
            let rk = rd::rd_kafka_new(kind, conf, why.as_mut_ptr(), why.len());
            match NonNull::new(rk) {
                Some(rk) => Ok(Native { rk, told, hangs: Cell::new(false) }),
                None => {
                    rd::rd_kafka_conf_destroy(conf);
                    Err(ClientError::Rdkafka(words(why.as_ptr())))
                }
            }
        }
    }

    /// Checks the values of properties.
    pub(super) fn check(properties: &Properties) -> Result<(), ClientError> {
        // SAFETY: the configuration is ours from beginning to end.
        unsafe {
            let conf = rd::rd_kafka_conf_new();
            let mut all = properties.iter();
            let result = all.try_for_each(|(name, value)| set(conf, name, value));
            rd::rd_kafka_conf_destroy(conf);
            result
        }
    }

    /// Runs the callbacks that wait, for as long as `timeout` for the first.
    pub(super) fn poll(&self, timeout: Duration) {
        // SAFETY: the client lives as long as `self`.
        unsafe { rd::rd_kafka_poll(self.rk.as_ptr(), millis(timeout)) };
    }

    /// How many records and reports wait on our side.
    pub(super) fn waiting(&self) -> usize {
        // SAFETY: the client lives as long as `self`.
        usize::try_from(unsafe { rd::rd_kafka_outq_len(self.rk.as_ptr()) }).unwrap_or(0)
    }

    /// Gives up on what has not been delivered: each record gets its report, an error.
    pub(super) fn purge(&self) {
        let flags = rd::RD_KAFKA_PURGE_F_QUEUE | rd::RD_KAFKA_PURGE_F_INFLIGHT;
        // SAFETY: the client lives as long as `self`.
        unsafe { rd::rd_kafka_purge(self.rk.as_ptr(), flags) };
    }

    /// Sends what is queued without waiting for `linger.ms`, as long as `timeout`.
    pub(super) fn flush(&self, timeout: Duration) {
        // SAFETY: the client lives as long as `self`.
        unsafe { rd::rd_kafka_flush(self.rk.as_ptr(), millis(timeout)) };
    }

    /// Returns a handle on a topic.
    pub(super) fn topic(&self, name: &str) -> Result<Topic<'_>, ClientError> {
        let name = c_string(name)?;
        // SAFETY: the client lives as long as `self`, and the handle not longer than that.
        let topic =
            unsafe { rd::rd_kafka_topic_new(self.rk.as_ptr(), name.as_ptr(), ptr::null_mut()) };
        let topic = NonNull::new(topic).ok_or_else(last_error)?;
        Ok(Topic { topic, native: self })
    }

    /// Joins the group of the property `group.id`.
    pub(super) fn subscribe(&self, topics: &[String]) -> Result<Queue<'_>, ClientError> {
        let list = List::of(topics.iter().map(|topic| (topic.as_str(), -1, -1)))?;
        // SAFETY: the client lives as long as `self`; the list is only read.
        let queue = unsafe {
            check(rd::rd_kafka_poll_set_consumer(self.rk.as_ptr()))?;
            check(rd::rd_kafka_subscribe(self.rk.as_ptr(), list.0))?;
            rd::rd_kafka_queue_get_consumer(self.rk.as_ptr())
        };
        let queue = NonNull::new(queue).ok_or_else(last_error)?;
        Ok(Queue { queue, client: PhantomData })
    }

    /// Changes the topics that this member of a group reads.
    pub(super) fn resubscribe(&self, topics: &[String]) -> Result<(), ClientError> {
        let list = List::of(topics.iter().map(|topic| (topic.as_str(), -1, -1)))?;
        // SAFETY: the client lives as long as `self`; the list is only read.
        check(unsafe { rd::rd_kafka_subscribe(self.rk.as_ptr(), list.0) })
    }

    /// Stops the records of partitions, which stay ours, or lets them come again.
    pub(super) fn pause<'a>(
        &self,
        partitions: impl Iterator<Item = &'a Partition>,
        is_paused: bool,
    ) -> Result<(), ClientError> {
        let list = List::of(partitions.map(|at| (&*at.topic, at.partition, 0)))?;
        let act = match is_paused {
            true => rd::rd_kafka_pause_partitions,
            false => rd::rd_kafka_resume_partitions,
        };
        // SAFETY: the client lives as long as `self`; the list is ours, and only its entries'
        // error codes are written.
        check(unsafe { act(self.rk.as_ptr(), list.0) })
    }

    /// Reads partitions that are ours from these offsets on.
    pub(super) fn seek<'a>(
        &self,
        places: impl Iterator<Item = (&'a Partition, i64)>,
    ) -> Result<(), ClientError> {
        let list = List::of(places.map(|(at, offset)| (&*at.topic, at.partition, offset)))?;
        // SAFETY: as above. With no time to wait the call asks and returns.
        let failed = unsafe { failed(rd::rd_kafka_seek_partitions(self.rk.as_ptr(), list.0, 0)) };
        failed.map_or(Ok(()), |code| Err(ClientError::Rdkafka(code_words(code))))
    }

    /// Returns a queue of our own, for partitions that are read without a group.
    pub(super) fn queue(&self) -> Result<Queue<'_>, ClientError> {
        // SAFETY: the client lives as long as `self`, and the queue not longer than that.
        let queue = unsafe { rd::rd_kafka_queue_new(self.rk.as_ptr()) };
        let queue = NonNull::new(queue).ok_or_else(last_error)?;
        Ok(Queue { queue, client: PhantomData })
    }

    /// Commits offsets for the group: and waits for the answer, if so asked.
    pub(super) fn commit(
        &self,
        offsets: &BTreeMap<Partition, i64>,
        wait: bool,
    ) -> Result<(), ClientError> {
        // SAFETY: the client lives as long as `self`.
        unsafe { commit(self.rk.as_ptr(), offsets, wait)? };
        match wait {
            true => self.told.committed(offsets.keys()),
            false if !offsets.is_empty() => self.told.commit_asked(),
            false => {}
        }
        Ok(())
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        if self.hangs.get() {
            // It ends with the process. Its threads go on until then, and write to this.
            Box::leak(std::mem::take(&mut self.told));
            return;
        }
        // SAFETY: nobody else has the pointer; topics and queues borrow `self`, so none is left.
        // The call ends librdkafka's threads, so that no callback comes afterwards.
        unsafe { rd::rd_kafka_destroy(self.rk.as_ptr()) };
    }
}

/// A topic of a client.
pub(super) struct Topic<'a> {
    topic: NonNull<rd::rd_kafka_topic_t>,
    native: &'a Native,
}

impl Topic<'_> {
    /// Queues a record; its bytes are copied. One code says that there is
    /// no room now.
    pub(super) fn produce(&self, record: &OutRecord) -> Result<(), Failed> {
        use rd::rd_kafka_vtype_t as V;
        let none = rd::rd_kafka_vu_s__bindgen_ty_1 { _pad: [0; 64] };
        let vu = |vtype| rd::rd_kafka_vu_t { vtype, u: none };
        let mut vus = [vu(V::RD_KAFKA_VTYPE_HEADERS); 8];
        vus[0] = vu(V::RD_KAFKA_VTYPE_RKT);
        vus[0].u.rkt = self.topic.as_ptr();
        vus[1] = vu(V::RD_KAFKA_VTYPE_PARTITION);
        vus[1].u.i32_ = record.partition.unwrap_or(-1);
        vus[2] = vu(V::RD_KAFKA_VTYPE_MSGFLAGS);
        vus[2].u.i = rd::RD_KAFKA_MSG_F_COPY;
        vus[3] = vu(V::RD_KAFKA_VTYPE_VALUE);
        vus[3].u.mem = mem(record.value);
        vus[4] = vu(V::RD_KAFKA_VTYPE_KEY);
        vus[4].u.mem = mem(record.key);
        vus[5] = vu(V::RD_KAFKA_VTYPE_TIMESTAMP);
        vus[5].u.i64_ = record.timestamp.unwrap_or(0);
        vus[6] = vu(V::RD_KAFKA_VTYPE_OPAQUE);
        vus[6].u.ptr = ptr::without_provenance_mut(record.tag);
        let headers = headers(record.headers);
        vus[7].u.headers = headers;
        let count = if headers.is_null() { 7 } else { 8 };
        // SAFETY: each value's kind goes with the member of the union that is set. What is
        // pointed to lives until the call returns, is copied by it (`F_COPY`), and is not written
        // to. The tag is a number that is handed back unread. The headers belong to librdkafka
        // if the call succeeds, and to us if not.
        unsafe {
            let error = rd::rd_kafka_produceva(self.native.rk.as_ptr(), vus.as_ptr(), count);
            let Some(code) = failed(error) else { return Ok(()) };
            if !headers.is_null() {
                rd::rd_kafka_headers_destroy(headers);
            }
            Err(Failed { tag: record.tag, code, words: code_words(code) })
        }
    }

    /// Has librdkafka ask about the topic now, and waits for the answer.
    pub(super) fn ask(&self, timeout: Duration) {
        let mut answer = ptr::null();
        // SAFETY: client and topic live as long as `self`; the answer, if any, is ours.
        unsafe {
            let (rk, topic) = (self.native.rk.as_ptr(), self.topic.as_ptr());
            rd::rd_kafka_metadata(rk, 0, topic, &raw mut answer, millis(timeout));
            if !answer.is_null() {
                rd::rd_kafka_metadata_destroy(answer);
            }
        }
    }

    /// Begins to read a partition, without a group, from an offset on.
    pub(super) fn start(
        &self,
        partition: i32,
        offset: i64,
        queue: &Queue,
    ) -> Result<(), ClientError> {
        let (topic, queue) = (self.topic.as_ptr(), queue.queue.as_ptr());
        // SAFETY: topic and queue live as long as their borrows.
        match unsafe { rd::rd_kafka_consume_start_queue(topic, partition, offset, queue) } {
            0 => Ok(()),
            _ => Err(last_error()),
        }
    }

    /// Ends the reading of a partition.
    pub(super) fn stop(&self, partition: i32) {
        // SAFETY: the topic lives as long as `self`.
        unsafe { rd::rd_kafka_consume_stop(self.topic.as_ptr(), partition) };
    }
}

impl Drop for Topic<'_> {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and the client still lives.
        unsafe { rd::rd_kafka_topic_destroy(self.topic.as_ptr()) };
    }
}

/// Where records come in.
pub(super) struct Queue<'a> {
    queue: NonNull<rd::rd_kafka_queue_t>,
    client: PhantomData<&'a Native>,
}

impl Queue<'_> {
    /// Waits as long as `timeout` for something, and takes it and what else is there already.
    pub(super) fn take(&self, timeout: Duration, into: &mut Batch) {
        into.clear();
        let (queue, room) = (self.queue.as_ptr(), into.messages.capacity());
        // SAFETY: the buffer has room for as many pointers as is said, and as many are counted
        // in as were written. A full batch is not waited for: the first call wants one message
        // only, the second takes what is there.
        unsafe {
            let at = into.messages.as_mut_ptr();
            let first = rd::rd_kafka_consume_batch_queue(queue, millis(timeout), at, 1);
            if first != 1 {
                return;
            }
            let more = rd::rd_kafka_consume_batch_queue(queue, 0, at.add(1), room - 1);
            into.messages.set_len(1 + usize::try_from(more).unwrap_or(0));
        }
    }
}

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and the client still lives.
        unsafe { rd::rd_kafka_queue_destroy(self.queue.as_ptr()) };
    }
}

/// Makes librdkafka's headers: none for none.
fn headers(all: &[(Vec<u8>, Option<Vec<u8>>)]) -> *mut rd::rd_kafka_headers_t {
    if all.is_empty() {
        return ptr::null_mut();
    }
    // SAFETY: names and values are copied; a null value has no address and no length.
    unsafe {
        let headers = rd::rd_kafka_headers_new(all.len());
        for (name, value) in all {
            let (name, value) = (mem(Some(name)), mem(value.as_deref()));
            let (name_length, length) = (name.size as isize, value.size as isize);
            rd::rd_kafka_header_add(headers, name.ptr.cast(), name_length, value.ptr, length);
        }
        headers
    }
}

/// Bytes as librdkafka wants them: no address for none.
fn mem(bytes: Option<&[u8]>) -> rd::rd_kafka_vu_s__bindgen_ty_1__bindgen_ty_1 {
    let (at, size) = bytes.map_or((ptr::null(), 0), |bytes| (bytes.as_ptr(), bytes.len()));
    rd::rd_kafka_vu_s__bindgen_ty_1__bindgen_ty_1 { ptr: at.cast_mut().cast(), size }
}

fn millis(timeout: Duration) -> c_int {
    c_int::try_from(timeout.as_millis()).unwrap_or(c_int::MAX)
}

fn c_string(text: &str) -> Result<CString, ClientError> {
    CString::new(text).map_err(|_| ClientError::Rdkafka(format!("`{text:?}` has a null byte")))
}

/// Copies a string of C's.
fn words(text: *const c_char) -> String {
    match text.is_null() {
        true => String::new(),
        // SAFETY: librdkafka's strings end with a null byte, and live while they are copied.
        false => unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned(),
    }
}

/// librdkafka's words for an error code, its own or a broker's.
pub(super) fn code_words(code: i32) -> String {
    match Err::try_from(code) {
        // SAFETY: the code is in librdkafka's list; the text is static.
        Ok(code) => words(unsafe { rd::rd_kafka_err2str(code) }),
        Err(_) => format!("error {code}"),
    }
}

fn check(code: Err) -> Result<(), ClientError> {
    match code {
        Err::RD_KAFKA_RESP_ERR_NO_ERROR => Ok(()),
        code => Err(ClientError::Rdkafka(code_words(code as i32))),
    }
}

/// Takes an error apart, where there is one.
///
/// # Safety
///
/// The error is ours, or none.
unsafe fn failed(error: *mut rd::rd_kafka_error_t) -> Option<i32> {
    if error.is_null() {
        return None;
    }
    // SAFETY: by the caller's word it is ours.
    unsafe {
        let code = rd::rd_kafka_error_code(error) as i32;
        rd::rd_kafka_error_destroy(error);
        Some(code)
    }
}

fn last_error() -> ClientError {
    // SAFETY: the call reads a variable of this thread.
    ClientError::Rdkafka(code_words(unsafe { rd::rd_kafka_last_error() } as i32))
}

/// Sets a property.
///
/// # Safety
///
/// `conf` is a configuration that is still ours.
unsafe fn set(conf: *mut rd::rd_kafka_conf_t, name: &str, value: &str) -> Result<(), ClientError> {
    let (c_name, c_value) = (c_string(name)?, c_string(value)?);
    let mut why = [0 as c_char; 512];
    // SAFETY: the texts and the buffer live until the call returns.
    let result = unsafe {
        let (name, value) = (c_name.as_ptr(), c_value.as_ptr());
        rd::rd_kafka_conf_set(conf, name, value, why.as_mut_ptr(), why.len())
    };
    match result {
        rd::rd_kafka_conf_res_t::RD_KAFKA_CONF_OK => Ok(()),
        _ => Err(ClientError::Property { name: name.to_owned(), why: words(why.as_ptr()) }),
    }
}

/// A list of partitions as librdkafka wants it.
struct List(*mut rd::rd_kafka_topic_partition_list_t);

impl List {
    fn new() -> Self {
        // SAFETY: the call allocates; its failure ends the process inside librdkafka.
        List(unsafe { rd::rd_kafka_topic_partition_list_new(8) })
    }

    /// Entries of topic, partition and offset.
    fn of<'a>(all: impl Iterator<Item = (&'a str, i32, i64)>) -> Result<Self, ClientError> {
        let mut list = List::new();
        for (topic, partition, offset) in all {
            list.add(topic, partition, offset)?;
        }
        Ok(list)
    }

    fn add(&mut self, topic: &str, partition: i32, offset: i64) -> Result<(), ClientError> {
        let topic = c_string(topic)?;
        // SAFETY: the list is ours, and the new entry is valid until the next is added.
        unsafe {
            let entry = rd::rd_kafka_topic_partition_list_add(self.0, topic.as_ptr(), partition);
            (*entry).offset = offset;
        }
        Ok(())
    }
}

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: the list is ours.
        unsafe { rd::rd_kafka_topic_partition_list_destroy(self.0) };
    }
}

/// Commits offsets, if there are any.
///
/// # Safety
///
/// The client is alive.
unsafe fn commit(
    rk: *mut rd::rd_kafka_t,
    offsets: &BTreeMap<Partition, i64>,
    wait: bool,
) -> Result<(), ClientError> {
    if offsets.is_empty() {
        return Ok(());
    }
    let list = List::of(offsets.iter().map(|(at, offset)| (&*at.topic, at.partition, *offset)))?;
    // SAFETY: as the caller promises; the list is copied.
    check(unsafe { rd::rd_kafka_commit(rk, list.0, c_int::from(!wait)) })
}

/// Copies a list of partitions.
///
/// # Safety
///
/// The list is a valid one of librdkafka's.
unsafe fn partitions(list: *const rd::rd_kafka_topic_partition_list_t) -> Vec<Partition> {
    let entry = |i| {
        // SAFETY: a list has as many entries as it says, and each has a topic.
        let entry = unsafe { &*(*list).elems.add(i) };
        Partition { topic: words(entry.topic), partition: entry.partition }
    };
    // SAFETY: as the caller promises.
    (0..usize::try_from(unsafe { (*list).cnt }).unwrap_or(0)).map(entry).collect()
}

/// What the client was given to write to.
///
/// # Safety
///
/// `opaque` is what [`Native::new`] set, and the client is alive.
unsafe fn told<'a>(opaque: *mut c_void) -> &'a Told {
    // SAFETY: as the caller promises; all of `Told` may be shared between threads.
    unsafe { &*opaque.cast::<Told>() }
}

unsafe extern "C" fn on_log(
    rk: *const rd::rd_kafka_t,
    level: c_int,
    facility: *const c_char,
    text: *const c_char,
) {
    // SAFETY: a callback of a living client, whose opaque value we set before it was made.
    unsafe { told(rd::rd_kafka_opaque(rk)) }.log(level, &words(facility), &words(text));
}

unsafe extern "C" fn on_error(
    rk: *mut rd::rd_kafka_t,
    code: c_int,
    reason: *const c_char,
    opaque: *mut c_void,
) {
    // SAFETY: a callback of a living client; the buffer is as long as we say.
    unsafe {
        let told = told(opaque);
        if code == Err::RD_KAFKA_RESP_ERR__FATAL as i32 {
            let mut why = [0 as c_char; 512];
            rd::rd_kafka_fatal_error(rk, why.as_mut_ptr(), why.len());
            return told.fatal(words(why.as_ptr()));
        }
        if code == Err::RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN as i32 {
            told.all_down();
        }
        told.error(&words(reason));
    }
}

unsafe extern "C" fn on_delivery(
    _: *mut rd::rd_kafka_t,
    message: *const rd::rd_kafka_message_t,
    opaque: *mut c_void,
) {
    // SAFETY: a callback of a living client; the message lives while it runs, and its private
    // pointer is the tag that we gave with it.
    unsafe {
        let (told, message) = (told(opaque), &*message);
        match code_of(message) {
            0 => told.delivered(),
            // The words that the broker had for it (`rd_kafka_message_produce_errstr`) are not
            // asked for: librdkafka 2.12 has freed them by now.
            code => {
                told.failed(Failed { tag: message._private.addr(), code, words: code_words(code) })
            }
        }
    }
}

unsafe extern "C" fn on_commit(
    _: *mut rd::rd_kafka_t,
    code: Err,
    list: *mut rd::rd_kafka_topic_partition_list_t,
    opaque: *mut c_void,
) {
    // SAFETY: a callback of a living client; the list, if there is one, lives while it runs.
    let (told, all) =
        unsafe { (told(opaque), if list.is_null() { Vec::new() } else { partitions(list) }) };
    match code {
        Err::RD_KAFKA_RESP_ERR_NO_ERROR => told.committed(all.iter()),
        Err::RD_KAFKA_RESP_ERR__NO_OFFSET => {}
        code => commit_failed(told, &code_words(code as i32)),
    }
    told.commit_answered();
}

/// Tells that offsets could not be committed; of a topic that has gone there is nothing to commit.
fn commit_failed(told: &Told, words: &str) {
    match words == code_words(Err::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART as i32) {
        true => told.error(words),
        false => told.commit_failed(words),
    }
}

/// Writes into a list where its partitions are to be read from: what the group has committed,
/// and, if so asked, the beginning where it has not. Left to itself, librdkafka asks for it too,
/// but only at the next turn of a slow wheel. What cannot be told is left to it all the same.
/// A partition that comes back is read from where we were, if the group has not come further.
///
/// # Safety
///
/// The client is alive, the list is a valid one of its own, and a callback of it is running.
unsafe fn place(
    rk: *mut rd::rd_kafka_t,
    list: *mut rd::rd_kafka_topic_partition_list_t,
    told: &Told,
) {
    const COMMITTED_WAIT_MS: c_int = 5_000;
    const STORED: i64 = -1000;
    const INVALID: i64 = -1001;
    // SAFETY: as the caller promises; entries are valid as long as the list, whose length does
    // not change.
    unsafe {
        let failed = rd::rd_kafka_committed(rk, list, COMMITTED_WAIT_MS);
        let is_known = failed == Err::RD_KAFKA_RESP_ERR_NO_ERROR;
        for i in 0..usize::try_from((*list).cnt).unwrap_or(0) {
            let entry = (*list).elems.add(i);
            let is_refused = (*entry).err != Err::RD_KAFKA_RESP_ERR_NO_ERROR;
            let of = Partition { topic: words((*entry).topic), partition: (*entry).partition };
            let committed = Some((*entry).offset).filter(|offset| *offset >= 0);
            if !is_known || is_refused {
                (*entry).offset = STORED;
            } else if let Some(offset) = told.resumed(&of, committed) {
                (*entry).offset = offset;
            } else if (*entry).offset == INVALID {
                (*entry).offset = STORED;
                let (mut low, mut high) = (0, 0);
                let (topic, partition) = ((*entry).topic, (*entry).partition);
                let (lows, highs) = (&raw mut low, &raw mut high);
                let wait = COMMITTED_WAIT_MS;
                let asked = told.begins_early(&of).then(|| {
                    rd::rd_kafka_query_watermark_offsets(rk, topic, partition, lows, highs, wait)
                });
                if asked == Some(Err::RD_KAFKA_RESP_ERR_NO_ERROR) {
                    (*entry).offset = low;
                }
            }
        }
    }
}

unsafe extern "C" fn on_rebalance(
    rk: *mut rd::rd_kafka_t,
    code: Err,
    list: *mut rd::rd_kafka_topic_partition_list_t,
    opaque: *mut c_void,
) {
    // SAFETY: a callback of a living client; the list lives while it runs.
    unsafe {
        let told = told(opaque);
        let gives = code == Err::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        if gives {
            told.assigned(partitions(list));
            place(rk, list, told);
        } else {
            let marked = told.revoked(&partitions(list));
            // What was lost is somebody else's already.
            if rd::rd_kafka_assignment_lost(rk) == 0 {
                match commit(rk, &marked, true) {
                    Ok(()) => told.committed(marked.keys()),
                    Err(e) => commit_failed(told, &e.to_string()),
                }
            }
        }
        if words(rd::rd_kafka_rebalance_protocol(rk)) != "COOPERATIVE" {
            rd::rd_kafka_assign(rk, if gives { list } else { ptr::null_mut() });
            return;
        }
        let error = match gives {
            true => rd::rd_kafka_incremental_assign(rk, list),
            false => rd::rd_kafka_incremental_unassign(rk, list),
        };
        if !error.is_null() {
            told.error(&words(rd::rd_kafka_error_string(error)));
            rd::rd_kafka_error_destroy(error);
        }
    }
}
