//! Reads are journalled: one event an officer, declaration and day, with its reason; the declarant is not told.

mod support;

use customhouse_control::{Actor, Command, Post, Read, ReadReason, Role, declaration_key, read_key};
use customhouse_engine::Outcome;
use customhouse_kernel::values::EntryNumber;
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;

fn read(house: &House, by: Actor, entry: EntryNumber, reason: &str) -> Outcome {
    house.ask(by, Command::ReadDeclaration { entry, reason: reason.to_owned() })
}

fn kept(house: &House, entry: EntryNumber, officer: &str) -> Option<Read> {
    let key = read_key(entry, house.engine.now().day(), officer);
    house.engine.read(|r| r.record(&key)).unwrap().map(|record| record.read().unwrap())
}

#[test]
fn a_reading_has_a_reason_and_stands_once_a_day() {
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.lodged(BILL);
    let (doc, rel) = (officer("doc1", Post::DocumentCheck), officer("rel1", Post::Release));
    assert!(read(&house, doc.clone(), entry, "").accepted);
    let case = kept(&house, entry, "doc1").unwrap();
    assert_eq!((case.reason, &*case.words, case.posts), (ReadReason::Case, "", vec![Post::DocumentCheck]));
    // an auditor has nothing to do with it: he says why
    let auditor = officer("aud1", Post::Audit);
    let silent = read(&house, auditor.clone(), entry, "  ");
    assert_eq!((codes(&silent), &*silent.findings[0].path), (vec!["CTL-001".to_owned()], "/reason"));
    assert_eq!(kept(&house, entry, "aud1"), None);
    assert_eq!(codes(&read(&house, auditor.clone(), entry, &"长".repeat(201))), ["CTL-002"]);
    assert!(read(&house, auditor.clone(), entry, "复核").accepted);
    let stated = kept(&house, entry, "aud1").unwrap();
    assert_eq!((stated.reason, &*stated.words), (ReadReason::Stated, "复核"));
    // again on the day: the first one stands; on the next day there is another
    assert!(read(&house, auditor.clone(), entry, "别的").accepted);
    assert_eq!(kept(&house, entry, "aud1").unwrap(), stated);
    assert!(read(&house, rel, entry, "").accepted, "it may be put on hold by release");
    house.engine.set_clock(MONDAY + DAY).unwrap();
    assert_eq!(kept(&house, entry, "aud1"), None);
    assert!(read(&house, auditor, entry, "再看").accepted);
    let kinds = house.engine.read(|r| r.kinds()).unwrap();
    assert_eq!(kinds["declaration_read"], 4);
    house.sound();
}

#[test]
fn the_declaration_itself_tells_nothing_of_it() {
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.lodged(BILL);
    let (record, balances) = (house.record(entry), house.balances());
    let subject = declaration_key(entry).to_string();
    let events = house.engine.read(|r| r.events_about(&subject)).unwrap().len();
    let outcome = read(&house, officer("doc1", Post::DocumentCheck), entry, "");
    let event = house.engine.read(|r| r.event(outcome.seq)).unwrap().unwrap();
    assert_eq!((&*event.kind, &*event.party), ("declaration.read", "doc1"));
    assert!(event.subject.starts_with("declaration_read/"));
    assert_eq!(house.engine.read(|r| r.events_about(&subject)).unwrap().len(), events);
    assert_eq!((house.record(entry), house.balances()), (record, balances));
    house.sound();
}

#[test]
fn who_may_not_see_it_reads_nothing() {
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.lodged(BILL);
    let far = Actor {
        offices: vec![customhouse_kernel::values::OfficeCode::parse("2248").unwrap()],
        ..officer("far1", Post::Release)
    };
    let nobody = Actor { name: "nobody".to_owned(), ..actor(Role::Officer) };
    for (by, code) in [
        (far, "CTL-018"),
        (nobody, "CTL-091"),
        (actor(Role::Declarant), "CTL-014"),
        (Actor::system(), "CTL-014"),
    ] {
        assert_eq!(codes(&read(&house, by, entry, "好奇")), [code]);
    }
    assert!(!house.engine.read(|r| r.kinds()).unwrap().contains_key("declaration_read"));
    house.sound();
}

#[test]
fn a_check_that_is_late_is_marked_and_stays() {
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.lodged(BILL);
    let by = house.body(entry).check_by.unwrap();
    assert_eq!((by.day.to_string(), house.record(entry).due), ("2026-03-03".to_owned(), Some(by.day)));
    let marked = || house.body(entry).timeline.iter().filter(|m| m.step == "document_check_overdue").count();
    house.engine.set_clock(MONDAY + DAY).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert_eq!(marked(), 0, "its last day has not passed");
    house.engine.set_clock(MONDAY + 2 * DAY).unwrap();
    for _ in 0..400 {
        if marked() > 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    assert_eq!((marked(), house.state(entry)), (1, "document_check".to_owned()), "nothing passes by itself");
    assert_eq!(house.body(entry).check_by, Some(by), "it is overdue until somebody checks");
    // asked and answered, the check has its term anew
    house.takes(officer("doc1", Post::DocumentCheck), entry, "request_documents", note("合同"));
    assert_eq!(house.body(entry).check_by, None, "it waits for the declarant");
    house.takes(actor(Role::Declarant), entry, "answer", note("已补充"));
    assert_eq!(house.body(entry).check_by.unwrap().day.to_string(), "2026-03-05");
    house.sound();
}
