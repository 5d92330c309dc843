//! DeleteShareGroupOffsets: key 92, version 0.
//!
//! Does: forgets where a share group that nobody is in stands in topics.

use super::Context;
use super::share_state::{served, words};
use crate::broker::Broker;
use crate::broker::coord::share::group::{Plan, Topics};
use crate::wire::ErrorCode;
use crate::wire::messages::delete_share_group_offsets::{
    DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse,
    DeleteShareGroupOffsetsResponseTopic,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DeleteShareGroupOffsetsRequest,
) -> DeleteShareGroupOffsetsResponse {
    if let Err(error) = served(broker) {
        return DeleteShareGroupOffsetsResponse {
            error_code: error.0,
            error_message: words(error).map(str::to_owned),
            ..Default::default()
        };
    }
    let group = request.group_id.as_str();
    let names: Vec<String> = request.topics.into_iter().map(|topic| topic.topic_name).collect();
    let membership = &broker.shares.groups;
    let plan =
        membership.change(group, |groups, _, topics| groups.delete_offsets(group, &names, topics));
    let deleting = match plan {
        Ok(deleting) => deleting,
        Err(refused) => {
            let is_other = refused.error == ErrorCode::GROUP_ID_NOT_FOUND
                && broker.coordinator.read(|groups, _| groups.contains(group));
            let other = is_other.then(|| format!("Group {group} is not a share group."));
            return DeleteShareGroupOffsetsResponse {
                error_code: refused.error.0,
                error_message: other.or(refused.text),
                ..Default::default()
            };
        }
    };
    let (done, failed) = membership.delete_state(broker, group, &deleting.partitions);
    let name_of = |topic_id| membership.topics().by_id(topic_id).map(|topic| topic.name);
    let mut responses: Vec<DeleteShareGroupOffsetsResponseTopic> = Vec::new();
    if !done.is_empty() {
        let written = membership.change(group, |groups, _, topics| {
            let record = groups.deletion_done(group, &done, topics);
            Ok(Plan { records: record.into_iter().collect(), answer: () })
        });
        let error = written.err().map_or(ErrorCode::NONE, |refused| refused.error);
        responses.extend(done.iter().map(|topic_id| DeleteShareGroupOffsetsResponseTopic {
            topic_name: name_of(*topic_id).unwrap_or_default(),
            topic_id: *topic_id,
            error_code: error.0,
            error_message: words(error).map(str::to_owned),
        }));
    }
    responses.extend(deleting.refused);
    responses.extend(failed.into_iter().map(|(topic_id, error)| {
        DeleteShareGroupOffsetsResponseTopic {
            topic_name: name_of(topic_id).unwrap_or_default(),
            topic_id,
            error_code: error.0,
            error_message: words(error).map(str::to_owned),
        }
    }));
    DeleteShareGroupOffsetsResponse { responses, ..Default::default() }
}
