//! The house rules, held: who may name whom, how big things may get, what may not be written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What the top level holds, besides dotfiles and what cargo builds.
const TOP: &[&str] =
    &["Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "completions", "man", "src", "tests"];

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;
const LINE_COLUMNS_MAX: usize = 100;

/// Files that may be longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Functions that may be longer, as `file:function`, each with its reason.
const LONG_FUNCTIONS: &[(&str, &str)] = &[];

/// Words that only the named places may use: (word, where it may stand, why).
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("clap", &["src/cli/"], "the words of the command line are one room's business"),
    ("clap_complete", &["src/cli/"], "as above"),
    ("clap_mangen", &["src/cli/"], "as above"),
    ("rdkafka", &["src/client/"], "one room talks through librdkafka"),
    ("comfy_table", &["src/render/"], "one room draws tables"),
    ("indicatif", &["src/ui/"], "one room shows progress"),
    ("dialoguer", &["src/ui/"], "one room asks questions"),
    ("jaq_core", &["src/search/"], "one room speaks jq"),
    ("jaq_std", &["src/search/"], "as above"),
    ("jaq_json", &["src/search/"], "as above"),
    ("ureq", &["src/http/"], "one room talks HTTP as a client"),
    ("rusqlite", &["src/connect/connectors/jdbc/db/"], "one room talks to databases"),
    ("postgres_openssl", &["src/connect/connectors/jdbc/db/"], "as above"),
    ("anyhow", &["src/lib.rs", "src/failure.rs", "src/cmd/"], "rooms have their own errors"),
    ("Instant", &["src/base/clock.rs"], "one place reads the clock"),
    ("SystemTime", &["src/base/clock.rs"], "one place reads the clock"),
];

/// Rooms, and the rooms that they may not name: (room, forbidden).
const NOT_NAMED_BY: &[(&str, &[&str])] = &[
    (
        "src/base/",
        &[
            "crate::wire",
            "crate::broker",
            "crate::client",
            "crate::cmd",
            "crate::cli",
            "crate::settings",
            "crate::ui",
            "crate::render",
            "crate::format",
            "tokio",
        ],
    ),
    (
        "src/wire/",
        &[
            "crate::broker",
            "crate::client",
            "crate::cmd",
            "crate::cli",
            "crate::settings",
            "crate::ui",
            "crate::render",
            "crate::format",
            "tokio",
            "std::fs",
            "std::net",
            "crate::base::clock::System",
        ],
    ),
    (
        "src/settings/",
        &["crate::cmd", "crate::cli", "crate::ui", "crate::client", "crate::broker", "crate::wire"],
    ),
    ("src/cli/", &["crate::cmd", "crate::client", "crate::broker", "crate::ui", "crate::wire"]),
    (
        "src/format/",
        &[
            "crate::cmd",
            "crate::cli",
            "crate::client",
            "crate::broker",
            "crate::ui",
            "std::fs",
            "tokio",
        ],
    ),
    (
        "src/codec/",
        &[
            "crate::cmd",
            "crate::cli",
            "crate::client",
            "crate::broker",
            "crate::format",
            "crate::ui",
            "std::fs",
            "tokio",
        ],
    ),
    (
        "src/search/",
        &[
            "crate::cmd",
            "crate::cli",
            "crate::client",
            "crate::broker",
            "crate::ui",
            "std::fs",
            "tokio",
        ],
    ),
    (
        "src/render/",
        &[
            "crate::cmd",
            "crate::cli",
            "crate::client",
            "crate::broker",
            "crate::ui",
            "std::fs",
            "std::io",
            "tokio",
        ],
    ),
    (
        "src/connect/",
        &[
            "crate::cmd",
            "crate::cli",
            "crate::ui",
            "crate::render",
            "crate::broker",
            "crate::format",
        ],
    ),
    ("src/ui/", &["crate::cmd", "crate::cli", "crate::client", "crate::broker", "crate::wire"]),
    ("src/client/", &["crate::cmd", "crate::cli", "crate::ui", "crate::render", "crate::broker"]),
    ("src/registry/", &["crate::cmd", "crate::cli", "crate::ui", "crate::render", "std::fs"]),
    ("src/http/", &["crate::cmd", "crate::cli", "crate::ui", "crate::render", "crate::broker"]),
    (
        "src/broker/",
        &[
            "clap",
            "rdkafka",
            "anyhow",
            "crate::cli",
            "crate::cmd",
            "crate::render",
            "crate::ui",
            "crate::client",
        ],
    ),
    (
        "src/broker/coord/",
        &["tokio", "std::fs", "std::net", "base::clock::System", "clock::System", "getrandom"],
    ),
    (
        "src/broker/meta/",
        &["tokio", "std::fs", "std::net", "base::clock::System", "clock::System", "getrandom"],
    ),
];

