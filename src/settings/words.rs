//! Small words with a shape of their own: `key=value`, `name=value` of a header, the reader
//! properties of Kafka's console producer, `topic:0,1`.

use super::SettingsError;

/// Reads `key=value`. The value may be empty and may hold more `=`.
pub fn pair(text: &str) -> Result<(String, String), SettingsError> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err(SettingsError::Pair { text: text.to_owned() }),
    }
}

/// Reads how many.
pub fn count(text: &str) -> Result<u64, SettingsError> {
    text.parse().map_err(|_| SettingsError::Count { text: text.to_owned() })
}

/// Reads the number of a partition.
pub fn partition(text: &str) -> Result<i32, SettingsError> {
    let number = text.parse().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| SettingsError::Partition { text: text.to_owned() })
}

/// Reads a header: `name=value`, `name=` for an empty value, `name` alone for null.
pub fn header(text: &str) -> Result<(String, Option<String>), SettingsError> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    if name.is_empty() {
        return Err(SettingsError::Header { text: text.to_owned() });
    }
    Ok((name.to_owned(), value))
}

/// A reader property of `kafka-console-producer` that `rk produce` does too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderProperty {
    /// `parse.key`: a line is a key, the separator, and a value.
    ParseKey(bool),
    /// `key.separator`: what stands between key and value; a tab unless said.
    KeySeparator(String),
    /// `null.marker`: the text that stands for null.
    NullMarker(String),
    /// `parse.headers`: headers stand before everything else.
    ParseHeaders(bool),
    /// `headers.delimiter`: what ends them; a tab unless said.
    HeadersDelimiter(String),
    /// `headers.separator`: what stands between two of them, as a regular expression.
    HeadersSeparator(String),
    /// `headers.key.separator`: what stands between a header's name and its value.
    HeadersKeySeparator(String),
    /// `ignore.error`: a line that lacks a separator is taken as it is.
    IgnoreError(bool),
}

/// Reads a reader property; one that we do not do is refused by name.
pub fn reader_property(text: &str) -> Result<ReaderProperty, SettingsError> {
    let (name, value) = pair(text)?;
    let yes = || match value.as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => {
            let (name, value) = (name.clone(), value.clone());
            Err(SettingsError::ReaderValue { name, value, wanted: "true or false" })
        }
    };
    let some = || match value.as_str() {
        "" => {
            let (name, value) = (name.clone(), value.clone());
            Err(SettingsError::ReaderValue { name, value, wanted: "a text that is not empty" })
        }
        _ => Ok(value.clone()),
    };
    match name.as_str() {
        "parse.key" => yes().map(ReaderProperty::ParseKey),
        "key.separator" => some().map(ReaderProperty::KeySeparator),
        "null.marker" => Ok(ReaderProperty::NullMarker(value)),
        "parse.headers" => yes().map(ReaderProperty::ParseHeaders),
        "headers.delimiter" => some().map(ReaderProperty::HeadersDelimiter),
        "headers.separator" => some().map(ReaderProperty::HeadersSeparator),
        "headers.key.separator" => some().map(ReaderProperty::HeadersKeySeparator),
        "ignore.error" => yes().map(ReaderProperty::IgnoreError),
        _ => Err(SettingsError::ReaderProperty { name }),
    }
}

/// A topic, and of its partitions these; all of them when none is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicScope {
    pub topic: String,
    pub partitions: Vec<i32>,
}

/// Reads `topic` or `topic:0,1`, as `kafka-consumer-groups --topic` does.
pub fn topic_scope(text: &str) -> Result<TopicScope, SettingsError> {
    let bad = || SettingsError::TopicScope { text: text.to_owned() };
    let (topic, partitions) = match text.split_once(':') {
        Some((topic, list)) => {
            let number = |n: &str| n.trim().parse::<i32>().ok().filter(|n| *n >= 0);
            (topic, list.split(',').map(number).collect::<Option<Vec<_>>>().ok_or_else(bad)?)
        }
        None => (text, Vec::new()),
    };
    if topic.is_empty() {
        return Err(bad());
    }
    Ok(TopicScope { topic: topic.to_owned(), partitions })
}

/// Where a sink shall go on in a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicOffset {
    pub topic: String,
    pub partition: i32,
    /// None: nothing shall be known.
    pub offset: Option<i64>,
}

