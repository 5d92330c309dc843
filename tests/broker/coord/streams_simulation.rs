//! Hours of a streams group under a simulated clock: members of several processes join, leave,
//! crash and lose answers, topics come late and grow, a log fails, a coordinator restarts on
//! what was written. One seed, one history: `RK_SEED=n` plays a single one again.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use rk::base::clock::Millis;
use rk::base::ids::Uuid;
use rk::broker::coord::effects::{Effect, Record, Reply, Ticket};
use rk::broker::coord::group::{
    AllSettings, AllStreamsSettings, Client, Config, Groups, StreamsSettings,
};
use rk::wire::ErrorCode;
use rk::wire::messages::streams_group_describe::{DescribedGroup, StreamsGroupDescribeRequest};
use rk::wire::messages::streams_group_heartbeat::{
    StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse, TaskIds, TaskIdsResponse,
};

use super::actor::Rng;
use super::streams::{GROUP, joining, topology};

const SEEDS: u64 = 60;
const STEPS: usize = 2_000;

type Tasks = BTreeSet<(String, i32)>;

/// One thread of the application.
#[derive(Clone, Debug)]
struct Actor {
    name: String,
    process: String,
    /// How often it has come as somebody new.
    lives: usize,
    /// None while it is away.
    epoch: Option<i32>,
    assigned: Tasks,
    standby: Tasks,
    /// What it still runs and is to give up.
    giving_up: Tasks,
    waits: bool,
}

impl Actor {
    fn id(&self) -> String {
        format!("{}-{}", self.name, self.lives)
    }

    fn running(&self) -> Tasks {
        self.assigned.union(&self.giving_up).cloned().collect()
    }

    fn drop_all(&mut self) {
        (self.assigned, self.standby, self.giving_up) = Default::default();
    }
}

