//! Decimals as Java's `BigDecimal` has them: an integer of any size, and where the point is.

use std::fmt;

use num_bigint::BigInt;

/// How many digits a decimal may have as text, and how far its point may be from them: more is
/// nothing that anybody measures, and costs memory without bound.
const DIGITS_MAX: usize = 10_000;

/// A decimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    pub unscaled: BigInt,
    pub scale: i32,
}

impl Decimal {
    /// Reads what Java's `new BigDecimal(text)` reads.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let count = unsigned.len() + fraction.len();
        if count == 0 || count > DIGITS_MAX || !is_digits(unsigned) || !is_digits(fraction) {
            return None;
        }
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        if scale.unsigned_abs() as usize > DIGITS_MAX {
            return None;
        }
        let unscaled = format!("{whole}{fraction}");
        let unscaled = unscaled.strip_prefix('+').unwrap_or(&unscaled).parse().ok()?;
        Some(Decimal { unscaled, scale })
    }

    /// Makes one of the bytes of a `BigInteger`: two's complement, the highest first.
    pub fn of_bytes(bytes: &[u8], scale: i32) -> Self {
        Decimal { unscaled: BigInt::from_signed_bytes_be(bytes), scale }
    }

    /// The bytes of its integer as `BigInteger.toByteArray` has them.
    pub fn bytes(&self) -> Vec<u8> {
        self.unscaled.to_signed_bytes_be()
    }

    /// The nearest double.
    pub fn to_f64(&self) -> f64 {
        self.plain_or_scientific().parse().unwrap_or(f64::NAN)
    }

    fn plain_or_scientific(&self) -> String {
        format!("{}E{}", self.unscaled, -i64::from(self.scale))
    }

    /// The text without an exponent, as `toPlainString` writes it.
    pub fn plain(&self) -> String {
        let text = self.unscaled.magnitude().to_string();
        let sign = if self.unscaled.sign() == num_bigint::Sign::Minus { "-" } else { "" };
        if self.scale <= 0 {
            if text == "0" {
                return "0".to_owned();
            }
            let zeros = "0".repeat(self.scale.unsigned_abs() as usize);
            return format!("{sign}{text}{zeros}");
        }
        let scale = self.scale.unsigned_abs() as usize;
        let text = format!("{text:0>width$}", width = scale + 1);
        let (whole, fraction) = text.split_at(text.len() - scale);
        format!("{sign}{whole}.{fraction}")
    }
}

impl fmt::Display for Decimal {
    /// As `BigDecimal.toString`: with an exponent where the point is far from the digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.unscaled.magnitude().to_string();
        let exponent = text.len() as i64 - 1 - i64::from(self.scale);
        if self.scale >= 0 && exponent >= -6 {
            return f.write_str(&self.plain());
        }
        let sign = if self.unscaled.sign() == num_bigint::Sign::Minus { "-" } else { "" };
        let (first, rest) = text.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        write!(f, "{sign}{first}{point}{rest}")?;
        match exponent {
            0 => Ok(()),
            exponent => write!(f, "E{exponent:+}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_as_java_writes_them() {
        // The rows are the answers of `new BigDecimal(text).toString()` and `toPlainString()`.
        let rows = [
            ("12.34", "12.34", "12.34"),
            ("-0.5", "-0.5", "-0.5"),
            ("0.0000001", "1E-7", "0.0000001"),
            ("0.000001", "0.000001", "0.000001"),
            ("1E3", "1E+3", "1000"),
            ("1.50E+10", "1.50E+10", "15000000000"),
            ("0", "0", "0"),
            ("0.00", "0.00", "0.00"),
            ("+7", "7", "7"),
            ("123456789012345678901234567890", "123456789012345678901234567890", ""),
        ];
        for (text, want, plain) in rows {
            let decimal = Decimal::parse(text).unwrap();
            assert_eq!(decimal.to_string(), want, "{text}");
            if !plain.is_empty() {
                assert_eq!(decimal.plain(), plain, "{text}");
            }
            let again = Decimal::of_bytes(&decimal.bytes(), decimal.scale);
            assert_eq!(again, decimal);
        }
        for text in ["", ".", "x", "1e", "1.2.3", "1e99999999999", "--1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
