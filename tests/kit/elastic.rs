//! A small Elasticsearch inside the test's own process: indices, mappings and the bulk API with
//! versions, conflicts and documents that do not fit; and whatever fault a test wants.
//!
//! It checks what it is sent: a request that the real one would refuse as a whole ends the test.

use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::sync::{Arc, Mutex};

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::web::{Asked, Said, WebServer};

/// What is wrong with a bulk request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The whole of it is answered with a status, and nothing done.
    Whole(u16),
    /// It is done, and never answered.
    HangUp,
    /// The documents with these ids get a status and a type of error each.
    Items(Vec<(&'static str, u16, &'static str)>),
}

#[derive(Clone, Debug, Default)]
struct Index {
    is_stream: bool,
    properties: Value,
    /// Kinds of the values that fields had first.
    kinds: BTreeMap<String, &'static str>,
    /// By id: the version, and the document unless it is deleted.
    documents: BTreeMap<String, (i64, Option<Value>)>,
}

#[derive(Default)]
struct State {
    indices: BTreeMap<String, Index>,
    faults: VecDeque<Fault>,
    /// How many bytes a request may have.
    bytes_max: usize,
    authorization: Option<String>,
    ids: usize,
    bulks: usize,
}

/// A server that ends with this.
pub(crate) struct Elastic {
    web: WebServer,
    state: Arc<Mutex<State>>,
}

impl Elastic {
    pub(crate) fn start() -> Self {
        Elastic::with(None, None)
    }

    /// With TLS, by a PEM file, and with what `authorization` must be.
    pub(crate) fn with(tls: Option<&str>, authorization: Option<&str>) -> Self {
        let authorization = authorization.map(str::to_owned);
        let state = State { bytes_max: usize::MAX, authorization, ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let answers = move |asked: &Asked| shared.lock().unwrap().answer(asked);
        let web = match tls {
            Some(own) => WebServer::secure(own, answers),
            None => WebServer::start(answers),
        };
        Elastic { web, state }
    }

    pub(crate) fn url(&self) -> String {
        self.web.url()
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.state.lock().unwrap().faults.push_back(fault);
    }

    pub(crate) fn bytes_max(&self, bytes: usize) {
        self.state.lock().unwrap().bytes_max = bytes;
    }

    /// How many bulk requests there were.
    pub(crate) fn bulks(&self) -> usize {
        self.state.lock().unwrap().bulks
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.web.asked()
    }

    /// The documents of an index, by id, with their versions.
    pub(crate) fn documents(&self, index: &str) -> BTreeMap<String, (i64, Value)> {
        let state = self.state.lock().unwrap();
        let all = state.indices.get(index).map(|index| index.documents.clone());
        let all = all.unwrap_or_default().into_iter();
        all.filter_map(|(id, (version, document))| Some((id, (version, document?)))).collect()
    }

    /// The documents alone.
    pub(crate) fn sources(&self, index: &str) -> Vec<(String, String)> {
        let all = self.documents(index).into_iter();
        all.map(|(id, (_, document))| (id, document.to_string())).collect()
    }

    pub(crate) fn mapping(&self, index: &str) -> Value {
        self.state.lock().unwrap().indices[index].properties.clone()
    }

    pub(crate) fn is_stream(&self, index: &str) -> bool {
        self.state.lock().unwrap().indices[index].is_stream
    }
}

fn error(status: u16, kind: &str, reason: &str) -> Said {
    let error = json!({ "type": kind, "reason": reason, "root_cause": [] });
    Said::Answer(status, json!({ "error": error, "status": status }).to_string())
}

fn good(json: &Value) -> Said {
    Said::Answer(200, json.to_string())
}

impl State {
    fn answer(&mut self, asked: &Asked) -> Said {
        if self.authorization.is_some()
            && self.authorization.as_deref() != asked.header("authorization")
        {
            return error(401, "security_exception", "missing authentication credentials");
        }
        let (method, path) = asked.what.split_once(' ').unwrap();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match (method, parts.as_slice()) {
            ("POST", ["_bulk"]) => self.bulk(asked),
            ("HEAD", [name]) => {
                let status = if self.indices.contains_key(*name) { 200 } else { 404 };
                Said::Answer(status, String::new())
            }
            ("PUT", ["_data_stream", name]) => self.create(name, true),
            ("PUT", [name]) => self.create(name, false),
            ("GET", [name, "_mapping"]) => match self.indices.get(*name) {
                Some(index) if index.properties.is_null() => {
                    good(&json!({ *name: { "mappings": {} } }))
                }
                Some(index) => {
                    good(&json!({ *name: { "mappings": { "properties": index.properties } } }))
                }
                None => error(404, "index_not_found_exception", "no such index"),
            },
            ("PUT", [name, "_mapping"]) => {
                let mapping: Value = serde_json::from_slice(&asked.body).unwrap();
                let index = self.indices.get_mut(*name).unwrap();
                index.properties = mapping["properties"].clone();
                good(&json!({ "acknowledged": true }))
            }
            _ => error(405, "illegal_argument_exception", &asked.what),
        }
    }

    fn create(&mut self, name: &str, is_stream: bool) -> Said {
        let is_bad = |c: char| c.is_uppercase() || "\\/*?\"<>| ,#".contains(c);
        if name.contains(is_bad) || name.starts_with(['-', '_', '+']) || name.len() > 255 {
            return error(400, "invalid_index_name_exception", "Invalid index name");
        }
        if self.indices.contains_key(name) {
            return error(400, "resource_already_exists_exception", "already exists");
        }
        self.indices.insert(name.to_owned(), Index { is_stream, ..Index::default() });
        good(&json!({ "acknowledged": true }))
    }

