//! Goods that are declared abandoned, through the engine: accepted with and without a declaration, refused on
//! a ground, sold for the treasury, and what is refused.

mod support;

use customhouse_control::{Command, DisposalKind, DisposalStepForm, Role};
use customhouse_kernel::values::Money;
use support::disposals::*;
use support::house::*;
use support::*;

const CASE: DisposalKind = DisposalKind::Abandonment;
const NUMBER: &str = "2225-COSU6000000001.1";

fn step(step: &str, form: DisposalStepForm) -> Command {
    step_of(CASE, NUMBER, step, form)
}

fn money(text: &str) -> Money {
    Money::parse(text).unwrap()
}

fn state(house: &House) -> String {
    house.disposal(CASE, NUMBER).unwrap().state
}

#[test]
fn abandoned_goods_are_sold_for_the_treasury() {
    // proceeds, what the costs got, to the treasury, shortfall
    for (proceeds, costs, treasury, shortfall) in [
        ("5000.00", "800.00", "4200.00", "0.00"),
        ("800.00", "800.00", "0.00", "0.00"),
        ("500.00", "500.00", "0.00", "300.00"),
    ] {
        let house = House::open(GREEN, small_pack());
        house.accepted(actor(Role::Carrier), named(BILL, Some(&firm())));
        house.accepted(declarant(), abandon(BILL));
        assert_eq!((state(&house).as_str(), house.bill_state(BILL).as_str()), ("asked", "filed"));
        house.sound();
        house.accepted(release(), step("accept", says("")));
        assert_eq!(house.bill_state(BILL), "set_aside");
        house.refuses_all(declarant(), lodge(BILL), &["CTL-075"]);
        house.sound();
        let sheet = sheet_of("2026-03-02", proceeds, "cost.sale=300.00 cost.transport=500.00");
        let taxed = sheet_of("2026-03-02", proceeds, "tax.vat=1.00");
        house.refuses_all(release(), step("record_sale", sold(taxed)), &["CTL-078"]);
        house.accepted(release(), step("record_sale", sold(sheet)));
        house.refuses_all(
            officer("rel1", customhouse_control::Post::Head),
            step("approve_sale", says("")),
            &["CTL-034"],
        );
        house.accepted(head(), step("approve_sale", says("")));
        assert_eq!(state(&house), "settled");
        assert_eq!(
            (house.money("sale_costs"), house.money("sale_treasury")),
            (money(costs), money(treasury))
        );
        assert_eq!((house.money("refundable"), house.money("duty_owed")), (Money::ZERO, Money::ZERO));
        let sale = house.disposal_body(CASE, NUMBER).sale.unwrap();
        assert_eq!((sale.distribution.shortfall, sale.late_declaration), (money(shortfall), None));
        house.accepted(actor(Role::Operator), goods_out(BILL, 10, "1250.5"));
        assert_eq!(house.bill_state(BILL), "disposed");
        house.sound();
    }
}

#[test]
fn a_declaration_is_withdrawn_with_its_goods() {
    // what was done before, how much of it is refundable
    for (dice, path, refundable) in [
        (GREEN, &[][..], false),
        (DOCUMENTS, &["pay"][..], true),
        (GREEN, &["firm request_amendment", "pay"][..], true),
        (DOCUMENTS, &["doc request_documents"][..], false),
    ] {
        let house = House::open(dice, small_pack());
        let entry = house.brought(path, BILL);
        let paid = house.money("treasury");
        house.accepted(declarant(), abandon(BILL));
        house.accepted(release(), step("accept", says("")));
        assert_eq!(
            (house.state(entry).as_str(), house.bill_state(BILL).as_str()),
            ("withdrawn", "set_aside")
        );
        assert_eq!(house.disposal_body(CASE, NUMBER).declaration, Some(entry));
        assert_eq!((house.money("duty_owed"), house.money("treasury")), (Money::ZERO, Money::ZERO));
        assert_eq!(house.money("refundable"), if refundable { paid } else { Money::ZERO }, "{path:?}");
        assert_eq!(refundable, !paid.is_zero());
        house.sound();
    }
}

