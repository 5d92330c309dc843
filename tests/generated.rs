//! The files that are drawn from the tree of words: completions, manual pages, the whole help.
//!
//! They are committed and compared here, never trusted. `RK_UPDATE=1 cargo test generated`
//! writes them anew, which a change of the words or of the version asks for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rk::cli;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Holds the files of a directory against what they must be: no file more, none less.
fn check(dir: &Path, want: &BTreeMap<String, String>) {
    if std::env::var_os("RK_UPDATE").is_some() {
        let _ = fs::remove_dir_all(dir);
        fs::create_dir_all(dir).unwrap();
        want.iter().for_each(|(name, text)| fs::write(dir.join(name), text).unwrap());
    }
    let mut wrong = Vec::new();
    for (name, text) in want {
        let there = fs::read_to_string(dir.join(name)).unwrap_or_default();
        if there != *text {
            let at = there.lines().zip(text.lines()).position(|(a, b)| a != b);
            let at = at.unwrap_or_else(|| there.lines().count().min(text.lines().count()));
            let line = |text: &str| text.lines().nth(at).unwrap_or("(end)").to_owned();
            wrong.push(format!(
                "{name}:{}\n  there:  {}\n  wanted: {}",
                at + 1,
                line(&there),
                line(text)
            ));
        }
    }
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !want.contains_key(&name) {
            wrong.push(format!("{name}: nobody writes this file"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} is not up to date; `RK_UPDATE=1 cargo test generated` writes it:\n{}",
        dir.display(),
        wrong.join("\n")
    );
}

#[test]
fn completions_are_up_to_date() {
    let files = cli::Shell::ALL.map(|shell| (shell.file_name().into(), cli::completions(shell)));
    check(&root().join("completions"), &files.into());
}

#[test]
fn manual_pages_are_up_to_date() {
    let pages: BTreeMap<String, String> = cli::man_pages().into_iter().collect();
    assert!(pages.contains_key("rk.1") && pages.contains_key("rk-topics-create.1"));
    assert!(!pages.keys().any(|name| name.contains("help")), "{:?}", pages.keys());
    check(&root().join("man"), &pages);
}

#[test]
fn the_whole_help_is_as_it_was_last_read() {
    let help = BTreeMap::from([("help.txt".to_owned(), cli::help(80))]);
    check(&root().join("tests/golden/help"), &help);
}

#[test]
fn no_line_of_the_help_is_too_wide() {
    for line in cli::help(80).lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

/// A completion file that makes its shell complain is worse than none.
#[test]
fn the_shells_that_are_here_read_their_completions_in_silence() {
    let shells = [
        ("bash", vec!["--norc", "-c", "source \"$0\""], "rk.bash"),
        ("zsh", vec!["-f", "-c", "autoload -U compinit; compinit -D; source \"$0\""], "_rk"),
        ("fish", vec!["--no-config", "-c", "source $argv"], "rk.fish"),
    ];
    for (shell, args, file) in shells {
        let path = root().join("completions").join(file);
        let Ok(ran) = std::process::Command::new(shell).args(args).arg(&path).output() else {
            continue;
        };
        assert!(ran.status.success(), "{shell}: {}", ran.status);
        assert_eq!(String::from_utf8_lossy(&ran.stderr), "", "{shell}");
        assert_eq!(String::from_utf8_lossy(&ran.stdout), "", "{shell}");
    }
}
