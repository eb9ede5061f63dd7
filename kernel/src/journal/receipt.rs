//! Checking a receipt 回执 offline: it needs the receipt and the administration's public key.

use super::hash::{from_hex, to_hex};
use super::{Event, Hash, Head, PublicKey, Receipt, Salt, SignatureFault, leaf, root_from_path};
use crate::moment::Moment;
use crate::text::Text;

/// What a receipt proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The event's number in the journal.
    pub seq: u64,
    pub kind: String,
    pub accepted: bool,
    pub moment: Moment,
    pub subject: String,
    /// Number of the head that covers it.
    pub head: u64,
}

/// Why a receipt proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptFault {
    /// The payload is not an event.
    NotAnEvent,
    /// The salt is not 32 lower-case hexadecimal digits.
    BadSalt,
    /// The head covers fewer events than that.
    IndexOutOfRange,
    /// The event's number is not the one of its place under the head.
    WrongSeq,
    /// Event, salt and path do not lead to the head's root: one of them was changed.
    NotUnderHead,
    /// The head itself is not genuine.
    Signature(SignatureFault),
}

impl ReceiptFault {
    pub fn text(&self) -> Text {
        match self {
            ReceiptFault::NotAnEvent => Text::fixed("回执内容不是事件", "the payload is not an event"),
            ReceiptFault::BadSalt => Text::fixed(
                "盐值不是 32 位小写十六进制数",
                "the salt is not 32 lower-case hexadecimal digits",
            ),
            ReceiptFault::IndexOutOfRange => {
                Text::fixed("批次中没有这一位置", "the batch has no event at this place")
            }
            ReceiptFault::WrongSeq => {
                Text::fixed("事件编号与其位置不符", "the event's number is not that of its place")
            }
            ReceiptFault::NotUnderHead => Text::fixed(
                "事件、盐值和路径与批次首部不符：内容已被改动",
                "event, salt and path do not lead to the head: something was changed",
            ),
            ReceiptFault::Signature(fault) => fault.text(),
        }
    }
}

impl From<SignatureFault> for ReceiptFault {
    fn from(fault: SignatureFault) -> ReceiptFault {
        ReceiptFault::Signature(fault)
    }
}

impl Receipt {
    /// The receipt for the event at a place of a batch.
    pub fn new(event: String, salt: &Salt, index: u64, path: Vec<Hash>, head: Head) -> Receipt {
        Receipt { event, salt: to_hex(salt), index, path, head }
    }

