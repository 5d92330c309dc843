//! Blocks of producer ids: the metadata log remembers the first id that nobody has.

use super::{Planned, View};
use crate::wire::messages::metadata_log::ProducerIdsRecord;

/// How many ids a block has (`ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE`).
const BLOCK_IDS: i64 = 1000;

/// A block of producer ids: `first` and the `len - 1` after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerIdBlock {
    pub first: i64,
    pub len: i64,
}

/// All ids that fit into 64 bits are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Exhausted all producerIds as the next block's end producerId has exceeded the int64 type \
     limit"
)]
pub struct NoMoreProducerIds;

/// Plans the next block of producer ids for this node.
pub fn producer_ids(view: &View) -> Result<Planned<ProducerIdBlock>, NoMoreProducerIds> {
    let first = view.state.next_producer_id();
    let next = first.checked_add(BLOCK_IDS).ok_or(NoMoreProducerIds)?;
    let record = ProducerIdsRecord {
        broker_id: view.node.id,
        broker_epoch: view.state.broker(view.node.id).map_or(-1, |broker| broker.epoch),
        next_producer_id: next,
    };
    let response = ProducerIdBlock { first, len: BLOCK_IDS };
    Ok(Planned { records: vec![record.into()], response })
}
