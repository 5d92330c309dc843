//! What is written down of the logs, for the next start.

use tracing::error;

use super::Controller;
use crate::broker::net::blocking;
use crate::wire::ErrorCode;

impl Controller {
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
