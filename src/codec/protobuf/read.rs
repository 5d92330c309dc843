//! A message from JSON text, and where in the text it is wrong.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use prost_reflect::prost::Message;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Syntax, Value};

use super::super::tree::Tree;
use super::known::{self, Known};
use super::slot::Slot;
use super::{DEPTH_MAX, encode, scalar, time};

/// How many names of fields are told.
const TOLD_MAX: usize = 10;

/// A text is not what a message wants, at a place.
#[derive(Debug)]
pub(super) struct Bad {
    /// The way to the place, from its end.
    path: Vec<String>,
    why: String,
}

pub(super) type Read<T> = Result<T, Bad>;

impl Bad {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Bad { path: Vec::new(), why: why.into() }
    }

    /// The same, seen from where this member or element is.
    fn below(mut self, segment: impl Into<String>) -> Self {
        self.path.push(segment.into());
        self
    }
}

/// The place is a JSON pointer.
impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.why);
        }
        f.write_str("at ")?;
        for segment in self.path.iter().rev() {
            let segment = segment.replace('~', "~0").replace('/', "~1");
            write!(f, "/{}", segment.escape_debug())?;
        }
        write!(f, ": {}", self.why)
    }
}

/// Reads a message.
pub(super) fn message(of: &MessageDescriptor, tree: &Tree, depth: usize) -> Read<DynamicMessage> {
    if depth > DEPTH_MAX {
        return Err(Bad::new(format!("messages are nested deeper than {DEPTH_MAX}")));
    }
    if let Tree::Object(members) = tree
        && let [(name, raw)] = members.as_slice()
        && name == "$raw"
    {
        let bytes = bytes(raw).map_err(|bad| bad.below("$raw"))?;
        let message = DynamicMessage::decode(of.clone(), bytes.as_slice());
        return message.map_err(|e| Bad::new(e.to_string()).below("$raw"));
    }
    match Known::of(of) {
        Some(known) => well_known(known, of, tree, depth),
        None => match tree {
            Tree::Object(members) => object(of, members, &[], depth),
            tree => Err(not(of, tree)),
        },
    }
}

fn not(of: &MessageDescriptor, tree: &Tree) -> Bad {
    let wanted = of.full_name();
    Bad::new(format!("an object for the message `{wanted}` is wanted, not {}", tree.kind()))
}

type Member<'a> = (Cow<'a, str>, Tree<'a>);

/// Reads the members of an object as the fields of a message, but for those to be passed over.
fn object(
    of: &MessageDescriptor,
    members: &[Member],
    passed: &[&str],
    depth: usize,
) -> Read<DynamicMessage> {
    let mut made = DynamicMessage::new(of.clone());
    let mut unknown = Vec::new();
    let mut seen = HashSet::new();
    for (name, tree) in members {
        if passed.contains(&name.as_ref()) {
            continue;
        }
        let mut set = || -> Read<()> {
            if name == "$unknown" {
                unknown.extend(bytes(tree)?);
            } else if name.starts_with('[') {
                let extension = of.get_extension_by_json_name(name);
                let extension = extension.ok_or_else(|| no_field(of, name))?;
                once(&mut seen, extension.number())?;
                if let Some(value) = field(&Slot::of_extension(&extension), tree, depth)? {
                    made.set_extension(&extension, value);
                }
            } else {
                let slot = find(of, name).ok_or_else(|| no_field(of, name))?;
                once(&mut seen, slot.number())?;
                if let Some(value) = field(&Slot::of(&slot), tree, depth)? {
                    alone(&made, &slot)?;
                    made.set_field(&slot, value);
                }
            }
            Ok(())
        };
        set().map_err(|bad| bad.below(name.as_ref()))?;
    }
    if of.parent_file().syntax() == Syntax::Proto2
        && let Some(missing) = of.fields().find(|f| f.is_required() && !made.has_field(f))
    {
        let name = of.full_name();
        return Err(Bad::new(format!("`{name}` requires a field `{}`", missing.json_name())));
    }
    let merged = made.merge(unknown.as_slice());
    merged.map_err(|e| Bad::new(e.to_string()).below("$unknown"))?;
    Ok(made)
}

/// The field of a name: that of JSON or that of the file.
fn find(of: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    let by_json_name = || of.get_field_by_json_name(name);
    // A JSON name that looks like a member of ours counts for nothing, as it is not written.
    let is_ours = name.starts_with(['$', '@']);
    (!is_ours).then(by_json_name).flatten().or_else(|| of.get_field_by_name(name))
}

