//! `--as-version`: what an older Kafka offered, and no more.

use std::collections::BTreeMap;

use rk::broker::config::{Release, StaticConfig};
use rk::wire::messages::api_versions::{ApiVersionsRequest, ApiVersionsResponse};
use rk::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use rk::wire::messages::fetch::FetchRequest;
use rk::wire::messages::metadata::MetadataRequest;

use super::fetching::{batch, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

fn like(release: Release) -> TestBroker {
    let mut fixed = StaticConfig::default();
    fixed.set_release(Some(release));
    TestBroker::told(fixed)
}

fn ask(client: &mut Client, version: i16) -> ApiVersionsResponse {
    let request = ApiVersionsRequest {
        client_software_name: "test".into(),
        client_software_version: "1".into(),
    };
    client.call(version, &request)
}

#[test]
fn the_versions_and_the_features_are_those_of_the_release() {
    // Produce, Fetch, Metadata, ApiVersions, DescribeQuorum: the last versions there were.
    let expected: [(Release, [Option<i16>; 5], &[(&str, i16)]); 3] = [
        (Release::V2_8, [Some(9), Some(12), Some(11), Some(3), None], &[]),
        (
            Release::V3_9,
            [Some(11), Some(17), Some(12), Some(4), Some(2)],
            &[("metadata.version", 21)],
        ),
        (
            Release::V4_1,
            [Some(13), Some(18), Some(13), Some(4), Some(2)],
            &[
                ("eligible.leader.replicas.version", 1),
                ("group.version", 1),
                ("metadata.version", 27),
                ("transaction.version", 2),
            ],
        ),
    ];
    for (release, versions, features) in expected {
        let broker = like(release);
        let answer = ask(&mut Client::connect(broker.address()), 3);
        let last: BTreeMap<i16, i16> =
            answer.api_keys.iter().map(|key| (key.api_key, key.max_version)).collect();
        let told = [0, 1, 3, 18, 55].map(|key| last.get(&key).copied());
        assert_eq!(told, versions, "{release}");
        let mut told: Vec<(&str, i16)> = answer
            .finalized_features
            .iter()
            .map(|feature| (feature.name.as_str(), feature.max_version_level))
            .collect();
        told.sort_unstable();
        assert_eq!(told, features, "{release}");
    }
}

#[test]
fn what_the_release_did_not_have_is_not_answered() {
    let broker = like(Release::V2_8);
    // A later ApiVersions is told so in version 0, and may try again.
    let mut client = Client::connect(broker.address());
    let request = client.request_bytes(
        4,
        &ApiVersionsRequest {
            client_software_name: "test".into(),
            client_software_version: "1".into(),
        },
    );
    client.send_frame(&request);
    let frame = client.receive_frame().unwrap();
    assert_eq!(frame[4..6], 35_i16.to_be_bytes());
    assert!(ask(&mut client, 3).api_keys.len() > 20);
    // Topic ids came to Fetch with version 13.
    client.send(13, &FetchRequest::default());
    assert_eq!(client.receive_frame(), None);
}

#[test]
fn records_go_in_and_out_as_before() {
    for release in Release::ALL {
        let broker = like(release);
        let mut client = Client::connect(broker.address());
        let topic = CreatableTopic {
            name: "t".into(),
            num_partitions: 1,
            replication_factor: 1,
            ..Default::default()
        };
        let create = CreateTopicsRequest { topics: vec![topic], ..Default::default() };
        assert_eq!(client.call(6, &create).topics[0].error_code, 0, "{release}");
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0, "{release}");
        let all = MetadataRequest { topics: None, ..Default::default() };
        assert_eq!(client.call(11, &all).topics[0].partitions[0].leader_id, 1, "{release}");
        drop(client);
        let (place, _) = broker.into_directory();
        // And the directory is one that the release of today reads.
        let broker = TestBroker::on_disk(
            std::sync::Arc::new(rk::broker::disk::os::OsDisk::passing()),
            place,
            &[],
        );
        let mut client = Client::connect(broker.address());
        assert_eq!(client.call(11, &all).topics.len(), 1, "{release}");
    }
}
