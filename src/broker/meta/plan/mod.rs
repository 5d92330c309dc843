//! Requests as plans: the state and a request in, the records to append and the answer out.
//!
//! Every plan is a pure function. What it returns is appended as one atomic batch, applied with
//! [`State::apply`], and only then answered; a plan without records is answered at once.
//! Codes and texts are those of Apache Kafka 4.3.1, collected by asking it.

mod acls;
mod alter;
mod alter_broker;
mod alter_configs;
mod alter_listener;
mod assignment;
mod auto_create;
mod cluster;
mod create_partitions;
mod create_topics;
mod delete_topics;
mod describe_configs;
mod elect_leaders;
mod producer_ids;
mod quotas;
mod reassign;
mod scram;
mod tokens;
mod unregister_broker;
mod update_features;

pub use acls::{create_acls, delete_acls, describe_acls};
pub use alter_configs::{alter_configs, incremental_alter_configs};
pub use auto_create::auto_create;
pub use cluster::{Incarnation, bootstrap, first_levels, start, stop, supported_features};
pub use create_partitions::create_partitions;
pub use create_topics::create_topics;
pub use delete_topics::delete_topics;
pub use describe_configs::describe_configs;
pub use elect_leaders::elect_leaders;
pub use producer_ids::{NoMoreProducerIds, ProducerIdBlock, producer_ids};
pub use quotas::{alter_client_quotas, describe_client_quotas};
pub use reassign::{alter_partition_reassignments, list_partition_reassignments};
pub use scram::{alter_user_scram_credentials, describe_user_scram_credentials, set_password};
pub use tokens::{
    Lifetimes, TokenDesk, create_token, expire_token, expired_tokens, hmac_of, renew_token,
};
pub use unregister_broker::unregister_broker;
pub use update_features::{KRAFT_VERSION, Updated, update_features};

use std::collections::BTreeSet;

use crate::base::ids::Uuid;
use crate::broker::config::{Configs, StaticConfig};
use crate::broker::meta::{MetadataRecord, State};
use crate::wire::ErrorCode;

/// The node that plans: the one broker and controller of its cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Kafka's `node.id`.
    pub id: i32,
    /// The id of its log directory (`directory.id` in `meta.properties`).
    pub directory: Uuid,
}

/// What a plan looks at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub state: &'a State,
    pub fixed: &'a StaticConfig,
    pub node: Node,
}

impl<'a> View<'a> {
    /// Returns the configs as they stand.
    pub fn configs(&self) -> Configs<'a> {
        Configs::new(self.fixed, self.state.configs(), self.node.id)
    }

    /// Says whether the cluster keeps eligible leader replicas (KIP-966).
    fn has_elr(&self) -> bool {
        self.state.feature("eligible.leader.replicas.version") >= 1
    }
}

/// A plan: what to append, and what to answer once that is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned<R> {
    pub records: Vec<MetadataRecord>,
    pub response: R,
}

/// Why one thing of a request is refused: the code, and Kafka's words for it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    code: ErrorCode,
    message: Option<String>,
}

impl Refusal {
    fn new(code: ErrorCode, message: impl ToString) -> Self {
        Refusal { code, message: Some(message.to_string()) }
    }

    /// Returns a refusal that is a code and nothing else.
    fn silent(code: ErrorCode) -> Self {
        Refusal { code, message: None }
    }
}

/// Kafka's text for a topic that there is not, by its name and by its id.
const NO_SUCH_NAME: &str = "This server does not host this topic-partition.";
const NO_SUCH_ID: &str = "This server does not host this topic ID.";
/// Kafka's text for a thing that a request names twice.
const DUPLICATE_NAME: &str = "Duplicate topic name.";
/// Kafka's text for a request that would make more partitions than one batch of the metadata
/// log can hold.
const TOO_MANY_PARTITIONS: &str = "Excessively large number of partitions per request.";

/// Returns the names that come more than once.
fn repeated<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    names.filter(|name| !seen.insert(*name)).collect()
}
