//! The broker's configs as a struct: what the broker itself acts upon.

use super::topic::Typed;
use super::value::Value;

/// Declares the struct and how each field is found.
macro_rules! broker_config {
    ($($(#[$meta:meta])* $field:ident: $ty:ty = $get:ident($name:literal);)*) => {
        /// The broker's configs. Times are in milliseconds and sizes in bytes, whatever unit
        /// the config's name has.
        #[derive(Clone, Debug, PartialEq)]
        pub struct BrokerConfig {
            $($(#[$meta])* pub $field: $ty,)*
            /// How long a group's offsets are kept once it is empty.
            pub offsets_retention_ms: i64,
        }

        impl BrokerConfig {
            pub(super) fn of(get: &dyn Fn(&str) -> Option<Value>) -> Self {
                let get = Typed(get);
                BrokerConfig {
                    $($field: get.$get($name),)*
                    offsets_retention_ms: get.long("offsets.retention.minutes") * 60_000,
                }
            }

            /// The names that the fields are found by.
            #[cfg(test)]
            const NAMES: &[&str] = &[$($name,)* "offsets.retention.minutes"];
        }
    };
}

broker_config! {
    node_id: i32 = int("node.id");
    listeners: Vec<String> = list("listeners");
    log_dirs: Vec<String> = list("log.dirs");
    rack: String = text("broker.rack");

    auto_create_topics_enable: bool = boolean("auto.create.topics.enable");
    delete_topic_enable: bool = boolean("delete.topic.enable");
    num_partitions: i32 = int("num.partitions");
    default_replication_factor: i32 = int("default.replication.factor");

    socket_request_max_bytes: i32 = int("socket.request.max.bytes");
    max_connections: i32 = int("max.connections");
    max_connection_creation_rate: i32 = int("max.connection.creation.rate");
    max_connections_per_ip: i32 = int("max.connections.per.ip");
    max_connections_per_ip_overrides: String = text("max.connections.per.ip.overrides");
    inter_broker_listener_name: String = text("inter.broker.listener.name");
    security_inter_broker_protocol: String = text("security.inter.broker.protocol");
    connections_max_idle_ms: i64 = long("connections.max.idle.ms");
    fetch_max_bytes: i32 = int("fetch.max.bytes");
    fetch_session_slots: i32 = int("max.incremental.fetch.session.cache.slots");
    max_request_partition_size_limit: i32 = int("max.request.partition.size.limit");

    group_min_session_timeout_ms: i32 = int("group.min.session.timeout.ms");
    group_max_session_timeout_ms: i32 = int("group.max.session.timeout.ms");
    group_max_size: i32 = int("group.max.size");
    group_initial_rebalance_delay_ms: i32 = int("group.initial.rebalance.delay.ms");
    group_rebalance_protocols: Vec<String> = list("group.coordinator.rebalance.protocols");
    group_consumer_assignors: Vec<String> = list("group.consumer.assignors");
    group_consumer_max_size: i32 = int("group.consumer.max.size");
    group_consumer_migration_policy: String = text("group.consumer.migration.policy");
    group_consumer_regex_refresh_interval_ms: i32 = int("group.consumer.regex.refresh.interval.ms");
    group_streams_max_size: i32 = int("group.streams.max.size");

    offset_metadata_max_bytes: i32 = int("offset.metadata.max.bytes");
    offsets_retention_check_interval_ms: i64 = long("offsets.retention.check.interval.ms");
    offsets_topic_num_partitions: i32 = int("offsets.topic.num.partitions");
    offsets_topic_replication_factor: i32 = int("offsets.topic.replication.factor");
    offsets_topic_segment_bytes: i32 = int("offsets.topic.segment.bytes");

    add_partitions_retry_backoff_ms: i32 = int("add.partitions.to.txn.retry.backoff.ms");
    add_partitions_retry_backoff_max_ms: i32 = int("add.partitions.to.txn.retry.backoff.max.ms");
    transaction_max_timeout_ms: i32 = int("transaction.max.timeout.ms");
    transaction_abort_interval_ms: i32 =
        int("transaction.abort.timed.out.transaction.cleanup.interval.ms");
    transaction_remove_expired_interval_ms: i32 =
        int("transaction.remove.expired.transaction.cleanup.interval.ms");
    transaction_partition_verification_enable: bool =
        boolean("transaction.partition.verification.enable");
    transaction_state_log_num_partitions: i32 = int("transaction.state.log.num.partitions");
    transaction_state_log_replication_factor: i32 = int("transaction.state.log.replication.factor");
    transaction_state_log_segment_bytes: i32 = int("transaction.state.log.segment.bytes");
    transaction_state_log_min_isr: i32 = int("transaction.state.log.min.isr");
    transactional_id_expiration_ms: i32 = int("transactional.id.expiration.ms");
    producer_id_expiration_ms: i32 = int("producer.id.expiration.ms");
    producer_id_expiration_check_interval_ms: i32 =
        int("producer.id.expiration.check.interval.ms");

    share_state_topic_num_partitions: i32 = int("share.coordinator.state.topic.num.partitions");
    share_state_topic_replication_factor: i32 =
        int("share.coordinator.state.topic.replication.factor");
    share_state_topic_segment_bytes: i32 = int("share.coordinator.state.topic.segment.bytes");
    share_state_topic_min_isr: i32 = int("share.coordinator.state.topic.min.isr");
    share_updates_per_snapshot: i32 =
        int("share.coordinator.snapshot.update.records.per.snapshot");
    share_prune_interval_ms: i32 = int("share.coordinator.state.topic.prune.interval.ms");
    share_cold_snapshot_interval_ms: i32 =
        int("share.coordinator.cold.partition.snapshot.interval.ms");
    share_sessions_max: i32 = int("group.share.max.share.sessions");
    share_group_max_size: i32 = int("group.share.max.size");

    failed_authentication_delay_ms: i32 = int("connection.failed.authentication.delay.ms");
    delegation_token_max_lifetime_ms: i64 = long("delegation.token.max.lifetime.ms");
    delegation_token_expiry_time_ms: i64 = long("delegation.token.expiry.time.ms");
    delegation_token_check_interval_ms: i64 = long("delegation.token.expiry.check.interval.ms");
    quota_window_num: i32 = int("quota.window.num");
    quota_window_size_seconds: i32 = int("quota.window.size.seconds");
    controller_quota_window_num: i32 = int("controller.quota.window.num");
    controller_quota_window_size_seconds: i32 = int("controller.quota.window.size.seconds");

    log_retention_check_interval_ms: i64 = long("log.retention.check.interval.ms");
    log_initial_task_delay_ms: i64 = long("log.initial.task.delay.ms");
    log_flush_scheduler_interval_ms: i64 = long("log.flush.scheduler.interval.ms");
    log_flush_offset_checkpoint_interval_ms: i32 = int("log.flush.offset.checkpoint.interval.ms");
    log_flush_start_offset_checkpoint_interval_ms: i32 =
        int("log.flush.start.offset.checkpoint.interval.ms");
    metadata_log_max_record_bytes_between_snapshots: i64 =
        long("metadata.log.max.record.bytes.between.snapshots");
    metadata_log_max_snapshot_interval_ms: i64 = long("metadata.log.max.snapshot.interval.ms");
    metadata_log_segment_bytes: i32 = int("metadata.log.segment.bytes");
    metadata_log_segment_ms: i64 = long("metadata.log.segment.ms");
    metadata_max_retention_bytes: i64 = long("metadata.max.retention.bytes");
    metadata_max_retention_ms: i64 = long("metadata.max.retention.ms");
    high_watermark_checkpoint_interval_ms: i64 =
        long("replica.high.watermark.checkpoint.interval.ms");
    log_cleaner_io_max_bytes_per_second: f64 = double("log.cleaner.io.max.bytes.per.second");
    log_cleaner_backoff_ms: i64 = long("log.cleaner.backoff.ms");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::config::{Configs, DynamicConfigs, StaticConfig, table};

    #[test]
    fn every_field_is_a_row_of_the_table() {
        for name in BrokerConfig::NAMES {
            assert!(table::broker(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_broker_starts_from_its_own_base() {
        let (fixed, dynamic) = (StaticConfig::default(), DynamicConfigs::default());
        let config = Configs::new(&fixed, &dynamic, 1).broker();
        assert_eq!(config.num_partitions, 4);
        assert_eq!(config.offsets_topic_num_partitions, 50);
        assert_eq!(config.offsets_topic_replication_factor, 1);
        assert_eq!(config.offsets_retention_ms, 7 * 24 * 3_600_000);
        assert_eq!(config.node_id, 1);
        assert!(config.auto_create_topics_enable && config.delete_topic_enable);
    }
}
