//! The settings of the JDBC connectors, as they are published, with their defaults.

use super::time;
use crate::connect::define::{Importance, Key, Kind, Preset, Valid};

use Importance::{High, Low, Medium};
use Preset::{Null, Required, Text};

const CONNECTION: &str = "Connection";
const WRITES: &str = "Writes";
const MAPPING: &str = "Data Mapping";
const DDL: &str = "DDL Support";
const RETRIES: &str = "Retries";
const DATABASE: &str = "Database";
const MODE: &str = "Mode";
const CONNECTOR: &str = "Connector";

const fn key(
    name: &'static str,
    kind: Kind,
    preset: Preset,
    importance: Importance,
    doc: &'static str,
) -> Key {
    Key::new(name, kind, preset, importance, doc)
}

/// What both need in order to connect.
pub(super) const CONNECTING: &[Key] =
    &[
        key(
            "connection.url",
            Kind::String,
            Required,
            High,
            "The database, as a JDBC URL: jdbc:postgresql://HOST:PORT/DATABASE, jdbc:mysql://…, \
         jdbc:mariadb://… or jdbc:sqlite:FILE. Parameters of the Java drivers may follow a `?`; \
         those that mean nothing here are refused by name.",
        )
        .valid(Valid::NonEmpty)
        .in_group(CONNECTION, 1, "LONG", "JDBC URL"),
        key("connection.user", Kind::String, Null, High, "The user, if the URL names none.")
            .in_group(CONNECTION, 2, "MEDIUM", "JDBC User"),
        key("connection.password", Kind::Password, Null, High, "The user's password.").in_group(
            CONNECTION,
            3,
            "MEDIUM",
            "JDBC Password",
        ),
        key(
            "dialect.name",
            Kind::String,
            Text(""),
            Low,
            "The dialect; nothing: the one that belongs to the URL. It must be that one.",
        )
        .valid(Valid::OneOf(&[
            "",
            "PostgreSqlDatabaseDialect",
            "MySqlDatabaseDialect",
            "SqliteDatabaseDialect",
        ]))
        .in_group(CONNECTION, 4, "LONG", "Database Dialect"),
        key(
            "connection.attempts",
            Kind::Int,
            Text("3"),
            Low,
            "How often to try to connect before that counts as an error.",
        )
        .valid(Valid::AtLeast(1))
        .in_group(CONNECTION, 5, "SHORT", "JDBC connection attempts"),
        key(
            "connection.backoff.ms",
            Kind::Long,
            Text("10000"),
            Low,
            "How long to wait between two of these attempts.",
        )
        .valid(Valid::AtLeast(0))
        .in_group(CONNECTION, 6, "SHORT", "JDBC connection backoff in milliseconds"),
        key(
            "quote.sql.identifiers",
            Kind::String,
            Text("always"),
            Medium,
            "Whether names of tables and columns are quoted in SQL: always or never.",
        )
        .valid(Valid::OneOfAnyCase(&["always", "never"]))
        .in_group(MAPPING, 7, "MEDIUM", "Quote Identifiers"),
        key(
            "db.timezone",
            Kind::String,
            Text("UTC"),
            Medium,
            "The time zone in which times without a zone are written and read.",
        )
        .valid(Valid::By(time::check_zone))
        .in_group(MAPPING, 5, "MEDIUM", "DB Time Zone"),
    ];

