//! From texts to descriptors. Nothing is opened but what was given and what everybody knows.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use prost_reflect::prost::Message;
use prost_reflect::prost_types::{FileDescriptorProto, FileDescriptorSet};
use prost_reflect::{DescriptorPool, FileDescriptor};
use protox::Compiler;
use protox::file::{File, FileResolver, GoogleFileResolver};

use super::{BadSchema, builtin};

/// How long all texts of a schema may be together.
const TEXTS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How deep braces and brackets may stand in each other within one text. (Messages may nest 32
/// deep; this bounds the values of options, too.)
const NESTING_MAX: usize = 100;

/// What `google.protobuf.Any` may hold without the schema importing it.
const ALWAYS_THERE: &[&str] = &[
    "google/protobuf/any.proto",
    "google/protobuf/duration.proto",
    "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto",
    "google/protobuf/struct.proto",
    "google/protobuf/timestamp.proto",
    "google/protobuf/wrappers.proto",
];

/// Compiles a text, which finds its imports among the given ones by their names.
pub(super) fn texts(
    name: &str,
    text: &str,
    imports: &BTreeMap<String, String>,
) -> Result<FileDescriptor, BadSchema> {
    let total = imports.values().map(String::len).sum::<usize>() + text.len();
    if total > TEXTS_BYTES_MAX {
        return Err(BadSchema::Big { bytes: total, max: TEXTS_BYTES_MAX });
    }
    for (name, text) in imports.iter().map(|(n, t)| (n.as_str(), t.as_str())).chain([(name, text)])
    {
        if nesting(text) > NESTING_MAX {
            return Err(BadSchema::Deep { file: name.to_owned(), max: NESTING_MAX });
        }
    }
    // A schema without a name of its own must not hide one of its imports.
    let mut main = name.to_owned();
    while imports.contains_key(&main) && imports.get(&main).is_none_or(|same| same != text) {
        main.insert(0, '_');
    }
    let files = Files { main: (main.clone(), text.to_owned()), imports: imports.clone() };
    let mut compiler = Compiler::with_file_resolver(files);
    compiler.open_file(&main).map_err(|e| BadSchema::Text { why: told(&e) })?;
    compiler.include_imports(true);
    // The compiler's own pool has not yet seen the options of fields when it decides which are
    // packed.
    let pool = DescriptorPool::decode(compiler.encode_file_descriptor_set().as_slice());
    let mut pool = pool.map_err(|e| BadSchema::Text { why: e.to_string() })?;
    for known in ALWAYS_THERE {
        if pool.get_file_by_name(known).is_none()
            && let Ok(file) = GoogleFileResolver::new().open_file(known)
        {
            // One that the schema declares itself is the one that counts.
            let mut more = pool.clone();
            if more.add_file_descriptor_proto(file.file_descriptor_proto().clone()).is_ok() {
                pool = more;
            }
        }
    }
    pool.get_file_by_name(&main).ok_or(BadSchema::NoFile { name: main })
}

/// Takes the file of this name out of a serialized set of descriptors, or the last one, which
/// is the one that `protoc` was asked for.
pub(super) fn descriptor_set(
    bytes: &[u8],
    name: Option<&str>,
) -> Result<FileDescriptor, BadSchema> {
    if bytes.len() > TEXTS_BYTES_MAX {
        return Err(BadSchema::Big { bytes: bytes.len(), max: TEXTS_BYTES_MAX });
    }
    let set = FileDescriptorSet::decode(bytes);
    let set = set.map_err(|e| BadSchema::Set { why: e.to_string() })?;
    let last = set.file.last().map(|file| file.name().to_owned());
    let wanted = name.map(str::to_owned).or(last).ok_or(BadSchema::EmptySet)?;
    let mut pool = DescriptorPool::new();
    // Sets that were made without their imports lack what everybody knows.
    let given = |name: &str| set.file.iter().any(|file| file.name() == name);
    for known in ALWAYS_THERE.iter().filter(|known| !given(known)) {
        if let Ok(file) = GoogleFileResolver::new().open_file(known) {
            let mut more = pool.clone();
            if more.add_file_descriptor_proto(file.file_descriptor_proto().clone()).is_ok() {
                pool = more;
            }
        }
    }
    pool.add_file_descriptor_set(set).map_err(|e| BadSchema::Set { why: e.to_string() })?;
    pool.get_file_by_name(&wanted).ok_or(BadSchema::NoFile { name: wanted })
}

/// Where the compiler finds its files.
struct Files {
    main: (String, String),
    imports: BTreeMap<String, String>,
}

impl FileResolver for Files {
    fn resolve_path(&self, path: &std::path::Path) -> Option<String> {
        path.to_str().map(str::to_owned)
    }

    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        if name == self.main.0 {
            return file(name, &self.main.1);
        }
        if let Some(text) = self.imports.get(name) {
            return file(name, text);
        }
        match builtin::text(name) {
            Some(text) => File::from_source(name, text),
            None => GoogleFileResolver::new().open_file(name),
        }
    }
}

