//! A text that the administration signs beside the journal, such as a quote: nothing is kept of it, and
//! whoever holds it and the public key can check it offline.

use super::hash::to_hex;
use super::head::put_text;
use super::{ALGORITHM, PublicKey, SignatureFault};
use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize};

/// Stands before everything that is signed here, so that a signature is good for nothing else: no head of
/// a batch begins so.
const DOMAIN: &[u8] = b"customhouse-signed-v1\n";

/// A text with a signature over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// What the text is, such as `quote`: a text of one kind is never taken for another's.
    pub kind: String,
    /// Byte for byte as it was signed.
    pub text: String,
    pub key_id: String,
    /// `ed25519`.
    pub algorithm: String,
    /// Hexadecimal; over [`Signed::signed_bytes`].
    pub signature: String,
}

impl Signed {
    /// Signs a text with the shell's key.
    pub fn sign(kind: &str, text: String, key: &SigningKey) -> Signed {
        let mut signed = Signed {
            kind: kind.to_owned(),
            text,
            key_id: PublicKey::from(key).key_id(),
            algorithm: ALGORITHM.to_owned(),
            signature: String::new(),
        };
        signed.signature = to_hex(&key.sign(&signed.signed_bytes()).to_bytes());
        signed
    }

    /// What the signature covers: `customhouse-signed-v1` and a line feed, then kind, text, key id and
    /// algorithm, each as its length in bytes (8 bytes, most significant first) and its bytes.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = DOMAIN.to_vec();
        for text in [&self.kind, &self.text, &self.key_id, &self.algorithm] {
            put_text(&mut bytes, text);
        }
        bytes
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, key: &PublicKey) -> Result<(), SignatureFault> {
        if self.algorithm != ALGORITHM {
            return Err(SignatureFault::OtherAlgorithm);
        }
        if self.key_id != key.key_id() {
            return Err(SignatureFault::OtherKey);
        }
        key.check(&self.signed_bytes(), &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::super::head::tests::key;
    use super::*;

    /// What is changed, how, and what is wrong then.
    type Change = (&'static str, fn(&mut Signed), SignatureFault);

    fn signed() -> Signed {
        Signed::sign("quote", "{\"total\":\"1.00\"}".to_owned(), &key())
    }

    #[test]
    fn the_bytes_are_as_documented() {
        let signed = Signed { key_id: "k1".to_owned(), ..Signed::sign("q", "text".to_owned(), &key()) };
        let expected = b"customhouse-signed-v1\n\0\0\0\0\0\0\0\x01q\0\0\0\0\0\0\0\x04text\
            \0\0\0\0\0\0\0\x02k1\0\0\0\0\0\0\0\x07ed25519";
        assert_eq!(signed.signed_bytes(), expected);
    }

    #[test]
    fn a_signature_holds_for_its_text_its_kind_and_its_key_alone() {
        let public = PublicKey::from(&key());
        assert_eq!(signed().check(&public), Ok(()));
        let stranger = PublicKey::from(&SigningKey::from_bytes(&[43; 32]));
        assert_eq!(signed().check(&stranger), Err(SignatureFault::OtherKey));
        let changes: [Change; 6] = [
            ("text", |s| s.text = s.text.replace('1', "2"), SignatureFault::Wrong),
            ("kind", |s| s.kind = "letter".to_owned(), SignatureFault::Wrong),
            // what moves from one member to the next is another text
            (
                "border",
                |s| (s.kind, s.text) = ("quot".to_owned(), format!("e{}", s.text)),
                SignatureFault::Wrong,
            ),
            ("algorithm", |s| s.algorithm = "none".to_owned(), SignatureFault::OtherAlgorithm),
            ("signature", |s| s.signature = s.signature.replace(['0', '1'], "2"), SignatureFault::Wrong),
            ("no signature", |s| s.signature.clear(), SignatureFault::Wrong),
        ];
        for (name, change, fault) in changes {
            let mut other = signed();
            change(&mut other);
            assert_eq!(other.check(&public), Err(fault), "{name}");
        }
    }
}
