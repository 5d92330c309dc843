//! Beside others: Apache Kafka's own tools and classes, and the clients of other people.

mod partitions;
