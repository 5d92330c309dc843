//! How far sinks are behind, for somebody who watches: asked of the brokers now and then.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use super::errors::rest;
use super::worker::Worker;
use crate::base::sync::lock;
use crate::client::{Admin, ClientError, Isolation, OffsetSpec, Partition};
use crate::connect::connectors::Stop;

/// How often it is asked.
const EVERY: Duration = Duration::from_secs(2);

type Known = Arc<Mutex<BTreeMap<String, u64>>>;

/// Asks on a thread of its own, until it is dropped: brokers may take their time.
#[derive(Debug)]
pub struct Lags {
    known: Known,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Lags {
    pub fn watch(worker: Arc<Worker>) -> Self {
        let (known, stop) = (Known::default(), Stop::default());
        let thread = {
            let (known, stop) = (Arc::clone(&known), stop.clone());
            let watch = move || {
                while !stop.is_asked() {
                    // What cannot be asked now is asked again; meanwhile it is not known.
                    let found = ask(&worker).unwrap_or_default();
                    *lock(&known) = found;
                    rest(EVERY, &stop);
                }
            };
            std::thread::Builder::new().name("lags".to_owned()).spawn(watch)
        };
        Lags { known, stop, thread: thread.ok() }
    }

    /// Records that a sink has before it, as far as that is known.
    pub fn of(&self, connector: &str) -> Option<u64> {
        lock(&self.known).get(connector).copied()
    }
}

impl Drop for Lags {
    fn drop(&mut self) {
        self.stop.ask();
        if let Some(thread) = self.thread.take() {
            // It ends by itself; a panic of it has been told.
            let _ = thread.join();
        }
    }
}

fn ask(worker: &Worker) -> Option<BTreeMap<String, u64>> {
    let places = worker.places();
    let mut wanted: Vec<Partition> =
        places.values().flat_map(|places| places.keys()).cloned().collect();
    wanted.sort();
    wanted.dedup();
    if wanted.is_empty() {
        return None;
    }
    let ends = ends(&mut worker.admin().ok()?, wanted).ok()?;
    let lag = |places: &BTreeMap<Partition, i64>| {
        let behind = places.iter().map(|(partition, offset)| {
            let end = ends.get(partition).copied().unwrap_or(*offset);
            u64::try_from(end - offset).unwrap_or_default()
        });
        behind.sum()
    };
    Some(places.iter().map(|(name, places)| (name.clone(), lag(places))).collect())
}

fn ends(
    admin: &mut Admin,
    partitions: Vec<Partition>,
) -> Result<BTreeMap<Partition, i64>, ClientError> {
    let wanted: Vec<_> =
        partitions.into_iter().map(|partition| (partition, OffsetSpec::Latest)).collect();
    let found = admin.list_offsets(&wanted, Isolation::ReadUncommitted)?;
    Ok(found.into_iter().filter_map(|(partition, at)| Some((partition, at?.offset))).collect())
}
