//! ListTransactions and DescribeTransactions.

use std::collections::HashSet;

use regex::Regex;

use super::Transactions;
use super::state::State;
use crate::base::clock::Millis;
use crate::wire::ErrorCode;
use crate::wire::messages::describe_transactions::{TopicData, TransactionState as Described};
use crate::wire::messages::list_transactions::{
    ListTransactionsRequest, ListTransactionsResponse, TransactionState as Listed,
};

impl Transactions {
    /// ListTransactions.
    pub fn list(&self, now: Millis, ask: &ListTransactionsRequest) -> ListTransactionsResponse {
        let mut answer = ListTransactionsResponse::default();
        let mut states: HashSet<State> = HashSet::new();
        for name in &ask.state_filters {
            match State::of_name(name) {
                Some(state) => drop(states.insert(state)),
                None if answer.unknown_state_filters.contains(name) => {}
                None => answer.unknown_state_filters.push(name.clone()),
            }
        }
        let pattern = ask.transactional_id_pattern.as_ref().filter(|pattern| !pattern.is_empty());
        let pattern = match pattern.map(|pattern| Regex::new(&format!("^(?:{pattern})$"))) {
            None => None,
            Some(Ok(pattern)) => Some(pattern),
            Some(Err(_)) => {
                answer.error_code = ErrorCode::INVALID_REGULAR_EXPRESSION.0;
                return answer;
            }
        };
        for (id, entry) in &self.entries {
            let facts = &entry.facts;
            let is_asked_for = (ask.producer_id_filters.is_empty()
                || ask.producer_id_filters.contains(&facts.producer_id))
                && (ask.state_filters.is_empty() || states.contains(&facts.state))
                && (ask.duration_filter < 0 || now - facts.start_ms > ask.duration_filter)
                && pattern.as_ref().is_none_or(|pattern| pattern.is_match(id));
            if is_asked_for {
                answer.transaction_states.push(Listed {
                    transactional_id: id.clone(),
                    producer_id: facts.producer_id,
                    transaction_state: facts.state.name().to_owned(),
                });
            }
        }
        answer
    }

    /// DescribeTransactions, of one transactional id.
    pub fn describe(&self, id: &str) -> Described {
        let transactional_id = id.to_owned();
        let error_code = match self.entries.get(id) {
            _ if id.is_empty() => ErrorCode::INVALID_REQUEST.0,
            None => ErrorCode::TRANSACTIONAL_ID_NOT_FOUND.0,
            Some(entry) => {
                let facts = &entry.facts;
                let topics = facts
                    .partitions
                    .topics()
                    .map(|(topic, partitions)| TopicData { topic: topic.to_owned(), partitions });
                return Described {
                    error_code: ErrorCode::NONE.0,
                    transactional_id,
                    transaction_state: facts.state.name().to_owned(),
                    transaction_timeout_ms: facts.timeout_ms,
                    transaction_start_time_ms: facts.start_ms,
                    producer_id: facts.producer_id,
                    producer_epoch: facts.epoch,
                    topics: topics.collect(),
                };
            }
        };
        Described { error_code, transactional_id, ..Default::default() }
    }
}
