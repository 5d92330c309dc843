//! `rk dev`: a Kafka broker until Ctrl-C, or for the life of one command.
//!
//! The only verb that knows the broker.

mod certificate;
mod child;
mod listeners;
mod private;

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::process::{Resource, getrlimit, setrlimit};
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

use crate::base::limits::Limits;
use crate::base::{clock, resident};
use crate::broker::config::listeners::listeners as configured;
use crate::broker::config::{Release, StaticConfig};
use crate::broker::disk::os::OsDisk;
use crate::broker::net::{FrontError, Listener, Listeners, stop};
use crate::broker::{self, Broker};
use crate::cli::dev::Dev;
use crate::cmd::{Context, Ended};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Configs that have a flag of their own, which decides more than the config's value.
const OWN_FLAGS: [(&str, &str); 5] = [
    ("log.dirs", "--data-dir"),
    ("log.dir", "--data-dir"),
    ("metadata.log.dir", "--data-dir"),
    ("node.id", "--node-id"),
    ("broker.id", "--node-id"),
];

/// What the words mean.
struct Plan {
    /// Where the one listener is, if the configs name none.
    listen: SocketAddr,
    /// The authority that was made, where a listener with TLS was given no certificate.
    authority: Option<PathBuf>,
    data: Data,
    options: broker::Options,
    ready_file: Option<PathBuf>,
    command: Vec<std::ffi::OsString>,
}

/// Where the data lives.
enum Data {
    Kept(PathBuf),
    /// Removed when this value is.
    Private(TempDir),
}

impl Data {
    fn path(&self) -> &Path {
        match self {
            Data::Kept(path) => path,
            Data::Private(dir) => dir.path(),
        }
    }

    fn disk(&self, fsync: bool) -> OsDisk {
        match self {
            Data::Private(_) if !fsync => OsDisk::passing(),
            // Who asks for it gets it, if only to see what it costs.
            Data::Kept(_) | Data::Private(_) => OsDisk::durable(),
        }
    }
}

/// Runs the verb.
pub(super) fn run(words: Dev, cx: &mut Context) -> Ended {
    let plan = plan(words)?;
    allow_many_files();
    log_to_stderr(&cx.ui);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("cannot start").caused_by(error))?;
    let exit = runtime.block_on(serve(&mut cx.ui, plan));
    // Nothing is left to wait for: the broker has been closed.
    runtime.shutdown_background();
    exit
}

/// Takes all the open files that the system grants: a log has three, and there are many logs.
fn allow_many_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Without more the broker runs as well, until it has no more.
    let _ = setrlimit(Resource::Nofile, limit);
}

/// Sends the broker's own lines to standard error: warnings, and more with `-v`.
fn log_to_stderr(ui: &Ui) {
    let level = match (ui.is_quiet(), ui.verbosity()) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, _) => LevelFilter::DEBUG,
    };
    let lines = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_target(false)
        .with_ansi(ui.talk_has_color())
        .with_writer(std::io::stderr);
    // A test may run this twice in one process: the first one's lines are enough.
    let _ = lines.try_init();
}

fn plan(words: Dev) -> Result<Plan, Failure> {
    let default = if words.command.is_empty() { "127.0.0.1:9092" } else { "127.0.0.1:0" };
    let listen = address(words.listen.as_deref().unwrap_or(default))?;
    let pairs = pairs(&words, listen)?;
    let users = words.users.iter().map(|text| listeners::user(text)).collect::<Result<_, _>>()?;
    let cluster_id = words.cluster_id.as_deref().map(str::parse).transpose();
    let cluster_id = cluster_id.map_err(|error| {
        Failure::new("cannot use `--cluster-id`").caused_by(error).exit(Exit::BadWords)
    })?;
    let fixed = config(pairs.clone())?;
    let data = match words.data_dir {
        // Clients are told where it is, and they may stand elsewhere.
        Some(path) => Data::Kept(std::path::absolute(&path).unwrap_or(path)),
        None => Data::Private(private::directory()?),
    };
    let (mut fixed, authority) = with_keys(fixed, pairs, data.path())?;
    fixed.set_release(words.as_version.as_deref().and_then(Release::named));
    fixed.set_lenient_replication(words.lenient_rf);
    let (node_id, fsync) = (words.node_id, words.fsync);
    let limits = Limits::default();
    let options = broker::Options { fixed, node_id, cluster_id, fsync, users, limits };
    let (ready_file, command) = (words.ready_file, words.command);
    Ok(Plan { listen, authority, data, options, ready_file, command })
}

