//! What comes to be while a reading goes on: partitions and topics that were not there before.
//!
//! All records of such a partition are later than the reading's beginning, so that it is read
//! from its own. A topic that was found by a pattern may go, and come back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::parts::Part;
use super::{Shared, Span, steward};
use crate::base::clock::Moment;
use crate::client::admin::Admin;
use crate::client::error::ClientError;
use crate::client::told::Weight;
use crate::wire::messages::metadata::MetadataResponseTopic;

/// What to look for while a reading goes on.
pub struct Watch {
    /// How often.
    pub every: Duration,
    /// Among which topics; none: all but Kafka's own.
    pub topics: Option<Vec<String>>,
    /// Says whether a partition is to be read.
    pub wants: Box<dyn Fn(&str, i32) -> bool + Send>,
}

/// Looks now and then.
pub(super) struct Watcher {
    watch: Option<Watch>,
    looked: Moment,
}

impl Watcher {
    pub(super) fn of(watch: Option<Watch>) -> Self {
        Watcher { watch, looked: Moment::now() }
    }

    /// How long there is nothing to do.
    pub(super) fn rest(&self) -> Duration {
        match &self.watch {
            Some(watch) => watch.every.saturating_sub(self.looked.elapsed()),
            None => Duration::MAX,
        }
    }

    pub(super) fn is_due(&self) -> bool {
        self.rest().is_zero()
    }

    /// Whether topics are found by a pattern, so that they may go.
    pub(super) fn is_by_pattern(&self) -> bool {
        self.watch.as_ref().is_some_and(|watch| watch.topics.is_none())
    }

    /// Adds what is new.
    pub(super) fn look(
        &mut self,
        shared: &Arc<Shared>,
        admin: &mut Admin,
    ) -> Result<(), ClientError> {
        let Some(watch) = &self.watch else { return Ok(()) };
        self.looked = Moment::now();
        let names: Option<Vec<&str>> =
            watch.topics.as_ref().map(|names| names.iter().map(String::as_str).collect());
        let answer = admin.metadata(names.as_deref())?;
        let mut state = shared.lock();
        for broker in admin.brokers() {
            state.brokers.insert(broker.node_id, (broker.host.clone(), broker.port));
        }
        let notices = add(&mut state.parts, &answer.topics, watch);
        drop(state);
        notices.into_iter().for_each(|text| steward::tell(shared, Weight::Warning, text));
        Ok(())
    }

    /// Reads no more of a topic that is not there any more, until it comes back.
    pub(super) fn let_go(shared: &Arc<Shared>, topic: &str) {
        let mut state = shared.lock();
        for part in state.parts.iter_mut().filter(|part| *part.topic == *topic) {
            part.is_gone = true;
        }
        drop(state);
        steward::tell(shared, Weight::Warning, format!("`{topic}` is not there any more"));
    }
}

/// Adds the partitions that are wanted and not known, and says so.
fn add(parts: &mut Vec<Part>, topics: &[MetadataResponseTopic], watch: &Watch) -> Vec<String> {
    let known: BTreeMap<(Arc<str>, i32), usize> = (parts.iter().enumerate())
        .map(|(at, part)| ((Arc::clone(&part.topic), part.partition), at))
        .collect();
    let is_wanted = |topic: &&MetadataResponseTopic| {
        topic.error_code == 0 && (watch.topics.is_some() || !topic.is_internal)
    };
    let mut notices = Vec::new();
    for topic in topics.iter().filter(is_wanted) {
        let name: Arc<str> = topic.name.as_deref().unwrap_or_default().into();
        let (mut begun, mut is_new) = (0, true);
        for found in &topic.partitions {
            let partition = found.partition_index;
            let at = known.get(&(Arc::clone(&name), partition)).copied();
            let is_read = at.is_some_and(|at| !parts[at].is_gone);
            is_new &= !is_read;
            if is_read || !(watch.wants)(&name, partition) {
                continue;
            }
            let span = Span { from: 0, until: None };
            let mut part = Part::new(Arc::clone(&name), partition, span);
            part.topic_id = topic.topic_id;
            part.node = Some(found.leader_id).filter(|leader| *leader >= 0);
            match at {
                Some(at) if parts[at].topic_id == part.topic_id && !part.topic_id.is_zero() => {
                    // The same as ever: somebody did not know of it for a moment.
                    (parts[at].is_gone, parts[at].node) = (false, part.node);
                    continue;
                }
                Some(at) => parts[at].begin_anew(part),
                None => parts.push(part),
            }
            begun += 1;
        }
        notices.extend(news(&name, is_new, begun));
    }
    notices
}

