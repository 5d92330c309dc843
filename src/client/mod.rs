//! Talking to any Kafka cluster.
