//! Goods that nobody declares, through the engine: the case that opens by itself, the sale, its money, the
//! surplus and who gets it, and what is refused.

mod support;

use customhouse_control::{Actor, Command, DisposalKind, DisposalRecord, Post, Role, SurplusEnd};
use customhouse_kernel::beats::RecordKey;
use customhouse_kernel::values::Money;
use support::disposals::*;
use support::house::*;
use support::*;

const CASE: DisposalKind = DisposalKind::Unclaimed;
const NUMBER: &str = "2225-COSU6000000001.1";
/// 3,000 of costs and taxes; the fee on 10,000 from 16 March to 1 June, 78 days at 0.05%, is 390.
const DEDUCTIONS: &str = "cost.sale=200.00 cost.storage=300.00 tax.import_duty=1000.00 tax.vat=1500.00";

fn money(text: &str) -> Money {
    Money::parse(text).unwrap()
}

fn step(step: &str, form: customhouse_control::DisposalStepForm) -> Command {
    step_of(CASE, NUMBER, step, form)
}

/// A house with a case that has opened by itself, on 2 June.
fn opened(consignee: Option<&str>) -> House {
    let house = House::open(GREEN, small_pack());
    house.accepted(actor(Role::Carrier), named(BILL, consignee));
    house.on("2026-06-02");
    house.until(CASE, NUMBER, "open");
    house
}

/// A house in which the goods were sold on 10 June and the sale is approved.
fn sold_for(proceeds: &str, restricted: bool) -> House {
    let house = opened(Some(&firm()));
    house.on("2026-06-10");
    house.accepted(release(), step("decide_sale", says("超期未报")));
    let sheet = sheet_of("2026-06-10", proceeds, DEDUCTIONS);
    house.accepted(
        release(),
        step("record_sale", sold(customhouse_control::SaleSheet { restricted, ..sheet })),
    );
    house.sound();
    house.accepted(head(), step("approve_sale", says("")));
    house.sound();
    house
}

fn body(house: &House) -> DisposalRecord {
    house.disposal_body(CASE, NUMBER)
}

#[test]
fn nobody_declares_and_the_consignee_claims_what_is_left() {
    let house = sold_for("5000.00", false);
    assert_eq!(house.disposal(CASE, NUMBER).unwrap().state, "surplus_held");
    let sale = body(&house).sale.unwrap();
    assert_eq!(sale.late_declaration.as_ref().map(|fee| (fee.days, fee.amount)), Some((78, money("390.00"))));
    assert_eq!((sale.distribution.surplus, sale.distribution.shortfall), (money("1610.00"), Money::ZERO));
    assert_eq!(sale.claim_by, Some(day("2027-06-10")));
    assert_eq!(house.disposal(CASE, NUMBER).unwrap().due, Some(day("2027-06-10")));
    for (class, amount) in [
        ("sale_realised", "5000.00"),
        ("sale_proceeds", "0.00"),
        ("sale_costs", "500.00"),
        ("sale_treasury", "2890.00"),
        ("sale_surplus", "1610.00"),
        ("treasury", "2890.00"),
        ("refundable", "0.00"),
    ] {
        assert_eq!(house.money(class), money(amount), "{class}");
    }
    // the buyer takes the goods
    assert_eq!(house.bill_state(BILL), "sold");
    house.accepted(actor(Role::Operator), goods_out(BILL, 4, "500"));
    house.sound();
    house.accepted(actor(Role::Operator), goods_out(BILL, 6, "750.5"));
    assert_eq!(house.bill_state(BILL), "disposed");
    house.sound();
    // on the last day of the year the consignee claims, customs asks for more, the consignee has it
    house.refuses_all(stranger(), step("claim_surplus", says("提单正本")), &["CTL-074"]);
    house.on("2027-06-10");
    house.accepted(declarant(), step("claim_surplus", says("提单正本、合同")));
    house.on("2027-06-20");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(
        house.disposal(CASE, NUMBER).unwrap().state,
        "surplus_claimed",
        "a claim in time does not lapse"
    );
    house.refuses_all(release(), step("refuse_claim", says("")), &["CTL-001"]);
    house.accepted(release(), step("grant_claim", says("属实")));
    assert_eq!(house.disposal(CASE, NUMBER).unwrap().state, "refunded");
    assert_eq!(house.money("refundable"), money("1610.00"));
    assert_eq!((house.money("sale_surplus"), house.money("sale_refunded")), (Money::ZERO, money("1610.00")));
    let refunded = SurplusEnd::Refunded { party: firm(), on: day("2027-06-20") };
    assert_eq!(body(&house).sale.unwrap().surplus, Some(refunded));
    house.refuses_all(declarant(), step("claim_surplus", says("再次申领")), &["CAS-002"]);
    house.sound();
}

