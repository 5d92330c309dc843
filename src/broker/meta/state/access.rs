//! Who may do what, as records say: ACLs, SCRAM credentials, client quotas, delegation tokens.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::ApplyError;
use crate::broker::meta::acl::{Acl, Acls};
use crate::broker::meta::record::MetadataRecord;
use crate::wire::messages::metadata_log as log;

/// A SCRAM mechanism (`org.apache.kafka.clients.admin.ScramMechanism`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScramMechanism {
    Sha256 = 1,
    Sha512 = 2,
}

impl ScramMechanism {
    pub const ALL: [ScramMechanism; 2] = [ScramMechanism::Sha256, ScramMechanism::Sha512];

    pub fn of(code: i8) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| mechanism.code() == code)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| mechanism.name() == name)
    }

    pub fn code(self) -> i8 {
        self as i8
    }

    pub fn name(self) -> &'static str {
        match self {
            ScramMechanism::Sha256 => "SCRAM-SHA-256",
            ScramMechanism::Sha512 => "SCRAM-SHA-512",
        }
    }
}

/// What is kept of a password (RFC 5802): enough to check it, not enough to know it.
#[derive(Clone, PartialEq, Eq)]
pub struct ScramCredential {
    pub salt: Vec<u8>,
    pub stored_key: Vec<u8>,
    pub server_key: Vec<u8>,
    pub iterations: i32,
}

impl fmt::Debug for ScramCredential {
    /// Hides the keys: with the server's key one could play the server.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScramCredential([hidden])")
    }
}

/// What a quota is for: `user`, `client-id` or `ip`, each with a name, or none for the default.
pub type QuotaEntity = BTreeMap<String, Option<String>>;

/// A delegation token (KIP-48), without its HMAC: that is computed from its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationToken {
    pub id: String,
    /// `User:alice`.
    pub owner: String,
    pub requester: String,
    pub renewers: Vec<String>,
    pub issued_ms: i64,
    pub max_ms: i64,
    pub expires_ms: i64,
}

impl DelegationToken {
    /// Returns the record that makes the token, or gives it a longer life.
    pub fn record(&self) -> log::DelegationTokenRecord {
        log::DelegationTokenRecord {
            owner: self.owner.clone(),
            requester: self.requester.clone(),
            renewers: self.renewers.clone(),
            issue_timestamp: self.issued_ms,
            max_timestamp: self.max_ms,
            expiration_timestamp: self.expires_ms,
            token_id: self.id.clone(),
        }
    }
}

/// All of it. A clone shares what has not changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Access {
    acls: Arc<Acls>,
    users: Arc<BTreeMap<String, BTreeMap<ScramMechanism, ScramCredential>>>,
    quotas: Arc<BTreeMap<QuotaEntity, BTreeMap<String, f64>>>,
    tokens: Arc<BTreeMap<String, DelegationToken>>,
}

impl Access {
    pub fn acls(&self) -> &Arc<Acls> {
        &self.acls
    }

    /// Returns the SCRAM users in order of their names, each with its mechanisms.
    pub fn users(&self) -> &BTreeMap<String, BTreeMap<ScramMechanism, ScramCredential>> {
        &self.users
    }

    /// Returns a user's credential.
    pub fn credential(&self, user: &str, mechanism: ScramMechanism) -> Option<&ScramCredential> {
        self.users.get(user)?.get(&mechanism)
    }

    pub fn quotas(&self) -> &Arc<BTreeMap<QuotaEntity, BTreeMap<String, f64>>> {
        &self.quotas
    }

    pub fn tokens(&self) -> &BTreeMap<String, DelegationToken> {
        &self.tokens
    }

    /// Returns the records that make the ACLs.
    pub fn acl_records(&self) -> impl Iterator<Item = MetadataRecord> {
        self.acls.iter().map(|(id, acl)| acl.record(id).into())
    }

    /// Returns the records that make the SCRAM credentials.
    pub fn scram_records(&self) -> impl Iterator<Item = MetadataRecord> {
        self.users.iter().flat_map(|(name, credentials)| {
            credentials
                .iter()
                .map(|(mechanism, credential)| scram_record(name, *mechanism, credential).into())
        })
    }

    /// Returns the records that set the client quotas.
    pub fn quota_records(&self) -> impl Iterator<Item = MetadataRecord> {
        self.quotas.iter().flat_map(|(entity, values)| {
            values.iter().map(|(key, value)| quota_record(entity, key, Some(*value)).into())
        })
    }

    /// Returns the records that make the delegation tokens.
    pub fn token_records(&self) -> impl Iterator<Item = MetadataRecord> {
        self.tokens.values().map(|token| token.record().into())
    }

