//! The quick start as a course: every step, with any tools, on any cluster. What is seen is
//! written down, without times, ids and hosts, and must be the same everywhere.

use std::fmt::{Debug, Write};

use super::hand::{Hand, To};

const TOPIC: &str = "course-orders";
const GROUP: &str = "course-group";

const FIRST: &str = "\
customer-1:first order\n\
customer-2:second order\n\
customer-3:Bücher → 本\n\
customer-1:a : in the value\n\
customer-4:\n\
customer-5:{\"json\": true}\n\
customer-6:six\n\
customer-7:seven\n\
customer-8:eight\n\
customer-9:nine\n\
:an empty key\n\
customer-2:twelfth\n";

const SECOND: &str = "customer-1:13\ncustomer-2:14\ncustomer-3:15\ncustomer-4:16\ncustomer-5:17\n";

/// Takes the course and returns what was seen.
pub(super) fn take(hand: &mut dyn Hand) -> String {
    let mut seen = Seen(String::new());
    topics(hand, &mut seen);
    records(hand, &mut seen);
    groups(hand, &mut seen);
    ends(hand, &mut seen);
    seen.0
}

/// The notes.
struct Seen(String);

impl Seen {
    fn one(&mut self, step: &str, what: impl Debug) {
        writeln!(self.0, "{step}: {what:?}").unwrap();
    }

    fn all<T: Debug + Ord>(&mut self, step: &str, mut what: Vec<T>) {
        what.sort();
        writeln!(self.0, "{step}:").unwrap();
        what.iter().for_each(|row| writeln!(self.0, "  {row:?}").unwrap());
    }
}

fn topics(hand: &mut dyn Hand, seen: &mut Seen) {
    seen.one("created", hand.create(TOPIC, 3));
    seen.one("created again", hand.create(TOPIC, 3));
    seen.all("topics", ours(hand.topics()));
    seen.all("partitions", hand.describe(TOPIC));
}

fn ours(names: Vec<String>) -> Vec<String> {
    names.into_iter().filter(|name| name.starts_with("course-")).collect()
}

fn records(hand: &mut dyn Hand, seen: &mut Seen) {
    hand.produce(TOPIC, FIRST);
    seen.all("read without a group", hand.consume(TOPIC, None, 12));
    seen.all("read by a group", hand.consume(TOPIC, Some(GROUP), 12));
}

fn groups(hand: &mut dyn Hand, seen: &mut Seen) {
    seen.all("groups", ours(hand.groups()));
    seen.all("the group has read all", hand.places(GROUP));
    hand.produce(TOPIC, SECOND);
    seen.all("the group lags", hand.places(GROUP));
    let resets = [
        ("back to the beginning", To::Earliest, false),
        ("two back", To::ShiftBy(-2), false),
        ("two back", To::ShiftBy(-2), true),
    ];
    for (step, to, execute) in resets {
        seen.all(&format!("{step}, {execute}"), hand.reset(GROUP, TOPIC, to, execute));
        seen.all("the group stands", hand.places(GROUP));
    }
    // Two are read again in each of the three partitions, if so many were there.
    let behind: i64 = hand.places(GROUP).iter().filter_map(|place| place.lag).sum();
    seen.one("behind", behind);
    let count = usize::try_from(behind).unwrap();
    seen.all("read again", hand.consume(TOPIC, Some(GROUP), count));
    seen.all("the group has read all", hand.places(GROUP));
    let resets = [
        ("to 1", To::Offset(1)),
        ("far beyond the beginning", To::ShiftBy(-1000)),
        ("far beyond the end", To::ShiftBy(1000)),
        ("to the beginning", To::Earliest),
        ("to the end", To::Latest),
    ];
    for (step, to) in resets {
        seen.all(step, hand.reset(GROUP, TOPIC, to, true));
        seen.all("the group stands", hand.places(GROUP));
    }
}

fn ends(hand: &mut dyn Hand, seen: &mut Seen) {
    hand.delete_group(GROUP);
    seen.all("groups", ours(hand.groups()));
    hand.delete(TOPIC);
    seen.all("topics", ours(hand.topics()));
}
