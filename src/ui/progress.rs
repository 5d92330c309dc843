//! Progress on standard error, for a person who waits: counted in bytes.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar, or nothing at all. It vanishes when it is dropped.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(shown: bool, what: &'static str, total: Option<u64>) -> Self {
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => {
                "{bar:30} {percent:>3}% of {binary_total_bytes} {msg}, {binary_bytes_per_sec}, \
                 {eta} left"
            }
            None => "{spinner} {binary_bytes} {msg}, {binary_bytes_per_sec}",
        };
        // The template is a constant; were it wrong, the bar would be the plain one.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        Progress(bar)
    }

    /// Moves to a count of bytes.
    pub fn set(&self, bytes: u64) {
        self.0.set_position(bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
