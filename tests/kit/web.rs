//! A server of HTTP inside the test's own process that answers what a test says, with TLS or
//! without; or hangs up instead.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use openssl::ssl::{SslAcceptor, SslFiletype, SslMethod};

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `GET /connectors`.
    pub(crate) what: String,
    /// By their names in small letters.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// A status and a body.
    Answer(u16, String),
    /// Nothing: the connection is closed.
    HangUp,
}

type Answers = Arc<dyn Fn(&Asked) -> Said + Send + Sync>;

/// A server that runs until it is dropped.
pub(crate) struct WebServer {
    address: SocketAddr,
    scheme: &'static str,
    asked: Arc<Mutex<Vec<Asked>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl WebServer {
    pub(crate) fn start(answers: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> Self {
        WebServer::with(None, answers)
    }

    /// The same with TLS, by the key and certificate in a PEM file.
    pub(crate) fn secure(
        own: &str,
        answers: impl Fn(&Asked) -> Said + Send + Sync + 'static,
    ) -> Self {
        let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
        builder.set_private_key_file(own, SslFiletype::PEM).unwrap();
        builder.set_certificate_chain_file(own).unwrap();
        WebServer::with(Some(builder.build()), answers)
    }

    fn with(
        tls: Option<SslAcceptor>,
        answers: impl Fn(&Asked) -> Said + Send + Sync + 'static,
    ) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let answers: Answers = Arc::new(answers);
        let thread = {
            let (asked, is_over) = (Arc::clone(&asked), Arc::clone(&is_over));
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    if is_over.load(Ordering::SeqCst) {
                        return;
                    }
                    let (asked, answers) = (Arc::clone(&asked), Arc::clone(&answers));
                    let (tls, stream) = (tls.clone(), stream.unwrap());
                    std::thread::spawn(move || match tls {
                        None => serve(stream, &asked, &*answers),
                        // The client may not trust us.
                        Some(tls) => drop(tls.accept(stream).map(|s| serve(s, &asked, &*answers))),
                    });
                }
            })
        };
        WebServer { address, scheme, asked, is_over, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Answers the requests of a connection.
fn serve(
    stream: impl Read + Write,
    all: &Mutex<Vec<Asked>>,
    answers: &(dyn Fn(&Asked) -> Said + Send + Sync),
) {
    let mut stream = BufReader::new(stream);
    while let Some(asked) = request(&mut stream) {
        all.lock().unwrap().push(asked.clone());
        let Said::Answer(status, body) = answers(&asked) else { return };
        let length = body.len();
        let body = if asked.what.starts_with("HEAD ") { "" } else { body.as_str() };
        let answer = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        if stream.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn request(stream: &mut impl BufRead) -> Option<Asked> {
    let mut first = String::new();
    if stream.read_line(&mut first).unwrap_or(0) == 0 {
        return None;
    }
    let what = first.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.trim_end().split_once(": ")?;
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |text: &String| text.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Asked { what, headers, body })
}
