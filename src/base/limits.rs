//! Every maximum in one place, with the relations between them asserted at compile time.
//!
//! What Kafka has a config for stays that config, with Kafka's default, and no more than the limit
//! of the same thing here: `socket.request.max.bytes`, `queued.max.request.bytes`,
//! `max.connections` and `max.connections.per.ip` with its overrides, `connections.max.idle.ms`,
//! `sasl.server.max.receive.size`, `message.max.bytes`, `fetch.max.bytes`,
//! `max.incremental.fetch.session.cache.slots`, `max.request.partition.size.limit`,
//! `group.max.size`, `group.consumer.max.size`, `group.streams.max.size`, `group.share.max.size`,
//! `group.share.max.share.sessions`, `group.share.partition.max.record.locks`,
//! `offset.metadata.max.bytes`, `transaction.max.timeout.ms`, `delegation.token.max.lifetime.ms`.
//!
//! A connection has one request in flight: the next one is read, but for the read-ahead of one
//! buffer, when the last is answered. So there are no more waiting requests than connections.

/// The largest frame that a peer may announce: Kafka's `socket.request.max.bytes`.
pub const FRAME_BYTES_MAX: usize = 100 * 1024 * 1024;
/// How many elements all arrays of one message may have together. An element is a byte at the
/// least, so this also bounds what a frame can make us allocate beyond its own size.
pub const ELEMENTS_MAX: usize = 1_000_000;
/// How many elements a request may have: a broker takes less than a client, which has asked.
pub const REQUEST_ELEMENTS_MAX: usize = 200_000;
/// What an element of a request is reckoned to take in memory once it is read.
pub const ELEMENT_BYTES: usize = 128;
/// What all connections hold together of requests and answers, but for
/// [`CONNECTION_BYTES_FREE`] each, one frame that alone is larger, and what
/// [`FETCH_BYTES_HELD_MAX`] is for: Kafka's `queued.max.request.bytes` where it is not set.
pub const BUFFERED_BYTES_MAX: usize = 40 * 1024 * 1024;
/// What a connection may hold of requests and answers whatever others hold.
pub const CONNECTION_BYTES_FREE: usize = 16 * 1024;
/// How deep structures may stand inside each other. Kafka's deepest message has six levels.
pub const DEPTH_MAX: usize = 16;
/// How many elements are reserved before the first is read: a lie costs no more.
pub const RESERVE_MAX: usize = 1024;
/// The longest topic name: Kafka's `Topic.MAX_NAME_LENGTH`.
pub const TOPIC_NAME_MAX: usize = 249;
/// The most partitions that one request may create in one topic.
pub const PARTITIONS_MAX: i32 = 10_000;
/// The most tasks that the topology of a streams group may have.
pub const STREAMS_TASKS_MAX: i64 = 1_000_000;
/// What a compressed batch may become where the broker looks inside it, or four times as much as
/// it is, if that is more: where messages may be large, so may be what is in them.
pub const DECOMPRESSED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// How many times as large it may become, beyond [`DECOMPRESSED_BYTES_FREE`]: records that say
/// anything come to a tenth of that.
pub const DECOMPRESSED_RATIO_MAX: usize = 1000;
/// What it may become however small it was.
pub const DECOMPRESSED_BYTES_FREE: usize = 4 * 1024 * 1024;
/// What a member of a classic group may say of itself in all its protocols together.
pub const MEMBER_BYTES_MAX: usize = 1024 * 1024;
/// How many idempotent producers one partition remembers: the one that was silent for the longest
/// time gives way, as after `producer.id.expiration.ms`.
pub const PRODUCERS_MAX: usize = 10_000;
/// How many state batches a share partition may come to: many more than Kafka lets be in flight.
pub const SHARE_BATCHES_MAX: usize = 1 << 16;
/// What the resources in an answer to DescribeConfigs may take, some thousands of topics: those
/// beyond it are refused with `POLICY_VIOLATION`.
pub const DESCRIBED_BYTES_MAX: usize = 12 * 1024 * 1024;
/// How many ACLs one request may delete: Kafka's `MAX_RECORDS_PER_USER_OP`.
pub const ACLS_PER_DELETION_MAX: usize = 10_000;
/// The largest frame before its sender is known: Kafka's default `sasl.server.max.receive.size`.
pub const SASL_FRAME_BYTES_MAX: usize = 512 * 1024;
/// How many rates of clients are counted at once.
pub const QUOTA_METERS_MAX: usize = 10_000;
/// What the records of all answers to Fetch that are under way hold together, but for
/// [`FETCH_BYTES_MIN`] or one batch for each.
pub const FETCH_BYTES_HELD_MAX: usize = 64 * 1024 * 1024;
/// What an answer to Fetch may always hold, however much others hold.
pub const FETCH_BYTES_MIN: usize = 64 * 1024;

