//! A coordinator whose log always works and whose partitions always take their markers.

use rk::broker::coord::brain::{Brain, Entry};
use rk::broker::coord::effects::{Effect, Record, Ticket};
use rk::broker::coord::txn::{
    Config, Init, Marked, Markers, Places, Producer, Reply, Transactions, Whose,
};
use rk::wire::ErrorCode;

pub(super) type Effects = Vec<Effect<Reply, Markers>>;

pub(super) const START: i64 = 1_700_000_000_000;

/// Makes a coordinator whose producer ids begin at `first`.
pub(super) fn brain(config: Config, first: i64) -> Transactions {
    let mut next = first;
    Transactions::new(
        config,
        Box::new(move || {
            next += 1;
            Ok(next - 1)
        }),
    )
}

/// Takes in what was written, and goes on from there.
pub(super) fn reborn(
    config: Config,
    first: i64,
    log: &[Record],
    now: i64,
) -> (Transactions, Effects) {
    let mut brain = brain(config, first);
    for (offset, record) in (0..).zip(log) {
        let (key, value) = (record.key.as_ref(), record.value.as_deref());
        let entry = Entry { partition: 0, offset, within: None, key, value };
        brain.replay(&entry).unwrap();
    }
    let mut out = Vec::new();
    brain.loaded(now, &mut out);
    (brain, out)
}

pub(super) struct Desk {
    pub(super) brain: Transactions,
    pub(super) config: Config,
    pub(super) now: i64,
    pub(super) log: Vec<Record>,
    /// Every marker that was asked for.
    pub(super) markers: Vec<Markers>,
    /// What every append comes to.
    pub(super) append: Result<(), ErrorCode>,
    /// Whether the partitions take no markers.
    pub(super) deaf: bool,
    ids: i64,
    tickets: u64,
}

impl Desk {
    pub(super) fn new(config: Config) -> Self {
        let mut desk = Desk {
            brain: brain(config.clone(), 100),
            config,
            now: START,
            log: Vec::new(),
            markers: Vec::new(),
            append: Ok(()),
            deaf: false,
            ids: 100,
            tickets: 0,
        };
        let mut out = Vec::new();
        desk.brain.loaded(START, &mut out);
        assert!(out.is_empty());
        desk
    }

    /// The coordinator dies, and another goes on with its log.
    pub(super) fn restart(&mut self) {
        self.ids += 1000;
        let (brain, out) = reborn(self.config.clone(), self.ids, &self.log, self.now);
        self.brain = brain;
        self.perform(out, None);
    }

    pub(super) fn pass(&mut self, ms: i64) {
        self.now += ms;
        let mut out = Vec::new();
        self.brain.tick(self.now, &mut out);
        self.perform(out, None);
    }

    fn ask(
        &mut self,
        question: impl FnOnce(&mut Transactions, i64, Ticket, &mut Effects),
    ) -> Reply {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let mut out = Vec::new();
        question(&mut self.brain, self.now, ticket, &mut out);
        self.perform(out, Some(ticket)).expect("an answer")
    }

    fn perform(&mut self, mut todo: Effects, asked: Option<Ticket>) -> Option<Reply> {
        let mut answer = None;
        while !todo.is_empty() {
            let mut next = Vec::new();
            match todo.remove(0) {
                Effect::Append { token, records, within, .. } => {
                    assert_eq!(within, None);
                    if self.append.is_ok() {
                        self.log.extend(records);
                    }
                    self.brain.appended(self.now, token, self.append, &mut next);
                }
                Effect::Reply(ticket, reply) => {
                    assert_eq!((asked, answer), (Some(ticket), None), "{reply:?}");
                    answer = Some(reply);
                }
                Effect::Do(markers) => {
                    let failed = match self.deaf {
                        true => markers.partitions.clone(),
                        false => Places::default(),
                    };
                    let (transactional_id, producer) =
                        (markers.transactional_id.clone(), markers.producer);
                    self.markers.push(markers);
                    let done = Marked { transactional_id, producer, failed };
                    self.brain.done(self.now, done, &mut next);
                }
            }
            next.append(&mut todo);
            todo = next;
        }
        answer
    }

    pub(super) fn init(
        &mut self,
        id: &str,
        timeout_ms: i32,
        expected: Option<Producer>,
    ) -> Result<Producer, ErrorCode> {
        let ask = Init { transactional_id: id, timeout_ms, expected };
        match self.ask(|brain, now, ticket, out| brain.init(now, ticket, ask, out)) {
            Reply::Init(result) => result,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn add(
        &mut self,
        id: &str,
        producer: Producer,
        place: (&str, i32),
        version: i16,
    ) -> Result<(), ErrorCode> {
        let whose = Whose { transactional_id: id, producer };
        let places: Places = [place].into_iter().collect();
        match self.ask(|brain, now, ticket, out| {
            brain.add_partitions(now, ticket, whose, &places, version, out);
        }) {
            Reply::Added(result) => result,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn end(
        &mut self,
        id: &str,
        producer: Producer,
        commit: bool,
        version: i16,
    ) -> Result<Option<Producer>, ErrorCode> {
        let whose = Whose { transactional_id: id, producer };
        match self.ask(|brain, now, ticket, out| {
            brain.end_transaction(now, ticket, whose, commit, version, out);
        }) {
            Reply::Ended(result) => result,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn state(&self, id: &str) -> String {
        self.brain.describe(id).transaction_state
    }

    pub(super) fn error(&self, id: &str) -> ErrorCode {
        ErrorCode(self.brain.describe(id).error_code)
    }
}
