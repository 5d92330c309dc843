//! The quorum of one: who leads the metadata log, in which epoch, and who votes.
//!
//! What a quorum knows of itself is in control records of the log and of its snapshots: the
//! leader of each epoch, the version of its protocol (`kraft.version`) and the voters (KIP-595,
//! KIP-853). At version 0 the voters are a matter of Kafka's configs, and no record names them.

use bytes::Bytes;

use super::log::{AppendError, Log, Origin};
use super::meta::plan::Node;
use super::meta::state::Endpoint;
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::wire::batch::{BatchBuilder, BatchError, ControlType};
use crate::wire::messages::quorum as wire;
use crate::wire::primitives::{DecodeError, EncodeError};
use crate::wire::schema::Message;

/// The name of the controller's listener, where nobody has said another.
pub(crate) const CONTROLLER_LISTENER: &str = "CONTROLLER";

/// Why the leader of the metadata log cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum LeadError {
    #[error("the leader of the metadata log cannot be written: {0}")]
    Encode(#[from] EncodeError),
    #[error("the leader of the metadata log cannot be written: {0}")]
    Batch(#[from] BatchError),
    #[error("the leader of the metadata log cannot be written: {0}")]
    Append(#[from] AppendError),
}

/// What control records say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Quorum {
    /// Kafka's `kraft.version`: from 1 on the voters are in the log.
    pub(crate) version: i16,
    pub(crate) voters: Vec<wire::VotersRecordVoter>,
    /// The log itself names them, not only the snapshot that a directory was formatted with.
    in_log: bool,
}

impl Quorum {
    /// Takes in a control record of a snapshot, or of the log.
    pub(crate) fn learn(
        &mut self,
        kind: ControlType,
        value: &[u8],
        in_log: bool,
    ) -> Result<(), DecodeError> {
        let value = Bytes::copy_from_slice(value);
        match kind {
            ControlType::KraftVersion => {
                self.version = wire::KRaftVersionRecord::from_bytes(value, 0)?.k_raft_version;
            }
            ControlType::KraftVoters => {
                self.voters = wire::VotersRecord::from_bytes(value, 0)?.voters;
                self.in_log = in_log;
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns the control records that a snapshot of the log begins with, after its header.
    pub(crate) fn records(&self) -> Result<Vec<(ControlType, Bytes)>, EncodeError> {
        if self.version == 0 {
            return Ok(Vec::new());
        }
        let version = wire::KRaftVersionRecord { version: 0, k_raft_version: self.version };
        let voters = wire::VotersRecord { version: 0, voters: self.voters.clone() };
        Ok(vec![
            (ControlType::KraftVersion, version.to_bytes(0)?),
            (ControlType::KraftVoters, voters.to_bytes(0)?),
        ])
    }

    /// Begins an epoch of leading the metadata log, as Kafka's quorum does: with a control record
    /// that names the leader and who voted for it.
    pub(crate) fn lead(
        &mut self,
        metadata: &Log,
        node: Node,
        epoch: i32,
        now: Millis,
    ) -> Result<(), LeadError> {
        // The ids of directories are told once the log itself says that voters have them.
        let version = i16::from(self.version > 0 && self.in_log);
        let id = if version > 0 { node.directory } else { Uuid::ZERO };
        let voter = || vec![wire::Voter { voter_id: node.id, voter_directory_id: id }];
        let message = wire::LeaderChangeMessage {
            version,
            leader_id: node.id,
            voters: voter(),
            granting_voters: voter(),
        };
        let mut records = vec![(ControlType::LeaderChange, message.to_bytes(version)?)];
        if !self.in_log {
            records.extend(self.records()?);
        }
        append(metadata, records, epoch, now)?;
        self.in_log = self.version > 0;
        Ok(())
    }

    /// Raises `kraft.version`, and writes down who votes.
    pub(crate) fn upgrade(
        &mut self,
        version: i16,
        endpoint: &Endpoint,
        metadata: &Log,
        node: Node,
        epoch: i32,
        now: Millis,
    ) -> Result<(), LeadError> {
        let voter = wire::VotersRecordVoter {
            voter_id: node.id,
            voter_directory_id: node.directory,
            endpoints: vec![wire::Endpoint {
                name: endpoint.name.clone(),
                host: endpoint.host.clone(),
                port: endpoint.port,
            }],
            k_raft_version_feature: wire::KRaftVersionFeature {
                min_supported_version: 0,
                max_supported_version: 1,
            },
        };
        let upgraded = Quorum { version, voters: vec![voter], in_log: true };
        append(metadata, upgraded.records()?, epoch, now)?;
        *self = upgraded;
        Ok(())
    }
}

fn append(
    metadata: &Log,
    records: Vec<(ControlType, Bytes)>,
    epoch: i32,
    now: Millis,
) -> Result<(), LeadError> {
    let mut batch = BatchBuilder::new().control();
    for (kind, value) in &records {
        batch.push(now, Some(&kind.key()), Some(value), &[]);
    }
    metadata.append(batch.build()?, Origin::Coordinator, epoch, now)?;
    Ok(())
}
