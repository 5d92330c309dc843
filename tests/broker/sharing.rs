//! Share groups through the socket: sessions, acknowledgements, waiting, and what a restart and
//! a lost connection leave behind.

use std::time::Duration;

use rk::base::clock::Moment;
use rk::base::ids::Uuid;
use rk::wire::ErrorCode;
use rk::wire::batch::Batches;
use rk::wire::messages::find_coordinator::FindCoordinatorRequest;
use rk::wire::messages::initialize_share_group_state::{
    InitializeShareGroupStateRequest, InitializeStateData, PartitionData as InitializePartition,
};
use rk::wire::messages::list_groups::ListGroupsRequest;
use rk::wire::messages::metadata::{MetadataRequest, MetadataRequestTopic};
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use rk::wire::messages::read_share_group_state::{
    PartitionData as ReadPartition, ReadShareGroupStateRequest, ReadStateData,
};
use rk::wire::messages::share_acknowledge as ack;
use rk::wire::messages::share_acknowledge::{
    AcknowledgePartition, AcknowledgeTopic, ShareAcknowledgeRequest,
};
use rk::wire::messages::share_fetch::{
    AcknowledgementBatch, FetchPartition, FetchTopic, ShareFetchRequest, ShareFetchResponse,
};
use rk::wire::messages::share_group_heartbeat::ShareGroupHeartbeatRequest;

use super::fetching::{batch, client_with_topic, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

const GROUP: &str = "g";

/// A topic with records in its partition 0, from whose beginning the group reads.
struct Bench {
    client: Client,
    topic_id: Uuid,
}

impl Bench {
    fn new(broker: &TestBroker, records: usize) -> Self {
        let mut client = client_with_topic(broker, "t");
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(records, 10)))), 0);
        let topic_id = initialize(&mut client);
        Bench { client, topic_id }
    }
}

/// Has the group begin at the beginning of the topic `t`, and returns the topic's id.
fn initialize(client: &mut Client) -> Uuid {
    let topic_id = id_of(client);
    let partitions = vec![InitializePartition::default()];
    let topics = vec![InitializeStateData { topic_id, partitions }];
    let request = InitializeShareGroupStateRequest { group_id: GROUP.into(), topics };
    let answer = client.call(0, &request);
    assert_eq!(answer.results[0].partitions[0].error_code, 0);
    topic_id
}

/// Has the group `g` read the topic `t`, and acknowledge its first four records each otherwise.
pub(crate) fn acknowledge_some(client: &mut Client) {
    let topic_id = initialize(client);
    let taken = client.call(2, &fetch(topic_id, "one", 0, 0, &[]));
    assert_eq!(acquired(&taken)[0].0, 0);
    let done = client.call(2, &acknowledge(topic_id, "one", 1, &[(0, 3, &[1, 2, 3, 1])]));
    assert_eq!((done.error_code, done.responses[0].partitions[0].error_code), (0, 0));
}

fn id_of(client: &mut Client) -> Uuid {
    let topic = MetadataRequestTopic { name: Some("t".into()), ..Default::default() };
    let request = MetadataRequest { topics: Some(vec![topic]), ..Default::default() };
    client.call(12, &request).topics[0].topic_id
}

/// A batch of acknowledgements: first offset, last offset, types.
type Ack<'a> = (i64, i64, &'a [i8]);

fn fetch(
    topic_id: Uuid,
    member: &str,
    epoch: i32,
    wait_ms: i32,
    acks: &[Ack],
) -> ShareFetchRequest {
    let acks = acks.iter().map(|(first_offset, last_offset, types)| AcknowledgementBatch {
        first_offset: *first_offset,
        last_offset: *last_offset,
        acknowledge_types: types.to_vec(),
    });
    let partition =
        FetchPartition { acknowledgement_batches: acks.collect(), ..Default::default() };
    ShareFetchRequest {
        group_id: Some(GROUP.into()),
        member_id: Some(member.into()),
        share_session_epoch: epoch,
        max_wait_ms: wait_ms,
        min_bytes: 1,
        max_bytes: 1 << 20,
        max_records: 500,
        batch_size: 500,
        topics: vec![FetchTopic { topic_id, partitions: vec![partition] }],
        ..Default::default()
    }
}

