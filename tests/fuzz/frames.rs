//! Whole frames, as a broker reads requests and a client reads responses.

use bytes::Bytes;
use rk::wire::frame;
use rk::wire::header::{RequestHeader, take_response};
use rk::wire::messages::{ALL, Entry};
use rk::wire::primitives::{Reader, Writer};
use rk::wire::schema::Kind;

use super::messages::check;
use super::targets::{Target, some_times};
use crate::kit::rng::Rng;
use crate::wire::captured;
use crate::wire::generate;

pub(super) const REQUESTS: Target =
    Target { name: "requests", corpus: requests, read: read_request, held_bytes_max: some_times };

pub(super) const RESPONSES: Target = Target {
    name: "responses",
    corpus: responses,
    read: read_response,
    held_bytes_max: some_times,
};

fn entry(kind: Kind, key: i16) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.table.kind == kind && entry.table.key == key)
}

/// Frames with their length before them: captured ones, and some of every version.
fn requests(rng: &mut Rng) -> Vec<Vec<u8>> {
    let captured = captured::frames().into_iter().filter(|frame| frame.kind == Kind::Request);
    let mut corpus: Vec<Vec<u8>> = captured.map(|frame| with_length(&frame.bytes)).collect();
    for entry in ALL.iter().filter(|entry| entry.table.kind == Kind::Request) {
        for api_version in entry.table.versions.iter() {
            let client_id = (!rng.one_in(4)).then(|| rng.text(10));
            let correlation_id = i32::try_from(rng.int(32)).unwrap();
            let api_key = entry.table.key;
            let header = RequestHeader { api_key, api_version, correlation_id, client_id };
            let mut w = Writer::new();
            header.put(&mut w, &entry.table).unwrap();
            w.raw(&generate::random(&entry.table, api_version, rng).sent);
            corpus.push(with_length(&w.into_bytes()));
        }
    }
    corpus
}

fn with_length(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

fn read_request(input: &[u8]) {
    let Some((head, rest)) = input.split_first_chunk::<4>() else { return };
    let Ok(length) = frame::length(*head, rk::base::limits::FRAME_BYTES_MAX) else { return };
    // A connection waits for what is not there yet; here it never comes.
    let body = rest.get(..length).unwrap_or(rest);
    let mut r = Reader::new(Bytes::copy_from_slice(body));
    let Ok(header) = RequestHeader::take(&mut r) else { return };
    let Some(entry) = entry(Kind::Request, header.api_key) else { return };
    if !entry.table.versions.contains(header.api_version) {
        return;
    }
    if RequestHeader::take_tail(&mut r, &entry.table, header.api_version).is_ok() {
        check(entry, header.api_version, r.rest());
    }
}

/// A response does not say what it answers: its key and version stand before it.
fn responses(_: &mut Rng) -> Vec<Vec<u8>> {
    let (mut key, mut corpus) = ([0; 2], Vec::new());
    for frame in captured::frames() {
        match frame.kind {
            Kind::Request => key = [frame.bytes[0], frame.bytes[1]],
            _ => corpus.push([&key, &frame.version.to_be_bytes()[..], &frame.bytes].concat()),
        }
    }
    corpus
}

fn read_response(input: &[u8]) {
    let [k0, k1, v0, v1, response @ ..] = input else { return };
    let (key, version) = (i16::from_be_bytes([*k0, *k1]), i16::from_be_bytes([*v0, *v1]));
    let Some(entry) = entry(Kind::Response, key) else { return };
    if !entry.table.versions.contains(version) {
        return;
    }
    let mut r = Reader::new(Bytes::copy_from_slice(response));
    if take_response(&mut r, &entry.table, version).is_ok() {
        check(entry, version, r.rest());
    }
}
