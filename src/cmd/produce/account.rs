//! The account of a run: how many records were sent, which were not, and why.

use std::collections::BTreeMap;
use std::io;

use super::super::{Context, Ended, Failure};
use crate::base::runs::Runs;
use crate::client::{Failed, Producer};
use crate::exit::Exit;
use crate::wire::ErrorCode;

/// How many reasons for failures are told.
const TOLD_MAX: usize = 10;
/// How many runs of lines are told for each of them.
const RUNS_TOLD_MAX: usize = 50;
/// How many reasons are kept.
const REASONS_MAX: usize = 1000;

/// What became of the lines.
#[derive(Debug)]
pub(super) struct Account {
    topic: String,
    /// What one record of the input is called.
    noun: &'static str,
    /// The topic's `max.message.bytes`, if known.
    topic_bytes_max: Option<u64>,
    sources: Vec<String>,
    /// For each source begun, the number of lines before it.
    begins: Vec<usize>,
    /// Lines read, over all sources.
    lines: usize,
    /// What never got to the producer: reason and lines.
    kept_back: BTreeMap<String, Runs>,
    kept_back_count: u64,
    /// Why the reading ended early.
    stopped: Option<Stop>,
}

#[derive(Debug)]
enum Stop {
    /// A record that cannot be read, at which byte of its source, and why.
    Bad {
        line: usize,
        byte: Option<u64>,
        what: String,
    },
    Broken(io::Error),
    /// A transaction that is not committed.
    Transaction(String),
}

/// What became of all records in the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    /// How many are in the topic, for good.
    pub(super) done: u64,
    /// How many failed after they were queued.
    pub(super) failed: u64,
    pub(super) manner: Manner,
}

/// What was done with records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Delivered,
    /// In transactions.
    Committed,
    /// Shown only.
    Shown,
}

impl Outcome {
    fn words(self) -> String {
        match self.manner {
            Manner::Delivered => {
                plural(self.done, "record was delivered", "records were delivered")
            }
            Manner::Committed => {
                plural(self.done, "record was committed", "records were committed")
            }
            Manner::Shown => plural(self.done, "record would be sent", "records would be sent"),
        }
    }
}

impl Account {
    pub(super) fn new(topic: String, noun: &'static str, topic_bytes_max: Option<u64>) -> Self {
        Account {
            topic,
            noun,
            topic_bytes_max,
            sources: Vec::new(),
            begins: vec![0],
            lines: 0,
            kept_back: BTreeMap::new(),
            kept_back_count: 0,
            stopped: None,
        }
    }

    pub(super) fn name_sources(&mut self, names: Vec<String>) {
        self.sources = names;
    }

    /// Counts a line, and returns its number from 1 on, over all sources.
    pub(super) fn next_line(&mut self) -> usize {
        self.lines += 1;
        self.lines
    }

    /// A source has ended; lines that follow are the next one's.
    pub(super) fn next_source(&mut self) {
        self.begins.push(self.lines);
    }

    /// The last line was not sent, and is not a failure: nobody wants it any more.
    pub(super) fn not_read(&mut self) {
        self.lines -= 1;
    }

    pub(super) fn too_long(&mut self, line: usize, bytes: u64, bytes_max: usize) {
        let why = format!("{bytes} bytes are more than the {bytes_max} of `message.max.bytes`");
        self.keep_back(line, why);
    }

    pub(super) fn refused(&mut self, failed: Failed) {
        self.keep_back(failed.tag, words_of(&failed));
    }

    /// A record cannot be read, and so nothing after it.
    pub(super) fn bad(&mut self, line: usize, byte: Option<u64>, what: String) {
        self.stopped = Some(Stop::Bad { line, byte, what });
    }

    /// A record that failed, as the user finds it, and why.
    pub(super) fn tell(&self, failed: &Failed) -> String {
        format!("{}: {}", self.place(failed.tag), words_of(failed))
    }

    /// A transaction is not committed.
    pub(super) fn aborted(&mut self, what: String) {
        self.stopped.get_or_insert(Stop::Transaction(what));
    }

    /// Whether something was not sent that should have been.
    pub(super) fn has_kept_back(&self) -> bool {
        self.kept_back_count > 0 || self.stopped.is_some()
    }

    /// How many records were read.
    pub(super) fn read(&self) -> u64 {
        self.lines as u64
    }

    pub(super) fn broken(&mut self, error: io::Error) {
        self.stopped = Some(Stop::Broken(error));
    }

