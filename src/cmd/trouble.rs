//! A cluster's refusal as a failure that the user reads: what to do next, and the exit code.

use crate::client::ClientError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::wire::ErrorCode;

/// Makes a failure of what a cluster did not do. `what` is what failed: `cannot …`.
pub(super) fn failure(what: impl Into<String>, error: ClientError) -> Failure {
    let (exit, hint) = advice(&error);
    let failure = Failure::new(what).exit(exit);
    let failure = match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    };
    failure.caused_by(error)
}

fn advice(error: &ClientError) -> (Exit, Option<String>) {
    let failed = |hint: &str| (Exit::Failed, Some(hint.to_owned()));
    match error {
        ClientError::Unreachable { .. } => {
            failed("is a broker running? start one with `rk dev`, or name another with `-b`")
        }
        ClientError::NoTopic { topic } => {
            (Exit::NotThere, Some(format!("create it with `rk topics create {topic}`")))
        }
        ClientError::NoPartition { topic, .. } => {
            (Exit::NotThere, Some(format!("see them with `rk topics describe {topic}`")))
        }
        ClientError::Property { .. } => (Exit::BadWords, None),
        ClientError::Tls { .. } => {
            failed("look at `security.protocol` and `ssl.ca.location` (`-X` sets them)")
        }
        ClientError::Login { .. } => {
            failed("look at `sasl.mechanism`, `sasl.username` and `sasl.password` (`-X` sets them)")
        }
        ClientError::Disconnected { .. } | ClientError::Garbled { .. } => failed(
            "is it a Kafka broker? if so, its listener may want TLS or a login: look at \
                 `security.protocol`",
        ),
        ClientError::Timeout { api: "ApiVersions", .. } => failed(
            "is it a Kafka broker, and is this the port for clients? if it wants TLS, say \
             `-X security.protocol=SSL`",
        ),
        ClientError::GaveUp { last, .. } => advice(last),
        _ => match error.code() {
            Some(ErrorCode::GROUP_ID_NOT_FOUND) => (Exit::NotThere, None),
            _ => (Exit::Failed, None),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Attempt;

    #[test]
    fn no_broker_and_no_topic_are_told_with_what_to_do() {
        let attempts = vec![Attempt { address: "a:1".into(), cause: "connection refused".into() }];
        let told = failure("cannot produce", ClientError::Unreachable { attempts });
        assert_eq!(told.exit, Exit::Failed);
        assert_eq!(
            told.to_string(),
            "error: cannot produce\n  \
             caused by: no broker answers at `a:1`: connection refused\n  \
             hint: is a broker running? start one with `rk dev`, or name another with `-b`"
        );
        let told = failure("cannot produce", ClientError::NoTopic { topic: "t".into() });
        assert_eq!(told.exit, Exit::NotThere);
    }
}
