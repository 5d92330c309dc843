//! Somebody who takes whichever tools lie nearer: what one has done, the other sees.

use super::hand::{Hand, Partition, Place, Row, To};

/// Two sets of tools on one cluster, in turn.
pub(super) struct MixedHand<'a> {
    hands: [&'a mut dyn Hand; 2],
    turn: usize,
}

impl<'a> MixedHand<'a> {
    pub(super) fn new(one: &'a mut dyn Hand, other: &'a mut dyn Hand) -> Self {
        MixedHand { hands: [one, other], turn: 0 }
    }

    fn next(&mut self) -> &mut dyn Hand {
        self.turn += 1;
        self.hands[self.turn % 2]
    }
}

impl Hand for MixedHand<'_> {
    fn create(&mut self, topic: &str, partitions: i32) -> bool {
        self.next().create(topic, partitions)
    }

    fn topics(&mut self) -> Vec<String> {
        self.next().topics()
    }

    fn describe(&mut self, topic: &str) -> Vec<Partition> {
        self.next().describe(topic)
    }

    fn delete(&mut self, topic: &str) {
        self.next().delete(topic);
    }

    fn produce(&mut self, topic: &str, lines: &str) {
        self.next().produce(topic, lines);
    }

    fn consume(&mut self, topic: &str, group: Option<&str>, count: usize) -> Vec<Row> {
        self.next().consume(topic, group, count)
    }

    fn groups(&mut self) -> Vec<String> {
        self.next().groups()
    }

    fn places(&mut self, group: &str) -> Vec<Place> {
        self.next().places(group)
    }

    fn reset(&mut self, group: &str, topic: &str, to: To, execute: bool) -> Vec<(i32, i64)> {
        self.next().reset(group, topic, to, execute)
    }

    fn delete_group(&mut self, group: &str) {
        self.next().delete_group(group);
    }
}
