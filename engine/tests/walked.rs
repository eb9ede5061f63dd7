//! What the oracle and the random walks found, each held by a test: a case that could never move again,
//! two books of one number, deadlines that hid others, a condition opened behind a release, and a missing
//! licence that saved goods from the examination that they were selected for.

mod support;

use customhouse_control::form::Part;
use customhouse_control::{Actor, Command, DeclarationRecord, LicenceForm, Post, Role, StepForm};
use customhouse_kernel::values::{CommodityCode, CreditCode, EntryNumber, Exact, UnitCode};
use std::collections::BTreeSet;
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;

/// Waits until the program has done something by itself.
fn until(house: &House, entry: EntryNumber, what: &str, done: impl Fn(&DeclarationRecord) -> bool) {
    for _ in 0..400 {
        if done(&house.body(entry)) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    panic!("{what}: {:#?}", house.record(entry));
}

fn rel() -> Actor {
    officer("rel1", Post::Release)
}

#[test]
fn paid_while_a_change_is_open_it_waits_for_the_decision_and_then_goes_on() {
    // what is asked, what is decided, where it goes on to
    for (asked, decided, state) in [
        ("request_amendment", "refuse_change", "released"),
        ("request_amendment", "approve_amendment", "green"),
        ("request_withdrawal", "refuse_change", "released"),
        ("request_withdrawal", "approve_withdrawal", "withdrawn"),
    ] {
        let house = House::open(GREEN, small_pack());
        let entry = house.lodged(BILL);
        house.takes(actor(Role::Declarant), entry, asked, content(asked, BILL, "9000"));
        house.pay(entry);
        assert_eq!((house.state(entry).as_str(), house.body(entry).open_books().count()), ("green", 0));
        house.takes(rel(), entry, decided, note("已阅"));
        assert_eq!(house.state(entry), state, "{asked}, {decided}");
        if state == "green" {
            // the amendment brought more to pay
            house.pay(entry);
            assert_eq!(house.state(entry), "released");
        }
        house.sound();
    }
}

#[test]
fn a_supplementary_book_never_gets_a_surcharge_s_number() {
    let house = House::open(GREEN, small_pack());
    let entry = house.lodged(BILL);
    house.engine.set_clock(MONDAY + 80 * DAY).unwrap();
    house.pay(entry);
    assert!(!house.body(entry).late_payment.is_empty(), "it was paid late");
    house.pay(entry);
    assert_eq!(house.state(entry), "released");
    house.takes(actor(Role::Declarant), entry, "request_amendment", amended(BILL, "9000"));
    house.takes(rel(), entry, "approve_amendment", note("同意"));
    let books = house.body(entry).books;
    let numbers: BTreeSet<&str> = books.iter().map(|b| b.number.as_str()).collect();
    assert_eq!(numbers.len(), books.len(), "{numbers:?}");
    assert!(house.body(entry).open_books().count() > 0);
    house.pay(entry);
    assert_eq!(house.body(entry).open_books().count(), 0);
    house.sound();
}

#[test]
fn a_deadline_that_was_worked_off_hides_none_behind_it() {
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.lodged(BILL);
    // the books were due on the 17th and stay open; the request made after that lapses all the same
    house.engine.set_clock(MONDAY + 16 * DAY).unwrap();
    let overdue = |body: &DeclarationRecord| body.timeline.iter().any(|m| m.step == "payment_overdue");
    until(&house, entry, "overdue", overdue);
    let doc = || officer("doc1", Post::DocumentCheck);
    house.takes(doc(), entry, "request_documents", note("合同"));
    house.engine.set_clock(MONDAY + 30 * DAY).unwrap();
    until(&house, entry, "lapsed", |body| body.requests[0].lapsed);
    assert_eq!(house.state(entry), "document_check");
    house.sound();
    // and two that pass on one day are both worked off
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.lodged(BILL);
    house.takes(doc(), entry, "request_documents", note("合同"));
    house.engine.set_clock(MONDAY + 30 * DAY).unwrap();
    until(&house, entry, "both", |body| body.requests[0].lapsed && overdue(body));
    let body = house.body(entry);
    assert_eq!(house.record(entry).due, body.check_by.map(|by| by.day), "only the check itself is due");
    house.sound();
}

#[test]
fn a_request_lapses_also_while_the_case_is_held() {
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.brought(&["doc request_documents", "rel hold"], BILL);
    house.engine.set_clock(MONDAY + 4 * DAY).unwrap();
    until(&house, entry, "lapsed", |body| body.requests[0].lapsed);
    assert_eq!(house.state(entry), "suspended");
    house.sound();
}

/// The declaration of a bill under a licence, with another price if one is said.
fn under_licence(total: Option<&str>) -> customhouse_control::form::Form {
    let mut form = form(BILL);
    let document = form.add(Part::Document);
    assert!(document.set("code", "7") && document.set("number", "L1"));
    if let Some(total) = total {
        form.lines[0].set("total", total);
        form.lines[0].set("price", "1");
    }
    form
}

fn licence() -> LicenceForm {
    LicenceForm {
        certificate: "7".to_owned(),
        number: "L1".to_owned(),
        holder: CreditCode::parse(&firm()).unwrap(),
        goods: CommodityCode::parse("851220").unwrap(),
        unit: UnitCode::parse("007").unwrap(),
        quantity: Exact::parse("100").unwrap(),
        uses: 1,
        valid_from: "2026-01-01".parse().unwrap(),
        valid_to: "2026-12-31".parse().unwrap(),
    }
}

#[test]
fn an_amendment_after_release_opens_no_condition() {
    let house = House::open(GREEN, pack_with_condition());
    house.accepted(officer("head", Post::Head), Command::RecordLicence(licence()));
    house.accepted(actor(Role::Carrier), bill(BILL));
    let lodged = Command::Lodge(Box::new(under_licence(None)));
    let entry = entry(&house.accepted(actor(Role::Declarant), lodged).answer);
    house.pay(entry);
    assert_eq!(house.state(entry), "released");
    // without its licence
    house.takes(actor(Role::Declarant), entry, "request_amendment", amended(BILL, "9000"));
    let before = house.everything();
    let refused = house.take(rel(), entry, "approve_amendment", note("同意"));
    assert_eq!((refused.accepted, codes(&refused)), (false, vec!["CTL-032".to_owned()]));
    assert_eq!(house.everything(), before);
    house.takes(rel(), entry, "refuse_change", note("缺许可证"));
    // with it
    let form = StepForm { declaration: Some(Box::new(under_licence(Some("9000")))), ..note("更正单价") };
    house.takes(actor(Role::Declarant), entry, "request_amendment", form);
    house.takes(rel(), entry, "approve_amendment", note("同意"));
    assert_eq!(house.body(entry).draws.len(), 1);
    house.sound();
}

#[test]
fn what_is_selected_for_examination_is_examined_also_after_a_hold() {
    let house = House::open(EXAMINATION, pack_with_condition());
    let entry = house.lodged(BILL);
    assert_eq!(house.state(entry), "held");
    house.accepted(officer("head", Post::Head), Command::RecordLicence(licence()));
    let form = StepForm { declaration: Some(Box::new(under_licence(None))), ..note("补充许可证") };
    house.takes(actor(Role::Declarant), entry, "request_amendment", form);
    house.takes(rel(), entry, "approve_amendment", note("同意"));
    assert_eq!(house.state(entry), "document_check");
    house.pay(entry);
    let doc = || officer("doc1", Post::DocumentCheck);
    assert_eq!(codes(&house.take(doc(), entry, "pass_documents", note(""))), ["CTL-048"]);
    house.takes(doc(), entry, "order_examination", note(""));
    house.takes(house.who("exam", entry), entry, "pass_examination", sheet(None));
    house.takes(doc(), entry, "pass_documents", note(""));
    assert_eq!(house.state(entry), "released");
    house.sound();
}
