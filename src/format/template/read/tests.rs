//! What a template prints it reads back, whatever the record; and what it says where it cannot.

use super::super::super::{Fed, Feeder, Record, TimestampType};
use super::*;

fn reader(text: &str) -> Result<TemplateReader, String> {
    let template = Template::parse(text).unwrap();
    TemplateReader::new(template, None, 1 << 20).map_err(|e| e.to_string())
}

/// Everything that comes out of a stream that comes in pieces: records, and a failure.
fn read(template: &str, text: &[u8], step: usize) -> (Vec<Read<'static>>, Option<(u64, String)>) {
    let mut reader = reader(template).unwrap();
    let (mut all, mut bad) = (Vec::new(), None);
    let mut feeder = Feeder::default();
    let mut each = |fed: Fed| {
        match fed {
            Fed::Record(read) => all.push(owned(read)),
            Fed::Bad { byte, what } => bad = Some((byte, what)),
            Fed::TooLong(_) => panic!("{fed:?}"),
        }
        true
    };
    let pieces = text.chunks(step.max(1));
    if pieces.into_iter().all(|piece| feeder.feed(&mut reader, piece, false, &mut each)) {
        feeder.feed(&mut reader, b"", true, &mut each);
    }
    (all, bad)
}

fn owned(read: Read) -> Read<'static> {
    let own = |bytes: Cow<[u8]>| Cow::Owned(bytes.into_owned());
    Read {
        key: read.key.map(own),
        value: read.value.map(own),
        headers: read.headers,
        partition: read.partition,
        timestamp: read.timestamp,
    }
}

fn pairs(all: &[Read]) -> Vec<(Option<String>, Option<String>)> {
    let text = |bytes: &Option<Cow<[u8]>>| {
        bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    all.iter().map(|read| (text(&read.key), text(&read.value))).collect()
}

#[test]
fn fields_end_at_what_follows_or_after_their_length() {
    type Pair = (Option<&'static str>, Option<&'static str>);
    let known: &[(&str, &[u8], &[Pair])] = &[
        ("%v\\n", b"a\n\nb", &[(None, Some("a")), (None, Some("")), (None, Some("b"))]),
        ("%k=%v\\n", b"a=b=c\n", &[(Some("a"), Some("b=c"))]),
        ("%V %v", b"3 a\nb-1 0 ", &[(None, Some("a\nb")), (None, None), (None, Some(""))]),
        ("%R%v", b"\0\0\0\x01a\xff\xff\xff\xff", &[(None, Some("a")), (None, None)]),
        ("%K{hex8}%V{big8}%k%v", b"01\x02abb", &[(Some("a"), Some("bb"))]),
        ("%V{big8}%v{hex}", b"\x02ff", &[]),
        (
            "%k{int} %v{json}\\n",
            b"7 {\"a b\": 1}\n",
            &[(Some("\0\0\0\u{7}"), Some("{\"a b\": 1}"))],
        ),
        ("%k{json} %v{int}\\n", b"\"a b\" \n", &[(Some("\"a b\""), None)]),
        ("%v--\\n", b"a-\n--\nb--\n", &[(None, Some("a-\n")), (None, Some("b"))]),
        ("[%v]", b"[a][b]", &[(None, Some("a")), (None, Some("b"))]),
    ];
    for (template, text, want) in known {
        for step in [1, 2, 100] {
            let (all, _) = read(template, text, step);
            let want: Vec<_> =
                (want.iter()).map(|(k, v)| (k.map(str::to_owned), v.map(str::to_owned))).collect();
            assert_eq!(pairs(&all), want, "{template} {step}");
        }
    }
}

#[test]
fn what_cannot_be_read_says_at_which_byte() {
    for (template, text, byte, told) in [
        (
            "%V{big32}%v",
            &b"\0\0\0\x01a\0\0\0\x05bc"[..],
            11,
            "the input ends within the value: 5 bytes are wanted where 2 remain",
        ),
        ("%V %v", b"x a", 0, "the value's length is no integer: ``"),
        ("%k=%v\\n", b"a=b\nc", 5, "the input ends within the key"),
        ("[%v]", b"[a](b]", 3, "`[` is wanted where `(` stands"),
        ("%v{int}\\n", b"1\nx\n", 3, "the value cannot be written as an int: `x` is no integer"),
        ("%d{rfc3339} %v\\n", b"today x\n", 0, "the timestamp cannot be read: `today`"),
        ("%p %v\\n", b"99999999999 x\n", 11, "99999999999 is no partition"),
        ("%H %h{%k=%v;}%v\\n", b"-1 x\n", 2, "-1 is no number of headers"),
        ("%h %v\\n", b"a b\n", 1, "the header `a` has no `=`"),
        ("%h{json} %v\\n", b"{\"a\" x\n", 7, "the input ends within the list of headers"),
    ] {
        for step in [1, 100] {
            let (_, bad) = read(template, text, step);
            assert_eq!(bad, Some((byte, told.to_owned())), "{template} {step}");
        }
    }
}

#[test]
fn templates_that_leave_an_end_open_are_refused() {
    for (template, told) in [
        ("%v", "nothing says where the value ends"),
        ("%k%v\\n", "nothing says where the key ends"),
        ("%p%v\\n", "nothing says where the partition ends"),
        ("%p0%v\\n", "the partition does not end where a digit follows it"),
        ("%o{hex}a%v\\n", "the offset does not end where a digit follows it"),
        ("%h{%k=%v;}%v\\n", "the list of headers has no number before it"),
        ("%H %h{%k=%v}%v\\n", "nothing says where a header's value ends"),
        ("%V %v{json}", "nothing says where the value ends"),
        ("%v %v\\n", "the value is in it twice"),
        ("%v %s\\n", "the value is in it twice"),
        ("%h %h{json} %v\\n", "the list of headers is in it twice"),
        ("%d{rfc3339}:%v\\n", "the timestamp does not end where `:` follows it"),
        ("%k\\n", "nothing in it is the value"),
    ] {
        let told_now = reader(template).err().unwrap_or_default();
        assert!(told_now.contains(told), "{template}: {told_now}");
    }
}

/// A generator of its own, so that a seed is all that a failure needs.
struct Seed(u64);

impl Seed {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}

/// What a field may hold so that its text ends where it should.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Anything,
    /// Not what the delimiters begin with.
    Plain,
    Json,
    Int,
}

