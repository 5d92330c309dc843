//! `rk consume`: records on standard output, as a member of a group or without leaving a trace.
//!
//! With a group, librdkafka is the member, and offsets are committed only after what they stand
//! for has been written out ([`follow`]). Without, partitions are read by our own fetches, by
//! several threads ([`read`]), and the cluster never hears of a group. `-e` ends at the ends that
//! the partitions had when the run began.

mod follow;
mod later;
mod lens;
mod merge;
mod out;
mod plan;
mod print;
mod read;
mod scope;
mod track;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::interrupt::Interrupt;
use super::schemas::Schemas;
use super::topics::Patterns;
use super::{Context, Ended, Failure, trouble};
use crate::cli::consume::{CommitWord, Consume, IsolationWord, ProtocolWord, RecordOutput};
use crate::client::{
    Admin, ClientError, Consumer, Fetcher, Isolation, OffsetSpec, Partition, Properties, Span,
    Watch,
};
use crate::exit::Exit;
use crate::render::{Cell, Row};
use crate::settings::look::Output;
use crate::settings::position::{Position, Ranges};
use follow::Follow;
use later::Later;
use lens::{Optics, Tally};
use out::Out;
use plan::Plan;
use read::{Bounds, Broken, Read, Reading};
use track::Tracker;

/// How often a group is committed to, if `auto.commit.interval.ms` does not say.
const COMMIT_INTERVAL_MS: u64 = 5_000;

/// How long a broker may keep us waiting at a partition's end with `-e`.
const AT_END_WAIT_MS: &str = "10";

/// What a run is about.
struct Run<'a> {
    words: &'a Consume,
    brokers: String,
    properties: Properties,
    group: Option<String>,
    topics: Vec<String>,
    /// What the topics were found by, if not by their names.
    patterns: Option<Arc<Patterns>>,
    interrupt: Interrupt,
    optics: Arc<Optics>,
    /// What fails when something fails.
    what: String,
}

/// Runs `rk consume`.
pub(super) fn run(words: Consume, cx: &mut Context) -> Ended {
    let cluster = cx.cluster(words.cluster.clone())?;
    let interrupt = Interrupt::listen()?;
    let schemas = Schemas::of(&words.schemas, &cluster.registry, &interrupt, &cx.ui.notes())?;
    let optics = Optics::of(&words, &schemas, cx.started)?;
    let mut properties = cluster.properties;
    let group = words.member.group.clone().or_else(|| properties.get("group.id").cloned());
    let default = default_start(&words, &properties);
    set_properties(&words, group.as_deref(), default, &mut properties)?;
    let mut topics = words.topics.names();
    let what = format!("cannot consume from {}", named(&topics));
    let refused = |error| trouble::failure(what.clone(), error);
    let mut admin = Admin::open(&cluster.brokers, &properties).map_err(refused)?;
    let patterns = words.regex.then(|| Patterns::of(&topics)).transpose()?.map(Arc::new);
    if words.regex {
        topics = scope::matching(&mut admin, &topics, &what)?;
    }
    let found = scope::partitions(&mut admin, &topics, &words.place.partitions);
    let mut partitions = found.map_err(|error| scope::refused(&mut admin, &what, error))?;
    partitions.retain(|at| group.is_some() || optics.takes_partition(at.partition));
    let run = Run {
        words: &words,
        brokers: cluster.brokers,
        properties,
        group,
        topics,
        patterns,
        interrupt,
        optics: Arc::new(optics),
        what,
    };
    let tally = match run.group {
        Some(_) => run.join(admin, &partitions, default, cx),
        None => run.read(admin, &partitions, default, cx),
    }?;
    run.finish(tally, cx)
}