fn acknowledge(topic_id: Uuid, member: &str, epoch: i32, acks: &[Ack]) -> ShareAcknowledgeRequest {
    let acks = acks.iter().map(|(first_offset, last_offset, types)| ack::AcknowledgementBatch {
        first_offset: *first_offset,
        last_offset: *last_offset,
        acknowledge_types: types.to_vec(),
    });
    let partition =
        AcknowledgePartition { partition_index: 0, acknowledgement_batches: acks.collect() };
    ShareAcknowledgeRequest {
        group_id: Some(GROUP.into()),
        member_id: Some(member.into()),
        share_session_epoch: epoch,
        topics: vec![AcknowledgeTopic { topic_id, partitions: vec![partition] }],
        ..Default::default()
    }
}

/// Returns what was acquired: first offset, last offset, delivery count.
fn acquired(answer: &ShareFetchResponse) -> Vec<(i64, i64, i16)> {
    assert_eq!(answer.error_code, 0, "{answer:?}");
    let partitions = answer.responses.iter().flat_map(|topic| &topic.partitions);
    let acquired = partitions.flat_map(|partition| {
        assert_eq!(partition.error_code, 0, "{partition:?}");
        &partition.acquired_records
    });
    acquired.map(|a| (a.first_offset, a.last_offset, a.delivery_count)).collect()
}

#[test]
fn a_session_from_its_first_fetch_to_its_last() {
    let broker = TestBroker::start();
    let Bench { mut client, topic_id } = Bench::new(&broker, 5);
    let mut call =
        |member, epoch, acks: &[Ack]| client.call(2, &fetch(topic_id, member, epoch, 0, acks));
    let first = call("one", 0, &[]);
    assert_eq!(acquired(&first), [(0, 4, 1)]);
    assert_eq!(first.acquisition_lock_timeout_ms, 30_000);
    let records = first.responses[0].partitions[0].records.clone().unwrap();
    let stored = Batches::of(&records.0).next().unwrap().unwrap();
    assert_eq!(stored.header.record_count, 5);
    // What is released is there again at once.
    let second = call("one", 1, &[(0, 3, &[1, 2, 3, 1])]);
    assert_eq!(acquired(&second), [(1, 1, 2)]);
    assert_eq!(second.responses[0].partitions[0].acknowledge_error_code, 0);
    // A session has one next epoch; a member has one session.
    let errors = [
        ("one", 1, ErrorCode::INVALID_SHARE_SESSION_EPOCH),
        ("two", 1, ErrorCode::SHARE_SESSION_NOT_FOUND),
        ("two", -1, ErrorCode::SHARE_SESSION_NOT_FOUND),
    ];
    for (member, epoch, error) in errors {
        assert_eq!(call(member, epoch, &[]).error_code, error.0, "{member} {epoch}");
    }
    assert_eq!(call("two", 0, &[(0, 0, &[1])]).error_code, ErrorCode::INVALID_REQUEST.0);
    assert_eq!(call("", 0, &[]).error_code, ErrorCode::INVALID_REQUEST.0);
    // Another member cannot acknowledge what it does not hold.
    assert_eq!(acquired(&call("two", 0, &[])), []);
    let refused = call("two", 1, &[(4, 4, &[1])]);
    let refused = &refused.responses[0].partitions[0];
    assert_eq!(refused.acknowledge_error_code, ErrorCode::INVALID_RECORD_STATE.0);
    let text = "Member is not the owner of offset";
    assert_eq!(refused.acknowledge_error_message.as_deref(), Some(text));
    // The last request of a session releases what is left.
    let last = client.call(2, &acknowledge(topic_id, "one", -1, &[(1, 1, &[1])]));
    assert_eq!((last.error_code, last.responses[0].partitions[0].error_code), (0, 0));
    let again = client.call(2, &acknowledge(topic_id, "one", -1, &[]));
    assert_eq!(again.error_code, ErrorCode::SHARE_SESSION_NOT_FOUND.0);
    let left = client.call(2, &fetch(topic_id, "two", 2, 0, &[]));
    assert_eq!(acquired(&left), [(4, 4, 2)]);
}

