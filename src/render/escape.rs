//! Text that strangers wrote, made harmless: what would move the cursor, ring, or reorder a
//! line is shown as an escape.

use std::borrow::Cow;

/// Says whether a character would do something else than be seen.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// Replaces every character that acts, but for those in `keep`.
pub fn escape<'a>(text: &'a str, keep: &[char]) -> Cow<'a, str> {
    let harmless = |c: char| !acts(c) || keep.contains(&c);
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if harmless(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii() => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_as_an_escape() {
        let rows = [
            ("plain é 😀", "plain é 😀"),
            ("a\u{1b}[31mred", "a\\x1b[31mred"),
            ("a\r\nb\tc\u{7}", "a\\r\\nb\\tc\\x07"),
            ("a\u{9b}b\u{202e}c", "a\\u{9b}b\\u{202e}c"),
        ];
        for (text, want) in rows {
            assert_eq!(escape(text, &[]), want);
        }
        assert_eq!(escape("a\nb\tc\r", &['\n', '\t']), "a\nb\tc\\r");
    }
}
