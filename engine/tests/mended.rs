//! What an independent review of the core found, each held by a test: money that moved is booked, a
//! bank's reference stands for one payment, a bill answers to its own parties, `verify` sees what was
//! changed behind the journal's back, and what is cut short goes on.

#![allow(clippy::disallowed_methods)] // tests are shell

mod support;

use customhouse_control::{Actor, Command, DeclarationRecord, Role, Settlement, declaration_key};
use customhouse_engine::{
    Deliver, Dice, Engine, Finding, KeyFile, Outcome, Settings, SimulatedBank, StartError, Submission,
    Undeliverable, verify,
};
use customhouse_kernel::beats::{Outgoing, Record, RecordKey};
use customhouse_kernel::values::{CreditCode, OfficeCode};
use customhouse_storage::{Batch, Sim, SimDisk, Sqlite, Store};
use std::collections::BTreeMap;
use std::time::Duration;
use support::*;

fn engine_on(disk: &SimDisk) -> Engine {
    start(Box::new(Sim::open(disk).unwrap())).unwrap()
}

fn ask_as(engine: &Engine, actor: Actor, key: &str, command: Command) -> Outcome {
    appointed(engine, &actor, &command);
    let mut submission = submission(actor.role, key, command);
    submission.actor = actor;
    engine.submit_and_wait(submission).unwrap()
}

fn ask(engine: &Engine, role: Role, key: &str, command: Command) -> Outcome {
    ask_as(engine, actor(role), key, command)
}

fn accepted(engine: &Engine, role: Role, key: &str, command: Command) -> Outcome {
    let outcome = ask(engine, role, key, command);
    assert!(outcome.accepted, "{key}: {:#?}", outcome.findings);
    outcome
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    assert!(!outcome.accepted);
    outcome.findings.iter().filter(|f| f.is_error()).map(|f| f.code.as_str()).collect()
}

fn findings(engine: &Engine) -> Vec<Finding> {
    engine.read(|r| verify(r, &engine.key_history(), &mut |_| {})).unwrap().findings
}

fn settlement(book: &str, amount: &str, reference: &str) -> Settlement {
    let Command::Settle(one) = settle(book, amount) else { unreachable!() };
    Settlement { reference: reference.to_owned(), ..one }
}

/// An engine with a declaration that waits for its payment: its books, and its record's key.
fn awaiting(disk: &SimDisk) -> (Engine, Vec<(String, String)>, RecordKey) {
    let engine = engine_on(disk);
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let lodged = accepted(&engine, Role::Declarant, "d1", lodge(BILL));
    let key = declaration_key(entry(&lodged.answer));
    (engine, books(&lodged.answer), key)
}

#[test]
fn a_reference_stands_for_one_payment() {
    let (engine, books, _) = awaiting(&SimDisk::new(1));
    let (book, amount) = &books[0];
    let pay = |key: &str, amount: &str| {
        ask(&engine, Role::Bank, key, Command::Settle(settlement(book, amount, "BANK-1")))
    };
    let first = pay("p1", amount);
    assert_eq!(told(&first.answer, "outcome"), "collected");
    // the bank sends it again under another key: the same answer, and no second effect
    let again = pay("p2", amount);
    assert!(again.accepted);
    assert_eq!(told(&again.answer, "outcome"), "collected");
    assert_eq!(codes(&pay("p3", "1.00")), ["CTL-028"]);
    let held = engine.read(|r| r.balances(None, 1000)).unwrap();
    assert!(held.iter().all(|(a, n)| a.class() != "refundable" || *n == 0), "{held:?}");
    for bad in ["", &"9".repeat(65), "A\u{7}"] {
        let settle = Command::Settle(settlement(book, amount, bad));
        assert_eq!(codes(&ask(&engine, Role::Bank, &format!("bad{}", bad.len()), settle)), ["CTL-029"]);
    }
    assert_eq!(findings(&engine), []);
}