/// A field in a random form: how it is written, what it may hold, and whether null comes back.
fn field(seed: &mut Seed, letter: char, length: char) -> (String, Holds, bool) {
    let sizes = ["", "{ascii}", "{hex}", "{big32}", "{little64}", "{hex32}"];
    let own = ["", "{bytes}", "{hex}", "{base64}"];
    match seed.below(5) {
        0 | 1 => {
            let size = *seed.pick(&sizes);
            let between = if ["", "{ascii}", "{hex}"].contains(&size) { ";" } else { "" };
            let form = *seed.pick(&own);
            (format!("%{length}{size}{between}%{letter}{form}"), Holds::Anything, true)
        }
        2 => (format!("%{letter}{}", seed.pick(&["{hex}", "{base64}"])), Holds::Anything, false),
        3 => match seed.below(2) {
            0 => (format!("%{letter}{{json}}"), Holds::Json, true),
            _ => (format!("%{letter}{{int}}"), Holds::Int, true),
        },
        _ => (format!("%{letter}"), Holds::Plain, false),
    }
}

fn content(seed: &mut Seed, holds: Holds) -> Vec<u8> {
    const JSON: &[&str] =
        &["{\"a;b\":[1,\"|\\n\"]}", "[]", "\"; |\"", "12.50", "true", "{\"}\":\"]\"}"];
    let length = seed.below(12);
    match holds {
        Holds::Anything => seed.bytes(length),
        Holds::Plain => {
            let mut bytes = seed.bytes(length);
            bytes.retain(|byte| !b";|=,\n\\~".contains(byte));
            bytes
        }
        Holds::Json => seed.pick(JSON).as_bytes().to_vec(),
        Holds::Int => seed.bytes(4),
    }
}

/// A part of records in a random form: what it may hold, and whether null comes back.
#[derive(Clone, Copy)]
struct Shape {
    holds: Holds,
    keeps_null: bool,
}

impl Shape {
    fn fill(self, seed: &mut Seed) -> Option<Vec<u8>> {
        let is_null = self.keeps_null && seed.below(4) == 0;
        (!is_null).then(|| content(seed, self.holds))
    }
}

/// A template, and what records may hold to come back through it.
struct Case {
    template: String,
    key: Option<Shape>,
    value: Shape,
    /// Which of [`HEADERS`] is in it.
    headers: Option<usize>,
    has_timestamp: bool,
    has_partition: bool,
}

/// How headers are written.
const HEADERS: [&str; 4] = ["%h{json}", "%H;%h{%K{big8}%V{big16}%k%v}", "%h", "%h[one]{hex}"];

/// Headers that come back through one of [`HEADERS`].
fn headers(seed: &mut Seed, form: usize) -> Vec<Header> {
    let any = |seed: &mut Seed| content(seed, Holds::Anything);
    let count = seed.below(4);
    let value = |seed: &mut Seed, holds| (seed.below(4) > 0).then(|| content(seed, holds));
    match form {
        0 => (0..count)
            .map(|i| (format!("h{i};|").into_bytes(), value(seed, Holds::Anything)))
            .collect(),
        1 => (0..count).map(|_| (any(seed), value(seed, Holds::Anything))).collect(),
        2 => {
            (0..count).map(|i| (format!("n{i}").into_bytes(), value(seed, Holds::Plain))).collect()
        }
        _ => vec![(b"one".to_vec(), Some([any(seed), vec![1]].concat()))],
    }
}

