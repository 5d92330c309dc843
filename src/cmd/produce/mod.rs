//! `rk produce`: records from lines, JSON, CSV, a format string or nothing at all, and every
//! record's fate counted.
//!
//! Records go out in their order; one that cannot be sent, and one that the broker does not take,
//! are told with their number in the input and in the broker's own words, and the run ends with
//! exit code 3. One that cannot be read ends the reading: what came before it is still
//! delivered. In a transaction, all of that aborts the transaction instead.

mod account;
mod at_epoch;
mod input;
mod out;
mod partition;
mod plan;
mod run;

use std::time::Duration;

use super::interrupt::Interrupt;
use super::schemas::{Schemas, Writing};
use super::{Context, Ended, Failure, trouble};
use crate::cli::produce::{Acks, Compression, Partitioner, Produce, TransactionPer};
use crate::client::{Admin, ClientError, Producer, Properties, TopicFacts};
use crate::exit::Exit;
use crate::format::{Formats, Header};
use account::Account;
use at_epoch::AtEpoch;
use out::{Out, Shown, Transactions};
use partition::Chooser;
use plan::{Plan, Supply};
use run::{Pace, Run};

/// With compression a record may be larger than what the broker is sent of it: this large.
const COMPRESSIBLE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The range that librdkafka has for `message.max.bytes`, and its default.
const MESSAGE_BYTES_MIN: u64 = 1000;
const MESSAGE_BYTES_MAX: u64 = 1_000_000_000;
const MESSAGE_BYTES_DEFAULT: u64 = 1_000_000;
/// How long a transaction may take.
const TRANSACTION_TIMEOUT_MS: &str = "900000";
/// How long an interrupted run waits for what it has sent.
const INTERRUPTED_WAIT: Duration = Duration::from_secs(5);

/// Runs `rk produce`.
pub(super) fn run(words: Produce, cx: &mut Context) -> Ended {
    let plan = Plan::of(&words)?;
    let cluster = cx.cluster(words.cluster.clone())?;
    let mut properties = cluster.properties;
    set_properties(&words, &mut properties)?;
    let topic = words.topic().to_owned();
    let is_invented = words.generate.is_some();
    let sources = if is_invented { Vec::new() } else { input::open(&words.files())? };
    let interrupt = Interrupt::listen()?;
    let schemas = Schemas::of(&words.schemas, &cluster.registry, &interrupt, &cx.ui.notes())?;
    schemas.names(&words.formats, false)?;

    let refused = |error| trouble::failure(format!("cannot produce to `{topic}`"), error);
    let mut admin = Admin::open(&cluster.brokers, &properties).map_err(refused)?;
    let may_create = properties.get("allow.auto.create.topics").is_none_or(|v| v != "false");
    let facts = admin.topic_to_write(&topic, may_create && !words.dry_run).map_err(refused)?;
    check_partition(&topic, words.partition, facts.partitions).map_err(refused)?;
    let bytes_max = limit(&mut properties, facts.message_bytes_max);
    // Whatever was read of standard input waits there for us; connections need not.
    drop(admin);

    let noun = plan.noun();
    let is_typed = plan.is_typed() && is_typed(&words, cx);
    let supply = plan.reader(&formats_of(&words, &topic, &schemas, cx)?, bytes_max)?;
    let mut account = Account::new(topic.clone(), noun, facts.message_bytes_max);
    let open = || Producer::open(&cluster.brokers, &properties);
    let opened = (!words.dry_run).then(open).transpose().map_err(refused)?;
    let sender = opened.as_ref().map(|producer| producer.sender(&topic));
    let sender = sender.transpose().map_err(refused)?;
    let out = match (&opened, &sender) {
        (Some(producer), Some(sender)) => {
            let transactions = transactions(&words, producer, &interrupt).map_err(refused)?;
            let at_epoch =
                AtEpoch::new(&cluster.brokers, &properties, &topic, facts.partitions, bytes_max);
            Out::Cluster { producer, sender, transactions, at_epoch: Box::new(at_epoch) }
        }
        _ => Out::Nowhere(Shown::new(topic.clone(), bytes_max)),
    };
    let headers = headers_of(&words);
    let timestamp = words.timestamp.map(|time| time.millis(cx.started));
    let chooser = chooser(&words, &properties, &facts);
    let mut run = Run {
        cx,
        interrupt: &interrupt,
        out,
        account: &mut account,
        chooser,
        headers: &headers,
        partition: words.partition,
        timestamp,
        keeps_partition: words.keep_partition,
        keeps_timestamp: words.keep_timestamp,
        partitions: facts.partitions,
        bytes_max,
        is_typed,
        count_max: words.count,
        pace: words.rate.map(Pace::of),
        progress: None,
        output_error: None,
    };
    match supply {
        _ if words.count == Some(0) => {}
        Supply::Read(mut reader) => run.read(sources, reader.as_mut()),
        Supply::Invent(invent) => run.invent(invent),
    }
    let (outcome, output_error) = (run.out.outcome(), run.output_error.take());
    drop(run);
    if let Some(error) = output_error {
        return Err(error.into());
    }
    account.close(opened.as_ref(), outcome, cx, interrupt.is_asked())
}

