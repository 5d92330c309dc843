//! Random calls against a log and against a plain list: both must say the same.

use rk::broker::disk::memory::{MemoryDisk, Tail};
use rk::broker::log::{Due, Log, LogConfig, Recovery};
use rk::wire::batch::{BatchBuilder, Codec};

use super::kit::*;

struct Model {
    rng: Rng,
    disk: MemoryDisk,
    config: LogConfig,
    log: Log,
    /// Every record that should be there, from the log's start on.
    rows: Vec<Row>,
    start: i64,
    end: i64,
    /// What a crash may not take.
    durable: i64,
    time: i64,
}

impl Model {
    fn new(seed: u64) -> Self {
        let mut rng = Rng(seed);
        let config = LogConfig {
            segment_bytes: 800 + rng.below(1500) as u32,
            index_interval_bytes: rng.below(300) as u32,
            segment_index_bytes: 24 + rng.below(200) as u32,
            retention_bytes: 4000,
            file_delete_delay_ms: 10,
            ..LogConfig::default()
        };
        let disk = MemoryDisk::new();
        let log = create(&disk, config.clone());
        let (rows, time) = (Vec::new(), NOW - 1_000_000);
        Model { rng, disk, config, log, rows, start: 0, end: 0, durable: 0, time }
    }

    fn append(&mut self) {
        let codec = Codec::ALL[self.rng.below(12).saturating_sub(7) as usize];
        let mut builder = BatchBuilder::new().codec(codec);
        for _ in 0..1 + self.rng.below(4) {
            // Mostly forward, sometimes back.
            self.time += self.rng.below(20) as i64 - 3;
            let value = vec![self.rng.below(256) as u8; self.rng.below(120) as usize];
            let key = (self.rng.below(2) == 0).then(|| vec![7; self.rng.below(9) as usize]);
            builder.push(self.time, key.as_deref(), Some(&value), &[]);
            let (offset, timestamp, value) = (self.end, self.time, Some(value));
            self.rows.push(Row { offset, timestamp, key, value });
            self.end += 1;
        }
        append(&self.log, builder.build().unwrap());
    }

    fn read(&mut self) {
        let span = (self.end - self.start + 1) as u64;
        let from = self.start + self.rng.below(span) as i64;
        let max_bytes = self.rng.below(3000) as usize;
        let found = rows(&read(&self.log, from, max_bytes).records);
        let found: Vec<Row> = found.into_iter().filter(|row| row.offset >= from).collect();
        let expected: Vec<&Row> =
            self.rows.iter().filter(|row| row.offset >= from).take(found.len()).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "from {from}");
        assert_eq!(found.is_empty(), from == self.end, "from {from} of {}", self.end);
    }

    fn look_up(&mut self) {
        let timestamp = self.time + 20 - self.rng.below(600) as i64;
        let found = self.log.offset_for_time(timestamp).unwrap();
        let expected = self.rows.iter().find(|row| row.timestamp >= timestamp);
        assert_eq!(
            found.map(|found| (found.offset, found.timestamp)),
            expected.map(|row| (row.offset, row.timestamp)),
            "at {timestamp}"
        );
        let largest = self.rows.iter().map(|row| row.timestamp).max();
        let expected = self.rows.iter().find(|row| Some(row.timestamp) == largest);
        let found = self.log.max_timestamp().unwrap();
        assert_eq!(found.map(|f| f.offset), expected.map(|row| row.offset));
    }

    fn delete(&mut self) {
        let span = (self.end - self.start + 1) as u64;
        let before = self.start + self.rng.below(span.min(6)) as i64;
        assert_eq!(self.log.delete_records(before).unwrap(), before.max(self.start));
        self.trim();
    }

    fn maintain(&mut self) {
        self.log.maintain(NOW, Due::ALL).unwrap();
        assert!(self.log.marks().log_start >= self.start);
        self.durable = self.durable.max(self.log.recovery_point());
        self.trim();
    }

    fn trim(&mut self) {
        self.start = self.log.marks().log_start;
        let start = self.start;
        self.rows.retain(|row| row.offset >= start);
    }

    fn reopen(&mut self) {
        let kind = self.rng.below(4);
        let clean = kind == 0;
        if clean {
            self.log.close().unwrap();
        }
        let tail = [Tail::Kept, Tail::Lost, Tail::Torn, Tail::Zeroed][kind as usize];
        self.disk = self.disk.crash(tail);
        let recovery_point = self.log.recovery_point().min(self.durable);
        let recovery = Recovery { clean, recovery_point, log_start: self.start };
        self.log = try_open(&self.disk, self.config.clone(), recovery).unwrap();
        let marks = self.log.marks();
        if tail == Tail::Kept {
            assert_eq!((marks.log_start, marks.end), (self.start, self.end));
            assert!(self.log.damage().is_empty());
        }
        assert!(marks.end >= self.durable && marks.end <= self.end.max(marks.log_start));
        self.end = marks.end;
        self.durable = self.durable.min(self.end);
        let end = self.end;
        self.rows.retain(|row| row.offset < end);
        self.trim();
    }

    fn step(&mut self) {
        match self.rng.below(40) {
            0..=19 => self.append(),
            20..=28 => self.read(),
            29..=33 => self.look_up(),
            34 => self.delete(),
            35 => self.maintain(),
            36..=37 => {
                self.log.flush().unwrap();
                self.durable = self.end;
            }
            _ => self.reopen(),
        }
        let marks = self.log.marks();
        assert_eq!((marks.log_start, marks.end), (self.start, self.end));
    }
}

#[test]
fn a_log_is_a_list() {
    for seed in 0..40 {
        let mut model = Model::new(seed);
        for _ in 0..250 {
            model.step();
        }
        assert_eq!(all(&model.log), model.rows, "seed {seed}");
    }
}