/// One file from its text, or from what Confluent's Python serializers register in its place: a
/// serialized descriptor in base64.
fn file(name: &str, text: &str) -> Result<File, protox::Error> {
    if let Some(mut descriptor) = serialized(text) {
        descriptor.name = Some(name.to_owned());
        return Ok(File::from_file_descriptor_proto(descriptor));
    }
    File::from_source(name, text)
}

/// Whatever is no base64 is a text, as every text has a blank, a brace or a semicolon.
fn serialized(text: &str) -> Option<FileDescriptorProto> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let bytes = BASE64.decode(text.as_bytes()).ok()?;
    FileDescriptorProto::decode(bytes.as_slice()).ok()
}

/// An error with the place that it is about, if it is about one.
fn told(error: &protox::Error) -> String {
    let plain = error.to_string();
    // The debug text is `file:line:column: message`.
    let placed = format!("{error:?}");
    if placed.ends_with(&plain) && placed.len() < plain.len() + 300 { placed } else { plain }
}

/// How deep braces, brackets and angles stand in each other, outside of strings and comments.
fn nesting(text: &str) -> usize {
    let mut bytes = text.bytes().peekable();
    let (mut depth, mut deepest) = (0_usize, 0);
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' | b'<' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' | b'>' | b')' => depth = depth.saturating_sub(1),
            b'"' | b'\'' => {
                while let Some(next) = bytes.next() {
                    match next {
                        b'\\' => drop(bytes.next()),
                        b'\n' => break,
                        _ if next == byte => break,
                        _ => {}
                    }
                }
            }
            b'/' if bytes.peek() == Some(&b'/') => {
                bytes.by_ref().take_while(|b| *b != b'\n').for_each(drop);
            }
            b'/' if bytes.peek() == Some(&b'*') => {
                bytes.next();
                let mut last = 0;
                for next in bytes.by_ref() {
                    if (last, next) == (b'*', b'/') {
                        break;
                    }
                    last = next;
                }
            }
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(text: &str, imports: &[(&str, &str)]) -> Result<FileDescriptor, BadSchema> {
        let imports = imports.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
        texts("main.proto", text, &imports)
    }

    #[test]
    fn everything_that_is_built_in_compiles_and_can_be_imported() {
        for name in builtin::names() {
            let text = format!("syntax = \"proto3\"; import \"{name}\"; message M {{}}");
            let file = compiled(&text, &[]).unwrap();
            assert!(file.parent_pool().get_file_by_name(name).is_some(), "{name}");
        }
        let text = "syntax = \"proto3\"; import \"confluent/types/decimal.proto\"; \
                    message M { confluent.type.Decimal d = 1; }";
        assert!(compiled(text, &[]).is_ok());
        let text = "syntax = \"proto3\"; import \"confluent/meta.proto\"; \
                    message M { option (confluent.message_meta).doc = \"x\"; \
                    string s = 1 [(confluent.field_meta) = { tags: [\"PII\"] }]; }";
        assert!(compiled(text, &[]).is_ok());
    }

    #[test]
    fn imports_are_found_by_their_names_also_as_descriptors_in_base64() {
        let inner = "syntax = \"proto3\"; package p; message I { int32 n = 1; }";
        let main = "syntax = \"proto3\"; import \"dir/i.proto\"; message M { p.I i = 1; }";
        let file = compiled(main, &[("dir/i.proto", inner)]).unwrap();
        assert_eq!(file.messages().next().unwrap().full_name(), "M");
        let coded =
            |file: &FileDescriptor| BASE64.encode(&file.file_descriptor_proto().encode_to_vec());
        let pool = file.parent_pool();
        let (main, inner) = (coded(&file), coded(&pool.get_file_by_name("dir/i.proto").unwrap()));
        let again = compiled(&main, &[("dir/i.proto", &inner)]).unwrap();
        assert_eq!(again.messages().next().unwrap().fields().len(), 1);
    }

    #[test]
    fn a_nameless_schema_does_not_hide_its_import() {
        let imports = [("main.proto".to_owned(), "syntax = \"proto3\"; message I {}".to_owned())];
        let text = "syntax = \"proto3\"; import \"main.proto\"; message M { I i = 1; }";
        let file = texts("main.proto", text, &imports.into_iter().collect()).unwrap();
        assert_eq!(file.messages().next().unwrap().full_name(), "M");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, told) in [
            ("syntax = \"proto3\";\nmessage M {\n  int32 a = ;\n}", "main.proto:3:13: "),
            ("syntax = \"proto3\"; import \"gone.proto\";", "import 'gone.proto' not found"),
            ("syntax = \"proto3\"; message M { Gone g = 1; }", "'Gone' is not defined"),
            ("syntax = \"proto3\"; import \"main.proto\";", "import cycle"),
            ("syntax = \"proto3\"; message M { int32 a = 1; int32 b = 1; }", "1"),
        ] {
            let bad = compiled(text, &[]).unwrap_err().to_string();
            assert!(bad.contains(told), "{bad}");
        }
    }

    #[test]
    fn hostile_texts_are_refused() {
        let many = "x".repeat(TEXTS_BYTES_MAX + 1);
        assert!(matches!(compiled(&many, &[]), Err(BadSchema::Big { .. })));
        for text in [
            "message M {".repeat(100_000),
            format!("option (a) = {}", "{ a: ".repeat(100_000)),
            format!("message M {{ optional group A = 1 {}", "{ optional group A = 1 ".repeat(500)),
            format!("option (a) = {}", "[".repeat(100_000)),
            format!("option (a) = {{ b: {}", "<b: ".repeat(100_000)),
        ] {
            assert!(matches!(compiled(&text, &[]), Err(BadSchema::Deep { .. })), "{text:.40}");
        }
        for text in [
            format!("message {}M {{}}", "a.".repeat(100_000)),
            format!("syntax = \"proto3\"; {}", ";".repeat(1_000_000)),
            format!("option a = {}1;", "-".repeat(100_000)),
            format!("option {}a = 1;", "a.".repeat(100_000)),
            format!("option (a) = \"{}", "\\".repeat(100_001)),
            "\"a\" ".repeat(100_000),
            "/*".to_owned() + &"*".repeat(1_000_000),
        ] {
            drop(compiled(&text, &[]));
        }
        assert_eq!(nesting("// {{{\n/* {{ * /{ */ \"{{\\\"{\" '{' { [ ] ( ) }"), 2);
    }

    #[test]
    fn sets_of_descriptors_are_read() {
        let text = "syntax = \"proto3\"; import \"google/protobuf/timestamp.proto\"; \
                    message M { google.protobuf.Timestamp t = 1; }";
        let file = compiled(text, &[]).unwrap();
        let only = FileDescriptorSet { file: vec![file.file_descriptor_proto().clone()] };
        let read = descriptor_set(&only.encode_to_vec(), None).unwrap();
        assert_eq!(read.name(), "main.proto");
        assert!(descriptor_set(&only.encode_to_vec(), Some("main.proto")).is_ok());
        let none = descriptor_set(&only.encode_to_vec(), Some("other.proto"));
        assert!(matches!(none, Err(BadSchema::NoFile { .. })));
        assert!(matches!(descriptor_set(&[], None), Err(BadSchema::EmptySet)));
        assert!(matches!(descriptor_set(b"\xff\xff", None), Err(BadSchema::Set { .. })));
    }
}
