//! `rk connect run`: files to a worker, and the worker's talk to the user.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use super::super::interrupt::Interrupt;
use super::board::{Before, lines};
use super::{Context, Ended};
use crate::base::clock::Moment;
use crate::cli::connect::run::Run;
use crate::connect::config::file::{ConnectorFile, FileError, Pairs, read_connector, read_worker};
use crate::connect::config::providers::{ProviderError, Providers};
use crate::connect::config::worker::{self, Remark, WorkerConfig};
use crate::connect::define::Mistake;
use crate::connect::runtime::{Lags, Level, Log, Refused, State, Worker};
use crate::connect::serve::Server;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::ClusterWords;
use crate::ui::Board;

/// How often the worker is looked after.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How often a terminal is drawn anew.
const DRAW_EVERY: Duration = Duration::from_secs(1);
/// Where offsets are kept without a worker's file.
const OFFSETS: &str = "connect.offsets";

pub(super) fn run(words: Run, cx: &mut Context) -> Ended {
    let (worker_file, connector_files) = split(&words.files)?;
    let config = worker_config(worker_file.as_deref(), &words, cx)?;
    let connectors: Vec<ConnectorFile> = connector_files
        .iter()
        .map(|path| read_connector(path).map_err(bad_file))
        .collect::<Result<_, _>>()?;
    let listen = listen(&config, words.rest.as_deref())?;
    if connectors.is_empty() && listen.is_none() {
        return Err(Failure::new("there is nothing to run")
            .because("no connector's file is named")
            .hint("name one after the worker's: `rk connect run worker.properties sink.properties`")
            .exit(Exit::BadWords));
    }
    let interrupt = Interrupt::listen()?;
    let (sender, talk) = channel();
    let offsets = PathBuf::from(config.settings.string("offset.storage.file.filename"));
    let worker = Worker::new(config, &offsets, Log::new(sender))
        .map_err(|error| Failure::new("cannot start the worker").caused_by(error))?;
    let worker = Arc::new(worker);
    // All of them are checked before any is started.
    for connector in &connectors {
        worker.check(&connector.config).map_err(|refused| failure(&connector.name, refused))?;
    }
    for connector in connectors {
        let ConnectorFile { name, config, initial_state } = connector;
        let put = worker.put(&name, config, Some(initial_state), true);
        put.map_err(|refused| failure(&name, refused))?;
    }
    let server = match listen {
        None => None,
        Some((listener, named)) => {
            let server = Server::start(Arc::clone(&worker), listener, &named);
            let what = "cannot serve the REST interface";
            let server = server.map_err(|error| Failure::new(what).caused_by(error))?;
            cx.ui.note(&format!("the REST interface is at http://{}", server.address()));
            Some(server)
        }
    };
    let manner = Manner { once: words.once, has_rest: server.is_some() };
    let ended = watch(&worker, &talk, &interrupt, manner, cx);
    drop(server);
    worker.shutdown();
    drop(worker);
    tell(&talk, Duration::ZERO, cx, None);
    ended
}

/// Tells which file is the worker's: the first one, if it is no connector's.
fn split(files: &[PathBuf]) -> Result<(Option<PathBuf>, Vec<PathBuf>), Failure> {
    let Some((first, rest)) = files.split_first() else { return Ok((None, Vec::new())) };
    let text = std::fs::read_to_string(first);
    let is_json = text.as_ref().is_ok_and(|text| text.trim_start().starts_with('{'));
    let pairs = if is_json { Pairs::new() } else { read_worker(first).map_err(bad_file)? };
    if is_json || pairs.contains_key("connector.class") {
        return Ok((None, files.to_vec()));
    }
    Ok((Some(first.clone()), rest.to_vec()))
}

fn bad_file(error: FileError) -> Failure {
    Failure::new(error.to_string()).exit(Exit::BadWords)
}

fn bad_provider(error: ProviderError) -> Failure {
    Failure::new(error.to_string()).exit(Exit::BadWords)
}

/// The worker's settings: its file's, else such as suit most; `-b` and `-X` count for both.
fn worker_config(file: Option<&Path>, words: &Run, cx: &Context) -> Result<WorkerConfig, Failure> {
    let mut pairs = match file {
        Some(path) => read_worker(path).map_err(bad_file)?,
        None => defaults(words, cx)?,
    };
    if let Some(brokers) = &words.cluster.brokers {
        pairs.insert("bootstrap.servers".to_owned(), brokers.clone());
    }
    for (name, value) in &words.cluster.properties {
        for client in ["producer", "consumer", "admin"] {
            pairs.insert(format!("{client}.{name}"), value.clone());
        }
    }
    let providers = Providers::of(&pairs).map_err(bad_provider)?;
    let pairs = providers.resolve(&pairs).map_err(bad_provider)?;
    let (config, mistakes, remarks) = worker::check(pairs);
    let what = match file {
        Some(path) => format!("cannot use `{}`", path.display()),
        None => "cannot start the worker".to_owned(),
    };
    let mut wrong = mistakes;
    for remark in remarks {
        match remark {
            Remark::Unused(name) => cx.ui.detail(&format!("`{name}` means nothing here")),
            Remark::Unknown { name, nearest: Some(near) } => wrong.push(Mistake {
                why: format!("there is no setting {name}; did you mean {near}?"),
                name,
            }),
            Remark::Unknown { name, nearest: None } => {
                cx.ui.note(&format!("note: nobody knows the worker's setting `{name}`"));
            }
        }
    }
    if wrong.is_empty() { Ok(config) } else { Err(mistaken(what, &wrong)) }
}

