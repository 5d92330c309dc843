//! Which quota counts for whom: the most special that there is.
//!
//! Source: `ClientQuotaManager.DefaultQuotaCallback`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Client;
use crate::broker::meta::state::access::QuotaEntity;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Produce,
    Fetch,
    Request,
    Mutation,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Kind::Produce => "producer_byte_rate",
            Kind::Fetch => "consumer_byte_rate",
            Kind::Request => "request_percentage",
            Kind::Mutation => "controller_mutation_rate",
        }
    }
}

/// Who shares one quota: a user, a client id, or a client id of a user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Whose {
    pub user: Option<String>,
    pub client_id: Option<String>,
}

type All = BTreeMap<QuotaEntity, BTreeMap<String, f64>>;

/// A name of an entity: of nobody in particular, or this one.
type Part<'a> = Option<Option<&'a str>>;

fn value(all: &All, user: Part, client_id: Part, key: &str) -> Option<f64> {
    let parts = [("user", user), ("client-id", client_id)];
    let parts = parts
        .into_iter()
        .filter_map(|(kind, name)| Some((kind.to_owned(), name?.map(str::to_owned))));
    all.get(&parts.collect::<QuotaEntity>())?.get(key).copied()
}

/// Finds the quota that counts for a client, and with whom it shares it.
pub(super) fn of(all: &All, kind: Kind, client: Client) -> Option<(f64, Whose)> {
    if all.is_empty() {
        return None;
    }
    let (user, id) = (Some(Some(client.user)), Some(Some(client.client_id)));
    let default = Some(None);
    let rows = [
        (user, id),
        (user, default),
        (user, None),
        (default, id),
        (default, default),
        (default, None),
        (None, id),
        (None, default),
    ];
    rows.into_iter().find_map(|(of_user, of_id)| {
        let bound = value(all, of_user, of_id, kind.key())?;
        let whose = Whose {
            user: of_user.map(|_| client.user.to_owned()),
            client_id: of_id.map(|_| client.client_id.to_owned()),
        };
        Some((bound, whose))
    })
}

/// Finds how many connections an address may make in a second. Quotas of hosts by name are kept
/// and do not count: names are not looked up here.
pub(super) fn of_address(all: &All, address: IpAddr) -> Option<f64> {
    let find = |name: Option<String>| {
        all.get(&QuotaEntity::from([("ip".to_owned(), name)]))?.get("connection_creation_rate")
    };
    find(Some(address.to_string())).or_else(|| find(None)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_special_quota_counts() {
        let rows = [
            (Some(Some("a")), Some(Some("x"))),
            (Some(Some("a")), Some(None)),
            (Some(Some("a")), None),
            (Some(None), Some(Some("x"))),
            (Some(None), Some(None)),
            (Some(None), None),
            (None, Some(Some("x"))),
            (None, Some(None)),
        ];
        let mut all = All::new();
        // From the most general to the most special, each new one counts.
        for (at, (user, id)) in rows.into_iter().enumerate().rev() {
            let parts = [("user", user), ("client-id", id)];
            let entity: QuotaEntity = parts
                .into_iter()
                .filter_map(|(kind, name)| Some((kind.to_owned(), name?.map(str::to_owned))))
                .collect();
            all.entry(entity).or_default().insert("producer_byte_rate".into(), at as f64);
            let client = Client { user: "a", client_id: "x" };
            let (bound, whose) = of(&all, Kind::Produce, client).unwrap();
            assert_eq!(bound, at as f64);
            assert_eq!(
                (whose.user.is_some(), whose.client_id.is_some()),
                (user.is_some(), id.is_some())
            );
            assert_eq!(of(&all, Kind::Fetch, client), None);
        }
        let other = Client { user: "b", client_id: "y" };
        assert_eq!(of(&all, Kind::Produce, other).unwrap().0, 4.0);
    }

    #[test]
    fn addresses() {
        let of =
            |name: Option<&str>| QuotaEntity::from([("ip".to_owned(), name.map(str::to_owned))]);
        let rate = |value: f64| BTreeMap::from([("connection_creation_rate".to_owned(), value)]);
        let all = All::from([(of(None), rate(5.0)), (of(Some("10.0.0.1")), rate(9.0))]);
        assert_eq!(of_address(&all, "10.0.0.1".parse().unwrap()), Some(9.0));
        assert_eq!(of_address(&all, "10.0.0.2".parse().unwrap()), Some(5.0));
        assert_eq!(of_address(&All::new(), "10.0.0.2".parse().unwrap()), None);
    }
}
