//! Hours of consumers under a simulated clock, of both protocols in the same groups: members that
//! join, leave, crash, lose answers, change their subscriptions and their protocol; topics that
//! come, grow and go; a log that fails, and a coordinator that restarts on what was written. One
//! seed, one history: `RK_SEED=n` plays a single one again, and `RK_SEEDS=n` so many.
//!
//! What must hold, always: no partition is with two members, no member has what the coordinator
//! has given to another, no confirmed commit is lost. And at rest: every member that lives is
//! stable, and the partitions of all topics that anybody reads are each with one of them.

mod actor;
mod acts;
mod check;

use std::collections::{BTreeMap, HashMap, VecDeque};

use rk::base::clock::Millis;
use rk::base::ids::Uuid;
use rk::broker::coord::effects::{Effect, Record, Reply, Ticket};
use rk::broker::coord::group::{AllSettings, Config, Groups, Settings};
use rk::wire::ErrorCode;

use self::actor::{Cluster, Consumer, Owned, Stage};
use super::actor::Rng;
use super::bench::START;

const GROUPS: [&str; 2] = ["a", "b"];
const TOPICS: [&str; 4] = ["t0", "t1", "t2", "u0"];
const SEEDS: u64 = 30;
const STEPS: usize = 2_000;
/// How long a silent member of the newer protocol stays.
const SESSION_MS: i32 = 10_000;

/// What a ticket was for.
#[derive(Clone, Debug)]
enum Purpose {
    /// A heartbeat of either protocol.
    Beat(usize),
    Join(usize),
    Sync(usize),
    Commit {
        group: &'static str,
        partition: (Uuid, i32),
        number: i64,
    },
    Other,
}

struct World {
    rng: Rng,
    now: Millis,
    config: Config,
    settings: AllSettings,
    groups: Groups,
    log: Vec<Record>,
    appends: VecDeque<(u64, Vec<Record>)>,
    cluster: Cluster,
    /// The offset of the metadata log.
    version: i64,
    consumers: Vec<Consumer>,
    waiting: HashMap<Ticket, Purpose>,
    tickets: u64,
    number: i64,
    confirmed: BTreeMap<(&'static str, Uuid, i32), i64>,
    /// Whether answers are lost and appends fail.
    is_calm: bool,
    joins: u64,
    restarts: u64,
    migrations: u64,
    steps: u64,
    kinds: BTreeMap<&'static str, bool>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng(seed ^ 0x5eed);
        let config = Config {
            initial_rebalance_delay_ms: [0, 500][rng.below(2) as usize],
            new_member_join_timeout_ms: 30_000,
            ..Config::default()
        };
        let common = Settings {
            session_timeout_ms: SESSION_MS,
            heartbeat_interval_ms: 2_000,
            assignment_interval_ms: [0, 1_000][rng.below(2) as usize],
        };
        let settings = AllSettings { common, ..AllSettings::default() };
        let mut world = World {
            now: START,
            groups: Groups::new(config.clone()),
            settings,
            config,
            log: Vec::new(),
            appends: VecDeque::new(),
            cluster: Cluster::new(),
            version: 1,
            consumers: Vec::new(),
            waiting: HashMap::new(),
            tickets: 0,
            number: 0,
            confirmed: BTreeMap::new(),
            is_calm: false,
            joins: 0,
            restarts: 0,
            migrations: 0,
            steps: 0,
            kinds: BTreeMap::new(),
            rng,
        };
        for topic in &TOPICS[..3] {
            world.change_topic(topic, true);
        }
        for _ in 0..3 + world.rng.below(5) {
            let consumer = world.newcomer();
            world.consumers.push(consumer);
        }
        world.restart();
        world
    }

    fn newcomer(&mut self) -> Consumer {
        let rng = &mut self.rng;
        let number = self.consumers.len();
        let is_modern = rng.percent(60);
        Consumer {
            group: GROUPS[rng.below(2) as usize],
            instance: rng.percent(25).then(|| format!("i{number}-{}", rng.next())),
            is_modern,
            is_cooperative: rng.percent(50),
            topics: Self::taste(rng),
            pattern: (is_modern && rng.percent(25)).then(|| "t[0-9]".to_owned()),
            assignor: rng.percent(30).then(|| "range".to_owned()),
            id: if is_modern { format!("m{number}-{}", rng.next()) } else { String::new() },
            epoch: 0,
            owned: Owned::new(),
            stage: Stage::Out,
            beating: None,
            heard_at: self.now,
            wakes_at: self.now,
            has_said: false,
        }
    }

    fn taste(rng: &mut Rng) -> std::collections::BTreeSet<String> {
        let same = rng.percent(60);
        let topics = TOPICS.iter().filter(|_| same || rng.percent(50));
        topics.map(|topic| (*topic).to_owned()).collect()
    }

