//! Older releases of Apache Kafka, that this broker can pass itself off as.
//!
//! The features are what brokers of these releases answered when they were asked: 2.8.2 with
//! ZooKeeper, 3.9.1 and 4.1.1 as one KRaft node, each in a new directory.

use std::fmt;

/// A release of Apache Kafka.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    V2_8,
    V3_9,
    V4_1,
}

/// A feature: its name, its level in a new cluster, and the lowest and highest supported.
pub type Feature = (&'static str, i16, i16, i16);

/// 4.3, the release that this broker is.
const CURRENT: &[Feature] = &[
    ("metadata.version", 30, 7, 30),
    ("eligible.leader.replicas.version", 1, 0, 1),
    ("group.version", 1, 0, 1),
    ("kraft.version", 0, 0, 1),
    ("share.version", 1, 0, 1),
    ("streams.version", 1, 0, 1),
    ("transaction.version", 2, 0, 2),
];

/// 2.8 had no features, and no metadata log: the lowest level stands in that knows the SCRAM users
/// and the delegation tokens which ZooKeeper kept.
const V2_8: &[Feature] = &[("metadata.version", 14, 7, 14)];

/// The lowest level of 3.9 itself was 1; before 7 the metadata log was another.
const V3_9: &[Feature] = &[("metadata.version", 21, 7, 21), ("kraft.version", 0, 0, 1)];

const V4_1: &[Feature] = &[
    ("metadata.version", 27, 7, 27),
    ("eligible.leader.replicas.version", 1, 0, 1),
    ("group.version", 1, 0, 1),
    ("kraft.version", 0, 0, 1),
    ("share.version", 0, 0, 1),
    ("transaction.version", 2, 0, 2),
];

impl Release {
    pub const ALL: [Release; 3] = [Release::V2_8, Release::V3_9, Release::V4_1];

    /// Returns the release of this name: `3.9`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|release| release.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Release::V2_8 => "2.8",
            Release::V3_9 => "3.9",
            Release::V4_1 => "4.1",
        }
    }

    /// Says whether the release tells of features at all.
    pub fn has_features(self) -> bool {
        self != Release::V2_8
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns the features of a release, or of the one that this broker is.
pub fn features(release: Option<Release>) -> &'static [Feature] {
    match release {
        None => CURRENT,
        Some(Release::V2_8) => V2_8,
        Some(Release::V3_9) => V3_9,
        Some(Release::V4_1) => V4_1,
    }
}
