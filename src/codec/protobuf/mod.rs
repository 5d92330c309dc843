//! Protobuf: payloads as JSON text and back, by schemas compiled from their texts.
//!
//! The text is Protobuf's own JSON mapping: lower camel case names (the names of the file are
//! read, too), 64-bit integers as strings, bytes in base64, enumerations by name, timestamps in
//! RFC 3339, and fields that are not there, or have the value that goes without saying, left out.
//!
//! What that mapping has no form for is kept all the same, in two members that no field can
//! have, so that decoding and encoding again loses nothing:
//!
//! - `"$unknown": base64` in a message: the fields that the schema does not know, as they came.
//! - `{"$raw": base64}` in the place of a well-known type whose form cannot hold the value: a
//!   timestamp out of its range, an `Any` of a type that the schema does not have.
//!
//! A NaN that is not the usual one is `"NaN:7fc00001"`, with its bits.
//!
//! Encoding writes fields in the order of their numbers and maps in the order of their keys, as
//! `SerializeToString(deterministic=True)` does.

mod builtin;
mod compile;
mod encode;
mod indexes;
mod known;
mod print;
mod read;
mod scalar;
mod slot;
#[cfg(test)]
mod tests;
mod time;

use std::collections::BTreeMap;

use prost_reflect::{DynamicMessage, FileDescriptor, MessageDescriptor};

pub use indexes::{BadIndexes, INDEXES_MAX, read_indexes, write_indexes};

use super::tree::Tree;

/// How deep messages may stand in each other, as in Google's own implementations.
const DEPTH_MAX: usize = 100;

/// A schema cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSchema {
    #[error("{why}")]
    Text { why: String },
    #[error("`{file}` nests braces deeper than {max}")]
    Deep { file: String, max: usize },
    #[error("the schema has {bytes} bytes with its imports, more than {max}")]
    Big { bytes: usize, max: usize },
    #[error("it is no set of file descriptors: {why}")]
    Set { why: String },
    #[error("the set of file descriptors is empty")]
    EmptySet,
    #[error("there is no file `{name}` in the schema")]
    NoFile { name: String },
    #[error("the file declares no message")]
    NoMessage,
    #[error("there is no message `{name}`: there are {there}")]
    NoSuchMessage { name: String, there: String },
    #[error("there is no message at the index {indexes:?}")]
    NoSuchIndex { indexes: Vec<i32> },
}

/// A file of messages, compiled.
#[derive(Clone, Debug)]
pub struct ProtoFile {
    file: FileDescriptor,
}

impl ProtoFile {
    /// Compiles a text and the texts that it imports, by their names in `import` statements.
    ///
    /// A text may also be a serialized `FileDescriptorProto` in base64, as Confluent's Python
    /// serializers register it. `google/protobuf/*`, `google/type/*` and `confluent/*` are known.
    pub fn of_texts(
        name: &str,
        text: &str,
        imports: &BTreeMap<String, String>,
    ) -> Result<Self, BadSchema> {
        Ok(ProtoFile { file: compile::texts(name, text, imports)? })
    }

    /// Reads a serialized `FileDescriptorSet`, as `protoc --descriptor_set_out` writes it, and
    /// takes the file of this name from it, or else the last one.
    pub fn of_descriptor_set(bytes: &[u8], name: Option<&str>) -> Result<Self, BadSchema> {
        Ok(ProtoFile { file: compile::descriptor_set(bytes, name)? })
    }

    /// The file as a serialized `FileDescriptorProto`: the other form in which registries take
    /// and give a schema.
    pub fn serialized(&self) -> Vec<u8> {
        self.file.encode_to_vec()
    }

    /// The first message of the file.
    pub fn first(&self) -> Result<ProtoMessage, BadSchema> {
        let first = self.file.messages().next();
        first.map(ProtoMessage::new).ok_or(BadSchema::NoMessage)
    }

    /// The message of a name: with its package, or without where that is the only one.
    pub fn by_name(&self, name: &str) -> Result<ProtoMessage, BadSchema> {
        let name = name.strip_prefix('.').unwrap_or(name);
        let pool = self.file.parent_pool();
        let in_package = format!("{}.{name}", self.file.package_name());
        let found = [name, &in_package].iter().find_map(|n| pool.get_message_by_name(n));
        if let Some(message) = found.filter(|message| !message.is_map_entry()) {
            return Ok(ProtoMessage::new(message));
        }
        let mut named = self.all().into_iter().filter(|message| message.name() == name);
        match (named.next(), named.next()) {
            (Some(message), None) => Ok(ProtoMessage::new(message)),
            _ => Err(BadSchema::NoSuchMessage { name: name.to_owned(), there: self.told() }),
        }
    }

