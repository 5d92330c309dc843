//! What the broker keeps or looks into, at its real bounds: topics, producers, batches, states of
//! share groups, ACLs, tokens, and frames of those who have not logged in.

use rk::base::limits::{self, Limits};
use rk::wire::batch::{BatchBuilder, Codec};
use rk::wire::messages as m;

use super::super::access::{GUARDED, USERS, plain};
use super::super::fetching::{batch, client_with_topic, code, produce};
use super::{CONFIGS, POLICY_VIOLATION, is_answered, topic_id};
use crate::kit::broker::TestBroker;
use crate::kit::rng::Rng;
use crate::kit::wire::Client;

const MESSAGE_TOO_LARGE: i16 = 10;
const INVALID_TOPIC: i16 = 17;
const INVALID_REQUEST: i16 = 42;
const STREAMS_INVALID_TOPOLOGY: i16 = 130;

/// Asks for a topic, and says what was answered to it.
fn create(
    client: &mut Client,
    name: &str,
    num_partitions: i32,
    configs: &[(&str, &str)],
    validate_only: bool,
) -> i16 {
    let configs = configs.iter().map(|(name, value)| m::create_topics::CreatableTopicConfig {
        name: (*name).into(),
        value: Some((*value).into()),
    });
    let topic = m::create_topics::CreatableTopic {
        name: name.into(),
        num_partitions,
        replication_factor: 1,
        configs: configs.collect(),
        ..Default::default()
    };
    let topics = vec![topic];
    let ask = m::create_topics::CreateTopicsRequest { topics, validate_only, ..Default::default() };
    client.call(7, &ask).topics[0].error_code
}

#[test]
fn names_and_partitions_of_topics_are_bounded() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    let longest = "n".repeat(limits::TOPIC_NAME_MAX);
    assert_eq!(create(&mut client, &longest, 1, &[], false), 0);
    assert_eq!(create(&mut client, &format!("{longest}n"), 1, &[], false), INVALID_TOPIC);
    // As many as one request may ask for are not made here: that is for the bench.
    let most = limits::PARTITIONS_MAX;
    assert_eq!(create(&mut client, "many", most, &[], true), 0);
    assert_eq!(create(&mut client, "many", most + 1, &[], true), POLICY_VIOLATION);
    let mut grow = |count| {
        use m::create_partitions as more;
        let (name, assignments) = ("t".to_owned(), None);
        let topic = more::CreatePartitionsTopic { name, count, assignments };
        let ask = more::CreatePartitionsRequest {
            topics: vec![topic],
            validate_only: true,
            ..Default::default()
        };
        client.call(3, &ask).results[0].error_code
    };
    // It has four.
    assert_eq!([grow(most + 4), grow(most + 5)], [0, POLICY_VIOLATION]);
}

#[test]
fn what_a_batch_becomes_is_bounded_where_it_is_looked_into() {
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    assert_eq!(create(&mut client, "t", 1, &[("cleanup.policy", "compact")], false), 0);
    let mut rng = Rng::new("batches");
    // What says a little: of each kilobyte some bytes are random.
    let most = limits::DECOMPRESSED_BYTES_MAX;
    let mut value = vec![0; most + 1];
    for block in value.chunks_mut(1024) {
        block.iter_mut().take(12).for_each(|byte| *byte = rng.below(256) as u8);
    }
    let mut send = |codec: Codec, value: &[u8]| {
        let mut batch = BatchBuilder::new().codec(codec);
        batch.push(1_700_000_000_000, Some(b"k"), Some(value), &[]);
        let batch = batch.build().unwrap();
        // Snappy makes a twentieth of it, and that is more than a topic takes by default.
        (batch.len() < 1_000_000).then(|| code(&client.call(9, &produce("t", 0, batch))))
    };
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        // A record takes a few bytes beside its value.
        let told = [send(codec, &value[..most - 100]), send(codec, &value)];
        assert!([[Some(0), Some(MESSAGE_TOO_LARGE)], [None, None]].contains(&told), "{codec:?}");
    }
    // What says nothing becomes thousands of times what it is.
    let free = limits::DECOMPRESSED_BYTES_FREE;
    let told = [free - 100, free + 1].map(|bytes| send(Codec::Zstd, &vec![0; bytes]));
    assert_eq!(told, [Some(0), Some(MESSAGE_TOO_LARGE)]);
}

