//! `rk connect plugins`: what the workers have, and what can be set of it.

use super::{Context, Ended, failed, open};
use crate::cli::connect::manage as words;
use crate::connect::rest::{ConfigKey, Plugin};
use crate::exit::Exit;
use crate::render::{Cell, Row};

struct PluginRow(Plugin);

impl Row for PluginRow {
    const COLUMNS: &'static [&'static str] = &["class", "type", "version"];
    const PLAIN: usize = 1;

    fn cells(&self) -> Vec<Cell> {
        let Plugin { class, kind, version } = &self.0;
        vec![class.as_str().into(), kind.as_str().into(), version.clone().into()]
    }
}

struct KeyRow(ConfigKey);

impl Row for KeyRow {
    const COLUMNS: &'static [&'static str] =
        &["setting", "type", "required", "default", "importance", "documentation"];

    fn cells(&self) -> Vec<Cell> {
        let key = &self.0;
        vec![
            key.name.as_str().into(),
            key.kind.as_str().into(),
            key.required.into(),
            key.default.clone().into(),
            key.importance.as_str().into(),
            key.documentation.as_str().into(),
        ]
    }
}

pub(super) fn run(words: &words::Plugins, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let output = words.output.output;
    match &words.class {
        Some(class) => {
            let keys = connect.plugin_config(class, words.plugin_version.as_deref());
            let keys = keys.map_err(|error| {
                failed(format!("cannot show the settings of plugin `{class}`"), error)
                    .hint("`rk connect plugins --all` shows what the workers have")
            })?;
            cx.show(output, &keys.into_iter().map(KeyRow).collect::<Vec<_>>())?;
        }
        None => {
            let plugins = connect.plugins(words.all);
            let plugins = plugins.map_err(|error| failed("cannot list plugins", error))?;
            cx.show(output, &plugins.into_iter().map(PluginRow).collect::<Vec<_>>())?;
        }
    }
    Ok(Exit::Done)
}
