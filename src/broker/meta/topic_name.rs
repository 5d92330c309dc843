//! Which names a topic may have (`org.apache.kafka.common.internals.Topic`).

use crate::base::limits::TOPIC_NAME_MAX;

/// The topic of the consumer groups' offsets.
pub const GROUP_METADATA_TOPIC: &str = "__consumer_offsets";
/// The topic of the transactions' state.
pub const TRANSACTION_STATE_TOPIC: &str = "__transaction_state";
/// The topic of the share groups' state.
pub const SHARE_GROUP_STATE_TOPIC: &str = "__share_group_state";
/// The topic that is the metadata log itself, and not an ordinary topic.
pub const CLUSTER_METADATA_TOPIC: &str = "__cluster_metadata";

/// Why a text is no topic's name. The display is Kafka's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTopicName {
    #[error("Topic name is invalid: the empty string is not allowed")]
    Empty,
    #[error("Topic name is invalid: '{0}' is not allowed")]
    Dots(String),
    #[error(
        "Topic name is invalid: the length of '{0}' is longer than the max allowed length \
         {TOPIC_NAME_MAX}"
    )]
    TooLong(String),
    #[error(
        "Topic name is invalid: '{0}' contains one or more characters other than ASCII \
         alphanumerics, '.', '_' and '-'"
    )]
    Characters(String),
}

/// Checks a topic's name.
pub fn check(name: &str) -> Result<(), BadTopicName> {
    match name {
        "" => Err(BadTopicName::Empty),
        "." | ".." => Err(BadTopicName::Dots(name.to_owned())),
        // Java counts UTF-16 units, and so do we.
        _ if name.encode_utf16().count() > TOPIC_NAME_MAX => {
            Err(BadTopicName::TooLong(name.to_owned()))
        }
        _ if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) => {
            Err(BadTopicName::Characters(name.to_owned()))
        }
        _ => Ok(()),
    }
}

/// Returns the name under which two names collide: in metrics, `.` and `_` are the same.
pub fn collision_key(name: &str) -> String {
    name.replace('.', "_")
}

/// Says whether the topic is Kafka's own (`Topic.isInternal`).
pub fn is_internal(name: &str) -> bool {
    [GROUP_METADATA_TOPIC, TRANSACTION_STATE_TOPIC, SHARE_GROUP_STATE_TOPIC].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_as_in_kafka() {
        let long = "a".repeat(250);
        let bad = [
            ("", BadTopicName::Empty),
            (".", BadTopicName::Dots(".".into())),
            ("..", BadTopicName::Dots("..".into())),
            (&long, BadTopicName::TooLong(long.clone())),
            ("a b", BadTopicName::Characters("a b".into())),
            ("é", BadTopicName::Characters("é".into())),
            ("a/b", BadTopicName::Characters("a/b".into())),
        ];
        for (name, error) in bad {
            assert_eq!(check(name), Err(error), "{name}");
        }
        for name in ["a", "a.b_c-D9", "...", "-", "__consumer_offsets", &"a".repeat(249)] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_dot_collides_with_an_underscore() {
        assert_eq!(collision_key("a.b_c"), collision_key("a_b.c"));
        assert_ne!(collision_key("a-b"), collision_key("a_b"));
    }
}