    /// Applies a record that is about access; others are none of ours.
    pub(super) fn apply(&mut self, record: &MetadataRecord) -> Result<(), ApplyError> {
        match record {
            MetadataRecord::Acl(acl) => return self.add_acl(acl),
            MetadataRecord::RemoveAcl(acl) => return self.remove_acl(acl),
            MetadataRecord::UserScram(user) => return self.set_user(user),
            MetadataRecord::RemoveUserScram(user) => return self.remove_user(user),
            MetadataRecord::ClientQuota(quota) => self.set_quota(quota),
            MetadataRecord::DelegationToken(token) => self.set_token(token),
            MetadataRecord::RemoveDelegationToken(token) => {
                Arc::make_mut(&mut self.tokens).remove(&token.token_id);
            }
            _ => {}
        }
        Ok(())
    }

    fn add_acl(&mut self, record: &log::AccessControlEntryRecord) -> Result<(), ApplyError> {
        let acl = Acl::of(record).ok_or(ApplyError::UnknownAcl { id: record.id })?;
        Arc::make_mut(&mut self.acls).add(record.id, acl);
        Ok(())
    }

    fn remove_acl(
        &mut self,
        record: &log::RemoveAccessControlEntryRecord,
    ) -> Result<(), ApplyError> {
        let removed = Arc::make_mut(&mut self.acls).remove(record.id);
        if removed { Ok(()) } else { Err(ApplyError::NoSuchAcl { id: record.id }) }
    }

    fn set_user(&mut self, record: &log::UserScramCredentialRecord) -> Result<(), ApplyError> {
        let mechanism = mechanism(record.mechanism)?;
        let credential = ScramCredential {
            salt: record.salt.to_vec(),
            stored_key: record.stored_key.to_vec(),
            server_key: record.server_key.to_vec(),
            iterations: record.iterations,
        };
        let users = Arc::make_mut(&mut self.users);
        users.entry(record.name.clone()).or_default().insert(mechanism, credential);
        Ok(())
    }

    fn remove_user(
        &mut self,
        record: &log::RemoveUserScramCredentialRecord,
    ) -> Result<(), ApplyError> {
        let mechanism = mechanism(record.mechanism)?;
        let missing = || ApplyError::NoSuchUser { name: record.name.clone() };
        let users = Arc::make_mut(&mut self.users);
        let credentials = users.get_mut(&record.name).ok_or_else(missing)?;
        credentials.remove(&mechanism).ok_or_else(missing)?;
        if credentials.is_empty() {
            users.remove(&record.name);
        }
        Ok(())
    }

    fn set_quota(&mut self, record: &log::ClientQuotaRecord) {
        let names = record.entity.iter();
        let entity: QuotaEntity =
            names.map(|part| (part.entity_type.clone(), part.entity_name.clone())).collect();
        let quotas = Arc::make_mut(&mut self.quotas);
        if !record.remove {
            quotas.entry(entity).or_default().insert(record.key.clone(), record.value);
            return;
        }
        if let Some(values) = quotas.get_mut(&entity) {
            values.remove(&record.key);
            if values.is_empty() {
                quotas.remove(&entity);
            }
        }
    }

    fn set_token(&mut self, record: &log::DelegationTokenRecord) {
        let token = DelegationToken {
            id: record.token_id.clone(),
            owner: record.owner.clone(),
            requester: record.requester.clone(),
            renewers: record.renewers.clone(),
            issued_ms: record.issue_timestamp,
            max_ms: record.max_timestamp,
            expires_ms: record.expiration_timestamp,
        };
        Arc::make_mut(&mut self.tokens).insert(token.id.clone(), token);
    }
}

fn mechanism(code: i8) -> Result<ScramMechanism, ApplyError> {
    ScramMechanism::of(code).ok_or(ApplyError::UnknownMechanism { code })
}

/// Returns the record that sets a user's credential.
pub fn scram_record(
    name: &str,
    mechanism: ScramMechanism,
    credential: &ScramCredential,
) -> log::UserScramCredentialRecord {
    log::UserScramCredentialRecord {
        name: name.to_owned(),
        mechanism: mechanism.code(),
        salt: credential.salt.clone().into(),
        stored_key: credential.stored_key.clone().into(),
        server_key: credential.server_key.clone().into(),
        iterations: credential.iterations,
    }
}

/// Returns the record that sets a quota, or without a value removes it.
pub fn quota_record(entity: &QuotaEntity, key: &str, value: Option<f64>) -> log::ClientQuotaRecord {
    let entity = entity.iter().map(|(kind, name)| log::EntityData {
        entity_type: kind.clone(),
        entity_name: name.clone(),
    });
    log::ClientQuotaRecord {
        entity: entity.collect(),
        key: key.to_owned(),
        value: value.unwrap_or(0.0),
        remove: value.is_none(),
    }
}
