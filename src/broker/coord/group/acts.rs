//! What is asked of one group: it goes to the room of the group's kind, or waits until the
//! group's last step is written.

use super::consumer::{self, Asker};
use super::desk::{After, Cx, Seat, Timer};
use super::join::Joiner;
use super::streams::{self, StreamsGroup};
use super::{Groups, admin, heartbeat, join, leave, sync};
use crate::base::clock::Millis;
use crate::broker::coord::effects::{Effect, Reply, Ticket};
use crate::wire::ErrorCode;
use crate::wire::messages::delete_groups::DeleteGroupsRequest;
use crate::wire::messages::heartbeat::{HeartbeatRequest, HeartbeatResponse};
use crate::wire::messages::leave_group::LeaveGroupRequest;
use crate::wire::messages::sync_group::SyncGroupRequest;

/// Something that changes one group, or may.
#[derive(Debug)]
pub(super) enum Act {
    Join(Seat, Box<Joiner>),
    Sync(Seat, SyncGroupRequest),
    Beat(Ticket, HeartbeatRequest),
    Leave(Ticket, i16, LeaveGroupRequest),
    Consumer(Ticket, Box<Asker>),
    Streams(Ticket, Box<streams::Asker>),
    /// Waits for the first of its groups that is busy.
    Delete(Ticket, DeleteGroupsRequest),
    Due(Timer),
}

/// What kind a group is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Classic,
    Consumer,
    Streams,
}

impl Kind {
    /// Returns Kafka's name of the kind.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Classic => "classic",
            Kind::Consumer => "consumer",
            Kind::Streams => "streams",
        }
    }
}

impl Groups {
    /// Returns the kind of a group, if it is there.
    pub(super) fn kind_of(&self, id: &str) -> Option<Kind> {
        if self.groups.contains_key(id) {
            Some(Kind::Classic)
        } else if self.consumers.contains_key(id) {
            Some(Kind::Consumer)
        } else if self.streams.contains_key(id) {
            Some(Kind::Streams)
        } else {
            None
        }
    }

    /// Does what is asked of a group, now or when its last step is written.
    pub(super) fn act(&mut self, now: Millis, act: Act, out: &mut Vec<Effect>) {
        let busy = match &act {
            Act::Join(_, joiner) => Some(joiner.ask.group_id.as_str()),
            Act::Sync(_, ask) => Some(ask.group_id.as_str()),
            Act::Beat(_, ask) => Some(ask.group_id.as_str()),
            Act::Leave(_, _, ask) => Some(ask.group_id.as_str()),
            Act::Consumer(_, asker) => Some(asker.ask.group_id.as_str()),
            Act::Streams(_, asker) => Some(asker.ask.group_id.as_str()),
            Act::Delete(_, ask) => {
                let names = ask.groups_names.iter().map(String::as_str);
                names.into_iter().find(|name| self.desk.is_busy(name))
            }
            Act::Due(timer) => timer.group(),
        };
        let id = busy.map(str::to_owned);
        let act = match &id {
            Some(group) if self.desk.is_busy(group) => self.desk.keep(group, act),
            _ => Some(act),
        };
        let act = act.and_then(|act| self.within_room(now, act, out));
        // A heartbeat changes nothing that is weighed.
        let id = id.filter(|_| act.as_ref().is_some_and(|act| !matches!(act, Act::Beat(..))));
        match act {
            None => {}
            Some(Act::Join(seat, joiner)) => self.do_join(now, seat, *joiner, out),
            Some(Act::Sync(seat, ask)) => self.do_sync(now, seat, ask, out),
            Some(Act::Beat(ticket, ask)) => self.do_beat(now, ticket, &ask, out),
            Some(Act::Leave(ticket, version, ask)) => {
                self.do_leave(now, ticket, version, &ask, out);
            }
            Some(Act::Consumer(ticket, asker)) => {
                consumer::heartbeat(&mut self.hall(now, out), ticket, *asker);
            }
            Some(Act::Streams(ticket, asker)) => {
                streams::heartbeat(&mut self.hall(now, out), ticket, &asker);
            }
            Some(Act::Delete(ticket, ask)) => admin::delete_groups(self, now, ticket, &ask, out),
            Some(Act::Due(timer)) => self.do_due(now, timer, out),
        }
        if let Some(id) = id {
            self.weigh(&id);
        }
    }

