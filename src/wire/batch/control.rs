//! Control batches: one record that says something about the log, and takes one offset.
//!
//! Source: `org.apache.kafka.common.record.ControlRecordType`, `EndTransactionMarker`.

use bytes::Bytes;

use super::{BatchBuilder, BatchError, Contents};

/// What a control record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlType {
    Abort,
    Commit,
    LeaderChange,
    SnapshotHeader,
    SnapshotFooter,
    KraftVersion,
    KraftVoters,
    /// A type that we do not know.
    Unknown(i16),
}

impl ControlType {
    pub fn of_id(id: i16) -> Self {
        match id {
            0 => ControlType::Abort,
            1 => ControlType::Commit,
            2 => ControlType::LeaderChange,
            3 => ControlType::SnapshotHeader,
            4 => ControlType::SnapshotFooter,
            5 => ControlType::KraftVersion,
            6 => ControlType::KraftVoters,
            id => ControlType::Unknown(id),
        }
    }

    pub fn id(self) -> i16 {
        match self {
            ControlType::Abort => 0,
            ControlType::Commit => 1,
            ControlType::LeaderChange => 2,
            ControlType::SnapshotHeader => 3,
            ControlType::SnapshotFooter => 4,
            ControlType::KraftVersion => 5,
            ControlType::KraftVoters => 6,
            ControlType::Unknown(id) => id,
        }
    }

    /// Reads the type from a control record's key: a version, then the type.
    pub fn of_key(key: &[u8]) -> Option<Self> {
        let (_version, rest) = key.split_first_chunk::<2>()?;
        let (id, _) = rest.split_first_chunk::<2>()?;
        Some(ControlType::of_id(i16::from_be_bytes(*id)))
    }

    /// The key of a control record of this type.
    pub fn key(self) -> [u8; 4] {
        let id = self.id().to_be_bytes();
        [0, 0, id[0], id[1]]
    }
}

/// The end of a transaction in one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndMarker {
    pub commit: bool,
    pub coordinator_epoch: i32,
}

impl EndMarker {
    /// Reads the marker of a control batch, if that is what it holds.
    pub fn of(contents: &Contents<'_>) -> Result<Option<Self>, BatchError> {
        let Some(record) = contents.records().next().transpose()? else { return Ok(None) };
        let commit = match record.key.and_then(ControlType::of_key) {
            Some(ControlType::Commit) => true,
            Some(ControlType::Abort) => false,
            _ => return Ok(None),
        };
        let epoch = record.value.and_then(|value| value.get(2..6));
        let epoch = epoch.and_then(|epoch| epoch.first_chunk::<4>());
        let coordinator_epoch = i32::from_be_bytes(*epoch.ok_or(BatchError::Record { index: 0 })?);
        Ok(Some(EndMarker { commit, coordinator_epoch }))
    }

    /// Makes the marker's batch.
    pub fn batch(
        self,
        producer_id: i64,
        producer_epoch: i16,
        timestamp: i64,
    ) -> Result<Bytes, BatchError> {
        let kind = if self.commit { ControlType::Commit } else { ControlType::Abort };
        let mut builder = BatchBuilder::new().producer(producer_id, producer_epoch, -1);
        builder = builder.transactional().control();
        let epoch = self.coordinator_epoch.to_be_bytes();
        let value = [0, 0, epoch[0], epoch[1], epoch[2], epoch[3]];
        builder.push(timestamp, Some(&kind.key()), Some(&value), &[]);
        builder.build()
    }
}
