//! How an error is told: what failed, why, and what to do next.
//!
//! ```text
//! error: cannot create topic `orders`
//!   caused by: TOPIC_ALREADY_EXISTS (36): Topic 'orders' already exists.
//!   hint: leave it as it is with `--if-not-exists`
//! ```
//!
//! Lower case, names in backticks, no full stop at the end. Verbs make failures; `lib` prints
//! them and turns them into an exit code.

use std::fmt;
use std::io;

use crate::exit::Exit;

/// A failure as the user reads it.
#[derive(Debug)]
pub struct Failure {
    /// How the program ends because of it.
    pub exit: Exit,
    what: String,
    cause: Option<anyhow::Error>,
    hints: Vec<String>,
}

impl Failure {
    /// Makes a failure that says what failed: `cannot …`. It ends with [`Exit::Failed`].
    pub fn new(what: impl Into<String>) -> Self {
        Failure { exit: Exit::Failed, what: what.into(), cause: None, hints: Vec::new() }
    }

    /// Adds why: an error with all that it says about its own causes.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds why, as text.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(anyhow::Error::msg(cause.to_string()));
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Ends the program in another way than with [`Exit::Failed`].
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Says whether it is only that the reader of our output went away, which is no failure.
    pub fn is_closed_pipe(&self) -> bool {
        self.cause.iter().flat_map(|cause| cause.chain()).any(|cause| {
            cause
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        let mut before = self.what.clone();
        for cause in self.cause.iter().flat_map(|cause| cause.chain()) {
            // An error that shows its source's text as its own would be told twice.
            let text = cause.to_string();
            let text = without_number(&text).trim_end().to_owned();
            if text != before {
                write!(f, "\n  caused by: {text}")?;
            }
            before = text;
        }
        self.hints.iter().try_for_each(|hint| write!(f, "\n  hint: {hint}"))
    }
}

/// Leaves out the number that Rust adds to the operating system's words: nobody looks it up.
fn without_number(text: &str) -> &str {
    match text.rsplit_once(" (os error ") {
        Some((words, number)) if number.ends_with(')') => words,
        _ => text,
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure::new(error.to_string()).caused_by(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::new("cannot write the output").caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn a_failure_reads_from_what_to_what_next() {
        let failure = Failure::new("cannot create topic `t`")
            .because("TOPIC_ALREADY_EXISTS (36): Topic 't' already exists.")
            .hint("leave it as it is with `--if-not-exists`");
        assert_eq!(
            failure.to_string(),
            "error: cannot create topic `t`\n  \
             caused by: TOPIC_ALREADY_EXISTS (36): Topic 't' already exists.\n  \
             hint: leave it as it is with `--if-not-exists`"
        );
    }

    #[test]
    fn a_chain_of_causes_is_told_once_each() {
        let gone = io::Error::new(io::ErrorKind::NotFound, "no such file");
        let failure: Failure = Err::<(), _>(gone).context("cannot read `x`").unwrap_err().into();
        assert_eq!(failure.to_string(), "error: cannot read `x`\n  caused by: no such file");
        assert!(!failure.is_closed_pipe());
    }

    #[test]
    fn the_operating_system_s_words_are_told_without_its_number() {
        let failure = Failure::new("cannot read").caused_by(io::Error::from_raw_os_error(2));
        assert_eq!(
            failure.to_string(),
            "error: cannot read\n  caused by: No such file or directory"
        );
    }

    #[test]
    fn a_closed_pipe_is_recognised_under_any_context() {
        let closed = io::Error::from(io::ErrorKind::BrokenPipe);
        let failure: Failure = Err::<(), _>(closed).context("cannot print").unwrap_err().into();
        assert!(failure.is_closed_pipe());
    }
}
