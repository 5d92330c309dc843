//! One record of `__cluster_metadata` as the value of a batch's record, and back.
//!
//! The frame is Kafka's (`MetadataRecordSerde`): unsigned varints for the frame's version (1),
//! the record's type and the record's version, and then the record itself. Keys are null.
//!
//! What Kafka 4.3.1 may have written and this broker does not act upon (the ZooKeeper migration)
//! is read as [`MetadataRecord::Unhonoured`]: it stays in the log and in every snapshot of it,
//! where Kafka finds it again, and is named
//! in a warning. What Kafka 4.3.1 itself would not know (another type, a later version) is an
//! error: such a record may change the meaning of all others, so a directory that has one is
//! not opened at all, rather than opened with a part of its state missing.

use bytes::Bytes;

use crate::wire::messages::metadata_log as log;
use crate::wire::primitives::{DecodeError, EncodeError, Reader, Writer};
use crate::wire::schema::Message;

/// The version of the frame, the only one there is.
const FRAME_VERSION: u32 = 1;

/// Why a record's value is not a metadata record that can be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    #[error("a metadata record's frame is of version {version}, not {FRAME_VERSION}")]
    Frame { version: u32 },
    #[error("a metadata record is of type {key}, which Kafka 4.3 does not know")]
    UnknownType { key: u32 },
    #[error("a {name} is of version {version}, which Kafka 4.3 does not know")]
    UnknownVersion { name: &'static str, version: u32 },
    #[error("a metadata record cannot be read: {0}")]
    Decode(#[from] DecodeError),
}

/// The types that are known by name and not acted upon: number, name, last version.
const UNHONOURED: &[(u32, &str)] = &[(21, "ZkMigrationStateRecord")];

macro_rules! records {
    ($($variant:ident $ty:ident;)*) => {
        /// A record of the cluster's metadata with the version it has, or is to have, on disk.
        #[derive(Clone, Debug, PartialEq)]
        pub enum MetadataRecord {
            $($variant(log::$ty),)*
            /// A record that Kafka acts upon and this broker does not.
            Unhonoured { name: &'static str, value: Bytes },
        }

        $(impl From<log::$ty> for MetadataRecord {
            fn from(record: log::$ty) -> Self {
                MetadataRecord::$variant(record)
            }
        })*

        impl MetadataRecord {
            /// Returns Kafka's name of the record's type.
            pub fn name(&self) -> &'static str {
                match self {
                    $(MetadataRecord::$variant(_) => log::$ty::TABLE.name(),)*
                    MetadataRecord::Unhonoured { name, .. } => name,
                }
            }

            /// Reads a record from the value of a batch's record.
            pub fn from_value(value: Bytes) -> Result<Self, RecordError> {
                let mut r = Reader::new(value.clone());
                let frame = r.uvarint()?;
                if frame != FRAME_VERSION {
                    return Err(RecordError::Frame { version: frame });
                }
                let (key, version) = (r.uvarint()?, r.uvarint()?);
                $(if i64::from(key) == i64::from(log::$ty::TABLE.key) {
                    let record: log::$ty = body(&r, version)?;
                    return Ok(MetadataRecord::$variant(record));
                })*
                match UNHONOURED.iter().find(|known| known.0 == key) {
                    Some((_, name)) if version == 0 => {
                        Ok(MetadataRecord::Unhonoured { name, value })
                    }
                    Some((_, name)) => Err(RecordError::UnknownVersion { name, version }),
                    None => Err(RecordError::UnknownType { key }),
                }
            }

            /// Writes the record as the value of a batch's record, in the version that Kafka
            /// writes at this level of `metadata.version`.
            ///
            /// An [`MetadataRecord::Unhonoured`] record is written as it was read.
            pub fn to_value(&self, metadata_version: i16) -> Result<Bytes, EncodeError> {
                match self {
                    $(MetadataRecord::$variant(record) => {
                        framed(record, self.version(metadata_version))
                    })*
                    MetadataRecord::Unhonoured { value, .. } => Ok(value.clone()),
                }
            }
        }
    };
}

records! {
    RegisterBroker RegisterBrokerRecord;
    UnregisterBroker UnregisterBrokerRecord;
    Topic TopicRecord;
    Partition PartitionRecord;
    Config ConfigRecord;
    PartitionChange PartitionChangeRecord;
    FenceBroker FenceBrokerRecord;
    UnfenceBroker UnfenceBrokerRecord;
    RemoveTopic RemoveTopicRecord;
    FeatureLevel FeatureLevelRecord;
    ProducerIds ProducerIdsRecord;
    BrokerRegistrationChange BrokerRegistrationChangeRecord;
    NoOp NoOpRecord;
    BeginTransaction BeginTransactionRecord;
    EndTransaction EndTransactionRecord;
    AbortTransaction AbortTransactionRecord;
    RegisterController RegisterControllerRecord;
    ClearElr ClearElrRecord;
    Acl AccessControlEntryRecord;
    RemoveAcl RemoveAccessControlEntryRecord;
    UserScram UserScramCredentialRecord;
    RemoveUserScram RemoveUserScramCredentialRecord;
    ClientQuota ClientQuotaRecord;
    DelegationToken DelegationTokenRecord;
    RemoveDelegationToken RemoveDelegationTokenRecord;
}

impl MetadataRecord {
    /// Which version Kafka writes (`MetadataVersion`: `registerBrokerRecordVersion` and its
    /// like; a registration's change is in the lowest version that can say it).
    fn version(&self, metadata_version: i16) -> i16 {
        // The levels: 7 is 3.3-IV3, 8 is 3.4-IV0, 17 is 3.7-IV2, 23 is 4.0-IV1, 30 is 4.3-IV0.
        match self {
            MetadataRecord::RegisterBroker(_) => match metadata_version {
                30.. => 4,
                17.. => 3,
                8.. => 2,
                _ => 1,
            },
            MetadataRecord::Partition(_) | MetadataRecord::PartitionChange(_) => {
                match metadata_version {
                    23.. => 2,
                    17.. => 1,
                    _ => 0,
                }
            }
            MetadataRecord::BrokerRegistrationChange(change) => {
                if change.cordoned_log_dirs.is_some() {
                    3
                } else if !change.log_dirs.is_empty() {
                    2
                } else {
                    i16::from(change.in_controlled_shutdown != 0)
                }
            }
            _ => 0,
        }
    }
}

/// Reads the record after its frame, to the end of the value.
fn body<M: Message>(r: &Reader, version: u32) -> Result<M, RecordError> {
    let name = M::TABLE.name();
    let unknown = RecordError::UnknownVersion { name, version };
    let known = i16::try_from(version).ok().filter(|v| M::TABLE.versions.contains(*v));
    let Some(version) = known else { return Err(unknown) };
    Ok(M::from_bytes(r.rest(), version)?)
}

fn framed<M: Message>(record: &M, version: i16) -> Result<Bytes, EncodeError> {
    let mut w = Writer::new();
    w.uvarint(FRAME_VERSION);
    // Types and versions are small and never negative: both come from our own tables.
    w.uvarint(u32::from(M::TABLE.key.unsigned_abs()));
    w.uvarint(u32::from(version.unsigned_abs()));
    record.write(&mut w, version)?;
    Ok(w.into_bytes())
}
