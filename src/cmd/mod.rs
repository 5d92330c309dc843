//! The verbs, one file each: gather, make rows, render.
//!
//! A verb gets its words and a [`Context`]; it answers how the program ends. What it cannot do
//! at all is a [`Failure`]; what it could do only in part it tells itself, and ends with
//! [`Exit::Partly`].

mod complete;
mod completions;
mod connect;
mod consume;
mod crew;
mod dev;
mod groups;
mod interrupt;
mod man;
mod produce;
mod schemas;
mod topics;
mod trouble;

use std::io;

use crate::base::clock::{self, Clock, Millis};
use crate::cli::Verb;
use crate::client::Admin;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Row};
use crate::settings::env::Env;
use crate::settings::look::Output;
use crate::settings::{Cluster, ClusterWords, SettingsError};
use crate::ui::Ui;
use trouble::failure as failed;

/// How a verb ends.
pub type Ended = Result<Exit, Failure>;

/// What every verb stands on.
pub struct Context {
    pub ui: Ui,
    pub env: Env,
    /// When the command began: the one `now` of all its times.
    pub started: Millis,
}

impl Context {
    /// Makes the context of a run that begins now.
    pub fn new(ui: Ui, env: Env) -> Self {
        Context { ui, env, started: clock::System.now() }
    }

    /// Checks the words about the cluster.
    pub fn cluster(&self, words: impl Into<ClusterWords>) -> Result<Cluster, Failure> {
        let resolved = words.into().resolve(&self.env)?;
        for key in &resolved.left_out {
            self.ui.note(&format!("note: `{key}` means nothing outside Java, and is left out"));
        }
        Ok(resolved.cluster)
    }

    /// Connects to a cluster, to administer it.
    pub fn admin(&self, words: impl Into<ClusterWords>) -> Result<Admin, Failure> {
        let cluster = self.cluster(words)?;
        let admin = Admin::open(&cluster.brokers, &cluster.properties)
            .map_err(|error| failed("cannot reach the cluster", error))?;
        for broker in admin.brokers() {
            let (id, host, port) = (broker.node_id, &broker.host, broker.port);
            self.ui.detail(&format!("broker {id} is at `{host}:{port}`"));
        }
        Ok(admin)
    }

    /// Prints rows on standard output.
    pub fn show<R: Row>(&mut self, output: Output, rows: &[R]) -> Result<(), Failure> {
        self.print(&render::rows(output, rows))
    }

    /// Prints text on standard output, at once: what is told later stands after it.
    pub fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.ui.print(text)?;
        Ok(self.ui.flush()?)
    }

    /// Asks whether `things` may go, which cannot be undone: each is told first. `yes` answers
    /// beforehand; where nobody can be asked, it must.
    pub fn confirm(&mut self, what: &str, things: &[String], yes: bool) -> Result<bool, Failure> {
        if yes {
            return Ok(true);
        }
        if !self.ui.can_ask() {
            return Err(Failure::new(format!("cannot {what} without being sure"))
                .because("this is not a terminal, so nobody can be asked")
                .hint("say `--yes`")
                .exit(Exit::BadWords));
        }
        self.ui.flush()?;
        things.iter().for_each(|thing| self.ui.note(&format!("  {thing}")));
        let sure = match self.ui.ask(&format!("{what}?")) {
            Ok(answer) => answer.unwrap_or(false),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                return Err(Failure::new("interrupted").exit(Exit::Interrupted));
            }
            Err(error) => return Err(error.into()),
        };
        if !sure {
            self.ui.note("nothing was done");
        }
        Ok(sure)
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Failure::new(error.to_string()).exit(Exit::BadWords)
    }
}

/// Runs a verb.
pub fn run(verb: Verb, cx: &mut Context) -> Ended {
    match verb {
        Verb::Topics(words) => topics::run(*words, cx),
        Verb::Groups(words) => groups::run(*words, cx),
        Verb::Complete(line) => complete::run(&line, cx),
        Verb::Completions(words) => completions::run(&words, cx),
        Verb::Man(words) => man::run(&words, cx),
        Verb::Produce(words) => produce::run(*words, cx),
        Verb::Consume(words) => consume::run(*words, cx),
        Verb::Connect(words) => connect::run(*words, cx),
        Verb::Dev(words) => dev::run(*words, cx),
    }
}
