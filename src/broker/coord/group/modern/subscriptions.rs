//! How many members read each topic: by its name, and by patterns that match it.

use std::collections::BTreeMap;

/// How a topic is read (`SubscriptionCount`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Readers {
    /// Members that name it.
    pub(crate) by_name: usize,
    /// Patterns that match it, each counted once however many members share it.
    pub(crate) by_pattern: usize,
}

/// The topics that a group reads, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subscriptions {
    topics: BTreeMap<String, Readers>,
}

impl Subscriptions {
    pub(crate) fn contains(&self, topic: &str) -> bool {
        self.topics.contains_key(topic)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.topics.keys().map(String::as_str)
    }

    pub(crate) fn readers(&self) -> impl Iterator<Item = Readers> {
        self.topics.values().copied()
    }

    pub(crate) fn add_names<'a>(&mut self, topics: impl IntoIterator<Item = &'a String>) {
        for topic in topics {
            self.topics.entry(topic.clone()).or_default().by_name += 1;
        }
    }

    pub(crate) fn remove_names<'a>(&mut self, topics: impl IntoIterator<Item = &'a String>) {
        for topic in topics {
            self.change(topic, |readers| readers.by_name = readers.by_name.saturating_sub(1));
        }
    }

    pub(crate) fn add_matches<'a>(&mut self, topics: impl IntoIterator<Item = &'a String>) {
        for topic in topics {
            self.topics.entry(topic.clone()).or_default().by_pattern += 1;
        }
    }

    pub(crate) fn remove_matches<'a>(&mut self, topics: impl IntoIterator<Item = &'a String>) {
        for topic in topics {
            self.change(topic, |readers| readers.by_pattern = readers.by_pattern.saturating_sub(1));
        }
    }

    fn change(&mut self, topic: &str, change: impl FnOnce(&mut Readers)) {
        let Some(readers) = self.topics.get_mut(topic) else { return };
        change(readers);
        if *readers == Readers::default() {
            self.topics.remove(topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_stays_while_anybody_reads_it() {
        let topics = ["a".to_owned(), "b".to_owned()];
        let mut all = Subscriptions::default();
        all.add_names(&topics);
        all.add_matches(&topics[..1]);
        all.remove_names(&topics);
        assert_eq!(all.names().collect::<Vec<_>>(), ["a"]);
        assert_eq!(all.readers().next(), Some(Readers { by_name: 0, by_pattern: 1 }));
        all.remove_names(&topics);
        all.remove_matches(&topics);
        assert_eq!(all, Subscriptions::default());
    }
}
