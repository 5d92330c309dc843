//! What differs from run to run, named: the first topic id of a scenario is `id#1`, the next is
//! `id#2`, and so in every answer that tells it again. Times near the run's are `now`.
//!
//! A name is stronger than a hole: an answer that tells the second id where it should tell the
//! first does differ. Fields that have their default are left out of what is shown.

use rk::base::ids::Uuid;
use rk::wire::ErrorCode;
use rk::wire::schema::{StructTable, Type};

use super::codec::default;
use super::value::Value;

/// What is near: half a day.
const NEAR_MS: i128 = 12 * 3600 * 1000;

/// Fields that nobody compares, because they are where a broker lives, or what it is called.
const HOLES: &[&str] = &["cluster_id", "log_dir", "total_bytes", "usable_bytes"];

/// Numbers that are given out, and the name that they get here.
const GIVEN_OUT: &[(&str, &str)] = &[("producer_id", "pid"), ("session_id", "session")];

/// Arrays whose order comes from a hash table in Kafka, as `message.field`: sorted here.
const UNORDERED: &[&str] = &[
    "MetadataResponse.topics",
    "MetadataResponseTopic.partitions",
    "ProduceResponse.responses",
    "TopicProduceResponse.partition_responses",
    "DescribeGroupsResponse.groups",
    "DescribedGroup.members",
    "ListGroupsResponse.groups",
    "JoinGroupResponse.members",
    "CreateTopicsResponse.topics",
    "CreatePartitionsResponse.results",
    "DeleteGroupsResponse.results",
    "DescribeConfigsResponse.results",
    "DescribeConfigsResult.configs",
    "AddPartitionsToTxnResponse.results_by_topic_v3_and_below",
    "AddPartitionsToTxnResult.topic_results",
    "TransactionState.topics",
    "TopicData.partitions",
    "WritableTxnMarkerTopicResult.partitions",
    "AddPartitionsToTxnTopicResult.results_by_partition",
    "OffsetCommitResponseTopic.partitions",
    "OffsetDeleteResponseTopic.partitions",
];

/// The fields by which what is unordered is sorted.
const SORT_KEYS: &[&str] = &[
    "name",
    "topic_id",
    "topic_name",
    "topic",
    "group_id",
    "resource_name",
    "key",
    "transactional_id",
    "member_id",
    "partition_index",
    "partition",
    "index",
];

/// The names that were given in one run of one scenario.
#[derive(Debug)]
pub(crate) struct Masks {
    /// What every topic and group of the scenario begins with: `~` in the text.
    pub(crate) prefix: String,
    /// `host:port` of the broker.
    pub(crate) address: String,
    /// The same of where one logs in.
    pub(crate) guarded: Option<String>,
    pub(crate) now_ms: i64,
    seen: Vec<(&'static str, String)>,
    /// The ids of the scenario's own topics, by their variables.
    topics: Vec<(String, String)>,
}

/// What one step wants besides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    /// Fields that are not compared.
    pub(crate) masking: Vec<String>,
    /// Arrays that are sorted first.
    pub(crate) sorting: Vec<String>,
    /// Whether elements that do not name something of the scenario are dropped.
    pub(crate) ours: bool,
}

impl Masks {
    pub(crate) fn new(prefix: String, address: String, now_ms: i64) -> Self {
        Masks { prefix, address, guarded: None, now_ms, seen: Vec::new(), topics: Vec::new() }
    }

    /// Returns a text with the scenario's own prefix.
    pub(crate) fn prefix_of(&self, text: &str) -> String {
        text.replace('~', &self.prefix)
    }

    /// Gives an id the name of a variable.
    pub(crate) fn name(&mut self, id: &Value, variable: &str) {
        if let Value::Uuid(id) = id {
            self.topics.push((id.to_string(), format!("${variable}")));
        }
    }

    fn label(&mut self, class: &'static str, raw: String) -> String {
        let of_class = || self.seen.iter().filter(|(c, _)| *c == class);
        let (at, count) = (of_class().position(|(_, seen)| *seen == raw), of_class().count());
        if at.is_none() {
            self.seen.push((class, raw));
        }
        let at = at.unwrap_or(count);
        format!("{class}#{}", at + 1)
    }

