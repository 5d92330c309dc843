//! Share sessions: which partitions a member fetches, and in which order its requests come.
//!
//! Source: `org.apache.kafka.server.share.session.{ShareSession, ShareSessionCache}` and
//! `SharePartitionManager.newContext`. A member has one session: epoch 0 opens it, -1 closes it,
//! and every request between has the next epoch. It ends with the connection that opened it.

use std::collections::HashMap;

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
}

#[derive(Debug)]
struct Session {
    epoch: i32,
    connection: Connection,
    parts: Vec<Part>,
}

/// What a request to fetch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The last one of its session: nothing is fetched.
    Final,
    /// All these partitions.
    Fetch { places: Vec<Place>, is_first: bool },
}

/// All share sessions.
#[derive(Debug)]
pub struct ShareSessions {
    sessions_max: usize,
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

    /// Takes in a request to fetch.
    pub fn begin(
        &mut self,
        member: &Member,
        connection: Connection,
        epoch: i32,
        acknowledges: bool,
        ask: &[Place],
        forget: &[Place],
    ) -> Result<Begun, ErrorCode> {
        if epoch == FINAL_EPOCH {
            let known = self.sessions.contains_key(member);
            return if known { Ok(Begun::Final) } else { Err(ErrorCode::SHARE_SESSION_NOT_FOUND) };
        }
        if epoch == OPENING_EPOCH {
            if acknowledges {
                return Err(ErrorCode::INVALID_REQUEST);
            }
            self.sessions.remove(member);
            if self.sessions.len() >= self.sessions_max || ask.len() > self.parts_max {
                return Err(ErrorCode::SHARE_SESSION_LIMIT_REACHED);
            }
            let mut places: Vec<Place> = Vec::new();
            let mut seen = std::collections::HashSet::new();
            places.extend(ask.iter().filter(|place| seen.insert(**place)));
            let parts = places.iter().map(|place| Part { place: *place, must_tell: false });
            let session = Session { epoch: 1, connection, parts: parts.collect() };
            self.sessions.insert(member.clone(), session);
            return Ok(Begun::Fetch { places, is_first: true });
        }
        let session = self.sessions.get_mut(member).ok_or(ErrorCode::SHARE_SESSION_NOT_FOUND)?;
        if session.epoch != epoch {
            return Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH);
        }
        if session.parts.len() + ask.len() > self.parts_max {
            return Err(ErrorCode::SHARE_SESSION_LIMIT_REACHED);
        }
        let mut known: std::collections::HashSet<Place> =
            session.parts.iter().map(|part| part.place).collect();
        for place in ask {
            if known.insert(*place) {
                session.parts.push(Part { place: *place, must_tell: true });
            }
        }
        if !forget.is_empty() {
            let forget: std::collections::HashSet<&Place> = forget.iter().collect();
            session.parts.retain(|part| !forget.contains(&part.place));
        }
        session.epoch = next_epoch(epoch);
        let places = session.parts.iter().map(|part| part.place).collect();
        Ok(Begun::Fetch { places, is_first: false })
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
        let mut served = std::collections::HashSet::new();
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

    fn fetch(places: &[i32], is_first: bool) -> Result<Begun, ErrorCode> {
        Ok(Begun::Fetch { places: places.iter().copied().map(place).collect(), is_first })
    }

    #[test]
    fn epochs_go_one_by_one() {
        let mut sessions = ShareSessions::new(2, 100);
        let one = member("one");
        let unknown = Err(ErrorCode::SHARE_SESSION_NOT_FOUND);
        let wrong = Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH);
        assert_eq!(sessions.begin(&one, 1, 1, false, &[], &[]), unknown);
        assert_eq!(sessions.begin(&one, 1, -1, false, &[], &[]), unknown);
        let acknowledging = sessions.begin(&one, 1, 0, true, &[place(0)], &[]);
        assert_eq!(acknowledging, Err(ErrorCode::INVALID_REQUEST));
        assert_eq!(sessions.begin(&one, 1, 0, false, &[place(0)], &[]), fetch(&[0], true));
        assert_eq!(sessions.begin(&one, 1, 2, false, &[], &[]), wrong);
        let more = sessions.begin(&one, 1, 1, true, &[place(1), place(0)], &[]);
        assert_eq!(more, fetch(&[0, 1], false));
        assert_eq!(sessions.acknowledge(&one, 0), Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH));
        assert_eq!(sessions.acknowledge(&one, 1), Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH));
        assert_eq!(sessions.acknowledge(&one, 2), Ok(()));
        assert_eq!(sessions.begin(&one, 1, 3, false, &[], &[place(0)]), fetch(&[1], false));
        assert_eq!(sessions.begin(&one, 1, -1, true, &[], &[]), Ok(Begun::Final));
        assert_eq!(sessions.close(&one), Some(vec![place(1)]));
        assert_eq!(sessions.close(&one), None);
        assert_eq!([next_epoch(0), next_epoch(i32::MAX), next_epoch(-1)], [1, 1, -1]);
    }

    #[test]
    fn there_are_so_many_sessions_and_they_end_with_their_connections() {
        let mut sessions = ShareSessions::new(2, 100);
        for name in ["one", "two"] {
            assert_eq!(sessions.begin(&member(name), 5, 0, false, &[], &[]), fetch(&[], true));
        }
        let third = sessions.begin(&member("three"), 6, 0, false, &[], &[]);
        assert_eq!(third, Err(ErrorCode::SHARE_SESSION_LIMIT_REACHED));
        // Who opens its session again takes the place of its own.
        assert_eq!(sessions.begin(&member("two"), 6, 0, false, &[], &[]), fetch(&[], true));
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
        sessions.begin(&one, 1, 0, false, &[place(0), place(1)], &[]).unwrap();
        sessions.begin(&one, 1, 1, false, &[place(2)], &[]).unwrap();
        let answers = [(place(0), true, false), (place(1), false, false), (place(2), false, false)];
        assert_eq!(sessions.answer(&one, 1, &answers), Ok(vec![true, false, true]));
        // What gave records goes to the end, and an error is told until it is over.
        let next = sessions.begin(&one, 1, 2, false, &[], &[]);
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
