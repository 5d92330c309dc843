//! Tests of the broker: through its front door, a socket, and of its brains on their own.

pub(crate) mod access;
mod connections;
mod coord;
mod crash;
mod disk_fails;
mod every_access_api;
mod every_cluster_api;
mod every_group_api;
mod every_share_api;
mod every_transaction_api;
mod every_version;
pub(crate) mod fetching;
mod fsync;
mod handshake;
mod killed;
mod kills;
mod log_configs;
mod members;
mod meta;
mod panics;
mod producing;
mod releases;
mod restart;
pub(crate) mod sharing;
mod shortage;
mod snapshots;
pub(crate) mod transacting;
