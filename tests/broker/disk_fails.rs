//! A disk that fails is told to the client, costs nothing that was acknowledged, and is forgotten
//! once it works again.

use std::io::ErrorKind;
use std::sync::Arc;

use rk::broker::disk::memory::{Fault, MemoryDisk, Tail};
use rk::wire::messages as m;
use rk::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use rk::wire::messages::incremental_alter_configs as inc;
use rk::wire::messages::metadata::{MetadataRequest, MetadataRequestTopic};
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};

use super::fetching::{batch, client_with_topic, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::wait::until;
use crate::kit::wire::Client;

const STORAGE_ERROR: i16 = 56;
const TOPIC_ALREADY_EXISTS: i16 = 36;

fn broker(disk: &MemoryDisk) -> TestBroker {
    TestBroker::on_disk(Arc::new(disk.clone()), tempfile::tempdir().unwrap(), &[])
}

/// Creates a topic, and returns the error's code.
pub(super) fn create(client: &mut Client, name: &str, num_partitions: i32) -> i16 {
    let topic = CreatableTopic {
        name: name.into(),
        num_partitions,
        replication_factor: 1,
        ..Default::default()
    };
    let request = CreateTopicsRequest { topics: vec![topic], ..Default::default() };
    client.call(7, &request).topics[0].error_code
}

#[test]
fn an_append_that_fails_leaves_the_log_as_it_was() {
    let disk = MemoryDisk::new();
    let broker = broker(&disk);
    let mut client = client_with_topic(&broker, "t");
    assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0);
    for fault in [Fault::NoSpace, Fault::Device] {
        disk.fail_at(disk.steps(), fault);
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), STORAGE_ERROR);
    }
    let answer = client.call(9, &produce("t", 0, batch(1, 10)));
    let told = &answer.responses[0].partition_responses[0];
    assert_eq!((told.error_code, told.base_offset), (0, 1));
}

#[test]
fn a_topic_whose_logs_could_not_be_made_gets_them_later() {
    // How many steps it takes is found out by failing at each of them.
    let (mut failed, mut unsynced) = (0, 0);
    for step in 0..60 {
        let disk = MemoryDisk::new();
        let broker = broker(&disk);
        let mut client = Client::connect(broker.address());
        let at = disk.steps() + step;
        disk.fail_at(at, Fault::NoSpace);
        match create(&mut client, "t", 3) {
            0 => {}
            STORAGE_ERROR => failed += 1,
            other => panic!("step {step}: {other}"),
        }
        let wanted = MetadataRequestTopic { name: Some("t".into()), ..Default::default() };
        let ask = MetadataRequest {
            topics: Some(vec![wanted]),
            allow_auto_topic_creation: false,
            ..Default::default()
        };
        let (mut broker, mut client) = (broker, client);
        if client.call(9, &ask).topics[0].error_code != 0 {
            // Nothing of it was written down: it can be made again. Where the metadata log could
            // not be synced nobody knows what the disk has, and it takes no more until a restart.
            match create(&mut client, "t", 3) {
                0 => {}
                STORAGE_ERROR => {
                    unsynced += 1;
                    disk.fail_at(u64::MAX, Fault::NoSpace);
                    let dir = broker.abandon();
                    broker = TestBroker::on_disk(Arc::new(disk.clone()), dir, &[]);
                    client = Client::connect(broker.address());
                    // What it took is there, or is not.
                    assert!([0, TOPIC_ALREADY_EXISTS].contains(&create(&mut client, "t", 3)));
                }
                other => panic!("step {step}, once more: {other}"),
            }
        }
        for partition in 0..3 {
            let mut send = || code(&client.call(9, &produce("t", partition, batch(1, 10))));
            let sent = match send() {
                // The fault waited until now.
                STORAGE_ERROR => send(),
                sent => sent,
            };
            assert_eq!(sent, 0, "step {step}, partition {partition}");
        }
        assert_eq!(code(&client.call(9, &produce("t", 3, batch(1, 10)))), 3);
        if disk.steps() <= at {
            // All of it takes fewer steps.
            disk.fail_at(u64::MAX, Fault::NoSpace);
            break;
        }
    }
    assert!(failed > 5 && unsynced < 5, "{failed} {unsynced}");
}

fn commit(client: &mut Client, offset: i64) -> i16 {
    let partition = OffsetCommitRequestPartition { committed_offset: offset, ..Default::default() };
    let topic = OffsetCommitRequestTopic {
        name: "t".into(),
        partitions: vec![partition],
        ..Default::default()
    };
    let ask = OffsetCommitRequest {
        group_id: "g".into(),
        generation_id_or_member_epoch: -1,
        topics: vec![topic],
        ..Default::default()
    };
    client.call(7, &ask).topics[0].partitions[0].error_code
}

fn retain(client: &mut Client, retention_ms: &str) -> i16 {
    use inc::{AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest};
    let ask = IncrementalAlterConfigsRequest {
        resources: vec![AlterConfigsResource {
            resource_type: 2,
            resource_name: "t".into(),
            configs: vec![AlterableConfig {
                name: "retention.ms".into(),
                config_operation: 0,
                value: Some(retention_ms.into()),
            }],
        }],
        ..Default::default()
    };
    client.call(1, &ask).responses[0].error_code
}

