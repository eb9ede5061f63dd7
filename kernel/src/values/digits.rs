//! A decimal number as text, made on the stack.

/// The longest: 20 digits, a point and 28 zeros.
const SIZE: usize = 49;

/// Digits with their point.
pub(super) struct Digits {
    bytes: [u8; SIZE],
    from: usize,
}

impl Digits {
    /// The text of `mantissa × 10^-scale`, without a sign. Zeros that trail behind the point are left out as
    /// long as `places` digits stay there; where there are fewer, zeros are added. `None` for more places
    /// than a decimal has.
    pub fn of(mut mantissa: u64, mut scale: u32, places: u32) -> Option<Digits> {
        if scale.max(places) > 28 {
            return None;
        }
        while scale > places && mantissa.is_multiple_of(10) {
            mantissa /= 10;
            scale -= 1;
        }
        let mut digits = Digits { bytes: [b'0'; SIZE], from: SIZE };
        let added = places.saturating_sub(scale);
        digits.from -= added as usize;
        let after_point = (scale + added) as usize;
        let mut written = added as usize;
        // one digit at least stands before the point
        while mantissa > 0 || written <= after_point {
            if written == after_point && after_point > 0 {
                digits.put(b'.');
            }
            digits.put(b'0' + (mantissa % 10) as u8);
            mantissa /= 10;
            written += 1;
        }
        Some(digits)
    }

    fn put(&mut self, byte: u8) {
        self.from -= 1;
        self.bytes[self.from] = byte;
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.from..]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_one_writes_them() {
        for (mantissa, scale, places, text) in [
            (0, 0, 0, "0"),
            (0, 3, 2, "0.00"),
            (5, 0, 2, "5.00"),
            (1_250, 3, 0, "1.25"),
            (1_250, 3, 2, "1.25"),
            (1_200, 3, 2, "1.20"),
            (7, 4, 2, "0.0007"),
            (10, 1, 0, "1"),
            (100, 0, 0, "100"),
            (u64::MAX, 28, 0, "0.0000000018446744073709551615"),
            (u64::MAX, 0, 2, "18446744073709551615.00"),
            (u64::MAX, 5, 28, "184467440737095.5161500000000000000000000000"),
            (u64::MAX, 0, 28, "18446744073709551615.0000000000000000000000000000"),
        ] {
            let digits = Digits::of(mantissa, scale, places);
            assert_eq!(digits.as_ref().map(Digits::as_str), Some(text));
        }
        assert!(Digits::of(1, 29, 0).is_none());
    }
}
