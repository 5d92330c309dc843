//! The settings that every connector has, whatever it connects to.

use crate::connect::define::{Importance, Key, Kind, Preset, Valid, regex_trouble};

use Importance::{High, Low, Medium};
use Preset::{Null, Required, Text};

const fn common(key: Key, order: i32, width: &'static str, title: &'static str) -> Key {
    key.in_group("Common", order, width, title)
}

const fn errors(key: Key, order: i32, width: &'static str, title: &'static str) -> Key {
    key.in_group("Error Handling", order, width, title)
}

/// Settings of both kinds of connector.
pub const COMMON: &[Key] = &[
    common(
        Key::new("name", Kind::String, Required, High, "The name, unlike any other's.")
            .valid(Valid::By(name)),
        1,
        "MEDIUM",
        "Connector name",
    ),
    common(
        Key::new(
            "connector.class",
            Kind::String,
            Required,
            High,
            "What it connects to: the class's full name, or the last part of it, with or without \
             `Connector` at its end.",
        ),
        2,
        "LONG",
        "Connector class",
    ),
    common(
        Key::new(
            "connector.plugin.version",
            Kind::String,
            Null,
            Medium,
            "The version of the connector; there is one.",
        ),
        3,
        "MEDIUM",
        "Connector version",
    ),
    common(
        Key::new("tasks.max", Kind::Int, Text("1"), High, "How many tasks there may be.")
            .valid(Valid::AtLeast(1)),
        4,
        "SHORT",
        "Tasks max",
    ),
    common(
        Key::new(
            "tasks.max.enforce",
            Kind::Boolean,
            Text("true"),
            Low,
            "Whether tasks.max binds a connector; here it always does.",
        ),
        5,
        "SHORT",
        "Enforce tasks max",
    ),
    common(
        Key::new(
            "key.converter",
            Kind::Class,
            Null,
            Low,
            "What keys are, instead of what the worker says; the worker's key.converter.* then \
             do not count.",
        ),
        6,
        "SHORT",
        "Key converter class",
    ),
    common(
        Key::new("key.converter.plugin.version", Kind::String, Null, Low, "There is one."),
        7,
        "SHORT",
        "Key converter version",
    ),
    common(
        Key::new(
            "value.converter",
            Kind::Class,
            Null,
            Low,
            "What values are, instead of what the worker says; the worker's value.converter.* \
             then do not count.",
        ),
        8,
        "SHORT",
        "Value converter class",
    ),
    common(
        Key::new("value.converter.plugin.version", Kind::String, Null, Low, "There is one."),
        9,
        "SHORT",
        "Value converter version",
    ),
    common(
        Key::new(
            "header.converter",
            Kind::Class,
            Null,
            Low,
            "What the values of headers are, instead of what the worker says.",
        ),
        10,
        "SHORT",
        "Header converter class",
    ),
    common(
        Key::new("header.converter.plugin.version", Kind::String, Null, Low, "There is one."),
        11,
        "SHORT",
        "Header converter version",
    ),
    Key::new(
        "transforms",
        Kind::List,
        Text(""),
        Low,
        "Names of transforms, in the order in which records go through them.",
    )
    .valid(Valid::Unique)
    .in_group("Transforms", 12, "LONG", "Transforms"),
    Key::new("predicates", Kind::List, Text(""), Low, "Names of predicates for transforms.")
        .valid(Valid::Unique)
        .in_group("Predicates", 13, "LONG", "Predicates"),
    common(
        Key::new(
            "config.action.reload",
            Kind::String,
            Text("restart"),
            Low,
            "What to do when a provider's value changes; the providers inside never say so.",
        )
        .valid(Valid::OneOf(&["none", "restart"])),
        14,
        "MEDIUM",
        "Reload Action",
    ),
    errors(
        Key::new(
            "errors.retry.timeout",
            Kind::Long,
            Text("0"),
            Medium,
            "How many milliseconds a retriable failure is tried again; 0: not at all, -1: for ever.",
        ),
        1,
        "MEDIUM",
        "Retry Timeout for Errors",
    ),
    errors(
        Key::new(
            "errors.retry.delay.max.ms",
            Kind::Long,
            Text("60000"),
            Medium,
            "The longest pause between two tries.",
        ),
        2,
        "MEDIUM",
        "Maximum Delay Between Retries for Errors",
    ),
    errors(
        Key::new(
            "errors.tolerance",
            Kind::String,
            Text("none"),
            Medium,
            "Whether a bad record ends the task (none) or is left out (all).",
        )
        .valid(Valid::OneOf(&["none", "all"])),
        3,
        "SHORT",
        "Error Tolerance",
    ),
    errors(
        Key::new("errors.log.enable", Kind::Boolean, Text("false"), Medium, "Whether to log them."),
        4,
        "SHORT",
        "Log Errors",
    ),
    errors(
        Key::new(
            "errors.log.include.messages",
            Kind::Boolean,
            Text("false"),
            Medium,
            "Whether the log says which record it was.",
        ),
        5,
        "SHORT",
        "Log Error Details",
    ),
];

