//! AlterConfigs (versions 0 to 2) and IncrementalAlterConfigs (versions 0 and 1).
//!
//! Each resource stands for itself: what is wrong with one leaves the others be. The older
//! request replaces all that a resource has, so what it does not name goes.

use std::collections::BTreeSet;

use super::alter::{Mode, Op, OpKind, change};
use super::{Planned, Refusal, View};
use crate::broker::meta::MetadataRecord;
use crate::wire::ErrorCode;
use crate::wire::messages::alter_configs::{
    AlterConfigsRequest, AlterConfigsResourceResponse, AlterConfigsResponse,
};
use crate::wire::messages::incremental_alter_configs::{
    AlterConfigsResourceResponse as IncrementalResourceResponse, AlterableConfig,
    IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
};

/// Plans AlterConfigs.
pub fn alter_configs(view: &View, request: &AlterConfigsRequest) -> Planned<AlterConfigsResponse> {
    let resources = request.resources.iter().map(|resource| {
        let ops = resource.configs.iter().map(|config| Op {
            name: &config.name,
            kind: OpKind::Set,
            value: config.value.as_deref(),
        });
        let id = (resource.resource_type, resource.resource_name.as_str());
        (id, Ok(ops.collect::<Vec<_>>()))
    });
    let (mut records, results) = each(view, resources.collect(), Mode::Replace);
    if request.validate_only {
        records.clear();
    }
    let responses = results.into_iter().map(|((kind, name), result)| {
        let (error_code, error_message) = told(result);
        AlterConfigsResourceResponse {
            error_code,
            error_message,
            resource_type: kind,
            resource_name: name.to_owned(),
        }
    });
    let responses = responses.collect();
    Planned { records, response: AlterConfigsResponse { throttle_time_ms: 0, responses } }
}

/// Plans IncrementalAlterConfigs.
pub fn incremental_alter_configs(
    view: &View,
    request: &IncrementalAlterConfigsRequest,
) -> Planned<IncrementalAlterConfigsResponse> {
    let resources = request.resources.iter().map(|resource| {
        let id = (resource.resource_type, resource.resource_name.as_str());
        (id, resource.configs.iter().map(op_of).collect())
    });
    let (mut records, results) = each(view, resources.collect(), Mode::Incremental);
    if request.validate_only {
        records.clear();
    }
    let responses = results.into_iter().map(|((kind, name), result)| {
        let (error_code, error_message) = told(result);
        IncrementalResourceResponse {
            error_code,
            error_message,
            resource_type: kind,
            resource_name: name.to_owned(),
        }
    });
    let responses = responses.collect();
    Planned {
        records,
        response: IncrementalAlterConfigsResponse { throttle_time_ms: 0, responses },
    }
}

/// Kafka trips over an operation that it does not know.
fn op_of(config: &AlterableConfig) -> Result<Op<'_>, Refusal> {
    let Some(kind) = OpKind::of(config.config_operation) else {
        return Err(Refusal::silent(ErrorCode::UNKNOWN_SERVER_ERROR));
    };
    Ok(Op { name: &config.name, kind, value: config.value.as_deref() })
}

type Id<'a> = (i8, &'a str);
type Asked<'a> = (Id<'a>, Result<Vec<Op<'a>>, Refusal>);

type Answered<'a> = (Id<'a>, Result<(), Refusal>);

/// Plans each resource that the request names once.
fn each<'a>(
    view: &View,
    resources: Vec<Asked<'a>>,
    mode: Mode,
) -> (Vec<MetadataRecord>, Vec<Answered<'a>>) {
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<Id> =
        resources.iter().map(|(id, _)| *id).filter(|id| !seen.insert(*id)).collect();
    let mut records = Vec::new();
    let results = resources.into_iter().map(|(id, ops)| {
        if twice.contains(&id) {
            let text = "Each resource must appear at most once.";
            return (id, Err(Refusal::new(ErrorCode::INVALID_REQUEST, text)));
        }
        let planned = ops.and_then(|ops| change(view, id.0, id.1, &ops, mode));
        (id, planned.map(|mut planned| records.append(&mut planned)))
    });
    let results = results.collect();
    (records, results)
}

fn told(result: Result<(), Refusal>) -> (i16, Option<String>) {
    match result {
        Ok(()) => (ErrorCode::NONE.0, None),
        Err(refusal) => (refusal.code.0, refusal.message),
    }
}
