//! The exit codes, documented: one list, and nothing else decides how `rk` ends.

use std::process::ExitCode;

/// How `rk` ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// 0: done. Also when the reader of our output has closed its pipe, and for `--help`.
    Done,
    /// 1: it failed: no broker, a refused request, a file that cannot be read.
    Failed,
    /// 2: the words of the command line make no sense.
    BadWords,
    /// 3: partly done: some topics, groups or records failed or could not be decoded, and each
    /// was told.
    Partly,
    /// 4: what was asked for is not there: no such topic, no such group.
    NotThere,
    /// 5: what was looked at is not as it should be: it differs from a file, has failed, or would
    /// not be accepted.
    NotSo,
    /// 130: interrupted by Ctrl-C before it was done.
    Interrupted,
    /// The exit code of the command that `rk dev -- COMMAND` ran.
    Passed(u8),
}

impl Exit {
    /// Returns the number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::BadWords => 2,
            Exit::Partly => 3,
            Exit::NotThere => 4,
            Exit::NotSo => 5,
            Exit::Interrupted => 130,
            Exit::Passed(code) => code,
        }
    }

    /// Returns the exit of a run over several things, of which some failed: when all failed, the
    /// first one's reason; when only some did, [`Exit::Partly`].
    pub fn of_many(asked: usize, failed: &[Exit]) -> Exit {
        match failed.first() {
            None => Exit::Done,
            Some(first) if failed.len() >= asked => *first,
            Some(_) => Exit::Partly,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_readme() {
        let codes = [
            (Exit::Done, 0),
            (Exit::Failed, 1),
            (Exit::BadWords, 2),
            (Exit::Partly, 3),
            (Exit::NotThere, 4),
            (Exit::NotSo, 5),
            (Exit::Interrupted, 130),
            (Exit::Passed(7), 7),
        ];
        for (exit, code) in codes {
            assert_eq!(exit.code(), code);
        }
    }

    #[test]
    fn many_things_end_as_one() {
        assert_eq!(Exit::of_many(3, &[]), Exit::Done);
        assert_eq!(Exit::of_many(3, &[Exit::NotThere]), Exit::Partly);
        assert_eq!(Exit::of_many(1, &[Exit::NotThere]), Exit::NotThere);
        assert_eq!(Exit::of_many(2, &[Exit::Failed, Exit::NotThere]), Exit::Failed);
    }
}