#[test]
fn the_producers_that_a_partition_knows_are_bounded() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    let most = i64::try_from(limits::PRODUCERS_MAX).unwrap();
    let sent = |producer: i64| {
        let mut batch = BatchBuilder::new().producer(producer, 0, 0);
        batch.push(1_700_000_000_000 + producer, None, Some(b"v"), &[]);
        produce("t", 0, batch.build().unwrap())
    };
    let all: Vec<i64> = (0..=most).collect();
    for some in all.chunks(100) {
        some.iter().for_each(|producer| client.send(9, &sent(*producer)));
        for _ in some {
            assert_eq!(code(&client.receive::<m::produce::ProduceRequest>(9)), 0);
        }
    }
    let mut again =
        |producer| client.call(9, &sent(producer)).responses[0].partition_responses[0].base_offset;
    // A batch that comes again has the offset that it had; whoever is forgotten is new.
    assert_eq!(again(1), 1);
    assert_eq!(again(most), most);
    assert_eq!(again(0), most + 1, "the one that was silent the longest gave way");
    let ask = m::describe_producers::DescribeProducersRequest {
        topics: vec![m::describe_producers::TopicRequest {
            name: "t".into(),
            partition_indexes: vec![0],
        }],
    };
    let told = client.call(0, &ask);
    assert_eq!(told.topics[0].partitions[0].active_producers.len(), limits::PRODUCERS_MAX);
}

