//! Subscriptions by regular expression: RE2's, matched against the whole name of a topic
//! (`TopicRegexResolver`).
//!
//! A pattern is resolved not by the heartbeat that brings it but right after it, for all patterns
//! of the group at once; and again when topics come or time passes, but not more often than the
//! members' heartbeats come and ten seconds pass.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regex::bytes::{RegexBuilder, RegexSet, RegexSetBuilder};

use super::group::{ConsumerGroup, Resolved};
use super::heartbeat::Asker;
use super::member::Member;
use super::{Hall, Step, records};
use crate::base::clock::Millis;
use crate::broker::coord::group::desk::{Cx, Timer};
use crate::broker::coord::group::modern::{METADATA_REFRESH_INTERVAL_MS, Refused};
use crate::broker::coord::group::sight::Sight;
use crate::wire::ErrorCode;

/// How long patterns are not resolved again, whatever happens.
const REFRESH_INTERVAL_MIN_MS: Millis = 10_000;
/// How many patterns one group may have: each is held against every topic.
const PATTERNS_MAX: usize = 100;
/// How large a pattern may become when it is compiled. All patterns of a group are one automaton.
const COMPILED_BYTES_MAX: usize = 1024 * 1024;

/// What happened to a member's pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PatternChange {
    None,
    /// It is another, and must be resolved first.
    Updated,
    /// It is another, and what it matches is known; or it is gone.
    Resolved,
}

impl ConsumerGroup {
    /// Returns how many members subscribe to each pattern, once a member is another.
    pub(super) fn patterns_with(&self, old: &Member, new: &Member) -> BTreeMap<Arc<str>, usize> {
        let mut patterns = self.patterns().clone();
        if old.pattern() == new.pattern() {
            return patterns;
        }
        if let Some(pattern) = old.pattern()
            && let Some(count) = patterns.get_mut(pattern)
        {
            *count -= 1;
            if *count == 0 {
                patterns.remove(pattern);
            }
        }
        if let Some(pattern) = new.pattern.as_ref().filter(|pattern| !pattern.is_empty()) {
            *patterns.entry(Arc::clone(pattern)).or_default() += 1;
        }
        patterns
    }

    /// Looks at the pattern of a member, and has all patterns of the group resolved where that
    /// is due.
    pub(super) fn change_pattern(
        &self,
        cx: &mut Cx,
        old: &Member,
        new: &Member,
        step: &mut Step,
    ) -> Result<PatternChange, Refused> {
        let mut change = PatternChange::None;
        let mut is_due = false;
        if old.pattern != new.pattern {
            change = PatternChange::Updated;
            if let Some(pattern) = old.pattern()
                && self.subscribers(pattern) == 1
            {
                step.records.push(records::no_pattern(&self.id, pattern));
            }
            match new.pattern() {
                Some(pattern) if self.subscribers(pattern) == 0 => {
                    self.check(pattern)?;
                    is_due = true;
                }
                Some(pattern) if self.resolved().contains_key(pattern) => {
                    change = PatternChange::Resolved;
                }
                None if old.pattern().is_some() => change = PatternChange::Resolved,
                Some(_) | None => {}
            }
        }
        if !is_due && self.patterns().is_empty() {
            return Ok(change);
        }
        let timer = Timer::Patterns { group: self.id.clone() };
        // All are resolved together, so that one speaks for all.
        let last = self.resolved().values().next();
        let resolved_at = last.map_or(Millis::MIN, |last| last.timestamp);
        let too_soon = cx.now <= resolved_at.saturating_add(REFRESH_INTERVAL_MIN_MS);
        if cx.timers.is_set(&timer) || too_soon {
            return Ok(change);
        }
        let patterns = self.patterns_with(old, new);
        let version = last.map_or(0, |last| last.version);
        let interval_ms = Millis::from(cx.config.regex_refresh_interval_ms);
        is_due |= patterns.len() != self.resolved().len()
            || version < cx.image.newest_topic()
            || cx.now > resolved_at.saturating_add(interval_ms);
        if is_due && !patterns.is_empty() {
            cx.timers.set(timer, cx.now);
        }
        Ok(change)
    }

