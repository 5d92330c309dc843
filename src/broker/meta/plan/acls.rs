//! DescribeAcls, CreateAcls and DeleteAcls (versions 1 to 3).
//!
//! Sources: `kafka.server.AclApis`, `AclControlManager`. What a request repeats is created once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Planned, Refusal, View};
use crate::base::ids::Uuid;
use crate::base::limits::ACLS_PER_DELETION_MAX;
use crate::broker::meta::MetadataRecord;
use crate::broker::meta::acl::{
    Acl, AclFilter, CLUSTER_NAME, Operation, PatternType, Permission, ResourceType,
};
use crate::wire::ErrorCode;
use crate::wire::messages::create_acls::{
    AclCreation, AclCreationResult, CreateAclsRequest, CreateAclsResponse,
};
use crate::wire::messages::delete_acls::{
    DeleteAclsFilter, DeleteAclsFilterResult, DeleteAclsMatchingAcl, DeleteAclsRequest,
    DeleteAclsResponse,
};
use crate::wire::messages::describe_acls::{
    AclDescription, DescribeAclsRequest, DescribeAclsResource, DescribeAclsResponse,
};
use crate::wire::messages::metadata_log::RemoveAccessControlEntryRecord;

/// Answers DescribeAcls: the entries that match, by what they are about.
pub fn describe_acls(view: &View, request: &DescribeAclsRequest) -> DescribeAclsResponse {
    let filter = AclFilter {
        resource_type: request.resource_type_filter,
        name: request.resource_name_filter.as_deref(),
        pattern: request.pattern_type_filter,
        principal: request.principal_filter.as_deref(),
        host: request.host_filter.as_deref(),
        operation: request.operation,
        permission: request.permission_type,
    };
    let mut resources: BTreeMap<_, Vec<AclDescription>> = BTreeMap::new();
    for (_, acl) in view.state.access().acls().iter().filter(|(_, acl)| filter.matches(acl)) {
        let about = (acl.resource_type.code(), acl.name.clone(), acl.pattern.code());
        resources.entry(about).or_default().push(AclDescription {
            principal: acl.principal.clone(),
            host: acl.host.clone(),
            operation: acl.operation.code(),
            permission_type: acl.permission.code(),
        });
    }
    let resources = resources.into_iter().map(|(about, acls)| DescribeAclsResource {
        resource_type: about.0,
        resource_name: about.1,
        pattern_type: about.2,
        acls,
    });
    DescribeAclsResponse { resources: resources.collect(), ..Default::default() }
}

/// Plans CreateAcls. `ids` makes the new entries' ids.
pub fn create_acls(
    view: &View,
    request: &CreateAclsRequest,
    ids: &mut dyn FnMut() -> Uuid,
) -> Planned<CreateAclsResponse> {
    let mut records = Vec::new();
    let mut new = std::collections::HashSet::new();
    let results = request.creations.iter().map(|creation| match checked(creation) {
        Ok(acl) => {
            if !view.state.access().acls().contains(&acl) && new.insert(acl.clone()) {
                records.push(MetadataRecord::from(acl.record(ids())));
            }
            // Its words are empty, and not missing, as Kafka's are.
            AclCreationResult::default()
        }
        Err(refusal) => {
            AclCreationResult { error_code: refusal.code.0, error_message: refusal.message }
        }
    });
    let results = results.collect();
    Planned { records, response: CreateAclsResponse { throttle_time_ms: 0, results } }
}