#[test]
fn what_is_no_acknowledgement_is_refused() {
    let broker = TestBroker::start();
    let Bench { mut client, topic_id } = Bench::new(&broker, 5);
    assert_eq!(acquired(&client.call(2, &fetch(topic_id, "one", 0, 0, &[]))), [(0, 4, 1)]);
    let table: [(&[Ack], ErrorCode); 6] = [
        (&[(3, 2, &[1])], ErrorCode::INVALID_REQUEST),
        (&[(0, 2, &[1, 1])], ErrorCode::INVALID_REQUEST),
        (&[(0, 0, &[9])], ErrorCode::INVALID_REQUEST),
        (&[(0, 0, &[4])], ErrorCode::INVALID_REQUEST),
        (&[(i64::MIN, i64::MAX, &[1])], ErrorCode::INVALID_REQUEST),
        (&[(0, 9, &[1])], ErrorCode::INVALID_REQUEST),
    ];
    for (epoch, (acks, error)) in (1..).zip(table) {
        let answer = client.call(2, &acknowledge(topic_id, "one", epoch, acks));
        assert_eq!(answer.responses[0].partitions[0].error_code, error.0, "{acks:?}");
    }
    let nowhere = client.call(2, &acknowledge(Uuid([9; 16]), "one", 7, &[(0, 0, &[1])]));
    let error = nowhere.responses[0].partitions[0].error_code;
    assert_eq!(error, ErrorCode::UNKNOWN_TOPIC_ID.0);
    // A request that renews fetches nothing.
    let mut renewing = fetch(topic_id, "one", 8, 0, &[(0, 4, &[4])]);
    renewing.is_renew_ack = true;
    assert_eq!(client.call(2, &renewing).error_code, ErrorCode::INVALID_REQUEST.0);
    (renewing.max_bytes, renewing.min_bytes, renewing.max_records) = (0, 0, 0);
    let renewed = client.call(2, &renewing);
    assert_eq!(renewed.responses[0].partitions[0].acknowledge_error_code, 0);
}

/// Parks a fetch of another member, and returns what it gets and how long it waited.
fn parked(
    broker: &TestBroker,
    topic_id: Uuid,
) -> std::thread::JoinHandle<(Vec<(i64, i64, i16)>, Duration)> {
    let mut client = Client::connect(broker.address());
    std::thread::spawn(move || {
        let began = Moment::now();
        let answer = client.call(2, &fetch(topic_id, "other", 0, 20_000, &[]));
        (acquired(&answer), began.elapsed())
    })
}

#[test]
fn a_fetch_waits_for_records_and_for_what_others_give_back() {
    let broker = TestBroker::start();
    let Bench { mut client, topic_id } = Bench::new(&broker, 2);
    assert_eq!(acquired(&client.call(2, &fetch(topic_id, "one", 0, 0, &[]))), [(0, 1, 1)]);
    let waiting = parked(&broker, topic_id);
    assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0);
    let (got, waited) = waiting.join().unwrap();
    assert_eq!(got, [(2, 2, 1)]);
    assert!(waited < Duration::from_secs(15), "{waited:?}");
    let waiting = parked(&broker, topic_id);
    let given_back = client.call(2, &acknowledge(topic_id, "one", 1, &[(1, 1, &[2])]));
    assert_eq!(given_back.responses[0].partitions[0].error_code, 0);
    let (mut got, waited) = waiting.join().unwrap();
    assert!(waited < Duration::from_secs(15), "{waited:?}");
    if !got.contains(&(1, 1, 2)) {
        // The connection that held the third record is gone, and that one came first.
        got = parked(&broker, topic_id).join().unwrap().0;
    }
    assert!(got.contains(&(1, 1, 2)), "{got:?}");
    // Whoever loses its connection loses what it holds.
    let waiting = parked(&broker, topic_id);
    drop(client);
    let (got, waited) = waiting.join().unwrap();
    assert!(got.iter().any(|(first, _, count)| *first <= 1 && *count >= 2), "{got:?}");
    assert!(waited < Duration::from_secs(15), "{waited:?}");
}

