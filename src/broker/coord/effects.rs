//! What a coordinator asks of the outside: records to append, requests to answer.

use std::convert::Infallible;

use bytes::Bytes;

use super::brain::Transaction;
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_heartbeat::ConsumerGroupHeartbeatResponse;
use crate::wire::messages::create_topics::CreatableTopic;
use crate::wire::messages::delete_groups::DeleteGroupsResponse;
use crate::wire::messages::heartbeat::HeartbeatResponse;
use crate::wire::messages::join_group::JoinGroupResponse;
use crate::wire::messages::leave_group::LeaveGroupResponse;
use crate::wire::messages::offset_commit::OffsetCommitResponse;
use crate::wire::messages::offset_delete::OffsetDeleteResponse;
use crate::wire::messages::streams_group_heartbeat::StreamsGroupHeartbeatResponse;
use crate::wire::messages::sync_group::SyncGroupResponse;
use crate::wire::messages::txn_offset_commit::TxnOffsetCommitResponse;

/// A request that waits for its answer. The shell makes them: each is used for one request only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// One record of a coordinator's topic. No value is a tombstone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub key: Bytes,
    pub value: Option<Bytes>,
}

/// Everything the outside must do, in this order; the deeds after all else. `R` are a brain's
/// answers, those of groups if not said otherwise, and `D` its deeds.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect<R = Reply, D = Infallible> {
    /// Append these records to a partition of the coordinator's topic in one batch, and tell
    /// the coordinator how it went (`appended`), in the order of the tokens. Nothing of it is
    /// remembered before that.
    Append {
        token: u64,
        partition: i32,
        records: Vec<Record>,
        /// Whether the batch is part of a producer's transaction.
        within: Option<Transaction>,
    },
    /// Answer a request.
    Reply(Ticket, R),
    /// Do something elsewhere, and tell the coordinator what became of it (`done`).
    Do(D),
}

/// The answers of groups that may come later than the call: they wait for a time or for an append.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    JoinGroup(JoinGroupResponse),
    SyncGroup(SyncGroupResponse),
    Heartbeat(HeartbeatResponse),
    LeaveGroup(LeaveGroupResponse),
    OffsetCommit(OffsetCommitResponse),
    OffsetDelete(OffsetDeleteResponse),
    DeleteGroups(DeleteGroupsResponse),
    TxnOffsetCommit(TxnOffsetCommitResponse),
    ConsumerGroupHeartbeat(ConsumerGroupHeartbeatResponse),
    /// With the internal topics that are to be created.
    StreamsGroupHeartbeat(StreamsGroupHeartbeatResponse, Vec<CreatableTopic>),
}

impl Reply {
    /// Returns what is answered instead when what the answer promises could not be written. The
    /// answers that wait for an append are those below; the others stay as they are.
    pub(super) fn failed(self, error: ErrorCode) -> Self {
        let error_code = error.0;
        match self {
            Reply::JoinGroup(_) => {
                Reply::JoinGroup(JoinGroupResponse { error_code, ..Default::default() })
            }
            Reply::ConsumerGroupHeartbeat(_) => {
                let answer = ConsumerGroupHeartbeatResponse { error_code, ..Default::default() };
                Reply::ConsumerGroupHeartbeat(answer)
            }
            Reply::StreamsGroupHeartbeat(..) => {
                let answer = StreamsGroupHeartbeatResponse { error_code, ..Default::default() };
                Reply::StreamsGroupHeartbeat(answer, Vec::new())
            }
            Reply::LeaveGroup(_) => {
                Reply::LeaveGroup(LeaveGroupResponse { error_code, ..Default::default() })
            }
            Reply::OffsetCommit(mut answer) => {
                let partitions = answer.topics.iter_mut().flat_map(|topic| &mut topic.partitions);
                // What was refused before keeps its own reason.
                for partition in partitions.filter(|partition| partition.error_code == 0) {
                    partition.error_code = error_code;
                }
                Reply::OffsetCommit(answer)
            }
            Reply::TxnOffsetCommit(mut answer) => {
                let partitions = answer.topics.iter_mut().flat_map(|topic| &mut topic.partitions);
                for partition in partitions.filter(|partition| partition.error_code == 0) {
                    partition.error_code = error_code;
                }
                Reply::TxnOffsetCommit(answer)
            }
            Reply::OffsetDelete(_) => {
                Reply::OffsetDelete(OffsetDeleteResponse { error_code, ..Default::default() })
            }
            other => other,
        }
    }
}

/// Returns what a client is told when an append failed: Kafka speaks of the coordinator, not of
/// the partition under it (`CoordinatorOperationExceptionHelper`).
pub(in crate::broker) fn error_of_append(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        | ErrorCode::NOT_ENOUGH_REPLICAS
        | ErrorCode::REQUEST_TIMED_OUT => ErrorCode::COORDINATOR_NOT_AVAILABLE,
        ErrorCode::NOT_LEADER_OR_FOLLOWER | ErrorCode::KAFKA_STORAGE_ERROR => {
            ErrorCode::NOT_COORDINATOR
        }
        ErrorCode::MESSAGE_TOO_LARGE
        | ErrorCode::RECORD_LIST_TOO_LARGE
        | ErrorCode::INVALID_FETCH_SIZE => ErrorCode::UNKNOWN_SERVER_ERROR,
        other => other,
    }
}
