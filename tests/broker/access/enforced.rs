//! ACLs through the front door: what is refused, hidden and told.

use rk::wire::messages::create_acls::{AclCreation, CreateAclsRequest};
use rk::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use rk::wire::messages::delete_acls::{DeleteAclsFilter, DeleteAclsRequest};
use rk::wire::messages::delete_topics::{DeleteTopicState, DeleteTopicsRequest};
use rk::wire::messages::describe_acls::DescribeAclsRequest;
use rk::wire::messages::describe_cluster::DescribeClusterRequest;
use rk::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResource};
use rk::wire::messages::describe_groups::DescribeGroupsRequest;
use rk::wire::messages::fetch::{FetchPartition, FetchRequest, FetchTopic};
use rk::wire::messages::find_coordinator::FindCoordinatorRequest;
use rk::wire::messages::heartbeat::HeartbeatRequest;
use rk::wire::messages::init_producer_id::InitProducerIdRequest;
use rk::wire::messages::metadata::{MetadataRequest, MetadataRequestTopic};
use rk::wire::messages::offset_fetch::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};

use super::{guarded, plain};
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

const TOPIC: i16 = 29;
const GROUP: i16 = 30;
const CLUSTER: i16 = 31;

/// Allows (3) or denies (2) an operation.
fn acl(kind: i8, name: &str, operation: i8, permission_type: i8) -> AclCreation {
    AclCreation {
        resource_type: kind,
        resource_name: name.into(),
        resource_pattern_type: if name.ends_with('-') { 4 } else { 3 },
        principal: "User:alice".into(),
        host: "*".into(),
        operation,
        permission_type,
    }
}

fn allow(admin: &mut Client, creations: Vec<AclCreation>) {
    let created = admin.call(3, &CreateAclsRequest { creations });
    assert!(created.results.iter().all(|result| result.error_code == 0), "{created:?}");
}

fn create(client: &mut Client, names: &[&str]) -> Vec<(String, i16)> {
    let topics = names.iter().map(|name| CreatableTopic {
        name: (*name).into(),
        num_partitions: 1,
        replication_factor: 1,
        ..Default::default()
    });
    let request = CreateTopicsRequest { topics: topics.collect(), ..Default::default() };
    let created = client.call(7, &request);
    created.topics.into_iter().map(|topic| (topic.name, topic.error_code)).collect()
}

fn metadata(client: &mut Client, names: Option<&[&str]>) -> Vec<(String, i16, i32)> {
    let topics = names.map(|names| {
        let topic = |name: &&str| MetadataRequestTopic {
            name: Some((*name).to_owned()),
            ..Default::default()
        };
        names.iter().map(topic).collect()
    });
    let told = client.call(
        12,
        &MetadataRequest {
            topics,
            allow_auto_topic_creation: true,
            include_topic_authorized_operations: true,
            ..Default::default()
        },
    );
    let told = told.topics.into_iter();
    told.map(|t| (t.name.unwrap_or_default(), t.error_code, t.topic_authorized_operations))
        .collect()
}

fn setup() -> (TestBroker, Client, Client) {
    let broker = guarded();
    let mut admin = Client::connect(broker.address());
    create(&mut admin, &["read", "pre-a", "pre-b", "hidden"]);
    let alice = plain(&broker, "alice", "secret");
    (broker, admin, alice)
}

#[test]
fn metadata_hides_what_may_not_be_described() {
    let (_broker, mut admin, mut alice) = setup();
    assert_eq!(metadata(&mut alice, None), []);
    allow(
        &mut admin,
        vec![
            acl(2, "read", 3, 3),
            acl(2, "pre-", 8, 3),
            acl(2, "pre-b", 8, 2),
            acl(2, "new", 8, 3),
        ],
    );
    let (read, describe) = (1 << 3, 1 << 8);
    let shown = [("pre-a".to_owned(), 0, describe), ("read".to_owned(), 0, read | describe)];
    assert_eq!(metadata(&mut alice, None), shown);
    // One that may be described, but not created, is not; nor does anybody learn whether it was.
    let told = metadata(&mut alice, Some(&["read", "hidden", "nothing", "new"]));
    let told: Vec<(&str, i16)> = told.iter().map(|(name, error, _)| (&**name, *error)).collect();
    assert_eq!(told, [("read", 0), ("hidden", TOPIC), ("nothing", TOPIC), ("new", TOPIC)]);
    let all = metadata(&mut admin, None);
    assert_eq!(all.len(), 4);
    assert_eq!(all[0].2, 3576);
}

