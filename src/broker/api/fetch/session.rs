//! Fetch sessions (KIP-227): a client names its partitions once, and then only what changes.
//!
//! Source: `kafka.server.FetchSession` and `FetchManager`. A request's (session id, epoch) says
//! what it is: (0, -1) stands alone; epoch 0 opens a session; (id, -1) closes one; anything else
//! goes on with the session `id`.

use std::collections::HashMap;

use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::wire::ErrorCode;
use crate::wire::messages::fetch::{FetchPartition, FetchRequest, PartitionData};

/// The first version that has sessions, and an error for the whole.
pub(super) const SINCE: i16 = 7;

/// A session idle for this long gives way to a new one when all places are taken.
const IDLE_MS_MAX: Millis = 120_000;

/// The partition a fetch is about. Where the request has ids the name is empty, and where it has
/// names the id is zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) topic: String,
    pub(super) topic_id: Uuid,
    pub(super) partition: i32,
}

/// One partition that is to be read.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) place: Place,
    pub(super) ask: FetchPartition,
}

/// What the last answer said of a partition: an incremental answer repeats nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Told {
    high_watermark: i64,
    log_start_offset: i64,
}

#[derive(Clone, Debug)]
struct Entry {
    wanted: Wanted,
    told: Option<Told>,
}

#[derive(Debug)]
struct Session {
    epoch: i32,
    used: Millis,
    /// By topic id or by topic name, for the whole life of the session.
    by_id: bool,
    /// In the order in which they are read: what gave data goes to the end.
    entries: Vec<Entry>,
}

/// What a request turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// All partitions are answered. The id is that of the new session, or 0.
    Full { session_id: i32 },
    /// Only partitions with something to say are answered.
    Incremental { session_id: i32 },
}

/// All sessions of a broker.
#[derive(Debug)]
pub(crate) struct Sessions {
    sessions: HashMap<i32, Session>,
    last_id: i32,
    /// How many are kept: `max.incremental.fetch.session.cache.slots`.
    slots: usize,
}

impl Sessions {
    pub(crate) fn new(slots: usize) -> Self {
        Sessions { sessions: HashMap::new(), last_id: 0, slots }
    }

    /// Closes all sessions: their clients open new ones.
    pub(crate) fn clear(&mut self) {
        self.sessions.clear();
    }

    /// Opens, goes on with or closes a session: what is to be read, in order.
    pub(super) fn begin(
        &mut self,
        now: Millis,
        version: i16,
        request: &FetchRequest,
    ) -> Result<(Mode, Vec<Wanted>), ErrorCode> {
        let (id, epoch) = (request.session_id, request.session_epoch);
        let by_id = version >= 13;
        match epoch {
            -1 => {
                self.sessions.remove(&id);
                Ok((Mode::Full { session_id: 0 }, wanted(request)))
            }
            0 => {
                self.sessions.remove(&id);
                let wanted = wanted(request);
                let session_id = self.open(now, by_id, &wanted);
                Ok((Mode::Full { session_id }, wanted))
            }
            _ => self.go_on(now, by_id, request),
        }
    }

    fn open(&mut self, now: Millis, by_id: bool, wanted: &[Wanted]) -> i32 {
        if wanted.is_empty() || !self.make_room(now) {
            return 0;
        }
        loop {
            self.last_id = self.last_id.checked_add(1).unwrap_or(1);
            if !self.sessions.contains_key(&self.last_id) {
                break;
            }
        }
        let entries = wanted.iter().map(|wanted| Entry { wanted: wanted.clone(), told: None });
        let session = Session { epoch: 1, used: now, by_id, entries: entries.collect() };
        self.sessions.insert(self.last_id, session);
        self.last_id
    }

    fn make_room(&mut self, now: Millis) -> bool {
        if self.sessions.len() < self.slots {
            return true;
        }
        let oldest = self.sessions.iter().min_by_key(|(_, session)| session.used);
        match oldest.map(|(id, session)| (*id, session.used)) {
            Some((id, used)) if now - used >= IDLE_MS_MAX => self.sessions.remove(&id).is_some(),
            _ => false,
        }
    }

    fn go_on(
        &mut self,
        now: Millis,
        by_id: bool,
        request: &FetchRequest,
    ) -> Result<(Mode, Vec<Wanted>), ErrorCode> {
        let id = request.session_id;
        let session = self.sessions.get_mut(&id).ok_or(ErrorCode::FETCH_SESSION_ID_NOT_FOUND)?;
        if session.epoch != request.session_epoch {
            return Err(ErrorCode::INVALID_FETCH_SESSION_EPOCH);
        }
        if session.by_id != by_id {
            return Err(ErrorCode::FETCH_SESSION_TOPIC_ID_ERROR);
        }
        session.update(request);
        if session.entries.is_empty() {
            self.sessions.remove(&id);
            return Ok((Mode::Full { session_id: 0 }, Vec::new()));
        }
        session.epoch = session.epoch.checked_add(1).unwrap_or(1);
        session.used = now;
        let wanted = session.entries.iter().map(|entry| entry.wanted.clone()).collect();
        Ok((Mode::Incremental { session_id: id }, wanted))
    }