    fn check(&self, pattern: &str) -> Result<(), Refused> {
        let why = match check(pattern) {
            Ok(_) if self.patterns().len() < PATTERNS_MAX => return Ok(()),
            Ok(_) => format!("the group has {PATTERNS_MAX} others already"),
            Err(error) => reason(&error),
        };
        let why =
            format!("SubscribedTopicRegex `{pattern}` is not a valid regular expression: {why}.");
        Err(Refused::new(ErrorCode::INVALID_REGULAR_EXPRESSION, why))
    }
}

/// Where this heartbeat has had the patterns resolved, it is its sender's sight that counts for
/// all of them, as in Kafka.
pub(super) fn look(cx: &mut Cx, asker: &Asker) {
    let group = &asker.ask.group_id;
    if cx.timers.is_set(&Timer::Patterns { group: group.clone() }) {
        cx.desk.sights.entry(group.clone()).or_insert_with(|| asker.sight.clone());
    }
}

/// Resolves all patterns of a group.
pub(in crate::broker::coord::group) fn resolve(hall: &mut Hall, id: &str) {
    // A member of the classic protocol brings no sight: the next heartbeat has them resolved.
    let Some(sight) = hall.cx.desk.sights.remove(id) else { return };
    let Some(group) = hall.consumers.get(id) else { return };
    let cx = &hall.cx;
    let patterns: Vec<&str> = group.patterns().keys().map(|pattern| &**pattern).collect();
    let mut step = Step::default();
    let mut subscriptions = group.subscriptions().clone();
    let mut bump = false;
    for (pattern, topics) in patterns.iter().zip(matches(&patterns, cx, &sight)) {
        let old = group.resolved().get(*pattern).map(|old| Arc::clone(&old.topics));
        let old = old.unwrap_or_default();
        let (version, timestamp) = (cx.image.version(), cx.now);
        let new = Resolved { topics: Arc::new(topics), version, timestamp };
        if old != new.topics {
            bump = true;
            subscriptions.remove_matches(&*old);
            subscriptions.add_matches(&*new.topics);
        }
        step.records.push(records::pattern(id, pattern, &new));
    }
    let hash = cx.image.hash(subscriptions.names());
    if bump || hash != group.metadata_hash {
        let epoch = group.epoch + 1;
        step.records.push(records::epoch(id, epoch, hash));
        step.refresh = Some((cx.now.saturating_add(METADATA_REFRESH_INTERVAL_MS), epoch));
    }
    hall.write(id, None, step);
}

/// Returns the topics that each of the patterns matches, of those that may be seen. One that
/// cannot be read, because a newer Kafka let it pass, matches nothing.
fn matches(patterns: &[&str], cx: &Cx, sight: &Sight) -> Vec<BTreeSet<String>> {
    let mut matched = vec![BTreeSet::new(); patterns.len()];
    let readable: Vec<usize> =
        (0..patterns.len()).filter(|i| check(patterns[*i]).is_ok()).collect();
    let texts: Vec<&str> = readable.iter().map(|i| patterns[*i]).collect();
    let Ok(set) = compile(&texts) else { return matched };
    for name in cx.image.names() {
        let mut places = set.matches(name.as_bytes()).into_iter().peekable();
        if places.peek().is_none() || !sight.sees(name) {
            continue;
        }
        for place in places {
            matched[readable[place]].insert(name.to_owned());
        }
    }
    matched
}

/// Compiles one pattern as it stands: whether it can be read is not to depend on what we put
/// around it.
fn check(pattern: &str) -> Result<(), regex::Error> {
    let mut builder = RegexBuilder::new(&translate(pattern));
    builder.unicode(false).octal(true).size_limit(COMPILED_BYTES_MAX).build()?;
    compile(&[pattern]).map(drop)
}

/// Compiles patterns that match whole names. Names of topics are ASCII, so that bytes will do.
fn compile(patterns: &[&str]) -> Result<RegexSet, regex::Error> {
    let size = COMPILED_BYTES_MAX.saturating_mul(patterns.len().max(1));
    let patterns = patterns.iter().map(|pattern| format!(r"\A(?:{})\z", translate(pattern)));
    RegexSetBuilder::new(patterns).unicode(false).octal(true).size_limit(size).build()
}

