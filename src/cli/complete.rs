//! Completion of names that only a cluster knows: connectors, topics, groups.
//!
//! The completions that are drawn from the tree of words end where names begin. There they ask
//! `rk __complete LINE`, where the line is what was typed so far: the last word, perhaps empty,
//! is the one to complete. [`wanted`] finds out what kind of name belongs there, and the words of
//! the line that say where the cluster is.

use clap::{Arg, ArgAction, Command};
use clap_complete::Shell;

use super::connect::Verb as ConnectVerb;
use super::{Verb, parse};
use crate::settings::ClusterWords;
use crate::settings::connect::ConnectWords;

/// The word that shells say.
pub(super) const WORD: &str = "__complete";

/// Options that say where the brokers are, and where Connect's workers are.
const OF_CLUSTER: &[&str] = &["brokers", "properties", "command_config"];
const OF_CONNECT: &[&str] =
    &["connect", "user", "token", "ca", "cert", "key", "insecure", "command_config"];

/// What kind of name is to be completed, and who knows such names.
#[derive(Clone)]
pub enum Kind {
    Topic(ClusterWords),
    Group(ClusterWords),
    Connector(ConnectWords),
    Plugin(ConnectWords),
    Logger(ConnectWords),
}

/// A name that is to be completed.
#[derive(Clone)]
pub struct Wanted {
    pub kind: Kind,
    /// How it begins.
    pub prefix: String,
}

/// What a line says up to the word that is to be completed.
struct Walk {
    at: Command,
    /// The option whose value comes next.
    open: Option<Arg>,
    positionals: usize,
    /// Whether `--` was there, behind which everything is a positional.
    is_rest: bool,
    /// Options with their values, as words.
    options: Vec<(String, Vec<String>)>,
}

/// Returns what is to be completed at the end of a line, if it is a name that a cluster knows.
pub fn wanted(line: &str) -> Option<Wanted> {
    let mut words = split(line);
    let prefix = words.pop()?;
    let mut root = super::command();
    root.build();
    let mut walk =
        Walk { at: root, open: None, positionals: 0, is_rest: false, options: Vec::new() };
    words.iter().skip(1).for_each(|word| walk.step(word));
    let arg = match &walk.open {
        Some(arg) => arg,
        None if prefix.starts_with('-') && !walk.is_rest => return None,
        None => {
            let mut all = walk.at.get_positionals();
            let last = walk.at.get_positionals().last();
            let own = all.nth(walk.positionals);
            let repeats = |arg: &&Arg| matches!(arg.get_action(), ArgAction::Append);
            own.or(last.filter(repeats))?
        }
    };
    let name = arg.get_value_names()?.first()?.as_str().to_owned();
    let kind = match name.trim_end_matches("...") {
        "TOPIC" | "SOURCE" => Kind::Topic(walk.cluster()?),
        "GROUP" => Kind::Group(walk.cluster()?),
        "CONNECTOR" => Kind::Connector(walk.connect()?),
        "CLASS" => Kind::Plugin(walk.connect()?),
        "LOGGER" => Kind::Logger(walk.connect()?),
        _ => return None,
    };
    Some(Wanted { kind, prefix })
}

impl Walk {
    /// Takes one whole word.
    fn step(&mut self, word: &str) {
        if let Some(arg) = self.open.take() {
            self.note(&arg, Some(word));
        } else if self.is_rest {
            self.positionals += 1;
        } else if word == "--" {
            self.is_rest = true;
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let is_it = |arg: &&Arg| {
                let aliases = arg.get_visible_aliases().unwrap_or_default();
                arg.get_long() == Some(name) || aliases.contains(&name)
            };
            let found = self.at.get_arguments().find(is_it).cloned();
            self.option(found, value);
        } else if let Some(short) = word.strip_prefix('-').filter(|short| !short.is_empty()) {
            let mut chars = short.chars();
            let first = chars.next();
            let value = Some(chars.as_str()).filter(|rest| !rest.is_empty());
            let found = self.at.get_arguments().find(|arg| arg.get_short() == first).cloned();
            self.option(found, value);
        } else if let Some(verb) = self.at.find_subcommand(word).cloned() {
            self.at = verb;
            self.positionals = 0;
        } else {
            self.positionals += 1;
        }
    }

    fn option(&mut self, found: Option<Arg>, value: Option<&str>) {
        let Some(arg) = found else { return };
        match (arg.get_action().takes_values(), value) {
            (true, None) => self.open = Some(arg),
            (_, value) => self.note(&arg, value),
        }
    }

    fn note(&mut self, arg: &Arg, value: Option<&str>) {
        let Some(long) = arg.get_long() else { return };
        let words = match value.filter(|_| arg.get_action().takes_values()) {
            Some(value) => vec![format!("--{long}={value}")],
            None => vec![format!("--{long}")],
        };
        self.options.push((arg.get_id().as_str().to_owned(), words));
    }

    /// The words of some options, after others.
    fn with<'a>(&'a self, verb: &[&'a str], ids: &[&str]) -> Option<Verb> {
        let own = self.options.iter().filter(|(id, _)| ids.contains(&id.as_str()));
        let own = own.flat_map(|(_, words)| words.iter().map(String::as_str));
        let words = std::iter::once("rk").chain(verb.iter().copied()).chain(own);
        parse(words.map(Into::into)).ok().map(|cli| cli.verb)
    }

    fn cluster(&self) -> Option<ClusterWords> {
        match self.with(&["topics", "list"], OF_CLUSTER)? {
            Verb::Topics(words) => Some(words.cluster.into()),
            _ => None,
        }
    }

