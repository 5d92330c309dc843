//! Members of a group that come and go while records come in: each record is printed by one of
//! them at the least.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rk::wire::batch::BatchBuilder;
use rk::wire::messages::describe_groups::DescribeGroupsRequest;
use rk::wire::messages::offset_fetch::{OffsetFetchRequest, OffsetFetchRequestGroup};
use rustix::process::Signal;

use super::fetching::{client_with_topic, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::run::{Output, Running, rk};
use crate::kit::wait;
use crate::kit::wire::Client;

fn member(broker: &TestBroker) -> Running {
    let address = broker.bootstrap();
    let words = ["consume", "t", "-g", "g", "--from-beginning", "-b", &address];
    let quick = ["-X", "auto.commit.interval.ms=100", "-X", "heartbeat.interval.ms=100"];
    rk(words.into_iter().chain(quick)).deadline(Duration::from_secs(60)).start()
}

fn wait_for_members(client: &mut Client, count: usize) {
    let ask = DescribeGroupsRequest { groups: vec!["g".into()], ..Default::default() };
    wait::until("the group to settle", || {
        let group = client.call(5, &ask).groups.remove(0);
        (group.group_state == "Stable" && group.members.len() == count).then_some(())
    });
}

fn committed(client: &mut Client) -> i64 {
    let group =
        OffsetFetchRequestGroup { group_id: "g".into(), topics: None, ..Default::default() };
    let request = OffsetFetchRequest { groups: vec![group], ..Default::default() };
    let topics = client.call(8, &request).groups.remove(0).topics;
    topics.iter().flat_map(|topic| &topic.partitions).map(|p| p.committed_offset).sum()
}

fn numbers(output: &Output) -> Vec<i64> {
    output.out().lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn what_comes_while_members_come_and_go_is_printed() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    let mut writer = Client::connect(broker.address());
    let stop = AtomicBool::new(false);
    let (sent, outputs) = std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut sent = 0_i64;
            while !stop.load(Ordering::Relaxed) {
                let mut batch = BatchBuilder::new();
                batch.push(1_700_000_000_000, None, Some(sent.to_string().as_bytes()), &[]);
                let partition = i32::try_from(sent % 4).unwrap();
                let request = produce("t", partition, batch.build().unwrap());
                assert_eq!(code(&writer.call(9, &request)), 0);
                sent += 1;
            }
            sent
        });
        let first = member(&broker);
        wait_for_members(&mut client, 1);
        let mut outputs = Vec::new();
        for _ in 0..3 {
            let second = member(&broker);
            wait_for_members(&mut client, 2);
            second.signal(Signal::INT);
            outputs.push(second.finish());
            wait_for_members(&mut client, 1);
        }
        stop.store(true, Ordering::Relaxed);
        let sent = writing.join().unwrap();
        wait::until("everything to be committed", || {
            (committed(&mut client) == sent).then_some(())
        });
        first.signal(Signal::INT);
        outputs.push(first.finish());
        (sent, outputs)
    });
    let printed: BTreeSet<i64> = outputs.iter().flat_map(numbers).collect();
    let missing: Vec<i64> = (0..sent).filter(|number| !printed.contains(number)).collect();
    let some = &missing[..missing.len().min(20)];
    assert!(missing.is_empty(), "{} of {sent} are missing: {some:?}…", missing.len());
}
