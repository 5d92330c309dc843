//! The listener: accepts connections, counts them, and ends them all when told to stop.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, warn};

use super::caps::{Caps, Doors};
use super::connection;
use super::front::{Front, FrontError, User};
use crate::base::caught::caught;
use crate::broker::Broker;
use crate::broker::api::Peer;
use crate::broker::config::StaticConfig;
use crate::broker::config::listeners::ListenerConfig;

/// How many connections may wait to be accepted where `socket.listen.backlog.size` is not given.
const BACKLOG: u32 = 1024;

/// How often limits are looked at anew while there is no room.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How long no connection is accepted after one could not be.
const PAUSE: Duration = Duration::from_millis(50);

/// Tells everything that runs to stop. Dropping it stops as well.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Knows when to stop.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits until it is time to stop.
    pub async fn stopped(&mut self) {
        // An error means that the stopper is gone, which says the same.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Says whether it is time to stop.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }
}

/// Returns the two ends of a stop.
pub fn stop() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

/// A bound listener. It serves once it runs.
#[derive(Debug)]
pub struct Listener {
    inner: TcpListener,
    address: SocketAddr,
    front: Arc<Front>,
}

/// The listeners of a broker.
#[derive(Debug)]
pub struct Listeners(pub(in crate::broker) Vec<Listener>);

impl From<Listener> for Listeners {
    fn from(listener: Listener) -> Self {
        Listeners(vec![listener])
    }
}

/// What the broker is told of its listeners before they run.
#[derive(Debug)]
pub struct Fronts(pub(in crate::broker) Vec<Arc<Front>>);

impl From<SocketAddr> for Fronts {
    fn from(address: SocketAddr) -> Self {
        Fronts(vec![Arc::new(Front::plaintext(address))])
    }
}

impl From<&Listeners> for Fronts {
    fn from(listeners: &Listeners) -> Self {
        Fronts(listeners.0.iter().map(|listener| Arc::clone(&listener.front)).collect())
    }
}

impl Listeners {
    /// Binds all listeners that are configured. The users can log in by PLAIN on each of them.
    pub async fn open(
        all: &[ListenerConfig],
        config: &StaticConfig,
        users: &[User],
    ) -> Result<Self, FrontError> {
        let mut listeners = Vec::new();
        for listener in all {
            let host = if listener.host.is_empty() { "0.0.0.0" } else { &listener.host };
            let failed =
                |error| FrontError::Bind { address: format!("{host}:{}", listener.port), error };
            let inner = bind((host, listener.port), config).await.map_err(failed)?;
            let address = inner.local_addr().map_err(failed)?;
            let front = Arc::new(Front::of(listener, config, users, address)?);
            listeners.push(Listener { inner, address, front });
        }
        Ok(Listeners(listeners))
    }

    /// Returns the listeners' names, protocols and addresses.
    pub fn addresses(&self) -> Vec<(String, &'static str, SocketAddr)> {
        let told = self.0.iter().map(|listener| {
            let front = &listener.front;
            (front.name.clone(), front.protocol.name(), listener.address)
        });
        told.collect()
    }
}

impl Listener {
    /// Binds an address that is open to everybody; port 0 picks a free one.
    pub async fn bind(address: SocketAddr, config: &StaticConfig) -> std::io::Result<Self> {
        let inner = bind(address, config).await?;
        let address = inner.local_addr()?;
        Ok(Listener { inner, address, front: Arc::new(Front::plaintext(address)) })
    }

    /// Returns the address that is listened on, with its real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts and serves connections until told to stop; then ends them all.
    pub(in crate::broker) async fn run(
        self,
        broker: Arc<Broker>,
        doors: Arc<Doors>,
        mut stop: Stop,
    ) {
        let mut connections = JoinSet::new();
        while let Err(panic) =
            caught(pin!(self.accept(&broker, &doors, &mut connections, &mut stop))).await
        {
            error!(listener = %self.front.name, %panic, "a listener broke down, and goes on");
            tokio::time::sleep(PAUSE).await;
        }
        connections.shutdown().await;
    }

    async fn accept(
        &self,
        broker: &Arc<Broker>,
        doors: &Arc<Doors>,
        connections: &mut JoinSet<()>,
        stop: &mut Stop,
    ) {
        loop {
            let caps = broker
                .controller
                .read(|view| Caps::of(&view.configs(), &self.front.name, &broker.limits));
            // Asking to be told first, and looking then, misses nobody who leaves in between.
            let left = doors.left.notified();
            let room = doors.has_room(&caps);
            let accepted = tokio::select! {
                () = stop.stopped() => return,
                Some(ended) = connections.join_next(), if !connections.is_empty() => {
                    if let Err(error) = ended {
                        error!(%error, "a connection broke down at its end");
                    }
                    continue;
                }
                () = left, if !room => continue,
                // The limits may be others meanwhile.
                () = tokio::time::sleep(LOOK_AGAIN), if !room => continue,
                accepted = self.inner.accept(), if room => accepted,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, or a peer that left already: neither is our end.
                    warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // Everybody waits behind those who come too fast, as in Kafka.
            let pause = doors.came(&caps, broker.clock.now());
            if !pause.is_zero() {
                tokio::select! {
                    () = stop.stopped() => return,
                    () = tokio::time::sleep(pause) => {}
                }
            }
            let held_ms = excess_ms(broker, address);
            if held_ms > 0 {
                // Kept waiting and then closed, so that trying again takes its time.
                connections.spawn(async move {
                    tokio::time::sleep(Duration::from_millis(held_ms)).await;
                    drop(stream);
                });
                continue;
            }
            let Some(place) = doors.take(address.ip(), &caps) else {
                warn!(%address, "too many connections from one address");
                continue;
            };
            let (broker, front) = (Arc::clone(broker), Arc::clone(&self.front));
            let (connection, claim) = (broker.shares.connect(), broker.memory.claim());
            connections.spawn(async move {
                connection::serve(
                    broker,
                    stream,
                    Peer::new(address, front, connection, claim),
                    &caps,
                )
                .await;
                drop(place);
            });
        }
    }
}

/// Binds the first of a host's addresses that can be bound, with what is configured of sockets.
/// What is not given is the system's: it sizes buffers as it goes, and Kafka's backlog is short.
async fn bind(
    address: impl tokio::net::ToSocketAddrs,
    config: &StaticConfig,
) -> std::io::Result<TcpListener> {
    let given = |name: &str| config.get(name).and_then(|text| text.trim().parse::<u32>().ok());
    let mut failed = None;
    for address in tokio::net::lookup_host(address).await? {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        socket.set_reuseaddr(true)?;
        // Accepted sockets inherit both.
        if let Some(bytes) = given("socket.receive.buffer.bytes") {
            socket.set_recv_buffer_size(bytes)?;
        }
        if let Some(bytes) = given("socket.send.buffer.bytes") {
            socket.set_send_buffer_size(bytes)?;
        }
        let backlog = given("socket.listen.backlog.size").unwrap_or(BACKLOG);
        match socket.bind(address).and_then(|()| socket.listen(backlog)) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.unwrap_or_else(|| std::io::ErrorKind::AddrNotAvailable.into()))
}

/// Counts a connection against its address's quota: for how long it is too many.
fn excess_ms(broker: &Broker, address: SocketAddr) -> u64 {
    if !broker.controller.has_quotas() {
        return 0;
    }
    let (state, now) = (broker.controller.state(), broker.clock.now());
    let held_ms = broker.quotas.connect(&state, address.ip().to_canonical(), now);
    u64::try_from(held_ms).unwrap_or(0)
}
