//! `rk connect plugins`: what the workers have, and what can be set of it.

use super::{Context, Ended, failed, open};
use crate::cli::connect::manage as words;
use crate::connect::converters::is_named;
use crate::connect::define::{Key, Preset};
use crate::connect::rest::{ConfigKey, Plugin};
use crate::connect::serve::{Plugin as Inside, plugins as inside};
use crate::exit::Exit;
use crate::failure::Failure;
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

/// A setting of what is inside.
struct LocalRow(&'static str, String, Option<&'static Key>);

impl Row for LocalRow {
    const COLUMNS: &'static [&'static str] =
        &["class", "kind", "setting", "type", "required", "default", "importance", "documentation"];

    fn cells(&self) -> Vec<Cell> {
        let LocalRow(kind, class, key) = self;
        let mut cells = vec![class.as_str().into(), (*kind).into()];
        let Some(key) = key else {
            cells.extend((0..6).map(|_| Cell::from(None::<String>)));
            return cells;
        };
        let default = match key.preset {
            Preset::Text(text) => Some(text.to_owned()),
            Preset::Required | Preset::Null => None,
        };
        cells.extend([
            key.name.into(),
            key.kind.name().into(),
            (key.preset == Preset::Required).into(),
            default.into(),
            key.importance.name().into(),
            key.doc.into(),
        ]);
        cells
    }
}

/// Shows what `rk connect run` has inside.
fn local(words: &words::Plugins, cx: &mut Context) -> Ended {
    let wanted = |class: &str, name: &str| {
        let kinds = ["Connector", "Converter", "Transformation", "Predicate"];
        kinds.iter().any(|kind| is_named(class, name, kind))
            || class.split_once('$').is_some_and(|(class, _)| is_named(class, name, ""))
    };
    let is_shown =
        |plugin: &Inside| words.class.as_deref().is_none_or(|name| wanted(&plugin.name, name));
    let mut rows = Vec::new();
    for plugin in inside().into_iter().filter(is_shown) {
        if plugin.keys.is_empty() {
            rows.push(LocalRow(plugin.kind, plugin.name.clone(), None));
        }
        let row = |key| LocalRow(plugin.kind, plugin.name.clone(), Some(key));
        rows.extend(plugin.keys.into_iter().map(row));
    }
    if let (true, Some(name)) = (rows.is_empty(), &words.class) {
        return Err(Failure::new(format!("there is no plugin `{name}` inside"))
            .hint("`rk connect plugins --local` shows what is")
            .exit(Exit::NotThere));
    }
    cx.show(words.output.output, &rows)?;
    Ok(Exit::Done)
}

pub(super) fn run(words: &words::Plugins, cx: &mut Context) -> Ended {
    if words.local {
        return local(words, cx);
    }
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
