//! `rk produce`: a record a line, and every record's fate counted.
//!
//! Lines go out in their order; a line that cannot be sent, and a record that the broker does
//! not take, are told with the number of the line and in the broker's own words, and the run
//! ends with exit code 3. A line without the key separator ends the reading: what came before
//! it is still delivered.

mod account;
mod input;
mod lines;
mod run;
mod shape;

use std::time::Duration;

use super::interrupt::Interrupt;
use super::{Context, Ended, Failure, trouble};
use crate::cli::produce::{Acks, Compression, Produce};
use crate::client::{Admin, ClientError, Producer, Properties};
use crate::exit::Exit;
use account::Account;
use run::Run;
use shape::Shape;

/// With compression a record may be larger than what the broker is sent of it: this large.
const COMPRESSIBLE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The range that librdkafka has for `message.max.bytes`, and its default.
const MESSAGE_BYTES_MIN: u64 = 1000;
const MESSAGE_BYTES_MAX: u64 = 1_000_000_000;
const MESSAGE_BYTES_DEFAULT: u64 = 1_000_000;
/// How long an interrupted run waits for what it has sent.
const INTERRUPTED_WAIT: Duration = Duration::from_secs(5);

/// Runs `rk produce`.
pub(super) fn run(words: Produce, cx: &mut Context) -> Ended {
    let shape = Shape::of(&words)?;
    let cluster = cx.cluster(words.cluster.clone())?;
    let mut properties = cluster.properties;
    set_properties(&words, &mut properties)?;
    let topic = words.topic().to_owned();
    let sources = input::open(&words.files())?;
    let interrupt = Interrupt::listen()?;

    let what = || format!("cannot produce to `{topic}`");
    let refused = |error| trouble::failure(what(), error);
    let mut admin = Admin::open(&cluster.brokers, &properties).map_err(refused)?;
    let may_create = properties.get("allow.auto.create.topics").is_none_or(|v| v != "false");
    let facts = admin.topic_to_write(&topic, may_create).map_err(refused)?;
    check_partition(&topic, words.partition, facts.partitions).map_err(refused)?;
    let bytes_max = limit(&mut properties, facts.message_bytes_max);
    // Whatever was read of standard input waits there for us; connections need not.
    drop(admin);

    let producer = Producer::open(&cluster.brokers, &properties).map_err(refused)?;
    let sender = producer.sender(&topic).map_err(refused)?;
    let mut account = Account::new(topic.clone(), facts.message_bytes_max);
    let headers: Vec<_> = (words.headers.iter())
        .map(|(name, value)| (name.clone(), value.clone().map(String::into_bytes)))
        .collect();
    let mut run = Run {
        cx,
        interrupt: &interrupt,
        producer: &producer,
        sender: &sender,
        account: &mut account,
        shape: &shape,
        headers: &headers,
        partition: words.partition,
        timestamp: words.timestamp.map(|time| time.millis(cx.started)),
        bytes_max,
        is_typed: cx.ui.stdin_is_terminal() && input::reads_standard_input(&words.files()),
        progress: None,
    };
    run.everything(sources);
    account.close(&producer, cx, interrupt.is_asked())
}

/// Puts what the words say into the properties; `-X` has the last word.
fn set_properties(words: &Produce, properties: &mut Properties) -> Result<(), Failure> {
    let acks = words.acks.map(|acks| match acks {
        Acks::Nobody => "0",
        Acks::Leader => "1",
        Acks::All => "all",
    });
    let compression = words.compression.map(|codec| match codec {
        Compression::None => "none",
        Compression::Gzip => "gzip",
        Compression::Snappy => "snappy",
        Compression::Lz4 => "lz4",
        Compression::Zstd => "zstd",
    });
    if words.idempotent && matches!(acks, Some("0" | "1")) {
        return Err(Failure::new("cannot be idempotent without all acknowledgements")
            .because("the broker drops repetitions only for `--acks all`")
            .exit(Exit::BadWords));
    }
    let mut set = |names: [&str; 2], value: Option<&str>| {
        if let Some(value) = value
            && !names.iter().any(|name| properties.contains_key(*name))
        {
            properties.insert(names[0].to_owned(), value.to_owned());
        }
    };
    set(["acks", "request.required.acks"], acks);
    set(["compression.type", "compression.codec"], compression);
    set(["enable.idempotence"; 2], words.idempotent.then_some("true"));
    Ok(())
}

/// Finds how large a record may be, and has librdkafka allow as much. Batches are kept within
/// the topic's limit too: a batch that is too large would fail with all that is in it.
fn limit(properties: &mut Properties, topic_max: Option<u64>) -> usize {
    let name = "message.max.bytes";
    let is_compressed = ["compression.type", "compression.codec"]
        .iter()
        .any(|name| properties.get(*name).is_some_and(|codec| codec != "none"));
    let set = properties.get(name).and_then(|text| text.parse::<u64>().ok());
    let allowed = topic_max
        .unwrap_or(MESSAGE_BYTES_DEFAULT)
        .max(if is_compressed { COMPRESSIBLE_BYTES_MAX } else { 0 })
        .clamp(MESSAGE_BYTES_MIN, MESSAGE_BYTES_MAX);
    if set.is_none() {
        properties.insert(name.to_owned(), allowed.to_string());
    }
    if let Some(topic_max) = topic_max
        && topic_max < MESSAGE_BYTES_DEFAULT
        && !properties.contains_key("batch.size")
    {
        properties.insert("batch.size".to_owned(), topic_max.max(1).to_string());
    }
    usize::try_from(set.unwrap_or(allowed)).unwrap_or(usize::MAX)
}

fn check_partition(topic: &str, wanted: Option<i32>, count: usize) -> Result<(), ClientError> {
    match wanted {
        Some(partition) if usize::try_from(partition).is_ok_and(|partition| partition >= count) => {
            Err(ClientError::NoPartition { topic: topic.to_owned(), partition, count })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limited(list: &[(&str, &str)], topic_max: Option<u64>) -> (usize, Properties) {
        let mut properties = list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        (limit(&mut properties, topic_max), properties)
    }

    #[test]
    fn records_may_be_as_large_as_the_topic_takes_them() {
        assert_eq!(limited(&[], None).0, 1_000_000);
        let (max, properties) = limited(&[], Some(5_000_000));
        assert_eq!((max, properties["message.max.bytes"].as_str()), (5_000_000, "5000000"));
        assert!(!properties.contains_key("batch.size"));
        let (max, properties) = limited(&[], Some(5_000));
        assert_eq!((max, properties["batch.size"].as_str()), (5_000, "5000"));
        assert_eq!(limited(&[("message.max.bytes", "2000")], Some(5_000)).0, 2_000);
        let zstd = ("compression.type", "zstd");
        assert_eq!(limited(&[zstd], Some(5_000)).0 as u64, COMPRESSIBLE_BYTES_MAX);
    }

    #[test]
    fn a_partition_must_be_there() {
        assert!(check_partition("t", None, 1).is_ok());
        assert!(check_partition("t", Some(0), 1).is_ok());
        assert!(check_partition("t", Some(1), 1).is_err());
    }
}