#[test]
fn what_was_accepted_stays_so_over_a_restart() {
    let broker = TestBroker::start();
    let Bench { mut client, topic_id } = Bench::new(&broker, 6);
    assert_eq!(acquired(&client.call(2, &fetch(topic_id, "one", 0, 0, &[]))), [(0, 5, 1)]);
    let acks: &[Ack] = &[(0, 0, &[1]), (2, 3, &[1]), (4, 4, &[2])];
    let done = client.call(2, &acknowledge(topic_id, "one", 1, acks));
    assert_eq!(done.responses[0].partitions[0].error_code, 0);
    let broker = broker.restart();
    let mut client = Client::connect(broker.address());
    let answer = client.call(2, &fetch(topic_id, "two", 0, 0, &[]));
    let counts: Vec<(i64, i64)> = acquired(&answer).iter().map(|a| (a.0, a.1)).collect();
    assert_eq!(counts, [(1, 1), (4, 4), (5, 5)]);
}

#[test]
fn sessions_have_a_limit() {
    let broker = TestBroker::with(&[("group.share.max.share.sessions", "1")]);
    let Bench { mut client, topic_id } = Bench::new(&broker, 1);
    assert_eq!(acquired(&client.call(2, &fetch(topic_id, "one", 0, 0, &[]))), [(0, 0, 1)]);
    let refused = client.call(2, &fetch(topic_id, "two", 0, 0, &[]));
    assert_eq!(refused.error_code, ErrorCode::SHARE_SESSION_LIMIT_REACHED.0);
    let closed = client.call(2, &fetch(topic_id, "one", -1, 0, &[(0, 0, &[2])]));
    assert_eq!(closed.error_code, 0);
    assert_eq!(acquired(&client.call(2, &fetch(topic_id, "two", 0, 0, &[]))), [(0, 0, 2)]);
}

#[test]
fn state_that_nobody_keeps_is_refused() {
    let broker = TestBroker::start();
    let Bench { mut client, topic_id } = Bench::new(&broker, 1);
    let mut read = |group: &str, topic_id: Uuid, partition: i32| {
        let partitions = vec![ReadPartition { partition, leader_epoch: -1 }];
        let topics = vec![ReadStateData { topic_id, partitions }];
        let request = ReadShareGroupStateRequest { group_id: group.into(), topics };
        let answer = client.call(0, &request);
        let results = answer.results.first().map(|topic| topic.partitions[0].clone());
        results.map(|result| (ErrorCode(result.error_code), result.error_message))
    };
    assert_eq!(read(GROUP, topic_id, 0), Some((ErrorCode::NONE, None)));
    assert_eq!(read("", topic_id, 0), None);
    let invalid = |text: &str| Some((ErrorCode::INVALID_REQUEST, Some(text.to_owned())));
    let negative = "The partition id cannot be a negative number.";
    assert_eq!(read(GROUP, topic_id, -1), invalid(negative));
    let uninitialized = "Read operation on uninitialized share partition not allowed.";
    assert_eq!(read(GROUP, topic_id, 1), invalid(uninitialized));
    assert_eq!(read(&"x".repeat(40_000), topic_id, 0), invalid("The group id is too long."));
    // The coordinator of a share partition is looked for by its key.
    let mut find = |key: String| {
        let request = FindCoordinatorRequest {
            key_type: 2,
            coordinator_keys: vec![key],
            ..Default::default()
        };
        client.call(6, &request).coordinators[0].error_code
    };
    assert_eq!(find(format!("g:{topic_id}:0")), 0);
    assert_eq!(find("g".into()), ErrorCode::INVALID_REQUEST.0);
    // Nobody fetches what has no state.
    let answer = client.call(2, &{
        let mut ask = fetch(topic_id, "one", 0, 0, &[]);
        ask.topics[0].partitions[0].partition_index = 1;
        ask
    });
    let error = answer.responses[0].partitions[0].error_code;
    assert_eq!(error, ErrorCode::UNKNOWN_SERVER_ERROR.0);
}

