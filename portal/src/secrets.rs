//! Random secrets and their digests: what is stored never opens anything.

use sha2::{Digest, Sha256};

/// 32 random bytes as 64 hexadecimal digits.
///
/// # Panics
/// The machine gives no random bytes; then nothing may go on.
pub fn random() -> String {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).expect("the machine gives random bytes");
    hex(&bytes)
}

/// A secret for the API: `ch_` and 64 hexadecimal digits.
pub fn new_token() -> String {
    format!("ch_{}", random())
}

/// SHA-256 of a secret, in hexadecimal: the form in which tokens and sessions are stored.
pub fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_differ() {
        assert_ne!(random(), random());
        assert_eq!(new_token().len(), 3 + 64);
        assert!(digest("abc").starts_with("ba7816bf8f01cfea"));
    }
}
