//! `rk dev`: an Apache Kafka broker on one node.
//!
//! - [`net`]: the listener and its connections; tokio ends there
//! - `api`: one file an API key
//! - [`auth`]: who somebody is, and what they may do
//! - [`quota`]: how much clients may do, and how long they are held back
//! - `controller`, [`meta`], [`config`]: the cluster's metadata, its shell and its brain
//! - `quorum`, `snapshots`: the metadata log's voters, and its snapshots
//! - `coordinator`, `transactions`, [`coord`]: groups and transactions: one shell, their brains
//! - `shares`: share groups: what their members hold, and what is remembered of it
//! - `creations`: internal topics that a coordinator asks for
//! - `keeper`: what is done as time passes: retention, compaction, checkpoints
//! - `syncer`: with `--fsync`, what is acknowledged is on the disk
//! - `partitions`, `logs`, [`log`], [`disk`]: what is stored, from the table to the file system

pub(crate) mod api;
pub mod auth;
pub mod config;
pub(crate) mod controller;
pub mod coord;
pub(crate) mod coordinator;
mod creations;
pub mod disk;
mod keeper;
pub mod log;
pub(crate) mod logs;
pub mod meta;
pub mod net;
pub(crate) mod partitions;
pub(crate) mod quorum;
pub mod quota;
mod random;
pub(crate) mod shares;
pub(crate) mod snapshots;
mod syncer;
pub(crate) mod transactions;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tracing::{error, warn};

use self::api::fetch::lending::Lending;
use self::api::fetch::session::Sessions;
use self::api::turns::Turns;
use self::auth::Authorizer;
use self::config::{BrokerConfig, ConfigError, StaticConfig, table};
use self::controller::{Controller, MetadataError, Parts};
use self::coord::group::Groups;
use self::coord::txn::Transactions;
use self::coordinator::{Coordinator, LoadError};
use self::creations::Creations;
use self::disk::Disk;
use self::log::LogError;
use self::logs::Logs;
use self::meta::plan::{Incarnation, Node};
use self::meta::state::access::ScramMechanism;
use self::net::{Doors, Front, Fronts, Listeners, Memory, Stop, User};
use self::partitions::Partitions;
use self::quota::Quotas;
use self::random::Random;
use self::shares::Shares;
use self::syncer::{Since, Unsynced};
use crate::base::caught::caught;
use crate::base::clock::Clock;
use crate::base::ids::Uuid;
use crate::base::limits::Limits;
use crate::base::sync::lock_or_mend;

/// What a broker is told before it starts.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What `--config` says.
    pub fixed: StaticConfig,
    /// Kafka's `node.id`: that of the data directory where none is given, or 1.
    pub node_id: Option<i32>,
    /// The cluster's id: that of the data directory where none is given, or a random one.
    pub cluster_id: Option<Uuid>,
    /// Whether everything is durable before it is acknowledged.
    pub fsync: bool,
    /// Who gets SCRAM credentials at the start.
    pub users: Vec<User>,
    /// How much clients may make.
    pub limits: Limits,
}

/// Why a broker does not start, or does not stop in order.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    #[error("the data directory is of cluster `{found}`, not of `{asked}`")]
    OtherCluster { asked: String, found: String },
    #[error("the data directory is of node {found}, not of {asked}")]
    OtherNode { asked: i32, found: i32 },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    #[error("cannot make the SCRAM credentials of user {name}: {why}")]
    User { name: String, why: String },
}

/// A broker, and the controller of its one-node cluster.
pub struct Broker {
    pub(crate) node_id: i32,
    pub(crate) cluster_id: String,
    pub(crate) quotas: Quotas,
    /// None where everybody may do everything.
    pub(crate) authorizer: Option<Authorizer>,
    /// `delegation.token.secret.key`.
    pub(crate) token_secret: Option<String>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
    pub(crate) partitions: Arc<Partitions>,
    pub(crate) controller: Arc<Controller>,
    pub(crate) coordinator: Arc<Coordinator<Groups>>,
    pub(crate) transactions: Arc<Coordinator<Transactions>>,
    pub(crate) shares: Shares,
    sessions: Mutex<Sessions>,
    pub(crate) lending: Lending,
    pub(crate) turns: Turns,
    /// What connections hold.
    memory: Arc<Memory>,
    limits: Limits,
    pub(crate) creations: Creations,
    /// `fetch.max.bytes`: what one answer to Fetch holds at most.
    pub(crate) fetch_bytes_max: usize,
}

