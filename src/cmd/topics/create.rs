//! `rk topics create`.

use super::{Context, Ended, failed, tell, words};
use crate::client::{Admin, NewTopic};
use crate::wire::ErrorCode;

pub(super) fn run(words: words::Create, admin: &mut Admin, cx: &mut Context) -> Ended {
    let topic = |name: String| NewTopic {
        name,
        partitions: words.partitions,
        replication_factor: words.replication_factor,
        configs: words.configs.clone(),
    };
    let topics: Vec<NewTopic> = words.topics.names().into_iter().map(topic).collect();
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
    Ok(tell(each, "create", "created", cx))
}
