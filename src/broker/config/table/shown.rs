//! The configs that are kept and shown to clients and have no other effect here, each with its
//! reason. Every other config of the tables is acted upon: a test holds the source against this
//! list.

/// Configs that share a reason.
pub(super) struct Shown {
    pub(super) why: &'static str,
    pub(super) names: &'static [&'static str],
}

/// All of them, by reason.
pub(super) const SHOWN: &[Shown] = &[
    Shown {
        why: "there are no other replicas",
        names: &[
            "auto.leader.rebalance.enable",
            "controlled.shutdown.enable",
            "follower.replication.throttled.rate",
            "follower.replication.throttled.replicas",
            "leader.imbalance.check.interval.seconds",
            "leader.replication.throttled.rate",
            "leader.replication.throttled.replicas",
            "num.replica.fetchers",
            // A commit waits for other replicas, and for nothing else.
            "offsets.commit.timeout.ms",
            "replica.lag.time.max.ms",
            "request.timeout.ms",
            "unclean.leader.election.interval.ms",
        ],
    },
    Shown {
        why: "there is one directory",
        names: &[
            "log.dir.failure.timeout.ms",
            "metadata.log.dir",
            "replica.alter.log.dirs.io.max.bytes.per.second",
        ],
    },
    Shown {
        why: "the quorum is this node alone",
        names: &[
            "broker.heartbeat.interval.ms",
            "broker.session.timeout.ms",
            "controller.quorum.bootstrap.servers",
            "controller.quorum.election.timeout.ms",
            "controller.quorum.fetch.timeout.ms",
            "controller.quorum.voters",
            "initial.broker.registration.timeout.ms",
            // So that others see how far they are behind.
            "metadata.max.idle.interval.ms",
        ],
    },
    Shown {
        why: "it tunes Kafka's own threads and queues",
        names: &[
            "background.threads",
            "delete.records.purgatory.purge.interval.requests",
            "fetch.purgatory.purge.interval.requests",
            "group.coordinator.append.linger.ms",
            "group.coordinator.threads",
            "log.cleaner.threads",
            "num.io.threads",
            "num.network.threads",
            "num.recovery.threads.per.data.dir",
            "producer.purgatory.purge.interval.requests",
            "queued.max.requests",
        ],
    },
    Shown {
        why: "it sizes Kafka's own buffers",
        names: &[
            "group.coordinator.cached.buffer.max.bytes",
            "log.cleaner.dedupe.buffer.size",
            "log.cleaner.io.buffer.load.factor",
            "log.cleaner.io.buffer.size",
            "offsets.load.buffer.size",
            "transaction.state.log.load.buffer.size",
        ],
    },
    Shown {
        why: "there is no tiered storage",
        names: &[
            "local.retention.bytes",
            "local.retention.ms",
            "log.local.retention.bytes",
            "log.local.retention.ms",
            "remote.log.copy.disable",
            "remote.log.delete.on.disable",
        ],
    },
    Shown {
        why: "clients' metrics go to plug-ins, and there are none",
        names: &["interval.ms", "match", "metrics", "telemetry.max.bytes"],
    },
    Shown { why: "lz4 has one level here", names: &["compression.lz4.level"] },
    Shown { why: "Kafka 4 itself has the cleaner always on", names: &["log.cleaner.enable"] },
];