/// Whether a person sits at the input.
fn is_typed(words: &Produce, cx: &Context) -> bool {
    let is_read = words.generate.is_none() && input::reads_standard_input(&words.files());
    is_read && cx.ui.stdin_is_terminal()
}

/// The headers that every record has.
fn headers_of(words: &Produce) -> Vec<Header> {
    let bytes = |(name, value): &(String, Option<String>)| {
        (name.clone().into_bytes(), value.clone().map(String::into_bytes))
    };
    words.headers.iter().map(bytes).collect()
}

/// What keys, values and headers become.
fn formats_of(
    words: &Produce,
    topic: &str,
    schemas: &Schemas,
    cx: &Context,
) -> Result<Formats, Failure> {
    let names = schemas.names(&words.formats, false)?;
    let header = words.formats.header_format.as_ref();
    let mut formats = Formats::of(names.key.as_ref(), names.value.as_ref(), header);
    let writing = Writing { topic, choice: &words.choice, is_dry: words.dry_run, cx };
    formats.key = schemas.writer(&names.key, true, &writing)?.or(formats.key);
    formats.value = schemas.writer(&names.value, false, &writing)?.or(formats.value);
    Ok(Formats { topic: topic.to_owned(), ..formats })
}

/// Prepares for transactions, if there are to be any.
fn transactions(
    words: &Produce,
    producer: &Producer,
    interrupt: &Interrupt,
) -> Result<Option<Transactions>, ClientError> {
    if words.transactional_id.is_none() {
        return Ok(None);
    }
    producer.init_transactions(|| !interrupt.is_asked())?;
    Ok(Some(Transactions::new(words.transaction_per.unwrap_or(TransactionPer::Run))))
}

/// Who chooses partitions: as the words say, or else the property, or else as in Java.
fn chooser(words: &Produce, properties: &Properties, facts: &TopicFacts) -> Chooser {
    let of_property = || {
        let name = properties.get("partitioner")?;
        Partitioner::of_property(name)
    };
    let partitioner = words.partitioner.filter(|one| one.property().is_none());
    let partitioner = partitioner.or_else(of_property).unwrap_or(Partitioner::Murmur2Random);
    let mut start = [0; 4];
    // Where the sticky begins is all that depends on it.
    let _ = getrandom::fill(&mut start);
    Chooser::new(partitioner, facts.partitions, u32::from_ne_bytes(start))
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
    let is_idempotent = words.idempotent || words.transactional_id.is_some();
    if is_idempotent && matches!(acks, Some("0" | "1")) {
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
    set(["partitioner"; 2], words.partitioner.and_then(Partitioner::property));
    set(["transactional.id"; 2], words.transactional_id.as_deref());
    // A slow input must not run into librdkafka's one minute; brokers allow as much by default.
    let patience = words.transactional_id.as_ref().map(|_| TRANSACTION_TIMEOUT_MS);
    set(["transaction.timeout.ms"; 2], patience);
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
