//! The well-known types: messages that JSON has a form of its own for.

use prost_reflect::{DynamicMessage, Kind, MessageDescriptor, Value};

/// Which of them a message is. A schema may declare a message of such a name with other fields;
/// that one is a message like any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Any,
    Timestamp,
    Duration,
    FieldMask,
    Struct,
    ListValue,
    Value,
    /// One of the nine messages with one field, `value`, that tell zero from nothing.
    Wrapper,
}

/// The fields of `google.protobuf.Value` by their numbers.
pub(super) const VALUE_NULL: u32 = 1;
pub(super) const VALUE_NUMBER: u32 = 2;
pub(super) const VALUE_STRING: u32 = 3;
pub(super) const VALUE_BOOL: u32 = 4;
pub(super) const VALUE_STRUCT: u32 = 5;
pub(super) const VALUE_LIST: u32 = 6;

impl Known {
    pub(super) fn of(message: &MessageDescriptor) -> Option<Self> {
        let name = message.full_name().strip_prefix("google.protobuf.")?;
        let is = |number: u32, kind: Kind| {
            let field = message.get_field(number);
            field.is_some_and(|f| f.kind() == kind && !f.is_list() && !f.is_map())
        };
        let is_message = |number: u32, name: &str| {
            let field = message.get_field(number).filter(|f| !f.is_list());
            field.is_some_and(|f| names(&f.kind(), name))
        };
        let (known, holds) = match name {
            "Any" => (Known::Any, is(1, Kind::String) && is(2, Kind::Bytes)),
            "Timestamp" => (Known::Timestamp, is(1, Kind::Int64) && is(2, Kind::Int32)),
            "Duration" => (Known::Duration, is(1, Kind::Int64) && is(2, Kind::Int32)),
            "FieldMask" => {
                let paths = message.get_field(1);
                let holds = paths.is_some_and(|f| f.is_list() && f.kind() == Kind::String);
                (Known::FieldMask, holds)
            }
            "Struct" => {
                let fields = message.get_field(1).filter(|f| f.is_map());
                let holds = fields.is_some_and(|f| match f.kind() {
                    Kind::Message(entry) => {
                        entry.map_entry_key_field().kind() == Kind::String
                            && names(&entry.map_entry_value_field().kind(), "Value")
                    }
                    _ => false,
                });
                (Known::Struct, holds)
            }
            "ListValue" => {
                let values = message.get_field(1).filter(|f| f.is_list());
                (Known::ListValue, values.is_some_and(|f| names(&f.kind(), "Value")))
            }
            "Value" => {
                let is_null = message.get_field(VALUE_NULL);
                let holds = is_null.is_some_and(|f| matches!(f.kind(), Kind::Enum(_)))
                    && is(VALUE_NUMBER, Kind::Double)
                    && is(VALUE_STRING, Kind::String)
                    && is(VALUE_BOOL, Kind::Bool)
                    && is_message(VALUE_STRUCT, "Struct")
                    && is_message(VALUE_LIST, "ListValue");
                (Known::Value, holds)
            }
            "DoubleValue" => (Known::Wrapper, is(1, Kind::Double)),
            "FloatValue" => (Known::Wrapper, is(1, Kind::Float)),
            "Int64Value" => (Known::Wrapper, is(1, Kind::Int64)),
            "UInt64Value" => (Known::Wrapper, is(1, Kind::Uint64)),
            "Int32Value" => (Known::Wrapper, is(1, Kind::Int32)),
            "UInt32Value" => (Known::Wrapper, is(1, Kind::Uint32)),
            "BoolValue" => (Known::Wrapper, is(1, Kind::Bool)),
            "StringValue" => (Known::Wrapper, is(1, Kind::String)),
            "BytesValue" => (Known::Wrapper, is(1, Kind::Bytes)),
            _ => return None,
        };
        holds.then_some(known)
    }

    /// Says whether a kind is `google.protobuf.Value`, which alone takes null for a value.
    pub(super) fn is_value(kind: &Kind) -> bool {
        matches!(kind, Kind::Message(m) if Known::of(m) == Some(Known::Value))
    }
}

fn names(kind: &Kind, name: &str) -> bool {
    let is = |full: &str| full.strip_prefix("google.protobuf.") == Some(name);
    matches!(kind, Kind::Message(message) if is(message.full_name()))
}

/// The seconds and nanoseconds of a timestamp or a duration.
pub(super) fn seconds_and_nanos(message: &DynamicMessage) -> Option<(i64, i32)> {
    let seconds = message.get_field_by_number(1)?.as_i64()?;
    let nanos = message.get_field_by_number(2)?.as_i32()?;
    Some((seconds, nanos))
}

/// A timestamp or a duration of these.
pub(super) fn of_seconds(message: &MessageDescriptor, seconds: i64, nanos: i32) -> DynamicMessage {
    let mut made = DynamicMessage::new(message.clone());
    made.set_field_by_number(1, Value::I64(seconds));
    made.set_field_by_number(2, Value::I32(nanos));
    made
}

/// The last part of a type's URL: the name of the message in an `Any`.
pub(super) fn type_name(url: &str) -> &str {
    url.rsplit_once('/').map_or(url, |(_, name)| name)
}

/// `user_name` as `userName`, if that can be turned back.
pub(super) fn camel(path: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match c {
            '_' => out.push(chars.next().filter(char::is_ascii_lowercase)?.to_ascii_uppercase()),
            'A'..='Z' | ',' => return None,
            c => out.push(c),
        }
    }
    Some(out)
}

/// `userName` as `user_name`. The underscore is none of a path in JSON.
pub(super) fn snake(path: &str) -> Option<String> {
    let mut out = String::new();
    for c in path.chars() {
        match c {
            '_' => return None,
            'A'..='Z' => out.extend(['_', c.to_ascii_lowercase()]),
            c => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_change_their_case_only_where_that_can_be_undone() {
        for (path, shown) in [
            ("a", Some("a")),
            ("user_name.last_name1", Some("userName.lastName1")),
            ("_a", Some("A")),
            ("a_", None),
            ("a__b", None),
            ("a_1", None),
            ("userName", None),
            ("a,b", None),
        ] {
            assert_eq!(camel(path).as_deref(), shown, "{path}");
            if let Some(shown) = shown {
                assert_eq!(snake(shown).as_deref(), Some(path));
            }
        }
        assert_eq!(snake("a_b"), None);
    }
}
