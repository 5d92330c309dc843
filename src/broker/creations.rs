//! Topics that could not be created for a streams group, and why: remembered for a while, so that
//! the group's members are told and the controller is not asked at each heartbeat.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::base::clock::Millis;
use crate::base::sync::lock;

/// How many topics are remembered: Kafka's `ExpiringErrorCache` holds as many.
const TOPICS_MAX: usize = 1000;
/// How many topics a member is told of by name.
const SHOWN: usize = 3;

/// Why a topic could not be created, and until when that counts.
#[derive(Debug)]
struct Failure {
    why: String,
    until: Millis,
}

/// Creations that failed.
#[derive(Debug, Default)]
pub(crate) struct Creations {
    failures: Mutex<BTreeMap<String, Failure>>,
}

impl Creations {
    /// The creation of a topic has failed.
    pub(crate) fn failed(&self, topic: &str, why: String, until: Millis) {
        let mut failures = lock(&self.failures);
        if failures.len() >= TOPICS_MAX && !failures.contains_key(topic) {
            let oldest = failures.iter().min_by_key(|(_, failure)| failure.until);
            if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
                failures.remove(&oldest);
            }
        }
        failures.insert(topic.to_owned(), Failure { why, until });
    }

    /// Says whether the creation of a topic has failed not long ago.
    pub(crate) fn has_failed(&self, topic: &str, now: Millis) -> bool {
        let mut failures = lock(&self.failures);
        failures.retain(|_, failure| failure.until > now);
        failures.contains_key(topic)
    }

    /// Returns what a member is told of topics that could not be created, if there are any.
    pub(crate) fn why(&self, topics: &[String], now: Millis) -> Option<String> {
        let failures = lock(&self.failures);
        let known = topics.iter().filter_map(|topic| {
            let failure = failures.get(topic).filter(|failure| failure.until > now)?;
            Some(format!("{topic} ({})", failure.why))
        });
        let known: Vec<String> = known.collect();
        let more = match known.len().saturating_sub(SHOWN) {
            _ if known.is_empty() => return None,
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let shown = known[..known.len().min(SHOWN)].join(", ");
        Some(format!("; Creation failed: {shown}{more}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_for_a_while() {
        let creations = Creations::default();
        let topics: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        assert_eq!(creations.why(&topics, 0), None);
        creations.failed("b", "no".into(), 10);
        assert_eq!(creations.why(&topics, 9).as_deref(), Some("; Creation failed: b (no)."));
        assert_eq!((creations.has_failed("a", 9), creations.has_failed("b", 9)), (false, true));
        for topic in &topics {
            creations.failed(topic, "no".into(), 20);
        }
        let four = "; Creation failed: a (no), b (no), c (no) and 1 more.";
        assert_eq!(creations.why(&topics, 19).as_deref(), Some(four));
        assert_eq!(creations.why(&topics, 20), None);
        assert!(!creations.has_failed("b", 20));
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let creations = Creations::default();
        for number in 0..=TOPICS_MAX {
            creations.failed(&format!("topic-{number}"), "no".into(), 10 + number as Millis);
        }
        assert_eq!(lock(&creations.failures).len(), TOPICS_MAX);
        assert!(!creations.has_failed("topic-0", 0) && creations.has_failed("topic-1", 0));
    }
}
