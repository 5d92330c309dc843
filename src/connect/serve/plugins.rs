//! What is inside, as `/connector-plugins` tells it.

use serde_json::{Value as Json, json};

use super::answers::VERSION;
use crate::connect::config::file::Pairs;
use crate::connect::connectors::{self, Class, Sort};
use crate::connect::converters;
use crate::connect::define::{Def, Key, Preset, Valid};
use crate::connect::plan::{Examined, SINK_DEF, SOURCE_DEF};
use crate::connect::transforms;

/// A plugin: its name, its kind by Kafka's word, and its settings.
pub struct Plugin {
    pub name: String,
    pub kind: &'static str,
    pub keys: Vec<&'static Key>,
}

/// Every plugin, connectors first.
pub fn all() -> Vec<Plugin> {
    let mut plugins = Vec::new();
    for class in connectors::CLASSES {
        let kind = if class.is_sink() { "sink" } else { "source" };
        plugins.push(Plugin { name: class.name().to_owned(), kind, keys: keys_of(class) });
    }
    for class in transforms::CLASSES {
        let names = match class.has_targets {
            true => vec![format!("{}$Key", class.name), format!("{}$Value", class.name)],
            false => vec![class.name.to_owned()],
        };
        let plugin = |name| Plugin { name, kind: "transformation", keys: class.def.keys() };
        plugins.extend(names.into_iter().map(plugin));
    }
    for class in transforms::PREDICATES {
        let (name, keys) = (class.name.to_owned(), class.def.keys());
        plugins.push(Plugin { name, kind: "predicate", keys });
    }
    for class in converters::CLASSES {
        let of = |kind| Plugin { name: class.name.to_owned(), kind, keys: class.def.keys() };
        if class.is_for.0 {
            plugins.push(of("converter"));
        }
        if class.is_for.1 {
            plugins.push(of("header_converter"));
        }
    }
    plugins
}

/// The settings of a connector: its class's own and those that all have.
fn keys_of(class: &Class) -> Vec<&'static Key> {
    let common = if class.is_sink() { SINK_DEF } else { SOURCE_DEF };
    let mut keys = class.def.keys();
    keys.extend(common.keys());
    keys
}

pub(super) fn list(connectors_only: bool) -> Json {
    let is_shown = |plugin: &Plugin| !connectors_only || matches!(plugin.kind, "sink" | "source");
    let shown = all()
        .into_iter()
        .filter(is_shown)
        .map(|plugin| json!({"class": plugin.name, "type": plugin.kind, "version": VERSION}));
    Json::Array(shown.collect())
}

/// Finds a plugin by its name or a short form of it.
fn find(name: &str) -> Option<Plugin> {
    if let Ok(class) = connectors::find(name) {
        let kind = if matches!(class.sort, Sort::Sink(_)) { "sink" } else { "source" };
        return Some(Plugin { name: class.name().to_owned(), kind, keys: keys_of(class) });
    }
    all().into_iter().find(|plugin| {
        let suffix = match plugin.kind {
            "transformation" => "Transformation",
            "predicate" => "Predicate",
            _ => "Converter",
        };
        converters::is_named(&plugin.name, name, suffix)
    })
}

/// The settings of a plugin.
pub(super) fn config(name: &str) -> Option<Json> {
    let plugin = find(name)?;
    Some(Json::Array(plugin.keys.into_iter().map(definition).collect()))
}

fn default_of(key: &Key) -> Json {
    match key.preset {
        Preset::Text(text) => json!(text),
        Preset::Required | Preset::Null => Json::Null,
    }
}

fn definition(key: &Key) -> Json {
    json!({
        "name": key.name,
        "type": key.kind.name(),
        "required": key.preset == Preset::Required,
        "default_value": default_of(key),
        "importance": key.importance.name(),
        "documentation": key.doc,
        "group": key.group,
        "order_in_group": key.order,
        "width": key.width,
        "display_name": key.title.unwrap_or(key.name),
        "dependents": [],
    })
}

/// What a setting may be, where that is a list.
fn recommended(key: &Key) -> Vec<&'static str> {
    match key.valid {
        Valid::OneOf(all) | Valid::OneOfAnyCase(all) => all.to_vec(),
        _ => Vec::new(),
    }
}

/// The answer to a validation.
pub(super) fn validation(name: &str, given: &Pairs, examined: &Examined) -> Json {
    let keys = match examined.class {
        Some(class) => {
            let common = if class.is_sink() { SINK_DEF } else { SOURCE_DEF };
            let mut keys = common.keys();
            keys.extend(class.def.keys());
            keys
        }
        None => Def(SINK_DEF.0).keys(),
    };
    let mut groups: Vec<&str> = Vec::new();
    let mut configs = Vec::new();
    for key in keys {
        if let Some(group) = key.group.filter(|group| !groups.contains(group)) {
            groups.push(group);
        }
        let of_key = |mistake: &&crate::connect::define::Mistake| mistake.name == key.name;
        let errors: Vec<&str> =
            examined.mistakes.iter().filter(of_key).map(|one| one.why.as_str()).collect();
        let value = given.get(key.name).map_or_else(|| default_of(key), |text| json!(text));
        configs.push(json!({
            "definition": definition(key),
            "value": {
                "name": key.name,
                "value": value,
                "recommended_values": recommended(key),
                "errors": errors,
                "visible": true,
            },
        }));
    }
    // Mistakes in what has no definition: settings behind a prefix, and slips of the finger.
    for mistake in &examined.mistakes {
        let is_told = configs.iter().any(|config| config["value"]["name"] == mistake.name.as_str());
        if !is_told {
            configs.push(json!({
                "definition": null,
                "value": {
                    "name": mistake.name,
                    "value": given.get(&mistake.name),
                    "recommended_values": [],
                    "errors": [mistake.why],
                    "visible": true,
                },
            }));
        }
    }
    json!({
        "name": name,
        "error_count": examined.mistakes.len(),
        "groups": groups,
        "configs": configs,
    })
}