/// Returns the configs that the words stand for.
fn pairs(words: &Dev, listen: SocketAddr) -> Result<Vec<(String, String)>, Failure> {
    let mut pairs = vec![("num.partitions".to_owned(), words.partitions.to_string())];
    if words.no_auto_create {
        pairs.push(("auto.create.topics.enable".to_owned(), "false".to_owned()));
    }
    for (name, value) in &words.configs {
        if let Some((_, flag)) = OWN_FLAGS.iter().find(|own| own.0 == name) {
            return Err(Failure::new(format!("cannot set `{name}` with `--config`"))
                .hint(format!("say `{flag}`"))
                .exit(Exit::BadWords));
        }
        if name == "listeners" && (words.listen.is_some() || !words.listeners.is_empty()) {
            return Err(Failure::new("cannot set `listeners` twice")
                .hint("say either `--config listeners=…`, or `--listen` and `--listener`")
                .exit(Exit::BadWords));
        }
        pairs.push((name.clone(), value.clone()));
    }
    if !words.listeners.is_empty() {
        let plain = words.listen.is_some().then_some(listen);
        pairs.extend(listeners::configs(&words.listeners, plain, &pairs)?);
    }
    Ok(pairs)
}

fn config(pairs: Vec<(String, String)>) -> Result<StaticConfig, Failure> {
    StaticConfig::parse(pairs).map_err(|error| {
        Failure::new("cannot use `--config`").caused_by(error).exit(Exit::BadWords)
    })
}

/// Gives the listeners with TLS that have no key one that is made on the spot.
fn with_keys(
    fixed: StaticConfig,
    mut pairs: Vec<(String, String)>,
    folder: &Path,
) -> Result<(StaticConfig, Option<PathBuf>), Failure> {
    let keyless = listeners::without_key(&fixed);
    if keyless.is_empty() {
        return Ok((fixed, None));
    }
    let hosts = keyless.iter().flat_map(|listener| {
        let told = listener.advertised.iter().map(|(host, _)| host.clone());
        told.chain([listener.host.clone()]).filter(|host| !host.is_empty())
    });
    let made = certificate::in_directory(folder, &hosts.collect::<Vec<_>>())?;
    for listener in &keyless {
        let own = |name| format!("listener.name.{}.{name}", listener.name.to_lowercase());
        pairs.push((own("ssl.keystore.location"), made.keystore.display().to_string()));
        pairs.push((own("ssl.keystore.type"), "PEM".to_owned()));
    }
    Ok((config(pairs)?, Some(made.authority)))
}

/// Reads `HOST:PORT`, `:PORT` or `PORT`.
fn address(text: &str) -> Result<SocketAddr, Failure> {
    let full = match text.rsplit_once(':') {
        Some(("", port)) => format!("127.0.0.1:{port}"),
        Some(_) => text.to_owned(),
        None => format!("127.0.0.1:{text}"),
    };
    let bad = || {
        Failure::new(format!("cannot listen on `{text}`"))
            .hint("write it as HOST:PORT, as in `--listen 127.0.0.1:9092`")
            .exit(Exit::BadWords)
    };
    let mut found = full.to_socket_addrs().map_err(|error| bad().caused_by(error))?;
    found.next().ok_or_else(bad)
}

async fn serve(ui: &mut Ui, plan: Plan) -> Result<Exit, Failure> {
    // Before anything is said, so that no signal is missed.
    let mut signals = Signals::new()
        .map_err(|error| Failure::new("cannot listen for signals").caused_by(error))?;
    let listeners = listen(&plan).await?;
    let addresses = listeners.addresses();
    let address = addresses.first().map_or(plan.listen, |(_, _, address)| *address);
    let disk = Arc::new(plan.data.disk(plan.options.fsync));
    let started = Broker::start(
        plan.options.clone(),
        disk,
        plan.data.path().to_owned(),
        Arc::new(clock::System),
        &listeners,
    );
    let broker = started.map_err(|error| {
        Failure::new(format!("cannot open the data directory `{}`", plan.data.path().display()))
            .caused_by(error)
    })?;
    let (stopper, stopped) = stop();
    let running = tokio::spawn(Arc::clone(&broker).run(listeners, stopped));
    tell_listeners(ui, &plan, &addresses);
    let lived = live(ui, &plan, &broker, address, &mut signals).await;
    // However it ended: what was served is put in order.
    stopper.stop();
    let closed = running.await;
    if let Some(file) = &plan.ready_file {
        let _ = std::fs::remove_file(file);
    }
    match closed {
        Ok(Ok(())) => lived,
        Ok(Err(error)) => Err(Failure::new("cannot close the data directory").caused_by(error)),
        Err(error) => Err(Failure::new("the broker broke down").caused_by(error)),
    }
}

