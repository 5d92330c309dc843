//! A large topic copied, archived and restored, and whether what came of it is the same: every
//! record's timestamp, key, value and headers, in the order of each partition.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::time::Duration;

use rk::client::{Admin, Fetcher, Isolation, News, OffsetSpec, Partition, Properties, Span};

use super::{Plan, create, rk, run};

const RECORDS: u64 = 10_000_000;
const PARTITIONS: i32 = 4;
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn copies(plan: &Plan, address: &str) {
    let count = (RECORDS / plan.scale).to_string();
    create(address, "large");
    let words = ["produce", "large", "-q", "--generate", "{{seq}} {{alpha 60}} {{name}}"];
    let more = ["--key", "k{{seq}}", "-H", "source=bench", "-H", "empty", "-n", &count];
    say("produce", run(rk(address, &[&words[..], &more].concat()), None));
    let want = digest(address, "large");
    let file = plan.folder.path().join("large.rk");
    let path = file.to_str().unwrap();
    say("copy", run(rk(address, &["topics", "copy", "large", "copied", "-q"]), None));
    say("archive", run(rk(address, &["topics", "archive", "large", path, "-q"]), None));
    let bytes = file.metadata().unwrap().len();
    say("restore", run(rk(address, &["topics", "restore", path, "restored", "-q"]), None));
    println!("  the archive has {:.0} MB", bytes as f64 / 1e6);
    for topic in ["copied", "restored"] {
        let found = digest(address, topic);
        assert_eq!(found, want, "{topic}");
        println!("  {topic:9} is equal: {count} records, digests {}", found.1);
    }
    assert_eq!(want.0.to_string(), count);
    std::fs::remove_file(file).unwrap();
}

fn say(what: &str, cost: super::Cost) {
    let super::Cost { wall_s, cpu_s, peak_mb, .. } = cost;
    println!("  {what:9} {wall_s:>8.2} s wall, {cpu_s:>8.2} s CPU, {peak_mb:>5.0} MB at most");
}

/// How many records a topic has, and a digest of each partition.
fn digest(address: &str, topic: &str) -> (u64, String) {
    let properties = Properties::new();
    let mut admin = Admin::open(address, &properties).unwrap();
    let at = |partition| Partition { topic: topic.to_owned(), partition };
    let wanted: Vec<_> = (0..PARTITIONS).map(|of| (at(of), OffsetSpec::Latest)).collect();
    let ends = admin.list_offsets(&wanted, Isolation::ReadUncommitted).unwrap();
    let spans: BTreeMap<_, _> = (ends.into_iter())
        .map(|(of, end)| (of, Span { from: 0, until: Some(end.map_or(0, |end| end.offset)) }))
        .collect();
    let mut open = spans.values().filter(|span| span.until > Some(0)).count();
    let fetcher = Fetcher::open(admin, &properties, &spans, false).unwrap();
    let mut digests: Vec<DefaultHasher> = spans.keys().map(|_| DefaultHasher::new()).collect();
    let mut records = 0;
    while open > 0 {
        match fetcher.wait(PATIENCE) {
            Some(News::Chunk(chunk)) => {
                let digest = &mut digests[chunk.part];
                let each = |_: &_, record: rk::wire::batch::Record| {
                    records += 1;
                    digest.write_i64(record.timestamp);
                    add(digest, record.key);
                    add(digest, record.value);
                    for (name, value) in record.headers {
                        add(digest, Some(name));
                        add(digest, value);
                    }
                    true
                };
                chunk.for_each_stored(|_, _| true, each).unwrap();
                open -= usize::from(chunk.is_last);
            }
            Some(News::Notice(_)) => {}
            _ => panic!("`{topic}` cannot be read to its end"),
        }
    }
    let digests: Vec<String> =
        digests.iter().map(|digest| format!("{:016x}", digest.finish())).collect();
    (records, digests.join(" "))
}

/// Adds bytes or null, so that what follows cannot be mistaken for a part of it.
fn add(digest: &mut DefaultHasher, bytes: Option<&[u8]>) {
    digest.write_i64(bytes.map_or(-1, |bytes| i64::try_from(bytes.len()).unwrap()));
    digest.write(bytes.unwrap_or_default());
}
