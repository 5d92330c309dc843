//! UpdateFeatures: the levels of the cluster's features, all of a request or none (KIP-584).
//!
//! Source: `org.apache.kafka.controller.FeatureControlManager`. The quorum's own feature,
//! `kraft.version`, is not of the metadata's records: a plan says what it is to become.

use std::collections::BTreeMap;

use super::{Planned, View};
use crate::base::hash::java_string_hash;
use crate::broker::config::release::features;
use crate::broker::meta::MetadataRecord;
use crate::broker::meta::state::METADATA_VERSION;
use crate::wire::ErrorCode;
use crate::wire::messages::metadata_log::{FeatureLevelRecord, NoOpRecord};
use crate::wire::messages::update_features::{
    FeatureUpdateKey, UpdatableFeatureResult, UpdateFeaturesRequest, UpdateFeaturesResponse,
};

/// The feature whose level the quorum keeps in its own control records.
pub const KRAFT_VERSION: &str = "kraft.version";

const UPGRADE: i8 = 1;
const SAFE_DOWNGRADE: i8 = 2;
const UNSAFE_DOWNGRADE: i8 = 3;

/// The levels of `metadata.version` that brought new records: a downgrade past one loses them
/// (`MetadataVersion.didMetadataChange`).
const CHANGED: &[i16] = &[8, 11, 13, 14, 15, 17, 23, 30];

/// What UpdateFeatures comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Updated {
    pub response: UpdateFeaturesResponse,
    /// The level that `kraft.version` rises to, where it does.
    pub kraft_version: Option<i16>,
}

/// Plans UpdateFeatures, at this level of `kraft.version`.
pub fn update_features(
    view: &View,
    kraft_version: i16,
    version: i16,
    request: &UpdateFeaturesRequest,
) -> Planned<Updated> {
    let mut levels = view.state.features().clone();
    levels.insert(METADATA_VERSION.to_owned(), view.state.metadata_version());
    let updates = in_order(&request.feature_updates);
    for update in &updates {
        levels.insert(update.feature.clone(), update.max_version_level);
    }
    let mut records = Vec::new();
    let mut kraft = None;
    for update in &updates {
        let current = match update.feature.as_str() {
            KRAFT_VERSION => kraft_version,
            METADATA_VERSION => view.state.metadata_version(),
            name => view.state.feature(name),
        };
        if let Err(why) =
            check(view, update, current, version).and_then(|()| depends(update, &levels))
        {
            let text = format!(
                "The update failed for all features since the following feature had an error: {why}"
            );
            let response = UpdateFeaturesResponse {
                error_code: ErrorCode::INVALID_UPDATE_VERSION.0,
                error_message: Some(text),
                ..Default::default()
            };
            let response = Updated { response, kraft_version: None };
            return Planned { records: Vec::new(), response };
        }
        if update.feature != KRAFT_VERSION {
            let (name, feature_level) = (update.feature.clone(), update.max_version_level);
            records.push(FeatureLevelRecord { name, feature_level }.into());
        } else if kind(update, version) == UPGRADE {
            records.push(MetadataRecord::from(NoOpRecord {}));
            kraft = Some(update.max_version_level).filter(|level| *level > current);
        }
    }
    if request.validate_only {
        records.clear();
        kraft = None;
    }
    let results = request.feature_updates.iter().map(|update| UpdatableFeatureResult {
        feature: update.feature.clone(),
        error_code: ErrorCode::NONE.0,
        error_message: Some("NONE".to_owned()),
    });
    // From version 2 on there is one error for all.
    let results = if version < 2 { results.collect() } else { Vec::new() };
    let response = UpdateFeaturesResponse { error_message: None, results, ..Default::default() };
    Planned { records, response: Updated { response, kraft_version: kraft } }
}

