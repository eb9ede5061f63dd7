//! The two declarations of the real ledger of 2021, lodged as single-window messages on their days:
//! form → `DecMessage` → bytes → `exchange` → engine over SQLite → record. Every amount is the ledger's.

#![allow(clippy::disallowed_methods)] // tests are shell

#[path = "../../departments/control/tests/ledger/mod.rs"]
mod ledger;

use customhouse_control::form::Form;
use customhouse_control::{
    Actor, BillForm, Command, DeclarationRecord, DeclarationVersion, Role, declaration_key, version_key,
};
use customhouse_engine::{
    Command as EngineCommand, Dice, Engine, KeyFile, Outcome, Sent, Settings, Submission, verify,
};
use customhouse_exchange::{Format, Limits, Message, detect, read, write};
use customhouse_kernel::values::{CreditCode, Direction, EntryNumber, Exact, Money, OfficeCode, Rounding};
use customhouse_storage::Sqlite;
use customhouse_tests::{Folder, Server};
use std::collections::BTreeMap;

/// An engine on a database of its own, whose clock stands at a moment of 2021.
fn engine(folder: &Folder, clock: i64) -> Engine {
    Engine::start(Settings {
        store: Box::new(Sqlite::open(&folder.0.join("customhouse.db")).unwrap()),
        keys: KeyFile::open_or_make(&folder.0, "2021-01-01T00:00:00Z").unwrap(),
        pack: Some((ledger::pack_files(), "packs/cn".to_owned())),
        sample: true,
        clock: Some(clock),
        dice: Dice::Fixed(7),
        outlets: BTreeMap::new(),
    })
    .unwrap()
}

fn submit(engine: &Engine, role: Role, key: &str, command: Command, bytes: Vec<u8>) -> Outcome {
    let party = match role {
        Role::Carrier => CreditCode::complete("91990000MA0000002").unwrap().to_string(),
        _ => ledger::firm(),
    };
    let actor = Actor {
        name: role.name().to_owned(),
        role,
        party,
        offices: Vec::new(),
        places: Vec::new(),
        posts: Vec::new(),
    };
    let sent = Sent { media_type: "application/xml".to_owned(), bytes, keep: true };
    let command = EngineCommand::Control(command);
    let outcome = engine.submit_and_wait(Submission { actor, key: key.to_owned(), command, sent }).unwrap();
    assert!(outcome.accepted, "{key}: {:#?}", outcome.findings);
    outcome
}

/// The manifest as the declaration has it.
fn bill(form: &Form) -> Command {
    let text = |name: &str| form.head.get(name).unwrap_or_default().to_owned();
    Command::FileBill(BillForm {
        office: OfficeCode::parse(&text("entry_office")).unwrap(),
        bill: text("bill"),
        transport_mode: text("transport_mode"),
        transport_name: text("transport_name"),
        voyage: text("voyage"),
        direction: Direction::Import,
        entry_date: text("entry_date").parse().ok(),
        loading: None,
        place: text("storage_place"),
        packages: text("packages").parse().unwrap(),
        gross_kg: Exact::parse(&text("gross_kg")).unwrap(),
        consignee: None,
    })
}

