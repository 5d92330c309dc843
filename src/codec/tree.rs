//! A JSON text as a tree, for what is written by a schema: numbers stay as they were written,
//! members stay in order, and one that is there twice is still there twice.

use std::borrow::Cow;

use super::json;

/// How deep lists and objects may stand in each other. A level takes a few hundred bytes of the
/// stack.
const DEPTH_MAX: usize = 400;

/// One JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree<'a> {
    Null,
    Bool(bool),
    /// As it was written, and known to be a number.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Tree<'a>>),
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
}

impl<'a> Tree<'a> {
    /// Reads one JSON value in UTF-8.
    pub(super) fn read(json: &'a [u8]) -> Result<Self, String> {
        json::check(json)?;
        let text = std::str::from_utf8(json).map_err(|e| e.to_string())?;
        Reader { text, at: 0 }.value(0)
    }

    /// What kind of value it is, with its article.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Tree::Null => "null",
            Tree::Bool(_) => "a boolean",
            Tree::Number(_) => "a number",
            Tree::Text(_) => "a string",
            Tree::List(_) => "a list",
            Tree::Object(_) => "an object",
        }
    }
}

/// Reads a text that is known to be one JSON value, so that nothing but the depth can fail.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> u8 {
        let rest = &self.text.as_bytes()[self.at..];
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        self.at += blanks.count();
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Steps over as many bytes as the condition holds for, and returns them.
    fn take(&mut self, holds: impl Fn(u8) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|b| !holds(b)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn value(&mut self, depth: usize) -> Result<Tree<'a>, String> {
        if depth > DEPTH_MAX {
            return Err(format!("it is nested deeper than {DEPTH_MAX}"));
        }
        Ok(match self.peek() {
            b'{' => {
                let mut members = Vec::new();
                while self.next_of(b'}') {
                    let name = self.string();
                    self.peek();
                    self.at += 1;
                    members.push((name, self.value(depth + 1)?));
                }
                Tree::Object(members)
            }
            b'[' => {
                let mut values = Vec::new();
                while self.next_of(b']') {
                    values.push(self.value(depth + 1)?);
                }
                Tree::List(values)
            }
            b'"' => Tree::Text(self.string()),
            _ => {
                match self.take(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')) {
                    "null" => Tree::Null,
                    "true" => Tree::Bool(true),
                    "false" => Tree::Bool(false),
                    number => Tree::Number(number),
                }
            }
        })
    }

    /// Steps over what opens, or stands between, or closes; says whether a value follows.
    fn next_of(&mut self, closing: u8) -> bool {
        if matches!(self.peek(), b'[' | b'{' | b',') {
            let is_first = self.text.as_bytes()[self.at] != b',';
            // What follows an opening bracket or a comma is looked at, as it may open, too.
            self.at += 1;
            if !is_first || self.peek() != closing {
                return true;
            }
        }
        self.at += 1;
        false
    }

    /// A string, with the quotes around it.
    fn string(&mut self) -> Cow<'a, str> {
        self.peek();
        let start = self.at;
        self.at += 1;
        let plain = self.take(|b| b != b'"' && b != b'\\');
        if self.text.as_bytes().get(self.at) == Some(&b'"') {
            self.at += 1;
            return Cow::Borrowed(plain);
        }
        while self.text.as_bytes().get(self.at) == Some(&b'\\') {
            self.at += 2;
            self.take(|b| b != b'"' && b != b'\\');
        }
        self.at += 1;
        let whole = self.text.get(start..self.at).unwrap_or_default();
        Cow::Owned(serde_json::from_str(whole).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a tree as JSON again.
    fn written(tree: &Tree, out: &mut Vec<u8>) {
        match tree {
            Tree::Null => out.extend_from_slice(b"null"),
            Tree::Bool(is) => out.extend_from_slice(is.to_string().as_bytes()),
            Tree::Number(text) => out.extend_from_slice(text.as_bytes()),
            Tree::Text(text) => json::write_string(text, out),
            Tree::List(values) => {
                out.push(b'[');
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    written(value, out);
                }
                out.push(b']');
            }
            Tree::Object(members) => {
                out.push(b'{');
                for (i, (name, value)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    json::write_string(name, out);
                    out.push(b':');
                    written(value, out);
                }
                out.push(b'}');
            }
        }
    }

    #[test]
    fn a_tree_is_the_text_it_was_read_from() {
        for (json, want) in [
            ("null", None),
            (" [ ] ", Some("[]")),
            ("{ }", Some("{}")),
            ("[[],[[]],{},{\"a\":{}}]", None),
            ("[1,-0.0,1e400,12345678901234567890123,1.50E+3]", None),
            ("{\"a\":1,\"a\":2,\"\":[true,false,null]}", None),
            (r#"{"\u0061\"\\":"\ud83d\ude00\n"}"#, Some("{\"a\\\"\\\\\":\"\u{1f600}\\n\"}")),
            ("[ \"a\" , \"b\\\\\" , { \"c\" : \"\" } ]", Some(r#"["a","b\\",{"c":""}]"#)),
            ("\"\u{e4}\"", None),
        ] {
            let mut out = Vec::new();
            written(&Tree::read(json.as_bytes()).unwrap(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), want.unwrap_or(json));
        }
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_refused() {
        for json in ["", "{", "[1,]", "{\"a\"}", "\"\\x\"", "01", "1 2", "nul", "\"a"] {
            assert!(Tree::read(json.as_bytes()).is_err(), "{json}");
        }
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Tree::read(deep(DEPTH_MAX).as_bytes()).is_ok());
        assert!(Tree::read(deep(DEPTH_MAX + 2).as_bytes()).is_err());
        assert!(Tree::read(deep(200_000).as_bytes()).is_err());
        assert!(Tree::read(b"\xff").is_err());
    }
}
