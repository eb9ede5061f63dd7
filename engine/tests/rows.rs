//! The stored form is lean: one import from bill to closed leaves a stated maximum of rows.

mod support;

use customhouse_control::{Command, DeclarationRecord, Role, declaration_key};
use customhouse_engine::{Dice, Engine, KeyFile, Settings, SimulatedBank};
use customhouse_kernel::beats::Record;
use customhouse_kernel::journal::Head;
use customhouse_storage::{Batch, Loaded, Reader, Sim, SimDisk, Store, StoreError, Want};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use support::*;

/// A store that notes which rows a batch leaves behind.
struct Counting {
    inner: Sim,
    rows: Arc<Mutex<BTreeSet<String>>>,
}

impl Store for Counting {
    fn load(&mut self, want: &Want) -> Result<Loaded, StoreError> {
        self.inner.load(want)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut rows = self.rows.lock().unwrap();
        rows.extend(batch.events.iter().map(|e| format!("event {}", e.seq)));
        rows.extend(batch.records.iter().map(|r| format!("record {}", r.key)));
        rows.extend(batch.balances.keys().map(|a| format!("balance {a}")));
        rows.extend(batch.counters.keys().map(|c| format!("counter {c}")));
        rows.extend(batch.outgoing.iter().map(|o| format!("outgoing {}", o.id)));
        rows.extend(batch.attachments.iter().map(|a| format!("attachment {}", a.digest)));
        rows.extend(batch.head.iter().map(|h| format!("head {}", h.number)));
        self.inner.commit(batch)
    }

    fn recover(&mut self) -> Result<Option<Head>, StoreError> {
        self.inner.recover()
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.inner.reader()
    }
}

fn wait_for(engine: &Engine, entry: customhouse_kernel::values::EntryNumber, state: &str) {
    for _ in 0..400 {
        let record: Option<Record> = engine.read(|r| r.record(&declaration_key(entry))).unwrap();
        if record.as_ref().is_some_and(|r| r.state == state) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    panic!("{entry} never became {state}");
}

#[test]
fn one_import_leaves_at_most_28_rows_of_its_own() {
    let rows = Arc::new(Mutex::new(BTreeSet::new()));
    let store = Counting { inner: Sim::open(&SimDisk::new(5)).unwrap(), rows: Arc::clone(&rows) };
    let engine = Engine::start(Settings {
        store: Box::new(store),
        keys: KeyFile::of(key(), "2026-03-02T02:00:00Z"),
        pack: Some((small_pack(), "embedded".to_owned())),
        sample: true,
        clock: Some(MONDAY),
        dice: Dice::Fixed(7),
        outlets: BTreeMap::from([(
            "bank".to_owned(),
            Box::new(SimulatedBank) as Box<dyn customhouse_engine::Deliver>,
        )]),
    })
    .unwrap();
    let ask = |role, key: &str, command| {
        let mut submission = submission(role, key, command);
        submission.sent.keep = key == "d1"; // the declaration's document is what is kept
        let outcome = engine.submit_and_wait(submission).unwrap();
        assert!(outcome.accepted, "{:#?}", outcome.findings);
        outcome
    };
    rows.lock().unwrap().clear();
    ask(Role::Carrier, "b1", bill(BILL));
    let lodged = ask(Role::Declarant, "d1", lodge(BILL));
    let number = entry(&lodged.answer);
    ask(Role::Declarant, "p1", Command::OrderPayment(number));
    wait_for(&engine, number, "released");
    ask(Role::Operator, "o1", goods_out(BILL, 10, "1250.5"));
    let record: DeclarationRecord =
        engine.read(|r| r.record(&declaration_key(number))).unwrap().unwrap().read().unwrap();
    assert!(record.books.iter().all(|b| b.paid.is_some()));
    engine.stop();
    // heads are a row a batch, and these accounts and counters belong to the office or the charge
    let shared = [
        "head",
        "counter",
        "balance manifest",
        "balance goods_out",
        "balance duty_assessed",
        "balance treasury",
    ];
    let own: Vec<String> =
        rows.lock().unwrap().iter().filter(|r| !shared.iter().any(|s| r.starts_with(s))).cloned().collect();
    assert!(own.len() <= 28, "{} rows: {own:#?}", own.len());
}
