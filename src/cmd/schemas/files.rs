//! Schemas in files, with the files that they need.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Failure, bad};
use crate::codec::schema::SchemaType;
use crate::registry::{Local, Named, RegistryError};

/// How large a file may be.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// How many files a schema may need.
const FILES_MAX: usize = 1000;

/// The type of a schema, by its file's name.
pub(super) fn kind_of(file: &Path) -> Result<SchemaType, Failure> {
    let end = file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match end.as_str() {
        "avsc" | "avro" => Ok(SchemaType::Avro),
        "proto" | "desc" | "pb" | "protoset" | "binpb" => Ok(SchemaType::Protobuf),
        "json" => Ok(SchemaType::Json),
        _ => {
            let what = format!("cannot tell what kind of schema `{}` is", file.display());
            Err(bad(&what, "its name ends in none of .avsc, .proto, .desc and .json")
                .hint("say what values are, like `--value-format avro`"))
        }
    }
}

/// Reads a schema: the first file; the others hold what it refers to.
pub(super) fn read(
    kind: SchemaType,
    files: &[PathBuf],
    import_path: &[PathBuf],
) -> Result<Local, RegistryError> {
    let Some((first, rest)) = files.split_first() else {
        return Err(RegistryError::Unusable("there is no file".to_owned()));
    };
    let text = read_text(first)?;
    let mut others = Vec::new();
    for file in rest {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        others.push(Named::of(kind, &name, read_text(file)?));
    }
    if kind == SchemaType::Protobuf {
        let own = first.parent().map(Path::to_owned).into_iter();
        let folders: Vec<PathBuf> = own.chain(import_path.iter().cloned()).collect();
        add_imports(&text, &folders, &mut others)?;
    }
    Ok(Local { kind, text, others })
}

/// Whether a file is a set of descriptors, which is no text.
pub(super) fn is_descriptor_set(kind: SchemaType, file: &Path) -> bool {
    kind == SchemaType::Protobuf && file.extension().is_none_or(|end| end != "proto")
}

fn failed(file: &Path, why: String) -> RegistryError {
    RegistryError::File { path: file.display().to_string(), why }
}

/// Reads a file that is not too large.
pub(super) fn read_bytes(file: &Path) -> Result<Vec<u8>, RegistryError> {
    let size = fs::metadata(file).map_err(|e| failed(file, told(&e)))?.len();
    if size > FILE_BYTES_MAX {
        return Err(failed(file, format!("it is larger than {FILE_BYTES_MAX} bytes")));
    }
    fs::read(file).map_err(|e| failed(file, told(&e)))
}

fn read_text(file: &Path) -> Result<String, RegistryError> {
    let text = String::from_utf8(read_bytes(file)?);
    text.map_err(|_| failed(file, "it is not UTF-8".to_owned()))
}

fn told(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// Finds what is imported in the folders; what is nowhere may be built in.
fn add_imports(
    text: &str,
    folders: &[PathBuf],
    others: &mut Vec<Named>,
) -> Result<(), RegistryError> {
    let mut todo = imports(text);
    todo.extend(others.iter().flat_map(|other| imports(&other.text)));
    while let Some(name) = todo.pop() {
        if is_built_in(&name) || others.iter().any(|other| other.name == name) {
            continue;
        }
        let found = folders.iter().map(|folder| folder.join(&name)).find(|path| path.is_file());
        let Some(path) = found else { continue };
        if others.len() >= FILES_MAX {
            return Err(RegistryError::TooManyReferences(FILES_MAX));
        }
        let text = read_text(&path)?;
        todo.extend(imports(&text));
        others.push(Named { name, text });
    }
    Ok(())
}

/// Whether everybody has this file, so that none is registered. Python's serializers hold it so.
fn is_built_in(name: &str) -> bool {
    ["google/protobuf/", "google/type/", "confluent/"].iter().any(|known| name.starts_with(known))
}

/// What a Protobuf file imports.
fn imports(text: &str) -> Vec<String> {
    let import = |statement: &str| {
        let rest = statement.trim_start().strip_prefix("import")?.trim_start();
        let words = ["public", "weak"].iter().find_map(|word| rest.strip_prefix(word));
        let rest = words.unwrap_or(rest).trim();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next().map(str::to_owned)
    };
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n").split(';').filter_map(import).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found() {
        let text = "syntax = \"proto3\";\n// import \"no.proto\";\nimport \"a/b.proto\";\n\
                    import public 'c.proto'; import weak\n\"d.proto\" ;\nmessage M {}\n";
        assert_eq!(imports(text), ["a/b.proto", "c.proto", "d.proto"]);
    }

    #[test]
    fn what_a_schema_needs_is_read_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            path
        };
        let main = put("main.proto", "import \"x/a.proto\"; import \"google/protobuf/any.proto\";");
        put("inc/x/a.proto", "import \"b.proto\";");
        put("b.proto", "import \"x/a.proto\";");
        let local = read(SchemaType::Protobuf, &[main], &[dir.path().join("inc")]).unwrap();
        let names: Vec<&str> = local.others.iter().map(|other| other.name.as_str()).collect();
        assert_eq!(names, ["x/a.proto", "b.proto"]);
        let main = put("m.avsc", "\"n.S\"");
        let other = put("s.avsc", r#"{"type":"fixed","name":"n.S","size":1}"#);
        let local = read(SchemaType::Avro, &[main, other], &[]).unwrap();
        assert_eq!(local.others[0].name, "n.S");
        let gone = read(SchemaType::Avro, &[dir.path().join("gone.avsc")], &[]).unwrap_err();
        assert!(gone.to_string().ends_with("no such file or directory"), "{gone}");
    }

    #[test]
    fn kinds_are_told_by_names() {
        for (name, kind) in [
            ("a.avsc", SchemaType::Avro),
            ("a/b.PROTO", SchemaType::Protobuf),
            ("x.json", SchemaType::Json),
        ] {
            assert_eq!(kind_of(Path::new(name)).unwrap(), kind);
        }
        assert!(kind_of(Path::new("schema")).is_err());
    }
}
