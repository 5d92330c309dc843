//! An Avro schema, compiled: a table of nodes that name each other by number, so that a type that
//! holds itself is no riddle, and nothing is looked up by name while records are read.
//!
//! Logical types are known where they fit what they stand on; where they do not, the
//! specification has them ignored. Aliases, orders and docs mean nothing for bytes.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// How many nodes a schema may have, all that it refers to included.
const NODES_MAX: usize = 100_000;
/// How large a schema's text may be.
const TEXT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A text is no schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAvro {
    #[error("the schema is not JSON: {0}")]
    NotJson(String),
    #[error("the schema is too large: {0}")]
    TooLarge(&'static str),
    #[error("the schema's `{name}` {why}")]
    Type { name: String, why: String },
}

/// How a number of whole days, or of parts of a second, is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    Plain,
    Date,
    /// A time of day, in so many parts of a second.
    OfDay(i64),
    /// A moment.
    Moment(i64),
    /// A moment on a calendar of nobody knows which zone.
    Local(i64),
}

/// What bytes mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Bytes,
    /// A number with so many digits behind the point.
    Decimal {
        precision: usize,
        scale: usize,
    },
    Uuid,
    Duration,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Its name is known, and what it is not yet.
    Promised,
    Null,
    Boolean,
    Int(Time),
    Long(Time),
    Float,
    Double,
    Bytes(Meaning),
    String,
    Fixed(usize, Meaning),
    Enum(Vec<String>),
    Array(usize),
    Map(usize),
    Union(Vec<Branch>),
    Record(Vec<Field>),
}

/// What JSON a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) node: usize,
    /// The name of its type, whole.
    pub(super) name: String,
    pub(super) shape: Shape,
    /// Whether another branch has the same shape, so that the name must be told.
    pub(super) is_tagged: bool,
}

impl Branch {
    /// The name without its namespace.
    pub(super) fn short_name(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    /// The names by which it may be called.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), self.short_name()].into_iter()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) node: usize,
    /// The default, as it is in the schema.
    pub(super) default: Option<Value>,
}

/// A schema and all that it refers to.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub(super) nodes: Vec<Node>,
    pub(super) root: usize,
    /// The name of the type at the top, if it has one.
    pub(super) name: Option<String>,
}

impl Compiled {
    /// Compiles a schema. `others` are texts of schemas that it may refer to, in any order.
    pub(super) fn of(text: &str, others: &[&str]) -> Result<Self, BadAvro> {
        if others.iter().map(|other| other.len()).sum::<usize>() + text.len() > TEXT_BYTES_MAX {
            return Err(BadAvro::TooLarge("its text"));
        }
        let json = read(text)?;
        let others = others.iter().map(|text| read(text)).collect::<Result<Vec<_>, _>>()?;
        let mut pending = Vec::new();
        for other in &others {
            match other {
                Value::Array(several) => pending.extend(several.iter().map(Some)),
                one => pending.push(Some(one)),
            }
        }
        let mut compiler = Compiler { nodes: Vec::new(), names: HashMap::new(), pending };
        let root = compiler.node(&json, "")?;
        compiler.mark_unions();
        let mut names = compiler.names.iter();
        let name = names.find(|(_, at)| **at == root).map(|(name, _)| name.clone());
        Ok(Compiled { nodes: compiler.nodes, root, name })
    }
}

/// Reads a schema's text. A name alone may stand without quotes, as Java takes it.
fn read(text: &str) -> Result<Value, BadAvro> {
    let is_name =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b));
    let text = text.trim();
    if !text.is_empty() && is_name(text) && !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(Value::String(text.to_owned()));
    }
    serde_json::from_str(text).map_err(|e| BadAvro::NotJson(e.to_string()))
}

struct Compiler<'a> {
    nodes: Vec<Node>,
    /// Named types, by their whole name.
    names: HashMap<String, usize>,
    /// Schemas that may be referred to, and are not compiled yet.
    pending: Vec<Option<&'a Value>>,
}

