//! JSON as Jackson reads it: numbers keep their digits, the last of two equal names counts, and
//! what follows the value is not looked at.

use std::borrow::Cow;
use std::collections::HashMap;

/// How deep values may stand in each other: Jackson's own bound.
const DEPTH_MAX: usize = 1000;
/// How many digits a number may have: Jackson's own bound.
const DIGITS_MAX: usize = 1000;
/// From how many names on an object is looked at for equal ones with a table.
const FEW: usize = 16;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// There is none: the text was empty.
    Missing,
    Null,
    Boolean(bool),
    /// As it was written.
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// The name of the kind of node, in Jackson's words.
    pub fn node_type(&self) -> &'static str {
        match self {
            Json::Missing => "MISSING",
            Json::Null => "NULL",
            Json::Boolean(_) => "BOOLEAN",
            Json::Number(_) => "NUMBER",
            Json::String(_) => "STRING",
            Json::Array(_) => "ARRAY",
            Json::Object(_) => "OBJECT",
        }
    }

    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        match self {
            Json::Object(all) => all.iter().find(|(own, _)| own == name).map(|(_, json)| json),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_nothing(&self) -> bool {
        matches!(self, Json::Null | Json::Missing)
    }
}

/// Says whether a number is written as an integer.
pub(super) fn is_integer(number: &str) -> bool {
    !number.contains(['.', 'e', 'E'])
}

