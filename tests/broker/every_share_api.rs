//! Every API of share groups, asked in every version that it offers.

use rk::base::ids::Uuid;
use rk::wire::messages as m;

use super::every_version::Asker;

pub(super) fn ask(asker: &mut Asker) {
    let group = || "shares".to_owned();
    asker.ask(
        |_, topic_id| m::initialize_share_group_state::InitializeShareGroupStateRequest {
            group_id: group(),
            topics: vec![m::initialize_share_group_state::InitializeStateData {
                topic_id,
                partitions: vec![Default::default()],
            }],
        },
        |_, answer| assert_eq!(answer.results[0].partitions[0].error_code, 0),
    );
    asker.ask(
        |_, topic_id| m::read_share_group_state::ReadShareGroupStateRequest {
            group_id: group(),
            topics: vec![m::read_share_group_state::ReadStateData {
                topic_id,
                partitions: vec![Default::default()],
            }],
        },
        |_, answer| assert_eq!(answer.results[0].partitions[0].error_code, 0),
    );
    asker.ask(
        |_, topic_id| m::write_share_group_state::WriteShareGroupStateRequest {
            group_id: group(),
            topics: vec![m::write_share_group_state::WriteStateData {
                topic_id,
                partitions: vec![Default::default()],
            }],
        },
        |_, answer| assert_eq!(answer.results[0].partitions[0].error_code, 0),
    );
    asker.ask(
        |_, topic_id| m::read_share_group_state_summary::ReadShareGroupStateSummaryRequest {
            group_id: group(),
            topics: vec![m::read_share_group_state_summary::ReadStateSummaryData {
                topic_id,
                partitions: vec![Default::default()],
            }],
        },
        |_, answer| assert_eq!(answer.results[0].partitions[0].error_code, 0),
    );
    fetching(asker);
    asker.ask(
        |_, topic_id| m::delete_share_group_state::DeleteShareGroupStateRequest {
            group_id: group(),
            topics: vec![m::delete_share_group_state::DeleteStateData {
                topic_id,
                partitions: vec![Default::default()],
            }],
        },
        |_, answer| assert_eq!(answer.results[0].partitions[0].error_code, 0),
    );
    membership(asker);
}

fn fetching(asker: &mut Asker) {
    // Each version has a session of its own.
    asker.ask(
        |v, topic_id: Uuid| m::share_fetch::ShareFetchRequest {
            group_id: Some("shares".into()),
            member_id: Some(format!("m{v}")),
            max_records: 1,
            topics: vec![m::share_fetch::FetchTopic {
                topic_id,
                partitions: vec![Default::default()],
            }],
            ..Default::default()
        },
        |_, answer| assert_eq!(answer.error_code, 0, "{answer:?}"),
    );
    asker.ask(
        |v, _| m::share_acknowledge::ShareAcknowledgeRequest {
            group_id: Some("shares".into()),
            member_id: Some(format!("m{v}")),
            share_session_epoch: -1,
            ..Default::default()
        },
        |_, answer| assert_eq!(answer.error_code, 0, "{answer:?}"),
    );
}

fn membership(asker: &mut Asker) {
    let group = || "shares".to_owned();
    asker.ask(
        |_, _| m::alter_share_group_offsets::AlterShareGroupOffsetsRequest {
            group_id: group(),
            topics: vec![m::alter_share_group_offsets::AlterShareGroupOffsetsRequestTopic {
                topic_name: "t".into(),
                partitions: vec![Default::default()],
            }],
        },
        |_, answer| assert_eq!(answer.responses[0].partitions[0].error_code, 0),
    );
    asker.ask(
        |_, _| m::describe_share_group_offsets::DescribeShareGroupOffsetsRequest {
            groups: vec![m::describe_share_group_offsets::DescribeShareGroupOffsetsRequestGroup {
                group_id: group(),
                topics: None,
            }],
        },
        |_, answer| assert_eq!(answer.groups[0].topics[0].partitions[0].start_offset, 0),
    );
    asker.ask(
        |_, _| m::delete_share_group_offsets::DeleteShareGroupOffsetsRequest {
            group_id: group(),
            topics: vec![m::delete_share_group_offsets::DeleteShareGroupOffsetsRequestTopic {
                topic_name: "t".into(),
            }],
        },
        |_, answer| assert_eq!((answer.error_code, answer.responses[0].error_code), (0, 0)),
    );
    asker.ask(
        |_, _| m::share_group_heartbeat::ShareGroupHeartbeatRequest {
            group_id: group(),
            member_id: "m".into(),
            subscribed_topic_names: Some(vec!["t".into()]),
            ..Default::default()
        },
        |_, answer| assert_eq!(answer.error_code, 0, "{answer:?}"),
    );
    asker.ask(
        |_, _| m::share_group_describe::ShareGroupDescribeRequest {
            group_ids: vec![group()],
            ..Default::default()
        },
        |_, answer| assert_eq!(answer.groups[0].group_state, "Stable"),
    );
}
