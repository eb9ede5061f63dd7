//! Goods that go back before release, through the engine: with and without a declaration, and what is
//! refused.

mod support;

use customhouse_control::{Command, DisposalKind, DisposalStepForm, Post, Role};
use customhouse_kernel::values::Money;
use support::disposals::*;
use support::house::*;
use support::*;

const CASE: DisposalKind = DisposalKind::DirectReturn;
const NUMBER: &str = "2225-COSU6000000001.1";

fn step(step: &str, form: DisposalStepForm) -> Command {
    step_of(CASE, NUMBER, step, form)
}

fn state(house: &House) -> String {
    house.disposal(CASE, NUMBER).unwrap().state
}

#[test]
fn goods_that_nobody_declared_go_back() {
    let house = House::open(GREEN, small_pack());
    house.accepted(actor(Role::Carrier), named(BILL, Some(&firm())));
    house.accepted(declarant(), ask_return(BILL, "misdelivered"));
    house.refuses_all(actor(Role::Operator), goods_out(BILL, 10, "1250.5"), &["LED-003"]);
    house.accepted(release(), step("approve", says("")));
    assert_eq!((state(&house).as_str(), house.bill_state(BILL).as_str()), ("approved", "returning"));
    house.refuses_all(declarant(), lodge(BILL), &["CTL-075"]);
    house.sound();
    house.accepted(actor(Role::Operator), goods_out(BILL, 3, "300"));
    assert_eq!(state(&house), "approved");
    house.refuses_all(actor(Role::Operator), goods_out(BILL, 8, "1000"), &["LED-003"]);
    house.accepted(actor(Role::Operator), goods_out(BILL, 7, "950.5"));
    assert_eq!((state(&house).as_str(), house.bill_state(BILL).as_str()), ("returned", "returned"));
    house.sound();
    // every reason of the pack is one
    for (n, reason) in ["policy_change", "agreed", "dispute", "damaged"].iter().enumerate() {
        let number = format!("REASON{n}");
        house.accepted(actor(Role::Carrier), named(&number, Some(&firm())));
        house.accepted(declarant(), ask_return(&number, reason));
    }
    house.sound();
}

#[test]
fn a_late_declaration_goes_back_without_its_fee() {
    let house = House::open(GREEN, small_pack());
    house.accepted(actor(Role::Carrier), bill(BILL));
    house.on("2026-04-20");
    let entry = entry(&house.accepted(declarant(), lodge(BILL)).answer);
    assert!(house.body(entry).books.iter().any(|book| book.charge == "late_declaration_fee"));
    house.accepted(declarant(), ask_return(BILL, "dispute"));
    house.accepted(release(), step("approve", says("判决已生效")));
    assert_eq!((house.state(entry).as_str(), house.bill_state(BILL).as_str()), ("withdrawn", "returning"));
    assert_eq!((house.body(entry).open_books().count(), house.money("duty_owed")), (0, Money::ZERO));
    house.accepted(actor(Role::Operator), goods_out(BILL, 10, "1250.5"));
    assert_eq!(state(&house), "returned");
    house.on("2026-07-01");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(house.disposal(DisposalKind::Unclaimed, "2225-COSU6000000001.2").is_none(), "they are gone");
    house.sound();
}

#[test]
fn a_guarantee_and_a_fee_that_was_paid_come_back() {
    let house = House::open(DOCUMENTS, small_pack());
    house.accepted(actor(Role::Carrier), bill(BILL));
    house.on("2026-04-20");
    let entry = entry(&house.accepted(declarant(), lodge(BILL)).answer);
    house.takes(declarant(), entry, "use_guarantee", content("use_guarantee", BILL, ""));
    let fee = house.body(entry).books.iter().find(|b| b.charge == "late_declaration_fee").unwrap().clone();
    house.accepted(actor(Role::Bank), settle(&fee.number, &fee.amount.to_string()));
    house.accepted(declarant(), ask_return(BILL, "agreed"));
    house.accepted(release(), step("approve", says("")));
    assert_eq!((house.money("refundable"), house.money("guarantee_reserved")), (fee.amount, Money::ZERO));
    house.sound();
}

#[test]
fn a_refusal_says_why_and_the_goods_fall_due_again() {
    let house = House::open(GREEN, small_pack());
    house.accepted(actor(Role::Carrier), named(BILL, Some(&firm())));
    house.refuses_all(declarant(), ask_return(BILL, ""), &["CTL-001"]);
    house.refuses_all(declarant(), ask_return(BILL, "whim"), &["CTL-009"]);
    house.accepted(declarant(), ask_return(BILL, "agreed"));
    // three months pass while customs has not decided
    house.on("2026-06-10");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(house.disposal(DisposalKind::Unclaimed, "2225-COSU6000000001.2").is_none());
    house.refuses_all(release(), step("refuse", says("")), &["CTL-001"]);
    house.accepted(release(), step("refuse", says("没有双方协议")));
    assert_eq!((state(&house).as_str(), house.bill_state(BILL).as_str()), ("refused", "filed"));
    house.sound();
    house.on("2026-06-11");
    house.until(DisposalKind::Unclaimed, "2225-COSU6000000001.2", "open");
    house.refuses_all(declarant(), ask_return(BILL, "agreed"), &["CTL-076"]);
    house.sound();
}

#[test]
fn who_may_not_ask_or_decide_is_refused() {
    let house = House::open(EXAMINATION, small_pack());
    let entry = house.brought(&["doc order_examination"], BILL);
    assert_eq!(house.state(entry), "examination");
    house.refuses_all(declarant(), ask_return(BILL, "damaged"), &["CTL-077"]);
    house.refuses_all(stranger(), ask_return(BILL, "damaged"), &["CTL-017"]);
    house.refuses_all(release(), ask_return(BILL, "damaged"), &["CTL-014"]);
    let examiner = house.who("exam", entry);
    house.takes(examiner, entry, "pass_examination", sheet(None));
    house.accepted(declarant(), ask_return(BILL, "damaged"));
    for (by, code) in [
        (officer("doc9", Post::DocumentCheck), "CAS-003"),
        (head(), "CAS-003"),
        (declarant(), "CAS-003"),
        (elsewhere(), "CTL-074"),
        (stranger(), "CTL-074"),
        (actor(Role::Operator), "CTL-074"),
    ] {
        house.refuses_all(by, step("approve", says("")), &[code]);
    }
    house.accepted(release(), step("approve", says("")));
    house.refuses_all(release(), step("approve", says("")), &["CAS-002"]);
    house.sound();
}