fn bad(name: &str, why: impl Into<String>) -> BadAvro {
    BadAvro::Type { name: name.to_owned(), why: why.into() }
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

/// The whole name of a type that is defined, and the namespace of what stands in it.
fn full_name(object: &Map<String, Value>, around: &str) -> Option<(String, String)> {
    let name = text(object, "name")?;
    let full = match (name.contains('.'), text(object, "namespace")) {
        (true, _) => name.trim_start_matches('.').to_owned(),
        (false, namespace) => within(namespace.unwrap_or(around), name),
    };
    let namespace = full.rsplit_once('.').map_or("", |(namespace, _)| namespace).to_owned();
    Some((full, namespace))
}

fn within(namespace: &str, name: &str) -> String {
    if namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
}

fn primitive(name: &str) -> Option<Node> {
    Some(match name {
        "null" => Node::Null,
        "boolean" => Node::Boolean,
        "int" => Node::Int(Time::Plain),
        "long" => Node::Long(Time::Plain),
        "float" => Node::Float,
        "double" => Node::Double,
        "bytes" => Node::Bytes(Meaning::Bytes),
        "string" => Node::String,
        _ => return None,
    })
}

impl<'a> Compiler<'a> {
    fn push(&mut self, node: Node) -> Result<usize, BadAvro> {
        if self.nodes.len() >= NODES_MAX {
            return Err(BadAvro::TooLarge("it has more than 100000 types"));
        }
        self.nodes.push(node);
        Ok(self.nodes.len() - 1)
    }

    fn node(&mut self, json: &'a Value, around: &str) -> Result<usize, BadAvro> {
        match json {
            Value::String(name) => self.named(name, around),
            Value::Array(branches) => self.union(branches, around),
            Value::Object(object) => match object.get("type") {
                Some(Value::String(kind)) => self.typed(kind, object, around),
                Some(inner @ (Value::Object(_) | Value::Array(_))) => self.node(inner, around),
                _ => Err(bad("type", "is missing, or neither a name nor a schema")),
            },
            other => Err(bad(&other.to_string(), "is no schema")),
        }
    }

    /// A type by its name.
    fn named(&mut self, name: &str, around: &str) -> Result<usize, BadAvro> {
        if let Some(node) = primitive(name) {
            return self.push(node);
        }
        let near = if name.contains('.') { name.to_owned() } else { within(around, name) };
        loop {
            for name in [near.as_str(), name] {
                if let Some(at) = self.names.get(name) {
                    return Ok(*at);
                }
            }
            if !self.compile_pending(&near, name)? {
                return Err(bad(name, "is not defined"));
            }
        }
    }

    /// Compiles the schema that defines a name, or else the next one. Returns whether there was
    /// one.
    fn compile_pending(&mut self, near: &str, name: &str) -> Result<bool, BadAvro> {
        let defines = |pending: &Option<&Value>| {
            let object = pending.and_then(Value::as_object);
            let full = object.and_then(|object| full_name(object, ""));
            full.is_some_and(|(full, _)| full == near || full == name)
        };
        let at = self.pending.iter().position(defines);
        let at = at.or_else(|| self.pending.iter().position(Option::is_some));
        let Some(json) = at.and_then(|at| self.pending[at].take()) else { return Ok(false) };
        self.node(json, "").map(|_| true)
    }

    fn typed(
        &mut self,
        kind: &str,
        object: &'a Map<String, Value>,
        around: &str,
    ) -> Result<usize, BadAvro> {
        match kind {
            "array" | "map" => {
                let member = if kind == "array" { "items" } else { "values" };
                let inner = object.get(member);
                let inner = inner.ok_or_else(|| bad(kind, format!("has no `{member}`")))?;
                let inner = self.node(inner, around)?;
                self.push(if kind == "array" { Node::Array(inner) } else { Node::Map(inner) })
            }
            "record" | "error" | "enum" | "fixed" => self.define(kind, object, around),
            name => match primitive(name) {
                Some(node) => self.push(logical(node, object)),
                None => self.named(name, around),
            },
        }
    }

    /// A type that has a name of its own.
    fn define(
        &mut self,
        kind: &str,
        object: &'a Map<String, Value>,
        around: &str,
    ) -> Result<usize, BadAvro> {
        let (name, namespace) =
            full_name(object, around).ok_or_else(|| bad(kind, "has no name"))?;
        let at = self.push(Node::Promised)?;
        if self.names.insert(name.clone(), at).is_some() {
            return Err(bad(&name, "is defined twice"));
        }
        let node = match kind {
            "enum" => Node::Enum(symbols(&name, object)?),
            "fixed" => {
                let size = object.get("size").and_then(Value::as_u64);
                let size = size.and_then(|size| usize::try_from(size).ok());
                let size = size.ok_or_else(|| bad(&name, "has no size"))?;
                logical(Node::Fixed(size, Meaning::Bytes), object)
            }
            _ => Node::Record(self.fields(&name, object, &namespace)?),
        };
        self.nodes[at] = node;
        Ok(at)
    }

    fn fields(
        &mut self,
        name: &str,
        object: &'a Map<String, Value>,
        namespace: &str,
    ) -> Result<Vec<Field>, BadAvro> {
        let list = object.get("fields").and_then(Value::as_array);
        let list = list.ok_or_else(|| bad(name, "has no fields"))?;
        let mut fields = Vec::<Field>::with_capacity(list.len().min(1024));
        for field in list {
            let object = field.as_object().ok_or_else(|| bad(name, "has a field of no object"))?;
            let field = text(object, "name");
            let field = field.ok_or_else(|| bad(name, "has a field without a name"))?;
            let kind = object.get("type");
            let kind = kind.ok_or_else(|| bad(&within(name, field), "has no type"))?;
            let node = self.node(kind, namespace)?;
            let default = object.get("default").cloned();
            fields.push(Field { name: field.to_owned(), node, default });
        }
        let mut names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        names.sort_unstable();
        match names.windows(2).find(|two| two[0] == two[1]) {
            Some(two) => Err(bad(&within(name, two[0]), "is there twice")),
            None => Ok(fields),
        }
    }

    fn union(&mut self, list: &'a [Value], around: &str) -> Result<usize, BadAvro> {
        let mut branches = Vec::with_capacity(list.len().min(1024));
        for json in list {
            let node = self.node(json, around)?;
            if matches!(self.nodes[node], Node::Union(_)) {
                return Err(bad("union", "stands right in a union"));
            }
            // What is a branch's shape is known when all are.
            let branch = Branch { node, name: String::new(), shape: Shape::Null, is_tagged: false };
            branches.push(branch);
        }
        if branches.is_empty() {
            return Err(bad("union", "has no branches"));
        }
        self.push(Node::Union(branches))
    }

    /// Gives the branches of unions their names and shapes, now that all are known.
    fn mark_unions(&mut self) {
        let names: HashMap<usize, &str> =
            self.names.iter().map(|(name, at)| (*at, name.as_str())).collect();
        let mark = |branch: &Branch| {
            let node = &self.nodes[branch.node];
            let name = names.get(&branch.node).copied().unwrap_or_else(|| kind(node));
            Branch { name: name.to_owned(), shape: shape(node), ..branch.clone() }
        };
        let mut marked = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            let Node::Union(branches) = node else { continue };
            let mut branches: Vec<Branch> = branches.iter().map(mark).collect();
            let shapes: Vec<Shape> = branches.iter().map(|branch| branch.shape).collect();
            for branch in &mut branches {
                let same = shapes.iter().filter(|shape| **shape == branch.shape).count();
                branch.is_tagged = same > 1;
            }
            marked.push((at, branches));
        }
        for (at, branches) in marked {
            self.nodes[at] = Node::Union(branches);
        }
    }
}

