//! Share sessions: which partitions a member fetches, and in which order its requests come.
//!
//! Source: `org.apache.kafka.server.share.session.{ShareSession, ShareSessionCache}` and
//! `SharePartitionManager.newContext`. A member has one session: epoch 0 opens it, -1 closes it,
//! and every request between has the next epoch. It ends with the connection that opened it.

use std::collections::{HashMap, HashSet};

use crate::base::ids::Uuid;
use crate::wire::ErrorCode;

/// The epoch that opens a session.
pub const OPENING_EPOCH: i32 = 0;
/// The epoch that closes a session.
pub const FINAL_EPOCH: i32 = -1;

/// Returns the epoch after one: those that are spoken for are passed over.
pub fn next_epoch(epoch: i32) -> i32 {
    match epoch {
        FINAL_EPOCH => FINAL_EPOCH,
        i32::MAX => 1,
        epoch => epoch.wrapping_add(1),
    }
}

/// A partition by its topic's id.
pub type Place = (Uuid, i32);

/// Which connection a session came by.
pub type Connection = u64;

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    pub group: String,
    pub member: String,
}

#[derive(Debug)]
struct Part {
    place: Place,
    /// Whether the next answer must speak of it, even with nothing to say.
    must_tell: bool,
    /// Whether there was no topic of that id when the partition came into the session: Kafka
    /// then fails every fetch of the session until it is forgotten again.
    is_unknown: bool,
}

#[derive(Debug)]
struct Session {
    epoch: i32,
    connection: Connection,
    parts: Vec<Part>,
}

impl Session {
    /// Takes in the partitions that it does not have yet.
    fn add(&mut self, ask: Ask<'_>, must_tell: bool) {
        let mut known: HashSet<Place> = self.parts.iter().map(|part| part.place).collect();
        for place in ask.add.iter().filter(|place| known.insert(**place)) {
            let is_unknown = !(ask.is_known)(place.0);
            self.parts.push(Part { place: *place, must_tell, is_unknown });
        }
    }

    fn begun(&mut self, is_first: bool) -> Begun {
        if let Some(at) = self.parts.iter().position(|part| part.is_unknown) {
            // What the answer would have spoken of before it failed, Kafka takes for told.
            self.parts[..at].iter_mut().for_each(|part| part.must_tell = false);
            return Begun::Broken;
        }
        let places = self.parts.iter().map(|part| part.place).collect();
        Begun::Fetch { places, is_first }
    }
}

/// What a request to fetch asks of its session.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub epoch: i32,
    pub acknowledges: bool,
    pub add: &'a [Place],
    pub forget: &'a [Place],
    /// Says whether there is a topic of an id.
    pub is_known: &'a dyn Fn(Uuid) -> bool,
}

/// What a request to fetch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The last one of its session: nothing is fetched.
    Final,
    /// All these partitions.
    Fetch { places: Vec<Place>, is_first: bool },
    /// One that fails, as the session has a partition of a topic that there was not.
    Broken,
}

/// All share sessions.
#[derive(Debug)]
pub struct ShareSessions {
    sessions_max: usize,
    /// In all sessions together.
    parts_max: usize,
    sessions: HashMap<Member, Session>,
}

impl ShareSessions {
    pub fn new(sessions_max: usize, parts_max: usize) -> Self {
        ShareSessions { sessions_max, parts_max, sessions: HashMap::new() }
    }

    /// Closes all sessions.
    pub fn clear(&mut self) {
        self.sessions.clear();
    }

    /// Says whether all sessions together may be about so many partitions more.
    fn has_room(&self, parts: usize) -> bool {
        let held: usize = self.sessions.values().map(|session| session.parts.len()).sum();
        held + parts <= self.parts_max
    }

    /// Takes in a request to fetch.
    pub fn begin(
        &mut self,
        member: &Member,
        connection: Connection,
        ask: Ask<'_>,
    ) -> Result<Begun, ErrorCode> {
        match ask.epoch {
            FINAL_EPOCH if self.sessions.contains_key(member) => Ok(Begun::Final),
            FINAL_EPOCH => Err(ErrorCode::SHARE_SESSION_NOT_FOUND),
            OPENING_EPOCH => self.open(member, connection, ask),
            _ => self.go_on(member, ask),
        }
    }

    fn open(
        &mut self,
        member: &Member,
        connection: Connection,
        ask: Ask<'_>,
    ) -> Result<Begun, ErrorCode> {
        if ask.acknowledges {
            return Err(ErrorCode::INVALID_REQUEST);
        }
        self.sessions.remove(member);
        if self.sessions.len() >= self.sessions_max || !self.has_room(ask.add.len()) {
            return Err(ErrorCode::SHARE_SESSION_LIMIT_REACHED);
        }
        let mut session = Session { epoch: 1, connection, parts: Vec::new() };
        session.add(ask, false);
        let begun = session.begun(true);
        self.sessions.insert(member.clone(), session);
        Ok(begun)
    }