impl Run<'_> {
    fn refused(&self, error: ClientError) -> Failure {
        trouble::failure(self.what.clone(), error)
    }

    fn isolation(&self) -> Isolation {
        Isolation::of(&self.properties)
    }

    /// Says what it waits for, to a person who sees nothing happen.
    fn greet(&self, default: Position, cx: &Context) {
        let is_said = self.words.place.offset.is_some() || default != Position::End;
        if cx.ui.stdout_is_terminal() && !is_said {
            cx.ui.note(
                "waiting for new records: `--from-beginning` prints the old ones first, Ctrl-C ends",
            );
        }
    }

    /// Reads without a group.
    fn read(
        &self,
        mut admin: Admin,
        partitions: &[Partition],
        default: Position,
        cx: &mut Context,
    ) -> Result<Tally, Failure> {
        let refused = |error| self.refused(error);
        let place = &self.words.place;
        let wanted = plan::Wanted {
            ranges: place.offset.clone().unwrap_or_else(Ranges::everywhere),
            until: place.until,
            default,
            at_end: place.exit_at_end,
            now: cx.started,
        };
        scope::check_named(&wanted.ranges, partitions).map_err(refused)?;
        let partitions: Vec<Partition> = (partitions.iter())
            .filter(|at| wanted.ranges.of(at.partition).is_some())
            .cloned()
            .collect();
        let plan = self.plan(&wanted, &partitions, &mut admin).map_err(refused)?;
        plan.notes.iter().for_each(|note| cx.ui.note(note));
        let is_bounded = plan.spans.values().all(|span| span.until.is_some());
        let by_time = self.words.search.sort.is_some();
        if by_time && !is_bounded {
            return Err(endless_sort());
        }
        let is_empty = |span: &Span| span.until.is_some_and(|until| until <= span.from);
        if place.max_records == Some(0)
            || place.per_partition == Some(0)
            || plan.spans.values().all(is_empty)
        {
            return Ok(Tally::default());
        }
        Consumer::check(&self.properties).map_err(refused)?;
        let bounds = Bounds {
            records_max: place.max_records,
            each_max: place.per_partition,
            timeout: place.timeout,
            deadline: plan.deadline,
        };
        let fetcher = match is_bounded {
            true => self.fetch_to_the_end(admin, &plan, by_time),
            false => {
                self.greet(default, cx);
                let watch = self.watch(&wanted);
                Fetcher::follow(admin, &self.properties, &plan.spans, watch)
            }
        };
        let fetcher = fetcher.map_err(refused)?;
        let reading = Reading {
            fetcher,
            spans: &plan.spans,
            optics: &self.optics,
            interrupt: &self.interrupt,
            bounds,
            by_time,
        };
        let read = reading.run(cx);
        if self.interrupt.is_asked() {
            cx.ui.end_line();
        }
        match read {
            Ok(Read { tally, rest: None }) => Ok(tally),
            Ok(Read { tally, rest: Some(rest) }) => self.read_old(&plan, rest, tally, cx),
            Err(broken) => Err(self.broken(broken)),
        }
    }

    fn fetch_to_the_end(
        &self,
        admin: Admin,
        plan: &Plan,
        by_time: bool,
    ) -> Result<Fetcher, ClientError> {
        let mut properties = self.properties.clone();
        at_end_soon(&mut properties);
        Fetcher::open(admin, &properties, &plan.spans, by_time)
    }

    /// What to look for while the run goes on: partitions and topics that come to be.
    fn watch(&self, wanted: &plan::Wanted) -> Option<Watch> {
        let every = later::interval(&self.properties)?;
        let topics = self.patterns.is_none().then(|| self.topics.clone());
        let (patterns, optics) = (self.patterns.clone(), Arc::clone(&self.optics));
        let (named, wanted) = (self.words.place.partitions.clone(), wanted.clone());
        let wants = move |topic: &str, partition| {
            patterns.as_ref().is_none_or(|patterns| patterns.matches(topic))
                && (named.is_empty() || named.contains(&partition))
                && optics.takes_partition(partition)
                && wanted.goes_on(partition)
        };
        Some(Watch { every, topics, wants: Box::new(wants) })
    }

    /// Resolves the words against the partitions.
    fn plan(
        &self,
        wanted: &plan::Wanted,
        partitions: &[Partition],
        admin: &mut Admin,
    ) -> Result<Plan, ClientError> {
        let mut ask = |spec| scope::offsets(admin, partitions, spec, self.isolation());
        let mut known = plan::Known {
            begins: ask(OffsetSpec::Earliest)?,
            ends: ask(OffsetSpec::Latest)?,
            at_time: BTreeMap::new(),
        };
        for ms in wanted.times() {
            known.at_time.insert(ms, ask(OffsetSpec::AtTime(ms))?);
        }
        // Asked first: what is written meanwhile is late enough, and is read.
        let since = self.optics.since().map(|ms| ask(OffsetSpec::AtTime(ms))).transpose()?;
        let mut plan = wanted.plan(&known);
        if let Some(since) = since {
            plan.begin_at(&since, &known.ends);
        }
        Ok(plan)
    }

    /// Reads on through librdkafka, which knows the formats before v2.
    fn read_old(
        &self,
        plan: &Plan,
        rest: BTreeMap<Partition, i64>,
        tally: Tally,
        cx: &mut Context,
    ) -> Result<Tally, Failure> {
        let ends = plan.ends();
        let mut tracker = Tracker::default();
        tracker.end_at(&ends, &rest);
        let is_bounded = ends.len() == plan.spans.len();
        let consumer = Consumer::open(&self.brokers, &self.properties, None);
        let consumer = consumer.map_err(|e| self.refused(e))?;
        let feed = consumer.read(&rest).map_err(|e| self.refused(e))?;
        let follow = Follow {
            feed,
            tracker,
            lens: self.optics.lens()?,
            out: Out::new(self.optics.is_json()),
            interrupt: &self.interrupt,
            is_member: false,
            ends: is_bounded,
            records_max: self.words.place.max_records,
            timeout: self.words.place.timeout,
            deadline: plan.deadline,
            commit_interval: None,
            commits: false,
            tally,
            changes: 0,
            later: None,
        };
        follow.run(cx).map_err(|broken| self.broken(broken))
    }

    /// Reads as a member of the group.
    fn join(
        &self,
        mut admin: Admin,
        partitions: &[Partition],
        default: Position,
        cx: &mut Context,
    ) -> Result<Tally, Failure> {
        let place = &self.words.place;
        if self.words.search.sort.is_some() {
            return Err(Failure::new("cannot sort records as a member of a group")
                .hint("leave `--group` out, and end with `-e` or `--until`")
                .exit(Exit::BadWords));
        }
        let mut tracker = Tracker::default();
        let mut deadline = None;
        if place.exit_at_end || place.until.is_some() {
            let wanted = plan::Wanted {
                ranges: Ranges::everywhere(),
                until: place.until,
                default: Position::Beginning,
                at_end: place.exit_at_end,
                now: cx.started,
            };
            let plan = self.plan(&wanted, partitions, &mut admin).map_err(|e| self.refused(e))?;
            tracker.end_at(&plan.ends(), &BTreeMap::new());
            deadline = plan.deadline;
        }
        if place.max_records == Some(0) {
            return Ok(Tally::default());
        }
        let ends = place.exit_at_end || place.until.is_some();
        let every = later::interval(&self.properties);
        let later = match (&self.patterns, every) {
            (Some(patterns), Some(every)) if !ends => {
                Some(Later::watch(admin, Arc::clone(patterns), self.topics.clone(), every))
            }
            _ => None,
        };
        if !ends {
            self.greet(default, cx);
        }
        let commit = self.words.member.commit;
        let interval = commit_interval(&self.properties)?;
        let consumer = Consumer::open(&self.brokers, &self.properties, self.group.as_deref());
        let consumer = consumer.map_err(|e| self.refused(e))?;
        consumer.knows(partitions);
        let feed = consumer.join(&self.topics).map_err(|e| self.refused(e))?;
        let follow = Follow {
            feed,
            tracker,
            lens: self.optics.lens()?,
            out: Out::new(self.optics.is_json()),
            interrupt: &self.interrupt,
            is_member: true,
            ends,
            records_max: place.max_records,
            timeout: place.timeout,
            deadline,
            commit_interval: (commit == CommitWord::AfterPrint).then_some(interval),
            commits: commit != CommitWord::Never,
            tally: Tally::default(),
            changes: 0,
            later,
        };
        follow.run(cx).map_err(|broken| self.broken(broken))
    }

    fn broken(&self, broken: Broken) -> Failure {
        match broken {
            Broken::Output(error) => error.into(),
            Broken::Cluster(error) => self.refused(error),
            Broken::Commit(error) => trouble::failure("cannot commit what was printed", error),
        }
    }

    /// Tells what was counted, and how it went.
    fn finish(&self, tally: Tally, cx: &mut Context) -> Ended {
        let search = &self.words.search;
        if search.count_by.is_some() {
            let output = match self.words.output {
                Some(RecordOutput::Json) => Output::Ndjson,
                None => Output::Table,
            };
            cx.show(output, &counted(&tally))?;
        } else if search.count {
            cx.print(&format!("{}\n", tally.found))?;
        }
        if tally.others > 0 {
            cx.ui.note(&format!(
                "note: {} results beyond the first million are not told apart",
                tally.others
            ));
        }
        // What is said of the records comes after them.
        cx.ui.flush()?;
        let text = match tally.found {
            1 => "1 record".to_owned(),
            count => format!("{count} records"),
        };
        match cx.ui.stdout_is_terminal() && !self.optics.is_counting() {
            true => cx.ui.note(&text),
            false => cx.ui.detail(&text),
        }
        Ok(match (self.interrupt.is_asked(), tally.told == 0) {
            (true, _) => Exit::Interrupted,
            (false, true) => Exit::Done,
            (false, false) => Exit::Partly,
        })
    }
}

