//! `topic.creation.*`: how a source's topics are made that are not there yet.

use std::collections::BTreeMap;

use super::file::Pairs;
use crate::connect::define::{Mistake, regex_trouble};

/// What stands in front of all of it.
pub const PREFIX: &str = "topic.creation.";
const GROUPS: &str = "topic.creation.groups";
const DEFAULT: &str = "default";

/// How some topics are made.
#[derive(Clone, Debug)]
struct Rule {
    include: Vec<regex::Regex>,
    exclude: Vec<regex::Regex>,
    made: Made,
}

/// How a topic is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// None: as many as the cluster wants.
    pub partitions: Option<i32>,
    pub replicas: Option<i16>,
    pub configs: Vec<(String, String)>,
}

/// All rules of a connector, in the order in which they are tried.
#[derive(Clone, Debug)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// Reads them; there are none where nothing is said.
    pub fn of(all: &Pairs) -> Result<Option<Self>, Vec<Mistake>> {
        if !all.keys().any(|name| name.starts_with(PREFIX)) {
            return Ok(None);
        }
        let mut wrong = Vec::new();
        let groups: Vec<&str> = all.get(GROUPS).map_or("", String::as_str).split(',').collect();
        let mut groups: Vec<&str> =
            groups.into_iter().map(str::trim).filter(|name| !name.is_empty()).collect();
        if let Some(name) = all.keys().find(|name| is_stray(name, &groups)) {
            let why = format!("there is no group for {name} in {GROUPS}");
            wrong.push(Mistake { name: name.clone(), why });
        }
        groups.retain(|name| *name != DEFAULT);
        groups.push(DEFAULT);
        let fallback = Numbers::of(all, DEFAULT, None, &mut wrong);
        let rules = groups.iter().map(|group| {
            let numbers = match *group {
                DEFAULT => fallback,
                group => Numbers::of(all, group, Some(fallback), &mut wrong),
            };
            let include = patterns(all, group, "include", &mut wrong);
            let exclude = patterns(all, group, "exclude", &mut wrong);
            if *group != DEFAULT && include.is_empty() {
                let name = format!("{PREFIX}{group}.include");
                let why = format!(
                    "Missing required configuration \"{name}\" which has no default value."
                );
                wrong.push(Mistake { name, why });
            }
            let made = Made {
                partitions: (numbers.partitions > 0).then_some(numbers.partitions),
                replicas: (numbers.replicas > 0).then_some(numbers.replicas),
                configs: configs(all, group),
            };
            Rule { include, exclude, made }
        });
        let rules: Vec<Rule> = rules.collect();
        if wrong.is_empty() { Ok(Some(Rules(rules))) } else { Err(wrong) }
    }

    /// How a topic is made: by the first rule that is for it, and else by the default.
    pub fn for_topic(&self, topic: &str) -> Option<&Made> {
        let (last, others) = self.0.split_last()?;
        let is_in = |all: &[regex::Regex]| all.iter().any(|regex| regex.is_match(topic));
        let found = others.iter().find(|rule| is_in(&rule.include) && !is_in(&rule.exclude));
        Some(&found.unwrap_or(last).made)
    }
}

fn is_stray(name: &str, groups: &[&str]) -> bool {
    let Some(rest) = name.strip_prefix(PREFIX).filter(|_| name != GROUPS) else { return false };
    let group = rest.split('.').next().unwrap_or_default();
    group != DEFAULT && !groups.contains(&group)
}

#[derive(Clone, Copy)]
struct Numbers {
    partitions: i32,
    replicas: i16,
}

