//! Access control lists as data: kinds of resources, operations, one entry, and filters.
//!
//! Sources: `org.apache.kafka.common.acl`, `org.apache.kafka.common.resource`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::base::ids::Uuid;
use crate::wire::messages::metadata_log::AccessControlEntryRecord;

/// Declares an enum whose variants have Kafka's codes and names.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $code:literal $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($variant = $code,)* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// Returns what Kafka's code means, if that is a thing and not a question for many.
            pub fn of(code: i8) -> Option<Self> {
                match code {
                    $($code => Some($name::$variant),)*
                    _ => None,
                }
            }

            pub fn code(self) -> i8 {
                self as i8
            }

            /// Returns Kafka's name.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }
    };
}

codes! {
    /// What an ACL is about.
    ResourceType {
        Topic = 2 "TOPIC",
        Group = 3 "GROUP",
        Cluster = 4 "CLUSTER",
        TransactionalId = 5 "TRANSACTIONAL_ID",
        DelegationToken = 6 "DELEGATION_TOKEN",
        User = 7 "USER",
    }
}

codes! {
    /// How an ACL's name is to be read.
    PatternType {
        Literal = 3 "LITERAL",
        Prefixed = 4 "PREFIXED",
    }
}

codes! {
    /// What somebody may or may not do.
    Operation {
        All = 2 "ALL",
        Read = 3 "READ",
        Write = 4 "WRITE",
        Create = 5 "CREATE",
        Delete = 6 "DELETE",
        Alter = 7 "ALTER",
        Describe = 8 "DESCRIBE",
        ClusterAction = 9 "CLUSTER_ACTION",
        DescribeConfigs = 10 "DESCRIBE_CONFIGS",
        AlterConfigs = 11 "ALTER_CONFIGS",
        IdempotentWrite = 12 "IDEMPOTENT_WRITE",
        CreateTokens = 13 "CREATE_TOKENS",
        DescribeTokens = 14 "DESCRIBE_TOKENS",
        TwoPhaseCommit = 15 "TWO_PHASE_COMMIT",
    }
}

codes! {
    /// Whether an ACL allows or forbids.
    Permission {
        Deny = 2 "DENY",
        Allow = 3 "ALLOW",
    }
}

/// In filters: any.
pub const ANY: i8 = 1;
/// In a filter's pattern type: whatever would apply to the name.
pub const MATCH: i8 = 2;
/// The name of the one resource of type [`ResourceType::Cluster`].
pub const CLUSTER_NAME: &str = "kafka-cluster";
/// A name or a host that stands for all of them.
pub const WILDCARD: &str = "*";

/// One entry (`org.apache.kafka.metadata.authorizer.StandardAcl`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Acl {
    pub resource_type: ResourceType,
    pub name: String,
    pub pattern: PatternType,
    /// `User:alice`.
    pub principal: String,
    pub host: String,
    pub operation: Operation,
    pub permission: Permission,
}

impl Acl {
    /// Reads a record; none where it holds a code that Kafka 4.3 does not know.
    pub fn of(record: &AccessControlEntryRecord) -> Option<Acl> {
        Some(Acl {
            resource_type: ResourceType::of(record.resource_type)?,
            name: record.resource_name.clone(),
            pattern: PatternType::of(record.pattern_type)?,
            principal: record.principal.clone(),
            host: record.host.clone(),
            operation: Operation::of(record.operation)?,
            permission: Permission::of(record.permission_type)?,
        })
    }

    /// Returns the record that makes the entry.
    pub fn record(&self, id: Uuid) -> AccessControlEntryRecord {
        AccessControlEntryRecord {
            id,
            resource_type: self.resource_type.code(),
            resource_name: self.name.clone(),
            pattern_type: self.pattern.code(),
            principal: self.principal.clone(),
            host: self.host.clone(),
            operation: self.operation.code(),
            permission_type: self.permission.code(),
        }
    }
}

/// Which entries are meant (`AclBindingFilter`): none stands for any.
#[derive(Clone, Debug)]
pub struct AclFilter<'a> {
    pub resource_type: i8,
    pub name: Option<&'a str>,
    pub pattern: i8,
    pub principal: Option<&'a str>,
    pub host: Option<&'a str>,
    pub operation: i8,
    pub permission: i8,
}

