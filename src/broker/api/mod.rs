//! The APIs: one file a key, each parse -> act -> answer. One table dispatches them and answers
//! ApiVersions.

mod access;
mod add_offsets_to_txn;
mod add_partitions_to_txn;
mod add_raft_voter;
mod alter_client_quotas;
mod alter_configs;
mod alter_partition_reassignments;
mod alter_replica_log_dirs;
mod alter_share_group_offsets;
mod alter_user_scram_credentials;
mod api_versions;
mod authorized;
mod consumer_group_describe;
mod consumer_group_heartbeat;
mod create_acls;
mod create_delegation_token;
mod create_partitions;
mod create_topics;
mod delete_acls;
mod delete_groups;
mod delete_records;
mod delete_share_group_offsets;
mod delete_share_group_state;
mod delete_topics;
mod describe_acls;
mod describe_client_quotas;
mod describe_cluster;
mod describe_configs;
mod describe_delegation_token;
mod describe_groups;
mod describe_log_dirs;
mod describe_producers;
mod describe_quorum;
mod describe_share_group_offsets;
mod describe_topic_partitions;
mod describe_transactions;
mod describe_user_scram_credentials;
mod elect_leaders;
mod end_txn;
mod expire_delegation_token;
pub(crate) mod fetch;
mod find_coordinator;
mod heartbeat;
mod incremental_alter_configs;
mod init_producer_id;
mod initialize_share_group_state;
mod join_group;
mod leader_epoch;
mod leave_group;
mod list_config_resources;
mod list_groups;
mod list_offsets;
mod list_partition_reassignments;
mod list_transactions;
mod members;
mod metadata;
mod offset_commit;
mod offset_delete;
mod offset_fetch;
mod offset_for_leader_epoch;
mod produce;
mod raft_voters;
mod read_share_group_state;
mod read_share_group_state_summary;
mod releases;
mod remove_raft_voter;
mod renew_delegation_token;
mod sasl_authenticate;
mod sasl_handshake;
mod share_acknowledge;
mod share_fetch;
mod share_group_describe;
mod share_group_heartbeat;
mod share_state;
mod streams_group_describe;
mod streams_group_heartbeat;
mod sync_group;
mod throttle;
mod transacting;
pub(crate) mod turns;
mod txn_offset_commit;
mod unregister_broker;
mod update_features;
mod write_share_group_state;
mod write_txn_markers;

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use self::access::{Gate, Guarded, Verdict};
use self::throttle::HoldBack;
use self::turns::Turn;
use super::Broker;
use super::auth::Principal;
use super::config::Release;
use super::net::{Claim, Front, NoRoom};
use crate::base::limits::{self, ELEMENT_BYTES};
use crate::wire::header::{self, RequestHeader};
use crate::wire::messages;
use crate::wire::primitives::{DecodeError, EncodeError, Reader, Writer};
use crate::wire::schema::{Message, Request, Versions, Wire};

/// Who is at the other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// Which connection it is: no two of this broker's have the same number.
    pub(crate) connection: u64,
    /// The address as ACLs name it.
    pub(crate) host: String,
    /// The listener that it came in by: what it is told of this broker's place is that one's.
    pub(crate) front: Arc<Front>,
    pub(crate) principal: Principal,
    /// What the connection holds in memory.
    pub(crate) claim: Claim,
}

impl Peer {
    /// Returns somebody of whom nothing is known yet.
    pub(crate) fn new(
        address: SocketAddr,
        front: Arc<Front>,
        connection: u64,
        claim: Claim,
    ) -> Self {
        let host = host_text(address.ip());
        Peer { address, connection, host, front, principal: Principal::anonymous(), claim }
    }
}

/// Writes an address as Java does: no part of one of version 6 is left out.
fn host_text(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => v6.segments().map(|part| format!("{part:x}")).join(":"),
    }
}

/// What is known of a request besides its body.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) version: i16,
    pub(crate) client_id: &'a str,
    pub(crate) peer: &'a Peer,
    /// How large the request is.
    frame_bytes: usize,
    hold_back: HoldBack,
    turn: Turn,
}

impl Context<'_> {
    /// Returns where the peer reaches this broker.
    pub(crate) fn place(&self) -> (String, u16) {
        (self.peer.front.host.clone(), self.peer.front.port)
    }
}

/// What goes back to the peer.
#[derive(Debug)]
pub(crate) enum Answer {
    Send(Vec<Bytes>),
    /// Nothing: a produce request with `acks=0`.
    Silence,
}