#[test]
fn the_case_opens_on_the_day_after_three_months_and_once() {
    let house = House::open(GREEN, small_pack());
    house.accepted(actor(Role::Carrier), named(BILL, None));
    let fall = |due: &str| {
        let record = RecordKey::new("bill", "2225-COSU6000000001");
        Command::DisposalFallsDue { record, due: day(due) }
    };
    for today in ["2026-05-31", "2026-06-01"] {
        house.on(today);
        std::thread::sleep(std::time::Duration::from_millis(500));
        assert!(house.disposal(CASE, NUMBER).is_none(), "{today}");
        house.refuses_all(Actor::system(), fall("2026-06-01"), &["CTL-050"]);
    }
    house.on("2026-06-02");
    house.until(CASE, NUMBER, "open");
    house.refuses_all(Actor::system(), fall("2026-06-01"), &["CTL-050"]);
    house.refuses_all(release(), fall("2026-06-01"), &["CTL-014"]);
    assert!(house.disposal(CASE, "2225-COSU6000000001.2").is_none(), "there is one case");
    house.sound();
}

#[test]
fn what_nobody_claims_in_the_year_is_the_treasury_s() {
    let house = sold_for("5000.00", false);
    house.on("2027-06-10");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(house.disposal(CASE, NUMBER).unwrap().state, "surplus_held");
    house.on("2027-06-11");
    house.until(CASE, NUMBER, "lapsed");
    assert_eq!(body(&house).sale.unwrap().surplus, Some(SurplusEnd::Lapsed { on: day("2027-06-11") }));
    assert_eq!((house.money("sale_surplus"), house.money("sale_treasury")), (Money::ZERO, money("4500.00")));
    house.refuses_all(declarant(), step("claim_surplus", says("提单正本")), &["CAS-002"]);
    let again =
        Command::DisposalFallsDue { record: RecordKey::new("unclaimed", NUMBER), due: day("2027-06-10") };
    house.refuses_all(Actor::system(), again, &["CTL-050"]);
    house.sound();
}

#[test]
fn a_claim_that_was_refused_after_the_year_lapses() {
    let house = sold_for("5000.00", false);
    house.on("2027-06-10");
    house.accepted(declarant(), step("claim_surplus", says("提单复印件")));
    house.on("2027-07-01");
    house.accepted(release(), step("refuse_claim", says("不足以证明")));
    house.on("2027-07-02");
    house.until(CASE, NUMBER, "lapsed");
    house.sound();
}

#[test]
fn restricted_goods_and_poor_sales_leave_nothing_to_claim() {
    // proceeds, restricted, shortfall, to the treasury
    for (proceeds, restricted, shortfall, treasury) in [
        ("5000.00", true, "0.00", "4500.00"),
        ("3390.00", false, "0.00", "2890.00"),
        ("1200.00", false, "2190.00", "700.00"),
        ("450.00", false, "2940.00", "0.00"),
    ] {
        let house = sold_for(proceeds, restricted);
        assert_eq!(house.disposal(CASE, NUMBER).unwrap().state, "settled", "{proceeds}");
        assert_eq!(house.disposal(CASE, NUMBER).unwrap().due, None);
        assert_eq!(body(&house).sale.unwrap().distribution.shortfall, money(shortfall), "{proceeds}");
        assert_eq!(house.money("sale_treasury"), money(treasury), "{proceeds}");
        assert_eq!((house.money("sale_surplus"), house.money("duty_owed")), (Money::ZERO, Money::ZERO));
        house.refuses_all(declarant(), step("claim_surplus", says("提单正本")), &["CAS-002"]);
    }
}

#[test]
fn a_declaration_closes_the_case_until_the_sale_is_decided() {
    let house = opened(Some(&firm()));
    let entry = entry(&house.accepted(declarant(), lodge(BILL)).answer);
    let closed = house.disposal(CASE, NUMBER).unwrap();
    assert_eq!((closed.state.as_str(), body(&house).declaration), ("declared", Some(entry)));
    assert!(house.body(entry).late_declaration.is_some(), "the fee is levied on the declaration");
    house.refuses_all(release(), step("decide_sale", says("超期未报")), &["CAS-002"]);
    house.sound();
    // withdrawn again, the goods are unclaimed again from the next day
    house.takes(declarant(), entry, "request_withdrawal", note("单证有误"));
    house.takes(release(), entry, "approve_withdrawal", note("同意"));
    assert_eq!(house.bill_state(BILL), "filed");
    house.sound();
    house.on("2026-06-03");
    house.until(CASE, "2225-COSU6000000001.2", "open");
    let second = |step: &str, form| step_of(CASE, "2225-COSU6000000001.2", step, form);
    house.accepted(release(), second("decide_sale", says("超期未报")));
    assert_eq!(house.bill_state(BILL), "set_aside");
    house.refuses_all(declarant(), lodge(BILL), &["CTL-075"]);
    house.refuses_all(declarant(), abandon(BILL), &["CTL-076"]);
    house.sound();
}

