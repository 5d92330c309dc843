//! A share group's life, record by record.

use super::*;
use crate::wire::messages::share_group_heartbeat::{
    ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse,
};

const TERMS: Terms = Terms {
    members_max: 3,
    heartbeat_interval_ms: 5000,
    assignment_interval_ms: 1000,
    initialize_retry_ms: 30_000,
};

const T: Uuid = Uuid([5; 16]);

struct OneTopic {
    partitions: i32,
}

impl Topics for OneTopic {
    fn by_name(&self, name: &str) -> Option<TopicInfo> {
        (name == "t").then(|| self.by_id(T)).flatten()
    }

    fn by_id(&self, id: Uuid) -> Option<TopicInfo> {
        let name = "t".to_owned();
        (id == T).then_some(TopicInfo { id, name, partitions: self.partitions })
    }

    fn rack(&self) -> String {
        String::new()
    }
}

struct Bench {
    groups: ShareGroups,
    topics: OneTopic,
    now: i64,
    log: Vec<Record>,
}

impl Bench {
    fn new() -> Self {
        let topics = OneTopic { partitions: 4 };
        Bench { groups: ShareGroups::new(50, usize::MAX), topics, now: 10_000, log: Vec::new() }
    }

    fn take(&mut self, records: Vec<Record>) {
        for record in records {
            self.groups.apply(self.now, &record.key, record.value.as_deref()).unwrap();
            self.log.push(record);
        }
    }

    fn beat(
        &mut self,
        member: &str,
        epoch: i32,
        names: Option<&[&str]>,
    ) -> Result<ShareGroupHeartbeatResponse, Refused> {
        let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        let ask = ShareGroupHeartbeatRequest {
            group_id: "g".into(),
            member_id: member.into(),
            member_epoch: epoch,
            subscribed_topic_names: names,
            ..Default::default()
        };
        let who = Client { client_id: "c".into(), host: "/127.0.0.1".into() };
        let plan = self.groups.heartbeat(self.now, who, &ask, &TERMS, &self.topics)?;
        self.take(plan.records);
        if !plan.answer.initialize.is_empty() {
            let parts = plan.answer.initialize;
            let done = self.groups.initialization_done(self.now, "g", &parts, true, &self.topics);
            self.take(done.into_iter().collect());
        }
        Ok(plan.answer.response)
    }

    fn parts(response: &ShareGroupHeartbeatResponse) -> Option<usize> {
        let assignment = response.assignment.as_ref()?;
        Some(assignment.topic_partitions.iter().map(|topic| topic.partitions.len()).sum())
    }

    fn kinds(&self) -> Vec<(u8, bool)> {
        self.log.iter().map(|record| (record.key[1], record.value.is_some())).collect()
    }
}

#[test]
fn a_member_joins_gets_its_partitions_and_leaves() {
    let mut bench = Bench::new();
    // The first answer assigns nothing: the state of the partitions is not kept yet.
    let first = bench.beat("a", 0, Some(&["t"])).unwrap();
    assert_eq!((first.member_epoch, Bench::parts(&first)), (2, Some(0)));
    let written = [(10, true), (11, true), (13, true), (12, true), (14, true), (15, true)];
    assert_eq!(bench.kinds()[..6], written);
    // Not before the assignment interval has passed.
    let soon = bench.beat("a", 2, None).unwrap();
    assert_eq!((soon.member_epoch, Bench::parts(&soon)), (2, None));
    bench.now += 1000;
    let later = bench.beat("a", 2, None).unwrap();
    assert_eq!((later.member_epoch, Bench::parts(&later)), (3, Some(4)));
    bench.now += 5000;
    let quiet = bench.beat("a", 3, None).unwrap();
    assert_eq!((quiet.member_epoch, Bench::parts(&quiet)), (3, None));
    let described = bench.groups.describe("g", &bench.topics);
    assert_eq!((described.group_state.as_str(), described.group_epoch), ("Stable", 3));
    let left = bench.beat("a", -1, None).unwrap();
    assert_eq!((left.member_epoch, left.heartbeat_interval_ms), (-1, 0));
    assert_eq!(bench.groups.describe("g", &bench.topics).group_state, "Empty");
    // All of it is in the log.
    let mut again = ShareGroups::new(50, usize::MAX);
    for record in &bench.log {
        again.apply(0, &record.key, record.value.as_deref()).unwrap();
    }
    let described = again.describe("g", &bench.topics);
    assert_eq!(described, bench.groups.describe("g", &bench.topics));
    assert_eq!(again.initialized("g"), Some(Assignment::from([(T, (0..4).collect())])));
}

