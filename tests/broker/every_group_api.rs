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
}
