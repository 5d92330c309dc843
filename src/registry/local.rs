//! A schema that the user has, with what it refers to. Pure: whoever has files reads them.

use serde_json::Value;

use crate::codec::schema::{Schema, SchemaType};

/// A text, and the name by which others refer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub text: String,
}

impl Named {
    /// Names a schema as references name it: by its type's whole name for Avro, by its `$id` for
    /// JSON Schema, and else, as Protobuf's imports do, by its file.
    pub fn of(kind: SchemaType, file: &str, text: String) -> Self {
        let json = || serde_json::from_str::<Value>(&text).ok();
        let name = match kind {
            SchemaType::Avro => json().and_then(|json| {
                let name = json.get("name")?.as_str()?.to_owned();
                let namespace = json.get("namespace").and_then(Value::as_str);
                Some(match namespace.filter(|_| !name.contains('.')) {
                    Some(namespace) => format!("{namespace}.{name}"),
                    None => name,
                })
            }),
            SchemaType::Json => json().and_then(|json| {
                let id = json.get("$id").or_else(|| json.get("id"))?;
                id.as_str().map(str::to_owned)
            }),
            SchemaType::Protobuf => None,
        };
        Named { name: name.unwrap_or_else(|| file.to_owned()), text }
    }
}

/// A schema and the others that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    pub kind: SchemaType,
    pub text: String,
    pub others: Vec<Named>,
}

impl Local {
    /// The schema with all of them.
    pub fn schema(&self) -> Schema {
        let other = |other: &Named| (other.name.clone(), other.text.clone());
        let references = self.others.iter().map(other).collect();
        Schema { kind: self.kind, text: self.text.clone(), references }
    }

    /// Which of the others a text refers to itself.
    pub(super) fn referred_by(&self, text: &str) -> Vec<usize> {
        let is_referred = |other: &Named| {
            let name = other.name.as_str();
            let short = name.rsplit('.').next().unwrap_or(name);
            match self.kind {
                SchemaType::Avro => {
                    [name, short].iter().any(|name| text.contains(&format!("\"{name}\"")))
                }
                SchemaType::Protobuf => text.contains(&format!("\"{name}\"")),
                SchemaType::Json => {
                    let ends = ["\"", "#"].map(|end| format!("\"{name}{end}"));
                    ends.iter().any(|end| text.contains(end))
                }
            }
        };
        let others = self.others.iter().enumerate();
        others
            .filter(|(_, other)| other.text != text && is_referred(other))
            .map(|(at, _)| at)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_named_as_references_name_them() {
        for (kind, text, name) in [
            (SchemaType::Avro, r#"{"type":"record","name":"S","namespace":"n"}"#, "n.S"),
            (SchemaType::Avro, r#"{"type":"record","name":"m.S","namespace":"n"}"#, "m.S"),
            (SchemaType::Avro, "int", "file"),
            (SchemaType::Json, r#"{"$id":"http://x/s.json"}"#, "http://x/s.json"),
            (SchemaType::Json, "{}", "file"),
            (SchemaType::Protobuf, "syntax = \"proto3\";", "file"),
        ] {
            assert_eq!(Named::of(kind, "file", text.to_owned()).name, name);
        }
    }

    #[test]
    fn only_what_is_named_is_referred_to() {
        let named = |name: &str, text: &str| Named { name: name.into(), text: text.into() };
        let local = Local {
            kind: SchemaType::Avro,
            text: r#"["n.A", "B"]"#.to_owned(),
            others: vec![
                named("n.A", r#"{"name":"n.A"}"#),
                named("n.B", r#"{"name":"n.B","type":"n.C"}"#),
                named("n.C", r#"{"name":"n.C"}"#),
            ],
        };
        assert_eq!(local.referred_by(&local.text), [0, 1]);
        assert_eq!(local.referred_by(&local.others[1].text), [2]);
        let local = Local { kind: SchemaType::Json, ..local };
        assert_eq!(local.referred_by(r##"{"$ref":"n.A#/x"}"##), [0]);
    }
}
