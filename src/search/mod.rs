//! Which records are wanted: conditions, regular expressions, jq. Pure.
//!
//! What costs least is asked first: partition, offset and time; then headers and key; then the
//! value's bytes; and only then is the value read as JSON.

mod jq;
mod reach;

use regex::bytes::Regex;

pub use jq::{BadJq, Jq, JqError, put};

use crate::base::clock::Millis;
use crate::codec::Part;
use crate::format::Record;
use crate::settings::search::{Condition, Field, Grep, Span, Wanted};

/// Everything that is asked of a record before its value is understood.
#[derive(Clone, Debug, Default)]
pub struct Sieve {
    conditions: Vec<Check>,
    /// Those that look at headers and keys come first.
    greps: Vec<Grep>,
    /// Those that look at what a format makes of bytes, in the same order.
    text_greps: Vec<Grep>,
    /// Patterns that must be found, and that are found in the bytes of many records if they are
    /// found in one of them.
    gates: Vec<Regex>,
}

/// Which parts of records are searched as the texts that their formats make of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsText {
    pub key: bool,
    pub value: bool,
    pub header: bool,
}

impl AsText {
    fn has(self, field: &Field) -> bool {
        match field {
            Field::Key => self.key,
            Field::Value => self.value,
            Field::Header(_) => self.header,
            Field::Any => self.key || self.value || self.header,
        }
    }
}

/// A condition with its times resolved.
#[derive(Clone, Debug)]
struct Check {
    negated: bool,
    field: Number,
    spans: Vec<Span<i64>>,
}

#[derive(Clone, Copy, Debug)]
enum Number {
    Partition,
    Offset,
    Time,
}

impl Sieve {
    /// Makes a sieve for a run that begins `now`, for records of bytes that are text or are
    /// searched as they are.
    pub fn new(conditions: &[Condition], greps: &[Grep], now: Millis) -> Self {
        Sieve::of_texts(conditions, greps, AsText::default(), now)
    }

    /// The same for records of which parts are searched as texts.
    pub fn of_texts(
        conditions: &[Condition],
        greps: &[Grep],
        as_text: AsText,
        now: Millis,
    ) -> Self {
        let check = |condition: &Condition| {
            let (field, spans) = match &condition.wanted {
                Wanted::Partition(spans) => (Number::Partition, spans.clone()),
                Wanted::Offset(spans) => (Number::Offset, spans.clone()),
                Wanted::Time(spans) => {
                    let of = |span: &Span<crate::settings::time::Time>| Span {
                        from: span.from.map(|time| time.millis(now)),
                        until: span.until.map(|time| time.millis(now)),
                    };
                    (Number::Time, spans.iter().map(of).collect())
                }
            };
            Check { negated: condition.negated, field, spans }
        };
        let mut greps = greps.to_vec();
        greps.sort_by_key(|grep| matches!(grep.field, Field::Value | Field::Any));
        let (text_greps, greps): (Vec<_>, Vec<_>) =
            greps.into_iter().partition(|grep| as_text.has(&grep.field));
        let gates = greps.iter().filter(|grep| !grep.negated && !looks_around(&grep.regex));
        let gates = gates.map(|grep| grep.regex.clone()).collect();
        let conditions = conditions.iter().map(check).collect();
        Sieve { conditions, greps, text_greps, gates }
    }

    /// The time before which no record can pass, if there is one.
    pub fn since(&self) -> Option<Millis> {
        let times = self.conditions.iter();
        let times = times.filter(|check| matches!(check.field, Number::Time) && !check.negated);
        let first = |check: &Check| check.spans.iter().map(|span| span.from).min().flatten();
        times.filter_map(first).max()
    }

    /// Says whether a record's headers are looked at.
    pub fn wants_headers(&self) -> bool {
        let mut all = self.greps.iter().chain(&self.text_greps);
        all.any(|grep| matches!(grep.field, Field::Header(_) | Field::Any))
    }

    /// Says whether records of a partition can pass at all.
    pub fn takes_partition(&self, partition: i32) -> bool {
        let mut all = self.conditions.iter();
        all.all(|check| !matches!(check.field, Number::Partition) || check.holds(partition.into()))
    }

    /// Says whether a record may pass that is among these bytes, with all that it has. Most
    /// batches have none that is searched for, and need not be taken apart.
    pub fn may_pass(&self, bytes: &[u8]) -> bool {
        self.gates.iter().all(|gate| gate.is_match(bytes))
    }