    /// A line was not sent, for this reason.
    pub(super) fn keep_back(&mut self, line: usize, why: String) {
        self.kept_back_count += 1;
        if self.kept_back.len() < REASONS_MAX || self.kept_back.contains_key(&why) {
            self.kept_back.entry(why).or_default().add(line);
        }
    }

    /// A line as the user finds it.
    fn place(&self, line: usize) -> String {
        let noun = self.noun;
        if self.sources.len() < 2 {
            return format!("{noun} {line}");
        }
        let (name, number) = self.in_source(line);
        format!("{noun} {number} of `{name}`")
    }

    /// The source that a line is of, and its number there.
    fn in_source(&self, line: usize) -> (&str, usize) {
        let source = self.begins.iter().rposition(|before| *before < line).unwrap_or(0);
        let name = self.sources.get(source).map_or("", String::as_str);
        (name, line - self.begins[source])
    }

    /// Lines as the user finds them: `lines 3, 5 to 9`.
    fn places(&self, lines: &Runs) -> String {
        let all = lines.iter();
        let more = all.len().saturating_sub(RUNS_TOLD_MAX);
        let told = |(first, last): (usize, usize)| match first == last {
            _ if self.sources.len() < 2 && first == last => first.to_string(),
            _ if self.sources.len() < 2 => format!("{first} to {last}"),
            true => self.place(first),
            false => match (self.in_source(first), self.in_source(last)) {
                ((one, first), (other, last)) if one == other => {
                    format!("{}s {first} to {last} of `{one}`", self.noun)
                }
                _ => format!("{} to {}", self.place(first), self.place(last)),
            },
        };
        let mut text = lines.iter().take(RUNS_TOLD_MAX).map(told).collect::<Vec<_>>().join(", ");
        if let Some((_, last)) = lines.iter().last().filter(|_| more > 0) {
            text = format!("{text} and {more} more places up to {}", self.place(last));
        }
        let plural = if lines.count() == 1 { "" } else { "s" };
        match self.sources.len() < 2 {
            true => format!("{}{plural} {text}", self.noun),
            false => text,
        }
    }

    /// Ends the run: tells what is to be told, and decides the exit code.
    pub(super) fn close(
        self,
        producer: Option<&Producer>,
        outcome: Outcome,
        cx: &Context,
        interrupted: bool,
    ) -> Ended {
        let done = outcome.words();
        match interrupted {
            true => cx.ui.note(&format!("interrupted: {done}")),
            false => cx.ui.detail(&done),
        }
        // What failed in a transaction is told with it.
        let reported = match outcome.failed {
            0 => Vec::new(),
            _ => producer.map(Producer::failures).unwrap_or_default(),
        };
        let kept_back = self.kept_back.iter().map(|(why, lines)| (why.clone(), lines.clone()));
        let failed: Vec<(String, Runs)> = (reported.into_iter())
            .map(|(failed, lines)| (words_of(&failed), lines))
            .chain(kept_back)
            .collect();
        let failed_count = outcome.failed + self.kept_back_count;
        if failed_count > 0 {
            let failure = self.undelivered(failed_count, failed, outcome.done);
            match self.stopped {
                // Two things went wrong: this one is told here, the other ends the run.
                Some(_) => cx.ui.failure(&failure),
                None if interrupted => return Err(failure.exit(Exit::Interrupted)),
                None => return Err(failure),
            }
        }
        if let Some(reason) = producer.and_then(Producer::fatal_error) {
            return Err(Failure::new(format!("cannot go on producing to `{}`", self.topic))
                .because(reason)
                .exit(Exit::Partly));
        }
        match &self.stopped {
            None if interrupted => Ok(Exit::Interrupted),
            None => Ok(Exit::Done),
            Some(Stop::Bad { line, byte, what }) => {
                let place = self.place(*line);
                let at = byte.map(|byte| format!(" at byte {byte}")).unwrap_or_default();
                Err(Failure::new(format!("cannot read {place}{at}"))
                    .because(format!("{what}; reading stopped there, and {done}"))
                    .exit(Exit::Partly))
            }
            Some(Stop::Broken(error)) => {
                let name = self.sources.get(self.begins.len() - 1).map_or("", String::as_str);
                Err(Failure::new(format!("cannot read on in `{name}`"))
                    .because(format!("{error}; {done}"))
                    .exit(Exit::Partly))
            }
            Some(Stop::Transaction(what)) => {
                let exit = match outcome.done {
                    _ if interrupted => Exit::Interrupted,
                    0 => Exit::Failed,
                    _ => Exit::Partly,
                };
                Err(Failure::new("the transaction was not committed")
                    .because(format!("{what}; {done} before it"))
                    .exit(exit))
            }
        }
    }