#[test]
fn the_batches_of_a_share_partition_are_bounded() {
    use m::write_share_group_state as write;
    let broker = TestBroker::with(CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    let topic_id = topic_id(&mut client);
    let begin = m::initialize_share_group_state::InitializeShareGroupStateRequest {
        group_id: "g".into(),
        topics: vec![m::initialize_share_group_state::InitializeStateData {
            topic_id,
            partitions: vec![Default::default()],
        }],
    };
    assert_eq!(client.call(0, &begin).results[0].partitions[0].error_code, 0);
    let mut written = |batches: std::ops::Range<usize>| {
        let batches = batches.map(|at| write::StateBatch {
            first_offset: 2 * i64::try_from(at).unwrap(),
            last_offset: 2 * i64::try_from(at).unwrap(),
            delivery_state: 2,
            delivery_count: 1,
        });
        let ask = write::WriteShareGroupStateRequest {
            group_id: "g".into(),
            topics: vec![write::WriteStateData {
                topic_id,
                partitions: vec![write::PartitionData {
                    state_batches: batches.collect(),
                    ..Default::default()
                }],
            }],
        };
        client.call(1, &ask).results[0].partitions[0].error_code
    };
    let most = limits::SHARE_BATCHES_MAX;
    // A record of them is kept within what a batch of the topic may hold.
    let fits = 10_000;
    assert_eq!(written(0..most + 1), INVALID_REQUEST);
    assert_eq!(written(0..fits), 0);
    assert_eq!(written(fits..most + 1), INVALID_REQUEST);
    assert_eq!(written(fits..2 * fits), 0);
}

#[test]
fn the_tasks_of_a_streams_topology_are_bounded() {
    use m::streams_group_heartbeat as streams;
    let broker = TestBroker::with(CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    let mut join = |group: &str, partitions: i32| {
        let repartition = streams::TopicInfo {
            name: "r".into(),
            partitions,
            replication_factor: 1,
            ..Default::default()
        };
        let subtopology = |id: &str| streams::Subtopology {
            subtopology_id: id.into(),
            source_topics: vec!["t".into()],
            repartition_sink_topics: vec!["r".into()],
            ..Default::default()
        };
        let reads = streams::Subtopology {
            subtopology_id: "1".into(),
            repartition_source_topics: vec![repartition],
            ..Default::default()
        };
        let ask = streams::StreamsGroupHeartbeatRequest {
            group_id: group.into(),
            member_id: "m".into(),
            rebalance_timeout_ms: 10_000,
            topology: Some(streams::Topology {
                epoch: 1,
                subtopologies: vec![subtopology("0"), reads],
            }),
            process_id: Some("p".into()),
            active_tasks: Some(Vec::new()),
            standby_tasks: Some(Vec::new()),
            warmup_tasks: Some(Vec::new()),
            ..Default::default()
        };
        client.call(0, &ask).error_code
    };
    // The topic that is read has four partitions, and so as many tasks.
    let most = i32::try_from(limits::STREAMS_TASKS_MAX).unwrap() - 4;
    let told = crate::kit::wait::until("the coordinator", || {
        let told = join("large", most + 1);
        (told != 15).then_some(told)
    });
    assert_eq!(told, STREAMS_INVALID_TOPOLOGY);
    assert_ne!(join("largest", most), STREAMS_INVALID_TOPOLOGY);
}

/// A broker with an authorizer and logins.
fn guarded(limits: Limits) -> TestBroker {
    TestBroker::guarded_within(limits, GUARDED, USERS)
}

fn acls(names: std::ops::Range<usize>) -> m::create_acls::CreateAclsRequest {
    let creations = names.map(|name| m::create_acls::AclCreation {
        resource_type: 2,
        resource_name: format!("t{name}"),
        resource_pattern_type: 3,
        principal: "User:alice".into(),
        host: "*".into(),
        operation: 3,
        permission_type: 3,
    });
    m::create_acls::CreateAclsRequest { creations: creations.collect() }
}

fn deletion(name: Option<&str>) -> m::delete_acls::DeleteAclsRequest {
    let filter = m::delete_acls::DeleteAclsFilter {
        resource_type_filter: 2,
        resource_name_filter: name.map(str::to_owned),
        pattern_type_filter: 1,
        principal_filter: None,
        host_filter: None,
        operation: 1,
        permission_type: 1,
    };
    m::delete_acls::DeleteAclsRequest { filters: vec![filter] }
}

#[test]
fn acls_and_tokens_are_bounded() {
    let broker = guarded(Limits { acls: 2, tokens: 1, ..Limits::default() });
    let mut client = Client::connect(broker.address());
    let mut made = |names| client.call(3, &acls(names)).results[0].error_code;
    assert_eq!(
        [made(0..3), made(0..2), made(2..3), made(0..2)],
        [POLICY_VIOLATION, 0, POLICY_VIOLATION, 0]
    );
    assert_eq!(client.call(3, &deletion(Some("t0"))).filter_results[0].error_code, 0);
    assert_eq!(client.call(3, &acls(2..3)).results[0].error_code, 0);

    let mut alice = plain(&broker, "alice", "secret");
    let ask = m::create_delegation_token::CreateDelegationTokenRequest {
        owner_principal_name: None,
        owner_principal_type: None,
        max_lifetime_ms: -1,
        ..Default::default()
    };
    let first = alice.call(3, &ask);
    assert_eq!([first.error_code, alice.call(3, &ask).error_code], [0, POLICY_VIOLATION]);
    let end = m::expire_delegation_token::ExpireDelegationTokenRequest {
        hmac: first.hmac,
        expiry_time_period_ms: -1,
    };
    assert_eq!(alice.call(2, &end).error_code, 0);
    assert_eq!(alice.call(3, &ask).error_code, 0);
}

#[test]
fn acls_of_one_deletion_are_bounded() {
    let broker = guarded(Limits::default());
    let mut client = Client::connect(broker.address());
    let most = limits::ACLS_PER_DELETION_MAX;
    for names in [0..most / 2, most / 2..most, most..most + 1] {
        let made = client.call(3, &acls(names));
        assert!(made.results.iter().all(|result| result.error_code == 0));
    }
    let all = deletion(None);
    assert_eq!(client.call(3, &all).filter_results[0].error_code, INVALID_REQUEST);
    assert_eq!(client.call(3, &deletion(Some("t0"))).filter_results[0].error_code, 0);
    let gone = client.call(3, &all);
    assert_eq!(gone.filter_results[0].matching_acls.len(), most);
}

#[test]
fn frames_before_a_login_are_small() {
    let broker = guarded(Limits::default());
    let most = u32::try_from(limits::SASL_FRAME_BYTES_MAX).unwrap();
    let mut stranger = Client::connect(broker.address_of("SASL_PLAINTEXT"));
    stranger.send_raw(&(most + 1).to_be_bytes());
    assert_eq!(stranger.receive_frame(), None);
    // As large as may be, it is read to its end, and then is no login.
    let mut stranger = Client::connect(broker.address_of("SASL_PLAINTEXT"));
    stranger.send_raw(&most.to_be_bytes());
    stranger.send_raw(&vec![0; limits::SASL_FRAME_BYTES_MAX - 1]);
    let mut alice = plain(&broker, "alice", "secret");
    assert!(is_answered(&mut alice));
    assert_eq!(create(&mut alice, "t", 1, &[], true), 29, "she may not, but is let in");
}

#[test]
fn no_frame_is_larger_than_kafkas() {
    let broker = TestBroker::start();
    let most = u32::try_from(limits::FRAME_BYTES_MAX).unwrap();
    let mut client = Client::connect(broker.address());
    client.send_raw(&(most + 1).to_be_bytes());
    assert_eq!(client.receive_frame(), None);
    let mut client = client_with_topic(&broker, "t");
    assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0);
}
