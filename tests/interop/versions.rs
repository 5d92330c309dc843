//! ApiVersions, held against Apache Kafka's own answer.

use std::collections::BTreeMap;

use rk::wire::messages::api_versions::{
    ApiVersionsRequest, ApiVersionsResponse, FinalizedFeatureKey,
};

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

/// What Apache Kafka offers and `rk dev` does not, each with the reason. To be made shorter.
const MISSING: &[(&[i16], &str)] = &[];

#[test]
fn what_apache_kafka_offers_is_offered() {
    let Some(kafka) = kafka::find() else { return };
    let theirs = kafka.start("");
    let ours = TestBroker::start();
    let (theirs, ours) = (ask(&theirs.address), ask(&ours.bootstrap()));
    let mut expected = keys(&theirs);
    for (keys, why) in MISSING {
        for key in *keys {
            // One that is offered, or that Kafka does not have, is no exception.
            assert!(expected.remove(key).is_some(), "{key} ({why})");
        }
    }
    assert_eq!(keys(&ours), expected);
    let finalized = |answer: &ApiVersionsResponse| -> BTreeMap<String, (i16, i16)> {
        let features = answer.finalized_features.iter();
        let level = |f: &FinalizedFeatureKey| (f.min_version_level, f.max_version_level);
        features.map(|f| (f.name.clone(), level(f))).collect()
    };
    assert_eq!(finalized(&ours), finalized(&theirs));
    let supported = |answer: &ApiVersionsResponse| -> BTreeMap<String, (i16, i16)> {
        let features = answer.supported_features.iter();
        features.map(|f| (f.name.clone(), (f.min_version, f.max_version))).collect()
    };
    assert_eq!(supported(&ours), supported(&theirs));
    assert!(ours.finalized_features_epoch >= 0);
    assert_eq!(ours.zk_migration_ready, theirs.zk_migration_ready);
}