fn symbols(name: &str, object: &Map<String, Value>) -> Result<Vec<String>, BadAvro> {
    let list = object.get("symbols").and_then(Value::as_array);
    let list = list.ok_or_else(|| bad(name, "has no symbols"))?;
    let symbol = |one: &Value| one.as_str().map(str::to_owned);
    let symbols: Option<Vec<String>> = list.iter().map(symbol).collect();
    symbols.ok_or_else(|| bad(name, "has a symbol that is no text"))
}

/// Takes a type for what its logical type says, if that fits.
fn logical(node: Node, object: &Map<String, Value>) -> Node {
    const MILLIS: i64 = 1_000;
    const MICROS: i64 = 1_000_000;
    const NANOS: i64 = 1_000_000_000;
    let Some(name) = text(object, "logicalType") else { return node };
    match (name, &node) {
        ("date", Node::Int(_)) => Node::Int(Time::Date),
        ("time-millis", Node::Int(_)) => Node::Int(Time::OfDay(MILLIS)),
        ("time-micros", Node::Long(_)) => Node::Long(Time::OfDay(MICROS)),
        ("timestamp-millis", Node::Long(_)) => Node::Long(Time::Moment(MILLIS)),
        ("timestamp-micros", Node::Long(_)) => Node::Long(Time::Moment(MICROS)),
        ("timestamp-nanos", Node::Long(_)) => Node::Long(Time::Moment(NANOS)),
        ("local-timestamp-millis", Node::Long(_)) => Node::Long(Time::Local(MILLIS)),
        ("local-timestamp-micros", Node::Long(_)) => Node::Long(Time::Local(MICROS)),
        ("local-timestamp-nanos", Node::Long(_)) => Node::Long(Time::Local(NANOS)),
        ("decimal", Node::Bytes(_)) => decimal(object).map_or(node, Node::Bytes),
        ("decimal", Node::Fixed(size, _)) => {
            decimal(object).map_or(node.clone(), |meaning| Node::Fixed(*size, meaning))
        }
        ("uuid", Node::Fixed(16, _)) => Node::Fixed(16, Meaning::Uuid),
        ("duration", Node::Fixed(12, _)) => Node::Fixed(12, Meaning::Duration),
        _ => node,
    }
}