impl Broker {
    /// Opens a data directory, or makes a new one, and brings everything in it to life. Nothing
    /// is served before [`Broker::run`].
    pub fn start(
        options: Options,
        disk: Arc<dyn Disk>,
        data_dir: PathBuf,
        clock: Arc<dyn Clock>,
        fronts: impl Into<Fronts>,
    ) -> Result<Arc<Broker>, BrokerError> {
        let Fronts(fronts) = fronts.into();
        let random = Random;
        let now = clock.now();
        let mut fixed = options.fixed.clone();
        let partitions = Arc::new(Partitions::default());
        let opened = Logs::open(&options, disk, data_dir, random, now)?;
        let node = Node { id: opened.node_id, directory: opened.directory_id };
        tell_only_shown(&options.fixed);
        fixed.set("node.id", &node.id.to_string())?;
        fixed.set("log.dirs", &opened.logs.directory())?;
        fixed.set("listeners", &places(&fronts))?;
        fixed.set("advertised.listeners", &places(&fronts))?;
        let (authorizer, token_secret) = (authorizer(&fixed), token_secret(&fixed));
        let controller = Controller::load(Parts {
            log: opened.metadata,
            snapshots: opened.snapshots,
            leader_epoch: opened.leader_epoch,
            fixed,
            node,
            logs: opened.logs,
            partitions: Arc::clone(&partitions),
            clock: Arc::clone(&clock),
            random,
            limits: options.limits,
        })?;
        controller.start(&incarnation(random, &fronts))?;
        set_passwords(&controller, random, &options.users)?;
        let broker = controller.read(|view| view.configs().broker());
        let slots = usize::try_from(broker.fetch_session_slots).unwrap_or(0);
        let groups = coordinator::config(&broker, &options.limits);
        let coordinator = coordinator::groups(groups, controller.metadata(), &partitions, &clock)?;
        let controller = Arc::new(controller);
        let parts = transactions::Parts {
            controller: Arc::clone(&controller),
            groups: Arc::clone(&coordinator),
            clock: Arc::clone(&clock),
            ids_max: options.limits.transactional_ids,
        };
        let transactions = transactions::start(parts, &broker)?;
        let shares = Shares::start(&broker, &partitions, &clock, &options.limits)?;
        Ok(Arc::new(Broker {
            node_id: opened.node_id,
            cluster_id: opened.cluster_id,
            quotas: Quotas::new(&broker),
            authorizer,
            token_secret,
            clock,
            random,
            partitions,
            controller,
            coordinator,
            transactions,
            shares,
            sessions: Mutex::new(Sessions::new(slots, options.limits.session_partitions)),
            lending: Lending::default(),
            turns: Turns::default(),
            limits: options.limits,
            memory: Memory::new(broker.queued_max_request_bytes),
            creations: Creations::default(),
            fetch_bytes_max: usize::try_from(broker.fetch_max_bytes).unwrap_or(0),
        }))
    }

    /// Serves until told to stop, and then closes everything in order.
    pub async fn run(
        self: Arc<Self>,
        listeners: impl Into<Listeners>,
        stop: Stop,
    ) -> Result<(), BrokerError> {
        let Listeners(listeners) = listeners.into();
        let tend = |what, work| tokio::spawn(tended(Arc::clone(&self), what, work, stop.clone()));
        let coordinator = tend("the coordinator of groups", |broker, stop| {
            Box::pin(async move { Arc::clone(&broker.coordinator).run(stop).await })
        });
        let transactions = tend("the coordinator of transactions", |broker, stop| {
            Box::pin(async move { Arc::clone(&broker.transactions).run(stop).await })
        });
        let keeper = tend("the upkeep", |broker, stop| Box::pin(keeper::keep(broker, stop)));
        let cleaner = tend("the cleaner", |broker, stop| Box::pin(keeper::clean(broker, stop)));
        let shares = tend("the keeper of share groups", |broker, stop| {
            Box::pin(async move { broker.shares.run(&broker, stop).await })
        });
        let syncing = self.controller.logs().syncer().cloned();
        let syncing = syncing.map(|syncer| tokio::spawn(syncer.run()));
        let mut serving = tokio::task::JoinSet::new();
        let doors = Arc::new(Doors::new(listeners.len(), &self.config()));
        for listener in listeners {
            serving.spawn(listener.run(Arc::clone(&self), Arc::clone(&doors), stop.clone()));
        }
        serving.join_all().await;
        let _ = tokio::join!(coordinator, transactions, keeper, cleaner, shares);
        if let Some(syncing) = syncing {
            // Nobody waits any more, and the logs are about to be closed.
            syncing.abort();
        }
        Ok(self.controller.stop()?)
    }

