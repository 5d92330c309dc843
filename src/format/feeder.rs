//! A stream handed to a reader piece by piece.

use super::{Next, Read, Reader};

/// What came out of a stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Fed<'a> {
    Record(Read<'a>),
    /// A record that is longer than may be sent: how long it is.
    TooLong(u64),
    /// Nothing can be read from here on: at which byte of the source, and why.
    Bad {
        byte: u64,
        what: String,
    },
}

/// Holds what has not been read yet: no more than a record that may be sent, and a piece.
#[derive(Debug, Default)]
pub struct Feeder {
    buffer: Vec<u8>,
    /// How many bytes of the source came before the buffer.
    before: u64,
}

impl Feeder {
    /// Takes a piece and hands on every record that ends in it, until one is not wanted any
    /// more; `is_end` says that the source ends with it. Returns whether all were wanted.
    pub fn feed(
        &mut self,
        reader: &mut dyn Reader,
        piece: &[u8],
        is_end: bool,
        mut each: impl FnMut(Fed) -> bool,
    ) -> bool {
        self.buffer.extend_from_slice(piece);
        let mut at = 0;
        let mut wanted = true;
        loop {
            let is_empty = self.before == 0 && self.buffer.is_empty();
            let is_left = at < self.buffer.len() || (is_end && reader.has_more(is_empty));
            if !wanted || !is_left {
                break;
            }
            let (used, fed) = match reader.next(&self.buffer[at..], is_end) {
                Next::More if is_end => {
                    let what = "the input ends within a record".to_owned();
                    (0, Some(Fed::Bad { byte: self.before + self.buffer.len() as u64, what }))
                }
                Next::More => break,
                Next::Nothing { used } => (used, None),
                Next::Record { used, record } => (used, Some(Fed::Record(record))),
                Next::TooLong { used, bytes } => (used, Some(Fed::TooLong(bytes))),
                Next::Bad { at: place, what } => {
                    (0, Some(Fed::Bad { byte: self.before + (at + place) as u64, what }))
                }
            };
            let is_bad = matches!(fed, Some(Fed::Bad { .. }));
            wanted = fed.is_none_or(&mut each) && !is_bad;
            at += used;
            if is_empty {
                break;
            }
        }
        self.before += at as u64;
        self.buffer.drain(..at);
        if is_end {
            self.buffer.clear();
            self.before = 0;
            reader.restart();
        }
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        CsvReader, Formats, JsonReader, LineShape, LinesReader, Template, TemplateReader,
        WholeReader,
    };
    use super::*;

    /// Every kind of reader; those that can go on after a record that is too long meet some.
    fn readers() -> Vec<Box<dyn Reader>> {
        let [json, int] = ["json", "int"].map(|name| name.parse().unwrap());
        let formats = Formats::of(Some(&int), Some(&json), None);
        let shape = LineShape { separator: Some(b":".to_vec()), ..LineShape::default() };
        let template = |text| {
            let template = Template::parse(text).unwrap();
            Box::new(TemplateReader::new(template, None, 10_000).unwrap()) as Box<dyn Reader>
        };
        vec![
            Box::new(LinesReader::new(b"\n", LineShape::default(), Formats::default(), 40)),
            Box::new(LinesReader::new(b"ab", shape.clone(), formats.clone(), 40)),
            Box::new(WholeReader::new(shape, Formats::default(), 40)),
            Box::new(JsonReader::new(Formats::default(), 10_000)),
            Box::new(JsonReader::new(formats, 10_000)),
            Box::new(CsvReader::new(b',', None, Formats::default(), 10_000)),
            template("%v\\n"),
            template("%V{big32}%v{hex}%K{little8}%k"),
            template("%H;%h{%K %V %k%v}%d{strftime[%F %T]} %v{json}\\n"),
            template("%h{json}%p %v{base64}|"),
        ]
    }

    #[test]
    fn no_bytes_make_a_reader_panic_or_hang_and_pieces_make_no_difference() {
        const WORDS: &[&[u8]] = &[
            b"{",
            b"}",
            b"\"",
            b"[",
            b"]",
            b",",
            b":",
            b"\\u",
            b"key",
            b"\"value\":",
            b"null",
            b"\n",
            b"ab",
            b"1 ",
            b"-",
            b"\0\0\0",
            b"\xff",
            b";",
            b"|",
            b"2023-11-14 22:13:20 ",
        ];
        let mut state = 1u64;
        let mut draw = |end: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % end
        };
        for round in 0..400 {
            let count = draw(40);
            let text: Vec<u8> =
                (0..count).flat_map(|_| WORDS[draw(WORDS.len())].to_vec()).collect();
            for at in 0..readers().len() {
                let mut seen = Vec::new();
                for step in [1, 7, 1000] {
                    let mut reader = readers().swap_remove(at);
                    let mut feeder = Feeder::default();
                    let mut fed = Vec::new();
                    let mut each = |one: Fed| {
                        fed.push(format!("{one:?}"));
                        true
                    };
                    let whole = text
                        .chunks(step)
                        .all(|piece| feeder.feed(reader.as_mut(), piece, false, &mut each));
                    if whole {
                        feeder.feed(reader.as_mut(), b"", true, &mut each);
                    }
                    seen.push(fed);
                }
                let [one, other, all]: [Vec<String>; 3] = seen.try_into().unwrap();
                assert!(one.len() <= text.len() + 1, "{round} {at}");
                assert_eq!(one, other, "{round} {at} {:?}", text.escape_ascii().to_string());
                assert_eq!(one, all, "{round} {at} {:?}", text.escape_ascii().to_string());
            }
        }
    }
}