struct World {
    rng: Rng,
    now: Millis,
    settings: StreamsSettings,
    groups: Groups,
    log: Vec<Record>,
    appends: VecDeque<(u64, Vec<Record>)>,
    actors: Vec<Actor>,
    waiting: HashMap<Ticket, (usize, String)>,
    tickets: u64,
    topics: BTreeMap<String, (Uuid, i32)>,
    to_create: BTreeMap<String, i32>,
    restarts: usize,
    beats: usize,
    /// No answer is lost any more.
    is_calm: bool,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng(seed);
        let settings = StreamsSettings {
            initial_rebalance_delay_ms: [0, 3_000][rng.below(2) as usize],
            assignment_interval_ms: [0, 1_000][rng.below(2) as usize],
            num_standby_replicas: rng.below(3) as i32,
            ..StreamsSettings::default()
        };
        let actors = (0..2 + rng.below(7)).map(|at| Actor {
            name: format!("m{at}"),
            process: format!("p{}", rng.below(4)),
            lives: 0,
            epoch: None,
            assigned: Tasks::new(),
            standby: Tasks::new(),
            giving_up: Tasks::new(),
            waits: false,
        });
        let actors = actors.collect();
        let mut world = World {
            rng,
            now: 1_000_000,
            settings,
            groups: Groups::new(Config::default()),
            log: Vec::new(),
            appends: VecDeque::new(),
            actors,
            waiting: HashMap::new(),
            tickets: 0,
            topics: BTreeMap::new(),
            to_create: BTreeMap::new(),
            restarts: 0,
            beats: 0,
            is_calm: false,
        };
        world.restart();
        world
    }

    /// The coordinator starts again on the log: what waited for it is cut off.
    fn restart(&mut self) {
        let held = (self.groups.member_bytes(), self.groups.held_offsets());
        self.groups = Groups::new(Config::default());
        for (name, topic) in &self.topics {
            self.groups.see_topic(0, name, Some(*topic));
        }
        let (common, own) = (self.settings, BTreeMap::new());
        let streams = AllStreamsSettings { has_protocol: true, common, own };
        self.groups.configure(AllSettings { streams, ..AllSettings::default() });
        for record in &self.log {
            self.groups.apply(&record.key, record.value.as_deref()).unwrap();
        }
        self.appends.clear();
        self.waiting.clear();
        self.actors.iter_mut().for_each(|actor| actor.waits = false);
        self.restarts += 1;
        let mut out = Vec::new();
        self.groups.loaded(self.now, &mut out);
        let now_held = (self.groups.member_bytes(), self.groups.held_offsets());
        assert_eq!(now_held, held, "what is held is counted the same");
        self.take(out);
    }

    fn create(&mut self, name: &str, partitions: i32) {
        let before = self.topics.get(name).map(|topic| topic.0);
        let id = before.unwrap_or_else(|| Uuid([self.topics.len() as u8 + 1; 16]));
        self.topics.insert(name.to_owned(), (id, partitions));
        self.groups.see_topic(self.now, name, Some((id, partitions)));
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Append { token, records, .. } => self.appends.push_back((token, records)),
                Effect::Reply(ticket, reply) => self.hear(ticket, reply),
                Effect::Do(deed) => match deed {},
            }
        }
    }

    /// The oldest append succeeds, or fails.
    fn append(&mut self, fails: bool) {
        let Some((token, records)) = self.appends.pop_front() else { return };
        let result = match fails {
            true => Err(ErrorCode::KAFKA_STORAGE_ERROR),
            false => {
                self.log.extend(records);
                Ok(())
            }
        };
        let mut out = Vec::new();
        self.groups.appended(self.now, token, result, &mut out);
        self.take(out);
    }

    fn hear(&mut self, ticket: Ticket, reply: Reply) {
        let Some((at, id)) = self.waiting.remove(&ticket) else { return };
        let Reply::StreamsGroupHeartbeat(answer, to_create) = reply else { panic!("{reply:?}") };
        for topic in to_create {
            self.to_create.insert(topic.name, topic.num_partitions);
        }
        let is_lost = !self.is_calm && self.rng.percent(5);
        let actor = &mut self.actors[at];
        if actor.id() != id {
            return;
        }
        actor.waits = false;
        // As in Kafka, tasks are told once: who does not hear of them comes back with nothing.
        match is_lost {
            false => told(actor, answer),
            true if answer.active_tasks.is_none() => {}
            true => {
                actor.drop_all();
                actor.epoch = actor.epoch.map(|_| 0);
            }
        }
    }

    fn beat(&mut self, at: usize) {
        let actor = &mut self.actors[at];
        if actor.waits {
            return;
        }
        actor.waits = true;
        let process = actor.process.clone();
        let epoch = *actor.epoch.get_or_insert(0);
        let ask = match epoch {
            0 => joining(&actor.id(), &process),
            epoch => {
                actor.giving_up.clear();
                StreamsGroupHeartbeatRequest {
                    group_id: GROUP.to_owned(),
                    member_id: actor.id(),
                    member_epoch: epoch,
                    active_tasks: Some(ids(&actor.running())),
                    standby_tasks: Some(ids(&actor.standby)),
                    warmup_tasks: Some(Vec::new()),
                    ..Default::default()
                }
            }
        };
        self.beats += 1;
        self.ask(at, ask);
    }

    fn leave(&mut self, at: usize) {
        let actor = &mut self.actors[at];
        actor.drop_all();
        let (id, was_in) = (actor.id(), actor.epoch.take().is_some());
        actor.lives += 1;
        actor.waits = false;
        if was_in {
            let ask = StreamsGroupHeartbeatRequest {
                group_id: GROUP.to_owned(),
                member_id: id,
                member_epoch: -1,
                ..Default::default()
            };
            self.ask(at, ask);
        }
    }

    fn ask(&mut self, at: usize, ask: StreamsGroupHeartbeatRequest) {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.waiting.insert(ticket, (at, ask.member_id.clone()));
        let who = Client { client_id: "c".to_owned(), host: "/h".to_owned() };
        let mut out = Vec::new();
        self.groups.streams_heartbeat(self.now, ticket, who, ask, &mut out);
        self.take(out);
    }

    fn pass(&mut self, ms: Millis) {
        self.now += ms;
        let mut out = Vec::new();
        self.groups.tick(self.now, &mut out);
        self.take(out);
    }

    fn step(&mut self) {
        let at = self.rng.below(self.actors.len() as u64) as usize;
        match self.rng.below(100) {
            0..=54 => self.beat(at),
            55..=79 => {
                let fails = self.rng.percent(3);
                self.append(fails);
            }
            80..=89 => {
                let ms = self.rng.below(3_000) as Millis;
                self.pass(ms);
            }
            90 => self.pass(20_000),
            91 => self.leave(at),
            92 => {
                // It crashes, and perhaps comes back as somebody else.
                let actor = &mut self.actors[at];
                actor.drop_all();
                (actor.epoch, actor.waits) = (None, false);
                actor.lives += 1;
            }
            93 => self.restart(),
            94..=96 => self.create_missing(),
            97 => match self.topics.is_empty() {
                true => self.create("in", 4),
                false => self.grow(),
            },
            _ => self.create("in", self.topics.get("in").map_or(4, |topic| topic.1)),
        }
    }

    fn create_missing(&mut self) {
        for (name, partitions) in std::mem::take(&mut self.to_create) {
            if !self.topics.contains_key(&name) {
                self.create(&name, partitions);
            }
        }
    }

    /// The source grows; the topics that must be as large do so later.
    fn grow(&mut self) {
        if self.rng.percent(10) && self.topics["in"].1 < 8 {
            let partitions = self.topics["in"].1 + 1;
            self.create("in", partitions);
        } else {
            self.level();
        }
    }

    fn level(&mut self) {
        let Some((_, partitions)) = self.topics.get("in").copied() else { return };
        for name in self.topics.keys().cloned().collect::<Vec<_>>() {
            self.create(&name, partitions);
        }
    }

    fn described(&self) -> Option<DescribedGroup> {
        let ask =
            StreamsGroupDescribeRequest { group_ids: vec![GROUP.to_owned()], ..Default::default() };
        let group = self.groups.describe_streams_groups(&ask).groups.remove(0);
        (group.error_code == 0).then_some(group)
    }

    /// Nobody has what another has.
    fn check(&self) {
        let Some(group) = self.described() else { return };
        let mut owners: HashMap<(String, i32), String> = HashMap::new();
        let mut copies: BTreeSet<(String, String, i32)> = BTreeSet::new();
        for member in &group.members {
            for one in &member.assignment.active_tasks {
                for index in &one.partitions {
                    let task = (one.subtopology_id.clone(), *index);
                    let before = owners.insert(task, member.member_id.clone());
                    assert_eq!(before, None, "{group:#?}");
                }
            }
            let both =
                member.assignment.active_tasks.iter().chain(&member.assignment.standby_tasks);
            for one in both {
                for index in &one.partitions {
                    let process = member.process_id.clone();
                    let copy = (process, one.subtopology_id.clone(), *index);
                    assert!(copies.insert(copy), "a process has a task twice: {group:#?}");
                }
            }
        }
        let mut runs: HashMap<(String, i32), String> = HashMap::new();
        let known = |id: &str| group.members.iter().any(|member| member.member_id == id);
        for actor in self.actors.iter().filter(|actor| known(&actor.id())) {
            for task in actor.running() {
                let other = runs.insert(task, actor.id());
                assert_eq!(other, None, "two run a task: {:#?}", self.actors);
            }
        }
    }

    /// Everything works from here on: the group must become stable, with every task at somebody.
    fn settle(&mut self) {
        self.is_calm = true;
        if self.actors.iter().all(|actor| actor.epoch.is_none()) {
            self.actors[0].epoch = Some(0);
        }
        self.create("in", self.topics.get("in").map_or(4, |topic| topic.1));
        // Whoever is not there any more must be missed first, for longer than a session; who gets
        // no answer asks again.
        for _ in 0..60 {
            // Tasks that came with an answer that is lost are not told again.
            for (at, id) in std::mem::take(&mut self.waiting).into_values() {
                let actor = &mut self.actors[at];
                if actor.id() == id && actor.epoch.is_some() {
                    actor.drop_all();
                    actor.epoch = Some(0);
                }
            }
            for at in 0..self.actors.len() {
                if self.actors[at].epoch.is_some() {
                    self.actors[at].waits = false;
                    self.beat(at);
                }
                while !self.appends.is_empty() {
                    self.append(false);
                }
            }
            self.create_missing();
            self.level();
            self.pass(5_000);
            while !self.appends.is_empty() {
                self.append(false);
            }
            self.check();
        }
        let group = self.described().unwrap();
        assert_eq!(group.group_state, "Stable", "{group:#?} {:#?}", self.actors);
        assert_eq!(group.group_epoch, group.assignment_epoch);
        let mut tasks = Tasks::new();
        for actor in self.actors.iter().filter(|actor| actor.epoch.is_some()) {
            assert_eq!(actor.epoch, Some(group.group_epoch), "{actor:?}");
            tasks.extend(actor.assigned.iter().cloned());
        }
        let partitions = self.topics["in"].1;
        let all = ["0", "1"]
            .into_iter()
            .flat_map(|id| (0..partitions).map(move |index| (id.to_owned(), index)));
        assert_eq!(tasks, all.collect(), "{group:#?}");
    }
}

