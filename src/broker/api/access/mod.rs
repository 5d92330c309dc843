//! What each API asks of the authorizer, before and after its handler.
//!
//! Every request says it here ([`Guarded`]), as `KafkaApis` and `ControllerApis` of Kafka 4.3.1
//! check it: the table of APIs does not compile with one that does not. What is not allowed is
//! taken out of the request, the handler does the rest, and the refusals go into its answer.
//! Without an authorizer nothing of this is looked at.

mod access_control;
mod cluster;
mod configs;
mod groups;
mod metadata;
mod open;
mod share;
mod topics;
mod transactions;

use std::sync::Arc;

use super::{Context, authorized};
use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::auth::Authorizer;
use crate::broker::auth::authorizer::Asker;
use crate::broker::coord::group::Sight;
use crate::broker::meta::State;
use crate::broker::meta::acl::{CLUSTER_NAME, Operation, ResourceType};
use crate::wire::schema::Request;

/// A request that says what it asks of the authorizer.
pub(super) trait Guarded: Request {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response>;
}

/// What becomes of a request.
pub(super) enum Verdict<R> {
    /// The handler answers.
    Go,
    /// The handler answers what is left, and its answer is completed.
    Then(Box<dyn FnOnce(&mut R) + Send>),
    /// Nothing is done.
    Refused(R),
}

impl<R> Verdict<R> {
    fn then(after: impl FnOnce(&mut R) + Send + 'static) -> Self {
        Verdict::Then(Box::new(after))
    }
}

/// The one who asks, before the authorizer.
pub(crate) struct Gate<'a> {
    authorizer: &'a Authorizer,
    state: Arc<State>,
    version: i16,
    asker: Asker<'a>,
}

impl<'a> Gate<'a> {
    /// Returns the gate, if there is one.
    pub(crate) fn of(broker: &'a Broker, cx: &Context<'a>) -> Option<Self> {
        let authorizer = broker.authorizer.as_ref()?;
        let asker = Asker { principal: cx.peer.principal.text(), host: &cx.peer.host };
        Some(Gate { authorizer, state: broker.controller.state(), version: cx.version, asker })
    }

    /// Says whether an operation on a resource is allowed.
    pub(crate) fn may(&self, operation: Operation, kind: ResourceType, name: &str) -> bool {
        let acls = self.state.access().acls();
        self.authorizer.allows(acls, self.asker, operation, kind, name)
    }

    pub(crate) fn may_topic(&self, operation: Operation, topic: &str) -> bool {
        self.may(operation, ResourceType::Topic, topic)
    }

    fn may_group(&self, operation: Operation, group: &str) -> bool {
        self.may(operation, ResourceType::Group, group)
    }

    pub(crate) fn may_transaction(&self, operation: Operation, id: &str) -> bool {
        self.may(operation, ResourceType::TransactionalId, id)
    }

    pub(crate) fn may_cluster(&self, operation: Operation) -> bool {
        self.may(operation, ResourceType::Cluster, CLUSTER_NAME)
    }

    /// Says whether an operation is allowed on any resource of a kind.
    fn may_any(&self, operation: Operation, kind: ResourceType) -> bool {
        self.authorizer.allows_any(self.state.access().acls(), self.asker, operation, kind)
    }

    /// Returns a topic's name, by its id.
    fn topic_of(&self, id: Uuid) -> Option<&str> {
        self.state.topic_by_id(id).map(|topic| topic.name.as_str())
    }

    /// Returns the operations of a set that are allowed on a resource.
    fn operations(&self, among: i32, kind: ResourceType, name: &str) -> i32 {
        let known = Operation::ALL.iter().filter(|operation| among & bit(**operation) != 0);
        let allowed = known.filter(|operation| self.may(**operation, kind, name));
        allowed.fold(0, |set, operation| set | bit(*operation))
    }

    fn group_operations(&self, group: &str) -> i32 {
        self.operations(authorized::GROUP, ResourceType::Group, group)
    }

    fn topic_operations(&self, topic: &str) -> i32 {
        self.operations(authorized::TOPIC, ResourceType::Topic, topic)
    }

    /// Returns the operations on the cluster: none for one who may not even describe it.
    fn cluster_operations(&self) -> i32 {
        match self.may_cluster(Operation::Describe) {
            true => self.operations(authorized::CLUSTER, ResourceType::Cluster, CLUSTER_NAME),
            false => 0,
        }
    }

    /// Returns which topics may be described, to be asked when that is known.
    pub(crate) fn sight(&self) -> Sight {
        let later = self.later();
        Sight::of(move |topic| later.gate().may_topic(Operation::Describe, topic))
    }

    /// Returns a gate that outlives the request: for what is only known afterwards.
    fn later(&self) -> Later {
        Later {
            authorizer: self.authorizer.clone(),
            state: Arc::clone(&self.state),
            version: self.version,
            principal: self.asker.principal.to_owned(),
            host: self.asker.host.to_owned(),
        }
    }
}

fn bit(operation: Operation) -> i32 {
    1 << operation.code()
}

/// A gate to be asked when the handler has answered.
struct Later {
    authorizer: Authorizer,
    state: Arc<State>,
    version: i16,
    principal: String,
    host: String,
}

impl Later {
    fn gate(&self) -> Gate<'_> {
        Gate {
            authorizer: &self.authorizer,
            state: Arc::clone(&self.state),
            version: self.version,
            asker: Asker { principal: &self.principal, host: &self.host },
        }
    }
}

/// Takes out of a list what is not allowed, in its order.
fn take_denied<T>(all: &mut Vec<T>, allowed: impl Fn(&T) -> bool) -> Vec<T> {
    let (kept, denied) = std::mem::take(all).into_iter().partition(allowed);
    *all = kept;
    denied
}

/// Kafka's text for one who may not do something to the cluster. (Kafka's goes on to name the
/// request and its connection.)
fn needs(operation: Operation) -> Option<String> {
    Some(format!("Request needs {} permission.", operation.name()))
}
