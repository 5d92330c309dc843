//! Tests: the cluster's state, its records, and the plans of every request that changes it.
//!
//! The codes and texts in the tables were collected from Apache Kafka 4.3.1, one node, asked
//! over the wire.

mod configs;
mod describe;
mod records;
mod replay;
mod table;
mod topic_configs;
mod topics;

use rk::base::ids::Uuid;
use rk::broker::config::StaticConfig;
use rk::broker::meta::plan::{self, Incarnation, Node, Planned, View};
use rk::broker::meta::state::Endpoint;
use rk::broker::meta::{MetadataRecord, State};
use rk::wire::ErrorCode;

/// A cluster of one node whose metadata log is a list.
pub(crate) struct Cluster {
    pub(crate) state: State,
    pub(crate) fixed: StaticConfig,
    pub(crate) node: Node,
    pub(crate) log: Vec<MetadataRecord>,
    ids: u8,
}

impl Cluster {
    /// A new cluster whose node has started, given these configs.
    pub(crate) fn new(configs: &[(&str, &str)]) -> Self {
        let pairs = configs.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let mut cluster = Cluster {
            state: State::default(),
            fixed: StaticConfig::parse(pairs).unwrap(),
            node: Node { id: 1, directory: Uuid([7; 16]) },
            // The quorum's own record, which is none of the state's.
            log: vec![MetadataRecord::NoOp(Default::default())],
            ids: 0,
        };
        cluster.append(plan::bootstrap(None));
        cluster.start();
        cluster
    }

    pub(crate) fn view(&self) -> View<'_> {
        View { state: &self.state, fixed: &self.fixed, node: self.node }
    }

    pub(crate) fn append(&mut self, records: Vec<MetadataRecord>) {
        for record in records {
            self.state.apply(&record).unwrap();
            self.log.push(record);
        }
    }

    /// Starts the node (again).
    pub(crate) fn start(&mut self) {
        let batches = plan::start(&self.view(), &incarnation(), self.log.len() as i64);
        batches.into_iter().for_each(|batch| self.append(batch));
    }

    /// Stops the node in order.
    pub(crate) fn stop(&mut self) {
        let batches = plan::stop(&self.view());
        batches.into_iter().for_each(|batch| self.append(batch));
    }

    /// Does what a plan says, and returns its answer.
    pub(crate) fn act<R>(
        &mut self,
        plan: impl FnOnce(&View, &mut dyn FnMut() -> Uuid) -> Planned<R>,
    ) -> R {
        let mut next = self.ids;
        let mut ids = || {
            next += 1;
            Uuid([next; 16])
        };
        let planned = plan(&self.view(), &mut ids);
        self.ids = next;
        self.append(planned.records);
        planned.response
    }

    /// Returns the records that came since the log had `length`.
    pub(crate) fn since(&self, length: usize) -> &[MetadataRecord] {
        &self.log[length..]
    }
}

pub(crate) fn incarnation() -> Incarnation {
    let at = |name: &str, port| Endpoint {
        name: name.to_owned(),
        host: "127.0.0.1".to_owned(),
        port,
        security_protocol: 0,
    };
    Incarnation {
        id: Uuid([9; 16]),
        endpoints: vec![at("PLAINTEXT", 19_392)],
        controller: vec![at("CONTROLLER", 19_393)],
    }
}

/// An answer as a row of a table: the code, and the text or nothing.
pub(crate) fn row(code: i16, message: &Option<String>) -> (ErrorCode, &str) {
    (ErrorCode(code), message.as_deref().unwrap_or(""))
}
