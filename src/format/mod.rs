//! Records as text: templates (`-f`) and record JSON. Pure: bytes in, bytes out.

mod json;
mod template;

pub use json::write_json;
pub use template::{BadTemplate, Template, unescape};

/// A record, as it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub topic: &'a str,
    pub partition: i32,
    pub offset: i64,
    /// Milliseconds since the Unix epoch, and whose clock it was.
    pub timestamp: Option<(i64, TimestampType)>,
    /// None is null, which is not the same as empty.
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    /// In order; names may repeat.
    pub headers: &'a [(&'a [u8], Option<&'a [u8]>)],
}

/// Whose clock a timestamp is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampType {
    CreateTime,
    LogAppendTime,
}

/// Appends a number in decimal digits.
fn write_number(out: &mut Vec<u8>, number: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut left = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_library_does() {
        for number in [0, 7, -7, 10, 1_700_000_000_000, i64::MAX, i64::MIN, -1] {
            let mut out = Vec::new();
            write_number(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
