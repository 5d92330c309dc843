//! How fast the broker is: `cargo bench --bench broker`.
//!
//! In one run, on one machine, one after the other: `rk dev`, Apache Kafka where it is there, and
//! a bare sink (read frames, check the CRC, append to a file, answer) as the floor of what
//! producing costs. The client is librdkafka in this process, so what counts first is the
//! broker's own CPU time, user and system, beside the wall time. Medians, and ratios.
//!
//! Words after `--` choose: names of parts (`produce consume tail latency scale start`), `quick`
//! for a tenth of the records, `rounds=N` (5), `big` for a start on ten gigabytes, `only=rk` (or
//! `kafka`, `sink`) for one of the three. `RK_BENCH_BINARY=path` names another `rk`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program that measures: it reads the clock and prints what it found"
)]

mod connection;
mod latency;
mod load;
mod measure;
mod report;
mod scale;
mod sink;
mod start;
mod subject;

use subject::Subject;

/// What a run is told.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    /// Divides every count.
    pub(crate) scale: u64,
    pub(crate) big: bool,
    only: Option<String>,
    parts: Vec<String>,
}

impl Plan {
    fn of(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut plan = Plan { rounds: 5, scale: 1, big: false, only: None, parts: Vec::new() };
        for word in words {
            match word.as_str() {
                // What `cargo bench` says of its own.
                "--bench" => {}
                "quick" => plan.scale = 10,
                "big" => plan.big = true,
                part if PARTS.iter().any(|(name, _)| *name == part) => plan.parts.push(word),
                _ if word.starts_with("only=") => plan.only = Some(word[5..].to_owned()),
                _ => match word.strip_prefix("rounds=").and_then(|n| n.parse().ok()) {
                    Some(rounds) if rounds > 0 => plan.rounds = rounds,
                    _ => return Err(word),
                },
            }
        }
        Ok(plan)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|one| one == part)
    }
}

type Part = fn(&Plan, &[Subject]);

const PARTS: &[(&str, Part)] = &[
    ("produce", load::produce),
    ("consume", load::consume),
    ("tail", load::tail),
    ("latency", latency::run),
    ("scale", scale::run),
    ("start", start::run),
];

fn main() {
    let mut words = std::env::args().skip(1);
    if std::env::var_os(sink::ROLE).is_some() {
        return sink::serve(words.next().as_deref());
    }
    let plan = match Plan::of(words) {
        Ok(plan) => plan,
        Err(word) => {
            let parts: Vec<_> = PARTS.iter().map(|(name, _)| *name).collect();
            eprintln!("`{word}`? There are: {} quick big rounds=N", parts.join(" "));
            std::process::exit(2);
        }
    };
    let mut subjects = Subject::all();
    if let Some(only) = &plan.only {
        subjects.retain(|subject| subject.name().starts_with(only.as_str()));
    }
    for (name, part) in PARTS {
        if plan.wants(name) {
            println!("\n## {name}\n");
            part(&plan, &subjects);
        }
    }
}