fn retained(client: &mut Client) -> Option<String> {
    use m::describe_configs::{DescribeConfigsRequest, DescribeConfigsResource};
    let ask = DescribeConfigsRequest {
        resources: vec![DescribeConfigsResource {
            resource_type: 2,
            resource_name: "t".into(),
            configuration_keys: Some(vec!["retention.ms".into()]),
        }],
        ..Default::default()
    };
    client.call(4, &ask).results[0].configs.first()?.value.clone()
}

/// Returns the offset of the first record that is not there yet.
fn end(client: &mut Client) -> i64 {
    use m::list_offsets as list;
    let ask = list::ListOffsetsRequest {
        replica_id: -1,
        topics: vec![list::ListOffsetsTopic {
            name: "t".into(),
            partitions: vec![list::ListOffsetsPartition { timestamp: -1, ..Default::default() }],
        }],
        ..Default::default()
    };
    client.call(7, &ask).topics[0].partitions[0].offset
}

#[test]
fn a_directory_that_may_not_be_written_to_for_a_while_loses_nothing_and_goes_on() {
    let few = [("offsets.topic.num.partitions", "1")];
    for kind in [ErrorKind::ReadOnlyFilesystem, ErrorKind::PermissionDenied] {
        let disk = MemoryDisk::new();
        let dir = tempfile::tempdir().unwrap();
        let broker = TestBroker::on_disk(Arc::new(disk.clone()), dir, &few);
        let mut client = client_with_topic(&broker, "t");
        until("the coordinator", || (commit(&mut client, 1) == 0).then_some(()));
        let mut sent = 0;
        for round in 1..=3 {
            let mut send = |client: &mut Client| {
                let error = code(&client.call(9, &produce("t", 0, batch(1, 10))));
                sent += i64::from(error == 0);
                error
            };
            let name = format!("made-{round}");
            disk.refuse(Some(kind));
            for _ in 0..3 {
                assert_eq!(send(&mut client), STORAGE_ERROR, "{kind}");
                assert_eq!(create(&mut client, &name, 1), STORAGE_ERROR, "{kind}");
                assert_eq!(retain(&mut client, "1000000"), STORAGE_ERROR, "{kind}");
                assert_ne!(commit(&mut client, 50), 0, "{kind}");
            }
            disk.refuse(None);
            for _ in 0..3 {
                assert_eq!(send(&mut client), 0, "{kind}");
            }
            assert_eq!(create(&mut client, &name, 1), 0, "{kind}");
            assert_eq!(code(&client.call(9, &produce(&name, 0, batch(1, 10)))), 0, "{kind}");
            assert_eq!(retain(&mut client, &format!("2{round}")), 0, "{kind}");
            assert_eq!(commit(&mut client, 10 + round), 0, "{kind}");
            assert_eq!(end(&mut client), sent, "{kind}");
        }
        // All of it, and nothing else, is there after a restart, and after a kill.
        let killed = disk.crash(Tail::Kept);
        let (dir, _) = broker.into_directory();
        let mut dir = Some(dir);
        for disk in [killed, disk] {
            let dir_now = dir.take().unwrap();
            let broker = TestBroker::on_disk(Arc::new(disk), dir_now, &few);
            let mut client = Client::connect(broker.address());
            assert_eq!((end(&mut client), retained(&mut client)), (sent, Some("23".to_owned())));
            let committed = m::offset_fetch::OffsetFetchRequest {
                group_id: "g".into(),
                topics: None,
                ..Default::default()
            };
            let offset = client.call(7, &committed).topics[0].partitions[0].committed_offset;
            assert_eq!(offset, 13);
            for round in 1..=3 {
                assert_eq!(create(&mut client, &format!("made-{round}"), 1), TOPIC_ALREADY_EXISTS);
            }
            dir = Some(broker.into_directory().0);
        }
    }
}

#[test]
fn what_the_metadata_says_survives_a_power_cut_also_without_fsync() {
    for tail in [Tail::Lost, Tail::Torn, Tail::Zeroed] {
        let disk = MemoryDisk::new();
        let broker = broker(&disk);
        let mut client = client_with_topic(&broker, "t");
        assert_eq!(retain(&mut client, "77"), 0);
        assert_eq!(create(&mut client, "u", 2), 0);
        let after = disk.crash(tail);
        let (dir, _) = broker.into_directory();
        let broker = TestBroker::on_disk(Arc::new(after), dir, &[]);
        let mut client = Client::connect(broker.address());
        assert_eq!(retained(&mut client).as_deref(), Some("77"), "{tail:?}");
        for name in ["t", "u"] {
            assert_eq!(create(&mut client, name, 1), TOPIC_ALREADY_EXISTS, "{tail:?}");
            assert_eq!(code(&client.call(9, &produce(name, 1, batch(1, 10)))), 0, "{tail:?}");
        }
    }
}
