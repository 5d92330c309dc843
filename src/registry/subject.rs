//! Under which subject a schema is registered.

use super::RegistryError;

/// What a subject is named after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// `topic-value`, `topic-key`.
    #[default]
    Topic,
    /// The whole name of the record.
    Record,
    /// `topic-` and that.
    TopicRecord,
}

impl Strategy {
    /// The subject of the keys or the values of a topic.
    pub fn subject(
        self,
        topic: &str,
        is_key: bool,
        record: Option<&str>,
    ) -> Result<String, RegistryError> {
        let record = || record.ok_or(RegistryError::NoName);
        Ok(match self {
            Strategy::Topic => format!("{topic}-{}", if is_key { "key" } else { "value" }),
            Strategy::Record => record()?.to_owned(),
            Strategy::TopicRecord => format!("{topic}-{}", record()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_named_as_confluent_s_serializers_name_them() {
        for (strategy, is_key, subject) in [
            (Strategy::Topic, true, "t-key"),
            (Strategy::Topic, false, "t-value"),
            (Strategy::Record, true, "n.R"),
            (Strategy::TopicRecord, false, "t-n.R"),
        ] {
            assert_eq!(strategy.subject("t", is_key, Some("n.R")).unwrap(), subject);
        }
        assert!(Strategy::Record.subject("t", true, None).is_err());
        assert_eq!(Strategy::Topic.subject("t", true, None).unwrap(), "t-key");
    }
}
