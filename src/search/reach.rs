//! Which members of a value a jq expression looks at: the others need not be made for it. In doubt
//! it looks at all of them.
//!
//! What is seen through: paths from `.`, whatever is computed of them, and `select`, which hands
//! the value itself on to what stands behind it.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse;
use jaq_core::load::parse::{BinaryOp, Pattern, Term};
use jaq_core::path::{Part, Path};
use jaq_json::{Map, Val, read};
use serde::de::{DeserializeSeed, Deserializer as _, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object that are made for an expression.
#[derive(Debug)]
pub(super) struct Members(Vec<(String, Val)>);

impl Members {
    /// Finds the members that an expression looks at; none: it may look at all. Where it is known
    /// to be a selection, what it yields is not looked at.
    pub(super) fn of(code: &str, is_selection: bool) -> Option<Self> {
        let term = parse(code, |parser| parser.term())?;
        let mut names = Vec::new();
        let yields_all = look(&term, &mut names)?;
        if yields_all && !is_selection {
            return None;
        }
        names.sort_unstable();
        names.dedup();
        let member = |name: &str| (name.to_owned(), Val::utf8_str(name.as_bytes().to_vec()));
        Some(Members(names.into_iter().map(member).collect()))
    }

    /// Reads these members of an object, and passes over the others. None: it is no object, or
    /// not one that every reader of JSON understands, and must be read as a whole.
    pub(super) fn read(&self, bytes: &[u8]) -> Option<Val> {
        let is_object = bytes.trim_ascii_start().first() == Some(&b'{');
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let object = is_object.then(|| json.deserialize_map(Read(&self.0)))?.ok()?;
        json.end().ok()?;
        Some(Val::obj(object))
    }
}

type Names<'a> = Vec<&'a str>;

/// Looks through what is run on the value itself, and says whether that value may come out of it
/// again. None: it looks at all of it.
fn look<'a>(term: &Term<&'a str>, names: &mut Names<'a>) -> Option<bool> {
    match term {
        Term::Id => Some(true),
        Term::Num(_) | Term::Var(_) | Term::Arr(None) => Some(false),
        Term::Str(_, parts) => {
            for part in parts {
                if let StrPart::Term(inner) = part {
                    look_inside(inner, names)?;
                }
            }
            Some(false)
        }
        Term::Arr(Some(inner)) | Term::Neg(inner) => look_inside(inner, names),
        Term::Obj(members) => look_at_members(members, names),
        Term::BinOp(left, operator, right) => look_at_both(left, operator, right, names),
        Term::TryCatch(inner, None) => look(inner, names),
        Term::IfThenElse(branches, last) => {
            let mut yields = last.is_none();
            for (condition, then) in branches {
                look(condition, names)?;
                yields |= look(then, names)?;
            }
            yields |= last.as_ref().map_or(Some(false), |last| look(last, names))?;
            Some(yields)
        }
        Term::Call("select", arguments) => match arguments.as_slice() {
            [condition] => look(condition, names).map(|_| true),
            _ => None,
        },
        // Of an object they only see that it is one.
        Term::Call("empty" | "true" | "false" | "null" | "not" | "now", arguments) => {
            arguments.is_empty().then_some(false)
        }
        Term::Path(from, path) => look_along(from, path, names),
        _ => None,
    }
}

/// The same where the value itself must not come out: somebody would see all of it.
fn look_inside<'a>(term: &Term<&'a str>, names: &mut Names<'a>) -> Option<bool> {
    (!look(term, names)?).then_some(false)
}

fn look_at_both<'a>(
    left: &Term<&'a str>,
    operator: &BinaryOp<&'a str>,
    right: &Term<&'a str>,
    names: &mut Names<'a>,
) -> Option<bool> {
    match operator {
        // What stands behind it is run on the value only if the value comes through.
        BinaryOp::Pipe(None) => match look(left, names)? {
            true => look(right, names),
            false => Some(false),
        },
        BinaryOp::Pipe(Some(Pattern::Var(_))) => {
            look_inside(left, names)?;
            look(right, names)
        }
        BinaryOp::Comma | BinaryOp::Alt => Some(look(left, names)? | look(right, names)?),
        BinaryOp::And | BinaryOp::Or => {
            look(left, names)?;
            look(right, names)?;
            Some(false)
        }
        BinaryOp::Math(_) | BinaryOp::Cmp(_) => {
            look_inside(left, names)?;
            look_inside(right, names)
        }
        _ => None,
    }
}

fn look_at_members<'a>(
    members: &[(Term<&'a str>, Option<Term<&'a str>>)],
    names: &mut Names<'a>,
) -> Option<bool> {
    for (key, value) in members {
        look_inside(key, names)?;
        match (value, key) {
            (Some(value), _) => drop(look_inside(value, names)?),
            // `{$key}` is the variable's, `{name}` the value's.
            (None, Term::Var(_)) => {}
            (None, key) => names.push(text(key)?),
        }
    }
    Some(false)
}