fn defaults(words: &Run, cx: &Context) -> Result<Pairs, Failure> {
    let cluster = cx.cluster(ClusterWords {
        brokers: words.cluster.brokers.clone(),
        ..ClusterWords::default()
    })?;
    let string = "org.apache.kafka.connect.storage.StringConverter";
    let all = [
        ("bootstrap.servers", cluster.brokers.as_str()),
        ("key.converter", string),
        ("value.converter", string),
        ("offset.storage.file.filename", OFFSETS),
        ("offset.flush.interval.ms", "10000"),
    ];
    let mut pairs: BTreeMap<String, String> =
        all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if let Some(path) = &words.cluster.command_config {
        let read = read_worker(path).map_err(bad_file)?;
        for (name, value) in read {
            for client in ["producer", "consumer", "admin"] {
                pairs.insert(format!("{client}.{name}"), value.clone());
            }
        }
    }
    Ok(pairs)
}

fn mistaken(what: String, mistakes: &[Mistake]) -> Failure {
    let told: Vec<&str> = mistakes.iter().map(|mistake| mistake.why.as_str()).collect();
    Failure::new(what).because(told.join("; ")).exit(Exit::BadWords)
}

fn failure(name: &str, refused: Refused) -> Failure {
    let what = format!("cannot run connector `{name}`");
    match refused {
        Refused::Invalid(mistakes) => mistaken(what, &mistakes),
        refused => Failure::new(what).because(refused).exit(Exit::BadWords),
    }
}

/// Takes the address of the REST interface, if there is to be one: and by which name the worker
/// calls itself.
fn listen(
    config: &WorkerConfig,
    asked: Option<&str>,
) -> Result<Option<(TcpListener, String)>, Failure> {
    let configured = config.settings.list("listeners").first();
    let configured = configured.filter(|_| config.all.contains_key("listeners"));
    let Some(address) = asked.map(str::to_owned).or_else(|| configured.cloned()) else {
        return Ok(None);
    };
    let what = format!("cannot serve the REST interface at `{address}`");
    let plain = match address.split_once("://") {
        None => address.as_str(),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
        Some(_) => {
            return Err(Failure::new(what)
                .because("it is served as plain HTTP only")
                .hint("`listeners=http://127.0.0.1:8083`, with a proxy before it for TLS")
                .exit(Exit::BadWords));
        }
    };
    // No host means every address, as in Kafka; a name is what it stands for.
    let plain = if plain.starts_with(':') { format!("0.0.0.0{plain}") } else { plain.to_owned() };
    let listener = TcpListener::bind(&plain);
    let listener = listener.map_err(|error| Failure::new(what).caused_by(error))?;
    let port = listener.local_addr().map_or(0, |address| address.port());
    let host = plain.rsplit_once(':').map_or("127.0.0.1", |(host, _)| host);
    let host = config.settings.text("rest.advertised.host.name").unwrap_or(host);
    let port = config.settings.integer("rest.advertised.port").unwrap_or(port.into());
    Ok(Some((listener, format!("{host}:{port}"))))
}

/// How the worker is looked after.
#[derive(Clone, Copy)]
struct Manner {
    once: bool,
    /// Whether somebody may start failed tasks anew.
    has_rest: bool,
}

/// Looks after the worker until it is to end.
fn watch(
    worker: &Arc<Worker>,
    talk: &Receiver<(Level, String)>,
    interrupt: &Interrupt,
    manner: Manner,
    cx: &mut Context,
) -> Ended {
    let board = cx.ui.board();
    let lags = board.is_shown().then(|| Lags::watch(Arc::clone(worker)));
    let (mut before, mut drawn) = (Before::new(), Moment::now());
    loop {
        tell(talk, LOOK_EVERY, cx, Some(&board));
        if interrupt.is_asked() {
            drop(board);
            cx.ui.end_line();
            return Ok(if manner.once { Exit::Interrupted } else { Exit::Done });
        }
        let connectors = worker.connectors();
        if let Some(lags) = lags.as_ref().filter(|_| drawn.elapsed() >= DRAW_EVERY) {
            board.set(&lines(&connectors, &mut before, drawn.elapsed(), |name| lags.of(name)));
            drawn = Moment::now();
        }
        let tasks: Vec<_> = connectors.iter().flat_map(|connector| &connector.tasks).collect();
        let failed = tasks.iter().filter(|task| task.state == State::Failed).count();
        if failed > 0 && failed == tasks.len() && (manner.once || !manner.has_rest) {
            tell(talk, Duration::ZERO, cx, Some(&board));
            return Err(Failure::new("every task has failed"));
        }
        let is_over = |state, is_at_end| state == State::Failed || is_at_end;
        if manner.once && tasks.iter().all(|task| is_over(task.state, task.is_at_end)) {
            return Ok(if failed > 0 { Exit::Partly } else { Exit::Done });
        }
    }
}

/// Tells what the worker says: waits as long as `wait` for the first word.
fn tell(talk: &Receiver<(Level, String)>, wait: Duration, cx: &Context, board: Option<&Board>) {
    let mut wait = wait;
    loop {
        let line = || match talk.recv_timeout(wait) {
            Ok((Level::Warn, text)) => Some((false, format!("warning: {text}"))),
            Ok((Level::Error, text)) => Some((true, format!("error: {text}"))),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        };
        let Some((is_error, text)) = line() else { return };
        let say = || match is_error {
            false => cx.ui.note(&text),
            true => cx.ui.say_raw(&cx.ui.clean(&text)),
        };
        match board {
            Some(board) => board.aside(say),
            None => say(),
        }
        wait = Duration::ZERO;
    }
}
