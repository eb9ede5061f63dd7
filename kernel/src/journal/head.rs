//! The signed head of a batch: what the signature covers, and who can check it.

use super::hash::{from_hex, to_hex};
use super::{Hash, Head};
use crate::text::Text;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use std::fmt;

/// The only algorithm so far: Ed25519 (RFC 8032), checked strictly.
pub const ALGORITHM: &str = "ed25519";

/// Stands before everything that is signed, so that a signature is good for nothing else.
const DOMAIN: &[u8] = b"customhouse-head-v1\n";

impl Head {
    /// What the signature covers: `customhouse-head-v1` and a line feed, then the fields in their
    /// order without the signature. A text is its length in bytes and its bytes; a hash is its 32
    /// bytes; a number (and a length) is 8 bytes, most significant first. No two heads have the
    /// same bytes, and none is the beginning of another's.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = DOMAIN.to_vec();
        put_text(&mut bytes, &self.chain);
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.previous.0);
        bytes.extend(self.root.0);
        bytes.extend(self.first_event.to_be_bytes());
        bytes.extend(self.count.to_be_bytes());
        bytes.extend(self.utc_micros.to_be_bytes());
        put_text(&mut bytes, &self.key_id);
        put_text(&mut bytes, &self.algorithm);
        bytes
    }

    /// What the next head calls `previous`: SHA-256 over the signed bytes and the signature's text.
    pub fn hash(&self) -> Hash {
        Hash::of_parts(&[&self.signed_bytes(), self.signature.as_bytes()])
    }

    /// Signs the head with the shell's key: sets key id, algorithm and signature.
    pub fn sign(&mut self, key: &SigningKey) {
        self.key_id = PublicKey(key.verifying_key()).key_id();
        self.algorithm = ALGORITHM.to_owned();
        self.signature = to_hex(&key.sign(&self.signed_bytes()).to_bytes());
    }

    /// Whether this key signed this head.
    pub fn verify(&self, key: &PublicKey) -> bool {
        self.check_signature(key).is_ok()
    }

    /// The same, with what is wrong.
    pub fn check_signature(&self, key: &PublicKey) -> Result<(), SignatureFault> {
        if self.algorithm != ALGORITHM {
            return Err(SignatureFault::OtherAlgorithm);
        }
        if self.key_id != key.key_id() {
            return Err(SignatureFault::OtherKey);
        }
        key.check(&self.signed_bytes(), &self.signature)
    }
}

/// A text as its length in bytes and its bytes.
pub(super) fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_be_bytes());
    bytes.extend(text.as_bytes());
}

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// Signed in a way that this program does not know.
    OtherAlgorithm,
    /// Signed by another key than the one given.
    OtherKey,
    /// Not made by this key over these bytes.
    Wrong,
}

impl SignatureFault {
    pub fn text(&self) -> Text {
        match self {
            SignatureFault::OtherAlgorithm => {
                Text::fixed("签名算法未知", "the signature's algorithm is unknown")
            }
            SignatureFault::OtherKey => Text::fixed("由另一密钥签名", "signed by another key"),
            SignatureFault::Wrong => Text::fixed("签名不符", "the signature is wrong"),
        }
    }
}

/// The administration's public key 公钥, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads 64 lower-case hexadecimal digits that are a usable key.
    pub fn parse(text: &str) -> Option<PublicKey> {
        let key = VerifyingKey::from_bytes(&from_hex(text)?).ok()?;
        (!key.is_weak()).then_some(PublicKey(key))
    }

    /// The key's short name: the first 16 hexadecimal digits of the SHA-256 of its bytes.
    pub fn key_id(&self) -> String {
        to_hex(&Hash::of(self.0.as_bytes()).0[..8])
    }

    /// Whether a signature, in hexadecimal, is this key's over these bytes.
    pub(super) fn check(&self, bytes: &[u8], signature: &str) -> Result<(), SignatureFault> {
        let signature = from_hex(signature).ok_or(SignatureFault::Wrong)?;
        let checked = self.0.verify_strict(bytes, &Signature::from_bytes(&signature));
        checked.map_err(|_| SignatureFault::Wrong)
    }
}

impl From<&SigningKey> for PublicKey {
    fn from(key: &SigningKey) -> PublicKey {
        PublicKey(key.verifying_key())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(self.0.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn key() -> SigningKey {
        SigningKey::from_bytes(&[42; 32])
    }

    /// A head with everything but its place in a chain, unsigned.
    pub fn unsigned() -> Head {
        Head {
            chain: "c1".to_owned(),
            number: 1,
            previous: Hash::ZERO,
            root: Hash::of(b"root"),
            first_event: 1,
            count: 3,
            utc_micros: 1_772_409_600_000_000,
            key_id: String::new(),
            algorithm: String::new(),
            signature: String::new(),
        }
    }

    /// Every way of changing one field of a head.
    pub fn changed(head: &Head) -> Vec<(&'static str, Head)> {
        let change = |name, change: fn(&mut Head)| {
            let mut other = head.clone();
            change(&mut other);
            (name, other)
        };
        vec![
            change("chain", |h| h.chain.push('x')),
            change("number", |h| h.number += 1),
            change("previous", |h| h.previous.0[0] ^= 1),
            change("root", |h| h.root.0[31] ^= 128),
            change("first_event", |h| h.first_event += 1),
            change("count", |h| h.count += 1),
            change("utc_micros", |h| h.utc_micros += 1),
            change("key_id", |h| h.key_id.push('0')),
            change("algorithm", |h| h.algorithm = "none".to_owned()),
            change("signature", |h| h.signature = h.signature.replace(['0', '1'], "2")),
            change("signature's case", |h| h.signature = h.signature.to_uppercase()),
            change("no signature", |h| h.signature.clear()),
        ]
    }

    #[test]
    fn the_bytes_are_as_documented() {
        let mut expected = b"customhouse-head-v1\n\0\0\0\0\0\0\0\x02c1\0\0\0\0\0\0\0\x01".to_vec();
        expected.extend([0; 32]);
        expected.extend(Hash::of(b"root").0);
        expected.extend(b"\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x03");
        expected.extend(1_772_409_600_000_000_u64.to_be_bytes());
        expected.extend(b"\0\0\0\0\0\0\0\x02k1\0\0\0\0\0\0\0\x07ed25519");
        let head = Head { key_id: "k1".to_owned(), algorithm: ALGORITHM.to_owned(), ..unsigned() };
        assert_eq!(head.signed_bytes(), expected);
        assert_eq!(head.hash(), Hash::of(&expected));
    }

    #[test]
    fn a_signature_holds_for_its_key_and_its_head_alone() {
        let mut head = unsigned();
        head.sign(&key());
        let public = PublicKey::from(&key());
        assert!(head.verify(&public));
        let stranger = PublicKey::from(&SigningKey::from_bytes(&[43; 32]));
        assert_eq!(head.check_signature(&stranger), Err(SignatureFault::OtherKey));
        for (name, other) in changed(&head) {
            assert!(!other.verify(&public), "{name}");
            assert_ne!(other.hash(), head.hash(), "{name}");
        }
    }

    #[test]
    fn a_key_reads_back_and_a_weak_one_does_not() {
        let public = PublicKey::from(&key());
        assert_eq!(PublicKey::parse(&public.to_string()), Some(public));
        assert_eq!(public.key_id().len(), 16);
        let weak = format!("01{}", "00".repeat(31));
        for bad in ["", "zz", &public.to_string().to_uppercase(), &weak] {
            assert_eq!(PublicKey::parse(bad), None, "{bad}");
        }
    }
}
