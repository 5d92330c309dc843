//! The task: records to requests, and each answer to what is done with its records.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::auth::{Auth, timeout};
use super::keys::{TLS_PREFIX, pairs, split, unescape};
use crate::connect::connectors::web::{self, Patience, Trouble};
use crate::connect::connectors::{Reporter, SinkTask, TaskContext};
use crate::connect::converters::json::write_plain;
use crate::connect::data::{Data, Value};
use crate::connect::error::{ConnectError, Kind};
use crate::connect::record::SinkRecord;
use crate::http::{Ask, Client, Method, Settings};

pub(super) fn make(context: &TaskContext) -> Result<Box<dyn SinkTask>, ConnectError> {
    let settings = context.settings;
    let (base, path) = split(settings.string("http.url")).map_err(ConnectError::config)?;
    let mut tls = web::tls(context.all, TLS_PREFIX).map_err(ConnectError::config)?;
    if settings.flag("http.ssl.trust.all.certs") {
        tls.insert("enable.ssl.certificate.verification".to_owned(), "false".to_owned());
    }
    let auth = Auth::of(context, &tls)?;
    let stop = context.stop.clone();
    let client = Client::of(Settings {
        tls,
        headers: pairs(settings.list("http.headers.additional")).map_err(ConnectError::config)?,
        timeout: timeout(settings),
        stop: Arc::new(move || stop.is_asked()),
        ..Settings::of(vec![base])
    });
    let retries = settings.integer("max.retries").and_then(|n| u64::try_from(n).ok());
    let backoff = settings.duration("retry.backoff.ms");
    let word = |name, preset: &str| {
        // Nothing at all is a word, too, where it was written.
        let written = context.all.get(name).map(|text| unescape(text.trim()));
        written.unwrap_or_else(|| preset.to_owned())
    };
    let batch = settings.flag("batching.enabled").then(|| Batching {
        most: settings.integer("batch.max.size").and_then(|n| usize::try_from(n).ok()),
        prefix: word("batch.prefix", ""),
        suffix: word("batch.suffix", "\n"),
        separator: word("batch.separator", "\n"),
    });
    let content_type = settings.text("http.headers.content.type").map(str::to_owned);
    Ok(Box::new(Task {
        client: client.map_err(|error| ConnectError::config(error.to_string()))?,
        path,
        method: match settings.string("http.method").to_ascii_uppercase().as_str() {
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            _ => Method::Post,
        },
        content_type,
        auth,
        batch,
        settled: HashSet::new(),
        patience: Patience::of(retries.unwrap_or_default(), backoff, false),
        worker_backoff: settings
            .integer("kafka.retry.backoff.ms")
            .map(|_| settings.duration("kafka.retry.backoff.ms")),
        wait: backoff,
    }))
}

/// How many records a request has, and what stands around them.
struct Batching {
    most: Option<usize>,
    prefix: String,
    suffix: String,
    separator: String,
}

/// Where a record was.
type Spot = (Arc<str>, i32, i64);

fn spot(record: &SinkRecord) -> Spot {
    (Arc::clone(&record.origin.topic), record.origin.partition, record.origin.offset)
}

struct Task {
    client: Client,
    path: String,
    method: Method,
    content_type: Option<String>,
    auth: Auth,
    batch: Option<Batching>,
    /// Records of a batch that is tried again which are sent, or reported, already.
    settled: HashSet<Spot>,
    patience: Patience,
    /// How long to wait before patience begins anew, if it does.
    worker_backoff: Option<Duration>,
    wait: Duration,
}

/// What became of a request.
enum Fate {
    Taken,
    /// The records are to blame.
    Refused(String),
    Trouble(Trouble),
}

impl SinkTask for Task {
    fn put(
        &mut self,
        records: &[SinkRecord],
        reporter: &mut dyn Reporter,
    ) -> Result<(), ConnectError> {
        let mut bodies = Vec::with_capacity(records.len());
        for record in records {
            if self.settled.contains(&spot(record)) {
                continue;
            }
            match text_of(&record.record.value) {
                Ok(body) => bodies.push((record, body)),
                Err(error) => {
                    reporter.report(record, error)?;
                    // Should the batch come again, this one was reported.
                    self.settled.insert(spot(record));
                }
            }
        }
        let most = self.batch.as_ref().map_or(1, |batch| batch.most.unwrap_or(usize::MAX));
        for some in bodies.chunks(most) {
            self.send(some, reporter)?;
        }
        self.settled.clear();
        self.patience.renew();
        Ok(())
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(self.wait)
    }
}

