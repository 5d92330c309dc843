//! What a Java stack trace says: the errors in it, and which of them is at the root.

/// One error of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The full name of the class: `java.io.IOException`; empty if the text names none.
    pub class: String,
    pub message: String,
}

impl Cause {
    /// The class without its package, and the message.
    pub fn short(&self) -> String {
        let class = self.class.rsplit('.').next().unwrap_or(&self.class);
        match (class.is_empty(), self.message.is_empty()) {
            (true, _) => self.message.clone(),
            (false, true) => class.to_owned(),
            (false, false) => format!("{class}: {}", self.message),
        }
    }
}

/// The errors of a trace, the outermost first, each caused by the next. What was suppressed is
/// left out. A text that is no trace is one error.
pub fn causes(trace: &str) -> Vec<Cause> {
    let mut texts: Vec<String> = Vec::new();
    // Whether the lines belong to an error's message still.
    let mut open = false;
    let mut suppressed = false;
    for line in trace.lines() {
        let is_place = line.starts_with("\tat ") || line.starts_with("\t... ");
        if let Some(cause) = line.strip_prefix("Caused by: ") {
            texts.push(cause.to_owned());
            (open, suppressed) = (true, false);
        } else if line.starts_with('\t') && !is_place {
            // `\tSuppressed: …`, and all that is set deeper.
            suppressed = true;
            open = false;
        } else if is_place {
            open = false;
        } else if texts.is_empty() {
            texts.push(line.to_owned());
            open = true;
        } else if open
            && !suppressed
            && let Some(last) = texts.last_mut()
        {
            last.push(' ');
            last.push_str(line.trim());
        }
    }
    texts.iter().filter(|text| !text.trim().is_empty()).map(|text| cause(text)).collect()
}

/// The error at the root, in short.
pub fn root(trace: &str) -> Option<String> {
    causes(trace).last().map(Cause::short)
}

fn cause(text: &str) -> Cause {
    let is_class = |class: &str| !class.is_empty() && !class.contains(char::is_whitespace);
    match text.split_once(": ") {
        Some((class, message)) if is_class(class) => {
            Cause { class: class.to_owned(), message: message.trim().to_owned() }
        }
        None if is_class(text.trim()) => {
            Cause { class: text.trim().to_owned(), message: String::new() }
        }
        _ => Cause { class: String::new(), message: text.trim().to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "org.apache.kafka.connect.errors.ConnectException: Couldn't find or \
        create file '/nodir/x' for FileStreamSinkTask\n\tat org.apache.kafka.X.start(X.java:74)\n\
        \tat java.base/java.lang.Thread.run(Thread.java:840)\n\
        Caused by: java.nio.file.NoSuchFileException: /nodir/x\n\
        \tat java.base/sun.nio.fs.Y.z(Y.java:92)\n\t... 10 more\n";

    #[test]
    fn the_root_is_the_innermost_cause() {
        assert_eq!(root(TRACE).unwrap(), "NoSuchFileException: /nodir/x");
        let causes = causes(TRACE);
        assert_eq!(causes.len(), 2);
        assert_eq!(causes[0].class, "org.apache.kafka.connect.errors.ConnectException");
    }

    #[test]
    fn messages_of_several_lines_stay_together() {
        let text = "a.B: one\ntwo\nthree\n\tat x\n\tSuppressed: a.C: no\n\t\tat y\n\
                    Caused by: a.D\n\tat z\n";
        let shorts: Vec<String> = causes(text).iter().map(Cause::short).collect();
        assert_eq!(shorts, ["B: one two three", "D"]);
    }

    #[test]
    fn what_is_no_trace_is_told_as_it_is() {
        assert_eq!(root("").as_deref(), None);
        assert_eq!(root("\n\n").as_deref(), None);
        assert_eq!(root("it went wrong").as_deref(), Some("it went wrong"));
        assert_eq!(root("it went wrong: badly").as_deref(), Some("it went wrong: badly"));
        assert_eq!(root("\tat only.places(X.java)").as_deref(), None);
    }
}
