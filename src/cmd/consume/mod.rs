//! `rk consume`: records on standard output, as a member of a group or without leaving a trace.
//!
//! With a group, offsets are committed only after what they stand for has been written out;
//! without, partitions are read from offsets that our own client asked for, and the cluster
//! never hears of a group. `-e` ends at the ends that the partitions had when the run began.

mod follow;
mod print;
mod start;
mod track;

use std::collections::BTreeMap;
use std::time::Duration;

use super::interrupt::Interrupt;
use super::{Context, Ended, Failure, trouble};
use crate::cli::consume::Consume;
use crate::client::{Admin, ClientError, Consumer, Isolation, OffsetSpec, Partition, Properties};
use crate::exit::Exit;
use crate::settings::start::Start;
use follow::Follow;
use print::Printer;
use track::Tracker;

/// How often a group is committed to, if `auto.commit.interval.ms` does not say.
const COMMIT_INTERVAL_MS: u64 = 5_000;

/// How long a broker may keep us waiting at a partition's end with `-e`.
const AT_END_WAIT_MS: &str = "10";

/// Runs `rk consume`.
pub(super) fn run(words: Consume, cx: &mut Context) -> Ended {
    let printer = Printer::of(&words)?;
    let cluster = cx.cluster(words.cluster.clone())?;
    let mut properties = cluster.properties;
    let group = words.group.clone().or_else(|| properties.get("group.id").cloned());
    let start = start_of(&words, &properties);
    if let Some(group) = &group {
        join_where(group, start, &words, &mut properties)?;
    }
    if words.exit_at_end {
        // That nothing follows is an answer to wait for: brokers take this long to give it.
        let wait = properties.entry("fetch.wait.max.ms".to_owned());
        wait.or_insert_with(|| AT_END_WAIT_MS.to_owned());
    }
    let commit_interval = commit_interval(&properties)?;
    let interrupt = Interrupt::listen()?;

    let topics = words.topics.names();
    let what = format!("cannot consume from {}", named(&topics));
    let refused = |error| trouble::failure(what.clone(), error);
    let mut admin = Admin::open(&cluster.brokers, &properties).map_err(refused)?;
    let partitions = partitions(&mut admin, &topics, &words.partitions).map_err(refused)?;
    let isolation = match properties.get("isolation.level").map(String::as_str) {
        Some("read_committed") => Isolation::ReadCommitted,
        _ => Isolation::ReadUncommitted,
    };
    let mut tracker = Tracker::default();
    let ends = match words.exit_at_end || group.is_none() {
        true => offsets(&mut admin, &partitions, OffsetSpec::Latest, isolation),
        false => Ok(BTreeMap::new()),
    };
    let ends = ends.map_err(refused)?;
    let from = match &group {
        Some(_) => BTreeMap::new(),
        None => begin(&mut admin, start, &ends, isolation, cx).map_err(refused)?,
    };
    drop(admin);
    if words.exit_at_end {
        tracker.end_at(&ends, &from);
    }
    if words.max_records == Some(0) || (group.is_none() && tracker.is_done(partitions.iter())) {
        return Ok(Exit::Done);
    }

    let consumer = Consumer::open(&cluster.brokers, &properties, group.as_deref());
    let consumer = consumer.map_err(refused)?;
    let feed = match &group {
        Some(_) => consumer.join(&topics),
        None => consumer.read(&from),
    };
    let follow = Follow {
        feed: feed.map_err(refused)?,
        tracker,
        out: follow::Out { printer, unprintable: 0, buffer: Vec::new() },
        interrupt,
        what: what.clone(),
        is_member: group.is_some(),
        exit_at_end: words.exit_at_end,
        records_max: words.max_records,
        timeout: words.timeout,
        commit_interval,
        printed: 0,
        changes: 0,
    };
    follow.run(cx)
}

