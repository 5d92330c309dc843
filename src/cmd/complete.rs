//! Names for a shell that completes a line: whoever types waits, so that there is a second for
//! it; and nothing is ever told but names.

use std::sync::mpsc;
use std::time::Duration;

use super::{Context, Ended, connect};
use crate::cli::{Kind, wanted};
use crate::client::Admin;
use crate::exit::Exit;
use crate::settings::{Cluster, ClusterWords};

/// How long the names may take.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn run(line: &str, cx: &mut Context) -> Ended {
    let Some(wanted) = wanted(line) else { return Ok(Exit::Done) };
    let (sender, names) = mpsc::channel();
    let Some(work) = work(wanted.kind, cx) else { return Ok(Exit::Done) };
    // Whoever is late is left behind: the process ends.
    std::thread::spawn(move || {
        let _ = sender.send(work());
    });
    let names = names.recv_timeout(PATIENCE).ok().flatten().unwrap_or_default();
    let fitting = names.iter().filter(|name| name.starts_with(&wanted.prefix));
    let text: String = fitting.map(|name| format!("{name}\n")).collect();
    cx.print(&text)?;
    Ok(Exit::Done)
}

type Work = Box<dyn FnOnce() -> Option<Vec<String>> + Send>;

/// What finds the names. `None`: the settings make no sense.
fn work(kind: Kind, cx: &Context) -> Option<Work> {
    let open = |words: ClusterWords| words.resolve(&cx.env).ok().map(|found| found.cluster);
    let rest = |words| connect::open_quietly(words, PATIENCE, cx).ok();
    let admin = |cluster: Cluster| Admin::open(&cluster.brokers, &cluster.properties).ok();
    Some(match kind {
        Kind::Topic(words) => {
            let cluster = open(words)?;
            Box::new(move || {
                let topics = admin(cluster)?.metadata(None).ok()?.topics.into_iter();
                let own = topics.filter(|topic| !topic.is_internal);
                let mut names: Vec<String> = own.filter_map(|topic| topic.name).collect();
                names.sort();
                Some(names)
            })
        }
        Kind::Group(words) => {
            let cluster = open(words)?;
            Box::new(move || {
                let groups = admin(cluster)?.list_groups().0;
                Some(groups.into_iter().map(|group| group.group).collect())
            })
        }
        Kind::Connector(words) => {
            let connect = rest(words)?;
            Box::new(move || connect.names().ok())
        }
        Kind::Plugin(words) => {
            let connect = rest(words)?;
            Box::new(move || {
                let plugins = connect.plugins(true).ok()?.into_iter();
                let short = |class: &str| class.rsplit('.').next().unwrap_or(class).to_owned();
                let mut names: Vec<String> =
                    plugins.flat_map(|plugin| [short(&plugin.class), plugin.class]).collect();
                names.sort();
                names.dedup();
                Some(names)
            })
        }
        Kind::Logger(words) => {
            let connect = rest(words)?;
            Box::new(move || Some(connect.loggers().ok()?.into_keys().collect()))
        }
    })
}
