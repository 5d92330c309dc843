//! What groups hold: the bytes of their members, committed offsets, and what share groups have in
//! flight. What is given back makes room, and a restart counts the same.

use rk::base::limits::Limits;
use rk::wire::messages as m;
use rk::wire::messages::consumer_group_heartbeat::ConsumerGroupHeartbeatRequest;
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use rk::wire::messages::share_fetch::{FetchPartition, FetchTopic, ShareFetchRequest};
use rk::wire::messages::share_group_heartbeat::ShareGroupHeartbeatRequest;
use rk::wire::messages::streams_group_heartbeat::{
    StreamsGroupHeartbeatRequest, Subtopology, Topology,
};
use rk::wire::messages::write_share_group_state as write;

use super::super::fetching::{batch, client_with_topic, code, produce};
use super::{CONFIGS, GROUP_MAX_SIZE_REACHED, MEMBER_ID_REQUIRED, POLICY_VIOLATION};
use super::{join, topic_id};
use crate::kit::broker::TestBroker;
use crate::kit::wait::until;
use crate::kit::wire::Client;

const INVALID_COMMIT_OFFSET_SIZE: i16 = 28;
const INVALID_REQUEST: i16 = 42;

/// Room for two members who say little, or one who says much.
const MEMBER_BYTES: Limits = Limits { member_bytes: 30_000, ..LARGE };

/// As the defaults are, where a test says nothing else.
const LARGE: Limits = Limits {
    connections: 100,
    groups: 100,
    members: 100,
    member_bytes: 1_000_000,
    offsets: 1000,
    offset_bytes: 1_000_000,
    transactional_ids: 100,
    share_states: 100,
    share_state_bytes: 1_000_000,
    share_records: 1000,
    session_partitions: 1000,
    partitions: 100,
    acls: 100,
    users: 100,
    quotas: 100,
    tokens: 100,
    config_bytes: 100_000,
};

/// Joins a classic group, and leaves it again if that went well. Returns what was said to it.
fn visit_classic(client: &mut Client, group: &str, bytes: usize) -> i16 {
    let given = client.call(5, &join(group, ""));
    if given.error_code != MEMBER_ID_REQUIRED {
        return given.error_code;
    }
    let mut ask = join(group, &given.member_id);
    ask.protocols[0].metadata = vec![0; bytes].into();
    let error = client.call(5, &ask).error_code;
    let leave = m::leave_group::LeaveGroupRequest {
        group_id: group.into(),
        members: vec![m::leave_group::MemberIdentity {
            member_id: given.member_id,
            ..Default::default()
        }],
        ..Default::default()
    };
    assert_eq!(client.call(4, &leave).error_code, 0);
    error
}

fn names(bytes: usize) -> Option<Vec<String>> {
    // A text counts twice, and what its place takes.
    Some(vec!["n".repeat(bytes / 2)])
}

fn consumer(client: &mut Client, member: &str, epoch: i32, bytes: usize) -> i16 {
    let ask = ConsumerGroupHeartbeatRequest {
        group_id: "consumers".into(),
        member_id: member.into(),
        member_epoch: epoch,
        rebalance_timeout_ms: if epoch == 0 { 10_000 } else { -1 },
        subscribed_topic_names: names(bytes).filter(|_| epoch >= 0),
        topic_partitions: (epoch == 0).then(Vec::new),
        ..Default::default()
    };
    client.call(1, &ask).error_code
}

fn share(client: &mut Client, member: &str, epoch: i32, bytes: usize) -> i16 {
    let ask = ShareGroupHeartbeatRequest {
        group_id: "sharers".into(),
        member_id: member.into(),
        member_epoch: epoch,
        subscribed_topic_names: names(bytes).filter(|_| epoch >= 0),
        ..Default::default()
    };
    client.call(1, &ask).error_code
}

fn streams(client: &mut Client, member: &str, epoch: i32, bytes: usize) -> i16 {
    let topology = Topology {
        epoch: 1,
        subtopologies: vec![Subtopology {
            subtopology_id: "0".into(),
            source_topics: vec!["t".into()],
            ..Default::default()
        }],
    };
    let ask = StreamsGroupHeartbeatRequest {
        group_id: "streams".into(),
        member_id: member.into(),
        member_epoch: epoch,
        rebalance_timeout_ms: if epoch == 0 { 10_000 } else { -1 },
        topology: (epoch == 0).then_some(topology),
        process_id: (epoch == 0).then(|| "p".repeat(bytes / 2)),
        active_tasks: (epoch == 0).then(Vec::new),
        standby_tasks: (epoch == 0).then(Vec::new),
        warmup_tasks: (epoch == 0).then(Vec::new),
        client_tags: (epoch == 0).then(Vec::new),
        ..Default::default()
    };
    client.call(0, &ask).error_code
}

