//! Who may speak, when, and where.
//!
//! Standard output is data; standard error is talk. [`Ui`] holds both: a buffered standard
//! output, and notes that `--quiet` silences. It is the only room that writes to a terminal,
//! asks a question or shows progress.

mod progress;
mod stdio;

pub use progress::{Board, Progress};
pub use stdio::Stdio;

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex, PoisonError};

use crate::failure::Failure;
use crate::render::{color_json, escape};
use crate::settings::env::{self, Env};
use crate::settings::look::Color;

const OUT_BUFFER_BYTES: usize = 64 * 1024;

/// How much to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// No notes, no progress.
    pub quiet: bool,
    /// How many times more.
    pub verbose: u8,
    pub color: Color,
}

/// Standard output and standard error, and the manner of speaking.
pub struct Ui {
    out: BufWriter<Box<dyn Write + Send>>,
    talk: Arc<Mutex<Box<dyn Write + Send>>>,
    manner: Manner,
    /// Whether standard output is the process's own.
    out_is_own: bool,
    /// Whether standard input, output and error are terminals.
    terminals: [bool; 3],
    /// Whether the environment lets colour be used on a terminal.
    env_allows_color: bool,
}

impl Ui {
    /// Makes the voice of one run.
    pub fn new(stdio: Stdio, env: &Env, manner: Manner) -> Self {
        let dumb = env.get(env::TERM) == Some("dumb");
        Ui {
            out: BufWriter::with_capacity(OUT_BUFFER_BYTES, stdio.out),
            talk: Arc::new(Mutex::new(stdio.err)),
            manner,
            out_is_own: stdio.is_own,
            terminals: stdio.terminals,
            env_allows_color: env.get(env::NO_COLOR).is_none() && !dumb,
        }
    }

    /// Changes the manner, once the words are read.
    pub fn set_manner(&mut self, manner: Manner) {
        self.manner = manner;
    }

    /// Returns standard output, for data. It is buffered: flush it before waiting for anything.
    pub fn out(&mut self) -> &mut (impl Write + Send + use<>) {
        &mut self.out
    }

    /// Writes a text to standard output; on a terminal, what strangers wrote is made harmless.
    pub fn print(&mut self, text: &str) -> io::Result<()> {
        let text =
            if self.terminals[1] { escape(text, &['\n', '\t']) } else { Cow::Borrowed(text) };
        self.out.write_all(text.as_bytes())
    }

    /// The same for JSON, which has colour on a terminal.
    pub fn print_json(&mut self, text: &str) -> io::Result<()> {
        if !self.terminals[1] || !self.out_has_color() {
            return self.print(text);
        }
        let text = color_json(&escape(text, &['\n', '\t']));
        self.out.write_all(text.as_bytes())
    }

    /// Writes everything out.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Fails with a broken pipe if nobody reads standard output any more: for whoever waits
    /// long before writing again.
    pub fn check_reader(&self) -> io::Result<()> {
        match self.out_is_own && Stdio::reader_is_gone() {
            true => Err(io::ErrorKind::BrokenPipe.into()),
            false => Ok(()),
        }
    }

    /// Makes text harmless if standard output is a terminal.
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.terminals[1] { escape(text, &[]) } else { Cow::Borrowed(text) }
    }

    /// Says whether standard input is a terminal.
    pub fn stdin_is_terminal(&self) -> bool {
        self.terminals[0]
    }

    /// Says whether standard output is a terminal.
    pub fn stdout_is_terminal(&self) -> bool {
        self.terminals[1]
    }

    /// Says whether `--quiet` was given.
    pub fn is_quiet(&self) -> bool {
        self.manner.quiet
    }

    /// Returns how often `--verbose` was given.
    pub fn verbosity(&self) -> u8 {
        self.manner.verbose
    }

    /// Says whether colour may be used on standard output.
    pub fn out_has_color(&self) -> bool {
        self.color_on(self.terminals[1])
    }

    /// Says whether colour may be used on standard error.
    pub fn talk_has_color(&self) -> bool {
        self.color_on(self.terminals[2])
    }

    fn color_on(&self, terminal: bool) -> bool {
        match self.manner.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && self.env_allows_color,
        }
    }

    /// Tells the user something on standard error, unless `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.manner.quiet {
            self.say(text);
        }
    }

    /// Returns what tells notes from other threads.
    pub fn notes(&self) -> Notes {
        let (talk, is_quiet) = (Arc::clone(&self.talk), self.manner.quiet);
        Notes { talk, is_quiet, is_terminal: self.terminals[2] }
    }

    /// Tells the user a detail on standard error, with `--verbose` only.
    pub fn detail(&self, text: &str) {
        if self.manner.verbose > 0 {
            self.say(text);
        }
    }

    /// Tells a failure on standard error, even with `--quiet`.
    pub fn failure(&self, failure: &Failure) {
        let text = failure.to_string();
        let colored = text.strip_prefix("error:").filter(|_| self.talk_has_color());
        match colored {
            Some(rest) => self.say_raw(&format!("\x1b[1;31merror:\x1b[0m{}", self.safe(rest))),
            None => self.say(&text),
        }
    }

    /// Writes a line to standard error as it is. That nobody listens is no reason to stop.
    pub fn say_raw(&self, text: &str) {
        write_line(&self.talk, text);
    }

    fn say(&self, text: &str) {
        self.say_raw(&self.safe(text));
    }

    fn safe<'a>(&self, text: &'a str) -> Cow<'a, str> {
        safe(text, self.terminals[2])
    }

    /// Writes a prompt to standard error, without a newline, if a person is typing.
    pub fn prompt(&self, text: &str) {
        if self.terminals[0] && self.terminals[2] && !self.manner.quiet {
            let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = talk.write_all(text.as_bytes()).and_then(|()| talk.flush());
        }
    }

    /// Ends the line of a prompt, or of a key's echo (`^C`), if a person is typing.
    pub fn end_line(&self) {
        if self.can_ask() && !self.manner.quiet {
            self.say_raw("");
        }
    }

    /// Says whether a question would reach a person.
    pub fn can_ask(&self) -> bool {
        self.terminals[0] && self.terminals[2]
    }

    /// Asks a yes-or-no question on the terminal. `None`: the person pressed Escape.
    pub fn ask(&self, question: &str) -> io::Result<Option<bool>> {
        let question = escape(question, &[]).into_owned();
        let asked = dialoguer::Confirm::new().with_prompt(question).default(false).interact_opt();
        asked.map_err(|dialoguer::Error::IO(error)| error)
    }

    /// Shows progress on standard error, if that is a terminal and nobody asked for quiet or
    /// for more words. `total` is how many bytes it ends at, if that is known.
    pub fn progress(&self, what: &'static str, total: Option<u64>) -> Progress {
        let shown = self.terminals[2] && !self.manner.quiet && self.manner.verbose == 0;
        Progress::new(shown, what, total)
    }

    /// Lines that are drawn again and again, under the same conditions.
    pub fn board(&self) -> Board {
        Board::new(self.terminals[2] && !self.manner.quiet && self.manner.verbose == 0)
    }

    /// The same for a run that ends at so many records.
    pub fn record_progress(&self, what: &'static str, total: u64) -> Progress {
        let shown = self.terminals[2] && !self.manner.quiet && self.manner.verbose == 0;
        Progress::of_records(shown, what, total)
    }
}

