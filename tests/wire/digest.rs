//! A definition as text, one line a field: of our tables, and of Kafka's own JSON. The two are
//! made by different code and must be the same.
//!
//! Fields stand in the order in which they travel: those that are tagged from their first version
//! on come last, by tag, wherever the definition has them.

use rk::wire::schema::{Field, Kind, MessageTable, StructTable, Type, Versions};
use serde_json::Value;

/// Returns the text of one of our tables.
pub(crate) fn of_table(table: &MessageTable) -> String {
    let kind = match table.kind {
        Kind::Request => "request",
        Kind::Response => "response",
        Kind::Data => "data",
    };
    let mut out = head(table.name(), kind, table.key, table.versions, table.flexible);
    fields_of_table(table.root, 1, &mut out);
    out
}

fn head(name: &str, kind: &str, key: i16, valid: Versions, flexible: Versions) -> String {
    format!("{name} {kind} {key} valid {} flexible {}\n", text(valid), text(flexible))
}

fn fields_of_table(table: &StructTable, depth: usize, out: &mut String) {
    let mut fields = Vec::new();
    for field in table.fields {
        let mut out = String::new();
        let line = Line {
            name: field.name.trim_start_matches("r#").to_owned(),
            ty: type_name(&field.ty),
            versions: text(field.versions),
            null: text(field.nullable),
            tag: field.tag.map(|(tag, versions)| (tag, text(versions))),
            ignorable: field.ignorable,
            default: default_of(field),
        };
        line.print(depth, &mut out);
        if let Some(inner) = structure(&field.ty) {
            fields_of_table(inner, depth + 1, &mut out);
        }
        fields.push((line.place(), out));
    }
    print_in_order(fields, out);
}

fn print_in_order(mut fields: Vec<(u32, String)>, out: &mut String) {
    fields.sort_by_key(|(place, _)| *place);
    fields.iter().for_each(|(_, text)| out.push_str(text));
}

fn structure(ty: &Type) -> Option<&'static StructTable> {
    match ty {
        Type::Struct(table) => Some(table),
        Type::Array(item) => structure(item),
        _ => None,
    }
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Array(item) => format!("[]{}", type_name(item)),
        Type::Struct(_) => "struct".to_owned(),
        plain => format!("{plain:?}").to_lowercase(),
    }
}

/// Returns the default in the spelling of the digest.
pub(crate) fn default_of(field: &Field) -> String {
    match field.default {
        None if !field.nullable.is_empty() => "null".to_owned(),
        None => zero(&type_name(&field.ty)).to_owned(),
        Some("Some(String::new())") => "\"\"".to_owned(),
        Some("Some(Vec::new())") => "[]".to_owned(),
        Some(plain) if plain.ends_with("::default())") => "{}".to_owned(),
        Some("i32::MAX") => i32::MAX.to_string(),
        Some("i32::MIN") => i32::MIN.to_string(),
        Some("i64::MAX") => i64::MAX.to_string(),
        Some(plain) => plain.to_owned(),
    }
}

/// The default of a type whose field names none.
fn zero(ty: &str) -> &'static str {
    match ty {
        "bool" => "false",
        "string" | "bytes" => "\"\"",
        "records" => "null",
        "uuid" => "zero",
        "struct" => "{}",
        array if array.starts_with("[]") => "[]",
        _ => "0",
    }
}

/// Spells a range of versions as Kafka's definitions do.
fn text(versions: Versions) -> String {
    match (versions.first, versions.last) {
        _ if versions.is_empty() => "none".to_owned(),
        (first, i16::MAX) => format!("{first}+"),
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    }
}

struct Line {
    name: String,
    ty: String,
    versions: String,
    null: String,
    tag: Option<(u32, String)>,
    ignorable: bool,
    default: String,
}

impl Line {
    /// Returns 0 for a field that stands where it is defined, else what its tag makes of it.
    fn place(&self) -> u32 {
        match &self.tag {
            Some((tag, tagged)) if *tagged == self.versions => tag + 1,
            _ => 0,
        }
    }

