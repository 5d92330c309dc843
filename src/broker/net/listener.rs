//! The listener: accepts connections, counts them, and ends them all when told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::warn;

use super::caps::{Caps, Held};
use super::connection;
use crate::broker::Broker;
use crate::broker::api::Peer;

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
}

impl Listener {
    /// Binds an address; port 0 picks a free one.
    pub async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        let inner = TcpListener::bind(address).await?;
        let address = inner.local_addr()?;
        Ok(Listener { inner, address })
    }

    /// Returns the address that is listened on, with its real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts and serves connections until told to stop; then ends them all.
    pub async fn run(self, broker: Arc<Broker>, mut stop: Stop) {
        let held = Held::default();
        let mut connections = JoinSet::new();
        loop {
            let caps = Caps::of(&broker.config());
            let room = connections.len() < caps.connections;
            let accepted = tokio::select! {
                () = stop.stopped() => break,
                Some(_) = connections.join_next(), if !connections.is_empty() => continue,
                accepted = self.inner.accept(), if room => accepted,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, or a peer that left already: neither is our end.
                    warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let Some(place) = held.take(address.ip(), &caps) else {
                warn!(%address, "too many connections from one address");
                continue;
            };
            let broker = Arc::clone(&broker);
            let peer = Peer { address, connection: broker.shares.connect() };
            connections.spawn(async move {
                connection::serve(broker, stream, peer, &caps).await;
                drop(place);
            });
        }
        connections.shutdown().await;
    }
}
