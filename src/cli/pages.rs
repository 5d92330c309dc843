//! What is drawn from the tree of words: help, manual pages, completions.

use clap::Command;
use clap_complete::generate;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::complete;
use crate::format::GRAMMAR;

/// A shell that completions can be written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
}

impl Shell {
    /// Every shell.
    pub const ALL: [Shell; 5] =
        [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Elvish, Shell::Powershell];

    /// Returns the name of the completion file, as the shell looks for it.
    pub fn file_name(self) -> &'static str {
        match self {
            Shell::Bash => "rk.bash",
            Shell::Zsh => "_rk",
            Shell::Fish => "rk.fish",
            Shell::Elvish => "rk.elv",
            Shell::Powershell => "_rk.ps1",
        }
    }
}

/// Draws the completions for a shell.
pub fn completions(shell: Shell) -> String {
    let shell = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
        Shell::Elvish => clap_complete::Shell::Elvish,
        Shell::Powershell => clap_complete::Shell::PowerShell,
    };
    let mut text = Vec::new();
    generate(shell, &mut super::command(), "rk", &mut text);
    complete::live(shell, String::from_utf8_lossy(&text).into_owned())
}

/// Draws every manual page, each with its file's name: `rk.1`, `rk-topics.1`, ….
pub fn man_pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut root = super::command().disable_help_subcommand(true);
    root.build();
    draw(root, &mut pages);
    pages.push(("rk-format.7".to_owned(), format_page()));
    pages.sort();
    pages
}

/// Draws the manual page of a verb, given as its words; `None` when there is no such verb.
pub fn man_page(verb: &[String]) -> Option<String> {
    if verb == ["format"] {
        return Some(format_page());
    }
    let mut root = super::command().disable_help_subcommand(true);
    root.build();
    let mut at = root;
    for word in verb {
        at = at.find_subcommand(word)?.clone();
    }
    Some(page(at).1)
}

/// Draws the page of format strings: titles in capitals, indented lines as they are.
fn format_page() -> String {
    let mut roff = Roff::new();
    let version = concat!("rk ", env!("CARGO_PKG_VERSION"));
    roff.control("TH", ["rk-format", "7", "", version, "rk"]);
    for paragraph in GRAMMAR.split("\n\n") {
        let is_title = paragraph.chars().all(|c| c.is_ascii_uppercase() || c.is_whitespace());
        if is_title {
            roff.control("SH", [paragraph.trim()]);
            continue;
        }
        let is_verbatim = paragraph.starts_with(' ');
        roff.control("PP", []);
        if is_verbatim {
            roff.control("nf", []);
        }
        paragraph.lines().for_each(|line| {
            roff.text([roman(line)]);
        });
        if is_verbatim {
            roff.control("fi", []);
        }
    }
    roff.render()
}

fn draw(command: Command, pages: &mut Vec<(String, String)>) {
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        draw(verb.clone(), pages);
    }
    pages.push(page(command));
}

fn page(command: Command) -> (String, String) {
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let command = command.after_help(clap::builder::Resettable::Reset);
    let man = Man::new(command).source(concat!("rk ", env!("CARGO_PKG_VERSION"))).manual("rk");
    let mut text = Vec::new();
    // Writing into memory does not fail.
    let _ = man.render(&mut text);
    (man.get_filename(), String::from_utf8_lossy(&text).into_owned() + &after_help(&after))
}

/// Draws what stands after the options: notes, and examples line by line as they are typed.
fn after_help(text: &str) -> String {
    let (notes, examples) = text.split_once("Examples:\n").unwrap_or((text, ""));
    let mut roff = Roff::new();
    if !notes.trim().is_empty() {
        roff.control("SH", ["NOTES"]);
        for paragraph in notes.trim().split("\n\n") {
            roff.control("PP", []);
            paragraph.lines().for_each(|line| {
                roff.text([roman(line)]);
            });
        }
    }
    if !examples.is_empty() {
        roff.control("SH", ["EXAMPLES"]).control("nf", []);
        examples.lines().for_each(|line| {
            roff.text([roman(line)]);
        });
        roff.control("fi", []);
    }
    roff.render()
}

/// Draws the whole help as one text, every verb's in turn, `width` columns wide.
pub fn help(width: usize) -> String {
    let mut root = super::command().term_width(width).disable_help_subcommand(true);
    root.build();
    let mut text = String::new();
    help_of(&root, "rk", &mut text);
    text
}

fn help_of(command: &Command, path: &str, text: &mut String) {
    text.push_str(&format!("$ {path} --help\n{}\n", command.clone().render_help()));
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        help_of(verb, &format!("{path} {}", verb.get_name()), text);
    }
}