fn look_along<'a>(
    from: &Term<&'a str>,
    Path(parts): &Path<Term<&'a str>>,
    names: &mut Names<'a>,
) -> Option<bool> {
    for (part, _) in parts {
        // Indices are run on the value, wherever the path has come to.
        let indices = match part {
            Part::Index(index) => [Some(index), None],
            Part::Range(from, until) => [from.as_ref(), until.as_ref()],
        };
        for index in indices.into_iter().flatten() {
            look_inside(index, names)?;
        }
    }
    if look(from, names)? {
        let (Part::Index(index), _) = parts.first()? else { return None };
        names.push(text(index)?);
    }
    Some(false)
}

/// A string that is written as it is.
fn text<'a>(term: &Term<&'a str>) -> Option<&'a str> {
    match term {
        Term::Str(None, parts) => match parts.as_slice() {
            [StrPart::Str(text)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Reads an object, of which some members matter.
struct Read<'a>(&'a [(String, Val)]);

impl<'de> Visitor<'de> for Read<'_> {
    type Value = Map;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Map, A::Error> {
        let mut object = Map::default();
        while let Some(at) = all.next_key_seed(Which(self.0))? {
            match at {
                None => drop(all.next_value::<IgnoredAny>()?),
                Some(at) => {
                    let value: &RawValue = all.next_value()?;
                    let value = read::parse_single(value.get().as_bytes());
                    object.insert(self.0[at].1.clone(), value.map_err(A::Error::custom)?);
                }
            }
        }
        Ok(object)
    }
}

/// Finds a member's name among those that matter.
struct Which<'a>(&'a [(String, Val)]);

impl<'de> DeserializeSeed<'de> for Which<'_> {
    type Value = Option<usize>;

    fn deserialize<D: serde::Deserializer<'de>>(self, name: D) -> Result<Self::Value, D::Error> {
        name.deserialize_str(self)
    }
}

impl Visitor<'_> for Which<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|(wanted, _)| wanted == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(code: &str, is_selection: bool) -> Option<String> {
        let all = Members::of(code, is_selection)?.0;
        Some(all.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn what_an_expression_looks_at_is_found() {
        for (code, want) in [
            (".a", "a"),
            (".a.b[0].c", "a"),
            (".a?", "a"),
            (".[\"a b\"]", "a b"),
            (".a[.b]", "a b"),
            (".a[.b:.c]", "a b c"),
            ("[.a, .b | .c]", "a b"),
            ("{a, b: .c, \"d\", (.e): 1, $key}", "a c d e"),
            ("\"\\(.a) and \\(.b)\"", "a b"),
            ("@csv \"\\(.a)\"", "a"),
            ("if .a > 1 then .b elif .c then .d else \"x\" end", "a b c d"),
            (".a // .b", "a b"),
            ("-.a + 1", "a"),
            (".a as $x | .b + $x", "a b"),
            ("select(.a == 1) | .b", "a b"),
            ("(select(.a)).b", "a b"),
            ("select(.a) | select(.b) | .c | length", "a b c"),
            ("try .a", "a"),
            (".a | map(select(.b)) | .[0]", "a"),
            (".a | test(\"x\")", "a"),
            ("$key", ""),
            ("empty", ""),
            (".a, true", "a"),
        ] {
            assert_eq!(names(code, false).as_deref(), Some(want), "{code}");
        }
        for (code, want) in [
            ("select(.a)", "a"),
            ("select(.a.b > 1 and (.c | not))", "a c"),
            ("select(.a | test(\"x\"))", "a"),
            ("(select(.a)\n) | (select(.b)\n)", "a b"),
            ("select($offset > 5)", ""),
        ] {
            assert_eq!(names(code, true).as_deref(), Some(want), "{code}");
            assert_eq!(names(code, false), None, "{code}");
        }
    }

    #[test]
    fn in_doubt_it_looks_at_all() {
        for code in [
            ".",
            ".[]",
            "..",
            "keys",
            "length",
            ".[.a]",
            ".[0]",
            ".[1:]",
            "to_entries",
            "[.]",
            "{x: .}",
            ". as $x | $x.a",
            ". as {a: $x} | $x",
            ".a = 1",
            ".a |= 1",
            "del(.a)",
            "has(\"a\")",
            "\"\\(.)\"",
            ".a, .",
            "if .a then . else 1 end",
            "if .a then 1 end",
            "def select(f): .; select(.a)",
            "def f: .a; f",
            "reduce .a[] as $x (0; . + $x)",
            "path(.a)",
            "try error catch .",
            ". == {}",
            "-.",
            "tojson",
            "select(.a; .b)",
            ".[\"a\\u0062\"]",
            "(",
        ] {
            assert_eq!(names(code, false), None, "{code}");
        }
    }

    #[test]
    fn members_that_matter_are_read_and_others_passed_over() {
        let members = Members::of("[.a, .b]", false).unwrap();
        let shown = |text: &str| members.read(text.as_bytes()).map(|value| value.to_string());
        for (text, want) in [
            (r#"{"a":1.50,"x":[{"a":2}],"b":"\u00e4"}"#, r#"{"a":1.50,"b":"ä"}"#),
            (" {\n} ", "{}"),
            (r#"{"x":"a","\u0061":{"b":null}}"#, r#"{"a":{"b":null}}"#),
            // The last of a name, as ever.
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
        ] {
            assert_eq!(shown(text).as_deref(), Some(want), "{text}");
        }
        for text in ["[1]", "1", "", "{", r#"{"a":1}x"#, r#"{"a":}"#, r#"{"x":NaN}"#, r#"{"x":1,}"#]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
