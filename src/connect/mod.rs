//! Kafka Connect: clusters to manage, and the worker that `rk connect run` is.
//!
//! - [`error`], [`define`]: errors by Java's names; tables of settings and their check
//! - [`data`], [`record`]: Connect's types and values; records on their way
//! - [`config`]: the worker's and the connectors' files
//! - [`plan`]: a connector's settings, all checked, before anything runs
//! - [`converters`]: bytes on topics to values and back
//! - [`transforms`]: what may be done to records between them, and on which
//! - [`connectors`]: what records come from and go to
//! - [`offsets`]: how far sources have come, in Kafka's own file
//! - [`serve`]: the worker's own REST interface
//! - [`rest`]: a Connect cluster's REST interface, from the client's side
//! - [`runtime`]: tasks on their threads, errors and dead letters, the worker that holds them

pub mod config;
pub mod connectors;
pub mod converters;
pub mod data;
pub mod define;
pub mod error;
pub mod offsets;
pub mod plan;
pub mod record;
pub mod rest;
pub mod runtime;
pub mod serve;
pub mod transforms;
