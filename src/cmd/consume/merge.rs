//! `--sort time`: one order out of many, each partition's own order kept.
//!
//! A record is next when every partition that is still read has one to compare it with. Pure.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// What is merged: entries of one partition, with their times.
pub(super) trait Run {
    /// The time of an entry; none: there is no such entry.
    fn time(&self, index: usize) -> Option<i64>;
}

/// Entries of one partition that wait.
#[derive(Debug)]
struct Lane<R> {
    runs: VecDeque<R>,
    /// The next entry of the first run.
    at: usize,
    is_open: bool,
}

/// Merges what comes in.
#[derive(Debug)]
pub(super) struct Merge<R> {
    lanes: Vec<Lane<R>>,
    /// The first entry of each lane that has one: time and lane.
    heads: BinaryHeap<Reverse<(i64, usize)>>,
    /// How many lanes are open and have no entry.
    missing: usize,
}

impl<R: Run> Merge<R> {
    /// Begins with so many partitions, some of which have nothing to give.
    pub(super) fn new(open: impl Iterator<Item = bool>) -> Self {
        let lane = |is_open| Lane { runs: VecDeque::new(), at: 0, is_open };
        let lanes: Vec<_> = open.map(lane).collect();
        let missing = lanes.iter().filter(|lane| lane.is_open).count();
        Merge { lanes, heads: BinaryHeap::new(), missing }
    }

    /// Takes what comes next of a partition, and whether that was the last.
    pub(super) fn push(&mut self, part: usize, run: R, is_last: bool) {
        let lane = &mut self.lanes[part];
        let had_entry = !lane.runs.is_empty();
        let was_missing = lane.is_open && !had_entry;
        if run.time(0).is_some() {
            lane.runs.push_back(run);
        }
        lane.is_open &= !is_last;
        let has_entry = !lane.runs.is_empty();
        let is_missing = lane.is_open && !has_entry;
        self.missing += usize::from(is_missing);
        self.missing -= usize::from(was_missing);
        if has_entry && !had_entry {
            self.raise(part);
        }
    }

    /// A partition will give no more.
    pub(super) fn close(&mut self, part: usize) {
        let lane = &mut self.lanes[part];
        self.missing -= usize::from(lane.is_open && lane.runs.is_empty());
        lane.is_open = false;
    }

    fn raise(&mut self, part: usize) {
        let lane = &self.lanes[part];
        if let Some(time) = lane.runs.front().and_then(|run| run.time(lane.at)) {
            self.heads.push(Reverse((time, part)));
        }
    }

    /// Calls `each` with the next entry, its run and its index there; returns whether there was
    /// one that may be given already.
    pub(super) fn next<T>(&mut self, each: impl FnOnce(usize, &R, usize) -> T) -> Option<T> {
        if self.missing > 0 {
            return None;
        }
        let Reverse((_, part)) = self.heads.pop()?;
        let lane = &mut self.lanes[part];
        let given = lane.runs.front().map(|run| each(part, run, lane.at));
        lane.at += 1;
        let is_over = lane.runs.front().is_some_and(|run| run.time(lane.at).is_none());
        if is_over {
            lane.runs.pop_front();
            lane.at = 0;
            self.missing += usize::from(lane.is_open && lane.runs.is_empty());
        }
        self.raise(part);
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Run for Vec<i64> {
        fn time(&self, index: usize) -> Option<i64> {
            self.get(index).copied()
        }
    }

    fn drain(merge: &mut Merge<Vec<i64>>) -> Vec<(usize, i64)> {
        std::iter::from_fn(|| merge.next(|part, run, at| (part, run[at]))).collect()
    }

    #[test]
    fn nothing_is_given_before_all_can_be_compared() {
        let mut merge = Merge::new([true, true, false].into_iter());
        merge.push(0, vec![1, 5], false);
        assert!(drain(&mut merge).is_empty());
        merge.push(1, vec![2, 3], false);
        assert_eq!(drain(&mut merge), [(0, 1), (1, 2), (1, 3)]);
        merge.push(1, vec![], false);
        assert!(drain(&mut merge).is_empty());
        merge.push(1, vec![4, 9], true);
        assert_eq!(drain(&mut merge), [(1, 4), (0, 5)]);
        merge.close(0);
        assert_eq!(drain(&mut merge), [(1, 9)]);
    }

    #[test]
    fn whatever_comes_in_which_order_comes_out_sorted() {
        let mut seed = 5_u64;
        let mut random = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..300 {
            let lanes = 1 + random(4) as usize;
            let mut merge = Merge::new(std::iter::repeat_n(true, lanes));
            let mut open: Vec<usize> = (0..lanes).collect();
            let (mut all, mut given, mut last) = (Vec::new(), Vec::new(), vec![0_i64; lanes]);
            while !open.is_empty() {
                let at = random(open.len() as u64) as usize;
                let part = open[at];
                let run: Vec<i64> = (0..random(4))
                    .map(|_| {
                        last[part] += random(5) as i64;
                        last[part]
                    })
                    .collect();
                all.extend(run.iter().map(|time| (*time, part)));
                let is_last = random(5) == 0;
                if is_last {
                    open.swap_remove(at);
                }
                merge.push(part, run, is_last);
                given.extend(drain(&mut merge).into_iter().map(|(part, time)| (time, part)));
            }
            all.sort();
            assert_eq!(given, all);
        }
    }
}
