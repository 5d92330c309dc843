//! Hours of transactions under a simulated clock: producers of both protocols that produce,
//! commit, abort, lose answers, time out and are fenced; a coordinator that dies at any append
//! and any marker. One seed, one history: `RK_SEED=n` plays a single one again.

use std::collections::{BTreeMap, BTreeSet};

use rk::broker::coord::txn::{Init, Producer, Reply, Whose};
use rk::broker::log::{AppendError, Verification};
use rk::wire::ErrorCode;

use super::world::{TOPIC, World, batch};

const SEEDS: u64 = 60;
const STEPS: usize = 2_000;
const IDS: [&str; 3] = ["a", "b", "c"];
const TIMEOUT_MS: i32 = 20_000;

/// How a transaction ended, as far as its producer knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Unknown,
    Committed,
    Aborted,
}

/// What one transaction wrote for sure, by partition.
#[derive(Debug)]
struct Written {
    values: Vec<(usize, String)>,
    end: End,
}

/// A batch on its way to its partition.
#[derive(Debug)]
struct Sending {
    index: usize,
    value: String,
    question: Option<Verification>,
    vouched: bool,
}

#[derive(Debug)]
struct Actor {
    id: &'static str,
    version: i16,
    producer: Option<Producer>,
    sequences: BTreeMap<usize, i32>,
    /// By the older protocol: the partitions that it has added itself.
    added: BTreeSet<usize>,
    /// The transaction that is open, by its number.
    open: Option<usize>,
    sending: Option<Sending>,
    /// The end that was asked for and has not been answered.
    ending: Option<bool>,
}

#[derive(Default)]
struct Tally {
    written: Vec<Written>,
    /// Who had an id last, as its producer was told.
    owner: BTreeMap<&'static str, (usize, Producer)>,
    commits: u64,
    aborts: u64,
    fenced: u64,
    values: u64,
}

