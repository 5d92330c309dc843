//! StreamsGroupHeartbeat, version 0.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::check::check;
use super::endpoints::endpoints;
use super::group::StreamsGroup;
use super::member::{AWAY, Endpoint, JOINING, LEFT, Member, MemberState};
use super::reconcile::reconcile;
use super::tasks::{TaskSet, Tasks};
use super::topics::{Configured, ConfiguredTopology, NotReady, StatusCode, configure};
use super::topology::{Topology, record_of};
use super::{Asker, STANDBYS, leave, records};
use crate::base::clock::Millis;
use crate::broker::coord::effects::{Record, Reply, Ticket};
use crate::broker::coord::group::classic::Group;
use crate::broker::coord::group::consumer::{Hall, Step, Then};
use crate::broker::coord::group::desk::{Cx, ModernTimer};
use crate::broker::coord::group::modern::{Refused, may_assign};
use crate::broker::coord::group::records as classic_records;
use crate::broker::coord::group::state::State;
use crate::wire::ErrorCode;
use crate::wire::messages::create_topics::CreatableTopic;
use crate::wire::messages::streams_group_heartbeat::{
    Status, StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse, TaskIds, TaskIdsResponse,
};

/// Answers StreamsGroupHeartbeat, with the internal topics that somebody must create.
pub(in crate::broker::coord::group) fn heartbeat(hall: &mut Hall, ticket: Ticket, asker: &Asker) {
    let done = check(&hall.cx, asker).and_then(|()| match asker.ask.member_epoch {
        LEFT | AWAY => leave::leave(hall, &asker.ask),
        _ => join_or_beat(hall, asker),
    });
    match done {
        Ok((answer, to_create, step)) => {
            let reply = Reply::StreamsGroupHeartbeat(answer, to_create);
            hall.write(&asker.ask.group_id, Some((ticket, reply)), step);
        }
        Err(refused) => {
            let answer = StreamsGroupHeartbeatResponse {
                error_code: refused.error.0,
                error_message: refused.message,
                ..Default::default()
            };
            hall.cx.reply(ticket, Reply::StreamsGroupHeartbeat(answer, Vec::new()));
        }
    }
}

/// What a heartbeat comes to: the answer, what must be created, and what must be written.
pub(super) type Done = (StreamsGroupHeartbeatResponse, Vec<CreatableTopic>, Step);

fn join_or_beat(hall: &mut Hall, asker: &Asker) -> Result<Done, Refused> {
    let id = asker.ask.group_id.as_str();
    let mut step = Step::default();
    let mut beat = Beat {
        asker,
        is_joining: asker.ask.member_epoch == JOINING,
        said: said(&asker.ask),
        statuses: Vec::new(),
        records: Vec::new(),
    };
    let new = match hall.streams.contains_key(id) {
        true => None,
        false => Some(beat.make(hall.classics, hall.consumers.contains_key(id), &mut step)?),
    };
    let Hall { streams, cx, .. } = hall;
    let group = new.as_ref().or_else(|| streams.get(id));
    let outcome = beat.run(cx, group.ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?)?;
    // What is not remembered changes at once. A group that is new is made by its records, and
    // in Kafka, too, knows nothing else yet.
    let mut answer = outcome.answer;
    if let Some(group) = streams.get_mut(id) {
        group.configured = Some(outcome.configured);
        group.endpoint_epoch = outcome.endpoint_epoch;
        group.shutdown_by = outcome.shutdown_by;
        answer.endpoint_information_epoch = outcome.endpoint_epoch;
    }
    step.records.extend(beat.records);
    Ok((answer, outcome.to_create, step))
}

/// Returns what a member says that it has.
fn said(ask: &StreamsGroupHeartbeatRequest) -> Option<Tasks> {
    let set = |tasks: &Option<Vec<TaskIds>>| {
        let mut set = TaskSet::new();
        for one in tasks.as_ref()? {
            let tasks = set.entry(one.subtopology_id.clone()).or_default();
            tasks.extend(one.partitions.iter().copied());
        }
        Some(set)
    };
    Some(Tasks {
        active: set(&ask.active_tasks)?,
        standby: set(&ask.standby_tasks)?,
        warmup: set(&ask.warmup_tasks)?,
    })
}

/// A heartbeat while it is being answered.
struct Beat<'a> {
    asker: &'a Asker,
    is_joining: bool,
    said: Option<Tasks>,
    statuses: Vec<Status>,
    records: Vec<Record>,
}

