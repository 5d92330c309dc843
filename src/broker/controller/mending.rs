//! What follows from a change of the metadata where a panic cut it off, and for the logs' configs.

use std::sync::MutexGuard;

use tracing::error;

use super::Controller;
use crate::base::ids::Uuid;
use crate::base::sync::lock_or_mend;
use crate::broker::meta::State;

impl Controller {
    /// Takes the turn to change something. A panic in the last one's turn leaves a state that is
    /// either the old or the new one, but what was to follow from it may be missing.
    pub(super) fn changing(&self) -> MutexGuard<'_, ()> {
        lock_or_mend(&self.changing, |()| {
            error!("a change of the cluster's metadata broke down; what follows from it is redone");
            self.follow_again(&self.state());
        })
    }

    /// Makes this node's partitions what the state says, whatever they are.
    fn follow_again(&self, state: &State) {
        for topic in state.topics() {
            if let Err(error) = self.host(state, &topic.name) {
                error!(topic = %topic.name, %error, "cannot host a topic");
            }
        }
        let stays = |id: Uuid| state.topic_by_id(id).is_some();
        for gone in self.partitions.topics().into_iter().filter(|topic| !stays(topic.id)) {
            if let Some(topic) = self.partitions.drop_topic(&gone.name) {
                self.logs.delete(&topic);
            }
        }
        self.configure(state);
    }

    /// Tells every log its config again: a topic's, or one that all topics inherit, has changed.
    pub(super) fn configure(&self, state: &State) {
        for topic in self.partitions.topics() {
            let settings = self.settings(state, &topic.name);
            for partition in &topic.partitions {
                let config = settings.of_partition(&topic.name, partition.index);
                partition.log.configure(config);
            }
        }
    }
}
