//! Colour for JSON on a terminal, a line at a time. Pure.

/// The colours of names, strings, numbers and words.
const NAME: &str = "\x1b[34m";
const STRING: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[36m";
const WORD: &str = "\x1b[35m";
const PLAIN: &str = "\x1b[0m";

/// Colours JSON. What is none comes out as it is, here and there with a colour; nothing is left
/// out and nothing but colour is added.
pub fn color_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, color) = match first {
            '"' => {
                let length = string(rest);
                let is_name = rest[length..].trim_start_matches(' ').starts_with(':');
                (length, Some(if is_name { NAME } else { STRING }))
            }
            '-' | '0'..='9' => {
                let is_part = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
                (rest.find(|c| !is_part(c)).unwrap_or(rest.len()), Some(NUMBER))
            }
            'a'..='z' => {
                let length = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
                let is_word = matches!(&rest[..length], "true" | "false" | "null");
                (length, is_word.then_some(WORD))
            }
            other => (other.len_utf8(), None),
        };
        let (token, after) = rest.split_at(length);
        match color {
            Some(color) => out.extend([color, token, PLAIN]),
            None => out.push_str(token),
        }
        rest = after;
    }
    out
}

/// How long a string is, with its quotes: to the end of the line if it is not closed.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            '"' if !is_escaped => return at + 1,
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: &str) -> String {
        [NAME, STRING, NUMBER, WORD, PLAIN].iter().fold(text.to_owned(), |t, c| t.replace(c, ""))
    }

    #[test]
    fn every_kind_has_its_colour() {
        let want = format!(
            "{{{NAME}\"a\\\"\"{PLAIN}:{NUMBER}-1.5e3{PLAIN},{NAME}\"b\"{PLAIN}: [{WORD}true{PLAIN},\
             {STRING}\"x:\"{PLAIN}]}}\n"
        );
        assert_eq!(color_json("{\"a\\\"\":-1.5e3,\"b\": [true,\"x:\"]}\n"), want);
    }

    #[test]
    fn nothing_is_lost_of_what_is_no_json() {
        for text in
            ["", "plain text", "\"open\nnext\"", "é\"é", "nul", "\"\\", "--1", "\"a\\\\\":1"]
        {
            assert_eq!(bare(&color_json(text)), text);
        }
    }
}
