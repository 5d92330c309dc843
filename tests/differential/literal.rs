//! Reading the language's words and values.

use rk::base::ids::Uuid;

use super::value::{Value, code};

/// A word of the text, and the line that it stands in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A name, a number, a version: anything without blanks and marks.
    Word(String),
    Text(String),
    Mark(char),
}

/// The tokens of a scenario, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    all: Vec<(usize, Token)>,
    at: usize,
}

const MARKS: &str = "{}[],:*$=";

impl Tokens {
    /// Cuts lines into tokens. What follows a `#` is a comment.
    pub(crate) fn of<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Result<Self, String> {
        let mut all = Vec::new();
        for (number, line) in lines {
            cut(line, &mut |token| all.push((number, token)))
                .map_err(|why| format!("line {}: {why}", number + 1))?;
        }
        Ok(Tokens { all, at: 0 })
    }

    pub(crate) fn peek(&self) -> Option<&Token> {
        self.all.get(self.at).map(|(_, token)| token)
    }

    fn peek_after(&self) -> Option<&Token> {
        self.all.get(self.at + 1).map(|(_, token)| token)
    }

    /// The line of the token that was read last.
    pub(crate) fn line(&self) -> usize {
        self.all.get(self.at.saturating_sub(1)).map_or(0, |(line, _)| *line)
    }

    pub(crate) fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.all.get(self.at - 1).map(|(_, token)| token.clone())
    }

    pub(crate) fn word(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Word(word)) => Ok(word),
            other => Err(format!("a word is expected, and there is {other:?}")),
        }
    }

    /// Reads a word if it is this one.
    pub(crate) fn is_word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(found)) if found == word);
        self.at += usize::from(is);
        is
    }

    /// Reads a mark if it is this one.
    pub(crate) fn is_mark(&mut self, mark: char) -> bool {
        let is = self.peek() == Some(&Token::Mark(mark));
        self.at += usize::from(is);
        is
    }

    pub(crate) fn mark(&mut self, mark: char) -> Result<(), String> {
        match self.is_mark(mark) {
            true => Ok(()),
            false => Err(format!("`{mark}` is expected, and there is {:?}", self.peek())),
        }
    }

    /// Reads `name:` if it stands here.
    pub(crate) fn label(&mut self) -> Option<String> {
        match (self.peek(), self.peek_after()) {
            (Some(Token::Word(name)), Some(Token::Mark(':'))) => {
                let name = name.clone();
                self.at += 2;
                Some(name)
            }
            _ => None,
        }
    }

    /// Reads a value.
    pub(crate) fn value(&mut self) -> Result<Value, String> {
        let value = match self.next() {
            Some(Token::Mark('{')) => self.map()?,
            Some(Token::Mark('[')) => self.list()?,
            Some(Token::Mark('$')) => Value::Variable(self.word()?),
            Some(Token::Text(text)) => Value::Text(text),
            Some(Token::Word(word)) => self.of_word(word)?,
            other => return Err(format!("a value is expected, and there is {other:?}")),
        };
        if !self.is_mark('*') {
            return Ok(value);
        }
        let times = self.word()?.parse::<usize>().map_err(|e| e.to_string())?;
        match value {
            Value::Text(text) => Ok(Value::Text(text.repeat(times))),
            value => Ok(Value::List(vec![value; times])),
        }
    }

    fn map(&mut self) -> Result<Value, String> {
        let mut fields = Vec::new();
        while !self.is_mark('}') {
            let name = match self.next() {
                Some(Token::Word(name) | Token::Text(name)) => name,
                other => return Err(format!("a field is expected, and there is {other:?}")),
            };
            self.mark(':')?;
            fields.push((name, self.value()?));
            if !self.is_mark(',') && self.peek() != Some(&Token::Mark('}')) {
                return Err(format!("`,` or `}}` is expected, and there is {:?}", self.peek()));
            }
        }
        Ok(Value::Map(fields))
    }

    fn list(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        while !self.is_mark(']') {
            items.push(self.value()?);
            if !self.is_mark(',') && self.peek() != Some(&Token::Mark(']')) {
                return Err(format!("`,` or `]` is expected, and there is {:?}", self.peek()));
            }
        }
        Ok(Value::List(items))
    }

    fn of_word(&mut self, word: String) -> Result<Value, String> {
        if let Some(hex) = word.strip_prefix("0x") {
            return bytes(hex).map(Value::Bytes);
        }
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            return match word.parse::<i128>() {
                Ok(int) => Ok(Value::Int(int)),
                Err(_) => word.parse().map(Value::Float).map_err(|_| format!("what is `{word}`?")),
            };
        }
        if let Some(delta) = word.strip_prefix("now") {
            return match delta {
                "" => Ok(Value::Now(0)),
                _ => delta.parse().map(Value::Now).map_err(|_| format!("what is `{word}`?")),
            };
        }
        match word.as_str() {
            "null" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "any" => Ok(Value::Word(word)),
            "zero" => Ok(Value::Uuid(Uuid::ZERO)),
            _ if self.peek() == Some(&Token::Mark('{')) => {
                Ok(Value::Made(word, -1, Box::new(self.value()?)))
            }
            _ if self.peek_after() == Some(&Token::Mark('{')) => {
                let version = self.word()?;
                let (version, _) = versions(&version)?;
                Ok(Value::Made(word, version, Box::new(self.value()?)))
            }
            _ => match code(&word) {
                Some(code) => Ok(Value::Int(i128::from(code))),
                None => Err(format!("what is `{word}`?")),
            },
        }
    }
}

