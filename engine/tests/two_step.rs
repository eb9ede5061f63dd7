//! Two-step declaration 两步申报: a summary on which goods are picked up under a guarantee, then the full
//! declaration on the same entry number, in time or late; and every reason to refuse.

mod support;

use customhouse_control::form::{Fields, Form, Part};
use customhouse_control::{
    Actor, BillForm, Command, GuaranteeDecisionForm, KeptGuarantee, KeptSummary, Post, Role, StepForm,
    guarantee_key, summary_key,
};
use customhouse_engine::Outcome;
use customhouse_kernel::values::{CreditCode, EntryNumber, Exact, Money};
use std::collections::BTreeMap;
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;
/// What a summary may leave out.
const HEAD: [&str; 17] = [
    "consumer.name",
    "trading_country",
    "departure_country",
    "departure_port",
    "last_port",
    "entry_port",
    "storage_place",
    "packages",
    "packaging",
    "net_kg",
    "freight.mark",
    "freight.currency",
    "freight.rate",
    "insurance.mark",
    "insurance.rate",
    "price_confirmations",
    "levy_nature",
];
const LINE: [&str; 4] = ["second_quantity", "second_unit", "price", "destination"];

fn declarant() -> Actor {
    actor(Role::Declarant)
}

fn release() -> Actor {
    officer("rel1", Post::Release)
}

fn stranger() -> Actor {
    let party = CreditCode::complete("91990000MA0000009").unwrap().to_string();
    Actor { name: "stranger".to_owned(), party, ..declarant() }
}

fn without(fields: &Fields, names: &[&str]) -> Fields {
    let mut kept = Fields::new(fields.part());
    for (name, value) in fields.filled().filter(|(name, _)| !names.contains(name)) {
        kept.set(name, value);
    }
    kept
}

/// No more than a summary of taxable goods must say, and for how much its guarantee answers.
fn summary(bill: &str, stated: &str) -> Form {
    let mut form = form(bill);
    form.head = without(&form.head, &HEAD);
    form.lines[0] = without(&form.lines[0], &LINE);
    for (name, value) in
        [("declaration_kind", "  5"), ("self_assessed_total", stated), ("levy_nature", "101")]
    {
        form.head.set(name, value);
    }
    form
}

/// A summary that gives all that reckoning needs.
fn with_values(bill: &str) -> Form {
    let mut form = form(bill);
    form.head.set("declaration_kind", "  5");
    form
}

fn full(bill: &str) -> Form {
    let mut form = form(bill);
    form.head.set("declaration_kind", "  6");
    form
}

fn lodging(form: Form) -> Command {
    Command::Lodge(Box::new(form))
}

fn completing(form: Form) -> StepForm {
    StepForm { declaration: Some(Box::new(form)), ..StepForm::default() }
}

impl House {
    fn filed(&self, number: &str) {
        self.accepted(actor(Role::Carrier), bill(number));
    }

    /// A bill and its summary.
    fn summed(&self, number: &str, form: Form) -> EntryNumber {
        self.filed(number);
        entry(&self.accepted(declarant(), lodging(form)).answer)
    }

    fn refuses(&self, by: Actor, command: Command, expected: &[&str]) -> Outcome {
        self.refused(by, command, expected, &expected.join(" "))
    }

    fn free(&self) -> Money {
        let kept = self.engine.read(|r| r.record(&guarantee_key(GUARANTEE))).unwrap().unwrap();
        let kept: KeptGuarantee = kept.read().unwrap();
        let balances: BTreeMap<_, _> = self.balances().into_iter().collect();
        kept.stand(|account| balances.get(account).copied().unwrap_or(0)).free
    }

    fn kept(&self, entry: EntryNumber) -> KeptSummary {
        self.engine.read(|r| r.record(&summary_key(entry))).unwrap().unwrap().read().unwrap()
    }

    fn on_day(&self, day: i64) {
        self.goes_on(MONDAY + day * DAY, ("declaration", 3), |record, due| {
            let entry = EntryNumber::parse(&record.key.id).unwrap();
            Command::FallDue { entry, due }
        });
    }

