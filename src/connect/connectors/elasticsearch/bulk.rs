//! Requests of the bulk API, and what their answers say of each document.

use serde_json::Value as Json;

use crate::codec::write_string;

/// What is done with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act<'a> {
    /// Written, in the place of the one with the same id and a lower version.
    Index {
        id: Option<&'a str>,
        version: Option<i64>,
    },
    /// Written, if there is none with this id.
    Create {
        id: Option<&'a str>,
    },
    /// Its fields are written over those that are there.
    Upsert {
        id: &'a str,
        retries: usize,
    },
    Delete {
        id: &'a str,
        version: Option<i64>,
    },
}

/// A document in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Which record it is of.
    pub(super) at: usize,
    /// Where it begins in the body.
    start: usize,
    /// Whether a conflict means no more than that the same or a later one is there already.
    may_conflict: bool,
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) body: Vec<u8>,
    pub(super) items: Vec<Item>,
}

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is there, or a later one is.
    Done,
    /// It is to blame itself.
    Refused(String),
    /// It may be taken in a moment.
    Later(String),
    /// No document will be taken until somebody changes something.
    Fatal(String),
}

impl Batch {
    /// Appends a document; deletes have none.
    pub(super) fn push(&mut self, at: usize, index: &str, act: &Act, document: &[u8]) {
        let may_conflict = match act {
            Act::Index { version, .. } | Act::Delete { version, .. } => version.is_some(),
            Act::Create { .. } => true,
            Act::Upsert { .. } => false,
        };
        self.items.push(Item { at, start: self.body.len(), may_conflict });
        let out = &mut self.body;
        let (word, id) = match act {
            Act::Index { id, .. } => ("index", *id),
            Act::Create { id } => ("create", *id),
            Act::Upsert { id, .. } => ("update", Some(*id)),
            Act::Delete { id, .. } => ("delete", Some(*id)),
        };
        out.extend_from_slice(format!("{{\"{word}\":{{\"_index\":").as_bytes());
        write_string(index, out);
        if let Some(id) = id {
            out.extend_from_slice(b",\"_id\":");
            write_string(id, out);
        }
        match act {
            Act::Index { version: Some(version), .. }
            | Act::Delete { version: Some(version), .. } => {
                let version = format!(",\"version\":{version},\"version_type\":\"external\"");
                out.extend_from_slice(version.as_bytes());
            }
            Act::Upsert { retries, .. } => {
                out.extend_from_slice(format!(",\"retry_on_conflict\":{retries}").as_bytes());
            }
            _ => {}
        }
        out.extend_from_slice(b"}}\n");
        match act {
            Act::Delete { .. } => {}
            Act::Upsert { .. } => {
                out.extend_from_slice(b"{\"doc\":");
                out.extend_from_slice(document);
                out.extend_from_slice(b",\"doc_as_upsert\":true}\n");
            }
            _ => {
                out.extend_from_slice(document);
                out.push(b'\n');
            }
        }
    }

    /// Appends another request.
    pub(super) fn append(&mut self, other: &Batch) {
        let before = self.body.len();
        self.body.extend_from_slice(&other.body);
        let items = other.items.iter();
        self.items.extend(items.map(|item| Item { start: before + item.start, ..item.clone() }));
    }

    /// The two halves of a request that has more than one document.
    pub(super) fn halves(&self) -> (Batch, Batch) {
        let middle = self.items.len() / 2;
        let at = self.items.get(middle).map_or(self.body.len(), |item| item.start);
        let behind = self.items[middle..].iter();
        let second = Batch {
            body: self.body[at..].to_vec(),
            items: behind.map(|item| Item { start: item.start - at, ..item.clone() }).collect(),
        };
        let first = Batch { body: self.body[..at].to_vec(), items: self.items[..middle].to_vec() };
        (first, second)
    }

    /// The same verdict for all of it.
    pub(super) fn all(&self, verdict: &Verdict) -> Vec<Verdict> {
        vec![verdict.clone(); self.items.len()]
    }

    /// Reads what the server says of each document.
    pub(super) fn verdicts(&self, answer: &Json) -> Result<Vec<Verdict>, String> {
        match answer.get("errors").and_then(Json::as_bool) {
            Some(false) => return Ok(self.all(&Verdict::Done)),
            Some(true) => {}
            None => return Err("there is no `errors` in it".to_owned()),
        }
        let all = answer.get("items").and_then(Json::as_array);
        let all = all.ok_or_else(|| "there are no `items` in it".to_owned())?;
        if all.len() != self.items.len() {
            let (had, has) = (self.items.len(), all.len());
            return Err(format!("it has {has} items for {had} documents"));
        }
        let verdicts = self.items.iter().zip(all).map(|(item, told)| {
            let (word, told) = told.as_object().and_then(|told| told.iter().next()).ok_or(())?;
            let status = told.get("status").and_then(Json::as_u64).ok_or(())?;
            Ok(verdict(item, word, status, told.get("error")))
        });
        let verdicts: Result<Vec<Verdict>, ()> = verdicts.collect();
        verdicts.map_err(|()| "one of its items has no status".to_owned())
    }
}

