//! The part of the conversation about features and voters.

use rk::base::ids::Uuid;
use rk::wire::messages::add_raft_voter as add;
use rk::wire::messages::describe_quorum as quorum;
use rk::wire::messages::remove_raft_voter::RemoveRaftVoterRequest;
use rk::wire::messages::update_features as update;

use super::cluster::Talk;

pub(super) fn voters(talk: &mut Talk) {
    let listener = add::Listener { name: "CONTROLLER".into(), host: "localhost".into(), port: 9 };
    let id: Uuid = "AAAAAAAAAAAAAAAAAAAAAQ".parse().unwrap();
    for cluster_id in [None, Some("other".to_owned())] {
        for listeners in [vec![], vec![listener.clone()]] {
            talk.ask_all(&add::AddRaftVoterRequest {
                cluster_id: cluster_id.clone(),
                timeout_ms: 1000,
                voter_id: 2,
                voter_directory_id: id,
                listeners,
                ack_when_committed: true,
            });
        }
        for voter_id in [1, 2] {
            let cluster_id = cluster_id.clone();
            talk.ask_all(&RemoveRaftVoterRequest { cluster_id, voter_id, voter_directory_id: id });
        }
    }
}

const UP: i8 = 1;
const DOWN: i8 = 2;
const UNSAFE: i8 = 3;

/// What is asked of features, one request a row: name, level, kind of change.
const ROWS: &[&[(&str, i16, i8)]] = &[
    &[("x", 1, UP)],
    &[("", 1, UP)],
    &[("x", 0, DOWN)],
    &[("group.version", 1, UP)],
    &[("group.version", 2, UP)],
    &[("group.version", -1, UP)],
    &[("group.version", -1, DOWN)],
    &[("group.version", 0, UP)],
    &[("group.version", 0, 0)],
    &[("group.version", 0, 9)],
    &[("group.version", 1, DOWN)],
    &[("group.version", 0, DOWN)],
    &[("group.version", 0, DOWN)],
    &[("group.version", 1, UP)],
    &[("share.version", 0, UNSAFE)],
    &[("share.version", 1, UNSAFE)],
    &[("share.version", 1, UP)],
    &[("transaction.version", 1, DOWN)],
    &[("transaction.version", 0, DOWN), ("x", 1, UP)],
    &[("transaction.version", 0, DOWN), ("group.version", 0, DOWN)],
    &[("transaction.version", 1, UP), ("group.version", 1, UP)],
    &[("transaction.version", 2, UP), ("transaction.version", 2, UP)],
    &[("transaction.version", 2, UP)],
    &[("streams.version", 0, DOWN)],
    &[("streams.version", 1, UP)],
    &[("eligible.leader.replicas.version", 0, DOWN)],
    &[("eligible.leader.replicas.version", 1, UP)],
    &[("kraft.version", 1, UP)],
    &[("kraft.version", 0, DOWN)],
    &[("kraft.version", 0, UP)],
    &[("kraft.version", 2, UP)],
    &[("metadata.version", 30, UP)],
    &[("metadata.version", 31, UP)],
    &[("metadata.version", 30, DOWN)],
    &[("metadata.version", 6, DOWN)],
    &[("metadata.version", 0, DOWN)],
    &[("metadata.version", 29, UP)],
    &[("metadata.version", 29, UNSAFE)],
    &[("metadata.version", 29, DOWN)],
    &[("metadata.version", 28, DOWN)],
    &[("metadata.version", 27, DOWN)],
    &[("metadata.version", 26, DOWN)],
    &[("metadata.version", 25, DOWN)],
    &[("metadata.version", 24, DOWN)],
    &[("metadata.version", 23, DOWN)],
    &[("metadata.version", 7, DOWN)],
    &[("eligible.leader.replicas.version", 0, DOWN), ("metadata.version", 22, DOWN)],
    &[("metadata.version", 30, UP), ("eligible.leader.replicas.version", 1, UP)],
    &[("eligible.leader.replicas.version", 1, UP)],
    &[("metadata.version", 30, UP)],
    &[],
];

pub(super) fn features(talk: &mut Talk) {
    for row in ROWS {
        let all = row.iter().map(|(feature, level, kind)| update::FeatureUpdateKey {
            feature: (*feature).into(),
            max_version_level: *level,
            upgrade_type: *kind,
            ..Default::default()
        });
        let feature_updates: Vec<_> = all.collect();
        for (version, validate_only) in [(2, true), (1, false)] {
            let feature_updates = feature_updates.clone();
            talk.ask(
                version,
                update::UpdateFeaturesRequest { timeout_ms: 5000, feature_updates, validate_only },
            );
        }
    }
    for (level, allow_downgrade) in [(0, false), (0, true), (1, true), (0, true), (1, false)] {
        let key = update::FeatureUpdateKey {
            feature: "share.version".into(),
            max_version_level: level,
            allow_downgrade,
            ..Default::default()
        };
        let request =
            update::UpdateFeaturesRequest { feature_updates: vec![key], ..Default::default() };
        talk.ask(0, request);
    }
}

/// What is said of voters once the log itself names them.
pub(super) fn voters_in_the_log(talk: &mut Talk) {
    let request = quorum::DescribeQuorumRequest {
        topics: vec![quorum::TopicData {
            topic_name: "__cluster_metadata".into(),
            partitions: vec![quorum::PartitionData { partition_index: 0 }],
        }],
    };
    let described = talk.client.call(2, &request);
    let own = described.topics[0].partitions[0].current_voters[0].replica_directory_id;
    talk.directory_id = own.to_string();
    talk.ask_all(&request);
    let listener = add::Listener { name: "CONTROLLER".into(), host: "localhost".into(), port: 9 };
    let id: Uuid = "AAAAAAAAAAAAAAAAAAAAAQ".parse().unwrap();
    for voter_directory_id in [own, id] {
        talk.ask_all(&add::AddRaftVoterRequest {
            cluster_id: None,
            timeout_ms: 1000,
            voter_id: 1,
            voter_directory_id,
            listeners: vec![listener.clone()],
            ack_when_committed: true,
        });
    }
    for (voter_id, voter_directory_id) in [(1, id), (2, id)] {
        let cluster_id = None;
        talk.ask_all(&RemoveRaftVoterRequest { cluster_id, voter_id, voter_directory_id });
    }
}
