//! HTTP as a client: small, blocking, and as patient as it is told to be.
//!
//! A [`Client`] has one server or several that are the same (they are tried in turn), a login,
//! TLS by the same OpenSSL and the same properties as the connections to brokers, and bounds on
//! time and size. It sends an [`Ask`] and returns an [`Answer`] whatever its status is;
//! [`Answer::good`] makes an error of a status that is one, with the server's own words.
//!
//! Does not: proxies, cookies, compressed bodies, HTTP/2.

mod error;
mod secure;
mod url;

pub use error::HttpError;
pub use url::{BadUrl, Base, segment};

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use data_encoding::BASE64;
use ureq::Agent;
use ureq::http::Request;
use ureq::unversioned::resolver::DefaultResolver;

use crate::base::clock::Moment;
use crate::client::{Attempt, Properties, Tls};
use error::Broke;
use secure::Secure;

/// How long a connection may take, and an answer, if nobody says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long an answer may take before somebody is told of it.
const SLOW: Duration = Duration::from_secs(1);
/// How often it is looked whether the answer is still wanted.
const LOOK: Duration = Duration::from_millis(50);
/// How many bytes a body may have, if nobody says otherwise.
const BODY_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Who we are to the server.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Login {
    #[default]
    Nobody,
    Basic {
        user: String,
        password: String,
    },
    Bearer(String),
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Login::Nobody => f.write_str("Nobody"),
            Login::Basic { user, .. } => write!(f, "Basic({user}, (hidden))"),
            Login::Bearer(_) => f.write_str("Bearer((hidden))"),
        }
    }
}

impl Login {
    /// The header's value.
    fn header(&self) -> Option<String> {
        match self {
            Login::Nobody => None,
            Login::Basic { user, password } => {
                Some(format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes())))
            }
            Login::Bearer(token) => Some(format!("Bearer {token}")),
        }
    }
}

/// Says whether the answer is wanted no more.
pub type Stop = Arc<dyn Fn() -> bool + Send + Sync>;

/// Is told what was asked when the answer does not come soon.
pub type Slow = Arc<dyn Fn(&str) + Send + Sync>;

/// What a client is made of.
#[derive(Clone)]
pub struct Settings {
    /// Servers that are the same, tried in turn.
    pub bases: Vec<Base>,
    /// Of all of them; a login in a URL wins.
    pub login: Login,
    /// Of TLS, under librdkafka's names: `ssl.ca.location` and so on.
    pub tls: Properties,
    /// What is sent with every request.
    pub headers: Vec<(String, String)>,
    pub connect_timeout: Duration,
    pub timeout: Duration,
    /// How long the server may take to begin its answer, and then to end it, where that is
    /// bounded apart from the whole.
    pub read_timeout: Option<Duration>,
    /// How long a connection is kept that nobody uses, if somebody says so.
    pub idle_timeout: Option<Duration>,
    pub body_bytes_max: u64,
    pub stop: Stop,
    pub slow: Slow,
}

impl Settings {
    /// The defaults, for these servers.
    pub fn of(bases: Vec<Base>) -> Self {
        Settings {
            bases,
            login: Login::Nobody,
            tls: Properties::new(),
            headers: Vec::new(),
            connect_timeout: CONNECT_TIMEOUT,
            timeout: TIMEOUT,
            read_timeout: None,
            idle_timeout: None,
            body_bytes_max: BODY_BYTES_MAX,
            stop: Arc::new(|| false),
            slow: Arc::new(|_| {}),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.tls.keys().collect();
        f.debug_struct("Settings")
            .field("bases", &self.bases)
            .field("login", &self.login)
            .field("tls", &names)
            .finish_non_exhaustive()
    }
}

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: Method,
    /// What follows the server's own URL: `/subjects?deleted=true`, made of [`segment`]s.
    pub path: String,
    pub accept: &'static str,
    /// What is sent besides: names and values.
    pub headers: Vec<(String, String)>,
    /// The type of the body, unless it is among the headers, and the body.
    pub body: Option<(&'static str, Vec<u8>)>,
    /// Whether asking twice does no harm: then the next server is asked also when a connection
    /// broke of which nobody knows what the server made of it.
    pub is_repeatable: bool,
}

impl Ask {
    /// Asks for a resource.
    pub fn get(path: impl Into<String>) -> Self {
        Ask {
            method: Method::Get,
            path: path.into(),
            accept: "application/json",
            headers: Vec::new(),
            body: None,
            is_repeatable: true,
        }
    }

