//! Where a topic is copied or restored to: made if it is not there, gone on with if it is.
//!
//! Records go to the partition that they come from, in order, once each; so that how many a
//! partition has says how far an earlier run came.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use super::{Context, failed, settle};
use crate::archive::Head;
use crate::client::{
    Admin, Appender, ClientError, Fetcher, Isolation, NewTopic, News, OffsetSpec, Partition, Span,
};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::Cluster;
use crate::wire::ErrorCode;
use crate::wire::batch::contents;

/// How long the last records of a target are waited for.
const LAST_WAIT: Duration = Duration::from_secs(30);

/// A key and a value.
type Pair = (Option<Vec<u8>>, Option<Vec<u8>>);

/// What is to be done with a topic that is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) replication_factor: Option<i16>,
    /// Whether it may hold records of an earlier run.
    pub(super) resume: bool,
}

/// A topic that is being filled.
pub(super) struct Target {
    appender: Appender,
    topic: String,
    /// Where the first record of each partition stands or will stand.
    base: BTreeMap<i32, i64>,
    /// How many records were there of each partition, and the last of them.
    have: BTreeMap<i32, u64>,
    last: BTreeMap<i32, Pair>,
    /// How many records of each partition were given.
    seen: BTreeMap<i32, u64>,
}

impl Target {
    /// Finds or makes a topic that is to become like another.
    pub(super) fn open(
        cluster: &Cluster,
        topic: &str,
        like: &Head,
        manner: Manner,
        cx: &Context,
    ) -> Result<Self, Failure> {
        let what = format!("cannot fill topic `{topic}`");
        let refused = |error| failed(what.clone(), error);
        let open = || Admin::open(&cluster.brokers, &cluster.properties).map_err(refused);
        let mut admin = open()?;
        create(&mut admin, topic, like, manner, cx).map_err(refused)?;
        let at = |partition: &i32| Partition { topic: topic.to_owned(), partition: *partition };
        let partitions: Vec<Partition> = like.partitions.keys().map(at).collect();
        let begins = offsets(&mut admin, &partitions, OffsetSpec::Earliest).map_err(refused)?;
        let ends = offsets(&mut admin, &partitions, OffsetSpec::Latest).map_err(refused)?;
        let is_empty = begins == ends;
        if !is_empty && !manner.resume {
            return Err(Failure::new(what)
                .because("it has records already")
                .hint("name another topic, or go on with an earlier run by `--resume`")
                .exit(Exit::Failed));
        }
        // Nothing is there: whatever comes stands after what has gone.
        let base = ends.iter().map(|(at, end)| (*at, if is_empty { *end } else { 0 })).collect();
        let have = |(at, end): (&i32, &i64)| {
            (*at, if is_empty { 0 } else { u64::try_from(*end).unwrap_or(0) })
        };
        let have = ends.iter().map(have).collect();
        let last = match is_empty {
            true => BTreeMap::new(),
            false => last(open()?, cluster, topic, &ends).map_err(refused)?,
        };
        let appender = Appender::open(admin, topic).map_err(refused)?;
        let topic = topic.to_owned();
        Ok(Target { appender, topic, base, have, last, seen: BTreeMap::new() })
    }

