//! JSON Schema: payloads that are JSON text, checked.
//!
//! The text itself is left as it was written, but for the blanks between its tokens: members
//! keep their order and numbers their digits. Schemas say by `$schema` which draft they are, 4 to
//! 2020-12; those that say nothing, or something unknown, are draft 7, as Schema Registry takes
//! them. `format` is an annotation and refuses nothing, as in Confluent's Python client.
//!
//! A `$ref` to another document finds it among the references by its name; nothing is ever
//! fetched. Against a schema made to take for ever there are bounds: the backtracking of one
//! pattern on one text, and how many schemas a schema may become (see [`weigh`]).

mod weigh;

use std::collections::BTreeMap;

use jsonschema::{Draft, PatternOptions, Retrieve, Uri, ValidationError, Validator};
use serde_json::Value;

use super::json::check;

/// How long all texts of a schema may be together.
const TEXTS_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How many steps back a pattern may take on one text. Patterns without look-around and
/// back-references take none.
const BACKTRACKS_MAX: usize = 50_000;

/// How many schemas a schema may become when its references are replaced by what they refer to.
const SCHEMAS_MAX: usize = 50_000;

/// How many places may have to be looked at to find out where a value is wrong. By a recursive
/// schema every level of the value multiplies them.
const SEARCHED_MAX: usize = 1_000_000;

/// How much of an error is told; it may quote the whole value.
const TOLD_CHARS_MAX: usize = 300;

/// A schema cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadJsonSchema {
    #[error("the schema has {bytes} bytes with its references, more than {TEXTS_BYTES_MAX}")]
    Big { bytes: usize },
    #[error("the schema is no JSON: {why}")]
    Json { why: String },
    #[error("the reference `{name}` is no JSON: {why}")]
    Reference { name: String, why: String },
    #[error(
        "the schema is more than {SCHEMAS_MAX} schemas when its references are replaced by what \
         they refer to"
    )]
    Heavy,
    #[error("{why}")]
    Schema { why: String },
}

/// A schema, compiled.
#[derive(Debug)]
pub struct JsonSchema {
    validator: Validator,
    title: Option<String>,
    schemas: usize,
    is_recursive: bool,
}

impl JsonSchema {
    /// Compiles a schema and the documents that it refers to, by the names it calls them.
    pub fn of_texts(
        text: &str,
        references: &BTreeMap<String, String>,
    ) -> Result<Self, BadJsonSchema> {
        let bytes = references.values().map(String::len).sum::<usize>() + text.len();
        if bytes > TEXTS_BYTES_MAX {
            return Err(BadJsonSchema::Big { bytes });
        }
        let schema = serde_json::from_str::<Value>(text);
        let mut schema = schema.map_err(|e| BadJsonSchema::Json { why: e.to_string() })?;
        let title = schema.get("title").and_then(Value::as_str).map(str::to_owned);
        let mut documents = BTreeMap::new();
        for (name, text) in references {
            let document = serde_json::from_str::<Value>(text);
            let wrong = |e: serde_json::Error| BadJsonSchema::Reference {
                name: name.clone(),
                why: e.to_string(),
            };
            documents.insert(name.clone(), document.map_err(wrong)?);
        }
        let is_draft = |uri: &str| DRAFTS.contains(&uri.trim_end_matches('#'));
        let says = schema.get("$schema").and_then(Value::as_str).is_some_and(is_draft);
        let weight = weigh::weigh(&schema, &documents);
        if weight.schemas > SCHEMAS_MAX {
            return Err(BadJsonSchema::Heavy);
        }
        let mut options = jsonschema::options()
            .with_retriever(References(documents))
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACKS_MAX))
            .should_validate_formats(false);
        if !says {
            if let Value::Object(members) = &mut schema {
                members.shift_remove("$schema");
            }
            options = options.with_draft(Draft::Draft7);
        }
        let told = |e: ValidationError| BadJsonSchema::Schema { why: told(&e) };
        let validator = options.build(&schema).map_err(told)?;
        let weigh::Weight { schemas, is_recursive } = weight;
        Ok(JsonSchema { validator, title, schemas, is_recursive })
    }

    /// The `title`: what `RecordNameStrategy` names a subject by.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Checks one JSON value in UTF-8, and says what is wrong with it and where.
    pub fn check(&self, json: &[u8]) -> Result<(), String> {
        check(json)?;
        let value = serde_json::from_slice::<Value>(json).map_err(|e| e.to_string())?;
        if self.validator.is_valid(&value) {
            return Ok(());
        }
        let depth = u32::try_from(depth(&value)).unwrap_or(u32::MAX);
        if self.is_recursive && self.schemas.saturating_pow(depth) > SEARCHED_MAX {
            return Err("it does not match the schema, somewhere deep in it".to_owned());
        }
        match self.validator.validate(&value) {
            Ok(()) => Err("it does not match the schema".to_owned()),
            Err(wrong) => Err(told(&wrong)),
        }
    }
}