    /// Sends JSON.
    pub fn json(method: Method, path: impl Into<String>, json: Vec<u8>) -> Self {
        let body = Some(("application/json", json));
        Ask { method, body, is_repeatable: false, ..Ask::get(path) }
    }
}

/// What the server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Whom and what was asked: `GET http://…`.
    pub asked: String,
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// An error of a status that is one.
    pub fn good(self) -> Result<Self, HttpError> {
        match self.status {
            200..=299 => Ok(self),
            status => Err(HttpError::Refused {
                asked: self.asked,
                status,
                words: error::words(status, &self.body),
            }),
        }
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<serde_json::Value, HttpError> {
        serde_json::from_slice(&self.body)
            .map_err(|e| HttpError::Garbled { asked: self.asked.clone(), why: e.to_string() })
    }
}

/// A client. Cheap to share: connections are kept, and used again by whoever comes next.
pub struct Client {
    agent: Agent,
    settings: Settings,
    /// The server that answered last.
    current: AtomicUsize,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

impl Client {
    /// Checks the settings; nothing is sent.
    pub fn of(settings: Settings) -> Result<Self, HttpError> {
        let wants_tls = settings.bases.iter().any(Base::is_secure);
        let tls = wants_tls.then(|| Tls::of(&settings.tls)).transpose()?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(3)
            .user_agent(concat!("rk/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(settings.connect_timeout))
            .timeout_recv_response(settings.read_timeout)
            .timeout_recv_body(settings.read_timeout)
            .timeout_global(Some(settings.timeout));
        let config = match settings.idle_timeout {
            Some(idle) => config.max_idle_age(idle),
            None => config,
        };
        let agent = Agent::with_parts(config.build(), Secure::of(tls), DefaultResolver::default());
        Ok(Client { agent, settings, current: AtomicUsize::new(0) })
    }

    /// The servers, without their passwords: for what is told.
    pub fn servers(&self) -> String {
        let shown: Vec<String> = self.settings.bases.iter().map(Base::to_string).collect();
        shown.join(", ")
    }

    /// Sends a request, to one server after the other until one answers.
    pub fn send(&self, ask: &Ask) -> Result<Answer, HttpError> {
        let bases = &self.settings.bases;
        let first = self.current.load(Ordering::Relaxed);
        let mut attempts = Vec::new();
        for turn in 0..bases.len() {
            let at = (first + turn) % bases.len();
            let asked = format!("{} {}{}", ask.method.name(), bases[at], ask.path);
            match self.try_one(&bases[at], ask, &asked) {
                Ok(answer) => {
                    self.current.store(at, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(Broke::Stopped) => return Err(HttpError::Stopped { asked }),
                Err(Broke::Final(error)) => return Err(error),
                Err(Broke::Before(cause)) => {
                    attempts.push(Attempt { address: bases[at].to_string(), cause });
                }
                Err(Broke::Within(cause)) if ask.is_repeatable && turn + 1 < bases.len() => {
                    attempts.push(Attempt { address: bases[at].to_string(), cause });
                }
                Err(Broke::Within(cause)) => return Err(HttpError::Broken { asked, cause }),
            }
        }
        Err(HttpError::Unreachable { attempts })
    }

    /// Asks one server, on a thread of its own: whoever waits can go away at any time.
    fn try_one(&self, base: &Base, ask: &Ask, asked: &str) -> Result<Answer, Broke> {
        let login = base.login().unwrap_or(&self.settings.login).header();
        let mut request = Request::builder()
            .method(ask.method.name())
            .uri(format!("{}{}", base.target(), ask.path))
            .header("accept", ask.accept);
        if let Some(login) = login {
            request = request.header("authorization", login);
        }
        for (name, value) in self.settings.headers.iter().chain(&ask.headers) {
            request = request.header(name, value);
        }
        if let Some((kind, _)) = ask.body.as_ref().filter(|(kind, _)| !kind.is_empty()) {
            request = request.header("content-type", *kind);
        }
        let bad = |e: ureq::http::Error| {
            Broke::Final(HttpError::Unsendable { asked: asked.to_owned(), why: e.to_string() })
        };
        let body = ask.body.as_ref().map(|(_, body)| body.clone());
        let request = request.body(body).map_err(bad)?;
        let (agent, bytes_max) = (self.agent.clone(), self.settings.body_bytes_max);
        let (reply, replies) = mpsc::sync_channel(1);
        let (asked, waits_for) = (asked.to_owned(), asked);
        std::thread::Builder::new()
            .name("http".to_owned())
            .spawn(move || {
                // Nobody may wait for it any more.
                let _ = reply.send(run(&agent, request, asked, bytes_max));
            })
            .map_err(|e| Broke::Before(e.to_string()))?;
        let (asked_at, mut is_told) = (Moment::now(), false);
        loop {
            if !is_told && asked_at.elapsed() >= SLOW {
                is_told = true;
                (self.settings.slow)(waits_for);
            }
            match replies.recv_timeout(LOOK) {
                Ok(answer) => return answer,
                Err(RecvTimeoutError::Timeout) if (self.settings.stop)() => {
                    return Err(Broke::Stopped);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Broke::Within("the request was given up".to_owned()));
                }
            }
        }
    }
}

/// Sends, and reads the whole answer.
fn run(
    agent: &Agent,
    request: Request<Option<Vec<u8>>>,
    asked: String,
    bytes_max: u64,
) -> Result<Answer, Broke> {
    let (parts, body) = request.into_parts();
    let response = match body {
        Some(body) => agent.run(Request::from_parts(parts, body)),
        None => agent.run(Request::from_parts(parts, ())),
    };
    let mut response = response.map_err(|e| Broke::of(e, &asked, bytes_max))?;
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(bytes_max).read_to_vec();
    let body = body.map_err(|e| Broke::of(e, &asked, bytes_max))?;
    Ok(Answer { asked, status, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let base = Base::parse("https://me:hunter2@h:1/x/").unwrap();
        let mut settings = Settings::of(vec![base]);
        settings.tls.insert("ssl.key.password".into(), "hunter2".into());
        settings.login = Login::Basic { user: "u".into(), password: "hunter2".into() };
        let shown = format!("{settings:?}");
        assert!(shown.contains("https://h:1/x") && !shown.contains("hunter2"), "{shown}");
        settings.login = Login::Bearer("hunter2".into());
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn a_login_is_written_as_http_wants_it() {
        let basic = Login::Basic { user: "Aladdin".into(), password: "open sesame".into() };
        assert_eq!(basic.header().unwrap(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(Login::Bearer("t".into()).header().unwrap(), "Bearer t");
        assert_eq!(Login::Nobody.header(), None);
    }
}
