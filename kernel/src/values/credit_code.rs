//! Unified social credit codes.

use super::as_text;
use std::fmt;

/// A unified social credit code 统一社会信用代码: 18 characters, the last one a check character.
/// Source: GB 32100-2015.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode([u8; 18]);

/// No I, O, S, V or Z; a character's value is its place.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

impl CreditCode {
    /// Reads 18 characters of the code's alphabet. A wrong check character is not refused here: it
    /// is a warning in a declaration and an error in a registration, see [`Self::check_holds`].
    pub fn parse(text: &str) -> Option<CreditCode> {
        let bytes: [u8; 18] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(|b| ALPHABET.contains(b)).then_some(CreditCode(bytes))
    }

    /// The code for 17 leading characters, with its check character.
    pub fn complete(first_17: &str) -> Option<CreditCode> {
        let mut code = CreditCode::parse(&format!("{first_17}0"))?;
        code.0[17] = code.check_character();
        Some(code)
    }

    pub fn check_holds(&self) -> bool {
        self.0[17] == self.check_character()
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn check_character(&self) -> u8 {
        let value = |b: &u8| ALPHABET.iter().position(|a| a == b).unwrap_or(0) as u32;
        let sum: u32 = self.0[..17].iter().zip(WEIGHTS).map(|(b, w)| value(b) * w).sum();
        ALPHABET[((31 - sum % 31) % 31) as usize]
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
as_text!(CreditCode, "a unified social credit code of 18 characters");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters() {
        // two codes seen in public samples (handbook 11.2)
        for (code, holds) in
            [("913302017532977856", true), ("91310000757598390P", true), ("91310000757598390X", false)]
        {
            assert_eq!(CreditCode::parse(code).unwrap().check_holds(), holds, "{code}");
        }
        assert!(CreditCode::complete("99000000000000001").unwrap().check_holds());
        for bad in ["", "91330201753297785", "9133020175329778５６", "91330201753297785I"] {
            assert!(CreditCode::parse(bad).is_none(), "{bad}");
        }
    }
}