/// Returns a pattern of RE2 in the words of our engine, which is of the same family: it has no
/// `\Q..\E`, and inside brackets it has more signs.
fn translate(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern.chars().peekable();
    // How far into brackets: the first `]` in them is a letter.
    let mut class: Option<usize> = None;
    while let Some(c) = rest.next() {
        match (c, class) {
            ('\\', _) => match rest.next() {
                Some('Q') => quote(&mut text, &mut rest),
                Some(c @ ('<' | '>')) => text.push(c),
                Some(c) => text.extend(['\\', c]),
                None => text.push('\\'),
            },
            ('[', None) => {
                text.push('[');
                if rest.next_if_eq(&'^').is_some() {
                    text.push('^');
                }
                class = Some(0);
            }
            ('[', Some(_)) if rest.peek() == Some(&':') => {
                // A class by name, `[:alpha:]`, up to its own bracket.
                text.push('[');
                for c in rest.by_ref() {
                    text.push(c);
                    if c == ']' {
                        break;
                    }
                }
                class = Some(1);
            }
            (']', Some(0)) => {
                text.push_str(r"\]");
                class = Some(1);
            }
            (']', Some(_)) => {
                text.push(']');
                class = None;
            }
            ('[' | '&' | '~', Some(_)) => {
                text.extend(['\\', c]);
                class = Some(1);
            }
            (c, Some(_)) => {
                text.push(c);
                class = Some(1);
            }
            (c, None) => text.push(c),
        }
    }
    text
}

/// Takes in what stands between `\Q` and `\E`, letter by letter.
fn quote(text: &mut String, rest: &mut std::iter::Peekable<std::str::Chars>) {
    let mut quoted = String::new();
    while let Some(c) = rest.next() {
        if c == '\\' && rest.next_if_eq(&'E').is_some() {
            break;
        }
        quoted.push(c);
    }
    text.push_str(&regex::escape(&quoted));
}

/// Says what is wrong with a pattern, in RE2's words where both know the mistake.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let known = [
        ("unclosed group", "missing closing )"),
        ("unopened group", "unexpected )"),
        ("unclosed character class", "missing closing ]"),
        ("repetition operator missing expression", "missing argument to repetition operator"),
        ("invalid character class range", "invalid character class range"),
        ("unrecognized escape sequence", "invalid escape sequence"),
        ("incomplete escape sequence", "trailing backslash at end of expression"),
        ("look-around", "invalid or unsupported Perl syntax"),
        ("backreferences are not supported", "invalid escape sequence"),
    ];
    let known = known.iter().find(|(ours, _)| text.contains(ours));
    match known {
        Some((_, kafkas)) => (*kafkas).to_owned(),
        None => {
            let last = text.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").trim_end_matches('.').to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names_as_in_re2() {
        let rows: &[(&str, &[&str], &[&str])] = &[
            ("a", &["a"], &["ab", "ba"]),
            ("a|bc", &["a", "bc"], &["abc"]),
            ("order.*", &["orders", "order"], &["my-orders"]),
            (r"\Qa.b\E.", &["a.bc"], &["axbc", "a.b"]),
            (r"[[.]", &["[", "."], &["x"]),
            ("[]a]", &["]", "a"], &["x"]),
            ("[a&&b]", &["a", "b", "&"], &["c"]),
            ("[[:alpha:]-]+", &["a-b"], &["a1"]),
            ("(?i)ABC", &["abc", "aBc"], &["ab"]),
            (r"\pL\d", &[], &["a1"]),
            (r"t\x2d\d{2}", &["t-12"], &["t-1"]),
        ];
        for (pattern, yes, no) in rows {
            let Ok(set) = check(pattern).and_then(|()| compile(&[pattern])) else {
                assert!(yes.is_empty(), "{pattern}");
                continue;
            };
            for name in *yes {
                assert!(set.is_match(name.as_bytes()), "{pattern} {name}");
            }
            for name in *no {
                assert!(!set.is_match(name.as_bytes()), "{pattern} {name}");
            }
        }
    }

    #[test]
    fn a_pattern_that_is_none_is_told_in_the_words_of_re2() {
        let rows = [
            ("(a", "missing closing )"),
            ("[a", "missing closing ]"),
            ("*", "missing argument to repetition operator"),
            (r"a\", "trailing backslash at end of expression"),
        ];
        for (pattern, why) in rows {
            assert_eq!(reason(&check(pattern).unwrap_err()), why, "{pattern}");
        }
        // A small pattern that would be a giant.
        assert!(check("((a{1000}){1000}){1000}").is_err());
        // What would become one only by what stands around it.
        assert!(check("a)(b").is_err());
    }
}
