//! Decisions by ACLs, as Kafka's `StandardAuthorizer` makes them: super users may do all, a
//! denial counts more than any permission, and what no entry is about is denied unless
//! `allow.everyone.if.no.acl.found`.

use std::collections::{BTreeSet, HashSet};

use crate::broker::meta::acl::{
    Acl, Acls, Operation, PatternType, Permission, ResourceType, WILDCARD,
};

/// Stands for any principal.
const EVERYBODY: &str = "User:*";

/// The rules that are configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorizer {
    super_users: HashSet<String>,
    allows_without_acl: bool,
}

/// Who wants to do something, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// `User:alice`.
    pub principal: &'a str,
    /// The address, as text.
    pub host: &'a str,
}

impl Asker<'_> {
    fn is_meant_by(&self, acl: &Acl) -> bool {
        let who = acl.principal == self.principal || acl.principal == EVERYBODY;
        who && (acl.host == WILDCARD || acl.host == self.host)
    }
}

impl Authorizer {
    /// Reads `super.users` (`User:a;User:b`).
    pub fn new(super_users: &str, allows_without_acl: bool) -> Self {
        let names = super_users.split(';').map(str::trim).filter(|name| !name.is_empty());
        Authorizer { super_users: names.map(str::to_owned).collect(), allows_without_acl }
    }

    /// Says whether an operation on a resource is allowed.
    pub fn allows(
        &self,
        acls: &Acls,
        asker: Asker,
        operation: Operation,
        kind: ResourceType,
        name: &str,
    ) -> bool {
        if self.super_users.contains(asker.principal) {
            return true;
        }
        let mut met = false;
        let mut allowed = false;
        for acl in acls.about(kind, name) {
            met = true;
            if !asker.is_meant_by(acl) {
                continue;
            }
            match acl.permission {
                Permission::Deny if denies(acl.operation, operation) => return false,
                Permission::Allow => allowed |= allows(acl.operation, operation),
                Permission::Deny => {}
            }
        }
        if met { allowed } else { self.allows_without_acl }
    }

    /// Says whether an operation is allowed on any resource of a kind
    /// (`Authorizer.authorizeByResourceType`).
    pub fn allows_any(
        &self,
        acls: &Acls,
        asker: Asker,
        operation: Operation,
        kind: ResourceType,
    ) -> bool {
        // Some name stands for those that no entry is about: Kafka takes this one.
        if self.allows(acls, asker, operation, kind, "hardcode") {
            return true;
        }
        let mut denied: [BTreeSet<&str>; 2] = Default::default();
        let mut allowed: Vec<(PatternType, &str)> = Vec::new();
        let meant = acls
            .about_any(kind)
            .filter(|acl| asker.is_meant_by(acl) && denies(acl.operation, operation));
        for acl in meant {
            let is_wildcard = acl.pattern == PatternType::Literal && acl.name == WILDCARD;
            match acl.permission {
                Permission::Deny if is_wildcard => return false,
                Permission::Deny => {
                    denied[usize::from(acl.pattern == PatternType::Prefixed)].insert(&acl.name);
                }
                Permission::Allow => allowed.push((acl.pattern, &acl.name)),
            }
        }
        let [literal, prefixed] = denied;
        let dominated = |name: &str| {
            let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
            ends.into_iter().any(|end| prefixed.contains(&name[..end]))
        };
        allowed.into_iter().any(|(pattern, name)| {
            let is_literal = pattern == PatternType::Literal;
            let outweighed = is_literal && literal.contains(name) || dominated(name);
            is_literal && name == WILDCARD || !outweighed
        })
    }
}

/// Says whether an entry about one operation forbids another.
fn denies(entry: Operation, asked: Operation) -> bool {
    entry == Operation::All || entry == asked
}

/// Says whether an entry about one operation allows another: who may read may also look.
fn allows(entry: Operation, asked: Operation) -> bool {
    use Operation::{Alter, AlterConfigs, Delete, Describe, DescribeConfigs, Read, Write};
    denies(entry, asked)
        || match asked {
            Describe => matches!(entry, Read | Write | Delete | Alter),
            DescribeConfigs => entry == AlterConfigs,
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::Uuid;

    fn acls(rows: &[(&str, PatternType, &str, &str, Operation, Permission)]) -> Acls {
        let mut acls = Acls::default();
        for (id, row) in (0u8..).zip(rows) {
            let acl = Acl {
                resource_type: ResourceType::Topic,
                name: row.0.into(),
                pattern: row.1,
                principal: row.2.into(),
                host: row.3.into(),
                operation: row.4,
                permission: row.5,
            };
            acls.add_for_test(Uuid([id; 16]), acl);
        }
        acls
    }

    #[test]
    fn decisions() {
        use Operation::{All, Describe, Read, Write};
        use PatternType::{Literal, Prefixed};
        use Permission::{Allow, Deny};
        let acls = acls(&[
            ("foo", Literal, "User:a", "*", Read, Allow),
            ("fo", Prefixed, "User:b", "1.1.1.1", All, Allow),
            ("*", Literal, "User:*", "*", Write, Deny),
            ("foo-x", Literal, "User:*", "*", Read, Deny),
        ]);
        let strict = Authorizer::new("User:root;User:CN=x,O=y", false);
        let open = Authorizer::new("", true);
        let ask = |rules: &Authorizer, who: &str, host: &str, operation, name: &str| {
            let asker = Asker { principal: who, host };
            rules.allows(&acls, asker, operation, ResourceType::Topic, name)
        };
        let rows = [
            ("User:a", "9.9.9.9", Read, "foo", true),
            ("User:a", "9.9.9.9", Describe, "foo", true),
            ("User:a", "9.9.9.9", Write, "foo", false),
            ("User:a", "9.9.9.9", Read, "fooo", false),
            ("User:b", "1.1.1.1", Read, "fooo", true),
            ("User:b", "1.1.1.1", Write, "fooo", false),
            ("User:b", "1.1.1.2", Read, "fooo", false),
            ("User:b", "1.1.1.1", Read, "foo-x", false),
            ("User:root", "1.1.1.1", Write, "foo-x", true),
            ("User:CN=x,O=y", "1.1.1.1", Write, "foo-x", true),
            ("User:c", "1.1.1.1", Read, "bar", false),
        ];
        for (who, host, operation, name, want) in rows {
            assert_eq!(
                ask(&strict, who, host, operation, name),
                want,
                "{who} {operation:?} {name}"
            );
        }
        // An entry about all topics is about every topic.
        assert!(!ask(&open, "User:c", "1.1.1.1", Read, "bar"));
        let asker = Asker { principal: "User:c", host: "1" };
        assert!(open.allows(&acls, asker, Read, ResourceType::Group, "g"));
        assert!(!strict.allows_any(&acls, asker, Read, ResourceType::Topic));
        let asker = Asker { principal: "User:a", host: "1" };
        assert!(strict.allows_any(&acls, asker, Read, ResourceType::Topic));
        assert!(!strict.allows_any(&acls, asker, Write, ResourceType::Topic));
    }
}
