//! The brains, without I/O.

pub mod group;