/// Binds what the words or the configs say.
async fn listen(plan: &Plan) -> Result<Listeners, Failure> {
    let taken = |what: String| {
        Failure::new(what)
            .hint("another broker may be there; take a free port with `--listen 127.0.0.1:0`")
    };
    let configured = configured(&plan.options.fixed).unwrap_or_default();
    if configured.is_empty() {
        let bound = Listener::bind(plan.listen, &plan.options.fixed).await;
        let failed = |error| taken(format!("cannot listen on {}", plan.listen)).caused_by(error);
        return bound.map(Listeners::from).map_err(failed);
    }
    let opened = Listeners::open(&configured, &plan.options.fixed, &plan.options.users).await;
    opened.map_err(|error| match error {
        FrontError::Bind { address, error } => {
            taken(format!("cannot listen on {address}")).caused_by(error)
        }
        other => Failure::new("cannot open the listeners").caused_by(other).exit(Exit::BadWords),
    })
}

/// Says what a user has to know of the listeners before they can be used.
fn tell_listeners(ui: &Ui, plan: &Plan, addresses: &[(String, &'static str, SocketAddr)]) {
    if addresses.len() > 1 || addresses.iter().any(|(_, protocol, _)| *protocol != "PLAINTEXT") {
        for (name, protocol, address) in addresses {
            ui.note(&format!("listener {name}: {protocol} on {address}"));
        }
    }
    for (_, protocol, address) in addresses.iter().filter(|(_, _, a)| !a.ip().is_loopback()) {
        let who = if *protocol == "PLAINTEXT" { ", and asks nobody who they are" } else { "" };
        ui.note(&format!("{address} can be reached from other machines{who}"));
    }
    if let Some(authority) = &plan.authority {
        let file = authority.display();
        ui.note(&format!(
            "a certificate was made; clients trust it with ssl.ca.location={file} (rk -X, \
             librdkafka), or ssl.truststore.type=PEM and ssl.truststore.location={file} (Java)"
        ));
    }
}

/// What happens while the broker serves: until a signal, or until the command has ended.
async fn live(
    ui: &mut Ui,
    plan: &Plan,
    broker: &Broker,
    address: SocketAddr,
    signals: &mut Signals,
) -> Ended {
    if let Some(file) = &plan.ready_file {
        announce(file, address)?;
    }
    if !plan.command.is_empty() {
        return child::run(&plan.command, address, signals).await;
    }
    greet(ui, address, &plan.data, broker)?;
    resident::let_go_of_the_start();
    signals.quit().await;
    Ok(Exit::Done)
}

/// Writes the ready file in one step: who sees it sees all of it.
fn announce(file: &Path, address: SocketAddr) -> Result<(), Failure> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written =
        std::fs::write(&part, format!("{address}\n")).and_then(|()| std::fs::rename(&part, file));
    written.map_err(|error| {
        Failure::new(format!("cannot write the ready file `{}`", file.display())).caused_by(error)
    })
}

/// Says where the broker is and what to paste.
fn greet(ui: &mut Ui, address: SocketAddr, data: &Data, broker: &Broker) -> Result<(), Failure> {
    let place = match data {
        Data::Kept(path) => format!("data in {}", path.display()),
        Data::Private(_) => "data is removed at exit".to_owned(),
    };
    ui.note(&format!(
        "Kafka broker {} on {address}, cluster id {}; {place}; stop it with Ctrl-C",
        broker.node_id(),
        broker.cluster_id(),
    ));
    ui.print(&format!("export BOOTSTRAP_SERVERS={address}\n"))?;
    // Nothing more is said, perhaps for days.
    Ok(ui.flush()?)
}

/// The signals that a broker, or the command it runs for, is told of.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    user1: tokio::signal::unix::Signal,
    user2: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
            user1: signal(SignalKind::user_defined1())?,
            user2: signal(SignalKind::user_defined2())?,
        })
    }

    /// Waits for a signal that means the end.
    async fn quit(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
            _ = self.quit.recv() => {}
        }
    }

    /// Waits for the next signal.
    async fn next(&mut self) -> SignalKind {
        tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.hangup.recv() => SignalKind::hangup(),
            _ = self.quit.recv() => SignalKind::quit(),
            _ = self.user1.recv() => SignalKind::user_defined1(),
            _ = self.user2.recv() => SignalKind::user_defined2(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let good = [
            ("127.0.0.1:9092", "127.0.0.1:9092"),
            (":0", "127.0.0.1:0"),
            ("9093", "127.0.0.1:9093"),
            ("[::1]:9092", "[::1]:9092"),
        ];
        for (text, meant) in good {
            assert_eq!(address(text).unwrap().to_string(), meant);
        }
        for bad in ["127.0.0.1:99999", "", "here:there"] {
            assert_eq!(address(bad).unwrap_err().exit, Exit::BadWords, "{bad}");
        }
    }
}
