//! `rk topics create`.

use super::{Context, Ended, failed, settle, tell, words};
use crate::client::{Admin, NewTopic};
use crate::wire::ErrorCode;

pub(super) fn run(words: words::Create, admin: &mut Admin, cx: &mut Context) -> Ended {
    let topic = |name: String| NewTopic {
        name,
        partitions: words.partitions,
        replication_factor: words.replication_factor,
        configs: words.configs.clone(),
    };
    let names = words.topics.names();
    let topics: Vec<NewTopic> = names.iter().cloned().map(topic).collect();
    let mut each =
        admin.create_topics(&topics).map_err(|error| failed("cannot create topics", error))?;
    if words.if_not_exists {
        each.retain(|(name, result)| {
            let exists = result
                .as_ref()
                .is_err_and(|error| error.code() == Some(ErrorCode::TOPIC_ALREADY_EXISTS));
            if exists {
                cx.ui.note(&format!("topic `{name}` is already there"));
            }
            !exists
        });
    }
    settle(&each, 1, admin, cx);
    Ok(tell(each, &names, "create", "created", cx))
}
