//! Streams groups (KIP-1071), through the coordinator's front door. The answers and their words
//! are Apache Kafka 4.3.1's.

use rk::base::clock::Millis;
use rk::base::ids::Uuid;
use rk::broker::coord::effects::{Effect, Record, Reply, Ticket};
use rk::broker::coord::group::{AllSettings, Client, Config, Groups, StreamsSettings};
use rk::wire::ErrorCode;
use rk::wire::messages::create_topics::CreatableTopic;
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use rk::wire::messages::streams_group_describe::{DescribedGroup, StreamsGroupDescribeRequest};
use rk::wire::messages::streams_group_heartbeat::{
    CopartitionGroup, Endpoint, StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse,
    Subtopology, TaskIds, TaskIdsResponse, TopicInfo, Topology,
};

use super::bench::{Cluster, ORDERS, START};

pub(super) const GROUP: &str = "g";

/// Two subtopologies with a repartition topic between them; the second keeps state.
pub(super) fn topology() -> Topology {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let topic = |name: &str| TopicInfo { name: name.to_owned(), ..Default::default() };
    let first = Subtopology {
        subtopology_id: "0".to_owned(),
        source_topics: names(&["in"]),
        repartition_sink_topics: names(&["g-re"]),
        ..Default::default()
    };
    let second = Subtopology {
        subtopology_id: "1".to_owned(),
        repartition_source_topics: vec![topic("g-re")],
        state_changelog_topics: vec![topic("g-log")],
        ..Default::default()
    };
    Topology { epoch: 0, subtopologies: vec![first, second] }
}

/// What a member says when it joins.
pub(super) fn joining(member: &str, process: &str) -> StreamsGroupHeartbeatRequest {
    StreamsGroupHeartbeatRequest {
        group_id: GROUP.to_owned(),
        member_id: member.to_owned(),
        rebalance_timeout_ms: 10_000,
        topology: Some(topology()),
        active_tasks: Some(Vec::new()),
        standby_tasks: Some(Vec::new()),
        warmup_tasks: Some(Vec::new()),
        process_id: Some(process.to_owned()),
        endpoint_information_epoch: -1,
        ..Default::default()
    }
}

/// What a member says from then on, with what it has.
pub(super) fn beating(
    member: &str,
    epoch: i32,
    active: &[(&str, &[i32])],
) -> StreamsGroupHeartbeatRequest {
    let tasks = active.iter().map(|(id, partitions)| TaskIds {
        subtopology_id: (*id).to_owned(),
        partitions: partitions.to_vec(),
    });
    StreamsGroupHeartbeatRequest {
        group_id: GROUP.to_owned(),
        member_id: member.to_owned(),
        member_epoch: epoch,
        active_tasks: Some(tasks.collect()),
        standby_tasks: Some(Vec::new()),
        warmup_tasks: Some(Vec::new()),
        endpoint_information_epoch: -1,
        ..Default::default()
    }
}

/// A coordinator whose appends succeed at once.
pub(super) struct Shop {
    pub(super) now: Millis,
    pub(super) groups: Groups,
    pub(super) log: Vec<Record>,
    tickets: u64,
}

impl Shop {
    pub(super) fn new(settings: StreamsSettings) -> Self {
        let mut shop = Shop {
            now: START,
            groups: Groups::new(Config::default()),
            log: Vec::new(),
            tickets: 0,
        };
        shop.configure(settings);
        shop.groups.loaded(START, &mut Vec::new());
        shop
    }

    /// One without delays, whose source topic has two partitions.
    pub(super) fn quick() -> Self {
        let mut shop = Shop::new(QUICK);
        shop.topic("in", 1, 2);
        shop
    }

    /// One whose internal topics are there, too.
    pub(super) fn ready() -> Self {
        let mut shop = Shop::quick();
        shop.topic("g-re", 2, 2);
        shop.topic("g-log", 3, 2);
        shop
    }

    pub(super) fn configure(&mut self, settings: StreamsSettings) {
        let mut all = AllSettings::default();
        all.streams.common = settings;
        self.groups.configure(all);
    }

