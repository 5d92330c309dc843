//! A worker's refusal as a failure that the user reads: what to do next, and the exit code.

use super::rows::ProblemRow;
use super::{Context, Failure};
use crate::connect::rest::{Config, Connect, RestError, Setting};
use crate::exit::Exit;
use crate::http::HttpError;
use crate::render;
use crate::settings::look::Output;

/// Makes a failure of what a worker did not do. `what` is what failed: `cannot …`.
pub(super) fn failure(what: impl Into<String>, error: RestError) -> Failure {
    let (exit, hint) = advice(&error);
    let failure = Failure::new(what).exit(exit);
    let failure = match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    };
    failure.caused_by(error)
}

fn advice(error: &RestError) -> (Exit, Option<&'static str>) {
    let hint = match error {
        RestError::Http(HttpError::Unreachable { .. }) => {
            "is a Connect worker running there? name another with `--connect` or RK_CONNECT"
        }
        RestError::Http(HttpError::Stopped { .. }) => return (Exit::Interrupted, None),
        RestError::Http(HttpError::Setting(_)) => {
            "look at `--ca`, `--cert`, `--key` and `connect.ssl.*`"
        }
        RestError::Http(_) => {
            "is it a Connect worker, and does it want http or https? `--connect` says so"
        }
        RestError::NotThere { words } if words.starts_with("HTTP 404") => {
            "this worker does not know how: it is older or newer than Kafka 4.3"
        }
        RestError::NotThere { words } if words.starts_with("invalid log level") => {
            "there are trace, debug, info, warn, error, fatal and off"
        }
        RestError::NotThere { words } if words.contains("onnector") => {
            return (Exit::NotThere, Some("`rk connect list` shows what is there"));
        }
        RestError::NotThere { .. } => return (Exit::NotThere, None),
        RestError::Exists { .. } => "`rk connect apply` changes a connector that is there",
        RestError::Rebalancing { .. } => {
            "the workers are sharing out their connectors: try again in a moment"
        }
        RestError::Login { status: 401, .. } => {
            "say who you are with `--user`, `--token` or RK_CONNECT_USER"
        }
        RestError::NotConnect { .. } => {
            "is it a Connect worker? one that is still starting answers so, too"
        }
        RestError::Refused { words, .. } if words.starts_with("Connectors must be in the STOP") => {
            "`--stop-first` stops it, and `--resume` resumes it afterwards"
        }
        RestError::Refused { words, .. } if words.contains("Failed to find any class") => {
            "`rk connect plugins` shows what the workers have"
        }
        RestError::Refused { status: 405, .. } => {
            "this worker does not know how: it is older than Kafka 4.3"
        }
        RestError::Refused { .. } if error.may_succeed_later() => "try again in a moment",
        RestError::Invalid { .. } | RestError::Login { .. } | RestError::Refused { .. } => {
            return (Exit::Failed, None);
        }
    };
    (Exit::Failed, Some(hint))
}

/// Tells that a configuration was refused, and its problems as a table. Where the worker will
/// say it, the table has each setting's documentation.
pub(super) fn refused(
    what: String,
    error: RestError,
    config: &Config,
    connect: &Connect,
    cx: &Context,
) -> Failure {
    let RestError::Invalid { problems } = &error else { return failure(what, error) };
    let mut rows: Vec<ProblemRow> = problems.iter().map(ProblemRow::of_words).collect();
    if let Some(class) = config.get("connector.class")
        && let Ok(validation) = connect.validate(class, config)
        && validation.settings.iter().any(|setting| !setting.errors.is_empty())
    {
        rows = problem_rows(&validation.settings);
    }
    cx.ui.say_raw(render::rows(Output::Table, &rows).trim_end());
    failure(what, error)
}

/// A row for each problem, each once.
pub(super) fn problem_rows(settings: &[Setting]) -> Vec<ProblemRow> {
    settings.iter().flat_map(ProblemRow::of_setting).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_has_its_exit_code() {
        let words = "Connector c not found".to_owned();
        let failure = failure("cannot describe connector `c`", RestError::NotThere { words });
        assert_eq!(failure.exit, Exit::NotThere);
        assert_eq!(
            failure.to_string(),
            "error: cannot describe connector `c`\n  \
             caused by: the worker answered 404: Connector c not found\n  \
             hint: `rk connect list` shows what is there"
        );
        let words = "HTTP 404 Not Found".to_owned();
        assert_eq!(super::failure("cannot", RestError::NotThere { words }).exit, Exit::Failed);
    }
}