    /// Returns what is shown of an answer.
    pub(crate) fn show(&mut self, value: &Value, table: &StructTable, wish: &Wish) -> Value {
        let Value::Map(given) = value else { return self.plain("", value) };
        let mut out = Vec::new();
        for (name, value) in given {
            let field = table.fields.iter().find(|f| f.name.trim_start_matches("r#") == name);
            let Some(field) = field else {
                out.push((name.clone(), value.clone()));
                continue;
            };
            if *value == default(field) || is_empty_default(&field.ty, value, &default(field)) {
                continue;
            }
            let hole = HOLES.contains(&name.as_str()) || wish.masking.contains(name);
            let shown = match (&field.ty, value) {
                _ if hole => Value::Word("*".to_owned()),
                (Type::Struct(inner), Value::Map(_)) => self.show(value, inner, wish),
                (Type::Array(item), Value::List(items)) => {
                    let path = format!("{}.{name}", table.name);
                    let sorted = UNORDERED.contains(&path.as_str()) || wish.sorting.contains(name);
                    self.list(name, item, items, wish, sorted)
                }
                _ => self.plain(name, value),
            };
            // What is left of a list when others' things are dropped may be nothing.
            if wish.ours && shown == default(field) {
                continue;
            }
            out.push((name.clone(), shown));
        }
        Value::Map(out)
    }

    fn list(
        &mut self,
        name: &str,
        item: &Type,
        items: &[Value],
        wish: &Wish,
        sorted: bool,
    ) -> Value {
        let Type::Struct(table) = item else {
            let mut items: Vec<Value> = items.iter().map(|item| self.plain(name, item)).collect();
            if sorted {
                items.sort_by_key(Value::line);
            }
            return Value::List(items);
        };
        let mut items: Vec<&Value> = items.iter().collect();
        if wish.ours {
            items.retain(|item| self.is_ours(item));
        }
        if sorted {
            items.sort_by_key(|item| self.sort_key(item));
        }
        Value::List(items.into_iter().map(|item| self.show(item, table, wish)).collect())
    }

    /// Says whether an element names something of the scenario, or nothing at all.
    fn is_ours(&self, item: &Value) -> bool {
        let Value::Map(fields) = item else { return true };
        let mut names = fields.iter().filter_map(|(name, value)| match value {
            Value::Text(text) if SORT_KEYS.contains(&name.as_str()) => Some(text),
            _ => None,
        });
        let first = names.next();
        first.is_none_or(|name| name.contains(&self.prefix))
    }

    /// By what an element is sorted: ids that differ from run to run by their names, those that
    /// have none yet behind them.
    fn sort_key(&self, item: &Value) -> Vec<String> {
        let known = |text: &str| {
            let is_id = |class: &str| matches!(class, "id" | "uuid");
            let mut seen = self.seen.iter();
            let mut seen = seen.by_ref().filter(|(c, raw)| is_id(c) && text.contains(raw.as_str()));
            let at = seen.next().and_then(|one| self.seen.iter().position(|other| other == one));
            let is_uuid = find_uuid(text, 0).is_some();
            at.map_or(if is_uuid { "~".to_owned() } else { text.to_owned() }, |at| {
                format!("{at:5}")
            })
        };
        let of = |key: &&str| match item.get(key) {
            Some(Value::Int(int)) => Some(format!("{int:020}")),
            Some(Value::Text(text)) => Some(known(text)),
            Some(Value::Uuid(id)) => {
                let id = id.to_string();
                self.topics.iter().find(|(own, _)| *own == id).map(|(_, name)| name.clone())
            }
            _ => None,
        };
        SORT_KEYS.iter().filter_map(of).collect()
    }

