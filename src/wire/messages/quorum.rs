//! Control records of the metadata log and of its snapshots (KIP-595, KIP-630, KIP-853).

use crate::base::ids::Uuid;
use crate::wire::schema::message;

message! {
    /// A new leader of the quorum.
    LeaderChangeMessage: Data -1 [0 - 1] flexible [0+];
    LeaderChangeMessage {
        version: i16 [0+];
        leader_id: i32 [0+];
        voters: Vec<Voter> [0+];
        granting_voters: Vec<Voter> [0+];
    }
    Voter {
        voter_id: i32 [0+];
        voter_directory_id: Uuid [1+];
    }
}

message! {
    /// The first record of a snapshot.
    SnapshotHeaderRecord: Data -1 [0] flexible [0+];
    SnapshotHeaderRecord {
        version: i16 [0+];
        last_contained_log_timestamp: i64 [0+];
    }
}

message! {
    /// The last record of a snapshot.
    SnapshotFooterRecord: Data -1 [0] flexible [0+];
    SnapshotFooterRecord {
        version: i16 [0+];
    }
}

message! {
    /// The version of the quorum's own protocol.
    KRaftVersionRecord: Data -1 [0] flexible [0+];
    KRaftVersionRecord {
        version: i16 [0+];
        k_raft_version: i16 [0+];
    }
}

message! {
    /// The voters of the quorum.
    VotersRecord: Data -1 [0] flexible [0+];
    VotersRecord {
        version: i16 [0+];
        voters: Vec<VotersRecordVoter> [0+];
    }
    VotersRecordVoter {
        voter_id: i32 [0+];
        voter_directory_id: Uuid [0+];
        endpoints: Vec<Endpoint> [0+];
        k_raft_version_feature: KRaftVersionFeature [0+];
    }
    Endpoint {
        name: String [0+];
        host: String [0+];
        port: u16 [0+];
    }
    KRaftVersionFeature {
        min_supported_version: i16 [0+];
        max_supported_version: i16 [0+];
    }
}
