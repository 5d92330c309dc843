//! `--jq`: a jq expression, compiled once and run for every value, by jaq.

use std::fmt::Write as _;

use jaq_core::compile::Filter;
use jaq_core::data::JustLut;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Native, Vars, compile, unwrap_valr};
use jaq_json::{Val, read, write};

use super::reach::Members;
use crate::format::Record;

/// How deep arrays and objects may stand inside each other: reading them is recursive.
const DEPTH_MAX: usize = 256;

/// What an expression may know of a record beside its value.
const VARIABLES: [&str; 6] = ["$key", "$headers", "$topic", "$partition", "$offset", "$timestamp"];

/// An expression cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct BadJq {
    pub why: String,
}

/// An expression cannot be run on a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JqError {
    #[error("the value is not JSON: {0}")]
    NotJson(String),
    #[error("the value nests deeper than {DEPTH_MAX} levels")]
    TooDeep,
    #[error("jq: {0}")]
    Run(String),
}

/// A compiled expression. It stays on its thread.
pub struct Jq {
    filter: Filter<Native<JustLut<Val>>>,
    /// Whether it mentions one of the [`VARIABLES`].
    has_variables: bool,
    /// Whether it looks at values at all.
    needs_value: bool,
    /// Whether it only selects: what it yields is what came in.
    is_selection: bool,
    /// Which members of an object it looks at; none: it may look at all.
    members: Option<Members>,
}

impl Jq {
    /// Compiles expressions that are run one after the other, as with `|` between them.
    pub fn compile(expressions: &[String]) -> Result<Self, BadJq> {
        let code = match expressions {
            [one] => one.clone(),
            // The newlines end comments.
            all => all.iter().map(|one| format!("({one}\n)")).collect::<Vec<_>>().join(" | "),
        };
        // Each by itself: so that no parenthesis of one closes another's.
        if expressions.len() > 1 {
            for one in expressions {
                compiled(one)?;
            }
        }
        let is_selection = expressions.iter().all(|one| is_selection(one));
        Ok(Jq {
            filter: compiled(&code)?,
            has_variables: has_variables(&code),
            needs_value: expressions.iter().any(|one| !is_variable(one)),
            is_selection,
            members: Members::of(&code, is_selection),
        })
    }

    /// Says whether it may ask for headers.
    pub fn wants_headers(&self) -> bool {
        self.has_variables
    }

    /// Says whether what it yields is what came in, so that a record stays as it is.
    pub fn is_selection(&self) -> bool {
        self.is_selection
    }

