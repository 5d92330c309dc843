//! The broker configs of groups, offsets, transactions and share groups.

use super::{Check, ConfigDef, Kind, Scope, rows};

const PROTOCOLS: &[&str] = &["consumer", "classic", "share", "streams"];
const MIGRATIONS: &[&str] = &["DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"];

rows! {
READ_ONLY ReadOnly;

"add.partitions.to.txn.retry.backoff.max.ms" Int Some("100"), Check::AtLeast(0)
    => "How long a batch waits for the transaction before its own to be over."
"add.partitions.to.txn.retry.backoff.ms" Int Some("20"), Check::AtLeast(1)
    => "How often it is looked whether that transaction is over."
"group.consumer.assignors" List Some("uniform,range"), Check::Elements
    => "The assignors of consumer groups that the broker offers, the first by default."
"group.consumer.heartbeat.interval.ms" Int Some("5000"), Check::AtLeast(1)
    => "How often a consumer group's member sends a heartbeat."
"group.consumer.max.assignment.interval.ms" Int Some("15000"), Check::AtLeast(0)
    => "The longest assignment interval that a consumer group may ask for."
"group.consumer.max.heartbeat.interval.ms" Int Some("15000"), Check::AtLeast(1)
    => "The longest heartbeat interval that a consumer group may ask for."
"group.consumer.max.session.timeout.ms" Int Some("60000"), Check::AtLeast(1)
    => "The longest session timeout that a consumer group may ask for."
"group.consumer.max.size" Int Some("2147483647"), Check::AtLeast(1)
    => "How many members a consumer group may have."
"group.consumer.migration.policy" String Some("bidirectional"), Check::OneOfAnyCase(MIGRATIONS)
    => "Whether classic groups become consumer groups, and the other way round."
"group.consumer.min.assignment.interval.ms" Int Some("0"), Check::AtLeast(0)
    => "The shortest assignment interval that a consumer group may ask for."
"group.consumer.min.heartbeat.interval.ms" Int Some("5000"), Check::AtLeast(1)
    => "The shortest heartbeat interval that a consumer group may ask for."
"group.consumer.min.session.timeout.ms" Int Some("45000"), Check::AtLeast(1)
    => "The shortest session timeout that a consumer group may ask for."
"group.consumer.regex.refresh.interval.ms" Int Some("600000"), Check::AtLeast(10_000)
    => "How often subscriptions by pattern are resolved again."
"group.consumer.session.timeout.ms" Int Some("45000"), Check::AtLeast(1)
    => "After how long without a heartbeat a consumer group's member is dropped."
"group.coordinator.append.linger.ms" Int Some("-1"), Check::AtLeast(-1)
    => "How long the coordinator gathers records for one write: -1 lets it judge."
"group.coordinator.rebalance.protocols" List Some("classic,consumer,streams"),
    Check::EachOf(PROTOCOLS)
    => "The protocols of groups that are on."
"group.coordinator.threads" Int Some("4"), Check::AtLeast(1)
    => "How many threads the coordinator has."
"group.initial.rebalance.delay.ms" Int Some("3000")
    => "How long a new group waits for more members before its first rebalance."
"group.max.session.timeout.ms" Int Some("1800000")
    => "The longest session timeout of a classic group's member."
"group.max.size" Int Some("2147483647"), Check::AtLeast(1)
    => "How many members a classic group may have."
"group.min.session.timeout.ms" Int Some("6000")
    => "The shortest session timeout of a classic group's member."
"group.share.assignors" List Some("simple"), Check::Elements
    => "The assignors of share groups that the broker offers."
"group.share.delivery.count.limit" Int Some("5"), Check::Between(2, 10)
    => "How often a record is delivered to a share group at most."
"group.share.heartbeat.interval.ms" Int Some("5000"), Check::AtLeast(1)
    => "How often a share group's member sends a heartbeat."
"group.share.max.assignment.interval.ms" Int Some("15000"), Check::AtLeast(0)
    => "The longest assignment interval that a share group may ask for."
"group.share.max.delivery.count.limit" Int Some("10"), Check::Between(5, 25)
    => "The highest delivery count that a share group may ask for."
"group.share.max.heartbeat.interval.ms" Int Some("15000"), Check::AtLeast(1)
    => "The longest heartbeat interval that a share group may ask for."
"group.share.max.partition.max.record.locks" Int Some("4000"), Check::Between(2000, 10_000)
    => "The most records in flight that a share group may ask for."
"group.share.max.record.lock.duration.ms" Int Some("60000"), Check::Between(30_000, 3_600_000)
    => "The longest lock on a record that a share group may ask for."
"group.share.max.session.timeout.ms" Int Some("60000"), Check::AtLeast(1)
    => "The longest session timeout that a share group may ask for."
"group.share.max.share.sessions" Int Some("2000"), Check::AtLeast(1)
    => "How many share sessions the broker remembers."
"group.share.max.size" Int Some("200"), Check::Between(1, 1000)
    => "How many members a share group may have."
"group.share.min.assignment.interval.ms" Int Some("0"), Check::AtLeast(0)
    => "The shortest assignment interval that a share group may ask for."
"group.share.min.delivery.count.limit" Int Some("2"), Check::Between(2, 5)
    => "The lowest delivery count that a share group may ask for."
"group.share.min.heartbeat.interval.ms" Int Some("5000"), Check::AtLeast(1)
    => "The shortest heartbeat interval that a share group may ask for."
"group.share.min.partition.max.record.locks" Int Some("100"), Check::Between(100, 2000)
    => "The fewest records in flight that a share group may ask for."
"group.share.min.record.lock.duration.ms" Int Some("15000"), Check::Between(1000, 30_000)
    => "The shortest lock on a record that a share group may ask for."
"group.share.min.session.timeout.ms" Int Some("45000"), Check::AtLeast(1)
    => "The shortest session timeout that a share group may ask for."
"group.share.partition.max.record.locks" Int Some("2000"), Check::Between(100, 10_000)
    => "How many records of a partition a share group has in flight at most."
"group.share.record.lock.duration.ms" Int Some("30000"), Check::Between(1000, 3_600_000)
    => "How long a share group's member holds a record."
"group.share.session.timeout.ms" Int Some("45000"), Check::AtLeast(1)
    => "After how long without a heartbeat a share group's member is dropped."
"group.streams.heartbeat.interval.ms" Int Some("5000"), Check::AtLeast(1)
    => "How often a streams group's member sends a heartbeat."
"group.streams.initial.rebalance.delay.ms" Int Some("3000"), Check::AtLeast(0)
    => "How long a new streams group waits for more members."
"group.streams.max.assignment.interval.ms" Int Some("15000"), Check::AtLeast(0)
    => "The longest assignment interval that a streams group may ask for."
"group.streams.max.heartbeat.interval.ms" Int Some("15000"), Check::AtLeast(1)
    => "The longest heartbeat interval that a streams group may ask for."
"group.streams.max.session.timeout.ms" Int Some("60000"), Check::AtLeast(1)
    => "The longest session timeout that a streams group may ask for."
"group.streams.max.size" Int Some("2147483647"), Check::AtLeast(1)
    => "How many members a streams group may have."
"group.streams.max.standby.replicas" Int Some("2"), Check::AtLeast(0)
    => "The most standby replicas that a streams group may ask for."
"group.streams.min.assignment.interval.ms" Int Some("0"), Check::AtLeast(0)
    => "The shortest assignment interval that a streams group may ask for."
"group.streams.min.heartbeat.interval.ms" Int Some("5000"), Check::AtLeast(1)
    => "The shortest heartbeat interval that a streams group may ask for."
"group.streams.min.session.timeout.ms" Int Some("45000"), Check::AtLeast(1)
    => "The shortest session timeout that a streams group may ask for."
"group.streams.num.standby.replicas" Int Some("0"), Check::AtLeast(0)
    => "How many standby replicas a streams group's tasks have."
"group.streams.session.timeout.ms" Int Some("45000"), Check::AtLeast(1)
    => "After how long without a heartbeat a streams group's member is dropped."
"offset.metadata.max.bytes" Int Some("4096")
    => "How long the note beside a committed offset may be."
"offsets.commit.timeout.ms" Int Some("5000"), Check::AtLeast(1)
    => "How long a commit may take before it is answered with an error."
"offsets.load.buffer.size" Int Some("5242880"), Check::AtLeast(1)
    => "How much of the offsets topic is read at once when it is loaded."
"offsets.retention.check.interval.ms" Long Some("600000"), Check::AtLeast(1)
    => "How often it is looked whether offsets are due to be forgotten."
"offsets.retention.minutes" Int Some("10080"), Check::AtLeast(1)
    => "How long a group's offsets are kept once it is empty."
"offsets.topic.compression.codec" Int Some("0")
    => "The codec of the offsets topic's batches, by number."
"offsets.topic.num.partitions" Int Some("50"), Check::AtLeast(1)
    => "How many partitions the offsets topic has."
"offsets.topic.replication.factor" Short Some("3"), Check::AtLeast(1)
    => "How many replicas the offsets topic has."
"offsets.topic.segment.bytes" Int Some("104857600"), Check::AtLeast(1)
    => "The size of the offsets topic's segments."
"share.coordinator.cold.partition.snapshot.interval.ms" Int Some("300000"), Check::AtLeast(1)
    => "How often what share groups have not written to for long is written anew."
"share.coordinator.snapshot.update.records.per.snapshot" Int Some("500"), Check::Between(0, 500)
    => "How many updates of a share partition follow a snapshot of it before the next."
"share.coordinator.state.topic.min.isr" Short Some("2"), Check::AtLeast(1)
    => "How many replicas of the share groups' topic must be in sync."
"share.coordinator.state.topic.num.partitions" Int Some("50"), Check::AtLeast(1)
    => "How many partitions the share groups' topic has."
"share.coordinator.state.topic.prune.interval.ms" Int Some("300000"), Check::AtLeast(1)
    => "How often the share groups' topic is cut off before what is needed."
"share.coordinator.state.topic.replication.factor" Short Some("3"), Check::AtLeast(1)
    => "How many replicas the share groups' topic has."
"share.coordinator.state.topic.segment.bytes" Int Some("104857600"), Check::AtLeast(1)
    => "The size of the share groups' topic's segments."
"transaction.abort.timed.out.transaction.cleanup.interval.ms" Int Some("10000"),
    Check::AtLeast(1)
    => "How often it is looked whether a transaction has timed out."
"transaction.max.timeout.ms" Int Some("900000"), Check::AtLeast(1)
    => "The longest timeout that a transaction may ask for."
"transaction.remove.expired.transaction.cleanup.interval.ms" Int Some("3600000"),
    Check::AtLeast(1)
    => "How often transactional ids are looked over for expired ones."
"transaction.state.log.load.buffer.size" Int Some("5242880"), Check::AtLeast(1)
    => "How much of the transactions' topic is read at once when it is loaded."
"transaction.state.log.min.isr" Int Some("2"), Check::AtLeast(1)
    => "How many replicas of the transactions' topic must be in sync."
"transaction.state.log.num.partitions" Int Some("50"), Check::AtLeast(1)
    => "How many partitions the transactions' topic has."
"transaction.state.log.replication.factor" Short Some("3"), Check::AtLeast(1)
    => "How many replicas the transactions' topic has."
"transaction.state.log.segment.bytes" Int Some("104857600"), Check::AtLeast(1)
    => "The size of the transactions' topic's segments."
"transaction.two.phase.commit.enable" Boolean Some("false")
    => "Whether a transaction may outlive its timeout for two-phase commit."
"transactional.id.expiration.ms" Int Some("604800000"), Check::AtLeast(1)
    => "After how long an unused transactional id is forgotten."
}

rows! {
DYNAMIC Dynamic;

"group.consumer.assignment.interval.ms" Int Some("1000"), Check::AtLeast(0)
    => "How long a consumer group waits between two assignments at least."
"group.coordinator.cached.buffer.max.bytes" Int Some("1048588"), Check::AtLeast(524_288)
    => "How large a buffer the coordinator keeps for the next write."
"group.share.assignment.interval.ms" Int Some("1000"), Check::AtLeast(0)
    => "How long a share group waits between two assignments at least."
"group.streams.assignment.interval.ms" Int Some("1000"), Check::AtLeast(0)
    => "How long a streams group waits between two assignments at least."
}
