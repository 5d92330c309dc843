//! `rk connect watch`: a line for each change of a state.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::super::interrupt::Interrupt;
use super::{Context, Ended, Failure, failed, open_until};
use crate::base::clock::{self, Clock, Millis, Moment};
use crate::cli::connect::manage as words;
use crate::connect::rest::{Connect, Overview, RestError, Restart, State};
use crate::exit::Exit;
use crate::render::{self, Cell, Row};
use crate::settings::look::Output;
use crate::settings::time;

/// How often signals are looked after between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// The time in which restarts are counted.
const HOUR_MS: Millis = 60 * 60 * 1000;

/// A connector, or one of its tasks.
type Part = (String, Option<i64>);
/// All states at one time.
type Picture = BTreeMap<Part, State>;

/// A state that is another than before.
#[derive(Debug, PartialEq, Eq)]
struct Change {
    time: Millis,
    part: Part,
    /// None: it was not there.
    from: Option<String>,
    /// None: it is gone.
    to: Option<State>,
}

impl Row for Change {
    const COLUMNS: &'static [&'static str] =
        &["time", "name", "task", "from", "to", "worker_id", "problem"];

    fn cells(&self) -> Vec<Cell> {
        let to = self.to.as_ref();
        vec![
            time::show(self.time).into(),
            self.part.0.as_str().into(),
            self.part.1.into(),
            self.from.clone().into(),
            to.map(|state| state.state.as_str()).into(),
            to.map(|state| state.worker_id.as_str()).into(),
            to.and_then(State::problem).into(),
        ]
    }
}

impl Change {
    /// The change as a line for people: a table of one row would have columns of its own.
    fn line(&self) -> String {
        let (name, task) = &self.part;
        let what = task.map_or_else(|| name.clone(), |task| format!("{name} task {task}"));
        let gone = "gone".to_owned();
        let to = self.to.as_ref().map_or(gone, |state| state.state.clone());
        let states = match &self.from {
            Some(from) => format!("{from} -> {to}"),
            None => to,
        };
        let mut line = format!("{}  {what}  {states}", time::show(self.time));
        if let Some(problem) = self.to.as_ref().and_then(State::problem) {
            line.push_str(&format!("  {problem}"));
        }
        line.push('\n');
        line
    }
}

/// Makes one picture of what a cluster tells.
fn picture(all: Vec<Overview>, names: &[String]) -> Picture {
    let wanted = |one: &Overview| names.is_empty() || names.contains(&one.info.name);
    let mut picture = Picture::new();
    for one in all.into_iter().filter(wanted) {
        let Some(status) = one.status else { continue };
        picture.insert((one.info.name.clone(), None), status.connector);
        for (task, state) in status.tasks {
            picture.insert((one.info.name.clone(), Some(task)), state);
        }
    }
    picture
}

/// What is not the same in two pictures. That a task is on another worker is a change too.
fn changes(old: &Picture, new: &Picture, time: Millis) -> Vec<Change> {
    let gone = old.keys().filter(|part| !new.contains_key(*part)).map(|part| (part, None));
    let there = new.iter().map(|(part, state)| (part, Some(state)));
    let mut all: Vec<Change> = Vec::new();
    for (part, to) in gone.chain(there) {
        let from = old.get(part);
        let is_same = from.zip(to).is_some_and(|(from, to)| {
            from.state == to.state && from.worker_id == to.worker_id && from.trace == to.trace
        });
        if !is_same {
            let from = from.map(|state| state.state.clone());
            all.push(Change { time, part: part.clone(), from, to: to.cloned() });
        }
    }
    all.sort_by(|a, b| a.part.cmp(&b.part));
    all
}

/// When each connector was restarted in the last hour.
#[derive(Default)]
struct Restarts(BTreeMap<String, Vec<Millis>>);

impl Restarts {
    /// Says whether one more is allowed, and counts it if it is. `None`: not, and it was said
    /// already.
    fn take(&mut self, name: &str, max: u32, now: Millis) -> Option<bool> {
        let times = self.0.entry(name.to_owned()).or_default();
        times.retain(|time| now.saturating_sub(*time) < HOUR_MS);
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        // One beyond the last stands for what was said.
        match times.len().cmp(&max) {
            std::cmp::Ordering::Less => {
                times.push(now);
                Some(true)
            }
            std::cmp::Ordering::Equal => {
                times.push(now);
                Some(false)
            }
            std::cmp::Ordering::Greater => None,
        }
    }
}

pub(super) fn run(words: &words::Watch, cx: &mut Context) -> Ended {
    let interrupt = Interrupt::listen()?;
    let asked = interrupt.clone();
    let connect = open_until(&words.rest, Arc::new(move || asked.is_asked()), cx)?;
    let mut watch = Watch {
        words,
        names: words.names.names(),
        last: None,
        has_shown_head: false,
        is_cut_off: false,
        restarts: Restarts::default(),
    };
    let deadline = words.timeout.map(|timeout| Moment::now().after(timeout));
    loop {
        let look = Moment::now();
        let has_failed = match watch.look(&connect, cx) {
            Err(_) if interrupt.is_asked() => false,
            other => other?,
        };
        if has_failed && words.fail_on_failed {
            return Ok(Exit::NotSo);
        }
        let next = look.after(words.interval);
        loop {
            if interrupt.is_asked() {
                cx.ui.end_line();
                return Ok(Exit::Interrupted);
            }
            if deadline.is_some_and(Moment::has_passed) {
                return Ok(Exit::Done);
            }
            cx.ui.check_reader()?;
            if next.has_passed() {
                break;
            }
            std::thread::sleep(LOOK.min(next.remaining()));
        }
    }
}

