//! Standard output for records: many at once, and harmless on a terminal.

use std::io::{self, Write};

use crate::ui::Ui;

/// From this size on, what is printed is handed on within a batch.
const BUFFER_BYTES: usize = 256 * 1024;

/// What is printed and not yet handed on.
pub(super) struct Out {
    pub(super) buffer: Vec<u8>,
    is_json: bool,
}

impl Out {
    pub(super) fn new(is_json: bool) -> Self {
        Out { buffer: Vec::new(), is_json }
    }

    /// Hands on what is in the buffer, if that is much.
    pub(super) fn relieve(&mut self, ui: &mut Ui) -> io::Result<()> {
        match self.buffer.len() >= BUFFER_BYTES {
            true => self.hand_on(ui),
            false => Ok(()),
        }
    }

    fn hand_on(&mut self, ui: &mut Ui) -> io::Result<()> {
        write(&self.buffer, self.is_json, ui)?;
        self.buffer.clear();
        Ok(())
    }

    /// Writes everything out.
    pub(super) fn flush(&mut self, ui: &mut Ui) -> io::Result<()> {
        self.hand_on(ui)?;
        ui.flush()
    }
}

/// Hands bytes to standard output.
pub(super) fn write(bytes: &[u8], is_json: bool, ui: &mut Ui) -> io::Result<()> {
    // A record's bytes are a stranger's: on a terminal they must not move the cursor.
    match (ui.stdout_is_terminal(), is_json) {
        (true, true) => ui.print_json(&String::from_utf8_lossy(bytes)),
        (true, false) => ui.print(&String::from_utf8_lossy(bytes)),
        (false, _) => ui.out().write_all(bytes),
    }
}