    /// Ends a request: keeps of the answers what an incremental one must hold, and remembers
    /// what was said.
    pub(super) fn end(
        &mut self,
        mode: Mode,
        answers: Vec<(Place, PartitionData)>,
    ) -> Vec<(Place, PartitionData)> {
        let (id, incremental) = match mode {
            Mode::Full { session_id } => (session_id, false),
            Mode::Incremental { session_id } => (session_id, true),
        };
        // The session may have been closed meanwhile, by another connection.
        let Some(session) = self.sessions.get_mut(&id) else {
            return answers;
        };
        let mut gave_data = vec![false; session.entries.len()];
        let mut kept = Vec::with_capacity(answers.len());
        let mut next = 0;
        for (place, data) in answers {
            // Answers come in the order of the entries, unless the session changed meanwhile.
            let is_at =
                |at: usize| session.entries.get(at).is_some_and(|e| e.wanted.place == place);
            let at = if is_at(next) {
                Some(next)
            } else {
                (0..session.entries.len()).find(|at| is_at(*at))
            };
            let Some(at) = at else { continue };
            next = at + 1;
            let told = Told {
                high_watermark: data.high_watermark,
                log_start_offset: data.log_start_offset,
            };
            gave_data[at] = data.records.as_ref().is_some_and(|records| !records.0.is_empty());
            let worth_saying = gave_data[at]
                || data.error_code != 0
                || data.diverging_epoch.epoch >= 0
                || session.entries[at].told != Some(told);
            // An error is said again and again until it is gone.
            session.entries[at].told = (data.error_code == 0).then_some(told);
            if worth_saying || !incremental {
                kept.push((place, data));
            }
        }
        session.served(&gave_data);
        kept
    }
}

impl Session {
    /// Moves what gave data behind what did not, so that a busy partition starves nobody.
    fn served(&mut self, gave_data: &[bool]) {
        let (mut waiting, mut served) = (Vec::with_capacity(self.entries.len()), Vec::new());
        for (entry, gave) in self.entries.drain(..).zip(gave_data) {
            if *gave { served.push(entry) } else { waiting.push(entry) }
        }
        waiting.append(&mut served);
        self.entries = waiting;
    }

    fn update(&mut self, request: &FetchRequest) {
        for topic in &request.forgotten_topics_data {
            self.entries.retain(|entry| {
                let place = &entry.wanted.place;
                !(place.topic == topic.topic
                    && place.topic_id == topic.topic_id
                    && topic.partitions.contains(&place.partition))
            });
        }
        for wanted in wanted(request) {
            let known = self.entries.iter_mut().find(|entry| entry.wanted.place == wanted.place);
            match known {
                Some(entry) => entry.wanted.ask = wanted.ask,
                None => self.entries.push(Entry { wanted, told: None }),
            }
        }
    }
}

