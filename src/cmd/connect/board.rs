//! What `rk connect run` shows on a terminal: a line for each connector.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::connect::runtime::{ConnectorView, State};

/// What was counted of a connector when its line was drawn last.
pub(super) type Before = BTreeMap<String, u64>;

/// A line for each connector: how fast, how much, how far behind, how many errors.
pub(super) fn lines(
    connectors: &[ConnectorView],
    before: &mut Before,
    elapsed: Duration,
    lag: impl Fn(&str) -> Option<u64>,
) -> Vec<String> {
    let width = connectors.iter().map(|one| one.name.chars().count()).max().unwrap_or_default();
    let line = |one: &ConnectorView| {
        let sum = |of: fn(&crate::connect::runtime::Counts) -> u64| -> u64 {
            one.tasks.iter().map(|task| of(&task.counts)).sum()
        };
        let written = sum(|counts| counts.written);
        let fresh = written.saturating_sub(before.insert(one.name.clone(), written).unwrap_or(0));
        let seconds = elapsed.as_secs_f64().max(0.001);
        let speed = (fresh as f64 / seconds).round() as u64;
        let is = |state| one.tasks.iter().filter(|task| task.state == state).count();
        let (running, all) = (is(State::Running), one.tasks.len());
        let mut told = format!(
            "{:width$}  {} {}, {} records/s, {} written",
            one.name,
            one.state.name(),
            told_tasks(running, all),
            grouped(speed),
            grouped(written),
        );
        if one.is_sink {
            let lag = lag(&one.name).map_or("?".to_owned(), grouped);
            told.push_str(&format!(", lag {lag}"));
        }
        let (skipped, dead) = (sum(|counts| counts.skipped), sum(|counts| counts.dead));
        for (count, what) in [
            (skipped, "left out"),
            (dead, "dead letters"),
            (sum(|counts| counts.retries), "retries"),
            (is(State::Failed) as u64, "tasks FAILED"),
        ] {
            if count > 0 {
                told.push_str(&format!(", {} {what}", grouped(count)));
            }
        }
        told
    };
    connectors.iter().map(line).collect()
}

fn told_tasks(running: usize, all: usize) -> String {
    format!("{running}/{all} tasks")
}

/// A number with a blank between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::config::file::Pairs;
    use crate::connect::runtime::{Counts, TaskView};

    fn view(name: &str, is_sink: bool, tasks: &[(State, Counts)]) -> ConnectorView {
        let task = |(task, (state, counts)): (usize, &(State, Counts))| TaskView {
            task,
            state: *state,
            trace: None,
            counts: *counts,
            is_at_end: false,
            config: Pairs::new(),
        };
        ConnectorView {
            name: name.to_owned(),
            config: Pairs::new(),
            is_sink,
            state: State::Running,
            trace: None,
            tasks: tasks.iter().enumerate().map(task).collect(),
        }
    }

    #[test]
    fn each_connector_has_a_line_with_what_happened_since_the_last_one() {
        let counts = |written| Counts { read: written, written, ..Counts::default() };
        let bad = Counts { skipped: 2, dead: 1, ..counts(1_000) };
        let mut before = Before::new();
        let all = [
            view("sink", true, &[(State::Running, counts(1_234_000)), (State::Failed, bad)]),
            view("a-source", false, &[(State::Running, counts(5))]),
        ];
        let second = Duration::from_secs(1);
        let _ = lines(&all, &mut before, second, |_| None);
        let all = [
            view("sink", true, &[(State::Running, counts(1_236_000)), (State::Failed, bad)]),
            view("a-source", false, &[(State::Running, counts(5))]),
        ];
        let told = lines(&all, &mut before, second * 2, |name| (name == "sink").then_some(12_345));
        assert_eq!(
            told,
            [
                "sink      RUNNING 1/2 tasks, 1 000 records/s, 1 237 000 written, lag 12 345, \
                 2 left out, 1 dead letters, 1 tasks FAILED",
                "a-source  RUNNING 1/1 tasks, 0 records/s, 5 written",
            ]
        );
    }
}
