//! The leader epoch that a client believes in, held against the partition's (KIP-320).

use crate::wire::ErrorCode;

/// Checks the epoch of a request: -1 asks for no check.
pub(super) fn check(asked: i32, current: i32) -> Result<(), ErrorCode> {
    match asked {
        ..0 => Ok(()),
        asked if asked < current => Err(ErrorCode::FENCED_LEADER_EPOCH),
        asked if asked > current => Err(ErrorCode::UNKNOWN_LEADER_EPOCH),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs() {
        assert_eq!(check(-1, 3), Ok(()));
        assert_eq!(check(3, 3), Ok(()));
        assert_eq!(check(2, 3), Err(ErrorCode::FENCED_LEADER_EPOCH));
        assert_eq!(check(4, 3), Err(ErrorCode::UNKNOWN_LEADER_EPOCH));
    }
}
