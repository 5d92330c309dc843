//! A frame: a length of four bytes and as many bytes as it says.

/// The announced length is not one that a frame may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame of {length} bytes is announced, and 0 to {max} are allowed")]
pub struct BadLength {
    pub length: i32,
    pub max: usize,
}

/// Checks the four bytes that open a frame of at most `max` bytes, and returns how many follow.
pub fn length(head: [u8; 4], max: usize) -> Result<usize, BadLength> {
    let length = i32::from_be_bytes(head);
    match usize::try_from(length) {
        Ok(bytes) if bytes <= max => Ok(bytes),
        _ => Err(BadLength { length, max }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_bounded() {
        let bad = |length, max| Err(BadLength { length, max });
        assert_eq!(length([0, 0, 0, 5], 5), Ok(5));
        assert_eq!(length([0, 0, 0, 5], 4), bad(5, 4));
        assert_eq!(length([0xff; 4], 9), bad(-1, 9));
        assert_eq!(length(*b"GET ", 100), bad(0x4745_5420, 100));
    }
}
