//! What is asked of the cluster itself: one conversation, held with Apache Kafka and with
//! `rk dev`, and the answers compared word for word.

use std::fmt::{Debug, Write};

use regex::Regex;
use rk::wire::messages::alter_partition_reassignments as reassign;
use rk::wire::messages::alter_replica_log_dirs as move_dirs;
use rk::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use rk::wire::messages::describe_cluster::DescribeClusterRequest;
use rk::wire::messages::describe_log_dirs::DescribeLogDirsRequest;
use rk::wire::messages::describe_quorum as quorum;
use rk::wire::messages::elect_leaders as elect;
use rk::wire::messages::incremental_alter_configs as configs;
use rk::wire::messages::list_config_resources::ListConfigResourcesRequest;
use rk::wire::messages::list_partition_reassignments as listed;
use rk::wire::messages::unregister_broker::UnregisterBrokerRequest;
use rk::wire::schema::Request;

use super::features;
use crate::kit::wait::until;
use crate::kit::wire::Client;

/// A conversation, written down.
pub(super) struct Talk {
    pub(super) client: Client,
    told: String,
    cluster_id: String,
    /// The id of the voter's directory, once the log names it.
    pub(super) directory_id: String,
}

impl Talk {
    pub(super) fn with(address: &str) -> Self {
        let mut client = Client::connect(address);
        let cluster_id = client.call(2, &DescribeClusterRequest::default()).cluster_id;
        Talk { client, told: String::new(), cluster_id, directory_id: "none".to_owned() }
    }

    /// Asks, and writes down what was asked and what was answered.
    pub(super) fn ask<R: Request + Debug>(&mut self, version: i16, request: R)
    where
        R::Response: Debug,
    {
        self.ask_in_order(version, &request, |_| ());
    }

    /// Asks, and puts the answer into an order where Kafka's is by chance.
    fn ask_in_order<R: Request + Debug>(
        &mut self,
        version: i16,
        request: &R,
        sort: impl FnOnce(&mut R::Response),
    ) where
        R::Response: Debug,
    {
        let mut response = self.client.call(version, request);
        sort(&mut response);
        writeln!(self.told, "v{version} {request:?}\n  {response:?}").unwrap();
    }

    /// Asks in every version.
    pub(super) fn ask_all<R: Request + Debug + Clone>(&mut self, request: &R)
    where
        R::Response: Debug,
    {
        let versions = R::TABLE.versions;
        for version in versions.first..=versions.last {
            self.ask(version, request.clone());
        }
    }
}

fn quorums(talk: &mut Talk) {
    let topic = |name: &str, partitions: &[i32]| quorum::TopicData {
        topic_name: name.into(),
        partitions: partitions
            .iter()
            .map(|&partition_index| quorum::PartitionData { partition_index })
            .collect(),
    };
    let metadata = "__cluster_metadata";
    for topics in [
        vec![topic(metadata, &[0])],
        vec![topic(metadata, &[1])],
        vec![topic(metadata, &[0, 0])],
        vec![topic("t", &[0])],
        vec![topic(metadata, &[0]), topic(metadata, &[0])],
        vec![],
    ] {
        talk.ask_all(&quorum::DescribeQuorumRequest { topics });
    }
}

fn elections(talk: &mut Talk) {
    let topic = |topic: &str, partitions: &[i32]| elect::TopicPartitions {
        topic: topic.into(),
        partitions: partitions.into(),
    };
    for topics in [
        Some(vec![topic("t", &[0])]),
        Some(vec![topic("t", &[1, 9, 0, 0]), topic("none", &[0])]),
        Some(vec![topic("t", &[0]), topic("t", &[1])]),
        Some(vec![topic("", &[-1])]),
        Some(vec![]),
        None,
    ] {
        talk.ask(
            0,
            elect::ElectLeadersRequest { topic_partitions: topics.clone(), ..Default::default() },
        );
        for election_type in [0, 1, 5] {
            for version in [1, 2] {
                let topic_partitions = topics.clone();
                talk.ask(
                    version,
                    elect::ElectLeadersRequest {
                        election_type,
                        topic_partitions,
                        timeout_ms: 5000,
                    },
                );
            }
        }
    }
}

