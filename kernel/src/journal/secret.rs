//! What the administration alone keeps of an event, and what the event says of it.
//!
//! A receipt shows the event whole to its sender. The dice of a decision must not follow from it: the shares of
//! the selection are public, and with the dice a declarant could tell how near a check was. Nor may the records
//! that it wrote: with all of a record known but why it was selected, a plain digest would confirm each guess.
//! So the event commits to the dice and names salted digests of its records; dice and salt stand beside it.

use super::{Hash, Salt};
use crate::beats::Record;
use serde::{Deserialize, Serialize};

/// Dice and salt of an event. It goes into no event, receipt or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// The randomness that was handed in.
    pub dice: u64,
    /// Random bytes of the shell, another than the salt of the event's leaf: that one stands in its receipt.
    pub salt: Salt,
}

impl Secret {
    /// What the event says of its dice: SHA-256(2 ‖ salt ‖ dice, least byte first).
    pub fn commitment(&self) -> Hash {
        Hash::of_parts(&[&[2], &self.salt, &self.dice.to_le_bytes()])
    }

    /// What the event says of a record that it wrote: SHA-256(3 ‖ salt ‖ the record's JSON text, its fields in
    /// their order).
    pub fn digest(&self, record: &Record) -> Hash {
        let text = serde_json::to_vec(record).expect("a record serialises");
        Hash::of_parts(&[&[3], &self.salt, &text])
    }

    /// Both, as a store keeps them: the dice, least byte first, and the salt.
    pub fn to_bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.dice.to_le_bytes());
        bytes[8..].copy_from_slice(&self.salt);
        bytes
    }

    /// What [`Secret::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8; 24]) -> Secret {
        let (mut dice, mut salt) = ([0; 8], [0; 16]);
        dice.copy_from_slice(&bytes[..8]);
        salt.copy_from_slice(&bytes[8..]);
        Secret { dice: u64::from_le_bytes(dice), salt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_dice_are_committed_to_otherwise_each_time() {
        let (one, other) = (Secret { dice: 7, salt: [1; 16] }, Secret { dice: 7, salt: [2; 16] });
        assert_ne!(one.commitment(), other.commitment());
        assert_ne!(one.commitment(), Secret { dice: 8, ..one }.commitment());
    }

    proptest! {
        #[test]
        fn bytes_read_back(dice: u64, salt: Salt) {
            let secret = Secret { dice, salt };
            prop_assert_eq!(Secret::from_bytes(&secret.to_bytes()), secret);
        }
    }
}
