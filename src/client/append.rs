//! Appending whole record batches, as they were read elsewhere: to the partition that is named,
//! with their timestamps, exactly once.
//!
//! One request at a time. The producer is idempotent, so that a request whose answer was lost
//! can be sent again. What it does not do: transactions, choosing partitions, gathering records.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::admin::{Admin, Node};
use super::error::ClientError;
use crate::base::ids::Uuid;
use crate::wire::ErrorCode;
use crate::wire::batch::{
    Attributes, BatchBuilder, BatchInfo, Codec, Contents, HEADER_BYTES, TimestampType, contents,
};
use crate::wire::messages::init_producer_id::InitProducerIdRequest;
use crate::wire::messages::produce::{PartitionProduceData, ProduceRequest, TopicProduceData};
use crate::wire::schema::Records;

/// How long a broker may take to replicate what it was sent.
const TIMEOUT_MS: i32 = 30_000;
/// The last version in which topics go by their names.
const LAST_BY_NAME: i16 = 12;

/// Appends to one topic.
pub struct Appender {
    admin: Admin,
    topic: String,
    topic_id: Uuid,
    leaders: BTreeMap<i32, i32>,
    producer: (i64, i16),
    /// The sequence of the next record of each partition.
    sequences: BTreeMap<i32, i32>,
}

impl Appender {
    /// Prepares to append to a topic, which must be there.
    pub fn open(mut admin: Admin, topic: &str) -> Result<Self, ClientError> {
        let answer = admin.retry("asking for a producer id", |admin| {
            let answer = admin.call(Node::Any, |_| InitProducerIdRequest {
                transactional_id: None,
                transaction_timeout_ms: i32::MAX,
                ..InitProducerIdRequest::default()
            })?;
            ClientError::check(answer.error_code, None)?;
            Ok(answer)
        })?;
        let mut appender = Appender {
            admin,
            topic: topic.to_owned(),
            topic_id: Uuid::ZERO,
            leaders: BTreeMap::new(),
            producer: (answer.producer_id, answer.producer_epoch),
            sequences: BTreeMap::new(),
        };
        appender.find_leaders()?;
        Ok(appender)
    }

    fn find_leaders(&mut self) -> Result<(), ClientError> {
        for topic in self.admin.topics(&[&self.topic])? {
            self.topic_id = topic.topic_id;
            self.leaders =
                topic.partitions.iter().map(|p| (p.partition_index, p.leader_id)).collect();
        }
        Ok(())
    }

    /// Returns the client, for other questions.
    pub fn admin(&mut self) -> &mut Admin {
        &mut self.admin
    }

    /// Appends the records of a batch whose offsets are at least `from` and before `until`.
    /// Returns how many there were.
    ///
    /// # Errors
    ///
    /// A record that is larger than the topic takes is
    /// [`Refused`](ClientError::Refused) with `MESSAGE_TOO_LARGE`.
    pub fn append(
        &mut self,
        partition: i32,
        batch: &Bytes,
        from: i64,
        until: i64,
    ) -> Result<u64, ClientError> {
        let corrupt = |topic: &str, cause| ClientError::Corrupt {
            topic: topic.to_owned(),
            partition,
            offset: from,
            cause,
        };
        let header = BatchInfo::parse(batch).map_err(|e| corrupt(&self.topic, e))?;
        let is_whole = from <= header.base_offset
            && header.last_offset() < until
            && header.record_count == header.last_offset_delta.saturating_add(1)
            && header.attributes.timestamp_type() == TimestampType::CreateTime
            && !header.attributes.has_delete_horizon();
        if is_whole && header.record_count > 0 {
            match self.send(partition, header, batch.slice(HEADER_BYTES..)) {
                Err(error) if error.code() == Some(ErrorCode::MESSAGE_TOO_LARGE) => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(u64::from(header.record_count.unsigned_abs())),
            }
        }
        let all = contents(batch).map_err(|e| corrupt(&self.topic, e))?;
        // Too large as it is: in parts. Or only some of the records are wanted.
        let most = if is_whole { (header.record_count / 2).max(1) } else { i32::MAX };
        let part = Part { partition, from, until, most };
        self.append_some(&part, &all)
    }

