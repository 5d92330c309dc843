//! What older releases offered: every API key with its first and last version.
//!
//! As brokers of these releases answered to ApiVersions: 2.8.2 with ZooKeeper, 3.9.1 and 4.1.1 as
//! one KRaft node. Of it this broker offers what it serves itself: nothing that Kafka 4 has
//! removed (KIP-896), and nothing that only brokers asked each other (4 to 7 and 56 of 2.8).

use super::{APIS, Api};
use crate::broker::config::Release;

/// Key, first version, last version.
type Offer = (i16, i16, i16);

#[rustfmt::skip]
const V2_8: &[Offer] = &[
    (0, 0, 9), (1, 0, 12), (2, 0, 6), (3, 0, 11), (4, 0, 5), (5, 0, 3), (6, 0, 7), (7, 0, 3),
    (8, 0, 8), (9, 0, 7), (10, 0, 3), (11, 0, 7), (12, 0, 4), (13, 0, 4), (14, 0, 5), (15, 0, 5),
    (16, 0, 4), (17, 0, 1), (18, 0, 3), (19, 0, 7), (20, 0, 6), (21, 0, 2), (22, 0, 4),
    (23, 0, 4), (24, 0, 3), (25, 0, 3), (26, 0, 3), (27, 0, 1), (28, 0, 3), (29, 0, 2),
    (30, 0, 2), (31, 0, 2), (32, 0, 4), (33, 0, 2), (34, 0, 2), (35, 0, 2), (36, 0, 2),
    (37, 0, 3), (38, 0, 2), (39, 0, 2), (40, 0, 2), (41, 0, 2), (42, 0, 2), (43, 0, 2),
    (44, 0, 1), (45, 0, 0), (46, 0, 0), (47, 0, 0), (48, 0, 1), (49, 0, 1), (50, 0, 0),
    (51, 0, 0), (56, 0, 0), (57, 0, 0), (60, 0, 0), (61, 0, 0),
];

#[rustfmt::skip]
const V3_9: &[Offer] = &[
    (0, 0, 11), (1, 0, 17), (2, 0, 9), (3, 0, 12), (8, 0, 9), (9, 0, 9), (10, 0, 6), (11, 0, 9),
    (12, 0, 4), (13, 0, 5), (14, 0, 5), (15, 0, 5), (16, 0, 5), (17, 0, 1), (18, 0, 4),
    (19, 0, 7), (20, 0, 6), (21, 0, 2), (22, 0, 5), (23, 0, 4), (24, 0, 5), (25, 0, 4),
    (26, 0, 4), (27, 0, 1), (28, 0, 4), (29, 0, 3), (30, 0, 3), (31, 0, 3), (32, 0, 4),
    (33, 0, 2), (34, 0, 2), (35, 0, 4), (36, 0, 2), (37, 0, 3), (38, 0, 3), (39, 0, 2),
    (40, 0, 2), (41, 0, 3), (42, 0, 2), (43, 0, 2), (44, 0, 1), (45, 0, 0), (46, 0, 0),
    (47, 0, 0), (48, 0, 1), (49, 0, 1), (50, 0, 0), (51, 0, 0), (55, 0, 2), (57, 0, 1),
    (60, 0, 1), (61, 0, 0), (64, 0, 0), (65, 0, 0), (66, 0, 1), (68, 0, 0), (69, 0, 0),
    (74, 0, 0), (75, 0, 0), (80, 0, 0), (81, 0, 0),
];

#[rustfmt::skip]
const V4_1: &[Offer] = &[
    (0, 0, 13), (1, 4, 18), (2, 1, 10), (3, 0, 13), (8, 2, 9), (9, 1, 9), (10, 0, 6), (11, 0, 9),
    (12, 0, 4), (13, 0, 5), (14, 0, 5), (15, 0, 6), (16, 0, 5), (17, 0, 1), (18, 0, 4),
    (19, 2, 7), (20, 1, 6), (21, 0, 2), (22, 0, 5), (23, 2, 4), (24, 0, 5), (25, 0, 4),
    (26, 0, 5), (27, 1, 1), (28, 0, 5), (29, 1, 3), (30, 1, 3), (31, 1, 3), (32, 1, 4),
    (33, 0, 2), (34, 1, 2), (35, 1, 4), (36, 0, 2), (37, 0, 3), (38, 1, 3), (39, 1, 2),
    (40, 1, 2), (41, 1, 3), (42, 0, 2), (43, 0, 2), (44, 0, 1), (45, 0, 1), (46, 0, 0),
    (47, 0, 0), (48, 0, 1), (49, 0, 1), (50, 0, 0), (51, 0, 0), (55, 0, 2), (57, 0, 2),
    (60, 0, 2), (61, 0, 0), (64, 0, 0), (65, 0, 0), (66, 0, 2), (68, 0, 1), (69, 0, 1),
    (74, 0, 1), (75, 0, 0), (76, 1, 1), (77, 1, 1), (78, 1, 1), (79, 1, 1), (80, 0, 0),
    (81, 0, 0), (83, 0, 0), (84, 0, 0), (85, 0, 0), (86, 0, 0), (87, 0, 0), (90, 0, 0),
    (91, 0, 0), (92, 0, 0),
];

/// Returns the APIs that a broker of this release offers, of those that are served.
pub(super) fn offered(release: Option<Release>) -> impl Iterator<Item = Api> {
    APIS.iter().filter_map(move |api| within(*api, release))
}

/// Says whether a version of an API is offered.
pub(super) fn offers(release: Option<Release>, key: i16, version: i16) -> bool {
    let api = APIS.iter().find(|api| api.key == key);
    let api = api.and_then(|api| within(*api, release));
    api.is_some_and(|api| api.served.contains(version))
}

fn within(mut api: Api, release: Option<Release>) -> Option<Api> {
    let table = match release {
        None => return Some(api),
        Some(Release::V2_8) => V2_8,
        Some(Release::V3_9) => V3_9,
        Some(Release::V4_1) => V4_1,
    };
    let (_, first, last) = table.iter().find(|offer| offer.0 == api.key)?;
    api.served.first = api.served.first.max(*first);
    api.served.last = api.served.last.min(*last);
    api.advertised_from = api.advertised_from.max(*first);
    (api.served.first <= api.served.last).then_some(api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_release_offers_less() {
        let count = |release| offered(release).count();
        assert!(count(Some(Release::V2_8)) < count(Some(Release::V3_9)));
        assert!(count(Some(Release::V3_9)) < count(Some(Release::V4_1)));
        assert!(count(Some(Release::V4_1)) <= count(None));
        for release in Release::ALL {
            for api in offered(Some(release)) {
                assert!(api.served.first <= api.served.last, "{release}: {api:?}");
            }
        }
        // Topic ids came to Fetch with version 13, and DescribeQuorum with KRaft.
        assert!(offers(Some(Release::V2_8), 1, 12) && !offers(Some(Release::V2_8), 1, 13));
        assert!(offers(Some(Release::V3_9), 55, 0) && !offers(Some(Release::V2_8), 55, 0));
        assert!(offers(None, 1, 18) && !offers(Some(Release::V3_9), 1, 18));
    }
}
