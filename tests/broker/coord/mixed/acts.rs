//! What a consumer does next, and what becomes of topics.

use rk::base::ids::Uuid;
use rk::broker::coord::group::{Client, Topics};
use rk::wire::messages::heartbeat::HeartbeatRequest;
use rk::wire::messages::leave_group::{LeaveGroupRequest, MemberIdentity};
use rk::wire::messages::sync_group::SyncGroupRequest;

use super::actor::Stage;
use super::{Purpose, TOPICS, World, actor, check};

impl World {
    pub(super) fn who(&self, i: usize) -> Client {
        Client { client_id: format!("c{i}"), host: "/127.0.0.1".to_owned() }
    }

    /// A consumer does what is next for it.
    pub(super) fn act(&mut self, i: usize) {
        let consumer = &mut self.consumers[i];
        if consumer.stage == Stage::Gone || consumer.wakes_at > self.now {
            return;
        }
        if consumer.beating.is_some() {
            return;
        }
        match (consumer.is_modern, consumer.stage.clone()) {
            (true, _) => self.beat_modern(i),
            (false, Stage::Out) => {
                let ask = consumer.join(&self.cluster);
                let ticket = self.ticket(Purpose::Join(i));
                self.consumers[i].stage = Stage::Joining(ticket);
                let (who, random) = (self.who(i), self.rng.bytes());
                let mut out = Vec::new();
                self.groups.join(self.now, ticket, who, 9, random, ask, &mut out);
                self.run(out);
            }
            (false, Stage::Joined(flock)) => {
                let ask = SyncGroupRequest {
                    group_id: consumer.group.to_owned(),
                    generation_id: consumer.epoch,
                    member_id: consumer.id.clone(),
                    group_instance_id: consumer.instance.clone(),
                    assignments: actor::lead(&flock, &self.cluster),
                    ..Default::default()
                };
                let ticket = self.ticket(Purpose::Sync(i));
                self.consumers[i].stage = Stage::Syncing(ticket);
                let mut out = Vec::new();
                self.groups.sync(self.now, ticket, 3, ask, &mut out);
                self.run(out);
            }
            (false, Stage::In) => {
                let ask = HeartbeatRequest {
                    group_id: consumer.group.to_owned(),
                    generation_id: consumer.epoch,
                    member_id: consumer.id.clone(),
                    group_instance_id: consumer.instance.clone(),
                };
                let ticket = self.ticket(Purpose::Beat(i));
                self.consumers[i].beating = Some(ticket);
                let mut out = Vec::new();
                self.groups.heartbeat(self.now, ticket, &ask, &mut out);
                self.run(out);
            }
            (false, Stage::Joining(_) | Stage::Syncing(_) | Stage::Gone) => {}
        }
    }

    pub(super) fn beat_modern(&mut self, i: usize) {
        let says_all = self.rng.percent(20);
        let ask = self.consumers[i].heartbeat(says_all);
        let ticket = self.ticket(Purpose::Beat(i));
        self.consumers[i].beating = Some(ticket);
        let (who, random) = (self.who(i), self.rng.bytes());
        let mut out = Vec::new();
        self.groups.consumer_heartbeat(self.now, ticket, who, 1, random, ask, &mut out);
        self.run(out);
    }

    /// A consumer says that it leaves. A static one may say that it will be back.
    pub(super) fn leave(&mut self, i: usize) {
        let may_come_back = self.rng.percent(50);
        let consumer = &mut self.consumers[i];
        if consumer.stage == Stage::Out || consumer.stage == Stage::Gone {
            return;
        }
        let mut ask = consumer.heartbeat(false);
        let leaves_for_now = consumer.instance.is_some() && may_come_back;
        ask.member_epoch = if leaves_for_now { -2 } else { -1 };
        let member = MemberIdentity {
            member_id: consumer.id.clone(),
            group_instance_id: consumer.instance.clone(),
            ..Default::default()
        };
        let group_id = consumer.group.to_owned();
        let leave = LeaveGroupRequest { group_id, members: vec![member], ..Default::default() };
        let is_modern = consumer.is_modern;
        let now = self.now;
        consumer.reset(now);
        let number = self.rng.next();
        if is_modern {
            self.consumers[i].id = format!("m{i}-{number}");
        }
        self.forget(i);
        let (who, random) = (self.who(i), self.rng.bytes());
        let ticket = self.ticket(Purpose::Other);
        let mut out = Vec::new();
        if is_modern {
            self.groups.consumer_heartbeat(now, ticket, who, 1, random, ask, &mut out);
        } else {
            self.groups.leave(now, ticket, 5, &leave, &mut out);
        }
        self.run(out);
    }

    /// Nobody waits any more for what a consumer has asked.
    pub(super) fn forget(&mut self, i: usize) {
        self.waiting.retain(|_, purpose| match purpose {
            Purpose::Beat(one) | Purpose::Join(one) | Purpose::Sync(one) => *one != i,
            _ => true,
        });
    }

    /// A consumer comes back by the other protocol.
    pub(super) fn change_over(&mut self, i: usize) {
        self.leave(i);
        let number = self.rng.next();
        self.forget(i);
        let now = self.now;
        let consumer = &mut self.consumers[i];
        if consumer.stage == Stage::Out {
            consumer.reset(now);
            consumer.is_modern = !consumer.is_modern;
            consumer.pattern = None;
            consumer.id = if consumer.is_modern { format!("m{i}-{number}") } else { String::new() };
        }
    }

    /// A topic comes, grows, or goes.
    pub(super) fn change_topic(&mut self, name: &str, must_be: bool) {
        self.version += 1;
        let id = Uuid(self.rng.bytes());
        let more = 1 + self.rng.below(3) as i32;
        let goes = !must_be && name == TOPICS[3] && self.rng.percent(50);
        let now = match self.cluster.get(name) {
            Some(_) if goes => None,
            Some((id, count)) => Some((*id, (count + more).min(12))),
            None => Some((id, 1 + more)),
        };
        match now {
            Some(topic) => drop(self.cluster.insert(name.to_owned(), topic)),
            None => drop(self.cluster.remove(name)),
        }
        self.groups.see_topic(self.version, name, now);
    }

    pub(super) fn commit(&mut self, i: usize) {
        let consumer = self.consumers[i].clone();
        let Some(partition) = consumer.owned.first().copied() else { return };
        self.number += 1;
        let number = self.number;
        let purpose = Purpose::Commit { group: consumer.group, partition, number };
        let ticket = self.ticket(purpose);
        let ask = check::commit(&consumer, partition, number);
        let mut out = Vec::new();
        let cluster = check::View(self.cluster.clone());
        self.groups.commit_offsets(self.now, ticket, 10, &ask, &cluster as &dyn Topics, &mut out);
        self.run(out);
    }
}