#[test]
fn money_for_a_declaration_that_cannot_take_it_is_held() {
    let disk = SimDisk::new(2);
    let (engine, books, key) = awaiting(&disk);
    engine.stop();
    drop(engine);
    // an edition whose procedure has no way to collect from where the case stands
    let mut pack = pack();
    let procedure = pack.iter_mut().find(|(p, _)| p == "procedures/import-declaration.toml").unwrap();
    procedure.1 = procedure.1.replace("actions = [\"collect\"]\n", "");
    let engine = start_with(Box::new(Sim::open(&disk).unwrap()), pack).unwrap();
    assert_eq!(engine.law().number, 2);
    for (n, (book, amount)) in books.iter().enumerate() {
        let settled = accepted(&engine, Role::Bank, &format!("p{n}"), settle(book, amount));
        assert_eq!(told(&settled.answer, "outcome"), "not_taken");
        assert_eq!(told(&settled.answer, "because"), "CTL-047");
    }
    let record: Record = engine.read(|r| r.record(&key)).unwrap().unwrap();
    assert_eq!(record.state, "green");
    let body: DeclarationRecord = record.read().unwrap();
    assert!(body.books.last().unwrap().paid.is_none());
    assert_eq!(findings(&engine), []);
}

#[test]
fn an_edition_without_a_state_in_use_is_refused() {
    let disk = SimDisk::new(3);
    let (engine, ..) = awaiting(&disk);
    engine.stop();
    drop(engine);
    let mut pack = pack();
    let procedure = pack.iter_mut().find(|(p, _)| p == "procedures/import-declaration.toml").unwrap();
    procedure.1 = procedure.1.replace("\"green\"", "\"verdant\"");
    let Err(error) = start_with(Box::new(Sim::open(&disk).unwrap()), pack) else { panic!("it started") };
    assert!(error.to_string().contains("state green is gone, and 1 cases are in it"), "{error}");
    // nothing was written: the old law still starts
    assert_eq!(engine_on(&disk).law().number, 1);
}

#[test]
fn a_bill_answers_to_its_own_parties_only() {
    let engine = engine_on(&SimDisk::new(4));
    let Command::FileBill(mut named) = bill("NAMED1") else { unreachable!() };
    let other = CreditCode::complete("91990000MA0000009").unwrap();
    named.consignee = Some(other);
    accepted(&engine, Role::Carrier, "b1", Command::FileBill(named.clone()));
    accepted(&engine, Role::Carrier, "b2", bill(BILL));
    // a firm that the bill does not name is told what it would be told of no bill at all
    let refused = ask(&engine, Role::Declarant, "d1", lodge("NAMED1"));
    assert!(codes(&refused).contains(&"CN-NORM-BILL-KNOWN"), "{:?}", refused.findings);
    // a stranger to the declaration learns nothing of the bill
    let mut stranger = actor(Role::Declarant);
    stranger.party = other.to_string();
    let mut form = form(BILL);
    form.head.set("packages", "11");
    let refused = ask_as(&engine, stranger.clone(), "d2", Command::Lodge(Box::new(form)));
    assert_eq!(codes(&refused), ["CTL-013"]);
    assert!(refused.findings.iter().all(|f| !f.code.contains("BILL")), "{:?}", refused.findings);
    // the one that it names declares it
    let mut own = support::form("NAMED1");
    own.head.set("consignee.credit_code", other.to_string());
    let lodged = ask_as(&engine, stranger, "d3", Command::Lodge(Box::new(own)));
    assert!(lodged.accepted, "{:#?}", lodged.findings);
    // a code with a wrong check character names nobody
    named.bill = "NAMED2".to_owned();
    named.consignee = CreditCode::parse("91990000MA00000011");
    assert!(named.consignee.is_some_and(|c| !c.check_holds()));
    assert_eq!(codes(&ask(&engine, Role::Carrier, "b3", Command::FileBill(named))), ["CTL-023"]);
    assert_eq!(findings(&engine), []);
}

