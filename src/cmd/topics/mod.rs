//! `rk topics`: one file a verb.

mod alter;
mod archive;
mod copy;
mod create;
mod delete;
mod describe;
mod list;
mod restore;
mod target;

use regex::Regex;

use super::{Context, Ended, failed};
use crate::cli::topics as words;
use crate::client::{Admin, ClientError, Each};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::wire::ErrorCode;

pub(super) fn run(words: words::Topics, cx: &mut Context) -> Ended {
    let cluster = words.cluster;
    match words.verb {
        words::Verb::Create(words) => create::run(words, &mut cx.admin(cluster)?, cx),
        words::Verb::List(words) => list::run(words, &mut cx.admin(cluster)?, cx),
        words::Verb::Describe(words) => describe::run(&words, &mut cx.admin(cluster)?, cx),
        words::Verb::Alter(words) => alter::run(&words, &mut cx.admin(cluster)?, cx),
        words::Verb::Delete(words) => delete::run(&words, &mut cx.admin(cluster)?, cx),
        words::Verb::Copy(words) => copy::run(&words, &cx.cluster(cluster)?, cx),
        words::Verb::Archive(words) => archive::run(&words, &cx.cluster(cluster)?, cx),
        words::Verb::Restore(words) => restore::run(&words, &cx.cluster(cluster)?, cx),
    }
}

/// Patterns of topics' names. One must match the whole name.
pub(super) struct Patterns(Vec<Regex>);

impl Patterns {
    pub(super) fn of(patterns: &[String]) -> Result<Self, Failure> {
        let compiled = patterns.iter().map(|pattern| {
            Regex::new(&format!("^(?:{pattern})$")).map_err(|error| {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
                Failure::new(format!("`{pattern}` is not a regular expression"))
                    .because(why)
                    .exit(Exit::BadWords)
            })
        });
        Ok(Patterns(compiled.collect::<Result<_, _>>()?))
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| pattern.is_match(name))
    }

    /// The names that match, sorted. Kafka's own topics never do: those are named one by one.
    pub(super) fn find(&self, admin: &mut Admin) -> Result<Vec<String>, ClientError> {
        let topics = admin.metadata(None)?.topics;
        let names = topics.into_iter().filter(|topic| !topic.is_internal).filter_map(|t| t.name);
        let mut names: Vec<String> = names.filter(|name| self.matches(name)).collect();
        names.sort();
        Ok(names)
    }
}

/// Turns patterns into the names of the topics that they match, of which there must be some.
pub(super) fn matching(
    admin: &mut Admin,
    patterns: &[String],
    failed: impl FnOnce(ClientError) -> Failure,
) -> Result<Vec<String>, Failure> {
    let names = Patterns::of(patterns)?.find(admin).map_err(failed)?;
    if names.is_empty() {
        let patterns: Vec<String> = patterns.iter().map(|pattern| format!("`{pattern}`")).collect();
        return Err(Failure::new(format!("no topic matches {}", patterns.join(" or ")))
            .hint("`rk topics list` shows what is there")
            .exit(Exit::NotThere));
    }
    Ok(names)
}

/// Resolves the names of a command line: as they are, or as patterns.
fn resolve(admin: &mut Admin, names: Vec<String>, regex: bool) -> Result<Vec<String>, Failure> {
    match regex {
        true => matching(admin, &names, |error| failed("cannot list topics", error)),
        false => Ok(names),
    }
}

/// Tells what became of each topic, in the order asked: what was done with a note, what failed
/// as a failure.
fn tell(mut each: Each, names: &[String], verb: &str, done: &str, cx: &Context) -> Exit {
    each.sort_by_key(|(name, _)| names.iter().position(|asked| asked == name));
    let asked = each.len();
    let mut exits = Vec::new();
    for (name, result) in each {
        match result {
            Ok(()) => cx.ui.note(&format!("{done} topic `{name}`")),
            Err(error) => {
                let failure = one_failed(&name, verb, error);
                cx.ui.failure(&failure);
                exits.push(failure.exit);
            }
        }
    }
    Exit::of_many(asked, &exits)
}

/// Waits until what was done shows at the brokers, so that the next command finds it. That it
/// takes long is worth a note, and no failure: the controller has it.
fn settle(each: &Each, at_least: usize, admin: &mut Admin, cx: &Context) {
    let done = each.iter().filter(|(_, result)| result.is_ok());
    let names: Vec<&str> = done.map(|(name, _)| name.as_str()).collect();
    if let Err(error) = admin.wait_for_topics(&names, at_least) {
        cx.ui.note(&format!("note: {error}"));
    }
}

/// Makes the failure of one topic out of the broker's answer.
fn one_failed(name: &str, verb: &str, error: ClientError) -> Failure {
    let code = error.code();
    let failure = failed(format!("cannot {verb} topic `{name}`"), error);
    match code {
        Some(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION) => {
            failure.hint("`rk topics list` shows what is there").exit(Exit::NotThere)
        }
        Some(ErrorCode::INVALID_TOPIC_EXCEPTION) if verb != "create" => {
            failure.hint("a pattern needs `--regex`")
        }
        Some(ErrorCode::TOPIC_ALREADY_EXISTS) => {
            failure.hint("leave it as it is with `--if-not-exists`")
        }
        Some(ErrorCode::INVALID_REPLICATION_FACTOR) => {
            failure.hint("a copy needs a broker of its own: leave `--replication-factor` out")
        }
        _ => failure,
    }
}