fn news(topic: &str, is_new: bool, partitions: usize) -> Option<String> {
    match (partitions, is_new) {
        (0, _) => None,
        (_, true) => Some(format!("`{topic}` is new: it is read from its beginning")),
        (1, false) => Some(format!("`{topic}` has a new partition: it is read from its beginning")),
        (count, false) => Some(format!(
            "`{topic}` has {count} new partitions: they are read from their beginning"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::Uuid;
    use crate::wire::messages::metadata::MetadataResponsePartition;

    fn topic(name: &str, partitions: i32, is_internal: bool) -> MetadataResponseTopic {
        let partition = |partition_index| MetadataResponsePartition {
            partition_index,
            leader_id: partition_index - 1,
            ..MetadataResponsePartition::default()
        };
        MetadataResponseTopic {
            name: Some(name.to_owned()),
            is_internal,
            partitions: (0..partitions).map(partition).collect(),
            ..MetadataResponseTopic::default()
        }
    }

    fn watch(topics: Option<&[&str]>) -> Watch {
        Watch {
            every: Duration::from_secs(5),
            topics: topics.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
            wants: Box::new(|topic, partition| topic != "other" && partition != 2),
        }
    }

    #[test]
    fn what_is_new_and_wanted_is_added_once() {
        let known = Part::new("t".into(), 0, Span { from: 7, until: None });
        let mut parts = vec![known];
        let all = [topic("t", 4, false), topic("u", 1, false), topic("other", 1, false)];
        let own = topic("__consumer_offsets", 1, true);
        let all = [&all[..], std::slice::from_ref(&own)].concat();
        let told = add(&mut parts, &all, &watch(None));
        let found: Vec<_> =
            parts.iter().map(|part| (&*part.topic, part.partition, part.next, part.node)).collect();
        // Of a partition without a leader the steward finds out.
        let want =
            [("t", 0, 7, None), ("t", 1, 0, Some(0)), ("t", 3, 0, Some(2)), ("u", 0, 0, None)];
        assert_eq!(found, want);
        let want = [
            "`t` has 2 new partitions: they are read from their beginning",
            "`u` is new: it is read from its beginning",
        ];
        assert_eq!(told, want);
        assert!(add(&mut parts, &all, &watch(None)).is_empty());
        // Kafka's own topics are read where they are named.
        assert_eq!(add(&mut parts, &[own], &watch(Some(&["__consumer_offsets"]))).len(), 1);
    }

    #[test]
    fn a_topic_that_comes_back_begins_anew() {
        let mut parts = vec![Part::new("t".into(), 0, Span { from: 7, until: None })];
        parts[0].is_gone = true;
        assert!(!parts[0].is_homeless());
        let mut there = topic("t", 1, false);
        there.topic_id = Uuid::from_random([1; 16]);
        let told = add(&mut parts, &[there.clone()], &watch(None));
        assert_eq!(told, ["`t` is new: it is read from its beginning"]);
        assert_eq!((parts.len(), parts[0].next, parts[0].is_gone), (1, 0, false));
        // But not one that was only out of sight.
        (parts[0].next, parts[0].is_gone) = (9, true);
        assert!(add(&mut parts, &[there], &watch(None)).is_empty());
        assert_eq!((parts[0].next, parts[0].is_gone), (9, false));
    }
}