/// Settings of sinks.
pub const SINK: &[Key] = &[
    common(Key::new("topics", Kind::List, Text(""), High, "Topics to read."), 4, "LONG", "Topics"),
    common(
        Key::new(
            "topics.regex",
            Kind::String,
            Text(""),
            High,
            "A regular expression that the whole name of a topic to read matches; instead of \
             topics.",
        )
        .valid(Valid::By(regex)),
        4,
        "LONG",
        "Topics regex",
    ),
    errors(
        Key::new(
            "errors.deadletterqueue.topic.name",
            Kind::String,
            Text(""),
            Medium,
            "The topic for records that could not be dealt with.",
        ),
        6,
        "MEDIUM",
        "Dead Letter Queue Topic Name",
    ),
    errors(
        Key::new(
            "errors.deadletterqueue.topic.replication.factor",
            Kind::Short,
            Text("3"),
            Medium,
            "Replicas of that topic, where it is created.",
        ),
        7,
        "MEDIUM",
        "Dead Letter Queue Topic Replication Factor",
    ),
    errors(
        Key::new(
            "errors.deadletterqueue.context.headers.enable",
            Kind::Boolean,
            Text("false"),
            Medium,
            "Whether dead letters say in headers where they come from and what was wrong.",
        ),
        8,
        "MEDIUM",
        "Enable Error Context Headers",
    ),
];

/// Settings of sources.
pub const SOURCE: &[Key] = &[
    Key::new(
        "topic.creation.groups",
        Kind::List,
        Text(""),
        Low,
        "Names of rules by which topics are created that are not there; each has \
         topic.creation.NAME.include, .exclude, .partitions, .replication.factor and properties of \
         topics, and the one named default needs no include.",
    )
    .valid(Valid::Unique)
    .in_group("Topic Creation", 1, "LONG", "Topic Creation Groups"),
    Key::new(
        "exactly.once.support",
        Kind::String,
        Text("requested"),
        Medium,
        "Whether exactly-once delivery is needed; a standalone worker has none.",
    )
    .valid(Valid::By(exactly_once))
    .in_group("Exactly Once Support", 2, "SHORT", "Exactly once support"),
    Key::new(
        "transaction.boundary",
        Kind::String,
        Text("poll"),
        Medium,
        "Where transactions end; a standalone worker has none.",
    )
    .valid(Valid::OneOfAnyCase(&["INTERVAL", "POLL", "CONNECTOR"]))
    .in_group("Exactly Once Support", 3, "SHORT", "Transaction Boundary"),
    Key::new(
        "transaction.boundary.interval.ms",
        Kind::Long,
        Null,
        Low,
        "How often transactions end; a standalone worker has none.",
    )
    .valid(Valid::AtLeast(0))
    .in_group("Exactly Once Support", 4, "SHORT", "Transaction boundary interval"),
    Key::new(
        "offsets.storage.topic",
        Kind::String,
        Null,
        Low,
        "A topic for offsets; a standalone worker has a file.",
    )
    .valid(Valid::NonEmpty)
    .in_group("offsets.topic", 1, "LONG", "Offsets topic"),
];

/// What may stand before the names of settings that belong to somebody else.
pub const PREFIXES: &[&str] = &[
    "key.converter.",
    "value.converter.",
    "header.converter.",
    "transforms.",
    "predicates.",
    "producer.override.",
    "consumer.override.",
    "admin.override.",
];

fn name(text: &str) -> Result<(), String> {
    match text {
        "" => Err("String may not be empty".to_owned()),
        text if text.chars().any(|c| c.is_ascii_control()) => {
            Err("String may not contain control sequences but had the following ASCII chars: "
                .to_owned())
        }
        _ => Ok(()),
    }
}

fn exactly_once(text: &str) -> Result<(), String> {
    match text.to_ascii_lowercase().as_str() {
        "requested" => Ok(()),
        "required" => Err("a standalone worker does not deliver exactly once".to_owned()),
        _ => Err("String must be one of (case insensitive): REQUIRED, REQUESTED".to_owned()),
    }
}

fn regex(text: &str) -> Result<(), String> {
    regex::Regex::new(text).map(drop).map_err(|_| regex_trouble(text))
}