/// Reads a value, or says what is wrong and where.
pub fn parse(bytes: &[u8]) -> Result<Json<'_>, String> {
    // A byte order mark is no part of the text.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // What follows the value is not looked at, so that it may be anything.
        Err(error) => {
            return Err(format!("invalid UTF-8 at byte {}", error.valid_up_to()));
        }
    };
    let mut parser = Parser { text, at: 0 };
    parser.blanks();
    if parser.at == text.len() {
        return Ok(Json::Missing);
    }
    let json = parser.value(0)?;
    // A word that goes on is not the word that it began as.
    match parser.peek() {
        Some(byte) if byte.is_ascii_alphanumeric() => Err(parser.wrong()),
        _ => Ok(json),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn wrong(&self) -> String {
        let before = &self.text[..self.text.floor_char_boundary(self.at)];
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
        match self.text[before.len()..].chars().next() {
            Some(c) => format!("unexpected character {c:?} at line {line}, column {column}"),
            None => format!("unexpected end of input at line {line}, column {column}"),
        }
    }

    fn word(&mut self, word: &str, json: Json<'a>) -> Result<Json<'a>, String> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.wrong());
        }
        self.at += word.len();
        Ok(json)
    }

    fn value(&mut self, depth: usize) -> Result<Json<'a>, String> {
        if depth > DEPTH_MAX {
            return Err(format!("values stand more than {DEPTH_MAX} deep in each other"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Json::String),
            Some(b't') => self.word("true", Json::Boolean(true)),
            Some(b'f') => self.word("false", Json::Boolean(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            _ => Err(self.wrong()),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<&'a str, String> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        let mut count = self.digits();
        let has_zero = count > 1 && self.text.as_bytes()[first] == b'0';
        if count == 0 || has_zero {
            self.at = if has_zero { first + 1 } else { self.at };
            return Err(self.wrong());
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            let fraction = self.digits();
            if fraction == 0 {
                return Err(self.wrong());
            }
            count += fraction;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.wrong());
            }
        }
        match count > DIGITS_MAX {
            true => Err(format!("a number has {count} digits, more than {DIGITS_MAX}")),
            false => Ok(&self.text[start..self.at]),
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, String> {
        self.at += 1;
        let start = self.at;
        let mut copied: Option<String> = None;
        let mut from = start;
        loop {
            match self.peek() {
                None | Some(0..=0x1f) => return Err(self.wrong()),
                Some(b'"') => {
                    let rest = &self.text[from..self.at];
                    self.at += 1;
                    return Ok(match copied {
                        None => Cow::Borrowed(rest),
                        Some(mut text) => {
                            text.push_str(rest);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = copied.get_or_insert_with(String::new);
                    text.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    let c = self.escape()?;
                    copied.get_or_insert_with(String::new).push(c);
                    from = self.at;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let c = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.wrong()),
        };
        self.at += 1;
        Ok(c)
    }

    fn unit(&mut self) -> Result<u32, String> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.wrong())?;
        self.at += 4;
        Ok(unit)
    }

    fn unicode(&mut self) -> Result<char, String> {
        let first = self.unit()?;
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.unit()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            self.at = before;
        }
        // Half of a pair means nothing.
        Ok(char::from_u32(first).unwrap_or('\u{fffd}'))
    }

    fn array(&mut self, depth: usize) -> Result<Json<'a>, String> {
        self.at += 1;
        let mut all = Vec::new();
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(all));
        }
        loop {
            self.blanks();
            all.push(self.value(depth + 1)?);
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Json::Array(all));
                }
                _ => return Err(self.wrong()),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'a>, String> {
        self.at += 1;
        let mut all: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
        let mut places: HashMap<Cow<'a, str>, usize> = HashMap::new();
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(all));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return Err(self.wrong());
            }
            let name = self.string()?;
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.wrong());
            }
            self.at += 1;
            self.blanks();
            let json = self.value(depth + 1)?;
            if all.len() == FEW {
                places.extend(all.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)));
            }
            let known = match all.len() < FEW {
                true => all.iter().position(|(own, _)| *own == name),
                false => places.get(&name).copied(),
            };
            match known {
                Some(at) => all[at].1 = json,
                None => {
                    if all.len() >= FEW {
                        places.insert(name.clone(), all.len());
                    }
                    all.push((name, json));
                }
            }
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Json::Object(all));
                }
                _ => return Err(self.wrong()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compact(json: &Json) -> String {
        match json {
            Json::Missing => "missing".to_owned(),
            Json::Null => "null".to_owned(),
            Json::Boolean(value) => value.to_string(),
            Json::Number(text) => (*text).to_owned(),
            Json::String(text) => format!("{text:?}"),
            Json::Array(all) => {
                format!("[{}]", all.iter().map(compact).collect::<Vec<_>>().join(","))
            }
            Json::Object(all) => {
                let all = all.iter().map(|(name, json)| format!("{name:?}:{}", compact(json)));
                format!("{{{}}}", all.collect::<Vec<_>>().join(","))
            }
        }
    }

    #[test]
    fn what_is_json_is_read() {
        for (text, want) in [
            ("", "missing"),
            (" \n", "missing"),
            ("null", "null"),
            (" -0.50e+10 ", "-0.50e+10"),
            ("[1, 2 ,[ ]]", "[1,2,[]]"),
            (r#"{"a":1,"b":{"c":[true,false]},"a":2}"#, r#"{"a":2,"b":{"c":[true,false]}}"#),
            (r#""\u00e9\ud83d\ude00\n\/""#, "\"é😀\\n/\""),
            (r#""\ud83d""#, "\"\u{fffd}\""),
            ("{} and more", "{}"),
            ("\u{feff}1", "1"),
        ] {
            assert_eq!(compact(&parse(text.as_bytes()).unwrap()), want, "{text}");
        }
        let many: Vec<String> = (0..100).map(|n| format!("\"{}\":{n}", n % 50)).collect();
        let text = format!("{{{}}}", many.join(","));
        let Ok(Json::Object(all)) = parse(text.as_bytes()) else { panic!("{text}") };
        assert_eq!((all.len(), &all[49].1), (50, &Json::Number("99")));
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for (text, want) in [
            ("{\n \"a\" 1}", "unexpected character '1' at line 2, column 6"),
            ("[1,", "unexpected end of input at line 1, column 4"),
            ("nul", "unexpected character 'n' at line 1, column 1"),
            ("nulls", "unexpected character 's' at line 1, column 5"),
            ("01", "unexpected character '1' at line 1, column 2"),
            ("1.", "unexpected end of input at line 1, column 3"),
            ("\"\u{1}\"", "unexpected character '\\u{1}' at line 1, column 2"),
            ("hello", "unexpected character 'h' at line 1, column 1"),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err(), want, "{text}");
        }
        for text in ["[".repeat(100_000), format!("[{}]", "9".repeat(2000))] {
            assert!(parse(text.as_bytes()).is_err());
        }
        assert_eq!(parse(b"\"\xff\"").unwrap_err(), "invalid UTF-8 at byte 1");
    }
}
