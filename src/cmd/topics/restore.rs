//! `rk topics restore`: a topic out of the file that `rk topics archive` wrote.
//!
//! Offsets are not kept: records stand one after the other, from the first offset of the new
//! topic on.

use std::fs::File;
use std::io::BufReader;

use super::super::interrupt::Interrupt;
use super::archive::check;
use super::target::{Manner, Target};
use super::{Context, Ended, failed, words};
use crate::archive::{ArchiveError, Frame, Reader};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::Cluster;

pub(super) fn run(words: &words::Restore, cluster: &Cluster, cx: &mut Context) -> Ended {
    let what = format!("cannot restore `{}`", words.file.display());
    let broken = |error: ArchiveError| Failure::new(what.clone()).caused_by(error);
    let open = || {
        let file = File::open(&words.file).map_err(ArchiveError::from)?;
        Ok(BufReader::with_capacity(1 << 20, file))
    };
    // A file with a mistake in its middle is refused before anything is written.
    let counts = check(open().map_err(broken)?).map_err(broken)?;
    let (mut reader, head) = Reader::open(open().map_err(broken)?).map_err(broken)?;
    let interrupt = Interrupt::listen()?;
    let topic = words.topic.as_deref().unwrap_or(&head.topic);
    let manner = Manner { replication_factor: words.replication_factor, resume: words.resume };
    let mut target = Target::open(cluster, topic, &head, manner, cx)?;
    let refused = |error| failed(what.clone(), error);
    let bar = cx.ui.record_progress("restored", counts.values().sum());
    let mut given = 0;
    while let Some(frame) = reader.read().map_err(broken)? {
        let Frame::Batch { partition, batch } = frame else { continue };
        target.give(partition, &batch, i64::MIN, i64::MAX).map_err(refused)?;
        given += crate::wire::batch::BatchInfo::parse(&batch)
            .map_or(0, |header| u64::from(header.record_count.unsigned_abs()));
        bar.set(given);
        if interrupt.is_asked() {
            drop(bar);
            cx.ui.end_line();
            cx.ui.note("note: `--resume` goes on with it");
            return Ok(Exit::Interrupted);
        }
    }
    drop(bar);
    let records = target.check().map_err(refused)?;
    cx.ui.note(&format!("restored {records} records to `{topic}`"));
    Ok(Exit::Done)
}
