//! Share groups (KIP-932): which records a group has in flight, and what is remembered of it.
//!
//! - `group`: who is a member, and which partitions each member fetches
//! - `partition`: one share partition of one group, in memory
//! - `state`: the share coordinator, which remembers share partitions in `__share_group_state`
//! - `session`: which partitions a member fetches

pub mod group;
pub mod partition;
pub mod session;
pub mod state;
