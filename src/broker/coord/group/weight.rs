//! How many bytes groups and their members take, and who is refused for that.
//!
//! The figures are what a text or an element costs in memory at the most, so that small ones in
//! great numbers are not cheaper than they are. What a group takes is said by its [`Charge`], set
//! anew whenever something of it has changed, and gone with the group.
//!
//! [`Charge`]: crate::base::meter::Charge

use super::acts::Act;
use super::classic::Group;
use super::consumer::Asker;
use super::desk::Cx;
use super::join::Joiner;
use super::member::Member;
use super::{Groups, streams};
use crate::broker::coord::effects::{Effect, Reply};
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_heartbeat::ConsumerGroupHeartbeatResponse;
use crate::wire::messages::join_group::JoinGroupRequestProtocol;
use crate::wire::messages::streams_group_heartbeat::StreamsGroupHeartbeatResponse;
use crate::wire::messages::sync_group::SyncGroupRequest;

/// A group, its timers and its places in tables.
const GROUP: usize = 512;
/// A member, with the same.
const MEMBER: usize = 512;
/// An id is in tables, in timers and in records.
const COPIES: usize = 5;
/// A text in a set, and what is counted of it.
pub(super) const TEXT: usize = 192;
/// A partition or task: where it is, where it is to be, and whose it is.
pub(super) const PARTITION: usize = 64;

/// Returns what a group takes beside its members.
pub(super) fn of_group(id: &str) -> usize {
    GROUP + COPIES * id.len()
}

/// Returns what a member takes beside what it says.
pub(super) fn of_member(group: &str, id: &str) -> usize {
    MEMBER + COPIES * (group.len() + id.len())
}

/// Returns what texts take.
pub(super) fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts.into_iter().map(|text| TEXT + 2 * text.len()).sum()
}

/// Returns what the protocols of a classic member take. Of consumers the topics are known.
fn of_protocols(kind: &str, protocols: &[JoinGroupRequestProtocol]) -> usize {
    let of_metadata = |metadata: &[u8]| {
        // A version, how many topics there are, and each with its length before it.
        let said = metadata.get(2..6).filter(|_| kind == "consumer");
        let said = said.and_then(|said| said.try_into().ok()).map_or(0, i32::from_be_bytes);
        let topics = usize::try_from(said).unwrap_or(0).min(metadata.len() / 2);
        metadata.len() + topics * TEXT
    };
    let all = protocols.iter();
    all.map(|one| TEXT + 2 * one.name.len() + of_metadata(&one.metadata)).sum()
}

fn of_classic_member(group: &Group, member: &Member) -> usize {
    let kind = group.protocol_type.as_deref().unwrap_or_default();
    let texts = [member.client.client_id.as_str(), &member.client.host];
    of_member(&group.id, &member.id)
        + of_texts(texts.into_iter().chain(member.instance.as_deref()))
        + of_protocols(kind, &member.terms.protocols)
        + member.assignment.len()
}

impl Group {
    /// Returns what the group takes with its members, and the ids that were given out.
    fn weight(&self) -> usize {
        let pending = self.pending.iter().map(|id| of_member(&self.id, id));
        let members = self.members.values().map(|member| of_classic_member(self, member));
        of_group(&self.id) + pending.sum::<usize>() + members.sum::<usize>()
    }
}

impl Groups {
    /// Something of a group has changed.
    pub(super) fn weigh(&mut self, id: &str) {
        if let Some(group) = self.groups.get_mut(id) {
            let weight = group.weight();
            self.meter.charge(&mut group.held, weight);
        }
        if let Some(group) = self.consumers.get_mut(id) {
            let weight = of_group(id) + group.weight;
            self.meter.charge(&mut group.held, weight);
        }
        if let Some(group) = self.streams.get_mut(id) {
            let weight = of_group(id) + group.weight;
            self.meter.charge(&mut group.held, weight);
        }
    }

    /// Refuses a request that would have its group take more than there is room for. Gives the
    /// request back where there is room.
    pub(super) fn within_room(&mut self, now: i64, act: Act, out: &mut Vec<Effect>) -> Option<Act> {
        let growth = match &act {
            Act::Join(_, joiner) => self.growth_by_join(joiner),
            Act::Sync(_, ask) => self.growth_by_sync(ask),
            Act::Consumer(_, asker) => self.growth_by_consumer(asker),
            Act::Streams(_, asker) => self.growth_by_streams(asker),
            Act::Beat(..) | Act::Leave(..) | Act::Delete(..) | Act::Due(_) => 0,
        };
        if growth == 0 || growth <= self.meter.room() {
            return Some(act);
        }
        refuse(&mut self.hall(now, out).cx, act);
        None
    }

