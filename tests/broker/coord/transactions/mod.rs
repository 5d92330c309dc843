//! The coordinator of transactions, without a broker around it.

mod desk;
mod simulation;
mod tables;
mod world;