    /// The failure that names the records that were not delivered.
    fn undelivered(&self, count: u64, mut failed: Vec<(String, Runs)>, delivered: u64) -> Failure {
        failed.sort_by_key(|(_, lines)| lines.iter().next());
        let told = &failed[..failed.len().min(TOLD_MAX)];
        let mut causes: Vec<String> =
            told.iter().map(|(why, lines)| format!("{}: {why}", self.places(lines))).collect();
        let more = count.saturating_sub(told.iter().map(|(_, lines)| lines.count()).sum());
        if more > 0 {
            causes.push(format!("and {more} more"));
        }
        // A chain of causes is told a line each; the last one is the innermost.
        let mut causes = causes.into_iter().rev();
        let last = anyhow::Error::msg(causes.next().unwrap_or_default());
        let chain = causes.fold(last, anyhow::Error::context);
        let what = plural(count, "record was not delivered", "records were not delivered");
        let failure = Failure::new(format!("{what} to `{}`, {delivered} were", self.topic))
            .caused_by(chain)
            .exit(Exit::Partly);
        let too_large = ErrorCode::MESSAGE_TOO_LARGE.to_string();
        match self.topic_bytes_max {
            Some(max) if failed.iter().any(|(why, _)| why.contains(&too_large)) => {
                failure.hint(format!("the topic takes {max} bytes at a time (`max.message.bytes`)"))
            }
            _ => failure,
        }
    }
}

/// Why a record was not delivered: the broker's code and librdkafka's words.
fn words_of(failed: &Failed) -> String {
    let words = failed.words.strip_prefix("Local: ").unwrap_or(&failed.words);
    match i16::try_from(failed.code) {
        Ok(code) if code > 0 => {
            let words = words.strip_prefix("Broker: ").unwrap_or(words);
            format!("the broker answered {}: {words}", ErrorCode(code))
        }
        _ if failed.is_timeout() => "no broker took it in time (`message.timeout.ms`)".to_owned(),
        _ if failed.is_purged() => "the run ended before a broker had taken it".to_owned(),
        _ => words.to_owned(),
    }
}

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_named_as_the_user_counts_them() {
        let mut account = Account::new("t".into(), "line", None);
        account.name_sources(vec!["a".into()]);
        assert_eq!(account.place(3), "line 3");
        account.name_sources(vec!["a".into(), "b".into(), "c".into()]);
        account.next_line();
        account.next_line();
        account.next_source();
        account.next_source();
        account.next_line();
        assert_eq!(account.place(2), "line 2 of `a`");
        assert_eq!(account.place(3), "line 1 of `c`");
    }

    #[test]
    fn many_lines_are_told_as_runs() {
        let mut account = Account::new("t".into(), "line", None);
        let runs = |lines: &[usize]| lines.iter().copied().collect::<Runs>();
        account.name_sources(vec!["a".into()]);
        assert_eq!(account.places(&runs(&[3])), "line 3");
        assert_eq!(account.places(&runs(&[3, 5, 6, 9])), "lines 3, 5 to 6, 9");
        let odd: Vec<usize> = (0..60).map(|i| 2 * i + 1).collect();
        let told = account.places(&runs(&odd));
        assert!(told.ends_with("97, 99 and 10 more places up to line 119"), "{told}");
        account.name_sources(vec!["a".into(), "b".into()]);
        (0..4).for_each(|_| assert!(account.next_line() > 0));
        account.next_source();
        (0..4).for_each(|_| assert!(account.next_line() > 0));
        let told = account.places(&runs(&[1, 2, 4, 5, 7]));
        let want = "lines 1 to 2 of `a`, line 4 of `a` to line 1 of `b`, line 3 of `b`";
        assert_eq!(told, want);
    }

    #[test]
    fn failures_are_told_in_the_broker_s_words() {
        let account = Account::new("t".into(), "line", Some(1000));
        let failed = Failed { tag: 2, code: 10, words: "Broker: Message size too large".into() };
        let failed = vec![(words_of(&failed), [2].into_iter().collect())];
        let failure = account.undelivered(2, failed, 7);
        assert_eq!(failure.exit, Exit::Partly);
        assert_eq!(
            failure.to_string(),
            "error: 2 records were not delivered to `t`, 7 were\n  \
             caused by: line 2: the broker answered MESSAGE_TOO_LARGE (10): \
             Message size too large\n  \
             caused by: and 1 more\n  \
             hint: the topic takes 1000 bytes at a time (`max.message.bytes`)"
        );
    }
}