/// What follows from a heartbeat, besides its records.
struct Outcome {
    answer: StreamsGroupHeartbeatResponse,
    to_create: Vec<CreatableTopic>,
    configured: Arc<ConfiguredTopology>,
    endpoint_epoch: i32,
    shutdown_by: Option<String>,
}

/// What a member is to have, and as of which epoch.
struct Decided<'a> {
    epoch: i32,
    target: Cow<'a, Tasks>,
}

impl Beat<'_> {
    fn ask(&self) -> &StreamsGroupHeartbeatRequest {
        &self.asker.ask
    }

    /// Makes a group, of nothing or in the place of a classic one without members.
    fn make(
        &self,
        classics: &BTreeMap<String, Group>,
        is_consumers: bool,
        step: &mut Step,
    ) -> Result<StreamsGroup, Refused> {
        let id = self.ask().group_id.as_str();
        let classic = classics.get(id);
        let why = match classic {
            None if is_consumers => format!("Group {id} is not a streams group."),
            None if self.is_joining => return Ok(StreamsGroup::new(id)),
            None => format!("Streams group {id} not found."),
            Some(group) if self.is_joining && group.state() == State::Empty => {
                step.records.push(classic_records::no_group(id));
                step.then = Then::Upgraded;
                return Ok(StreamsGroup::new(id));
            }
            Some(_) => format!("Group {id} is not a streams group."),
        };
        Err(Refused::new(ErrorCode::GROUP_ID_NOT_FOUND, why))
    }

    fn run(&mut self, cx: &mut Cx, group: &StreamsGroup) -> Result<Outcome, Refused> {
        let settings = *cx.settings.streams.of(&group.id);
        let image = cx.image;
        let counts = |topic: &str| image.by_name(topic).map(|topic| topic.partitions);
        if self.is_joining && group.len() >= cx.config.streams_group_max_size {
            let most = cx.config.streams_group_max_size;
            return Err(Refused::new(
                ErrorCode::GROUP_MAX_SIZE_REACHED,
                format!("The streams group has reached its maximum capacity of {most} members."),
            ));
        }
        let member = self.member(group)?;
        let updated = self.updated(&member);
        let mut must_bump = updated != member;
        if must_bump {
            self.records.push(records::member(&group.id, &updated));
        }
        let topology = self.topology(group)?;
        self.note_stale(group, &updated);
        let hash = image.hash(topology.required_topics().into_iter());
        let must_configure = group.topology.is_none() || hash != group.metadata_hash;
        must_bump |= hash != group.metadata_hash;
        let configured = match &group.configured {
            Some(configured) if !must_configure => Arc::clone(configured),
            _ => Arc::new(configure(&topology, &counts)?),
        };
        let mut validated_epoch = -1;
        if let Some(subtopologies) = configured.ready() {
            validated_epoch = topology.epoch;
            self.check_tasks(subtopologies)?;
        }
        let configs =
            BTreeMap::from([(STANDBYS.to_owned(), settings.num_standby_replicas.to_string())]);
        must_bump |= validated_epoch != group.validated_topology_epoch;
        must_bump |= configs != group.assignment_configs;
        let mut epoch = group.epoch;
        if must_bump {
            epoch += 1;
            let record = records::epoch(&group.id, epoch, hash, validated_epoch, &configs);
            self.records.push(record);
        }
        let decided = self.decide(cx, group, epoch, &updated, &configured)?;
        let updated = self.reconcile(cx, group, updated, &decided)?;
        let session_ms = Millis::from(settings.session_timeout_ms);
        cx.timers.set(ModernTimer::Session.of(&group.id, &updated.id), cx.now + session_ms);
        let mut outcome = self.answer(group, &member, &updated, configured, &counts)?;
        outcome.answer.heartbeat_interval_ms = settings.heartbeat_interval_ms;
        Ok(outcome)
    }

    /// Returns the member that the heartbeat is of, or one that is new.
    fn member(&self, group: &StreamsGroup) -> Result<Member, Refused> {
        let id = self.ask().member_id.as_str();
        let member = group.member(id);
        if self.is_joining {
            return Ok(member.cloned().unwrap_or_else(|| Member::new(id)));
        }
        let member = member.ok_or_else(|| leave::not_a_member(id, &group.id))?;
        let epoch = self.ask().member_epoch;
        let relation = match epoch.cmp(&member.epoch) {
            std::cmp::Ordering::Equal => return Ok(member.clone()),
            std::cmp::Ordering::Greater => "greater",
            // It did not get the last answer, if it has nothing that it was not given.
            std::cmp::Ordering::Less
                if epoch == member.previous_epoch
                    && self.said.as_ref().is_some_and(|said| member.assigned.covers(said)) =>
            {
                return Ok(member.clone());
            }
            std::cmp::Ordering::Less => "smaller",
        };
        let own = member.epoch;
        Err(Refused::new(
            ErrorCode::FENCED_MEMBER_EPOCH,
            format!(
                "The streams group member has a {relation} member epoch ({epoch}) than the one \
                 known by the group coordinator ({own}). The member must abandon all its \
                 partitions and rejoin."
            ),
        ))
    }

    /// Returns the member as it is with what it says now.
    fn updated(&self, member: &Member) -> Member {
        let ask = self.ask();
        let mut updated = member.clone();
        if let Some(rack) = &ask.rack_id {
            updated.rack = Some(rack.clone());
        }
        if ask.rebalance_timeout_ms != -1 {
            updated.rebalance_timeout_ms = ask.rebalance_timeout_ms;
        }
        if let Some(topology) = &ask.topology {
            updated.topology_epoch = topology.epoch;
        }
        updated.client_id.clone_from(&self.asker.who.client_id);
        updated.client_host.clone_from(&self.asker.who.host);
        if let Some(process) = &ask.process_id {
            updated.process.clone_from(process);
        }
        if let Some(tags) = &ask.client_tags {
            let tags = tags.iter().map(|tag| (tag.key.clone(), tag.value.clone()));
            updated.tags = tags.collect();
        }
        if let Some(endpoint) = &ask.user_endpoint {
            let (host, port) = (endpoint.host.clone(), endpoint.port);
            updated.endpoint = Some(Endpoint { host, port });
        }
        updated
    }

    /// Returns the topology of the group: the first member's, which is that of all others.
    fn topology(&mut self, group: &StreamsGroup) -> Result<Arc<Topology>, Refused> {
        let unexpected = || Refused::from(ErrorCode::UNKNOWN_SERVER_ERROR);
        let Some(said) = &self.asker.ask.topology else {
            return group.topology.clone().ok_or_else(unexpected);
        };
        let record = record_of(said);
        let said = Topology::of(record.clone()).map_err(|_| unexpected())?;
        match &group.topology {
            None => {
                self.records.push(records::topology(&group.id, &record));
                Ok(Arc::new(said))
            }
            Some(own) if own.epoch > said.epoch || **own == said => Ok(Arc::clone(own)),
            Some(_) => Err(Refused::new(
                ErrorCode::INVALID_REQUEST,
                "Topology updates are not supported yet.",
            )),
        }
    }

    fn note(&mut self, code: StatusCode, detail: String) {
        self.statuses.push(Status { status_code: code as i8, status_detail: detail });
    }

    fn note_stale(&mut self, group: &StreamsGroup, member: &Member) {
        let Some(own) = group.topology.as_ref().map(|topology| topology.epoch) else { return };
        let said = member.topology_epoch;
        if said < own {
            let detail = format!(
                "The member's topology epoch {said} is behind the group's topology epoch {own}."
            );
            self.note(StatusCode::StaleTopology, detail);
        }
    }

    /// Refuses a member that says that it has what is no task of the topology.
    fn check_tasks(&self, subtopologies: &BTreeMap<String, Configured>) -> Result<(), Refused> {
        let ask = self.ask();
        let kinds = [&ask.active_tasks, &ask.standby_tasks, &ask.warmup_tasks];
        for task in kinds.into_iter().flatten().flatten() {
            let id = &task.subtopology_id;
            let why = match subtopologies.get(id) {
                None => format!("Subtopology {id} does not exist in the topology."),
                Some(one) => {
                    let count = one.tasks;
                    let mut partitions = task.partitions.iter();
                    match partitions.find(|partition| !(0..count).contains(*partition)) {
                        None => continue,
                        Some(wrong) => format!(
                            "Task {wrong} for subtopology {id} is invalid. Number of tasks for \
                             this subtopology: {count}"
                        ),
                    }
                }
            };
            return Err(Refused::new(ErrorCode::INVALID_REQUEST, why));
        }
        Ok(())
    }

    /// Decides what the member is to have: as before, or by a new assignment for all, where the
    /// group is at a newer epoch. A group that was empty waits a while for more members.
    fn decide<'g>(
        &mut self,
        cx: &mut Cx,
        group: &'g StreamsGroup,
        epoch: i32,
        updated: &Member,
        topology: &ConfiguredTopology,
    ) -> Result<Decided<'g>, Refused> {
        let settings = *cx.settings.streams.of(&group.id);
        let delay = ModernTimer::Delay.of(&group.id, "");
        let delay_ms = Millis::from(settings.initial_rebalance_delay_ms);
        if group.is_empty() && delay_ms > 0 && !cx.timers.is_set(&delay) {
            cx.timers.set(delay.clone(), cx.now + delay_ms);
        }
        let before = group.target.epoch;
        if cx.timers.is_set(&delay) {
            let why = "Assignment delayed due to the configured initial rebalance delay.";
            self.note(StatusCode::AssignmentDelayed, why.to_owned());
            return Ok(Decided { epoch: before, target: Cow::Owned(Tasks::NONE) });
        }
        let last = Cow::Borrowed(group.target.of(&updated.id));
        if before >= epoch {
            return Ok(Decided { epoch: before, target: last });
        }
        let interval_ms = settings.assignment_interval_ms;
        // Without any room nobody gets more than there is.
        if cx.meter.room() == 0 || !may_assign(group.target.assigned_at, interval_ms, cx.now) {
            let why = "Assignment delayed due to the configured assignment interval.";
            self.note(StatusCode::AssignmentDelayed, why.to_owned());
            return Ok(Decided { epoch: before, target: last });
        }
        let standbys = usize::try_from(settings.num_standby_replicas).unwrap_or(0);
        let records = &mut self.records;
        let own = group.assign(cx.now, epoch, Some(updated), topology, standbys, records);
        Ok(Decided { epoch, target: Cow::Owned(own) })
    }

    /// Takes the member a step further towards what it is to have, and writes that down.
    fn reconcile(
        &mut self,
        cx: &mut Cx,
        group: &StreamsGroup,
        member: Member,
        decided: &Decided,
    ) -> Result<Member, Refused> {
        if member.is_reconciled_to(decided.epoch) {
            return Ok(member);
        }
        let (epoch, target) = (decided.epoch, &decided.target);
        let next = reconcile(&member, epoch, target, group.owners(), self.said.as_ref())?;
        if next != member {
            self.records.push(records::current(&group.id, &next));
            let timer = ModernTimer::Rebalance.of(&group.id, &next.id);
            match next.state {
                MemberState::Unrevoked => {
                    cx.timers.set(timer, cx.now + Millis::from(next.rebalance_timeout_ms));
                }
                _ => cx.timers.stop(&timer),
            }
        }
        Ok(next)
    }

    fn answer(
        &mut self,
        group: &StreamsGroup,
        before: &Member,
        now: &Member,
        configured: Arc<ConfiguredTopology>,
        counts: &dyn Fn(&str) -> Option<i32>,
    ) -> Result<Outcome, Refused> {
        let ask = &self.asker.ask;
        let mut answer = StreamsGroupHeartbeatResponse {
            member_id: now.id.to_string(),
            member_epoch: now.epoch,
            ..Default::default()
        };
        let mut endpoint_epoch = group.endpoint_epoch;
        if self.is_joining || before.assigned != now.assigned {
            answer.active_tasks = Some(told(&now.assigned.active_tasks()));
            answer.standby_tasks = Some(told(&now.assigned.standby));
            answer.warmup_tasks = Some(told(&now.assigned.warmup));
            endpoint_epoch += i32::from(now.endpoint.is_some());
        }
        if endpoint_epoch != ask.endpoint_information_epoch {
            let others = group.members().filter(|one| one.id != now.id);
            let all = endpoints(others.chain([now]), &configured, counts)?;
            answer.partitions_by_user_endpoint = Some(all);
        }
        if let Some(NotReady { code, detail }) = &configured.not_ready {
            self.note(*code, detail.clone());
        }
        let asked = ask.shutdown_application.then(|| ask.member_id.clone());
        let shutdown_by = group.shutdown_by.clone().or(asked);
        if let Some(by) = &shutdown_by {
            let detail = format!(
                "Streams group member {by} encountered a fatal error and requested a shutdown for \
                 the entire application."
            );
            self.note(StatusCode::ShutdownApplication, detail);
        }
        answer.status = Some(std::mem::take(&mut self.statuses));
        let to_create = configured.to_create.iter().map(|topic| topic.to_creatable()).collect();
        Ok(Outcome { answer, to_create, configured, endpoint_epoch, shutdown_by })
    }
}

/// Returns what a member is told that it has.
fn told(tasks: &TaskSet) -> Vec<TaskIdsResponse> {
    let told = |(id, some): (&String, &BTreeSet<i32>)| TaskIdsResponse {
        subtopology_id: id.clone(),
        partitions: some.iter().copied().collect(),
    };
    tasks.iter().map(told).collect()
}