fn endless_sort() -> Failure {
    Failure::new("cannot sort records that have no end")
        .because("records may still come that belong before those that are there")
        .hint("end at the present end with `-e`, or say where with `--until`")
        .exit(Exit::BadWords)
}

/// A line of `--count-by`.
struct Counted {
    count: u64,
    result: String,
}

impl Row for Counted {
    const COLUMNS: &'static [&'static str] = &["count", "result"];

    fn cells(&self) -> Vec<Cell> {
        vec![i64::try_from(self.count).unwrap_or(i64::MAX).into(), self.result.as_str().into()]
    }
}

/// The most frequent first; the same number in the order of the text.
fn counted(tally: &Tally) -> Vec<Counted> {
    let row = |(result, count): (&Vec<u8>, &u64)| Counted {
        count: *count,
        result: String::from_utf8_lossy(result).into_owned(),
    };
    let mut rows: Vec<Counted> = tally.by.iter().map(row).collect();
    rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.result.cmp(&b.result)));
    rows
}

/// Where to begin when the words do not say: at the end, as Kafka's console consumer does; but
/// with `-e` at the beginning, because before the end there would be nothing to read.
fn default_start(words: &Consume, properties: &Properties) -> Position {
    let reset = properties.get("auto.offset.reset").map(String::as_str);
    let place = &words.place;
    match reset {
        _ if place.from_beginning => Position::Beginning,
        Some("earliest" | "smallest" | "beginning") => Position::Beginning,
        Some("latest" | "largest" | "end") => Position::End,
        _ if place.exit_at_end || place.until.is_some() => Position::Beginning,
        _ => Position::End,
    }
}

