//! Hours of groups under a simulated clock: members that join, leave, crash and lose answers, a
//! log that fails, a coordinator that restarts on what was written. One seed, one history:
//! `RK_SEED=n` plays a single one again.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bytes::Bytes;
use rk::base::clock::Millis;
use rk::broker::coord::effects::{Effect, Record, Reply, Ticket};
use rk::broker::coord::group::{Client, Config, Groups};
use rk::wire::ErrorCode;
use rk::wire::messages::delete_groups::DeleteGroupsRequest;
use rk::wire::messages::heartbeat::HeartbeatRequest;
use rk::wire::messages::join_group::{JoinGroupRequest, JoinGroupResponse};
use rk::wire::messages::leave_group::{LeaveGroupRequest, MemberIdentity};
use rk::wire::messages::sync_group::{SyncGroupRequest, SyncGroupRequestAssignment};

use super::actor::{Actor, Rng, Stage, name_of};
use super::bench::{Bench, Cluster, START, commit_of, protocols};

const GROUPS: [&str; 3] = ["a", "b", "c"];
const SEEDS: u64 = 60;
const STEPS: usize = 3_000;
const NEW_MEMBER_JOIN_TIMEOUT_MS: i32 = 60_000;

/// What a ticket was for.
#[derive(Clone, Debug)]
enum Purpose {
    Join(usize),
    Sync(usize),
    Beat(usize),
    Commit { group: &'static str, number: i64 },
    Other,
}

struct World {
    rng: Rng,
    now: Millis,
    config: Config,
    groups: Groups,
    log: Vec<Record>,
    appends: VecDeque<(u64, Vec<Record>)>,
    actors: Vec<Actor>,
    waiting: HashMap<Ticket, Purpose>,
    tickets: u64,
    /// Numbers every commit and every deletion, in the order in which they were asked for.
    number: i64,
    confirmed: BTreeMap<&'static str, i64>,
    deleted: BTreeMap<&'static str, i64>,
    /// The highest generation told in this life of the coordinator, and who leads it.
    generations: BTreeMap<&'static str, (i32, String)>,
    joins: u64,
    restarts: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng(seed);
        let config = Config {
            initial_rebalance_delay_ms: [0, 0, 500, 3_000][rng.below(4) as usize],
            new_member_join_timeout_ms: NEW_MEMBER_JOIN_TIMEOUT_MS,
            ..Config::default()
        };
        let actors = (0..3 + rng.below(8)).map(|i| Actor {
            name: format!("m{i}"),
            group: GROUPS[rng.below(3) as usize],
            is_static: rng.percent(30),
            version: [0, 1, 3, 4, 5, 7, 8, 9, 9, 9][rng.below(10) as usize],
            session_timeout_ms: 6_000 + rng.below(10_000) as i32,
            rebalance_timeout_ms: 2_000 + rng.below(20_000) as i32,
            taste: match rng.percent(50) {
                true => vec!["range", "roundrobin"],
                // Nobody prefers what not everybody speaks: after a restart the members that a
                // record speaks of are known to speak what was chosen, and nothing else.
                false => vec!["roundrobin", "sticky", "range"],
            },
            id: String::new(),
            generation: -1,
            flock: Vec::new(),
            stage: Stage::Out,
            heard_at: START,
        });
        let mut actors: Vec<Actor> = actors.collect();
        for actor in &mut actors {
            actor.is_static &= actor.version >= 5;
        }
        let mut world = World {
            now: START,
            groups: Groups::new(config.clone()),
            log: Vec::new(),
            appends: VecDeque::new(),
            waiting: HashMap::new(),
            tickets: 0,
            number: 0,
            confirmed: BTreeMap::new(),
            deleted: BTreeMap::new(),
            generations: BTreeMap::new(),
            joins: 0,
            restarts: 0,
            config,
            actors,
            rng,
        };
        world.restart();
        world
    }

    /// The coordinator starts again on the log: what waited for it is cut off.
    fn restart(&mut self) {
        let held = self.groups.held_offsets();
        self.groups = Groups::new(self.config.clone());
        for record in &self.log {
            self.groups.apply(&record.key, record.value.as_deref()).unwrap();
        }
        assert_eq!(self.groups.held_offsets(), held, "what is kept is counted the same");
        self.appends.clear();
        self.waiting.clear();
        self.generations.clear();
        self.restarts += 1;
        for actor in &mut self.actors {
            match actor.stage {
                Stage::Joining(_) => actor.stage = Stage::Out,
                Stage::Syncing(_) => actor.stage = Stage::Joined,
                _ => {}
            }
        }
        let mut out = Vec::new();
        self.groups.loaded(self.now, &mut out);
        self.run(out);
    }

