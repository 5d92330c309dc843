//! Avro's bytes as JSON text, by the schema they were written with. Nothing is reserved for what a
//! length claims: what comes out is bounded by what is there, and by [`text_max`].

use data_encoding::HEXLOWER;

use super::super::Kind;
use super::super::json::write_string;
use super::super::number::Number;
use super::schema::{Branch, Compiled, Meaning, Node, Shape, Time};
use super::{DEPTH_MAX, Trouble, logical, text_max};

pub(super) type Read<T> = Result<T, Trouble>;

pub(super) struct Reader<'a> {
    pub(super) schema: &'a Compiled,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// How long the text may become.
    out_max: usize,
    float: Option<Number>,
    double: Option<Number>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(schema: &'a Compiled, bytes: &'a [u8], out: &[u8]) -> Self {
        Reader {
            schema,
            bytes,
            at: 0,
            out_max: out.len() + text_max(bytes.len()),
            float: Number::of_name("f32le"),
            double: Number::of_name("f64le"),
        }
    }

    fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..count).ok_or_else(|| {
            Trouble::of(format!("{count} bytes are wanted where {} remain", rest.len()))
        })?;
        self.at += count;
        Ok(taken)
    }

    fn long(&mut self) -> Read<i64> {
        let mut bits = 0_u64;
        for turn in 0..10 {
            let byte = self.take(1)?[0];
            if turn == 9 && byte > 1 {
                break;
            }
            bits |= u64::from(byte & 0x7f) << (7 * turn);
            if byte & 0x80 == 0 {
                return Ok((bits >> 1) as i64 ^ -((bits & 1) as i64));
            }
        }
        Err(Trouble::of("a number has more than 64 bits"))
    }

    fn int(&mut self) -> Read<i32> {
        let number = self.long()?;
        i32::try_from(number).map_err(|_| Trouble::of(format!("{number} is no int")))
    }

    fn length(&mut self) -> Read<usize> {
        let number = self.long()?;
        usize::try_from(number).map_err(|_| Trouble::of(format!("a length of {number}")))
    }

    fn text(&mut self) -> Read<&'a str> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| Trouble::of("a string is not UTF-8"))
    }

    /// Appends the value of a node.
    pub(super) fn value(&mut self, node: usize, depth: usize, out: &mut Vec<u8>) -> Read<()> {
        if depth > DEPTH_MAX {
            return Err(Trouble::of(format!("it is nested deeper than {DEPTH_MAX}")));
        }
        if out.len() > self.out_max {
            return Err(Trouble::of("it would become too long a text"));
        }
        let schema = self.schema;
        match &schema.nodes[node] {
            Node::Promised | Node::Null => out.extend_from_slice(b"null"),
            Node::Boolean => out.extend_from_slice(match self.take(1)?[0] {
                0 => b"false",
                1 => b"true",
                other => return Err(Trouble::of(format!("a boolean of {other}"))),
            }),
            Node::Int(time) => {
                let number = self.int()?;
                write_time(*time, i64::from(number), out);
            }
            Node::Long(time) => {
                let number = self.long()?;
                write_time(*time, number, out);
            }
            Node::Float => self.float(self.float, out)?,
            Node::Double => self.float(self.double, out)?,
            Node::String => write_string(self.text()?, out),
            Node::Bytes(meaning) => {
                let length = self.length()?;
                write_bytes(self.take(length)?, *meaning, out)?;
            }
            Node::Fixed(size, meaning) => write_bytes(self.take(*size)?, *meaning, out)?,
            Node::Enum(symbols) => write_string(self.symbol(symbols)?, out),
            Node::Array(items) => {
                out.push(b'[');
                self.blocks(out, |reader, number, out| {
                    let read = reader.value(*items, depth + 1, out);
                    read.map_err(|trouble| trouble.at_item(number))
                })?;
                out.push(b']');
            }
            Node::Map(values) => {
                out.push(b'{');
                self.blocks(out, |reader, _, out| {
                    let name = reader.text()?;
                    write_string(name, out);
                    out.push(b':');
                    let read = reader.value(*values, depth + 1, out);
                    read.map_err(|trouble| trouble.at_member(name))
                })?;
                out.push(b'}');
            }
            Node::Union(branches) => self.union(branches, depth, out)?,
            Node::Record(fields) => {
                out.push(b'{');
                for (number, field) in fields.iter().enumerate() {
                    if number > 0 {
                        out.push(b',');
                    }
                    write_string(&field.name, out);
                    out.push(b':');
                    let read = self.value(field.node, depth + 1, out);
                    read.map_err(|trouble| trouble.at_member(&field.name))?;
                }
                out.push(b'}');
            }
        }
        Ok(())
    }

    fn symbol<'s>(&mut self, symbols: &'s [String]) -> Read<&'s str> {
        let number = self.int()?;
        let symbol = usize::try_from(number).ok().and_then(|at| symbols.get(at));
        let symbol = symbol.map(String::as_str);
        symbol.ok_or_else(|| Trouble::of(format!("there is no symbol {number}")))
    }

    /// Reads the blocks of an array or a map, with commas between what is in them.
    fn blocks(
        &mut self,
        out: &mut Vec<u8>,
        mut each: impl FnMut(&mut Self, usize, &mut Vec<u8>) -> Read<()>,
    ) -> Read<()> {
        let mut number = 0;
        loop {
            let count = match self.long()? {
                0 => return Ok(()),
                count if count > 0 => count.unsigned_abs(),
                count => {
                    // How many bytes the block has, for whoever wants to step over it.
                    self.long()?;
                    count.unsigned_abs()
                }
            };
            for _ in 0..count {
                if number > 0 {
                    out.push(b',');
                }
                each(self, number, out)?;
                number += 1;
            }
        }
    }

    fn float(&mut self, number: Option<Number>, out: &mut Vec<u8>) -> Read<()> {
        let Some(number) = number else { return Err(Trouble::of("there are no floats")) };
        let bytes = self.take(number.width())?;
        let from = out.len();
        let kind = number.read(bytes, out).map_err(|e| Trouble::of(e.why))?;
        if kind == Kind::Text {
            out.insert(from, b'"');
            out.push(b'"');
        }
        Ok(())
    }

    fn union(&mut self, branches: &[Branch], depth: usize, out: &mut Vec<u8>) -> Read<()> {
        let number = self.long()?;
        let branch = usize::try_from(number).ok().and_then(|at| branches.get(at));
        let Some(branch) = branch else {
            let count = branches.len();
            return Err(Trouble::of(format!("branch {number} of a union of {count}")));
        };
        let from = out.len();
        self.value(branch.node, depth + 1, out)?;
        if branch.is_tagged && branch.shape != Shape::Null
            || !looks_right(&out[from..], branches, branch)
        {
            let mut tag = Vec::with_capacity(branch.name.len() + 4);
            tag.push(b'{');
            write_string(&branch.name, &mut tag);
            tag.push(b':');
            out.splice(from..from, tag);
            out.push(b'}');
        }
        Ok(())
    }
}

