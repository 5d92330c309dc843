//! Numbers of which many follow each other, kept and told as runs: `3, 5 to 9`.

use std::collections::BTreeMap;

/// How many runs are kept: while the gaps between them are still being filled, there may be many.
const RUNS_MAX: usize = 200_000;

/// A set of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// First and last of each run.
    runs: BTreeMap<usize, usize>,
    count: u64,
}

impl Runs {
    /// Adds a number. It is counted, but not kept, if there are too many runs already.
    pub fn add(&mut self, number: usize) {
        let before = self.runs.range(..=number).next_back().map(|(first, last)| (*first, *last));
        if before.is_some_and(|(_, last)| last >= number) {
            return;
        }
        self.count += 1;
        let first = match before {
            Some((first, last)) if last + 1 == number => first,
            _ => number,
        };
        let last = self.runs.remove(&number.saturating_add(1)).unwrap_or(number);
        let is_new = first == number && last == number;
        if !is_new || self.runs.len() < RUNS_MAX {
            self.runs.insert(first, last);
        }
    }

    /// How many numbers there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The runs in order, first and last of each.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (usize, usize)> {
        self.runs.iter().map(|(first, last)| (*first, *last))
    }
}

impl FromIterator<usize> for Runs {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut runs = Runs::default();
        numbers.into_iter().for_each(|number| runs.add(number));
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_run_in_whatever_order_they_come() {
        let known: &[(&[usize], &[(usize, usize)])] = &[
            (&[], &[]),
            (&[5], &[(5, 5)]),
            (&[1, 2, 3], &[(1, 3)]),
            (&[3, 1, 2], &[(1, 3)]),
            (&[1, 3, 5, 2], &[(1, 3), (5, 5)]),
            (&[7, 7, 7], &[(7, 7)]),
            (&[usize::MAX, usize::MAX - 1], &[(usize::MAX - 1, usize::MAX)]),
        ];
        for (numbers, want) in known {
            let runs: Runs = numbers.iter().copied().collect();
            assert_eq!(runs.iter().collect::<Vec<_>>(), *want, "{numbers:?}");
        }
        let runs: Runs = [4, 9, 4].into_iter().collect();
        assert_eq!(runs.count(), 2);
    }

    #[test]
    fn memory_is_bounded() {
        let runs: Runs = (0..=RUNS_MAX).map(|number| number * 2).collect();
        assert_eq!((runs.iter().len(), runs.count()), (RUNS_MAX, RUNS_MAX as u64 + 1));
    }
}
