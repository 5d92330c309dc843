//! Invented records: a template in which `{{…}}` is something random, and the same seed gives the
//! same records.
//!
//! | placeholder | is |
//! |---|---|
//! | `{{seq}}` `{{seq 1000}}` | the record's number, from 0 or from there on |
//! | `{{int A B}}` `{{float A B}}` | a number from A to B |
//! | `{{bool}}` | true or false |
//! | `{{pick a b c}}` | one of the words |
//! | `{{word}}` `{{name}}` | a word, a first name |
//! | `{{alpha N}}` `{{digits N}}` `{{hex N}}` | so many letters, digits, hexadecimal digits |
//! | `{{bytes N}}` | so many bytes of any value |
//! | `{{uuid}}` | a UUID of version 4 |
//! | `{{now}}` `{{time}}` | the time in milliseconds, and in RFC 3339 |

use super::number::write_number;

/// A template cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadGenerator {
    #[error("`{{{{` has no `}}}}`")]
    Open,
    #[error(
        "`{{{{{0}}}}}` is no placeholder: there are seq, int A B, float A B, bool, pick …, word, \
         name, alpha N, digits N, hex N, bytes N, uuid, now and time"
    )]
    Unknown(String),
    #[error("`{{{{{0}}}}}` wants {1}")]
    Words(String, &'static str),
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Literal(Vec<u8>),
    Seq(i64),
    Int(i64, i64),
    Float(f64, f64),
    Bool,
    Pick(Vec<String>),
    Word,
    Name,
    Of(&'static [u8], usize),
    Bytes(usize),
    Uuid,
    Now,
    Time,
}

const WORDS: &[&str] = &[
    "amber", "basil", "cedar", "delta", "ember", "fjord", "grove", "haven", "indigo", "juniper",
    "karma", "lotus", "maple", "nectar", "ocean", "pebble", "quartz", "river", "saffron", "timber",
    "umber", "velvet", "willow", "zephyr",
];
const NAMES: &[&str] = &[
    "Ada", "Ben", "Cleo", "Dina", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jana", "Kofi", "Lena",
    "Milo", "Nora", "Omar", "Pia", "Quinn", "Rosa", "Sami", "Tess", "Uma", "Vera", "Wim", "Zoe",
];
/// The longest text that a placeholder makes: no record is larger.
const LENGTH_MAX: usize = 100_000_000;

/// Makes texts of a template.
#[derive(Clone, Debug)]
pub struct Generator {
    pieces: Vec<Piece>,
    state: u64,
}

impl Generator {
    /// Reads a template. Texts of the same template and seed are the same.
    pub fn parse(text: &str, seed: u64) -> Result<Self, BadGenerator> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            if !before.is_empty() {
                pieces.push(Piece::Literal(before.as_bytes().to_vec()));
            }
            let (inner, after) = after.split_once("}}").ok_or(BadGenerator::Open)?;
            pieces.push(piece(inner.trim())?);
            rest = after;
        }
        if !rest.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Literal(rest.as_bytes().to_vec()));
        }
        // The template is part of the seed, so that key and value do not go in step.
        let state = text.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Ok(Generator { pieces, state })
    }

    /// Appends the text of the record with this number, at this time.
    pub fn write(&mut self, number: u64, now_ms: i64, out: &mut Vec<u8>) {
        let Generator { pieces, state } = self;
        for piece in pieces.iter() {
            let show = |out: &mut Vec<u8>, text: String| out.extend_from_slice(text.as_bytes());
            match piece {
                Piece::Literal(bytes) => out.extend_from_slice(bytes),
                Piece::Seq(from) => write_number(out, from.saturating_add(number as i64)),
                Piece::Int(least, most) => {
                    let span = (i128::from(*most) - i128::from(*least) + 1) as u128;
                    let drawn = u128::from(draw(state)) % span;
                    write_number(out, (i128::from(*least) + drawn as i128) as i64);
                }
                Piece::Float(least, most) => {
                    let part = (draw(state) >> 11) as f64 / (1u64 << 53) as f64;
                    show(out, format!("{:.2}", least + part * (most - least)));
                }
                Piece::Bool => {
                    out.extend_from_slice(if draw(state) & 1 == 0 { b"false" } else { b"true" });
                }
                Piece::Pick(words) => {
                    let at = draw(state) as usize % words.len();
                    out.extend_from_slice(words[at].as_bytes());
                }
                Piece::Word => out.extend_from_slice(pick(state, WORDS).as_bytes()),
                Piece::Name => out.extend_from_slice(pick(state, NAMES).as_bytes()),
                Piece::Of(letters, count) => {
                    let one = |_| letters[draw(state) as usize % letters.len()];
                    out.extend((0..*count).map(one));
                }
                Piece::Bytes(count) => out.extend((0..*count).map(|_| draw(state) as u8)),
                Piece::Uuid => {
                    let (a, b) = (draw(state), draw(state));
                    let (a, b) = (a & !0xf000 | 0x4000, b & !(3 << 62) | 2 << 62);
                    let (third, second) = (a & 0xffff, a >> 16 & 0xffff);
                    let text = format!("{:08x}-{second:04x}-{third:04x}", a >> 32);
                    show(out, format!("{text}-{:04x}-{:012x}", b >> 48, b & 0xffff_ffff_ffff));
                }
                Piece::Now => write_number(out, now_ms),
                Piece::Time => {
                    let time = jiff::Timestamp::from_millisecond(now_ms);
                    show(out, time.map_or_else(|_| now_ms.to_string(), |t| format!("{t:.3}")));
                }
            }
        }
    }
}

