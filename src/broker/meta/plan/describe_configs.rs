//! DescribeConfigs (versions 1 to 4): reads only, and answers at once.
//!
//! Source: `kafka.server.ConfigHelper`.

use super::{Refusal, View};
use crate::base::limits::DESCRIBED_BYTES_MAX;
use crate::broker::config::describe::Described;
use crate::broker::config::{ResourceKind, Source};
use crate::broker::meta::topic_name;
use crate::wire::ErrorCode;
use crate::wire::messages::describe_configs::{
    DescribeConfigsRequest, DescribeConfigsResource, DescribeConfigsResourceResult,
    DescribeConfigsResult, DescribeConfigsSynonym,
};

/// Kafka's text for a request that makes no sense to it.
const INVALID_REQUEST: &str = "This most likely occurs because of a request being malformed by \
     the client library or the message was sent to an incompatible broker. See the broker logs \
     for more details.";

/// What a resource is answered for which there is no room in the answer any more.
const TOO_MUCH: &str = "The answer would be too large: describe fewer resources in one request.";

/// Answers DescribeConfigs: each resource is handed to `tell`, in order, which returns how many
/// bytes all of them take until then.
pub fn describe_configs(
    view: &View,
    request: &DescribeConfigsRequest,
    mut tell: impl FnMut(DescribeConfigsResult) -> usize,
) {
    let mut bytes = 0;
    for resource in &request.resources {
        let described = match bytes {
            DESCRIBED_BYTES_MAX.. => Err(Refusal::new(ErrorCode::POLICY_VIOLATION, TOO_MUCH)),
            _ => described(view, resource),
        };
        let (code, message, described) = match described {
            Ok(described) => (ErrorCode::NONE, String::new(), described),
            Err(refusal) => (refusal.code, refusal.message.unwrap_or_default(), Vec::new()),
        };
        // No list and an empty list both ask for everything.
        let keys = resource.configuration_keys.as_deref().filter(|keys| !keys.is_empty());
        let asked = described
            .into_iter()
            .filter(|described| keys.is_none_or(|keys| keys.contains(&described.name)));
        bytes = tell(DescribeConfigsResult {
            error_code: code.0,
            error_message: Some(message),
            resource_type: resource.resource_type,
            resource_name: resource.resource_name.clone(),
            configs: asked.map(|described| told(request, described)).collect(),
        });
    }
}

fn told(request: &DescribeConfigsRequest, described: Described) -> DescribeConfigsResourceResult {
    let synonyms = described.synonyms.into_iter().filter(|_| request.include_synonyms);
    let synonyms = synonyms.map(|synonym| DescribeConfigsSynonym {
        name: synonym.name,
        value: synonym.value,
        source: synonym.source.id(),
    });
    DescribeConfigsResourceResult {
        name: described.name,
        value: described.value,
        read_only: described.read_only,
        config_source: described.source.id(),
        is_sensitive: described.sensitive,
        synonyms: synonyms.collect(),
        config_type: described.kind,
        documentation: request.include_documentation.then(|| described.doc.to_owned()),
    }
}

fn described(view: &View, resource: &DescribeConfigsResource) -> Result<Vec<Described>, Refusal> {
    let (configs, name) = (view.configs(), resource.resource_name.as_str());
    let request = |text: &str| Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
    match ResourceKind::of(resource.resource_type) {
        None => request(INVALID_REQUEST),
        Some(ResourceKind::Topic) => {
            topic_name::check(name)
                .map_err(|error| Refusal::new(ErrorCode::INVALID_TOPIC_EXCEPTION, error))?;
            if view.state.topic(name).is_none() {
                return Err(Refusal::silent(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION));
            }
            Ok(configs.describe_topic(name))
        }
        Some(ResourceKind::Broker) if name.is_empty() => Ok(configs.describe_all_brokers()),
        Some(ResourceKind::Broker) => {
            check_id(view, name, " or empty string, but")?;
            Ok(configs.describe_broker())
        }
        Some(ResourceKind::BrokerLogger) if name.is_empty() => {
            request("Broker id must not be empty")
        }
        Some(ResourceKind::BrokerLogger) => {
            check_id(view, name, " but")?;
            Ok(vec![root_logger()])
        }
        Some(ResourceKind::ClientMetrics) if name.is_empty() => {
            request("Client metrics subscription name must not be empty")
        }
        Some(ResourceKind::ClientMetrics) => Ok(configs.describe_client_metrics(name)),
        Some(ResourceKind::Group) if name.is_empty() => request("Group name must not be empty"),
        Some(ResourceKind::Group) => Ok(configs.describe_group(name)),
    }
}

fn check_id(view: &View, name: &str, but: &str) -> Result<(), Refusal> {
    let refuse = |text: String| Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
    let own = view.node.id;
    match name.parse::<i32>() {
        Err(_) => refuse(format!("Broker id must be an integer, but it is: {name}")),
        Ok(id) if id != own => {
            refuse(format!("Unexpected broker id, expected {own}{but} received {name}"))
        }
        Ok(_) => Ok(()),
    }
}

/// The one logger that this broker has. Its level is chosen at start-up and here told as the
/// level from which on the broker speaks by default.
fn root_logger() -> Described {
    Described {
        name: "root".to_owned(),
        value: Some("INFO".to_owned()),
        source: Source::DynamicBrokerLogger,
        read_only: true,
        sensitive: false,
        synonyms: Vec::new(),
        kind: 0,
        doc: "",
    }
}