fn case(seed: &mut Seed) -> Case {
    let mut fields: Vec<String> = Vec::new();
    let mut part = |seed: &mut Seed, letter, length| {
        let (text, holds, keeps_null) = field(seed, letter, length);
        fields.push(text);
        Shape { holds, keeps_null }
    };
    let letter = *seed.pick(&['v', 's']);
    let value = part(seed, letter, 'V');
    let key = (seed.below(3) > 0).then(|| part(seed, 'k', 'K'));
    let headers = Some(seed.below(HEADERS.len() + 1)).filter(|form| *form < HEADERS.len());
    fields.extend(headers.map(|form| HEADERS[form].to_owned()));
    let times = ["%d", "%T", "%d{us}", "%d{big64}", "%d{rfc3339}", "%d{strftime[%F %T.%3f]}"];
    let has_timestamp = seed.below(2) == 0;
    if has_timestamp {
        fields.push((*seed.pick(&times)).to_owned());
    }
    let has_partition = seed.below(2) == 0;
    if has_partition {
        fields.push((*seed.pick(&["%p", "%p{hex8}", "%p{little16}"])).to_owned());
    }
    for other in ["%o", "%t", "%e", "%a{timestamp-type}"] {
        if seed.below(3) == 0 {
            fields.push(other.to_owned());
        }
    }
    for i in (1..fields.len()).rev() {
        fields.swap(i, seed.below(i + 1));
    }
    let delimiter = *seed.pick(&["|", ";|", "~~~", "\\n", "=|="]);
    let end = *seed.pick(&["\\n", "|\\n", "~;"]);
    Case {
        template: fields.join(delimiter) + end,
        key,
        value,
        headers,
        has_timestamp,
        has_partition,
    }
}

/// What is to come back of a record.
fn sample(seed: &mut Seed, case: &Case) -> Read<'static> {
    let times = [-1, 0, 1, 1_700_000_000_123, 253_402_000_000_999];
    Read {
        key: case.key.and_then(|shape| shape.fill(seed)).map(Cow::Owned),
        value: case.value.fill(seed).map(Cow::Owned),
        headers: case.headers.map(|form| headers(seed, form)).unwrap_or_default(),
        partition: case.has_partition.then_some(seed.below(100) as i32),
        timestamp: case.has_timestamp.then(|| *seed.pick(&times)),
    }
}

fn print(template: &Template, read: &Read, out: &mut Vec<u8>) {
    let headers: Vec<(&[u8], Option<&[u8]>)> =
        read.headers.iter().map(|(name, value)| (name.as_slice(), value.as_deref())).collect();
    let timestamp = read.timestamp.filter(|time| *time != -1);
    let record = Record {
        topic: "orders",
        partition: read.partition.unwrap_or(5),
        offset: 42,
        timestamp: timestamp.map(|time| (time, TimestampType::CreateTime)),
        key: read.key.as_deref(),
        value: read.value.as_deref(),
        headers: &headers,
        ..Record::default()
    };
    template.write(out, &record).unwrap();
}

/// How many random templates are tried, and how many random records go through each.
const TEMPLATES: u64 = 6_000;
const RECORDS: u64 = 4;

#[test]
fn what_a_template_prints_it_reads_back() {
    let (mut different, mut records) = (std::collections::HashSet::new(), 0);
    for number in 0..TEMPLATES {
        let mut seed = Seed(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
        let case = case(&mut seed);
        let template = Template::parse(&case.template).unwrap();
        let reader = TemplateReader::new(template.clone(), None, 1 << 20);
        assert!(reader.is_ok(), "{number}: {} {:?}", case.template, reader.err());
        let want: Vec<_> = (0..RECORDS).map(|_| sample(&mut seed, &case)).collect();
        let mut text = Vec::new();
        want.iter().for_each(|read| print(&template, read, &mut text));
        let (all, bad) = read(&case.template, &text, 1 + seed.below(40));
        let told = || format!("{number}: {} {:?}", case.template, String::from_utf8_lossy(&text));
        assert_eq!((&all, bad), (&want, None), "{}", told());
        records += all.len() as u64;
        different.insert(case.template);
    }
    // 24,000 records through almost as many templates as there were draws.
    assert_eq!(records, TEMPLATES * RECORDS);
    assert!(different.len() as u64 > TEMPLATES * 9 / 10, "{} templates", different.len());
}