    /// Takes the records of a batch whose offsets are at least `from` and before `until`.
    pub(super) fn give(
        &mut self,
        partition: i32,
        batch: &Bytes,
        from: i64,
        until: i64,
    ) -> Result<(), ClientError> {
        let corrupt = |cause| ClientError::Corrupt {
            topic: self.topic.clone(),
            partition,
            offset: from,
            cause,
        };
        let have = self.have.get(&partition).copied().unwrap_or(0);
        let seen = self.seen.entry(partition).or_default();
        if *seen >= have {
            *seen += self.appender.append(partition, batch, from, until)?;
            return Ok(());
        }
        let mut rest = None;
        let all = contents(batch).map_err(corrupt)?;
        for record in all.records() {
            let record = record.map_err(corrupt)?;
            if record.offset < from || record.offset >= until {
                continue;
            }
            if *seen == have {
                rest = Some(record.offset);
                break;
            }
            *seen += 1;
            if *seen == have {
                let pair = (record.key.map(<[u8]>::to_vec), record.value.map(<[u8]>::to_vec));
                if self.last.get(&partition) != Some(&pair) {
                    let why = format!(
                        "record {have} of partition {partition} is another than the last one \
                         that is there: an earlier run did not write it"
                    );
                    return Err(ClientError::Rdkafka(why));
                }
            }
        }
        match rest {
            Some(from) => {
                *seen += self.appender.append(partition, batch, from, until)?;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Demands that every partition has as many records as it was given. Returns how many there
    /// are in all.
    pub(super) fn check(&mut self) -> Result<u64, ClientError> {
        let at = |partition: &i32| Partition { topic: self.topic.clone(), partition: *partition };
        let partitions: Vec<Partition> = self.base.keys().map(at).collect();
        let ends = offsets(self.appender.admin(), &partitions, OffsetSpec::Latest)?;
        let mut all = 0;
        for (partition, base) in &self.base {
            let given = self.seen.get(partition).copied().unwrap_or(0);
            let end = ends.get(partition).copied().unwrap_or(0);
            if u64::try_from(end - base) != Ok(given) {
                let why = format!(
                    "partition {partition} has {} records, and {given} were to be there",
                    end - base
                );
                return Err(ClientError::Rdkafka(why));
            }
            all += given;
        }
        Ok(all)
    }
}

/// Makes the topic, or finds that it has partitions enough.
fn create(
    admin: &mut Admin,
    topic: &str,
    like: &Head,
    manner: Manner,
    cx: &Context,
) -> Result<(), ClientError> {
    let count = like.partitions.keys().max().map_or(1, |last| last + 1);
    match admin.topics(&[topic]) {
        Err(ClientError::NoTopic { .. }) => {
            let new = NewTopic {
                name: topic.to_owned(),
                partitions: Some(count),
                replication_factor: manner.replication_factor,
                configs: like.configs.clone(),
            };
            let each = admin.create_topics(&[new])?;
            settle(&each, usize::try_from(count).unwrap_or(1), admin, cx);
            each.into_iter().try_for_each(|(_, result)| result)?;
            cx.ui.note(&format!("created topic `{topic}`"));
            Ok(())
        }
        Err(error) => Err(error),
        Ok(described) => {
            let there = described.iter().map(|topic| topic.partitions.len()).sum();
            match i32::try_from(there) {
                Ok(there) if there >= count => Ok(()),
                _ => {
                    let (topic, partition) = (topic.to_owned(), count - 1);
                    Err(ClientError::NoPartition { topic, partition, count: there })
                }
            }
        }
    }
}

fn offsets(
    admin: &mut Admin,
    partitions: &[Partition],
    spec: OffsetSpec,
) -> Result<BTreeMap<i32, i64>, ClientError> {
    let wanted: Vec<_> = partitions.iter().map(|at| (at.clone(), spec)).collect();
    let found = admin.list_offsets(&wanted, Isolation::ReadUncommitted)?;
    let offset = |at: Option<crate::client::OffsetAt>| at.map_or(0, |at| at.offset);
    Ok(found.into_iter().map(|(of, at)| (of.partition, offset(at))).collect())
}

/// Reads the last record of each partition.
fn last(
    admin: Admin,
    cluster: &Cluster,
    topic: &str,
    ends: &BTreeMap<i32, i64>,
) -> Result<BTreeMap<i32, Pair>, ClientError> {
    let span = |(partition, end): (&i32, &i64)| {
        let at = Partition { topic: topic.to_owned(), partition: *partition };
        (at, Span { from: end - 1, until: Some(*end) })
    };
    let spans: BTreeMap<_, _> = ends.iter().filter(|(_, end)| **end > 0).map(span).collect();
    let mut open = spans.len();
    let fetcher = Fetcher::open(admin, &cluster.properties, &spans, false)?;
    let mut found = BTreeMap::new();
    while open > 0 {
        match fetcher.wait(LAST_WAIT) {
            Some(News::Chunk(chunk)) => {
                chunk.for_each(
                    |_, _| true,
                    |record| {
                        let pair =
                            (record.key().map(<[u8]>::to_vec), record.value().map(<[u8]>::to_vec));
                        found.insert(record.partition(), pair);
                        true
                    },
                )?;
                open -= usize::from(chunk.is_last);
            }
            Some(News::Failed(error)) => return Err(error),
            Some(News::Notice(_)) => {}
            Some(News::OldFormat | News::Over) | None => {
                return ClientError::check(ErrorCode::REQUEST_TIMED_OUT.0, None).map(|()| found);
            }
        }
    }
    Ok(found)
}
