//! How much the listeners take on: Kafka's limits of connections, and who holds how many.
//!
//! Source: `kafka.network.ConnectionQuotas`. The limits of the broker hold for all listeners
//! together; a listener may have its own (`listener.name.NAME.max.connections`, and the same of
//! `max.connection.creation.rate`). The listener between brokers, where it is not the only one,
//! stands outside of the broker's limits; Kafka closes idle connections of others for it, and
//! this broker does not.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

use crate::base::clock::Millis;
use crate::base::limits;
use crate::base::sync::lock;
use crate::broker::config::{BrokerConfig, Configs, Value};
use crate::broker::quota::rate::{Rate, Window};

/// The limits of a listener, as the broker's configs say at this moment.
#[derive(Clone, Debug)]
pub(super) struct Caps {
    listener: String,
    /// Whether brokers come in here, if any did.
    is_of_brokers: bool,
    /// `max.connections` of all listeners: more wait to be accepted until one has left.
    of_broker: Cap,
    /// The same of this listener.
    of_listener: Cap,
    /// `max.connections.per.ip`: more are closed at once.
    per_address: usize,
    /// `max.connections.per.ip.overrides`.
    overrides: HashMap<IpAddr, usize>,
    /// `connections.max.idle.ms`: none where it is negative.
    pub(super) idle: Option<Duration>,
    /// `socket.request.max.bytes`.
    pub(super) frame_bytes: usize,
}

/// How many connections there may be, and how many may come in a second.
#[derive(Clone, Copy, Debug)]
struct Cap {
    connections: usize,
    /// `max.connection.creation.rate`: more wait before they are served.
    rate: f64,
}