fn piece(inner: &str) -> Result<Piece, BadGenerator> {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
    let words: Vec<&str> = inner.split_whitespace().collect();
    let wants = |what| Err(BadGenerator::Words(inner.to_owned(), what));
    let two = || match words[1..] {
        [a, b] => Some((a, b)),
        _ => None,
    };
    let count = || match words[1..] {
        [n] => n.parse::<usize>().ok().filter(|n| (1..=LENGTH_MAX).contains(n)),
        _ => None,
    };
    let alone = |piece: Piece| match words.len() {
        1 => Ok(piece),
        _ => wants("nothing more"),
    };
    let of = |letters: &'static [u8]| match count() {
        Some(count) => Ok(Piece::Of(letters, count)),
        None => wants("a length"),
    };
    match words.first().copied().unwrap_or_default() {
        "seq" => match words[1..] {
            [] => Ok(Piece::Seq(0)),
            [from] => from.parse().map(Piece::Seq).or_else(|_| wants("a number")),
            _ => wants("one number"),
        },
        "int" => match two().map(|(a, b)| (a.parse(), b.parse())) {
            Some((Ok(least), Ok(most))) if least <= most => Ok(Piece::Int(least, most)),
            _ => wants("the least and the greatest number"),
        },
        "float" => match two().map(|(a, b)| (a.parse::<f64>(), b.parse::<f64>())) {
            Some((Ok(least), Ok(most))) if least <= most && (most - least).is_finite() => {
                Ok(Piece::Float(least, most))
            }
            _ => wants("the least and the greatest number"),
        },
        "pick" if words.len() > 1 => {
            Ok(Piece::Pick(words[1..].iter().map(|word| (*word).to_owned()).collect()))
        }
        "pick" => wants("words"),
        "bytes" => count().map_or_else(|| wants("a length"), |count| Ok(Piece::Bytes(count))),
        "alpha" => of(LETTERS),
        "digits" => of(b"0123456789"),
        "hex" => of(b"0123456789abcdef"),
        "bool" => alone(Piece::Bool),
        "word" => alone(Piece::Word),
        "name" => alone(Piece::Name),
        "uuid" => alone(Piece::Uuid),
        "now" => alone(Piece::Now),
        "time" => alone(Piece::Time),
        _ => Err(BadGenerator::Unknown(inner.to_owned())),
    }
}

/// The next random number: splitmix64.
fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn pick(state: &mut u64, words: &'static [&'static str]) -> &'static str {
    words[draw(state) as usize % words.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(template: &str, seed: u64, count: u64) -> Vec<String> {
        let mut generator = Generator::parse(template, seed).unwrap();
        let one = |number| {
            let mut out = Vec::new();
            generator.write(number, 1_700_000_000_123, &mut out);
            String::from_utf8_lossy(&out).into_owned()
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn placeholders_are_filled() {
        assert_eq!(texts("{{seq}}-{{seq 10}}", 1, 3), ["0-10", "1-11", "2-12"]);
        assert_eq!(texts("plain {x} }}", 1, 1), ["plain {x} }}"]);
        assert_eq!(texts("", 1, 1), [""]);
        assert_eq!(texts("{{now}} {{time}}", 1, 1), ["1700000000123 2023-11-14T22:13:20.123Z"]);
        let seen: std::collections::BTreeSet<_> =
            texts("{{int -1 1}}", 3, 200).into_iter().collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["-1", "0", "1"]);
        for text in texts("{{float 1 2}}", 4, 100) {
            assert!((1.0..=2.0).contains(&text.parse::<f64>().unwrap()), "{text}");
        }
        for (template, shape) in [
            ("{{uuid}}", "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
            ("{{hex 5}}{{digits 2}}{{alpha 3}}", "^[0-9a-f]{5}[0-9]{2}[a-z]{3}$"),
            ("{{bool}}", "^(true|false)$"),
            ("{{pick a b}}", "^[ab]$"),
            ("{{name}} {{word}}", "^[A-Z][a-z]+ [a-z]+$"),
            ("{{int -9223372036854775808 9223372036854775807}}", "^-?[0-9]+$"),
        ] {
            let shape = regex::Regex::new(shape).unwrap();
            for text in texts(template, 5, 100) {
                assert!(shape.is_match(&text), "{template} {text}");
            }
        }
    }

    #[test]
    fn a_seed_gives_the_same_records_and_another_gives_others() {
        let template = "{{int 0 1000000}} {{uuid}}";
        assert_eq!(texts(template, 7, 20), texts(template, 7, 20));
        assert_ne!(texts(template, 7, 20), texts(template, 8, 20));
    }

    #[test]
    fn what_is_no_placeholder_is_refused() {
        for template in [
            "{{",
            "{{x}}",
            "{{}}",
            "{{int 2 1}}",
            "{{int 1}}",
            "{{float a b}}",
            "{{pick}}",
            "{{hex}}",
            "{{hex -1}}",
            "{{bytes 0}}",
            "{{uuid 1}}",
            "{{seq x}}",
            "{{float 0 inf}}",
        ] {
            assert!(Generator::parse(template, 0).is_err(), "{template}");
        }
        let told = Generator::parse("{{x}}", 0).unwrap_err().to_string();
        assert!(told.starts_with("`{{x}}` is no placeholder: there are seq"), "{told}");
    }
}
