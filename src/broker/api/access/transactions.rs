//! Requests of producers about their ids and transactions.

use super::{Gate, Guarded, Verdict, take_denied};
use crate::broker::meta::acl::{Operation, ResourceType};
use crate::broker::meta::topic_name;
use crate::wire::ErrorCode;
use crate::wire::messages::add_offsets_to_txn::AddOffsetsToTxnRequest;
use crate::wire::messages::add_partitions_to_txn as add;
use crate::wire::messages::describe_transactions::{DescribeTransactionsRequest, TransactionState};
use crate::wire::messages::end_txn::EndTxnRequest;
use crate::wire::messages::init_producer_id::InitProducerIdRequest;
use crate::wire::messages::list_transactions::ListTransactionsRequest;
use crate::wire::messages::txn_offset_commit as commit;
use crate::wire::messages::write_txn_markers as markers;

const TRANSACTION: ErrorCode = ErrorCode::TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
const GROUP: ErrorCode = ErrorCode::GROUP_AUTHORIZATION_FAILED;
const TOPIC: ErrorCode = ErrorCode::TOPIC_AUTHORIZATION_FAILED;
const CLUSTER: ErrorCode = ErrorCode::CLUSTER_AUTHORIZATION_FAILED;

impl Guarded for InitProducerIdRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let error = match &self.transactional_id {
            Some(id) if gate.may_transaction(Operation::Write, id) => return Verdict::Go,
            Some(_) => TRANSACTION,
            None if gate.may_cluster(Operation::IdempotentWrite)
                || gate.may_any(Operation::Write, ResourceType::Topic) =>
            {
                return Verdict::Go;
            }
            None => CLUSTER,
        };
        Verdict::Refused(Self::Response {
            error_code: error.0,
            producer_epoch: -1,
            ..Default::default()
        })
    }
}

impl Guarded for EndTxnRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_transaction(Operation::Write, &self.transactional_id) {
            return Verdict::Go;
        }
        Verdict::Refused(Self::Response { error_code: TRANSACTION.0, ..Default::default() })
    }
}

impl Guarded for AddOffsetsToTxnRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let error = if !gate.may_transaction(Operation::Write, &self.transactional_id) {
            TRANSACTION
        } else if !gate.may_group(Operation::Read, &self.group_id) {
            GROUP
        } else {
            return Verdict::Go;
        };
        Verdict::Refused(Self::Response { error_code: error.0, ..Default::default() })
    }
}

fn of_topics(
    topics: &[add::AddPartitionsToTxnTopic],
    error: impl Fn(&str) -> ErrorCode,
) -> Vec<add::AddPartitionsToTxnTopicResult> {
    let results = topics.iter().map(|topic| add::AddPartitionsToTxnTopicResult {
        name: topic.name.clone(),
        results_by_partition: topic
            .partitions
            .iter()
            .map(|index| add::AddPartitionsToTxnPartitionResult {
                partition_index: *index,
                partition_error_code: error(&topic.name).0,
            })
            .collect(),
    });
    results.collect()
}

/// Says what is wrong with a transaction's partitions: where one may not be written, none is
/// added.
fn wrong_partitions(
    gate: &Gate<'_>,
    id: &str,
    topics: &[add::AddPartitionsToTxnTopic],
) -> Option<Vec<add::AddPartitionsToTxnTopicResult>> {
    if !gate.may_transaction(Operation::Write, id) {
        return Some(of_topics(topics, |_| TRANSACTION));
    }
    let denied =
        |name: &str| topic_name::is_internal(name) || !gate.may_topic(Operation::Write, name);
    topics.iter().any(|topic| denied(&topic.name)).then(|| {
        of_topics(topics, |name| {
            if denied(name) {
                TOPIC
            } else if gate.state.topic(name).is_none() {
                ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
            } else {
                ErrorCode::OPERATION_NOT_ATTEMPTED
            }
        })
    })
}

impl Guarded for add::AddPartitionsToTxnRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.version < 4 {
            let (id, topics) = (&self.v3_and_below_transactional_id, &self.v3_and_below_topics);
            return match wrong_partitions(gate, id, topics) {
                None => Verdict::Go,
                Some(results_by_topic_v3_and_below) => Verdict::Refused(Self::Response {
                    results_by_topic_v3_and_below,
                    ..Default::default()
                }),
            };
        }
        if !gate.may_cluster(Operation::ClusterAction) {
            return Verdict::Refused(Self::Response {
                error_code: CLUSTER.0,
                ..Default::default()
            });
        }
        // A broker answers for what it asks, and its clients were asked before.
        Verdict::Go
    }
}

fn uncommitted(
    topic: commit::TxnOffsetCommitRequestTopic,
    error: ErrorCode,
) -> commit::TxnOffsetCommitResponseTopic {
    let partitions =
        topic.partitions.iter().map(|partition| commit::TxnOffsetCommitResponsePartition {
            partition_index: partition.partition_index,
            error_code: error.0,
        });
    commit::TxnOffsetCommitResponseTopic { partitions: partitions.collect(), name: topic.name }
}

impl Guarded for commit::TxnOffsetCommitRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let error = if !gate.may_transaction(Operation::Write, &self.transactional_id) {
            Some(TRANSACTION)
        } else if !gate.may_group(Operation::Read, &self.group_id) {
            Some(GROUP)
        } else {
            None
        };
        if let Some(error) = error {
            let topics = std::mem::take(&mut self.topics).into_iter();
            let topics = topics.map(|topic| uncommitted(topic, error)).collect();
            return Verdict::Refused(Self::Response { topics, ..Default::default() });
        }
        let denied =
            take_denied(&mut self.topics, |topic| gate.may_topic(Operation::Read, &topic.name));
        Verdict::then(move |response: &mut Self::Response| {
            response.topics.extend(denied.into_iter().map(|topic| uncommitted(topic, TOPIC)));
        })
    }
}

impl Guarded for markers::WriteTxnMarkersRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::Alter) || gate.may_cluster(Operation::ClusterAction) {
            return Verdict::Go;
        }
        let refused = self.markers.iter().map(|marker| markers::WritableTxnMarkerResult {
            producer_id: marker.producer_id,
            topics: marker
                .topics
                .iter()
                .map(|topic| markers::WritableTxnMarkerTopicResult {
                    name: topic.name.clone(),
                    partitions: topic
                        .partition_indexes
                        .iter()
                        .map(|index| markers::WritableTxnMarkerPartitionResult {
                            partition_index: *index,
                            error_code: CLUSTER.0,
                        })
                        .collect(),
                })
                .collect(),
        });
        Verdict::Refused(Self::Response { markers: refused.collect() })
    }
}

impl Guarded for DescribeTransactionsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let denied = take_denied(&mut self.transactional_ids, |id| {
            gate.may_transaction(Operation::Describe, id)
        });
        let later = gate.later();
        Verdict::then(move |response: &mut Self::Response| {
            let gate = later.gate();
            for transaction in &mut response.transaction_states {
                let shown = |name: &str| gate.may_topic(Operation::Describe, name);
                transaction.topics.retain(|topic| shown(&topic.topic));
            }
            let refused = denied.into_iter().map(|transactional_id| TransactionState {
                error_code: TRANSACTION.0,
                transactional_id,
                ..Default::default()
            });
            response.transaction_states.extend(refused);
        })
    }
}

impl Guarded for ListTransactionsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let later = gate.later();
        Verdict::then(move |response: &mut Self::Response| {
            let gate = later.gate();
            let shown = |id: &str| gate.may_transaction(Operation::Describe, id);
            response.transaction_states.retain(|one| shown(&one.transactional_id));
        })
    }
}
