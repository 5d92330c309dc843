//! Many partitions and many connections: a thousand of each beside four and one, and ten
//! thousand partitions at once.

use std::time::Instant;

use super::Plan;
use super::connection::{Connection, check_produced, create_topic, produce};
use super::measure::median;
use super::subject::{Running, Subject};

const MANY: usize = 1_000;
/// Each request carries this much.
const RECORDS: usize = 16;
const BYTES: usize = 1024;
const SWEEPS: usize = 20;
const PARTITIONS_MAX: i32 = 10_000;

pub(crate) fn run(plan: &Plan, subjects: &[Subject]) {
    let one_sweep = MANY * RECORDS * BYTES / (1 << 20);
    println!("  a sweep is {MANY} requests, {one_sweep} MiB in all; medians of {SWEEPS} sweeps");
    println!("  {:10} {:22} {:>10} {:>10}", "", "", "wall ms", "CPU ms");
    for subject in subjects.iter().filter(|subject| **subject != Subject::Sink) {
        for (partitions, connections) in [(4, 1), (MANY, MANY)] {
            let broker = subject.start();
            create_topic(&broker.address, "wide", i32::try_from(partitions).unwrap());
            let (wall, cpu) = sweep(&broker, partitions, connections);
            let what = format!("{partitions} partitions, {connections} conn.");
            println!("  {:10} {what:22} {wall:>10.1} {cpu:>10.1}", subject.name());
        }
    }
    if plan.scale == 1 {
        let broker = Subject::Rk.start();
        let began = Instant::now();
        create_topic(&broker.address, "widest", PARTITIONS_MAX);
        let created = began.elapsed().as_secs_f64();
        let mut connection = Connection::open(&broker.address);
        for partition in 0..PARTITIONS_MAX {
            connection.send(&produce("widest", partition, 1, 100));
            check_produced(connection.receive());
        }
        println!(
            "  rk dev: {PARTITIONS_MAX} partitions made in {created:.2} s and written to in {:.2} s, {:.0} MB",
            began.elapsed().as_secs_f64() - created,
            broker.memory_mb().0,
        );
    }
    println!();
}

/// Returns wall and CPU time of sending one request on each connection and reading all answers,
/// a thousand requests in all.
fn sweep(broker: &Running, partitions: usize, connections: usize) -> (f64, f64) {
    let mut all: Vec<_> = (0..connections).map(|_| Connection::open(&broker.address)).collect();
    let partition = |at: usize| i32::try_from(at % partitions).unwrap();
    let requests: Vec<_> =
        (0..MANY).map(|at| produce("wide", partition(at), RECORDS, BYTES)).collect();
    let mut wall = Vec::new();
    let mut before = 0.0;
    for sweep in 0..=SWEEPS {
        if sweep == 1 {
            before = broker.cpu_s();
        }
        let began = Instant::now();
        // Some on their way at a time, so that neither side fills the other's buffers.
        for chunk in (0..MANY).collect::<Vec<_>>().chunks(50) {
            chunk.iter().for_each(|at| all[at % connections].send(&requests[*at]));
            chunk.iter().for_each(|at| check_produced(all[at % connections].receive()));
        }
        if sweep > 0 {
            wall.push(began.elapsed().as_secs_f64() * 1e3);
        }
    }
    (median(wall), (broker.cpu_s() - before) * 1e3 / SWEEPS as f64)
}