    /// Appends some of a batch's records, in batches of so many.
    fn append_some(&mut self, part: &Part, all: &Contents) -> Result<u64, ClientError> {
        let mut count = 0;
        let codec = all.header.attributes.codec().unwrap_or(Codec::None);
        let mut builder = BatchBuilder::new().codec(codec);
        let mut first = None;
        let corrupt = |topic: &str, offset, cause| ClientError::Corrupt {
            topic: topic.to_owned(),
            partition: part.partition,
            offset,
            cause,
        };
        for record in all.records() {
            let record = record.map_err(|e| corrupt(&self.topic, part.from, e))?;
            if record.offset < part.from || record.offset >= part.until {
                continue;
            }
            let headers: Vec<_> = record.headers.collect();
            builder.push(record.timestamp, record.key, record.value, &headers);
            first.get_or_insert(record.offset);
            count += 1;
            if builder.record_count() >= part.most {
                let full = std::mem::replace(&mut builder, BatchBuilder::new().codec(codec));
                self.send_built(part.partition, full, first.take().unwrap_or(part.from))?;
            }
        }
        if !builder.is_empty() {
            self.send_built(part.partition, builder, first.unwrap_or(part.from))?;
        }
        Ok(count)
    }

    fn send_built(
        &mut self,
        partition: i32,
        builder: BatchBuilder,
        offset: i64,
    ) -> Result<(), ClientError> {
        let corrupt = |topic: &str, cause| ClientError::Corrupt {
            topic: topic.to_owned(),
            partition,
            offset,
            cause,
        };
        let batch = builder.build().map_err(|e| corrupt(&self.topic, e))?;
        let header = BatchInfo::parse(&batch).map_err(|e| corrupt(&self.topic, e))?;
        let count = header.record_count;
        match self.send(partition, header, batch.slice(HEADER_BYTES..)) {
            Err(error) if error.code() == Some(ErrorCode::MESSAGE_TOO_LARGE) && count > 1 => {
                let all = contents(&batch).map_err(|e| corrupt(&self.topic, e))?;
                let (from, until, most) = (0, i64::MAX, count / 2);
                self.append_some(&Part { partition, from, until, most }, &all).map(|_| ())
            }
            result => result,
        }
    }

    /// Sends a batch under our own producer's name.
    fn send(
        &mut self,
        partition: i32,
        mut header: BatchInfo,
        records: Bytes,
    ) -> Result<(), ClientError> {
        let sequence = self.sequences.get(&partition).copied().unwrap_or(0);
        (header.producer_id, header.producer_epoch) = self.producer;
        (header.base_sequence, header.base_offset, header.leader_epoch) = (sequence, 0, -1);
        // Which codec, and nothing else: no transaction, no time of a broker's.
        header.attributes = Attributes(header.attributes.0 & Attributes::CODEC);
        header.seal(&records);
        let batch = Bytes::from([&header.to_bytes()[..], &records[..]].concat());
        let mut is_again = false;
        let Appender { admin, topic, topic_id, leaders, .. } = self;
        admin.retry("appending records", |admin| {
            if std::mem::replace(&mut is_again, true) {
                for known in admin.topics(&[topic.as_str()])? {
                    let all = known.partitions.iter();
                    *leaders = all.map(|p| (p.partition_index, p.leader_id)).collect();
                }
            }
            let leader = match leaders.get(&partition) {
                Some(leader) if *leader >= 0 => *leader,
                Some(_) => return ClientError::check(ErrorCode::LEADER_NOT_AVAILABLE.0, None),
                None => {
                    let (topic, count) = (topic.clone(), leaders.len());
                    return Err(ClientError::NoPartition { topic, partition, count });
                }
            };
            let answer = admin.call(Node::Id(leader), |version| ProduceRequest {
                transactional_id: None,
                acks: -1,
                timeout_ms: TIMEOUT_MS,
                topic_data: vec![TopicProduceData {
                    name: if version > LAST_BY_NAME { String::new() } else { topic.clone() },
                    topic_id: *topic_id,
                    partition_data: vec![PartitionProduceData {
                        index: partition,
                        records: Some(Records(batch.clone())),
                    }],
                }],
            })?;
            let mut all = answer.responses.into_iter().flat_map(|topic| topic.partition_responses);
            let Some(answer) = all.next() else { return ClientError::check(-1, None) };
            match ErrorCode(answer.error_code) {
                // It was taken before, and the answer was lost.
                ErrorCode::DUPLICATE_SEQUENCE_NUMBER => Ok(()),
                code => ClientError::check(code.0, answer.error_message.as_deref()),
            }
        })?;
        // Sequences wrap around to 0.
        let next = (i64::from(sequence) + i64::from(header.record_count)) & i64::from(i32::MAX);
        self.sequences.insert(partition, i32::try_from(next).unwrap_or(0));
        Ok(())
    }
}

/// Some of a batch's records.
struct Part {
    partition: i32,
    from: i64,
    until: i64,
    /// How many go into one batch.
    most: i32,
}
