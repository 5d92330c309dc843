//! What the words say of the input: how it is read, and what they contradict.

use regex::bytes::Regex;

use super::super::Failure;
use crate::cli::produce::{Input, NoSeparator, Produce};
use crate::exit::Exit;
use crate::format::{
    CsvReader, Formats, Generator, HeaderShape, JsonReader, LineShape, LinesReader, Read, Reader,
    Template, TemplateReader, WholeReader, unescape,
};
use crate::settings::words::ReaderProperty;

/// Kafka's console producer splits at a tab if it is told nothing else.
const TAB: &[u8] = b"\t";
/// A byte takes six characters of JSON at most; what else there is in a record is short.
const ESCAPED_BYTES_MAX: usize = 6;
const AROUND_BYTES_MAX: usize = 64 * 1024;

/// Where records come from, checked.
pub(super) enum Plan {
    Lines {
        delimiter: Vec<u8>,
        shape: LineShape,
    },
    /// Each file is a record.
    Files(LineShape),
    Json,
    Csv {
        separator: u8,
        key_column: Option<String>,
    },
    Template {
        template: Template,
        key: Option<Vec<u8>>,
    },
    Generate {
        value: Generator,
        key: Option<Generator>,
    },
}

fn bad(what: &str, why: impl std::fmt::Display) -> Failure {
    Failure::new(what).because(why).exit(Exit::BadWords)
}

/// Reads a text with escapes.
fn escaped(text: &str, what: &str) -> Result<Vec<u8>, Failure> {
    unescape(text).map_err(|e| {
        Failure::new(format!("cannot {what} `{text}`")).caused_by(e).exit(Exit::BadWords)
    })
}

impl Plan {
    /// Reads the words.
    pub(super) fn of(words: &Produce) -> Result<Self, Failure> {
        check_goes_together(words)?;
        let key = || words.key.clone().map(String::into_bytes);
        if let Some(text) = &words.generate {
            let seed = words.seed.unwrap_or(0);
            let generator = |text: &String| {
                Generator::parse(text, seed).map_err(|e| {
                    let what = format!("cannot generate by `{text}`");
                    Failure::new(what).caused_by(e).exit(Exit::BadWords)
                })
            };
            let key = words.key.as_ref().map(generator).transpose()?;
            return Ok(Plan::Generate { value: generator(text)?, key });
        }
        if let Some(text) = &words.format {
            let template = read_template(words, text)?;
            return Ok(Plan::Template { template, key: key() });
        }
        Ok(match words.input {
            Input::Lines => {
                let delimiter = match &words.delimiter {
                    Some(text) => escaped(text, "end lines at")?,
                    None => b"\n".to_vec(),
                };
                if delimiter.is_empty() {
                    return Err(bad("cannot tell lines apart", "the delimiter is empty"));
                }
                let shape = shape_of(words)?;
                check_shape(&shape, &delimiter)?;
                Plan::Lines { delimiter, shape }
            }
            Input::File => {
                let shape = shape_of(words)?;
                check_shape(&shape, b"")?;
                Plan::Files(shape)
            }
            Input::Json => Plan::Json,
            Input::Csv | Input::Tsv => {
                let separator = if words.input == Input::Csv { b',' } else { b'\t' };
                Plan::Csv { separator, key_column: words.key_column.clone() }
            }
        })
    }

    /// Whether a person may type the input, line by line.
    pub(super) fn is_typed(&self) -> bool {
        matches!(self, Plan::Lines { .. })
    }

