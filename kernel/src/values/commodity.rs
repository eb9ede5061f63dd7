//! Commodity codes.

use super::as_text;
use std::fmt;

/// A commodity code 商品编码, or a prefix of one: 2 to 10 digits of the tariff nomenclature
/// (chapter 2, heading 4, subheading 6, tariff line 8, with supervision suffix 10).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommodityCode {
    digits: [u8; 10],
    length: u8,
}

impl CommodityCode {
    /// Digits of a full code.
    pub const FULL: usize = 10;

    pub fn parse(text: &str) -> Option<CommodityCode> {
        let length = text.len();
        if !(2..=CommodityCode::FULL).contains(&length) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let mut digits = [0; 10];
        digits[..length].copy_from_slice(text.as_bytes());
        Some(CommodityCode { digits, length: length as u8 })
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..usize::from(self.length)]).unwrap_or_default()
    }

    /// The digits in four bits each, another number for each code of one length.
    pub fn packed(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, i, j] = self.digits;
        // two digits that stand side by side become one byte
        let pairs = u64::from_be_bytes([a, b, c, d, e, f, g, h]) & 0x0f0f_0f0f_0f0f_0f0f;
        let pairs = (pairs | pairs >> 4) & 0x00ff_00ff_00ff_00ff;
        let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
        let eight = (fours | fours >> 16) & 0xffff_ffff;
        eight << 8 | u64::from(i & 0xf) << 4 | u64::from(j & 0xf)
    }

    pub fn is_full(&self) -> bool {
        usize::from(self.length) == CommodityCode::FULL
    }

    /// Whether this prefix covers a code.
    pub fn covers(&self, code: &CommodityCode) -> bool {
        code.as_str().starts_with(self.as_str())
    }

    /// The first `length` digits, from the whole code down to the chapter.
    pub fn prefixes(&self) -> impl Iterator<Item = CommodityCode> + '_ {
        (2..=usize::from(self.length)).rev().filter_map(|n| CommodityCode::parse(&self.as_str()[..n]))
    }

    /// The international part: the first six digits, or all of a shorter prefix.
    pub fn subheading(&self) -> &str {
        let code = self.as_str();
        code.get(..6).unwrap_or(code)
    }

    /// The chapter: the first two digits.
    pub fn chapter(&self) -> &str {
        &self.as_str()[..2]
    }
}

impl fmt::Display for CommodityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
as_text!(CommodityCode, "a commodity code of 2 to 10 digits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_covers_its_codes() {
        let code = CommodityCode::parse("8708409990").unwrap();
        assert!(CommodityCode::parse("8708").unwrap().covers(&code));
        assert!(!CommodityCode::parse("8709").unwrap().covers(&code));
        assert!(!code.covers(&CommodityCode::parse("8708").unwrap()));
        assert_eq!(code.prefixes().count(), 9);
        assert_eq!(CommodityCode::parse("1234567890").map(|code| code.packed()), Some(0x12_3456_7890));
        assert!(CommodityCode::parse("８７０８").is_none());
    }
}
