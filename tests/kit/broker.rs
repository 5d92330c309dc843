//! A broker inside the test's own process, on a free port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use rk::base::clock;
use rk::broker::config::StaticConfig;
use rk::broker::disk::Disk;
use rk::broker::net::{Listener, Stopper, stop};
use rk::broker::{Broker, Options, disk};
use tempfile::TempDir;

/// A broker that serves until it is dropped.
pub(crate) struct TestBroker {
    address: SocketAddr,
    dir: Option<TempDir>,
    running: Option<(Stopper, JoinHandle<()>)>,
}

impl TestBroker {
    /// Starts a broker with an empty directory and the defaults.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// Starts a broker with an empty directory and these configs.
    pub(crate) fn with(configs: &[(&str, &str)]) -> Self {
        Self::on(tempfile::tempdir().unwrap(), configs)
    }

    fn on(dir: TempDir, configs: &[(&str, &str)]) -> Self {
        Self::on_disk(Arc::new(disk::os::OsDisk::passing()), dir, configs)
    }

    /// Starts a broker on a disk of the test's own.
    pub(crate) fn on_disk(disk: Arc<dyn Disk>, dir: TempDir, configs: &[(&str, &str)]) -> Self {
        let pairs = configs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let fixed = StaticConfig::parse(pairs).unwrap();
        let path = dir.path().to_owned();
        let (stopper, stopped) = stop();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
                let address = listener.address();
                let broker = Broker::start(
                    Options { fixed, ..Default::default() },
                    disk,
                    path,
                    Arc::new(clock::System),
                    address,
                );
                let broker = broker.unwrap();
                tell.send(address).unwrap();
                broker.run(listener, stopped).await.unwrap();
            });
        });
        let address = told.recv().unwrap();
        TestBroker { address, dir: Some(dir), running: Some((stopper, thread)) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn bootstrap(&self) -> String {
        self.address.to_string()
    }

    /// Starts a broker on a directory that another broker left.
    pub(crate) fn resume(dir: TempDir) -> Self {
        Self::on(dir, &[])
    }

    /// Stops the broker in order, and starts it again on the same directory.
    pub(crate) fn restart(mut self) -> Self {
        self.stop();
        Self::on(self.dir.take().unwrap(), &[])
    }

    /// Stops the broker in order and keeps its directory.
    pub(crate) fn into_directory(mut self) -> (TempDir, PathBuf) {
        self.stop();
        let dir = self.dir.take().unwrap();
        let path = dir.path().to_owned();
        (dir, path)
    }

    /// Stops a broker whose disk is dead, which cannot be done in order, and returns where it was.
    pub(crate) fn abandon(mut self) -> TempDir {
        if let Some((stopper, thread)) = self.running.take() {
            stopper.stop();
            // It has told why it could not close.
            let _ = thread.join();
        }
        self.dir.take().unwrap()
    }

    fn stop(&mut self) {
        if let Some((stopper, thread)) = self.running.take() {
            stopper.stop();
            thread.join().unwrap();
        }
    }
}

impl Drop for TestBroker {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The test has failed already, and says why.
            return;
        }
        self.stop();
    }
}