    fn print(&self, depth: usize, out: &mut String) {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&format!("{} {} {}", self.name, self.ty, self.versions));
        if self.null != "none" {
            out.push_str(&format!(" null {}", self.null));
        }
        if let Some((tag, versions)) = &self.tag {
            out.push_str(&format!(" tag {tag} {versions}"));
        }
        if self.ignorable {
            out.push_str(" ignorable");
        }
        out.push_str(&format!(" = {}\n", self.default));
    }
}

/// Returns the text of one of Kafka's definitions: nothing where no version is left of it.
pub(crate) fn of_json(definition: &str) -> String {
    let bare: String = definition.lines().map(|line| format!("{}\n", uncommented(line))).collect();
    let json: Value = serde_json::from_str(&bare).unwrap();
    if word(&json, "validVersions") == "none" {
        return String::new();
    }
    let kind = match word(&json, "type") {
        "request" => "request",
        "response" => "response",
        _ => "data",
    };
    let key = json.get("apiKey").map_or(-1, |key| i16::try_from(key.as_i64().unwrap()).unwrap());
    let mut out = format!(
        "{} {kind} {key} valid {} flexible {}\n",
        word(&json, "name"),
        word(&json, "validVersions"),
        word(&json, "flexibleVersions"),
    );
    let common = json.get("commonStructs").and_then(Value::as_array).cloned().unwrap_or_default();
    fields_of_json(&json["fields"], &common, 1, &mut out);
    out
}

/// Cuts a comment off a line: `//` outside of a string.
fn uncommented(line: &str) -> &str {
    let mut quoted = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'/' if !quoted && line[at..].starts_with("//") => return &line[..at],
            _ => {}
        }
    }
    line
}

fn word<'a>(json: &'a Value, name: &str) -> &'a str {
    json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}"))
}

fn fields_of_json(fields: &Value, common: &[Value], depth: usize, out: &mut String) {
    let mut lines = Vec::new();
    for field in fields.as_array().unwrap() {
        let mut out = String::new();
        // Only the request's header has such a field, and it is written by hand.
        assert!(field.get("flexibleVersions").is_none(), "{field}");
        let ty = word(field, "type");
        let (array, item) = ty.strip_prefix("[]").map_or(("", ty), |item| ("[]", item));
        let is_struct = item.starts_with(char::is_uppercase);
        let ty = format!("{array}{}", if is_struct { "struct" } else { item });
        let versions = |name| field.get(name).and_then(Value::as_str);
        let tag = field.get("tag").and_then(Value::as_u64);
        let line = Line {
            name: snake(word(field, "name")),
            // One definition leaves it to the versions in which the field is tagged.
            versions: versions("versions").or(versions("taggedVersions")).unwrap().to_owned(),
            null: versions("nullableVersions").unwrap_or("none").to_owned(),
            tag: tag.map(|tag| (u32::try_from(tag).unwrap(), word(field, "taggedVersions").into())),
            ignorable: field.get("ignorable").is_some_and(|flag| flag.as_bool().unwrap()),
            default: default_of_json(field.get("default"), &ty),
            ty,
        };
        line.print(depth, &mut out);
        if is_struct {
            let inner = field.get("fields").or_else(|| {
                let shared = common.iter().find(|shared| word(shared, "name") == item);
                shared.map(|shared| &shared["fields"])
            });
            let inner = inner.unwrap_or_else(|| panic!("no {item}"));
            fields_of_json(inner, common, depth + 1, &mut out);
        }
        lines.push((line.place(), out));
    }
    print_in_order(lines, out);
}

fn default_of_json(default: Option<&Value>, ty: &str) -> String {
    // Kafka's generator takes an unquoted null for no default at all.
    let Some(default) = default.filter(|default| !default.is_null()) else {
        return zero(ty).to_owned();
    };
    let plain = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
    match plain.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).unwrap().to_string(),
        None if ty == "string" && plain != "null" => format!("\"{plain}\""),
        None => plain,
    }
}

/// `TopicId` and `topicId` as `topic_id`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if i > 0 && c.is_uppercase() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