/// Precision and scale, if they make sense.
fn decimal(object: &Map<String, Value>) -> Option<Meaning> {
    let number = |name: &str| match object.get(name) {
        None => Some(0),
        Some(value) => value.as_u64().and_then(|number| usize::try_from(number).ok()),
    };
    let (precision, scale) = (number("precision")?, number("scale")?);
    let fits = precision > 0 && scale <= precision && precision <= super::logical::DIGITS_MAX;
    fits.then_some(Meaning::Decimal { precision, scale })
}

/// The name of a type that has none of its own.
fn kind(node: &Node) -> &'static str {
    match node {
        Node::Promised | Node::Null => "null",
        Node::Boolean => "boolean",
        Node::Int(_) => "int",
        Node::Long(_) => "long",
        Node::Float => "float",
        Node::Double => "double",
        Node::Bytes(_) => "bytes",
        Node::String => "string",
        Node::Fixed(..) => "fixed",
        Node::Enum(_) => "enum",
        Node::Array(_) => "array",
        Node::Map(_) => "map",
        Node::Union(_) => "union",
        Node::Record(_) => "record",
    }
}

fn shape(node: &Node) -> Shape {
    match node {
        Node::Promised | Node::Null => Shape::Null,
        Node::Boolean => Shape::Boolean,
        Node::Int(Time::Plain) | Node::Long(Time::Plain) | Node::Float | Node::Double => {
            Shape::Number
        }
        Node::Bytes(Meaning::Decimal { .. }) | Node::Fixed(_, Meaning::Decimal { .. }) => {
            Shape::Number
        }
        Node::Fixed(_, Meaning::Duration) => Shape::Object,
        Node::Int(_) | Node::Long(_) | Node::Bytes(_) | Node::String => Shape::Text,
        Node::Fixed(..) | Node::Enum(_) => Shape::Text,
        Node::Array(_) => Shape::List,
        Node::Map(_) | Node::Record(_) | Node::Union(_) => Shape::Object,
    }
}