    /// A step of a group is written: what has waited for that goes on.
    pub(super) fn go_on(&mut self, now: Millis, group: &str, out: &mut Vec<Effect>) {
        for act in self.desk.free(group) {
            // The first of them may make the group busy again: the others wait once more.
            self.act(now, act, out);
        }
    }

    fn do_join(&mut self, now: Millis, seat: Seat, joiner: Joiner, out: &mut Vec<Effect>) {
        let id = &joiner.ask.group_id;
        let is_empty = self.consumers.get(id).map(consumer::ConsumerGroup::is_empty);
        let streams_is_empty = self.streams.get(id).map(StreamsGroup::is_empty);
        let mut hall = self.hall(now, out);
        if streams_is_empty == Some(false) {
            if join::checked(&mut hall.cx, seat, joiner).is_some() {
                hall.cx.refuse_join(seat, "", ErrorCode::INCONSISTENT_GROUP_PROTOCOL);
            }
            return;
        }
        let is_empty = is_empty.or(streams_is_empty);
        match is_empty {
            Some(false) => {
                if let Some(joiner) = join::checked(&mut hall.cx, seat, joiner) {
                    consumer::classic::join(&mut hall, seat, &joiner);
                }
            }
            Some(true) => join::join_instead(&mut hall, seat, joiner),
            None => join::join(hall.classics, &mut hall.cx, seat, joiner),
        }
    }

    fn do_sync(&mut self, now: Millis, seat: Seat, ask: SyncGroupRequest, out: &mut Vec<Effect>) {
        let mut hall = self.hall(now, out);
        match hall.consumers.get(&ask.group_id) {
            Some(group) => {
                if let Some(error) = sync::wrong(seat.version, &ask) {
                    return hall.cx.refuse_sync(seat, error);
                }
                consumer::classic::sync(group, &mut hall.cx, seat, ask);
            }
            None => sync::sync(hall.classics, &mut hall.cx, seat, ask),
        }
    }

    pub(super) fn do_beat(
        &mut self,
        now: Millis,
        ticket: Ticket,
        ask: &HeartbeatRequest,
        out: &mut Vec<Effect>,
    ) {
        let mut hall = self.hall(now, out);
        let cx: &mut Cx = &mut hall.cx;
        let result = match hall.consumers.get(&ask.group_id) {
            Some(group) => consumer::classic::beat(group, cx, ask),
            None => heartbeat::beat(hall.classics, cx, ask),
        };
        let error_code = result.err().unwrap_or(ErrorCode::NONE).0;
        let answer = HeartbeatResponse { error_code, ..Default::default() };
        cx.reply(ticket, Reply::Heartbeat(answer));
    }

    fn do_leave(
        &mut self,
        now: Millis,
        ticket: Ticket,
        version: i16,
        ask: &LeaveGroupRequest,
        out: &mut Vec<Effect>,
    ) {
        let mut hall = self.hall(now, out);
        match hall.consumers.contains_key(&ask.group_id) {
            true => consumer::classic::leave(&mut hall, ticket, version, ask),
            false => leave::leave(hall.classics, &mut hall.cx, ticket, version, ask),
        }
    }

    fn do_due(&mut self, now: Millis, timer: Timer, out: &mut Vec<Effect>) {
        let mut hall = self.hall(now, out);
        let id = match &timer {
            Timer::Modern { what, group, member } => {
                return match hall.streams.contains_key(group) {
                    true => streams::expired(&mut hall, group, member, *what),
                    false => consumer::expired(&mut hall, group, member, *what),
                };
            }
            Timer::Patterns { group } => return consumer::resolve(&mut hall, group),
            Timer::Session { group, .. } | Timer::Join { group } | Timer::Sync { group } => group,
            Timer::CleanUp => return,
        };
        let Some(group) = hall.classics.get_mut(id) else { return };
        let records = match &timer {
            Timer::Session { member, .. } => group.session_expired(&mut hall.cx, member),
            Timer::Join { .. } => group.join_expired(&mut hall.cx),
            _ => group.sync_expired(&mut hall.cx),
        };
        // If an empty group cannot be written, its last generation comes back after a restart,
        // with members that are not there any more and soon expire.
        hall.cx.append(id, records, After::Nothing);
    }
}
