//! The assignor of streams groups, `sticky`: tasks stay where they were as far as the load is
//! even, a new active task goes to where a copy of its state is, and copies go to other
//! processes (`StickyTaskAssignor`).
//!
//! Among equals it chooses as Kafka does, so that the same members get the same tasks.

mod process;

use std::collections::{BTreeMap, HashMap, HashSet};

use self::process::{Process, by_load};
use super::tasks::Tasks;
use crate::broker::coord::java::{DEFAULT_BUCKETS, Heap, in_hash_order};

/// A task: a subtopology, by its place among all, and a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Task {
    subtopology: usize,
    index: i32,
}

/// What is known of a member: its process, and what it was to have before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec<'a> {
    pub(super) process: &'a str,
    pub(super) before: &'a Tasks,
}

/// What is known of a subtopology.
#[derive(Clone, Debug)]
pub(super) struct Work<'a> {
    pub(super) id: &'a str,
    pub(super) tasks: i32,
    /// Whether it has state, of which copies can be kept.
    pub(super) is_stateful: bool,
}

/// A member: its process and its place there.
#[derive(Clone, Copy, Debug)]
struct Seat {
    process: usize,
    member: usize,
}

/// How many more tasks members may get: evenly, and what is left over one by one.
#[derive(Clone, Copy, Debug)]
struct Quota {
    tasks: i64,
    members: i64,
    each: i64,
}

impl Quota {
    fn new(tasks: i64, members: i64) -> Self {
        let mut quota = Quota { tasks, members, each: 0 };
        quota.share();
        quota
    }

    fn share(&mut self) {
        self.each = match self.members {
            0 => 0,
            members => self.tasks / members + i64::from(self.tasks % members > 0),
        };
    }

    /// A member has as many tasks now: if these are all that it gets, the others share the rest.
    fn took(&mut self, count: i64) {
        if count == self.each {
            self.members -= 1;
            self.tasks -= count;
            self.share();
        }
    }
}

struct Assignor<'a> {
    work: &'a [Work<'a>],
    /// In the order of Kafka's table.
    processes: Vec<Process<'a>>,
    was_active: HashMap<Task, Seat>,
    was_standby: HashMap<Task, Vec<Seat>>,
    active_quota: Quota,
    total_quota: Quota,
    standbys: usize,
}

