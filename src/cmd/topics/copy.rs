//! `rk topics copy`: a topic's records and configs into another topic, of this cluster or of
//! another. Batches are passed on as they are, so that nothing is compressed anew.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bytes::Bytes;

use super::super::crew::{self, Reply, Silence};
use super::super::interrupt::Interrupt;
use super::archive::{head, old_format};
use super::target::{Manner, Target};
use super::{Context, Ended, failed, words};
use crate::client::{Admin, Chunk, ClientError, Fetcher, Partition, Span};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{Cluster, ClusterWords};

const IDLE_WAIT: Duration = Duration::from_millis(100);

pub(super) fn run(words: &words::Copy, cluster: &Cluster, cx: &mut Context) -> Ended {
    let (source, target) = (words.source.as_str(), words.target.as_str());
    let what = format!("cannot copy `{source}` to `{target}`");
    let refused = |error| failed(what.clone(), error);
    let there = destination(words, cluster, cx)?;
    if source == target && !words.is_elsewhere() {
        return Err(Failure::new(what)
            .because("they are the same topic")
            .hint("name another topic, or another cluster with `--to-brokers`")
            .exit(Exit::BadWords));
    }
    let interrupt = Interrupt::listen()?;
    let mut properties = cluster.properties.clone();
    properties.insert("isolation.level".to_owned(), "read_committed".to_owned());
    let mut admin = Admin::open(&cluster.brokers, &properties).map_err(refused)?;
    let like = head(&mut admin, source).map_err(refused)?;
    let manner = Manner { replication_factor: words.replication_factor, resume: words.resume };
    let mut to = Target::open(&there, target, &like, manner, cx)?;
    let span = |(partition, (from, until)): (&i32, &(i64, i64))| {
        let at = Partition { topic: source.to_owned(), partition: *partition };
        (at, Span { from: *from, until: Some(*until) })
    };
    let spans: BTreeMap<Partition, Span> = like.partitions.iter().map(span).collect();
    let all: i64 = like.partitions.values().map(|(from, until)| until - from).sum();
    let bar = cx.ui.record_progress("copied", all.unsigned_abs());
    let fetcher = Fetcher::open(admin, &properties, &spans, false).map_err(refused)?;
    let is_over = AtomicBool::new(false);
    let mut open = like.partitions.values().filter(|(from, until)| from < until).count();
    let mut passed = 0;
    let copied = crew::work(
        &fetcher,
        &is_over,
        || take,
        |replies| {
            while open > 0 && !interrupt.is_asked() {
                match replies.now().or_else(|_| replies.wait(IDLE_WAIT)) {
                    Ok(Reply::Made(taken)) => {
                        let Taken { partition, from, until, batches, chunk } = taken?;
                        for batch in &batches {
                            to.give(partition, batch, from, until)?;
                        }
                        passed += (chunk.next - from).max(0).unsigned_abs();
                        bar.set(passed);
                        open -= usize::from(chunk.is_last);
                    }
                    Ok(Reply::Notice(notice)) => cx.ui.detail(&notice.text),
                    Ok(Reply::Failed(error)) => return Err(error),
                    Ok(Reply::OldFormat) => return Err(old_format()),
                    Err(Silence::Quiet) => {}
                    Err(Silence::Over) => break,
                }
            }
            Ok(open == 0)
        },
    );
    drop(bar);
    if !copied.map_err(refused)? {
        cx.ui.end_line();
        cx.ui.note("note: `--resume` goes on with it");
        return Ok(Exit::Interrupted);
    }
    let records = to.check().map_err(refused)?;
    cx.ui.note(&format!("copied {records} records from `{source}` to `{target}`"));
    Ok(Exit::Done)
}

/// The cluster to copy to.
fn destination(words: &words::Copy, here: &Cluster, cx: &Context) -> Result<Cluster, Failure> {
    match words.is_elsewhere() {
        true => cx.cluster(ClusterWords {
            brokers: words.to_brokers.clone(),
            properties: words.to_properties.clone(),
            command_config: words.to_config.clone(),
        }),
        false => Ok(here.clone()),
    }
}

/// A chunk whose batches were checked.
struct Taken {
    partition: i32,
    from: i64,
    until: i64,
    batches: Vec<Bytes>,
    /// Holds its memory until its batches are written.
    chunk: Chunk,
}

fn take(chunk: Chunk) -> Result<Taken, ClientError> {
    chunk.check()?;
    let (batches, from, until) = chunk.batches();
    let (partition, batches) = (chunk.partition(), batches.to_vec());
    Ok(Taken { partition, from, until, batches, chunk })
}
