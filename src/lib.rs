//! `rk`: a Kafka client, a Kafka admin tool and a Kafka broker, in one binary.
//!
//! The map, in reading order:
//!
//! - [`exit`], [`failure`]: the exit codes, and how an error is told
//! - [`cli`]: the words of the command line, and nothing but words
//! - [`settings`]: flags, environment and files, checked and typed once
//! - [`cmd`]: the verbs, one file each: gather, make rows, render
//! - [`client`]: talking to any Kafka cluster
//! - [`format`]: templates for records, one grammar for printing and reading
//! - [`render`]: rows as a table, JSON, CSV or plain text
//! - [`ui`]: who may speak, when, and where
//! - [`wire`]: the Kafka protocol as bytes
//! - [`broker`]: `rk dev`
//! - [`base`]: ids, clock, limits

pub mod base;
pub mod broker;
pub mod cli;
pub mod client;
pub mod cmd;
pub mod exit;
pub mod failure;
pub mod format;
pub mod render;
pub mod settings;
pub mod ui;
pub mod wire;
