//! DescribeUserScramCredentials and AlterUserScramCredentials (version 0).
//!
//! Sources: `ScramImage`, `ScramControlManager`. A user that a request names twice is refused,
//! and the others stand.

use std::collections::BTreeMap;

use super::{Planned, Refusal, View};
use crate::broker::auth::scram::{self, ITERATIONS_MIN};
use crate::broker::meta::MetadataRecord;
use crate::broker::meta::state::access::{ScramCredential, ScramMechanism, scram_record};
use crate::wire::ErrorCode;
use crate::wire::messages::alter_user_scram_credentials::{
    AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse,
    AlterUserScramCredentialsResult, ScramCredentialDeletion, ScramCredentialUpsertion,
};
use crate::wire::messages::describe_user_scram_credentials::{
    CredentialInfo, DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse,
    DescribeUserScramCredentialsResult,
};
use crate::wire::messages::metadata_log::RemoveUserScramCredentialRecord;

/// More rounds than this, and a login would keep the broker busy.
const ITERATIONS_MAX: i32 = 16_384;
/// The lowest `metadata.version` that has SCRAM: 3.5-IV2.
const METADATA_VERSION_SCRAM: i16 = 11;

/// Answers DescribeUserScramCredentials. Where nothing failed, the message is empty, not null.
pub fn describe_user_scram_credentials(
    view: &View,
    request: &DescribeUserScramCredentialsRequest,
) -> DescribeUserScramCredentialsResponse {
    let users = view.state.access().users();
    let asked = request.users.as_deref().unwrap_or_default();
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    match asked {
        [] => names.extend(users.keys().map(|name| (name.as_str(), 1))),
        asked => asked.iter().for_each(|user| *names.entry(&user.name).or_default() += 1),
    }
    let results = names.into_iter().map(|(name, times)| {
        let mut result = DescribeUserScramCredentialsResult {
            user: name.to_owned(),
            error_message: Some(String::new()),
            ..Default::default()
        };
        let (code, text) = match users.get(name) {
            _ if times > 1 => (
                ErrorCode::DUPLICATE_RESOURCE,
                "Cannot describe SCRAM credentials for the same user twice in a single request",
            ),
            None => (
                ErrorCode::RESOURCE_NOT_FOUND,
                "Attempt to describe a user credential that does not exist",
            ),
            Some(credentials) => {
                let infos = credentials.iter().map(|(mechanism, credential)| CredentialInfo {
                    mechanism: mechanism.code(),
                    iterations: credential.iterations,
                });
                result.credential_infos = infos.collect();
                return result;
            }
        };
        result.error_code = code.0;
        result.error_message = Some(format!("{text}: {name}"));
        result
    });
    DescribeUserScramCredentialsResponse {
        error_message: Some(String::new()),
        results: results.collect(),
        ..Default::default()
    }
}

