//! Files by pattern: `*`, `?` and `[…]` in the last part of a path.

use std::path::{Path, PathBuf};

use regex::Regex;

/// How many files one pattern may mean.
const FILES_MAX: usize = 10_000;

/// A folder, and which of its files are meant.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    folder: PathBuf,
    names: Regex,
}

impl Pattern {
    /// Reads a pattern; none if it is the path of one file.
    pub(super) fn of(path: &str) -> Option<Self> {
        let (folder, name) = path.rsplit_once('/').map_or(("", path), |(f, n)| (f, n));
        if !name.contains(['*', '?', '[']) || Path::new(path).exists() {
            return None;
        }
        let folder = match folder {
            "" if path.starts_with('/') => "/",
            "" => ".",
            folder => folder,
        };
        let mut regex = String::from("^");
        let mut chars = name.chars();
        while let Some(c) = chars.next() {
            match c {
                '*' => regex.push_str(".*"),
                '?' => regex.push('.'),
                '[' => {
                    let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    let inner = inner.replacen('!', "^", usize::from(inner.starts_with('!')));
                    regex.push_str(&format!("[{}]", inner.replace(['\\', '['], "")));
                }
                c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            }
        }
        regex.push('$');
        Some(Pattern { folder: folder.into(), names: Regex::new(&regex).ok()? })
    }

    /// The files that match, by name.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let mut files: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_str().is_some_and(|n| self.names.is_match(n)))
            .map(|entry| entry.path())
            .filter(|path| path.is_file())
            .take(FILES_MAX)
            .collect();
        files.sort();
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_its_files() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.log", "b.log", "a.txt", "c1.log", "(x).log"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let found = |pattern: &str| {
            let path = format!("{}/{pattern}", dir.path().display());
            let names = Pattern::of(&path).map(|pattern| pattern.files());
            names.map(|files| {
                let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
                files.iter().map(name).collect::<Vec<_>>().join(" ")
            })
        };
        assert_eq!(found("*.log").as_deref(), Some("(x).log a.log b.log c1.log"));
        assert_eq!(found("?.log").as_deref(), Some("a.log b.log"));
        assert_eq!(found("[!a].log").as_deref(), Some("b.log"));
        assert_eq!(found("(x)*").as_deref(), Some("(x).log"));
        assert_eq!(found("none*").as_deref(), Some(""));
        assert_eq!(found("a.log"), None);
    }
}
