//! `rk dev` as somebody starts it: the binary, on a free port.

use std::time::Duration;

use rk::base::clock::Moment;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::kit::run::{Running, rk};
use crate::kit::wait;

/// How long a test may need its broker.
const LIFE: Duration = Duration::from_secs(600);

/// A broker that runs. It is killed when this is dropped.
pub(super) struct RkDev {
    pub(super) address: String,
    running: Running,
    _folder: TempDir,
}

impl RkDev {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ready = folder.path().join("ready");
        let words = ["dev", "--listen", "127.0.0.1:0", "--ready-file", ready.to_str().unwrap()];
        let mut running = rk(words).deadline(LIFE).start();
        let address = wait::until("rk dev to be ready", || {
            assert!(!running.has_ended(), "rk dev has ended");
            let text = std::fs::read_to_string(&ready).ok()?;
            text.ends_with('\n').then(|| text.trim().to_owned())
        });
        RkDev { address, running, _folder: folder }
    }

    /// Stops the broker as Ctrl-C does, and demands that it stops well and at once.
    pub(super) fn stop(self) {
        let started = Moment::now();
        self.running.signal(Signal::INT);
        let _ = self.running.finish().succeed();
        let took = started.elapsed();
        // Under a second where it is alone; tests run beside it.
        assert!(took < Duration::from_secs(5), "it took {took:?} to stop");
    }
}
