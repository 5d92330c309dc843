//! Progress on standard error, for a person who waits: counted in bytes or in records.

use std::cell::Cell;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::base::clock::Moment;

/// From when on a run is long enough for a bar.
const SHOWN_AFTER: Duration = Duration::from_millis(700);

/// A bar that appears once the run has become a long one, or nothing at all. It vanishes when it
/// is dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    started: Moment,
    /// Whether it is to appear still.
    waits: Cell<bool>,
}

impl Progress {
    pub(super) fn new(shown: bool, what: &'static str, total: Option<u64>) -> Self {
        let template = match total {
            Some(_) => {
                "{bar:30} {percent:>3}% of {binary_total_bytes} {msg}, {binary_bytes_per_sec}, \
                 {eta} left"
            }
            None => "{spinner} {binary_bytes} {msg}, {binary_bytes_per_sec}",
        };
        Progress::drawn(shown, what, total, template)
    }

    /// The same, counted in records.
    pub(super) fn of_records(shown: bool, what: &'static str, total: u64) -> Self {
        let template = "{bar:30} {percent:>3}% of {human_len} {msg}, {per_sec}, {eta} left";
        Progress::drawn(shown, what, Some(total), template)
    }

    fn drawn(shown: bool, what: &'static str, total: Option<u64>, template: &str) -> Self {
        // Hidden it counts already, so that its speed is the whole run's.
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        // The template is a constant; were it wrong, the bar would be the plain one.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        Progress { bar, started: Moment::now(), waits: Cell::new(shown) }
    }

    /// Moves to a count.
    pub fn set(&self, count: u64) {
        self.bar.set_position(count);
        if self.waits.get() && self.started.elapsed() > SHOWN_AFTER {
            self.waits.set(false);
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Progress {
    /// Does something to the terminal, and draws the bar again after it.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.bar.suspend(work)
    }
}

/// Lines that are drawn again and again, or nothing at all. They vanish when this is dropped.
#[derive(Debug)]
pub struct Board {
    bar: ProgressBar,
    shown: bool,
}

impl Board {
    pub(super) fn new(shown: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        // The template is a constant; were it wrong, there would be a spinner besides.
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        if shown {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        Board { bar, shown }
    }

    /// Whether anybody sees it.
    pub fn is_shown(&self) -> bool {
        self.shown
    }

    /// Draws these lines.
    pub fn set(&self, lines: &[String]) {
        self.bar.set_message(lines.join("\n"));
        self.bar.tick();
    }

    /// Does something to the terminal, and draws the lines again after it.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.bar.suspend(work)
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
