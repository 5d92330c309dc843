//! A small Schema Registry inside the test's own process: real ids, versions, GUIDs, references
//! and errors over HTTP, with a login, with TLS, or as old registries were.
//!
//! Schemas are texts to it: it checks that Avro and JSON are JSON, and that references are there.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use openssl::hash::{MessageDigest, hash};
use openssl::ssl::{Ssl, SslAcceptor, SslFiletype, SslMethod, SslVerifyMode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How a registry is to be.
#[derive(Clone, Default)]
pub(crate) struct Manner {
    /// What the `authorization` header must be.
    pub(crate) authorization: Option<String>,
    /// PEM files: its key and certificate, and the authority that clients must be known to.
    pub(crate) tls: Option<(String, Option<String>)>,
    /// As before GUIDs: a registration is answered with the id alone, Avro has no type.
    pub(crate) is_old: bool,
}

/// A registry that ends with this.
pub(crate) struct TestRegistry {
    address: SocketAddr,
    scheme: &'static str,
    state: Arc<Mutex<State>>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Schema {
    kind: String,
    text: String,
    references: Value,
}

#[derive(Default)]
struct State {
    manner: Manner,
    /// The first has the id 1.
    schemas: Vec<Schema>,
    /// Subjects, and the ids of their versions.
    subjects: BTreeMap<String, Vec<usize>>,
    /// What was asked: method and path.
    asked: Vec<String>,
}

impl TestRegistry {
    pub(crate) fn start() -> Self {
        TestRegistry::with(Manner::default())
    }

    pub(crate) fn with(manner: Manner) -> Self {
        let scheme = if manner.tls.is_some() { "https" } else { "http" };
        let acceptor = manner.tls.as_ref().map(acceptor);
        let state = Arc::new(Mutex::new(State { manner, ..State::default() }));
        let (end, ended) = oneshot::channel();
        let (told, tell) = std::sync::mpsc::channel();
        let shared = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            let runtime = builder.enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                let serve = accept(listener, shared, acceptor);
                tokio::select! {
                    () = serve => {}
                    _ = ended => {}
                }
            });
        });
        let address = tell.recv().unwrap();
        TestRegistry { address, scheme, state, end: Some(end), thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    /// What it was asked so far: `GET /schemas/ids/1`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }

    /// Registers a schema, and returns its id.
    pub(crate) fn register(&self, subject: &str, kind: &str, text: &str, refs: Value) -> u64 {
        let body = json!({ "schema": text, "schemaType": kind, "references": refs });
        let path = format!("/subjects/{subject}/versions");
        let (status, answer) = self.state.lock().unwrap().answer("POST", &path, &body);
        assert_eq!(status, 200, "{answer}");
        answer["id"].as_u64().unwrap()
    }

    /// The subjects, and how many versions each has.
    pub(crate) fn subjects(&self) -> Vec<(String, usize)> {
        let state = self.state.lock().unwrap();
        state.subjects.iter().map(|(name, ids)| (name.clone(), ids.len())).collect()
    }
}