/// Sends a heartbeat of a member: member, epoch, and how many bytes it says.
type Beat = fn(&mut Client, &str, i32, usize) -> i16;

#[test]
fn the_bytes_of_members_are_bounded_over_all_groups() {
    let broker = TestBroker::within(MEMBER_BYTES, CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    until("the coordinator", || (visit_classic(&mut client, "g", 1) == 0).then_some(()));
    assert_eq!(visit_classic(&mut client, "g", 40_000), GROUP_MAX_SIZE_REACHED);
    // What is held goes back however often it comes.
    for _ in 0..20 {
        assert_eq!(visit_classic(&mut client, "g", 12_000), 0);
    }
    for beat in [consumer as Beat, streams] {
        for _ in 0..5 {
            assert_eq!(beat(&mut client, "large", 0, 40_000), GROUP_MAX_SIZE_REACHED);
            assert_eq!(beat(&mut client, "one", 0, 16_000), 0);
            assert_eq!(beat(&mut client, "two", 0, 16_000), GROUP_MAX_SIZE_REACHED);
            assert_eq!(visit_classic(&mut client, "g", 12_000), GROUP_MAX_SIZE_REACHED);
            // Who is there goes on, and is not counted twice.
            assert_eq!(beat(&mut client, "one", 0, 16_000), 0);
            assert_eq!(beat(&mut client, "two", 0, 1000), 0);
            assert_eq!(beat(&mut client, "two", -1, 0), 0);
            assert_eq!(beat(&mut client, "one", -1, 0), 0);
        }
    }
    // Share groups have as much again for themselves.
    assert_eq!(consumer(&mut client, "one", 0, 16_000), 0);
    for _ in 0..5 {
        assert_eq!(share(&mut client, "large", 0, 40_000), GROUP_MAX_SIZE_REACHED);
        assert_eq!(share(&mut client, "one", 0, 16_000), 0);
        assert_eq!(share(&mut client, "two", 0, 16_000), GROUP_MAX_SIZE_REACHED);
        assert_eq!(share(&mut client, "one", 0, 16_000), 0);
        assert_eq!(share(&mut client, "two", 0, 1000), 0);
        assert_eq!(share(&mut client, "two", -1, 0), 0);
        assert_eq!(share(&mut client, "one", -1, 0), 0);
    }
    assert_eq!(share(&mut client, "one", 0, 16_000), 0);
    // What is remembered counts again after a restart.
    let broker = TestBroker::resume_within(broker.into_directory().0, MEMBER_BYTES, CONFIGS);
    let mut client = Client::connect(broker.address());
    for beat in [consumer as Beat, share] {
        assert_eq!(beat(&mut client, "two", 0, 16_000), GROUP_MAX_SIZE_REACHED);
        assert_eq!(beat(&mut client, "one", -1, 0), 0);
        assert_eq!(beat(&mut client, "two", 0, 16_000), 0);
    }
}

/// Commits offsets of the topic `t`, of these partitions.
fn commit(client: &mut Client, group: &str, partitions: &[i32], metadata: usize) -> Vec<i16> {
    let partitions = partitions.iter().map(|partition_index| OffsetCommitRequestPartition {
        partition_index: *partition_index,
        committed_offset: 7,
        committed_metadata: Some("m".repeat(metadata)),
        ..Default::default()
    });
    let ask = OffsetCommitRequest {
        group_id: group.into(),
        generation_id_or_member_epoch: -1,
        topics: vec![OffsetCommitRequestTopic {
            name: "t".into(),
            partitions: partitions.collect(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let answer = client.call(7, &ask);
    answer.topics[0].partitions.iter().map(|partition| partition.error_code).collect()
}

fn delete_group(client: &mut Client, group: &str) {
    let ask = m::delete_groups::DeleteGroupsRequest { groups_names: vec![group.into()] };
    assert_eq!(client.call(2, &ask).results[0].error_code, 0);
}

/// A topic `t` of four partitions, and a coordinator that is there.
fn with_offsets(limits: Limits) -> (TestBroker, Client) {
    let broker = TestBroker::within(limits, CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    until("the coordinator", || {
        (commit(&mut client, "first", &[0], 0) == [0]).then(|| delete_group(&mut client, "first"))
    });
    (broker, client)
}

#[test]
fn committed_offsets_are_bounded_over_all_groups() {
    let limits = Limits { offsets: 4, ..LARGE };
    let (broker, mut client) = with_offsets(limits);
    let refused = INVALID_COMMIT_OFFSET_SIZE;
    for _ in 0..5 {
        assert_eq!(commit(&mut client, "a", &[0, 1, 2], 0), [0, 0, 0]);
        assert_eq!(commit(&mut client, "b", &[0, 1, 2], 0), [0, refused, refused]);
        assert_eq!(commit(&mut client, "c", &[0], 0), [refused]);
        // What takes another's place is always welcome.
        assert_eq!(commit(&mut client, "a", &[0, 1, 2], 0), [0, 0, 0]);
        delete_group(&mut client, "a");
        assert_eq!(commit(&mut client, "b", &[0, 1, 2], 0), [0, 0, 0]);
        assert_eq!(commit(&mut client, "a", &[0, 1], 0), [0, refused]);
        delete_group(&mut client, "a");
        delete_group(&mut client, "b");
    }
    assert_eq!(commit(&mut client, "a", &[0, 1, 2], 0), [0, 0, 0]);
    let broker = TestBroker::resume_within(broker.into_directory().0, limits, CONFIGS);
    let mut client = Client::connect(broker.address());
    assert_eq!(commit(&mut client, "b", &[0, 1], 0), [0, refused]);
    // With its topic all that was committed of it is gone.
    let ask = m::delete_topics::DeleteTopicsRequest {
        topic_names: vec!["t".into()],
        ..Default::default()
    };
    assert_eq!(client.call(5, &ask).responses[0].error_code, 0);
    let mut client = client_with_topic(&broker, "t");
    until("the offsets to be forgotten", || {
        (commit(&mut client, "c", &[0], 0) == [0]).then_some(())
    });
}

#[test]
fn the_bytes_of_committed_offsets_are_bounded() {
    let limits = Limits { offset_bytes: 10_000, ..LARGE };
    let (_broker, mut client) = with_offsets(limits);
    let refused = INVALID_COMMIT_OFFSET_SIZE;
    for _ in 0..5 {
        assert_eq!(commit(&mut client, "a", &[0, 1, 2], 3000), [0, 0, refused]);
        assert_eq!(commit(&mut client, "a", &[2], 10), [0]);
        assert_eq!(commit(&mut client, "a", &[2], 3000), [refused]);
        assert_eq!(commit(&mut client, "a", &[0], 2000), [0], "less than before");
        assert_eq!(commit(&mut client, "b", &[0], 2000), [refused]);
        delete_group(&mut client, "a");
    }
}

#[test]
fn offsets_of_open_transactions_count_until_they_end() {
    let limits = Limits { offsets: 2, ..LARGE };
    let (_broker, mut client) = with_offsets(limits);
    let init = m::init_producer_id::InitProducerIdRequest {
        transactional_id: Some("txn".into()),
        transaction_timeout_ms: 60_000,
        ..Default::default()
    };
    let given = until("a producer id", || {
        let given = client.call(4, &init);
        (given.error_code == 0).then_some(given)
    });
    let (producer_id, producer_epoch) = (given.producer_id, given.producer_epoch);
    let add = m::add_offsets_to_txn::AddOffsetsToTxnRequest {
        transactional_id: "txn".into(),
        producer_id,
        producer_epoch,
        group_id: "g".into(),
    };
    let within = |client: &mut Client, partitions: &[i32]| {
        use m::txn_offset_commit as txn;
        let partitions = partitions.iter().map(|index| txn::TxnOffsetCommitRequestPartition {
            partition_index: *index,
            committed_offset: 5,
            ..Default::default()
        });
        let ask = txn::TxnOffsetCommitRequest {
            transactional_id: "txn".into(),
            group_id: "g".into(),
            producer_id,
            producer_epoch,
            topics: vec![txn::TxnOffsetCommitRequestTopic {
                name: "t".into(),
                partitions: partitions.collect(),
            }],
            ..Default::default()
        };
        let answer = client.call(2, &ask);
        answer.topics[0].partitions.iter().map(|one| one.error_code).collect::<Vec<_>>()
    };
    let end = |committed| m::end_txn::EndTxnRequest {
        transactional_id: "txn".into(),
        producer_id,
        producer_epoch,
        committed,
    };
    let refused = INVALID_COMMIT_OFFSET_SIZE;
    for committed in [false, false, true] {
        until("the transaction before to be over", || {
            (client.call(1, &add).error_code == 0).then_some(())
        });
        assert_eq!(within(&mut client, &[0, 1, 2]), [0, 0, refused]);
        assert_eq!(commit(&mut client, "other", &[0], 0), [refused]);
        assert_eq!(client.call(1, &end(committed)).error_code, 0);
    }
    until("the offsets to count", || {
        (commit(&mut client, "g", &[0, 1], 0) == [0, 0]).then_some(())
    });
    assert_eq!(commit(&mut client, "g", &[0, 1, 2], 0), [0, 0, refused]);
}

#[test]
fn the_bytes_of_share_states_are_bounded() {
    let limits = Limits { share_state_bytes: 2800, ..LARGE };
    let broker = TestBroker::within(limits, CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    let topic_id = topic_id(&mut client);
    let begin = |client: &mut Client, group: &str| {
        use m::initialize_share_group_state as init;
        let ask = init::InitializeShareGroupStateRequest {
            group_id: group.into(),
            topics: vec![init::InitializeStateData {
                topic_id,
                partitions: vec![Default::default()],
            }],
        };
        client.call(0, &ask).results[0].partitions[0].error_code
    };
    let written = |client: &mut Client, batches: std::ops::Range<i64>, start_offset| {
        let batches = batches.map(|at| write::StateBatch {
            first_offset: 2 * at,
            last_offset: 2 * at,
            delivery_state: 2,
            delivery_count: 1,
        });
        let ask = write::WriteShareGroupStateRequest {
            group_id: "g".into(),
            topics: vec![write::WriteStateData {
                topic_id,
                partitions: vec![write::PartitionData {
                    start_offset,
                    state_batches: batches.collect(),
                    ..Default::default()
                }],
            }],
        };
        client.call(1, &ask).results[0].partitions[0].error_code
    };
    let forget = m::delete_share_group_state::DeleteShareGroupStateRequest {
        group_id: "g".into(),
        topics: vec![m::delete_share_group_state::DeleteStateData {
            topic_id,
            partitions: vec![Default::default()],
        }],
    };
    for _ in 0..5 {
        assert_eq!(begin(&mut client, "g"), 0);
        assert_eq!(begin(&mut client, &"long".repeat(250)), POLICY_VIOLATION);
        assert_eq!(written(&mut client, 0..40, 0), 0);
        assert_eq!(written(&mut client, 40..60, 0), INVALID_REQUEST);
        assert_eq!(begin(&mut client, "h"), POLICY_VIOLATION);
        // What makes a state smaller, or no larger, is welcome.
        assert_eq!(written(&mut client, 0..40, 0), 0);
        assert_eq!(written(&mut client, 40..60, 60), 0);
        assert_eq!(client.call(0, &forget).results[0].partitions[0].error_code, 0);
    }
}

#[test]
fn records_in_flight_are_bounded_over_all_share_partitions() {
    let limits = Limits { share_records: 6, ..LARGE };
    let broker = TestBroker::within(limits, CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    for _ in 0..4 {
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(2, 10)))), 0);
    }
    let topic_id = topic_id(&mut client);
    for group in ["g", "h"] {
        use m::initialize_share_group_state as init;
        let ask = init::InitializeShareGroupStateRequest {
            group_id: group.into(),
            topics: vec![init::InitializeStateData {
                topic_id,
                partitions: vec![Default::default()],
            }],
        };
        assert_eq!(client.call(0, &ask).results[0].partitions[0].error_code, 0);
    }
    let acquired = |client: &mut Client, group: &str, epoch| {
        let ask = ShareFetchRequest {
            group_id: Some(group.into()),
            member_id: Some("one".into()),
            share_session_epoch: epoch,
            min_bytes: 0,
            max_bytes: 1 << 20,
            max_records: 4,
            batch_size: 2,
            share_acquire_mode: 1,
            topics: vec![FetchTopic { topic_id, partitions: vec![FetchPartition::default()] }],
            ..Default::default()
        };
        let answer = client.call(2, &ask);
        assert_eq!(answer.error_code, 0);
        let partitions = answer.responses.iter().flat_map(|topic| &topic.partitions);
        let acquired = partitions.flat_map(|partition| &partition.acquired_records);
        acquired.map(|run| run.last_offset - run.first_offset + 1).sum::<i64>()
    };
    for _ in 0..2 {
        assert_eq!(acquired(&mut client, "g", 0), 4);
        assert_eq!(acquired(&mut client, "h", 0), 2);
        assert_eq!(acquired(&mut client, "h", 1), 0);
        // The end of the sessions lets go of the records, but they stay in between.
        assert_eq!(acquired(&mut client, "g", -1), 0);
        assert_eq!(acquired(&mut client, "h", -1), 0);
    }
    let mut others = Client::connect(broker.address());
    assert_eq!(acquired(&mut others, "g", 0), 4, "they are given out again");
}