pub(super) const SINK: &[Key] = &[
    key(
        "insert.mode",
        Kind::String,
        Text("insert"),
        High,
        "What is done with a record: insert; upsert (insert, or change the row with this key); \
         update (change the row with this key, if there is one).",
    )
    .valid(Valid::OneOfAnyCase(&["insert", "upsert", "update"]))
    .in_group(WRITES, 1, "MEDIUM", "Insert Mode"),
    key(
        "batch.size",
        Kind::Int,
        Text("3000"),
        Medium,
        "How many records go into one statement at most.",
    )
    .valid(Valid::AtLeast(1))
    .in_group(WRITES, 2, "SHORT", "Batch Size"),
    key(
        "delete.enabled",
        Kind::Boolean,
        Text("false"),
        Medium,
        "Whether a null value deletes the row with the record's key; pk.mode must be record_key.",
    )
    .in_group(WRITES, 3, "SHORT", "Enable deletes"),
    key(
        "table.types",
        Kind::List,
        Text("TABLE"),
        Low,
        "The types of tables that are written to: TABLE, PARTITIONED_TABLE, VIEW.",
    )
    .valid(Valid::By(sink_types))
    .in_group(WRITES, 4, "MEDIUM", "Table Types"),
    key(
        "table.name.format",
        Kind::String,
        Text("${topic}"),
        Medium,
        "The name of a topic's table; ${topic} is the topic. A point separates a schema from the \
         table, but not in SQLite.",
    )
    .valid(Valid::NonEmpty)
    .in_group(MAPPING, 1, "LONG", "Table Name Format"),
    key(
        "table.name.normalize",
        Kind::Boolean,
        Text("false"),
        Medium,
        "Whether everything in a topic's name but letters, digits and _ becomes _ in its table's.",
    )
    .in_group(MAPPING, 1, "LONG", "Table Name Normalize"),
    key(
        "topics.to.tables.mapping",
        Kind::List,
        Null,
        Medium,
        "Tables of single topics: topic:table, topic:table.",
    )
    .valid(Valid::By(mapping))
    .in_group(MAPPING, 1, "LONG", "Topics To Tables Mapping"),
    key(
        "pk.mode",
        Kind::String,
        Text("none"),
        High,
        "Where the primary key comes from: none; kafka (topic, partition and offset); record_key; \
         record_value.",
    )
    .valid(Valid::OneOfAnyCase(&["none", "kafka", "record_key", "record_value"]))
    .in_group(MAPPING, 2, "MEDIUM", "Primary Key Mode"),
    key(
        "pk.fields",
        Kind::List,
        Text(""),
        Medium,
        "The columns of the primary key. kafka: three names, or nothing for __connect_topic, \
         __connect_partition and __connect_offset. record_key: fields of the key, nothing for all \
         of them; exactly one name if the key is no struct. record_value: fields of the value, \
         nothing for all of them.",
    )
    .in_group(MAPPING, 3, "LONG", "Primary Key Fields"),
    key(
        "fields.whitelist",
        Kind::List,
        Text(""),
        Medium,
        "The fields of the value that become columns; nothing: all of them. The primary key has \
         its own setting.",
    )
    .in_group(MAPPING, 4, "LONG", "Fields Whitelist"),
    key(
        "date.timezone",
        Kind::String,
        Text("DB_TIMEZONE"),
        Medium,
        "The time zone in which days are written: that of db.timezone, or UTC, in which they are \
         meant.",
    )
    .valid(Valid::OneOfAnyCase(&["DB_TIMEZONE", "UTC"]))
    .in_group(MAPPING, 6, "MEDIUM", "Date Time Zone"),
    key(
        "replace.null.with.default",
        Kind::Boolean,
        Text("true"),
        Medium,
        "Whether a field that is null gets the default of its schema.",
    )
    .in_group(MAPPING, 8, "SHORT", "Replace null with default"),
    key(
        "string.output.value.column.name",
        Kind::String,
        Text("record_value"),
        Low,
        "The column for values that are plain texts.",
    )
    .valid(Valid::NonEmpty)
    .in_group(MAPPING, 9, "MEDIUM", "Column for texts"),
    key(
        "auto.create",
        Kind::Boolean,
        Text("false"),
        Medium,
        "Whether a table that is not there is created, with columns for all fields.",
    )
    .in_group(DDL, 1, "SHORT", "Auto-Create"),
    key(
        "auto.evolve",
        Kind::Boolean,
        Text("false"),
        Medium,
        "Whether columns that are not there are added. Of plain JSON, a column of integers also \
         becomes one of floating point numbers once there is one.",
    )
    .in_group(DDL, 2, "SHORT", "Auto-Evolve"),
    key(
        "max.retries",
        Kind::Int,
        Text("10"),
        Medium,
        "How often a batch is tried again after the database was out of reach, before the task \
         fails.",
    )
    .valid(Valid::AtLeast(0))
    .in_group(RETRIES, 1, "SHORT", "Maximum Retries"),
    key(
        "retry.backoff.ms",
        Kind::Int,
        Text("3000"),
        Medium,
        "How long to wait before a batch is tried again.",
    )
    .valid(Valid::AtLeast(0))
    .in_group(RETRIES, 2, "SHORT", "Retry Backoff (millis)"),
];