#[test]
fn goods_leave_a_place_by_its_own_operator_and_enter_at_a_customs_house() {
    let (engine, books, _) = awaiting(&SimDisk::new(5));
    for (n, (book, amount)) in books.iter().enumerate() {
        accepted(&engine, Role::Bank, &format!("p{n}"), settle(book, amount));
    }
    let mut neighbour = actor(Role::Operator);
    neighbour.places = vec!["别处仓库".to_owned()];
    let refused = ask_as(&engine, neighbour, "o1", goods_out(BILL, 10, "1250.5"));
    assert_eq!(codes(&refused), ["CTL-026"]);
    accepted(&engine, Role::Operator, "o2", goods_out(BILL, 10, "1250.5"));
    let Command::FileBill(mut district) = bill("AT-DISTRICT") else { unreachable!() };
    district.office = OfficeCode::parse("2200").unwrap();
    assert_eq!(codes(&ask(&engine, Role::Carrier, "b9", Command::FileBill(district))), ["CTL-027"]);
}

/// Writes behind the journal's back and says what `verify` finds.
fn tampered(change: impl FnOnce(&mut dyn Store, Record)) -> Vec<(&'static str, String)> {
    let disk = SimDisk::new(6);
    let (engine, _, key) = awaiting(&disk);
    assert_eq!(findings(&engine), []);
    let history = engine.key_history();
    let record = engine.read(|r| r.record(&key)).unwrap().unwrap();
    engine.stop();
    drop(engine);
    let mut store = Sim::open(&disk).unwrap();
    change(&mut store, record);
    let mut reader = store.reader().unwrap();
    let verified = verify(&mut *reader, &history, &mut |_| {}).unwrap();
    verified.findings.into_iter().map(|f| (f.invariant, f.text.en.into_owned())).collect()
}

#[test]
fn verify_sees_what_no_event_wrote() {
    type Change = Box<dyn FnOnce(&mut Record)>;
    let changes: [(&str, Change); 4] = [
        ("owner", Box::new(|r| r.owner = "91990000MA0000009X".to_owned())),
        ("office", Box::new(|r| r.office = "2248".to_owned())),
        ("state", Box::new(|r| r.state = "released".to_owned())),
        ("due", Box::new(|r| r.due = None)),
    ];
    for (what, change) in changes {
        let found = tampered(|store, mut record| {
            change(&mut record);
            store.commit(&Batch { records: vec![record], ..Batch::default() }).unwrap();
        });
        assert!(found.iter().any(|(i, en)| *i == "records" && en.contains("digest")), "{what}: {found:?}");
    }
    let found = tampered(|store, record| {
        let key = RecordKey::new("declaration_version", "invented/1");
        store.commit(&Batch { records: vec![Record { key, ..record }], ..Batch::default() }).unwrap();
    });
    assert_eq!(found, [("records", "no event wrote it".to_owned())]);
}

#[test]
fn verify_holds_books_and_bills_against_the_ledger() {
    let found = tampered(|store, record| {
        let body: DeclarationRecord = record.read().unwrap();
        let account = customhouse_finance::duty_owed(&body.books[0].number);
        let balances = BTreeMap::from([(account, body.books[0].amount.minor() - 1)]);
        store.commit(&Batch { balances, ..Batch::default() }).unwrap();
    });
    assert!(found.iter().any(|(i, en)| *i == "money" && en.contains("on its account")), "{found:?}");
    let found = tampered(|store, _| {
        let key = format!("2225-{BILL}");
        let account = customhouse_kernel::ledger::AccountId::new("bill_declared", &key, "packages");
        store.commit(&Batch { balances: BTreeMap::from([(account, 9)]), ..Batch::default() }).unwrap();
    });
    assert!(
        found.iter().any(|(i, en)| *i == "ledger" && en.contains("not where the bill says")),
        "{found:?}"
    );
}