/// Lodges an entry at its moment and holds the record against the ledger.
fn check(name: &str, clock: i64, day: &str, printed: Rounding, state: &str, duty: &str, vat: &str) {
    let Some(source) = ledger::folder() else { return };
    let entry = ledger::entry(&source, name);
    let form = ledger::form(&entry);
    let message = Message {
        form: form.clone(),
        version: Some("4.8".to_owned()),
        client_sequence_number: Some(format!("LEDGER{name}")),
        operation: Some("C".to_owned()),
        ..Message::default()
    };
    let bytes = write(Format::DecMessage, &message).into_bytes();
    assert_eq!(detect(&bytes, None), Format::DecMessage);
    let came = read(Format::DecMessage, &bytes, &Limits::default()).unwrap_or_else(|e| panic!("{e:#?}"));
    assert!(came == message, "writing and reading is the identity");

    let folder = Folder::new(&format!("ledger-{name}"));
    let engine = engine(&folder, clock);
    assert_eq!(engine.now().day().to_string(), day);
    submit(&engine, Role::Carrier, "bill", bill(&form), name.into());
    let key = came.client_sequence_number.as_deref().unwrap();
    let lodged = submit(&engine, Role::Declarant, key, Command::Lodge(Box::new(came.form)), bytes);
    assert!(lodged.findings.is_empty(), "{:#?}", lodged.findings);
    lodged.receipt.check(&engine.public_key()).unwrap();

    let answer: serde_json::Value = serde_json::from_str(lodged.answer.as_ref().unwrap().get()).unwrap();
    let number = EntryNumber::parse(answer["entry_number"].as_str().unwrap()).unwrap();
    assert_eq!(answer["state"], state);
    let found = |key| engine.read(|r| r.record(&key)).unwrap().unwrap();
    let record: DeclarationRecord = found(declaration_key(number)).read().unwrap();
    let version: DeclarationVersion = found(version_key(number, 1)).read().unwrap();
    ledger::compare(&entry, &version.declaration, &version.assessment, printed);
    // sum over the lines = charge = payment book
    for (charge, column, total) in [("import_duty", "REAL_DUTY", duty), ("vat", "REAL_TAX", vat)] {
        let column = Money::sum(entry.lines.iter().map(|row| Money::parse(&row[column]).unwrap())).unwrap();
        let book = record.books.iter().find(|b| b.charge == charge).unwrap();
        assert_eq!(column, version.assessment.charge(charge), "{charge}");
        assert_eq!((column, column.to_string().as_str()), (book.amount, total), "{charge}");
    }
    assert_eq!(record.lines as usize, entry.lines.len());
    assert_eq!(record.completed.to_string(), day);
    assert_eq!(record.amounts.customs_value, version.assessment.value());
    let verified = engine.read(|r| verify(r, &engine.key_history(), &mut |_| {})).unwrap();
    assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
    engine.stop();
}

/// 2021-03-12 10:42:27 in China. Engines and panels need an inspection, so it is held.
#[test]
fn entry_e06_of_43_lines() {
    check("E06", 1_615_516_947_000_000, "2021-03-12", Rounding::Down, "held", "397886.67", "745622.94");
}

/// 2021-08-24 16:14:40 in China.
#[test]
fn entry_e01_of_3_lines() {
    check("E01", 1_629_792_880_000_000, "2021-08-24", Rounding::HalfUp, "green", "29249.31", "41826.50");
}

/// The same two entries through the real program's API, on a clock of their day: the bill as JSON, the
/// declaration as a `DecMessage` whose `ClientSeqNo` is the key. Every duty and VAT is the ledger's.
fn through_the_api(name: &str, clock: &str, printed: Rounding) {
    let Some(source) = ledger::folder() else { return };
    let entry = ledger::entry(&source, name);
    let folder = Folder::new(&format!("ledger-api-{name}"));
    let data = folder.0.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let server = Server::start(&data, &["--clock", clock]);
    let signs = server.sign_ins();
    let (carrier, trader) = (signs.token("carrier"), signs.token("trader"));
    let (_, me) = server.get(&trader, "/api/v1/me");

    let mut form = ledger::form(&entry);
    form.head.set("consignee.credit_code", me["party"].as_str().unwrap());
    let Command::FileBill(bill) = bill(&form) else { unreachable!() };
    let (status, filed) =
        server.post(&carrier, "bill", "/api/v1/bills", &serde_json::to_value(&bill).unwrap());
    assert_eq!(status, 201, "{filed:#}");
    let message = Message {
        form,
        client_sequence_number: Some(format!("LEDGER{name}")),
        operation: Some("C".to_owned()),
        ..Message::default()
    };
    let xml = write(Format::DecMessage, &message);
    let (status, lodged) = server.post_message(&trader, "/api/v1/declarations", xml.as_bytes());
    assert_eq!(status, 201, "{lodged:#}");
    let number = lodged["answer"]["entry_number"].as_str().unwrap();
    let (_, found) = server.get(&trader, &format!("/api/v1/declarations/{number}"));
    let declaration = serde_json::from_value(found["document"].clone()).unwrap();
    let assessment = serde_json::from_value(found["assessment"].clone()).unwrap();
    ledger::compare(&entry, &declaration, &assessment, printed);
    let (_, again) = server.post_message(&trader, "/api/v1/declarations", xml.as_bytes());
    assert_eq!((&again["repeated"], &again["answer"]), (&true.into(), &lodged["answer"]));
}

#[test]
fn entry_e06_through_the_api() {
    through_the_api("E06", "2021-03-12T10:42:27+08:00", Rounding::Down);
}

#[test]
fn entry_e01_through_the_api() {
    through_the_api("E01", "2021-08-24T16:14:40+08:00", Rounding::HalfUp);
}
