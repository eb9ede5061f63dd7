//! Reads are journalled: one event an officer, declaration and day, with its reason; the declarant is not told.

mod support;

use customhouse_control::{
    Actor, Command, LicenceForm, Post, Read, ReadReason, Readable, Reads, RefundForm, Role, declaration_key,
    read_key,
};
use customhouse_engine::Outcome;
use customhouse_kernel::values::{CommodityCode, CreditCode, EntryNumber, Exact, UnitCode};
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;

fn declaration(entry: EntryNumber) -> Reads {
    Reads::new(Readable::Declaration, entry.to_string())
}

fn read(house: &House, by: Actor, entry: EntryNumber, reason: &str) -> Outcome {
    house.ask(by, Command::Read { of: declaration(entry), reason: reason.to_owned() })
}

fn kept(house: &House, entry: EntryNumber, officer: &str) -> Option<Read> {
    let key = read_key(&declaration(entry), house.engine.now().day(), officer);
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
    assert_eq!(kinds["read"], 4);
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
    assert!(event.subject.starts_with("read/"));
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
    assert!(!house.engine.read(|r| r.kinds()).unwrap().contains_key("read"));
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

fn reads(house: &House, by: &Actor, of: &Reads, reason: &str) -> Result<Read, Vec<String>> {
    let command = Command::Read { of: of.clone(), reason: reason.to_owned() };
    let outcome = house.ask(by.clone(), command);
    if !outcome.accepted {
        return Err(codes(&outcome));
    }
    let key = read_key(of, house.engine.now().day(), &by.name);
    let record = house.engine.read(|r| r.record(&key)).unwrap().unwrap();
    assert_eq!(record.office, "2225");
    Ok(record.read().unwrap())
}

/// A bill, a guarantee, a refund and a licence: whose work it is needs no reason, everybody else's is stated, and
/// for another office they are not there.
#[test]
fn what_else_is_read_has_its_reason_too() {
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.lodged(BILL);
    let book = house.body(entry).books[0].number.clone();
    house.accepted(actor(Role::Bank), settle_as(&book, "1.00", "WRONG"));
    let refund = RefundForm {
        ground: "misdirected".to_owned(),
        payments: vec!["WRONG".to_owned()],
        account: "示例银行 6222000011112222".to_owned(),
        reason: "错缴".to_owned(),
        ..RefundForm::default()
    };
    let refund = house.accepted(actor(Role::Declarant), Command::ApplyForRefund(Box::new(refund)));
    let refund = told(&refund.answer, "refund");
    house.accepted(officer("head", Post::Head), Command::RecordLicence(licence()));
    let (doc, rel, aud) =
        (officer("doc1", Post::DocumentCheck), officer("rel1", Post::Release), officer("aud1", Post::Audit));
    let far = Actor {
        offices: vec![customhouse_kernel::values::OfficeCode::parse("2248").unwrap()],
        ..officer("far1", Post::Release)
    };
    for (of, work, other, gone) in [
        (Reads::new(Readable::Bill, format!("2225-{BILL}")), Some(&doc), &aud, "CTL-017"),
        // accepted: its officer acted on it
        (Reads::new(Readable::Guarantee, GUARANTEE), Some(&rel), &aud, "CTL-060"),
        (Reads::new(Readable::Refund, refund), Some(&rel), &aud, "CTL-089"),
        (Reads::new(Readable::Licence, "7-L1"), None, &doc, ""),
    ] {
        let (records, balances) = house.everything();
        if let Some(work) = work {
            let read = reads(&house, work, &of, "").unwrap();
            assert_eq!((read.reason, &read.of, &*read.officer), (ReadReason::Case, &of, &*work.name));
        }
        assert_eq!(reads(&house, other, &of, " "), Err(vec!["CTL-001".to_owned()]), "{of:?}");
        assert_eq!(reads(&house, other, &of, "复核").unwrap().reason, ReadReason::Stated);
        if !gone.is_empty() {
            assert_eq!(reads(&house, &far, &of, "好奇"), Err(vec![gone.to_owned()]), "{of:?}");
        }
        let nothing = Reads::new(of.what, "none");
        assert!(reads(&house, other, &nothing, "好奇").is_err(), "{of:?}");
        assert!(reads(&house, &actor(Role::Declarant), &of, "好奇").is_err(), "{of:?}");
        // it is not the record's own event, and the record is as it was
        assert_eq!(house.balances(), balances);
        let left: Vec<_> = house.everything().0.into_iter().filter(|r| r.key.kind != "read").collect();
        let before: Vec<_> = records.into_iter().filter(|r| r.key.kind != "read").collect();
        assert_eq!(left, before);
    }
    house.sound();
}

/// A bill without a declaration is nobody's work; one whose case an officer decides on is his.
#[test]
fn a_bill_is_the_work_of_whoever_works_on_its_case() {
    let house = House::open(GREEN, small_pack());
    house.accepted(actor(Role::Carrier), disposals::named(BILL, Some(&firm())));
    let bill = Reads::new(Readable::Bill, format!("2225-{BILL}"));
    let release = officer("rel1", Post::Release);
    assert_eq!(reads(&house, &release, &bill, ""), Err(vec!["CTL-001".to_owned()]));
    house.accepted(actor(Role::Declarant), disposals::abandon(BILL));
    assert_eq!(reads(&house, &release, &bill, "").unwrap().reason, ReadReason::Case);
    house.sound();
}

fn licence() -> LicenceForm {
    LicenceForm {
        certificate: "7".to_owned(),
        number: "L1".to_owned(),
        holder: CreditCode::parse(&firm()).unwrap(),
        goods: CommodityCode::parse("8512").unwrap(),
        unit: UnitCode::parse("007").unwrap(),
        quantity: Exact::parse("100").unwrap(),
        uses: 1,
        valid_from: "2026-01-01".parse().unwrap(),
        valid_to: "2026-12-31".parse().unwrap(),
    }
}