fn ids(tasks: &Tasks) -> Vec<TaskIds> {
    let mut by_id: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for (id, index) in tasks {
        by_id.entry(id).or_default().push(*index);
    }
    let ids = by_id.into_iter();
    ids.map(|(id, partitions)| TaskIds { subtopology_id: id.to_owned(), partitions }).collect()
}

/// A member hears an answer.
fn told(actor: &mut Actor, answer: StreamsGroupHeartbeatResponse) {
    match ErrorCode(answer.error_code) {
        ErrorCode::NONE => {}
        ErrorCode::FENCED_MEMBER_EPOCH | ErrorCode::UNKNOWN_MEMBER_ID => {
            actor.drop_all();
            actor.epoch = Some(0);
            return;
        }
        // The group is gone, or was never written down: it comes again.
        ErrorCode::GROUP_ID_NOT_FOUND => {
            actor.drop_all();
            actor.epoch = Some(0);
            return;
        }
        ErrorCode::NOT_COORDINATOR | ErrorCode::COORDINATOR_NOT_AVAILABLE => return,
        _ => panic!("{answer:?}"),
    }
    if actor.epoch.is_none() {
        return;
    }
    actor.epoch = Some(answer.member_epoch);
    let set = |tasks: Vec<TaskIdsResponse>| -> Tasks {
        let each = tasks.into_iter().flat_map(|one| {
            one.partitions.into_iter().map(move |index| (one.subtopology_id.clone(), index))
        });
        each.collect()
    };
    if let (Some(active), Some(standby)) = (answer.active_tasks, answer.standby_tasks) {
        let running = actor.running();
        actor.assigned = set(active);
        actor.standby = set(standby);
        actor.giving_up = running.difference(&actor.assigned).cloned().collect();
    }
}

#[test]
fn a_streams_group_survives_all_that_may_happen() {
    let seeds = match std::env::var("RK_SEED") {
        Ok(seed) => seed.parse().unwrap()..=seed.parse().unwrap(),
        Err(_) => 1..=SEEDS,
    };
    assert_eq!(topology().subtopologies.len(), 2);
    let (mut beats, mut restarts) = (0, 0);
    for seed in seeds {
        let played = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            for _ in 0..STEPS {
                world.step();
                world.check();
            }
            world.settle();
            (world.beats, world.restarts)
        });
        let played = played.unwrap_or_else(|_| panic!("the seed is RK_SEED={seed}"));
        (beats, restarts) = (beats + played.0, restarts + played.1);
    }
    assert!(beats > 1_000 && restarts > 1, "{beats} heartbeats, {restarts} restarts");
}
