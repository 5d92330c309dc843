//! The requests that the player sends on its own account.

use super::language::{Call, one};

/// Makes a topic; the answer is looked at by the player.
pub(crate) fn create_topic(name: &str, partitions: i32, configs: &super::value::Value) -> Call {
    let mut pairs = Vec::new();
    if let super::value::Value::Map(given) = configs {
        pairs
            .extend(given.iter().map(|(k, v)| format!("{{ name: \"{k}\", value: {} }}", v.line())));
    }
    one(&format!(
        "CreateTopics v7 {{ timeout_ms: 20000, topics: [{{ name: \"{name}\", \
         num_partitions: {partitions}, replication_factor: 1, configs: [{}] }}] }}",
        pairs.join(", ")
    ))
}

/// Asks each partition of a topic for its end: one that is not there yet says so.
pub(crate) fn ready(name: &str, partitions: i32) -> Call {
    let asked =
        (0..partitions).map(|index| format!("{{ partition_index: {index}, timestamp: -1 }}"));
    one(&format!(
        "ListOffsets v7 {{ replica_id: -1, topics: [{{ name: \"{name}\", partitions: [{}] }}] }}",
        asked.collect::<Vec<_>>().join(", ")
    ))
}

/// Finds a coordinator, which makes the topic that it keeps its records in.
pub(crate) fn find_coordinator(kind: i8) -> Call {
    let key = if kind == 2 { "warm:AAAAAAAAAAAAAAAAAAAABQ:0" } else { "warm" };
    one(&format!("FindCoordinator v6 {{ key_type: {kind}, coordinator_keys: [\"{key}\"] }}"))
}

/// Asks for a producer id: a broker that has none left yet says so.
pub(crate) fn init_producer_id() -> Call {
    one("InitProducerId v4 { transactional_id: null, transaction_timeout_ms: 60000 }")
}

/// Asks for a group that is not there: a coordinator that still loads says that it does.
pub(crate) fn describe_group() -> Call {
    one("DescribeGroups v6 { groups: [\"warm\"] }")
}

/// Logs in by PLAIN, as a user with a password.
pub(crate) fn login(said: &[Vec<u8>; 2]) -> [Call; 2] {
    let bytes = [&b"\0"[..], &said[0], b"\0", &said[1]].concat();
    let bytes: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [
        one("SaslHandshake v1 { mechanism: \"PLAIN\" }"),
        one(&format!("SaslAuthenticate v2 {{ auth_bytes: 0x{bytes} }}")),
    ]
}
