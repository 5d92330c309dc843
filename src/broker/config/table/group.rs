//! The configs of groups (`GroupConfig`) and of client metrics (`ClientMetricsConfigs`).

use super::{Check, ConfigDef, Kind, Scope, rows};

const ISOLATION: &[&str] = &["read_committed", "read_uncommitted"];

rows! {
GROUP Resource;

"consumer.assignment.interval.ms" Int Some("1000"), Check::AtLeast(0);
    from &[("group.consumer.assignment.interval.ms", 1)]
    => "How long this consumer group waits between two assignments at least."
"consumer.heartbeat.interval.ms" Int Some("5000"), Check::AtLeast(1);
    from &[("group.consumer.heartbeat.interval.ms", 1)]
    => "How often a member of this consumer group sends a heartbeat."
"consumer.session.timeout.ms" Int Some("45000"), Check::AtLeast(1);
    from &[("group.consumer.session.timeout.ms", 1)]
    => "After how long without a heartbeat a member of this consumer group is dropped."
"share.assignment.interval.ms" Int Some("1000"), Check::AtLeast(0);
    from &[("group.share.assignment.interval.ms", 1)]
    => "How long this share group waits between two assignments at least."
"share.auto.offset.reset" String Some("latest"), Check::OffsetReset
    => "Where this share group begins in a partition that is new to it."
"share.delivery.count.limit" Int Some("5"), Check::AtLeast(2);
    from &[("group.share.delivery.count.limit", 1)]
    => "How often a record is delivered to this share group at most."
"share.heartbeat.interval.ms" Int Some("5000"), Check::AtLeast(1);
    from &[("group.share.heartbeat.interval.ms", 1)]
    => "How often a member of this share group sends a heartbeat."
"share.isolation.level" String Some("read_uncommitted"), Check::OneOf(ISOLATION)
    => "Whether this share group sees records of transactions that have not been committed."
"share.partition.max.record.locks" Int Some("2000"), Check::AtLeast(100);
    from &[("group.share.partition.max.record.locks", 1)]
    => "How many records of a partition this share group has in flight at most."
"share.record.lock.duration.ms" Int Some("30000"), Check::AtLeast(1000);
    from &[("group.share.record.lock.duration.ms", 1)]
    => "How long a member of this share group holds a record."
"share.renew.acknowledge.enable" Boolean Some("true")
    => "Whether a member of this share group may renew its hold on a record."
"share.session.timeout.ms" Int Some("45000"), Check::AtLeast(1);
    from &[("group.share.session.timeout.ms", 1)]
    => "After how long without a heartbeat a member of this share group is dropped."
"streams.assignment.interval.ms" Int Some("1000"), Check::AtLeast(0);
    from &[("group.streams.assignment.interval.ms", 1)]
    => "How long this streams group waits between two assignments at least."
"streams.heartbeat.interval.ms" Int Some("5000"), Check::AtLeast(1);
    from &[("group.streams.heartbeat.interval.ms", 1)]
    => "How often a member of this streams group sends a heartbeat."
"streams.initial.rebalance.delay.ms" Int Some("3000"), Check::AtLeast(0);
    from &[("group.streams.initial.rebalance.delay.ms", 1)]
    => "How long this streams group waits for more members when it is new."
"streams.num.standby.replicas" Int Some("0"), Check::AtLeast(0);
    from &[("group.streams.num.standby.replicas", 1)]
    => "How many standby replicas this streams group's tasks have."
"streams.session.timeout.ms" Int Some("45000"), Check::AtLeast(1);
    from &[("group.streams.session.timeout.ms", 1)]
    => "After how long without a heartbeat a member of this streams group is dropped."
}

rows! {
CLIENT_METRICS Resource;

"interval.ms" Int Some("300000")
    => "How often a client pushes the metrics of this subscription."
"match" List Some(""), Check::Elements
    => "The clients to which this subscription applies, each selector as name=pattern."
"metrics" List Some(""), Check::Elements
    => "The prefixes of the metrics that are asked for."
}