/// Sets what the words say of librdkafka's properties.
fn set_properties(
    words: &Consume,
    group: Option<&str>,
    default: Position,
    properties: &mut Properties,
) -> Result<(), Failure> {
    if let Some(isolation) = words.place.isolation {
        let level = match isolation {
            IsolationWord::Committed => "read_committed",
            IsolationWord::Uncommitted => "read_uncommitted",
        };
        properties.insert("isolation.level".to_owned(), level.to_owned());
    }
    let level = properties.get("isolation.level").map(String::as_str);
    if !matches!(level, None | Some("read_committed" | "read_uncommitted")) {
        return Err(Failure::new("the property `isolation.level` cannot be used")
            .because("the value must be read_committed or read_uncommitted")
            .exit(Exit::BadWords));
    }
    if words.place.exit_at_end {
        at_end_soon(properties);
    }
    let Some(group) = group else { return Ok(()) };
    later::set_interval(properties);
    let member = &words.member;
    if let Some(protocol) = member.group_protocol {
        let name = match protocol {
            ProtocolWord::Classic => "classic",
            ProtocolWord::Consumer => "consumer",
        };
        properties.insert("group.protocol".to_owned(), name.to_owned());
    }
    if let Some(id) = &member.group_instance_id {
        properties.insert("group.instance.id".to_owned(), id.clone());
    }
    let ends = words.place.exit_at_end || words.place.until.is_some();
    if !ends && keeps_partitions(properties) {
        properties.insert("enable.partition.eof".to_owned(), "false".to_owned());
    }
    join_where(group, default, words, properties)
}

