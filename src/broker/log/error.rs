//! What can go wrong in a log, and the code by which Kafka tells it.

use std::io;
use std::path::PathBuf;

use crate::wire::ErrorCode;
use crate::wire::batch::BatchError;

/// Why a log's files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("{what} {}: {error}", path.display())]
    Io { what: &'static str, path: PathBuf, error: io::Error },
    #[error("{} is damaged at byte {position}: {why}", path.display())]
    Corrupt { path: PathBuf, position: u64, why: String },
    #[error("the log in {} failed before ({why}) and takes no more", path.display())]
    Failed { path: PathBuf, why: String },
    #[error("the log in {} is deleted", path.display())]
    Deleted { path: PathBuf },
    #[error("offset {offset} is outside of {log_start} to {end}")]
    OffsetOutOfRange { offset: i64, log_start: i64, end: i64 },
    #[error("{} is in use by another broker", path.display())]
    Locked { path: PathBuf },
    #[error("{} does not say what it should: {why}", path.display())]
    Metadata { path: PathBuf, why: String },
}

impl LogError {
    pub fn code(&self) -> ErrorCode {
        match self {
            LogError::OffsetOutOfRange { .. } => ErrorCode::OFFSET_OUT_OF_RANGE,
            LogError::Deleted { .. } => ErrorCode::NOT_LEADER_OR_FOLLOWER,
            LogError::Corrupt { .. } => ErrorCode::CORRUPT_MESSAGE,
            LogError::Io { .. }
            | LogError::Failed { .. }
            | LogError::Locked { .. }
            | LogError::Metadata { .. } => ErrorCode::KAFKA_STORAGE_ERROR,
        }
    }
}

/// What is wrong with one record of a batch that was refused, for `recordErrors`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordError {
    pub batch_index: i32,
    pub message: String,
}

/// Why records are not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error("{0}")]
    Batch(#[from] BatchError),
    #[error("no record batch is there")]
    NoBatch,
    #[error("more than one record batch is there")]
    ManyBatches,
    #[error("the record batch begins at offset {0}, and a producer's begins at 0")]
    BaseOffset(i64),
    #[error("a producer may not write control records")]
    ControlBatch,
    #[error("a batch of producer {producer_id} has the sequence {sequence}")]
    Sequence { producer_id: i64, sequence: i32 },
    #[error("the record batch is {size} bytes, and {max} are allowed")]
    TooLarge { size: usize, max: usize },
    #[error("the record batch is {size} bytes, and a segment holds {max}")]
    LargerThanSegment { size: usize, max: usize },
    #[error("{} records are refused; the first: {}", .0.len(), first(.0))]
    InvalidRecords(Vec<RecordError>),
    #[error("{} timestamps are out of range; the first: {}", .0.len(), first(.0))]
    InvalidTimestamps(Vec<RecordError>),
    #[error(
        "producer {producer_id} of epoch {epoch} sends sequence {sequence}, \
         and {last} was the last"
    )]
    OutOfOrderSequence { producer_id: i64, epoch: i16, sequence: i32, last: i32 },
    #[error("producer {producer_id} has epoch {epoch}, and {current} is current")]
    ProducerEpoch { producer_id: i64, epoch: i16, current: i16 },
    #[error("producer {producer_id} has a transaction open, and sends a batch outside of it")]
    TransactionOpen { producer_id: i64 },
    #[error("Record was not part of an ongoing transaction")]
    Unverified { producer_id: i64 },
    #[error(
        "a marker of producer {producer_id} by a coordinator of epoch {epoch}, after {current}"
    )]
    CoordinatorEpoch { producer_id: i64, epoch: i32, current: i32 },
    #[error(transparent)]
    Log(#[from] LogError),
}

fn first(errors: &[RecordError]) -> &str {
    errors.first().map_or("", |error| &error.message)
}

/// Kafka's sentence about records that were refused (`RecordValidationException`'s caller).
fn told_records(errors: &[RecordError]) -> String {
    const SHOWN: usize = 3;
    let shown = errors.iter().take(SHOWN).map(|RecordError { batch_index, message }| {
        format!("RecordError(batchIndex={batch_index}, message='{message}')")
    });
    format!(
        "One or more records have been rejected due to {} record errors in total, and only \
         showing the first three errors at most: [{}]",
        errors.len(),
        shown.collect::<Vec<_>>().join(", ")
    )
}