impl Numbers {
    fn of(all: &Pairs, group: &str, fallback: Option<Numbers>, wrong: &mut Vec<Mistake>) -> Self {
        let mut number = |word: &str, most: i64, fallback: Option<i64>| {
            let name = format!("{PREFIX}{group}.{word}");
            let text = all.get(&name).map(|text| text.trim());
            let (text, value) = match (text, fallback) {
                (None, Some(fallback)) => return fallback,
                (None, None) => {
                    let why = format!(
                        "Missing required configuration \"{name}\" which has no default value."
                    );
                    wrong.push(Mistake { name, why });
                    return -1;
                }
                (Some(text), _) => (text, text.parse::<i64>().ok()),
            };
            match value {
                Some(value) if value == -1 || (1..=most).contains(&value) => value,
                _ => {
                    let why = format!(
                        "Invalid value {text} for configuration {name}: it is -1 for the \
                         cluster's default, or at least 1"
                    );
                    wrong.push(Mistake { name, why });
                    -1
                }
            }
        };
        let partitions =
            number("partitions", i32::MAX.into(), fallback.map(|it| it.partitions.into()));
        let replicas =
            number("replication.factor", i16::MAX.into(), fallback.map(|it| it.replicas.into()));
        Numbers {
            partitions: i32::try_from(partitions).unwrap_or(-1),
            replicas: i16::try_from(replicas).unwrap_or(-1),
        }
    }
}

fn patterns(all: &Pairs, group: &str, word: &str, wrong: &mut Vec<Mistake>) -> Vec<regex::Regex> {
    let name = format!("{PREFIX}{group}.{word}");
    let texts = all.get(&name).map_or("", String::as_str).split(',').map(str::trim);
    let mut found = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        match crate::connect::plan::whole(text) {
            Some(regex) => found.push(regex),
            None => {
                let trouble = regex_trouble(text);
                let why = format!("Invalid value {text} for configuration {name}: {trouble}");
                wrong.push(Mistake { name: name.clone(), why });
            }
        }
    }
    found
}

/// The properties of topics that a group sets.
fn configs(all: &Pairs, group: &str) -> Vec<(String, String)> {
    let own = ["include", "exclude", "partitions", "replication.factor"];
    let prefix = format!("{PREFIX}{group}.");
    let found = all.iter().filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?, value)));
    let found = found.filter(|(name, _)| !own.contains(name));
    found
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect::<BTreeMap<_, _>>()
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(all: &[(&str, &str)]) -> Pairs {
        all.iter().map(|(name, value)| (format!("{PREFIX}{name}"), (*value).to_owned())).collect()
    }

    #[test]
    fn the_first_rule_that_is_for_a_topic_makes_it() {
        let rules = Rules::of(&pairs(&[
            ("groups", "compacted, logs"),
            ("default.partitions", "5"),
            ("default.replication.factor", "3"),
            ("default.cleanup.policy", "delete"),
            ("compacted.include", "c-.*,special"),
            ("compacted.exclude", "c-no"),
            ("compacted.cleanup.policy", "compact"),
            ("compacted.partitions", "-1"),
            ("logs.include", ".*-log"),
            ("logs.replication.factor", "1"),
        ]));
        let rules = rules.unwrap().unwrap();
        let told = |topic: &str| {
            let made = rules.for_topic(topic).unwrap();
            let policy = made.configs.first().map(|(_, value)| value.as_str());
            (made.partitions, made.replicas, policy)
        };
        assert_eq!(told("c-x"), (None, Some(3), Some("compact")));
        assert_eq!(told("special"), (None, Some(3), Some("compact")));
        assert_eq!(told("c-no"), (Some(5), Some(3), Some("delete")));
        assert_eq!(told("a-log"), (Some(5), Some(1), None));
        assert_eq!(told("else"), (Some(5), Some(3), Some("delete")));
    }

    #[test]
    fn mistakes_are_told_all_at_once() {
        assert!(Rules::of(&Pairs::new()).unwrap().is_none());
        let wrong = Rules::of(&pairs(&[
            ("groups", "a"),
            ("default.partitions", "0"),
            ("a.exclude", "("),
            ("b.partitions", "1"),
        ]));
        let names: Vec<String> = wrong.unwrap_err().into_iter().map(|one| one.name).collect();
        let want = [
            "b.partitions",
            "default.partitions",
            "default.replication.factor",
            "a.exclude",
            "a.include",
        ];
        assert_eq!(names, want.map(|name| format!("{PREFIX}{name}")));
    }
}
