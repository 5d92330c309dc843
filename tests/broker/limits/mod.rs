//! Whatever a client can make grow has a bound, and who comes to it is told by Kafka's error. The
//! bounds are small here; `base/limits.rs` has the real ones.

mod held;
mod kept;

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use rk::base::clock::Moment;
use rk::base::ids::Uuid;
use rk::base::limits::{self, Limits};
use rk::wire::messages as m;

use super::fetching::{batch, client_with_topic, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::wait::until;
use crate::kit::wire::Client;

const POLICY_VIOLATION: i16 = 44;
const GROUP_MAX_SIZE_REACHED: i16 = 81;
const MEMBER_ID_REQUIRED: i16 = 79;
const SHARE_SESSION_LIMIT_REACHED: i16 = 133;

fn small() -> Limits {
    Limits {
        connections: 3,
        groups: 2,
        members: 2,
        transactional_ids: 1,
        share_states: 1,
        session_partitions: 2,
        partitions: 60,
        acls: 1,
        users: 1,
        quotas: 1,
        tokens: 1,
        config_bytes: 1000,
        ..Limits::default()
    }
}

/// Few partitions of what is internal.
const CONFIGS: &[(&str, &str)] = &[
    ("offsets.topic.num.partitions", "2"),
    ("transaction.state.log.num.partitions", "2"),
    ("share.coordinator.state.topic.num.partitions", "2"),
    ("group.initial.rebalance.delay.ms", "0"),
];

fn is_answered(client: &mut Client) -> bool {
    client.call(0, &m::api_versions::ApiVersionsRequest::default()).error_code == 0
}

#[test]
fn connections_in_all_are_bounded_over_all_listeners() {
    let listeners = ("listeners", "A://127.0.0.1:0,B://127.0.0.1:0");
    let map = ("listener.security.protocol.map", "A:PLAINTEXT,B:PLAINTEXT");
    let broker = TestBroker::within(small(), &[listeners, map]);
    let connect = |name: &str| Client::connect(broker.address_of(name));
    let mut held: Vec<Client> = ["A", "B", "A"].map(connect).into_iter().collect();
    assert!(held.iter_mut().all(is_answered));
    let mut waits = connect("B");
    waits.send(0, &m::api_versions::ApiVersionsRequest::default());
    held.remove(0);
    let answer = waits.receive::<m::api_versions::ApiVersionsRequest>(0);
    assert_eq!(answer.error_code, 0, "it was let in when another had left");
    assert!(held.iter_mut().all(is_answered));
}

#[test]
fn connections_of_one_address_are_bounded() {
    let broker = TestBroker::with(&[("max.connections.per.ip", "2")]);
    let mut held = [Client::connect(broker.address()), Client::connect(broker.address())];
    assert!(held.iter_mut().all(is_answered));
    assert_eq!(Client::connect(broker.address()).receive_frame(), None);
    assert!(held.iter_mut().all(is_answered));
}

#[test]
fn frames_and_their_elements_are_bounded() {
    let broker = TestBroker::with(&[("socket.request.max.bytes", "300000")]);
    let mut client = Client::connect(broker.address());
    client.send_raw(&300_001u32.to_be_bytes());
    assert_eq!(client.receive_frame(), None);
    let mut client = Client::connect(broker.address());
    // Each takes a byte: an empty name.
    let names = vec![String::new(); limits::REQUEST_ELEMENTS_MAX + 1];
    let ask = m::describe_groups::DescribeGroupsRequest { groups: names, ..Default::default() };
    client.send(5, &ask);
    assert_eq!(client.receive_frame(), None);
    assert!(is_answered(&mut Client::connect(broker.address())));
}

fn join(group: &str, member: &str) -> m::join_group::JoinGroupRequest {
    m::join_group::JoinGroupRequest {
        group_id: group.into(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: 10_000,
        member_id: member.into(),
        protocol_type: "consumer".into(),
        protocols: vec![m::join_group::JoinGroupRequestProtocol {
            name: "range".into(),
            metadata: Default::default(),
        }],
        ..Default::default()
    }
}

#[test]
fn groups_and_their_members_are_bounded() {
    let broker = TestBroker::within(small(), CONFIGS);
    let mut client = Client::connect(broker.address());
    let first = until("the coordinator", || {
        let answer = client.call(5, &join("one", ""));
        (answer.error_code == MEMBER_ID_REQUIRED).then_some(answer.member_id)
    });
    assert_eq!(client.call(5, &join("one", "")).error_code, MEMBER_ID_REQUIRED);
    // Ids that nobody has come back with count as well.
    assert_eq!(client.call(5, &join("one", "")).error_code, GROUP_MAX_SIZE_REACHED);
    assert_eq!(client.call(5, &join("one", &first)).error_code, 0);
    let beat =
        |group: &str, member: &str| m::consumer_group_heartbeat::ConsumerGroupHeartbeatRequest {
            group_id: group.into(),
            member_id: member.into(),
            rebalance_timeout_ms: 10_000,
            subscribed_topic_names: Some(vec!["t".into()]),
            topic_partitions: Some(Vec::new()),
            ..Default::default()
        };
    assert_eq!(client.call(1, &beat("two", "a")).error_code, 0);
    assert_eq!(client.call(1, &beat("two", "b")).error_code, 0);
    assert_eq!(client.call(1, &beat("two", "c")).error_code, GROUP_MAX_SIZE_REACHED);
    // A third group, of whichever kind.
    assert_eq!(client.call(1, &beat("three", "a")).error_code, GROUP_MAX_SIZE_REACHED);
    assert_eq!(client.call(5, &join("three", "")).error_code, GROUP_MAX_SIZE_REACHED);
    let share = m::share_group_heartbeat::ShareGroupHeartbeatRequest {
        group_id: "three".into(),
        member_id: "a".into(),
        subscribed_topic_names: Some(vec!["t".into()]),
        ..Default::default()
    };
    assert_eq!(client.call(1, &share).error_code, GROUP_MAX_SIZE_REACHED);
    let commit = m::offset_commit::OffsetCommitRequest {
        group_id: "three".into(),
        generation_id_or_member_epoch: -1,
        topics: vec![m::offset_commit::OffsetCommitRequestTopic {
            name: "t".into(),
            partitions: vec![Default::default()],
            ..Default::default()
        }],
        ..Default::default()
    };
    let answer = client.call(7, &commit);
    assert_eq!(answer.topics[0].partitions[0].error_code, GROUP_MAX_SIZE_REACHED);
    // Those that are there go on.
    assert_eq!(client.call(5, &join("one", &first)).error_code, 0);
    let mut large = join("one", &first);
    large.protocols[0].metadata = vec![0; limits::MEMBER_BYTES_MAX + 1].into();
    assert_eq!(client.call(5, &large).error_code, 42, "INVALID_REQUEST");
}

#[test]
fn transactional_ids_are_bounded() {
    let broker = TestBroker::within(small(), CONFIGS);
    let mut client = Client::connect(broker.address());
    let mut init = |id: &str| {
        let ask = m::init_producer_id::InitProducerIdRequest {
            transactional_id: Some(id.into()),
            transaction_timeout_ms: 60_000,
            ..Default::default()
        };
        client.call(4, &ask).error_code
    };
    until("a producer id", || (init("one") == 0).then_some(()));
    assert_eq!(init("two"), POLICY_VIOLATION);
    assert_eq!(init("one"), 0);
}

fn topic_id(client: &mut Client) -> Uuid {
    let all = client.call(13, &m::metadata::MetadataRequest { topics: None, ..Default::default() });
    all.topics.iter().find(|topic| topic.name.as_deref() == Some("t")).unwrap().topic_id
}

#[test]
fn share_states_and_sessions_are_bounded() {
    let broker = TestBroker::within(small(), CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    let topic_id = topic_id(&mut client);
    let mut begin = |group: &str| {
        let ask = m::initialize_share_group_state::InitializeShareGroupStateRequest {
            group_id: group.into(),
            topics: vec![m::initialize_share_group_state::InitializeStateData {
                topic_id,
                partitions: vec![Default::default()],
            }],
        };
        client.call(0, &ask).results[0].partitions[0].error_code
    };
    assert_eq!([begin("one"), begin("two"), begin("one")], [0, POLICY_VIOLATION, 0]);
    let mut fetch = |member: &str, partitions: i32| {
        let partition = |partition_index| m::share_fetch::FetchPartition {
            partition_index,
            ..Default::default()
        };
        let ask = m::share_fetch::ShareFetchRequest {
            group_id: Some("one".into()),
            member_id: Some(member.into()),
            max_records: 1,
            max_bytes: 1000,
            topics: vec![m::share_fetch::FetchTopic {
                topic_id,
                partitions: (0..partitions).map(partition).collect(),
            }],
            ..Default::default()
        };
        client.call(1, &ask).error_code
    };
    let told = [fetch("member-one", 3), fetch("member-one", 2), fetch("member-two", 1)];
    assert_eq!(told, [SHARE_SESSION_LIMIT_REACHED, 0, SHARE_SESSION_LIMIT_REACHED]);
}

#[test]
fn partitions_in_fetch_sessions_are_bounded() {
    let broker = TestBroker::within(small(), CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    let mut fetch = |session_id, session_epoch, partitions: std::ops::Range<i32>| {
        let partition = |partition| m::fetch::FetchPartition {
            partition,
            partition_max_bytes: 1000,
            ..Default::default()
        };
        let topic = m::fetch::FetchTopic {
            topic: "t".into(),
            partitions: partitions.map(partition).collect(),
            ..Default::default()
        };
        let ask = m::fetch::FetchRequest {
            session_id,
            session_epoch,
            max_bytes: 1000,
            topics: vec![topic],
            ..Default::default()
        };
        let answer = client.call(12, &ask);
        (answer.error_code, answer.session_id)
    };
    assert_eq!(fetch(0, 0, 0..3), (0, 0), "it is answered without a session");
    let (error, session) = fetch(0, 0, 0..2);
    assert_eq!(error, 0);
    assert_ne!(session, 0);
    assert_eq!(fetch(0, 0, 0..1), (0, 0));
    assert_eq!(fetch(session, 1, 2..3).0, 70, "FETCH_SESSION_ID_NOT_FOUND: it grew too large");
}

#[test]
fn what_the_metadata_keeps_is_bounded() {
    let broker = TestBroker::within(small(), CONFIGS);
    let mut client = Client::connect(broker.address());
    let create = |name: &str, num_partitions| {
        let topic = m::create_topics::CreatableTopic {
            name: name.into(),
            num_partitions,
            replication_factor: 1,
            ..Default::default()
        };
        m::create_topics::CreateTopicsRequest { topics: vec![topic], ..Default::default() }
    };
    let mut made = |name: &str, count| client.call(7, &create(name, count)).topics[0].error_code;
    let told = [made("a", 61), made("a", 50), made("b", 11), made("b", 10)];
    assert_eq!(told, [POLICY_VIOLATION, 0, POLICY_VIOLATION, 0]);
    let more = m::create_partitions::CreatePartitionsRequest {
        topics: vec![m::create_partitions::CreatePartitionsTopic {
            name: "b".into(),
            count: 11,
            assignments: None,
        }],
        ..Default::default()
    };
    assert_eq!(client.call(3, &more).results[0].error_code, POLICY_VIOLATION);
    let wanted = m::metadata::MetadataRequestTopic { name: Some("c".into()), ..Default::default() };
    let ask = m::metadata::MetadataRequest {
        topics: Some(vec![wanted]),
        allow_auto_topic_creation: true,
        ..Default::default()
    };
    assert_eq!(client.call(9, &ask).topics[0].error_code, POLICY_VIOLATION);
    // What is there can be written to, and deleted to make room.
    let written = client.call(9, &produce("a", 0, batch(1, 1)));
    assert_eq!(code(&written), 0);
}

#[test]
fn configs_quotas_and_users_are_bounded() {
    let broker = TestBroker::within(small(), CONFIGS);
    let mut client = client_with_topic(&broker, "a");
    let mut configure = |value: &str| {
        use m::incremental_alter_configs as inc;
        let ask = inc::IncrementalAlterConfigsRequest {
            resources: vec![inc::AlterConfigsResource {
                resource_type: 2,
                resource_name: "a".into(),
                configs: vec![inc::AlterableConfig {
                    name: "follower.replication.throttled.replicas".into(),
                    config_operation: 0,
                    value: Some(value.into()),
                }],
            }],
            ..Default::default()
        };
        client.call(1, &ask).responses[0].error_code
    };
    let long = (0..200).map(|p| format!("{p}:1")).collect::<Vec<_>>().join(",");
    assert_eq!([configure("0:1"), configure(&long)], [0, POLICY_VIOLATION]);

    let mut quota = |user: &str| {
        use m::alter_client_quotas as quotas;
        let ask = quotas::AlterClientQuotasRequest {
            entries: vec![quotas::EntryData {
                entity: vec![quotas::EntityData {
                    entity_type: "user".into(),
                    entity_name: Some(user.into()),
                }],
                ops: vec![quotas::OpData {
                    key: "producer_byte_rate".into(),
                    value: 1e9,
                    remove: false,
                }],
            }],
            validate_only: false,
        };
        client.call(1, &ask).entries[0].error_code
    };
    assert_eq!([quota("one"), quota("two"), quota("one")], [0, POLICY_VIOLATION, 0]);
    let mut user = |name: &str| {
        use m::alter_user_scram_credentials as scram;
        let upsertion = scram::ScramCredentialUpsertion {
            name: name.into(),
            mechanism: 1,
            iterations: 4096,
            salt: vec![1; 16].into(),
            salted_password: vec![2; 32].into(),
        };
        let ask = scram::AlterUserScramCredentialsRequest {
            upsertions: vec![upsertion],
            ..Default::default()
        };
        client.call(0, &ask).results[0].error_code
    };
    assert_eq!([user("one"), user("two"), user("one")], [0, POLICY_VIOLATION, 0]);
}

/// Half of a frame: its length, and so many bytes of it.
fn half(broker: &TestBroker, announced: u32, sent: usize) -> TcpStream {
    let mut client = Client::connect(broker.address());
    client.send_raw(&announced.to_be_bytes());
    client.send_raw(&vec![0; sent]);
    client.into_stream()
}

fn is_hung_up_on(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    match stream.read(&mut [0; 1]) {
        Ok(0) => true,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        Ok(_) => false,
    }
}

#[test]
fn half_sent_frames_share_a_bounded_room() {
    let broker = TestBroker::with(&[("queued.max.request.bytes", "200000")]);
    let mut client = client_with_topic(&broker, "t");
    // One alone may hold more than all the room there is, and the others come after it.
    let mut halves: Vec<TcpStream> =
        [300_000, 150_000, 150_000].map(|size| half(&broker, size, 1000)).into_iter().collect();
    let began = Moment::now();
    assert!(is_answered(&mut client), "who asks for little waits for nobody");
    assert!(began.elapsed() < Duration::from_secs(1));
    until("half a frame to be given up", || halves.iter_mut().any(is_hung_up_on).then_some(()));
    // Somebody who sends all of a large frame has it read in the end.
    let large = batch(10, 15_000);
    assert_eq!(code(&client.call(9, &produce("t", 0, large))), 0);
}

#[test]
fn unread_answers_share_a_bounded_room() {
    let broker = TestBroker::with(&[("queued.max.request.bytes", "200000")]);
    let ask = m::describe_configs::DescribeConfigsRequest {
        resources: vec![m::describe_configs::DescribeConfigsResource {
            resource_type: 4,
            resource_name: "1".into(),
            configuration_keys: None,
        }],
        include_synonyms: true,
        include_documentation: true,
    };
    // More than fits into the sockets' own buffers, and more requests than are read ahead: so
    // hanging up is seen as a reset.
    const ASKED: usize = 1000;
    let mut readers: Vec<TcpStream> = Vec::new();
    until("somebody who never reads to be hung up on", || {
        if readers.len() < 10 {
            let mut reader = Client::connect(broker.address());
            (0..ASKED).for_each(|_| reader.send(4, &ask));
            readers.push(reader.into_stream());
        }
        let mut client = Client::connect(broker.address());
        assert!(is_answered(&mut client));
        let is_reset = |stream: &TcpStream| stream.take_error().unwrap().is_some();
        readers.iter().any(is_reset).then_some(())
    });
    let answer = Client::connect(broker.address()).call(4, &ask);
    assert_eq!(answer.results[0].error_code, 0, "who reads gets all of it");
}

#[test]
fn an_answer_of_configs_is_bounded() {
    use m::describe_configs::{DescribeConfigsRequest, DescribeConfigsResource};
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    let mut describe = |count: usize| {
        let own = DescribeConfigsResource {
            resource_type: 4,
            resource_name: "1".to_owned(),
            ..Default::default()
        };
        let request = DescribeConfigsRequest {
            resources: vec![own; count],
            include_synonyms: true,
            include_documentation: true,
        };
        let answer = client.call(4, &request);
        assert_eq!(answer.results.len(), count);
        let told = answer.results.iter().take_while(|result| result.error_code == 0).count();
        let rest = answer.results[told..].iter();
        let refused = rest
            .filter(|result| result.error_code == POLICY_VIOLATION && result.configs.is_empty());
        assert_eq!(refused.count(), count - told);
        told
    };
    assert_eq!(describe(20), 20);
    let told = describe(2000);
    assert!((20..1000).contains(&told), "{told}");
}