fn wanted(request: &FetchRequest) -> Vec<Wanted> {
    let topics = request.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|ask| Wanted {
            place: Place {
                topic: topic.topic.clone(),
                topic_id: topic.topic_id,
                partition: ask.partition,
            },
            ask: ask.clone(),
        })
    });
    // Who names a partition twice is taken at the last word.
    let mut out: Vec<Wanted> = Vec::new();
    let mut seen: HashMap<Place, usize> = HashMap::new();
    for wanted in topics {
        match seen.get(&wanted.place) {
            Some(at) => out[*at] = wanted,
            None => {
                seen.insert(wanted.place.clone(), out.len());
                out.push(wanted);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::wire::messages::fetch::{FetchTopic, ForgottenTopic};
    use crate::wire::schema::Records;

    fn request(id: i32, epoch: i32, partitions: &[i32]) -> FetchRequest {
        let ask = |partition| FetchPartition { partition, ..Default::default() };
        let topic = FetchTopic {
            topic: "t".into(),
            partitions: partitions.iter().copied().map(ask).collect(),
            ..Default::default()
        };
        let topics = if partitions.is_empty() { Vec::new() } else { vec![topic] };
        FetchRequest { session_id: id, session_epoch: epoch, topics, ..Default::default() }
    }

    fn answer(
        wanted: &Wanted,
        high_watermark: i64,
        records: &'static [u8],
    ) -> (Place, PartitionData) {
        let data = PartitionData {
            partition_index: wanted.place.partition,
            high_watermark,
            log_start_offset: 0,
            records: Some(Records(Bytes::from_static(records))),
            ..Default::default()
        };
        (wanted.place.clone(), data)
    }

    fn partitions(answers: &[(Place, PartitionData)]) -> Vec<i32> {
        answers.iter().map(|(place, _)| place.partition).collect()
    }

    #[test]
    fn a_request_without_a_session_opens_none() {
        let mut sessions = Sessions::new(10);
        let (mode, wanted) = sessions.begin(0, 12, &request(0, -1, &[0, 1])).unwrap();
        assert_eq!((mode, wanted.len()), (Mode::Full { session_id: 0 }, 2));
        assert!(sessions.sessions.is_empty());
    }

    #[test]
    fn an_incremental_answer_holds_only_news_and_gives_everyone_a_turn() {
        let mut sessions = Sessions::new(10);
        let (mode, wanted) = sessions.begin(0, 12, &request(0, 0, &[0, 1, 2])).unwrap();
        assert_eq!(mode, Mode::Full { session_id: 1 });
        let full = wanted.iter().map(|w| answer(w, 5, b"")).collect();
        assert_eq!(partitions(&sessions.end(mode, full)), [0, 1, 2]);

        let (mode, wanted) = sessions.begin(0, 12, &request(1, 1, &[])).unwrap();
        assert_eq!(mode, Mode::Incremental { session_id: 1 });
        let answers = vec![
            answer(&wanted[0], 6, b"x"),
            answer(&wanted[1], 5, b""),
            answer(&wanted[2], 7, b""),
        ];
        assert_eq!(partitions(&sessions.end(mode, answers)), [0, 2]);

        let (_, wanted) = sessions.begin(0, 12, &request(1, 2, &[])).unwrap();
        let order: Vec<i32> = wanted.iter().map(|w| w.place.partition).collect();
        assert_eq!(order, [1, 2, 0]);
    }

    #[test]
    fn errors_are_repeated() {
        let mut sessions = Sessions::new(10);
        let (mode, wanted) = sessions.begin(0, 12, &request(0, 0, &[0])).unwrap();
        let failed = |w: &Wanted| {
            let (place, mut data) = answer(w, -1, b"");
            data.error_code = 3;
            vec![(place, data)]
        };
        assert_eq!(sessions.end(mode, failed(&wanted[0])).len(), 1);
        let (mode, wanted) = sessions.begin(0, 12, &request(1, 1, &[])).unwrap();
        assert_eq!(sessions.end(mode, failed(&wanted[0])).len(), 1);
    }

    #[test]
    fn wrong_ids_and_epochs_are_refused() {
        let mut sessions = Sessions::new(10);
        let missing = sessions.begin(0, 12, &request(9, 1, &[])).unwrap_err();
        assert_eq!(missing, ErrorCode::FETCH_SESSION_ID_NOT_FOUND);
        sessions.begin(0, 12, &request(0, 0, &[0])).unwrap();
        let stale = sessions.begin(0, 12, &request(1, 7, &[])).unwrap_err();
        assert_eq!(stale, ErrorCode::INVALID_FETCH_SESSION_EPOCH);
        let other = sessions.begin(0, 13, &request(1, 1, &[])).unwrap_err();
        assert_eq!(other, ErrorCode::FETCH_SESSION_TOPIC_ID_ERROR);
        sessions.begin(0, 12, &request(1, -1, &[0])).unwrap();
        let closed = sessions.begin(0, 12, &request(1, 1, &[])).unwrap_err();
        assert_eq!(closed, ErrorCode::FETCH_SESSION_ID_NOT_FOUND);
    }

    #[test]
    fn a_session_that_forgets_everything_ends() {
        let mut sessions = Sessions::new(10);
        sessions.begin(0, 12, &request(0, 0, &[0])).unwrap();
        let forget =
            ForgottenTopic { topic: "t".into(), partitions: vec![0], ..Default::default() };
        let ask = FetchRequest { forgotten_topics_data: vec![forget], ..request(1, 1, &[]) };
        let (mode, wanted) = sessions.begin(0, 12, &ask).unwrap();
        assert_eq!((mode, wanted.len()), (Mode::Full { session_id: 0 }, 0));
        assert!(sessions.sessions.is_empty());
    }

    #[test]
    fn a_full_cache_turns_newcomers_away_until_someone_is_idle() {
        let mut sessions = Sessions::new(10);
        for _ in 0..10 {
            sessions.begin(0, 12, &request(0, 0, &[0])).unwrap();
        }
        let (mode, _) = sessions.begin(1, 12, &request(0, 0, &[0])).unwrap();
        assert_eq!(mode, Mode::Full { session_id: 0 });
        let (mode, _) = sessions.begin(IDLE_MS_MAX, 12, &request(0, 0, &[0])).unwrap();
        assert_ne!(mode, Mode::Full { session_id: 0 });
    }
}
