//! The APIs of transactions, in every version that is offered: one transaction each.

use rk::wire::messages as m;

use super::every_version::Asker;

/// Begins a transaction with an id of its own, and returns the producer's.
fn begin(asker: &mut Asker, id: &str) -> i64 {
    let request = m::init_producer_id::InitProducerIdRequest {
        transactional_id: Some(id.to_owned()),
        transaction_timeout_ms: 60_000,
        ..Default::default()
    };
    let answer = asker.client.call(5, &request);
    assert_eq!((answer.error_code, answer.producer_epoch), (0, 0));
    let producer_id = answer.producer_id;
    let topics = vec![m::add_partitions_to_txn::AddPartitionsToTxnTopic {
        name: "t".into(),
        partitions: vec![0],
    }];
    let request = m::add_partitions_to_txn::AddPartitionsToTxnRequest {
        v3_and_below_transactional_id: id.to_owned(),
        v3_and_below_producer_id: producer_id,
        v3_and_below_topics: topics,
        ..Default::default()
    };
    let answer = asker.client.call(3, &request).results_by_topic_v3_and_below;
    assert_eq!(answer[0].results_by_partition[0].partition_error_code, 0);
    producer_id
}

pub(super) fn ask(asker: &mut Asker) {
    let producers: Vec<i64> = (0..6).map(|v| begin(asker, &format!("x{v}"))).collect();
    let of = |v: i16| producers[v as usize];
    let id = |v: i16| format!("x{v}");
    joins(asker, &producers);
    use m::txn_offset_commit as commit;
    asker.ask(
        |v, _| commit::TxnOffsetCommitRequest {
            transactional_id: id(v),
            group_id: format!("txn{v}"),
            producer_id: of(v),
            topics: vec![commit::TxnOffsetCommitRequestTopic {
                name: "t".into(),
                partitions: vec![commit::TxnOffsetCommitRequestPartition {
                    committed_offset: 1,
                    ..Default::default()
                }],
            }],
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.topics[0].partitions[0].error_code, 0, "version {v}"),
    );
    asker.ask(
        |v, _| m::list_transactions::ListTransactionsRequest {
            state_filters: vec!["Ongoing".into()],
            duration_filter: if v >= 1 { 0 } else { -1 },
            transactional_id_pattern: (v >= 2).then(|| "x[0-9]".into()),
            ..Default::default()
        },
        |v, answer| assert!(answer.transaction_states.len() <= 6, "version {v}: {answer:?}"),
    );
    asker.ask(
        |_, _| m::describe_transactions::DescribeTransactionsRequest {
            transactional_ids: vec!["x1".into()],
        },
        |_, answer| assert_eq!(answer.transaction_states[0].transaction_state, "Ongoing"),
    );
    asker.ask(
        |v, _| m::end_txn::EndTxnRequest {
            transactional_id: id(v),
            producer_id: of(v),
            committed: true,
            ..Default::default()
        },
        |v, answer| {
            assert_eq!(answer.error_code, 0, "version {v}");
            let epoch = if v >= 5 { 1 } else { -1 };
            assert_eq!(answer.producer_epoch, epoch, "version {v}");
        },
    );
    markers(asker);
}

fn joins(asker: &mut Asker, producers: &[i64]) {
    use m::add_partitions_to_txn as add;
    let topics = || vec![add::AddPartitionsToTxnTopic { name: "t".into(), partitions: vec![0] }];
    asker.ask(
        |v, _| match v {
            0..4 => add::AddPartitionsToTxnRequest {
                v3_and_below_transactional_id: format!("x{v}"),
                v3_and_below_producer_id: producers[v as usize],
                v3_and_below_topics: topics(),
                ..Default::default()
            },
            _ => add::AddPartitionsToTxnRequest {
                transactions: vec![add::AddPartitionsToTxnTransaction {
                    transactional_id: format!("x{v}"),
                    producer_id: producers[v as usize],
                    topics: topics(),
                    ..Default::default()
                }],
                ..Default::default()
            },
        },
        |v, answer| {
            let old = &answer.results_by_topic_v3_and_below;
            let new = answer.results_by_transaction.first().map(|result| &result.topic_results);
            let result = &new.unwrap_or(old)[0].results_by_partition[0];
            assert_eq!(result.partition_error_code, 0, "version {v}");
        },
    );
    asker.ask(
        |v, _| m::add_offsets_to_txn::AddOffsetsToTxnRequest {
            transactional_id: format!("x{v}"),
            producer_id: producers[v as usize],
            group_id: format!("txn{v}"),
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.error_code, 0, "version {v}"),
    );
}

fn markers(asker: &mut Asker) {
    use m::write_txn_markers as write;
    asker.ask(
        |_, _| write::WriteTxnMarkersRequest {
            markers: vec![write::WritableTxnMarker {
                producer_id: 77,
                topics: vec![write::WritableTxnMarkerTopic {
                    name: "t".into(),
                    partition_indexes: vec![0],
                }],
                ..Default::default()
            }],
        },
        |v, answer| {
            assert_eq!(answer.markers[0].topics[0].partitions[0].error_code, 0, "version {v}");
        },
    );
    asker.ask(
        |_, _| m::describe_producers::DescribeProducersRequest {
            topics: vec![m::describe_producers::TopicRequest {
                name: "t".into(),
                partition_indexes: vec![0],
            }],
        },
        |_, answer| {
            let known = &answer.topics[0].partitions[0].active_producers;
            assert!(known.iter().any(|producer| producer.producer_id == 77), "{known:?}");
        },
    );
}