/// The broker's only room with files.
const FILES_OF_THE_BROKER: &[&str] = &["src/broker/disk/"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

struct Source {
    path: String,
    text: String,
}

/// Every Rust file under a folder, with its path from the top.
fn sources(folder: &str) -> Vec<Source> {
    fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                out.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths);
    paths.sort();
    let source = |path: PathBuf| Source {
        text: fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/"),
    };
    paths.into_iter().map(source).collect()
}

fn all() -> Vec<Source> {
    let mut all = sources("src");
    all.extend(sources("tests"));
    all
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// The text without comments, and without the unit tests at its end.
fn code(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate();
    lines
        .take_while(|(_, line)| *line != "#[cfg(test)]")
        .filter(|(_, line)| !is_comment(line))
        .map(|(at, line)| (at + 1, line))
        .collect()
}

/// Says whether `line` has `word` with no letter, digit or `_` beside it.
fn names(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

fn report(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_top_level_is_what_it_shall_be() {
    let names =
        fs::read_dir(root()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> =
        names.filter(|name| !name.starts_with('.') && name != "target").collect();
    assert_eq!(there, TOP.iter().map(|name| (*name).to_owned()).collect());
}

/// Bounds that a test cannot meet by name: what they are part of has one.
const MET_OTHERWISE: &[(&str, &str)] = &[
    ("ELEMENT_BYTES", "a factor of what a request may hold"),
    ("RESERVE_MAX", "tests/wire/hostile.rs counts what is allocated for a count that lies"),
    ("DESCRIBED_BYTES_MAX", "tests/broker/limits asks for configs until there is no room"),
];

#[test]
fn every_bound_is_met_by_a_test() {
    let limits = fs::read_to_string(root().join("src/base/limits.rs")).unwrap();
    let constants = limits.lines().filter_map(|line| line.strip_prefix("pub const "));
    let fields = limits.lines().filter_map(|line| line.strip_prefix("    pub "));
    let bounds = constants.chain(fields).filter_map(|line| line.split_once(':'));
    let bounds: Vec<&str> = bounds.map(|(name, _)| name).collect();
    assert!(bounds.contains(&"FRAME_BYTES_MAX") && bounds.contains(&"acls"), "{bounds:?}");
    let mut tests: Vec<String> = sources("tests/broker").into_iter().map(|one| one.text).collect();
    tests.extend(sources("tests/wire").into_iter().map(|one| one.text));
    let units = sources("src")
        .into_iter()
        .filter_map(|one| one.text.split_once("\n#[cfg(test)]").map(|(_, units)| units.to_owned()));
    tests.extend(units);
    let is_met = |name: &str| tests.iter().any(|text| text.lines().any(|line| names(line, name)));
    let wrong = bounds.iter().filter(|name| {
        let otherwise = MET_OTHERWISE.iter().any(|(other, _)| other == *name);
        otherwise == is_met(name)
    });
    report(
        wrong.map(|name| format!("limits.rs: no test meets `{name}`, or it is said so")).collect(),
    );
}

#[test]
fn some_words_stand_only_in_their_room() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        for (word, rooms, why) in ONLY_IN {
            if rooms.iter().any(|room| source.path.starts_with(room)) {
                continue;
            }
            for (at, line) in code(&source.text) {
                if names(line, word) {
                    wrong.push(format!(
                        "{}:{at}: `{word}` stands only in {rooms:?}: {why}",
                        source.path
                    ));
                }
            }
        }
    }
    report(wrong);
}

#[test]
fn rooms_name_only_the_rooms_they_stand_on() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        for (room, forbidden) in NOT_NAMED_BY {
            if !source.path.starts_with(room) {
                continue;
            }
            for (at, line) in code(&source.text) {
                for word in forbidden.iter().filter(|word| names(line, word)) {
                    wrong.push(format!("{}:{at}: {room} never names `{word}`", source.path));
                }
            }
        }
        let in_broker = source.path.starts_with("src/broker/");
        let has_files = FILES_OF_THE_BROKER.iter().any(|room| source.path.starts_with(room));
        for (at, line) in code(&source.text) {
            if in_broker && !has_files && names(line, "std::fs") {
                wrong.push(format!("{}:{at}: the broker's files are disk's", source.path));
            }
            let is_dev = source.path.starts_with("src/cmd/dev");
            if source.path.starts_with("src/cmd/") && !is_dev && names(line, "crate::broker") {
                wrong.push(format!("{}:{at}: only cmd/dev names the broker", source.path));
            }
        }
    }
    report(wrong);
}

