//! The state has one door: what was read again is what was there, whatever happened before.

use bytes::Bytes;
use rk::base::ids::Uuid;
use rk::broker::meta::plan::{self, Lifetimes, TokenDesk};
use rk::broker::meta::state::ApplyError;
use rk::broker::meta::{MetadataRecord, State, image};
use rk::wire::messages::alter_client_quotas::{
    AlterClientQuotasRequest, EntityData, EntryData, OpData,
};
use rk::wire::messages::alter_user_scram_credentials::{
    AlterUserScramCredentialsRequest, ScramCredentialDeletion, ScramCredentialUpsertion,
};
use rk::wire::messages::create_acls::{AclCreation, CreateAclsRequest};
use rk::wire::messages::create_delegation_token::{
    CreatableRenewers, CreateDelegationTokenRequest,
};
use rk::wire::messages::create_partitions::{CreatePartitionsRequest, CreatePartitionsTopic};
use rk::wire::messages::create_topics::{
    CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use rk::wire::messages::delete_acls::{DeleteAclsFilter, DeleteAclsRequest};
use rk::wire::messages::delete_topics::DeleteTopicsRequest;
use rk::wire::messages::incremental_alter_configs::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use rk::wire::messages::metadata_log::{
    AbortTransactionRecord, BeginTransactionRecord, ConfigRecord, EndTransactionRecord,
    FeatureLevelRecord, PartitionRecord, RemoveTopicRecord, TopicRecord,
};

use super::Cluster;
use crate::kit::rng::Rng;

/// Writes every record down and reads it again into an empty state.
fn replayed(cluster: &Cluster) -> State {
    let mut state = State::default();
    for record in &cluster.log {
        let value: Bytes = record.to_value(state.metadata_version()).unwrap();
        let read = MetadataRecord::from_value(value).unwrap();
        assert_eq!(&read, record);
        state.apply(&read).unwrap();
    }
    state
}

/// Writes the state down as a snapshot does, and reads it again into an empty state.
fn imaged(state: &State) -> State {
    let mut again = State::default();
    for record in image::records(state) {
        let value = record.to_value(state.metadata_version()).unwrap();
        again.apply(&MetadataRecord::from_value(value).unwrap()).unwrap();
    }
    again
}

/// Changes who may do what, and how much of it.
fn step_of_access(cluster: &mut Cluster, rng: &mut Rng) {
    let user = rng.pick(&["ann", "bob", "C=x, O=\u{e9}", "*"]).to_string();
    match rng.below(6) {
        0 | 1 => {
            let creation = AclCreation {
                resource_type: rng.pick(&[2, 3, 4, 5, 6, 7]).to_owned(),
                resource_name: rng.pick(&["kafka-cluster", "a", "a.", "*"]).to_string(),
                resource_pattern_type: rng.pick(&[3, 4]).to_owned(),
                principal: format!("User:{user}"),
                host: rng.pick(&["*", "10.0.0.1"]).to_string(),
                operation: 2 + rng.below(11) as i8,
                permission_type: rng.pick(&[2, 3]).to_owned(),
            };
            let request = CreateAclsRequest { creations: vec![creation] };
            cluster.act(|view, ids| plan::create_acls(view, &request, ids));
        }
        2 => {
            let filter = DeleteAclsFilter {
                resource_type_filter: rng.pick(&[2, 3, 4]).to_owned(),
                resource_name_filter: None,
                pattern_type_filter: 1,
                principal_filter: Some(format!("User:{user}")),
                host_filter: None,
                operation: 1,
                permission_type: 1,
            };
            let request = DeleteAclsRequest { filters: vec![filter] };
            cluster.act(|view, _| plan::delete_acls(view, &request));
        }
        3 => {
            let (name, mechanism) = (user, 1 + rng.below(2) as i8);
            let mut request = AlterUserScramCredentialsRequest::default();
            if rng.one_in(3) {
                request.deletions.push(ScramCredentialDeletion { name, mechanism });
            } else {
                let salt = rng.bytes(16).into();
                let salted_password = rng.bytes([32, 64][mechanism as usize - 1]).into();
                let iterations = 4096 + rng.below(100) as i32;
                request.upsertions.push(ScramCredentialUpsertion {
                    name,
                    mechanism,
                    iterations,
                    salt,
                    salted_password,
                });
            }
            cluster.act(|view, _| plan::alter_user_scram_credentials(view, &request));
        }
        4 => set_quota(cluster, rng, user),
        _ => make_token(cluster, rng, &user),
    }
}

fn set_quota(cluster: &mut Cluster, rng: &mut Rng, user: String) {
    let part = |kind: &str, name: Option<String>| EntityData {
        entity_type: kind.into(),
        entity_name: name,
    };
    let (entity, key) = match rng.below(4) {
        0 => (vec![part("ip", Some("10.0.0.1".into()))], "connection_creation_rate"),
        1 => (vec![part("client-id", Some("c".into()))], "consumer_byte_rate"),
        2 => (vec![part("user", None), part("client-id", None)], "producer_byte_rate"),
        _ => (vec![part("user", Some(user))], "request_percentage"),
    };
    let value = (1 + rng.below(1000)) as f64;
    let ops = vec![OpData { key: key.into(), value, remove: rng.one_in(3) }];
    let entries = vec![EntryData { entity, ops }];
    let request = AlterClientQuotasRequest { entries, validate_only: false };
    cluster.act(|view, _| plan::alter_client_quotas(view, &request, &|_| true));
}

/// Makes a token, and ends those whose time is up.
fn make_token(cluster: &mut Cluster, rng: &mut Rng, user: &str) {
    let now = rng.below(1_000_000) as i64;
    let lifetimes = Lifetimes { max_ms: 1_000_000, renew_ms: 400_000 };
    let principal = format!("User:{user}");
    let desk = TokenDesk { now, principal: &principal, secret: Some("secret"), lifetimes };
    let renewer = CreatableRenewers {
        principal_type: "User".into(),
        principal_name: rng.pick(&["dan", "eve"]).to_string(),
    };
    let request = CreateDelegationTokenRequest {
        owner_principal_type: None,
        owner_principal_name: None,
        renewers: vec![renewer; rng.below(2)],
        max_lifetime_ms: -1,
    };
    let id = format!("token {}", rng.next());
    cluster.act(|view, _| plan::create_token(view, &desk, &request, id));
    cluster.act(|view, _| plan::expired_tokens(view, now));
}

fn step(cluster: &mut Cluster, rng: &mut Rng) {
    const NAMES: &[&str] = &["a", "b", "a.b", "a_b", "", "c c", "__consumer_offsets"];
    const VALUES: &[&str] = &["1", "-1", "compact", "delete", "", "86400000", "x"];
    const CONFIGS: &[&str] =
        &["retention.ms", "cleanup.policy", "min.insync.replicas", "segment.ms", "nope"];
    let name = rng.pick(NAMES).to_string();
    let value = Some(rng.pick(VALUES).to_string()).filter(|_| !rng.one_in(8));
    let config = rng.pick(CONFIGS).to_string();
    match rng.below(8) {
        0 | 1 => {
            let configs = match rng.below(3) {
                0 => vec![CreatableTopicConfig { name: config, value }],
                _ => Vec::new(),
            };
            let (num_partitions, replication_factor) =
                (rng.below(4) as i32 - 1, 1 - 2 * rng.below(2) as i16);
            let topic = CreatableTopic {
                name,
                num_partitions,
                replication_factor,
                configs,
                ..Default::default()
            };
            let request = CreateTopicsRequest { topics: vec![topic], ..Default::default() };
            cluster.act(|view, ids| plan::create_topics(view, &request, 7, ids));
        }
        2 => {
            let request = DeleteTopicsRequest { topic_names: vec![name], ..Default::default() };
            cluster.act(|view, _| plan::delete_topics(view, &request, 5));
        }
        3 => {
            let count = rng.below(8) as i32;
            let topic = CreatePartitionsTopic { name, count, assignments: None };
            let request = CreatePartitionsRequest { topics: vec![topic], ..Default::default() };
            cluster.act(|view, _| plan::create_partitions(view, &request));
        }
        4 | 5 => {
            let (resource_type, resource_name) = match rng.below(3) {
                0 => (4, rng.pick(&["", "1", "2"]).to_string()),
                1 => (32, name),
                _ => (2, name),
            };
            let config_operation = rng.below(5) as i8;
            let configs = vec![AlterableConfig { name: config, config_operation, value }];
            let resource = AlterConfigsResource { resource_type, resource_name, configs };
            let request =
                IncrementalAlterConfigsRequest { resources: vec![resource], ..Default::default() };
            cluster.act(|view, _| plan::incremental_alter_configs(view, &request));
        }
        6 => {
            cluster.act(|view, ids| plan::auto_create(view, &[&name], ids));
        }
        _ => {
            let block = cluster.act(|view, _| plan::producer_ids(view).unwrap());
            assert_eq!(block.len, 1000);
            if rng.one_in(2) {
                cluster.stop();
                cluster.start();
            }
        }
    }
}

#[test]
fn what_was_read_again_is_what_was_there() {
    // ACLs, users, quotas, tokens: how many there were at the ends of the rounds.
    let mut filled = [0; 4];
    for round in 0..20 {
        let mut rng = Rng::new(&format!("metadata {round}"));
        let mut cluster = Cluster::new(&[]);
        for _ in 0..60 {
            step(&mut cluster, &mut rng);
            step_of_access(&mut cluster, &mut rng);
            let node = cluster.node.id;
            for topic in cluster.state.topics() {
                assert_eq!(cluster.state.topic_by_id(topic.id), Some(topic));
                let indexes: Vec<i32> = topic.partitions.keys().copied().collect();
                assert_eq!(indexes, (0..topic.partition_count()).collect::<Vec<_>>());
                assert!(topic.partitions.values().all(|p| p.leader == node && p.isr == [node]));
            }
        }
        assert_eq!(replayed(&cluster), cluster.state);
        assert_eq!(imaged(&cluster.state), cluster.state);
        let access = cluster.state.access();
        filled[0] += access.acls().iter().count();
        filled[1] += access.users().len();
        filled[2] += access.quotas().len();
        filled[3] += access.tokens().len();
    }
    assert!(filled.iter().all(|count| *count > 20), "{filled:?}");
}

#[test]
fn ids_are_given_once() {
    let mut cluster = Cluster::new(&[]);
    let firsts: Vec<i64> =
        (0..3).map(|_| cluster.act(|view, _| plan::producer_ids(view).unwrap()).first).collect();
    assert_eq!(firsts, [0, 1000, 2000]);
    let record = rk::wire::messages::metadata_log::ProducerIdsRecord {
        next_producer_id: i64::MAX - 5,
        ..Default::default()
    };
    cluster.append(vec![record.into()]);
    assert!(plan::producer_ids(&cluster.view()).is_err());
}

#[test]
fn a_transaction_counts_whole_or_not_at_all() {
    let topic = |name: &str, id| -> MetadataRecord {
        TopicRecord { name: name.into(), topic_id: Uuid([id; 16]) }.into()
    };
    let begin = || MetadataRecord::from(BeginTransactionRecord { name: None });
    let mut state = State::default();
    for record in [begin(), topic("a", 1), AbortTransactionRecord::default().into()] {
        state.apply(&record).unwrap();
    }
    assert_eq!((state.topic_count(), state.in_transaction()), (0, false));
    for record in [begin(), topic("a", 1), topic("b", 2)] {
        state.apply(&record).unwrap();
        assert_eq!((state.topic_count(), state.in_transaction()), (0, true));
    }
    assert!(matches!(state.apply(&begin()), Err(ApplyError::Transaction { .. })));
    state.apply(&EndTransactionRecord {}.into()).unwrap();
    assert_eq!(state.topic_count(), 2);
    let before = state.clone();
    for record in [begin(), topic("c", 3), topic("a", 4)] {
        state.apply(&record).unwrap();
    }
    assert!(state.apply(&EndTransactionRecord {}.into()).is_err());
    assert_eq!(state.topics().count(), before.topics().count());
}

#[test]
fn records_that_contradict_the_state_are_errors_and_change_nothing() {
    let mut state = State::default();
    state.apply(&TopicRecord { name: "a".into(), topic_id: Uuid([1; 16]) }.into()).unwrap();
    let wrong: [MetadataRecord; 4] = [
        TopicRecord { name: "a".into(), topic_id: Uuid([2; 16]) }.into(),
        RemoveTopicRecord { topic_id: Uuid([2; 16]) }.into(),
        PartitionRecord { topic_id: Uuid([2; 16]), ..Default::default() }.into(),
        FeatureLevelRecord { name: "metadata.version".into(), feature_level: 31 }.into(),
    ];
    for record in wrong {
        let before = state.clone();
        assert!(state.apply(&record).is_err(), "{record:?}");
        assert_eq!(state, before);
    }
    let error = state
        .apply(&FeatureLevelRecord { name: "metadata.version".into(), feature_level: 31 }.into())
        .unwrap_err();
    assert!(error.to_string().starts_with("metadata.version is 31, and this broker works with 7"));
}

#[test]
fn what_is_gone_leaves_nothing_behind() {
    let mut cluster = Cluster::new(&[]);
    let before = cluster.state.clone();
    for round in 0..50_000_u32 {
        let mut id = [1; 16];
        id[..4].copy_from_slice(&round.to_be_bytes());
        let (topic_id, name) = (Uuid(id), format!("topic.{round}"));
        let config = ConfigRecord {
            resource_type: 2,
            resource_name: name.clone(),
            name: "retention.ms".into(),
            value: Some("1".into()),
        };
        let records: [MetadataRecord; 4] = [
            TopicRecord { name, topic_id }.into(),
            PartitionRecord { topic_id, ..Default::default() }.into(),
            config.into(),
            RemoveTopicRecord { topic_id }.into(),
        ];
        records.iter().for_each(|record| cluster.state.apply(record).unwrap());
    }
    assert_eq!(cluster.state, before);
    assert!(image::records(&cluster.state).count() < 20);
}

#[test]
fn what_is_not_acted_upon_stays_in_the_order_in_which_it_came() {
    let mut cluster = Cluster::new(&[]);
    let kept = |last: u8| MetadataRecord::from_value(vec![1, 21, 0, 0, last].into()).unwrap();
    cluster.append(vec![kept(1), kept(2), kept(1)]);
    let records: Vec<MetadataRecord> = image::records(&imaged(&cluster.state)).collect();
    assert_eq!(records[records.len() - 3..], [kept(1), kept(2), kept(1)]);
}
