//! Offsets as REST shows and changes them: of sinks what their group has committed, of sources
//! what the offset file remembers.

use super::clients::{self, group_of};
use super::task::State;
use super::worker::{Refused, Worker};
use crate::client::Partition;
use crate::connect::data::Value;
use crate::connect::error::ConnectError;
use crate::connect::offsets::Place;
use crate::connect::plan::Plan;
use crate::wire::ErrorCode;

/// A partition and its offset, or none to forget it: both are maps.
pub type Pair = (Value, Option<Value>);

const NOT_EMPTY: &str = "Failed to alter consumer group offsets for connector either because its \
    tasks haven't stopped completely yet or the resources allocated to the connector have not \
    been released yet; this can be safely retried";

impl Worker {
    /// What is remembered for a connector.
    pub fn offsets(&self, name: &str) -> Result<Vec<Pair>, Refused> {
        let plan = self.plan_of(name)?;
        if !plan.class.is_sink() {
            let places = self.inner().offsets.of(name).into_iter();
            let there = places.filter(|place| place.offset.is_some());
            return Ok(there.map(|place| (place.partition, place.offset)).collect());
        }
        let mut admin = self.admin_of(&plan)?;
        let group = group_of(&self.inner().config, &plan.all, name);
        let committed = admin.committed(&group).map_err(kafka)?;
        Ok(committed.into_iter().map(|(partition, offset)| of_sink(&partition, offset)).collect())
    }

    /// Changes what is remembered for a connector, which must be stopped.
    pub fn alter_offsets(&self, name: &str, pairs: Vec<Pair>) -> Result<(), Refused> {
        let plan = self.stopped(name)?;
        if plan.class.is_sink() {
            return self.alter_sink(name, &plan, &pairs);
        }
        for (partition, offset) in &pairs {
            (plan.class.check_offsets)(&plan.own, partition, offset.as_ref())
                .map_err(Refused::Connect)?;
        }
        let place =
            |(partition, offset): Pair| Place { connector: name.to_owned(), partition, offset };
        let places: Vec<Place> = pairs.into_iter().map(place).collect();
        self.inner()
            .offsets
            .set(&places)
            .map_err(|error| Refused::Connect(ConnectError::connect(error.to_string())))
    }

    /// Forgets everything about how far a connector, which must be stopped, has come.
    pub fn reset_offsets(&self, name: &str) -> Result<(), Refused> {
        let plan = self.stopped(name)?;
        if !plan.class.is_sink() {
            let all = self.offsets(name)?;
            return self.alter_offsets(name, all.into_iter().map(|(p, _)| (p, None)).collect());
        }
        let mut admin = self.admin_of(&plan)?;
        let group = group_of(&self.inner().config, &plan.all, name);
        match admin.delete_group(&group) {
            Err(error) if error.code() == Some(ErrorCode::GROUP_ID_NOT_FOUND) => Ok(()),
            Err(error) if error.code() == Some(ErrorCode::NON_EMPTY_GROUP) => {
                Err(Refused::Connect(ConnectError::connect(NOT_EMPTY)))
            }
            result => result.map_err(kafka),
        }
    }

    fn alter_sink(&self, name: &str, plan: &Plan, pairs: &[Pair]) -> Result<(), Refused> {
        let (mut set, mut forget) = (Vec::new(), Vec::new());
        for (partition, offset) in pairs {
            let partition = sink_partition(partition)?;
            match offset {
                None => forget.push(partition),
                Some(offset) => set.push((partition, sink_offset(offset)?)),
            }
        }
        let mut admin = self.admin_of(plan)?;
        let group = group_of(&self.inner().config, &plan.all, name);
        let busy = |error: crate::client::ClientError| match error.code() {
            Some(ErrorCode::UNKNOWN_MEMBER_ID | ErrorCode::GROUP_SUBSCRIBED_TO_TOPIC) => {
                Refused::Connect(ConnectError::connect(NOT_EMPTY))
            }
            _ => kafka(error),
        };
        if !set.is_empty() {
            for (_, result) in admin.commit(&group, &set).map_err(kafka)? {
                result.map_err(busy)?;
            }
        }
        if !forget.is_empty() {
            admin.forget_offsets(&group, &forget).map_err(busy)?;
        }
        Ok(())
    }

    fn admin_of(&self, plan: &Plan) -> Result<crate::client::Admin, Refused> {
        clients::admin(&self.inner().config, plan).map_err(Refused::Connect)
    }

    fn stopped(&self, name: &str) -> Result<Plan, Refused> {
        if self.connector(name)?.state != State::Stopped {
            return Err(Refused::NotStopped(name.to_owned()));
        }
        self.plan_of(name)
    }
}

fn kafka(error: crate::client::ClientError) -> Refused {
    Refused::Connect(clients::kafka(error))
}

fn of_sink(partition: &Partition, offset: i64) -> Pair {
    let map = |all: Vec<(&str, Value)>| {
        Value::Map(all.into_iter().map(|(name, value)| (Value::from(name), value)).collect())
    };
    let place = vec![
        ("kafka_topic", Value::from(partition.topic.as_str())),
        ("kafka_partition", Value::Int64(partition.partition.into())),
    ];
    (map(place), Some(map(vec![("kafka_offset", Value::Int64(offset))])))
}

fn bad(why: impl Into<String>) -> Refused {
    Refused::BadRequest(why.into())
}

fn sink_partition(partition: &Value) -> Result<Partition, Refused> {
    if partition.is_null() {
        return Err(bad("The partition for a sink connector offset cannot be null or missing"));
    }
    let (Some(topic), Some(number)) =
        (partition.entry("kafka_topic"), partition.entry("kafka_partition"))
    else {
        return Err(bad(
            "The partition for a sink connector offset must contain the keys 'kafka_topic' and \
             'kafka_partition'",
        ));
    };
    let text = number.to_string();
    let parsed = text.parse().map_err(|_| {
        bad(format!(
            "Failed to parse the following Kafka partition value in the provided offsets: \
             '{text}'. Partition values for sink connectors need to be integers."
        ))
    })?;
    Ok(Partition { topic: topic.to_string(), partition: parsed })
}

fn sink_offset(offset: &Value) -> Result<i64, Refused> {
    let Some(value) = offset.entry("kafka_offset") else {
        return Err(bad(
            "The offset for a sink connector should either be null or contain the key \
             'kafka_offset'",
        ));
    };
    let text = value.to_string();
    text.parse().map_err(|_| {
        bad(format!(
            "Failed to parse the following Kafka offset value in the provided offsets: '{text}'. \
             Offset values for sink connectors need to be integers."
        ))
    })
}
