//! Help, version, completions and manual pages, as a user gets them.

use std::io::Read;
use std::process::Stdio;

use super::{command, rk};

#[test]
fn the_version_is_the_packages() {
    let ran = rk("--version");
    let want = format!("rk {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((ran.out.as_str(), ran.err.as_str(), ran.code), (want.as_str(), "", Some(0)));
}

#[test]
fn help_is_data_and_goes_to_standard_output() {
    for line in ["--help", "help", "topics --help", "help topics create"] {
        let ran = rk(line);
        assert_eq!((ran.err.as_str(), ran.code), ("", Some(0)), "{line}");
        assert!(ran.out.contains("Usage: rk"), "{line}");
    }
}

#[test]
fn no_words_at_all_is_a_mistake_that_shows_the_help() {
    let ran = rk("");
    assert_eq!((ran.out.as_str(), ran.code), ("", Some(2)));
    assert_eq!(ran.err, rk("--help").out);
}

#[test]
fn completions_and_pages_are_the_committed_ones() {
    let committed = |path: &str| {
        std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    assert_eq!(rk("completions fish").out, committed("completions/rk.fish"));
    assert_eq!(rk("man").out, committed("man/rk.1"));
    assert_eq!(rk("man topics create").out, committed("man/rk-topics-create.1"));
}

#[test]
fn all_pages_go_into_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let ran = rk(&format!("man --dir {}/new", dir.path().display()));
    assert_eq!((ran.out.as_str(), ran.code), ("", Some(0)));
    let count = std::fs::read_dir(dir.path().join("new")).unwrap().count();
    assert_eq!(count, rk::cli::man_pages().len());
}

/// More than a pipe holds is written, and the reader goes away after one byte.
#[test]
fn a_closed_pipe_is_quietly_done() {
    let mut child = command("completions bash")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0]).unwrap();
    drop(out);
    let ran = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "");
    assert_eq!(ran.status.code(), Some(0));
}
