//! MySQL's protocol: packets, answers, columns and rows as text.

use std::io::{BufReader, Read as _, Write};

use super::{DbError, Fault, Read, ReadColumn};

/// How long a packet may be that we are sent: as long as the server can be told to let one be.
const PACKET_BYTES_MAX: usize = 1024 * 1024 * 1024;
const PART_BYTES_MAX: usize = 0xff_ffff;
/// The number of the character set that means bytes.
const BINARY: u16 = 63;

/// What bytes go over.
pub(super) trait Stream: std::io::Read + Write {}
impl<T: std::io::Read + Write> Stream for T {}

/// A connection, packet by packet.
pub(super) struct Wire {
    stream: BufReader<Box<dyn Stream>>,
    sequence: u8,
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    name: String,
    kind: u8,
    charset: u16,
    flags: u16,
    length: u32,
    decimals: u8,
}

/// Reads the parts of a packet.
pub(super) struct Parts<'a>(pub(super) &'a [u8]);

impl<'a> Parts<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], DbError> {
        let (part, rest) = self.0.split_at_checked(count).ok_or_else(strange)?;
        self.0 = rest;
        Ok(part)
    }

    pub(super) fn byte(&mut self) -> Result<u8, DbError> {
        self.take(1).map(|part| part[0])
    }

    /// A number of so many bytes, the lowest first.
    pub(super) fn number(&mut self, bytes: usize) -> Result<u64, DbError> {
        let part = self.take(bytes)?;
        Ok(part.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Up to the next zero, or the end.
    pub(super) fn word(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == 0);
        let word = &self.0[..end.unwrap_or(self.0.len())];
        self.0 = end.map_or(&[], |end| &self.0[end + 1..]);
        word
    }

    /// A number that says its own length; none means null.
    fn length(&mut self) -> Result<Option<usize>, DbError> {
        let number = match self.byte()? {
            0xfb => return Ok(None),
            0xfc => self.number(2)?,
            0xfd => self.number(3)?,
            0xfe => self.number(8)?,
            0xff => return Err(strange()),
            small => u64::from(small),
        };
        usize::try_from(number).map(Some).map_err(|_| strange())
    }

    fn text(&mut self) -> Result<Option<&'a [u8]>, DbError> {
        self.length()?.map(|length| self.take(length)).transpose()
    }
}

/// The server says what it should not.
pub(super) fn strange() -> DbError {
    DbError::new(Fault::Connection, "the server does not speak MySQL's protocol")
}

pub(super) fn io(error: &std::io::Error) -> DbError {
    let told = match error.kind() {
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => "timed out".to_owned(),
        std::io::ErrorKind::UnexpectedEof => "the server has closed the connection".to_owned(),
        _ => error.to_string(),
    };
    DbError::new(Fault::Connection, told)
}

/// An error that the server tells.
pub(super) fn refused(packet: &[u8]) -> DbError {
    let mut parts = Parts(packet.get(1..).unwrap_or_default());
    let code = parts.number(2).unwrap_or_default();
    let rest = parts.0;
    let (state, told) = match rest.strip_prefix(b"#").and_then(|rest| rest.split_at_checked(5)) {
        Some((state, told)) => (String::from_utf8_lossy(state).into_owned(), told),
        None => (String::new(), rest),
    };
    let told = format!("{} ({code})", String::from_utf8_lossy(told));
    let fault = match code {
        // Too many connections, shut down, locks, deadlocks, killed, read-only for a while.
        1040 | 1053 | 1077 | 1203 | 1205 | 1213 | 1290 | 1317 | 1836 | 1927 | 3024 | 4031 => {
            Fault::Connection
        }
        // Values that are wrong, missing, too large, or that a check or a trigger refuses.
        1048
        | 1062
        | 1136
        | 1264
        | 1265
        | 1292
        | 1364
        | 1366
        | 1406
        | 1411
        | 1416
        | 1425
        | 1451
        | 1452
        | 1525
        | 1526
        | 1644
        | 1690
        | 3140..=3157
        | 3819
        | 4025
        | 1118
        | 1114 => {
            match code {
                // A table that is full has room again some day.
                1114 => Fault::Connection,
                _ => Fault::Record,
            }
        }
        1146 | 1054 => Fault::Stale,
        _ => DbError::of_state(&state, String::new()).fault,
    };
    DbError::new(fault, told)
}

