//! An Avro schema as a tree with everything that it says about itself: what the bytes are, and
//! what Connect's schema of them is.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

/// How deep types may stand in each other.
const DEPTH_MAX: usize = 100;

/// What bytes are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Fixed(usize),
    Enum(Vec<String>),
    Array(Arc<Node>),
    Map(Arc<Node>),
    Union(Vec<Arc<Node>>),
    Record(Vec<Field>),
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) node: Arc<Node>,
    pub(super) doc: Option<String>,
    pub(super) default: Option<Json>,
}

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The whole name of a record, an enum or a fixed.
    pub(super) name: Option<String>,
    /// All that was written beside it.
    pub(super) said: Map<String, Json>,
}

impl Node {
    fn plain(kind: Kind) -> Arc<Self> {
        Arc::new(Node { kind, name: None, said: Map::new() })
    }

    /// A property that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.said.get(name).and_then(Json::as_str)
    }

    pub(super) fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// The name without its namespace.
    pub(super) fn short_name(&self) -> Option<&str> {
        let name = self.name.as_deref()?;
        Some(name.rsplit('.').next().unwrap_or(name))
    }

    /// The one type of a union with null, and of a union of one.
    pub(super) fn only(&self, flattens: bool) -> Option<&Arc<Node>> {
        let Kind::Union(all) = &self.kind else { return None };
        match all.as_slice() {
            [a, b] if a.is_null() && !b.is_null() => Some(b),
            [a, b] if b.is_null() && !a.is_null() => Some(a),
            [one] if flattens => Some(one),
            _ => None,
        }
    }

    /// The name of the type, as unions call it.
    pub(super) fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Boolean => "boolean",
            Kind::Int => "int",
            Kind::Long => "long",
            Kind::Float => "float",
            Kind::Double => "double",
            Kind::Bytes => "bytes",
            Kind::String => "string",
            Kind::Fixed(_) => "fixed",
            Kind::Enum(_) => "enum",
            Kind::Array(_) => "array",
            Kind::Map(_) => "map",
            Kind::Union(_) => "union",
            Kind::Record(_) => "record",
        }
    }

    /// Reads a schema and those whose types it may name.
    pub(super) fn read(text: &str, others: &[(String, String)]) -> Result<Arc<Self>, String> {
        let mut reader = Reader { named: HashMap::new() };
        for (name, text) in others {
            let json = json_of(text).map_err(|why| format!("the reference `{name}`: {why}"))?;
            reader.node(&json, "", 0)?;
        }
        reader.node(&json_of(text)?, "", 0)
    }
}

fn json_of(text: &str) -> Result<Json, String> {
    // A primitive type may stand there without quotes.
    if !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(Json::String(text.trim().to_owned()));
    }
    serde_json::from_str(text).map_err(|error| format!("the schema is not JSON: {error}"))
}

struct Reader {
    /// Types by their whole names; none while one is being read.
    named: HashMap<String, Option<Arc<Node>>>,
}

impl Reader {
    fn node(&mut self, json: &Json, space: &str, depth: usize) -> Result<Arc<Node>, String> {
        if depth > DEPTH_MAX {
            return Err(format!("the schema is nested deeper than {DEPTH_MAX}"));
        }
        match json {
            Json::String(name) => self.by_name(name, space),
            Json::Array(all) => {
                let all = all.iter().map(|one| self.node(one, space, depth + 1));
                Ok(Node::plain(Kind::Union(all.collect::<Result<_, _>>()?)))
            }
            Json::Object(said) => self.object(said, space, depth),
            other => Err(format!("`{other}` is no type")),
        }
    }

    fn by_name(&self, name: &str, space: &str) -> Result<Arc<Node>, String> {
        if let Some(kind) = primitive(name) {
            return Ok(Node::plain(kind));
        }
        let whole = whole(name, space);
        let found = self.named.get(&whole).or_else(|| self.named.get(name));
        match found {
            Some(Some(node)) => Ok(Arc::clone(node)),
            Some(None) => Err(format!(
                "the type `{whole}` holds itself, which a schema of Connect's here cannot"
            )),
            None => Err(format!("there is no type `{name}`")),
        }
    }