impl AclFilter<'_> {
    /// Says whether the resource half holds a code that Kafka does not know.
    pub fn has_unknown_resource(&self) -> bool {
        let known_type =
            self.resource_type == ANY || ResourceType::of(self.resource_type).is_some();
        let known_pattern =
            matches!(self.pattern, ANY | MATCH) || PatternType::of(self.pattern).is_some();
        !known_type || !known_pattern
    }

    /// Says whether the other half holds one.
    pub fn has_unknown_entry(&self) -> bool {
        let known_operation = self.operation == ANY || Operation::of(self.operation).is_some();
        let known_permission = self.permission == ANY || Permission::of(self.permission).is_some();
        !known_operation || !known_permission
    }

    pub fn matches(&self, acl: &Acl) -> bool {
        let is = |wanted: i8, code: i8| wanted == ANY || wanted == code;
        is(self.resource_type, acl.resource_type.code())
            && (self.pattern == MATCH || is(self.pattern, acl.pattern.code()))
            && self.name.is_none_or(|name| self.matches_name(name, acl))
            && self.principal.is_none_or(|principal| principal == acl.principal)
            && self.host.is_none_or(|host| host == acl.host)
            && is(self.operation, acl.operation.code())
            && is(self.permission, acl.permission.code())
    }

    fn matches_name(&self, name: &str, acl: &Acl) -> bool {
        match (self.pattern, acl.pattern) {
            (MATCH, PatternType::Literal) => name == acl.name || acl.name == WILDCARD,
            (MATCH, PatternType::Prefixed) => name.starts_with(&acl.name),
            _ => name == acl.name,
        }
    }
}

type ByName = BTreeMap<String, Vec<Arc<Acl>>>;

/// All entries, found by id and by what they are about.
#[derive(Clone, Debug, Default)]
pub struct Acls {
    by_id: BTreeMap<Uuid, Arc<Acl>>,
    ids: HashMap<Arc<Acl>, Uuid>,
    literal: BTreeMap<ResourceType, ByName>,
    prefixed: BTreeMap<ResourceType, ByName>,
}

/// The entries by their ids are all there is; the rest follows from them, in the order in which
/// they came.
impl PartialEq for Acls {
    fn eq(&self, other: &Self) -> bool {
        self.by_id == other.by_id
    }
}

impl Acls {
    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Adds an entry; one with the same id is replaced.
    pub(super) fn add(&mut self, id: Uuid, acl: Acl) {
        self.remove(id);
        let acl = Arc::new(acl);
        self.by_id.insert(id, Arc::clone(&acl));
        self.ids.insert(Arc::clone(&acl), id);
        let same = self.names(acl.pattern).entry(acl.resource_type).or_default();
        same.entry(acl.name.clone()).or_default().push(acl);
    }

    #[cfg(test)]
    pub(in crate::broker) fn add_for_test(&mut self, id: Uuid, acl: Acl) {
        self.add(id, acl);
    }

    /// Removes an entry: no, where there is none of this id.
    pub(super) fn remove(&mut self, id: Uuid) -> bool {
        let Some(acl) = self.by_id.remove(&id) else { return false };
        self.ids.remove(&acl);
        let kinds = self.names(acl.pattern);
        if let Some(names) = kinds.get_mut(&acl.resource_type) {
            if let Some(same) = names.get_mut(&acl.name) {
                same.retain(|other| *other != acl);
                if same.is_empty() {
                    names.remove(&acl.name);
                }
            }
            if names.is_empty() {
                kinds.remove(&acl.resource_type);
            }
        }
        true
    }

    fn names(&mut self, pattern: PatternType) -> &mut BTreeMap<ResourceType, ByName> {
        match pattern {
            PatternType::Literal => &mut self.literal,
            PatternType::Prefixed => &mut self.prefixed,
        }
    }

    /// Says whether there is this very entry.
    pub fn contains(&self, acl: &Acl) -> bool {
        self.ids.contains_key(acl)
    }

