//! Every API in every version over a live broker: requests that mean something, changed in a field
//! or two by their tables, so that they are read and acted upon.
//!
//! Whatever they do, a healthy client goes on, no thread panics, and every answer reads to its last
//! byte.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use rk::base::clock::Moment;
use rk::base::ids::Uuid;
use rk::base::limits::Limits;
use rk::wire::header::{RequestHeader, take_response};
use rk::wire::messages as m;
use rk::wire::messages::{ALL, Entry};
use rk::wire::primitives::{Reader, Writer};
use rk::wire::schema::Kind;

use super::broker::{PANICS, watch_panics};
use super::mutate;
use crate::broker::every_version;
use crate::broker::fetching::{batch, code, produce};
use crate::differential::codec::{self, Place};
use crate::differential::value::Value;
use crate::kit::broker::TestBroker;
use crate::kit::rng::{self, Rng};
use crate::kit::wire::Client;

/// How long an answer is waited for. Some requests have none for a long time, by their nature.
const ANSWER: Duration = Duration::from_millis(20);
/// How often a healthy client asks in between.
const PROBE_EVERY: usize = 25;
/// The topic of the healthy client, which no request names.
const HEALTHY: &str = "of-the-healthy";
const ALTER_CLIENT_QUOTAS: i16 = 49;
const UNREGISTER_BROKER: i16 = 64;
/// Of the broker in these tests.
const NODE_ID: i128 = 1;

/// A request that can be changed.
#[derive(Clone)]
struct Known {
    entry: &'static Entry,
    header: RequestHeader,
    body: Value,
}

fn entry(kind: Kind, key: i16) -> &'static Entry {
    ALL.iter().find(|entry| entry.table.kind == kind && entry.table.key == key).unwrap()
}

fn place(entry: &Entry, version: i16) -> Place {
    let flexible = entry.table.flexible.contains(version);
    Place { version, flexible, lenient: true, raw: true }
}

fn read(frame: &[u8]) -> Known {
    let mut r = Reader::new(Bytes::copy_from_slice(frame));
    let header = RequestHeader::take(&mut r).unwrap();
    let entry = entry(Kind::Request, header.api_key);
    RequestHeader::take_tail(&mut r, &entry.table, header.api_version).unwrap();
    let body = codec::take(&mut r, entry.table.root, place(entry, header.api_version)).unwrap();
    Known { entry, header, body }
}

fn write(known: &Known) -> Option<Vec<u8>> {
    let mut w = Writer::new();
    known.header.put(&mut w, &known.entry.table).ok()?;
    let place = place(known.entry, known.header.api_version);
    codec::put(&mut w, known.entry.table.root, &known.body, place).ok()?;
    Some(w.into_bytes().to_vec())
}

/// What stands in requests, to be put in other places.
#[derive(Default)]
struct Words {
    texts: Vec<String>,
    ints: Vec<i128>,
    bytes: Vec<Vec<u8>>,
    ids: Vec<Uuid>,
}

impl Words {
    fn learn(&mut self, value: &Value) {
        match value {
            Value::Text(text) if !self.texts.contains(text) => self.texts.push(text.clone()),
            Value::Int(int) if !self.ints.contains(int) => self.ints.push(*int),
            Value::Bytes(bytes) => self.bytes.push(bytes.clone()),
            Value::Uuid(id) if !self.ids.contains(id) => self.ids.push(*id),
            Value::List(items) => items.iter().for_each(|item| self.learn(item)),
            Value::Map(fields) => fields.iter().for_each(|(_, value)| self.learn(value)),
            _ => {}
        }
    }
}

/// Runs `f` on the leaf with the number `at`, and counts the leaves.
fn at_leaf(value: &mut Value, seen: &mut usize, at: Option<usize>, f: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Map(fields) => fields.iter_mut().for_each(|(_, v)| at_leaf(v, seen, at, f)),
        Value::List(items) => items.iter_mut().for_each(|item| at_leaf(item, seen, at, f)),
        leaf => {
            if Some(*seen) == at {
                f(leaf);
            }
            *seen += 1;
        }
    }
}

/// Runs `f` on one list somewhere in the value: how many there are, and the one with the number
/// `at`.
fn at_list(
    value: &mut Value,
    seen: &mut usize,
    at: Option<usize>,
    f: &mut dyn FnMut(&mut Vec<Value>),
) {
    match value {
        Value::Map(fields) => fields.iter_mut().for_each(|(_, v)| at_list(v, seen, at, f)),
        Value::List(items) => {
            if Some(*seen) == at {
                f(items);
            }
            *seen += 1;
            items.iter_mut().for_each(|item| at_list(item, seen, at, f));
        }
        _ => {}
    }
}

fn change(body: &mut Value, words: &Words, rng: &mut Rng) {
    if rng.one_in(4) {
        let mut count = 0;
        at_list(body, &mut count, None, &mut |_| {});
        if count > 0 {
            let at = rng.below(count);
            return at_list(body, &mut 0, Some(at), &mut |items| change_list(items, rng));
        }
    }
    let mut count = 0;
    at_leaf(body, &mut count, None, &mut |_| {});
    if count > 0 {
        let at = rng.below(count);
        at_leaf(body, &mut 0, Some(at), &mut |leaf| *leaf = other(leaf, words, rng));
    }
}

