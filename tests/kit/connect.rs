//! A worker of Kafka Connect that says what a test has it say: for answers that a real one gives
//! only when something is wrong with it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `GET /connectors`.
    pub(crate) what: String,
    pub(crate) body: String,
    pub(crate) login: Option<String>,
    /// How often the same was asked before.
    pub(crate) before: usize,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// A status and JSON.
    Json(u16, String),
    /// A status and something else.
    Other(u16, String),
    /// Nothing, as long as the client waits.
    Nothing,
}

/// A worker that runs until it is dropped.
pub(crate) struct FakeConnect {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

type Answers = Arc<dyn Fn(&Asked) -> Said + Send + Sync>;

impl FakeConnect {
    pub(crate) fn start(answers: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> Self {
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
                    std::thread::spawn(move || serve(stream.unwrap(), &asked, &*answers));
                }
            })
        };
        FakeConnect { address, asked, is_over, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for FakeConnect {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Answers one request; each has a connection of its own.
fn serve(
    mut stream: TcpStream,
    all: &Mutex<Vec<Asked>>,
    answers: &(dyn Fn(&Asked) -> Said + Send + Sync),
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    let what = first.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let mut heads = BTreeMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.trim_end().split_once(": ").unwrap();
        heads.insert(name.to_lowercase(), value.to_owned());
    }
    let length = heads.get("content-length").map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let asked = {
        let mut all = all.lock().unwrap();
        let before = all.iter().filter(|one| one.what == what).count();
        let body = String::from_utf8(body).unwrap();
        let asked = Asked { what, body, login: heads.remove("authorization"), before };
        all.push(asked.clone());
        asked
    };
    let (status, kind, body) = match answers(&asked) {
        Said::Json(status, body) => (status, "application/json", body),
        Said::Other(status, body) => (status, "text/html", body),
        Said::Nothing => {
            // Until the client hangs up.
            let _ = reader.read(&mut [0]);
            return;
        }
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    );
    // The client may be gone.
    let _ = stream.write_all(answer.as_bytes());
}