#[test]
fn a_refusal_names_its_ground_and_frees_the_goods() {
    let house = House::open(GREEN, small_pack());
    house.accepted(actor(Role::Carrier), named(BILL, Some(&firm())));
    house.accepted(declarant(), abandon(BILL));
    house.refuses_all(declarant(), abandon(BILL), &["CTL-076"]);
    house.refuses_all(declarant(), ask_return(BILL, "agreed"), &["CTL-076"]);
    house.refuses_all(release(), step("refuse", says("")), &["CTL-001"]);
    house.refuses_all(release(), step("refuse", ground("ugly")), &["CTL-009"]);
    house.accepted(release(), step("refuse", ground("waste")));
    assert_eq!(
        (state(&house).as_str(), house.disposal_body(CASE, NUMBER).ground.as_str()),
        ("refused", "waste")
    );
    house.refuses_all(release(), step("accept", says("")), &["CAS-002"]);
    house.sound();
    // they can be declared, or abandoned once more
    house.accepted(declarant(), abandon(BILL));
    assert_eq!(house.disposal(CASE, "2225-COSU6000000001.2").unwrap().state, "asked");
    house.accepted(declarant(), lodge(BILL));
    house.sound();
}

#[test]
fn only_who_has_the_goods_abandons_them_and_only_release_decides() {
    let house = House::open(GREEN, small_pack());
    house.accepted(actor(Role::Carrier), named("NAMED1", Some(&firm())));
    house.accepted(actor(Role::Carrier), named("NOBODY1", None));
    for (by, bill, code) in [
        (stranger(), "NAMED1", "CTL-017"),
        (declarant(), "NOBODY1", "CTL-017"),
        (declarant(), "NONE1", "CTL-017"),
        (release(), "NAMED1", "CTL-014"),
        (actor(Role::Carrier), "NAMED1", "CTL-014"),
    ] {
        house.refuses_all(by, abandon(bill), &[code]);
    }
    house.accepted(actor(Role::Carrier), named(BILL, None));
    house.accepted(declarant(), lodge(BILL));
    house.refuses_all(stranger(), abandon(BILL), &["CTL-017"]);
    house.accepted(declarant(), abandon(BILL));
    for (by, code) in [
        (officer("doc1", customhouse_control::Post::DocumentCheck), "CAS-003"),
        (head(), "CAS-003"),
        (declarant(), "CAS-003"),
        (elsewhere(), "CTL-074"),
        (stranger(), "CTL-074"),
    ] {
        house.refuses_all(by, step("accept", says("")), &[code]);
    }
    house.sound();
}

#[test]
fn goods_under_examination_on_hold_or_released_are_not_abandoned() {
    for (dice, path, state) in [
        (EXAMINATION, &["doc order_examination"][..], "examination"),
        (EXAMINATION, &["doc order_examination", "exam report_discrepancy"][..], "discrepancy"),
        (GREEN, &["rel hold"][..], "suspended"),
        (GREEN, &["pay"][..], "released"),
        (GREEN, &["pay", "out"][..], "closed"),
    ] {
        let house = House::open(dice, small_pack());
        let entry = house.brought(path, BILL);
        assert_eq!(house.state(entry), state);
        house.refuses_all(declarant(), abandon(BILL), &["CTL-077"]);
    }
}

#[test]
fn what_was_released_meanwhile_can_only_be_refused() {
    let house = House::open(GREEN, small_pack());
    let entry = house.lodged(BILL);
    house.accepted(declarant(), abandon(BILL));
    house.pay(entry);
    assert_eq!(house.state(entry), "released");
    house.refuses_all(release(), step("accept", says("")), &["CTL-077"]);
    house.accepted(release(), step("refuse", ground("others_rights")));
    house.accepted(actor(Role::Operator), goods_out(BILL, 10, "1250.5"));
    assert_eq!(house.state(entry), "closed");
    house.sound();
}
