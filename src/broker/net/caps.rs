//! How much a listener takes on: Kafka's limits of connections, and who holds how many.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::base::limits::{FRAME_BYTES_MAX, Limits};
use crate::base::sync::lock;
use crate::broker::config::BrokerConfig;

/// The limits, as the broker's configs say at this moment.
#[derive(Clone, Debug)]
pub(super) struct Caps {
    /// `max.connections`: more wait to be accepted until one has left.
    pub(super) connections: usize,
    /// `max.connections.per.ip`: more are closed at once.
    per_address: usize,
    /// `max.connections.per.ip.overrides`.
    overrides: HashMap<IpAddr, usize>,
    /// `connections.max.idle.ms`: none where it is negative.
    pub(super) idle: Option<Duration>,
    /// `socket.request.max.bytes`.
    pub(super) frame_bytes: usize,
}

impl Caps {
    pub(super) fn of(broker: &BrokerConfig, limits: &Limits) -> Self {
        let count = |number: i32| usize::try_from(number).unwrap_or(0);
        let idle = u64::try_from(broker.connections_max_idle_ms).ok();
        Caps {
            connections: count(broker.max_connections).min(limits.connections),
            per_address: count(broker.max_connections_per_ip),
            overrides: overrides(&broker.max_connections_per_ip_overrides),
            idle: idle.map(Duration::from_millis),
            frame_bytes: count(broker.socket_request_max_bytes).min(FRAME_BYTES_MAX),
        }
    }

    fn of_address(&self, address: IpAddr) -> usize {
        self.overrides.get(&address).copied().unwrap_or(self.per_address)
    }
}

/// Reads `address:number,…`. A host's name is not looked up: only addresses count.
fn overrides(text: &str) -> HashMap<IpAddr, usize> {
    let pairs = text.split(',').filter_map(|pair| {
        let (address, number) = pair.trim().rsplit_once(':')?;
        let address = address.trim_matches(['[', ']']);
        Some((address.parse().ok()?, number.trim().parse().ok()?))
    });
    pairs.collect()
}

/// How many connections each address holds, by all listeners.
#[derive(Clone, Debug, Default)]
pub(in crate::broker) struct Held(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Held {
    /// Returns how many there are in all.
    pub(super) fn count(&self) -> usize {
        lock(&self.0).values().sum()
    }

    /// Takes a place for an address, unless it has all that it may have.
    pub(super) fn take(&self, address: IpAddr, caps: &Caps) -> Option<Place> {
        let mut held = lock(&self.0);
        if held.get(&address).copied().unwrap_or(0) >= caps.of_address(address) {
            return None;
        }
        *held.entry(address).or_default() += 1;
        Some(Place { held: self.clone(), address })
    }
}

/// A connection's place; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Place {
    held: Held,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = lock(&self.held.0);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_as_many_as_it_may() {
        let [one, two]: [IpAddr; 2] = ["127.0.0.1", "::1"].map(|text| text.parse().unwrap());
        let caps = Caps {
            connections: 10,
            per_address: 1,
            overrides: overrides("[::1]:2, 10.0.0.1:5, nonsense"),
            idle: None,
            frame_bytes: 1,
        };
        let held = Held::default();
        let first = held.take(one, &caps);
        assert_eq!(held.count(), 1);
        assert!(first.is_some());
        assert!(held.take(one, &caps).is_none());
        let others = [held.take(two, &caps), held.take(two, &caps)];
        assert!(others.iter().all(Option::is_some));
        assert!(held.take(two, &caps).is_none());
        drop(first);
        assert!(held.take(one, &caps).is_some());
    }
}
