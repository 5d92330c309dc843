//! What ShareFetch and ShareAcknowledge share: acknowledgements of several partitions.

use std::collections::HashMap;

use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::coord::share::partition::{AckBatch, AckType};
use crate::broker::coord::share::session::{Member, Place};
use crate::broker::shares::Trouble;
use crate::wire::ErrorCode;
use crate::wire::messages::share_acknowledge::ShareAcknowledgeRequest;
use crate::wire::messages::share_fetch::ShareFetchRequest;

/// What each partition's acknowledgements came to.
pub(crate) type Acknowledged = Vec<(Place, Result<(), Trouble>)>;

/// What is acknowledged, partition by partition.
pub(crate) type Acks = Vec<(Place, Vec<AckBatch>)>;

/// What a request may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Whether its version knows renewals.
    pub(crate) may_renew: bool,
    /// Whether it says that it renews.
    pub(crate) renews: bool,
}

/// Takes the acknowledgements out of a fetch. None where there are none.
pub(super) fn of_fetch(request: &mut ShareFetchRequest) -> Option<Acks> {
    let mut any = false;
    let mut acks = Vec::new();
    for topic in &mut request.topics {
        for partition in &mut topic.partitions {
            let batches = std::mem::take(&mut partition.acknowledgement_batches);
            any |= !batches.is_empty();
            let batches = batches.into_iter().map(|batch| AckBatch {
                first_offset: batch.first_offset,
                last_offset: batch.last_offset,
                types: batch.acknowledge_types,
            });
            acks.push(((topic.topic_id, partition.partition_index), batches.collect()));
        }
    }
    any.then_some(acks)
}

/// Takes the acknowledgements out of a request that does nothing else.
pub(crate) fn of_acknowledge(request: ShareAcknowledgeRequest) -> Acks {
    let mut acks = Vec::new();
    for topic in request.topics {
        for partition in topic.partitions {
            let batches = partition.acknowledgement_batches.into_iter().map(|batch| AckBatch {
                first_offset: batch.first_offset,
                last_offset: batch.last_offset,
                types: batch.acknowledge_types,
            });
            acks.push(((topic.topic_id, partition.partition_index), batches.collect()));
        }
    }
    acks
}

/// Does what is acknowledged, each partition by itself.
pub(crate) fn all(broker: &Broker, member: &Member, acks: Acks, terms: Terms) -> Acknowledged {
    // Of a partition that is named twice, Kafka takes the last.
    let mut last: HashMap<Place, usize> = HashMap::new();
    for (at, (place, _)) in acks.iter().enumerate() {
        last.insert(*place, at);
    }
    let acks = acks.into_iter().enumerate().filter(|(at, (place, _))| last.get(place) == Some(at));
    acks.map(|(_, (place, batches))| (place, one(broker, member, place, &batches, terms))).collect()
}

fn one(
    broker: &Broker,
    member: &Member,
    place: Place,
    batches: &[AckBatch],
    terms: Terms,
) -> Result<(), Trouble> {
    let name = topic_name(broker, place.0).ok_or(ErrorCode::UNKNOWN_TOPIC_ID)?;
    check(batches, terms)?;
    if broker.partitions.get(&name, place.1).is_none() {
        return Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.into());
    }
    if batches.is_empty() {
        return Ok(());
    }
    let done = broker.shares.acknowledge(broker, member, place, batches);
    done.map_err(|trouble| match trouble {
        // Java's exceptions carry the words of their code where they have none of their own.
        Trouble { error: ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, text: None } => Trouble {
            error: ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
            text: Some("This server does not host this topic-partition.".into()),
        },
        trouble => trouble,
    })
}

fn topic_name(broker: &Broker, topic_id: Uuid) -> Option<std::sync::Arc<str>> {
    broker.partitions.name_of(topic_id)
}

/// Checks the form of acknowledgements (`KafkaApis.validateAcknowledgementBatches`).
fn check(batches: &[AckBatch], terms: Terms) -> Result<(), ErrorCode> {
    let types_max = if terms.may_renew { AckType::Renew } else { AckType::Reject } as i8;
    let mut end = -1;
    for batch in batches {
        let AckBatch { first_offset, last_offset, types } = batch;
        let count = i64::try_from(types.len()).unwrap_or(i64::MAX);
        let fits = first_offset <= last_offset
            && *first_offset >= end
            && !types.is_empty()
            && (count == 1 || last_offset.checked_sub(*first_offset) == Some(count - 1))
            && types.iter().all(|id| (0..=types_max).contains(id))
            && (terms.renews || !types.contains(&(AckType::Renew as i8)));
        if !fits {
            return Err(ErrorCode::INVALID_REQUEST);
        }
        end = *last_offset;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_acknowledgements() {
        let ack = |first, last, types: &[i8]| AckBatch {
            first_offset: first,
            last_offset: last,
            types: types.to_vec(),
        };
        let old = Terms { may_renew: false, renews: false };
        let new = Terms { may_renew: true, renews: false };
        let renewing = Terms { may_renew: true, renews: true };
        let table: &[(&[AckBatch], Terms, bool)] = &[
            (&[], old, true),
            (&[ack(0, 9, &[1])], old, true),
            (&[ack(0, 2, &[1, 2, 3])], old, true),
            (&[ack(0, 2, &[0, 2])], old, false),
            (&[ack(0, 2, &[])], old, false),
            (&[ack(3, 2, &[1])], old, false),
            (&[ack(-5, 2, &[1])], old, false),
            (&[ack(0, 2, &[1]), ack(1, 4, &[1])], old, false),
            // Kafka lets one begin where the other ends.
            (&[ack(0, 2, &[1]), ack(2, 4, &[1])], old, true),
            (&[ack(0, 0, &[4])], old, false),
            (&[ack(0, 0, &[4])], new, false),
            (&[ack(0, 0, &[4])], renewing, true),
            (&[ack(0, 0, &[5])], renewing, false),
            (&[ack(0, 0, &[-1])], renewing, false),
            (&[ack(i64::MIN, i64::MAX, &[1, 1])], renewing, false),
        ];
        for (batches, terms, fits) in table {
            assert_eq!(check(batches, *terms).is_ok(), *fits, "{batches:?} {terms:?}");
        }
    }
}
