//! One partition's log in Kafka's own layout.