    fn bulk(&mut self, asked: &Asked) -> Said {
        self.bulks += 1;
        assert_eq!(asked.header("content-type"), Some("application/x-ndjson"));
        let mut text = String::new();
        match asked.header("content-encoding") {
            None => text = asked.text(),
            Some(encoding) => {
                assert_eq!(encoding, "gzip");
                GzDecoder::new(&asked.body[..]).read_to_string(&mut text).unwrap();
            }
        }
        assert!(text.ends_with('\n'), "a bulk request ends with a line break");
        if text.len() > self.bytes_max {
            return Said::Answer(413, String::new());
        }
        let fault = self.faults.pop_front();
        if let Some(Fault::Whole(status)) = fault {
            return error(status, "es_rejected_execution_exception", "rejected");
        }
        let mut lines = text.lines();
        let mut items = Vec::new();
        while let Some(line) = lines.next() {
            let action: Value = serde_json::from_str(line).unwrap();
            let (word, meta) = action.as_object().unwrap().iter().next().unwrap();
            assert_eq!(action.as_object().unwrap().len(), 1);
            let known = ["_index", "_id", "version", "version_type", "retry_on_conflict"];
            let keys = meta.as_object().unwrap().keys();
            keys.for_each(|key| assert!(known.contains(&key.as_str()), "{line}"));
            let source = (word != "delete").then(|| {
                let source: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
                assert!(source.is_object(), "{source}");
                source
            });
            let id = meta["_id"].as_str().unwrap_or_default();
            let planned = match &fault {
                Some(Fault::Items(all)) => all.iter().find(|(own, ..)| *own == id),
                _ => None,
            };
            let told = match planned {
                Some((_, status, kind)) => failed(*status, kind, "as the test wants"),
                None => self.act(word, meta, source),
            };
            items.push(json!({ word.as_str(): told }));
        }
        if matches!(fault, Some(Fault::HangUp)) {
            return Said::HangUp;
        }
        let has_errors = items
            .iter()
            .any(|item| item.as_object().unwrap().values().any(|told| told.get("error").is_some()));
        good(&json!({ "took": 1, "errors": has_errors, "items": items }))
    }

    fn act(&mut self, word: &str, meta: &Value, source: Option<Value>) -> Value {
        self.ids += 1;
        let name = meta["_index"].as_str().unwrap();
        let made = format!("made-{}", self.ids);
        let id = meta["_id"].as_str().map_or(made, str::to_owned);
        assert!(!id.is_empty() && id.len() <= 512, "{id}");
        let Some(index) = self.indices.get_mut(name) else {
            return failed(404, "index_not_found_exception", "no such index");
        };
        let given = meta["version"].as_i64();
        if given.is_some() {
            assert_eq!(meta["version_type"], "external");
        }
        let known = index.documents.get(&id).cloned();
        if index.is_stream && word != "create" {
            return failed(
                400,
                "illegal_argument_exception",
                "only write ops with an op_type of create",
            );
        }
        if let Some(source) = source.as_ref().filter(|_| word != "update")
            && let Err(told) = index.fits(source)
        {
            return told;
        }
        let version = match (given, &known) {
            (Some(given), Some((version, _))) if given <= *version => {
                return failed(409, "version_conflict_engine_exception", "version conflict");
            }
            (Some(given), _) => given,
            (None, Some((version, _))) => version + 1,
            (None, None) => 1,
        };
        let there = known.and_then(|(_, document)| document);
        let document = match word {
            "index" => source,
            "create" if there.is_some() => {
                return failed(409, "version_conflict_engine_exception", "already exists");
            }
            "create" => source,
            "delete" => None,
            _ => {
                let update = source.unwrap();
                assert_eq!(update["doc_as_upsert"], true);
                let mut document = there.clone().unwrap_or_else(|| json!({}));
                for (key, value) in update["doc"].as_object().unwrap() {
                    document[key] = value.clone();
                }
                Some(document)
            }
        };
        let status = match (word, &there) {
            ("delete", None) => 404,
            (_, None) => 201,
            _ => 200,
        };
        index.documents.insert(id, (version, document));
        json!({ "_index": name, "_version": version, "status": status })
    }
}

impl Index {
    /// Takes a document whose fields are of the kinds that they were before.
    fn fits(&mut self, document: &Value) -> Result<(), Value> {
        if self.is_stream && document.get("@timestamp").is_none() {
            let why = "data stream timestamp field [@timestamp] is missing";
            return Err(failed(400, "document_parsing_exception", why));
        }
        for (name, value) in document.as_object().unwrap() {
            let kind = match value {
                Value::Number(_) => "number",
                Value::Object(_) => "object",
                // A time may be a number and a text.
                _ if name == "@timestamp" => continue,
                Value::Null | Value::Array(_) => continue,
                _ => "text",
            };
            let first = *self.kinds.entry(name.clone()).or_insert(kind);
            if first != kind {
                let why = format!("failed to parse field [{name}] of type [{first}]");
                return Err(failed(400, "document_parsing_exception", &why));
            }
        }
        Ok(())
    }
}

fn failed(status: u16, kind: &str, reason: &str) -> Value {
    json!({ "status": status, "error": { "type": kind, "reason": reason } })
}
