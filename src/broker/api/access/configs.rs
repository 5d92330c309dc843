//! Requests about configs: of topics, groups, and the cluster's brokers and subscriptions.

use super::{Gate, Guarded, Verdict, take_denied};
use crate::broker::config::ResourceKind;
use crate::broker::meta::acl::Operation;
use crate::wire::ErrorCode;
use crate::wire::messages::{alter_configs, describe_configs, incremental_alter_configs};

const LOGGER: i8 = ResourceKind::BrokerLogger as i8;

/// Says whether a resource's configs may be told or changed. What Kafka does not know is left to
/// the handler.
fn may(gate: &Gate<'_>, operation: Operation, kind: i8, name: &str) -> bool {
    match ResourceKind::of(kind) {
        Some(ResourceKind::Topic) => gate.may_topic(operation, name),
        Some(ResourceKind::Group) => gate.may_group(operation, name),
        Some(_) => gate.may_cluster(operation),
        None => true,
    }
}

/// Returns the refusal of a resource: its code and Kafka's text for it.
fn refusal(kind: i8) -> (i16, String) {
    let (code, text) = match ResourceKind::of(kind) {
        Some(ResourceKind::Topic) => {
            (ErrorCode::TOPIC_AUTHORIZATION_FAILED, "Topic authorization failed.")
        }
        Some(ResourceKind::Group) => {
            (ErrorCode::GROUP_AUTHORIZATION_FAILED, "Group authorization failed.")
        }
        _ => (ErrorCode::CLUSTER_AUTHORIZATION_FAILED, "Cluster authorization failed."),
    };
    (code.0, text.to_owned())
}

impl Guarded for describe_configs::DescribeConfigsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let denied = take_denied(&mut self.resources, |resource| {
            let (kind, name) = (resource.resource_type, &resource.resource_name);
            may(gate, Operation::DescribeConfigs, kind, name)
        });
        Verdict::then(move |response: &mut Self::Response| {
            response.results.extend(denied.into_iter().map(|resource| {
                let (error_code, text) = refusal(resource.resource_type);
                describe_configs::DescribeConfigsResult {
                    error_code,
                    error_message: Some(text),
                    resource_type: resource.resource_type,
                    resource_name: resource.resource_name,
                    configs: Vec::new(),
                }
            }));
        })
    }
}

impl Guarded for alter_configs::AlterConfigsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let denied = take_denied(&mut self.resources, |resource| {
            let (kind, name) = (resource.resource_type, &resource.resource_name);
            may(gate, Operation::AlterConfigs, kind, name)
        });
        Verdict::then(move |response: &mut Self::Response| {
            response.responses.extend(denied.into_iter().map(|resource| {
                let (error_code, text) = refusal(resource.resource_type);
                alter_configs::AlterConfigsResourceResponse {
                    error_code,
                    error_message: Some(text),
                    resource_type: resource.resource_type,
                    resource_name: resource.resource_name,
                }
            }));
        })
    }
}

impl Guarded for incremental_alter_configs::IncrementalAlterConfigsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let denied = take_denied(&mut self.resources, |resource| {
            let (kind, name) = (resource.resource_type, &resource.resource_name);
            may(gate, Operation::AlterConfigs, kind, name)
        });
        Verdict::then(move |response: &mut Self::Response| {
            response.responses.extend(denied.into_iter().map(|resource| {
                let (error_code, text) = refusal(resource.resource_type);
                incremental_alter_configs::AlterConfigsResourceResponse {
                    error_code,
                    // Kafka has no words for those that log.
                    error_message: (resource.resource_type != LOGGER).then_some(text),
                    resource_type: resource.resource_type,
                    resource_name: resource.resource_name,
                }
            }));
        })
    }
}