fn no_field(of: &MessageDescriptor, name: &str) -> Bad {
    let of_name = of.full_name();
    let names: Vec<_> = of.fields().take(TOLD_MAX).map(|f| f.json_name().to_owned()).collect();
    let has = match (names.is_empty(), of.fields().len() > TOLD_MAX) {
        (true, _) => "none".to_owned(),
        (_, true) => format!("{}, …", names.join(", ")),
        _ => names.join(", "),
    };
    let name = name.escape_debug();
    Bad::new(format!("the message `{of_name}` has no field `{name}`: it has {has}"))
}

fn once(seen: &mut HashSet<u32>, number: u32) -> Read<()> {
    if seen.insert(number) { Ok(()) } else { Err(Bad::new("the field is there twice")) }
}

/// Refuses a second member of a oneof, which would silently undo the first.
fn alone(made: &DynamicMessage, slot: &FieldDescriptor) -> Read<()> {
    let Some(oneof) = slot.containing_oneof().filter(|oneof| !oneof.is_synthetic()) else {
        return Ok(());
    };
    match oneof.fields().find(|other| made.has_field(other)) {
        Some(other) => {
            let (oneof, other) = (oneof.name(), other.json_name());
            Err(Bad::new(format!("`{other}` is there already, and of the same oneof `{oneof}`")))
        }
        None => Ok(()),
    }
}

/// Reads the value of a field; null is none, where it is not a value.
fn field(slot: &Slot, tree: &Tree, depth: usize) -> Read<Option<Value>> {
    let takes_null = !slot.is_list
        && !slot.is_map
        && (Known::is_value(&slot.kind) || scalar::is_null(&slot.kind));
    if *tree == Tree::Null && !takes_null {
        return Ok(None);
    }
    let value = match (tree, &slot.kind) {
        (Tree::Object(members), Kind::Message(entry)) if slot.is_map => {
            let key_kind = entry.map_entry_key_field().kind();
            let value_kind = entry.map_entry_value_field().kind();
            let mut entries = std::collections::HashMap::new();
            for (name, tree) in members {
                let below = |bad: Bad| bad.below(name.as_ref());
                let key = scalar::read_key(&key_kind, name).map_err(below)?;
                let held = single(&value_kind, tree, depth).map_err(below)?;
                if entries.insert(key, held).is_some() {
                    return Err(below(Bad::new("the key is there twice")));
                }
            }
            Value::Map(entries)
        }
        (tree, _) if slot.is_map => {
            return Err(Bad::new(format!("an object is wanted, not {}", tree.kind())));
        }
        (Tree::List(values), kind) if slot.is_list => {
            let element = |(i, tree): (usize, &Tree)| {
                single(kind, tree, depth).map_err(|bad| bad.below(i.to_string()))
            };
            Value::List(values.iter().enumerate().map(element).collect::<Read<_>>()?)
        }
        (tree, _) if slot.is_list => {
            return Err(Bad::new(format!("a list is wanted, not {}", tree.kind())));
        }
        (tree, kind) => single(kind, tree, depth)?,
    };
    Ok(Some(value))
}

fn single(kind: &Kind, tree: &Tree, depth: usize) -> Read<Value> {
    match kind {
        Kind::Message(of) => Ok(Value::Message(message(of, tree, depth + 1)?)),
        kind => scalar::read(kind, tree),
    }
}

fn bytes(tree: &Tree) -> Read<Vec<u8>> {
    let text = match tree {
        Tree::Text(text) => scalar::base64(text),
        _ => None,
    };
    text.ok_or_else(|| Bad::new("base64 is wanted"))
}