fn reassignments(talk: &mut Talk) {
    let partition = |partition_index: i32, replicas: Option<&[i32]>| {
        reassign::ReassignablePartition { partition_index, replicas: replicas.map(<[i32]>::to_vec) }
    };
    let topic = |name: &str, partitions: &[reassign::ReassignablePartition]| {
        reassign::ReassignableTopic { name: name.into(), partitions: partitions.to_vec() }
    };
    let one = |replicas: Option<&[i32]>| vec![topic("t", &[partition(0, replicas)])];
    for topics in [
        one(Some(&[1])),
        one(None),
        one(Some(&[])),
        one(Some(&[2])),
        one(Some(&[1, 2])),
        one(Some(&[2, 3])),
        one(Some(&[1, 1])),
        one(Some(&[-1])),
        one(Some(&[1, -1])),
        vec![topic("t", &[partition(9, Some(&[1])), partition(9, None)])],
        vec![topic("t", &[partition(-1, Some(&[1]))])],
        vec![topic("t", &[partition(0, Some(&[1])), partition(0, Some(&[2]))])],
        vec![topic("none", &[partition(0, Some(&[1]))]), topic("none", &[partition(0, None)])],
        vec![topic("", &[])],
        vec![],
    ] {
        for (version, change) in [(0, true), (1, true), (1, false)] {
            let topics = topics.clone();
            talk.ask(
                version,
                reassign::AlterPartitionReassignmentsRequest {
                    timeout_ms: 5000,
                    allow_replication_factor_change: change,
                    topics,
                },
            );
        }
    }
    let topic = |name: &str, partitions: &[i32]| listed::ListPartitionReassignmentsTopics {
        name: name.into(),
        partition_indexes: partitions.into(),
    };
    for topics in [
        None,
        Some(vec![]),
        Some(vec![topic("t", &[0, 9])]),
        Some(vec![topic("t", &[0]), topic("t", &[0])]),
        Some(vec![topic("none", &[0])]),
    ] {
        talk.ask(0, listed::ListPartitionReassignmentsRequest { timeout_ms: 5000, topics });
    }
}

fn log_dirs(talk: &mut Talk) {
    let own = talk.client.call(4, &DescribeLogDirsRequest { topics: None }).results;
    let own = own[0].log_dir.clone();
    let topic = |name: &str, partitions: &[i32]| move_dirs::AlterReplicaLogDirTopic {
        name: name.into(),
        partitions: partitions.into(),
    };
    let dir = |path: &str, topics: &[move_dirs::AlterReplicaLogDirTopic]| {
        move_dirs::AlterReplicaLogDir { path: path.into(), topics: topics.to_vec() }
    };
    for dirs in [
        vec![dir(&own, &[topic("t", &[0, 9]), topic("none", &[0])])],
        vec![dir("/no/such/dir", &[topic("t", &[0, 9]), topic("none", &[0])])],
        vec![dir("relative", &[topic("t", &[0])])],
        vec![dir("", &[topic("t", &[0])])],
        vec![dir(&own, &[topic("t", &[0])]), dir("/no/such/dir", &[topic("t", &[0, 1])])],
        vec![dir(&own, &[topic("bad/name", &[0]), topic("", &[0])])],
        vec![],
    ] {
        for version in [1, 2] {
            let request = move_dirs::AlterReplicaLogDirsRequest { dirs: dirs.clone() };
            talk.ask_in_order(version, &request, |answer| {
                answer.results.sort_by(|a, b| a.topic_name.cmp(&b.topic_name));
                for topic in &mut answer.results {
                    topic.partitions.sort_by_key(|partition| partition.partition_index);
                }
            });
        }
    }
    talk.told = talk.told.replace(&own, "OWN");
}

