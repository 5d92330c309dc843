//! How a line becomes a key and a value.

use super::super::Failure;
use crate::cli::produce::{NoSeparator, Produce};
use crate::exit::Exit;
use crate::format::unescape;
use crate::settings::words::ReaderProperty;

/// Kafka's console producer splits at a tab if it is told nothing else.
const DEFAULT_SEPARATOR: &[u8] = b"\t";

/// What stands where in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// What stands between key and value; none: the line is the value.
    separator: Option<Vec<u8>>,
    /// Whether a line without the separator is a value; else it is an error.
    separator_may_lack: bool,
    /// The key of a line that has none of its own.
    key: Option<Vec<u8>>,
    null_marker: Option<Vec<u8>>,
}

/// A line has no separator, and must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoSeparatorFound;

/// A key and a value; none is null.
pub(super) type KeyValue<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

impl Shape {
    /// Reads the words. `-K` is more than `key.separator`.
    pub(super) fn of(words: &Produce) -> Result<Self, Failure> {
        let mut shape = Shape {
            separator_may_lack: words.no_separator == NoSeparator::Value,
            key: words.key.clone().map(String::into_bytes),
            null_marker: words.null_marker.clone().map(String::into_bytes),
            ..Shape::default()
        };
        let (mut parses_key, mut separator) = (None, None);
        for property in &words.reader_properties {
            match property {
                ReaderProperty::ParseKey(yes) => parses_key = Some(*yes),
                ReaderProperty::KeySeparator(text) => separator = Some(text.clone().into_bytes()),
                ReaderProperty::NullMarker(text) => {
                    shape.null_marker.get_or_insert_with(|| text.clone().into_bytes());
                }
            }
        }
        shape.separator = match &words.key_separator {
            Some(text) => Some(unescape(text).map_err(|e| {
                Failure::new(format!("cannot split at `{text}`")).caused_by(e).exit(Exit::BadWords)
            })?),
            None if parses_key == Some(true) => {
                Some(separator.take().unwrap_or_else(|| DEFAULT_SEPARATOR.to_vec()))
            }
            None if separator.is_some() => {
                return Err(Failure::new("cannot split keys from values")
                    .because("`key.separator` means nothing without `parse.key=true`")
                    .hint("add `--property parse.key=true`, or use `-K SEP` alone")
                    .exit(Exit::BadWords));
            }
            None => None,
        };
        shape.check()?;
        Ok(shape)
    }

    fn check(&self) -> Result<(), Failure> {
        let bad = |why: &str| {
            Err(Failure::new("cannot tell keys from values").because(why).exit(Exit::BadWords))
        };
        match &self.separator {
            Some(separator) if separator.is_empty() => bad("the separator is empty"),
            Some(separator) if separator.contains(&b'\n') => {
                bad("a line ends at a newline, so none can separate")
            }
            Some(separator) if self.null_marker.as_ref() == Some(separator) => {
                bad("the separator and the null marker are the same")
            }
            Some(_) if self.key.is_some() && !self.separator_may_lack => {
                bad("`--key` is for lines without a separator, and such lines are errors here \
                     (`--no-separator value` allows them)")
            }
            None if self.separator_may_lack => bad("`--no-separator` goes with `-K`"),
            _ => Ok(()),
        }
    }

    /// The separator as a person reads it.
    pub(super) fn separator_shown(&self) -> String {
        let bytes = self.separator.as_deref().unwrap_or_default();
        String::from_utf8_lossy(bytes).escape_debug().to_string()
    }

    /// How many bytes of a line are not part of its record.
    pub(super) fn separator_bytes(&self) -> usize {
        self.separator.as_ref().map_or(0, Vec::len)
    }

    /// Splits a line at the first separator.
    pub(super) fn split<'a>(&'a self, line: &'a [u8]) -> Result<KeyValue<'a>, NoSeparatorFound> {
        let key = self.key.as_deref();
        let (key, value) = match &self.separator {
            None => (key, line),
            Some(separator) => match find(line, separator) {
                Some(at) => (Some(&line[..at]), &line[at + separator.len()..]),
                None if self.separator_may_lack => (key, line),
                None => return Err(NoSeparatorFound),
            },
        };
        let kept =
            |bytes: &'a [u8]| Some(bytes).filter(|b| Some(*b) != self.null_marker.as_deref());
        Ok((key.and_then(kept), kept(value)))
    }
}

fn find(line: &[u8], separator: &[u8]) -> Option<usize> {
    match separator {
        [byte] => line.iter().position(|b| b == byte),
        _ => line.windows(separator.len()).position(|window| window == separator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{self, Verb};

    fn shape(line: &str) -> Result<Shape, Failure> {
        let args = line.split(' ').map(|word| word.replace('_', " ").into());
        match cli::parse(args).map_err(|told| told.plain).unwrap().verb {
            Verb::Produce(words) => Shape::of(&words),
            _ => panic!(),
        }
    }

    #[test]
    fn lines_are_split_as_the_words_say() {
        type Want = Option<(Option<&'static [u8]>, Option<&'static [u8]>)>;
        let known: &[(&str, &[u8], Want)] = &[
            ("", b"a:b", Some((None, Some(b"a:b")))),
            ("", b"", Some((None, Some(b"")))),
            ("--key k", b"a", Some((Some(b"k"), Some(b"a")))),
            ("-K :", b"a:b:c", Some((Some(b"a"), Some(b"b:c")))),
            ("-K :", b":", Some((Some(b""), Some(b"")))),
            ("-K :", b"ab", None),
            ("-K ::", b"a:b::c", Some((Some(b"a:b"), Some(b"c")))),
            ("-K \\t", b"a\tb", Some((Some(b"a"), Some(b"b")))),
            ("-K \\x00", b"a\0b", Some((Some(b"a"), Some(b"b")))),
            ("-K : --no-separator value", b"ab", Some((None, Some(b"ab")))),
            ("-K : --no-separator value --key k", b"ab", Some((Some(b"k"), Some(b"ab")))),
            ("--property parse.key=true", b"a\tb", Some((Some(b"a"), Some(b"b")))),
            (
                "--property parse.key=true --property key.separator=\\t",
                b"a\\tb",
                Some((Some(b"a"), Some(b"b"))),
            ),
            ("-K : --null-marker N", b"N:N", Some((None, None))),
            ("-K : --property null.marker=N", b"a:N", Some((Some(b"a"), None))),
            ("--null-marker N", b"N", Some((None, None))),
            ("--null-marker N", b"NN", Some((None, Some(b"NN")))),
        ];
        for (words, line, want) in known {
            let shape = shape(format!("rk produce t {words}").trim_end()).unwrap();
            assert_eq!(shape.split(line).ok(), *want, "{words} on {line:?}");
        }
    }

    #[test]
    fn words_that_contradict_each_other_are_refused() {
        for words in [
            "--property key.separator=:",
            "-K : --key k",
            "-K \\n",
            "-K \\q",
            "-K : --null-marker :",
            "--no-separator value",
        ] {
            let failure = shape(&format!("rk produce t {words}")).unwrap_err();
            assert_eq!(failure.exit, Exit::BadWords, "{words}");
        }
    }
}