/// Reads `v3` or `v3..7`.
pub(crate) fn versions(word: &str) -> Result<(i16, i16), String> {
    let wrong = || format!("a version is expected, and there is `{word}`");
    let range = word.strip_prefix('v').ok_or_else(wrong)?;
    let (first, last) = range.split_once("..").unwrap_or((range, range));
    Ok((first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?))
}

fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    let wrong = |_| format!("`{hex}` are not bytes");
    data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).map_err(wrong)
}

fn cut(line: &str, push: &mut dyn FnMut(Token)) -> Result<(), String> {
    let mut rest = line.trim_start();
    while let Some(c) = rest.chars().next() {
        rest = match c {
            '#' => return Ok(()),
            '"' => {
                let (text, after) = text(&rest[1..])?;
                push(Token::Text(text));
                after
            }
            c if MARKS.contains(c) => {
                push(Token::Mark(c));
                &rest[1..]
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || c == '"' || MARKS.contains(c);
                let (word, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
                push(Token::Word(word.to_owned()));
                after
            }
        }
        .trim_start();
    }
    Ok(())
}

fn text(rest: &str) -> Result<(String, &str), String> {
    let mut out = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((out, &rest[at + 1..])),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('0') => out.push('\0'),
                Some(c @ ('"' | '\\')) => out.push(c),
                other => return Err(format!("what is `\\{other:?}`?")),
            },
            c => out.push(c),
        }
    }
    Err("a text without end".to_owned())
}

#[test]
fn values_are_read() {
    let read = |text: &str| {
        let mut tokens = Tokens::of(text.lines().enumerate())?;
        tokens.value().map(|value| value.line())
    };
    for (text, want) in [
        ("{ a: [1, -2,], # c\n \"b.c\": null }", "{ a: [1, -2], b.c: null }"),
        ("\"ab\"*3", "\"ababab\""),
        ("[{}*2]", "[[{}, {}]]"),
        ("UNKNOWN_TOPIC_OR_PARTITION", "3"),
        ("batch { records: [\"k=v\"] }", "batch { records: [\"k=v\"] }"),
        ("now-5", "now-5"),
        ("X v1 { a: $b }", "X v1 { a: $b }"),
        ("1.5", "1.5"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(want));
    }
    assert!(read("{ a 1 }").is_err());
    assert!(read("what").is_err());
    assert!(read("\"open").is_err());
}
