//! JSON as bytes: where a value ends, and what its strings and members are.
//!
//! Not a parser of Rust's, because tools write records whose strings are not UTF-8 (kcat does),
//! and those bytes are what the record has; and because a value is kept as it was written.

/// Finds the end of a JSON value, piece by piece: it goes on where it stopped.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scan {
    at: usize,
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// Whether the value is a number or a word, which ends before what follows it.
    is_bare: bool,
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

impl Scan {
    /// Looks at the rest of `bytes`, which begin with the value, and returns where the value
    /// ends; none if it goes on.
    pub(super) fn end(&mut self, bytes: &[u8], is_end: bool) -> Option<usize> {
        while let Some(byte) = bytes.get(self.at).copied() {
            if self.is_bare {
                if is_blank(byte) || matches!(byte, b',' | b']' | b'}' | b':') {
                    return Some(self.at);
                }
                self.at += 1;
                continue;
            }
            self.at += 1;
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.in_string => self.is_escaped = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => continue,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ if self.depth == 0 => {
                    self.is_bare = true;
                    continue;
                }
                _ => continue,
            }
            if self.depth == 0 && !self.in_string && !self.is_escaped {
                return Some(self.at);
            }
        }
        (self.is_bare && is_end).then_some(self.at)
    }
}

/// A place within JSON.
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    /// Skips blanks, and returns the byte that follows.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).copied().is_some_and(is_blank) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// Takes a byte if it is the next one after blanks.
    pub(super) fn take(&mut self, wanted: u8) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    /// Takes a value as it was written.
    pub(super) fn value(&mut self) -> Option<&'a [u8]> {
        self.peek()?;
        let rest = &self.bytes[self.at..];
        let end = Scan::default().end(rest, true).filter(|end| *end > 0)?;
        self.at += end;
        Some(&rest[..end])
    }

    /// Takes the members of an object, or the items of an array, whose bracket has been taken:
    /// up to and with the one that closes it. `each` takes one, at its first byte.
    pub(super) fn each(
        &mut self,
        close: u8,
        mut each: impl FnMut(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        if self.take(close) {
            return Ok(());
        }
        loop {
            each(self)?;
            if self.take(close) {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(format!("`,` or `{}` is wanted", char::from(close)));
            }
        }
    }

    /// Takes a member's name and the colon.
    pub(super) fn name(&mut self) -> Result<Vec<u8>, String> {
        let is_string = self.peek() == Some(b'"');
        let name = self.value().filter(|_| is_string).ok_or("a member has no name")?;
        match self.take(b':') {
            true => unquote(name),
            false => Err("a name has no `:`".to_owned()),
        }
    }
}

/// The bytes of a JSON string with its quotes. What is not UTF-8 stays as it is.
pub(super) fn unquote(text: &[u8]) -> Result<Vec<u8>, String> {
    let inner = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""));
    let mut rest = inner.ok_or("a string has no end")?;
    let mut out = Vec::with_capacity(rest.len());
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let escape = rest.get(at + 1).copied().ok_or("a string ends with `\\`")?;
        rest = &rest[at + 2..];
        out.push(match escape {
            b'"' | b'\\' | b'/' => escape,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                let c = unicode(&mut rest)?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            _ => return Err(format!("`\\{}` is no escape", char::from(escape).escape_default())),
        });
    }
    out.extend_from_slice(rest);
    Ok(out)
}

/// Reads what follows `\u`, and the other half of a pair.
fn unicode(rest: &mut &[u8]) -> Result<char, String> {
    let bad = || "`\\u` has no four hexadecimal digits".to_owned();
    let mut unit = || {
        let (digits, after) = rest.split_at_checked(4).ok_or_else(bad)?;
        let text = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('+'));
        *rest = after;
        u16::from_str_radix(text.ok_or_else(bad)?, 16).map_err(|_| bad())
    };
    let first = unit()?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Ok(c);
    }
    let lone = || "`\\u` has half of a pair of surrogates".to_owned();
    *rest = rest.strip_prefix(b"\\u").ok_or_else(lone)?;
    let (digits, after) = rest.split_at_checked(4).ok_or_else(bad)?;
    let text = std::str::from_utf8(digits).map_err(|_| bad())?;
    let second = u16::from_str_radix(text, 16).map_err(|_| bad())?;
    *rest = after;
    let pair = char::decode_utf16([first, second]).next();
    pair.and_then(Result::ok).ok_or_else(lone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        for (text, end) in [
            (&b"{\"a\":\"}\\\"]\"} x"[..], Some(12)),
            (b"[[1],[2]]]", Some(9)),
            (b"\"a\\\\\"b", Some(5)),
            (b"12,", Some(2)),
            (b"true", Some(4)),
            (b"{\"a\"", None),
            (b"\"a", None),
        ] {
            assert_eq!(Scan::default().end(text, true), end, "{text:?}");
            // And the same when it comes byte by byte.
            let mut scan = Scan::default();
            let found = (1..=text.len()).find_map(|n| scan.end(&text[..n], n == text.len()));
            assert_eq!(found, end, "{text:?}");
        }
    }

    #[test]
    fn strings_are_read_as_json_says_and_bytes_stay() {
        let text = r#""a\"\\\/\n\r\t\b\fA\u00e9\ud83d\ude00 é""#;
        let want: String = serde_json::from_str(text).unwrap();
        assert_eq!(unquote(text.as_bytes()), Ok(want.into_bytes()));
        assert_eq!(unquote(b"\"\xff\\n\""), Ok(b"\xff\n".to_vec()));
        for bad in [r#""\q""#, r#""\u12""#, r#""\ud800""#, r#""\ud800A""#, r#"""#, r#""\"#] {
            assert!(unquote(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
