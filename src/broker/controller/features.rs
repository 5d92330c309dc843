//! Changing the levels of features, that of the quorum among them.

use tracing::error;

use super::{Controller, MetadataError};
use crate::base::sync::lock;
use crate::broker::meta::plan;
use crate::broker::meta::state::Endpoint;
use crate::broker::quorum::CONTROLLER_LISTENER;
use crate::wire::ErrorCode;
use crate::wire::messages::update_features::{UpdateFeaturesRequest, UpdateFeaturesResponse};

impl Controller {
    /// Changes the levels of features.
    pub(crate) fn update_features(
        &self,
        version: i16,
        request: &UpdateFeaturesRequest,
    ) -> Result<UpdateFeaturesResponse, ErrorCode> {
        let level = self.quorum().version;
        let updated =
            self.change(|view, _| plan::update_features(view, level, version, request))?;
        if let Some(version) = updated.kraft_version {
            let _changing = self.changing();
            let endpoint = self.controller_endpoint();
            let mut quorum = lock(&self.quorum);
            let now = self.clock.now();
            let upgraded =
                quorum.upgrade(version, &endpoint, &self.log, self.node, self.leader_epoch, now);
            let upgraded = upgraded.map_err(MetadataError::from);
            upgraded.and_then(|()| Ok(self.settle()?)).map_err(|error| {
                error!(%error, "cannot change the quorum");
                ErrorCode::KAFKA_STORAGE_ERROR
            })?;
        }
        Ok(updated.response)
    }

    /// Returns where the controller said it was reached when Apache Kafka last ran here, or else
    /// where the broker is: nobody calls it, and Kafka writes its own at its next start.
    fn controller_endpoint(&self) -> Endpoint {
        let state = self.state();
        let controller = state.controller(self.node.id);
        let registered = controller.and_then(|controller| controller.endpoints.first());
        let broker = || {
            let broker = state.broker(self.node.id)?;
            let own = broker.endpoints.first()?.clone();
            Some(Endpoint { name: CONTROLLER_LISTENER.to_owned(), ..own })
        };
        registered.cloned().or_else(broker).unwrap_or(Endpoint {
            name: CONTROLLER_LISTENER.to_owned(),
            host: "localhost".to_owned(),
            port: 0,
            security_protocol: 0,
        })
    }
}