/// Whether a value without its branch's name would be taken for what it is.
fn looks_right(json: &[u8], branches: &[Branch], branch: &Branch) -> bool {
    match (json.first(), branch.shape) {
        (Some(b'n'), shape) => shape == Shape::Null,
        (Some(b't' | b'f'), shape) => shape == Shape::Boolean,
        (Some(b'"'), shape) => shape == Shape::Text,
        (Some(b'['), shape) => shape == Shape::List,
        (Some(b'{'), Shape::Object) => !looks_tagged(json, branches),
        (Some(b'{') | None, _) => false,
        (Some(_), shape) => shape == Shape::Number,
    }
}

/// Whether an object begins with a member that is named like a branch. One that has more members
/// is no tag, but looking for its end is not worth it.
fn looks_tagged(json: &[u8], branches: &[Branch]) -> bool {
    let mut names = branches.iter().flat_map(Branch::names);
    names.any(|name| {
        let mut begin = vec![b'{'];
        write_string(name, &mut begin);
        begin.push(b':');
        json.starts_with(&begin)
    })
}

fn write_time(time: Time, number: i64, out: &mut Vec<u8>) {
    let (text, is_quoted) = logical::show(time, number);
    match is_quoted {
        true => write_string(&text, out),
        false => out.extend_from_slice(text.as_bytes()),
    }
}

/// Bytes are a text of as many characters, as Avro's own JSON has them.
pub(super) fn write_text(bytes: &[u8], out: &mut Vec<u8>) {
    let text: String = bytes.iter().copied().map(char::from).collect();
    write_string(&text, out);
}

/// The same, or what the logical type makes of them.
fn write_bytes(bytes: &[u8], meaning: Meaning, out: &mut Vec<u8>) -> Read<()> {
    match meaning {
        Meaning::Bytes => write_text(bytes, out),
        Meaning::Decimal { scale, .. } => {
            let text = logical::show_decimal(bytes, scale);
            let text = text
                .ok_or_else(|| Trouble::of(format!("a decimal number of {} bytes", bytes.len())))?;
            out.extend_from_slice(text.as_bytes());
        }
        Meaning::Uuid => {
            let hex = HEXLOWER.encode(bytes);
            let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
            write_string(&parts.join("-"), out);
        }
        Meaning::Duration => {
            let part = |at: usize| {
                let four: [u8; 4] = bytes[at..at + 4].try_into().unwrap_or_default();
                u32::from_le_bytes(four)
            };
            let (months, days, millis) = (part(0), part(4), part(8));
            let text = format!("{{\"months\":{months},\"days\":{days},\"millis\":{millis}}}");
            out.extend_from_slice(text.as_bytes());
        }
    }
    Ok(())
}
