//! How much work a schema is: how many schemas it becomes when every reference is replaced by
//! what it refers to. Thirty definitions, each of which refers to the next one twice, are a
//! thousand million schemas; the check of one value would never end.
//!
//! A reference back into what is being replaced counts as one: checks remember what they found
//! out about a part of a value in recursive schemas.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

/// Members whose values are data, not schemas.
const DATA: &[&str] = &["enum", "const", "default", "examples", "required", "type", "$vocabulary"];

/// What there is to know before a schema is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weight {
    /// The schemas it becomes, or as many as were counted before giving up.
    pub(super) schemas: usize,
    /// Whether it refers to itself on some way.
    pub(super) is_recursive: bool,
}

/// Weighs a schema with the documents that it refers to.
pub(super) fn weigh(root: &Value, references: &BTreeMap<String, Value>) -> Weight {
    let mut scale = Scale {
        documents: std::iter::once(("", root))
            .chain(references.iter().map(|(name, document)| (name.as_str(), document)))
            .collect(),
        anchors: HashMap::new(),
        weights: HashMap::new(),
        is_recursive: false,
    };
    for document in 0..scale.documents.len() {
        let value = scale.documents[document].1;
        scale.find_anchors(document, value);
    }
    let schemas = scale.of(0, root, 0);
    Weight { schemas, is_recursive: scale.is_recursive }
}

/// A way through a schema that is longer than this is as bad as a wide one. The walk takes some
/// stack for each step.
const DEPTH_MAX: usize = 2_000;
const TOO_MUCH: usize = usize::MAX;

struct Scale<'a> {
    documents: Vec<(&'a str, &'a Value)>,
    /// Names within documents, and whole documents within documents by their ids.
    anchors: HashMap<(usize, &'a str), &'a Value>,
    /// What is known of a schema by its address: nothing while it is being weighed.
    weights: HashMap<*const Value, Option<usize>>,
    is_recursive: bool,
}

impl<'a> Scale<'a> {
    fn find_anchors(&mut self, document: usize, value: &'a Value) {
        match value {
            Value::Object(members) => {
                for name in ["$anchor", "$dynamicAnchor", "$id", "id"] {
                    if let Some(Value::String(anchor)) = members.get(name) {
                        let anchor = anchor.trim_start_matches('#');
                        self.anchors.entry((document, anchor)).or_insert(value);
                    }
                }
                members.values().for_each(|value| self.find_anchors(document, value));
            }
            Value::Array(values) => {
                values.iter().for_each(|value| self.find_anchors(document, value));
            }
            _ => {}
        }
    }

    /// The weight of everything within a value.
    fn of(&mut self, document: usize, value: &'a Value, depth: usize) -> usize {
        if depth > DEPTH_MAX {
            return TOO_MUCH;
        }
        let members = match value {
            Value::Object(members) => members,
            Value::Array(values) => {
                let mut sum = 0_usize;
                for value in values {
                    sum = sum.saturating_add(self.of(document, value, depth + 1));
                }
                return sum;
            }
            Value::Bool(_) => return 1,
            _ => return 0,
        };
        match self.weights.get(&std::ptr::from_ref(value)) {
            Some(Some(known)) => return *known,
            Some(None) => {
                self.is_recursive = true;
                return 1;
            }
            None => {}
        }
        self.weights.insert(value, None);
        let mut sum = 1_usize;
        for (name, value) in members {
            let weight = match (name.as_str(), value) {
                // What is only defined weighs nothing until it is referred to.
                ("definitions" | "$defs", Value::Object(_)) => 0,
                ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(reference)) => {
                    match self.resolve(document, reference) {
                        Some((document, value)) => self.of(document, value, depth + 1),
                        None => 1,
                    }
                }
                (name, _) if DATA.contains(&name) => 0,
                (_, value) => self.of(document, value, depth + 1),
            };
            sum = sum.saturating_add(weight);
        }
        self.weights.insert(value, Some(sum));
        sum
    }

    /// What a reference refers to, as far as it can be told without bases of URIs.
    fn resolve(&self, document: usize, reference: &str) -> Option<(usize, &'a Value)> {
        let (name, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let same_end =
            |known: &str| !known.is_empty() && (name.ends_with(known) || known.ends_with(name));
        let (document, root) = if name.is_empty() {
            (document, self.documents[document].1)
        } else if let Some(at) = self.documents.iter().position(|(known, _)| same_end(known)) {
            (at, self.documents[at].1)
        } else {
            let by_id = self.anchors.iter().find(|((_, id), _)| same_end(id))?;
            (by_id.0.0, *by_id.1)
        };
        if fragment.is_empty() {
            return Some((document, root));
        }
        let found = match fragment.starts_with('/') {
            true => root.pointer(&fragment.replace("%25", "%")),
            false => self.anchors.get(&(document, fragment)).copied(),
        };
        found.map(|value| (document, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(schema: &str, references: &[(&str, &str)]) -> (usize, bool) {
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let references =
            references.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect();
        let weight = weigh(&value(schema), &references);
        (weight.schemas, weight.is_recursive)
    }

    #[test]
    fn schemas_are_counted_as_often_as_they_are_referred_to() {
        let item = r##"{"properties":{"n":{"$ref":"#/definitions/n"}},"definitions":{"n":{}}}"##;
        for (schema, schemas, is_recursive) in [
            ("true", 1, false),
            ("{}", 1, false),
            (r#"{"enum":[{"a":{}}],"const":{},"type":["a"]}"#, 1, false),
            (r#"{"allOf":[{},{},true]}"#, 4, false),
            (r##"{"definitions":{"a":{}}}"##, 1, false),
            (r##"{"definitions":{"a":{}},"allOf":[{"$ref":"#/definitions/a"}]}"##, 3, false),
            (r##"{"$defs":{"x":{"$anchor":"a"}},"not":{"$ref":"#a"}}"##, 3, false),
            (r##"{"$ref":"#"}"##, 2, true),
            (r##"{"items":{"$ref":"#"}}"##, 3, true),
            (r##"{"items":{"$ref":"item.json"}}"##, 6, false),
            (r##"{"items":{"$ref":"http://x/item.json#/definitions/n"}}"##, 3, false),
            (r##"{"items":{"$ref":"gone.json"}}"##, 3, false),
        ] {
            let (counted, recursive) = weight(schema, &[("item.json", item)]);
            // The object of `properties` counts as one, too, which harms nothing.
            assert!(counted >= schemas && counted <= schemas + 2, "{schema}: {counted}");
            assert_eq!(recursive, is_recursive, "{schema}");
        }
    }

    #[test]
    fn doubling_and_long_ways_are_too_much() {
        for how in ["allOf", "anyOf", "items"] {
            let link = |i: usize| {
                let next = format!("{{\"$ref\":\"#/definitions/d{}\"}}", i + 1);
                format!("\"d{i}\":{{\"{how}\":[{next},{next}]}},")
            };
            let links: String = (0..100).map(link).collect();
            let schema = format!(
                "{{\"$ref\":\"#/definitions/d0\",\"definitions\":{{{links}\"d100\":{{}}}}}}"
            );
            assert_eq!(weight(&schema, &[]).0, TOO_MUCH);
        }
        let link = |i: usize| format!("\"d{i}\":{{\"$ref\":\"#/definitions/d{}\"}},", i + 1);
        let links: String = (0..5_000).map(link).collect();
        let schema =
            format!("{{\"$ref\":\"#/definitions/d0\",\"definitions\":{{{links}\"d5000\":{{}}}}}}");
        assert_eq!(weight(&schema, &[]).0, TOO_MUCH);
    }
}