fn change_list(items: &mut Vec<Value>, rng: &mut Rng) {
    match rng.below(4) {
        0 => items.clear(),
        1 if items.len() > 1 => drop(items.remove(rng.below(items.len()))),
        2 if !items.is_empty() => {
            let again = rng.pick(items).clone();
            let count = if rng.one_in(20) { 2000 } else { 1 + rng.below(4) };
            items.extend(std::iter::repeat_n(again, count));
        }
        _ => items.reverse(),
    }
}

fn other(value: &Value, words: &Words, rng: &mut Rng) -> Value {
    match value {
        _ if rng.one_in(15) => Value::Null,
        Value::Bool(value) => Value::Bool(!value),
        Value::Int(_) if rng.one_in(2) => Value::Int(*rng.pick(&words.ints)),
        Value::Int(_) => Value::Int(*rng.pick(&[
            0,
            1,
            -1,
            -2,
            2,
            7,
            100,
            i128::from(i8::MAX),
            i128::from(i16::MAX),
            i128::from(i16::MIN),
            i128::from(i32::MAX),
            i128::from(i32::MIN),
            i128::from(i64::MAX),
            i128::from(i64::MIN),
        ])),
        Value::Float(_) => Value::Float(*rng.pick(&[0.0, -1.0, 1e300, f64::NAN, f64::INFINITY])),
        Value::Uuid(_) if rng.one_in(3) => Value::Uuid(Uuid([7; 16])),
        Value::Uuid(_) => Value::Uuid(*rng.pick(&words.ids)),
        Value::Bytes(bytes) => {
            let mut bytes =
                if rng.one_in(2) { rng.pick(&words.bytes).clone() } else { bytes.clone() };
            mutate::mutate(&mut bytes, &words.bytes, rng);
            Value::Bytes(bytes)
        }
        Value::Text(_) | Value::Null => match rng.below(8) {
            0 => Value::Text(String::new()),
            1 => Value::Text(rng.text(40)),
            2 => Value::Text("a".repeat(32_767)),
            3 => Value::Text("é".repeat(249)),
            _ => Value::Text(rng.pick(&words.texts).clone()),
        },
        other => other.clone(),
    }
}

/// Somebody who sends what nobody should.
struct Hostile {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Hostile {
    /// Sends a request, and returns the body of its answer, if there is one in time.
    fn send(&mut self, frame: &[u8]) -> Option<Bytes> {
        let mut stream = self.stream.take().unwrap_or_else(|| {
            let stream = TcpStream::connect(self.address).unwrap();
            stream.set_read_timeout(Some(ANSWER)).unwrap();
            stream.set_write_timeout(Some(ANSWER)).unwrap();
            stream.set_nodelay(true).unwrap();
            stream
        });
        let mut framed = u32::try_from(frame.len()).unwrap().to_be_bytes().to_vec();
        framed.extend_from_slice(frame);
        stream.write_all(&framed).ok()?;
        let mut head = [0; 4];
        stream.read_exact(&mut head).ok()?;
        let mut body = vec![0; u32::from_be_bytes(head) as usize];
        stream.read_exact(&mut body).ok()?;
        self.stream = Some(stream);
        Some(body.into())
    }
}

/// Reads an answer to its last byte.
fn check(known: &Known, answer: Bytes) -> Result<(), String> {
    let entry = entry(Kind::Response, known.header.api_key);
    let version = known.header.api_version;
    let mut r = Reader::new(answer);
    take_response(&mut r, &entry.table, version).map_err(|error| error.to_string())?;
    let read = codec::take(&mut r, entry.table.root, place(entry, version));
    read.map_err(|error| error.to_string())?;
    match r.remaining() {
        0 => Ok(()),
        left => Err(format!("{left} bytes are left")),
    }
}

/// What a healthy client does.
struct Healthy {
    client: Client,
    next: i64,
}

impl Healthy {
    fn new(broker: &TestBroker) -> Self {
        let client = crate::broker::fetching::client_with_topic(broker, HEALTHY);
        Healthy { client, next: 0 }
    }