    /// Returns all entries with their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Uuid, &Acl)> {
        self.by_id.iter().map(|(id, acl)| (*id, &**acl))
    }

    /// Returns the entries that are about a resource: by its name, by a prefix of it, or by `*`.
    pub fn about<'a>(&'a self, kind: ResourceType, name: &'a str) -> impl Iterator<Item = &'a Acl> {
        let literal = self.literal.get(&kind);
        let exact = literal.and_then(|names| names.get(name));
        // A resource that is called `*` has its entries named once.
        let every = literal.filter(|_| name != WILDCARD).and_then(|names| names.get(WILDCARD));
        let prefixed = self.prefixed.get(&kind).into_iter().flat_map(move |names| {
            let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
            ends.filter_map(move |end| names.get(&name[..end]))
        });
        exact.into_iter().chain(every).chain(prefixed).flatten().map(|acl| &**acl)
    }

    /// Returns the entries about a kind of resource.
    pub fn about_any(&self, kind: ResourceType) -> impl Iterator<Item = &Acl> {
        let both = [self.literal.get(&kind), self.prefixed.get(&kind)];
        both.into_iter().flatten().flat_map(BTreeMap::values).flatten().map(|acl| &**acl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acl(pattern: PatternType, name: &str) -> Acl {
        Acl {
            resource_type: ResourceType::Topic,
            name: name.into(),
            pattern,
            principal: "User:a".into(),
            host: "*".into(),
            operation: Operation::Read,
            permission: Permission::Allow,
        }
    }

    #[test]
    fn entries_are_found_by_name_prefix_and_wildcard() {
        let mut acls = Acls::default();
        let all = [
            acl(PatternType::Literal, "foo"),
            acl(PatternType::Literal, "*"),
            acl(PatternType::Prefixed, "f"),
            acl(PatternType::Prefixed, "foo"),
            acl(PatternType::Prefixed, "foob"),
            acl(PatternType::Literal, "bar"),
        ];
        for (id, acl) in (1u8..).zip(&all) {
            acls.add(Uuid([id; 16]), acl.clone());
        }
        let found = |acls: &Acls, name: &str| {
            let found = acls.about(ResourceType::Topic, name);
            found.map(|acl| format!("{}{}", acl.pattern.code(), acl.name)).collect::<Vec<_>>()
        };
        assert_eq!(found(&acls, "foo"), ["3foo", "3*", "4f", "4foo"]);
        assert_eq!(found(&acls, "foobar"), ["3*", "4f", "4foo", "4foob"]);
        assert_eq!(found(&acls, "*"), ["3*"]);
        assert_eq!(acls.about(ResourceType::Group, "foo").count(), 0);
        assert!(acls.contains(&all[3]) && acls.remove(Uuid([4; 16])));
        assert!(!acls.contains(&all[3]) && !acls.remove(Uuid([4; 16])));
        assert_eq!(found(&acls, "foo"), ["3foo", "3*", "4f"]);
    }

    #[test]
    fn filters_match_as_kafkas_do() {
        let filter = |pattern, name| AclFilter {
            resource_type: ANY,
            name,
            pattern,
            principal: None,
            host: None,
            operation: ANY,
            permission: ANY,
        };
        let (literal, prefixed) = (PatternType::Literal, PatternType::Prefixed);
        let rows = [
            (ANY, Some("foo"), acl(literal, "foo"), true),
            (ANY, Some("foobar"), acl(prefixed, "foo"), false),
            (MATCH, Some("foobar"), acl(prefixed, "foo"), true),
            (MATCH, Some("foobar"), acl(literal, "*"), true),
            (MATCH, Some("foobar"), acl(literal, "foo"), false),
            (MATCH, None, acl(literal, "foo"), true),
            (3, Some("foo"), acl(prefixed, "foo"), false),
            (4, Some("foo"), acl(prefixed, "foo"), true),
        ];
        for (pattern, name, acl, want) in rows {
            assert_eq!(filter(pattern, name).matches(&acl), want, "{pattern} {name:?} {acl:?}");
        }
        assert!(filter(0, None).has_unknown_resource() && !filter(2, None).has_unknown_resource());
    }
}
