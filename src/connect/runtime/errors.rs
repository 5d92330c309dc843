//! What becomes of a record that goes wrong: tried again, logged, sent to the dead letter queue,
//! left out; or the end of its task.

use std::time::Duration;

use crate::base::clock::Moment;
use crate::connect::connectors::Stop;
use crate::connect::define::Settings;
use crate::connect::error::ConnectError;
use crate::connect::record::Origin;

use super::Log;
use super::task::TaskId;

/// The pause before the first new try; it doubles.
const FIRST_DELAY: Duration = Duration::from_millis(300);

/// What a task was about to do with a record, by Kafka's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    TaskPut,
    Transformation,
    KeyConverter,
    ValueConverter,
    HeaderConverter,
    KafkaProduce,
}

impl Stage {
    pub(super) fn name(self) -> &'static str {
        match self {
            Stage::TaskPut => "TASK_PUT",
            Stage::Transformation => "TRANSFORMATION",
            Stage::KeyConverter => "KEY_CONVERTER",
            Stage::ValueConverter => "VALUE_CONVERTER",
            Stage::HeaderConverter => "HEADER_CONVERTER",
            Stage::KafkaProduce => "KAFKA_PRODUCE",
        }
    }
}

/// What went wrong with a record.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) stage: Stage,
    /// The class that did it.
    pub(super) class: String,
    pub(super) error: ConnectError,
}

/// How a connector wants its errors to be dealt with.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub(super) tolerates: bool,
    /// How long to try again; none: for ever.
    timeout: Option<Duration>,
    delay_max: Duration,
    logs: bool,
    logs_records: bool,
}

impl Policy {
    pub(super) fn of(settings: &Settings) -> Self {
        let timeout = settings.integer("errors.retry.timeout").unwrap_or_default();
        Policy {
            tolerates: settings.string("errors.tolerance") == "all",
            timeout: u64::try_from(timeout).ok().map(Duration::from_millis),
            delay_max: settings.duration("errors.retry.delay.max.ms"),
            logs: settings.flag("errors.log.enable"),
            logs_records: settings.flag("errors.log.include.messages"),
        }
    }

    /// Does something, again and again while its error is retriable and there is time.
    pub(super) fn attempt<T>(
        &self,
        stop: &Stop,
        mut work: impl FnMut() -> Result<T, ConnectError>,
    ) -> Result<T, ConnectError> {
        let mut started = None;
        let mut delay = FIRST_DELAY;
        loop {
            let error = match work() {
                Err(error) if error.is_retriable() => error,
                result => return result,
            };
            let started = *started.get_or_insert_with(Moment::now);
            let is_late = self.timeout.is_some_and(|timeout| started.elapsed() >= timeout);
            if is_late || stop.is_asked() {
                return Err(error);
            }
            rest(delay.min(self.delay_max), stop);
            delay *= 2;
        }
    }

    /// Logs a failure, if so asked.
    pub(super) fn log(&self, log: &Log, id: &TaskId, failure: &Failure, origin: Option<&Origin>) {
        if !self.logs {
            return;
        }
        let (stage, class) = (failure.stage.name(), &failure.class);
        let record = origin.filter(|_| self.logs_records).map(|origin| {
            let kind = if origin.is_log_append_time { "LogAppendTime" } else { "CreateTime" };
            let timestamp = origin.timestamp.unwrap_or(-1);
            format!(
                ", where consumed record is {{topic='{}', partition={}, offset={}, \
                 timestamp={timestamp}, timestampType={kind}}}",
                origin.topic, origin.partition, origin.offset
            )
        });
        let record = record.unwrap_or_default();
        log.error(format!(
            "Error encountered in task {id}. Executing stage '{stage}' with class \
             '{class}'{record}.\n{}",
            failure.error.trace().trim_end()
        ));
    }

    /// The end of a task that does not tolerate a failure.
    pub(super) fn intolerant(failure: Failure) -> ConnectError {
        ConnectError::connect("Tolerance exceeded in error handler").caused_by(failure.error)
    }
}

/// Waits, but not when somebody wants the end.
pub(super) fn rest(time: Duration, stop: &Stop) {
    const SLICE: Duration = Duration::from_millis(50);
    let until = Moment::now().after(time);
    while !until.has_passed() && !stop.is_asked() {
        std::thread::park_timeout(SLICE.min(until.remaining()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::plan::SINK_DEF;

    fn policy(all: &[(&str, &str)]) -> Policy {
        let all = all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Policy::of(&SINK_DEF.check(&all).0)
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let patient = policy(&[("errors.retry.timeout", "-1"), ("errors.retry.delay.max.ms", "0")]);
        let mut tries = 0;
        let result = patient.attempt(&Stop::default(), || {
            tries += 1;
            if tries < 3 { Err(ConnectError::retriable("busy")) } else { Ok(tries) }
        });
        assert_eq!(result, Ok(3));
        let mut tries = 0;
        let result: Result<(), _> = patient.attempt(&Stop::default(), || {
            tries += 1;
            Err(ConnectError::data("bad"))
        });
        assert_eq!((result.unwrap_err().message.as_str(), tries), ("bad", 1));
        let mut tries = 0;
        let hasty = policy(&[]);
        let result: Result<(), _> = hasty.attempt(&Stop::default(), || {
            tries += 1;
            Err(ConnectError::retriable("busy"))
        });
        assert!(result.is_err() && tries == 1);
    }
}
