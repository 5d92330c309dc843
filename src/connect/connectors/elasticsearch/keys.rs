//! The settings, with the names and defaults of Confluent's connector.

use crate::connect::define::{Importance, Key, Kind, Preset, Valid};

use Importance::{High, Low, Medium};
use Preset::{Null, Required, Text};

/// What stands in front of the settings of TLS.
pub(super) const TLS_PREFIX: &str = "elastic.https.";
/// ... which begin with this.
pub(super) const TLS_NAMES: &str = "elastic.https.ssl.";

const fn key(name: &'static str, kind: Kind, preset: Preset, doc: &'static str) -> Key {
    Key::new(name, kind, preset, Low, doc)
}

const fn connection(mut key: Key, order: i32, title: &'static str) -> Key {
    key.importance = if order < 4 { High } else { Medium };
    key.in_group("Connector", order, "SHORT", title)
}

const fn conversion(key: Key, order: i32, title: &'static str) -> Key {
    key.in_group("Data Conversion", order, "SHORT", title)
}

const fn stream(key: Key, order: i32, title: &'static str) -> Key {
    key.in_group("Data Stream", order, "SHORT", title)
}

/// How to reach the servers, and how much at a time.
pub(super) const CONNECTION: &[Key] = &[
    connection(
        key(
            "connection.url",
            Kind::List,
            Required,
            "URLs of one or more servers of a cluster, http or https, tried in turn.",
        ),
        1,
        "Connection URLs",
    ),
    connection(
        key("connection.username", Kind::String, Null, "The user, together with the password."),
        2,
        "Connection Username",
    ),
    connection(
        key("connection.password", Kind::Password, Null, "The user's password."),
        3,
        "Connection Password",
    ),
    connection(
        key(
            "connection.api.key",
            Kind::Password,
            Null,
            "An API key in base64, as the server encoded it, instead of a user.",
        ),
        3,
        "API Key",
    ),
    connection(
        key(
            "elastic.security.protocol",
            Kind::String,
            Text("PLAINTEXT"),
            "SSL demands https for every URL; elastic.https.ssl.* say what is trusted.",
        )
        .valid(Valid::OneOfAnyCase(&["PLAINTEXT", "SSL"])),
        4,
        "Security Protocol",
    ),
    connection(
        key("batch.size", Kind::Int, Text("2000"), "How many records a request has at most.")
            .valid(Valid::Between(1, 1_000_000)),
        5,
        "Batch Size",
    ),
    connection(
        key(
            "bulk.size.bytes",
            Kind::Long,
            Text("5242880"),
            "How many bytes a request has at most, if it has more than one record; -1: any number.",
        )
        .valid(Valid::Between(-1, 2_147_483_647)),
        6,
        "Bulk Size (bytes)",
    ),
    connection(
        key(
            "max.in.flight.requests",
            Kind::Int,
            Text("5"),
            "How many requests are under way at once; one where the order of writes matters, \
             which is where documents have no version (write.method=upsert).",
        )
        .valid(Valid::Between(1, 1000)),
        7,
        "Max In-flight Requests",
    ),
    connection(
        key(
            "max.buffered.records",
            Kind::Int,
            Text("20000"),
            "How many records a task has as documents in memory at most.",
        )
        .valid(Valid::AtLeast(1)),
        8,
        "Max Buffered Records",
    ),
    connection(
        key(
            "linger.ms",
            Kind::Long,
            Text("1"),
            "The least time between two requests that are not full.",
        )
        .valid(Valid::Between(0, 604_800_000)),
        9,
        "Linger (ms)",
    ),
    connection(
        key(
            "flush.timeout.ms",
            Kind::Long,
            Text("180000"),
            "How long the same records are tried before the task fails, however many attempts \
             that were.",
        )
        .valid(Valid::Between(1, 604_800_000)),
        10,
        "Flush Timeout (ms)",
    ),
    connection(
        key(
            "flush.synchronously",
            Kind::Boolean,
            Text("false"),
            "Whether a flush waits for what is under way; here it always does.",
        ),
        11,
        "Flush synchronously",
    ),
    connection(
        key(
            "max.retries",
            Kind::Int,
            Text("5"),
            "How often the same records are tried again before the task fails.",
        )
        .valid(Valid::Between(0, 2_147_483_647)),
        12,
        "Max Retries",
    ),
    connection(
        key(
            "retry.backoff.ms",
            Kind::Long,
            Text("100"),
            "How long to wait before the first new attempt; each next wait is twice as long.",
        )
        .valid(Valid::Between(0, 86_400_000)),
        13,
        "Retry Backoff (ms)",
    ),
    connection(
        key(
            "connection.compression",
            Kind::Boolean,
            Text("false"),
            "Whether requests are compressed with gzip.",
        ),
        14,
        "Compression",
    ),
    connection(
        key(
            "max.connection.idle.time.ms",
            Kind::Int,
            Text("60000"),
            "How long a connection is kept that nobody uses.",
        )
        .valid(Valid::AtLeast(0)),
        15,
        "Max Connection Idle Time",
    ),
    connection(
        key(
            "connection.timeout.ms",
            Kind::Int,
            Text("1000"),
            "How long a connection may take to be made.",
        )
        .valid(Valid::Between(1, 43_200_000)),
        16,
        "Connection Timeout",
    ),
    connection(
        key("read.timeout.ms", Kind::Int, Text("3000"), "How long the server may take to answer.")
            .valid(Valid::Between(1, 604_800_000)),
        17,
        "Read Timeout",
    ),
    refused("proxy.host"),
    refused("proxy.port"),
    refused("proxy.username"),
    refused("proxy.password"),
    refused("kerberos.user.principal"),
    refused("kerberos.keytab.path"),
];

