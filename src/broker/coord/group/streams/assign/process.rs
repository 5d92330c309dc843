//! A process while its tasks are being decided (`ProcessState`).

use std::cmp::Ordering;
use std::collections::HashSet;

use super::Task;
use crate::broker::coord::java::{DEFAULT_BUCKETS, Heap, in_hash_order};

/// A process: its members, and what they were given.
#[derive(Debug, Default)]
pub(super) struct Process<'a> {
    members: Vec<Taker<'a>>,
    /// The order of Kafka's table of members.
    order: Vec<usize>,
    tasks: HashSet<Task>,
    count: i64,
    /// Members by how much each had when the queue last saw it: made when it is needed, and
    /// again after somebody was given a task by name.
    queue: Option<Heap<(usize, i64)>>,
}

#[derive(Debug)]
struct Taker<'a> {
    id: &'a str,
    active: Vec<Task>,
    standby: Vec<Task>,
}

impl Taker<'_> {
    fn count(&self) -> i64 {
        (self.active.len() + self.standby.len()) as i64
    }
}

/// Compares the loads of two processes.
pub(super) fn by_load(all: &[Process<'_>], a: usize, b: usize) -> Ordering {
    all[a].load().total_cmp(&all[b].load())
}

impl<'a> Process<'a> {
    /// Adds a member. Returns its place.
    pub(super) fn add_member(&mut self, id: &'a str) -> usize {
        self.members.push(Taker { id, active: Vec::new(), standby: Vec::new() });
        self.members.len() - 1
    }

    /// All members are there.
    pub(super) fn seated(&mut self) {
        let len = self.members.len();
        let members = self.members.iter().enumerate();
        let members = in_hash_order(members, |(_, taker)| taker.id, DEFAULT_BUCKETS, len);
        self.order = members.into_iter().map(|(at, _)| at).collect();
    }

    /// Returns how many tasks there are for each member.
    pub(super) fn load(&self) -> f64 {
        self.count as f64 / self.members.len() as f64
    }

    pub(super) fn has(&self, task: &Task) -> bool {
        self.tasks.contains(task)
    }

    pub(super) fn count_of(&self, member: usize) -> i64 {
        self.members[member].count()
    }

    /// Gives a task to a member. Returns how many it has then.
    pub(super) fn give(&mut self, member: usize, task: Task, is_active: bool) -> i64 {
        self.queue = None;
        self.put(member, task, is_active)
    }

    fn put(&mut self, member: usize, task: Task, is_active: bool) -> i64 {
        self.count += 1;
        self.tasks.insert(task);
        let taker = &mut self.members[member];
        match is_active {
            true => taker.active.push(task),
            false => taker.standby.push(task),
        }
        taker.count()
    }

    /// Gives a task to the member that has the fewest. Returns how many it has then.
    pub(super) fn give_to_least(&mut self, task: Task, is_active: bool) -> i64 {
        let compare = |a: &(usize, i64), b: &(usize, i64)| a.1.cmp(&b.1);
        let mut queue = self.queue.take().unwrap_or_else(|| {
            let mut queue = Heap::new();
            for at in &self.order {
                queue.push((*at, self.members[*at].count()), compare);
            }
            queue
        });
        // A process is there because a member is.
        let member = queue.pop(compare).map_or(0, |(member, _)| member);
        let count = self.put(member, task, is_active);
        queue.push((member, count), compare);
        self.queue = Some(queue);
        count
    }

    /// Returns the members with their active tasks and their standby tasks.
    pub(super) fn into_members(self) -> impl Iterator<Item = (&'a str, Vec<Task>, Vec<Task>)> {
        self.members.into_iter().map(|taker| (taker.id, taker.active, taker.standby))
    }
}
