//! The servers: requests sent to them, what is there and what is made.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value as Json;

use super::bulk::{Batch, Verdict, reasons};
use super::keys::TLS_PREFIX;
use crate::connect::connectors::TaskContext;
use crate::connect::connectors::web::{self, Trouble};
use crate::connect::error::ConnectError;
use crate::http::{Answer, Ask, Base, Client, Login, Method, Settings, segment};

/// How long a request may take altogether: it is bounded by what `read.timeout.ms` bounds, and by
/// how fast a slow line takes `bulk.size.bytes`.
const WHOLE_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// The servers of a cluster.
pub(super) struct Server {
    http: Client,
    is_compressed: bool,
}

impl Server {
    /// Checks the settings; nothing is sent.
    pub(super) fn of(context: &TaskContext) -> Result<Self, ConnectError> {
        let settings = context.settings;
        let config = |why: String| ConnectError::config(why);
        let urls = settings.list("connection.url").iter();
        let bases: Result<Vec<Base>, _> = urls.map(|url| Base::parse(url)).collect();
        let login =
            match (settings.text("connection.username"), settings.text("connection.password")) {
                (Some(user), Some(password)) => {
                    Login::Basic { user: user.to_owned(), password: password.to_owned() }
                }
                _ => Login::Nobody,
            };
        let key = settings.text("connection.api.key").map(|key| format!("ApiKey {key}"));
        let headers = key.into_iter().map(|key| ("authorization".to_owned(), key)).collect();
        let stop = context.stop.clone();
        let http = Client::of(Settings {
            login,
            headers,
            tls: web::tls(context.all, TLS_PREFIX).map_err(config)?,
            connect_timeout: settings.duration("connection.timeout.ms"),
            timeout: WHOLE_TIMEOUT,
            read_timeout: Some(settings.duration("read.timeout.ms")),
            idle_timeout: Some(settings.duration("max.connection.idle.time.ms")),
            stop: Arc::new(move || stop.is_asked()),
            ..Settings::of(bases.map_err(|bad| config(bad.to_string()))?)
        });
        let http = http.map_err(|error| config(error.to_string()))?;
        Ok(Server { http, is_compressed: settings.flag("connection.compression") })
    }

    fn send(&self, method: Method, path: String, body: Option<&Json>) -> Result<Answer, Trouble> {
        let ask = match body {
            Some(json) => Ask::json(method, path, json.to_string().into_bytes()),
            None => Ask { method, ..Ask::get(path) },
        };
        // Whatever is asked here may be asked twice.
        Ok(self.http.send(&Ask { is_repeatable: true, ..ask })?)
    }

    /// Says whether there is an index, an alias or a data stream of this name.
    pub(super) fn has(&self, name: &str) -> Result<bool, Trouble> {
        let answer = self.send(Method::Head, format!("/{}", segment(name)), None)?;
        match answer.status {
            404 => Ok(false),
            200..=299 => Ok(true),
            _ => Err(refused(&answer)),
        }
    }

    /// Makes an index or a data stream, unless somebody just did.
    pub(super) fn create(&self, name: &str, is_stream: bool) -> Result<(), Trouble> {
        let folder = if is_stream { "/_data_stream" } else { "" };
        let answer = self.send(Method::Put, format!("{folder}/{}", segment(name)), None)?;
        let is_there = || {
            let json = answer.json().unwrap_or_default();
            let kind = json.pointer("/error/type").and_then(Json::as_str).unwrap_or_default();
            kind == "resource_already_exists_exception"
        };
        match answer.status {
            200..=299 => Ok(()),
            400 if is_there() => Ok(()),
            _ => Err(refused(&answer)),
        }
    }

    /// Says whether an index knows any field.
    pub(super) fn has_mapping(&self, name: &str) -> Result<bool, Trouble> {
        let answer = self.send(Method::Get, format!("/{}/_mapping", segment(name)), None)?;
        if answer.status != 200 {
            return Err(refused(&answer));
        }
        let json = answer.json()?;
        // An alias is answered with the name of its index.
        let all = json.as_object().into_iter().flat_map(|all| all.values());
        let fields = all.filter_map(|one| one.pointer("/mappings/properties")?.as_object());
        Ok(fields.into_iter().any(|fields| !fields.is_empty()))
    }

    pub(super) fn map(&self, name: &str, mapping: &Json) -> Result<(), Trouble> {
        let path = format!("/{}/_mapping", segment(name));
        let answer = self.send(Method::Put, path, Some(mapping))?;
        match answer.status {
            200..=299 => Ok(()),
            _ => Err(refused(&answer)),
        }
    }

    /// Writes documents.
    pub(super) fn bulk(&self, batch: &Batch) -> Vec<Verdict> {
        match self.try_bulk(batch) {
            Ok(verdicts) => verdicts,
            Err(Trouble::Passing(why)) => batch.all(&Verdict::Later(why)),
            Err(Trouble::Lasting(why)) => batch.all(&Verdict::Fatal(why)),
        }
    }

    fn try_bulk(&self, batch: &Batch) -> Result<Vec<Verdict>, Trouble> {
        let mut headers = Vec::new();
        let mut body = batch.body.clone();
        if self.is_compressed {
            headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            let written = encoder.write_all(&body).and_then(|()| encoder.finish());
            body = written.map_err(|error| Trouble::Lasting(error.to_string()))?;
        }
        let ask = Ask {
            method: Method::Post,
            headers,
            body: Some(("application/x-ndjson", body)),
            ..Ask::get("/_bulk")
        };
        let answer = self.http.send(&ask)?;
        match answer.status {
            200..=299 => {
                let json = answer.json()?;
                batch.verdicts(&json).map_err(|why| {
                    let asked = &answer.asked;
                    Trouble::Lasting(format!("{asked}: this is no answer of the bulk API: {why}"))
                })
            }
            // One document may be to blame, or just too many at once.
            400 | 413 if batch.items.len() > 1 => {
                let (first, second) = batch.halves();
                let mut verdicts = self.bulk(&first);
                let goes_on = |one: &Verdict| matches!(one, Verdict::Done | Verdict::Refused(_));
                match verdicts.iter().find(|one| !goes_on(one)).cloned() {
                    Some(verdict) => verdicts.extend(second.all(&verdict)),
                    None => verdicts.extend(self.bulk(&second)),
                }
                Ok(verdicts)
            }
            400 | 413 => {
                let (Trouble::Passing(why) | Trouble::Lasting(why)) = refused(&answer);
                Ok(vec![Verdict::Refused(why)])
            }
            _ => Err(refused(&answer)),
        }
    }
}

/// A refusal, in the server's own words.
fn refused(answer: &Answer) -> Trouble {
    let json = answer.json().unwrap_or_default();
    let words = match json.get("error") {
        Some(Json::String(words)) => words.clone(),
        Some(error) if error.is_object() => reasons(error),
        _ => match answer.clone().good() {
            Err(error) => return told(answer.status, error.to_string()),
            Ok(_) => String::new(),
        },
    };
    let (asked, status) = (&answer.asked, answer.status);
    told(status, format!("{asked}: the server answered {status}: {words}"))
}

fn told(status: u16, why: String) -> Trouble {
    match web::is_passing(status) {
        true => Trouble::Passing(why),
        false => Trouble::Lasting(why),
    }
}