    /// What one record of the input is called.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Plan::Lines { .. } => "line",
            Plan::Csv { .. } => "row",
            _ => "record",
        }
    }

    /// Makes what reads records, or invents them, that take `bytes_max` bytes at most.
    pub(super) fn reader(self, formats: &Formats, bytes_max: usize) -> Result<Supply, Failure> {
        let has_formats =
            formats.key.is_some() || formats.value.is_some() || formats.header.is_some();
        let encoded_max = bytes_max.saturating_mul(ESCAPED_BYTES_MAX);
        let encoded_max = encoded_max.saturating_add(AROUND_BYTES_MAX);
        let formats = formats.clone();
        // Text is longer than the bytes that it stands for.
        let text_max = if has_formats { encoded_max } else { bytes_max };
        let reader: Box<dyn Reader> = match self {
            Plan::Lines { delimiter, shape } => {
                let headers_max = if shape.headers.is_some() { AROUND_BYTES_MAX } else { 0 };
                let max = text_max + shape.separator_bytes() + headers_max;
                Box::new(LinesReader::new(&delimiter, shape, formats, max))
            }
            Plan::Files(shape) => {
                let max = text_max + shape.separator_bytes();
                Box::new(WholeReader::new(shape, formats, max))
            }
            Plan::Json => Box::new(JsonReader::new(formats, encoded_max)),
            Plan::Csv { separator, key_column } => {
                Box::new(CsvReader::new(separator, key_column, formats, encoded_max))
            }
            Plan::Template { template, key } => {
                let template = template.with_formats(formats);
                let reader = TemplateReader::new(template, key, encoded_max);
                Box::new(reader.map_err(|e| {
                    Failure::new("cannot read records by this format")
                        .caused_by(e)
                        .hint("`rk man format` tells what can be read")
                        .exit(Exit::BadWords)
                })?)
            }
            Plan::Generate { value, key } => {
                return Ok(Supply::Invent(Invent { value, key, formats }));
            }
        };
        Ok(Supply::Read(reader))
    }
}

/// Where records come from, ready.
pub(super) enum Supply {
    Read(Box<dyn Reader>),
    Invent(Invent),
}

/// Invents records.
pub(super) struct Invent {
    value: Generator,
    key: Option<Generator>,
    formats: Formats,
}

impl Invent {
    /// Makes the record with this number, at this time; or says why it cannot be.
    pub(super) fn record(&mut self, number: u64, now_ms: i64) -> Result<Read<'static>, String> {
        let mut text = Vec::new();
        let key = self.key.as_mut().map(|key| {
            key.write(number, now_ms, &mut text);
            std::mem::take(&mut text)
        });
        self.value.write(number, now_ms, &mut text);
        self.formats.read_text(key, Some(text))
    }
}

fn read_template(words: &Produce, text: &str) -> Result<Template, Failure> {
    let template = Template::parse(text).map_err(|e| {
        Failure::new(format!("cannot read the format `{text}`"))
            .caused_by(e)
            .hint("`%%` is a percent sign; `rk man format` tells all there is")
            .exit(Exit::BadWords)
    })?;
    Ok(template.with_null_marker(words.null_marker.clone().map(String::into_bytes)))
}

/// Refuses words that would have no effect.
fn check_goes_together(words: &Produce) -> Result<(), Failure> {
    let is_read = words.generate.is_none() && words.format.is_none();
    let is_lines = is_read && words.input == Input::Lines;
    let has_lines = is_lines || is_read && words.input == Input::File;
    let is_csv = is_read && matches!(words.input, Input::Csv | Input::Tsv);
    let names_place = words.format.is_some() || is_read && words.input == Input::Json;
    let splits = words.key_separator.is_some() || !words.reader_properties.is_empty();
    let rows = [
        (
            splits || words.no_separator == NoSeparator::Value,
            has_lines,
            "-K, --property and --no-separator",
            "lines and files",
        ),
        (words.delimiter.is_some(), is_lines, "--delimiter", "lines"),
        (words.key_column.is_some(), is_csv, "--key-column", "--input csv and tsv"),
        (
            words.null_marker.is_some(),
            has_lines || words.format.is_some(),
            "--null-marker",
            "lines, files and --format",
        ),
        (
            words.key.is_some(),
            has_lines || words.format.is_some() || words.generate.is_some(),
            "--key",
            "lines, files, --format and --generate",
        ),
        (!words.files().is_empty(), words.generate.is_none(), "a file", "records that are read"),
        (words.keep_partition, names_place, "--keep-partition", "--input json and --format"),
        (words.keep_timestamp, names_place, "--keep-timestamp", "--input json and --format"),
    ];
    for (is_there, fits, flag, for_what) in rows {
        if is_there && !fits {
            let why = format!("{flag} is for {for_what}");
            return Err(bad("these words do not go together", why));
        }
    }
    Ok(())
}

