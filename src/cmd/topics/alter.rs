//! `rk topics alter`: more partitions, other configs.

use super::{Context, Ended, failed, resolve, settle, tell, words};
use crate::client::{Admin, Each};

pub(super) fn run(words: &words::Alter, admin: &mut Admin, cx: &mut Context) -> Ended {
    let names = resolve(admin, words.topics.names(), words.regex)?;
    let cannot = |error| failed("cannot alter topics", error);
    let mut each: Each = Vec::new();
    if let Some(count) = words.change.partitions {
        each = admin.create_partitions(&names, count).map_err(cannot)?;
        settle(&each, usize::try_from(count).unwrap_or_default(), admin, cx);
    }
    let (set, delete) = (&words.change.configs, &words.change.delete_configs);
    if !set.is_empty() || !delete.is_empty() {
        // A topic whose first change was refused is left alone: it is told once, as failed.
        let refused = |name: &String| each.iter().any(|(n, result)| n == name && result.is_err());
        let rest: Vec<String> = names.iter().filter(|name| !refused(name)).cloned().collect();
        if !rest.is_empty() {
            let configs = admin.alter_topic_configs(&rest, set, delete).map_err(cannot)?;
            each.retain(|(_, result)| result.is_err());
            each.extend(configs);
        }
    }
    Ok(tell(each, &names, "alter", "altered", cx))
}
