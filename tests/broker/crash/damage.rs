//! Every file of a data directory, damaged in every way: the broker makes it good and shows
//! nothing that never was, or does not start and names the file.
//!
//! `RK_DAMAGE=2000` sets how many damages are tried.

use std::path::{Path, PathBuf};

use rk::broker::disk::memory::{MemoryDisk, Tail};
use rk::broker::disk::{self, Disk};
use rk::wire::batch::{Batches, check_stored, contents};
use rk::wire::messages::fetch::{FetchPartition, FetchRequest, FetchTopic};
use rk::wire::messages::metadata::MetadataRequest;
use tokio::runtime::Runtime;

use super::script::Script;
use super::seen::{self, State};
use super::{play, with_broker};
use crate::kit::damage::{DAMAGES, Damage};
use crate::kit::rng::Rng;
use crate::kit::wire::Client;

const TRIES: usize = 120;

/// All files of the data directory.
fn files(disk: &MemoryDisk) -> Vec<PathBuf> {
    let data = Path::new("/data");
    let mut files = Vec::new();
    for entry in disk.list(data).unwrap() {
        let path = data.join(&entry.name);
        match entry.is_dir {
            true => files.extend(disk.list(&path).unwrap().iter().map(|f| path.join(&f.name))),
            false => files.push(path),
        }
    }
    files
}

/// Looks whether everything that a client can see has been so at some time.
fn look(client: &mut Client, history: &[State], trusted: bool, path: &Path, what: &str) {
    let name = path.file_name().unwrap().to_str().unwrap();
    let all = client.call(12, &MetadataRequest { topics: None, ..Default::default() });
    for topic in all.topics.iter().filter(|topic| !topic.is_internal) {
        let name_of = topic.name.clone().unwrap();
        let was = |state: &&State| {
            state.topics.get(&name_of).is_some_and(|one| one.id == Some(topic.topic_id))
        };
        let states: Vec<&State> = history.iter().filter(was).collect();
        assert!(!states.is_empty(), "{what}: {topic:?}");
        let configs = seen::configs(client, &name_of);
        let had = |state: &&State| state.topics[&name_of].configs == configs;
        assert!(states.iter().any(had), "{what}: {configs:?}");
        // Which transactions were aborted cannot be told from an index that is believed.
        if trusted && name.ends_with(".txnindex") {
            continue;
        }
        for index in topic.partitions.iter().map(|partition| partition.partition_index) {
            for (offset, record) in read(client, &name_of, index, what) {
                let at = usize::try_from(index).unwrap();
                let was = |state: &&State| {
                    let partition = state.topics[&name_of].partitions.get(at);
                    partition.is_some_and(|one| match trusted && name.ends_with(".log") {
                        // The checksum does not cover where a batch is.
                        true => one.records.values().any(|one| *one == record),
                        false => one.records.get(&offset) == Some(&record),
                    })
                };
                assert!(states.iter().any(was), "{what}: {name_of}-{index} {offset} {record:?}");
            }
        }
    }
    for (place, offset) in seen::committed(client) {
        let was = |state: &State| state.committed.get(&place) == Some(&offset);
        assert!(offset == -1 || history.iter().any(was), "{what}: {place:?} {offset}");
    }
}

/// Reads what a reader of committed records gets, until there is no more, or an error.
fn read(
    client: &mut Client,
    topic: &str,
    partition: i32,
    what: &str,
) -> Vec<(i64, (String, String))> {
    let (mut found, mut next) = (Vec::new(), 0);
    loop {
        let wanted = FetchPartition {
            partition,
            fetch_offset: next,
            partition_max_bytes: 1 << 20,
            ..Default::default()
        };
        let topic =
            FetchTopic { topic: topic.into(), partitions: vec![wanted], ..Default::default() };
        let ask = FetchRequest {
            isolation_level: 1,
            max_bytes: 1 << 20,
            topics: vec![topic],
            ..Default::default()
        };
        let data = client.call(11, &ask).responses[0].partitions[0].clone();
        if data.error_code == 1 && next < data.log_start_offset {
            next = data.log_start_offset;
            continue;
        }
        // UNKNOWN_TOPIC_OR_PARTITION, CORRUPT_MESSAGE, OFFSET_OUT_OF_RANGE, KAFKA_STORAGE_ERROR.
        assert!([0, 1, 2, 3, 56].contains(&data.error_code), "{what}: {}", data.error_code);
        let mut aborted = data.aborted_transactions.unwrap_or_default();
        let before = next;
        for batch in Batches::of(&data.records.unwrap_or_default().0) {
            let Ok(batch) = batch else { return found };
            if check_stored(batch.bytes).is_err() {
                return found;
            }
            let opened = contents(batch.bytes).unwrap();
            let info = opened.header;
            next = info.next_offset();
            let of = |one: &rk::wire::messages::fetch::AbortedTransaction| {
                one.producer_id == info.producer_id && one.first_offset <= info.base_offset
            };
            if info.attributes.is_control() {
                aborted.retain(|one| !of(one));
                continue;
            }
            if info.attributes.is_transactional() && aborted.iter().any(of) {
                continue;
            }
            let text = |bytes: Option<&[u8]>| String::from_utf8(bytes.unwrap().to_vec()).unwrap();
            let records = opened.records().map(Result::unwrap);
            found.extend(records.map(|r| (r.offset, (text(r.key), text(r.value)))));
        }
        if next <= before {
            return found;
        }
    }
}

/// Damages one file. Returns whether the broker started.
fn try_one(runtime: &Runtime, disk: &MemoryDisk, history: &[State], rng: &mut Rng) -> bool {
    let disk = disk.crash(Tail::Kept);
    let clean = Path::new("/data/.kafka_cleanshutdown");
    let trusted = rng.one_in(2);
    if !trusted {
        disk.remove(clean).unwrap();
    }
    let path = rng.pick(&files(&disk)).clone();
    let damage = *rng.pick(&DAMAGES);
    let what = format!("{} {damage:?}, clean {trusted}", path.display());
    match damage {
        Damage::Lost => disk.remove(&path).unwrap(),
        _ => {
            let mut bytes = disk::read(&disk, &path).unwrap();
            damage.apply(&mut bytes, rng);
            disk::replace(&disk, &path, &bytes, true).unwrap();
        }
    }
    let looked = with_broker(runtime, &disk, false, |client| {
        look(client, history, trusted, &path, &what);
    });
    if let Err(error) = &looked {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(error.contains(name), "{what}: {error}");
    }
    looked.is_ok()
}

#[test]
fn a_damaged_directory_is_made_good_or_refused_by_name() {
    let runtime = Runtime::new().unwrap();
    let disk = MemoryDisk::new();
    let ran = play(&runtime, &disk, false, &Script::day());
    assert!(ran.maybe.is_none(), "{}", ran.error);
    let history = [ran.history, vec![ran.acked]].concat();
    let tries = std::env::var("RK_DAMAGE").map_or(TRIES, |text| text.parse().unwrap());
    let mut rng = Rng::new("damaged directories");
    let started = (0..tries).filter(|_| try_one(&runtime, &disk, &history, &mut rng)).count();
    assert!(started > tries / 2, "{started} of {tries}");
    crate::kit::say(&format!("{tries} damages: {started} made good, the others refused by name"));
}
