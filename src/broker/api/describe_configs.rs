//! DescribeConfigs: key 32, versions 1-4.
//!
//! Does: tells configs with their sources, synonyms, types and documentation; refuses the resources
//! for which the answer has no room. Waits for its turn where it is asked for many.
//! Versions: 1 synonyms (KIP-226); 3 documentation and types (KIP-569); 4 flexible.

use super::{Answer, Context, Outcome, Refusal};
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::header;
use crate::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResponse};
use crate::wire::primitives::{EncodeError, Writer};
use crate::wire::schema::{Cx, Message, Wire, put_count};

/// How many elements a resource is told by: a hundred configs, their values in each layer, and
/// what they are for.
const ELEMENTS: usize = 400;

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeConfigsRequest,
) -> Told {
    let version = cx.version;
    let describe = || {
        let mut told = Told::of(DescribeConfigsResponse::default());
        broker.controller.read(|view| {
            plan::describe_configs(view, &request, |result| told.tell(&result, version));
        });
        told
    };
    let names = request.resources.iter().filter_map(|one| one.configuration_keys.as_ref());
    let names: usize = names.map(Vec::len).sum();
    cx.turn.of(&broker.turns, ELEMENTS * request.resources.len() + names).await;
    cx.turn.work(describe)
}

/// An answer most of which is bytes already: a resource is encoded as soon as it is told, because
/// as an object it takes many times the room.
pub(super) struct Told {
    count: usize,
    encoded: Result<Writer, EncodeError>,
    /// The rest of the answer: its results come after those that are encoded.
    rest: DescribeConfigsResponse,
}

impl Told {
    /// Adds a resource. Returns how many bytes all of them take.
    fn tell(&mut self, result: &impl Wire, version: i16) -> usize {
        let Ok(w) = &mut self.encoded else { return 0 };
        self.count += 1;
        if let Err(error) = result.put(w, Cx::of(&DescribeConfigsResponse::TABLE, version)) {
            self.encoded = Err(error);
            return 0;
        }
        w.len()
    }

    fn put(self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let cx = Cx::of(&DescribeConfigsResponse::TABLE, version);
        w.i32(self.rest.throttle_time_ms);
        put_count(w, cx, self.count + self.rest.results.len())?;
        w.append(self.encoded?);
        self.rest.results.iter().try_for_each(|result| result.put(w, cx))?;
        if cx.flexible {
            // No tagged fields.
            w.uvarint(0);
        }
        Ok(())
    }
}

impl Outcome for Told {
    type Message = DescribeConfigsResponse;

    fn of(rest: DescribeConfigsResponse) -> Self {
        Told { count: 0, encoded: Ok(Writer::new()), rest }
    }

    fn response(&mut self) -> Option<&mut DescribeConfigsResponse> {
        Some(&mut self.rest)
    }

    fn write(self, version: i16, correlation_id: i32) -> Result<Answer, Refusal> {
        let table = DescribeConfigsResponse::TABLE;
        let mut w = Writer::new();
        header::put_response(&mut w, &table, version, correlation_id);
        let put = self.put(&mut w, version);
        put.map_err(|error| Refusal::Encode { name: table.name(), version, error })?;
        Ok(Answer::Send(w.into_chunks()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::messages::describe_configs::DescribeConfigsResult;

    #[test]
    fn the_pieces_are_the_bytes_of_the_whole() {
        let results: Vec<_> = (0..5)
            .map(|at| DescribeConfigsResult {
                resource_name: format!("topic-{at}"),
                error_code: at,
                configs: vec![Default::default(); at as usize],
                ..Default::default()
            })
            .collect();
        for version in 1..=4 {
            let whole = DescribeConfigsResponse { throttle_time_ms: 7, results: results.clone() };
            let rest =
                DescribeConfigsResponse { throttle_time_ms: 7, results: results[3..].to_vec() };
            let mut told = Told::of(rest);
            results[..3].iter().for_each(|result| {
                assert!(told.tell(result, version) > 0);
            });
            let mut w = Writer::new();
            told.put(&mut w, version).unwrap();
            assert_eq!(w.into_bytes(), whole.to_bytes(version).unwrap(), "version {version}");
        }
    }
}