#[test]
fn verify_beside_a_busy_writer_finds_nothing() {
    let folder = std::env::temp_dir().join(format!("customhouse-busy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let engine = start(Box::new(Sqlite::open(&folder.join("customhouse.db")).unwrap())).unwrap();
    let writing = engine.clone();
    let writer = std::thread::spawn(move || {
        for n in 0..150 {
            accepted(&writing, Role::Carrier, &format!("b{n}"), bill(&format!("BUSY{n}")));
            accepted(&writing, Role::Declarant, &format!("d{n}"), lodge(&format!("BUSY{n}")));
        }
    });
    let mut looked = 0;
    while !writer.is_finished() {
        assert_eq!(findings(&engine), []);
        looked += 1;
    }
    writer.join().unwrap();
    assert!(looked > 1, "it looked while something was written");
    assert_eq!(findings(&engine), []);
    engine.stop();
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_clock_that_was_set_is_kept_and_never_on_a_real_database() {
    let disk = SimDisk::new(7);
    let engine = engine_on(&disk);
    let later = MONDAY + 40 * 86_400_000_000;
    engine.set_clock(later).unwrap();
    engine.stop();
    drop(engine);
    let settings = |clock, sample| Settings {
        store: Box::new(Sim::open(&disk).unwrap()),
        keys: KeyFile::of(key(), "2026-03-02T02:00:00Z"),
        pack: Some((pack(), "embedded".to_owned())),
        sample,
        clock,
        dice: Dice::Fixed(7),
        outlets: BTreeMap::new(),
    };
    let engine = Engine::start(settings(None, true)).unwrap();
    assert!((later..later + 60_000_000).contains(&engine.now().utc_micros), "{:?}", engine.now());
    engine.stop();
    drop(engine);
    let disk = SimDisk::new(8);
    let real = Settings { store: Box::new(Sim::open(&disk).unwrap()), ..settings(Some(MONDAY), false) };
    assert!(matches!(Engine::start(real), Err(StartError::ClockOnRealDatabase)));
    let mut reader = Sim::open(&disk).unwrap().reader().unwrap();
    assert_eq!(reader.last_head().unwrap(), None, "nothing was written");
}

/// Refuses every message of one book, and hands the others to the bank.
struct Choosy(SimulatedBank, String);

impl Deliver for Choosy {
    fn deliver(&mut self, message: &Outgoing) -> Result<Option<Submission>, Undeliverable> {
        if message.id.starts_with(&self.1) {
            Err(Undeliverable("no line".to_owned()))
        } else {
            self.0.deliver(message)
        }
    }
}

#[test]
fn a_message_that_cannot_be_delivered_holds_up_none_behind_it() {
    let disk = SimDisk::new(9);
    let (engine, books, key) = awaiting(&disk);
    engine.stop();
    drop(engine);
    let bank: Box<dyn Deliver> = Box::new(Choosy(SimulatedBank, books[0].0.clone()));
    let engine = Engine::start(Settings {
        store: Box::new(Sim::open(&disk).unwrap()),
        keys: KeyFile::of(support::key(), "2026-03-02T02:00:00Z"),
        pack: None,
        sample: true,
        clock: Some(MONDAY),
        dice: Dice::Fixed(7),
        outlets: BTreeMap::from([("bank".to_owned(), bank)]),
    })
    .unwrap();
    let entry = customhouse_kernel::values::EntryNumber::parse(&key.id).unwrap();
    accepted(&engine, Role::Declarant, "o1", Command::OrderPayment(entry));
    let paid = |engine: &Engine| {
        let body: DeclarationRecord = engine.read(|r| r.record(&key)).unwrap().unwrap().read().unwrap();
        body.books.iter().filter(|b| b.paid.is_some()).count()
    };
    for _ in 0..200 {
        if paid(&engine) == 1 {
            break;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    assert_eq!(paid(&engine), books.len() - 1, "the messages behind it went out");
    assert_eq!(engine.read(|r| r.undelivered(0, 10)).unwrap().len(), 1);
}

#[test]
fn a_first_start_that_was_cut_short_between_its_two_key_files_goes_on() {
    let folder = std::env::temp_dir().join(format!("customhouse-keys-{}", std::process::id()));
    std::fs::remove_dir_all(&folder).ok();
    let made = KeyFile::open_or_make(&folder, "2026-03-02T02:00:00Z").unwrap();
    std::fs::remove_file(folder.join("signing.key")).unwrap();
    let again = KeyFile::open_or_make(&folder, "2026-03-02T02:00:01Z").unwrap();
    assert_ne!(made.history, again.history);
    assert_eq!(KeyFile::open_or_make(&folder, "later").unwrap().history, again.history);
    std::fs::remove_dir_all(folder).unwrap();
}