impl Drop for TestRegistry {
    fn drop(&mut self) {
        let _ = self.end.take().map(|end| end.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn acceptor((own, authority): &(String, Option<String>)) -> SslAcceptor {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    builder.set_private_key_file(own, SslFiletype::PEM).unwrap();
    builder.set_certificate_chain_file(own).unwrap();
    if let Some(authority) = authority {
        builder.set_ca_file(authority).unwrap();
        builder.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
    }
    builder.build()
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>, acceptor: Option<SslAcceptor>) {
    loop {
        let Ok((socket, _)) = listener.accept().await else { return };
        let state = Arc::clone(&state);
        let service = service_fn(move |request| serve(request, Arc::clone(&state)));
        match &acceptor {
            None => {
                let serving = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
                tokio::spawn(serving);
            }
            Some(acceptor) => {
                let ssl = Ssl::new(acceptor.context()).unwrap();
                tokio::spawn(async move {
                    let mut stream = tokio_openssl::SslStream::new(ssl, socket).unwrap();
                    if std::pin::Pin::new(&mut stream).accept().await.is_ok() {
                        let io = TokioIo::new(stream);
                        let _ = http1::Builder::new().serve_connection(io, service).await;
                    }
                });
            }
        }
    }
}

async fn serve(
    request: Request<Incoming>,
    state: Arc<Mutex<State>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let login = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    let mut state = state.lock().unwrap();
    let (status, answer) =
        if state.manner.authorization.as_deref().is_some_and(|a| Some(a) != login) {
            error(401, 40101, "Unauthorized")
        } else {
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
            state.asked.push(format!("{} {path}", parts.method));
            state.answer(parts.method.as_str(), path, &body)
        };
    let mut response = Response::new(Full::new(Bytes::from(answer.to_string())));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap();
    let kind = "application/vnd.schemaregistry.v1+json".parse().unwrap();
    response.headers_mut().insert("content-type", kind);
    Ok(response)
}

fn error(status: u16, code: u64, message: &str) -> (u16, Value) {
    (status, json!({ "error_code": code, "message": message }))
}

/// Undoes `%41`.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |rest: &mut std::str::Bytes| rest.next().map_or('0', char::from).to_digit(16);
        bytes.push(match byte {
            b'%' => (digit(&mut rest).unwrap() * 16 + digit(&mut rest).unwrap()) as u8,
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}

impl Schema {
    /// MD5 over the text and the references, as a UUID.
    fn guid(&self) -> String {
        let mut bytes = self.text.clone().into_bytes();
        for one in self.references.as_array().into_iter().flatten() {
            bytes.extend_from_slice(one["name"].as_str().unwrap_or_default().as_bytes());
            bytes.extend_from_slice(one["subject"].as_str().unwrap_or_default().as_bytes());
            let version = one["version"].as_i64().unwrap_or_default();
            bytes.extend_from_slice(&i32::try_from(version).unwrap().to_be_bytes());
        }
        let md5: [u8; 16] = hash(MessageDigest::md5(), &bytes).unwrap()[..].try_into().unwrap();
        rk::codec::schema::guid_text(&md5)
    }
}

impl State {
    fn answer(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (status, mut told) = self.found(method, path, body);
        if query.contains("format=serialized") && told["schemaType"] == "PROTOBUF" {
            self.serialize(&mut told);
        }
        (status, told)
    }

    /// Puts a descriptor in the place of a text.
    fn serialize(&self, told: &mut Value) {
        let mut imports = BTreeMap::new();
        let mut open = vec![told["references"].clone()];
        while let Some(references) = open.pop() {
            for one in references.as_array().into_iter().flatten() {
                let subject = one["subject"].as_str().unwrap();
                let (_, inner) = self.version(subject, &one["version"].to_string());
                let text = inner["schema"].as_str().unwrap().to_owned();
                imports.insert(one["name"].as_str().unwrap().to_owned(), text);
                open.push(inner["references"].clone());
            }
        }
        let text = told["schema"].as_str().unwrap();
        let file = rk::codec::ProtoFile::of_texts("default", text, &imports).unwrap();
        told["schema"] = data_encoding::BASE64.encode(&file.serialized()).into();
    }

    fn found(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let parts: Vec<String> = path.split('/').skip(1).map(unescape).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match (method, parts.as_slice()) {
            ("GET", ["subjects"]) => (200, self.subjects.keys().cloned().collect()),
            ("GET", ["subjects", subject, "versions"]) => match self.subjects.get(*subject) {
                Some(ids) => (200, (1..=ids.len()).collect()),
                None => error(404, 40401, &format!("Subject '{subject}' not found.")),
            },
            ("GET", ["subjects", subject, "versions", version]) => self.version(subject, version),
            ("POST", ["subjects", subject, "versions"]) => self.register(subject, body),
            ("POST", ["subjects", subject]) => self.look_up(subject, body),
            ("GET", ["schemas", "ids", id]) => match id.parse() {
                Ok(id) if (1..=self.schemas.len()).contains(&id) => (200, self.told(id)),
                _ => error(404, 40403, &format!("Schema {id} not found")),
            },
            ("GET", ["schemas", "guids", guid]) => {
                match self.schemas.iter().position(|schema| schema.guid() == *guid) {
                    Some(at) => (200, self.told(at + 1)),
                    None => error(404, 40403, &format!("Schema {guid} not found")),
                }
            }
            ("GET", ["associations", ..]) => (200, json!([])),
            _ => error(404, 404, "HTTP 404 Not Found"),
        }
    }

    /// A schema, without what depends on how it is asked for.
    fn told(&self, id: usize) -> Value {
        let schema = &self.schemas[id - 1];
        let mut told = json!({ "schema": schema.text });
        if schema.kind != "AVRO" || !self.manner.is_old {
            told["schemaType"] = schema.kind.clone().into();
        }
        if schema.references.as_array().is_some_and(|list| !list.is_empty()) {
            told["references"] = schema.references.clone();
        }
        if !self.manner.is_old {
            told["guid"] = schema.guid().into();
        }
        told
    }

    fn version(&self, subject: &str, version: &str) -> (u16, Value) {
        let Some(ids) = self.subjects.get(subject) else {
            return error(404, 40401, &format!("Subject '{subject}' not found."));
        };
        let at = match version {
            "latest" | "-1" => ids.len(),
            _ => version.parse().unwrap_or(0),
        };
        match at.checked_sub(1).and_then(|at| ids.get(at)) {
            Some(id) => (200, self.versioned(subject, at, *id)),
            None => error(404, 40402, &format!("Version {version} not found.")),
        }
    }

    fn versioned(&self, subject: &str, version: usize, id: usize) -> Value {
        let mut told = self.told(id);
        told["subject"] = subject.into();
        told["version"] = version.into();
        told["id"] = id.into();
        told
    }

    /// Reads a schema of a request, or says what is wrong with it.
    fn read(&self, body: &Value) -> Result<Schema, (u16, Value)> {
        let invalid = |why: &str| Err(error(422, 42201, &format!("Invalid schema: {why}")));
        let Some(text) = body["schema"].as_str() else { return invalid("there is none") };
        let kind = body["schemaType"].as_str().unwrap_or("AVRO").to_owned();
        let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if kind != "PROTOBUF" && !is_name && serde_json::from_str::<Value>(text).is_err() {
            return invalid(text);
        }
        let references = body.get("references").filter(|list| list.is_array());
        let references = references.cloned().unwrap_or_else(|| json!([]));
        for one in references.as_array().into_iter().flatten() {
            let subject = one["subject"].as_str().unwrap_or_default();
            let version = one["version"].to_string();
            if self.version(subject, &version).0 != 200 {
                return invalid(&format!("no reference {subject} {version}"));
            }
        }
        Ok(Schema { kind, text: text.to_owned(), references })
    }

    fn find(&self, schema: &Schema) -> Option<usize> {
        let same = |one: &Schema| {
            (&one.kind, &one.text, &one.references)
                == (&schema.kind, &schema.text, &schema.references)
        };
        self.schemas.iter().position(same).map(|at| at + 1)
    }

    fn register(&mut self, subject: &str, body: &Value) -> (u16, Value) {
        let schema = match self.read(body) {
            Ok(schema) => schema,
            Err(error) => return error,
        };
        let known = self.find(&schema);
        let ids = self.subjects.get(subject).cloned().unwrap_or_default();
        if subject.starts_with("frozen")
            && !ids.is_empty()
            && !known.is_some_and(|id| ids.contains(&id))
        {
            let message = format!(
                "Schema being registered is incompatible with an earlier schema for subject \
                 \"{subject}\", details: []"
            );
            return error(409, 40901, &message);
        }
        let id = known.unwrap_or_else(|| {
            self.schemas.push(schema);
            self.schemas.len()
        });
        let ids = self.subjects.entry(subject.to_owned()).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
        let version = ids.iter().position(|one| *one == id).map_or(0, |at| at + 1);
        match self.manner.is_old {
            true => (200, json!({ "id": id })),
            false => (200, self.versioned(subject, version, id)),
        }
    }

    fn look_up(&self, subject: &str, body: &Value) -> (u16, Value) {
        let schema = match self.read(body) {
            Ok(schema) => schema,
            Err(error) => return error,
        };
        let Some(ids) = self.subjects.get(subject) else {
            return error(404, 40401, &format!("Subject '{subject}' not found."));
        };
        let found = self.find(&schema);
        match found.and_then(|id| Some((id, ids.iter().position(|one| *one == id)?))) {
            Some((id, at)) => (200, self.versioned(subject, at + 1, id)),
            None => error(404, 40403, "Schema not found"),
        }
    }
}
