//! Which message of a file a payload is: the path of indexes that Schema Registry's framing puts
//! before the payload of a Protobuf message.
//!
//! The path is a list of zigzag numbers with its length before it; the most usual one, the first
//! message of the file, is the single byte 0.

/// How long a path may be. Files cannot nest messages deeper than 32.
pub const INDEXES_MAX: usize = 64;

/// Bytes are no path of indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIndexes {
    #[error("the message indexes end in the middle")]
    Short,
    #[error("a message index does not fit into 32 bits")]
    Wide,
    #[error("a count of {0} message indexes")]
    Count(i32),
    #[error("a message index of {0}")]
    Negative(i32),
}

/// Appends a path.
pub fn write_indexes(path: &[i32], out: &mut Vec<u8>) {
    if path == [0] {
        out.push(0);
        return;
    }
    zigzag(i32::try_from(path.len()).unwrap_or(i32::MAX), out);
    for index in path {
        zigzag(*index, out);
    }
}

/// Reads the path that bytes begin with, and returns what follows it.
pub fn read_indexes(bytes: &[u8]) -> Result<(Vec<i32>, &[u8]), BadIndexes> {
    let (count, mut rest) = unzigzag(bytes)?;
    let count = match usize::try_from(count) {
        Ok(0) => return Ok((vec![0], rest)),
        Ok(length) if length <= INDEXES_MAX => length,
        _ => return Err(BadIndexes::Count(count)),
    };
    let mut path = Vec::with_capacity(count);
    for _ in 0..count {
        let (index, more) = unzigzag(rest)?;
        if index < 0 {
            return Err(BadIndexes::Negative(index));
        }
        path.push(index);
        rest = more;
    }
    Ok((path, rest))
}

fn zigzag(number: i32, out: &mut Vec<u8>) {
    let mut bits = ((number << 1) ^ (number >> 31)) as u32;
    while bits >= 0x80 {
        out.push(bits as u8 | 0x80);
        bits >>= 7;
    }
    out.push(bits as u8);
}

fn unzigzag(bytes: &[u8]) -> Result<(i32, &[u8]), BadIndexes> {
    let mut bits = 0_u64;
    for (i, byte) in bytes.iter().enumerate().take(5) {
        bits |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            let bits = u32::try_from(bits).map_err(|_| BadIndexes::Wide)?;
            let number = (bits >> 1) as i32 ^ -((bits & 1) as i32);
            return Ok((number, &bytes[i + 1..]));
        }
    }
    Err(if bytes.len() < 5 { BadIndexes::Short } else { BadIndexes::Wide })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_as_confluent_s_serializers_write_them() {
        for (path, bytes) in [
            (&[0][..], &[0][..]),
            (&[1], &[2, 2]),
            (&[1, 0], &[4, 2, 0]),
            (&[0, 0], &[4, 0, 0]),
            (&[2, 64, 300], &[6, 4, 0x80, 1, 0xd8, 4]),
        ] {
            let mut out = Vec::new();
            write_indexes(path, &mut out);
            assert_eq!(out, bytes);
            out.extend_from_slice(b"rest");
            assert_eq!(read_indexes(&out), Ok((path.to_vec(), &b"rest"[..])));
        }
        // The first message written in full is the first message, too.
        assert_eq!(read_indexes(&[2, 0, 7]), Ok((vec![0], &[7][..])));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for (bytes, bad) in [
            (&[][..], BadIndexes::Short),
            (&[0x80], BadIndexes::Short),
            (&[4, 2], BadIndexes::Short),
            (&[1], BadIndexes::Count(-1)),
            (&[0xff, 0xff, 0xff, 0xff, 0x0f], BadIndexes::Count(i32::MIN)),
            (&[0xfe, 0xff, 0xff, 0xff, 0x0f], BadIndexes::Count(i32::MAX)),
            (&[2, 1], BadIndexes::Negative(-1)),
            (&[0xff; 9], BadIndexes::Wide),
            (&[2, 0xff, 0xff, 0xff, 0xff, 0x7f], BadIndexes::Wide),
        ] {
            assert_eq!(read_indexes(bytes), Err(bad), "{bytes:?}");
        }
    }
}
