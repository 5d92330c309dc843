//! The worker's REST interface: the paths, the answers and the errors of Kafka's standalone
//! worker, on a thread of its own.
//!
//! What Kafka's answers with 500 though the request is to blame (a body that is no JSON, a name
//! that is not there) is 400 or 404 here.

mod answers;
mod plugins;
mod routes;

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::{Semaphore, oneshot};

use super::runtime::Worker;
use answers::Answer;
use routes::{Ask, Site};

/// How large a request's body may be.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How many connections there may be: more wait.
const CONNECTIONS_MAX: usize = 64;
/// How long the head of a request may take, and its body.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// A REST interface that is served until this is dropped.
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Begins to serve a worker.
    pub fn start(worker: Arc<Worker>, listener: TcpListener, named: &str) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let site = Arc::new(Site::new(worker, named.to_owned()));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let serve = move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(site, listener) => {}
                    _ = stopped => {}
                }
            });
            // Whoever still waits for an answer waits for something that is ending, too.
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new().name("rest".to_owned()).spawn(serve)?;
        Ok(Server { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it has been told already.
            let _ = thread.join();
        }
    }
}

async fn accept(site: Arc<Site>, listener: TcpListener) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, mostly: somebody else gives one back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let site = Arc::clone(&site);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&site), request));
            let mut server = http1::Builder::new();
            server.timer(TokioTimer::new()).header_read_timeout(READ_TIMEOUT);
            // A client that goes away is no trouble of ours.
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
            drop(permit);
        });
    }
}

async fn answer(
    site: Arc<Site>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let content_type = head.headers.get("content-type").and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let body = tokio::time::timeout(READ_TIMEOUT, Limited::new(body, BODY_BYTES_MAX).collect());
    let answer = match body.await {
        Ok(Ok(body)) => {
            let ask = Ask {
                method: head.method.as_str().to_owned(),
                path: head.uri.path().to_owned(),
                query: head.uri.query().unwrap_or_default().to_owned(),
                content_type,
                body: body.to_bytes().to_vec(),
            };
            // Connectors may take their time to stop.
            let work = tokio::task::spawn_blocking(move || site.answer(&ask));
            work.await.unwrap_or_else(|_| Answer::error(500, "Internal Server Error"))
        }
        Ok(Err(_)) => Answer::error(413, "the body is too large, or broke off"),
        Err(_) => Answer::error(408, "the body took too long"),
    };
    let mut response = Response::builder().status(answer.status);
    if !answer.body.is_empty() {
        response = response.header("content-type", "application/json");
    }
    if let Some(location) = &answer.location {
        response = response.header("location", location);
    }
    let full = Full::new(Bytes::from(answer.body));
    // A status or a location that HTTP has no form for cannot come from here.
    Ok(response.body(full).unwrap_or_else(|_| Response::new(Full::new(Bytes::new()))))
}
