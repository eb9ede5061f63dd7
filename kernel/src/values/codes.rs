//! Short codes of fixed form.

use super::as_text;
use std::fmt;

fn fixed<const N: usize>(text: &str, allowed: impl Fn(u8) -> bool) -> Option<[u8; N]> {
    let bytes: [u8; N] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(|b| allowed(*b)).then_some(bytes)
}

macro_rules! fixed_code {
    ($(#[$doc:meta])* $name:ident, $length:literal, $allowed:expr, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            pub fn parse(text: &str) -> Option<$name> {
                fixed(text, $allowed).map($name)
            }

            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
        as_text!($name, $what);
    };
}

fixed_code!(
    /// A country or customs territory by ISO 3166-1 alpha-2. The old three-digit numbers and the
    /// three-letter codes of messages are mapped by the pack's dated table.
    CountryCode, 2, |b| b.is_ascii_uppercase(), "a country code of two capital letters"
);
fixed_code!(
    /// A currency by ISO 4217. The old three-digit numbers are mapped by the pack's dated table.
    CurrencyCode, 3, |b| b.is_ascii_uppercase(), "a currency code of three capital letters"
);
fixed_code!(
    /// A customs office 关区: two digits of the district, two of the customs house (JGS/T 18).
    OfficeCode, 4, |b| b.is_ascii_digit(), "a customs office of four digits"
);
fixed_code!(
    /// A unit of quantity 计量单位 by its three-digit customs code.
    UnitCode, 3, |b| b.is_ascii_digit(), "a unit code of three digits"
);
fixed_code!(
    /// A customs registration code 海关注册编码: ten characters, letters occur, no check digit.
    CustomsCode, 10, |b| b.is_ascii_digit() || b.is_ascii_uppercase(), "a customs code of ten digits or capital letters"
);

impl CountryCode {
    /// How many there can be.
    pub const ALL: usize = 26 * 26;

    /// Its place among all that there can be, from `AA`.
    pub fn place(&self) -> usize {
        let letter = |n: usize| usize::from(self.0[n] - b'A');
        letter(0) * 26 + letter(1)
    }
}

impl OfficeCode {
    /// The district's own code: the first two digits and `00`.
    pub fn district(&self) -> OfficeCode {
        OfficeCode([self.0[0], self.0[1], b'0', b'0'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_exact_forms_only() {
        assert_eq!(OfficeCode::parse("2225").unwrap().district().as_str(), "2200");
        assert!(CustomsCode::parse("330261A004").is_some());
        for bad in ["", "222", "22255", "２２２５", "22 5", "222\0"] {
            assert!(OfficeCode::parse(bad).is_none(), "{bad}");
        }
        assert!(CountryCode::parse("cn").is_none());
        assert!(CurrencyCode::parse("USD").is_some());
    }
}
