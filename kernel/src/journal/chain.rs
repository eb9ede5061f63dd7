//! Checking the whole chain: heads and their events, fed one batch after another.

use super::{Hash, Head, PublicKey, Salt, SignatureFault, leaf, root};
use crate::text::Text;
use serde::Deserialize;

/// An event as the store holds it.
#[derive(Clone, Copy, Debug)]
pub enum Stored<'a> {
    Whole {
        salt: Salt,
        payload: &'a str,
    },
    /// Its payload and salt were erased at the end of their retention; the leaf stays.
    Erased {
        leaf: Hash,
    },
}

/// What is wrong with a batch, or between it and the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// The head belongs to another chain.
    OtherChain {
        found: String,
    },
    /// A head is missing, repeated or out of order.
    Gap {
        expected: u64,
        found: u64,
    },
    /// `previous` is not the hash of the head before.
    WrongPrevious,
    /// The batch does not begin after the last event of the one before.
    WrongFirstEvent {
        expected: u64,
        found: u64,
    },
    /// The head states another number of events than there are, or none.
    WrongCount {
        stated: u64,
        found: u64,
    },
    /// An event has another number than its place, or is not an event at all.
    WrongSeq {
        expected: u64,
        found: Option<u64>,
    },
    /// The events do not give the head's root: something was changed.
    WrongRoot,
    /// Nobody knows the key that the head names.
    UnknownKey {
        key_id: String,
    },
    Signature(SignatureFault),
}

impl ChainFault {
    pub fn text(&self) -> Text {
        match self {
            ChainFault::OtherChain { found } => Text::of(
                format!("批次首部属于另一链 {found}"),
                format!("the head belongs to another chain, {found}"),
            ),
            ChainFault::Gap { expected, found } => Text::of(
                format!("批次首部不连续：应为 {expected}，实为 {found}"),
                format!("the heads have a gap: {expected} was due, {found} came"),
            ),
            ChainFault::WrongPrevious => {
                Text::fixed("与上一批次首部的散列值不符", "`previous` is not the hash of the head before")
            }
            ChainFault::WrongFirstEvent { expected, found } => Text::of(
                format!("批次应从事件 {expected} 开始，实从 {found} 开始"),
                format!("the batch should begin with event {expected}, not {found}"),
            ),
            ChainFault::WrongCount { stated, found } => Text::of(
                format!("批次首部记载 {stated} 个事件，实有 {found} 个"),
                format!("the head states {stated} events, there are {found}"),
            ),
            ChainFault::WrongSeq { expected, found: Some(found) } => Text::of(
                format!("事件 {expected} 处为事件 {found}"),
                format!("event {found} stands in the place of event {expected}"),
            ),
            ChainFault::WrongSeq { expected, found: None } => {
                Text::of(format!("事件 {expected} 无法读取"), format!("event {expected} cannot be read"))
            }
            ChainFault::WrongRoot => Text::fixed(
                "事件与批次首部不符：内容已被改动",
                "the events do not give the root: something was changed",
            ),
            ChainFault::UnknownKey { key_id } => {
                Text::of(format!("未知密钥 {key_id}"), format!("the key {key_id} is unknown"))
            }
            ChainFault::Signature(fault) => fault.text(),
        }
    }
}

/// Walks a chain from its first head. Keys may rotate: `keys` finds each by its id.
pub struct ChainCheck<K> {
    keys: K,
    last: Option<Head>,
}

impl<K: Fn(&str) -> Option<PublicKey>> ChainCheck<K> {
    pub fn new(keys: K) -> ChainCheck<K> {
        ChainCheck { keys, last: None }
    }

    /// The last head that was fed.
    pub fn last(&self) -> Option<&Head> {
        self.last.as_ref()
    }