    /// The message at a path of indexes, as the framing of payloads has it.
    ///
    /// Python's and Go's clients count the messages that maps make of themselves, Java's does
    /// not. A path that leads nowhere in the first way of counting is followed in the second.
    pub fn by_indexes(&self, indexes: &[i32]) -> Result<ProtoMessage, BadSchema> {
        let found = self.followed(indexes, true).or_else(|| self.followed(indexes, false));
        let none = || BadSchema::NoSuchIndex { indexes: indexes.to_vec() };
        found.map(ProtoMessage::new).ok_or_else(none)
    }

    fn followed(&self, indexes: &[i32], counts_maps: bool) -> Option<MessageDescriptor> {
        let (first, nested) = indexes.split_first()?;
        let mut at = self.file.messages().nth(usize::try_from(*first).ok()?)?;
        for index in nested.iter().take(INDEXES_MAX) {
            let position = usize::try_from(*index).ok()?;
            let is_counted = |m: &MessageDescriptor| counts_maps || !m.is_map_entry();
            let child = at.child_messages().filter(is_counted).nth(position)?;
            at = child;
        }
        (!at.is_map_entry() && nested.len() < INDEXES_MAX).then_some(at)
    }

    /// The full names of all messages of the file, in its order.
    pub fn message_names(&self) -> Vec<String> {
        self.all().iter().map(|message| message.full_name().to_owned()).collect()
    }

    fn all(&self) -> Vec<MessageDescriptor> {
        let mut all = Vec::new();
        let mut open: Vec<_> = self.file.messages().collect();
        open.reverse();
        while let Some(message) = open.pop() {
            let children: Vec<_> = message.child_messages().filter(|m| !m.is_map_entry()).collect();
            open.extend(children.into_iter().rev());
            all.push(message);
        }
        all
    }

    /// The names, as many as fit into a line.
    fn told(&self) -> String {
        const TOLD: usize = 10;
        let names = self.message_names();
        let mut told = names[..names.len().min(TOLD)].join(", ");
        if names.len() > TOLD {
            told += &format!(" and {} more", names.len() - TOLD);
        }
        if told.is_empty() { "none".to_owned() } else { told }
    }
}

/// A message of a file: payloads of it are read and written.
#[derive(Clone, Debug)]
pub struct ProtoMessage {
    message: MessageDescriptor,
}

impl ProtoMessage {
    fn new(message: MessageDescriptor) -> Self {
        ProtoMessage { message }
    }

    /// The full name: what `RecordNameStrategy` names a subject by.
    pub fn full_name(&self) -> &str {
        self.message.full_name()
    }

    /// The name of the file that the message is declared in.
    pub fn file_name(&self) -> String {
        self.message.parent_file().name().to_owned()
    }

    /// Where the message is in its file, as Confluent's Python and Go clients count.
    pub fn indexes(&self) -> Vec<i32> {
        let mut path = Vec::new();
        let mut at = self.message.clone();
        loop {
            let parent = at.parent_message();
            let position = match &parent {
                Some(parent) => parent.child_messages().position(|sibling| sibling == at),
                None => at.parent_file().messages().position(|sibling| sibling == at),
            };
            path.push(position.and_then(|p| i32::try_from(p).ok()).unwrap_or(0));
            match parent {
                Some(parent) => at = parent,
                None => break,
            }
        }
        path.reverse();
        path
    }

    /// What is known of the message.
    pub fn descriptor(&self) -> &MessageDescriptor {
        &self.message
    }

    /// Appends the payload of a message.
    pub fn encode(message: &DynamicMessage, out: &mut Vec<u8>) {
        encode::message(message, out);
    }

    /// Appends the JSON text of a payload.
    pub fn read(&self, payload: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let message = DynamicMessage::decode(self.message.clone(), payload);
        print::message(&message.map_err(|e| e.to_string())?, 0, out);
        Ok(())
    }

    /// Appends the payload of a JSON text. What is wrong is told with where it is.
    pub fn write(&self, json: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let tree = Tree::read(json)?;
        let message = read::message(&self.message, &tree, 0).map_err(|bad| bad.to_string())?;
        encode::message(&message, out);
        Ok(())
    }
}