#[test]
fn each_request_is_refused_in_its_own_way() {
    let (_broker, mut admin, mut alice) = setup();
    allow(&mut admin, vec![acl(2, "read", 3, 3), acl(2, "mine-", 5, 3), acl(3, "mine", 3, 3)]);

    assert_eq!(
        create(&mut alice, &["mine-1", "other"]),
        [("mine-1".to_owned(), 0), ("other".to_owned(), TOPIC)]
    );
    let names = ["mine-1", "read", "nothing"];
    let topics = names
        .iter()
        .map(|name| DeleteTopicState { name: Some((*name).to_owned()), ..Default::default() });
    let request = DeleteTopicsRequest { topics: topics.collect(), ..Default::default() };
    let deleted = alice.call(6, &request);
    assert!(deleted.responses.iter().all(|topic| topic.error_code == TOPIC), "{deleted:?}");

    let fetch = |client: &mut Client, name: &str| {
        let partition = FetchPartition { partition_max_bytes: 1000, ..Default::default() };
        let topic =
            FetchTopic { topic: name.into(), partitions: vec![partition], ..Default::default() };
        let told = client.call(11, &FetchRequest { topics: vec![topic], ..Default::default() });
        told.responses[0].partitions[0].error_code
    };
    assert_eq!((fetch(&mut alice, "read"), fetch(&mut alice, "hidden")), (0, TOPIC));

    let group = |group: &str| HeartbeatRequest { group_id: group.into(), ..Default::default() };
    assert_eq!(alice.call(4, &group("other")).error_code, GROUP);
    assert_ne!(alice.call(4, &group("mine")).error_code, GROUP);
    let described = alice.call(
        5,
        &DescribeGroupsRequest {
            groups: vec!["mine".into(), "other".into()],
            include_authorized_operations: true,
        },
    );
    let told: Vec<_> =
        described.groups.iter().map(|g| (g.error_code, g.authorized_operations)).collect();
    assert_eq!(told, [(0, 1 << 3 | 1 << 8), (GROUP, i32::MIN)]);
}

#[test]
fn offsets_ids_and_configs_are_asked_for_too() {
    let (_broker, mut admin, mut alice) = setup();
    allow(&mut admin, vec![acl(2, "read", 3, 3), acl(3, "mine", 3, 3)]);
    let asked = FindCoordinatorRequest {
        coordinator_keys: vec!["mine".into(), "other".into()],
        ..Default::default()
    };
    let found = alice.call(4, &asked);
    let codes: Vec<i16> = found.coordinators.iter().map(|one| one.error_code).collect();
    assert_eq!(codes, [0, GROUP]);
    let asked = FindCoordinatorRequest {
        coordinator_keys: vec!["t".into()],
        key_type: 1,
        ..Default::default()
    };
    assert_eq!(alice.call(4, &asked).coordinators[0].error_code, 53);

    let topics = ["read", "hidden"].map(|name| OffsetFetchRequestTopics {
        name: name.into(),
        partition_indexes: vec![0],
        ..Default::default()
    });
    let groups = vec![OffsetFetchRequestGroup {
        group_id: "mine".into(),
        topics: Some(topics.to_vec()),
        ..Default::default()
    }];
    let fetched = alice.call(8, &OffsetFetchRequest { groups, ..Default::default() });
    let codes: Vec<i16> =
        fetched.groups[0].topics.iter().map(|topic| topic.partitions[0].error_code).collect();
    assert_eq!(codes, [0, TOPIC]);

    assert_eq!(alice.call(4, &InitProducerIdRequest::default()).error_code, CLUSTER);
    let own = InitProducerIdRequest { transactional_id: Some("t".into()), ..Default::default() };
    assert_eq!(alice.call(4, &own).error_code, 53);
    allow(&mut admin, vec![acl(2, "some", 4, 3)]);
    // Who may write to any topic may have an id to do so.
    let idempotent = InitProducerIdRequest { transactional_id: None, ..Default::default() };
    assert_eq!(alice.call(4, &idempotent).error_code, 0);

    let resource = |kind: i8, name: &str| DescribeConfigsResource {
        resource_type: kind,
        resource_name: name.into(),
        configuration_keys: None,
    };
    let request = DescribeConfigsRequest {
        resources: vec![resource(2, "read"), resource(4, "1"), resource(32, "mine")],
        ..Default::default()
    };
    let codes: Vec<i16> =
        alice.call(4, &request).results.iter().map(|result| result.error_code).collect();
    assert_eq!(codes, [TOPIC, CLUSTER, GROUP]);

    let cluster = DescribeClusterRequest {
        include_cluster_authorized_operations: true,
        ..Default::default()
    };
    assert_eq!(alice.call(1, &cluster).cluster_authorized_operations, 0);
    assert_eq!(admin.call(1, &cluster).cluster_authorized_operations, 8080);
}

