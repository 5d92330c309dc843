//! Reading for a fetch: one round over all its partitions, within the limits of its bytes.

use std::sync::Arc;

use tokio::sync::Notify;

use super::lending::Lending;
use super::session::{Place, Wanted};
use crate::broker::Broker;
use crate::broker::api::access::Gate;
use crate::broker::api::leader_epoch;
use crate::broker::log::UpTo;
use crate::broker::meta::acl::Operation;
use crate::broker::partitions::Partition;
use crate::wire::ErrorCode;
use crate::wire::messages::fetch::{
    AbortedTransaction, EpochEndOffset, FetchPartition, FetchRequest, PartitionData,
};
use crate::wire::schema::Records;

/// One partition of a fetch, found or not.
pub(super) struct Reading {
    place: Place,
    ask: FetchPartition,
    found: Result<Arc<Partition>, ErrorCode>,
    follows: bool,
}

/// Tells the error of a partition that is not there.
pub(super) fn failed(partition_index: i32, error: ErrorCode) -> PartitionData {
    PartitionData {
        partition_index,
        error_code: error.0,
        high_watermark: -1,
        aborted_transactions: Some(Vec::new()),
        records: Some(Records::default()),
        ..Default::default()
    }
}

impl Reading {
    /// `replica_id` is that of a broker which wants to follow; a consumer's is negative.
    pub(super) fn new(
        broker: &Broker,
        version: i16,
        replica_id: i32,
        wanted: Wanted,
        gate: Option<&Gate<'_>>,
    ) -> Self {
        let Wanted { place, ask } = wanted;
        let follows = replica_id >= 0;
        let found = find(broker, version, &place, follows, gate);
        Reading { place, ask, found, follows }
    }

    pub(super) fn wake_at_append(&self, waiter: &Arc<Notify>) {
        if let Ok(partition) = &self.found {
            partition.wake_at_append(waiter);
        }
    }

    /// Returns how much was appended to the partition, to be held against an earlier answer.
    pub(super) fn grown_bytes(&self) -> u64 {
        self.found.as_ref().map_or(0, |partition| partition.grown_bytes())
    }

    /// Says whether the partition was deleted meanwhile.
    pub(super) fn is_gone(&self) -> bool {
        self.found.as_ref().is_ok_and(|partition| partition.is_gone())
    }

    /// Reads at most `bytes_max`, but one batch at the least where `at_least_one` says so.
    fn read(&self, up_to: UpTo, bytes_max: usize, at_least_one: bool) -> PartitionData {
        let index = self.place.partition;
        let partition = match &self.found {
            Ok(partition) => partition,
            Err(error) => return failed(index, *error),
        };
        let read = self.read_from(partition, up_to, bytes_max, at_least_one);
        read.unwrap_or_else(|error| PartitionData {
            aborted_transactions: None,
            ..failed(index, error)
        })
    }

    fn read_from(
        &self,
        partition: &Partition,
        up_to: UpTo,
        bytes_max: usize,
        at_least_one: bool,
    ) -> Result<PartitionData, ErrorCode> {
        if partition.is_gone() {
            return Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
        }
        if self.follows {
            return Err(ErrorCode::NOT_LEADER_OR_FOLLOWER);
        }
        // Kafka trips over it, too.
        if self.ask.partition_max_bytes < 0 {
            return Err(ErrorCode::UNKNOWN_SERVER_ERROR);
        }
        leader_epoch::check(self.ask.current_leader_epoch, partition.leader_epoch)?;
        let mut data = PartitionData {
            partition_index: self.place.partition,
            aborted_transactions: None,
            records: Some(Records::default()),
            ..Default::default()
        };
        if let Some(diverging) = self.divergence(partition)? {
            data.diverging_epoch = diverging;
        } else {
            let limit = usize::try_from(self.ask.partition_max_bytes).unwrap_or(0).min(bytes_max);
            let read = partition.log.read(self.ask.fetch_offset, limit, up_to, at_least_one);
            let read = read.map_err(|error| error.code())?;
            data.records = Some(Records(read.records));
            if up_to == UpTo::LastStable {
                let aborted = read.aborted.into_iter().map(|aborted| AbortedTransaction {
                    producer_id: aborted.producer_id,
                    first_offset: aborted.first_offset,
                });
                data.aborted_transactions = Some(aborted.collect());
            }
        }
        // Taken after the read, so that they never lie behind what was read.
        let marks = partition.log.marks();
        data.high_watermark = marks.high_watermark;
        data.last_stable_offset = marks.last_stable;
        data.log_start_offset = marks.log_start;
        Ok(data)
    }

    /// Says where the reader's history parts from ours, if it does (KIP-595).
    fn divergence(&self, partition: &Partition) -> Result<Option<EpochEndOffset>, ErrorCode> {
        if self.ask.last_fetched_epoch < 0 {
            return Ok(None);
        }
        let (epoch, end_offset) = partition.log.epoch_end(self.ask.last_fetched_epoch);
        if epoch < 0 {
            return Err(ErrorCode::OFFSET_OUT_OF_RANGE);
        }
        let parted = epoch < self.ask.last_fetched_epoch || end_offset < self.ask.fetch_offset;
        Ok(parted.then_some(EpochEndOffset { epoch, end_offset }))
    }
}

fn find(
    broker: &Broker,
    version: i16,
    place: &Place,
    follows: bool,
    gate: Option<&Gate<'_>>,
) -> Result<Arc<Partition>, ErrorCode> {
    if let Some(gate) = gate
        && follows
        && !gate.may_cluster(Operation::ClusterAction)
    {
        return Err(ErrorCode::TOPIC_AUTHORIZATION_FAILED);
    }
    let may = |name: &str| match gate {
        // A broker that may follow reads what it likes.
        Some(gate) if !follows && !gate.may_topic(Operation::Read, name) => {
            Err(ErrorCode::TOPIC_AUTHORIZATION_FAILED)
        }
        _ => Ok(()),
    };
    if version < 13 {
        may(&place.topic)?;
        return broker.controller.partition(&place.topic, place.partition);
    }
    let name = broker.partitions.name_of(place.topic_id).ok_or(ErrorCode::UNKNOWN_TOPIC_ID)?;
    may(&name)?;
    broker.controller.partition(&name, place.partition)
}

/// What one pass over all partitions gave.
pub(super) struct Round {
    pub(super) answers: Vec<(Place, PartitionData)>,
    pub(super) bytes: usize,
    /// There is something to tell that does not wait: an error, or a divergence.
    pub(super) urgent: bool,
}

impl Round {
    /// Reads at most `bytes_max` and what the request allows.
    pub(super) fn read(
        request: &FetchRequest,
        readings: &[Reading],
        bytes_max: usize,
        lending: &Lending,
    ) -> Round {
        let up_to =
            if request.isolation_level == 1 { UpTo::LastStable } else { UpTo::HighWatermark };
        let asked = usize::try_from(request.max_bytes).unwrap_or(0);
        let mut room = asked.min(bytes_max);
        let mut round =
            Round { answers: Vec::with_capacity(readings.len()), bytes: 0, urgent: false };
        for reading in readings {
            // The first batch of all is given whatever its size, or nobody could pass it (KIP-74).
            let mut data = reading.read(up_to, room, round.bytes == 0);
            let records = data.records.take().unwrap_or_default().0;
            let length = records.len();
            data.records = Some(Records(lending.lend(records)));
            room = room.saturating_sub(length);
            round.bytes += length;
            round.urgent |= data.error_code != 0 || data.diverging_epoch.epoch >= 0;
            round.answers.push((reading.place.clone(), data));
        }
        round
    }
}
