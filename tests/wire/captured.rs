//! Bytes that others made: captured between clients and Apache Kafka 4.3.1, one file an API in
//! `fixtures/4.3.1`. What we read of them and write again is what they sent, header and all.
//!
//! A line is a version, who sent it, whether it is a request or Kafka's response, and the bytes.
//! `java` is Kafka's own client in the version that it chooses; `java-recoded` the same request
//! in a version that Kafka's own classes wrote for the occasion.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use rk::wire::header::{RequestHeader, put_response, take_response};
use rk::wire::messages::{ALL, Entry};
use rk::wire::primitives::{Reader, Writer};
use rk::wire::schema::Kind;

/// One captured frame, without the length before it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) api: String,
    pub(crate) version: i16,
    pub(crate) peer: String,
    pub(crate) kind: Kind,
    pub(crate) bytes: Bytes,
}

/// Returns all captured frames, each request before its response.
pub(crate) fn frames() -> Vec<Frame> {
    let folder = crate::kit::path("wire/fixtures/4.3.1");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut frames = Vec::new();
    for file in files {
        let api = file.file_stem().unwrap().to_str().unwrap();
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let [version, peer, kind, hex] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{}: {line}", file.display());
            };
            frames.push(Frame {
                api: api.to_owned(),
                version: version.strip_prefix('v').unwrap().parse().unwrap(),
                peer: peer.to_owned(),
                kind: if kind == "request" { Kind::Request } else { Kind::Response },
                bytes: HEXLOWER.decode(hex.as_bytes()).unwrap().into(),
            });
        }
    }
    frames
}

/// Returns the message of an API.
pub(crate) fn entry(kind: Kind, key: i16) -> &'static Entry {
    let found = ALL.iter().find(|entry| entry.table.kind == kind && entry.table.key == key);
    found.unwrap_or_else(|| panic!("no {kind:?} with key {key}"))
}

/// Returns header and body of a request, read and written again.
fn rewrite_request(frame: &Frame) -> (i16, Bytes) {
    let mut r = Reader::new(frame.bytes.clone());
    let header = RequestHeader::take(&mut r).unwrap();
    assert_eq!(header.api_version, frame.version);
    let entry = entry(Kind::Request, header.api_key);
    RequestHeader::take_tail(&mut r, &entry.table, header.api_version).unwrap();
    let body = (entry.rewrite)(r.rest(), frame.version).unwrap().unwrap();
    let mut w = Writer::new();
    header.put(&mut w, &entry.table).unwrap();
    w.raw(&body);
    (header.api_key, w.into_bytes())
}

fn rewrite_response(frame: &Frame, key: i16) -> Bytes {
    let entry = entry(Kind::Response, key);
    let mut r = Reader::new(frame.bytes.clone());
    let correlation_id = take_response(&mut r, &entry.table, frame.version).unwrap();
    let body = (entry.rewrite)(r.rest(), frame.version).unwrap().unwrap();
    let mut w = Writer::new();
    put_response(&mut w, &entry.table, frame.version, correlation_id);
    w.raw(&body);
    w.into_bytes()
}

#[test]
fn what_others_sent_is_written_again_to_the_byte() {
    let (mut key, mut count) = (0, 0);
    for frame in frames() {
        let rewritten = match frame.kind {
            Kind::Request => {
                let (its_key, bytes) = rewrite_request(&frame);
                key = its_key;
                bytes
            }
            _ => rewrite_response(&frame, key),
        };
        let name = format!("{} v{} {:?} of {}", frame.api, frame.version, frame.kind, frame.peer);
        assert_eq!(HEXLOWER.encode(&rewritten), HEXLOWER.encode(&frame.bytes), "{name}");
        count += 1;
    }
    assert!(count > 300, "only {count} frames");
}

#[test]
fn captured_frames_are_of_the_api_that_their_file_names() {
    for frame in frames().iter().filter(|frame| frame.kind == Kind::Request) {
        let key = i16::from_be_bytes([frame.bytes[0], frame.bytes[1]]);
        let name = entry(Kind::Request, key).table.name().to_lowercase();
        assert_eq!(format!("{}request", frame.api.replace('_', "")), name);
    }
}
