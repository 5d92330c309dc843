//! The lines in which Kafka's configs name users and passwords (`sasl.jaas.config`):
//! `Module required name="value" …;`.

use std::collections::BTreeMap;
use std::fmt;

/// One entry of a line.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The login module's class.
    pub module: String,
    pub options: BTreeMap<String, String>,
}

impl fmt::Debug for Entry {
    /// Writes the module: the options hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({})", self.module)
    }
}

/// A line cannot be read. What it says is not repeated: it holds passwords.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadJaas(&'static str);

/// Reads a line of one entry.
pub fn parse(text: &str) -> Result<Entry, BadJaas> {
    let mut words = words(text)?.into_iter();
    let module = words.next().ok_or(BadJaas("Login module not specified in JAAS config"))?;
    let flag = words.next().ok_or(BadJaas("Login module control flag not specified"))?;
    if !["required", "requisite", "sufficient", "optional"]
        .iter()
        .any(|known| flag.eq_ignore_ascii_case(known))
    {
        return Err(BadJaas("Login module control flag is not available"));
    }
    let mut options = BTreeMap::new();
    loop {
        match words.next().as_deref() {
            Some(";") => break,
            Some(name) => {
                let equals = words.next();
                let value = words.next();
                let (Some("="), Some(value)) = (equals.as_deref(), value) else {
                    return Err(BadJaas("Value not specified for a key in JAAS config"));
                };
                options.insert(name.to_owned(), value);
            }
            None => return Err(BadJaas("JAAS config entry not terminated by semi-colon")),
        }
    }
    match words.next() {
        None => Ok(Entry { module, options }),
        Some(_) => Err(BadJaas("JAAS config property contains more than one login module")),
    }
}

/// Splits a line: words, quoted texts, `=` and `;`.
fn words(text: &str) -> Result<Vec<String>, BadJaas> {
    let mut out = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            c if c.is_whitespace() => {}
            '=' | ';' => out.push(c.to_string()),
            '"' | '\'' => {
                let mut word = String::new();
                loop {
                    match rest.next() {
                        Some('\\') => word.extend(rest.next()),
                        Some(end) if end == c => break,
                        Some(other) => word.push(other),
                        None => return Err(BadJaas("a quoted value has no end")),
                    }
                }
                out.push(word);
            }
            c => {
                let mut word = c.to_string();
                while let Some(next) = rest.next_if(|n| !n.is_whitespace() && !"=;\"'".contains(*n))
                {
                    word.push(next);
                }
                out.push(word);
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let entry = parse(
            "org.apache.kafka.common.security.plain.PlainLoginModule required\n  username=\"admin\" \
             password='a;\"b' user_admin = \"x\\\"y\"  user_b=plain;",
        );
        let entry = entry.unwrap();
        assert!(entry.module.ends_with("PlainLoginModule"));
        let get = |name: &str| entry.options[name].as_str();
        assert_eq!((get("password"), get("user_admin"), get("user_b")), ("a;\"b", "x\"y", "plain"));
        assert!(!format!("{entry:?}").contains("admin"));
        let long = "M required a=b; N required;";
        for bad in
            ["", "M", "M maybe;", "M required a=b", "M required a b;", "M required a=\"b;", long]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