/// What Java's connector has and this one has not.
const fn refused(name: &'static str) -> Key {
    key(name, Kind::String, Null, "Not served: there are neither proxies nor Kerberos here.")
        .valid(Valid::By(not_served))
}

fn not_served(_: &str) -> Result<(), String> {
    Err("there are neither proxies nor Kerberos here; leave it out".to_owned())
}

/// What becomes of a record.
pub(super) const CONVERSION: &[Key] = &[
    conversion(
        key(
            "key.ignore",
            Kind::Boolean,
            Text("false"),
            "Whether ids are topic+partition+offset, and not the records' keys.",
        ),
        1,
        "Ignore Key mode",
    ),
    conversion(
        key(
            "schema.ignore",
            Kind::Boolean,
            Text("false"),
            "Whether the server infers mappings, where records have schemas; decimals then are \
             bytes in base64.",
        ),
        2,
        "Ignore Schema mode",
    ),
    conversion(
        key(
            "compact.map.entries",
            Kind::Boolean,
            Text("true"),
            "Whether a map whose keys are texts is an object, and not an array of keys and values.",
        ),
        3,
        "Compact Map Entries",
    ),
    conversion(
        key("topic.key.ignore", Kind::List, Text(""), "Topics for which key.ignore is true."),
        4,
        "Topics for 'Ignore Key' mode",
    ),
    conversion(
        key("topic.schema.ignore", Kind::List, Text(""), "Topics for which schema.ignore is true."),
        5,
        "Topics for 'Ignore Schema' mode",
    ),
    conversion(
        key(
            "drop.invalid.message",
            Kind::Boolean,
            Text("false"),
            "Whether a record of which no document can be made is left out where errors are not \
             tolerated.",
        ),
        6,
        "Drop invalid messages",
    ),
    conversion(
        key(
            "behavior.on.null.values",
            Kind::String,
            Text("FAIL"),
            "Whether a record without a value is left out (ignore), deletes the document with its \
             key (delete), or is an error (fail).",
        )
        .valid(Valid::OneOfAnyCase(&["ignore", "delete", "fail"])),
        7,
        "Behavior for null-valued records",
    ),
    conversion(
        key(
            "behavior.on.malformed.documents",
            Kind::String,
            Text("FAIL"),
            "What to do, where errors are not tolerated, with a document that the server refuses: \
             leave it out (ignore), say so too (warn), or end the task (fail).",
        )
        .valid(Valid::OneOfAnyCase(&["ignore", "warn", "fail"])),
        8,
        "Behavior on malformed documents",
    ),
    conversion(
        key(
            "external.version.header",
            Kind::String,
            Text(""),
            "The header that has the version of a document, instead of the record's offset.",
        ),
        9,
        "External Version Header Name",
    ),
    conversion(
        key(
            "write.method",
            Kind::String,
            Text("INSERT"),
            "Whether a document replaces the one with its id (insert), or its fields replace \
             those (upsert).",
        )
        .valid(Valid::OneOfAnyCase(&["insert", "upsert"])),
        10,
        "Write Method",
    ),
    conversion(
        key(
            "use.autogenerated.ids",
            Kind::Boolean,
            Text("false"),
            "Whether the server makes the ids; what is written twice then is there twice.",
        ),
        11,
        "Elasticsearch Generated IDs",
    ),
    conversion(
        key(
            "log.sensitive.data",
            Kind::Boolean,
            Text("false"),
            "Whether the log may have what is in records; it never has.",
        )
        .valid(Valid::OneOfAnyCase(&["false"])),
        12,
        "Log Sensitive data",
    ),
];

/// What is written to that is not simply an index named as its topic.
pub(super) const STREAM: &[Key] = &[
    stream(
        key(
            "data.stream.dataset",
            Kind::String,
            Text(""),
            "The middle of a data stream's name: type-dataset-topic.",
        )
        .valid(Valid::By(dataset)),
        1,
        "Data Stream Dataset",
    ),
    stream(
        key(
            "data.stream.type",
            Kind::String,
            Text("NONE"),
            "The beginning of a data stream's name; none: documents go to indices.",
        )
        .valid(Valid::OneOfAnyCase(&["logs", "metrics", "none"])),
        2,
        "Data Stream Type",
    ),
    stream(
        key(
            "data.stream.timestamp.field",
            Kind::List,
            Text(""),
            "Fields of which the first that a document has is its @timestamp; without, that is \
             the record's own.",
        ),
        3,
        "Data Stream Timestamp Field",
    ),
    stream(
        key(
            "external.resource.usage",
            Kind::String,
            Text("DISABLED"),
            "Whether documents go to what is there already, and what that is.",
        )
        .valid(Valid::OneOfAnyCase(&[
            "index",
            "datastream",
            "alias_index",
            "alias_datastream",
            "disabled",
        ])),
        4,
        "External Resource Usage",
    ),
    stream(
        key(
            "topic.to.external.resource.mapping",
            Kind::List,
            Text(""),
            "Which of it each topic goes to: topic:name, all of them.",
        ),
        5,
        "Topic to External Resource Mapping",
    ),
];

fn dataset(text: &str) -> Result<(), String> {
    /// The server's own bound.
    const BYTES_MAX: usize = 100;
    let is_bad = |c: char| c.is_uppercase() || "\\/*?\"<>| ,#:-".contains(c);
    match text {
        text if text.len() > BYTES_MAX => Err(format!("it is longer than {BYTES_MAX} bytes")),
        text if text.contains(is_bad) => {
            Err("it has capitals or one of \\ / * ? \" < > | , # : - or a blank".to_owned())
        }
        _ => Ok(()),
    }
}
