//! The APIs of groups of the newer protocols, in every version that is offered.

use rk::wire::messages as m;

use super::every_version::Asker;

pub(super) fn ask(asker: &mut Asker) {
    // Version 1 brings an id of its own, and gets it back.
    let own_id = |v: i16| if v >= 1 { "own".to_owned() } else { String::new() };
    asker.ask(
        |v, _| m::consumer_group_heartbeat::ConsumerGroupHeartbeatRequest {
            group_id: format!("modern{v}"),
            member_id: own_id(v),
            rebalance_timeout_ms: 10_000,
            subscribed_topic_names: Some(vec!["t".into()]),
            topic_partitions: Some(Vec::new()),
            ..Default::default()
        },
        |v, answer| {
            assert_eq!((answer.error_code, answer.member_epoch), (0, 2), "version {v}");
            let member_id = answer.member_id.unwrap();
            assert_eq!(member_id == "own", v >= 1, "version {v}: {member_id}");
            let assignment = answer.assignment.unwrap();
            assert_eq!(assignment.topic_partitions[0].partitions, [0], "version {v}");
        },
    );
    streams(asker);
}

fn streams(asker: &mut Asker) {
    use m::streams_group_describe as described;
    use m::streams_group_heartbeat as heartbeat;
    asker.ask(
        |_, _| heartbeat::StreamsGroupHeartbeatRequest {
            group_id: "streams".into(),
            member_id: "one".into(),
            rebalance_timeout_ms: 10_000,
            topology: Some(heartbeat::Topology {
                epoch: 0,
                subtopologies: vec![heartbeat::Subtopology {
                    subtopology_id: "0".into(),
                    source_topics: vec!["t".into()],
                    ..Default::default()
                }],
            }),
            active_tasks: Some(Vec::new()),
            standby_tasks: Some(Vec::new()),
            warmup_tasks: Some(Vec::new()),
            process_id: Some("process".into()),
            endpoint_information_epoch: -1,
            ..Default::default()
        },
        |_, answer| assert_eq!((answer.error_code, &*answer.member_id), (0, "one")),
    );
    asker.ask(
        |_, _| described::StreamsGroupDescribeRequest {
            group_ids: vec!["streams".into()],
            include_authorized_operations: true,
        },
        |_, answer| {
            let group = &answer.groups[0];
            assert_eq!((group.error_code, &*group.group_id), (0, "streams"));
            let topology = group.topology.as_ref().unwrap();
            assert_eq!(topology.subtopologies.as_ref().unwrap()[0].source_topics, ["t"]);
            assert_eq!(group.members[0].process_id, "process");
        },
    );
}
