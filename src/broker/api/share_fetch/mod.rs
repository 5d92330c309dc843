//! ShareFetch: key 78, versions 1-2.
//!
//! Does: share sessions; acknowledgements on the way; acquires records and waits for them up to
//! `max_wait_ms`; both acquire modes (KIP-1206); renewals (KIP-1222); read_committed by the
//! group's config.
//! Does not: read from tiered storage.
//! Versions: 2 acquire mode, renewals.

pub(super) mod acknowledging;
mod acquiring;

use super::{Context, share_state};
use crate::broker::Broker;
use crate::broker::coord::share::session::{Ask, Begun, FINAL_EPOCH, Member, Place};
use crate::broker::shares::Trouble;
use crate::wire::ErrorCode;
use crate::wire::messages::share_fetch::{
    LeaderIdAndEpoch, NodeEndpoint, PartitionData, ShareFetchRequest, ShareFetchResponse,
    ShareFetchableTopicResponse,
};
use crate::wire::schema::Records;

use self::acknowledging::Acknowledged;

/// The longest id of a member.
const MEMBER_ID_MAX: usize = 36;

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    mut request: ShareFetchRequest,
) -> ShareFetchResponse {
    let member = share_state::served(broker)
        .and_then(|()| member_of(request.group_id.take(), request.member_id.take()));
    let member = match member {
        Ok(member) => member,
        Err(error) => return failed(error),
    };
    let renews = cx.version >= 2 && request.is_renew_ack;
    if renews && !asks_for_nothing(&request) {
        return failed(ErrorCode::INVALID_REQUEST);
    }
    let acks = acknowledging::of_fetch(&mut request);
    let epoch = request.share_session_epoch;
    let begun = begin(broker, cx, &member, &request, acks.is_some());
    let begun = match begun {
        Ok(begun) => begun,
        Err(ErrorCode::SHARE_SESSION_LIMIT_REACHED) => {
            // Whoever finds no room is to come back later, not at once.
            acquiring::idle(request.max_wait_ms).await;
            return failed(ErrorCode::SHARE_SESSION_LIMIT_REACHED);
        }
        Err(error) => return failed(error),
    };
    let terms = acknowledging::Terms { may_renew: cx.version >= 2, renews };
    let acknowledged = match acks {
        Some(acks) => acknowledging::all(broker, &member, acks, terms),
        None => Vec::new(),
    };
    let (places, is_first) = match begun {
        // What was acknowledged on the way stays so.
        Begun::Broken => return failed(ErrorCode::UNKNOWN_SERVER_ERROR),
        Begun::Final => (Vec::new(), true),
        Begun::Fetch { places, is_first } => (places, is_first),
    };
    let fetched = match renews {
        true => Vec::new(),
        false => acquiring::acquire(broker, &member, &request, &places).await,
    };
    let fetched = match is_first {
        true => fetched,
        false => match to_tell(broker, &member, epoch, fetched) {
            Ok(fetched) => fetched,
            Err(error) => return failed(error),
        },
    };
    let response = respond(broker, cx, &member, fetched, acknowledged);
    if epoch == FINAL_EPOCH {
        broker.shares.release(broker, &member);
    }
    response
}

/// Returns who asks, if it says so.
pub(super) fn member_of(
    group: Option<String>,
    member: Option<String>,
) -> Result<Member, ErrorCode> {
    let is_fit = |id: &String| !id.is_empty() && id.encode_utf16().count() <= MEMBER_ID_MAX;
    match (group, member.filter(is_fit)) {
        (Some(group), Some(member)) => Ok(Member { group, member }),
        _ => Err(ErrorCode::INVALID_REQUEST),
    }
}

/// A request that renews fetches nothing (KIP-1222).
fn asks_for_nothing(request: &ShareFetchRequest) -> bool {
    request.max_bytes == 0
        && request.min_bytes == 0
        && request.max_records == 0
        && request.max_wait_ms == 0
}

fn begin(
    broker: &Broker,
    cx: &Context<'_>,
    member: &Member,
    request: &ShareFetchRequest,
    acknowledges: bool,
) -> Result<Begun, ErrorCode> {
    let add: Vec<Place> = request
        .topics
        .iter()
        .flat_map(|topic| topic.partitions.iter().map(|p| (topic.topic_id, p.partition_index)))
        .collect();
    let forget: Vec<Place> = request
        .forgotten_topics_data
        .iter()
        .flat_map(|topic| topic.partitions.iter().map(|index| (topic.topic_id, *index)))
        .collect();
    let ask = Ask {
        epoch: request.share_session_epoch,
        acknowledges,
        add: &add,
        forget: &forget,
        is_known: &|id| broker.partitions.name_of(id).is_some(),
    };
    broker.shares.sessions().begin(member, cx.peer.connection, ask)
}