    /// The coordinator starts again on the log: what waited for it is cut off.
    fn restart(&mut self) {
        self.groups = Groups::new(self.config.clone());
        self.groups.configure(self.settings.clone());
        for (name, topic) in &self.cluster {
            self.groups.see_topic(self.version, name, Some(*topic));
        }
        for record in &self.log {
            self.groups.apply(&record.key, record.value.as_deref()).unwrap();
        }
        self.appends.clear();
        self.restarts += 1;
        let lost: Vec<Purpose> = self.waiting.drain().map(|(_, purpose)| purpose).collect();
        for purpose in lost {
            self.unanswered(&purpose);
        }
        let mut out = Vec::new();
        self.groups.loaded(self.now, &mut out);
        self.run(out);
    }

    /// An answer that does not come: its client asks again later.
    fn unanswered(&mut self, purpose: &Purpose) {
        match purpose {
            Purpose::Beat(i) => self.consumers[*i].beating = None,
            Purpose::Join(i) => self.consumers[*i].stage = Stage::Out,
            Purpose::Sync(i) => self.consumers[*i].stage = Stage::Joined(Vec::new()),
            Purpose::Commit { .. } | Purpose::Other => return,
        }
        if let Purpose::Beat(i) | Purpose::Join(i) | Purpose::Sync(i) = purpose {
            let consumer = &mut self.consumers[*i];
            // A client that does not know whether it was heard says everything once more.
            consumer.has_said = false;
            if matches!(purpose, Purpose::Sync(_)) {
                consumer.stage = Stage::Out;
            }
        }
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
                Effect::Append { token, records, .. } => {
                    assert!(!records.is_empty());
                    self.appends.push_back((token, records));
                }
                Effect::Reply(ticket, reply) => {
                    let Some(purpose) = self.waiting.remove(&ticket) else { continue };
                    match !self.is_calm && self.rng.percent(4) {
                        true => self.unanswered(&purpose),
                        false => self.answered(purpose, reply),
                    }
                }
                Effect::Do(deed) => match deed {},
            }
        }
    }

    /// Does the oldest append, or fails it.
    fn append(&mut self) {
        let Some((token, records)) = self.appends.pop_front() else { return };
        let result = match !self.is_calm && self.rng.percent(8) {
            true => Err(ErrorCode::KAFKA_STORAGE_ERROR),
            false => {
                self.log.extend(records);
                Ok(())
            }
        };
        let mut out = Vec::new();
        self.groups.appended(self.now, token, result, &mut out);
        self.run(out);
        self.count_migrations();
    }

    fn count_migrations(&mut self) {
        for group in GROUPS {
            let Some(kind) = check::is_consumer_group(&self.groups, group) else { continue };
            if self.kinds.insert(group, kind).is_some_and(|before| before != kind) {
                self.migrations += 1;
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
            (Purpose::Beat(i), Reply::ConsumerGroupHeartbeat(answer)) => {
                self.consumers[i].beating = None;
                match answer.error_code {
                    0 => {
                        self.consumers[i].told(&answer);
                        self.consumers[i].heard_at = self.now;
                    }
                    error => self.failed(i, ErrorCode(error)),
                }
            }
            (Purpose::Beat(i), Reply::Heartbeat(answer)) => {
                self.consumers[i].beating = None;
                match answer.error_code {
                    0 => self.consumers[i].heard_at = self.now,
                    error => self.failed(i, ErrorCode(error)),
                }
            }
            (Purpose::Join(i), Reply::JoinGroup(answer)) => {
                let consumer = &mut self.consumers[i];
                consumer.stage = Stage::Out;
                match ErrorCode(answer.error_code) {
                    ErrorCode::NONE => {
                        consumer.id = answer.member_id;
                        consumer.epoch = answer.generation_id;
                        let flock = answer.members.iter();
                        let flock = flock.map(|member| {
                            (member.member_id.clone(), actor::topics_of(&member.metadata))
                        });
                        let skips = answer.skip_assignment;
                        consumer.stage =
                            Stage::Joined(if skips { Vec::new() } else { flock.collect() });
                        consumer.heard_at = self.now;
                        self.joins += 1;
                    }
                    ErrorCode::MEMBER_ID_REQUIRED => consumer.id = answer.member_id,
                    error => self.failed(i, error),
                }
            }
            (Purpose::Sync(i), Reply::SyncGroup(answer)) => {
                let consumer = &mut self.consumers[i];
                match answer.error_code {
                    0 => consumer.assigned(answer.assignment, &self.cluster),
                    error => self.failed(i, ErrorCode(error)),
                }
            }
            (Purpose::Commit { group, partition, number }, Reply::OffsetCommit(answer)) => {
                let error = answer.topics[0].partitions[0].error_code;
                if error == 0 {
                    let confirmed = self.confirmed.entry((group, partition.0, partition.1));
                    let confirmed = confirmed.or_default();
                    *confirmed = number.max(*confirmed);
                }
            }
            (Purpose::Other, _) => {}
            (purpose, reply) => panic!("{purpose:?} is answered with {reply:?}"),
        }
    }

    /// What clients do with an error.
    fn failed(&mut self, i: usize, error: ErrorCode) {
        let consumer = &mut self.consumers[i];
        let now = self.now;
        match error {
            ErrorCode::FENCED_MEMBER_EPOCH
            | ErrorCode::UNKNOWN_MEMBER_ID
            | ErrorCode::FENCED_INSTANCE_ID
            | ErrorCode::ILLEGAL_GENERATION
            | ErrorCode::GROUP_ID_NOT_FOUND
            | ErrorCode::INCONSISTENT_GROUP_PROTOCOL => consumer.reset(now),
            ErrorCode::REBALANCE_IN_PROGRESS => {
                assert!(!consumer.is_modern, "{consumer:?}");
                consumer.stage = Stage::Out;
            }
            ErrorCode::UNRELEASED_INSTANCE_ID => {
                consumer.reset(now);
                consumer.wakes_at = now + 3_000;
            }
            ErrorCode::NOT_COORDINATOR | ErrorCode::COORDINATOR_NOT_AVAILABLE => {
                consumer.has_said = false;
                if !consumer.is_modern && !matches!(consumer.stage, Stage::In) {
                    consumer.stage = Stage::Out;
                }
            }
            // A classic group that has never chosen a protocol cannot become a consumer group.
            ErrorCode::UNKNOWN_SERVER_ERROR if consumer.stage == Stage::Out => {}
            error => panic!("{consumer:?} is told {error}"),
        }
    }

    fn chaos(&mut self) {
        let i = self.rng.below(self.consumers.len() as u64) as usize;
        match self.rng.below(200) {
            0..90 => self.act(i),
            90..130 => {
                let millis = 1 + self.rng.below(1_200) as Millis;
                self.sleep(millis);
            }
            130..172 => self.append(),
            172..185 => self.commit(i),
            185..187 => self.leave(i),
            187..189 => self.change_over(i),
            189 if self.rng.percent(50) => {
                // It crashes; another comes in its place, or the same instance.
                let mut next = self.newcomer();
                next.instance = self.consumers[i].instance.take().or(next.instance);
                self.forget(i);
                self.consumers[i].beating = None;
                self.consumers[i] = next;
            }
            190..193 => {
                let topics = Self::taste(&mut self.rng);
                self.consumers[i].topics = topics;
                self.consumers[i].has_said = false;
                if !self.consumers[i].is_modern && self.consumers[i].stage == Stage::In {
                    self.consumers[i].stage = Stage::Out;
                }
            }
            193 => {
                let name = TOPICS[self.rng.below(4) as usize];
                self.change_topic(name, false);
            }
            194 if self.rng.percent(25) => self.restart(),
            _ => self.append(),
        }
        self.steps += 1;
        self.check();
    }

    /// Lets everything run well for a time.
    fn settle(&mut self, millis: Millis) {
        self.is_calm = true;
        let end = self.now + millis;
        while self.now < end {
            for i in 0..self.consumers.len() {
                self.act(i);
                while !self.appends.is_empty() {
                    self.append();
                }
            }
            self.steps += 1;
            self.check();
            self.sleep(500);
        }
        while !self.appends.is_empty() {
            self.append();
        }
    }
}

/// Plays one history. Returns joins, restarts and migrations.
fn play(seed: u64) -> [u64; 3] {
    let mut world = World::new(seed);
    for _ in 0..STEPS {
        world.chaos();
    }
    world.settle(120_000);
    world.check_settled();
    world.restart();
    world.settle(30_000);
    world.check_settled();
    [world.joins, world.restarts, world.migrations]
}

#[test]
fn mixed_groups_survive_everything() {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let one = number("RK_SEED");
    let count = number("RK_SEEDS").unwrap_or(SEEDS);
    let seeds = one.map_or(0..count, |seed| seed..seed + 1);
    let mut sums = [0; 3];
    for seed in seeds {
        let played = std::panic::catch_unwind(|| play(seed));
        let Ok(played) = played else { panic!("seed {seed} fails: RK_SEED={seed} plays it") };
        for (sum, one) in sums.iter_mut().zip(played) {
            *sum += one;
        }
    }
    if one.is_none() {
        let [joins, restarts, migrations] = sums;
        assert!(joins > 20 * count && restarts > 2 * count, "{sums:?}");
        assert!(migrations > count, "{sums:?}");
    }
}