    /// Says whether a record passes that has passed before, by the texts that `decode` appends
    /// for its parts. It is asked for a value last, and for nothing that does not matter.
    pub fn passes_as_text<E>(
        &self,
        record: &Record,
        mut decode: impl FnMut(Part, &[u8], &mut Vec<u8>) -> Result<(), E>,
    ) -> Result<bool, E> {
        let mut finds = |regex: &Regex, part: Part, bytes: Option<&[u8]>| {
            let Some(bytes) = bytes else { return Ok(false) };
            let mut text = Vec::new();
            decode(part, bytes, &mut text).map(|()| regex.is_match(&text))
        };
        for Grep { field, negated, regex } in &self.text_greps {
            let mut is_found = false;
            if matches!(field, Field::Key | Field::Any) {
                is_found = finds(regex, Part::Key, record.key)?;
            }
            for (name, value) in record.headers {
                let is_wanted = match field {
                    Field::Header(wanted) => {
                        wanted.as_ref().is_none_or(|wanted| wanted.as_bytes() == *name)
                    }
                    field => *field == Field::Any,
                };
                if is_wanted && !is_found {
                    is_found = finds(regex, Part::Header(name), *value)?;
                }
            }
            if matches!(field, Field::Value | Field::Any) && !is_found {
                is_found = finds(regex, Part::Value, record.value)?;
            }
            if is_found == *negated {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Says whether a record passes, as far as its bytes tell.
    pub fn passes(&self, record: &Record) -> bool {
        let number = |field| match field {
            Number::Partition => i64::from(record.partition),
            Number::Offset => record.offset,
            Number::Time => record.timestamp.map_or(-1, |(ms, _)| ms),
        };
        self.conditions.iter().all(|check| check.holds(number(check.field)))
            && self.greps.iter().all(|grep| finds(&grep.field, &grep.regex, record) != grep.negated)
    }
}

impl Check {
    fn holds(&self, number: i64) -> bool {
        let is_in = |span: &Span<i64>| {
            span.from.is_none_or(|from| number >= from)
                && span.until.is_none_or(|until| number < until)
        };
        self.spans.iter().any(is_in) != self.negated
    }
}

/// Says whether a match depends on what stands before or after it.
fn looks_around(regex: &Regex) -> bool {
    let mut parser = regex_syntax::ParserBuilder::new().utf8(false).build();
    let parsed = parser.parse(regex.as_str());
    !parsed.is_ok_and(|parsed| parsed.properties().look_set().is_empty())
}

/// Says whether a pattern is found where it is looked for. In null nothing is found.
fn finds(field: &Field, regex: &Regex, record: &Record) -> bool {
    let in_bytes = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| regex.is_match(bytes));
    let in_headers = |wanted: Option<&str>| {
        let is = |name: &[u8]| wanted.is_none_or(|wanted| wanted.as_bytes() == name);
        record.headers.iter().any(|(name, value)| is(name) && in_bytes(*value))
    };
    match field {
        Field::Key => in_bytes(record.key),
        Field::Value => in_bytes(record.value),
        Field::Header(name) => in_headers(name.as_deref()),
        Field::Any => in_bytes(record.key) || in_bytes(record.value) || in_headers(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::TimestampType;
    use crate::settings::search::{condition, grep};

    const RECORD: Record = Record {
        topic: "t",
        partition: 3,
        offset: 10,
        timestamp: Some((5_000, TimestampType::CreateTime)),
        key: Some(b"ann"),
        value: Some(b"{\"a\":\xff 1}"),
        headers: &[(b"h", Some(b"one")), (b"h", None), (b"i", Some(b"two"))],
        leader_epoch: None,
        batch: None,
    };

    fn passes(greps: &[&str], conditions: &[&str], record: &Record) -> bool {
        let greps: Vec<_> = greps.iter().map(|text| grep(text).unwrap()).collect();
        let conditions: Vec<_> = conditions.iter().map(|text| condition(text).unwrap()).collect();
        Sieve::new(&conditions, &greps, 10_000).passes(record)
    }

    #[test]
    fn patterns_are_found_where_they_are_looked_for() {
        let rows: &[(&str, bool)] = &[
            ("\"a\"", true),
            ("ann", false),
            ("!ann", true),
            ("key=^ann$", true),
            ("!key=ann", false),
            ("header:h=one", true),
            ("header:i=one", false),
            ("header=two", true),
            ("header:x=.", false),
            ("any=ann", true),
            ("any=tw", true),
            (r"(?-u:\xff)", true),
        ];
        for (text, want) in rows {
            assert_eq!(passes(&[text], &[], &RECORD), *want, "{text}");
        }
        assert!(passes(&["key=ann", "a"], &[], &RECORD));
        assert!(!passes(&["key=ann", "b"], &[], &RECORD), "all must hold");
        let empty = Record { key: None, value: None, headers: &[], ..RECORD };
        assert!(!passes(&["any=.*"], &[], &empty), "in null nothing is found");
        assert!(passes(&["!any=.*"], &[], &empty));
    }

    #[test]
    fn bytes_without_a_match_have_no_record_with_one() {
        let known = [
            ("tea", b"xx tea yy".as_slice(), true),
            ("tea", b"xx coffee yy", false),
            ("key=t.a", b"xx tea yy", true),
            ("!tea", b"xx coffee yy", true),
            ("^tea", b"xx coffee yy", true),
            (r"\btea", b"xx coffee yy", true),
            ("(?m)tea$", b"xx coffee yy", true),
        ];
        for (text, bytes, want) in known {
            let sieve = Sieve::new(&[], &[grep(text).unwrap()], 0);
            assert_eq!(sieve.may_pass(bytes), want, "{text}");
        }
        let both = [grep("tea").unwrap(), grep("key=ann").unwrap()];
        assert!(!Sieve::new(&[], &both, 0).may_pass(b"tea for zoe"));
        assert!(Sieve::new(&[], &[], 0).may_pass(b""));
    }

    #[test]
    fn texts_are_asked_for_only_where_they_matter() {
        let as_text = AsText { value: true, ..AsText::default() };
        let rows: &[(&[&str], Result<bool, ()>, usize)] = &[
            (&["<"], Ok(true), 1),
            (&["ann"], Ok(false), 1),
            (&["!<"], Ok(false), 1),
            (&["any=ann"], Ok(true), 1),
            (&["any=two"], Ok(true), 3),
            (&["any=>"], Ok(true), 4),
            (&["header=one"], Ok(true), 0),
        ];
        for (greps, want, asked) in rows {
            let greps: Vec<_> = greps.iter().map(|text| grep(text).unwrap()).collect();
            let sieve = Sieve::of_texts(&[], &greps, as_text, 0);
            assert!(sieve.may_pass(b"one"), "{greps:?}");
            let mut count = 0;
            let found = sieve.passes_as_text(&RECORD, |part, bytes, out| {
                count += 1;
                out.extend_from_slice(if part == Part::Value { b"<text>" } else { bytes });
                Ok::<_, ()>(())
            });
            assert_eq!(found, *want, "{greps:?}");
            assert_eq!(count, *asked, "{greps:?}");
        }
        let sieve = Sieve::of_texts(&[], &[grep("x").unwrap()], as_text, 0);
        assert_eq!(sieve.passes_as_text(&RECORD, |_, _, _| Err(())), Err(()));
        let null = Record { value: None, ..RECORD };
        assert_eq!(sieve.passes_as_text(&null, |_, _, _| Err(())), Ok(false));
    }

    #[test]
    fn reading_may_begin_with_the_first_time_that_is_wanted() {
        let since = |texts: &[&str]| {
            let all: Vec<_> = texts.iter().map(|text| condition(text).unwrap()).collect();
            Sieve::new(&all, &[], 10_000).since()
        };
        assert_eq!(since(&[]), None);
        assert_eq!(since(&["time=@-5s"]), Some(5_000));
        assert_eq!(since(&["time=@-5s:@-1s,@-3s"]), Some(5_000));
        assert_eq!(since(&["time=@-5s:@-1s,:@-8s"]), None);
        assert_eq!(since(&["time=@-5s", "time=@-2s", "offset=4"]), Some(8_000));
        assert_eq!(since(&["!time=@-5s"]), None);
    }

    #[test]
    fn conditions_hold_or_do_not() {
        let rows = [
            ("partition=3", true),
            ("partition=0,2", false),
            ("!partition=3", false),
            ("partition=0,2:4", true),
            ("offset=10:11", true),
            ("offset=:10", false),
            ("offset=11:", false),
            ("time=@-5s", true),
            ("time=@-4s", false),
            ("time=:@-5s", false),
            ("!time=:@-5s", true),
        ];
        for (text, want) in rows {
            assert_eq!(passes(&[], &[text], &RECORD), want, "{text}");
        }
        let sieve = |text| Sieve::new(&[condition(text).unwrap()], &[], 0);
        assert!(
            sieve("partition=3").takes_partition(3) && !sieve("partition=3").takes_partition(4)
        );
        assert!(sieve("offset=3").takes_partition(4));
    }
}