#[test]
fn a_topic_that_grows_is_noticed() {
    let mut bench = Bench::new();
    bench.beat("a", 0, Some(&["t"])).unwrap();
    bench.now += 1000;
    bench.beat("a", 2, None).unwrap();
    bench.topics.partitions = 6;
    bench.now += 1000;
    let first = bench.beat("a", 3, None).unwrap();
    assert_eq!((first.member_epoch, Bench::parts(&first)), (4, None));
    bench.now += 1000;
    let second = bench.beat("a", 4, None).unwrap();
    assert_eq!((second.member_epoch, Bench::parts(&second)), (5, Some(6)));
}

#[test]
fn who_is_not_a_member_is_told_so() {
    let mut bench = Bench::new();
    let refused = |done: Result<ShareGroupHeartbeatResponse, Refused>| {
        let refused = done.unwrap_err();
        (refused.error, refused.text.unwrap())
    };
    let table = [
        ("", 0, Some(&["t"][..]), ErrorCode::INVALID_REQUEST, "MemberId can't be empty."),
        (
            "a",
            0,
            None,
            ErrorCode::INVALID_REQUEST,
            "SubscribedTopicNames must be set in first request.",
        ),
        ("a", -2, None, ErrorCode::INVALID_REQUEST, "MemberEpoch is invalid."),
        ("a", 3, None, ErrorCode::GROUP_ID_NOT_FOUND, "Share group g not found."),
        ("a", -1, None, ErrorCode::GROUP_ID_NOT_FOUND, "Group g not found."),
    ];
    for (member, epoch, names, error, text) in table {
        assert_eq!(refused(bench.beat(member, epoch, names)), (error, text.to_owned()));
    }
    bench.beat("a", 0, Some(&["t"])).unwrap();
    let text = "Member b is not a member of group g.".to_owned();
    assert_eq!(refused(bench.beat("b", 2, None)), (ErrorCode::UNKNOWN_MEMBER_ID, text));
    let (error, text) = refused(bench.beat("a", 9, None));
    assert_eq!(error, ErrorCode::FENCED_MEMBER_EPOCH);
    assert!(text.contains("a greater member epoch (9) than the one known"), "{text}");
    for member in ["b", "c"] {
        bench.now += 1000;
        bench.beat(member, 0, Some(&["t"])).unwrap();
    }
    let (error, text) = refused(bench.beat("d", 0, Some(&["t"])));
    assert_eq!(error, ErrorCode::GROUP_MAX_SIZE_REACHED);
    assert_eq!(text, "The share group has reached its maximum capacity of 3 members.");
}

#[test]
fn members_that_are_silent_are_found() {
    let mut bench = Bench::new();
    bench.beat("a", 0, Some(&["t"])).unwrap();
    bench.groups.hear_of("g", "a", 500);
    bench.groups.hear_of("g", "stranger", 100);
    assert_eq!(bench.groups.next_deadline(), Some(500));
    assert_eq!(bench.groups.expired(499), None);
    let gone = bench.groups.expired(500).unwrap();
    assert_eq!(gone, ("g".to_owned(), "a".to_owned()));
    let records = bench.groups.leave("g", "a", &bench.topics).unwrap();
    bench.take(records);
    assert_eq!(bench.groups.next_deadline(), None);
}

#[test]
fn a_group_is_deleted_when_nobody_is_in_it() {
    let mut bench = Bench::new();
    bench.beat("a", 0, Some(&["t"])).unwrap();
    let not_empty = |done: Refused| done.error == ErrorCode::NON_EMPTY_GROUP;
    assert!(bench.groups.delete_state("g", &bench.topics).is_err_and(not_empty));
    assert!(bench.groups.delete_offsets("g", &[], &bench.topics).is_err_and(not_empty));
    bench.beat("a", -1, None).unwrap();
    let names = ["t".to_owned(), "u".to_owned()];
    let plan = bench.groups.delete_offsets("g", &names, &bench.topics).unwrap();
    assert_eq!(plan.answer.partitions[&T].len(), 4);
    assert_eq!(plan.answer.refused.len(), 1);
    bench.take(plan.records);
    let done = BTreeSet::from([T]);
    let done = bench.groups.deletion_done("g", &done, &bench.topics).unwrap();
    bench.take(vec![done]);
    let again = bench.groups.delete_offsets("g", &names[..1], &bench.topics).unwrap();
    let text = again.answer.refused[0].error_message.as_deref();
    assert_eq!(text, Some("There is no offset information to delete."));
    let records = bench.groups.delete("g").unwrap();
    bench.take(records);
    assert!(!bench.groups.contains("g"));
}
