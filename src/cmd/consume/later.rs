//! Topics that come to be while a member of a group reads: their names, as soon as they match.
//!
//! Of new partitions of topics that it knows, librdkafka hears by itself.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::super::topics::Patterns;
use crate::client::{Admin, Properties};

/// The property that says how often to look, and what it is if nobody says.
const INTERVAL: &str = "topic.metadata.refresh.interval.ms";
const INTERVAL_MS: &str = "5000";

/// How often to look for what is new; none: never.
pub(super) fn interval(properties: &Properties) -> Option<Duration> {
    let text = properties.get(INTERVAL).map_or(INTERVAL_MS, String::as_str);
    // What is no number librdkafka refuses, with the property's name.
    text.trim().parse().ok().filter(|ms| *ms > 0).map(Duration::from_millis)
}

/// Has librdkafka look as often as we do, unless somebody said how often: its own five minutes
/// are long for whoever watches a screen.
pub(super) fn set_interval(properties: &mut Properties) {
    properties.entry(INTERVAL.to_owned()).or_insert_with(|| INTERVAL_MS.to_owned());
}

/// A thread that looks for topics. Dropped, it ends at its next turn.
pub(super) struct Later {
    names: Receiver<Vec<String>>,
    _stop: Sender<()>,
}

impl Later {
    /// Looks for topics that match, other than the `known` ones.
    pub(super) fn watch(
        mut admin: Admin,
        patterns: Arc<Patterns>,
        mut known: Vec<String>,
        every: Duration,
    ) -> Self {
        let (stop, stopped) = channel::<()>();
        let (tell, names) = channel();
        std::thread::spawn(move || {
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                // A cluster that does not answer now may do so the next time.
                let Ok(found) = patterns.find(&mut admin) else { continue };
                if found != known && !found.is_empty() {
                    known.clone_from(&found);
                    if tell.send(found).is_err() {
                        return;
                    }
                }
            }
        });
        Later { names, _stop: stop }
    }

    /// The names of all topics that match, if that are others than before.
    pub(super) fn news(&self) -> Option<Vec<String>> {
        self.names.try_iter().last()
    }
}
