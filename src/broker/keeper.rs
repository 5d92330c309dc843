//! What is done as time passes: retention, compaction, checkpoints, delegation tokens that end.

use std::sync::Arc;
use std::time::Duration;

use tracing::error;

use super::Broker;
use super::config::BrokerConfig;
use super::log::Due;
use super::meta::plan;
use super::net::Stop;
use super::partitions::Partition;
use crate::base::clock::Millis;

/// The shortest rest between two rounds.
const REST_MIN_MS: Millis = 100;

/// Keeps the logs in order: retention, flushes, checkpoints.
pub(super) async fn keep(broker: Arc<Broker>, mut stop: Stop) {
    let began = broker.clock.now();
    let mut retain_at = began.saturating_add(broker.config().log_initial_task_delay_ms);
    let mut marks_at = began;
    let mut maintain_at = began.saturating_add(rest_ms(&broker.config()));
    let mut end_tokens_at = began;
    loop {
        let next = retain_at.min(maintain_at).min(marks_at);
        if !rest_until(&broker, &mut stop, next).await {
            return;
        }
        end_tokens(&broker, &mut end_tokens_at);
        let (now, config) = (broker.clock.now(), broker.config());
        let marks = marks_at <= now;
        if marks {
            let interval_ms = config.high_watermark_checkpoint_interval_ms;
            marks_at = now.saturating_add(interval_ms.max(REST_MIN_MS));
        }
        let due = Due { retention: retain_at <= now, compaction: false };
        if due.retention {
            retain_at = now.saturating_add(config.log_retention_check_interval_ms);
        }
        let maintains = due.retention || maintain_at <= now;
        if maintains {
            maintain_at = now.saturating_add(rest_ms(&config));
        }
        let round = {
            let broker = Arc::clone(&broker);
            move || match maintains {
                true => maintain(&broker, due),
                false => broker.controller.checkpoint_marks(),
            }
        };
        // Off the threads that serve: a large log takes its time.
        if let Err(error) = tokio::task::spawn_blocking(round).await {
            error!(%error, "the maintenance of the logs broke down");
        }
    }
}

/// Compacts, every `log.cleaner.backoff.ms`. It can take long, as `rk` may be told to go slowly;
/// what else there is to do for the logs does not wait for it.
pub(super) async fn clean(broker: Arc<Broker>, mut stop: Stop) {
    loop {
        let rest_ms = broker.config().log_cleaner_backoff_ms;
        let next = broker.clock.now().saturating_add(rest_ms);
        if !rest_until(&broker, &mut stop, next).await {
            return;
        }
        let round = {
            let (broker, stop) = (Arc::clone(&broker), stop.clone());
            move || {
                let due = Due { retention: false, compaction: true };
                for partition in partitions(&broker) {
                    if stop.is_stopped() {
                        return;
                    }
                    maintain_one(&broker, &partition, due);
                }
            }
        };
        let round = tokio::task::spawn_blocking(round);
        tokio::select! {
            // Closing the log that is at it has it hurry.
            () = stop.stopped() => return,
            done = round => if let Err(error) = done {
                error!(%error, "the compaction of the logs broke down");
            }
        }
    }
}

/// Rests until it is time. Says no where it is time to stop.
async fn rest_until(broker: &Broker, stop: &mut Stop, next: Millis) -> bool {
    let pause_ms = next.saturating_sub(broker.clock.now()).max(REST_MIN_MS);
    let pause = Duration::from_millis(u64::try_from(pause_ms).unwrap_or(0));
    tokio::select! {
        () = stop.stopped() => false,
        () = tokio::time::sleep(pause) => true,
    }
}

fn partitions(broker: &Broker) -> impl Iterator<Item = Arc<Partition>> {
    broker.partitions.topics().into_iter().flat_map(|topic| topic.partitions)
}

fn maintain(broker: &Broker, due: Due) {
    for partition in partitions(broker) {
        maintain_one(broker, &partition, due);
    }
    broker.controller.upkeep();
    broker.controller.checkpoint();
}

fn maintain_one(broker: &Broker, partition: &Partition, due: Due) {
    if let Err(error) = partition.log.maintain(broker.clock.now(), due) {
        let (topic, partition) = (&partition.topic, partition.index);
        error!(%topic, partition, %error, "cannot maintain a log");
    }
}

/// Ends the delegation tokens whose time is up, at most once in
/// `delegation.token.expiry.check.interval.ms`.
fn end_tokens(broker: &Broker, at: &mut Millis) {
    let now = broker.clock.now();
    if broker.token_secret.is_none() || now < *at {
        return;
    }
    *at = now.saturating_add(broker.config().delegation_token_check_interval_ms);
    let over = |planned: &plan::Planned<()>| !planned.records.is_empty();
    if broker.controller.read(|view| over(&plan::expired_tokens(view, now))) {
        let ended = broker.controller.change(|view, _| plan::expired_tokens(view, now));
        if let Err(error) = ended {
            error!(%error, "cannot end delegation tokens");
        }
    }
}

/// Returns for how long the logs may be left alone at most: each round flushes what is due,
/// writes the checkpoints and forgets producers, and Kafka has an interval for each of these.
fn rest_ms(config: &BrokerConfig) -> Millis {
    let intervals = [
        config.log_flush_scheduler_interval_ms,
        i64::from(config.log_flush_offset_checkpoint_interval_ms),
        i64::from(config.log_flush_start_offset_checkpoint_interval_ms),
        i64::from(config.producer_id_expiration_check_interval_ms),
    ];
    intervals.into_iter().filter(|interval| *interval > 0).min().unwrap_or(i64::MAX)
}
