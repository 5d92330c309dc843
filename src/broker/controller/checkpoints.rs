//! What is told of the quorum and of this node in the cluster, and what is written down of the
//! logs.

use tracing::error;

use super::Controller;
use crate::base::sync::lock;
use crate::broker::net::blocking;
use crate::broker::quorum::Quorum;
use crate::wire::ErrorCode;

impl Controller {
    /// Returns what the quorum knows of itself.
    pub(crate) fn quorum(&self) -> Quorum {
        lock(&self.quorum).clone()
    }

    /// Returns the epoch in which this node leads the metadata log, and the log's end.
    pub(crate) fn leadership(&self) -> (i32, i64) {
        (self.leader_epoch, self.log.marks().end)
    }

    /// Says whether this broker is in the cluster: not, once it was unregistered, before it is
    /// started again.
    pub(crate) fn is_registered(&self) -> bool {
        self.state().broker(self.node.id).is_some()
    }

    /// Returns the controller as clients are told of it: a broker that is in the cluster.
    pub(crate) fn controller_id(&self) -> i32 {
        if self.is_registered() { self.node.id } else { -1 }
    }

    /// Writes down how far each log is safe, for the next start.
    pub(crate) fn checkpoint(&self) {
        if let Err(error) = self.logs.checkpoint(&self.partitions, &self.log) {
            error!(%error, "cannot write the checkpoints");
        }
    }

    /// Writes down the high watermarks.
    pub(crate) fn checkpoint_marks(&self) {
        if let Err(error) = self.logs.checkpoint_marks(&self.partitions) {
            error!(%error, "cannot write the high watermarks");
        }
    }

    /// Writes down where each log starts, so that deleted records stay deleted.
    pub(crate) fn checkpoint_starts(&self) -> Result<(), ErrorCode> {
        let written = blocking(|| self.logs.checkpoint_starts(&self.partitions));
        written.map_err(|error| {
            error!(%error, "cannot write where the logs start");
            ErrorCode::KAFKA_STORAGE_ERROR
        })
    }
}
