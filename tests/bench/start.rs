//! How soon the broker is there, and how much memory it takes.

use std::time::Duration;

use super::Plan;
use super::connection::create_topic;
use super::load::send;
use super::measure::median;
use super::subject::Subject;

const STARTS: usize = 11;
const GIGABYTE: u64 = 1 << 30;

pub(crate) fn run(plan: &Plan, subjects: &[Subject]) {
    for subject in subjects.iter().filter(|subject| **subject != Subject::Sink) {
        let starts = if *subject == Subject::Rk { STARTS } else { 3 };
        let mut ready = Vec::new();
        let mut rest = 0.0;
        for _ in 0..starts {
            let broker = subject.start();
            ready.push(broker.ready.as_secs_f64() * 1e3);
            // Whatever is done at leisure after the start belongs to being at rest.
            std::thread::sleep(Duration::from_millis(300));
            rest = broker.memory_mb().0;
        }
        let name = subject.name();
        println!("  {name:10} empty: ready in {:.1} ms, {rest:.1} MB at rest", median(ready));
    }
    let gigabytes = if plan.big { 10 } else { 1 };
    let broker = Subject::Rk.start();
    create_topic(&broker.address, "big", 4);
    send(&broker.address, "big", 1024, gigabytes * GIGABYTE / 1024, &[]);
    let (now, peak) = broker.memory_mb();
    println!("  rk dev after {gigabytes} GiB: {now:.1} MB, {peak:.1} MB at most");
    let mut folder = broker.stop();
    let mut ready = Vec::new();
    for _ in 0..5 {
        let broker = Subject::Rk.start_in(folder);
        ready.push(broker.ready.as_secs_f64() * 1e3);
        folder = broker.stop();
    }
    println!("  rk dev on {gigabytes} GiB of clean logs: ready in {:.1} ms", median(ready));
    println!();
}
