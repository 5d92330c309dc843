//! The connectors in the files that a command names.

use std::io::Read;
use std::path::Path;

use super::{Context, Failure};
use crate::cli::connect::manage::Files;
use crate::connect::rest::file::{self, Wanted};
use crate::connect::rest::secret;
use crate::exit::Exit;

/// How many bytes of a file are read: the configuration of a connector has never so many.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Reads all files; with several connectors no name is said twice.
pub(super) fn read(words: &Files, cx: &Context) -> Result<Vec<Wanted>, Failure> {
    let mut all: Vec<Wanted> = Vec::new();
    for path in &words.files {
        let shown = if path.as_os_str() == "-" {
            "standard input".into()
        } else {
            path.display().to_string()
        };
        let cannot = || Failure::new(format!("cannot read a connector from `{shown}`"));
        let text = text(path).map_err(|error| cannot().caused_by(error))?;
        let read = file::read(&text, words.name.as_deref()).map_err(|error| {
            let failure = cannot().exit(Exit::BadWords);
            match error {
                file::FileError::NoName => failure.caused_by(error).hint("say it with `--name`"),
                _ => failure.caused_by(error),
            }
        })?;
        for mut wanted in read {
            if let Some(name) = words.name.as_ref().filter(|name| **name != wanted.name) {
                return Err(cannot()
                    .because(format!(
                        "it is of connector `{}`, and `--name` says `{name}`",
                        wanted.name
                    ))
                    .exit(Exit::BadWords));
            }
            if all.iter().any(|one| one.name == wanted.name) {
                return Err(cannot()
                    .because(format!("connector `{}` is in an earlier one already", wanted.name))
                    .exit(Exit::BadWords));
            }
            wanted.config.extend(words.set.iter().cloned());
            check(&wanted, &shown, cx)?;
            all.push(wanted);
        }
    }
    Ok(all)
}

/// Refuses what was printed with its secrets hidden, and another name by `--set`.
fn check(wanted: &Wanted, shown: &str, cx: &Context) -> Result<(), Failure> {
    let cannot = || {
        Failure::new(format!("cannot use connector `{}` of `{shown}`", wanted.name))
            .exit(Exit::BadWords)
    };
    let hidden = wanted.config.iter().find(|(_, value)| value.contains(secret::HIDDEN));
    if let Some((setting, _)) = hidden {
        return Err(cannot()
            .because(format!("`{setting}` is hidden in it"))
            .hint("`rk connect describe --show-secrets` shows secrets; so does a config provider: `${env:NAME}`"));
    }
    if wanted.config.get("name") != Some(&wanted.name) {
        return Err(cannot().because("`--set` gives it another name"));
    }
    if !wanted.config.contains_key("connector.class") {
        cx.ui.note(&format!(
            "note: connector `{}` of `{shown}` has no `connector.class`",
            wanted.name
        ));
    }
    Ok(())
}

fn text(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let mut limited: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(std::io::stdin().take(FILE_BYTES_MAX)),
        false => Box::new(std::fs::File::open(path)?.take(FILE_BYTES_MAX)),
    };
    limited.read_to_string(&mut text)?;
    Ok(text)
}