/// Reads what stands where in a line. `-K` is more than `key.separator`.
fn shape_of(words: &Produce) -> Result<LineShape, Failure> {
    let mut shape = LineShape {
        separators_may_lack: words.no_separator == NoSeparator::Value,
        key: words.key.clone().map(String::into_bytes),
        null_marker: words.null_marker.clone().map(String::into_bytes),
        ..LineShape::default()
    };
    let (mut parses_key, mut separator, mut parses_headers) = (None, None, None);
    let (mut delimiter, mut between, mut after_name) = (None, None, None);
    for property in &words.reader_properties {
        match property {
            ReaderProperty::ParseKey(yes) => parses_key = Some(*yes),
            ReaderProperty::KeySeparator(text) => separator = Some(text.clone().into_bytes()),
            ReaderProperty::NullMarker(text) => {
                shape.null_marker.get_or_insert_with(|| text.clone().into_bytes());
            }
            ReaderProperty::ParseHeaders(yes) => parses_headers = Some(*yes),
            ReaderProperty::HeadersDelimiter(text) => delimiter = Some(text.clone().into_bytes()),
            ReaderProperty::HeadersSeparator(text) => between = Some(text.clone()),
            ReaderProperty::HeadersKeySeparator(text) => {
                after_name = Some(text.clone().into_bytes());
            }
            ReaderProperty::IgnoreError(yes) => shape.separators_may_lack |= *yes,
        }
    }
    shape.separator = match &words.key_separator {
        Some(text) => Some(escaped(text, "split at")?),
        None if parses_key == Some(true) => Some(separator.take().unwrap_or_else(|| TAB.to_vec())),
        None if separator.is_some() => {
            let why = "`key.separator` means nothing without `parse.key=true`";
            return Err(bad("cannot split keys from values", why)
                .hint("add `--property parse.key=true`, or use `-K SEP` alone"));
        }
        None => None,
    };
    if parses_headers == Some(true) {
        let between = between.unwrap_or_else(|| ",".to_owned());
        let separator = Regex::new(&between).map_err(|e| {
            Failure::new(format!("cannot split headers at `{between}`"))
                .caused_by(e)
                .exit(Exit::BadWords)
        })?;
        shape.headers = Some(HeaderShape {
            delimiter: delimiter.unwrap_or_else(|| TAB.to_vec()),
            separator,
            key_separator: after_name.unwrap_or_else(|| b":".to_vec()),
        });
    } else if delimiter.is_some() || between.is_some() || after_name.is_some() {
        let why = "the separators of headers mean nothing without `parse.headers=true`";
        return Err(bad("cannot split headers from values", why));
    }
    Ok(shape)
}

