//! Asking a cluster: to whichever broker the question belongs, until it is answered.
//!
//! Blocking, one question at a time. Connections are opened when first needed and kept.

use std::collections::BTreeMap;
use std::time::Duration;

use super::conn::Conn;
use super::error::{Attempt, ClientError};
use super::options::{Options, Properties};
use crate::base::clock::Moment;
use crate::wire::ErrorCode;
use crate::wire::messages::find_coordinator::{FindCoordinatorRequest, FindCoordinatorResponse};
use crate::wire::messages::metadata::{
    MetadataRequest, MetadataRequestTopic, MetadataResponse, MetadataResponseTopic,
};
use crate::wire::schema::Request;

/// How long something that may well succeed in a moment is tried.
const RETRY_FOR: Duration = Duration::from_secs(15);
/// The pause before the first repetition; it doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// Whom a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// Whichever broker answers.
    Any,
    /// The controller, or the broker that speaks for it.
    Controller,
    /// The broker with this id.
    Id(i32),
}

/// A broker of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    pub node_id: i32,
    pub host: String,
    pub port: u16,
    pub rack: Option<String>,
}

/// A client of a cluster.
pub struct Admin {
    options: Options,
    /// The connection by which the cluster was entered.
    entry: Option<Conn>,
    conns: BTreeMap<i32, Conn>,
    brokers: BTreeMap<i32, Broker>,
    controller_id: i32,
    cluster_id: Option<String>,
    /// Which broker coordinates a group.
    coordinators: BTreeMap<String, i32>,
}

impl Admin {
    /// Connects to the first broker of `brokers` (`HOST:PORT`, separated by commas) that answers
    /// and learns who else is there. `properties` have librdkafka's names.
    ///
    /// # Errors
    ///
    /// [`ClientError::Unreachable`] when none answers within a few seconds
    /// (`socket.connection.setup.timeout.ms`, for all addresses together).
    pub fn open(brokers: &str, properties: &Properties) -> Result<Self, ClientError> {
        let mut admin = Admin {
            options: Options::of(brokers, properties)?,
            entry: None,
            conns: BTreeMap::new(),
            brokers: BTreeMap::new(),
            controller_id: -1,
            cluster_id: None,
            coordinators: BTreeMap::new(),
        };
        admin.refresh()?;
        Ok(admin)
    }

    /// The settings of its connections.
    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// Gives the connection to a broker away, if there is one.
    pub(super) fn take_connection(&mut self, node_id: i32) -> Option<Conn> {
        self.conns.remove(&node_id)
    }

    /// The brokers of the cluster, as last heard, by id.
    pub fn brokers(&self) -> impl Iterator<Item = &Broker> {
        self.brokers.values()
    }

    /// The broker with an id, as last heard.
    pub fn broker(&self, node_id: i32) -> Option<&Broker> {
        self.brokers.get(&node_id)
    }

    /// The id of the controller, as last heard.
    pub fn controller_id(&self) -> Option<i32> {
        (self.controller_id >= 0).then_some(self.controller_id)
    }

    /// The cluster's id, if it has one.
    pub fn cluster_id(&self) -> Option<&str> {
        self.cluster_id.as_deref()
    }

    /// Sends a request to a node, in the highest version that both sides speak, and returns the
    /// response. Error codes inside the response are the caller's.
    pub fn call<R: Request>(
        &mut self,
        node: Node,
        make: impl Fn(i16) -> R,
    ) -> Result<R::Response, ClientError> {
        let reused = self.has_connection(node);
        match self.conn(node)?.call(&make) {
            // A connection that rested may have been closed meanwhile: that is no answer.
            Err(ClientError::Disconnected { .. }) if reused => {
                self.forget_connection(node);
                self.conn(node)?.call(&make)
            }
            Err(e @ (ClientError::Disconnected { .. } | ClientError::Timeout { .. })) => {
                self.forget_connection(node);
                Err(e)
            }
            other => other,
        }
    }

    /// Returns the version in which [`Admin::call`] would send a request to a node.
    pub fn version_of<R: Request>(&mut self, node: Node) -> Result<i16, ClientError> {
        self.conn(node)?.version_of::<R>()
    }

    /// Sends a request to every broker of the cluster and returns each one's answer.
    pub fn call_all<R: Request>(
        &mut self,
        make: impl Fn(i16) -> R,
    ) -> Vec<(Broker, Result<R::Response, ClientError>)> {
        let brokers: Vec<Broker> = self.brokers.values().cloned().collect();
        let ask = |broker: Broker| {
            let answer = self.call(Node::Id(broker.node_id), &make);
            (broker, answer)
        };
        brokers.into_iter().map(ask).collect()
    }