    fn out(&self, number: &str) {
        self.accepted(actor(Role::Operator), goods_out(number, 10, "1250.5"));
    }

    fn done(&self) {
        self.sound();
        self.engine.stop();
    }
}

fn open() -> House {
    House::open(GREEN, small_pack())
}

fn less(from: &str, amount: Money) -> Money {
    Money::parse(from).unwrap().checked_sub(amount).unwrap()
}

const GIVEN: &str = "90000000.00";

#[test]
fn released_on_a_summary_picked_up_completed_paid_and_closed() {
    let house = open();
    let number = house.summed("T1", summary("T1", "20000"));
    assert_eq!(house.state(number), "summary_released");
    let body = house.body(number);
    let two = body.two_step.clone().unwrap();
    assert_eq!((two.due.day.to_string(), two.overdue), ("2026-03-16".to_owned(), false), "a Sunday moves");
    assert_eq!((two.reserved, body.document_version, body.books.len()), (Money::from_minor(2_000_000), 0, 0));
    assert_eq!(house.free(), less(GIVEN, two.reserved));
    assert_eq!(house.kept(number).assessed, None);
    house.sound();
    house.out("T1");
    assert_eq!(house.state(number), "picked_up");
    // nothing more happens before the full declaration
    house.refuses(declarant(), Command::OrderPayment(number), &["FIN-003"]);
    house.on_day(7);
    house.accepted(declarant(), lodging(full("T1")));
    assert_eq!(house.state(number), "goods_out");
    let body = house.body(number);
    assert_eq!((body.document_version, body.completed.to_string()), (1, "2026-03-09".to_owned()));
    assert_eq!(body.two_step.as_ref().unwrap().law_date.unwrap().to_string(), "2026-03-02");
    // 15 days to pay from the full declaration; the guarantee answers for what is owed, no more
    assert!(body.books.iter().all(|b| b.due.day.to_string() == "2026-03-24"), "{:?}", body.books);
    assert!(body.books.iter().all(|b| b.guaranteed.as_deref() == Some(GUARANTEE)));
    assert_eq!(body.late_declaration, None);
    assert_eq!(house.free(), less(GIVEN, body.amounts.computed_total));
    house.sound();
    house.pay(number);
    assert_eq!(house.state(number), "closed");
    assert_eq!(house.free(), Money::parse(GIVEN).unwrap());
    house.done();
}

#[test]
fn completed_by_the_step_before_pick_up_under_the_amount_that_its_values_yield() {
    let house = open();
    let number = house.summed("T1", with_values("T1"));
    let kept = house.kept(number).assessed.unwrap();
    assert_eq!(house.body(number).two_step.unwrap().reserved, kept.assessment.total);
    house.takes(declarant(), number, "complete", completing(full("T1")));
    assert_eq!(house.state(number), "released");
    assert_eq!(house.body(number).amounts.computed_total, kept.assessment.total);
    house.out("T1");
    assert_eq!(house.state(number), "goods_out");
    // what is not paid is claimed by the step that there is
    house.on_day(20);
    house.on_day(25);
    house.takes(release(), number, "claim_guarantee", note("逾期"));
    house.pay(number); // the surcharges
    assert_eq!(house.state(number), "closed");
    house.done();
}

#[test]
fn in_time_on_the_last_day_late_from_the_next() {
    for (day, overdue, fee) in [(14, false, false), (15, true, true)] {
        let house = open();
        let number = house.summed("T1", summary("T1", "20000"));
        house.out("T1");
        house.on_day(day);
        assert_eq!(house.body(number).two_step.unwrap().overdue, overdue, "day {day}");
        assert_eq!(house.state(number), "picked_up");
        house.sound();
        house.accepted(declarant(), lodging(full("T1")));
        let body = house.body(number);
        assert_eq!(body.late_declaration.is_some(), fee, "day {day}");
        // the fee is paid, never guaranteed
        let open: Vec<_> = body.open_books().filter(|b| b.guaranteed.is_none()).collect();
        assert_eq!(open.len(), usize::from(fee));
        if overdue {
            assert!(body.timeline.iter().any(|m| m.step == "full_declaration_overdue"));
        }
        house.pay(number);
        assert_eq!(house.state(number), "closed");
        house.done();
    }
}

