//! `ElasticsearchSink`: records as documents, by the bulk API of Elasticsearch 7 or later, of
//! OpenSearch, and of whatever else speaks it.
//!
//! The settings are those of Confluent's connector. What is different here:
//!
//! - `put` returns when everything is written, so offsets are never ahead of the documents.
//!   `linger.ms` is the least time between two requests that are not full.
//! - Records without a schema are written, and the server infers their mapping.
//! - A document that is refused is a dead letter where `errors.tolerance` is `all`, and its task
//!   goes on, whatever `behavior.on.malformed.documents` is; that and `drop.invalid.message` say
//!   what happens where errors are not tolerated.
//! - A map that is written as an object is mapped as one.
//! - `connection.api.key` is ours.
//!
//! - [`config`]: the settings, read
//! - [`document`]: records as JSON
//! - [`mapping`]: schemas as mappings
//! - [`bulk`]: requests, and what their answers say of each document
//! - [`server`]: requests sent; indices found and made
//! - [`task`]: all of it together

mod bulk;
mod config;
mod document;
mod keys;
mod mapping;
mod server;
mod task;

use super::{Class, Sort};
use crate::connect::define::Def;

pub(super) const SINK: Class = Class {
    names: &["io.confluent.connect.elasticsearch.ElasticsearchSinkConnector"],
    sort: Sort::Sink(task::make),
    def: Def(&[keys::CONNECTION, keys::CONVERSION, keys::STREAM]),
    prefixes: &[keys::TLS_NAMES],
    tasks: |_, most| most,
    check: config::check,
    check_offsets: |_, _, _| Ok(()),
};