#[test]
fn a_member_gets_its_partitions_and_its_group_is_listed() {
    let broker = TestBroker::with(&[("group.share.assignment.interval.ms", "0")]);
    let mut client = client_with_topic(&broker, "t");
    let beat = |client: &mut Client, epoch: i32, names: Option<Vec<String>>| {
        let request = ShareGroupHeartbeatRequest {
            group_id: "s".into(),
            member_id: "m".into(),
            member_epoch: epoch,
            subscribed_topic_names: names,
            ..Default::default()
        };
        client.call(1, &request)
    };
    let joined = beat(&mut client, 0, Some(vec!["t".into()]));
    assert_eq!((joined.error_code, joined.member_epoch), (0, 2));
    let assigned = beat(&mut client, 2, None);
    let parts = assigned.assignment.unwrap().topic_partitions[0].partitions.len();
    assert_eq!((assigned.member_epoch, parts), (3, 4));
    let broker = broker.restart();
    let mut client = Client::connect(broker.address());
    let listed = client.call(5, &ListGroupsRequest::default()).groups;
    let listed: Vec<_> = listed
        .iter()
        .map(|g| (g.group_id.as_str(), g.group_type.as_str(), g.group_state.as_str()))
        .collect();
    assert_eq!(listed, [("s", "share", "Stable")]);
    let left = beat(&mut client, -1, None);
    assert_eq!((left.error_code, left.member_epoch), (0, -1));
}

/// A group's id is of one kind, whoever comes first: of those who come at the same moment one
/// kind gets in.
#[test]
fn an_id_is_of_share_groups_or_of_others_and_never_of_both() {
    let broker = TestBroker::start();
    drop(client_with_topic(&broker, "t"));
    let address = broker.address();
    for round in 0..20 {
        let group = format!("contested-{round}");
        let start = std::sync::Barrier::new(2);
        let (shared, committed) = std::thread::scope(|scope| {
            let share = scope.spawn(|| {
                let mut client = Client::connect(address);
                let beat = ShareGroupHeartbeatRequest {
                    group_id: group.clone(),
                    member_id: "m".into(),
                    subscribed_topic_names: Some(vec!["t".into()]),
                    ..Default::default()
                };
                start.wait();
                client.call(1, &beat).error_code
            });
            let commit = scope.spawn(|| {
                let mut client = Client::connect(address);
                let partition = OffsetCommitRequestPartition::default();
                let topic = OffsetCommitRequestTopic {
                    name: "t".into(),
                    partitions: vec![partition],
                    ..Default::default()
                };
                let commit = OffsetCommitRequest {
                    group_id: group.clone(),
                    generation_id_or_member_epoch: -1,
                    topics: vec![topic],
                    ..Default::default()
                };
                start.wait();
                client.call(9, &commit).topics[0].partitions[0].error_code
            });
            (share.join().unwrap(), commit.join().unwrap())
        });
        let missing = ErrorCode::GROUP_ID_NOT_FOUND.0;
        let want = [(0, missing), (missing, 0)];
        assert!(want.contains(&(shared, committed)), "{shared} {committed}");
    }
}