#[test]
fn a_full_declaration_that_contradicts_its_summary_is_refused_by_each_name() {
    let house = open();
    house.filed("T2");
    let mut of = summary("T1", "20000");
    of.head.set("packages", "10");
    let number = house.summed("T1", of);
    let changed = |field: &str, value: &str| {
        let mut form = full("T1");
        match field.strip_prefix("line.") {
            Some(field) => form.lines[0].set(field, value),
            None => form.head.set(field, value),
        };
        form
    };
    let other = stranger().party;
    for (field, value, path) in [
        ("bill", "T2", "/bill"),
        ("declaration_office", "2248", "/declaration_office"),
        ("consignee.credit_code", other.as_str(), "/consignee/credit_code"),
        ("declaration_kind", "  0", "/declaration_kind"),
        ("declaration_kind", "  5", "/declaration_kind"),
        ("guarantee", "G22252026000009", "/guarantee"),
        ("packages", "11", "/packages"),
        ("gross_kg", "1250.6", "/gross_kg"),
    ] {
        let before = house.everything();
        let outcome = house.take(declarant(), number, "complete", completing(changed(field, value)));
        assert!(!outcome.accepted, "{field}");
        let named = outcome.findings.iter().find(|f| f.code == "CTL-072");
        assert_eq!(named.map(|f| f.path.as_str()), Some(path), "{field}: {:#?}", outcome.findings);
        assert!(house.everything() == before);
    }
    let mut more = full("T1");
    let line = more.lines[0].clone();
    *more.add(Part::Line) = line;
    more.lines[1].set("number", "2");
    let outcome = house.take(declarant(), number, "complete", completing(more));
    assert_eq!(codes(&outcome), ["CTL-072"]);
    house.done();
}

#[test]
fn a_code_keeps_its_first_six_digits() {
    let mut pack = small_pack();
    for (path, text) in &mut pack {
        if path.starts_with("tables/commodities") || path.starts_with("tables/measures") {
            let more: String = text
                .lines()
                .filter(|l| l.contains("8512201000") && !l.starts_with('#'))
                .flat_map(|l| {
                    ["8512209000", "8512301000"].map(|code| format!("{}\n", l.replace("8512201000", code)))
                })
                .collect();
            text.push_str(&more);
        }
    }
    let house = House::open(GREEN, pack);
    let number = house.summed("T1", summary("T1", "20000"));
    let mut form = full("T1");
    form.lines[0].set("commodity_code", "8512301000");
    let refused = house.take(declarant(), number, "complete", completing(form.clone()));
    assert_eq!(codes(&refused), ["CTL-072"], "{:#?}", refused.findings);
    assert_eq!(refused.findings[0].path, "/lines/0/commodity_code");
    form.lines[0].set("commodity_code", "8512209000");
    house.takes(declarant(), number, "complete", completing(form));
    house.done();
}