fn config_resources(talk: &mut Talk) {
    let set = |kind: i8, name: &str, key: &str, value: &str| configs::AlterConfigsResource {
        resource_type: kind,
        resource_name: name.into(),
        configs: vec![configs::AlterableConfig {
            name: key.into(),
            config_operation: 0,
            value: Some(value.into()),
        }],
    };
    for version in [0, 1] {
        talk.ask(version, ListConfigResourcesRequest::default());
    }
    let resources = vec![
        set(2, "t", "retention.ms", "5"),
        set(32, "g", "consumer.session.timeout.ms", "50000"),
        set(16, "m", "interval.ms", "5000"),
        set(4, "", "message.max.bytes", "1048588"),
        set(4, "1", "message.max.bytes", "1048588"),
    ];
    talk.ask(1, configs::IncrementalAlterConfigsRequest { resources, validate_only: false });
    // Kafka's broker learns of it a little later than its controller.
    until("the configs are there", || {
        let request = ListConfigResourcesRequest { resource_types: vec![32] };
        let listed = talk.client.call(1, &request).config_resources;
        (!listed.is_empty()).then_some(())
    });
    talk.ask(0, ListConfigResourcesRequest::default());
    for types in
        [&[][..], &[2], &[4], &[8], &[16], &[32], &[2, 16, 32], &[16, 16], &[0], &[5], &[16, 7]]
    {
        talk.ask(1, ListConfigResourcesRequest { resource_types: types.to_vec() });
    }
}

fn clusters(talk: &mut Talk) {
    for endpoint_type in [1, 2, 3, 0] {
        for version in [1, 2] {
            for include_fenced_brokers in [false, true] {
                if version == 1 && include_fenced_brokers {
                    continue;
                }
                talk.ask(
                    version,
                    DescribeClusterRequest {
                        include_cluster_authorized_operations: true,
                        endpoint_type,
                        include_fenced_brokers,
                    },
                );
            }
        }
    }
    talk.ask(0, DescribeClusterRequest::default());
    for broker_id in [7, -1] {
        talk.ask(0, UnregisterBrokerRequest { broker_id });
    }
}

/// Returns what was told, with what differs from run to run taken out.
pub(super) fn conversation(address: &str) -> String {
    let mut talk = Talk::with(address);
    let topic = CreatableTopic {
        name: "t".into(),
        num_partitions: 2,
        replication_factor: 1,
        ..Default::default()
    };
    let created =
        CreateTopicsRequest { topics: vec![topic], timeout_ms: 9000, ..Default::default() };
    talk.client.call(7, &created);
    config_resources(&mut talk);
    clusters(&mut talk);
    quorums(&mut talk);
    elections(&mut talk);
    reassignments(&mut talk);
    log_dirs(&mut talk);
    features::voters(&mut talk);
    features::features(&mut talk);
    features::voters_in_the_log(&mut talk);
    masked(&talk, address)
}

/// Takes out the address, the ids, and how far the log has come.
fn masked(talk: &Talk, address: &str) -> String {
    let (host, port) = address.rsplit_once(':').unwrap();
    let mut told = talk.told.replace(&format!("host: \"{host}\", port: {port}"), "ADDRESS");
    let patterns = [
        (r"(high_watermark|log_end_offset): [1-9]\d*", "$1: N"),
        (r"(last_fetch_timestamp|last_caught_up_timestamp): [1-9]\d*", "$1: NOW"),
        // The controller's own listener, which `rk dev` does not have.
        (r"node_id: 1, listeners: \[[^]]*\]", "node_id: 1, listeners: LISTENERS"),
    ];
    for (pattern, instead) in patterns {
        told = Regex::new(pattern).unwrap().replace_all(&told, instead).into_owned();
    }
    for quote in ["\"", "\\\""] {
        let id = &talk.cluster_id;
        told = told.replace(&format!("{quote}{id}{quote}"), "CLUSTER");
    }
    told.replace(&talk.directory_id, "DIRECTORY")
}