    pub(super) fn topic(&mut self, name: &str, id: u8, partitions: i32) {
        self.groups.see_topic(self.log.len() as i64, name, Some((Uuid([id; 16]), partitions)));
    }

    fn drive(&mut self, effects: Vec<Effect>, ticket: Ticket) -> Option<Reply> {
        let mut answer = None;
        let mut todo = std::collections::VecDeque::from(effects);
        while let Some(effect) = todo.pop_front() {
            match effect {
                Effect::Append { token, records, .. } => {
                    self.log.extend(records);
                    let mut next = Vec::new();
                    self.groups.appended(self.now, token, Ok(()), &mut next);
                    todo.extend(next);
                }
                Effect::Reply(to, reply) if to == ticket => answer = Some(reply),
                Effect::Reply(..) => {}
                Effect::Do(deed) => match deed {},
            }
        }
        answer
    }

    fn whole(
        &mut self,
        ask: StreamsGroupHeartbeatRequest,
    ) -> (StreamsGroupHeartbeatResponse, Vec<CreatableTopic>) {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let who = Client { client_id: "c".to_owned(), host: "/h".to_owned() };
        let mut out = Vec::new();
        self.groups.streams_heartbeat(self.now, ticket, who, ask, &mut out);
        match self.drive(out, ticket) {
            Some(Reply::StreamsGroupHeartbeat(answer, topics)) => (answer, topics),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn ask(
        &mut self,
        ask: StreamsGroupHeartbeatRequest,
    ) -> StreamsGroupHeartbeatResponse {
        self.whole(ask).0
    }

    fn pass(&mut self, ms: Millis) {
        self.now += ms;
        let mut out = Vec::new();
        self.groups.tick(self.now, &mut out);
        self.drive(out, Ticket(0));
    }

    pub(super) fn describe(&self) -> DescribedGroup {
        let group_ids = vec![GROUP.to_owned()];
        let ask = StreamsGroupDescribeRequest { group_ids, ..Default::default() };
        self.groups.describe_streams_groups(&ask).groups.remove(0)
    }

    fn state(&self) -> String {
        let group = self.describe();
        format!("{} {}/{}", group.group_state, group.group_epoch, group.assignment_epoch)
    }

    /// Commits, and returns the error.
    pub(super) fn commit(
        &mut self,
        version: i16,
        member: &str,
        epoch: i32,
        topic: &str,
    ) -> ErrorCode {
        let partition = OffsetCommitRequestPartition { partition_index: 0, ..Default::default() };
        let name = topic.to_owned();
        let topics =
            vec![OffsetCommitRequestTopic { name, topic_id: ORDERS, partitions: vec![partition] }];
        let ask = OffsetCommitRequest {
            group_id: GROUP.to_owned(),
            member_id: member.to_owned(),
            generation_id_or_member_epoch: epoch,
            topics,
            ..Default::default()
        };
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let mut out = Vec::new();
        self.groups.commit_offsets(self.now, ticket, version, &ask, &Cluster, &mut out);
        match self.drive(out, ticket) {
            Some(Reply::OffsetCommit(answer)) => {
                ErrorCode(answer.topics[0].partitions[0].error_code)
            }
            other => panic!("{other:?}"),
        }
    }
}

pub(super) const QUICK: StreamsSettings = StreamsSettings {
    session_timeout_ms: 45_000,
    heartbeat_interval_ms: 5_000,
    assignment_interval_ms: 0,
    initial_rebalance_delay_ms: 0,
    num_standby_replicas: 0,
};

fn tasks(tasks: &Option<Vec<TaskIdsResponse>>) -> String {
    let Some(tasks) = tasks else { return "as before".to_owned() };
    let each = tasks.iter().map(|one| format!("{}:{:?}", one.subtopology_id, one.partitions));
    each.collect::<Vec<_>>().join(" ")
}

/// What a member is told, in short.
pub(super) fn told(answer: &StreamsGroupHeartbeatResponse) -> String {
    assert_eq!((answer.error_code, &answer.error_message), (0, &None));
    format!("{} {}", answer.member_epoch, tasks(&answer.active_tasks))
}

fn statuses(answer: &StreamsGroupHeartbeatResponse) -> Vec<(i8, &str)> {
    let statuses = answer.status.iter().flatten();
    statuses.map(|one| (one.status_code, one.status_detail.as_str())).collect()
}

/// From nobody to a stable group of two and back, state by state.
#[test]
fn the_life_of_a_group() {
    let mut shop = Shop::new(QUICK);
    let missing = "Source topics in are missing.";
    let answer = shop.ask(joining("a", "pa"));
    assert_eq!((told(&answer), statuses(&answer)), ("2 ".to_owned(), vec![(1, missing)]));
    assert_eq!(answer.heartbeat_interval_ms, 5_000);
    assert_eq!(shop.state(), "NotReady 2/2");
    shop.topic("in", 1, 2);
    let (answer, to_create) = shop.whole(beating("a", 2, &[]));
    let missing = "Internal topics are missing: g-re, g-log";
    assert_eq!((told(&answer), statuses(&answer)), ("3 as before".into(), vec![(3, missing)]));
    let wanted = to_create.iter().map(|one| (one.name.as_str(), one.num_partitions));
    assert_eq!(wanted.collect::<Vec<_>>(), [("g-re", 2), ("g-log", 2)]);
    assert!(to_create.iter().all(|topic| topic.replication_factor == -1));
    shop.topic("g-re", 2, 2);
    shop.topic("g-log", 3, 2);
    let answer = shop.ask(beating("a", 3, &[]));
    assert_eq!((told(&answer), statuses(&answer)), ("4 0:[0, 1] 1:[0, 1]".into(), vec![]));
    assert_eq!(shop.state(), "Stable 4/4");
    // Another comes: the first gives up what the second waits for.
    assert_eq!(told(&shop.ask(joining("b", "pb"))), "5 ");
    assert_eq!(shop.state(), "Reconciling 5/5");
    let all: &[(&str, &[i32])] = &[("0", &[0, 1]), ("1", &[0, 1])];
    assert_eq!(told(&shop.ask(beating("a", 4, all))), "4 0:[0] 1:[0]");
    assert_eq!(told(&shop.ask(beating("b", 5, &[]))), "5 as before");
    assert_eq!(told(&shop.ask(beating("a", 4, all))), "4 as before");
    let half: &[(&str, &[i32])] = &[("0", &[0]), ("1", &[0])];
    assert_eq!(told(&shop.ask(beating("a", 4, half))), "5 as before");
    assert_eq!(told(&shop.ask(beating("b", 5, &[]))), "5 0:[1] 1:[1]");
    assert_eq!(shop.state(), "Stable 5/5");
    // One leaves: the other gets everything.
    let answer = shop.ask(StreamsGroupHeartbeatRequest {
        group_id: GROUP.to_owned(),
        member_id: "b".to_owned(),
        member_epoch: -1,
        ..Default::default()
    });
    assert_eq!((answer.member_epoch, answer.heartbeat_interval_ms), (-1, 0));
    assert_eq!(shop.state(), "Assigning 6/5");
    assert_eq!(told(&shop.ask(beating("a", 5, half))), "6 0:[0, 1] 1:[0, 1]");
    assert_eq!(shop.state(), "Stable 6/6");
    shop.pass(45_000);
    assert_eq!(shop.state(), "Empty 7/6");
}

#[test]
fn an_assignment_waits_for_more_members_and_for_its_interval() {
    let mut shop = Shop::new(StreamsSettings {
        initial_rebalance_delay_ms: 3_000,
        assignment_interval_ms: 1_000,
        ..QUICK
    });
    for (name, id) in [("in", 1), ("g-re", 2), ("g-log", 3)] {
        shop.topic(name, id, 2);
    }
    let delayed = "Assignment delayed due to the configured initial rebalance delay.";
    let answer = shop.ask(joining("a", "pa"));
    assert_eq!((told(&answer), statuses(&answer)), ("1 ".into(), vec![(5, delayed)]));
    assert_eq!(told(&shop.ask(joining("b", "pb"))), "1 ");
    assert_eq!(shop.state(), "Assigning 3/1");
    // The topology of a group that is new is looked at by the second heartbeat.
    assert_eq!(statuses(&shop.ask(beating("a", 1, &[]))), [(5, delayed)]);
    shop.pass(3_000);
    assert_eq!(shop.state(), "Reconciling 3/3");
    assert_eq!(told(&shop.ask(beating("a", 1, &[]))), "3 0:[0] 1:[0]");
    assert_eq!(told(&shop.ask(beating("b", 1, &[]))), "3 0:[1] 1:[1]");
    let delayed = "Assignment delayed due to the configured assignment interval.";
    let answer = shop.ask(joining("c", "pc"));
    assert_eq!((told(&answer), statuses(&answer)), ("3 ".into(), vec![(5, delayed)]));
    shop.pass(1_000);
    assert_eq!(shop.state(), "Assigning 4/3");
    assert_eq!(statuses(&shop.ask(beating("c", 3, &[]))), []);
    assert_eq!(shop.state(), "Reconciling 4/4");
}

#[test]
fn who_gives_nothing_up_in_time_is_out() {
    let mut shop = Shop::ready();
    shop.ask(joining("a", "pa"));
    shop.ask(joining("b", "pb"));
    let all: &[(&str, &[i32])] = &[("0", &[0, 1]), ("1", &[0, 1])];
    assert_eq!(told(&shop.ask(beating("a", 2, all))), "2 0:[0] 1:[0]");
    shop.pass(9_999);
    assert_eq!(shop.describe().members.len(), 2);
    shop.pass(1);
    assert_eq!((shop.describe().members.len(), shop.state().as_str()), (1, "Assigning 4/3"));
    assert_eq!(told(&shop.ask(beating("b", 3, &[]))), "4 0:[0, 1] 1:[0, 1]");
}

#[test]
fn standby_tasks_follow_the_config() {
    let mut shop = Shop::ready();
    shop.ask(joining("a", "pa"));
    shop.ask(joining("b", "pb"));
    shop.configure(StreamsSettings { num_standby_replicas: 1, ..QUICK });
    let all: &[(&str, &[i32])] = &[("0", &[0, 1]), ("1", &[0, 1])];
    let half: &[(&str, &[i32])] = &[("0", &[0]), ("1", &[0])];
    shop.ask(beating("a", 2, all));
    shop.ask(beating("a", 2, half));
    shop.ask(beating("b", 3, &[]));
    let answer = shop.ask(beating("b", 4, &[("0", &[1]), ("1", &[1])]));
    assert_eq!(tasks(&answer.standby_tasks), "as before");
    let group = shop.describe();
    let standby = group.members.iter().map(|member| {
        let standby = member.target_assignment.standby_tasks.iter();
        standby.map(|one| (one.subtopology_id.as_str(), one.partitions.clone())).collect()
    });
    let standby: Vec<Vec<(&str, Vec<i32>)>> = standby.collect();
    assert_eq!(standby, [vec![("1", vec![1])], vec![("1", vec![0])]]);
}

#[test]
fn a_member_asks_all_to_shut_down() {
    let mut shop = Shop::ready();
    shop.ask(joining("a", "pa"));
    shop.ask(joining("b", "pb"));
    let mut ask = beating("b", -1, &[]);
    ask.shutdown_application = true;
    shop.ask(ask);
    let all: &[(&str, &[i32])] = &[("0", &[0, 1]), ("1", &[0, 1])];
    let why = "Streams group member b encountered a fatal error and requested a shutdown for the \
               entire application.";
    assert_eq!(statuses(&shop.ask(beating("a", 2, all))), [(4, why)]);
    assert_eq!(statuses(&shop.ask(joining("c", "pc"))), [(4, why)]);
    for member in ["a", "c"] {
        shop.ask(beating(member, -1, &[]));
    }
    assert_eq!(statuses(&shop.ask(joining("d", "pd"))), []);
}

#[test]
fn members_tell_each_other_what_they_serve() {
    let mut shop = Shop::ready();
    let endpoint = |host: &str| Some(Endpoint { host: host.to_owned(), port: 7000 });
    let mut ask = joining("a", "pa");
    ask.user_endpoint = endpoint("ha");
    // The group that a first member makes is not there yet, and has no epoch.
    let answer = shop.ask(ask.clone());
    let served = answer.partitions_by_user_endpoint.unwrap();
    assert_eq!(answer.endpoint_information_epoch, 0);
    let served: Vec<(&str, Vec<i32>)> = served[0]
        .active_partitions
        .iter()
        .map(|one| (one.topic.as_str(), one.partitions.clone()))
        .collect();
    assert_eq!(served, [("in", vec![0, 1]), ("g-re", vec![0, 1])]);
    ask.user_endpoint = endpoint("hb");
    (ask.member_id, ask.process_id) = ("b".to_owned(), Some("pb".to_owned()));
    let answer = shop.ask(ask);
    assert_eq!(answer.endpoint_information_epoch, 1);
    let hosts = answer.partitions_by_user_endpoint.unwrap();
    let hosts = hosts.iter().map(|one| one.user_endpoint.host.as_str());
    assert_eq!(hosts.collect::<Vec<_>>(), ["ha", "hb"]);
    let mut ask = beating("b", 3, &[]);
    ask.endpoint_information_epoch = 1;
    assert_eq!(shop.ask(ask).partitions_by_user_endpoint, None);
    // Kafka has no words for a member with an endpoint in a group without its sources.
    let mut shop = Shop::new(QUICK);
    let mut ask = joining("a", "pa");
    ask.user_endpoint = endpoint("ha");
    assert_eq!(ErrorCode(shop.ask(ask).error_code), ErrorCode::UNKNOWN_SERVER_ERROR);
}

#[test]
fn what_is_joined_has_as_many_partitions() {
    let mut shop = Shop::quick();
    shop.topic("other", 9, 3);
    let mut ask = joining("a", "pa");
    let subtopology = &mut ask.topology.as_mut().unwrap().subtopologies[0];
    subtopology.source_topics.push("other".to_owned());
    subtopology.copartition_groups =
        vec![CopartitionGroup { source_topics: vec![0, 1], ..Default::default() }];
    let why = "Following topics do not have the same number of partitions: [{in=2, other=3}]";
    assert_eq!(statuses(&shop.ask(ask)), [(2, why)]);
    let mut shop = Shop::ready();
    shop.topic("g-log", 3, 5);
    let why = "Existing topic g-log has different number of partitions: expected 2, found 5";
    assert_eq!(statuses(&shop.ask(joining("a", "pa"))), [(2, why)]);
    assert_eq!(shop.state(), "NotReady 2/2");
}

#[test]
fn a_member_with_an_older_topology_is_told() {
    let mut shop = Shop::ready();
    let mut ask = joining("a", "pa");
    ask.topology.as_mut().unwrap().epoch = 3;
    shop.ask(ask);
    let why = "The member's topology epoch 0 is behind the group's topology epoch 3.";
    assert_eq!(statuses(&shop.ask(joining("b", "pb"))), [(0, why)]);
}

/// What is written is all that is remembered.
#[test]
fn a_restart_changes_nothing_that_is_remembered() {
    let mut shop = Shop::ready();
    let mut ask = joining("a", "pa");
    ask.rack_id = Some("r".to_owned());
    ask.user_endpoint = Some(Endpoint { host: "h".to_owned(), port: 65_535 });
    shop.ask(ask);
    shop.ask(joining("b", "pb"));
    let all: &[(&str, &[i32])] = &[("0", &[0, 1]), ("1", &[0, 1])];
    shop.ask(beating("a", 2, all));
    let mut again = Shop::ready();
    for record in &shop.log {
        again.groups.apply(&record.key, record.value.as_deref()).unwrap();
    }
    again.groups.loaded(START, &mut Vec::new());
    let mut before = shop.describe();
    // The topology has not been held against the topics yet.
    let topology = again.describe().topology;
    let mut partitions = topology.iter().flat_map(|one| one.subtopologies.iter().flatten());
    assert!(partitions.all(|one| one.state_changelog_topics.iter().all(|t| t.partitions == 0)));
    before.topology = topology;
    assert_eq!(again.describe(), before);
    again.pass(9_999);
    assert_eq!(again.describe().members.len(), 2);
    again.pass(1);
    assert_eq!(again.describe().members.len(), 1);
}
