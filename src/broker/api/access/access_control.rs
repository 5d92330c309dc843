//! Requests about ACLs and delegation tokens.

use super::{Gate, Guarded, Verdict, needs};
use crate::broker::meta::acl::{Operation, ResourceType};
use crate::wire::ErrorCode;
use crate::wire::messages::create_acls::{
    AclCreationResult, CreateAclsRequest, CreateAclsResponse,
};
use crate::wire::messages::create_delegation_token::CreateDelegationTokenRequest;
use crate::wire::messages::delete_acls::{
    DeleteAclsFilterResult, DeleteAclsRequest, DeleteAclsResponse,
};
use crate::wire::messages::describe_acls::{DescribeAclsRequest, DescribeAclsResponse};
use crate::wire::messages::describe_delegation_token::DescribeDelegationTokenRequest;
use crate::wire::messages::expire_delegation_token::ExpireDelegationTokenRequest;
use crate::wire::messages::renew_delegation_token::RenewDelegationTokenRequest;

const FAILED: i16 = ErrorCode::CLUSTER_AUTHORIZATION_FAILED.0;

impl Guarded for DescribeAclsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::Describe) {
            return Verdict::Go;
        }
        Verdict::Refused(DescribeAclsResponse {
            error_code: FAILED,
            error_message: needs(Operation::Describe),
            ..Default::default()
        })
    }
}

impl Guarded for CreateAclsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::Alter) {
            return Verdict::Go;
        }
        let refused = self.creations.iter().map(|_| AclCreationResult {
            error_code: FAILED,
            error_message: needs(Operation::Alter),
        });
        let results = refused.collect();
        Verdict::Refused(CreateAclsResponse { throttle_time_ms: 0, results })
    }
}

impl Guarded for DeleteAclsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::Alter) {
            return Verdict::Go;
        }
        let refused = self.filters.iter().map(|_| DeleteAclsFilterResult {
            error_code: FAILED,
            error_message: needs(Operation::Alter),
            matching_acls: Vec::new(),
        });
        let filter_results = refused.collect();
        Verdict::Refused(DeleteAclsResponse { throttle_time_ms: 0, filter_results })
    }
}

impl Guarded for CreateDelegationTokenRequest {
    /// A token for somebody else needs CREATE_TOKENS on that user. The handler first says
    /// whether tokens can be asked for here at all.
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let name = self.owner_principal_name.as_deref().filter(|name| !name.is_empty());
        let Some(name) = name else { return Verdict::Go };
        let kind = self.owner_principal_type.as_deref().unwrap_or("User");
        let owner = format!("{kind}:{name}");
        let own = owner == gate.asker.principal;
        if own || gate.may(Operation::CreateTokens, ResourceType::User, &owner) {
            return Verdict::Go;
        }
        let (kind, name) = (kind.to_owned(), name.to_owned());
        let requester = gate.asker.principal.split_once(':').unwrap_or(("User", ""));
        Verdict::Refused(Self::Response {
            error_code: ErrorCode::DELEGATION_TOKEN_AUTHORIZATION_FAILED.0,
            principal_type: kind,
            principal_name: name,
            token_requester_principal_type: requester.0.to_owned(),
            token_requester_principal_name: requester.1.to_owned(),
            issue_timestamp_ms: -1,
            expiry_timestamp_ms: -1,
            max_timestamp_ms: -1,
            ..Default::default()
        })
    }
}

impl Guarded for RenewDelegationTokenRequest {
    /// The token's owner and its renewers may: the plan knows them.
    fn ask(&mut self, _: &Gate<'_>) -> Verdict<Self::Response> {
        Verdict::Go
    }
}

impl Guarded for ExpireDelegationTokenRequest {
    /// The token's owner and its renewers may: the plan knows them.
    fn ask(&mut self, _: &Gate<'_>) -> Verdict<Self::Response> {
        Verdict::Go
    }
}

impl Guarded for DescribeDelegationTokenRequest {
    /// Its handler asks, for each token that is not the asker's own.
    fn ask(&mut self, _: &Gate<'_>) -> Verdict<Self::Response> {
        Verdict::Go
    }
}