#[test]
fn acls_are_created_described_and_deleted() {
    let (_broker, mut admin, mut alice) = setup();
    let any = DescribeAclsRequest {
        resource_type_filter: 1,
        resource_name_filter: None,
        pattern_type_filter: 1,
        principal_filter: None,
        host_filter: None,
        operation: 1,
        permission_type: 1,
    };
    assert_eq!(alice.call(3, &any).error_code, CLUSTER);
    let wrong = [
        acl(1, "a", 3, 3),
        acl(2, "", 3, 3),
        acl(4, "other", 3, 3),
        acl(2, "a", 1, 3),
        acl(2, "a", 3, 1),
        AclCreation { principal: "alice".into(), ..acl(2, "a", 3, 3) },
        AclCreation { resource_pattern_type: 2, ..acl(2, "a", 3, 3) },
    ];
    let refused = admin.call(3, &CreateAclsRequest { creations: wrong.to_vec() });
    let told: Vec<_> =
        refused.results.iter().map(|r| r.error_message.as_deref().unwrap_or_default()).collect();
    assert!(refused.results.iter().all(|result| result.error_code == 42));
    assert_eq!(
        told,
        [
            "Invalid resourceType ANY",
            "Invalid empty resource name",
            "The only valid name for the CLUSTER resource is kafka-cluster",
            "Invalid operation ANY",
            "Invalid permissionType ANY",
            "Could not parse principal from `alice` (no colon is present separating the principal type from the principal name)",
            "Invalid patternType MATCH",
        ]
    );
    let twice = vec![acl(2, "read", 3, 3), acl(2, "read", 3, 3), acl(2, "read", 4, 3)];
    allow(&mut admin, twice.clone());
    allow(&mut admin, twice);
    let told = admin.call(3, &any);
    assert_eq!(told.resources.len(), 1);
    assert_eq!(told.resources[0].acls.len(), 2);
    let filter = DeleteAclsFilter {
        resource_type_filter: 2,
        resource_name_filter: Some("read".into()),
        pattern_type_filter: 3,
        principal_filter: None,
        host_filter: None,
        operation: 3,
        permission_type: 1,
    };
    let deleted = admin.call(3, &DeleteAclsRequest { filters: vec![filter.clone(), filter] });
    let counts: Vec<usize> =
        deleted.filter_results.iter().map(|result| result.matching_acls.len()).collect();
    assert_eq!(counts, [1, 1]);
    assert_eq!(admin.call(3, &any).resources[0].acls.len(), 1);
}

#[test]
fn without_an_authorizer_acls_are_off_and_everything_is_allowed() {
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    let described = client.call(3, &DescribeAclsRequest::default());
    assert_eq!(described.error_code, 54);
    let text = described.error_message.as_deref();
    assert_eq!(text, Some("No Authorizer is configured on the broker"));
    let created = client.call(3, &CreateAclsRequest { creations: vec![acl(2, "a", 3, 3)] });
    assert_eq!(created.results[0].error_code, 54);
    let text = created.results[0].error_message.as_deref();
    assert_eq!(text, Some("No Authorizer is configured."));
}