impl AppendError {
    /// Kafka's code for it.
    pub fn code(&self) -> ErrorCode {
        match self {
            // Kafka trips over a codec that there is not, and says no more than that.
            AppendError::Batch(BatchError::UnknownCodec { .. }) => ErrorCode::UNKNOWN_SERVER_ERROR,
            AppendError::Batch(BatchError::Magic { magic }) if *magic > 2 || *magic < 0 => {
                ErrorCode::CORRUPT_MESSAGE
            }
            AppendError::Batch(error) => error.code(),
            AppendError::TooLarge { .. } => ErrorCode::MESSAGE_TOO_LARGE,
            AppendError::LargerThanSegment { .. } => ErrorCode::RECORD_LIST_TOO_LARGE,
            AppendError::InvalidTimestamps(_) => ErrorCode::INVALID_TIMESTAMP,
            AppendError::OutOfOrderSequence { .. } => ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER,
            AppendError::ProducerEpoch { .. } => ErrorCode::INVALID_PRODUCER_EPOCH,
            AppendError::TransactionOpen { .. } | AppendError::Unverified { .. } => {
                ErrorCode::INVALID_TXN_STATE
            }
            AppendError::CoordinatorEpoch { .. } => ErrorCode::TRANSACTION_COORDINATOR_FENCED,
            AppendError::Log(error) => error.code(),
            AppendError::NoBatch
            | AppendError::ManyBatches
            | AppendError::BaseOffset(_)
            | AppendError::ControlBatch
            | AppendError::Sequence { .. }
            | AppendError::InvalidRecords(_) => ErrorCode::INVALID_RECORD,
        }
    }

    /// What Kafka says of it besides the code: nothing in most cases.
    pub fn told(&self) -> Option<String> {
        match self {
            AppendError::Batch(BatchError::Magic { magic }) if *magic > 2 || *magic < 0 => {
                Some(format!("Invalid magic found in record: {magic}"))
            }
            AppendError::Batch(BatchError::Length { length }) => {
                Some(format!("Record size {length} is less than the minimum record overhead (14)"))
            }
            AppendError::InvalidRecords(errors) => Some(told_records(errors)),
            AppendError::InvalidTimestamps(_) => {
                Some("One or more records have been rejected due to invalid timestamp".to_owned())
            }
            _ => None,
        }
    }

    /// Whether Kafka tells the log's start along with it: it does where the records reached
    /// the log's own checks.
    pub fn tells_log_start(&self) -> bool {
        match self {
            AppendError::Batch(error) => matches!(
                error,
                BatchError::Offsets { .. }
                    | BatchError::Count { .. }
                    | BatchError::UnknownCodec { .. }
                    | BatchError::Record { .. }
                    | BatchError::Trailing { .. }
                    | BatchError::Decompress { .. }
            ),
            AppendError::NoBatch
            | AppendError::ManyBatches
            | AppendError::TooLarge { .. }
            | AppendError::LargerThanSegment { .. }
            | AppendError::Log(_) => false,
            _ => true,
        }
    }

    /// The records that were refused, for `recordErrors` of Produce from version 8 on.
    pub fn record_errors(&self) -> &[RecordError] {
        match self {
            AppendError::InvalidRecords(errors) | AppendError::InvalidTimestamps(errors) => errors,
            _ => &[],
        }
    }
}

/// Why nothing is read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("offset {offset} is outside of {log_start} to {end}")]
    OffsetOutOfRange { offset: i64, log_start: i64, end: i64 },
    #[error(transparent)]
    Log(#[from] LogError),
}

impl ReadError {
    /// Kafka's code for it.
    pub fn code(&self) -> ErrorCode {
        match self {
            ReadError::OffsetOutOfRange { .. } => ErrorCode::OFFSET_OUT_OF_RANGE,
            ReadError::Log(error) => error.code(),
        }
    }
}