    fn connect(&self) -> Option<ConnectWords> {
        match self.with(&["connect", "list"], OF_CONNECT)? {
            Verb::Connect(words) => match words.verb {
                ConnectVerb::List(words) => Some((&words.judged.rest).into()),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Splits a line into words as shells do, as far as that matters here: quotes and backslashes.
/// The last word is the one that is being typed, and may be empty.
fn split(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let mut add = |c: char| {
            if let Some(word) = words.last_mut() {
                word.push(c);
            }
        };
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None | Some('"'), '\\') => chars.next().into_iter().for_each(add),
            (None, c) if c.is_whitespace() => {
                if words.last().is_some_and(|word| !word.is_empty()) {
                    words.push(String::new());
                }
            }
            (_, c) => add(c),
        }
    }
    words
}

/// What bash does for names: where there are any, nothing else is offered.
const BASH: &str = r#"
# Names that only a cluster knows come from the cluster, within a second or not at all.
_rk_live() {
    _rk "$@"
    local name
    local -a live=()
    while IFS= read -r name; do
        [[ -n "$name" ]] && live+=("$name")
    done < <("${COMP_WORDS[0]}" __complete "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    [[ ${#live[@]} -gt 0 ]] && COMPREPLY=("${live[@]}")
    return 0
}
"#;

/// What zsh does where it would complete files for want of something better.
const ZSH: &str = r#"
# Names that only a cluster knows come from the cluster, within a second or not at all.
_rk_live() {
    local -a live
    live=(${(f)"$(_call_program names ${words[1]} __complete ${(q)LBUFFER} 2>/dev/null)"})
    if (( $#live )); then
        compadd -a live
    else
        _default
    fi
}
"#;

/// What fish offers beside everything else.
const FISH: &str = r#"
# Names that only a cluster knows come from the cluster, within a second or not at all.
complete -c rk -a "(rk __complete (commandline -cp | string collect) 2>/dev/null)"
"#;

/// Adds live names to a shell's completions.
pub(super) fn live(shell: Shell, text: String) -> String {
    match shell {
        Shell::Bash => {
            let (head, tail) = text.split_at(text.rfind("\nif [[").unwrap_or(text.len()));
            let tail = tail.replace("complete -F _rk ", "complete -F _rk_live ");
            format!("{head}{BASH}{tail}")
        }
        Shell::Zsh => {
            let text = text.replace(":_default'", ":_rk_live'");
            let (head, tail) = text.split_at(text.rfind("\nif [ ").unwrap_or(text.len()));
            format!("{head}{ZSH}{tail}")
        }
        Shell::Fish => text + FISH,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Option<String> {
        let Wanted { kind, prefix } = wanted(line)?;
        let cluster = |words: ClusterWords| words.brokers.unwrap_or_default();
        let connect = |words: ConnectWords| words.url.unwrap_or_default();
        Some(match kind {
            Kind::Topic(words) => format!("topic {} {prefix}", cluster(words)),
            Kind::Group(words) => format!("group {} {prefix}", cluster(words)),
            Kind::Connector(words) => format!("connector {} {prefix}", connect(words)),
            Kind::Plugin(words) => format!("plugin {} {prefix}", connect(words)),
            Kind::Logger(words) => format!("logger {} {prefix}", connect(words)),
        })
    }

    #[test]
    fn the_end_of_a_line_wants_a_name() {
        for (line, want) in [
            ("rk connect status or", Some("connector  or")),
            ("rk connect status a or", Some("connector  or")),
            ("rk connect status --connect http://h:1 ", Some("connector http://h:1 ")),
            ("rk connect status --connect=http://h:1 -v 'o r", Some("connector http://h:1 o r")),
            ("rk connect alter x", Some("connector  x")),
            ("rk connect alter x y", None),
            ("rk connect offsets get x", Some("connector  x")),
            ("rk connect plugins F", Some("plugin  F")),
            ("rk connect loggers org", Some("logger  org")),
            ("rk connect status --con", None),
            ("rk connect status --connect ", None),
            ("rk connect sta", None),
            ("rk connect create ", None),
            ("rk -v topics -b h:9 describe o", Some("topic h:9 o")),
            ("rk topics describe -bh:9 o", Some("topic h:9 o")),
            ("rk consume -t ", Some("topic  ")),
            ("rk consume a b", Some("topic  b")),
            ("rk produce t", Some("topic  t")),
            ("rk produce t f", None),
            ("rk groups describe --group ", Some("group  ")),
            ("rk topics copy a", Some("topic  a")),
            ("rk", None),
            ("", None),
        ] {
            assert_eq!(told(line).as_deref(), want, "{line:?}");
        }
    }

    #[test]
    fn lines_are_split_as_shells_do() {
        for (line, want) in [
            ("", &[""][..]),
            ("a  b ", &["a", "b", ""]),
            ("a 'b c' \"d\\\"e\" f\\ g", &["a", "b c", "d\"e", "f g"]),
            ("a 'b", &["a", "b"]),
        ] {
            assert_eq!(split(line), want, "{line:?}");
        }
    }

    #[test]
    fn the_shells_ask_for_names() {
        let bash = crate::cli::completions(crate::cli::Shell::Bash);
        assert!(bash.contains("complete -F _rk_live ") && !bash.contains("complete -F _rk "));
        let zsh = crate::cli::completions(crate::cli::Shell::Zsh);
        assert!(zsh.contains(":_rk_live'") && zsh.contains("\n_rk_live() {"));
        assert!(crate::cli::completions(crate::cli::Shell::Fish).contains("rk __complete "));
    }
}