    /// Takes the next head with all its events and gives every fault of this batch. Afterwards the
    /// check stands at this head, so that one fault is not told again for all that follows.
    pub fn feed(&mut self, head: &Head, events: &[Stored<'_>]) -> Vec<ChainFault> {
        let mut faults = self.link_faults(head);
        faults.extend(content_faults(head, events));
        match (self.keys)(&head.key_id) {
            None => faults.push(ChainFault::UnknownKey { key_id: head.key_id.clone() }),
            Some(key) => faults.extend(head.check_signature(&key).err().map(ChainFault::Signature)),
        }
        self.last = Some(head.clone());
        faults
    }

    fn link_faults(&self, head: &Head) -> Vec<ChainFault> {
        let mut faults = Vec::new();
        let (mut number, mut previous, mut first_event) = (1, Hash::ZERO, 1);
        if let Some(last) = &self.last {
            number = last.number.saturating_add(1);
            previous = last.hash();
            first_event = last.first_event.saturating_add(last.count);
            if head.chain != last.chain {
                faults.push(ChainFault::OtherChain { found: head.chain.clone() });
            }
        }
        if head.number != number {
            faults.push(ChainFault::Gap { expected: number, found: head.number });
        }
        if head.previous != previous {
            faults.push(ChainFault::WrongPrevious);
        }
        if head.first_event != first_event {
            let (expected, found) = (first_event, head.first_event);
            faults.push(ChainFault::WrongFirstEvent { expected, found });
        }
        faults
    }
}

fn content_faults(head: &Head, events: &[Stored<'_>]) -> Vec<ChainFault> {
    let found = events.len() as u64;
    if head.count != found || found == 0 {
        return vec![ChainFault::WrongCount { stated: head.count, found }];
    }
    let mut faults = Vec::new();
    let mut leaves = Vec::with_capacity(events.len());
    for (index, event) in (0..).zip(events) {
        match event {
            Stored::Erased { leaf } => leaves.push(*leaf),
            Stored::Whole { salt, payload } => {
                leaves.push(leaf(salt, payload.as_bytes()));
                let (expected, found) = (head.first_event.saturating_add(index), seq_of(payload));
                if found != Some(expected) {
                    faults.push(ChainFault::WrongSeq { expected, found });
                }
            }
        }
    }
    if root(&leaves) != head.root {
        faults.push(ChainFault::WrongRoot);
    }
    faults
}

/// The number in a payload, whatever else later versions write there.
fn seq_of(payload: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Numbered {
        seq: u64,
    }
    serde_json::from_str::<Numbered>(payload).ok().map(|event| event.seq)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::head::tests::{changed, unsigned};
    use crate::journal::receipt::tests::payload;
    use ed25519_dalek::SigningKey;
    use proptest::prelude::*;

    const SALT: Salt = [5; 16];

    #[derive(Clone)]
    struct Batch {
        head: Head,
        payloads: Vec<String>,
        erased: bool,
    }

    fn signer(number: u64) -> SigningKey {
        SigningKey::from_bytes(&[if number < 3 { 1 } else { 2 }; 32]) // the key changes at head 3
    }

    fn known(key_id: &str) -> Option<PublicKey> {
        [1, 3].map(|n| PublicKey::from(&signer(n))).into_iter().find(|key| key.key_id() == key_id)
    }

    /// A whole chain with batches of these sizes.
    fn chain(sizes: &[u64]) -> Vec<Batch> {
        let (mut previous, mut first_event) = (Hash::ZERO, 1);
        let batch = |(number, &count): (u64, &u64)| {
            let payloads: Vec<String> = (first_event..first_event + count).map(payload).collect();
            let leaves: Vec<Hash> = payloads.iter().map(|p| leaf(&SALT, p.as_bytes())).collect();
            let mut head = Head { number, previous, root: root(&leaves), first_event, count, ..unsigned() };
            head.sign(&signer(number));
            (previous, first_event) = (head.hash(), first_event + count);
            Batch { head, payloads, erased: number == 2 }
        };
        (1..).zip(sizes).map(batch).collect()
    }

    fn faults(batches: &[Batch]) -> Vec<(u64, ChainFault)> {
        let mut check = ChainCheck::new(known);
        let feed = |batch: &Batch| {
            let stored = |payload| {
                let whole = Stored::Whole { salt: SALT, payload };
                let leaf = leaf(&SALT, payload.as_bytes());
                if batch.erased { Stored::Erased { leaf } } else { whole }
            };
            let events: Vec<Stored<'_>> = batch.payloads.iter().map(|p| stored(p)).collect();
            let found = check.feed(&batch.head, &events);
            found.into_iter().map(|fault| (batch.head.number, fault)).collect::<Vec<_>>()
        };
        batches.iter().flat_map(feed).collect()
    }

    #[test]
    fn a_whole_chain_has_no_fault_across_erasure_and_a_new_key() {
        assert_eq!(faults(&chain(&[1, 4, 3, 2])), []);
    }

    #[test]
    fn each_fault_has_its_name() {
        use ChainFault::*;
        let check = |change: fn(&mut Vec<Batch>), expected: &[(u64, ChainFault)]| {
            let mut batches = chain(&[1, 4, 3, 2]);
            change(&mut batches);
            assert_eq!(faults(&batches), expected);
            assert!(expected.iter().all(|(_, fault)| fault.text() != Text::default()));
        };
        let wrong = || Signature(SignatureFault::Wrong);
        check(
            |b| drop(b.remove(1)),
            &[
                (3, Gap { expected: 2, found: 3 }),
                (3, WrongPrevious),
                (3, WrongFirstEvent { expected: 2, found: 6 }),
            ],
        );
        check(
            |b| drop(b.remove(0)),
            &[
                (2, Gap { expected: 1, found: 2 }),
                (2, WrongPrevious),
                (2, WrongFirstEvent { expected: 1, found: 2 }),
            ],
        );
        check(|b| drop(b[2].payloads.pop()), &[(3, WrongCount { stated: 3, found: 2 })]);
        check(|b| b[2].payloads.clear(), &[(3, WrongCount { stated: 3, found: 0 })]);
        check(|b| b[2].payloads[1].push(' '), &[(3, WrongRoot)]);
        check(|b| b[1].payloads[1].push(' '), &[(2, WrongRoot)]);
        check(
            |b| b[2].payloads.swap(0, 1),
            &[
                (3, WrongSeq { expected: 6, found: Some(7) }),
                (3, WrongSeq { expected: 7, found: Some(6) }),
                (3, WrongRoot),
            ],
        );
        check(|b| b[2].payloads[2].clear(), &[(3, WrongSeq { expected: 8, found: None }), (3, WrongRoot)]);
        check(
            |b| b[2].head.chain.push('2'),
            &[
                (3, OtherChain { found: "c12".to_owned() }),
                (3, wrong()),
                (4, OtherChain { found: "c1".to_owned() }),
                (4, WrongPrevious),
            ],
        );
        check(|b| b[3].head.utc_micros += 1, &[(4, wrong())]);
        check(
            |b| b[3].head.key_id.push('0'),
            &[(4, UnknownKey { key_id: PublicKey::from(&signer(4)).key_id() + "0" })],
        );
        check(|b| b[3].head.key_id = PublicKey::from(&signer(1)).key_id(), &[(4, wrong())]);
        // A head signed again after a change is caught by the next one.
        check(
            |b| {
                b[1].head.utc_micros += 1;
                b[1].head.sign(&signer(2));
            },
            &[(3, WrongPrevious)],
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_prefix_verifies_and_any_changed_head_does_not(
            sizes in prop::collection::vec(1_u64..6, 1..6), pick: prop::sample::Index,
        ) {
            let whole = chain(&sizes);
            let n = pick.index(whole.len());
            prop_assert_eq!(faults(&whole[..n]), []);
            prop_assert_eq!(faults(&whole), []);
            for (name, head) in changed(&whole[n].head) {
                let mut batches = whole.clone();
                batches[n].head = head;
                prop_assert!(!faults(&batches).is_empty(), "{}", name);
            }
        }
    }
}
