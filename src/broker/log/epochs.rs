//! Which leader epoch began at which offset (`leader-epoch-checkpoint`).
//!
//! Source: `LeaderEpochFileCache` of Apache Kafka.

use super::checkpoint;

/// The epochs of one log, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Epochs {
    entries: Vec<(i32, i64)>,
}

/// The epoch and the offset that mean "not known".
const UNDEFINED: (i32, i64) = (-1, -1);

impl Epochs {
    /// Reads the file's text. Entries that are not in order end the reading.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut epochs = Epochs::default();
        for line in checkpoint::lines(text)? {
            let (epoch, start) = line.split_once(' ')?;
            if !epochs.assign(epoch.parse().ok()?, start.parse().ok()?) {
                return None;
            }
        }
        Some(epochs)
    }

    pub(super) fn text(&self) -> String {
        let lines = self.entries.iter().map(|(epoch, start)| format!("{epoch} {start}"));
        checkpoint::text(lines)
    }

    /// Remembers that `epoch` begins at `start`. Says whether that is something new.
    pub(super) fn assign(&mut self, epoch: i32, start: i64) -> bool {
        let newer = self.entries.last().is_none_or(|last| epoch > last.0 && start >= last.1);
        if epoch < 0 || start < 0 || !newer {
            return false;
        }
        // An epoch in which nothing was written leaves no trace.
        if self.entries.last().is_some_and(|last| last.1 == start) {
            self.entries.pop();
        }
        self.entries.push((epoch, start));
        true
    }

    pub(super) fn latest(&self) -> Option<i32> {
        self.entries.last().map(|(epoch, _)| *epoch)
    }

    /// Forgets what begins at `end` or later. Says whether there was any.
    pub(super) fn truncate_end(&mut self, end: i64) -> bool {
        let before = self.entries.len();
        self.entries.retain(|(_, start)| *start < end);
        before != self.entries.len()
    }

    /// Forgets what ends before `start`; the epoch that it falls into begins there from now on.
    pub(super) fn truncate_start(&mut self, start: i64) -> bool {
        let before = self.clone();
        let passed = self.entries.partition_point(|entry| entry.1 <= start);
        if let Some(last) = passed.checked_sub(1) {
            self.entries.drain(..last);
            self.entries[0].1 = self.entries[0].1.max(start);
        }
        before != *self
    }

    /// The epoch of an offset.
    pub(super) fn at(&self, offset: i64) -> Option<i32> {
        let passed = self.entries.partition_point(|entry| entry.1 <= offset);
        passed.checked_sub(1).map(|at| self.entries[at].0)
    }

    /// Where `epoch` ends, and the epoch that this is said of: the largest that is not above
    /// the one asked for. What is not known is -1.
    pub(super) fn end_of(&self, epoch: i32, log_end: i64) -> (i32, i64) {
        if epoch < 0 {
            return UNDEFINED;
        }
        if self.latest() == Some(epoch) {
            return (epoch, log_end);
        }
        let passed = self.entries.partition_point(|entry| entry.0 <= epoch);
        let Some((_, end)) = self.entries.get(passed) else { return UNDEFINED };
        match passed.checked_sub(1) {
            Some(at) => (self.entries[at].0, *end),
            None => (epoch, *end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epochs() -> Epochs {
        Epochs::parse("0\n3\n1 0\n3 10\n5 30\n").unwrap()
    }

    #[test]
    fn the_end_of_an_epoch_is_where_the_next_begins() {
        // Asked for, answered epoch, answered offset; the log ends at 50.
        let table = [
            (-1, (-1, -1)),
            (0, (0, 0)),
            (1, (1, 10)),
            (2, (1, 10)),
            (3, (3, 30)),
            (4, (3, 30)),
            (5, (5, 50)),
            (6, (-1, -1)),
        ];
        for (epoch, answer) in table {
            assert_eq!(epochs().end_of(epoch, 50), answer, "{epoch}");
        }
        assert_eq!(Epochs::default().end_of(0, 50), (-1, -1));
    }

    #[test]
    fn truncation_keeps_the_epoch_that_it_falls_into() {
        let table = [(0, "1 0\n3 10\n5 30\n"), (5, "1 5\n3 10\n5 30\n"), (10, "3 10\n5 30\n")];
        for (start, text) in table {
            let mut epochs = epochs();
            epochs.truncate_start(start);
            assert!(epochs.text().ends_with(text), "{start}: {}", epochs.text());
        }
        let mut epochs = epochs();
        assert!(epochs.truncate_end(30));
        assert_eq!(epochs.text(), "0\n2\n1 0\n3 10\n");
        assert_eq!((epochs.at(9), epochs.at(10), epochs.at(99)), (Some(1), Some(3), Some(3)));
    }

    #[test]
    fn damaged_text_is_not_read() {
        for text in ["", "1\n0\n", "0\n2\n1 0\n", "0\n1\nx 0\n", "0\n2\n3 0\n1 5\n"] {
            assert_eq!(Epochs::parse(text), None, "{text:?}");
        }
        assert_eq!(Epochs::parse("0\n0\n"), Some(Epochs::default()));
    }
}