/// Returns the last update of each feature in the order of Java's `HashMap`, in which Kafka goes
/// through them: the first that is wrong is the one that is told.
fn in_order(updates: &[FeatureUpdateKey]) -> Vec<&FeatureUpdateKey> {
    let mut last: Vec<&FeatureUpdateKey> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for update in updates {
        match places.get(update.feature.as_str()) {
            Some(place) => last[*place] = update,
            None => {
                places.insert(&update.feature, last.len());
                last.push(update);
            }
        }
    }
    let buckets = (last.len() * 4 / 3 + 1).next_power_of_two().max(16) as u32;
    last.sort_by_key(|update| {
        let hash = java_string_hash(&update.feature).cast_unsigned();
        (hash ^ (hash >> 16)) & (buckets - 1)
    });
    last
}

/// Version 0 knows upgrades only: Kafka does not look at its `allow_downgrade`.
fn kind(update: &FeatureUpdateKey, version: i16) -> i8 {
    if version == 0 { UPGRADE } else { update.upgrade_type }
}

fn check(view: &View, update: &FeatureUpdateKey, current: i16, version: i16) -> Result<(), String> {
    let (name, level) = (update.feature.as_str(), update.max_version_level);
    let invalid =
        |why: &str| Err(format!("Invalid update version {level} for feature {name}. {why}"));
    let kind = kind(update, version);
    if !(UPGRADE..=UNSAFE_DOWNGRADE).contains(&kind) {
        return invalid("The controller does not support the given upgrade type.");
    }
    if level < 0 {
        return invalid("A feature version cannot be less than 0.");
    }
    if let Some(why) = unsupported(view, name, level) {
        return invalid(&why);
    }
    if level < current && kind == UPGRADE {
        return invalid(
            "Can't downgrade the version of this feature without setting the upgrade type to \
             either safe or unsafe downgrade.",
        );
    }
    if level > current && kind != UPGRADE {
        return invalid("Can't downgrade to a newer version.");
    }
    let known = features(view.fixed.release());
    match name {
        METADATA_VERSION if level < current => downgrade_metadata(current, level, kind),
        KRAFT_VERSION if kind != UPGRADE && level != current => {
            invalid("Can't downgrade the version of this feature.")
        }
        _ if known.iter().any(|feature| feature.0 == name) => Ok(()),
        _ => invalid(&format!("Feature {name} not found.")),
    }
}

/// Returns why this node does not support a level, in `QuorumFeatures`' words. A feature that
/// nobody knows is supported at zero.
fn unsupported(view: &View, name: &str, level: i16) -> Option<String> {
    let own = format!("Local controller {}", view.node.id);
    match features(view.fixed.release()).iter().find(|feature| feature.0 == name) {
        Some((_, _, min, max)) if (*min..=*max).contains(&level) => None,
        Some((_, _, min, max)) if min == max => Some(format!("{own} only supports versions {min}")),
        Some((_, _, min, max)) => Some(format!("{own} only supports versions {min}-{max}")),
        None if level == 0 => None,
        None => Some(format!("{own} does not support this feature.")),
    }
}

fn downgrade_metadata(current: i16, level: i16, kind: i8) -> Result<(), String> {
    if !CHANGED.iter().any(|changed| (level + 1..=current).contains(changed)) {
        return Ok(());
    }
    let why = match kind {
        SAFE_DOWNGRADE => {
            "Refusing to perform the requested downgrade because it might delete metadata \
             information."
        }
        _ => "Unsafe metadata downgrade is not supported in this version.",
    };
    Err(format!("Unsupported metadata.version downgrade from {current} to {level}. {why}"))
}

/// Checks what a level stands on (`Feature.validateVersion`): only eligible leader replicas
/// stand on anything, `metadata.version` 23 (4.0-IV1).
fn depends(update: &FeatureUpdateKey, levels: &BTreeMap<String, i16>) -> Result<(), String> {
    const ELR: &str = "eligible.leader.replicas.version";
    const NEEDS: i16 = 23;
    let (name, level) = (update.feature.as_str(), update.max_version_level);
    let metadata = levels.get(METADATA_VERSION).copied().unwrap_or(0);
    if name == ELR && level >= 1 && metadata < NEEDS {
        return Err(format!(
            "Invalid update version {level} for feature {name}. {name} could not be set to \
             {level} because it depends on {METADATA_VERSION} level {NEEDS}"
        ));
    }
    Ok(())
}
