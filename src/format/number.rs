//! Integers in a template: decimal, hexadecimal, or bytes of either order.

/// How an integer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberForm {
    Decimal,
    /// As many digits as it takes.
    Hex,
    /// So many digits, two's complement.
    HexDigits(u8),
    /// So many bytes, two's complement.
    Big(u8),
    Little(u8),
}

impl NumberForm {
    /// Reads a name between braces.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "ascii" | "decimal" => NumberForm::Decimal,
            "hex" => NumberForm::Hex,
            "hex64" => NumberForm::HexDigits(16),
            "hex32" => NumberForm::HexDigits(8),
            "hex16" => NumberForm::HexDigits(4),
            "hex8" => NumberForm::HexDigits(2),
            "hex4" => NumberForm::HexDigits(1),
            "big64" => NumberForm::Big(8),
            "big32" => NumberForm::Big(4),
            "big16" => NumberForm::Big(2),
            "big8" | "byte" => NumberForm::Big(1),
            "little64" => NumberForm::Little(8),
            "little32" => NumberForm::Little(4),
            "little16" => NumberForm::Little(2),
            "little8" => NumberForm::Little(1),
            _ => return None,
        })
    }

    /// How many bytes it takes, if that is always the same.
    pub(super) fn width(self) -> Option<usize> {
        match self {
            NumberForm::Decimal | NumberForm::Hex => None,
            NumberForm::HexDigits(width) | NumberForm::Big(width) | NumberForm::Little(width) => {
                Some(usize::from(width))
            }
        }
    }

    /// Whether a byte may be part of a number that ends where its digits end.
    pub(super) fn is_digit(self, byte: u8) -> bool {
        match self {
            NumberForm::Hex => byte.is_ascii_hexdigit(),
            _ => byte.is_ascii_digit(),
        }
    }

    /// Appends a number. False: it does not fit.
    #[must_use]
    pub(super) fn write(self, number: i64, out: &mut Vec<u8>) -> bool {
        let bits = match self {
            NumberForm::Decimal => {
                write_number(out, number);
                return true;
            }
            NumberForm::Hex => {
                let sign = if number < 0 { "-" } else { "" };
                out.extend_from_slice(format!("{sign}{:x}", number.unsigned_abs()).as_bytes());
                return true;
            }
            NumberForm::HexDigits(digits) => 4 * u32::from(digits),
            NumberForm::Big(bytes) | NumberForm::Little(bytes) => 8 * u32::from(bytes),
        };
        let unused = 64 - bits;
        if (number << unused) >> unused != number {
            return false;
        }
        match self {
            NumberForm::HexDigits(digits) => {
                let own = (number as u64) << unused >> unused;
                let width = usize::from(digits);
                out.extend_from_slice(format!("{own:0width$x}").as_bytes());
            }
            NumberForm::Little(bytes) => {
                out.extend_from_slice(&number.to_le_bytes()[..usize::from(bytes)]);
            }
            NumberForm::Big(bytes) => {
                out.extend_from_slice(&number.to_be_bytes()[8 - usize::from(bytes)..]);
            }
            _ => {}
        }
        true
    }

    /// Reads a number that takes all the bytes.
    pub(super) fn read(self, bytes: &[u8]) -> Option<i64> {
        let text = || std::str::from_utf8(bytes).ok().filter(|text| !text.starts_with('+'));
        match self {
            NumberForm::Decimal => text()?.parse().ok(),
            NumberForm::Hex => i64::from_str_radix(text()?, 16).ok(),
            NumberForm::HexDigits(digits) => {
                let unused = 64 - 4 * u32::from(digits);
                let number = u64::from_str_radix(text()?, 16).ok()?;
                Some(((number << unused) as i64) >> unused)
            }
            NumberForm::Big(_) | NumberForm::Little(_) => {
                let mut wide = [0; 8];
                let own = wide.get_mut(..bytes.len())?;
                own.copy_from_slice(bytes);
                if matches!(self, NumberForm::Big(_)) {
                    own.reverse();
                }
                let unused = 64 - 8 * bytes.len() as u32;
                Some((i64::from_le_bytes(wide) << unused) >> unused)
            }
        }
    }
}

/// Appends a number in decimal digits.
pub(super) fn write_number(out: &mut Vec<u8>, number: i64) {
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

    #[test]
    fn every_form_is_read_as_it_was_written() {
        const NAMES: &[&str] = &[
            "ascii", "hex", "hex64", "hex32", "hex16", "hex8", "hex4", "big64", "big32", "big16",
            "byte", "little64", "little32", "little16", "little8",
        ];
        for name in NAMES {
            let form = NumberForm::of_name(name).unwrap();
            for number in [0, 1, -1, 7, -8, 127, -128, 255, 32_767, 1 << 31, i64::MAX, i64::MIN] {
                let mut out = Vec::new();
                if form.write(number, &mut out) {
                    assert_eq!(form.read(&out), Some(number), "{name} {number}");
                    assert!(form.width().is_none_or(|width| width == out.len()), "{name}");
                } else {
                    assert!(out.is_empty() && form.width().is_some());
                }
            }
        }
        for (name, number, want) in [
            ("hex", 255, &b"ff"[..]),
            ("hex16", 255, b"00ff"),
            ("hex8", -1, b"ff"),
            ("big32", 258, b"\0\0\x01\x02"),
            ("little32", 258, b"\x02\x01\0\0"),
        ] {
            let mut out = Vec::new();
            assert!(NumberForm::of_name(name).unwrap().write(number, &mut out));
            assert_eq!(out, want, "{name}");
        }
        assert!(!NumberForm::Big(1).write(128, &mut Vec::new()));
    }
}