pub(super) const SOURCE: &[Key] = &[
    key(
        "catalog.pattern",
        Kind::String,
        Null,
        Medium,
        "The catalogs whose tables are read, as a pattern of SQL's LIKE; nothing: all.",
    )
    .in_group(DATABASE, 6, "SHORT", "Catalog pattern"),
    key(
        "schema.pattern",
        Kind::String,
        Null,
        Medium,
        "The schemas whose tables are read, as a pattern of SQL's LIKE; nothing: all.",
    )
    .in_group(DATABASE, 7, "SHORT", "Schema pattern"),
    key(
        "table.whitelist",
        Kind::List,
        Text(""),
        Medium,
        "The tables to read; nothing: all of them.",
    )
    .in_group(DATABASE, 8, "LONG", "Table Whitelist"),
    key("table.blacklist", Kind::List, Text(""), Medium, "The tables not to read.").in_group(
        DATABASE,
        9,
        "LONG",
        "Table Blacklist",
    ),
    key(
        "table.types",
        Kind::List,
        Text("TABLE"),
        Low,
        "The types of tables that are read: TABLE, PARTITIONED TABLE, VIEW, SYSTEM TABLE.",
    )
    .valid(Valid::By(source_types))
    .in_group(CONNECTOR, 4, "MEDIUM", "Table Types"),
    key(
        "numeric.precision.mapping",
        Kind::Boolean,
        Text("false"),
        Low,
        "The older form of numeric.mapping: true means precision_only.",
    )
    .in_group(DATABASE, 10, "SHORT", "Map Numeric Values By Precision (deprecated)"),
    key(
        "numeric.mapping",
        Kind::String,
        Null,
        Low,
        "What NUMERIC columns become: none (Decimal); precision_only (integers, where there are \
         no digits behind the point and they fit); best_fit (integers, and floating point numbers \
         for those with digits behind the point); best_fit_eager_double (the latter for all \
         those).",
    )
    .valid(Valid::OneOfAnyCase(&["none", "precision_only", "best_fit", "best_fit_eager_double"]))
    .in_group(DATABASE, 11, "SHORT", "Map Numeric Values, Integral or Decimal, By Precision"),
    key(
        "mode",
        Kind::String,
        Required,
        High,
        "How new rows are found: bulk (everything, each time); incrementing (by a column that \
         grows); timestamp (by columns that say when a row was changed); timestamp+incrementing.",
    )
    .valid(Valid::OneOfAnyCase(&["bulk", "timestamp", "incrementing", "timestamp+incrementing"]))
    .in_group(MODE, 1, "MEDIUM", "Table Loading Mode"),
    key(
        "incrementing.column.name",
        Kind::String,
        Text(""),
        Medium,
        "The column that grows; nothing: the one that the database numbers by itself.",
    )
    .in_group(MODE, 2, "MEDIUM", "Incrementing Column Name"),
    key(
        "timestamp.column.name",
        Kind::List,
        Text(""),
        Medium,
        "The columns that say when a row was changed: the first that is not null counts.",
    )
    .in_group(MODE, 3, "MEDIUM", "Timestamp Column Name"),
    key(
        "timestamp.initial",
        Kind::Long,
        Null,
        Low,
        "Where to begin, in milliseconds since the Unix epoch, if nothing is remembered; -1: now.",
    )
    .in_group(MODE, 4, "MEDIUM", "Unix time value of initial timestamp"),
    key(
        "validate.non.null",
        Kind::Boolean,
        Text("true"),
        Low,
        "Whether to insist that the incrementing column, and one of the timestamp columns, cannot \
         be null.",
    )
    .in_group(MODE, 5, "SHORT", "Validate Non Null"),
    key(
        "query",
        Kind::String,
        Text(""),
        Medium,
        "A query to read instead of tables. A WHERE clause is appended unless the mode is bulk.",
    )
    .in_group(MODE, 6, "SHORT", "Query"),
    key("query.suffix", Kind::String, Text(""), Low, "What is appended to each query.").in_group(
        MODE,
        8,
        "SHORT",
        "Query suffix",
    ),
    key(
        "poll.interval.ms",
        Kind::Int,
        Text("5000"),
        High,
        "How long to wait after a table was read to its end; a second at least, if it is read as a \
         whole.",
    )
    .valid(Valid::AtLeast(0))
    .in_group(CONNECTOR, 1, "SHORT", "Poll Interval (ms)"),
    key(
        "batch.max.rows",
        Kind::Int,
        Text("100"),
        Low,
        "How many rows are fetched and sent at once at most.",
    )
    .valid(Valid::AtLeast(1))
    .in_group(CONNECTOR, 2, "SHORT", "Max Rows Per Batch"),
    key(
        "table.poll.interval.ms",
        Kind::Long,
        Text("60000"),
        Low,
        "How often to look for tables that came or went.",
    )
    .valid(Valid::AtLeast(1))
    .in_group(CONNECTOR, 3, "SHORT", "Metadata Change Monitoring Interval (ms)"),
    key(
        "topic.prefix",
        Kind::String,
        Required,
        High,
        "What stands before a table's name in its topic's; the whole name with `query`.",
    )
    .valid(Valid::NonEmpty)
    .in_group(CONNECTOR, 5, "MEDIUM", "Topic Prefix"),
    key(
        "timestamp.delay.interval.ms",
        Kind::Long,
        Text("0"),
        High,
        "How old a timestamp must be before its row is read, so that transactions can end.",
    )
    .valid(Valid::AtLeast(0))
    .in_group(CONNECTOR, 6, "MEDIUM", "Delay Interval (ms)"),
];

/// The names of a list, upper case, spaces as they are in JDBC.
fn types(text: &str, known: &[&str]) -> Result<(), String> {
    match text.split(',').map(|one| one.trim().to_uppercase()).find(|one| !known.contains(&&**one))
    {
        None => Ok(()),
        Some(one) => Err(format!("`{one}` is none of: {}", known.join(", "))),
    }
}

fn sink_types(text: &str) -> Result<(), String> {
    types(text, &["TABLE", "PARTITIONED_TABLE", "PARTITIONED TABLE", "VIEW"])
}

fn source_types(text: &str) -> Result<(), String> {
    types(text, &["TABLE", "PARTITIONED TABLE", "VIEW", "SYSTEM TABLE"])
}

fn mapping(text: &str) -> Result<(), String> {
    let is_pair = |pair: &str| {
        pair.split_once(':').is_some_and(|(a, b)| !a.trim().is_empty() && !b.trim().is_empty())
    };
    match text.split(',').all(|pair| pair.trim().is_empty() || is_pair(pair)) {
        true => Ok(()),
        false => Err("it must be a list of topic:table".to_owned()),
    }
}