    /// With `--fsync`, returns this moment.
    pub(crate) fn before_writing(&self) -> Option<Since> {
        self.controller.logs().syncer().map(|syncer| syncer.now())
    }

    /// With `--fsync`, waits until everything is durable that was appended before. An error says
    /// that something that the broker remembers could not be made so since a moment.
    pub(crate) async fn settled(&self, since: Option<Since>) -> Result<(), Unsynced> {
        match (self.controller.logs().syncer(), since) {
            (Some(syncer), Some(since)) => syncer.settled(since).await,
            _ => Ok(()),
        }
    }

    /// Returns the broker's configs as they stand.
    pub(crate) fn config(&self) -> BrokerConfig {
        self.controller.read(|view| view.configs().broker())
    }

    /// Returns the sessions of fetches. Those that a panic left half-changed are all closed.
    pub(crate) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        lock_or_mend(&self.sessions, Sessions::clear)
    }

    /// Returns Kafka's `node.id`.
    pub fn node_id(&self) -> i32 {
        self.node_id
    }

    /// Returns the cluster's id.
    pub fn cluster_id(&self) -> &str {
        &self.cluster_id
    }
}

/// Warns of the configs that were given and have no effect here.
fn tell_only_shown(fixed: &StaticConfig) {
    for name in fixed.values().keys() {
        if let Some(why) = table::why_only_shown(name) {
            warn!("`{name}` is kept and shown to clients, and has no effect here: {why}");
        }
    }
}

/// Something that goes on for as long as the broker serves.
type Work = fn(Arc<Broker>, Stop) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Does work until told to stop. A panic in it is no reason to leave it undone.
async fn tended(broker: Arc<Broker>, what: &'static str, work: Work, mut stop: Stop) {
    while let Err(panic) = caught(work(Arc::clone(&broker), stop.clone())).await {
        error!(%panic, "{what} broke down, and begins again");
        tokio::select! {
            () = stop.stopped() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

/// Returns what this life of the node is known by.
fn incarnation(random: Random, fronts: &[Arc<Front>]) -> Incarnation {
    let endpoints = fronts.iter().map(|front| front.endpoint()).collect();
    Incarnation { id: random.id(), endpoints, controller: Vec::new() }
}

/// Returns the listeners as Kafka's configs name them.
fn places(fronts: &[Arc<Front>]) -> String {
    let place = |front: &Arc<Front>| {
        let host =
            if front.host.contains(':') { format!("[{}]", front.host) } else { front.host.clone() };
        format!("{}://{host}:{}", front.name, front.port)
    };
    fronts.iter().map(place).collect::<Vec<_>>().join(",")
}

/// Returns what delegation tokens are made with, if there are to be any.
fn token_secret(fixed: &StaticConfig) -> Option<String> {
    let secret = fixed.get("delegation.token.secret.key").map(str::trim);
    secret.filter(|secret| !secret.is_empty()).map(str::to_owned)
}

/// Returns who decides, if somebody is to.
fn authorizer(fixed: &StaticConfig) -> Option<Authorizer> {
    let name = fixed.get("authorizer.class.name").map(str::trim).unwrap_or_default();
    let open = fixed.extra("allow.everyone.if.no.acl.found").unwrap_or("false");
    let open = open.trim().eq_ignore_ascii_case("true");
    let users = fixed.extra("super.users").unwrap_or_default();
    (!name.is_empty()).then(|| Authorizer::new(users, open))
}

/// Gives users their SCRAM credentials, in the metadata log.
fn set_passwords(
    controller: &Controller,
    random: Random,
    users: &[User],
) -> Result<(), BrokerError> {
    for user in users {
        let failed = |why: String| BrokerError::User { name: user.name.clone(), why };
        for mechanism in ScramMechanism::ALL {
            let salt = random.id().0;
            let set = controller.change(|view, _| {
                let (name, password) = (&user.name, &user.password);
                match meta::plan::set_password(view, name, password, mechanism, &salt) {
                    Ok(planned) => {
                        meta::plan::Planned { records: planned.records, response: Ok(()) }
                    }
                    Err(error) => meta::plan::Planned {
                        records: Vec::new(),
                        response: Err(error.to_string()),
                    },
                }
            });
            set.map_err(|error| failed(format!("{error}")))?.map_err(failed)?;
        }
    }
    Ok(())
}