    fn go_on(&mut self, member: &Member, ask: Ask<'_>) -> Result<Begun, ErrorCode> {
        let has_room = ask.add.is_empty() || self.has_room(ask.add.len());
        let session = self.sessions.get_mut(member).ok_or(ErrorCode::SHARE_SESSION_NOT_FOUND)?;
        if session.epoch != ask.epoch {
            return Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH);
        }
        if !has_room {
            return Err(ErrorCode::SHARE_SESSION_LIMIT_REACHED);
        }
        session.add(ask, true);
        if !ask.forget.is_empty() {
            let forget: HashSet<&Place> = ask.forget.iter().collect();
            session.parts.retain(|part| !forget.contains(&part.place));
        }
        session.epoch = next_epoch(ask.epoch);
        Ok(session.begun(false))
    }

    /// Says which partitions an answer of a session speaks of: of those with records, with
    /// errors, and those that must be told. Kafka reads first what gave nothing.
    pub fn answer(
        &mut self,
        member: &Member,
        epoch: i32,
        answers: &[(Place, bool, bool)],
    ) -> Result<Vec<bool>, ErrorCode> {
        let session = self.sessions.get_mut(member).filter(|s| s.epoch == next_epoch(epoch));
        let session = session.ok_or(ErrorCode::INVALID_SHARE_SESSION_EPOCH)?;
        let mut index: HashMap<Place, usize> =
            session.parts.iter().enumerate().map(|(at, part)| (part.place, at)).collect();
        let mut told = Vec::with_capacity(answers.len());
        let mut served = HashSet::new();
        for (place, has_records, is_error) in answers {
            let Some(part) = index.remove(place).and_then(|at| session.parts.get_mut(at)) else {
                told.push(true);
                continue;
            };
            told.push(*has_records || *is_error || part.must_tell);
            part.must_tell = *is_error;
            if *has_records {
                served.insert(*place);
            }
        }
        // What gave records goes to the end.
        session.parts.sort_by_key(|part| served.contains(&part.place));
        Ok(told)
    }

    /// Takes in a request that only acknowledges.
    pub fn acknowledge(&mut self, member: &Member, epoch: i32) -> Result<(), ErrorCode> {
        if epoch == OPENING_EPOCH {
            return Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH);
        }
        let session = self.sessions.get_mut(member).ok_or(ErrorCode::SHARE_SESSION_NOT_FOUND)?;
        if epoch == FINAL_EPOCH {
            return Ok(());
        }
        if session.epoch != epoch {
            return Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH);
        }
        session.epoch = next_epoch(epoch);
        Ok(())
    }

    /// Closes a session, and returns the partitions that it was about.
    pub fn close(&mut self, member: &Member) -> Option<Vec<Place>> {
        let session = self.sessions.remove(member)?;
        Some(session.parts.into_iter().map(|part| part.place).collect())
    }

    /// Returns the members whose sessions came by a connection.
    pub fn of_connection(&self, connection: Connection) -> Vec<Member> {
        let of = self.sessions.iter().filter(|(_, session)| session.connection == connection);
        of.map(|(member, _)| member.clone()).collect()
    }

    /// Says whether a group has any session.
    pub fn has_group(&self, group: &str) -> bool {
        self.sessions.keys().any(|member| member.group == group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str) -> Member {
        Member { group: "g".into(), member: name.into() }
    }

    fn place(partition: i32) -> Place {
        (Uuid([1; 16]), partition)
    }

    fn ask<'a>(epoch: i32, acknowledges: bool, add: &'a [Place], forget: &'a [Place]) -> Ask<'a> {
        Ask { epoch, acknowledges, add, forget, is_known: &|id| id == Uuid([1; 16]) }
    }

    fn fetch(places: &[i32], is_first: bool) -> Result<Begun, ErrorCode> {
        Ok(Begun::Fetch { places: places.iter().copied().map(place).collect(), is_first })
    }

    #[test]
    fn epochs_go_one_by_one() {
        let mut sessions = ShareSessions::new(2, 100);
        let one = member("one");
        let unknown = Err(ErrorCode::SHARE_SESSION_NOT_FOUND);
        let wrong = Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH);
        assert_eq!(sessions.begin(&one, 1, ask(1, false, &[], &[])), unknown);
        assert_eq!(sessions.begin(&one, 1, ask(-1, false, &[], &[])), unknown);
        let acknowledging = sessions.begin(&one, 1, ask(0, true, &[place(0)], &[]));
        assert_eq!(acknowledging, Err(ErrorCode::INVALID_REQUEST));
        assert_eq!(sessions.begin(&one, 1, ask(0, false, &[place(0)], &[])), fetch(&[0], true));
        assert_eq!(sessions.begin(&one, 1, ask(2, false, &[], &[])), wrong);
        let more = sessions.begin(&one, 1, ask(1, true, &[place(1), place(0)], &[]));
        assert_eq!(more, fetch(&[0, 1], false));
        assert_eq!(sessions.acknowledge(&one, 0), Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH));
        assert_eq!(sessions.acknowledge(&one, 1), Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH));
        assert_eq!(sessions.acknowledge(&one, 2), Ok(()));
        assert_eq!(sessions.begin(&one, 1, ask(3, false, &[], &[place(0)])), fetch(&[1], false));
        assert_eq!(sessions.begin(&one, 1, ask(-1, true, &[], &[])), Ok(Begun::Final));
        assert_eq!(sessions.close(&one), Some(vec![place(1)]));
        assert_eq!(sessions.close(&one), None);
        assert_eq!([next_epoch(0), next_epoch(i32::MAX), next_epoch(-1)], [1, 1, -1]);
    }

    #[test]
    fn a_topic_that_there_is_not_breaks_the_session_until_it_is_forgotten() {
        let mut sessions = ShareSessions::new(2, 100);
        let one = member("one");
        let nowhere = (Uuid([2; 16]), 0);
        let opened = sessions.begin(&one, 1, ask(0, false, &[place(0)], &[]));
        assert_eq!(opened, fetch(&[0], true));
        let broken = sessions.begin(&one, 1, ask(1, false, &[nowhere], &[]));
        assert_eq!(broken, Ok(Begun::Broken));
        assert_eq!(sessions.begin(&one, 1, ask(2, false, &[], &[])), Ok(Begun::Broken));
        let mended = sessions.begin(&one, 1, ask(3, false, &[], &[nowhere]));
        assert_eq!(mended, fetch(&[0], false));
        let opened = sessions.begin(&one, 1, ask(0, false, &[nowhere], &[]));
        assert_eq!(opened, Ok(Begun::Broken));
        assert_eq!(sessions.begin(&one, 1, ask(-1, false, &[], &[])), Ok(Begun::Final));
    }

    #[test]
    fn there_are_so_many_sessions_and_they_end_with_their_connections() {
        let mut sessions = ShareSessions::new(2, 100);
        for name in ["one", "two"] {
            assert_eq!(sessions.begin(&member(name), 5, ask(0, false, &[], &[])), fetch(&[], true));
        }
        let third = sessions.begin(&member("three"), 6, ask(0, false, &[], &[]));
        assert_eq!(third, Err(ErrorCode::SHARE_SESSION_LIMIT_REACHED));
        // Who opens its session again takes the place of its own.
        assert_eq!(sessions.begin(&member("two"), 6, ask(0, false, &[], &[])), fetch(&[], true));
        assert_eq!(sessions.of_connection(5), [member("one")]);
        assert!(sessions.has_group("g"));
        sessions.close(&member("one"));
        sessions.close(&member("two"));
        assert!(!sessions.has_group("g"));
    }

    #[test]
    fn an_answer_leaves_out_what_there_is_nothing_to_say_of() {
        let mut sessions = ShareSessions::new(2, 100);
        let one = member("one");
        sessions.begin(&one, 1, ask(0, false, &[place(0), place(1)], &[])).unwrap();
        sessions.begin(&one, 1, ask(1, false, &[place(2)], &[])).unwrap();
        let answers = [(place(0), true, false), (place(1), false, false), (place(2), false, false)];
        assert_eq!(sessions.answer(&one, 1, &answers), Ok(vec![true, false, true]));
        // What gave records goes to the end, and an error is told until it is over.
        let next = sessions.begin(&one, 1, ask(2, false, &[], &[]));
        assert_eq!(next, fetch(&[1, 2, 0], false));
        let told = |sessions: &mut ShareSessions, epoch, is_error| {
            sessions.answer(&one, epoch, &[(place(1), false, is_error)])
        };
        assert_eq!(told(&mut sessions, 2, true), Ok(vec![true]));
        assert_eq!(told(&mut sessions, 2, false), Ok(vec![true]));
        assert_eq!(told(&mut sessions, 2, false), Ok(vec![false]));
        assert_eq!(told(&mut sessions, 1, false), Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH));
    }
}