/// A run, and what it has seen.
struct Watch<'a> {
    words: &'a words::Watch,
    names: Vec<String>,
    last: Option<Picture>,
    has_shown_head: bool,
    /// Whether the last look failed, which was told.
    is_cut_off: bool,
    restarts: Restarts,
}

impl Watch<'_> {
    /// Looks once, and prints what has changed. Returns whether something has failed.
    fn look(&mut self, connect: &Connect, cx: &mut Context) -> Result<bool, Failure> {
        let all = match connect.overview() {
            Ok(all) => all,
            Err(error) => return self.cut_off(error, cx),
        };
        if std::mem::take(&mut self.is_cut_off) {
            cx.ui.note("the workers answer again");
        }
        let picture = picture(all, &self.names);
        let strange = self
            .names
            .iter()
            .find(|name| self.last.is_none() && !picture.contains_key(&((*name).clone(), None)));
        if let Some(name) = strange {
            // It may be there, and have no state yet.
            connect
                .info(name)
                .map_err(|error| failed(format!("cannot watch connector `{name}`"), error))?;
        }
        let none = Picture::new();
        let now = clock::System.now();
        let changes = changes(self.last.as_ref().unwrap_or(&none), &picture, now);
        self.show(&changes, cx)?;
        let has_failed = picture.values().any(State::is_failed);
        if self.words.restart_failed {
            self.restart(&changes, now, connect, cx);
        }
        self.last = Some(picture);
        Ok(has_failed)
    }

    /// The first look must succeed; later ones may fail, and are told once.
    fn cut_off(&mut self, error: RestError, cx: &Context) -> Result<bool, Failure> {
        let failure = failed("cannot look at the connectors", error);
        if self.last.is_none() {
            return Err(failure);
        }
        if !std::mem::replace(&mut self.is_cut_off, true) {
            cx.ui.failure(&failure);
            cx.ui.note("it is tried again until the workers answer");
        }
        Ok(false)
    }

    fn show(&mut self, changes: &[Change], cx: &mut Context) -> Result<(), Failure> {
        let output = self.words.output.output;
        let text = match output {
            Output::Table => changes.iter().map(Change::line).collect(),
            Output::Json | Output::Ndjson => render::rows(Output::Ndjson, changes),
            Output::Plain => render::rows(output, changes),
            Output::Csv | Output::Tsv => {
                let text = render::rows(output, changes);
                // The heads stand once, over the first lines.
                match std::mem::replace(&mut self.has_shown_head, true) {
                    true => text.split_once('\n').map_or(String::new(), |(_, rest)| rest.into()),
                    false => text,
                }
            }
        };
        cx.print(&text)
    }

    /// Restarts the connectors in which something has failed just now.
    fn restart(&mut self, changes: &[Change], now: Millis, connect: &Connect, cx: &Context) {
        let failed_now = |change: &&Change| change.to.as_ref().is_some_and(State::is_failed);
        let mut names: Vec<&String> =
            changes.iter().filter(failed_now).map(|change| &change.part.0).collect();
        names.dedup();
        for name in names {
            match self.restarts.take(name, self.words.max_restarts, now) {
                Some(true) => {
                    let what = Restart { tasks: true, only_failed: true };
                    match connect.restart(name, what) {
                        Ok(_) => cx.ui.note(&format!("restarting what failed of `{name}`")),
                        Err(error) => {
                            let what = format!("cannot restart connector `{name}`");
                            cx.ui.failure(&failed(what, error));
                        }
                    }
                }
                Some(false) => cx.ui.note(&format!(
                    "connector `{name}` was restarted {} times in an hour, and is left as it is",
                    self.words.max_restarts
                )),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(state: &str, trace: Option<&str>) -> State {
        State {
            state: state.into(),
            worker_id: "w".into(),
            version: None,
            trace: trace.map(str::to_owned),
        }
    }

    #[test]
    fn a_line_is_a_change() {
        let part = |task| ("c".to_owned(), task);
        let old = Picture::from([
            (part(None), state("RUNNING", None)),
            (part(Some(0)), state("RUNNING", None)),
            (part(Some(1)), state("RUNNING", None)),
        ]);
        let new = Picture::from([
            (part(None), state("RUNNING", None)),
            (part(Some(0)), state("FAILED", Some("a.B: no\n\tat x"))),
            (part(Some(2)), state("RUNNING", None)),
        ]);
        let lines: String = changes(&old, &new, 0).iter().map(Change::line).collect();
        let time = time::show(0);
        let want = format!(
            "{time}  c task 0  RUNNING -> FAILED  B: no\n{time}  c task 1  RUNNING -> gone\n\
             {time}  c task 2  RUNNING\n"
        );
        assert_eq!(lines, want);
        assert_eq!(changes(&new, &new, 0), []);
    }

    #[test]
    fn restarts_are_bounded_by_the_hour() {
        let mut restarts = Restarts::default();
        let mut take = |now| restarts.take("c", 2, now);
        assert_eq!(
            [take(0), take(1), take(2), take(3)],
            [Some(true), Some(true), Some(false), None]
        );
        assert_eq!(take(HOUR_MS), Some(false));
        assert_eq!(take(HOUR_MS + 2), Some(true));
    }
}