impl Caps {
    pub(super) fn of(configs: &Configs<'_>, listener: &str) -> Self {
        let broker = configs.broker();
        let count = |number: i32| usize::try_from(number).unwrap_or(0);
        let idle = u64::try_from(broker.connections_max_idle_ms).ok();
        let own = |name: &str| match configs.listener_value(listener, name) {
            Some(Value::Integer(number)) => i32::try_from(number).unwrap_or(i32::MAX),
            _ => i32::MAX,
        };
        let cap = |connections: i32, rate: i32| Cap {
            connections: count(connections).min(limits::CONNECTIONS_MAX),
            rate: f64::from(rate),
        };
        let named = broker.inter_broker_listener_name.as_str();
        let of_brokers =
            if named.is_empty() { &broker.security_inter_broker_protocol } else { named };
        Caps {
            listener: listener.to_owned(),
            is_of_brokers: of_brokers.eq_ignore_ascii_case(listener),
            of_broker: cap(broker.max_connections, broker.max_connection_creation_rate),
            of_listener: cap(own("max.connections"), own("max.connection.creation.rate")),
            per_address: count(broker.max_connections_per_ip),
            overrides: overrides(&broker.max_connections_per_ip_overrides),
            idle: idle.map(Duration::from_millis),
            frame_bytes: count(broker.socket_request_max_bytes).min(limits::FRAME_BYTES_MAX),
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

/// The connections of all listeners: how many there are, and how fast they came.
#[derive(Debug)]
pub(in crate::broker) struct Doors {
    listeners: usize,
    window: Window,
    counts: Mutex<Counts>,
    /// Told when a connection has left.
    pub(super) left: Notify,
}

#[derive(Debug)]
struct Counts {
    all: usize,
    by_listener: HashMap<String, usize>,
    by_address: HashMap<IpAddr, usize>,
    rate: Rate,
    rates: HashMap<String, Rate>,
}

impl Doors {
    pub(in crate::broker) fn new(listeners: usize, config: &BrokerConfig) -> Self {
        let window = Window::of(config.quota_window_num, config.quota_window_size_seconds);
        let counts = Counts {
            all: 0,
            by_listener: HashMap::new(),
            by_address: HashMap::new(),
            rate: Rate::new(window),
            rates: HashMap::new(),
        };
        Doors { listeners, window, counts: Mutex::new(counts), left: Notify::new() }
    }

    /// Says whether the broker's limits hold for a listener.
    fn is_bound(&self, caps: &Caps) -> bool {
        self.listeners == 1 || !caps.is_of_brokers
    }

    /// Says whether there is room for another connection.
    pub(super) fn has_room(&self, caps: &Caps) -> bool {
        let counts = lock(&self.counts);
        let own = counts.by_listener.get(&caps.listener).copied().unwrap_or(0);
        let bound = if self.is_bound(caps) { caps.of_broker.connections } else { usize::MAX };
        counts.all < bound.min(limits::CONNECTIONS_MAX) && own < caps.of_listener.connections
    }

    /// Counts a connection that came, and returns for how long the listener is to wait before it
    /// serves it.
    pub(super) fn came(&self, caps: &Caps, now: Millis) -> Duration {
        let mut counts = lock(&self.counts);
        let held_ms = |rate: &mut Rate, bound: f64| {
            rate.record(1.0, now);
            rate.throttle_ms(bound, now)
        };
        let of_broker = match self.is_bound(caps) {
            true => held_ms(&mut counts.rate, caps.of_broker.rate),
            false => 0,
        };
        let own = counts.rates.entry(caps.listener.clone());
        let own = own.or_insert_with(|| Rate::new(self.window));
        let held_ms = of_broker.max(held_ms(own, caps.of_listener.rate));
        Duration::from_millis(u64::try_from(held_ms.min(self.window.length_ms)).unwrap_or(0))
    }

    /// Takes a place for an address, unless it has all that it may have.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr, caps: &Caps) -> Option<Place> {
        let mut counts = lock(&self.counts);
        let count = counts.by_address.entry(address).or_default();
        if *count >= caps.of_address(address) {
            return None;
        }
        *count += 1;
        counts.all += 1;
        *counts.by_listener.entry(caps.listener.clone()).or_default() += 1;
        Some(Place { doors: Arc::clone(self), listener: caps.listener.clone(), address })
    }
}

/// A connection's place; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Place {
    doors: Arc<Doors>,
    listener: String,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.doors.counts);
        counts.all -= 1;
        if let Some(count) = counts.by_listener.get_mut(&self.listener) {
            *count -= 1;
        }
        if let Some(count) = counts.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.by_address.remove(&self.address);
            }
        }
        drop(counts);
        self.doors.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::config::{DynamicConfigs, StaticConfig};

    fn given(pairs: &[(&str, &str)], listeners: usize) -> (StaticConfig, Arc<Doors>) {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let fixed = StaticConfig::parse(pairs).unwrap();
        let config = Configs::new(&fixed, &DynamicConfigs::default(), 1).broker();
        (fixed, Arc::new(Doors::new(listeners, &config)))
    }

    fn caps(fixed: &StaticConfig, listener: &str) -> Caps {
        Caps::of(&Configs::new(fixed, &DynamicConfigs::default(), 1), listener)
    }

    #[test]
    fn an_address_holds_as_many_as_it_may() {
        let [one, two]: [IpAddr; 2] = ["127.0.0.1", "::1"].map(|text| text.parse().unwrap());
        let (fixed, doors) = given(
            &[
                ("max.connections.per.ip", "1"),
                ("max.connections.per.ip.overrides", "[::1]:2, 10.0.0.1:5"),
            ],
            2,
        );
        let (here, there) = (caps(&fixed, "A"), caps(&fixed, "B"));
        let first = doors.take(one, &here);
        assert!(first.is_some());
        // Of whatever listener.
        assert!(doors.take(one, &there).is_none());
        let others = [doors.take(two, &here), doors.take(two, &there)];
        assert!(others.iter().all(Option::is_some));
        assert!(doors.take(two, &here).is_none());
        drop(first);
        assert!(doors.take(one, &there).is_some());
    }

    #[test]
    fn the_broker_and_each_listener_hold_as_many_as_they_may() {
        let (fixed, doors) = given(
            &[
                ("max.connections", "3"),
                ("listener.name.out.max.connections", "1"),
                ("inter.broker.listener.name", "INNER"),
            ],
            3,
        );
        let [out, other, inner] = ["OUT", "OTHER", "INNER"].map(|name| caps(&fixed, name));
        let address = "127.0.0.1".parse().unwrap();
        let first = doors.take(address, &out);
        assert!(!doors.has_room(&out) && doors.has_room(&other));
        let more = [doors.take(address, &other), doors.take(address, &other)];
        assert!(!doors.has_room(&other), "{more:?}");
        // Brokers come in by a door of their own.
        assert!(doors.has_room(&inner));
        drop(first);
        assert!(doors.has_room(&out) && doors.has_room(&other));
    }

    #[test]
    fn who_comes_too_fast_waits() {
        let window = [("quota.window.num", "2"), ("quota.window.size.seconds", "1")];
        let [num, size] = window;
        let rates = [
            ("max.connection.creation.rate", "10"),
            ("listener.name.out.max.connection.creation.rate", "5"),
        ];
        let (fixed, doors) = given(&[num, size, rates[0], rates[1]], 2);
        let (out, other) = (caps(&fixed, "OUT"), caps(&fixed, "OTHER"));
        let waits: Vec<_> = (0..6).map(|_| doors.came(&out, 1000).as_millis()).collect();
        // Six in a second instead of five: a fifth of a second more.
        assert_eq!(waits, [0, 0, 0, 0, 0, 200]);
        let waits: Vec<_> = (0..5).map(|_| doors.came(&other, 1000).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 100]);
        // Never longer than a window.
        let waits = (0..100).map(|_| doors.came(&out, 1000).as_millis()).max();
        assert_eq!(waits, Some(1000));
        assert_eq!(doors.came(&out, 10_000).as_millis(), 0);
    }
}
