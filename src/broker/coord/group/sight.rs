//! What a member may be told of: the outside's word, asked when a pattern is held against topics.

use std::fmt;
use std::sync::Arc;

use super::Client;

/// Says whether a topic may be described.
type Rule = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Which topics somebody may see: all of them where nobody asks.
#[derive(Clone, Default)]
pub struct Sight(Option<Rule>);

impl Sight {
    /// Returns the sight of one who sees what the rule says.
    pub fn of(rule: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Sight(Some(Arc::new(rule)))
    }

    pub(super) fn sees(&self, topic: &str) -> bool {
        self.0.as_ref().is_none_or(|rule| rule(topic))
    }
}

impl fmt::Debug for Sight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Sight(some)" } else { "Sight(all)" })
    }
}

/// Who asks, and what they may see.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub client: Client,
    pub sight: Sight,
}

impl From<Client> for Visitor {
    /// One who may see everything.
    fn from(client: Client) -> Self {
        Visitor { client, sight: Sight::default() }
    }
}