/// Lines that count: neither blank nor comment.
fn counted<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    lines.filter(|line| !line.trim().is_empty() && !is_comment(line)).count()
}

#[test]
fn files_stay_small() {
    let mut wrong = Vec::new();
    for source in all() {
        let lines = counted(source.text.lines());
        let listed = LONG_FILES.iter().any(|(path, _)| *path == source.path);
        if lines > FILE_LINES_MAX && !listed {
            wrong
                .push(format!("{}: {lines} code lines, {FILE_LINES_MAX} are allowed", source.path));
        }
        if listed && lines <= FILE_LINES_MAX {
            wrong.push(format!("{}: is listed as long, and is not", source.path));
        }
    }
    report(wrong);
}

/// How wide a line is, without what stands between quotes: a text that others wrote, or that
/// a test demands word by word, is not broken to please a ruler.
fn width(line: &str) -> usize {
    let mut width = 0;
    let (mut quoted, mut escaped) = (false, false);
    for c in line.chars() {
        let quote = c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        width += usize::from(!quoted || quote);
        quoted ^= quote;
    }
    width
}

#[test]
fn the_ruler_measures_lines() {
    for (line, want) in [("ab", 2), ("f(\"abc\")", 5), ("\"a\\\"b\" + 1", 6), ("\"open", 1)] {
        assert_eq!(width(line), want, "{line}");
    }
}

#[test]
fn lines_stay_short_and_end_cleanly() {
    let mut wrong = Vec::new();
    for source in all() {
        for (at, line) in source.text.lines().enumerate() {
            if width(line) > LINE_COLUMNS_MAX {
                wrong.push(format!("{}:{}: longer than {LINE_COLUMNS_MAX}", source.path, at + 1));
            }
            if line.ends_with([' ', '\t']) || line.contains('\t') {
                wrong.push(format!("{}:{}: a tab, or a blank at the end", source.path, at + 1));
            }
        }
    }
    report(wrong);
}

/// Each function with its name and its counted lines. The sources are formatted, so that a
/// function ends at the first closing brace with its own indentation.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let head = line.trim_start();
        let Some(fn_at) = head.find("fn ") else { continue };
        let before = &head[..fn_at];
        let words = ["pub", "const", "async", "unsafe", "extern", "\"C\""];
        let is_word = |word: &str| words.contains(&word) || word.starts_with("pub(");
        if is_comment(line) || !before.split_whitespace().all(is_word) {
            continue;
        }
        let name = head[fn_at + 3..].split(|c: char| !c.is_alphanumeric() && c != '_').next();
        let indent = line.len() - head.len();
        let end = lines[at..].iter().position(|later| {
            later.len() == indent + 1 && later.trim_start() == "}"
                || later.trim_end() == *line && line.ends_with(['}', ';'])
        });
        if let (Some(name), Some(end)) = (name, end) {
            out.push((name.to_owned(), counted(lines[at..=at + end].iter().copied())));
        }
    }
    out
}