    fn go_on(&mut self, context: &dyn Fn() -> String) {
        let wanted =
            m::metadata::MetadataRequestTopic { name: Some(HEALTHY.into()), ..Default::default() };
        let ask = m::metadata::MetadataRequest { topics: Some(vec![wanted]), ..Default::default() };
        assert_eq!(self.client.call(9, &ask).topics[0].error_code, 0, "{}", context());
        let answer = self.client.call(9, &produce(HEALTHY, 0, batch(1, 10)));
        assert_eq!(code(&answer), 0, "{}", context());
        let offset = answer.responses[0].partition_responses[0].base_offset;
        assert_eq!(offset, self.next, "{}", context());
        self.next += 1;
        let partition = m::fetch::FetchPartition {
            partition: 0,
            fetch_offset: offset,
            partition_max_bytes: 1 << 20,
            ..Default::default()
        };
        let topic = m::fetch::FetchTopic {
            topic: HEALTHY.into(),
            partitions: vec![partition],
            ..Default::default()
        };
        let ask = m::fetch::FetchRequest {
            max_wait_ms: 1000,
            min_bytes: 1,
            max_bytes: 1 << 20,
            session_epoch: -1,
            topics: vec![topic],
            ..Default::default()
        };
        let answer = self.client.call(12, &ask);
        let records = answer.responses[0].partitions[0].records.clone().unwrap_or_default();
        assert!(!records.0.is_empty(), "{}", context());
    }
}

/// Few partitions of what is internal, and few that can be made: files take their time.
const CONFIGS: &[(&str, &str)] = &[
    ("offsets.topic.num.partitions", "2"),
    ("transaction.state.log.num.partitions", "2"),
    ("share.coordinator.state.topic.num.partitions", "2"),
    ("group.initial.rebalance.delay.ms", "0"),
];

fn corpus(broker: &TestBroker) -> Vec<Known> {
    let (sent, gone) = every_version::requests(broker);
    // The topic that many requests are about is there again, under another id.
    let mut client = Client::connect(broker.address());
    let topic = m::create_topics::CreatableTopic {
        name: "t".into(),
        num_partitions: 2,
        replication_factor: 1,
        ..Default::default()
    };
    let create =
        m::create_topics::CreateTopicsRequest { topics: vec![topic], ..Default::default() };
    let id = client.call(7, &create).topics[0].topic_id;
    let anew = |frame: &[u8]| {
        let mut frame = frame.to_vec();
        for at in 0..frame.len().saturating_sub(15) {
            if frame[at..at + 16] == gone.0 {
                frame[at..at + 16].copy_from_slice(&id.0);
            }
        }
        frame
    };
    sent.iter().map(|frame| read(&anew(frame))).collect()
}

#[test]
fn fuzz_every_api_over_a_live_broker() {
    watch_panics();
    let limits = Limits { partitions: 300, groups: 200, ..Limits::default() };
    let broker = TestBroker::within(limits, CONFIGS);
    let corpus = corpus(&broker);
    let mut words = Words::default();
    corpus.iter().for_each(|known| words.learn(&known.body));
    let mut healthy = Healthy::new(&broker);
    let mut hostile = Hostile { address: broker.address(), stream: None };
    let until = Moment::now().after(super::time());
    let (mut answered, mut by_api) = (0, BTreeMap::<i16, usize>::new());
    let mut i = 0;
    // Each request once at the least.
    while i < corpus.len() || !until.has_passed() {
        let mut rng = Rng::new(&format!("requests {i}"));
        let mut known = corpus[if i < corpus.len() { i } else { rng.below(corpus.len()) }].clone();
        for _ in 0..1 + rng.below(3) {
            change(&mut known.body, &words, &mut rng);
        }
        tame(&mut known);
        i += 1;
        let Some(frame) = write(&known) else { continue };
        let context = || {
            let (name, version) = (known.entry.table.name(), known.header.api_version);
            let (seed, body) = (rng::seed(), known.body.line());
            let body: String = body.chars().take(4000).collect();
            format!("RK_SEED={seed}, input {}, {name} {version} {body}", i - 1)
        };
        if let Some(answer) = hostile.send(&frame) {
            let hex = HEXLOWER.encode(&answer);
            let read = check(&known, answer);
            assert!(read.is_ok(), "{read:?}: {}: {hex}", context());
            answered += 1;
            *by_api.entry(known.header.api_key).or_default() += 1;
        }
        let panics = std::mem::take(&mut *PANICS.lock().unwrap());
        assert!(panics.is_empty(), "{panics:?}: {}", context());
        if i % PROBE_EVERY == 0 {
            healthy.go_on(&context);
        }
    }
    crate::kit::say(&format!("fuzz every API: {i} inputs, {answered} answered, {by_api:?}"));
    assert!(answered > i / 4, "{answered} answered of {i}: {by_api:?}");
    // Whatever it has taken in, it finds its directory sound, and every record in its place.
    let broker = broker.restart();
    healthy.client = Client::connect(broker.address());
    healthy.go_on(&|| "after a restart".into());
}

/// Leaves out what would rightly end the healthy client's work: a quota of everybody's holds it
/// back, and a broker that was taken out of its cluster leads nothing until its next start.
fn tame(known: &mut Known) {
    let (of, left_out) = match known.header.api_key {
        ALTER_CLIENT_QUOTAS => ("validate_only", Value::Bool(true)),
        UNREGISTER_BROKER => ("broker_id", Value::Int(NODE_ID + 1)),
        _ => return,
    };
    let Value::Map(fields) = &mut known.body else { return };
    if let Some((_, value)) = fields.iter_mut().find(|(name, _)| name == of)
        && (*value == Value::Bool(false) || *value == Value::Int(NODE_ID))
    {
        *value = left_out;
    }
}
