//! Container numbers (ISO 6346).

use super::as_text;
use std::fmt;

/// A freight container's number 集装箱号: four letters, six digits, one check digit.
/// Source: ISO 6346.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerNumber([u8; 11]);

impl ContainerNumber {
    /// Reads the eleven characters; the check digit may still be wrong, see [`Self::check_holds`].
    pub fn parse(text: &str) -> Option<ContainerNumber> {
        let bytes: [u8; 11] = text.as_bytes().try_into().ok()?;
        let letters = bytes[..4].iter().all(u8::is_ascii_uppercase);
        let digits = bytes[4..].iter().all(u8::is_ascii_digit);
        (letters && digits).then_some(ContainerNumber(bytes))
    }

    /// Whether the check digit fits: letters count 10, 12, 13 … without multiples of 11, weights are
    /// powers of two, the sum modulo 11 modulo 10.
    pub fn check_holds(&self) -> bool {
        let value = |b: u8| match b {
            b'0'..=b'9' => u32::from(b - b'0'),
            _ => {
                let n = u32::from(b - b'A') + 10;
                n + (n - 1) / 10 // skips 11, 22 and 33
            }
        };
        let sum: u32 = self.0[..10].iter().enumerate().map(|(i, b)| value(*b) << i).sum();
        sum % 11 % 10 == u32::from(self.0[10] - b'0')
    }
}

impl fmt::Display for ContainerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}
as_text!(ContainerNumber, "a container number of four letters and seven digits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        // CSQU3054383 is the worked example of ISO 6346
        for (number, holds) in [("CSQU3054383", true), ("CSQU3054384", false), ("MSKU6011672", true)] {
            assert_eq!(ContainerNumber::parse(number).unwrap().check_holds(), holds, "{number}");
        }
        assert!(ContainerNumber::parse("CSQU305438").is_none());
    }
}