/// Asks for what the start needs, and resolves it.
fn begin(
    admin: &mut Admin,
    start: Start,
    ends: &BTreeMap<Partition, i64>,
    isolation: Isolation,
    cx: &Context,
) -> Result<BTreeMap<Partition, i64>, ClientError> {
    let partitions: Vec<Partition> = ends.keys().cloned().collect();
    let begins = offsets(admin, &partitions, OffsetSpec::Earliest, isolation)?;
    let at_time = match start {
        Start::Time(time) => {
            let spec = OffsetSpec::AtTime(time.millis(cx.started));
            offsets(admin, &partitions, spec, isolation)?
        }
        _ => BTreeMap::new(),
    };
    let (from, notes) = start::resolve(start, &begins, ends, &at_time);
    notes.iter().for_each(|note| cx.ui.note(note));
    Ok(from)
}

/// Where to begin when the words do not say: at the end, as Kafka's console consumer does; but
/// with `-e` at the beginning, because before the end there would be nothing to read.
fn start_of(words: &Consume, properties: &Properties) -> Start {
    let reset = properties.get("auto.offset.reset").map(String::as_str);
    match (words.offset, reset) {
        (Some(start), _) => start,
        (None, _) if words.from_beginning => Start::Beginning,
        (None, Some("earliest" | "smallest" | "beginning")) => Start::Beginning,
        (None, Some("latest" | "largest" | "end")) => Start::End,
        (None, _) if words.exit_at_end => Start::Beginning,
        (None, _) => Start::End,
    }
}

/// Checks and sets what a member of a group begins with: where the group has committed, and
/// where it has not, at the beginning or at the end.
fn join_where(
    group: &str,
    start: Start,
    words: &Consume,
    properties: &mut Properties,
) -> Result<(), Failure> {
    if !words.partitions.is_empty() {
        return Err(Failure::new("cannot choose partitions as a member of a group")
            .because(format!("the group `{group}` shares them out"))
            .exit(Exit::BadWords));
    }
    let reset = match start {
        Start::Beginning => "earliest",
        Start::End => "latest",
        Start::At(_) | Start::BeforeEnd(_) | Start::Time(_) => {
            return Err(Failure::new("cannot choose offsets as a member of a group")
                .because(format!("the group `{group}` begins where it has committed"))
                .hint(format!("move it first: `rk groups reset-offsets --group {group}`"))
                .exit(Exit::BadWords));
        }
    };
    // What `-X` says of errors (`auto.offset.reset=error`) stays, if the words say nothing.
    if words.from_beginning || words.offset.is_some() {
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

/// The partitions to read: of each topic all, or those named, which must be there.
fn partitions(
    admin: &mut Admin,
    topics: &[String],
    wanted: &[i32],
) -> Result<Vec<Partition>, ClientError> {
    let names: Vec<&str> = topics.iter().map(String::as_str).collect();
    let mut all = Vec::new();
    for topic in admin.topics(&names)? {
        let name = topic.name.unwrap_or_default();
        let known: Vec<i32> = topic.partitions.iter().map(|p| p.partition_index).collect();
        if let Some(partition) = wanted.iter().find(|p| !known.contains(p)) {
            let (partition, count) = (*partition, known.len());
            return Err(ClientError::NoPartition { topic: name, partition, count });
        }
        let chosen = known.into_iter().filter(|p| wanted.is_empty() || wanted.contains(p));
        all.extend(chosen.map(|partition| Partition { topic: name.clone(), partition }));
    }
    all.sort();
    Ok(all)
}

fn offsets(
    admin: &mut Admin,
    partitions: &[Partition],
    spec: OffsetSpec,
    isolation: Isolation,
) -> Result<BTreeMap<Partition, i64>, ClientError> {
    let wanted: Vec<_> = partitions.iter().map(|p| (p.clone(), spec)).collect();
    let found = admin.list_offsets(&wanted, isolation)?;
    Ok(found.into_iter().filter_map(|(p, at)| Some((p, at?.offset))).collect())
}

fn named(topics: &[String]) -> String {
    topics.iter().map(|topic| format!("`{topic}`")).collect::<Vec<_>>().join(", ")
}