    /// Runs it on a record's value and calls `each` with what it yields, for as long as it says
    /// so. A null value is null; an empty one has nothing in it, and yields nothing.
    ///
    /// # Errors
    ///
    /// A value that is not JSON, or one that the expression fails on. What was yielded before
    /// was handed over.
    pub fn run(&self, record: &Record, mut each: impl FnMut(&Val) -> bool) -> Result<(), JqError> {
        let input = match record.value {
            _ if !self.needs_value => Val::Null,
            None => Val::Null,
            Some(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => return Ok(()),
            Some(bytes) => match self.members.as_ref().and_then(|some| some.read(bytes)) {
                Some(members) => members,
                None => parse(bytes)?,
            },
        };
        let variables = match self.has_variables {
            true => Vars::new(variables(record)),
            false => Vars::new([]),
        };
        let context = Ctx::<JustLut<Val>>::new(&self.filter.lut, variables);
        for output in self.filter.id.run((context, input)).map(unwrap_valr) {
            match output {
                Ok(output) if each(&output) => {}
                Ok(_) => break,
                Err(error) => return Err(JqError::Run(error.to_string())),
            }
        }
        Ok(())
    }
}

/// Appends what an expression yielded: as JSON on one line, or, `raw`, a string without quotes.
pub fn put(out: &mut Vec<u8>, value: &Val, raw: bool) {
    match value {
        Val::TStr(text) | Val::BStr(text) if raw => out.extend_from_slice(text),
        // Writing into memory does not fail.
        value => drop(write::write(out, &write::Pp::default(), 0, value)),
    }
}

fn has_variables(code: &str) -> bool {
    VARIABLES.iter().any(|name| code.contains(name))
}

fn compiled(code: &str) -> Result<Filter<Native<JustLut<Val>>>, BadJq> {
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(defs)
        .load(&arena, File { code, path: () })
        .map_err(|errors| BadJq { why: loading(errors) })?;
    // Variables that nobody asks for would be made for every record.
    let variables: &[&str] = if has_variables(code) { &VARIABLES } else { &[] };
    let compiler = Compiler::default().with_funs(funs);
    let compiler = compiler.with_global_vars(variables.iter().copied());
    compiler.compile(modules).map_err(|errors| BadJq { why: undefined(errors) })
}

/// Puts into words why an expression cannot be read.
fn loading(errors: load::Errors<&str, ()>) -> String {
    let near = |wanted: &str, text: &str| match text.trim() {
        "" => format!("{wanted} is expected at the end"),
        text => format!("{wanted} is expected at `{}`", text.chars().take(20).collect::<String>()),
    };
    let first = errors.into_iter().next().map(|(_, error)| error);
    match first {
        Some(load::Error::Lex(all)) => all.first().map(|(wanted, text)| match wanted {
            load::lex::Expect::Delim(open) => near(&format!("what closes `{open}`"), text),
            wanted => near(&format!("a {}", wanted.as_str()), text),
        }),
        Some(load::Error::Parse(all)) => {
            all.first().map(|(wanted, text)| near(&format!("`{}`", wanted.as_str()), text))
        }
        Some(load::Error::Io(all)) => all.first().map(|(path, why)| format!("`{path}`: {why}")),
        None => None,
    }
    .unwrap_or_else(|| "it cannot be read".to_owned())
}

fn undefined(errors: compile::Errors<&str, ()>) -> String {
    let mut why = String::new();
    for (name, what) in errors.into_iter().flat_map(|(_, errors)| errors) {
        let separator = if why.is_empty() { "" } else { "; " };
        // Writing into a string does not fail.
        let _ = write!(why, "{separator}{} `{name}` is not known", what.as_str());
    }
    why
}

/// Reads one JSON value.
fn parse(bytes: &[u8]) -> Result<Val, JqError> {
    // Reading is recursive: a stranger's brackets must not use up the stack.
    let opening = bytes.iter().filter(|b| matches!(b, b'[' | b'{')).count();
    if opening > DEPTH_MAX && depth(bytes) > DEPTH_MAX {
        return Err(JqError::TooDeep);
    }
    read::parse_single(bytes).map_err(|error| JqError::NotJson(error.to_string()))
}

/// How deep brackets stand inside each other, outside of strings.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = bytes.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some(inner) = bytes.next().filter(|inner| **inner != b'"') {
                    if *inner == b'\\' {
                        bytes.next();
                    }
                }
            }
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The values of the [`VARIABLES`].
fn variables(record: &Record) -> [Val; 6] {
    let text = |bytes: &[u8]| Val::utf8_str(bytes.to_vec());
    let or_null = |bytes: Option<&[u8]>| bytes.map_or(Val::Null, text);
    // A name that comes twice has its last value, as in a JSON object.
    let headers = record.headers.iter().map(|(name, value)| (text(name), or_null(*value)));
    let number = |number: i64| isize::try_from(number).map_or(Val::Null, Val::from);
    [
        or_null(record.key),
        Val::obj(headers.collect()),
        text(record.topic.as_bytes()),
        number(record.partition.into()),
        number(record.offset),
        record.timestamp.map_or(Val::Null, |(ms, _)| number(ms)),
    ]
}

/// Says whether an expression is a variable or a member of one, `$headers.source`, so that it
/// makes no difference what the value is.
fn is_variable(expression: &str) -> bool {
    let mut parts = expression.trim().split('.');
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    parts.next().is_some_and(|name| VARIABLES.contains(&name)) && parts.all(is_word)
}