    fn ticket(&mut self, purpose: Purpose) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.waiting.insert(ticket, purpose);
        ticket
    }

    fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Append { token, partition, records, .. } => {
                    assert!((0..50).contains(&partition) && !records.is_empty());
                    self.appends.push_back((token, records));
                }
                Effect::Reply(ticket, reply) => {
                    let purpose = self.waiting.remove(&ticket);
                    let purpose = purpose.expect("an answer that nobody waits for");
                    self.answered(purpose, reply);
                }
            }
        }
    }

    /// Does the oldest append, or fails it.
    fn append(&mut self, may_fail: bool) {
        let Some((token, records)) = self.appends.pop_front() else { return };
        let errors = [ErrorCode::KAFKA_STORAGE_ERROR, ErrorCode::NOT_ENOUGH_REPLICAS];
        let result = match may_fail && self.rng.percent(15) {
            true => Err(errors[self.rng.below(2) as usize]),
            false => {
                self.log.extend(records);
                Ok(())
            }
        };
        let mut out = Vec::new();
        self.groups.appended(self.now, token, result, &mut out);
        self.run(out);
        self.forget_generations();
    }

    /// A group that is gone counts from the beginning when it comes back.
    fn forget_generations(&mut self) {
        for group in GROUPS {
            if Bench::describe_in(&self.groups, group).group_state == "Dead" {
                self.generations.remove(group);
            }
        }
    }

    fn sleep(&mut self, millis: Millis) {
        self.now += millis;
        let mut out = Vec::new();
        self.groups.tick(self.now, &mut out);
        let next = self.groups.next_deadline();
        assert!(next.is_some_and(|next| next > self.now), "a deadline is left: {next:?}");
        self.run(out);
    }

    fn answered(&mut self, purpose: Purpose, reply: Reply) {
        match (purpose, reply) {
            (Purpose::Join(i), Reply::JoinGroup(answer)) => self.joined(i, answer),
            (Purpose::Sync(i), Reply::SyncGroup(answer)) => {
                let actor = &mut self.actors[i];
                if answer.error_code != 0 {
                    return actor.failed(ErrorCode(answer.error_code), self.now);
                }
                // Everybody gets its own assignment, and that of its generation.
                let text = String::from_utf8(answer.assignment.to_vec()).unwrap();
                let (generation, id) = text.split_once(' ').expect("an assignment");
                assert_eq!(generation, actor.generation.to_string(), "{actor:?}");
                assert_eq!(name_of(id), name_of(&actor.id), "{actor:?}");
                actor.stage = Stage::Stable;
                actor.heard_at = self.now;
            }
            (Purpose::Beat(i), Reply::Heartbeat(answer)) => {
                let actor = &mut self.actors[i];
                actor.heard_at = self.now;
                if answer.error_code != 0 {
                    actor.failed(ErrorCode(answer.error_code), self.now);
                }
            }
            (Purpose::Commit { group, number }, Reply::OffsetCommit(answer)) => {
                if answer.topics[0].partitions[0].error_code == 0 {
                    let confirmed = self.confirmed.entry(group).or_insert(-1);
                    *confirmed = number.max(*confirmed);
                }
            }
            (Purpose::Other, Reply::LeaveGroup(_) | Reply::DeleteGroups(_)) => {}
            (purpose, reply) => panic!("{purpose:?} is answered with {reply:?}"),
        }
    }

    fn joined(&mut self, i: usize, answer: JoinGroupResponse) {
        let actor = &mut self.actors[i];
        actor.heard_at = self.now;
        if answer.error_code == ErrorCode::MEMBER_ID_REQUIRED.0 {
            actor.id = answer.member_id;
            actor.stage = Stage::Out;
            return;
        }
        if answer.error_code != 0 {
            return actor.failed(ErrorCode(answer.error_code), self.now);
        }
        let leader = name_of(&answer.leader).to_owned();
        let (highest, known) =
            self.generations.entry(actor.group).or_insert((answer.generation_id, leader.clone()));
        if answer.generation_id > *highest {
            (*highest, *known) = (answer.generation_id, leader.clone());
        }
        assert_eq!(answer.generation_id, *highest, "an old generation for {actor:?}");
        assert_eq!(leader, *known, "two leaders in generation {highest} of {}", actor.group);
        let protocol = answer.protocol_name.unwrap_or_default();
        assert!(actor.taste.contains(&protocol.as_str()), "{actor:?} cannot speak {protocol}");
        let is_leader = answer.leader == answer.member_id;
        assert_eq!(!answer.members.is_empty(), is_leader, "{actor:?}");
        actor.id = answer.member_id;
        actor.generation = answer.generation_id;
        actor.flock = answer.members.into_iter().map(|member| member.member_id).collect();
        if answer.skip_assignment {
            actor.flock.clear();
        }
        actor.stage = Stage::Joined;
        self.joins += 1;
    }

    fn join(&mut self, i: usize) {
        let ticket = self.ticket(Purpose::Join(i));
        let random = self.rng.bytes();
        let actor = &mut self.actors[i];
        actor.stage = Stage::Joining(ticket);
        let ask = JoinGroupRequest {
            group_id: actor.group.to_owned(),
            session_timeout_ms: actor.session_timeout_ms,
            rebalance_timeout_ms: actor.rebalance_timeout_ms,
            member_id: actor.id.clone(),
            group_instance_id: actor.is_static.then(|| actor.name.clone()),
            protocol_type: "consumer".to_owned(),
            protocols: protocols(&actor.taste),
            reason: None,
        };
        let who = Client { client_id: actor.name.clone(), host: "/127.0.0.1".to_owned() };
        let (version, mut out) = (actor.version, Vec::new());
        self.groups.join(self.now, ticket, who, version, random, ask, &mut out);
        self.run(out);
    }

    fn sync(&mut self, i: usize) {
        let ticket = self.ticket(Purpose::Sync(i));
        let actor = &mut self.actors[i];
        actor.stage = Stage::Syncing(ticket);
        let assignments = actor.flock.iter().map(|member| SyncGroupRequestAssignment {
            member_id: member.clone(),
            assignment: Bytes::from(format!("{} {member}", actor.generation)),
        });
        let ask = SyncGroupRequest {
            group_id: actor.group.to_owned(),
            generation_id: actor.generation,
            member_id: actor.id.clone(),
            group_instance_id: actor.is_static.then(|| actor.name.clone()),
            assignments: assignments.collect(),
            ..Default::default()
        };
        let mut out = Vec::new();
        self.groups.sync(self.now, ticket, 3, ask, &mut out);
        self.run(out);
    }

    fn beat(&mut self, i: usize) {
        let ticket = self.ticket(Purpose::Beat(i));
        let actor = &self.actors[i];
        let ask = HeartbeatRequest {
            group_id: actor.group.to_owned(),
            generation_id: actor.generation,
            member_id: actor.id.clone(),
            group_instance_id: actor.is_static.then(|| actor.name.clone()),
        };
        let mut out = Vec::new();
        self.groups.heartbeat(self.now, ticket, &ask, &mut out);
        self.run(out);
    }

    fn commit(&mut self, i: usize) {
        self.number += 1;
        let (group, number) = (self.actors[i].group, self.number);
        let ticket = self.ticket(Purpose::Commit { group, number });
        let actor = &self.actors[i];
        let mut ask = commit_of(group, actor.generation, &actor.id, number);
        ask.group_instance_id = actor.is_static.then(|| actor.name.clone());
        let mut out = Vec::new();
        self.groups.commit_offsets(self.now, ticket, 8, &ask, &Cluster, &mut out);
        self.run(out);
    }

    fn leave(&mut self, i: usize) {
        let ticket = self.ticket(Purpose::Other);
        let actor = &mut self.actors[i];
        let group_instance_id = actor.is_static.then(|| actor.name.clone());
        let member_id = std::mem::take(&mut actor.id);
        let member = MemberIdentity { member_id, group_instance_id, ..Default::default() };
        let group_id = actor.group.to_owned();
        let ask = LeaveGroupRequest { group_id, members: vec![member], ..Default::default() };
        actor.stage = Stage::Out;
        let mut out = Vec::new();
        self.groups.leave(self.now, ticket, 5, &ask, &mut out);
        self.run(out);
    }

    /// Deletes all groups that are empty.
    fn delete(&mut self) {
        self.number += 1;
        for group in GROUPS {
            self.deleted.insert(group, self.number);
        }
        let ticket = self.ticket(Purpose::Other);
        let groups_names = GROUPS.map(str::to_owned).to_vec();
        let ask = DeleteGroupsRequest { groups_names };
        let mut out = Vec::new();
        self.groups.delete_groups(self.now, ticket, &ask, &mut out);
        self.run(out);
    }

    /// A member hangs up: it does not hear the answer, and tries again as it can.
    fn lose_answer(&mut self, i: usize) {
        let actor = &mut self.actors[i];
        if let Stage::Joining(ticket) | Stage::Syncing(ticket) = actor.stage {
            actor.stage = Stage::Out;
            self.waiting.remove(&ticket);
            self.groups.abandon(ticket);
        }
    }

    /// A member dies without a word. Started again it does not know who it was.
    fn crash(&mut self, i: usize) {
        self.lose_answer(i);
        let actor = &mut self.actors[i];
        actor.id.clear();
        actor.stage = Stage::Dead;
    }

    /// One member does what comes next.
    fn act(&mut self, i: usize) {
        let actor = &self.actors[i];
        match actor.stage {
            Stage::Out => self.join(i),
            Stage::Joined => self.sync(i),
            Stage::Stable if self.now - actor.heard_at >= 2_000 => self.beat(i),
            Stage::Stable | Stage::Joining(_) | Stage::Syncing(_) | Stage::Dead => {}
        }
    }

    fn chaos(&mut self) {
        let i = self.rng.below(self.actors.len() as u64) as usize;
        match self.rng.below(100) {
            0..40 => self.act(i),
            40..60 => self.append(true),
            60..75 => {
                let millis = self.rng.below(2_500) as Millis;
                self.sleep(millis);
            }
            75..83 if self.actors[i].stage == Stage::Stable => self.commit(i),
            83..87 => self.lose_answer(i),
            87..90 if self.actors[i].stage == Stage::Stable => self.leave(i),
            90..93 => self.crash(i),
            93..97 if self.actors[i].stage == Stage::Dead => self.actors[i].stage = Stage::Out,
            97 if self.rng.percent(30) => self.restart(),
            98 if self.rng.percent(30) => self.delete(),
            _ => {}
        }
        self.check_offsets();
    }

    /// What was confirmed is there, or something later.
    fn check_offsets(&self) {
        let bench = |group| Bench::offset_in(&self.groups, group);
        for (group, number) in &self.confirmed {
            if self.deleted.get(group).is_none_or(|deleted| deleted < number) {
                assert!(bench(group) >= *number, "commit {number} of {group} is lost");
            }
        }
    }

    /// Lets everything run well for a time.
    fn settle(&mut self, millis: Millis) {
        let end = self.now + millis;
        while self.now < end {
            for i in 0..self.actors.len() {
                self.act(i);
                while !self.appends.is_empty() {
                    self.append(false);
                }
            }
            self.sleep(250);
        }
    }

    /// Everybody alive is stable in one generation, and nobody else is a member.
    fn check_settled(&mut self) {
        for actor in &self.actors {
            let is_fine = matches!(actor.stage, Stage::Stable | Stage::Dead);
            assert!(is_fine, "{actor:?} is not stable");
        }
        let left: Vec<&Purpose> = self.waiting.values().collect();
        assert!(left.is_empty(), "never answered: {left:?}");
        for group in GROUPS {
            let of_group = self.actors.iter().filter(|actor| actor.group == group);
            let alive: Vec<&Actor> = of_group.filter(|actor| actor.stage != Stage::Dead).collect();
            let described = Bench::describe_in(&self.groups, group);
            assert_eq!(described.members.len(), alive.len(), "{group}: {described:?}");
            if let Some(first) = alive.first() {
                assert_eq!(described.group_state, "Stable", "{group}");
                assert!(alive.iter().all(|actor| actor.generation == first.generation));
            }
        }
    }

    /// A restart at rest changes nothing that can be seen of a group with members. Of one without
    /// the end may not have been written: then its last members come back, and expire.
    fn check_restart_at_rest(&mut self) {
        let seen = |world: &World| {
            let groups = GROUPS.into_iter().filter(|group| {
                let mut actors = world.actors.iter();
                actors.any(|actor| actor.group == *group && actor.stage != Stage::Dead)
            });
            let seen = groups.map(|group| Bench::describe_in(&world.groups, group));
            (seen.collect::<Vec<_>>(), GROUPS.map(|group| Bench::offset_in(&world.groups, group)))
        };
        let before = seen(self);
        self.restart();
        assert_eq!(seen(self), before);
        let generations: Vec<i32> = self.actors.iter().map(|actor| actor.generation).collect();
        self.settle(30_000);
        self.check_settled();
        let after: Vec<i32> = self.actors.iter().map(|actor| actor.generation).collect();
        assert_eq!(generations, after, "a restart at rest causes no rebalance");
    }
}

/// Plays one history. Returns how many joins went well and how often the coordinator started.
fn play(seed: u64) -> (u64, u64) {
    let mut world = World::new(seed);
    for _ in 0..STEPS {
        world.chaos();
    }
    // Long enough for everybody who is gone to be given up.
    world.settle(Millis::from(NEW_MEMBER_JOIN_TIMEOUT_MS) + 60_000);
    world.check_settled();
    world.check_restart_at_rest();
    (world.joins, world.restarts)
}

#[test]
fn groups_survive_everything() {
    let one = std::env::var("RK_SEED").ok().map(|seed| seed.parse().expect("RK_SEED: a number"));
    let seeds = one.map_or(0..SEEDS, |seed: u64| seed..seed + 1);
    let (mut joins, mut restarts) = (0, 0);
    for seed in seeds.clone() {
        let played = std::panic::catch_unwind(|| play(seed));
        let Ok(played) = played else { panic!("seed {seed} fails: RK_SEED={seed} plays it") };
        joins += played.0;
        restarts += played.1;
    }
    if one.is_none() {
        assert!(joins > 100 * seeds.count() as u64, "only {joins} joins went well");
        assert!(restarts > 2 * SEEDS, "only {restarts} starts");
    }
}
