//! Help, version, completions and manual pages, as a user gets them.

use std::io::Read;
use std::process::{Command, Stdio};

use super::rk;

#[test]
fn the_version_is_the_packages() {
    let ran = rk("--version");
    assert_eq!(ran.succeed(), format!("rk {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(ran.err(), "");
}

#[test]
fn help_is_data_and_goes_to_standard_output() {
    for line in ["--help", "help", "topics --help", "help topics create"] {
        let ran = rk(line);
        assert!(ran.succeed().contains("Usage: rk"), "{line}");
        assert_eq!(ran.err(), "", "{line}");
    }
}

#[test]
fn no_words_at_all_is_a_mistake_that_shows_the_help() {
    let ran = rk("");
    assert_eq!(ran.fail(2), rk("--help").succeed());
    assert_eq!(ran.out(), "");
}

#[test]
fn completions_and_pages_are_the_committed_ones() {
    let committed = |path: &str| {
        std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    assert_eq!(rk("completions fish").succeed(), committed("completions/rk.fish"));
    assert_eq!(rk("man").succeed(), committed("man/rk.1"));
    assert_eq!(rk("man topics create").succeed(), committed("man/rk-topics-create.1"));
}

#[test]
fn all_pages_go_into_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let ran = rk(&format!("man --dir {}/new", dir.path().display()));
    assert_eq!(ran.succeed(), "");
    let count = std::fs::read_dir(dir.path().join("new")).unwrap().count();
    assert_eq!(count, rk::cli::man_pages().len());
}

/// More than a pipe holds is written, and the reader goes away after one byte.
#[test]
fn a_closed_pipe_is_quietly_done() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rk"))
        .env_clear()
        .args(["completions", "bash"])
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

/// The library's front door is the binary's: no state is left over from one run to the next.
#[test]
fn a_run_can_be_called_twice() {
    for _ in 0..2 {
        let (stdio, captured) = rk::ui::Stdio::captured();
        let args = ["rk", "--version"].map(Into::into);
        let exit = rk::run(args, rk::settings::env::Env::default(), stdio);
        assert_eq!(exit, rk::exit::Exit::Done);
        assert_eq!(captured.out(), format!("rk {}\n", env!("CARGO_PKG_VERSION")));
    }
}