#[test]
fn taxable_goods_need_a_guarantee_and_an_amount() {
    let house = open();
    house.filed("T1");
    let mut none = summary("T1", "20000");
    none.head = without(&none.head, &["self_assessed_total"]);
    let outcome = house.refuses(declarant(), lodging(none), &["CTL-001"]);
    assert_eq!(outcome.findings[0].path, "/self_assessed_total");
    house.refuses(declarant(), lodging(summary("T1", "0")), &["CTL-001"]);
    // more than is free, named or not
    house.refuses(declarant(), lodging(summary("T1", "90000000.01")), &["CTL-056"]);
    let mut named = summary("T1", "90000000.01");
    named.head.set("guarantee", GUARANTEE);
    house.refuses(declarant(), lodging(named), &["FIN-018"]);
    let mut other = summary("T1", "20000");
    other.head.set("guarantee", "G22252026000002");
    house.refuses(declarant(), lodging(other.clone()), &["CTL-060"]);
    // lodged, and not accepted yet
    house.accepted(declarant(), Command::LodgeGuarantee(guarantee()));
    house.refuses(declarant(), lodging(other), &["CTL-065"]);
    // what taxable goods need besides
    let mut bare = summary("T1", "20000");
    bare.head = without(&bare.head, &["terms"]);
    let outcome = house.refuses(declarant(), lodging(bare), &["CTL-001"]);
    assert_eq!(outcome.findings[0].path, "/terms");
    // what is given is checked
    let mut wrong = summary("T1", "20000");
    wrong.head.set("packages", "9");
    house.refuses(declarant(), lodging(wrong), &["CN-NORM-BILL-PACKAGES"]);
    house.done();
}

#[test]
fn the_guarantee_answers_as_far_as_it_reaches() {
    let house = open();
    let mut small = guarantee();
    small.amount = Exact::parse("9000").unwrap();
    let given = told(&house.accepted(declarant(), Command::LodgeGuarantee(small)).answer, "guarantee");
    let form = GuaranteeDecisionForm { decision: "accept".to_owned(), note: String::new() };
    house.accepted(release(), Command::DecideGuarantee { number: given.clone(), form });
    let mut of = summary("T1", "1000");
    of.head.set("guarantee", &*given);
    let number = house.summed("T1", of);
    house.out("T1");
    house.accepted(declarant(), lodging(full("T1")));
    let body = house.body(number);
    let covered: Vec<_> = body.books.iter().map(|b| b.guaranteed.is_some()).collect();
    assert!(covered.contains(&true) && covered.contains(&false), "{:#?}", body.books);
    house.sound();
    house.pay(number);
    assert_eq!(house.state(number), "closed");
    house.done();
}

#[test]
fn completed_once_by_its_own_party() {
    let house = open();
    let number = house.summed("T1", summary("T1", "20000"));
    house.refuses(stranger(), take(number, "complete", completing(full("T1"))), &["CTL-018"]);
    house.refuses(stranger(), lodging(full("T1")), &["CTL-073"]);
    house.refuses(declarant(), take(number, "complete", StepForm::default()), &["CTL-001"]);
    house.refuses(declarant(), lodging(full("T9")), &["CTL-073"]);
    house.accepted(declarant(), lodging(full("T1")));
    house.refuses(declarant(), lodging(full("T1")), &["CTL-073"]);
    house.refuses(declarant(), take(number, "complete", completing(full("T1"))), &["CAS-002"]);
    // an ordinary declaration is never completed
    let ordinary = house.lodged("T3");
    house.refuses(declarant(), lodging(full("T3")), &["CTL-073"]);
    house.refuses(declarant(), take(ordinary, "complete", completing(full("T3"))), &["CAS-002"]);
    // what is completed is amended like any other
    let mut form = full("T1");
    form.lines[0].set("total", "9000");
    form.lines[0].set("price", "90");
    let amending = StepForm { declaration: Some(Box::new(form)), ..note("单价录入错误") };
    house.takes(declarant(), number, "request_amendment", amending);
    house.takes(release(), number, "approve_amendment", note(""));
    assert_eq!(house.body(number).document_version, 2);
    house.done();
}

