//! `rk connect info`: who the workers are.

use super::{Context, Ended, failed, open};
use crate::cli::connect::manage as words;
use crate::connect::rest::{RestError, Server};
use crate::exit::Exit;
use crate::render::{Cell, Row};

struct InfoRow {
    url: String,
    server: Server,
    /// Not known by workers before Kafka 3.9.
    health: Option<(String, String)>,
}

impl Row for InfoRow {
    const COLUMNS: &'static [&'static str] =
        &["url", "version", "commit", "kafka_cluster_id", "health", "message"];

    fn cells(&self) -> Vec<Cell> {
        let (health, message) = self.health.clone().unzip();
        vec![
            self.url.as_str().into(),
            self.server.version.as_str().into(),
            self.server.commit.as_str().into(),
            self.server.kafka_cluster_id.as_str().into(),
            health.into(),
            message.into(),
        ]
    }
}

pub(super) fn run(words: &words::Info, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let what = || format!("cannot ask the worker at {}", connect.servers());
    let server = connect.server().map_err(|error| failed(what(), error))?;
    let health = match connect.health() {
        Ok(health) => Some(health),
        Err(RestError::NotThere { .. } | RestError::NotConnect { .. }) => None,
        Err(error) => return Err(failed(what(), error)),
    };
    let is_ill = health.as_ref().is_some_and(|(status, _)| status != "healthy");
    cx.show(words.output.output, &[InfoRow { url: connect.servers(), server, health }])?;
    Ok(super::unless(Exit::Done, is_ill))
}