fn check_shape(shape: &LineShape, delimiter: &[u8]) -> Result<(), Failure> {
    let wrong = |why: &str| Err(bad("cannot tell keys from values", why));
    let contains =
        |text: &[u8]| !delimiter.is_empty() && memchr::memmem::find(text, delimiter).is_some();
    match &shape.separator {
        Some(separator) if separator.is_empty() => return wrong("the separator is empty"),
        Some(separator) if contains(separator) => {
            return wrong("a line ends at what the separator holds, so it cannot separate");
        }
        Some(separator) if shape.null_marker.as_ref() == Some(separator) => {
            return wrong("the separator and the null marker are the same");
        }
        Some(_) if shape.key.is_some() && !shape.separators_may_lack => {
            return wrong(
                "`--key` is for lines without a separator, and such lines are errors here \
                 (`--no-separator value` allows them)",
            );
        }
        None if shape.separators_may_lack && shape.headers.is_none() => {
            return wrong("`--no-separator` goes with `-K`");
        }
        _ => {}
    }
    let Some(headers) = &shape.headers else { return Ok(()) };
    let between = headers.separator.as_str().as_bytes();
    let texts = [
        ("headers.delimiter", headers.delimiter.as_slice()),
        ("headers.separator", between),
        ("headers.key.separator", headers.key_separator.as_slice()),
        ("null.marker", shape.null_marker.as_deref().unwrap_or_default()),
    ];
    for (i, (name, text)) in texts.iter().enumerate() {
        if let Some((other, _)) = texts[..i].iter().find(|(_, other)| other == text) {
            return wrong(&format!("`{other}` and `{name}` are the same"));
        }
        if contains(text) {
            return wrong(&format!("a line ends at what `{name}` holds"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{self, Verb};
    use crate::format::{Fed, Feeder};

    fn plan(line: &str) -> Result<Plan, Failure> {
        let args = line.split(' ').map(|word| word.replace('_', " ").into());
        match cli::parse(args).map_err(|told| told.plain).unwrap().verb {
            Verb::Produce(words) => Plan::of(&words),
            _ => panic!(),
        }
    }

    type KeyValue = (Option<Vec<u8>>, Option<Vec<u8>>);

    fn split(words: &str, line: &[u8]) -> Option<KeyValue> {
        let plan = plan(format!("rk produce t {words}").trim_end()).unwrap();
        let Supply::Read(mut reader) = plan.reader(&Formats::default(), 1000).unwrap() else {
            panic!()
        };
        let mut found = None;
        Feeder::default().feed(reader.as_mut(), &[line, b"\n"].concat(), true, |fed| {
            if let Fed::Record(read) = fed {
                let own = |bytes: Option<std::borrow::Cow<[u8]>>| bytes.map(|b| b.into_owned());
                found = Some((own(read.key), own(read.value)));
            }
            true
        });
        found
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
            (
                "--property parse.key=true --property ignore.error=true",
                b"a",
                Some((None, Some(b"a"))),
            ),
            ("-K : --null-marker N", b"N:N", Some((None, None))),
            ("-K : --property null.marker=N", b"a:N", Some((Some(b"a"), None))),
            ("--null-marker N", b"N", Some((None, None))),
            ("--null-marker N", b"NN", Some((None, Some(b"NN")))),
            ("-f %k=%v\\n", b"a=b", Some((Some(b"a"), Some(b"b")))),
            ("-f %v\\n --key k", b"a", Some((Some(b"k"), Some(b"a")))),
            ("--input json", b"{\"key\":\"a\"}", Some((Some(b"a"), None))),
            ("--input file", b"a", Some((None, Some(b"a\n")))),
        ];
        for (words, line, want) in known {
            let want = want.map(|(k, v)| (k.map(<[u8]>::to_vec), v.map(<[u8]>::to_vec)));
            assert_eq!(split(words, line), want, "{words} on {line:?}");
        }
    }

    #[test]
    fn words_that_contradict_each_other_are_refused() {
        for words in [
            "--property key.separator=:",
            "-K : --key k",
            "-K \\n",
            "-K \\q",
            "-K ab -D a",
            "-D \\q",
            "-K : --null-marker :",
            "--no-separator value",
            "--property headers.separator=;",
            "--property parse.headers=true --property headers.separator=(",
            "--property parse.headers=true --property headers.key.separator=,",
            "--input json -K :",
            "--input json --key k",
            "--input csv --null-marker x",
            "--key-column id",
            "--keep-timestamp",
            "--generate x -K :",
            "--generate {{x}}",
            "-f %v\\n -D x",
            "-f %y",
        ] {
            let failure = plan(&format!("rk produce t {words}")).err().unwrap();
            assert_eq!(failure.exit, Exit::BadWords, "{words}");
        }
        let open = plan("rk produce t -f %v").unwrap();
        let failure = open.reader(&Formats::default(), 1000).err().unwrap();
        assert_eq!(failure.exit, Exit::BadWords);
    }
}