/// How many there may be of what clients make, and what stays. Kafka has no such limits; a client
/// that makes more is told by the nearest of Kafka's errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections, by all listeners: more wait to be accepted.
    pub connections: usize,
    /// Groups of all kinds: `GROUP_MAX_SIZE_REACHED`.
    pub groups: usize,
    /// Members of one group, and ids given out to members that have not come back with them:
    /// `GROUP_MAX_SIZE_REACHED`.
    pub members: usize,
    /// Bytes that groups and their members take: ids, subscriptions, user data, topologies and
    /// assignments: `GROUP_MAX_SIZE_REACHED`, which ends a consumer and says why, where other
    /// errors are tried again for ever. As many again for share groups.
    pub member_bytes: usize,
    /// Committed offsets of all groups, those of open transactions included, and the bytes that
    /// they take with their metadata: `INVALID_COMMIT_OFFSET_SIZE`, the one error about the size of
    /// a commit that clients do not try again.
    pub offsets: usize,
    pub offset_bytes: usize,
    /// Transactional ids that have not expired: `POLICY_VIOLATION`.
    pub transactional_ids: usize,
    /// Partitions that share groups keep a state of: `POLICY_VIOLATION`.
    pub share_states: usize,
    /// Bytes that these states take: `POLICY_VIOLATION` for a new one, `INVALID_REQUEST` for one
    /// that is to grow.
    pub share_state_bytes: usize,
    /// Records that members of share groups hold, or that were left between such, over all
    /// partitions: beyond it nothing is given out, as beyond
    /// `group.share.partition.max.record.locks`.
    pub share_records: usize,
    /// Partitions in all fetch sessions: a fetch beyond it has no session, or loses it.
    /// As many again in all share sessions: `SHARE_SESSION_LIMIT_REACHED`.
    pub session_partitions: usize,
    /// Partitions of all topics: `POLICY_VIOLATION`, as for all that follow.
    pub partitions: usize,
    pub acls: usize,
    /// SCRAM users.
    pub users: usize,
    /// What client quotas are of.
    pub quotas: usize,
    pub tokens: usize,
    /// Bytes of the names and values of all configs that were set.
    pub config_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 4096,
            groups: 10_000,
            members: 10_000,
            member_bytes: 64 * 1024 * 1024,
            offsets: 500_000,
            offset_bytes: 128 * 1024 * 1024,
            transactional_ids: 100_000,
            share_states: 100_000,
            share_state_bytes: 64 * 1024 * 1024,
            share_records: 2_000_000,
            session_partitions: 200_000,
            partitions: 100_000,
            acls: 100_000,
            users: 100_000,
            quotas: 100_000,
            tokens: 100_000,
            config_bytes: 16 * 1024 * 1024,
        }
    }
}

const _: () = assert!(SASL_FRAME_BYTES_MAX < FRAME_BYTES_MAX);
const _: () = assert!(FETCH_BYTES_MIN < FETCH_BYTES_HELD_MAX);
const _: () = assert!(FETCH_BYTES_HELD_MAX < FRAME_BYTES_MAX);
const _: () = assert!(DECOMPRESSED_BYTES_FREE < DECOMPRESSED_BYTES_MAX);
const _: () = assert!(RESERVE_MAX < REQUEST_ELEMENTS_MAX);
const _: () = assert!(REQUEST_ELEMENTS_MAX < ELEMENTS_MAX);
const _: () = assert!(REQUEST_ELEMENTS_MAX * ELEMENT_BYTES < BUFFERED_BYTES_MAX);
const _: () = assert!(FRAME_BYTES_MAX < i32::MAX as usize);
