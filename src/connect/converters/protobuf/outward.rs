//! Connect to Protobuf: the text of a file with the message of a schema.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use super::{ENUM, Manner, TAG, UNION_PREFIX};
use crate::connect::data::{Schema, Type, logical};

/// Makes the text of a file.
pub(super) struct Outward {
    pub(super) manner: Manner,
    imports: BTreeSet<&'static str>,
    /// Where the messages and enums are that have a name, and what they are.
    named: HashMap<String, (String, Schema)>,
    nameless: usize,
}

/// The whole name of the message of a schema, and the text of its file.
pub(super) fn file(schema: &Schema, manner: Manner) -> Result<(String, String), String> {
    if schema.kind != Type::Struct {
        let kind = schema.kind.upper();
        return Err(format!("Unsupported root schema of type {kind}: Protobuf needs a STRUCT"));
    }
    let mut out = Outward { manner, imports: BTreeSet::new(), named: HashMap::new(), nameless: 0 };
    let whole = schema.name.clone().filter(|name| !name.is_empty());
    let whole = whole.unwrap_or_else(|| out.default_name());
    let (package, name) = match whole.rsplit_once('.') {
        Some((package, name)) => (Some(package.to_owned()), manner.scrub(name)),
        None => (None, manner.scrub(&whole)),
    };
    let path = package.as_ref().map_or(name.clone(), |package| format!("{package}.{name}"));
    out.named.insert(whole, (path.clone(), plain(schema)));
    let mut message = String::new();
    out.message(schema, &name, &path, 0, &mut message)?;
    let mut text = "syntax = \"proto3\";\n".to_owned();
    if let Some(package) = package {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "package {package};");
    }
    text.push('\n');
    for import in &out.imports {
        let _ = writeln!(text, "import \"{import}\";");
    }
    if !out.imports.is_empty() {
        text.push('\n');
    }
    text.push_str(&message);
    Ok((path, text))
}

fn plain(schema: &Schema) -> Schema {
    let mut schema = Schema { optional: false, default: None, ..schema.clone() };
    schema.parameters.retain(|(name, _)| name != TAG);
    schema
}

fn tag(schema: &Schema) -> Option<u32> {
    let (_, tag) = schema.parameters.iter().find(|(name, _)| name == TAG)?;
    tag.parse().ok()
}

impl Outward {
    fn default_name(&mut self) -> String {
        self.nameless += 1;
        format!("ConnectDefault{}", self.nameless)
    }

    fn message(
        &mut self,
        schema: &Schema,
        name: &str,
        path: &str,
        depth: usize,
        out: &mut String,
    ) -> Result<(), String> {
        let pad = "  ".repeat(depth);
        let (mut fields, mut inner) = (String::new(), String::new());
        let mut numbers = Numbers::of(schema);
        for field in &schema.fields {
            let name = self.manner.scrub(&field.name);
            let is_union = field.schema.name.as_ref().is_some_and(|n| n.starts_with(UNION_PREFIX));
            if field.schema.kind == Type::Struct && is_union {
                let union = field.schema.name.as_deref().unwrap_or_default();
                let union = self.manner.scrub(&union[UNION_PREFIX.len()..]);
                let _ = writeln!(fields, "{pad}  oneof {union} {{");
                for one in &field.schema.fields {
                    let number = numbers.next(&one.schema);
                    let name = self.manner.scrub(&one.name);
                    let line =
                        self.field(&one.schema, &name, number, path, depth + 1, &mut inner)?;
                    let _ = writeln!(fields, "{pad}    {line}");
                }
                let _ = writeln!(fields, "{pad}  }}");
                continue;
            }
            let number = numbers.next(&field.schema);
            let line = self.field(&field.schema, &name, number, path, depth + 1, &mut inner);
            let line = line.map_err(|why| format!("the field `{name}`: {why}"))?;
            let _ = writeln!(fields, "{pad}  {line}");
        }
        let _ = write!(out, "{pad}message {name} {{\n{fields}{inner}{pad}}}\n");
        Ok(())
    }

    /// The line of a field. What it needs within its message is appended to `inner`.
    fn field(
        &mut self,
        schema: &Schema,
        name: &str,
        number: u32,
        path: &str,
        depth: usize,
        inner: &mut String,
    ) -> Result<String, String> {
        let missing = || "the schema does not say of what it is".to_owned();
        match schema.kind {
            Type::Map => {
                let keys = schema.keys.as_deref().ok_or_else(missing)?;
                let values = schema.values.as_deref().ok_or_else(missing)?;
                let is_key = matches!(
                    keys.kind,
                    Type::Int8
                        | Type::Int16
                        | Type::Int32
                        | Type::Int64
                        | Type::Boolean
                        | Type::String
                ) && keys.name.is_none();
                if !is_key || matches!(values.kind, Type::Array | Type::Map) {
                    return Err(format!(
                        "Protobuf has no map of {} to {}",
                        keys.kind.upper(),
                        values.kind.upper()
                    ));
                }
                let (key, _) = self.kind(keys, name, path, depth, inner)?;
                let (value, params) = self.kind(values, name, path, depth, inner)?;
                Ok(format!("map<{key}, {value}> {name} = {number}{};", self.meta(&params)))
            }
            Type::Array => {
                let values = schema.values.as_deref().ok_or_else(missing)?;
                if matches!(values.kind, Type::Array | Type::Map) {
                    return Err(format!("Protobuf has no list of {}", values.kind.upper()));
                }
                let (kind, params) = self.kind(values, name, path, depth, inner)?;
                Ok(format!("repeated {kind} {name} = {number}{};", self.meta(&params)))
            }
            _ => {
                let (kind, params) = self.kind(schema, name, path, depth, inner)?;
                Ok(format!("{kind} {name} = {number}{};", self.meta(&params)))
            }
        }
    }