/// What is to happen to a user.
enum Change<'a> {
    Delete(&'a ScramCredentialDeletion, ScramMechanism),
    Set(&'a ScramCredentialUpsertion, ScramMechanism),
}

/// Plans AlterUserScramCredentials.
pub fn alter_user_scram_credentials(
    view: &View,
    request: &AlterUserScramCredentialsRequest,
) -> Planned<AlterUserScramCredentialsResponse> {
    let mut users: BTreeMap<&str, Result<Change, Refusal>> = BTreeMap::new();
    let twice = || {
        let text = "A user credential cannot be altered twice in the same request";
        Refusal::new(ErrorCode::DUPLICATE_RESOURCE, text)
    };
    for deletion in &request.deletions {
        let before = users.remove(deletion.name.as_str());
        let change = match before {
            Some(Err(refusal)) => Err(refusal),
            Some(Ok(_)) => Err(twice()),
            None => deletable(view, deletion).map(|of| Change::Delete(deletion, of)),
        };
        users.insert(&deletion.name, change);
    }
    for upsertion in &request.upsertions {
        let before = users.remove(upsertion.name.as_str());
        let change = match before {
            Some(Err(refusal)) => Err(refusal),
            Some(Ok(_)) => Err(twice()),
            None => settable(view, upsertion).map(|of| Change::Set(upsertion, of)),
        };
        users.insert(&upsertion.name, change);
    }
    let mut records = Vec::new();
    let results = users.into_iter().map(|(name, change)| {
        let planned = change.and_then(|change| record(&change));
        let (error_code, error_message) = match planned {
            Ok(record) => {
                records.push(record);
                (0, None)
            }
            Err(refusal) => (refusal.code.0, refusal.message),
        };
        AlterUserScramCredentialsResult { user: name.to_owned(), error_code, error_message }
    });
    let results = results.collect();
    let response = AlterUserScramCredentialsResponse { throttle_time_ms: 0, results };
    Planned { records, response }
}

fn record(change: &Change) -> Result<MetadataRecord, Refusal> {
    match change {
        Change::Delete(deletion, mechanism) => Ok(RemoveUserScramCredentialRecord {
            name: deletion.name.clone(),
            mechanism: mechanism.code(),
        }
        .into()),
        Change::Set(upsertion, mechanism) => {
            let keys = scram::keys(*mechanism, &upsertion.salted_password);
            let keys = keys.map_err(|error| {
                Refusal::new(ErrorCode::UNACCEPTABLE_CREDENTIAL, error.to_string())
            })?;
            let credential = ScramCredential {
                salt: upsertion.salt.to_vec(),
                stored_key: keys.stored_key,
                server_key: keys.server_key,
                iterations: upsertion.iterations,
            };
            Ok(scram_record(&upsertion.name, *mechanism, &credential).into())
        }
    }
}

fn usable(view: &View, name: &str, mechanism: i8) -> Result<ScramMechanism, Refusal> {
    if view.state.metadata_version() < METADATA_VERSION_SCRAM {
        let text = "The current metadata.version does not support SCRAM";
        return Err(Refusal::new(ErrorCode::UNSUPPORTED_VERSION, text));
    }
    if name.is_empty() {
        let text = "Username must not be empty";
        return Err(Refusal::new(ErrorCode::UNACCEPTABLE_CREDENTIAL, text));
    }
    ScramMechanism::of(mechanism).ok_or_else(|| {
        Refusal::new(ErrorCode::UNSUPPORTED_SASL_MECHANISM, "Unknown SCRAM mechanism")
    })
}

fn deletable(view: &View, deletion: &ScramCredentialDeletion) -> Result<ScramMechanism, Refusal> {
    let mechanism = usable(view, &deletion.name, deletion.mechanism)?;
    if view.state.access().credential(&deletion.name, mechanism).is_none() {
        let text = "Attempt to delete a user credential that does not exist";
        return Err(Refusal::new(ErrorCode::RESOURCE_NOT_FOUND, text));
    }
    Ok(mechanism)
}

fn settable(view: &View, upsertion: &ScramCredentialUpsertion) -> Result<ScramMechanism, Refusal> {
    let mechanism = usable(view, &upsertion.name, upsertion.mechanism)?;
    let unacceptable = |text: &str| Err(Refusal::new(ErrorCode::UNACCEPTABLE_CREDENTIAL, text));
    if upsertion.iterations < ITERATIONS_MIN {
        return unacceptable("Too few iterations");
    }
    if upsertion.iterations > ITERATIONS_MAX {
        return unacceptable("Too many iterations");
    }
    Ok(mechanism)
}

/// Plans a user's password as the broker's start sets it: nothing, where it is set already.
pub fn set_password(
    view: &View,
    name: &str,
    password: &str,
    mechanism: ScramMechanism,
    salt: &[u8],
) -> Result<Planned<()>, scram::CryptoError> {
    let before = view.state.access().credential(name, mechanism);
    if let Some(before) = before {
        let derived = scram::credential(mechanism, password, &before.salt, before.iterations)?;
        if derived == *before {
            return Ok(Planned { records: Vec::new(), response: () });
        }
    }
    let credential = scram::credential(mechanism, password, salt, ITERATIONS_MIN)?;
    let records = vec![scram_record(name, mechanism, &credential).into()];
    Ok(Planned { records, response: () })
}
