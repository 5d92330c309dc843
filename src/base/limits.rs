//! Every maximum in one place, with the relations between them asserted at compile time.

/// The largest frame that a peer may announce: Kafka's `socket.request.max.bytes`.
pub const FRAME_BYTES_MAX: usize = 100 * 1024 * 1024;
/// How many elements all arrays of one message may have together. An element is a byte at the
/// least, so this also bounds what a frame can make us allocate beyond its own size.
pub const ELEMENTS_MAX: usize = 1_000_000;
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
/// What a compressed batch may become where we look inside it.
pub const DECOMPRESSED_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Connections that a listener holds at once.
pub const CONNECTIONS_MAX: usize = 4096;
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

const _: () = assert!(SASL_FRAME_BYTES_MAX < FRAME_BYTES_MAX);
const _: () = assert!(FETCH_BYTES_MIN < FETCH_BYTES_HELD_MAX);
const _: () = assert!(FETCH_BYTES_HELD_MAX < FRAME_BYTES_MAX);
const _: () = assert!(RESERVE_MAX < ELEMENTS_MAX);
const _: () = assert!(FRAME_BYTES_MAX < i32::MAX as usize);