#[test]
fn functions_stay_short() {
    let mut wrong = Vec::new();
    let mut met = BTreeSet::new();
    for source in all() {
        for (name, lines) in functions(&source.text) {
            let id = format!("{}:{name}", source.path);
            if lines <= FUNCTION_LINES_MAX {
                continue;
            }
            if LONG_FUNCTIONS.iter().any(|(listed, _)| *listed == id) {
                met.insert(id);
            } else {
                wrong.push(format!("{id}: {lines} lines, {FUNCTION_LINES_MAX} are allowed"));
            }
        }
    }
    for (listed, _) in LONG_FUNCTIONS {
        if !met.contains(*listed) {
            wrong.push(format!("{listed}: is listed as long, and is not"));
        }
    }
    report(wrong);
}

#[test]
fn the_ruler_measures_functions() {
    let text = "fn a() {\n    1;\n\n    // c\n}\n\nimpl X {\n    pub(crate) fn b(\n        x: u8,\n\
                \x20   ) {\n        if x {\n        }\n    }\n    fn c() {}\n}\n";
    let want = [("a", 3), ("b", 6), ("c", 1)].map(|(name, lines)| (name.to_owned(), lines));
    assert_eq!(functions(text), want);
}

#[test]
fn every_file_says_what_it_is() {
    let silent = all().into_iter().filter(|source| !source.text.starts_with("//!"));
    report(silent.map(|source| format!("{}: does not open with `//!`", source.path)).collect());
}

#[test]
fn nothing_is_left_for_later() {
    // Written in two halves, so that this list is not its own finding.
    let banned = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["XX", "X"],
        ["HA", "CK"],
        ["to", "do!("],
        ["dbg", "!("],
        ["unimpl", "emented!("],
    ];
    let mut wrong = Vec::new();
    for source in all() {
        for (at, line) in source.text.lines().enumerate() {
            for word in banned.iter().map(|halves| halves.concat()) {
                if line
                    .match_indices(&word)
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
                {
                    wrong.push(format!("{}:{}: `{word}`", source.path, at + 1));
                }
            }
        }
    }
    report(wrong);
}

#[test]
fn an_allowed_lint_has_its_reason() {
    let mut wrong = Vec::new();
    for source in all() {
        let lines: Vec<&str> = source.text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let opens = ["#[allow(", "#![allow(", "#[expect("]
                .iter()
                .any(|start| line.trim_start().starts_with(start));
            let whole = lines[at..].iter().take(6).take_while(|line| !line.trim().is_empty());
            if opens && !whole.copied().collect::<String>().contains("reason = ") {
                wrong.push(format!("{}:{}: a lint is allowed without reason", source.path, at + 1));
            }
        }
    }
    report(wrong);
}

/// Where a crate begins.
const ROOTS: &[&str] =
    &["src/lib.rs", "src/main.rs", "tests/all.rs", "tests/bench/main.rs", "tests/bench/client.rs"];

/// A test file that no `mod` names is never compiled, and never fails.
#[test]
fn every_file_is_reached_by_a_module() {
    let mut wrong = Vec::new();
    for source in all() {
        let path = Path::new(&source.path);
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let folder = path.parent().unwrap();
        if ROOTS.contains(&source.path.as_str()) {
            continue;
        }
        let (name, parent) = match stem {
            "mod" => (folder.file_name().unwrap().to_str().unwrap(), folder.parent().unwrap()),
            _ => (stem, folder),
        };
        let homes = match parent.to_str().unwrap() {
            "src" => vec![PathBuf::from("src/lib.rs")],
            "tests" => vec![PathBuf::from("tests/all.rs")],
            "tests/bench" => ["main", "client"]
                .map(|name| PathBuf::from(format!("tests/bench/{name}.rs")))
                .to_vec(),
            _ => vec![parent.join("mod.rs"), parent.with_extension("rs")],
        };
        let reached = homes.iter().any(|home| {
            let text = fs::read_to_string(root().join(home)).unwrap_or_default();
            let word = format!("mod {name};");
            text.lines().any(|line| !is_comment(line) && line.trim_end().ends_with(&word))
        });
        if !reached {
            wrong.push(format!("{}: no `mod {name};` in {homes:?}", source.path));
        }
    }
    report(wrong);
}