/// A request that cannot be answered; Kafka closes the connection, and so do we.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("no API has the key {key}")]
    Key { key: i16 },
    #[error("{name} is not served in version {version}")]
    Version { name: &'static str, version: i16 },
    #[error("Kafka {release} has no version {version} of the API with the key {key}")]
    Release { release: Release, key: i16, version: i16 },
    #[error("{name} version {version} cannot be read: {error}")]
    Decode { name: &'static str, version: i16, error: DecodeError },
    #[error("{name} version {version} cannot be written: {error}")]
    Encode { name: &'static str, version: i16, error: EncodeError },
    #[error("{name} version {version} is too much to be held: {error}")]
    NoRoom { name: &'static str, version: i16, error: NoRoom },
    #[error("the request's header cannot be read: {0}")]
    Header(DecodeError),
    #[error("a produce request with acks=0 failed")]
    Unacknowledged,
    #[error("what the API with the key {key} has written could not be made durable")]
    Unsynced { key: i16 },
}

/// One row of the table: an API that is served.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api {
    pub(crate) key: i16,
    pub(crate) served: Versions,
    /// The lowest version that ApiVersions names. For Produce it is lower than what is served,
    /// as in Kafka: older librdkafka looks for one exact version, and turns compression off
    /// without it (KAFKA-18659).
    pub(crate) advertised_from: i16,
}

/// What a handler returns: a response, or nothing.
trait Outcome: Sized {
    type Message: Message;

    /// Makes an answer of a response.
    fn of(response: Self::Message) -> Self;

    /// Returns the response, if there is one.
    fn response(&mut self) -> Option<&mut Self::Message>;

    fn write(self, version: i16, correlation_id: i32) -> Result<Answer, Refusal>;
}

impl<M: Message> Outcome for M {
    type Message = M;

    fn of(response: M) -> Self {
        response
    }

    fn response(&mut self) -> Option<&mut M> {
        Some(self)
    }

    fn write(self, version: i16, correlation_id: i32) -> Result<Answer, Refusal> {
        let table = M::TABLE;
        let mut w = Writer::new();
        header::put_response(&mut w, &table, version, correlation_id);
        Message::write(&self, &mut w, version).map_err(|error| Refusal::Encode {
            name: table.name(),
            version,
            error,
        })?;
        Ok(Answer::Send(w.into_chunks()))
    }
}

/// What Produce returns: with `acks=0` there is no answer, and a failure closes the connection.
pub(super) enum Acknowledged<M> {
    Answer(M),
    Silence,
    Failed,
}

impl<M: Message> Outcome for Acknowledged<M> {
    type Message = M;

    fn of(response: M) -> Self {
        Acknowledged::Answer(response)
    }

    fn response(&mut self) -> Option<&mut M> {
        match self {
            Acknowledged::Answer(response) => Some(response),
            Acknowledged::Silence | Acknowledged::Failed => None,
        }
    }

    fn write(self, version: i16, correlation_id: i32) -> Result<Answer, Refusal> {
        match self {
            Acknowledged::Answer(message) => Outcome::write(message, version, correlation_id),
            Acknowledged::Silence => Ok(Answer::Silence),
            Acknowledged::Failed => Err(Refusal::Unacknowledged),
        }
    }
}

/// The APIs whose answers promise nothing and tell of nothing that has to be durable: with
/// `--fsync` no other one is answered before everything is durable that was written until then.
/// Produce waits by itself, and Fetch reads only what is durable.
const NEVER_WAIT: [i16; 5] = [
    <messages::produce::ProduceRequest as Message>::TABLE.key,
    <messages::fetch::FetchRequest as Message>::TABLE.key,
    <messages::heartbeat::HeartbeatRequest as Message>::TABLE.key,
    <messages::api_versions::ApiVersionsRequest as Message>::TABLE.key,
    <messages::list_offsets::ListOffsetsRequest as Message>::TABLE.key,
];

/// Declares the table and the dispatch over it.
macro_rules! apis {
    ($(
        $module:ident $request:ident $(advertised from $first:literal)? $(up to $last:literal)?;
    )*) => {
        /// Every API that is served, in the order of the keys.
        pub(crate) const APIS: &[Api] = &[$({
            let table = <messages::$module::$request as Message>::TABLE;
            let served = Versions {
                first: table.versions.first,
                last: apis!(@or table.versions.last $(, $last)?),
            };
            let advertised_from = apis!(@or table.versions.first $(, $first)?);
            Api { key: table.key, served, advertised_from }
        },)*];

        async fn dispatch(
            broker: &Broker,
            cx: &Context<'_>,
            head: &RequestHeader,
            mut r: Reader,
        ) -> Result<Answer, Refusal> {
            match head.api_key {
                $(key if key == <messages::$module::$request as Message>::TABLE.key => {
                    let mut request: messages::$module::$request = parse(&mut r, head)?;
                    hold(cx, head, &request, &r)?;
                    let verdict = match Gate::of(broker, cx) {
                        None => Verdict::Go,
                        Some(gate) => Guarded::ask(&mut request, &gate),
                    };
                    let after = match verdict {
                        Verdict::Go => Ok(None),
                        Verdict::Then(after) => Ok(Some(after)),
                        Verdict::Refused(response) => Err(response),
                    };
                    let mut outcome = match after {
                        Err(response) => Outcome::of(response),
                        Ok(after) => {
                            let handled =
                                apis!(@place $module $module::handle(broker, cx, request));
                            let mut outcome = throttle::metered(broker, cx, handled).await;
                            if let Some(after) = after
                                && let Some(response) = Outcome::response(&mut outcome)
                            {
                                after(response);
                            }
                            outcome
                        }
                    };
                    let told_ms = cx.hold_back.told_ms();
                    if told_ms > 0 {
                        let response = Outcome::response(&mut outcome);
                        let field = response.and_then(|response| response.throttle_time_ms());
                        field.into_iter().for_each(|field| *field = told_ms);
                    }
                    let write = || Outcome::write(outcome, head.api_version, head.correlation_id);
                    cx.turn.work(write)
                })*
                key => Err(Refusal::Key { key }),
            }
        }
    };
    // What comes all the time is worked on in place; a connection has no room for all the others.
    (@place produce $future:expr) => { pin!($future) };
    (@place fetch $future:expr) => { pin!($future) };
    (@place $module:ident $future:expr) => { Box::pin($future) };
    (@or $else:expr) => { $else };
    (@or $else:expr, $value:literal) => { $value };
}

apis! {
    produce ProduceRequest advertised from 0;
    fetch FetchRequest;
    list_offsets ListOffsetsRequest;
    metadata MetadataRequest;
    offset_commit OffsetCommitRequest;
    offset_fetch OffsetFetchRequest;
    find_coordinator FindCoordinatorRequest;
    join_group JoinGroupRequest;
    heartbeat HeartbeatRequest;
    leave_group LeaveGroupRequest;
    sync_group SyncGroupRequest;
    describe_groups DescribeGroupsRequest;
    list_groups ListGroupsRequest;
    sasl_handshake SaslHandshakeRequest;
    api_versions ApiVersionsRequest;
    create_topics CreateTopicsRequest;
    delete_topics DeleteTopicsRequest;
    delete_records DeleteRecordsRequest;
    init_producer_id InitProducerIdRequest up to 5;
    offset_for_leader_epoch OffsetForLeaderEpochRequest;
    add_partitions_to_txn AddPartitionsToTxnRequest;
    add_offsets_to_txn AddOffsetsToTxnRequest;
    end_txn EndTxnRequest;
    write_txn_markers WriteTxnMarkersRequest;
    txn_offset_commit TxnOffsetCommitRequest;
    describe_acls DescribeAclsRequest;
    create_acls CreateAclsRequest;
    delete_acls DeleteAclsRequest;
    describe_configs DescribeConfigsRequest;
    alter_configs AlterConfigsRequest;
    alter_replica_log_dirs AlterReplicaLogDirsRequest;
    describe_log_dirs DescribeLogDirsRequest;
    sasl_authenticate SaslAuthenticateRequest;
    create_partitions CreatePartitionsRequest;
    create_delegation_token CreateDelegationTokenRequest;
    renew_delegation_token RenewDelegationTokenRequest;
    expire_delegation_token ExpireDelegationTokenRequest;
    describe_delegation_token DescribeDelegationTokenRequest;
    delete_groups DeleteGroupsRequest;
    elect_leaders ElectLeadersRequest;
    incremental_alter_configs IncrementalAlterConfigsRequest;
    alter_partition_reassignments AlterPartitionReassignmentsRequest;
    list_partition_reassignments ListPartitionReassignmentsRequest;
    offset_delete OffsetDeleteRequest;
    describe_client_quotas DescribeClientQuotasRequest;
    alter_client_quotas AlterClientQuotasRequest;
    describe_user_scram_credentials DescribeUserScramCredentialsRequest;
    alter_user_scram_credentials AlterUserScramCredentialsRequest;
    describe_quorum DescribeQuorumRequest;
    update_features UpdateFeaturesRequest;
    describe_cluster DescribeClusterRequest;
    describe_producers DescribeProducersRequest;
    unregister_broker UnregisterBrokerRequest;
    describe_transactions DescribeTransactionsRequest;
    list_transactions ListTransactionsRequest;
    consumer_group_heartbeat ConsumerGroupHeartbeatRequest;
    consumer_group_describe ConsumerGroupDescribeRequest;
    list_config_resources ListConfigResourcesRequest;
    describe_topic_partitions DescribeTopicPartitionsRequest;
    share_group_heartbeat ShareGroupHeartbeatRequest;
    share_group_describe ShareGroupDescribeRequest;
    share_fetch ShareFetchRequest;
    share_acknowledge ShareAcknowledgeRequest;
    add_raft_voter AddRaftVoterRequest;
    remove_raft_voter RemoveRaftVoterRequest;
    initialize_share_group_state InitializeShareGroupStateRequest;
    read_share_group_state ReadShareGroupStateRequest;
    write_share_group_state WriteShareGroupStateRequest;
    delete_share_group_state DeleteShareGroupStateRequest;
    read_share_group_state_summary ReadShareGroupStateSummaryRequest;
    streams_group_heartbeat StreamsGroupHeartbeatRequest;
    streams_group_describe StreamsGroupDescribeRequest;
    describe_share_group_offsets DescribeShareGroupOffsetsRequest;
    alter_share_group_offsets AlterShareGroupOffsetsRequest;
    delete_share_group_offsets DeleteShareGroupOffsetsRequest;
}

/// Reads the rest of the header and the body.
fn parse<R: Request>(r: &mut Reader, head: &RequestHeader) -> Result<R, Refusal> {
    let (table, version) = (R::TABLE, head.api_version);
    let served = APIS.iter().any(|api| api.key == table.key && api.served.contains(version));
    if !served {
        return Err(Refusal::Version { name: table.name(), version });
    }
    let decode = |error| Refusal::Decode { name: table.name(), version, error };
    RequestHeader::take_tail(r, &table, version).map_err(decode)?;
    R::read(r, version).map_err(decode)
}

/// Counts what a request was read into against what its connection may hold.
fn hold<M: Message>(
    cx: &Context<'_>,
    head: &RequestHeader,
    _: &M,
    r: &Reader,
) -> Result<(), Refusal> {
    let bytes = cx.frame_bytes + r.elements() * ELEMENT_BYTES;
    cx.peer.claim.try_hold(bytes).map_err(|error| {
        let (name, version) = (M::TABLE.name(), head.api_version);
        Refusal::NoRoom { name, version, error }
    })
}

/// Reads a request that is answered before there is a login.
pub(crate) fn open<R: Request>(frame: Bytes) -> Result<(RequestHeader, R), Refusal> {
    let mut r = Reader::new(frame);
    let head = RequestHeader::take(&mut r).map_err(Refusal::Header)?;
    let request = parse(&mut r, &head)?;
    Ok((head, request))
}

/// Writes the answer to such a request.
pub(crate) fn close<M: Message>(response: M, head: &RequestHeader) -> Result<Answer, Refusal> {
    Outcome::write(response, head.api_version, head.correlation_id)
}

/// Answers one request, and says for how long its sender is then held back.
pub(crate) async fn answer(
    broker: &Broker,
    peer: &Peer,
    frame: Bytes,
) -> Result<(Answer, Duration), Refusal> {
    let frame_bytes = frame.len();
    let mut r = Reader::within(frame, limits::REQUEST_ELEMENTS_MAX);
    let head = RequestHeader::take(&mut r).map_err(Refusal::Header)?;
    if let Some(response) = api_versions::downgrade(broker, &head) {
        let answer = Outcome::write(response, 0, head.correlation_id)?;
        return Ok((answer, Duration::ZERO));
    }
    if let Some(release) = broker.controller.release()
        && !releases::offers(Some(release), head.api_key, head.api_version)
    {
        let (key, version) = (head.api_key, head.api_version);
        return Err(Refusal::Release { release, key, version });
    }
    let client_id = head.client_id.as_deref().unwrap_or_default();
    let hold_back = HoldBack::default();
    let turn = Turn::default();
    let cx = Context { version: head.api_version, client_id, peer, frame_bytes, hold_back, turn };
    let before = broker.before_writing();
    let answer = dispatch(broker, &cx, &head, r).await?;
    let held_back = cx.hold_back.duration();
    // The turn is over: what follows may wait for the disk.
    drop(cx);
    if !NEVER_WAIT.contains(&head.api_key) {
        let settled = broker.settled(before).await;
        settled.map_err(|_| Refusal::Unsynced { key: head.api_key })?;
    }
    Ok((answer, held_back))
}