#[test]
fn a_summary_is_withdrawn_before_pick_up_and_never_amended() {
    let house = open();
    let number = house.summed("T1", summary("T1", "20000"));
    let amending = StepForm { declaration: Some(Box::new(full("T1"))), ..note("更正") };
    house.refuses(declarant(), take(number, "request_amendment", amending.clone()), &["CTL-071"]);
    house.takes(declarant(), number, "request_withdrawal", note("重复申报"));
    house.takes(release(), number, "approve_summary_withdrawal", note(""));
    assert_eq!(house.state(number), "withdrawn");
    assert_eq!(house.free(), Money::parse(GIVEN).unwrap());
    house.sound();
    house.refuses(declarant(), lodging(full("T1")), &["CTL-073"]);
    house.refuses(actor(Role::Operator), goods_out("T1", 10, "1250.5"), &["LED-003"]);
    // the bill is open again
    let again = entry(&house.accepted(declarant(), lodging(summary("T1", "20000"))).answer);
    house.out("T1");
    house.refuses(declarant(), take(again, "request_withdrawal", note("晚了")), &["CAS-002"]);
    house.refuses(declarant(), take(again, "request_amendment", amending), &["CTL-071"]);
    house.done();
}

#[test]
fn goods_picked_up_in_part_are_not_withdrawn() {
    let house = open();
    let number = house.summed("T1", summary("T1", "20000"));
    house.accepted(actor(Role::Operator), goods_out("T1", 4, "500"));
    house.takes(declarant(), number, "request_withdrawal", note("重复申报"));
    let refused = house.take(release(), number, "approve_summary_withdrawal", note(""));
    assert!(codes(&refused).iter().all(|code| code == "LED-003") && !refused.accepted);
    house.takes(release(), number, "refuse_change", note("货物已部分提离"));
    house.accepted(actor(Role::Operator), goods_out("T1", 6, "750.5"));
    assert_eq!(house.state(number), "picked_up");
    house.done();
}

#[test]
fn goods_with_an_open_condition_are_held_until_the_full_declaration_meets_it() {
    let house = House::open(GREEN, pack_with_condition());
    let number = house.summed("T1", summary("T1", "20000"));
    assert_eq!(house.state(number), "held");
    house.refuses(actor(Role::Operator), goods_out("T1", 10, "1250.5"), &["LED-003"]);
    // completed without the licence it is held all the same
    house.takes(declarant(), number, "complete", completing(full("T1")));
    assert_eq!(house.state(number), "held");
    assert!(house.body(number).books.iter().all(|b| b.guaranteed.is_none()), "GR 4");
    house.done();
}

#[test]
fn document_check_of_a_summary_leads_to_release() {
    let house = House::open(DOCUMENTS, small_pack());
    let number = house.summed("T1", summary("T1", "20000"));
    assert_eq!(house.state(number), "document_check");
    house.refuses(declarant(), take(number, "complete", completing(full("T1"))), &["CAS-002"]);
    house.takes(officer("doc1", Post::DocumentCheck), number, "pass_documents", note(""));
    assert_eq!(house.state(number), "summary_released");
    house.done();
}

#[test]
fn what_does_not_go_in_two_steps_is_refused_by_name() {
    let house = open();
    house.filed("T1");
    let kind = |form: Form, kind: &str| {
        let mut form = form;
        form.head.set("declaration_kind", kind);
        form
    };
    house.refuses(declarant(), lodging(kind(summary("T1", "20000"), "CL5")), &["CN-NORM-TWO-STEP-PLAIN"]);
    house.refuses(declarant(), lodging(kind(form("T1"), "  7")), &["CN-NORM-KIND-STEPS"]);
    // in advance
    let Command::FileBill(ahead) = bill("T2") else { unreachable!() };
    let planned = "2026-03-05".parse().ok();
    house.accepted(actor(Role::Carrier), Command::FileBill(BillForm { entry_date: planned, ..ahead }));
    let mut form = summary("T2", "20000");
    form.head.set("entry_date", "2026-03-05");
    house.refuses(declarant(), lodging(form), &["CN-NORM-TWO-STEP-ENTERED"]);
    // somebody else's, and a bill that is declared
    let outcome = house.ask(stranger(), lodging(summary("T1", "20000")));
    assert!(codes(&outcome).contains(&"CTL-013".to_owned()), "{:?}", codes(&outcome));
    house.accepted(declarant(), lodging(summary("T1", "20000")));
    house.refuses(declarant(), lodging(summary("T1", "20000")), &["CN-NORM-BILL-OPEN"]);
    house.done();
}