fn verdict(item: &Item, word: &str, status: u64, error: Option<&Json>) -> Verdict {
    let kind = error.map(|error| text(error, "type")).unwrap_or_default();
    let told = || match error {
        None => format!("the server answered {status}"),
        Some(Json::String(words)) => words.clone(),
        Some(error) => reasons(error),
    };
    match status {
        200..=299 => Verdict::Done,
        // There is nothing to delete.
        404 if word == "delete" && error.is_none() => Verdict::Done,
        409 if item.may_conflict => Verdict::Done,
        400 | 409 | 413 => Verdict::Refused(told()),
        // A full disk makes an index read-only, for a while.
        429 | 500..=599 => Verdict::Later(told()),
        _ if kind == "cluster_block_exception" => Verdict::Later(told()),
        _ => Verdict::Fatal(told()),
    }
}

fn text<'a>(json: &'a Json, name: &str) -> &'a str {
    json.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// An error and what caused it: `type: reason; caused by type: reason`.
pub(super) fn reasons(error: &Json) -> String {
    /// Deeper causes say nothing new.
    const CAUSES_MAX: usize = 3;
    let one = |error: &Json| format!("{}: {}", text(error, "type"), text(error, "reason"));
    let mut told = one(error);
    let mut next = error.get("caused_by");
    for _ in 0..CAUSES_MAX {
        let Some(cause) = next else { break };
        told.push_str("; caused by ");
        told.push_str(&one(cause));
        next = cause.get("caused_by");
    }
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn batch() -> Batch {
        let mut batch = Batch::default();
        batch.push(0, "i", &Act::Index { id: Some("a\"b"), version: Some(7) }, b"{\"x\":1}");
        batch.push(1, "i", &Act::Upsert { id: "u", retries: 5 }, b"{}");
        batch.push(4, "i", &Act::Delete { id: "d", version: Some(9) }, b"");
        batch.push(5, "s", &Act::Create { id: None }, b"{}");
        batch
    }

    #[test]
    fn requests_are_lines_of_json() {
        let text = String::from_utf8(batch().body).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                r#"{"index":{"_index":"i","_id":"a\"b","version":7,"version_type":"external"}}"#,
                r#"{"x":1}"#,
                r#"{"update":{"_index":"i","_id":"u","retry_on_conflict":5}}"#,
                r#"{"doc":{},"doc_as_upsert":true}"#,
                r#"{"delete":{"_index":"i","_id":"d","version":9,"version_type":"external"}}"#,
                r#"{"create":{"_index":"s"}}"#,
                "{}",
            ]
        );
        assert!(text.ends_with('\n'));
    }

    #[test]
    fn halves_are_the_whole() {
        let batch = batch();
        let (first, second) = batch.halves();
        assert_eq!((first.items.len(), second.items.len()), (2, 2));
        assert_eq!([&first.body[..], &second.body[..]].concat(), batch.body);
        let (third, fourth) = second.halves();
        assert_eq!((third.items[0].at, fourth.items[0].at), (4, 5));
        assert_eq!(fourth.body, b"{\"create\":{\"_index\":\"s\"}}\n{}\n");
    }

    #[test]
    fn each_status_has_its_verdict() {
        let error = |kind: &str| json!({ "type": kind, "reason": "r" });
        let rows = [
            (0, "index", 201, None, "done"),
            (0, "index", 409, Some("version_conflict_engine_exception"), "done"),
            (1, "update", 409, Some("version_conflict_engine_exception"), "refused"),
            (2, "delete", 404, None, "done"),
            (2, "delete", 404, Some("index_not_found_exception"), "fatal"),
            (3, "create", 409, Some("version_conflict_engine_exception"), "done"),
            (0, "index", 400, Some("mapper_parsing_exception"), "refused"),
            (0, "index", 400, Some("document_parsing_exception"), "refused"),
            (0, "index", 413, Some("too_large"), "refused"),
            (0, "index", 429, Some("es_rejected_execution_exception"), "later"),
            (0, "index", 503, Some("unavailable_shards_exception"), "later"),
            (0, "index", 403, Some("cluster_block_exception"), "later"),
            (0, "index", 403, Some("security_exception"), "fatal"),
            (0, "index", 404, Some("index_not_found_exception"), "fatal"),
        ];
        let batch = batch();
        for (at, word, status, kind, want) in rows {
            let error = kind.map(error);
            let found = verdict(&batch.items[at], word, status, error.as_ref());
            let name = match found {
                Verdict::Done => "done",
                Verdict::Refused(_) => "refused",
                Verdict::Later(_) => "later",
                Verdict::Fatal(_) => "fatal",
            };
            assert_eq!(name, want, "{word} {status} {kind:?}");
        }
    }

    #[test]
    fn answers_that_are_none_are_told() {
        let batch = batch();
        assert_eq!(batch.verdicts(&json!({"errors": false})), Ok(batch.all(&Verdict::Done)));
        for bad in [
            json!({}),
            json!([]),
            json!({"errors": true}),
            json!({"errors": true, "items": []}),
            json!({"errors": true, "items": [1, 2, 3, 4]}),
        ] {
            assert!(batch.verdicts(&bad).is_err(), "{bad}");
        }
        let error = json!({ "type": "a", "reason": "b",
            "caused_by": { "type": "c", "reason": "d" } });
        assert_eq!(reasons(&error), "a: b; caused by c: d");
    }
}