/// Says whether an expression is `select(...)` and nothing else. In doubt it is not.
fn is_selection(expression: &str) -> bool {
    let text = expression.trim();
    let Some(inner) = text.strip_prefix("select").map(str::trim_start) else { return false };
    // A comment or a string with an expression in it may hide parentheses.
    if inner.contains('#') || inner.contains("\\(") {
        return false;
    }
    let (mut depth, mut is_string) = (0_i32, false);
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if is_string => drop(chars.next()),
            '"' => is_string = !is_string,
            '(' if !is_string => depth += 1,
            ')' if !is_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return c == ')' && at + 1 == inner.len();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::TimestampType;

    fn run(expressions: &[&str], value: Option<&[u8]>) -> Result<Vec<String>, JqError> {
        let expressions: Vec<String> = expressions.iter().map(|one| (*one).to_owned()).collect();
        let jq = Jq::compile(&expressions).unwrap();
        let headers = [(&b"h"[..], Some(&b"v"[..]))];
        let record = Record {
            topic: "t",
            partition: 3,
            offset: 7,
            timestamp: Some((5, TimestampType::CreateTime)),
            key: Some(b"k"),
            value,
            headers: &headers,
            ..Record::default()
        };
        let mut all = Vec::new();
        jq.run(&record, |value| {
            let mut out = Vec::new();
            put(&mut out, value, false);
            all.push(String::from_utf8(out).unwrap());
            true
        })?;
        Ok(all)
    }

    #[test]
    fn expressions_yield_what_jq_yields() {
        let value = br#"{"a":{"b":[1,2.50,"x"]},"c":null,"d":12345678901234567890}"#;
        let rows: &[(&[&str], &[&str])] = &[
            (&["."], &[r#"{"a":{"b":[1,2.50,"x"]},"c":null,"d":12345678901234567890}"#]),
            (&[".a.b[]"], &["1", "2.50", "\"x\""]),
            (&[".c", "."], &["null"]),
            (&["select(.a.b[0] == 1)", ".d"], &["12345678901234567890"]),
            (&["select(.a.b[0] == 2)", ".d"], &[]),
            (&["[$topic, $partition, $offset, $timestamp]"], &[r#"["t",3,7,5]"#]),
            (&["$key + $headers.h"], &["\"kv\""]),
            (&["empty"], &[]),
            (&[". # all of it", ".c"], &["null"]),
        ];
        for (expressions, want) in rows {
            assert_eq!(run(expressions, Some(value)).unwrap(), *want, "{expressions:?}");
        }
        assert_eq!(run(&["."], None).unwrap(), ["null"]);
        assert_eq!(run(&["$headers.h"], Some(b"not json")).unwrap(), ["\"v\""]);
        assert!(run(&["$headers.h", "."], Some(b"not json")).is_err());
        assert_eq!(run(&["."], Some(b" ")).unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_passed_over_makes_no_difference() {
        let value = br#"{"a":{"b":[1,2]},"c":"x","d":[{"a":9}],"e":null}"#;
        for code in [
            ".a.b[1]",
            ".c, .nosuch, .e",
            "select(.c == \"x\") | .d[].a",
            "{c, x: .a.b}",
            "if .e then .c else .a end",
            ".a.b | add",
            "[.d[] | .a] | tojson",
            "\"\\(.c)-\\(.a.b)\"",
            ".c.d?",
            ".e // .c",
        ] {
            let jq = Jq::compile(&[code.to_owned()]).unwrap();
            assert!(jq.members.is_some(), "{code}");
            // Behind this, all is looked at.
            let whole = format!("[.] | .[0] | {code}");
            assert!(
                Jq::compile(std::slice::from_ref(&whole)).unwrap().members.is_none(),
                "{whole}"
            );
            assert_eq!(run(&[code], Some(value)), run(&[&whole], Some(value)), "{code}");
        }
        for text in [&b"[1]"[..], b"\"x\"", b"{\"a\":1} x", b"{", b"{\"x\":NaN,\"a\":1}"] {
            let [some, whole] =
                [&[".a"][..], &["[.] | .[0] | .a"]].map(|code| run(code, Some(text)));
            assert_eq!(some, whole, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn what_cannot_be_done_is_told() {
        assert!(matches!(run(&["."], Some(b"\xffno")), Err(JqError::NotJson(_))));
        assert!(matches!(run(&["."], Some(b"1 2")), Err(JqError::NotJson(_))));
        assert!(matches!(run(&[".a.b"], Some(b"{\"a\":1}")), Err(JqError::Run(_))));
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        assert_eq!(run(&["."], Some(&deep)), Err(JqError::TooDeep));
        let unclosed = vec![b'{'; 100_000];
        assert_eq!(run(&["."], Some(&unclosed)), Err(JqError::TooDeep));
        let wide = format!("[{}1]", "[],".repeat(10_000));
        assert_eq!(run(&["length"], Some(wide.as_bytes())).unwrap(), ["10001"]);
    }

    #[test]
    fn a_mistake_in_an_expression_says_where_it_is() {
        let why = |text: &str| match Jq::compile(&[text.to_owned(), ".".to_owned()]) {
            Err(BadJq { why }) => why,
            Ok(_) => panic!("{text}"),
        };
        for text in [".a |", "(", "nosuch", "$nosuch", "\"\\q\"", ".) | (.", "if", "{", "\"a\\(1"] {
            assert!(!why(text).is_empty(), "{text}");
        }
        assert_eq!(why("nosuch(1)"), "filter `nosuch` is not known");
    }

    #[test]
    fn a_selection_is_recognised_and_nothing_else() {
        let rows = [
            ("select(.a)", true),
            (" select( .a == \")\" ) ", true),
            ("select((.a))", true),
            ("select(.a) | .b", false),
            ("select(.a), select(.b)", false),
            ("selection(.a)", false),
            (".a", false),
            ("select(.a == \"\\(.b)\")", false),
            ("select(.a) # )", false),
            ("select(.a", false),
        ];
        for (text, want) in rows {
            assert_eq!(is_selection(text), want, "{text}");
        }
    }
}
