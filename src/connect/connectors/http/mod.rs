//! `HttpSink`: records sent to a URL, one a request or many.
//!
//! The settings are those of Aiven's open connector. What is different here, or more:
//!
//! - What a status means: below 400 the records are taken; 408, 425, 429 and most of 5xx are
//!   tried again, as is a server that cannot be reached; 401, 403, 404, 405 and what else is no
//!   record's fault end the task; any other 4xx is the record's fault, which is a dead letter
//!   where errors are tolerated. A batch that is refused so is sent in halves until the records
//!   to blame are found.
//! - A key of the URL's own (`http.method`), a login (`http.authorization.type=basic`), TLS
//!   (`http.ssl.*`).
//! - Bytes are sent as they are, numbers and booleans as JSON.
//!
//! - [`keys`]: the settings
//! - [`auth`]: who we are to the server, with OAuth2 where it is wanted
//! - [`task`]: records to requests, answers to what is done next

mod auth;
mod keys;
mod task;

use super::{Class, Sort};
use crate::connect::define::Def;

pub(super) const SINK: Class = Class {
    names: &["io.aiven.kafka.connect.http.HttpSinkConnector"],
    sort: Sort::Sink(task::make),
    def: Def(&[keys::CONNECTION, keys::OAUTH, keys::DELIVERY]),
    prefixes: &["http.ssl."],
    tasks: |_, most| most,
    check: keys::check,
    check_offsets: |_, _, _| Ok(()),
};
