//! A disk that fails is told to the client, costs nothing that was acknowledged, and is forgotten
//! once it works again.

use std::sync::Arc;

use rk::broker::disk::memory::{Fault, MemoryDisk};
use rk::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use rk::wire::messages::metadata::{MetadataRequest, MetadataRequestTopic};

use super::fetching::{batch, client_with_topic, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

const STORAGE_ERROR: i16 = 56;

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
    let mut failed = 0;
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
        if client.call(9, &ask).topics[0].error_code != 0 {
            // Nothing of it was written down: it can be made again.
            assert_eq!(create(&mut client, "t", 3), 0, "step {step}");
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
    assert!(failed > 5, "{failed}");
}
