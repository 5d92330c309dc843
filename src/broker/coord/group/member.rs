//! A member of a classic group, and the ids that members get.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::Client;
use super::desk::Seat;
use crate::base::ids::Uuid;
use crate::wire::messages::join_group::JoinGroupRequestProtocol;

/// A member of a classic group (`ClassicGroupMember`).
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) id: String,
    /// The instance id of a static member (KIP-345).
    pub(super) instance: Option<String>,
    pub(super) client: Client,
    pub(super) terms: Terms,
    /// What the leader assigned to it in the current generation. Comes from a record.
    pub(super) assignment: Bytes,
    /// Where it waits for the answer to JoinGroup.
    pub(super) joining: Option<Seat>,
    /// Where it waits for the answer to SyncGroup.
    pub(super) syncing: Option<Seat>,
    /// Whether it has never been answered: it cannot send heartbeats yet.
    pub(super) is_new: bool,
}

/// What a member said in its last JoinGroup.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) rebalance_timeout_ms: i32,
    pub(super) session_timeout_ms: i32,
    /// The protocols that it can speak, the preferred one first, each with its metadata.
    pub(super) protocols: Vec<JoinGroupRequestProtocol>,
}

impl Member {
    /// Says whether the end of its session is to be overlooked: a member that waits for an
    /// answer is not expected to send heartbeats. A new one is, so that those that gave up
    /// waiting do not stay for ever.
    pub(super) fn may_be_silent(&self) -> bool {
        !self.is_new && (self.joining.is_some() || self.syncing.is_some())
    }

    pub(super) fn supports(&self, protocol: &str) -> bool {
        self.terms.protocols.iter().any(|own| own.name == protocol)
    }

    /// Returns its metadata in a protocol: empty where it does not speak it.
    pub(super) fn metadata(&self, protocol: Option<&str>) -> Bytes {
        let own = self.terms.protocols.iter().find(|own| Some(own.name.as_str()) == protocol);
        own.map(|own| own.metadata.clone()).unwrap_or_default()
    }

    /// Returns which of the candidates it likes best.
    pub(super) fn vote<'a>(&self, candidates: &BTreeSet<&'a str>) -> Option<&'a str> {
        let names = self.terms.protocols.iter().map(|own| own.name.as_str());
        names.filter_map(|name| candidates.get(name).copied()).next()
    }
}

/// Makes a member id: the instance id or the client id, a dash, and a random UUID.
pub(super) fn new_member_id(instance: Option<&str>, client_id: &str, random: [u8; 16]) -> String {
    let Uuid(bytes) = Uuid::from_random(random);
    let mut id = instance.unwrap_or(client_id).to_owned();
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 0 | 4 | 6 | 8 | 10) {
            id.push('-');
        }
        id.push_str(&format!("{byte:02x}"));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn member_ids_are_a_name_and_a_uuid() {
        let id = new_member_id(None, "rk", [0xab; 16]);
        assert_eq!(id, "rk-abababab-abab-4bab-abab-abababababab");
        assert!(new_member_id(Some("i1"), "rk", [1; 16]).starts_with("i1-01010101-"));
    }
}
