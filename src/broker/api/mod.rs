//! The APIs: one file a key, each parse -> act -> answer. One table dispatches them and answers
//! ApiVersions.

mod add_offsets_to_txn;
mod add_partitions_to_txn;
mod add_raft_voter;
mod alter_configs;
mod alter_partition_reassignments;
mod alter_replica_log_dirs;
mod api_versions;
mod authorized;
mod consumer_group_describe;
mod consumer_group_heartbeat;
mod create_partitions;
mod create_topics;
mod delete_groups;
mod delete_records;
mod delete_share_group_state;
mod delete_topics;
mod describe_cluster;
mod describe_configs;
mod describe_groups;
mod describe_log_dirs;
mod describe_producers;
mod describe_quorum;
mod describe_topic_partitions;
mod describe_transactions;
mod elect_leaders;
mod end_txn;
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
mod remove_raft_voter;
mod share_acknowledge;
mod share_fetch;
mod share_state;
mod streams_group_describe;
mod streams_group_heartbeat;
mod sync_group;
mod transacting;
mod txn_offset_commit;
mod unregister_broker;
mod update_features;
mod write_share_group_state;
mod write_txn_markers;

use std::net::SocketAddr;

use bytes::Bytes;

use super::Broker;
use crate::wire::header::{self, RequestHeader};
use crate::wire::messages;
use crate::wire::primitives::{DecodeError, EncodeError, Reader, Writer};
use crate::wire::schema::{Message, Request, Versions};

/// Who is at the other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// Which connection it is: no two of this broker's have the same number.
    pub(crate) connection: u64,
}

/// What is known of a request besides its body.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) version: i16,
    pub(crate) client_id: &'a str,
    pub(crate) peer: &'a Peer,
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
    #[error("{name} version {version} cannot be read: {error}")]
    Decode { name: &'static str, version: i16, error: DecodeError },
    #[error("{name} version {version} cannot be written: {error}")]
    Encode { name: &'static str, version: i16, error: EncodeError },
    #[error("the request's header cannot be read: {0}")]
    Header(DecodeError),
    #[error("a produce request with acks=0 failed")]
    Unacknowledged,
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
trait Outcome {
    fn write(self, version: i16, correlation_id: i32) -> Result<Answer, Refusal>;
}

impl<M: Message> Outcome for M {
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
    fn write(self, version: i16, correlation_id: i32) -> Result<Answer, Refusal> {
        match self {
            Acknowledged::Answer(message) => Outcome::write(message, version, correlation_id),
            Acknowledged::Silence => Ok(Answer::Silence),
            Acknowledged::Failed => Err(Refusal::Unacknowledged),
        }
    }
}

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
                    let request: messages::$module::$request = parse(&mut r, head)?;
                    let outcome = $module::handle(broker, cx, request).await;
                    Outcome::write(outcome, head.api_version, head.correlation_id)
                })*
                key => Err(Refusal::Key { key }),
            }
        }
    };
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
    describe_configs DescribeConfigsRequest;
    alter_configs AlterConfigsRequest;
    alter_replica_log_dirs AlterReplicaLogDirsRequest;
    describe_log_dirs DescribeLogDirsRequest;
    create_partitions CreatePartitionsRequest;
    delete_groups DeleteGroupsRequest;
    elect_leaders ElectLeadersRequest;
    incremental_alter_configs IncrementalAlterConfigsRequest;
    alter_partition_reassignments AlterPartitionReassignmentsRequest;
    list_partition_reassignments ListPartitionReassignmentsRequest;
    offset_delete OffsetDeleteRequest;
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
    add_raft_voter AddRaftVoterRequest;
    remove_raft_voter RemoveRaftVoterRequest;
    share_fetch ShareFetchRequest;
    share_acknowledge ShareAcknowledgeRequest;
    initialize_share_group_state InitializeShareGroupStateRequest;
    read_share_group_state ReadShareGroupStateRequest;
    write_share_group_state WriteShareGroupStateRequest;
    delete_share_group_state DeleteShareGroupStateRequest;
    read_share_group_state_summary ReadShareGroupStateSummaryRequest;
    streams_group_heartbeat StreamsGroupHeartbeatRequest;
    streams_group_describe StreamsGroupDescribeRequest;
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

/// Answers one request.
pub(crate) async fn answer(broker: &Broker, peer: &Peer, frame: Bytes) -> Result<Answer, Refusal> {
    let mut r = Reader::new(frame);
    let head = RequestHeader::take(&mut r).map_err(Refusal::Header)?;
    if let Some(response) = api_versions::downgrade(&head) {
        return Outcome::write(response, 0, head.correlation_id);
    }
    let client_id = head.client_id.as_deref().unwrap_or_default();
    let cx = Context { version: head.api_version, client_id, peer };
    dispatch(broker, &cx, &head, r).await
}