    fn growth_by_join(&self, joiner: &Joiner) -> usize {
        let ask = &joiner.ask;
        let protocols = of_protocols(&ask.protocol_type, &ask.protocols);
        let id = ask.group_id.as_str();
        let member = self.groups.get(id).and_then(|group| {
            let instance = ask.group_instance_id.as_ref();
            let member = match instance.and_then(|instance| group.statics.get(instance)) {
                Some(current) => group.members.get(current),
                None => group.members.get(&ask.member_id),
            };
            member.map(|member| of_protocols(&ask.protocol_type, &member.terms.protocols))
        });
        let before = member.or_else(|| {
            let member = self.consumers.get(id)?.member(&ask.member_id)?;
            Some(member.weight(id))
        });
        match before {
            Some(before) => protocols.saturating_sub(before),
            None => {
                let own = [joiner.who.client_id.as_str(), &joiner.who.host];
                of_group(id)
                    + of_member(id, &joiner.who.client_id)
                    + of_texts(own.into_iter().chain(ask.group_instance_id.as_deref()))
                    + protocols
            }
        }
    }

    fn growth_by_sync(&self, ask: &SyncGroupRequest) -> usize {
        let assigned: usize = ask.assignments.iter().map(|one| one.assignment.len()).sum();
        let group = self.groups.get(&ask.group_id).filter(|group| group.is_leader(&ask.member_id));
        let before =
            group.map(|group| group.members.values().map(|one| one.assignment.len()).sum());
        before.map_or(0, |before| assigned.saturating_sub(before))
    }

    fn growth_by_consumer(&self, asker: &Asker) -> usize {
        let ask = &asker.ask;
        if ask.member_epoch < 0 {
            return 0;
        }
        let options =
            [&ask.instance_id, &ask.rack_id, &ask.subscribed_topic_regex, &ask.server_assignor];
        let options = options.into_iter().flatten();
        let names = ask.subscribed_topic_names.iter().flatten();
        let said = of_texts(options.chain(names).map(String::as_str));
        let group = self.consumers.get(&ask.group_id);
        match group.and_then(|group| group.member(&ask.member_id)) {
            Some(_) if said == 0 => 0,
            Some(member) => said.saturating_sub(member.weight(&ask.group_id)),
            None if ask.member_epoch > 0 => 0,
            None => {
                of_group(&ask.group_id)
                    + of_member(&ask.group_id, &ask.member_id)
                    + of_texts([asker.who.client_id.as_str(), &asker.who.host])
                    + said
            }
        }
    }

    fn growth_by_streams(&self, asker: &streams::Asker) -> usize {
        let ask = &asker.ask;
        if ask.member_epoch < 0 {
            return 0;
        }
        let options = [&ask.instance_id, &ask.rack_id, &ask.process_id].into_iter().flatten();
        let tags = ask.client_tags.iter().flatten().flat_map(|tag| [&tag.key, &tag.value]);
        let endpoint = ask.user_endpoint.iter().map(|endpoint| &endpoint.host);
        let said = of_texts(options.chain(tags).chain(endpoint).map(String::as_str));
        let group = self.streams.get(&ask.group_id);
        let topology = match group.is_some_and(|group| group.topology.is_some()) {
            true => 0,
            false => ask.topology.as_ref().map_or(0, streams::weight_of_topology),
        };
        match group.and_then(|group| group.member(&ask.member_id)) {
            Some(_) if said == 0 => topology,
            Some(member) => topology + said.saturating_sub(member.weight(&ask.group_id)),
            None if ask.member_epoch > 0 => 0,
            None => {
                of_group(&ask.group_id)
                    + of_member(&ask.group_id, &ask.member_id)
                    + of_texts([asker.who.client_id.as_str(), &asker.who.host])
                    + said
                    + topology
            }
        }
    }
}

const WHY: &str = "The members of all groups take as much memory as they may.";

fn refuse(cx: &mut Cx, act: Act) {
    let error = ErrorCode::GROUP_MAX_SIZE_REACHED;
    let (error_code, error_message) = (error.0, Some(WHY.to_owned()));
    match act {
        Act::Join(seat, joiner) => cx.refuse_join(seat, &joiner.ask.member_id, error),
        Act::Sync(seat, _) => cx.refuse_sync(seat, error),
        Act::Consumer(ticket, _) => {
            let answer =
                ConsumerGroupHeartbeatResponse { error_code, error_message, ..Default::default() };
            cx.reply(ticket, Reply::ConsumerGroupHeartbeat(answer));
        }
        Act::Streams(ticket, _) => {
            let answer =
                StreamsGroupHeartbeatResponse { error_code, error_message, ..Default::default() };
            cx.reply(ticket, Reply::StreamsGroupHeartbeat(answer, Vec::new()));
        }
        Act::Beat(..) | Act::Leave(..) | Act::Delete(..) | Act::Due(_) => {}
    }
}