/// Decides who is to have which task. Where nobody is there, nobody has any. The subtopologies
/// come in order.
pub(super) fn assign(
    members: &BTreeMap<&str, Spec<'_>>,
    work: &[Work<'_>],
    standbys: usize,
) -> BTreeMap<String, Tasks> {
    if members.is_empty() {
        return BTreeMap::new();
    }
    let mut assignor = Assignor::new(members, work, standbys);
    let all = assignor.tasks(|_| true);
    assignor.assign_active(all);
    if standbys > 0 {
        let stateful = assignor.tasks(|work| work.is_stateful);
        assignor.assign_standby(stateful);
    }
    assignor.result()
}

impl<'a> Assignor<'a> {
    fn new(members: &BTreeMap<&'a str, Spec<'a>>, work: &'a [Work<'a>], standbys: usize) -> Self {
        let active: i64 = work.iter().map(|one| i64::from(one.tasks)).sum();
        let stateful = work.iter().filter(|one| one.is_stateful);
        let copies: i64 = stateful.map(|one| i64::from(one.tasks)).sum();
        let count = members.len() as i64;
        let total = active + copies * standbys as i64;
        let mut assignor = Assignor {
            work,
            processes: Vec::new(),
            was_active: HashMap::new(),
            was_standby: HashMap::new(),
            active_quota: Quota::new(active, count),
            total_quota: Quota::new(total, count),
            standbys,
        };
        assignor.seat(members);
        assignor
    }

    /// Seats the members in their processes, and notes what they had.
    fn seat(&mut self, members: &BTreeMap<&'a str, Spec<'a>>) {
        let names = members.iter().map(|(id, spec)| (*id, *spec));
        let members = in_hash_order(names, |(id, _)| id, DEFAULT_BUCKETS, members.len());
        let mut seen = HashSet::new();
        let ids = members.iter().map(|(_, spec)| spec.process);
        let ids: Vec<&str> = ids.filter(|id| seen.insert(*id)).collect();
        let count = ids.len();
        let ids = in_hash_order(ids, |id| id, members.len(), count);
        let places: HashMap<&str, usize> =
            ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        self.processes = ids.iter().map(|_| Process::default()).collect();
        let subtopologies: HashMap<&str, usize> =
            self.work.iter().enumerate().map(|(at, work)| (work.id, at)).collect();
        for (id, spec) in members {
            let process = places[spec.process];
            let seat = Seat { process, member: self.processes[process].add_member(id) };
            let known = |(id, index): (&String, &i32)| {
                let subtopology = *subtopologies.get(id.as_str())?;
                Some(Task { subtopology, index: *index })
            };
            let each = |(id, some)| std::iter::repeat(id).zip(some);
            for task in spec.before.active.iter().flat_map(each).filter_map(known) {
                self.was_active.insert(task, seat);
            }
            for task in spec.before.standby.iter().flat_map(each).filter_map(known) {
                self.was_standby.entry(task).or_default().push(seat);
            }
        }
        for process in &mut self.processes {
            process.seated();
        }
    }

    fn tasks(&self, wanted: impl Fn(&Work) -> bool) -> Vec<Task> {
        let all = self.work.iter().enumerate().filter(|(_, work)| wanted(work));
        let each = all.flat_map(|(subtopology, work)| {
            (0..work.tasks).map(move |index| Task { subtopology, index })
        });
        each.collect()
    }

    fn give(&mut self, seat: Seat, task: Task, is_active: bool) {
        let count = self.processes[seat.process].give(seat.member, task, is_active);
        self.took(count, is_active);
    }

    fn took(&mut self, count: i64, is_active: bool) {
        if is_active {
            self.active_quota.took(count);
        }
        self.total_quota.took(count);
    }

    fn load_of(&self, seat: Seat) -> i64 {
        self.processes[seat.process].count_of(seat.member)
    }

    fn assign_active(&mut self, mut tasks: Vec<Task>) {
        // Partition by partition, so that each member keeps some of every subtopology.
        tasks.sort_by_key(|task| (task.index, task.subtopology));
        tasks.retain(|task| {
            let before = self.was_active.get(task).copied();
            let seat = before.filter(|seat| self.load_of(*seat) < self.active_quota.each);
            if let Some(seat) = seat {
                self.give(seat, *task, true);
            }
            seat.is_none()
        });
        tasks.retain(|task| {
            let before = self.was_standby.get(task).and_then(|seats| self.least(seats, None));
            let seat = before.filter(|seat| self.load_of(*seat) < self.active_quota.each);
            if let Some(seat) = seat {
                self.give(seat, *task, true);
            }
            seat.is_none()
        });
        tasks.sort();
        let mut heap = self.heap();
        for task in tasks {
            let Some(at) = heap.pop(|a, b| by_load(&self.processes, *a, *b)) else { return };
            let count = self.processes[at].give_to_least(task, true);
            self.took(count, true);
            heap.push(at, |a, b| by_load(&self.processes, *a, *b));
        }
    }

    /// Returns the processes, those with the least load first.
    fn heap(&self) -> Heap<usize> {
        let mut heap = Heap::new();
        for at in 0..self.processes.len() {
            heap.push(at, |a, b| by_load(&self.processes, *a, *b));
        }
        heap
    }

    /// Returns the one of these with the least load, if its process does not have `task`. One
    /// that comes later must be better by its process and by itself.
    fn least(&self, seats: &[Seat], task: Option<&Task>) -> Option<Seat> {
        let has = |seat: &Seat| task.is_some_and(|task| self.processes[seat.process].has(task));
        let first = *seats.first()?;
        let mut best = first;
        for seat in &seats[1..] {
            let lighter = self.processes[seat.process].load() < self.processes[best.process].load();
            if lighter && !has(seat) && self.load_of(*seat) < self.load_of(best) {
                best = *seat;
            }
        }
        // Kafka looks at the first one's process here, whoever was chosen.
        (!has(&first)).then_some(best)
    }

    fn assign_standby(&mut self, mut tasks: Vec<Task>) {
        let mut left: Vec<(Task, usize)> = Vec::new();
        tasks.sort_by_key(|task| std::cmp::Reverse((task.index, task.subtopology)));
        for task in tasks {
            for done in 0..self.standbys {
                let Some(seat) = self.had(&task) else {
                    left.push((task, self.standbys - done));
                    break;
                };
                self.give(seat, task, false);
            }
        }
        left.sort_by_key(|(task, _)| std::cmp::Reverse(*task));
        let mut heap = self.heap();
        for (task, copies) in left {
            // Where no process is left for one copy there is none for the next.
            let mut copies = 0..copies;
            while copies.next().is_some() && self.give_to_another(&mut heap, task) {}
        }
    }

    /// Returns who had the task, may have a copy of it, and has room.
    fn had(&self, task: &Task) -> Option<Seat> {
        let has_room = |seat: &Seat| self.load_of(*seat) < self.total_quota.each;
        let active = self.was_active.get(task).copied();
        let active =
            active.filter(|seat| !self.processes[seat.process].has(task) && has_room(seat));
        active.or_else(|| {
            let standby =
                self.was_standby.get(task).and_then(|seats| self.least(seats, Some(task)));
            standby.filter(has_room)
        })
    }

    /// Gives a copy to the process with the least load among those that do not have the task.
    fn give_to_another(&mut self, heap: &mut Heap<usize>, task: Task) -> bool {
        let mut passed_over = Vec::new();
        let mut found = false;
        while let Some(at) = heap.pop(|a, b| by_load(&self.processes, *a, *b)) {
            passed_over.push(at);
            if !self.processes[at].has(&task) {
                let count = self.processes[at].give_to_least(task, false);
                self.took(count, false);
                found = true;
                break;
            }
        }
        for at in passed_over.into_iter().rev() {
            heap.push(at, |a, b| by_load(&self.processes, *a, *b));
        }
        found
    }

    fn result(self) -> BTreeMap<String, Tasks> {
        let mut result = BTreeMap::new();
        for process in self.processes {
            for (id, active, standby) in process.into_members() {
                let mut tasks = Tasks::default();
                for (set, given) in [(&mut tasks.active, active), (&mut tasks.standby, standby)] {
                    for task in given {
                        let id = self.work[task.subtopology].id;
                        set.entry(id.to_owned()).or_default().insert(task.index);
                    }
                }
                result.insert(id.to_owned(), tasks);
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::coord::group::streams::tasks::TaskSet;

    /// What Kafka's own assignor decided (`tests/broker/java/StreamsAssignments.java`).
    const DECIDED: &str =
        include_str!("../../../../../../tests/broker/coord/kafka-4.3.1-streams-assignments.txt");

    fn tasks(text: &str) -> TaskSet {
        let mut set = TaskSet::new();
        for task in text.split(',').filter(|task| *task != "-") {
            let (id, index) = task.split_once('_').unwrap();
            set.entry(id.to_owned()).or_default().insert(index.parse().unwrap());
        }
        set
    }

    #[test]
    fn every_decision_is_kafkas() {
        let mut decided = 0;
        for case in DECIDED.split("case standbys=").skip(1) {
            let (head, rounds) = case.split_once("round\n").unwrap();
            let standbys: usize = head.lines().next().unwrap().parse().unwrap();
            let work: Vec<Work> = head
                .lines()
                .filter_map(|line| line.strip_prefix("work "))
                .map(|line| {
                    let words: Vec<&str> = line.split(' ').collect();
                    let (tasks, is_stateful) = (words[1].parse().unwrap(), words[2] == "true");
                    Work { id: words[0], tasks, is_stateful }
                })
                .collect();
            let mut before: BTreeMap<String, Tasks> = BTreeMap::new();
            for round in rounds.split("round\n") {
                let members: Vec<Vec<&str>> =
                    round.lines().map(|line| line.split(' ').collect()).collect();
                let nothing = Tasks::default();
                let specs = members.iter().map(|words| {
                    let before = before.get(words[0]).unwrap_or(&nothing);
                    (words[0], Spec { process: words[1], before })
                });
                let ours = assign(&specs.collect(), &work, standbys);
                let expected = members.iter().map(|words| {
                    let (active, standby) = (tasks(words[2]), tasks(words[3]));
                    (words[0].to_owned(), Tasks { active, standby, ..Tasks::default() })
                });
                assert_eq!(ours, expected.collect(), "{head}{round}");
                decided += 1;
                before = ours;
            }
        }
        assert!(decided > 150, "{decided}");
    }

    #[test]
    fn nobody_gets_nothing() {
        let work = [Work { id: "0", tasks: 3, is_stateful: true }];
        assert!(assign(&BTreeMap::new(), &work, 1).is_empty());
    }
}
