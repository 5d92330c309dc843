//! A broker inside the test's own process, on a free port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use rk::base::clock;
use rk::base::limits::Limits;
use rk::broker::config::StaticConfig;
use rk::broker::config::listeners::listeners as configured;
use rk::broker::disk::Disk;
use rk::broker::net::{Listener, Listeners, Stopper, User, stop};
use rk::broker::{Broker, Options, disk};
use tempfile::TempDir;

/// A broker that serves until it is dropped.
pub(crate) struct TestBroker {
    addresses: Vec<(String, &'static str, SocketAddr)>,
    dir: Option<TempDir>,
    running: Option<(Stopper, JoinHandle<()>)>,
}

fn parsed(configs: &[(&str, &str)]) -> StaticConfig {
    StaticConfig::parse(configs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))).unwrap()
}

fn named(users: &[(&str, &str)]) -> Vec<User> {
    let user = |(name, password): &(&str, &str)| User {
        name: (*name).to_owned(),
        password: (*password).to_owned(),
    };
    users.iter().map(user).collect()
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
        Self::guarded_on(disk, dir, configs, &[])
    }

    /// Starts a broker with the listeners that the configs name, and with users who can log in
    /// by their passwords.
    pub(crate) fn guarded(configs: &[(&str, &str)], users: &[(&str, &str)]) -> Self {
        let disk = Arc::new(disk::os::OsDisk::passing());
        Self::guarded_on(disk, tempfile::tempdir().unwrap(), configs, users)
    }

    /// The same for a broker that takes on no more than this.
    pub(crate) fn guarded_within(
        limits: Limits,
        configs: &[(&str, &str)],
        users: &[(&str, &str)],
    ) -> Self {
        let (disk, dir) = (disk::os::OsDisk::passing(), tempfile::tempdir().unwrap());
        let (fixed, users) = (parsed(configs), named(users));
        let options = Options { fixed, users, limits, ..Default::default() };
        Self::told_on_disk(Arc::new(disk), Arc::new(clock::System), dir, options)
    }

    /// The same on a directory that is there.
    pub(crate) fn guarded_on(
        disk: Arc<dyn Disk>,
        dir: TempDir,
        configs: &[(&str, &str)],
        users: &[(&str, &str)],
    ) -> Self {
        let options = Options { fixed: parsed(configs), users: named(users), ..Default::default() };
        Self::told_on_disk(disk, Arc::new(clock::System), dir, options)
    }

    /// Starts a broker that acknowledges what is durable only.
    pub(crate) fn syncing_on_disk(
        disk: Arc<dyn Disk>,
        dir: TempDir,
        configs: &[(&str, &str)],
    ) -> Self {
        let options = Options { fixed: parsed(configs), fsync: true, ..Default::default() };
        Self::told_on_disk(disk, Arc::new(clock::System), dir, options)
    }

    /// Starts a broker with an empty directory and a clock of the test's own.
    pub(crate) fn with_clock(clock: Arc<dyn clock::Clock>, configs: &[(&str, &str)]) -> Self {
        let (disk, dir) = (disk::os::OsDisk::passing(), tempfile::tempdir().unwrap());
        let options = Options { fixed: parsed(configs), ..Default::default() };
        Self::told_on_disk(Arc::new(disk), clock, dir, options)
    }

    /// Starts a broker with an empty directory that takes on no more than this.
    pub(crate) fn within(limits: Limits, configs: &[(&str, &str)]) -> Self {
        Self::resume_within(tempfile::tempdir().unwrap(), limits, configs)
    }

    /// Starts a broker that takes on no more than this, on a directory that another broker left.
    pub(crate) fn resume_within(dir: TempDir, limits: Limits, configs: &[(&str, &str)]) -> Self {
        let options = Options { fixed: parsed(configs), limits, ..Default::default() };
        let disk = disk::os::OsDisk::passing();
        Self::told_on_disk(Arc::new(disk), Arc::new(clock::System), dir, options)
    }

    /// Starts a broker with an empty directory, told more than configs can say.
    pub(crate) fn told(fixed: StaticConfig) -> Self {
        let disk = Arc::new(disk::os::OsDisk::passing());
        let dir = tempfile::tempdir().unwrap();
        let options = Options { fixed, ..Default::default() };
        Self::told_on_disk(disk, Arc::new(clock::System), dir, options)
    }

    fn told_on_disk(
        disk: Arc<dyn Disk>,
        clock: Arc<dyn clock::Clock>,
        dir: TempDir,
        options: Options,
    ) -> Self {
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
                let (fixed, users) = (&options.fixed, &options.users);
                let listeners = match configured(fixed).unwrap() {
                    none if none.is_empty() => {
                        Listener::bind("127.0.0.1:0".parse().unwrap(), fixed).await.unwrap().into()
                    }
                    all => Listeners::open(&all, fixed, users).await.unwrap(),
                };
                let addresses = listeners.addresses();
                let broker = Broker::start(options, disk, path, clock, &listeners);
                let broker = broker.unwrap();
                tell.send(addresses).unwrap();
                broker.run(listeners, stopped).await.unwrap();
            });
        });
        let addresses = told.recv().unwrap();
        TestBroker { addresses, dir: Some(dir), running: Some((stopper, thread)) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.addresses[0].2
    }

    /// Returns the address of the listener of this name.
    pub(crate) fn address_of(&self, listener: &str) -> SocketAddr {
        self.addresses.iter().find(|(name, ..)| name == listener).unwrap().2
    }

    /// Returns where the data is, while the broker runs.
    pub(crate) fn directory(&self) -> PathBuf {
        self.dir.as_ref().unwrap().path().to_owned()
    }

    pub(crate) fn bootstrap(&self) -> String {
        self.address().to_string()
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
