//! A group's configs as a struct: what the group coordinator acts upon (KIP-848), and what share
//! groups do (KIP-932).

use super::topic::Typed;
use super::value::Value;

/// Where a share group begins in a partition that is new to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareOffsetReset {
    Earliest,
    Latest,
    /// With the first record that is no older than this, in milliseconds.
    ByDuration(i64),
}

impl ShareOffsetReset {
    fn of(text: &str) -> Self {
        match text.strip_prefix("by_duration:") {
            Some(duration) => ShareOffsetReset::ByDuration(duration_ms(duration).unwrap_or(0)),
            None if text == "earliest" => ShareOffsetReset::Earliest,
            None => ShareOffsetReset::Latest,
        }
    }
}

/// The configs of a group of the new protocols. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupConfig {
    pub consumer_assignment_interval_ms: i32,
    pub consumer_heartbeat_interval_ms: i32,
    pub consumer_session_timeout_ms: i32,
    pub share_assignment_interval_ms: i32,
    pub share_auto_offset_reset: ShareOffsetReset,
    pub share_delivery_count_limit: i32,
    pub share_heartbeat_interval_ms: i32,
    /// Whether records of transactions are seen only once they are committed.
    pub share_read_committed: bool,
    pub share_partition_max_record_locks: i32,
    pub share_record_lock_duration_ms: i32,
    pub share_renew_acknowledge_enable: bool,
    pub share_session_timeout_ms: i32,
    pub streams_assignment_interval_ms: i32,
    pub streams_heartbeat_interval_ms: i32,
    pub streams_initial_rebalance_delay_ms: i32,
    pub streams_num_standby_replicas: i32,
    pub streams_session_timeout_ms: i32,
}

impl GroupConfig {
    pub(super) fn of(get: &dyn Fn(&str) -> Option<Value>) -> Self {
        let get = Typed(get);
        GroupConfig {
            consumer_assignment_interval_ms: get.int("consumer.assignment.interval.ms"),
            consumer_heartbeat_interval_ms: get.int("consumer.heartbeat.interval.ms"),
            consumer_session_timeout_ms: get.int("consumer.session.timeout.ms"),
            share_assignment_interval_ms: get.int("share.assignment.interval.ms"),
            share_auto_offset_reset: ShareOffsetReset::of(&get.text("share.auto.offset.reset")),
            share_delivery_count_limit: get.int("share.delivery.count.limit"),
            share_heartbeat_interval_ms: get.int("share.heartbeat.interval.ms"),
            share_read_committed: get.text("share.isolation.level") == "read_committed",
            share_partition_max_record_locks: get.int("share.partition.max.record.locks"),
            share_record_lock_duration_ms: get.int("share.record.lock.duration.ms"),
            share_renew_acknowledge_enable: get.boolean("share.renew.acknowledge.enable"),
            share_session_timeout_ms: get.int("share.session.timeout.ms"),
            streams_assignment_interval_ms: get.int("streams.assignment.interval.ms"),
            streams_heartbeat_interval_ms: get.int("streams.heartbeat.interval.ms"),
            streams_initial_rebalance_delay_ms: get.int("streams.initial.rebalance.delay.ms"),
            streams_num_standby_replicas: get.int("streams.num.standby.replicas"),
            streams_session_timeout_ms: get.int("streams.session.timeout.ms"),
        }
    }
}

/// Returns the milliseconds of a duration as Java's `Duration.parse` takes it.
fn duration_ms(text: &str) -> Option<i64> {
    let text = text.to_ascii_uppercase();
    let mut rest = text.strip_prefix('P')?;
    let mut total: i64 = 0;
    while !rest.is_empty() {
        rest = rest.strip_prefix('T').unwrap_or(rest);
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (count, unit) = rest.split_at(end);
        let unit_ms = match unit.as_bytes().first()? {
            b'D' => 86_400_000,
            b'H' => 3_600_000,
            b'M' => 60_000,
            b'S' => 1_000,
            _ => return None,
        };
        let (whole, fraction) = count.split_once('.').unwrap_or((count, ""));
        let whole: i64 = whole.parse().ok()?;
        // Only seconds have a fraction; what is less than a millisecond does not count.
        let digits = fraction.bytes().chain([b'0'; 3]).take(3);
        let fraction_ms = digits.fold(0, |ms, digit| ms * 10 + i64::from(digit - b'0'));
        total = total.saturating_add(whole.saturating_mul(unit_ms)).saturating_add(fraction_ms);
        rest = unit.get(1..)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_java_reads_them() {
        let table = [
            ("PT1H", 3_600_000),
            ("P1D", 86_400_000),
            ("P1DT2H3M4.5S", 93_784_500),
            ("pt0.000000001s", 0),
            ("PT90M", 5_400_000),
        ];
        for (text, ms) in table {
            assert_eq!(duration_ms(text), Some(ms), "{text}");
            let reset = ShareOffsetReset::of(&format!("by_duration:{text}"));
            assert_eq!(reset, ShareOffsetReset::ByDuration(ms));
        }
        assert_eq!(duration_ms("PT99999999999999999999H"), None);
        assert_eq!(ShareOffsetReset::of("earliest"), ShareOffsetReset::Earliest);
        assert_eq!(ShareOffsetReset::of("latest"), ShareOffsetReset::Latest);
    }
}