    fn plain(&mut self, name: &str, value: &Value) -> Value {
        let given_out = GIVEN_OUT.iter().find(|(field, _)| *field == name);
        match value {
            Value::Int(code) if name.ends_with("error_code") => {
                let known = i16::try_from(*code).ok().and_then(|code| ErrorCode(code).name());
                known.map_or(value.clone(), |name| Value::Word(name.to_owned()))
            }
            Value::Int(id) if *id >= 0 && given_out.is_some() => {
                let (_, class) = given_out.unwrap();
                Value::Word(self.label(class, id.to_string()))
            }
            Value::Int(port) if name == "port" && self.is_port(*port) => {
                Value::Word("port".to_owned())
            }
            Value::Int(time) if (time - i128::from(self.now_ms)).abs() < NEAR_MS => {
                Value::Word("now".to_owned())
            }
            Value::Uuid(id) if !id.is_zero() => {
                let id = id.to_string();
                let own = self.topics.iter().find(|(own, _)| *own == id).map(|(_, n)| n.clone());
                Value::Word(own.unwrap_or_else(|| self.label("id", id)))
            }
            // The ids of members are UUIDs in Kafka's own spelling, too.
            Value::Text(id)
                if name == "member_id" && id.len() == 22 && id.parse::<Uuid>().is_ok() =>
            {
                Value::Text(self.label("id", id.clone()))
            }
            Value::Text(text) => Value::Text(self.text(text)),
            Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Value::Text(self.text(text)),
                Err(_) => value.clone(),
            },
            Value::List(items) => {
                Value::List(items.iter().map(|item| self.plain(name, item)).collect())
            }
            Value::Map(fields) => Value::Map(
                fields.iter().map(|(name, item)| (name.clone(), self.plain(name, item))).collect(),
            ),
            Value::Made(name, version, body) => {
                Value::Made(name.clone(), *version, Box::new(self.plain("", body)))
            }
            other => other.clone(),
        }
    }

    fn is_port(&self, port: i128) -> bool {
        let mut own = [Some(&self.address), self.guarded.as_ref()].into_iter().flatten();
        own.any(|address| address.ends_with(&format!(":{port}")))
    }

    /// Names what a text tells of this run: the scenario's own names, the address, ids.
    pub(crate) fn text(&mut self, text: &str) -> String {
        let mut text = text.replace(&self.prefix, "~").replace(&self.address, "ADDRESS");
        // Kafka shows all that it knows of a request.
        if let Some((told, after)) = text.rsplit_once(") needs ")
            && told.starts_with("Request Request(")
        {
            text = format!("Request needs {after}");
        }
        let ids: Vec<String> = self
            .seen
            .iter()
            .filter(|(class, _)| *class == "id")
            .map(|(_, id)| id.clone())
            .collect();
        for (id, name) in &self.topics {
            text = text.replace(id.as_str(), name);
        }
        for (n, id) in ids.iter().enumerate() {
            text = text.replace(id.as_str(), &format!("id#{}", n + 1));
        }
        let mut from = 0;
        while let Some(at) = find_uuid(&text, from) {
            let label = self.label("uuid", text[at..at + 36].to_owned());
            text.replace_range(at..at + 36, &label);
            from = at + label.len();
        }
        text
    }
}

/// An empty list where the default is null, and so on, are no defaults; an empty structure is.
fn is_empty_default(ty: &Type, value: &Value, default: &Value) -> bool {
    match (ty, value, default) {
        (Type::Records, Value::List(items), Value::Bytes(bytes)) => {
            items.is_empty() && bytes.is_empty()
        }
        _ => false,
    }
}

/// Finds a UUID in its hexadecimal form.
fn find_uuid(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let is = |at: &usize| {
        bytes[*at..*at + 36].iter().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    (from..(bytes.len() + 1).saturating_sub(36)).find(is)
}

#[test]
fn what_changes_from_run_to_run_gets_a_name() {
    let mut masks = Masks::new("x1-".into(), "127.0.0.1:9".into(), 1_000_000_000_000);
    let one = "9b2c1f7e-0000-4000-8000-00000000000a";
    assert_eq!(masks.text(&format!("x1-t of c-{one} and {one}")), "~t of c-uuid#1 and uuid#1");
    assert_eq!(masks.text("at 127.0.0.1:9"), "at ADDRESS");
    let mut show = |name, value| masks.plain(name, &value).line();
    assert_eq!(show("producer_id", Value::Int(7)), "pid#1");
    assert_eq!(show("producer_id", Value::Int(8)), "pid#2");
    assert_eq!(show("producer_id", Value::Int(7)), "pid#1");
    assert_eq!(show("error_code", Value::Int(3)), "UNKNOWN_TOPIC_OR_PARTITION");
    assert_eq!(show("time", Value::Int(1_000_000_000_009)), "now");
}