impl Wire {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Wire { stream: BufReader::with_capacity(64 * 1024, stream), sequence: 0 }
    }

    /// Gives the stream back, so that it can be wrapped.
    pub(super) fn into_stream(self) -> Box<dyn Stream> {
        self.stream.into_inner()
    }

    pub(super) fn sequence(&mut self, sequence: u8) {
        self.sequence = sequence;
    }

    pub(super) fn at(&self) -> u8 {
        self.sequence
    }

    /// Reads a packet, however many parts it has.
    pub(super) fn read(&mut self) -> Result<Vec<u8>, DbError> {
        let mut packet = Vec::new();
        loop {
            let mut head = [0; 4];
            self.stream.read_exact(&mut head).map_err(|error| io(&error))?;
            let length =
                usize::from(head[0]) | usize::from(head[1]) << 8 | usize::from(head[2]) << 16;
            self.sequence = head[3].wrapping_add(1);
            if packet.len() + length > PACKET_BYTES_MAX {
                return Err(strange());
            }
            let taken = (&mut self.stream).take(length as u64).read_to_end(&mut packet);
            if taken.map_err(|error| io(&error))? < length {
                return Err(io(&std::io::ErrorKind::UnexpectedEof.into()));
            }
            if length < PART_BYTES_MAX {
                return Ok(packet);
            }
        }
    }

    /// Sends a packet, in as many parts as it needs.
    pub(super) fn send(&mut self, payload: &[u8]) -> Result<(), DbError> {
        let mut out = Vec::with_capacity(payload.len() + 8);
        let mut rest = payload;
        loop {
            let (part, more) = rest.split_at(rest.len().min(PART_BYTES_MAX));
            out.extend_from_slice(&(part.len() as u32).to_le_bytes()[..3]);
            out.push(self.sequence);
            self.sequence = self.sequence.wrapping_add(1);
            out.extend_from_slice(part);
            rest = more;
            if part.len() < PART_BYTES_MAX {
                break;
            }
        }
        let stream = self.stream.get_mut();
        stream.write_all(&out).and_then(|()| stream.flush()).map_err(|error| io(&error))
    }

    fn ask(&mut self, sql: &[u8]) -> Result<Vec<u8>, DbError> {
        const QUERY: u8 = 3;
        self.sequence = 0;
        let mut payload = Vec::with_capacity(sql.len() + 1);
        payload.push(QUERY);
        payload.extend_from_slice(sql);
        self.send(&payload)?;
        let packet = self.read()?;
        match packet.first() {
            Some(0xff) => Err(refused(&packet)),
            // Nobody reads files for the server.
            Some(0xfb) | None => Err(strange()),
            Some(_) => Ok(packet),
        }
    }

    /// Runs a statement; rows that it gives are thrown away.
    pub(super) fn execute(&mut self, sql: &[u8]) -> Result<(), DbError> {
        if self.query(sql)?.is_some() {
            while self.row()?.is_some() {}
        }
        Ok(())
    }

    /// Asks for rows. None where a statement gives none.
    pub(super) fn query(&mut self, sql: &[u8]) -> Result<Option<Vec<Column>>, DbError> {
        let packet = self.ask(sql)?;
        if packet.first() == Some(&0) {
            return Ok(None);
        }
        let count = Parts(&packet).length()?.ok_or_else(strange)?;
        let mut columns = Vec::new();
        for _ in 0..count {
            columns.push(Column::of(&self.read()?)?);
        }
        self.read()?;
        Ok(Some(columns))
    }

    /// The next row; none at the end.
    pub(super) fn row(&mut self) -> Result<Option<Vec<Option<Vec<u8>>>>, DbError> {
        let packet = self.read()?;
        match packet.first() {
            Some(0xff) => return Err(refused(&packet)),
            Some(0xfe) if packet.len() < 9 => return Ok(None),
            _ => {}
        }
        let mut parts = Parts(&packet);
        let mut row = Vec::new();
        while !parts.0.is_empty() {
            row.push(parts.text()?.map(<[u8]>::to_vec));
        }
        Ok(Some(row))
    }
}

impl Column {
    fn of(packet: &[u8]) -> Result<Column, DbError> {
        let mut parts = Parts(packet);
        for _ in 0..4 {
            parts.text()?;
        }
        let name = parts.text()?.unwrap_or_default();
        parts.text()?;
        parts.length()?;
        let charset = parts.number(2)?;
        let length = parts.number(4)?;
        let kind = parts.byte()?;
        let flags = parts.number(2)?;
        Ok(Column {
            name: String::from_utf8_lossy(name).into_owned(),
            kind,
            charset: u16::try_from(charset).unwrap_or_default(),
            flags: u16::try_from(flags).unwrap_or_default(),
            length: u32::try_from(length).unwrap_or_default(),
            decimals: parts.byte()?,
        })
    }

    fn is_unsigned(&self) -> bool {
        self.flags & 32 != 0
    }

    pub(super) fn told(&self) -> ReadColumn {
        let is_binary = self.charset == BINARY;
        let kind = match self.kind {
            1 => "tinyint",
            2 => "smallint",
            3 | 9 => "int",
            8 => "bigint",
            4 => "float",
            5 => "double",
            0 | 246 => "decimal",
            7 => "timestamp",
            12 => "datetime",
            10 | 14 => "date",
            11 => "time",
            13 => "year",
            16 => "bit",
            245 => "json",
            15 | 247..=255 if is_binary => "blob",
            _ => "text",
        };
        let is_decimal = kind == "decimal";
        // The length counts the sign, if there may be one, and the point, if there is one.
        let around = u32::from(!self.is_unsigned()) + u32::from(self.decimals > 0);
        let digits = i32::try_from(self.length.saturating_sub(around)).ok();
        ReadColumn {
            name: self.name.clone(),
            kind: kind.to_owned(),
            precision: digits.filter(|_| is_decimal || kind == "bit"),
            scale: is_decimal.then_some(i32::from(self.decimals)),
            unsigned: self.is_unsigned(),
            optional: self.flags & 1 == 0,
        }
    }

    /// A value as it was sent.
    pub(super) fn read(&self, value: Option<Vec<u8>>) -> Read {
        let Some(bytes) = value else { return Read::Null };
        let kind = self.told().kind;
        if matches!(kind.as_str(), "blob" | "bit") {
            return Read::Bytes(bytes);
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match kind.as_str() {
            "tinyint" | "smallint" | "int" | "bigint" | "year" => {
                text.parse().map_or(Read::Text(text), Read::Int)
            }
            "float" | "double" => text.parse().map_or(Read::Text(text), Read::Float),
            _ => Read::Text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_packets_are_refused() {
        for packet in
            [&b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff"[..], b"\xfc\x01", b"\xff", b"\x05ab"]
        {
            assert!(Parts(packet).text().is_err());
        }
        assert!(Column::of(b"\x03def").is_err());
        let error = refused(b"\xff\x26\x04#23000Duplicate entry");
        assert_eq!(
            (error.fault, error.message.as_str()),
            (Fault::Record, "Duplicate entry (1062)")
        );
    }
}