impl Actor {
    fn whose(&self) -> Whose<'static> {
        let producer = self.producer.unwrap_or(Producer { id: -1, epoch: -1 });
        Whose { transactional_id: self.id, producer }
    }

    /// It is somebody else's turn: the transaction is lost, and its end not known.
    fn fall(&mut self, tally: &mut Tally) {
        tally.fenced += 1;
        self.producer = None;
        self.sending = None;
        self.ending = None;
        self.open = None;
        self.sequences.clear();
        self.added.clear();
    }

    fn step(&mut self, me: usize, world: &mut World, tally: &mut Tally) {
        match (&self.producer, &self.sending, self.ending) {
            (None, ..) => self.init(me, world, tally),
            (Some(_), Some(_), _) => self.send(world, tally),
            (Some(_), None, Some(commit)) => self.end(me, commit, world, tally),
            (Some(producer), None, None) => {
                let producer = *producer;
                if world.rng.one_in(40) {
                    // It starts anew, and forgets who it was.
                    return self.fall(tally);
                }
                if self.open.is_some() && world.rng.one_in(4) {
                    self.ending = Some(world.rng.below(3) > 0);
                    return;
                }
                if self.open.is_none() {
                    self.open = Some(tally.written.len());
                    tally.written.push(Written { values: Vec::new(), end: End::Unknown });
                }
                tally.values += 1;
                let value = format!("{}-{}-{}", producer.id, producer.epoch, tally.values);
                let index = world.rng.below(world.logs.len());
                self.sending = Some(Sending { index, value, question: None, vouched: false });
            }
        }
    }

    fn init(&mut self, me: usize, world: &mut World, tally: &mut Tally) {
        let ask = Init { transactional_id: self.id, timeout_ms: TIMEOUT_MS, expected: None };
        let answer = world.ask(|brain, now, ticket, out| brain.init(now, ticket, ask, out));
        match answer {
            Some(Reply::Init(Ok(producer))) => {
                if let Some((_, last)) = tally.owner.get(self.id) {
                    let is_later = producer.id != last.id || producer.epoch > last.epoch;
                    assert!(is_later, "{last:?}, and then {producer:?}");
                }
                tally.owner.insert(self.id, (me, producer));
                self.producer = Some(producer);
            }
            None | Some(Reply::Init(Err(ErrorCode::CONCURRENT_TRANSACTIONS))) => {}
            Some(Reply::Init(Err(ErrorCode::NOT_COORDINATOR))) => {}
            other => panic!("{other:?}"),
        }
    }

    /// One step of a batch: to the log, to the coordinator, to the log again.
    fn send(&mut self, world: &mut World, tally: &mut Tally) {
        let whose = self.whose();
        let Some(sending) = &mut self.sending else { return };
        let index = sending.index;
        if self.version == 0 && !self.added.contains(&index) {
            match world.add(whose, index, 0) {
                Some(Ok(())) => drop(self.added.insert(index)),
                Some(Err(ErrorCode::PRODUCER_FENCED | ErrorCode::INVALID_PRODUCER_ID_MAPPING)) => {
                    self.fall(tally);
                }
                None | Some(Err(_)) => {}
            }
            return;
        }
        let sequence = self.sequences.get(&index).copied().unwrap_or(0);
        let bytes = batch(whose.producer, sequence, &sending.value);
        if let Some(question) = sending.question.take_if(|_| !sending.vouched) {
            let added = match self.version {
                0 => Some(world.brain.verify(whose, TOPIC, index as i32)),
                version => world.add(whose, index, version),
            };
            match added {
                Some(Ok(())) => {
                    sending.vouched = true;
                    sending.question = Some(question);
                }
                Some(Err(ErrorCode::CONCURRENT_TRANSACTIONS | ErrorCode::NOT_COORDINATOR))
                | None => {}
                // Another producer has come, or the transaction has timed out.
                Some(Err(_)) => self.fall(tally),
            }
            return;
        }
        if let Some(question) = sending.question.take() {
            world.logs[index].vouch(question);
        }
        sending.vouched = false;
        match world.append(index, bytes.clone()) {
            Ok(()) => {
                let lost = !world.calm && world.rng.one_in(12);
                if lost {
                    // It comes again with the same sequence.
                    return;
                }
                let value = std::mem::take(&mut sending.value);
                self.sending = None;
                self.sequences.insert(index, sequence + 1);
                if let Some(open) = self.open {
                    tally.written[open].values.push((index, value));
                }
            }
            Err(AppendError::Unverified { .. }) => {
                sending.question = world.question(index, &bytes, self.version);
            }
            Err(AppendError::ProducerEpoch { .. }) => self.fall(tally),
            Err(AppendError::OutOfOrderSequence { .. }) => self.fall(tally),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn end(&mut self, me: usize, commit: bool, world: &mut World, tally: &mut Tally) {
        let (whose, version) = (self.whose(), self.version);
        let answer = world.ask(|brain, now, ticket, out| {
            brain.end_transaction(now, ticket, whose, commit, version, out);
        });
        let ended = match answer {
            None => return,
            Some(Reply::Ended(ended)) => ended,
            other => panic!("{other:?}"),
        };
        match ended {
            Ok(now) => {
                if let Some(open) = self.open.take() {
                    let written = &mut tally.written[open];
                    // Who is not the owner any more may be told of an end that came before.
                    written.end = if commit { End::Committed } else { End::Aborted };
                }
                tally.commits += u64::from(commit);
                tally.aborts += u64::from(!commit);
                self.ending = None;
                self.added.clear();
                if let Some(now) = now {
                    let is_owner = tally.owner.get(self.id).is_some_and(|owner| owner.0 == me);
                    assert!(is_owner, "{:?} was told of {now:?}", whose.producer);
                    tally.owner.insert(self.id, (me, now));
                    self.producer = Some(now);
                    // A new epoch begins at 0 again.
                    self.sequences.clear();
                }
            }
            Err(ErrorCode::CONCURRENT_TRANSACTIONS | ErrorCode::NOT_COORDINATOR) => {}
            // The transaction has timed out, or was empty, or another producer has come.
            Err(
                ErrorCode::PRODUCER_FENCED
                | ErrorCode::INVALID_PRODUCER_ID_MAPPING
                | ErrorCode::INVALID_TXN_STATE,
            ) => self.fall(tally),
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// Lets everything come to rest, and looks at what readers see.
fn settle(world: &mut World, tally: &Tally) {
    world.calm = true;
    for _ in 0..8 {
        world.pass(11_000);
    }
    for id in IDS {
        let state = world.brain.describe(id).transaction_state;
        let rests = ["", "Empty", "CompleteCommit", "CompleteAbort"];
        assert!(rests.contains(&state.as_str()), "{id} is {state}");
    }
    let seen: Vec<Vec<String>> =
        (0..world.logs.len()).map(|index| world.committed(index)).collect();
    for (index, log) in world.logs.iter().enumerate() {
        let marks = log.marks();
        assert_eq!(marks.last_stable, marks.end, "partition {index} has an open transaction");
    }
    let mut counts: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for (index, values) in seen.iter().enumerate() {
        for value in values {
            *counts.entry((index, value)).or_default() += 1;
        }
    }
    for written in &tally.written {
        let found = written
            .values
            .iter()
            .map(|(index, value)| counts.get(&(*index, value.as_str())).copied().unwrap_or(0));
        let found: Vec<usize> = found.collect();
        let expected = match written.end {
            End::Committed => Some(1),
            End::Aborted => Some(0),
            End::Unknown => found.first().copied(),
        };
        assert!(
            found.iter().all(|count| Some(*count) == expected && *count <= 1),
            "{written:?}: {found:?}"
        );
    }
}

fn play(seed: u64) -> (Tally, u64, u64) {
    let mut world = World::new(seed);
    let mut tally = Tally::default();
    let count = 3 + world.rng.below(4);
    let mut actors: Vec<Actor> = (0..count)
        .map(|_| Actor {
            id: IDS[world.rng.below(IDS.len())],
            version: if world.rng.one_in(3) { 0 } else { 2 },
            producer: None,
            sequences: BTreeMap::new(),
            added: BTreeSet::new(),
            open: None,
            sending: None,
            ending: None,
        })
        .collect();
    for _ in 0..STEPS {
        let me = world.rng.below(count);
        let mut actor = actors.swap_remove(me);
        // Two that share an id would fence each other all the time.
        let rests = actor.producer.is_none() && tally.owner.contains_key(actor.id);
        if !rests || world.rng.one_in(25) {
            actor.step(me, &mut world, &mut tally);
        }
        actors.push(actor);
        let last = actors.len() - 1;
        actors.swap(me, last);
        if world.rng.one_in(20) {
            let ms = world.rng.below(6_000) as i64;
            world.pass(ms);
        }
    }
    settle(&mut world, &tally);
    (tally, world.restarts, world.appends)
}

#[test]
fn a_transaction_is_all_or_nothing_whatever_happens() {
    if let Ok(seed) = std::env::var("RK_SEED") {
        play(seed.parse().expect("RK_SEED is a number"));
        return;
    }
    let mut sums = [0; 5];
    for seed in 0..SEEDS {
        let played = std::panic::catch_unwind(|| play(seed));
        let (tally, restarts, appends) = played.unwrap_or_else(|panic| {
            crate::kit::say(&format!("RK_SEED={seed} plays it again"));
            std::panic::resume_unwind(panic)
        });
        for (sum, more) in
            sums.iter_mut().zip([tally.commits, tally.aborts, tally.fenced, restarts, appends])
        {
            *sum += more;
        }
    }
    let [commits, aborts, fenced, restarts, appends] = sums;
    crate::kit::say(&format!(
        "{} steps: {commits} commits, {aborts} aborts, {fenced} producers fenced, \
         {restarts} restarts, {appends} appends",
        SEEDS as usize * STEPS
    ));
    assert!(commits > 500 && aborts > 200 && fenced > 200 && restarts > 500);
}