    /// Checks everything that can be checked without the journal.
    ///
    /// Errors: the first [`ReceiptFault`].
    pub fn check(&self, key: &PublicKey) -> Result<Checked, ReceiptFault> {
        let event: Event = serde_json::from_str(&self.event).map_err(|_| ReceiptFault::NotAnEvent)?;
        let salt: Salt = from_hex(&self.salt).ok_or(ReceiptFault::BadSalt)?;
        if self.index >= self.head.count {
            return Err(ReceiptFault::IndexOutOfRange);
        }
        if self.head.first_event.checked_add(self.index) != Some(event.seq) {
            return Err(ReceiptFault::WrongSeq);
        }
        let leaf = leaf(&salt, self.event.as_bytes());
        if root_from_path(leaf, self.index, self.head.count, &self.path) != Some(self.head.root) {
            return Err(ReceiptFault::NotUnderHead);
        }
        self.head.check_signature(key)?;
        Ok(Checked {
            seq: event.seq,
            kind: event.kind,
            accepted: event.accepted,
            moment: event.moment,
            subject: event.subject,
            head: self.head.number,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::journal::Tree;
    use crate::journal::head::tests::{changed, key, unsigned};
    use proptest::prelude::*;

    pub fn payload(seq: u64) -> String {
        let event = Event {
            seq,
            kind: "declaration.lodged".to_owned(),
            accepted: true,
            moment: Moment {
                utc_micros: 1_772_409_600_000_000,
                local: jiff::civil::datetime(2026, 3, 2, 8, 0, 0, 0),
            },
            edition: 1,
            dice: Hash::of(b"d"),
            actor: "system".to_owned(),
            party: String::new(),
            key: "k".to_owned(),
            submission: Hash::of(b"s"),
            subject: "declaration/1".to_owned(),
            facts: None,
            refusals: Vec::new(),
            postings: Vec::new(),
            written: Vec::new(),
            attachments: Vec::new(),
            answer: None,
        };
        serde_json::to_string(&event).unwrap()
    }

    /// The receipt for the event at `index` of a batch whose first event is 11.
    fn receipt(count: u64, index: u64, salt: Salt) -> Receipt {
        let tree = Tree::new((0..count).map(|n| leaf(&salt, payload(11 + n).as_bytes())).collect());
        let mut head = Head { number: 4, root: tree.root(), first_event: 11, count, ..unsigned() };
        head.sign(&key());
        Receipt::new(payload(11 + index), &salt, index, tree.path(index as usize), head)
    }

    #[test]
    fn a_receipt_tells_what_happened() {
        let checked = receipt(5, 2, [9; 16]).check(&PublicKey::from(&key())).unwrap();
        assert_eq!((checked.seq, checked.head, checked.accepted), (13, 4, true));
        assert_eq!((&*checked.kind, &*checked.subject), ("declaration.lodged", "declaration/1"));
        assert_eq!(checked.moment.day().to_string(), "2026-03-02");
    }

    #[test]
    fn a_receipt_reads_back_from_json() {
        let json = serde_json::to_string(&receipt(5, 2, [9; 16])).unwrap();
        let again: Receipt = serde_json::from_str(&json).unwrap();
        assert_eq!(again, receipt(5, 2, [9; 16]));
    }

    #[test]
    fn each_fault_has_its_name() {
        let check = |change: fn(&mut Receipt), expected: ReceiptFault| {
            let mut receipt = receipt(5, 2, [9; 16]);
            change(&mut receipt);
            assert_eq!(receipt.check(&PublicKey::from(&key())), Err(expected));
            assert_ne!(expected.text(), Text::default());
        };
        check(|r| r.event = "{}".to_owned(), ReceiptFault::NotAnEvent);
        check(|r| r.salt = "09".to_owned(), ReceiptFault::BadSalt);
        check(|r| r.index = 5, ReceiptFault::IndexOutOfRange);
        check(|r| r.index = 3, ReceiptFault::WrongSeq);
        check(|r| r.head.first_event = u64::MAX, ReceiptFault::WrongSeq);
        check(|r| r.event = r.event.replace("true", "false"), ReceiptFault::NotUnderHead);
        check(|r| r.event.push(' '), ReceiptFault::NotUnderHead);
        check(|r| r.path.clear(), ReceiptFault::NotUnderHead);
        check(|r| r.head.algorithm.clear(), ReceiptFault::Signature(SignatureFault::OtherAlgorithm));
        check(|r| r.head.key_id.clear(), ReceiptFault::Signature(SignatureFault::OtherKey));
        check(|r| r.head.number += 1, ReceiptFault::Signature(SignatureFault::Wrong));
        check(|r| r.head.signature.clear(), ReceiptFault::Signature(SignatureFault::Wrong));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_changed_bit_fails(
            count in 1_u64..40, pick: prop::sample::Index, salt: Salt, at: prop::sample::Index, bit in 0_usize..7,
        ) {
            let public = PublicKey::from(&key());
            let whole = receipt(count, pick.index(count as usize) as u64, salt);
            prop_assert!(whole.check(&public).is_ok());
            let fails = |change: &dyn Fn(&mut Receipt)| {
                let mut other = whole.clone();
                change(&mut other);
                other.check(&public).is_err()
            };
            let flip = |text: &mut String| {
                let mut bytes = text.clone().into_bytes();
                let place = at.index(bytes.len());
                bytes[place] ^= 1 << bit; // ASCII stays ASCII
                *text = String::from_utf8(bytes).unwrap();
            };
            prop_assert!(fails(&|r| flip(&mut r.event)));
            prop_assert!(fails(&|r| flip(&mut r.salt)));
            prop_assert!(fails(&|r| flip(&mut r.head.signature)));
            prop_assert!(fails(&|r| r.index ^= 1 << bit));
            if !whole.path.is_empty() {
                let change = |r: &mut Receipt| r.path[at.index(whole.path.len())].0[bit] ^= 1 << bit;
                prop_assert!(fails(&change));
            }
            for (name, head) in changed(&whole.head) {
                prop_assert!(fails(&|r| r.head = head.clone()), "{}", name);
            }
        }
    }
}
