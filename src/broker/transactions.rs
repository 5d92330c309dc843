//! The coordinator of transactions in its shell: what it is told, and its deeds, which write the
//! ends of transactions into partitions.

use std::sync::Arc;

use tracing::{error, warn};

use super::config::BrokerConfig;
use super::controller::Controller;
use super::coord::brain::{End, Transaction};
use super::coord::group::Groups;
use super::coord::txn::{Config, Marked, Markers, Places, Producer, Transactions};
use super::coordinator::{Coordinator, LoadError, OFFSETS_TOPIC};
use super::log::AppendError;
use super::net::blocking;
use super::partitions::Partition;
use super::syncer::sync_now;
use crate::base::clock::Clock;
use crate::wire::ErrorCode;
use crate::wire::batch::control::EndMarker;

pub(crate) use super::coord::txn::TRANSACTIONS_TOPIC;

/// The transaction version from which a marker has an epoch of its own (KIP-890).
const OWN_EPOCHS_SINCE: i16 = 2;

/// What the coordinator reaches.
pub(crate) struct Parts {
    pub(crate) controller: Arc<Controller>,
    pub(crate) groups: Arc<Coordinator<Groups>>,
    pub(crate) clock: Arc<dyn Clock>,
    /// How many transactional ids there may be.
    pub(crate) ids_max: usize,
}

/// Brings the coordinator of transactions to life, and finishes what the last run has left.
pub(crate) fn start(
    parts: Parts,
    broker: &BrokerConfig,
) -> Result<Arc<Coordinator<Transactions>>, LoadError> {
    let Parts { controller, groups, clock, ids_max } = parts;
    let partitions = controller.partitions();
    let hosted = partitions.topic(TRANSACTIONS_TOPIC);
    let count = hosted.and_then(|topic| i32::try_from(topic.partitions.len()).ok());
    let config = Config {
        max_timeout_ms: broker.transaction_max_timeout_ms,
        abort_interval_ms: i64::from(broker.transaction_abort_interval_ms),
        id_expiration_ms: i64::from(broker.transactional_id_expiration_ms),
        expiry_interval_ms: i64::from(broker.transaction_remove_expired_interval_ms),
        partitions: count.unwrap_or(broker.transaction_state_log_num_partitions),
        version: version(&controller),
        ids_max,
    };
    let known = Arc::clone(&controller);
    let brain = move || {
        let ids = Arc::clone(&known);
        Transactions::new(config.clone(), Box::new(move || ids.next_producer_id()))
    };
    let hands = {
        let clock = Arc::clone(&clock);
        move |markers| write_markers(&controller, &groups, &*clock, markers)
    };
    let coordinator = Coordinator::new(brain, partitions, clock, hands);
    coordinator.load()?;
    Ok(Arc::new(coordinator))
}

/// Returns the feature `transaction.version` of the cluster.
pub(crate) fn version(controller: &Controller) -> i16 {
    controller.state().features().get("transaction.version").copied().unwrap_or(0)
}

/// Tells partitions how a transaction ended. One that is gone needs no telling.
fn write_markers(
    controller: &Controller,
    groups: &Coordinator<Groups>,
    clock: &dyn Clock,
    markers: Markers,
) -> Marked {
    let decided_in = controller.partition(TRANSACTIONS_TOPIC, markers.decided_in);
    let syncs = controller.logs().syncer().is_some();
    if syncs
        && let Ok(decided_in) = &decided_in
        && let Err(error) = blocking(|| decided_in.sync())
    {
        // A power cut must not leave one partition that knows of the end and one that does not:
        // nobody is told before the decision is durable.
        let id = &markers.transactional_id;
        error!(id, %error, "cannot make the end of a transaction durable");
        let Markers { transactional_id, producer, partitions, .. } = markers;
        return Marked { transactional_id, producer, failed: partitions };
    }
    let coordinator_epoch = decided_in.map_or(0, |partition| partition.leader_epoch);
    let Producer { id: producer_id, epoch: producer_epoch } = markers.producer;
    let end = End {
        transaction: Transaction { producer_id, producer_epoch },
        marker: EndMarker { commit: markers.commit, coordinator_epoch },
    };
    let mut failed = Places::default();
    let mut told = Vec::new();
    for (topic, index) in markers.partitions.iter() {
        match write_marker(controller, groups, clock, (topic, index), &end, markers.version) {
            Ok(partition) => told.push(partition),
            Err(MarkerError::NoPartition(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)) => {}
            // A later epoch is there: the transaction is not open in this partition any more.
            Err(MarkerError::Append(
                error @ (AppendError::ProducerEpoch { .. } | AppendError::CoordinatorEpoch { .. }),
            )) => {
                let id = &markers.transactional_id;
                warn!(id, topic, index, %error, "a partition does not take the end");
            }
            Err(error) => {
                let id = &markers.transactional_id;
                error!(id, topic, index, %error, "cannot write the end of a transaction");
                failed.insert(topic, index);
            }
        }
    }
    if syncs {
        // Nor is it over before all of them know for good.
        for partition in blocking(|| sync_now(&told)) {
            failed.insert(&partition.topic, partition.index);
        }
    }
    Marked { transactional_id: markers.transactional_id, producer: markers.producer, failed }
}

/// Why a partition was not told of the end of a transaction.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MarkerError {
    #[error("the partition is not there: {0:?}")]
    NoPartition(ErrorCode),
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl MarkerError {
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            MarkerError::NoPartition(error) => *error,
            MarkerError::Append(error) => error.code(),
        }
    }
}

/// Writes the end of a transaction into one partition, and returns it. `version` is the
/// transaction version of
/// the client.
pub(crate) fn write_marker(
    controller: &Controller,
    groups: &Coordinator<Groups>,
    clock: &dyn Clock,
    (topic, index): (&str, i32),
    end: &End,
    version: i16,
) -> Result<Arc<Partition>, MarkerError> {
    let partition = controller.partition(topic, index).map_err(MarkerError::NoPartition)?;
    let own_epoch = version >= OWN_EPOCHS_SINCE;
    if topic == OFFSETS_TOPIC {
        groups.end_transaction(&partition, end, own_epoch)?;
    } else {
        partition.end_transaction(end, own_epoch, clock.now())?;
    }
    Ok(partition)
}