/// Tells notes from wherever somebody waits for something. Cheap to copy.
#[derive(Clone)]
pub struct Notes {
    talk: Arc<Mutex<Box<dyn Write + Send>>>,
    is_quiet: bool,
    is_terminal: bool,
}

impl Notes {
    /// Tells the user something on standard error, unless `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.is_quiet {
            write_line(&self.talk, &safe(text, self.is_terminal));
        }
    }
}

fn write_line(talk: &Mutex<Box<dyn Write + Send>>, text: &str) {
    let mut talk = talk.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = talk.write_all(format!("{text}\n").as_bytes());
}

fn safe(text: &str, is_terminal: bool) -> Cow<'_, str> {
    if is_terminal { escape(text, &['\n', '\t']) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ui(manner: Manner) -> (Ui, stdio::Captured) {
        let (stdio, captured) = Stdio::captured();
        (Ui::new(stdio, &Env::default(), manner), captured)
    }

    #[test]
    fn data_goes_to_standard_output_and_talk_to_standard_error() {
        let (mut ui, captured) = ui(Manner::default());
        ui.print("data\n").unwrap();
        ui.note("note");
        ui.detail("detail");
        ui.prompt("> ");
        ui.failure(&Failure::new("cannot do it"));
        assert_eq!(captured.out(), "", "it is buffered");
        ui.flush().unwrap();
        assert_eq!(
            (captured.out().as_str(), captured.err().as_str()),
            ("data\n", "note\nerror: cannot do it\n")
        );
    }

    #[test]
    fn quiet_silences_notes_but_not_failures() {
        let (ui, captured) = ui(Manner { quiet: true, ..Manner::default() });
        ui.note("note");
        ui.failure(&Failure::new("cannot do it"));
        assert_eq!(captured.err(), "error: cannot do it\n");
    }

    #[test]
    fn verbose_tells_details() {
        let (ui, captured) = ui(Manner { verbose: 1, ..Manner::default() });
        ui.detail("detail");
        assert_eq!(captured.err(), "detail\n");
    }

    #[test]
    fn colour_is_for_terminals_and_for_who_insists() {
        let no_color = Env::of(|name| (name == "NO_COLOR").then(|| "1".to_owned()));
        let rows = [
            (Color::Auto, false, &Env::default(), false),
            (Color::Auto, true, &Env::default(), true),
            (Color::Auto, true, &no_color, false),
            (Color::Always, false, &no_color, true),
            (Color::Never, true, &Env::default(), false),
        ];
        for (color, terminal, env, want) in rows {
            let (mut stdio, captured) = Stdio::captured();
            stdio.terminals = [terminal; 3];
            let ui = Ui::new(stdio, env, Manner { color, ..Manner::default() });
            ui.failure(&Failure::new("x"));
            assert_eq!(captured.err().contains("\x1b[1;31m"), want);
            assert_eq!(ui.out_has_color(), want);
        }
    }

    #[test]
    fn json_has_colour_on_a_terminal_and_is_harmless_too() {
        for (terminal, want) in [
            (false, "{\"a\":\"\u{9b}\"}\n"),
            (true, "{\x1b[34m\"a\"\x1b[0m:\x1b[32m\"\\u{9b}\"\x1b[0m}\n"),
        ] {
            let (mut stdio, captured) = Stdio::captured();
            stdio.terminals = [terminal; 3];
            let mut ui = Ui::new(stdio, &Env::default(), Manner::default());
            ui.print_json("{\"a\":\"\u{9b}\"}\n").unwrap();
            ui.flush().unwrap();
            assert_eq!(captured.out(), want);
        }
    }

    #[test]
    fn on_a_terminal_strangers_text_is_made_harmless() {
        for (terminal, want) in [(false, "\x1b[2J\n"), (true, "\\x1b[2J\n")] {
            let (mut stdio, captured) = Stdio::captured();
            stdio.terminals = [terminal; 3];
            let mut ui = Ui::new(stdio, &Env::default(), Manner::default());
            ui.print("\x1b[2J\n").unwrap();
            ui.flush().unwrap();
            assert_eq!(captured.out(), want);
        }
    }
}
