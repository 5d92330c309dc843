//! What topics there are, as groups see them: the coordinator's own picture of the cluster's
//! metadata, which the shell keeps up to date.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::base::ids::Uuid;
use crate::broker::coord::{java, metadata_hash};

/// A topic, with the hash of all that an assignment depends on.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) name: Arc<str>,
    pub(crate) id: Uuid,
    pub(crate) partitions: i32,
    hash: OnceCell<u64>,
}

/// All topics.
#[derive(Debug, Default)]
pub(crate) struct Image {
    by_name: BTreeMap<Arc<str>, Topic>,
    names: HashMap<Uuid, Arc<str>>,
    /// The rack of the one node that holds all partitions: empty where it has none.
    rack: String,
    /// Up to which offset of the metadata log this is.
    version: i64,
    /// Up to which offset topics have been created.
    newest_topic: Option<i64>,
}

impl Image {
    pub(crate) fn new(rack: &str) -> Self {
        Image { rack: rack.to_owned(), ..Default::default() }
    }

    /// Takes in that a topic is there, has grown, or (with `None`) is gone. Says whether
    /// anything is different.
    pub(crate) fn see(&mut self, version: i64, name: &str, now: Option<(Uuid, i32)>) -> bool {
        self.version = self.version.max(version);
        let before = self.by_name.get(name).map(|topic| (topic.id, topic.partitions));
        if before == now {
            return false;
        }
        if let Some((id, _)) = before {
            self.names.remove(&id);
        }
        let Some((id, partitions)) = now else {
            self.by_name.remove(name);
            return true;
        };
        if before.is_none_or(|before| before.0 != id) {
            self.newest_topic = Some(self.version);
        }
        let name: Arc<str> = Arc::from(name);
        self.names.insert(id, Arc::clone(&name));
        let topic = Topic { name: Arc::clone(&name), id, partitions, hash: OnceCell::new() };
        self.by_name.insert(name, topic);
        true
    }

    /// Returns up to which offset of the metadata log this is.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// Returns up to which offset topics have been created: patterns that were resolved before
    /// that must be resolved again.
    pub(crate) fn newest_topic(&self) -> i64 {
        self.newest_topic.unwrap_or(-1)
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<&Topic> {
        self.by_name.get(name)
    }

    pub(crate) fn by_id(&self, id: Uuid) -> Option<&Topic> {
        self.by_name.get(self.names.get(&id)?)
    }

    pub(crate) fn name_of(&self, id: Uuid) -> Option<&str> {
        self.names.get(&id).map(|name| &**name)
    }

    /// Returns the names of all topics, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(|name| &**name)
    }

    /// Returns the hash of what an assignment of these topics depends on (`metadataHash`,
    /// KIP-1101): 0 where none of them is there. The names come in order.
    pub(crate) fn hash<'a>(&self, names: impl Iterator<Item = &'a str>) -> i64 {
        let topics = names.filter_map(|name| self.by_name.get(name));
        metadata_hash::of_topics(topics.map(|topic| {
            let hash =
                || metadata_hash::of_topic(topic.id, &topic.name, topic.partitions, &self.rack);
            *topic.hash.get_or_init(hash)
        }))
    }
}

/// What a member reads: topics by name, and those that its pattern was resolved to. Looked at
/// through the image: a topic that is not there is not in it (`TopicIds`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct TopicIds<'a> {
    pub(crate) names: &'a BTreeSet<String>,
    pub(crate) resolved: Option<&'a BTreeSet<String>>,
    pub(crate) image: &'a Image,
}

impl<'a> TopicIds<'a> {
    pub(crate) fn contains(&self, id: Uuid) -> bool {
        self.image.name_of(id).is_some_and(|name| {
            self.names.contains(name) || self.resolved.is_some_and(|names| names.contains(name))
        })
    }

    /// Returns the ids of the topics that are there, each once, in the order in which Kafka goes
    /// through sets of their names.
    pub(crate) fn in_order(self) -> Vec<Uuid> {
        let known = |name: &String| self.image.by_name(name).map(|topic| topic.id);
        let named = java::hashed(self.names, |name| name);
        let resolved = self.resolved.into_iter().flatten();
        let more = java::hashed(resolved.filter(|name| !self.names.contains(*name)), |name| name);
        named.into_iter().chain(more).filter_map(known).collect()
    }

    /// Returns the ids of the topics that are there, each once.
    pub(crate) fn iter(self) -> impl Iterator<Item = Uuid> + 'a {
        let resolved = self.resolved.into_iter().flatten();
        let names = self.names;
        let more = resolved.filter(move |name| !names.contains(*name));
        let image = self.image;
        names.iter().chain(more).filter_map(move |name| image.by_name(name)).map(|topic| topic.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid([1; 16]);
    const OTHER: Uuid = Uuid([2; 16]);

    /// What Apache Kafka 4.3.1 wrote of these topics.
    #[test]
    fn the_hash_is_kafkas() {
        let mut image = Image::new("");
        let topics = [
            ("jc-a", "tud6Bs2GQZWtex3UNBbumA", 4),
            ("jc-b", "E38oe4cFTd6QLO77_zq6wQ", 4),
            ("jc-c", "o2kun8nLRB-J_ULs_7_Qmw", 2),
        ];
        for (name, id, partitions) in topics {
            image.see(1, name, Some((id.parse().unwrap(), partitions)));
        }
        assert_eq!(image.hash(["jc-a", "jc-b"].into_iter()), 7_025_485_660_499_482_067);
        let all = ["gone", "jc-a", "jc-b", "jc-c"];
        assert_eq!(image.hash(all.into_iter()), 6_815_982_188_571_843_909);
    }

    #[test]
    fn topics_come_grow_go_and_come_back_as_others() {
        let mut image = Image::new("");
        assert!(image.see(3, "a", Some((ID, 2))));
        assert!(!image.see(4, "a", Some((ID, 2))));
        assert_eq!((image.version(), image.newest_topic()), (4, 3));
        let two = image.hash(["a"].into_iter());
        assert!(image.see(5, "a", Some((ID, 3))));
        assert_eq!(image.newest_topic(), 3);
        assert_ne!(image.hash(["a"].into_iter()), two);
        assert_eq!(image.by_id(ID).map(|topic| topic.partitions), Some(3));
        assert!(image.see(6, "a", Some((OTHER, 3))));
        assert_eq!((image.name_of(ID), image.name_of(OTHER)), (None, Some("a")));
        assert_eq!(image.newest_topic(), 6);
        assert!(image.see(7, "a", None));
        assert!(!image.see(8, "a", None));
        assert_eq!((image.by_name("a").is_none(), image.name_of(OTHER)), (true, None));
        assert_eq!(image.hash(["a"].into_iter()), 0);
    }
}