/// Reads `topic:partition=offset`, or `topic:partition=` for an offset that is to be forgotten.
pub fn topic_offset(text: &str) -> Result<TopicOffset, SettingsError> {
    let bad = || SettingsError::TopicOffset { text: text.to_owned() };
    let (place, offset) = text.split_once('=').ok_or_else(bad)?;
    let (topic, partition) = place.rsplit_once(':').ok_or_else(bad)?;
    let partition = partition.parse::<i32>().ok().filter(|n| *n >= 0).ok_or_else(bad)?;
    let offset = match offset {
        "" => None,
        text => Some(text.parse::<i64>().ok().filter(|n| *n >= 0).ok_or_else(bad)?),
    };
    match topic.is_empty() {
        true => Err(bad()),
        false => Ok(TopicOffset { topic: topic.to_owned(), partition, offset }),
    }
}

/// Reads `user:password`. The text is not told where it is wrong: it may be a password.
pub fn login(text: &str) -> Result<(String, String), SettingsError> {
    match text.split_once(':') {
        Some((user, password)) if !user.is_empty() => Ok((user.to_owned(), password.to_owned())),
        _ => Err(SettingsError::Login),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_split_at_the_first_equals_sign() {
        for (text, key, value) in [("a=b", "a", "b"), ("a=b=c", "a", "b=c"), ("a=", "a", "")] {
            assert_eq!(pair(text), Ok((key.into(), value.into())));
        }
        for text in ["", "a", "=b"] {
            assert_eq!(pair(text), Err(SettingsError::Pair { text: text.to_owned() }));
        }
    }

    #[test]
    fn a_header_tells_null_from_empty() {
        assert_eq!(header("n=v"), Ok(("n".into(), Some("v".into()))));
        assert_eq!(header("n="), Ok(("n".into(), Some(String::new()))));
        assert_eq!(header("n"), Ok(("n".into(), None)));
        assert!(header("=v").is_err());
    }

    #[test]
    fn reader_properties_are_known_or_refused_by_name() {
        assert_eq!(reader_property("parse.key=true"), Ok(ReaderProperty::ParseKey(true)));
        assert_eq!(
            reader_property("key.separator=="),
            Ok(ReaderProperty::KeySeparator("=".into()))
        );
        assert_eq!(reader_property("null.marker=N"), Ok(ReaderProperty::NullMarker("N".into())));
        assert_eq!(reader_property("parse.headers=true"), Ok(ReaderProperty::ParseHeaders(true)));
        assert_eq!(
            reader_property("headers.parse=true"),
            Err(SettingsError::ReaderProperty { name: "headers.parse".into() })
        );
        assert!(reader_property("parse.key=yes").is_err());
        assert!(reader_property("key.separator=").is_err());
    }

    #[test]
    fn an_offset_has_its_place() {
        let want = |offset| TopicOffset { topic: "a".into(), partition: 3, offset };
        assert_eq!(topic_offset("a:3=7"), Ok(want(Some(7))));
        assert_eq!(topic_offset("a:3="), Ok(want(None)));
        for text in ["", "a", "a:3", "a=7", ":3=7", "a:-1=7", "a:3=-7", "a:x=7", "a:3=x"] {
            assert!(topic_offset(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_login_has_a_name_and_is_never_told() {
        assert_eq!(login("u:p:q"), Ok(("u".into(), "p:q".into())));
        assert_eq!(login("u:"), Ok(("u".into(), String::new())));
        for text in ["hunter2", ":hunter2", ""] {
            assert!(!login(text).unwrap_err().to_string().contains("hunter2"));
        }
    }

    #[test]
    fn a_scope_is_a_topic_and_perhaps_partitions() {
        let scope = |topic: &str, partitions: &[i32]| TopicScope {
            topic: topic.into(),
            partitions: partitions.into(),
        };
        assert_eq!(topic_scope("t"), Ok(scope("t", &[])));
        assert_eq!(topic_scope("t:0"), Ok(scope("t", &[0])));
        assert_eq!(topic_scope("t:0,2"), Ok(scope("t", &[0, 2])));
        for text in ["", ":0", "t:", "t:x", "t:0:1", "t:-1"] {
            assert!(topic_scope(text).is_err(), "{text}");
        }
    }
}
