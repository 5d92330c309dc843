//! Requests as plans: the state and a request in, the records to append and the answer out.
//!
//! Every plan is a pure function. What it returns is appended as one atomic batch, applied with
//! [`State::apply`], and only then answered; a plan without records is answered at once.

use crate::base::ids::Uuid;
use crate::broker::config::{Configs, StaticConfig};
use crate::broker::meta::{MetadataRecord, State};

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
}

/// A plan: what to append, and what to answer once that is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned<R> {
    pub records: Vec<MetadataRecord>,
    pub response: R,
}
