//! The two streams that a run writes to, and whether they are terminals.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// What a pipe on standard output is asked to hold.
const PIPE_BYTES: usize = 1024 * 1024;

/// Where a run writes.
pub struct Stdio {
    pub(super) out: Box<dyn Write + Send>,
    pub(super) err: Box<dyn Write + Send>,
    /// Whether `out` is the process's own: then it may be asked about.
    pub(super) is_own: bool,
    /// Whether standard input, output and error are terminals.
    pub(super) terminals: [bool; 3],
}

impl Stdio {
    /// Returns the process's own streams.
    pub fn of_process() -> Self {
        let (input, out, err) = (io::stdin(), io::stdout(), io::stderr());
        let terminals = [input.is_terminal(), out.is_terminal(), err.is_terminal()];
        // The standard library's stdout looks for newlines in all that passes, and its lock
        // cannot move to another thread; a second handle on the same file does neither.
        // A pipe holds 64 KiB unless it is asked to hold more, and each filling is a change of
        // hands. What is no pipe refuses.
        let _ = rustix::pipe::fcntl_setpipe_size(&out, PIPE_BYTES);
        let out: Box<dyn Write + Send> = match out.as_fd().try_clone_to_owned() {
            Ok(fd) => Box::new(File::from(fd)),
            Err(_) => Box::new(out),
        };
        Stdio { out, err: Box::new(err), is_own: true, terminals }
    }

    /// Says whether whoever read the process's standard output has gone: the next write would
    /// fail, and until there is one nobody would notice.
    pub(super) fn reader_is_gone() -> bool {
        let out = io::stdout();
        let mut watched = [PollFd::new(&out, PollFlags::empty())];
        // What cannot be asked about is written to, and tells then.
        poll(&mut watched, Some(&Timespec::default())).is_ok()
            && watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
    }

    /// Returns streams that keep what is written, for tests.
    pub fn captured() -> (Self, Captured) {
        let captured = Captured::default();
        let (out, err) = (Box::new(captured.out.clone()), Box::new(captured.err.clone()));
        (Stdio { out, err, is_own: false, terminals: [false; 3] }, captured)
    }
}

/// What was written.
#[derive(Clone, Default)]
pub struct Captured {
    out: Kept,
    err: Kept,
}

impl Captured {
    /// Returns what was written to standard output.
    pub fn out(&self) -> String {
        self.out.text()
    }

    /// Returns what was written to standard error.
    pub fn err(&self) -> String {
        self.err.text()
    }
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