    /// Does something again and again, with growing pauses, while its error is transient
    /// ([`ClientError::is_transient`]); gives up after a while. `what` names it in that error.
    pub fn retry<T>(
        &mut self,
        what: &str,
        mut attempt: impl FnMut(&mut Admin) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let start = Moment::now();
        let until = start.after(RETRY_FOR);
        let mut pause = PAUSE_MIN;
        loop {
            let error = match attempt(self) {
                Err(e) if e.is_transient() => e,
                other => return other,
            };
            if until.remaining() <= pause {
                let (what, last) = (what.to_owned(), Box::new(error));
                return Err(ClientError::GaveUp { what, after: RETRY_FOR, last });
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// Asks for the cluster's brokers and for topics: all of them, or those named. Never creates
    /// a topic. A topic that does not exist is in the response with its error code.
    pub fn metadata(&mut self, topics: Option<&[&str]>) -> Result<MetadataResponse, ClientError> {
        let named = |name: &&str| MetadataRequestTopic {
            name: Some((*name).to_owned()),
            ..MetadataRequestTopic::default()
        };
        let topics: Option<Vec<_>> = topics.map(|names| names.iter().map(named).collect());
        let answer = self.call(Node::Any, |version| MetadataRequest {
            // In version 0 an empty list, not null, asks for all.
            topics: topics.clone().or_else(|| (version == 0).then(Vec::new)),
            // Older versions have no such field: there the broker's own setting decides.
            allow_auto_topic_creation: version < 4,
            ..MetadataRequest::default()
        })?;
        ClientError::check(answer.error_code, None)?;
        self.learn(&answer);
        Ok(answer)
    }

    /// Describes topics that must exist: [`ClientError::NoTopic`] for the first that does not.
    pub fn topics(&mut self, names: &[&str]) -> Result<Vec<MetadataResponseTopic>, ClientError> {
        self.retry("learning the topics' partitions", |admin| {
            let answer = admin.metadata(Some(names))?;
            for topic in &answer.topics {
                let name = topic.name.as_deref().unwrap_or_default();
                match ErrorCode(topic.error_code) {
                    ErrorCode::UNKNOWN_TOPIC_OR_PARTITION => {
                        return Err(ClientError::NoTopic { topic: name.to_owned() });
                    }
                    code => ClientError::check(code.0, Some(&format!("topic `{name}`")))?,
                }
            }
            Ok(answer.topics)
        })
    }

    /// Returns the id of the broker that coordinates a group.
    pub fn coordinator(&mut self, group: &str) -> Result<Node, ClientError> {
        if let Some(node_id) = self.coordinators.get(group) {
            return Ok(Node::Id(*node_id));
        }
        let node_id = self.retry("finding the group's coordinator", |admin| {
            let answer = admin.call(Node::Any, |version| find_group(group, version))?;
            let (node_id, host, port) = coordinator_in(answer)?;
            let port = u16::try_from(port).unwrap_or_default();
            let known = admin.brokers.entry(node_id).or_insert_with(|| Broker {
                node_id,
                host: String::new(),
                port,
                rack: None,
            });
            (known.host, known.port) = (host, port);
            Ok(node_id)
        })?;
        self.coordinators.insert(group.to_owned(), node_id);
        Ok(Node::Id(node_id))
    }

    /// Forgets who coordinates a group: after NOT_COORDINATOR.
    pub fn forget_coordinator(&mut self, group: &str) {
        self.coordinators.remove(group);
    }

    /// Sends a request to a group's coordinator. `code` finds the error code in the response;
    /// while it says that the coordinator has moved or is loading, the request is repeated.
    pub fn call_coordinator<R: Request>(
        &mut self,
        group: &str,
        make: impl Fn(i16) -> R,
        code: impl Fn(&R::Response) -> i16,
    ) -> Result<R::Response, ClientError> {
        self.retry("asking the group's coordinator", |admin| {
            let node = admin.coordinator(group)?;
            let answer = admin.call(node, &make)?;
            let code = ErrorCode(code(&answer));
            match code {
                ErrorCode::NOT_COORDINATOR
                | ErrorCode::COORDINATOR_NOT_AVAILABLE
                | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS => {
                    admin.forget_coordinator(group);
                    Err(ClientError::Refused { code, message: None })
                }
                _ => Ok(answer),
            }
        })
    }

    /// Asks anew who is in the cluster.
    fn refresh(&mut self) -> Result<(), ClientError> {
        self.metadata(Some(&[])).map(|_| ())
    }

    fn learn(&mut self, answer: &MetadataResponse) {
        self.controller_id = answer.controller_id;
        self.cluster_id = answer.cluster_id.clone().or(self.cluster_id.take());
        self.brokers = (answer.brokers.iter())
            .map(|b| {
                let port = u16::try_from(b.port).unwrap_or_default();
                let broker =
                    Broker { node_id: b.node_id, host: b.host.clone(), port, rack: b.rack.clone() };
                (b.node_id, broker)
            })
            .collect();
    }

    fn node_id(&self, node: Node) -> Option<i32> {
        match node {
            Node::Any => None,
            Node::Controller => self.controller_id(),
            Node::Id(node_id) => Some(node_id),
        }
    }

    fn has_connection(&self, node: Node) -> bool {
        match self.node_id(node) {
            None => self.entry.is_some(),
            Some(node_id) => self.conns.contains_key(&node_id),
        }
    }

    fn forget_connection(&mut self, node: Node) {
        match self.node_id(node) {
            None => self.entry = None,
            Some(node_id) => drop(self.conns.remove(&node_id)),
        }
    }

    /// Returns the connection to a node, opened if need be.
    fn conn(&mut self, node: Node) -> Result<&mut Conn, ClientError> {
        let Some(node_id) = self.node_id(node) else {
            if self.entry.is_none() {
                self.entry = Some(self.enter()?);
            }
            return self.entry.as_mut().ok_or(ClientError::Unreachable { attempts: Vec::new() });
        };
        if !self.conns.contains_key(&node_id) {
            if !self.brokers.contains_key(&node_id) {
                self.refresh()?;
            }
            let broker = self.brokers.get(&node_id).ok_or(ClientError::NoNode { node: node_id })?;
            let until = Moment::now().after(self.options.connect_timeout);
            let conn = Conn::open(&broker.host, broker.port, &self.options, until)?;
            self.conns.insert(node_id, conn);
        }
        self.conns.get_mut(&node_id).ok_or(ClientError::NoNode { node: node_id })
    }

    /// Connects to the first address that answers: of the list given, then of the brokers known.
    fn enter(&self) -> Result<Conn, ClientError> {
        let until = Moment::now().after(self.options.connect_timeout);
        let known = self.brokers.values().map(|b| (b.host.clone(), b.port));
        let mut all = self.options.bootstrap.clone();
        for address in known {
            if !all.contains(&address) {
                all.push(address);
            }
        }
        let mut attempts: Vec<Attempt> = Vec::new();
        for (i, (host, port)) in all.iter().enumerate() {
            let share = u32::try_from(all.len() - i).unwrap_or(1);
            let until = Moment::now().after(until.remaining() / share);
            match Conn::open(host, *port, &self.options, until) {
                Ok(conn) => return Ok(conn),
                Err(ClientError::Unreachable { attempts: one }) => attempts.extend(one),
                // One that answers in the wrong way is worth more words than one that does not.
                Err(e) if i + 1 == all.len() && attempts.is_empty() => return Err(e),
                Err(e) => attempts
                    .push(Attempt { address: format!("{host}:{port}"), cause: e.to_string() }),
            }
        }
        Err(ClientError::Unreachable { attempts })
    }
}

fn find_group(group: &str, version: i16) -> FindCoordinatorRequest {
    // Version 4 asks for many keys at once (KIP-699).
    let (key, coordinator_keys) = match version {
        ..4 => (group.to_owned(), Vec::new()),
        _ => (String::new(), vec![group.to_owned()]),
    };
    FindCoordinatorRequest { key, key_type: 0, coordinator_keys }
}

/// Reads the one coordinator that was asked for.
fn coordinator_in(answer: FindCoordinatorResponse) -> Result<(i32, String, i32), ClientError> {
    match answer.coordinators.into_iter().next() {
        Some(c) => {
            ClientError::check(c.error_code, c.error_message.as_deref())?;
            Ok((c.node_id, c.host, c.port))
        }
        None => {
            ClientError::check(answer.error_code, answer.error_message.as_deref())?;
            Ok((answer.node_id, answer.host, answer.port))
        }
    }
}
