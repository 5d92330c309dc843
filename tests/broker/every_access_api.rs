//! The APIs of who may do what, in every version that is offered. The broker has no authorizer,
//! no secret for delegation tokens and no login: each answer says so.

use rk::wire::messages as m;

use super::every_version::Asker;

pub(super) fn ask(asker: &mut Asker) {
    acls(asker);
    tokens(asker);
    quotas_and_users(asker);
    asker.ask(
        |_, _| m::sasl_handshake::SaslHandshakeRequest { mechanism: "PLAIN".into() },
        |_, answer| assert_eq!(answer.error_code, 34),
    );
    asker.ask(
        |_, _| m::sasl_authenticate::SaslAuthenticateRequest::default(),
        |_, answer| assert_eq!(answer.error_code, 34),
    );
}

fn acls(asker: &mut Asker) {
    use m::create_acls::{AclCreation, CreateAclsRequest};
    use m::delete_acls::{DeleteAclsFilter, DeleteAclsRequest};
    asker.ask(
        |_, _| m::describe_acls::DescribeAclsRequest::default(),
        |_, answer| assert_eq!(answer.error_code, 54),
    );
    asker.ask(
        |_, _| CreateAclsRequest { creations: vec![AclCreation::default()] },
        |_, answer| assert_eq!(answer.results[0].error_code, 54),
    );
    asker.ask(
        |_, _| DeleteAclsRequest { filters: vec![DeleteAclsFilter::default()] },
        |_, answer| assert_eq!(answer.filter_results[0].error_code, 54),
    );
}

fn tokens(asker: &mut Asker) {
    use m::create_delegation_token::CreateDelegationTokenRequest;
    asker.ask(
        |_, _| CreateDelegationTokenRequest::default(),
        |_, answer| assert_eq!(answer.error_code, 64),
    );
    asker.ask(
        |_, _| m::renew_delegation_token::RenewDelegationTokenRequest::default(),
        |_, answer| assert_eq!(answer.error_code, 64),
    );
    asker.ask(
        |_, _| m::expire_delegation_token::ExpireDelegationTokenRequest::default(),
        |_, answer| assert_eq!(answer.error_code, 64),
    );
    asker.ask(
        |_, _| m::describe_delegation_token::DescribeDelegationTokenRequest::default(),
        |_, answer| assert_eq!(answer.error_code, 64),
    );
}

fn quotas_and_users(asker: &mut Asker) {
    use m::alter_client_quotas::{AlterClientQuotasRequest, EntityData, EntryData, OpData};
    use m::describe_user_scram_credentials::DescribeUserScramCredentialsRequest as Describe;
    use m::describe_user_scram_credentials::UserName;
    asker.ask(
        |_, _| {
            let entity =
                EntityData { entity_type: "user".into(), entity_name: Some("slow".into()) };
            let op = OpData { key: "producer_byte_rate".into(), value: 1e9, remove: false };
            let entries = vec![EntryData { entity: vec![entity], ops: vec![op] }];
            AlterClientQuotasRequest { entries, validate_only: false }
        },
        |_, answer| assert_eq!(answer.entries[0].error_code, 0),
    );
    asker.ask(
        |_, _| m::describe_client_quotas::DescribeClientQuotasRequest::default(),
        |_, answer| assert_eq!(answer.entries.unwrap().len(), 1),
    );
    asker.ask(
        |_, _| Describe { users: Some(vec![UserName { name: "nobody".into() }]) },
        |_, answer| assert_eq!(answer.results[0].error_code, 91),
    );
    asker.ask(
        |_, _| m::alter_user_scram_credentials::AlterUserScramCredentialsRequest::default(),
        |_, answer| assert!(answer.results.is_empty()),
    );
}
