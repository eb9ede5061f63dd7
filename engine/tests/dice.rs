//! Nothing that a declarant gets says how the dice fell, nor by which rule he was selected; and `verify` holds the
//! dice that are kept against what the event commits to.

mod support;

use customhouse_control::{Role, declaration_key};
use customhouse_engine::{Dice, Engine, KeyFile, Settings, verify};
use customhouse_kernel::beats::Record;
use customhouse_kernel::journal::{Event, Hash, Head, Secret};
use customhouse_storage::{Batch, Loaded, Reader, Sim, SimDisk, Store, StoreError, Want};
use std::collections::BTreeMap;
use support::*;

/// A throw that is found wherever it stands.
const THROW: u64 = 9_123_456_789_012_345_678;

/// A store that keeps other dice than those of one kind of event.
struct Forging(Sim, &'static str);

impl Store for Forging {
    fn load(&mut self, want: &Want) -> Result<Loaded, StoreError> {
        self.0.load(want)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut batch = batch.clone();
        for event in batch.events.iter_mut().filter(|event| event.kind == self.1) {
            event.secret.dice ^= 1;
        }
        self.0.commit(&batch)
    }

    fn recover(&mut self) -> Result<Option<Head>, StoreError> {
        self.0.recover()
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.0.reader()
    }
}

fn engine(forged: &'static str) -> Engine {
    Engine::start(Settings {
        store: Box::new(Forging(Sim::open(&SimDisk::new(3)).unwrap(), forged)),
        keys: KeyFile::of(key(), "2026-03-02T02:00:00Z"),
        pack: Some((small_pack(), "embedded".to_owned())),
        sample: true,
        clock: Some(MONDAY),
        dice: Dice::Fixed(THROW),
        outlets: BTreeMap::new(),
    })
    .unwrap()
}

/// All that the declarant of a bill gets for lodging: answer, findings and receipt. And the record of it.
fn lodged(engine: &Engine, number: &str) -> (String, Event, Record) {
    assert!(
        engine
            .submit_and_wait(submission(Role::Carrier, &format!("b{number}"), bill(number)))
            .unwrap()
            .accepted
    );
    let submission = submission(Role::Declarant, &format!("d{number}"), lodge(number));
    let outcome = engine.submit_and_wait(submission).unwrap();
    assert!(outcome.accepted, "{:#?}", outcome.findings);
    let (answer, findings, receipt) = (&outcome.answer, &outcome.findings, &outcome.receipt);
    let all = serde_json::json!({ "answer": answer, "findings": findings, "receipt": receipt }).to_string();
    let event = serde_json::from_str(&receipt.event).unwrap();
    let record = engine.read(|r| r.record(&declaration_key(entry(answer)))).unwrap().unwrap();
    (all, event, record)
}

/// Whatever of a text could be 16 bytes: every run of 32 hexadecimal digits, at every place.
fn salts(text: &str) -> Vec<[u8; 16]> {
    let digits: Vec<Option<u8>> = text.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
    let runs = digits.windows(32).filter_map(|run| run.iter().copied().collect::<Option<Vec<u8>>>());
    let salts = runs.map(|run| std::array::from_fn(|n| run[2 * n] << 4 | run[2 * n + 1]));
    salts.chain([[0; 16]]).collect()
}

#[test]
fn neither_the_dice_nor_the_rule_follow_from_what_a_declarant_gets() {
    let engine = engine("");
    let (text, event, record) = lodged(&engine, "DICE1");
    let rule = record.body.split_once("\"selected_by\":\"").unwrap().1.split('"').next().unwrap();
    assert!(rule.starts_with("selection."), "{rule}");
    let hex = |bytes: [u8; 8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    for secret in [THROW.to_string(), hex(THROW.to_le_bytes()), hex(THROW.to_be_bytes()), rule.to_owned()] {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
    // who guesses the dice, or the record with the rule, cannot tell that the guess is right
    let salts = salts(&text);
    assert!(salts.len() > 100, "the leaf's salt and every hash of the receipt are among them");
    let digest = event.written.iter().find(|w| w.key == record.key).unwrap().digest;
    let json = serde_json::to_vec(&record).unwrap();
    assert_ne!(digest, Hash::of(&json));
    assert_ne!(event.dice, Hash::of(&THROW.to_le_bytes()));
    for salt in salts {
        let guess = Secret { dice: THROW, salt };
        assert_ne!(guess.commitment(), event.dice);
        assert_ne!(guess.digest(&record), digest);
    }
    // two throws that are the same do not look the same
    assert_ne!(lodged(&engine, "DICE2").1.dice, event.dice);
    // and customs can open what the event commits to
    let kept = engine.read(|r| r.event(event.seq)).unwrap().unwrap().secret;
    assert_eq!((kept.dice, kept.commitment(), kept.digest(&record)), (THROW, event.dice, digest));
}

#[test]
fn a_refused_submission_does_not_tell_either() {
    let engine = engine("");
    let outcome = engine.submit_and_wait(submission(Role::Declarant, "d1", lodge("NONE"))).unwrap();
    assert!(!outcome.accepted);
    let text = serde_json::to_string(&outcome.receipt).unwrap();
    assert!(!text.contains(&THROW.to_string()), "{text}");
    let event: Event = serde_json::from_str(&outcome.receipt.event).unwrap();
    assert!(salts(&text).into_iter().all(|salt| Secret { dice: THROW, salt }.commitment() != event.dice));
}

#[test]
fn verify_finds_dice_that_were_changed() {
    for (forged, found) in [("", 0), ("declaration.lodged", 1)] {
        let engine = engine(forged);
        let (_, event, _) = lodged(&engine, "DICE1");
        let verified = engine.read(|r| verify(r, &engine.key_history(), &mut |_| {})).unwrap();
        let places: Vec<&str> = verified.findings.iter().map(|f| f.place.as_str()).collect();
        let expected: Vec<String> = (0..found).map(|_| format!("event {}", event.seq)).collect();
        assert_eq!(places, expected, "{:#?}", verified.findings);
    }
}
