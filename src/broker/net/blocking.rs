//! Work that takes a while, on a thread that also serves connections.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Does work that may wait for the disk: creating a topic of a thousand partitions, say. The
/// other connections of this thread go on on another one meanwhile.
pub(crate) fn blocking<R>(work: impl FnOnce() -> R) -> R {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        // There is nobody else to go on.
        _ => work(),
    }
}
