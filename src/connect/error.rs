//! What can go wrong in the worker, as Kafka's own worker would name it: the Java class is in
//! traces and in the headers of dead letters, where other people's tools look for it.

use std::fmt::Write;

/// Which of Java's exceptions an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Data cannot be converted or do not fit their schema.
    Data,
    /// The connector or the worker cannot go on.
    Connect,
    /// It may well succeed in a moment: the same batch is tried again.
    Retriable,
    /// A setting is wrong.
    Config,
    /// A schema contradicts itself.
    SchemaBuilder,
    /// Bytes are not what the deserializer wants.
    Serialization,
    /// A text is no number.
    NumberFormat,
    /// A value is of another class than the connector wants.
    ClassCast,
    /// Somebody was asked for what it does not have.
    IllegalArgument,
    /// The cluster refuses or is out of reach.
    Kafka,
    /// A bug: whatever else went wrong.
    Other,
}

impl Kind {
    /// The name of Java's class.
    pub fn java_class(self) -> &'static str {
        match self {
            Kind::Data => "org.apache.kafka.connect.errors.DataException",
            Kind::Connect => "org.apache.kafka.connect.errors.ConnectException",
            Kind::Retriable => "org.apache.kafka.connect.errors.RetriableException",
            Kind::Config => "org.apache.kafka.common.config.ConfigException",
            Kind::SchemaBuilder => "org.apache.kafka.connect.errors.SchemaBuilderException",
            Kind::Serialization => "org.apache.kafka.common.errors.SerializationException",
            Kind::NumberFormat => "java.lang.NumberFormatException",
            Kind::ClassCast => "java.lang.ClassCastException",
            Kind::IllegalArgument => "java.lang.IllegalArgumentException",
            Kind::Kafka => "org.apache.kafka.common.KafkaException",
            Kind::Other => "java.lang.RuntimeException",
        }
    }
}

/// An error and what caused it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConnectError {
    pub kind: Kind,
    pub message: String,
    #[source]
    pub cause: Option<Box<ConnectError>>,
}

impl ConnectError {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        ConnectError { kind, message: message.into(), cause: None }
    }

    pub fn data(message: impl Into<String>) -> Self {
        ConnectError::new(Kind::Data, message)
    }

    pub fn connect(message: impl Into<String>) -> Self {
        ConnectError::new(Kind::Connect, message)
    }

    pub fn retriable(message: impl Into<String>) -> Self {
        ConnectError::new(Kind::Retriable, message)
    }

    pub fn config(message: impl Into<String>) -> Self {
        ConnectError::new(Kind::Config, message)
    }

    /// Adds what caused it.
    #[must_use]
    pub fn caused_by(mut self, cause: ConnectError) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    /// Says whether the same thing may succeed in a moment.
    pub fn is_retriable(&self) -> bool {
        self.kind == Kind::Retriable
    }

    /// The error and its causes as Java prints them, without the places in its own source.
    pub fn trace(&self) -> String {
        let mut text = format!("{}: {}", self.kind.java_class(), self.message);
        let mut next = &self.cause;
        while let Some(cause) = next {
            // Writing to a string cannot fail.
            let _ = write!(text, "\nCaused by: {}: {}", cause.kind.java_class(), cause.message);
            next = &cause.cause;
        }
        text.push('\n');
        text
    }

    /// The innermost cause's words.
    pub fn root(&self) -> &str {
        let mut error = self;
        while let Some(cause) = &error.cause {
            error = cause;
        }
        &error.message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_names_each_cause_and_the_root_is_the_innermost() {
        let inner = ConnectError::new(Kind::Serialization, "no JSON");
        let error = ConnectError::connect("Tolerance exceeded").caused_by(inner);
        assert_eq!(
            error.trace(),
            "org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded\n\
             Caused by: org.apache.kafka.common.errors.SerializationException: no JSON\n"
        );
        assert_eq!(error.root(), "no JSON");
        assert!(ConnectError::retriable("x").is_retriable() && !error.is_retriable());
    }
}
