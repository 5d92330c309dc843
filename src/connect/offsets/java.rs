//! A `HashMap<byte[], byte[]>` as Java's serialisation writes it.

/// What a stream begins with.
const MAGIC: &[u8] = b"\xac\xed\x00\x05";
const OBJECT: u8 = 0x73;
const CLASS: u8 = 0x72;
const ARRAY: u8 = 0x75;
const REFERENCE: u8 = 0x71;
const NULL: u8 = 0x70;
const BLOCK: u8 = 0x77;
const END: u8 = 0x78;
/// The number of the first thing in a stream that may be referred to.
const FIRST_HANDLE: u32 = 0x007e_0000;

/// `java.util.HashMap`, its serial number, and its two fields.
const MAP_CLASS: &[u8] = b"\x00\x11java.util.HashMap\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03\x00\x02\
    F\x00\x0aloadFactorI\x00\x09thresholdxp";
/// `byte[]` and its serial number.
const ARRAY_CLASS: &[u8] = b"\x00\x02[B\xac\xf3\x17\xf8\x06\x08\x54\xe0\x02\x00\x00xp";

/// Why bytes are no such map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JavaError {
    #[error("it is no Java-serialised map of bytes (at byte {at})")]
    Other { at: usize },
    #[error("it ends in the middle")]
    Short,
}

/// Keys and values.
pub(super) type Pairs = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// Reads a map.
pub(super) fn read(bytes: &[u8]) -> Result<Pairs, JavaError> {
    let mut reader = Reader { bytes, at: 0, arrays: Vec::new(), handles: 2 };
    reader.expect(MAGIC)?;
    reader.expect(&[OBJECT, CLASS])?;
    reader.expect(MAP_CLASS)?;
    reader.take(8)?;
    reader.expect(&[BLOCK, 8])?;
    reader.number()?;
    let count = reader.number()?;
    let mut pairs = Vec::new();
    for _ in 0..count {
        let at = reader.at;
        let key = reader.array()?.ok_or(JavaError::Other { at })?;
        pairs.push((key, reader.array()?));
    }
    reader.expect(&[END])?;
    Ok(pairs)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Arrays that may be referred to, by their numbers.
    arrays: Vec<(u32, Vec<u8>)>,
    /// How many things may be referred to so far.
    handles: u32,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], JavaError> {
        let end = self.at.checked_add(count).ok_or(JavaError::Short)?;
        let taken = self.bytes.get(self.at..end).ok_or(JavaError::Short)?;
        self.at = end;
        Ok(taken)
    }

    fn expect(&mut self, wanted: &[u8]) -> Result<(), JavaError> {
        let at = self.at;
        if self.take(wanted.len())? == wanted { Ok(()) } else { Err(JavaError::Other { at }) }
    }

    fn number(&mut self) -> Result<u32, JavaError> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
    }

    /// An array of bytes, or null.
    fn array(&mut self) -> Result<Option<Vec<u8>>, JavaError> {
        let at = self.at;
        let other = JavaError::Other { at };
        match self.take(1)?[0] {
            NULL => Ok(None),
            REFERENCE => {
                let handle = self.number()?;
                let known = self.arrays.iter().find(|(own, _)| *own == handle);
                known.map(|(_, bytes)| Some(bytes.clone())).ok_or(other)
            }
            ARRAY => {
                match self.take(1)?[0] {
                    CLASS => {
                        self.expect(ARRAY_CLASS)?;
                        self.handles += 1;
                    }
                    // There is one class of arrays.
                    REFERENCE => drop(self.number()?),
                    _ => return Err(other),
                }
                let length = usize::try_from(self.number()?).map_err(|_| JavaError::Short)?;
                let bytes = self.take(length)?.to_vec();
                self.arrays.push((FIRST_HANDLE + self.handles, bytes.clone()));
                self.handles += 1;
                Ok(Some(bytes))
            }
            _ => Err(other),
        }
    }
}

/// Writes a map.
pub(super) fn write<'a>(
    pairs: impl ExactSizeIterator<Item = (&'a [u8], Option<&'a [u8]>)>,
) -> Vec<u8> {
    let count = pairs.len();
    let mut capacity = 16;
    while count * 4 > capacity * 3 {
        capacity *= 2;
    }
    // There are no more entries than a file of bounded length holds.
    let int = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let mut out = [MAGIC, &[OBJECT, CLASS], MAP_CLASS].concat();
    out.extend(0.75f32.to_be_bytes());
    out.extend(int(capacity / 4 * 3));
    out.extend([BLOCK, 8]);
    out.extend(int(capacity));
    out.extend(int(count));
    let mut is_first = true;
    let mut array = |bytes: &[u8], out: &mut Vec<u8>| {
        out.push(ARRAY);
        if std::mem::take(&mut is_first) {
            out.push(CLASS);
            out.extend(ARRAY_CLASS);
        } else {
            out.push(REFERENCE);
            out.extend((FIRST_HANDLE + 2).to_be_bytes());
        }
        out.extend(int(bytes.len()));
        out.extend(bytes);
    };
    for (key, value) in pairs {
        array(key, &mut out);
        match value {
            Some(value) => array(value, &mut out),
            None => out.push(NULL),
        }
    }
    out.push(END);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    /// What a JDK writes for two entries, one of them without a value.
    fn from_java() -> Vec<u8> {
        let keys =
            ["[\"local-file-source\",{\"filename\":\"test.txt\"}]", "[\"x\",{\"filename\":\"b\"}]"];
        let hex = [
            "aced0005737200116a6176612e7574696c2e486173684d61700507dac1c31660d103000246000a6c6f6164\
             466163746f724900097468726573686f6c6478703f4000000000000c77080000001000000002",
            "757200025b42acf317f8060854e002000078700000002d",
            &HEXLOWER.encode(keys[0].as_bytes()),
            "7571007e00020000000f",
            &HEXLOWER.encode(b"{\"position\":12}"),
            "7571007e000200000016",
            &HEXLOWER.encode(keys[1].as_bytes()),
            "7078",
        ]
        .concat();
        HEXLOWER.decode(hex.replace(char::is_whitespace, "").as_bytes()).unwrap()
    }

    #[test]
    fn javas_bytes_are_read_and_written() {
        let bytes = from_java();
        let pairs = read(&bytes).unwrap();
        assert_eq!(pairs.len(), 2);
        assert_eq!(pairs[0].1.as_deref(), Some(&b"{\"position\":12}"[..]));
        assert_eq!(pairs[1].1, None);
        let again = write(pairs.iter().map(|(key, value)| (&key[..], value.as_deref())));
        assert_eq!(again, bytes);
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_no_panic() {
        let bytes = from_java();
        for at in 0..bytes.len() {
            assert!(read(&bytes[..at]).is_err());
            for with in [0, 0x70, 0x71, 0x75, 0xff] {
                let mut changed = bytes.clone();
                changed[at] = with;
                let _ = read(&changed);
            }
        }
    }

    #[test]
    fn many_entries_grow_the_map() {
        let keys: Vec<Vec<u8>> = (0..1000).map(|n| format!("k{n}").into_bytes()).collect();
        let bytes = write(keys.iter().map(|key| (&key[..], None)));
        assert_eq!(read(&bytes).unwrap().len(), 1000);
    }
}