    fn object(
        &mut self,
        said: &Map<String, Json>,
        space: &str,
        depth: usize,
    ) -> Result<Arc<Node>, String> {
        let missing = |what: &str| format!("a type has no `{what}`");
        let kind = said.get("type").ok_or_else(|| missing("type"))?;
        let Json::String(word) = kind else { return self.node(kind, space, depth + 1) };
        let part = |name: &str| said.get(name).ok_or_else(|| missing(name));
        let of = |kind| Ok(Arc::new(Node { kind, name: None, said: said.clone() }));
        match word.as_str() {
            "array" => of(Kind::Array(self.node(part("items")?, space, depth + 1)?)),
            "map" => of(Kind::Map(self.node(part("values")?, space, depth + 1)?)),
            "record" | "error" | "enum" | "fixed" => self.named(word, said, space, depth),
            word => match primitive(word) {
                Some(kind) => of(kind),
                None => self.by_name(word, space),
            },
        }
    }

    fn named(
        &mut self,
        word: &str,
        said: &Map<String, Json>,
        space: &str,
        depth: usize,
    ) -> Result<Arc<Node>, String> {
        let name = said.get("name").and_then(Json::as_str);
        let name = name.ok_or_else(|| format!("a type `{word}` has no name"))?;
        let own = said.get("namespace").and_then(Json::as_str).unwrap_or(space);
        let name = whole(name, own);
        let space = name.rsplit_once('.').map_or("", |(space, _)| space).to_owned();
        let kind = match word {
            "enum" => {
                let symbols = said.get("symbols").and_then(Json::as_array);
                let symbols =
                    symbols.into_iter().flatten().map(|one| one.as_str().map(str::to_owned));
                let symbols: Option<Vec<String>> = symbols.collect();
                Kind::Enum(symbols.ok_or_else(|| format!("a symbol of `{name}` is no text"))?)
            }
            "fixed" => {
                let size = said.get("size").and_then(Json::as_u64);
                let size = size.and_then(|size| usize::try_from(size).ok());
                Kind::Fixed(size.ok_or_else(|| format!("`{name}` has no size"))?)
            }
            _ => {
                self.named.insert(name.clone(), None);
                let fields = said.get("fields").and_then(Json::as_array);
                let fields = fields.ok_or_else(|| format!("`{name}` has no fields"))?;
                let fields = fields.iter().map(|field| self.field(field, &space, depth + 1));
                Kind::Record(fields.collect::<Result<_, _>>()?)
            }
        };
        let node = Arc::new(Node { kind, name: Some(name.clone()), said: said.clone() });
        self.named.insert(name, Some(Arc::clone(&node)));
        Ok(node)
    }

    fn field(&mut self, json: &Json, space: &str, depth: usize) -> Result<Field, String> {
        let name = json.get("name").and_then(Json::as_str);
        let name = name.ok_or("a field has no name")?.to_owned();
        let kind = json.get("type").ok_or_else(|| format!("the field `{name}` has no type"))?;
        Ok(Field {
            node: self.node(kind, space, depth)?,
            doc: json.get("doc").and_then(Json::as_str).map(str::to_owned),
            default: json.get("default").cloned(),
            name,
        })
    }
}

fn whole(name: &str, space: &str) -> String {
    match name.contains('.') || space.is_empty() {
        true => name.trim_start_matches('.').to_owned(),
        false => format!("{space}.{name}"),
    }
}

fn primitive(word: &str) -> Option<Kind> {
    Some(match word {
        "null" => Kind::Null,
        "boolean" => Kind::Boolean,
        "int" => Kind::Int,
        "long" => Kind::Long,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "bytes" => Kind::Bytes,
        "string" => Kind::String,
        _ => return None,
    })
}