/// Reads a well-known type from the form that it has of its own.
fn well_known(
    known: Known,
    of: &MessageDescriptor,
    tree: &Tree,
    depth: usize,
) -> Read<DynamicMessage> {
    let mut made = DynamicMessage::new(of.clone());
    let wrong = |wanted: &str| Bad::new(format!("{wanted} is wanted, not {}", scalar::shown(tree)));
    match (known, tree) {
        (Known::Timestamp, Tree::Text(text)) => {
            let read = time::read_timestamp(text);
            let (seconds, nanos) = read.ok_or_else(|| wrong("a timestamp of RFC 3339"))?;
            return Ok(known::of_seconds(of, seconds, nanos));
        }
        (Known::Timestamp, _) => return Err(wrong("a timestamp of RFC 3339")),
        (Known::Duration, Tree::Text(text)) => {
            let read = time::read_duration(text);
            let (seconds, nanos) = read.ok_or_else(|| wrong("a duration like `1.5s`"))?;
            return Ok(known::of_seconds(of, seconds, nanos));
        }
        (Known::Duration, _) => return Err(wrong("a duration like `1.5s`")),
        (Known::FieldMask, Tree::Text(text)) => {
            let paths = text.split(',').filter(|path| !path.is_empty()).map(known::snake);
            let paths = paths.map(|path| path.map(Value::String)).collect::<Option<_>>();
            let paths = paths.ok_or_else(|| wrong("a list of paths like `a.bC,d`"))?;
            made.set_field_by_number(1, Value::List(paths));
        }
        (Known::FieldMask, _) => return Err(wrong("a list of paths like `a.bC,d`")),
        (Known::Any, Tree::Object(members)) => return any(of, members, depth),
        (Known::Any, _) => return Err(wrong("an object with the member `@type`")),
        (Known::Value, tree) => return of_any_kind(of, tree, depth),
        (Known::Wrapper | Known::Struct | Known::ListValue, tree) => {
            let slot = of.get_field(1).ok_or_else(|| not(of, tree))?;
            let read = field(&Slot::of(&slot), tree, depth)?;
            made.set_field(&slot, read.ok_or_else(|| not(of, tree))?);
        }
    }
    Ok(made)
}

/// Any JSON value as a `google.protobuf.Value`.
fn of_any_kind(of: &MessageDescriptor, tree: &Tree, depth: usize) -> Read<DynamicMessage> {
    let mut made = DynamicMessage::new(of.clone());
    let number = match tree {
        Tree::Null => known::VALUE_NULL,
        Tree::Bool(_) => known::VALUE_BOOL,
        Tree::Number(_) => known::VALUE_NUMBER,
        Tree::Text(_) => known::VALUE_STRING,
        Tree::List(_) => known::VALUE_LIST,
        Tree::Object(_) => known::VALUE_STRUCT,
    };
    let slot = of.get_field(number).ok_or_else(|| not(of, tree))?;
    let value = match tree {
        Tree::Null => Value::EnumNumber(0),
        tree => single(&slot.kind(), tree, depth)?,
    };
    made.set_field(&slot, value);
    Ok(made)
}

/// An `Any`: the message of its type, written into it.
fn any(of: &MessageDescriptor, members: &[Member], depth: usize) -> Read<DynamicMessage> {
    let mut made = DynamicMessage::new(of.clone());
    if members.is_empty() {
        return Ok(made);
    }
    let member = |name: &str| members.iter().find(|(n, _)| n == name).map(|(_, tree)| tree);
    let Some(Tree::Text(url)) = member("@type") else {
        return Err(Bad::new("a member `@type` with the URL of a type is wanted"));
    };
    let held = match (member("$raw"), members.len()) {
        (Some(raw), 2) => bytes(raw).map_err(|bad| bad.below("$raw"))?,
        _ => {
            let name = known::type_name(url);
            let found = of.parent_pool().get_message_by_name(name);
            let inner = found.ok_or_else(|| {
                let name = name.escape_debug();
                Bad::new(format!("the schema has no message `{name}`")).below("@type")
            })?;
            let is_empty = inner.full_name() == "google.protobuf.Empty";
            let read = match (Known::of(&inner), member("value")) {
                (Some(_), Some(tree)) if members.len() == 2 => {
                    message(&inner, tree, depth + 1).map_err(|bad| bad.below("value"))?
                }
                (Some(_), _) => return Err(Bad::new("the members `@type` and `value` are wanted")),
                (None, Some(Tree::Object(none))) if is_empty && none.is_empty() => {
                    DynamicMessage::new(inner)
                }
                (None, _) => {
                    if depth >= DEPTH_MAX {
                        let why = format!("messages are nested deeper than {DEPTH_MAX}");
                        return Err(Bad::new(why));
                    }
                    object(&inner, members, &["@type"], depth + 1)?
                }
            };
            let mut held = Vec::new();
            encode::message(&read, &mut held);
            held
        }
    };
    made.set_field_by_number(1, Value::String(url.clone().into_owned()));
    made.set_field_by_number(2, Value::Bytes(held.into()));
    Ok(made)
}