fn checked(creation: &AclCreation) -> Result<Acl, Refusal> {
    let invalid = |text: String| Refusal::new(ErrorCode::INVALID_REQUEST, text);
    let name = &creation.resource_name;
    let kind = ResourceType::of(creation.resource_type);
    if kind == Some(ResourceType::Cluster) && name != CLUSTER_NAME {
        let text = format!("The only valid name for the CLUSTER resource is {CLUSTER_NAME}");
        return Err(invalid(text));
    }
    if name.is_empty() {
        return Err(invalid("Invalid empty resource name".into()));
    }
    let said = |code: i8| if code == 1 { "ANY" } else { "UNKNOWN" };
    let pattern_said = |code: i8| if code == 2 { "MATCH" } else { said(code) };
    let wrong = |what: &str, name: &str| invalid(format!("Invalid {what} {name}"));
    let (pattern, operation) = (creation.resource_pattern_type, creation.operation);
    let permission = creation.permission_type;
    let acl = Acl {
        resource_type: kind.ok_or_else(|| wrong("resourceType", said(creation.resource_type)))?,
        name: name.clone(),
        pattern: PatternType::of(pattern)
            .ok_or_else(|| wrong("patternType", pattern_said(pattern)))?,
        principal: creation.principal.clone(),
        host: creation.host.clone(),
        operation: Operation::of(operation).ok_or_else(|| wrong("operation", said(operation)))?,
        permission: Permission::of(permission)
            .ok_or_else(|| wrong("permissionType", said(permission)))?,
    };
    if !acl.principal.contains(':') {
        return Err(invalid(format!(
            "Could not parse principal from `{}` (no colon is present separating the principal \
             type from the principal name)",
            acl.principal
        )));
    }
    Ok(acl)
}

/// Plans DeleteAcls.
pub fn delete_acls(view: &View, request: &DeleteAclsRequest) -> Planned<DeleteAclsResponse> {
    let mut removed = BTreeSet::new();
    let results = request.filters.iter().map(|filter| {
        let matching = matching(view, filter).and_then(|matching| {
            let more = matching.iter().filter(|(id, _)| !removed.contains(id)).count();
            if removed.len() + more > ACLS_PER_DELETION_MAX {
                let text = "Cannot remove more than 10000 acls in a single delete operation.";
                return Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
            }
            Ok(matching)
        });
        match matching {
            Ok(matching) => {
                removed.extend(matching.iter().map(|(id, _)| *id));
                let told = matching.into_iter().map(|(_, acl)| told(acl));
                DeleteAclsFilterResult {
                    error_code: 0,
                    error_message: None,
                    matching_acls: told.collect(),
                }
            }
            Err(refusal) => DeleteAclsFilterResult {
                error_code: refusal.code.0,
                error_message: refusal.message,
                matching_acls: Vec::new(),
            },
        }
    });
    let filter_results = results.collect();
    let records = removed.iter().map(|id| RemoveAccessControlEntryRecord { id: *id }.into());
    Planned {
        records: records.collect(),
        response: DeleteAclsResponse { throttle_time_ms: 0, filter_results },
    }
}

fn matching<'a>(
    view: &View<'a>,
    filter: &DeleteAclsFilter,
) -> Result<Vec<(Uuid, &'a Acl)>, Refusal> {
    let filter = AclFilter {
        resource_type: filter.resource_type_filter,
        name: filter.resource_name_filter.as_deref(),
        pattern: filter.pattern_type_filter,
        principal: filter.principal_filter.as_deref(),
        host: filter.host_filter.as_deref(),
        operation: filter.operation,
        permission: filter.permission_type,
    };
    if filter.has_unknown_resource() {
        return Err(Refusal::new(ErrorCode::INVALID_REQUEST, "Unknown patternFilter."));
    }
    if filter.has_unknown_entry() {
        return Err(Refusal::new(ErrorCode::INVALID_REQUEST, "Unknown entryFilter."));
    }
    let acls = view.state.access().acls();
    Ok(acls.iter().filter(|(_, acl)| filter.matches(acl)).collect())
}

fn told(acl: &Acl) -> DeleteAclsMatchingAcl {
    DeleteAclsMatchingAcl {
        error_code: 0,
        error_message: None,
        resource_type: acl.resource_type.code(),
        resource_name: acl.name.clone(),
        pattern_type: acl.pattern.code(),
        principal: acl.principal.clone(),
        host: acl.host.clone(),
        operation: acl.operation.code(),
        permission_type: acl.permission.code(),
    }
}
