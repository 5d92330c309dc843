//! ApiVersions, held against Apache Kafka's own answer.

use std::collections::BTreeMap;

use rk::wire::messages::api_versions::{ApiVersionsRequest, ApiVersionsResponse};

use crate::kit::broker::TestBroker;
use crate::kit::kafka;
use crate::kit::wire::Client;

fn ask(address: &str) -> ApiVersionsResponse {
    let request = ApiVersionsRequest {
        client_software_name: "test".into(),
        client_software_version: "1".into(),
    };
    Client::connect(address).call(4, &request)
}

fn keys(answer: &ApiVersionsResponse) -> BTreeMap<i16, (i16, i16)> {
    answer.api_keys.iter().map(|k| (k.api_key, (k.min_version, k.max_version))).collect()
}

#[test]
fn what_is_served_is_served_in_kafkas_versions() {
    let Some(kafka) = kafka::find() else { return };
    let theirs = kafka.start("");
    let ours = TestBroker::start();
    let (theirs, ours) = (ask(&theirs.address), ask(&ours.bootstrap()));
    let kafkas = keys(&theirs);
    for (key, versions) in keys(&ours) {
        assert_eq!(kafkas.get(&key), Some(&versions), "key {key}");
    }
    let features = |answer: &ApiVersionsResponse| {
        let mut features: Vec<_> = answer
            .finalized_features
            .iter()
            .map(|f| (f.name.clone(), f.min_version_level, f.max_version_level))
            .collect();
        features.sort();
        features
    };
    assert_eq!(features(&ours), features(&theirs));
    assert!(ours.finalized_features_epoch >= 0);
}