impl Task {
    /// Sends some records; halves of them, where they are refused and not all may be to blame.
    fn send(
        &mut self,
        some: &[(&SinkRecord, Vec<u8>)],
        reporter: &mut dyn Reporter,
    ) -> Result<(), ConnectError> {
        match (self.ask(some), some) {
            (Fate::Taken, _) => {
                self.settled.extend(some.iter().map(|(record, _)| spot(record)));
                Ok(())
            }
            (Fate::Refused(why), [(record, _)]) => {
                reporter.report(record, ConnectError::new(Kind::Connect, why))?;
                self.settled.insert(spot(record));
                Ok(())
            }
            (Fate::Refused(_), _) => {
                let (first, second) = some.split_at(some.len() / 2);
                self.send(first, reporter)?;
                self.send(second, reporter)
            }
            (Fate::Trouble(Trouble::Lasting(why)), _) => Err(ConnectError::connect(why)),
            (Fate::Trouble(Trouble::Passing(why)), _) => Err(self.later(&why)),
        }
    }

    fn later(&mut self, why: &str) -> ConnectError {
        let error = self.patience.fail(why);
        self.wait = self.patience.wait();
        match self.worker_backoff {
            Some(backoff) if !error.is_retriable() => {
                self.patience.renew();
                self.wait = backoff;
                ConnectError::retriable(error.message)
            }
            _ => error,
        }
    }

    fn ask(&mut self, some: &[(&SinkRecord, Vec<u8>)]) -> Fate {
        let body = self.body(some);
        match self.ask_as(&body) {
            // The token may be too old for the server.
            Ok((401, _)) if self.auth.forget() => {
                self.ask_as(&body).map_or_else(Fate::Trouble, fate)
            }
            answer => answer.map_or_else(Fate::Trouble, fate),
        }
    }

    /// Sends a request. Returns the status and what is told of it.
    fn ask_as(&mut self, body: &[u8]) -> Result<(u16, String), Trouble> {
        let mut headers = Vec::new();
        headers.extend(self.auth.header()?.map(|value| ("authorization".to_owned(), value)));
        let kind = self.content_type.clone().map(|kind| ("content-type".to_owned(), kind));
        headers.extend(kind);
        let ask = Ask {
            method: self.method,
            accept: "*/*",
            headers,
            body: Some(("", body.to_vec())),
            ..Ask::get(self.path.clone())
        };
        let answer = self.client.send(&ask)?;
        let status = answer.status;
        let told = answer.good().err().map(|error| error.to_string()).unwrap_or_default();
        Ok((status, told))
    }

    fn body(&self, some: &[(&SinkRecord, Vec<u8>)]) -> Vec<u8> {
        let Some(batch) = &self.batch else {
            return some.iter().flat_map(|(_, body)| body.iter().copied()).collect();
        };
        let mut out = batch.prefix.clone().into_bytes();
        for (at, (_, body)) in some.iter().enumerate() {
            if at > 0 {
                out.extend_from_slice(batch.separator.as_bytes());
            }
            out.extend_from_slice(body);
        }
        out.extend_from_slice(batch.suffix.as_bytes());
        out
    }
}

/// What a status means.
fn fate((status, told): (u16, String)) -> Fate {
    match status {
        0..=399 => Fate::Taken,
        status if web::is_passing(status) => Fate::Trouble(Trouble::Passing(told)),
        // Nobody's fault who is in the request: a login, a URL, a method.
        401..=407 | 410 | 421 | 426 | 431 | 451 => Fate::Trouble(Trouble::Lasting(told)),
        400..=499 => Fate::Refused(told),
        _ => Fate::Trouble(Trouble::Lasting(told)),
    }
}

/// What is sent of a record.
fn text_of(Data { schema, value }: &Data) -> Result<Vec<u8>, ConnectError> {
    match value {
        Value::Null => Err(ConnectError::data("Record value must not be null")),
        Value::String(text) => Ok(text.clone().into_bytes()),
        Value::Bytes(bytes) => Ok(bytes.clone()),
        value => {
            let mut out = Vec::new();
            write_plain(schema.as_deref(), value, &mut out)?;
            Ok(out)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_its_fate() {
        for (status, want) in [
            (200, "taken"),
            (204, "taken"),
            (302, "taken"),
            (400, "refused"),
            (409, "refused"),
            (413, "refused"),
            (422, "refused"),
            (401, "lasting"),
            (403, "lasting"),
            (404, "lasting"),
            (405, "lasting"),
            (408, "passing"),
            (429, "passing"),
            (500, "passing"),
            (503, "passing"),
            (501, "lasting"),
        ] {
            let found = match fate((status, String::new())) {
                Fate::Taken => "taken",
                Fate::Refused(_) => "refused",
                Fate::Trouble(Trouble::Lasting(_)) => "lasting",
                Fate::Trouble(Trouble::Passing(_)) => "passing",
            };
            assert_eq!(found, want, "{status}");
        }
    }
}
