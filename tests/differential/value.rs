//! A value of the scenario language: what stands in a request, what is read from an answer.

use std::fmt::Write;

use rk::base::ids::Uuid;
use rk::wire::ErrorCode;

/// A value: JSON's kinds, bytes, ids, and what is only known while a scenario runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    /// A variable: `$name`.
    Variable(String),
    /// The time of the run and so many milliseconds: `now`, `now-5000`.
    Now(i128),
    /// Bytes made of a table or of a batch: `batch { … }`, `ConsumerProtocolAssignment v1 { … }`.
    Made(String, i16, Box<Value>),
    /// A word that stands for itself: `*`, or an id that has a name in the scenario.
    Word(String),
}

impl Value {
    /// Returns a field of a map.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Map(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Returns the integer, if it is one. An upper-case word is the code of an error.
    pub(crate) fn int(&self) -> Option<i128> {
        match self {
            Value::Int(int) => Some(*int),
            Value::Word(word) => code(word).map(i128::from),
            _ => None,
        }
    }

    /// Returns the value at a path like `topics.0.topic_id`.
    pub(crate) fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self, |value, part| match value {
            Value::List(items) => items.get(part.parse::<usize>().ok()?),
            _ => value.get(part),
        })
    }

    /// Says whether this has everything that `pattern` has.
    pub(crate) fn matches(&self, pattern: &Value) -> bool {
        match (self, pattern) {
            (_, Value::Word(any)) if any == "any" => *self != Value::Null,
            (Value::List(items), Value::List(patterns)) => {
                items.len() == patterns.len()
                    && items.iter().zip(patterns).all(|(item, pattern)| item.matches(pattern))
            }
            (Value::Map(_), Value::Map(patterns)) => patterns
                .iter()
                .all(|(name, pattern)| self.get(name).is_some_and(|value| value.matches(pattern))),
            _ => self == pattern || self.int().is_some() && self.int() == pattern.int(),
        }
    }

    /// Counts the leaves: what is compared.
    pub(crate) fn leaves(&self) -> usize {
        match self {
            Value::List(items) => 1 + items.iter().map(Value::leaves).sum::<usize>(),
            Value::Map(fields) => fields.iter().map(|(_, value)| value.leaves()).sum(),
            _ => 1,
        }
    }

    /// Writes the value as the language reads it, in lines of at most `width` columns where it
    /// can be broken.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        let mut out = String::new();
        self.pretty(&mut out, 0, 0, width);
        out.lines().map(str::to_owned).collect()
    }

    /// Writes the value in one line.
    pub(crate) fn line(&self) -> String {
        let mut out = String::new();
        let join = |out: &mut String, items: &mut dyn Iterator<Item = String>| {
            let items: Vec<String> = items.collect();
            out.push_str(&items.join(", "));
        };
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => write!(out, "{value}").unwrap(),
            Value::Int(value) => write!(out, "{value}").unwrap(),
            Value::Float(value) => write!(out, "{value:?}").unwrap(),
            Value::Text(value) => quoted(value, &mut out),
            Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) if !text.chars().any(char::is_control) => quoted(text, &mut out),
                _ => {
                    out.push_str("0x");
                    bytes.iter().for_each(|byte| write!(out, "{byte:02x}").unwrap());
                }
            },
            Value::Uuid(id) => write!(out, "\"{id}\"").unwrap(),
            Value::List(items) => {
                out.push('[');
                join(&mut out, &mut items.iter().map(Value::line));
                out.push(']');
            }
            Value::Map(fields) if fields.is_empty() => out.push_str("{}"),
            Value::Map(fields) => {
                out.push_str("{ ");
                join(&mut out, &mut fields.iter().map(|(k, v)| format!("{k}: {}", v.line())));
                out.push_str(" }");
            }
            Value::Variable(name) => write!(out, "${name}").unwrap(),
            Value::Now(delta) => write!(out, "now{delta:+}").unwrap(),
            Value::Made(name, version, body) => {
                write!(out, "{name} ").unwrap();
                if *version >= 0 {
                    write!(out, "v{version} ").unwrap();
                }
                out.push_str(&body.line());
            }
            Value::Word(word) => out.push_str(word),
        }
        out
    }

    fn pretty(&self, out: &mut String, indent: usize, taken: usize, width: usize) {
        let line = self.line();
        if indent + taken + line.chars().count() <= width {
            return out.push_str(&line);
        }
        let pad = "  ".repeat(indent / 2 + 1);
        let mut body =
            |open: &str, close: &str, items: &mut dyn Iterator<Item = (String, &Value)>| {
                out.push_str(open);
                for (head, item) in items {
                    out.push('\n');
                    out.push_str(&pad);
                    out.push_str(&head);
                    item.pretty(out, indent + 2, head.chars().count() + 1, width);
                    out.push(',');
                }
                out.push('\n');
                out.push_str(&pad[2..]);
                out.push_str(close);
            };
        match self {
            Value::List(items) => {
                body("[", "]", &mut items.iter().map(|item| (String::new(), item)));
            }
            Value::Map(fields) => {
                body("{", "}", &mut fields.iter().map(|(name, item)| (format!("{name}: "), item)));
            }
            Value::Made(name, version, inner) => {
                let head =
                    if *version >= 0 { format!("{name} v{version} ") } else { name.clone() + " " };
                out.push_str(&head);
                inner.pretty(out, indent, taken + head.len(), width);
            }
            _ => out.push_str(&line),
        }
    }
}

/// Returns the number of an error by its name.
pub(crate) fn code(name: &str) -> Option<i16> {
    (-1..200).find(|code| ErrorCode(*code).name() == Some(name))
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => write!(out, "\\u{{{:x}}}", u32::from(c)).unwrap(),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[test]
fn values_print_in_one_line_or_in_many() {
    let map = Value::Map(vec![
        ("a".into(), Value::Text("x\n\"".into())),
        ("b".into(), Value::List(vec![Value::Int(-1), Value::Null, Value::Bytes(vec![0, 255])])),
    ]);
    assert_eq!(map.line(), r#"{ a: "x\n\"", b: [-1, null, 0x00ff] }"#);
    assert_eq!(
        map.lines(20),
        ["{", "  a: \"x\\n\\\"\",", "  b: [", "    -1,", "    null,", "    0x00ff,", "  ],", "}"]
    );
    assert_eq!(map.at("b.0"), Some(&Value::Int(-1)));
    assert!(map.matches(&Value::Map(vec![("a".into(), Value::Text("x\n\"".into()))])));
    assert_eq!(map.leaves(), 5);
}
