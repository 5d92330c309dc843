//! `rk topics list`.

use super::{Context, Ended, failed, words};
use crate::client::Admin;
use crate::exit::Exit;
use crate::render::{Cell, Row};

struct Listed {
    topic: String,
    partition_count: usize,
    replication_factor: Option<usize>,
}

impl Row for Listed {
    const COLUMNS: &'static [&'static str] = &["topic", "partition_count", "replication_factor"];
    const PLAIN: usize = 1;

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.topic.as_str().into(),
            self.partition_count.into(),
            self.replication_factor.into(),
        ]
    }
}

pub(super) fn run(words: words::List, admin: &mut Admin, cx: &mut Context) -> Ended {
    let answer = admin.metadata(None).map_err(|error| failed("cannot list topics", error))?;
    let mut rows: Vec<Listed> = answer
        .topics
        .into_iter()
        .filter(|topic| words.internal || !topic.is_internal)
        .map(|topic| Listed {
            topic: topic.name.unwrap_or_default(),
            partition_count: topic.partitions.len(),
            replication_factor: topic.partitions.first().map(|p| p.replica_nodes.len()),
        })
        .collect();
    rows.sort_by(|a, b| a.topic.cmp(&b.topic));
    cx.show(words.output.output, &rows)?;
    Ok(Exit::Done)
}
