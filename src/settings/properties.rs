//! Java's `.properties` files, as `java.util.Properties.load` reads them.
//!
//! Pure: text in, pairs out, in the order written. It knows nothing of Kafka's names.

/// What is wrong with a `.properties` text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PropertiesError {
    /// `\u` without four hexadecimal digits behind it.
    #[error("line {line}: `\\u` wants four hexadecimal digits")]
    BadUnicode { line: usize },
}

/// Reads a text. Of a key that is written twice, both are returned: the later one wins.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, PropertiesError> {
    logical_lines(text).into_iter().map(|(line, text)| pair(line, &text)).collect()
}

/// Splits into logical lines, each with the number of its first: comments and blank lines are
/// gone, and a line that ends in an odd number of backslashes goes on in the next one.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for (at, natural) in text.split('\n').enumerate() {
        let natural = natural.trim_start_matches(is_blank);
        let (number, mut line) = match open.take() {
            Some((number, line)) => (number, line),
            None if natural.is_empty() || natural.starts_with(['#', '!']) => continue,
            None => (at + 1, String::new()),
        };
        let slashes = natural.chars().rev().take_while(|c| *c == '\\').count();
        if slashes % 2 == 1 {
            line.push_str(&natural[..natural.len() - 1]);
            open = Some((number, line));
        } else {
            line.push_str(natural);
            lines.push((number, line));
        }
    }
    lines.extend(open.filter(|(_, line)| !line.is_empty()));
    lines
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\x0c')
}

/// Splits a logical line at the first `=`, `:` or blank that no backslash hides.
fn pair(line: usize, text: &str) -> Result<(String, String), PropertiesError> {
    let mut end = text.len();
    let mut hidden = false;
    for (at, c) in text.char_indices() {
        if !hidden && (is_blank(c) || matches!(c, '=' | ':')) {
            end = at;
            break;
        }
        hidden = c == '\\' && !hidden;
    }
    let (key, rest) = text.split_at(end);
    let rest = rest.trim_start_matches(is_blank);
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start_matches(is_blank);
    Ok((unescape(line, key)?, unescape(line, value)?))
}

/// Undoes backslashes. `\u` counts in UTF-16, as Java does, so pairs of surrogates join.
fn unescape(line: usize, text: &str) -> Result<String, PropertiesError> {
    let mut units = Vec::with_capacity(text.len());
    let mut buffer = [0u16; 2];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('u')) => {
                let digits: String = chars.by_ref().take(4).collect();
                let all_hex = digits.len() == 4 && digits.chars().all(|c| c.is_ascii_hexdigit());
                let unit = u16::from_str_radix(&digits, 16).ok().filter(|_| all_hex);
                units.push(unit.ok_or(PropertiesError::BadUnicode { line })?);
                continue;
            }
            ('\\', Some('n')) => '\n',
            ('\\', Some('t')) => '\t',
            ('\\', Some('r')) => '\r',
            ('\\', Some('f')) => '\x0c',
            ('\\', Some(other)) => other,
            ('\\', None) => continue,
            (c, _) => c,
        };
        units.extend_from_slice(c.encode_utf16(&mut buffer));
    }
    Ok(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_in_every_form() {
        // The first rows are the examples of java.util.Properties' own documentation.
        let rows = [
            ("Truth = Beauty", "Truth", "Beauty"),
            (" Truth:Beauty", "Truth", "Beauty"),
            ("Truth                    :Beauty", "Truth", "Beauty"),
            ("cheeses", "cheeses", ""),
            (
                "fruits  apple, banana, \\\n   pear, \\\n  mango",
                "fruits",
                "apple, banana, pear, mango",
            ),
            ("a=b=c", "a", "b=c"),
            ("a==b", "a", "=b"),
            ("a\\=b\\ c=d", "a=b c", "d"),
            ("a=b  ", "a", "b  "),
            ("a=\\  b", "a", "  b"),
            ("\t a\t\t=\tb", "a", "b"),
            ("a=c:\\\\temp\\n\\t\\q", "a", "c:\\temp\n\tq"),
            ("a=\\u00e9\\uD83D\\uDE00", "a", "é😀"),
            ("a=b\\\\", "a", "b\\"),
            ("a=b\\", "a", "b"),
            ("a=é", "a", "é"),
            ("=v", "", "v"),
            ("a=b # no comment", "a", "b # no comment"),
            ("a=1,\\\n# no comment either", "a", "1,# no comment either"),
        ];
        for (text, key, value) in rows {
            assert_eq!(parse(text), Ok(vec![(key.into(), value.into())]), "{text:?}");
        }
    }

    #[test]
    fn comments_and_blank_lines_vanish_and_order_stays() {
        let text = "# c\n! c\n\n  \t\n   # c\nb=1\r\na=2\rb=3\n";
        let pairs = parse(text).unwrap();
        let want = [("b", "1"), ("a", "2"), ("b", "3")];
        assert_eq!(pairs, want.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }

    #[test]
    fn a_bad_unicode_escape_names_its_line() {
        for text in ["\n\na=\\u12", "\n\na=\\uxyza", "\n\n\\u+123=a"] {
            assert_eq!(parse(text), Err(PropertiesError::BadUnicode { line: 3 }), "{text:?}");
        }
    }
}