/// How deep lists and objects stand in each other. The parser has bounded it.
fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(values) => values.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        _ => return 0,
    };
    1 + deepest.unwrap_or(0)
}

/// The drafts there are.
const DRAFTS: &[&str] = &[
    "http://json-schema.org/draft-04/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

/// The place is a JSON pointer.
fn told(wrong: &ValidationError) -> String {
    let mut why: String = wrong.to_string();
    if let Some((end, _)) = why.char_indices().nth(TOLD_CHARS_MAX) {
        why.truncate(end);
        why.push('…');
    }
    match wrong.instance_path().as_str() {
        "" => why,
        path => format!("at {}: {why}", path.escape_debug()),
    }
}

/// What a schema refers to, by name: the whole URI or its end.
struct References(BTreeMap<String, Value>);

impl Retrieve for References {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let uri = uri.as_str();
        let is_named = |name: &str| {
            uri == name || uri.strip_suffix(name).is_some_and(|start| start.ends_with('/'))
        };
        let found = self.0.iter().find(|(name, _)| is_named(name));
        let uri = uri.strip_prefix("json-schema:///").unwrap_or(uri);
        found.map(|(_, document)| document.clone()).ok_or_else(|| {
            format!("it refers to `{}`, which is not given", uri.escape_debug()).into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(text: &str, references: &[(&str, &str)]) -> Result<JsonSchema, BadJsonSchema> {
        let owned = references.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned()));
        JsonSchema::of_texts(text, &owned.collect())
    }

    fn wrong(schema: &str, json: &str) -> String {
        compiled(schema, &[]).unwrap().check(json.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_schema_knows_its_title() {
        let schema = compiled(r#"{"type":"object","title":"T"}"#, &[]).unwrap();
        assert_eq!(schema.title(), Some("T"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let schema = r#"{"properties":{"a":{"items":{"type":"integer"}}},"required":["b"]}"#;
        assert_eq!(
            wrong(schema, r#"{"b":1,"a":[1,"x"]}"#),
            r#"at /a/1: "x" is not of type "integer""#
        );
        assert_eq!(wrong(schema, "{}"), r#""b" is a required property"#);
        assert!(wrong(schema, "{").contains("EOF"));
        assert!(wrong(schema, "\"\u{0}\"").contains("control character"));
        let long = format!("\"{}\"", "x".repeat(10_000));
        assert!(wrong(r#"{"type":"null"}"#, &long).chars().count() < 400);
        for (schema, told) in [
            ("{", "is no JSON"),
            (r#"{"type":"strin"}"#, "strin"),
            (r#"{"$ref":"gone.json"}"#, "gone.json"),
            (r#"{"$ref":"http://example.com/gone.json"}"#, "http://example.com/gone.json"),
            (r#"{"$ref":"file:///etc/passwd"}"#, "file:///etc/passwd"),
            (r#"{"pattern":"("}"#, "("),
        ] {
            let bad = compiled(schema, &[]).unwrap_err().to_string();
            assert!(bad.contains(told), "{schema}: {bad}");
        }
    }

    /// Draft, schema, valid, invalid: what tells the drafts apart.
    #[test]
    fn every_draft_is_its_own() {
        for (draft, schema, valid, invalid) in [
            (
                "http://json-schema.org/draft-04/schema#",
                r#""maximum":5,"exclusiveMaximum":true"#,
                "4",
                "5",
            ),
            ("http://json-schema.org/draft-06/schema#", r#""exclusiveMaximum":5"#, "4", "5"),
            (
                "http://json-schema.org/draft-07/schema#",
                r#""if":{"const":1},"then":false"#,
                "2",
                "1",
            ),
            (
                "http://json-schema.org/draft-07/schema",
                r#""items":[{"type":"null"}],"additionalItems":false"#,
                "[null]",
                "[null,1]",
            ),
            (
                "https://json-schema.org/draft/2019-09/schema",
                r#""dependentRequired":{"a":["b"]}"#,
                "{}",
                r#"{"a":1}"#,
            ),
            (
                "https://json-schema.org/draft/2020-12/schema",
                r#""prefixItems":[{"type":"null"}],"items":false"#,
                "[null]",
                "[null,1]",
            ),
            // What says nothing, or something else, is draft 7.
            ("", r#""items":[{"type":"null"}],"additionalItems":false"#, "[null]", "[null,1]"),
            ("http://example.com/own", r#""if":{"const":1},"then":false"#, "2", "1"),
        ] {
            let says =
                if draft.is_empty() { String::new() } else { format!("\"$schema\":\"{draft}\",") };
            let schema = compiled(&format!("{{{says}{schema}}}"), &[]).unwrap();
            assert_eq!(schema.check(valid.as_bytes()), Ok(()), "{draft}");
            assert!(schema.check(invalid.as_bytes()).is_err(), "{draft}");
        }
        let schema = compiled(r#"{"format":"email"}"#, &[]).unwrap();
        assert_eq!(schema.check(b"\"no address\""), Ok(()));
    }

    #[test]
    fn references_are_found_by_their_names() {
        let item = r##"{"type":"object","properties":{"n":{"$ref":"#/definitions/n"}},
            "definitions":{"n":{"type":"integer"}}}"##;
        for (schema, name) in [
            (r#"{"properties":{"i":{"$ref":"item.json"}}}"#, "item.json"),
            (r#"{"properties":{"i":{"$ref":"dir/item.json"}}}"#, "dir/item.json"),
            (r#"{"properties":{"i":{"$ref":"http://x/item.json"}}}"#, "http://x/item.json"),
            (r#"{"$id":"http://x/y.json","properties":{"i":{"$ref":"item.json"}}}"#, "item.json"),
            (
                r#"{"$id":"http://x/y.json","properties":{"i":{"$ref":"item.json"}}}"#,
                "http://x/item.json",
            ),
            (
                r##"{"properties":{"i":{"properties":{"n":
                    {"$ref":"item.json#/definitions/n"}}}}}"##,
                "item.json",
            ),
        ] {
            let schema = compiled(schema, &[(name, item)]).unwrap();
            assert_eq!(schema.check(br#"{"i":{"n":1}}"#), Ok(()), "{name}");
            let bad = schema.check(br#"{"i":{"n":"x"}}"#).unwrap_err();
            assert_eq!(bad, r#"at /i/n: "x" is not of type "integer""#);
        }
        let bad = compiled("{}", &[("item.json", "{")]).unwrap_err();
        assert!(bad.to_string().starts_with("the reference `item.json` is no JSON"));
    }

    #[test]
    fn hostile_schemas_come_to_an_end() {
        let big = "x".repeat(TEXTS_BYTES_MAX + 1);
        assert!(matches!(compiled(&big, &[]), Err(BadJsonSchema::Big { .. })));
        let deep = format!("{}{}", "{\"not\":".repeat(100_000), "}".repeat(100_000));
        assert!(matches!(compiled(&deep, &[]), Err(BadJsonSchema::Json { .. })));

        // Patterns that look back and forth.
        let schema = compiled(r#"{"pattern":"^(?=x)(x+x+)+y$"}"#, &[]).unwrap();
        assert!(schema.check(format!("\"{}\"", "x".repeat(50_000)).as_bytes()).is_err());
        let schema = compiled(r#"{"pattern":"^(x+x+)+y$"}"#, &[]).unwrap();
        assert!(schema.check(format!("\"{}\"", "x".repeat(50_000)).as_bytes()).is_err());
        drop(compiled(r#"{"pattern":"((((a{1000}){1000}){1000}){1000})"}"#, &[]));

        // References in circles and in chains.
        let link = |i: usize| format!("\"d{i}\":{{\"$ref\":\"#/definitions/d{}\"}},", i + 1);
        let links: String = (0..5_000).map(link).collect();
        let chain = format!("\"definitions\":{{{links}\"d5000\":{{}}}}");
        let chain = format!("{{\"$ref\":\"#/definitions/d0\",{chain}}}");
        for schema in [
            r##"{"$ref":"#"}"##,
            r##"{"allOf":[{"$ref":"#"}]}"##,
            r##"{"not":{"$ref":"#"}}"##,
            r##"{"$schema":"https://json-schema.org/draft/2020-12/schema",
                "$dynamicRef":"#"}"##,
            r##"{"$ref":"#/definitions/a","definitions":{
                "a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}}"##,
            r##"{"additionalProperties":{"$ref":"#"},"items":{"$ref":"#"}}"##,
            &chain,
        ] {
            if let Ok(schema) = compiled(schema, &[]) {
                drop(schema.check(b"{\"a\":[[{\"b\":1}]]}"));
                drop(schema.check(("[".repeat(120) + &"]".repeat(120)).as_bytes()));
            }
        }
    }

    #[test]
    fn hostile_values_come_to_an_end() {
        // Doubled at each of thirty steps, and at each of a hundred levels of the value.
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let last = if keyword == "allOf" { "true" } else { "false" };
            let link = |i: usize| {
                let next = format!("{{\"$ref\":\"#/definitions/d{}\"}}", i + 1);
                format!("\"d{i}\":{{\"{keyword}\":[{next},{next}]}},")
            };
            let links: String = (0..30).map(link).collect();
            let links = format!("\"definitions\":{{{links}\"d30\":{last}}}");
            let bad = compiled(&format!("{{\"$ref\":\"#/definitions/d0\",{links}}}"), &[]);
            assert_eq!(bad.unwrap_err(), BadJsonSchema::Heavy);
        }
        let schema = compiled(
            r##"{"allOf":[{"items":{"$ref":"#"}},{"items":{"$ref":"#"}},{"minItems":1}]}"##,
            &[],
        )
        .unwrap();
        let bad = schema.check(("[".repeat(100) + &"]".repeat(100)).as_bytes());
        assert!(bad.unwrap_err().contains("somewhere"));

        // Values.
        let schema = compiled(r#"{"uniqueItems":true,"multipleOf":0.1}"#, &[]).unwrap();
        let many: Vec<_> = (0..20_000).map(|i| format!("[{i}]")).collect();
        assert_eq!(schema.check(format!("[{}]", many.join(",")).as_bytes()), Ok(()));
        assert!(schema.check("[".repeat(100_000).as_bytes()).is_err());
        assert!(schema.check(("[".repeat(1_000) + &"]".repeat(1_000)).as_bytes()).is_err());
        for number in ["1e308", "-1e308", "1e-300", "123456789012345678901234567890"] {
            drop(schema.check(number.as_bytes()));
        }
    }
}