/// Says whether partitions stay with a member when its group is dealt out anew. They rest
/// meanwhile, and after that librdkafka, which counts the event that nothing follows as a record,
/// would read on one too far (confluentinc/librdkafka#4844). Without that event what is behind the
/// last record, such as the end of a transaction, is not committed.
fn keeps_partitions(properties: &Properties) -> bool {
    let is = |name: &str, word: &str| {
        properties.get(name).is_some_and(|value| value.to_lowercase().contains(word))
    };
    is("group.protocol", "consumer") || is("partition.assignment.strategy", "cooperative")
}

/// That nothing follows is an answer to wait for: brokers take this long to give it.
fn at_end_soon(properties: &mut Properties) {
    let wait = properties.entry("fetch.wait.max.ms".to_owned());
    wait.or_insert_with(|| AT_END_WAIT_MS.to_owned());
}

/// Checks and sets what a member of a group begins with: where the group has committed, and
/// where it has not, at the beginning or at the end.
fn join_where(
    group: &str,
    default: Position,
    words: &Consume,
    properties: &mut Properties,
) -> Result<(), Failure> {
    let place = &words.place;
    if !place.partitions.is_empty() {
        return Err(Failure::new("cannot choose partitions as a member of a group")
            .because(format!("the group `{group}` shares them out"))
            .exit(Exit::BadWords));
    }
    let asked = place.offset.as_ref().map(|ranges| match ranges {
        Ranges { others: Some(range), named } if named.is_empty() && range.until.is_none() => {
            range.from
        }
        _ => None,
    });
    if let Some(Position::AfterBeginning(_)) = place.until {
        return Err(Failure::new("cannot count records from the beginning as a member of a group")
            .because(format!("the group `{group}` begins where it has committed"))
            .hint("say where to end by an offset, a time or -N, or how many by `-n`")
            .exit(Exit::BadWords));
    }
    let reset = match asked.unwrap_or(Some(default)) {
        Some(Position::Beginning) => "earliest",
        Some(Position::End) => "latest",
        _ => {
            return Err(Failure::new("cannot choose offsets as a member of a group")
                .because(format!("the group `{group}` begins where it has committed"))
                .hint(format!("move it first: `rk groups reset-offsets --group {group}`"))
                .exit(Exit::BadWords));
        }
    };
    // What `-X` says of errors (`auto.offset.reset=error`) stays, if the words say nothing.
    if place.from_beginning || place.offset.is_some() {
        properties.insert("auto.offset.reset".to_owned(), reset.to_owned());
    } else {
        properties.entry("auto.offset.reset".to_owned()).or_insert_with(|| reset.to_owned());
    }
    Ok(())
}

fn commit_interval(properties: &Properties) -> Result<Duration, Failure> {
    let name = "auto.commit.interval.ms";
    let ms = match properties.get(name) {
        None => COMMIT_INTERVAL_MS,
        Some(text) => text.parse().map_err(|_| {
            Failure::new(format!("the property `{name}` cannot be `{text}`"))
                .because("a number of milliseconds is expected")
                .exit(Exit::BadWords)
        })?,
    };
    Ok(Duration::from_millis(ms))
}

fn named(topics: &[String]) -> String {
    topics.iter().map(|topic| format!("`{topic}`")).collect::<Vec<_>>().join(", ")
}
