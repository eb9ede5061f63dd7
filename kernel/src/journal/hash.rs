//! SHA-256 hashes, and hexadecimal as the journal writes it: lower case only, so that a value has
//! one form and a receipt cannot be altered without failing.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 hash, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What stands before the first head.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The SHA-256 of some bytes.
    ///
    /// ```
    /// use customhouse_kernel::journal::Hash;
    /// assert!(Hash::of(b"abc").to_string().starts_with("ba7816bf8f01cfea"));
    /// ```
    pub fn of(bytes: &[u8]) -> Hash {
        Hash::of_parts(&[bytes])
    }

    /// The SHA-256 of several pieces, one after another.
    pub(super) fn of_parts(parts: &[&[u8]]) -> Hash {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Hash(hasher.finalize().into())
    }

    /// Reads 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Hash> {
        from_hex(text).map(Hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Hash::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("hash is not 64 lower-case hexadecimal digits"))
    }
}

/// Bytes as lower-case hexadecimal.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// Exactly `N` bytes from lower-case hexadecimal.
pub(super) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_form_only() {
        let text = Hash::of(b"abc").to_string();
        assert_eq!(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(Hash::parse(&text), Some(Hash::of(b"abc")));
        for bad in
            ["", &text[1..], &text.to_uppercase(), &format!("{text}0"), &"g".repeat(64), &"中".repeat(32)]
        {
            assert_eq!(Hash::parse(bad), None, "{bad}");
        }
        let json = format!("\"{text}\"");
        assert_eq!(serde_json::to_string(&Hash::of(b"abc")).unwrap(), json);
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), Hash::of(b"abc"));
        assert!(serde_json::from_str::<Hash>("\"00\"").is_err());
    }

    proptest! {
        #[test]
        fn hexadecimal_reads_back(bytes: [u8; 16], text: String) {
            prop_assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
            prop_assert!(from_hex::<16>(&text).is_none_or(|bytes| to_hex(&bytes) == text));
        }
    }
}