    /// What Connect knows and Protobuf does not.
    fn meta(&mut self, params: &[(&str, String)]) -> String {
        if params.is_empty() {
            return String::new();
        }
        self.imports.insert("confluent/meta.proto");
        let one =
            |(name, value): &(&str, String)| format!("{{ key: \"{name}\", value: \"{value}\" }}");
        let all: Vec<String> = params.iter().map(one).collect();
        format!(" [(confluent.field_meta) = {{ params: [{}] }}]", all.join(", "))
    }

    fn kind(
        &mut self,
        schema: &Schema,
        field: &str,
        path: &str,
        depth: usize,
        inner: &mut String,
    ) -> Result<(String, Vec<(&'static str, String)>), String> {
        let mut known = |import, name: &str| {
            self.imports.insert(import);
            name.to_owned()
        };
        let mut params = Vec::new();
        let name = match (schema.name.as_deref(), schema.kind) {
            (Some(logical::DECIMAL), _) => {
                let precision = "connect.decimal.precision";
                let found = schema.parameters.iter().find(|(name, _)| name == precision);
                params.extend(found.map(|(_, value)| ("precision", value.clone())));
                let scale = schema.scale().map_err(|error| error.message)?;
                params.push(("scale", scale.to_string()));
                known("confluent/type/decimal.proto", "confluent.type.Decimal")
            }
            (Some(logical::DATE), _) => known("google/type/date.proto", "google.type.Date"),
            (Some(logical::TIME), _) => {
                known("google/type/timeofday.proto", "google.type.TimeOfDay")
            }
            (Some(logical::TIMESTAMP), _) => {
                known("google/protobuf/timestamp.proto", "google.protobuf.Timestamp")
            }
            (_, kind @ (Type::Int8 | Type::Int16)) => {
                params.push(("connect.type", kind.lower().to_owned()));
                "int32".to_owned()
            }
            (_, Type::Int32) => "int32".to_owned(),
            (_, Type::Int64) => "int64".to_owned(),
            (_, Type::Float32) => "float".to_owned(),
            (_, Type::Float64) => "double".to_owned(),
            (_, Type::Boolean) => "bool".to_owned(),
            (_, Type::String) => match schema.parameters.iter().find(|(name, _)| name == ENUM) {
                Some((_, name)) => self.symbols(schema, name, path, depth, inner)?,
                None => "string".to_owned(),
            },
            (_, Type::Bytes) => "bytes".to_owned(),
            (_, Type::Struct) => self.nested(schema, path, depth, inner)?,
            (_, kind @ (Type::Array | Type::Map)) => {
                return Err(format!("`{field}` is a {} within another", kind.upper()));
            }
        };
        Ok((name, params))
    }

    /// How something is called that has a name; none where it is new.
    fn reference(
        &mut self,
        name: &str,
        path: &str,
        schema: &Schema,
    ) -> Result<Option<String>, String> {
        match self.named.get(name) {
            Some((path, known)) if *known == plain(schema) => Ok(Some(format!(".{path}"))),
            Some(_) => Err(format!("there are two different `{name}`")),
            None => {
                self.named.insert(name.to_owned(), (path.to_owned(), plain(schema)));
                Ok(None)
            }
        }
    }

    fn nested(
        &mut self,
        schema: &Schema,
        path: &str,
        depth: usize,
        inner: &mut String,
    ) -> Result<String, String> {
        let whole = match &schema.name {
            Some(name) => name.clone(),
            None => self.default_name(),
        };
        let short = self.manner.scrub(whole.rsplit('.').next().unwrap_or_default());
        let path = format!("{path}.{short}");
        if let Some(reference) = self.reference(&whole, &path, schema)? {
            return Ok(reference);
        }
        self.message(schema, &short, &path, depth, inner)?;
        Ok(short)
    }

    fn symbols(
        &mut self,
        schema: &Schema,
        name: &str,
        path: &str,
        depth: usize,
        inner: &mut String,
    ) -> Result<String, String> {
        let short = self.manner.scrub(name.rsplit('.').next().unwrap_or_default());
        if let Some(reference) = self.reference(name, &format!("{path}.{short}"), schema)? {
            return Ok(reference);
        }
        let pad = "  ".repeat(depth);
        let prefix = format!("{ENUM}.");
        let _ = writeln!(inner, "{pad}enum {short} {{");
        for (name, number) in &schema.parameters {
            if let Some(symbol) = name.strip_prefix(&prefix) {
                let _ = writeln!(inner, "{pad}  {symbol} = {number};");
            }
        }
        let _ = writeln!(inner, "{pad}}}");
        Ok(short)
    }
}

/// Numbers of fields: those that they say, and others for those that say none.
struct Numbers {
    taken: BTreeSet<u32>,
    last: u32,
}

impl Numbers {
    fn of(schema: &Schema) -> Self {
        let union = schema.fields.iter().flat_map(|field| &field.schema.fields);
        let all = schema.fields.iter().chain(union);
        Numbers { taken: all.filter_map(|field| tag(&field.schema)).collect(), last: 0 }
    }

    fn next(&mut self, schema: &Schema) -> u32 {
        if let Some(tag) = tag(schema) {
            return tag;
        }
        // Some numbers belong to Protobuf itself.
        let is_free =
            |number: &u32| !self.taken.contains(number) && !(19_000..20_000).contains(number);
        self.last = (self.last + 1..).find(is_free).unwrap_or_default();
        self.last
    }
}