#[test]
fn goods_that_are_not_ordered_out_stay() {
    let house = opened(Some(&firm()));
    house.refuses_all(actor(Role::Operator), goods_out(BILL, 10, "1250.5"), &["LED-003"]);
    house.accepted(release(), step("decide_sale", says("超期未报")));
    house.refuses_all(actor(Role::Operator), goods_out(BILL, 10, "1250.5"), &["LED-003"]);
    house.accepted(release(), step("record_sale", sold(sheet_of("2026-06-02", "100.00", ""))));
    house.refuses_all(actor(Role::Operator), goods_out(BILL, 10, "1250.5"), &["LED-003"]);
    house.accepted(head(), step("approve_sale", says("")));
    house.accepted(actor(Role::Operator), goods_out(BILL, 10, "1250.5"));
    house.sound();
}

#[test]
fn only_the_right_officers_decide_and_never_one_alone() {
    let house = opened(Some(&firm()));
    let sheet = || sold(sheet_of("2026-06-02", "5000.00", DEDUCTIONS));
    let both = Actor { posts: vec![Post::Release, Post::Head], ..officer("rel1", Post::Release) };
    for (by, code) in [
        (officer("doc1", Post::DocumentCheck), "CAS-003"),
        (head(), "CAS-003"),
        (declarant(), "CAS-003"),
        (elsewhere(), "CTL-074"),
        (stranger(), "CTL-074"),
        (actor(Role::Carrier), "CTL-074"),
        (actor(Role::Operator), "CTL-074"),
    ] {
        house.refuses_all(by, step("decide_sale", says("超期未报")), &[code]);
    }
    house.refuses_all(release(), step("decide_sale", says(" ")), &["CTL-001"]);
    house.refuses_all(release(), step("record_sale", sheet()), &["CAS-002"]);
    house.accepted(release(), step("decide_sale", says("超期未报")));
    house.refuses_all(release(), step("record_sale", says("")), &["CTL-001"]);
    house.accepted(release(), step("record_sale", sheet()));
    house.refuses_all(release(), step("approve_sale", says("")), &["CAS-003"]);
    house.refuses_all(both, step("approve_sale", says("")), &["CTL-034"]);
    house.refuses_all(head(), step("send_back_sale", says("")), &["CTL-001"]);
    house.accepted(head(), step("send_back_sale", says("缺少评估")));
    house.accepted(release(), step("record_sale", sheet()));
    house.accepted(head(), step("approve_sale", says("")));
    house.refuses_all(head(), step("approve_sale", says("")), &["CAS-002"]);
    house.sound();
}

#[test]
fn a_sheet_gets_every_finding_at_once() {
    let house = opened(Some(&firm()));
    house.on("2026-06-10");
    house.accepted(release(), step("decide_sale", says("超期未报")));
    let mut sheet =
        sheet_of("2026-06-10", "0.00", "cost.sale=1.00 cost.sale=2.00 tax.export_duty=1.00 tax.vat=0.001");
    (sheet.buyer, sheet.value) = (String::new(), None);
    house.refuses_all(
        release(),
        step("record_sale", sold(sheet)),
        &["CTL-001", "FIN-005", "CTL-078", "CTL-078", "FIN-005", "CTL-001"],
    );
    for wrong in ["2026-06-09", "2026-06-11"] {
        let sheet = sheet_of(wrong, "5000.00", DEDUCTIONS);
        house.refuses_all(release(), step("record_sale", sold(sheet)), &["CTL-079"]);
    }
    let fee = sheet_of("2026-06-10", "5000.00", "late_declaration_fee=1.00");
    house.refuses_all(release(), step("record_sale", sold(fee)), &["CTL-078"]);
}

#[test]
fn of_a_bill_that_names_nobody_who_has_its_number_may_claim() {
    let house = opened(None);
    house.accepted(release(), step("decide_sale", says("超期未报")));
    house.accepted(release(), step("record_sale", sold(sheet_of("2026-06-02", "5000.00", DEDUCTIONS))));
    house.accepted(head(), step("approve_sale", says("")));
    house.accepted(stranger(), step("claim_surplus", says("自称货主")));
    house.accepted(release(), step("refuse_claim", says("无法证明")));
    house.accepted(declarant(), step("claim_surplus", says("提单正本")));
    house.accepted(release(), step("grant_claim", says("属实")));
    assert_eq!(house.disposal(CASE, NUMBER).unwrap().owner, firm());
    assert_eq!(body(&house).claims.len(), 2);
    house.sound();
}
