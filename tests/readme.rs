//! The README tells the truth: its two commands run, and its tour prints what it says.
//!
//! `sh` blocks are the two commands. `console` blocks are a session: `$ ` begins a command, what
//! follows is what it prints, and all of them share one broker. `RK_README=full` runs the first
//! command as it stands, through cargo, instead of with the binary that is being tested.

use std::fmt::Write;
use std::time::Duration;

use crate::kit::run::{program, rk};

/// A fenced block: its language and its lines.
struct Block {
    language: String,
    lines: Vec<String>,
}

fn readme() -> Vec<Block> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(_), true) => open = false,
            (Some(language), false) => {
                blocks.push(Block { language: language.to_owned(), lines: Vec::new() });
                open = true;
            }
            (None, true) => blocks.last_mut().unwrap().lines.push(line.to_owned()),
            (None, false) => {}
        }
    }
    assert!(!open, "a block of the README does not end");
    blocks
}

fn commands() -> Vec<String> {
    let blocks = readme().into_iter().filter(|block| block.language == "sh");
    blocks.map(|block| block.lines.join("\n")).collect()
}

#[test]
fn there_are_two_commands_and_the_second_is_this() {
    let commands = commands();
    assert_eq!(commands.len(), 2, "{commands:?}");
    assert_eq!(commands[1], "cargo test");
}

#[test]
fn the_first_command_prints_what_the_readme_says() {
    let blocks = readme();
    let at = blocks.iter().position(|block| block.language == "sh").unwrap();
    let expected = blocks[at + 1].lines.join("\n") + "\n";
    let command = &commands()[0];
    let rest = command.strip_prefix("cargo run --release -- ").unwrap();
    let full = std::env::var("RK_README").is_ok_and(|value| value == "full");
    let line = if full { command.clone() } else { format!("\"$0\" {rest}") };
    let mut run = program("/bin/sh", ["-c", &line, env!("CARGO_BIN_EXE_rk")]).inherit("PATH");
    if full {
        run = run.in_folder(env!("CARGO_MANIFEST_DIR").as_ref()).inherit("HOME");
        run = run.inherit("CARGO_HOME").inherit("RUSTUP_HOME").deadline(Duration::from_secs(1800));
    }
    let output = run.run();
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn the_tour_prints_what_the_readme_says() {
    let mut script = String::new();
    let mut expected = String::new();
    for line in readme().iter().filter(|b| b.language == "console").flat_map(|b| &b.lines) {
        writeln!(expected, "{line}").unwrap();
        if let Some(command) = line.strip_prefix("$ ") {
            let quoted = command.replace('\'', "'\\''");
            writeln!(script, "printf '%s\\n' '$ {quoted}'\n{command}").unwrap();
        }
    }
    assert!(expected.lines().filter(|line| line.starts_with("$ ")).count() > 5);
    // Standard error goes where the reader of a terminal sees it.
    let script = format!("exec 2>&1\n{script}");
    let output = rk(["dev", "--", "sh", "-c", &script]).inherit("PATH").run();
    assert_eq!(mask(&String::from_utf8_lossy(&output.stdout)), mask(&expected), "{output:?}");
}

/// Replaces what differs from run to run: ids of topics, ports and times.
fn mask(text: &str) -> String {
    let id = regex::Regex::new(r"\b[A-Za-z0-9_-]{22}\b").unwrap();
    let port = regex::Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let time = regex::Regex::new(r"\b17\d{11}\b").unwrap();
    let text = id.replace_all(text, "<id>");
    let text = port.replace_all(&text, "<address>");
    time.replace_all(&text, "<time>").trim_end().to_owned()
}