type Fetched = Vec<(Place, PartitionData)>;

/// Leaves out what the session has nothing to say of.
fn to_tell(
    broker: &Broker,
    member: &Member,
    epoch: i32,
    fetched: Fetched,
) -> Result<Fetched, ErrorCode> {
    let answers: Vec<(Place, bool, bool)> = fetched
        .iter()
        .map(|(place, data)| {
            let has_records = data.records.as_ref().is_some_and(|records| !records.0.is_empty());
            (*place, has_records, data.error_code != 0)
        })
        .collect();
    let told = broker.shares.sessions().answer(member, epoch, &answers)?;
    Ok(fetched.into_iter().zip(told).filter(|(_, told)| *told).map(|(data, _)| data).collect())
}

fn respond(
    broker: &Broker,
    cx: &Context<'_>,
    member: &Member,
    fetched: Fetched,
    acknowledged: Acknowledged,
) -> ShareFetchResponse {
    let records = fetched.iter().filter_map(|(_, data)| data.records.as_ref());
    cx.peer.claim.lent(records.map(|records| records.0.len()).sum());
    let mut response = ShareFetchResponse {
        acquisition_lock_timeout_ms: broker
            .group_config(&member.group)
            .share_record_lock_duration_ms,
        ..Default::default()
    };
    let mut acknowledged: std::collections::BTreeMap<Place, Result<(), Trouble>> =
        acknowledged.into_iter().collect();
    for (place, mut data) in fetched {
        let done = acknowledged.remove(&place);
        tell(&mut data, done);
        if led_elsewhere(data.error_code) {
            data.current_leader = leader(broker, place);
            response.node_endpoints = endpoints(broker, cx);
        }
        add(&mut response, place, data);
    }
    for (place, done) in acknowledged {
        let mut data = nothing(place.1, ErrorCode::NONE);
        tell(&mut data, Some(done));
        add(&mut response, place, data);
    }
    response
}

fn tell(data: &mut PartitionData, done: Option<Result<(), Trouble>>) {
    if let Some(Err(trouble)) = done {
        data.acknowledge_error_code = trouble.error.0;
        data.acknowledge_error_message = trouble.text;
    }
}

fn add(response: &mut ShareFetchResponse, (topic_id, _): Place, data: PartitionData) {
    match response.responses.iter_mut().find(|topic| topic.topic_id == topic_id) {
        Some(topic) => topic.partitions.push(data),
        None => response
            .responses
            .push(ShareFetchableTopicResponse { topic_id, partitions: vec![data] }),
    }
}

/// Says whether an error makes a client look for the leader.
pub(super) fn led_elsewhere(error: i16) -> bool {
    error == ErrorCode::NOT_LEADER_OR_FOLLOWER.0 || error == ErrorCode::FENCED_LEADER_EPOCH.0
}

fn leader(broker: &Broker, place: Place) -> LeaderIdAndEpoch {
    let (leader_id, leader_epoch) = leader_of(broker, place);
    LeaderIdAndEpoch { leader_id, leader_epoch }
}

/// Returns who leads a partition, and since which epoch.
pub(super) fn leader_of(broker: &Broker, (topic_id, index): Place) -> (i32, i32) {
    let name = broker.partitions.name_of(topic_id);
    let partition = name.and_then(|name| broker.partitions.get(&name, index));
    partition.map_or((-1, -1), |partition| (broker.node_id, partition.leader_epoch))
}

fn endpoints(broker: &Broker, cx: &Context<'_>) -> Vec<NodeEndpoint> {
    let (host, port) = cx.place();
    vec![NodeEndpoint { node_id: broker.node_id, host, port: i32::from(port), rack: None }]
}

/// A partition without records.
fn nothing(partition_index: i32, error: ErrorCode) -> PartitionData {
    PartitionData {
        partition_index,
        error_code: error.0,
        records: Some(Records::default()),
        ..Default::default()
    }
}

fn failed(error: ErrorCode) -> ShareFetchResponse {
    ShareFetchResponse { error_code: error.0, ..Default::default() }
}
