//! A frame: a length of four bytes and as many bytes as it says.

use crate::base::limits;

/// The announced length is not one that a frame may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a frame of {0} bytes is announced, and 0 to {max} are allowed",
    max = limits::FRAME_BYTES_MAX
)]
pub struct BadLength(pub i32);

/// Checks the four bytes that open a frame, and returns how many follow.
pub fn length(head: [u8; 4]) -> Result<usize, BadLength> {
    let length = i32::from_be_bytes(head);
    match usize::try_from(length) {
        Ok(bytes) if bytes <= limits::FRAME_BYTES_MAX => Ok(bytes),
        _ => Err(BadLength(length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_bounded() {
        assert_eq!(length([0, 0, 0, 5]), Ok(5));
        assert_eq!(length([0xff; 4]), Err(BadLength(-1)));
        assert_eq!(length(*b"GET "), Err(BadLength(0x4745_5420)));
    }
}
