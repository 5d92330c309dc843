//! JSON as Avro's bytes. What does not fit is told with its place in the value; what the schema
//! has a default for may be left out, and nothing else.

use data_encoding::HEXLOWER_PERMISSIVE;
use serde_json::Value;

use super::super::number::Number;
use super::super::tree::Tree;
use super::schema::{Branch, Compiled, Field, Meaning, Node, Shape, Time};
use super::{DEPTH_MAX, Trouble, logical};

type Write<T> = Result<T, Trouble>;

pub(super) struct Writer<'a> {
    pub(super) schema: &'a Compiled,
    /// Whether this is a default of the schema: there, decimals are bytes.
    is_default: bool,
}

fn wanted(what: &str, tree: &Tree) -> Trouble {
    Trouble::of(format!("{what} is wanted, not {}", shown(tree)))
}

/// A value in an error: its kind, and what it is if that is short.
fn shown(tree: &Tree) -> String {
    match tree {
        Tree::Number(text) if text.len() <= 40 => format!("the number {text}"),
        Tree::Text(text) if text.len() <= 40 => format!("the string \"{}\"", text.escape_debug()),
        Tree::Bool(is) => is.to_string(),
        other => other.kind().to_owned(),
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(schema: &'a Compiled) -> Self {
        Writer { schema, is_default: false }
    }

    /// Appends the bytes of a value of a node.
    pub(super) fn value(
        &self,
        node: usize,
        tree: &Tree,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Write<()> {
        if depth > DEPTH_MAX {
            return Err(Trouble::of(format!("it is nested deeper than {DEPTH_MAX}")));
        }
        match (&self.schema.nodes[node], tree) {
            (Node::Promised | Node::Null, Tree::Null) => {}
            (Node::Promised | Node::Null, _) => return Err(wanted("null", tree)),
            (Node::Boolean, Tree::Bool(is)) => out.push(u8::from(*is)),
            (Node::Boolean, _) => return Err(wanted("a boolean", tree)),
            (Node::Int(time), _) => {
                let number = self.integer(*time, "an int", tree)?;
                let number = i32::try_from(number).map_err(|_| wanted("an int", tree))?;
                long(i64::from(number), out);
            }
            (Node::Long(time), _) => long(self.integer(*time, "a long", tree)?, out),
            (Node::Float, _) => float("f32le", "a float", tree, out)?,
            (Node::Double, _) => float("f64le", "a double", tree, out)?,
            (Node::String, Tree::Text(text)) => {
                length(text.len(), out);
                out.extend_from_slice(text.as_bytes());
            }
            (Node::String, _) => return Err(wanted("a string", tree)),
            (Node::Bytes(meaning), _) => {
                let bytes = self.bytes(*meaning, tree)?;
                length(bytes.len(), out);
                out.extend_from_slice(&bytes);
            }
            (Node::Fixed(size, meaning), _) => {
                let bytes = self.bytes(*meaning, tree)?;
                let is_decimal = matches!(meaning, Meaning::Decimal { .. }) && !self.is_default;
                let bytes = if is_decimal { logical::widen(&bytes, *size) } else { Some(bytes) };
                match bytes.filter(|bytes| bytes.len() == *size) {
                    Some(bytes) => out.extend_from_slice(&bytes),
                    None => return Err(wanted(&format!("what fills {size} bytes"), tree)),
                }
            }
            (Node::Enum(symbols), Tree::Text(text)) => {
                let at = symbols.iter().position(|symbol| symbol == text);
                let at = at.ok_or_else(|| wanted(&one_of(symbols), tree))?;
                length(at, out);
            }
            (Node::Enum(symbols), _) => return Err(wanted(&one_of(symbols), tree)),
            (Node::Array(items), Tree::List(list)) => {
                self.items(*items, list, depth, out)?;
            }
            (Node::Array(_), _) => return Err(wanted("a list", tree)),
            (Node::Map(values), Tree::Object(members)) => {
                self.members(*values, members, depth, out)?;
            }
            (Node::Map(_), _) => return Err(wanted("an object", tree)),
            (Node::Union(branches), _) => self.union(branches, tree, depth, out)?,
            (Node::Record(fields), Tree::Object(members)) => {
                self.record(fields, members, depth, out)?;
            }
            (Node::Record(_), _) => return Err(wanted("an object", tree)),
        }
        Ok(())
    }

    fn items(&self, node: usize, list: &[Tree], depth: usize, out: &mut Vec<u8>) -> Write<()> {
        if !list.is_empty() {
            length(list.len(), out);
        }
        for (at, item) in list.iter().enumerate() {
            let written = self.value(node, item, depth + 1, out);
            written.map_err(|trouble| trouble.at_item(at))?;
        }
        length(0, out);
        Ok(())
    }

    fn members(
        &self,
        node: usize,
        members: &[(std::borrow::Cow<str>, Tree)],
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Write<()> {
        if !members.is_empty() {
            length(members.len(), out);
        }
        for (name, value) in members {
            length(name.len(), out);
            out.extend_from_slice(name.as_bytes());
            let written = self.value(node, value, depth + 1, out);
            written.map_err(|trouble| trouble.at_member(name))?;
        }
        length(0, out);
        Ok(())
    }

    fn record(
        &self,
        fields: &[Field],
        members: &[(std::borrow::Cow<str>, Tree)],
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Write<()> {
        let mut used = 0;
        for (at, field) in fields.iter().enumerate() {
            // Most often they stand in the schema's own order.
            let same = members.get(at).filter(|(name, _)| *name == field.name);
            let found = same.or_else(|| members.iter().find(|(name, _)| *name == field.name));
            let written = match (found, &field.default) {
                (Some((_, value)), _) => {
                    used += 1;
                    self.value(field.node, value, depth + 1, out)
                }
                (None, Some(default)) => self.default(field.node, default, depth + 1, out),
                (None, None) => Err(Trouble::of("the field is missing, and has no default")),
            };
            written.map_err(|trouble| trouble.at_member(&field.name))?;
        }
        if used == members.len() {
            return Ok(());
        }
        let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
        let is_known = |name: &str| fields.iter().any(|field| field.name == name);
        if let Some(name) = names.iter().find(|name| !is_known(name)) {
            return Err(Trouble::of("the schema has no such field").at_member(name));
        }
        names.sort_unstable();
        let twice = names.windows(2).find(|two| two[0] == two[1]);
        Err(Trouble::of("the field is there twice")
            .at_member(twice.map(|two| two[0]).unwrap_or_default()))
    }

    fn default(&self, node: usize, json: &Value, depth: usize, out: &mut Vec<u8>) -> Write<()> {
        let json = json.to_string();
        let wrong = |why| Trouble::of(format!("the default of the schema does not fit: {why}"));
        let tree = Tree::read(json.as_bytes()).map_err(wrong)?;
        Writer { is_default: true, ..*self }.value(node, &tree, depth, out)
    }

    fn union(
        &self,
        branches: &[Branch],
        tree: &Tree,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Write<()> {
        let tagged = match tree {
            Tree::Object(members) if members.len() == 1 && !self.is_default => {
                let (name, value) = &members[0];
                branch_of(branches, name).map(|at| (at, value))
            }
            _ => None,
        };
        if let Some((at, value)) = tagged {
            length(at, out);
            let written = self.value(branches[at].node, value, depth + 1, out);
            return written.map_err(|trouble| trouble.at_member(&branches[at].name));
        }
        let fits = |branch: &Branch| self.fits(branch, tree);
        // A number is a time only where nothing else is a number.
        let same = |branch: &Branch| Some(branch.shape) == shape(tree) && fits(branch);
        let one = branches.iter().position(same).or_else(|| branches.iter().position(fits));
        let lone = || {
            // The one branch of that shape tells best what is wrong.
            let mut same =
                branches.iter().enumerate().filter(|(_, b)| Some(b.shape) == shape(tree));
            same.next().map(|(at, _)| at).filter(|_| same.next().is_none())
        };
        let Some(at) = one.or_else(lone) else {
            let names: Vec<String> =
                branches.iter().map(|branch| format!("`{}`", branch.name)).collect();
            return Err(wanted(&format!("one of {}", names.join(", ")), tree));
        };
        length(at, out);
        self.value(branches[at].node, tree, depth + 1, out)
    }

    /// Whether a value may be of a branch, as far as that is seen without looking inside.
    fn fits(&self, branch: &Branch, tree: &Tree) -> bool {
        match (&self.schema.nodes[branch.node], tree) {
            (Node::Record(fields), Tree::Object(members)) => {
                let has = |field: &Field| {
                    field.default.is_some() || members.iter().any(|(name, _)| *name == field.name)
                };
                let known = |name: &str| fields.iter().any(|field| field.name == name);
                fields.iter().all(has) && members.iter().all(|(name, _)| known(name))
            }
            (Node::Fixed(_, Meaning::Duration), Tree::Object(_)) => {
                self.bytes(Meaning::Duration, tree).is_ok()
            }
            (Node::Map(_), Tree::Object(_)) | (Node::Array(_), Tree::List(_)) => true,
            (Node::Map(_) | Node::Array(_) | Node::Record(_) | Node::Union(_), _) => false,
            _ => self.value(branch.node, tree, 0, &mut Vec::new()).is_ok(),
        }
    }

    fn integer(&self, time: Time, what: &str, tree: &Tree) -> Write<i64> {
        match tree {
            Tree::Number(text) => text.parse().map_err(|_| wanted(what, tree)),
            Tree::Text(text) if time != Time::Plain => {
                logical::read(time, text).map_err(|what| wanted(what, tree))
            }
            _ => Err(wanted(what, tree)),
        }
    }

    /// The bytes of a text of as many characters, or of what the logical type says.
    pub(super) fn bytes(&self, meaning: Meaning, tree: &Tree) -> Write<Vec<u8>> {
        let meaning = if self.is_default { Meaning::Bytes } else { meaning };
        match (meaning, tree) {
            (Meaning::Bytes, Tree::Text(text)) => {
                let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
                bytes.map_err(|_| Trouble::of("bytes are wanted, each a character up to \\u00ff"))
            }
            (Meaning::Decimal { precision, scale }, Tree::Number(text)) => {
                let bytes = logical::read_decimal(text, precision, scale);
                bytes.map_err(|what| wanted(&what, tree))
            }
            (Meaning::Decimal { precision, scale }, Tree::Text(text)) => {
                let bytes = logical::read_decimal(text, precision, scale);
                bytes.map_err(|what| wanted(&what, tree))
            }
            (Meaning::Uuid, Tree::Text(text)) => {
                let hex: String = text.split('-').collect();
                let is_uuid = text.len() == 36
                    && text.match_indices('-').map(|(at, _)| at).eq([8, 13, 18, 23]);
                let bytes = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok();
                bytes.filter(|_| is_uuid).ok_or_else(|| wanted("a UUID", tree))
            }
            (Meaning::Duration, Tree::Object(members)) => {
                let part = |name: &str| {
                    let member = members.iter().find(|(member, _)| member == name);
                    match member {
                        Some((_, Tree::Number(text))) => text.parse::<u32>().ok(),
                        _ => None,
                    }
                };
                let parts = [part("months"), part("days"), part("millis")];
                let [Some(months), Some(days), Some(millis)] = parts else {
                    return Err(wanted("an object of months, days and millis", tree));
                };
                Ok([months, days, millis].into_iter().flat_map(u32::to_le_bytes).collect())
            }
            (Meaning::Bytes, _) => Err(wanted("a string of bytes", tree)),
            (Meaning::Decimal { .. }, _) => Err(wanted("a decimal number", tree)),
            (Meaning::Uuid, _) => Err(wanted("a UUID", tree)),
            (Meaning::Duration, _) => Err(wanted("an object of months, days and millis", tree)),
        }
    }
}

/// The branch with this name, or with this name behind its namespace.
fn branch_of(branches: &[Branch], name: &str) -> Option<usize> {
    let full = branches.iter().position(|branch| branch.name == name);
    full.or_else(|| branches.iter().position(|branch| branch.short_name() == name))
}

fn shape(tree: &Tree) -> Option<Shape> {
    Some(match tree {
        Tree::Null => Shape::Null,
        Tree::Bool(_) => Shape::Boolean,
        Tree::Number(_) => Shape::Number,
        Tree::Text(_) => Shape::Text,
        Tree::List(_) => Shape::List,
        Tree::Object(_) => Shape::Object,
    })
}

fn one_of(symbols: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut list = symbols.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if symbols.len() > SHOWN {
        list.push_str(", ...");
    }
    format!("one of {list}")
}

fn float(format: &str, what: &str, tree: &Tree, out: &mut Vec<u8>) -> Write<()> {
    let text = match tree {
        Tree::Number(text) => text,
        // What JSON has no numbers for.
        Tree::Text(text)
            if text.starts_with("NaN") || text == "Infinity" || text == "-Infinity" =>
        {
            text.as_ref()
        }
        _ => return Err(wanted(what, tree)),
    };
    let number = Number::of_name(format).ok_or_else(|| Trouble::of("there are no floats"))?;
    let from = out.len();
    number.write(text, out).map_err(|_| wanted(what, tree))?;
    // A number that is too large must not become infinite unsaid.
    let mut shown = Vec::new();
    let is_number = matches!(tree, Tree::Number(_));
    match number.read(&out[from..], &mut shown) {
        Ok(super::super::Kind::Json) => Ok(()),
        _ if is_number => Err(wanted(&format!("{what} that is not too large"), tree)),
        _ => Ok(()),
    }
}

pub(super) fn long(number: i64, out: &mut Vec<u8>) {
    let mut bits = ((number << 1) ^ (number >> 63)) as u64;
    while bits >= 0x80 {
        out.push(bits as u8 | 0x80);
        bits >>= 7;
    }
    out.push(bits as u8);
}

fn length(count: usize, out: &mut Vec<u8>) {
    long(i64::try_from(count).unwrap_or(i64::MAX), out);
}
