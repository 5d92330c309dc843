//! The broker configs of the node, its listeners, its connections and its requests.

use super::{Check, ConfigDef, Kind, Scope, rows};

rows! {
READ_ONLY ReadOnly;

"advertised.listeners" List None, Check::Elements
    => "The addresses that clients are told, where they differ from the listeners."
"authorizer.class.name" String Some("")
    => "The class that allows and denies; this broker has none, so all is allowed."
"auto.leader.rebalance.enable" Boolean Some("true")
    => "Whether leadership goes back to the preferred replicas by itself."
"broker.heartbeat.interval.ms" Int Some("2000")
    => "How often a broker tells the controller that it lives."
"broker.id" Int Some("-1")
    => "The older name of node.id."
"broker.rack" String None
    => "The rack in which the broker stands."
"broker.session.timeout.ms" Int Some("9000")
    => "After how long a silent broker is taken for dead."
"connection.failed.authentication.delay.ms" Int Some("100"), Check::AtLeast(0)
    => "How long the answer to a failed authentication is held back."
"connections.max.idle.ms" Long Some("600000")
    => "After how long a connection without requests is closed."
"connections.max.reauth.ms" Long Some("0")
    => "After how long a client must authenticate again: 0 is never."
"controlled.shutdown.enable" Boolean Some("true")
    => "Whether a broker hands its partitions over before it stops."
"controller.listener.names" List Some("CONTROLLER"), Check::Elements
    => "Which listeners are for controllers."
"controller.quorum.bootstrap.servers" List Some("")
    => "The controllers by which a node finds the quorum."
"controller.quorum.election.timeout.ms" Int Some("1000"), Check::AtLeast(0)
    => "After how long without a leader a controller stands for election."
"controller.quorum.fetch.timeout.ms" Int Some("2000"), Check::AtLeast(0)
    => "After how long without a fetch the quorum's leader steps back."
"controller.quorum.voters" List Some("")
    => "The controllers, each as id@host:port."
"delete.records.purgatory.purge.interval.requests" Int Some("1")
    => "After how many requests the waiting deletions of records are swept."
"early.start.listeners" List None, Check::Elements
    => "Which listeners open before the broker is ready."
"fetch.max.bytes" Int Some("57671680"), Check::AtLeast(1024)
    => "How much one answer to a fetch holds at most."
"fetch.purgatory.purge.interval.requests" Int Some("1000")
    => "After how many requests the waiting fetches are swept."
"inter.broker.listener.name" String None
    => "The listener by which brokers reach each other."
"initial.broker.registration.timeout.ms" Int Some("60000")
    => "How long a starting broker tries to register."
"leader.imbalance.check.interval.seconds" Long Some("300"), Check::AtLeast(1)
    => "How often it is looked whether leadership should move."
"listener.security.protocol.map" String
    Some("SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT")
    => "Which security protocol each listener speaks."
"listeners" List Some("PLAINTEXT://:9092"), Check::Elements
    => "Where the broker listens, each as name://host:port."
"max.incremental.fetch.session.cache.slots" Int Some("1000"), Check::AtLeast(0)
    => "How many fetch sessions are remembered."
"max.request.partition.size.limit" Int Some("2000"), Check::AtLeast(1)
    => "How many partitions one answer to DescribeTopicPartitions holds at most."
"metadata.log.dir" String None
    => "The directory of the metadata log, where it is not with the others."
"metadata.log.max.record.bytes.between.snapshots" Long Some("20971520"), Check::AtLeast(1)
    => "After how many bytes the metadata log gets a snapshot."
"metadata.log.max.snapshot.interval.ms" Long Some("3600000"), Check::AtLeast(0)
    => "After how long the metadata log gets a snapshot."
"metadata.log.segment.bytes" Int Some("1073741824"), Check::AtLeast(8_388_608)
    => "How large a segment of the metadata log may become."
"metadata.log.segment.ms" Long Some("604800000")
    => "After how long the metadata log begins another segment."
"metadata.max.idle.interval.ms" Int Some("500"), Check::AtLeast(0)
    => "How often the metadata log moves when nothing happens."
"metadata.max.retention.bytes" Long Some("104857600")
    => "How large the metadata log may become before old parts go."
"metadata.max.retention.ms" Long Some("604800000")
    => "How old parts of the metadata log may become."
"node.id" Int None, Check::AtLeast(0)
    => "The node's id in its cluster."
"process.roles" List None, Check::EachOf(&["broker", "controller"])
    => "What the node is: broker, controller or both."
"producer.id.expiration.check.interval.ms" Int Some("600000"), Check::AtLeast(1)
    => "How often partitions look for producers to forget."
"producer.purgatory.purge.interval.requests" Int Some("1000")
    => "After how many requests the waiting writes are swept."
"queued.max.request.bytes" Long Some("-1")
    => "How many bytes of requests may wait: -1 is no limit."
"queued.max.requests" Int Some("500"), Check::AtLeast(1)
    => "How many requests may wait before the network is held back."
"request.timeout.ms" Int Some("30000")
    => "How long one broker waits for another's answer."
"security.inter.broker.protocol" String Some("PLAINTEXT"),
    Check::OneOf(&["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
    => "The security protocol between brokers, where no listener is named."
"server.max.startup.time.ms" Long Some("9223372036854775807"), Check::AtLeast(0)
    => "How long a broker may take to start."
"socket.listen.backlog.size" Int Some("50"), Check::AtLeast(1)
    => "How many connections may wait to be accepted."
"socket.receive.buffer.bytes" Int Some("102400")
    => "The size of a socket's receive buffer: -1 leaves it to the system."
"socket.request.max.bytes" Int Some("104857600"), Check::AtLeast(1)
    => "The largest request that is read."
"socket.send.buffer.bytes" Int Some("102400")
    => "The size of a socket's send buffer: -1 leaves it to the system."
"telemetry.max.bytes" Int Some("1048576"), Check::AtLeast(1)
    => "How much a client may push of its metrics at once."
"unstable.api.versions.enable" Boolean Some("false")
    => "Whether versions of requests that may still change are served."
"unstable.feature.versions.enable" Boolean Some("false")
    => "Whether levels of features that may still change are allowed."
}

rows! {
DYNAMIC Dynamic;

"background.threads" Int Some("10"), Check::AtLeast(1)
    => "How many threads do the work in the background."
"max.connection.creation.rate" Int Some("2147483647"), Check::AtLeast(0)
    => "How many connections are accepted in a second."
"max.connections" Int Some("2147483647"), Check::AtLeast(0)
    => "How many connections the broker holds."
"max.connections.per.ip" Int Some("2147483647"), Check::AtLeast(0)
    => "How many connections one address may have."
"max.connections.per.ip.overrides" String Some("")
    => "Addresses with a limit of their own, each as address:number."
"metric.reporters" List Some("org.apache.kafka.common.metrics.JmxReporter"), Check::Elements
    => "The classes that report metrics; this broker has none of them."
"num.io.threads" Int Some("8"), Check::AtLeast(1)
    => "How many threads serve requests."
"num.network.threads" Int Some("3"), Check::AtLeast(1)
    => "How many threads a listener has."
"num.recovery.threads.per.data.dir" Int Some("2"), Check::AtLeast(1)
    => "How many threads read a directory's logs at start-up."
"num.replica.fetchers" Int Some("1"), Check::AtLeast(1)
    => "How many threads fetch from each other broker."
"transaction.partition.verification.enable" Boolean Some("true")
    => "Whether a partition checks that it belongs to a transaction before it writes."
}

rows! {
QUOTA Dynamic;

"follower.replication.throttled.rate" Long Some("9223372036854775807"), Check::AtLeast(0)
    => "How many bytes of throttled replicas a follower fetches in a second."
"leader.replication.throttled.rate" Long Some("9223372036854775807"), Check::AtLeast(0)
    => "How many bytes of throttled replicas a leader serves in a second."
"replica.alter.log.dirs.io.max.bytes.per.second" Long Some("9223372036854775807"),
    Check::AtLeast(0)
    => "How many bytes move between directories in a second."
}
