//! Somebody who commits offsets, and somebody who makes, changes and deletes topics.

use std::collections::BTreeMap;

use rk::base::ids::Uuid;
use rk::wire::messages as m;

use super::{Gone, Worker, ask};
use crate::kit::wire::Client;

const GROUP: &str = "committer";
/// How many topics there are at most.
const TOPICS: usize = 6;

/// Returns the offset that a group has committed in partition 0 of a topic.
pub(super) fn committed(client: &mut Client, group: &str, topic: &str) -> Option<i64> {
    let group = m::offset_fetch::OffsetFetchRequestGroup {
        group_id: group.into(),
        topics: None,
        ..Default::default()
    };
    let request = m::offset_fetch::OffsetFetchRequest {
        groups: vec![group],
        require_stable: true,
        ..Default::default()
    };
    let answer = client.call(8, &request).groups.remove(0);
    assert_eq!(answer.error_code, 0);
    let topic = answer.topics.into_iter().find(|found| found.name == topic)?;
    assert_eq!(topic.partitions[0].error_code, 0);
    Some(topic.partitions[0].committed_offset)
}

/// Commits one offset after the other.
#[derive(Debug, Default)]
pub(super) struct Committer {
    acked: i64,
}

impl Worker for Committer {
    fn work(&mut self, client: &mut Client) -> Gone {
        let key = m::find_coordinator::FindCoordinatorRequest {
            coordinator_keys: vec![GROUP.into()],
            ..Default::default()
        };
        if ask(client, 6, &key).is_err() {
            return Gone;
        }
        loop {
            let partition = m::offset_commit::OffsetCommitRequestPartition {
                committed_offset: self.acked + 1,
                ..Default::default()
            };
            let topic = m::offset_commit::OffsetCommitRequestTopic {
                name: "idempotent".into(),
                partitions: vec![partition],
                ..Default::default()
            };
            let request = m::offset_commit::OffsetCommitRequest {
                group_id: GROUP.into(),
                topics: vec![topic],
                ..Default::default()
            };
            let Ok(answer) = ask(client, 8, &request) else { return Gone };
            assert_eq!(answer.topics[0].partitions[0].error_code, 0, "{answer:?}");
            self.acked += 1;
        }
    }

    fn check(&mut self, client: &mut Client) {
        let found = committed(client, GROUP, "idempotent").unwrap_or(0);
        assert!([self.acked, self.acked + 1].contains(&found), "{found}, not {}", self.acked);
        self.acked = found;
    }

    fn report(&self) -> String {
        format!("{} offsets committed", self.acked)
    }
}

/// What is known of a topic: its id, where its creation was answered, and a config's value.
type Known = (Option<Uuid>, Option<String>);

/// Makes, changes and deletes topics.
#[derive(Debug, Default)]
pub(super) struct Admin {
    made: usize,
    changes: usize,
    topics: BTreeMap<String, Known>,
    /// The topic whose change was never answered, and what it would be then: none for deleted.
    in_doubt: Option<(String, Option<Known>)>,
}

impl Admin {
    fn step(&mut self, client: &mut Client) -> Result<(), Gone> {
        self.changes += 1;
        if self.topics.len() >= TOPICS {
            let (name, _) = self.topics.first_key_value().unwrap();
            return self.delete(client, &name.clone());
        }
        let last = self.topics.last_key_value();
        match last.filter(|(_, known)| known.1.is_none()) {
            Some((name, _)) => self.alter(client, &name.clone()),
            None => self.create(client),
        }
    }

    fn create(&mut self, client: &mut Client) -> Result<(), Gone> {
        self.made += 1;
        let name = format!("made-{:06}", self.made);
        self.in_doubt = Some((name.clone(), Some((None, None))));
        let topic = m::create_topics::CreatableTopic {
            name: name.clone(),
            num_partitions: 2,
            replication_factor: 1,
            ..Default::default()
        };
        let request =
            m::create_topics::CreateTopicsRequest { topics: vec![topic], ..Default::default() };
        let answer = ask(client, 7, &request)?.topics.remove(0);
        assert_eq!(answer.error_code, 0, "{answer:?}");
        self.topics.insert(name, (Some(answer.topic_id), None));
        self.in_doubt = None;
        Ok(())
    }

    fn alter(&mut self, client: &mut Client, name: &str) -> Result<(), Gone> {
        let value = format!("{}", 100_000_000 + self.changes);
        let id = self.topics[name].0;
        self.in_doubt = Some((name.to_owned(), Some((id, Some(value.clone())))));
        let config = m::incremental_alter_configs::AlterableConfig {
            name: "retention.ms".into(),
            config_operation: 0,
            value: Some(value.clone()),
        };
        let resource = m::incremental_alter_configs::AlterConfigsResource {
            resource_type: 2,
            resource_name: name.into(),
            configs: vec![config],
        };
        let request = m::incremental_alter_configs::IncrementalAlterConfigsRequest {
            resources: vec![resource],
            ..Default::default()
        };
        assert_eq!(ask(client, 1, &request)?.responses[0].error_code, 0);
        self.topics.insert(name.to_owned(), (id, Some(value)));
        self.in_doubt = None;
        Ok(())
    }

    fn delete(&mut self, client: &mut Client, name: &str) -> Result<(), Gone> {
        self.in_doubt = Some((name.to_owned(), None));
        let request = m::delete_topics::DeleteTopicsRequest {
            topic_names: vec![name.to_owned()],
            ..Default::default()
        };
        assert_eq!(ask(client, 5, &request)?.responses[0].error_code, 0);
        self.topics.remove(name);
        self.in_doubt = None;
        Ok(())
    }
}

/// Looks at the topics that were made here.
fn look(client: &mut Client) -> BTreeMap<String, Known> {
    let request = m::metadata::MetadataRequest { topics: None, ..Default::default() };
    let all = client.call(12, &request).topics.into_iter();
    let made = all.filter(|topic| topic.name.as_deref().unwrap_or("").starts_with("made-"));
    let each = made.map(|topic| {
        assert_eq!((topic.error_code, topic.partitions.len()), (0, 2), "{topic:?}");
        let name = topic.name.unwrap();
        let resource = m::describe_configs::DescribeConfigsResource {
            resource_type: 2,
            resource_name: name.clone(),
            configuration_keys: Some(vec!["retention.ms".into()]),
        };
        let request = m::describe_configs::DescribeConfigsRequest {
            resources: vec![resource],
            ..Default::default()
        };
        let config = client.call(4, &request).results[0].configs[0].clone();
        // Set on the topic itself.
        let value = config.value.filter(|_| config.config_source == 1);
        (name, (Some(topic.topic_id), value))
    });
    each.collect()
}

impl Worker for Admin {
    fn work(&mut self, client: &mut Client) -> Gone {
        while self.step(client).is_ok() {}
        Gone
    }

    fn check(&mut self, client: &mut Client) {
        let found = look(client);
        if let Some((name, maybe)) = self.in_doubt.take() {
            let now = found.get(&name);
            let is_done = match (&maybe, now) {
                (None, None) => true,
                (Some((None, _)), Some(_)) => true,
                (Some(maybe), Some(now)) => maybe == now,
                _ => false,
            };
            match (is_done, now) {
                (true, Some(now)) => drop(self.topics.insert(name, now.clone())),
                (true, None) => drop(self.topics.remove(&name)),
                (false, _) => {}
            }
        }
        assert_eq!(found, self.topics);
    }

    fn report(&self) -> String {
        format!("{} changes of topics", self.changes)
    }
}
