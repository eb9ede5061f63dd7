//! Refunds through the engine: asked for, found, proposed, approved, ordered, paid out, sent back; goods that
//! went back out; and what is refused.
#![allow(clippy::disallowed_methods)] // tests are shell

mod support;

use customhouse_control::form::Form;
use customhouse_control::{
    Actor, AuthorisationForm, BillForm, Command, Departure, GoodsMoved, InName, KeptRefund, Payout,
    PayoutBounce, Post, RefundDecisionForm, RefundForm, Role, Scope, SettlementRecord, ShutOut, refund_key,
};
use customhouse_engine::{
    Deliver, Dice, Engine, KeyFile, Outcome, PackFiles, Settings, SimulatedBank, Submission, Undeliverable,
    verify,
};
use customhouse_kernel::beats::{Outgoing, RecordKey};
use customhouse_kernel::values::{CreditCode, Direction, EntryNumber, Exact, Money, OfficeCode};
use customhouse_storage::{Query, Sim, SimDisk};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use support::house::{GREEN, House, amended, codes, note, officer};
use support::*;

const DAY: i64 = 86_400_000_000;
const ACCOUNT: &str = "示例银行 6222000011112222";

fn firm_actor() -> Actor {
    actor(Role::Declarant)
}

fn stranger() -> Actor {
    let party = CreditCode::complete("91990000MA0000009").unwrap().to_string();
    Actor { name: "stranger".to_owned(), party, ..firm_actor() }
}

fn release() -> Actor {
    officer("rel1", Post::Release)
}

fn head() -> Actor {
    officer("head", Post::Head)
}

fn form(ground: &str, books: &[&str], payments: &[&str]) -> RefundForm {
    let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    RefundForm {
        ground: ground.to_owned(),
        books: own(books),
        payments: own(payments),
        account: ACCOUNT.to_owned(),
        reason: "多缴".to_owned(),
        ..RefundForm::default()
    }
}

fn apply(form: RefundForm) -> Command {
    Command::ApplyForRefund(Box::new(form))
}

fn decision(number: &str, step: &str, note: &str) -> Command {
    let form = RefundDecisionForm { decision: step.to_owned(), note: note.to_owned() };
    Command::DecideRefund { number: number.to_owned(), form }
}

fn pays_out(order: &str, amount: &str, reference: &str) -> Command {
    let (order, reference) = (order.to_owned(), reference.to_owned());
    Command::PayOutRefund(Payout { order, amount: Exact::parse(amount).unwrap(), reference })
}

fn sends_back(order: &str, reason: &str) -> Command {
    Command::BounceRefund(PayoutBounce { order: order.to_owned(), reason: reason.to_owned() })
}

fn account(number: &str, account: &str) -> Command {
    Command::NameRefundAccount { number: number.to_owned(), account: account.to_owned() }
}

/// What the tests ask of a house about refunds.
trait Refunds {
    fn kept(&self, number: &str) -> (String, KeptRefund);
    fn refuses(&self, actor: Actor, command: Command) -> Vec<String>;
    fn number(&self, actor: Actor, form: RefundForm) -> String;
    fn approved(&self, number: &str) -> String;
    fn total(&self, class: &str) -> i64;
    fn reduced(&self, bill: &str, total: &str) -> (EntryNumber, Vec<(String, Money)>);
    fn overpaid(&self, bill: &str, amount: &str, reference: &str) -> EntryNumber;
}

impl Refunds for House {
    fn kept(&self, number: &str) -> (String, KeptRefund) {
        let record = self.engine.read(|r| r.record(&refund_key(number))).unwrap().unwrap();
        (record.state.clone(), record.read().unwrap())
    }

    /// The codes of a refusal, which changes nothing.
    fn refuses(&self, actor: Actor, command: Command) -> Vec<String> {
        let before = self.everything();
        let kind = format!("{command:?}").chars().take(120).collect::<String>();
        let outcome = self.ask(actor, command);
        assert!(!outcome.accepted, "{kind} was accepted");
        assert!(self.everything() == before, "{kind}: a refusal changes nothing");
        codes(&outcome)
    }

    fn number(&self, actor: Actor, form: RefundForm) -> String {
        told(&self.accepted(actor, apply(form)).answer, "refund")
    }

    /// Proposed and approved; the order.
    fn approved(&self, number: &str) -> String {
        self.accepted(release(), decision(number, "propose", ""));
        told(&self.accepted(head(), decision(number, "approve", "")).answer, "order")
    }

    /// What the accounts of a class hold together, on their credit side.
    fn total(&self, class: &str) -> i64 {
        self.balances().iter().filter(|(account, _)| account.class() == class).map(|(_, n)| -n).sum()
    }

    /// A declaration that was paid, released and amended; what its books gave back.
    fn reduced(&self, bill: &str, total: &str) -> (EntryNumber, Vec<(String, Money)>) {
        let entry = self.lodged(bill);
        self.pay(entry);
        self.takes(firm_actor(), entry, "request_amendment", amended(bill, total));
        self.takes(release(), entry, "approve_amendment", note("同意"));
        let books = self.body(entry).books.into_iter().map(|book| (book.number, book.reduced)).collect();
        (entry, books)
    }

    /// A declaration whose first book was paid with another amount.
    fn overpaid(&self, bill: &str, amount: &str, reference: &str) -> EntryNumber {
        let entry = self.lodged(bill);
        let book = self.body(entry).books[0].number.clone();
        self.accepted(actor(Role::Bank), settle_as(&book, amount, reference));
        entry
    }
}

fn house() -> House {
    House::open(GREEN, small_pack())
}

#[test]
fn an_amendment_is_refunded_with_interest() {
    let house = house();
    let (_, books) = house.reduced(BILL, "7000");
    let all: i64 = books.iter().map(|(_, back)| back.minor()).sum();
    assert!(all > 0 && house.total("refundable") == all);
    house.engine.set_clock(MONDAY + 10 * DAY).unwrap();
    let names: Vec<&str> = books.iter().map(|(number, _)| number.as_str()).collect();
    let number = house.number(firm_actor(), form("amended", &names, &[]));
    let (state, body) = house.kept(&number);
    assert_eq!((state.as_str(), number.as_str()), ("filed", "R22252026000001"));
    assert_eq!(body.principal.minor(), all);
    assert_eq!(
        body.sources.iter().map(|s| s.last_day.day.to_string()).collect::<Vec<_>>(),
        ["2029-03-02"; 2]
    );
    // thirty days, of which the last is a Saturday
    assert_eq!(body.decide_by.unwrap().day.to_string(), "2026-04-13");
    assert_eq!(house.total("refundable"), all, "asking moves no money");
    house.engine.set_clock(MONDAY + 30 * DAY).unwrap();
    let order = house.approved(&number);
    assert_eq!(order, "R22252026000001/1");
    let (state, body) = house.kept(&number);
    let granted = body.granted.clone().unwrap();
    // each book alone: principal × 0.0035 × 30 / 360, half up
    let expected: i64 = books
        .iter()
        .map(|(_, back)| {
            let share = back.exact().mul(Exact::parse("0.0035").unwrap()).unwrap();
            let exact = share.div(Exact::from(12), 2, customhouse_kernel::values::Rounding::HalfUp).unwrap();
            exact.steps(2).unwrap()
        })
        .sum();
    assert!(expected > 0);
    assert_eq!((state.as_str(), granted.total_interest.minor()), ("ordered", expected));
    assert_eq!(granted.total.minor(), all + expected);
    assert_eq!((house.total("refundable"), house.total("refund_ordered")), (0, all + expected));
    house.sound();
    let paid = house.accepted(actor(Role::Bank), pays_out(&order, &granted.total.to_string(), "OUT-1"));
    assert_eq!(told(&paid.answer, "state"), "paid_out");
    assert_eq!((house.total("refund_ordered"), house.total("held")), (0, 0), "the money has left");
    house.sound();
    // nothing is left of the books
    assert_eq!(house.refuses(firm_actor(), apply(form("amended", &names, &[]))), ["FIN-027", "FIN-027"]);
}

#[test]
fn the_account_stays_out_of_every_event() {
    let house = house();
    house.overpaid(BILL, "1.00", "IN-1");
    let number = house.number(firm_actor(), form("misdirected", &[], &["IN-1"]));
    let order = house.approved(&number);
    house.accepted(actor(Role::Bank), sends_back(&order, "账号有误"));
    house.accepted(firm_actor(), account(&number, "另一账户 9999888877776666"));
    let events = house.engine.read(|r| r.events(1, 10_000)).unwrap();
    assert!(events.iter().any(|event| event.payload.contains("refund.account")));
    for event in events {
        assert!(!event.payload.contains("6222000011112222") && !event.payload.contains("9999888877776666"));
    }
    assert_eq!(house.kept(&number).1.account, "另一账户 9999888877776666");
}

#[test]
fn money_that_fits_no_book_goes_back_without_interest_in_parts_too() {
    let house = house();
    house.overpaid(BILL, "100.00", "IN-1");
    let entry = house.overpaid("COSU6000000002", "50.00", "IN-2");
    house.engine.set_clock(MONDAY + 300 * DAY).unwrap();
    let part = RefundForm { amount: Exact::parse("120.00"), ..form("misdirected", &[], &["IN-1", "IN-2"]) };
    let number = house.number(firm_actor(), part);
    let order = house.approved(&number);
    let (_, body) = house.kept(&number);
    let taken: Vec<i64> = body.sources.iter().map(|source| source.amount.minor()).collect();
    assert_eq!(taken, [10_000, 2_000], "in their order");
    let granted = body.granted.unwrap();
    assert_eq!((granted.total_interest, granted.total), (Money::ZERO, Money::from_minor(12_000)));
    house.accepted(actor(Role::Bank), pays_out(&order, "120.00", "OUT-1"));
    // what is left is asked for next, and no more than that
    let more = RefundForm { amount: Exact::parse("30.01"), ..form("misdirected", &[], &["IN-2"]) };
    assert_eq!(house.refuses(firm_actor(), apply(more)), ["FIN-027"]);
    assert_eq!(house.refuses(firm_actor(), apply(form("misdirected", &[], &["IN-1"]))), ["FIN-027"]);
    let rest = house.number(firm_actor(), form("misdirected", &[], &["IN-2"]));
    house.approved(&rest);
    assert_eq!(house.total("refundable"), 0);
    house.sound();
    // the book is still owed, and is paid in full
    house.pay(entry);
    house.sound();
}

#[test]
fn what_is_not_the_payers_or_not_there_is_refused_by_name() {
    let house = house();
    let (entry, books) = house.reduced(BILL, "7000");
    house.overpaid("COSU6000000002", "1.00", "IN-1");
    let book = books[0].0.as_str();
    let other_book = format!("{entry}-Z01");
    let with = |change: &dyn Fn(&mut RefundForm)| {
        let mut asked = form("amended", &[book], &[]);
        change(&mut asked);
        asked
    };
    let long = "多".repeat(2001);
    // what is asked, by whom -> codes
    let cases: Vec<(&str, Actor, RefundForm, &[&str])> = vec![
        ("another's book", stranger(), form("amended", &[book], &[]), &["FIN-027"]),
        ("another's payment", stranger(), form("misdirected", &[], &["IN-1"]), &["FIN-027"]),
        (
            "a book that is none",
            firm_actor(),
            form("amended", &[&other_book, "x"], &[]),
            &["FIN-027", "FIN-027"],
        ),
        ("a payment that is none", firm_actor(), form("misdirected", &[], &["IN-9"]), &["FIN-027"]),
        ("twice in one form", firm_actor(), form("amended", &[book, book], &[]), &["FIN-027"]),
        ("nothing", firm_actor(), form("amended", &[], &[]), &["CTL-001"]),
        ("no ground", firm_actor(), form("kindness", &[book], &[]), &["FIN-025"]),
        ("a ground that is not of books", firm_actor(), form("paid_twice", &[book], &[]), &["FIN-025"]),
        ("a ground that is not of payments", firm_actor(), form("amended", &[], &["IN-1"]), &["FIN-025"]),
        ("more than there is", firm_actor(), with(&|f| f.amount = Exact::parse("999999")), &["FIN-027"]),
        ("nothing of it", firm_actor(), with(&|f| f.amount = Exact::parse("0")), &["FIN-005"]),
        ("parts of a fen", firm_actor(), with(&|f| f.amount = Exact::parse("0.001")), &["FIN-005"]),
        ("no account", firm_actor(), with(&|f| f.account.clear()), &["CTL-001"]),
        ("an account with a break", firm_actor(), with(&|f| f.account = "a\nb".to_owned()), &["CTL-008"]),
        ("a long account", firm_actor(), with(&|f| f.account = "9".repeat(65)), &["CTL-002"]),
        ("no reason", firm_actor(), with(&|f| f.reason = " ".to_owned()), &["CTL-001"]),
        ("a long reason", firm_actor(), with(&|f| f.reason = long.clone()), &["CTL-002"]),
        ("all at once", firm_actor(), RefundForm::default(), &["CTL-001", "CTL-001", "CTL-001"]),
        ("a carrier", actor(Role::Carrier), form("amended", &[book], &[]), &["CTL-014"]),
        ("the bank", actor(Role::Bank), form("amended", &[book], &[]), &["CTL-014"]),
    ];
    for (what, who, asked, expected) in cases {
        assert_eq!(house.refuses(who, apply(asked)), expected, "{what}");
    }
    house.sound();
}

#[test]
fn the_term_ends_three_years_after_payment() {
    // days after the payment of 2026-03-02 -> codes: 2029-03-02 is a Friday
    for (days, expected) in [(1095, None), (1096, None), (1097, Some("FIN-026"))] {
        let house = house();
        let (_, books) = house.reduced(BILL, "7000");
        house.overpaid("COSU6000000002", "1.00", "IN-1");
        house.engine.set_clock(MONDAY + days * DAY).unwrap();
        for asked in [form("amended", &[&books[0].0], &[]), form("misdirected", &[], &["IN-1"])] {
            match expected {
                Some(code) => assert_eq!(house.refuses(firm_actor(), apply(asked)), [code], "{days}"),
                None => drop(house.number(firm_actor(), asked)),
            }
        }
        // customs is bound by no term when it finds the money itself
        let found = RefundForm { account: String::new(), ..form("amended", &[&books[1].0], &[]) };
        house.number(release(), found);
    }
}

#[test]
fn two_officers_in_two_posts_decide() {
    let house = house();
    house.overpaid(BILL, "1.00", "IN-1");
    let number = house.number(firm_actor(), form("misdirected", &[], &["IN-1"]));
    let elsewhere =
        Actor { offices: vec![OfficeCode::parse("5301").unwrap()], ..officer("far", Post::Release) };
    let both = Actor { posts: vec![Post::Release, Post::Head], ..officer("both", Post::Head) };
    let no_such =
        [(elsewhere, "propose"), (officer("doc1", Post::DocumentCheck), "propose"), (head(), "propose")];
    for (who, step) in
        no_such.into_iter().chain([(release(), "approve"), (head(), "approve"), (head(), "pay_out")])
    {
        let refused = house.refuses(who.clone(), decision(&number, step, ""));
        assert_eq!(refused.len(), 1, "{} {step}: {refused:?}", who.name);
    }
    assert_eq!(house.refuses(firm_actor(), decision(&number, "propose", "")), ["CTL-014"]);
    assert_eq!(house.refuses(release(), decision("R22252026000009", "propose", "")), ["CTL-089"]);
    house.accepted(both.clone(), decision(&number, "propose", ""));
    assert_eq!(house.refuses(both, decision(&number, "approve", "")), ["CTL-034"], "the same officer");
    assert_eq!(house.refuses(head(), decision(&number, "refuse", " ")), ["CTL-001"], "without a reason");
    house.accepted(head(), decision(&number, "send_back", "补充说明"));
    house.accepted(release(), decision(&number, "propose", "已补充"));
    house.accepted(head(), decision(&number, "refuse", "所附凭证不符"));
    let (state, body) = house.kept(&number);
    assert_eq!((state.as_str(), body.decide_by), ("refused", None));
    assert_eq!(house.refuses(head(), decision(&number, "approve", "")).len(), 1);
    assert_eq!(house.total("refundable"), 100, "the money is still the payer's");
    // and may be asked for again
    let again = house.number(firm_actor(), form("misdirected", &[], &["IN-1"]));
    house.approved(&again);
    house.sound();
}

#[test]
fn of_two_cases_for_the_same_money_one_is_approved() {
    let house = house();
    house.overpaid(BILL, "1.00", "IN-1");
    let one = house.number(firm_actor(), form("misdirected", &[], &["IN-1"]));
    let other = house.number(firm_actor(), form("misdirected", &[], &["IN-1"]));
    house.approved(&one);
    house.accepted(release(), decision(&other, "propose", ""));
    assert_eq!(house.refuses(head(), decision(&other, "approve", "")), ["FIN-027"]);
    // money that the bank took back is not refunded, either
    house.overpaid("COSU6000000002", "2.00", "IN-2");
    let third = house.number(firm_actor(), form("misdirected", &[], &["IN-2"]));
    let bounce = customhouse_control::Bounce { reference: "IN-2".to_owned(), reason: "无款".to_owned() };
    house.accepted(actor(Role::Bank), Command::Bounce(bounce));
    house.accepted(release(), decision(&third, "propose", ""));
    assert_eq!(house.refuses(head(), decision(&third, "approve", "")), ["FIN-027"]);
    // and what was refunded is not there for the bank to take back
    let bounce = customhouse_control::Bounce { reference: "IN-1".to_owned(), reason: "无款".to_owned() };
    assert_eq!(house.refuses(actor(Role::Bank), Command::Bounce(bounce)), ["LED-003"]);
    house.sound();
}

#[test]
fn the_bank_answers_once_with_the_amount_that_was_ordered() {
    let house = house();
    house.overpaid(BILL, "10.00", "IN-1");
    house.overpaid("COSU6000000002", "20.00", "IN-2");
    let number = house.number(firm_actor(), form("misdirected", &[], &["IN-1"]));
    let bank = || actor(Role::Bank);
    // before it is ordered there is no order
    for order in ["R22252026000001/0", "R22252026000001/1", "R22252026000001", "R22252026000009/1", "x", ""] {
        assert_eq!(house.refuses(bank(), pays_out(order, "10.00", "OUT-1")), ["FIN-030"], "{order}");
        assert_eq!(house.refuses(bank(), sends_back(order, "账号有误")), ["FIN-030"], "{order}");
    }
    let order = house.approved(&number);
    let other = house.number(firm_actor(), form("misdirected", &[], &["IN-2"]));
    let second = house.approved(&other);
    for amount in ["9.99", "10.01", "1000000"] {
        assert_eq!(house.refuses(bank(), pays_out(&order, amount, "OUT-1")), ["FIN-029"], "{amount}");
    }
    for amount in ["0", "-10.00", "10.001"] {
        assert_eq!(house.refuses(bank(), pays_out(&order, amount, "OUT-1")), ["FIN-005"], "{amount}");
    }
    assert_eq!(house.refuses(bank(), pays_out(&order, "10.00", "")), ["CTL-029"]);
    assert_eq!(house.refuses(firm_actor(), pays_out(&order, "10.00", "OUT-1")), ["CTL-014"]);
    assert_eq!(house.refuses(firm_actor(), sends_back(&order, "x")), ["CTL-014"]);
    assert_eq!(house.refuses(bank(), sends_back(&order, "")), ["CTL-001"]);
    house.accepted(bank(), pays_out(&order, "10.00", "OUT-1"));
    let before = house.everything();
    let again = house.accepted(bank(), pays_out(&order, "10.00", "OUT-1"));
    assert_eq!(told(&again.answer, "state"), "paid_out");
    assert!(house.everything() == before, "the same word again has no second effect");
    assert_eq!(house.refuses(bank(), pays_out(&order, "10.00", "OUT-2")), ["FIN-030"], "twice");
    assert_eq!(
        house.refuses(bank(), pays_out(&second, "20.00", "OUT-1")),
        ["CTL-028"],
        "a reference for one payment"
    );
    house.accepted(bank(), pays_out(&second, "20.00", "OUT-2"));
    assert_eq!(house.total("held"), 0);
    house.sound();
}

#[test]
fn what_comes_back_from_the_bank_goes_out_again_to_another_account() {
    for late in [false, true] {
        let house = house();
        let (_, books) = house.reduced(BILL, "7000");
        house.engine.set_clock(MONDAY + 30 * DAY).unwrap();
        let number = house.number(firm_actor(), form("amended", &[&books[0].0], &[]));
        let order = house.approved(&number);
        let granted = house.kept(&number).1.granted.unwrap();
        let (total, bank) = (granted.total.to_string(), || actor(Role::Bank));
        let other = house.total("refundable");
        if late {
            house.accepted(bank(), pays_out(&order, &total, "OUT-1"));
        }
        house.accepted(bank(), sends_back(&order, "账户已注销"));
        let (state, body) = house.kept(&number);
        assert_eq!((state.as_str(), body.account.as_str()), ("bounced", ""));
        assert_eq!(body.timeline.last().unwrap().note, "账户已注销");
        assert_eq!(house.total("refundable"), other + granted.total.minor(), "interest and all");
        house.sound();
        let before = house.everything();
        house.accepted(bank(), sends_back(&order, "账户已注销"));
        assert!(house.everything() == before, "the same word again has no second effect");
        assert_eq!(house.refuses(bank(), sends_back(&order, "又退")), ["FIN-030"]);
        assert_eq!(house.refuses(bank(), pays_out(&order, &total, "OUT-9")), ["FIN-030"], "late");
        // nobody else gets at it: the book is taken up
        assert_eq!(house.refuses(firm_actor(), apply(form("amended", &[&books[0].0], &[]))), ["FIN-027"]);
        assert_eq!(house.refuses(stranger(), account(&number, ACCOUNT)), ["CTL-089"]);
        assert_eq!(house.refuses(release(), account(&number, ACCOUNT)), ["CTL-089"]);
        assert_eq!(house.refuses(release(), decision(&number, "name_account", "")), ["CTL-001"]);
        assert_eq!(house.refuses(firm_actor(), account(&number, "")), ["CTL-001"]);
        house.engine.set_clock(MONDAY + 60 * DAY).unwrap();
        house.accepted(firm_actor(), account(&number, "另一账户 99998888"));
        assert_eq!(house.refuses(head(), decision(&number, "refuse", "不退")), ["FIN-027"], "it was granted");
        let again = house.approved(&number);
        assert_eq!(again, format!("{number}/2"));
        assert_eq!(house.kept(&number).1.granted.unwrap(), granted, "interest ended with the first approval");
        house.accepted(bank(), pays_out(&again, &total, "OUT-2"));
        assert_eq!(house.total("refundable"), other);
        house.sound();
    }
}

#[test]
fn customs_finds_money_and_tells_the_payer() {
    let house = house();
    house.overpaid(BILL, "1.00", "IN-1");
    let found = RefundForm { account: String::new(), ..form("misdirected", &[], &["IN-1"]) };
    let elsewhere =
        Actor { offices: vec![OfficeCode::parse("5301").unwrap()], ..officer("far", Post::Release) };
    assert_eq!(house.refuses(elsewhere, apply(found.clone())), ["FIN-027"]);
    let named = RefundForm { account: ACCOUNT.to_owned(), ..found.clone() };
    assert_eq!(house.refuses(release(), apply(named)), ["CTL-014"], "a firm names its own account");
    let number = house.number(release(), found);
    let (state, body) = house.kept(&number);
    assert_eq!((state.as_str(), body.by_customs, body.decide_by), ("notified", true, None));
    assert_eq!(body.account_by.unwrap().day.to_string(), "2026-06-02", "three months");
    assert_eq!(house.refuses(release(), decision(&number, "propose", "")).len(), 1);
    house.accepted(firm_actor(), account(&number, ACCOUNT));
    // the officer who opened it has acted in its post
    let opener = Actor { posts: vec![Post::Head], ..release() };
    house.accepted(release(), decision(&number, "propose", ""));
    assert_eq!(house.refuses(opener, decision(&number, "approve", "")), ["CTL-034"]);
    house.accepted(head(), decision(&number, "approve", ""));
    house.sound();
}

#[test]
fn money_that_names_no_book_goes_back_by_an_officers_hand() {
    let house = house();
    house.accepted(actor(Role::Bank), settle_as("nonsense", "7.00", "IN-1"));
    assert_eq!(house.refuses(firm_actor(), apply(form("misdirected", &[], &["IN-1"]))), ["FIN-027"]);
    let nowhere = RefundForm { account: String::new(), ..form("misdirected", &[], &["IN-1"]) };
    assert_eq!(house.refuses(release(), apply(nowhere)), ["CTL-001"], "no payer will name an account");
    let number = house.number(release(), form("misdirected", &[], &["IN-1"]));
    let order = house.approved(&number);
    house.accepted(actor(Role::Bank), sends_back(&order, "账号有误"));
    house.accepted(release(), account(&number, ACCOUNT));
    let order = house.approved(&number);
    house.accepted(actor(Role::Bank), pays_out(&order, "7.00", "OUT-1"));
    assert_eq!(house.total("held"), 0);
    house.sound();
}

#[test]
fn a_day_that_passes_stands_in_the_time_line() {
    let house = house();
    house.overpaid(BILL, "1.00", "IN-1");
    let number = house.number(firm_actor(), form("misdirected", &[], &["IN-1"]));
    let due: jiff::civil::Date = "2026-04-01".parse().unwrap();
    let falls = |day: jiff::civil::Date| Command::RefundFallsDue { number: number.clone(), due: day };
    // the clerk may work off other days meanwhile: only the refund is compared
    let refuses = |by: Actor| {
        let before = house.kept(&number);
        let outcome = house.ask(by, falls(due));
        assert!(!outcome.accepted && house.kept(&number) == before);
        codes(&outcome)
    };
    assert_eq!(refuses(Actor::system()), ["CTL-050"], "not yet");
    house.engine.set_clock(MONDAY + 30 * DAY).unwrap();
    assert_eq!(refuses(Actor::system()), ["CTL-050"], "on the day itself");
    house.engine.set_clock(MONDAY + 31 * DAY).unwrap();
    let overdue = || house.kept(&number).1.timeline.iter().any(|m| m.step == "refund_overdue");
    let until = Instant::now() + Duration::from_secs(20);
    while !overdue() {
        assert!(Instant::now() < until, "the due job takes no refunds");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(refuses(Actor::system()), ["CTL-050"], "once");
    assert_eq!(refuses(firm_actor()), ["CTL-014"]);
    let record = house.engine.read(|r| r.record(&refund_key(&number))).unwrap().unwrap();
    assert_eq!((record.state.as_str(), record.due), ("filed", Some(due)), "it is still to be decided");
    house.approved(&number);
    house.sound();
}

// --- goods that went back out ---------------------------------------------------------------------

const IN: &str = "COSU6000000001";
const OUT: &str = "COSU6000000002";

/// An export of so many of the lamps, whose remarks name an import.
fn export_form(quantity: &str, remarks: &str) -> Form {
    let mut form = support::form(OUT);
    for (name, value) in [
        ("direction", "export"),
        ("overseas_consignor.name", "EXAMPLE GMBH"),
        ("entry_date", ""),
        ("departure_port", ""),
        ("storage_place", ""),
        ("freight.mark", ""),
        ("freight.currency", ""),
        ("freight.rate", ""),
        ("insurance.mark", ""),
        ("insurance.rate", ""),
        ("price_confirmations", ""),
        ("remarks", remarks),
    ] {
        assert!(form.head.set(name, value), "{name}");
    }
    form.lines[0].set("origin", "CN");
    form.lines[0].set("destination", "DE");
    for (field, value) in
        [("quantity", quantity), ("first_quantity", quantity), ("total", "800"), ("price", "8")]
    {
        form.lines[0].set(field, value);
    }
    form
}

fn at(days: i64) -> String {
    let day = "2026-03-02".parse::<jiff::civil::Date>().unwrap();
    day.saturating_add(jiff::Span::new().days(days)).to_string()
}

/// Imported on the first day, paid, released; an export of it that leaves after some days.
fn returned(house: &House, quantity: &str, names: bool, days: i64) -> (EntryNumber, EntryNumber) {
    let import = house.lodged(IN);
    house.pay(import);
    assert_eq!(house.state(import), "released");
    house.engine.set_clock(MONDAY + (days - 2) * DAY).unwrap();
    let Command::FileBill(inbound) = bill(OUT) else { unreachable!() };
    let loading = format!("{}T10:00", at(days)).parse().ok();
    let outbound = BillForm { direction: Direction::Export, entry_date: None, loading, ..inbound };
    house.accepted(actor(Role::Carrier), Command::FileBill(outbound));
    let office = OfficeCode::parse("2225").unwrap();
    let gross_kg = Exact::parse("1250.5").unwrap();
    let moved = GoodsMoved { office, bill: OUT.to_owned(), packages: 10, gross_kg };
    house.accepted(actor(Role::Operator), Command::ReportArrival(moved.clone()));
    let remarks = if names { format!("退运，原进口报关单 {import}") } else { String::new() };
    let lodged = Command::Lodge(Box::new(export_form(quantity, &remarks)));
    let export = entry(&house.accepted(firm_actor(), lodged).answer);
    house.engine.set_clock(MONDAY + days * DAY).unwrap();
    house.accepted(actor(Role::Carrier), Command::ReportLoading(moved));
    let departed = at(days).parse().unwrap();
    house.accepted(
        actor(Role::Carrier),
        Command::ReportDeparture(Departure { office, bill: OUT.to_owned(), departed }),
    );
    (import, export)
}

fn goods(import: EntryNumber, export: EntryNumber, lines: &[&str]) -> RefundForm {
    RefundForm {
        import_entry: import.to_string(),
        export_entry: export.to_string(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        ..form("returned", &[], &[])
    }
}

#[test]
fn goods_that_went_back_out_bring_their_share_back_once() {
    let house = house();
    let (import, export) = returned(&house, "60", true, 30);
    let paid: Vec<(String, i64)> =
        house.body(import).books.iter().map(|book| (book.charge.clone(), book.amount.minor())).collect();
    assert_eq!(paid.len(), 2);
    let treasury = -house.total("treasury");
    let number = house.number(firm_actor(), goods(import, export, &["1/1/40"]));
    assert_eq!(house.total("refundable"), 0, "asking moves no money");
    let order = house.approved(&number);
    let (_, body) = house.kept(&number);
    // forty of a hundred, half up on each charge; interest on top
    for (charge, amount) in &paid {
        let given = body.sources.iter().find(|source| source.charge == *charge).unwrap().amount.minor();
        assert_eq!(given, (amount * 40 + 50) / 100, "{charge}");
    }
    let granted = body.granted.unwrap();
    assert_eq!(granted.interest.len(), 2);
    assert!(granted.interest.iter().all(|interest| interest.days == 30 && interest.amount > Money::ZERO));
    assert_eq!(treasury + house.total("treasury"), granted.total.minor());
    house.sound();
    house.accepted(actor(Role::Bank), pays_out(&order, &granted.total.to_string(), "OUT-1"));
    // of the import sixty are left, of the export twenty
    let refused = house.refuses(firm_actor(), apply(goods(import, export, &["1/1/21"])));
    assert_eq!(refused, ["FIN-032"]);
    let refused = house.refuses(firm_actor(), apply(goods(import, export, &["1/1/20", "1/1/1"])));
    assert_eq!(refused, ["FIN-032"], "nor in two parts");
    let rest = house.number(firm_actor(), goods(import, export, &["1/1/20"]));
    let twin = house.number(firm_actor(), goods(import, export, &["1/1/20"]));
    house.approved(&rest);
    house.accepted(release(), decision(&twin, "propose", ""));
    assert_eq!(house.refuses(head(), decision(&twin, "approve", "")), ["FIN-032"]);
    // both parts together are the share of the whole
    let back: i64 = house.body(import).books.iter().map(|book| book.returned.minor()).sum();
    assert_eq!(back, paid.iter().map(|(_, amount)| (amount * 60 + 50) / 100).sum::<i64>());
    house.sound();
    // what rests on the declaration holds it as it is
    house.takes(firm_actor(), import, "request_amendment", amended(IN, "7000"));
    let refused = house.take(release(), import, "approve_amendment", note("同意"));
    assert_eq!(codes(&refused), ["CTL-038"]);
    house.sound();
}

#[test]
fn goods_go_back_within_a_year_and_are_asked_for_within_one() {
    // days between release and departure -> codes when it is asked for on that day
    for (days, expected) in [(364, None), (365, None), (366, Some("FIN-031"))] {
        let house = house();
        let (import, export) = returned(&house, "100", true, days);
        match expected {
            Some(code) => {
                assert_eq!(house.refuses(firm_actor(), apply(goods(import, export, &["1/1/1"]))), [code])
            }
            None => drop(house.number(firm_actor(), goods(import, export, &["1/1/1"]))),
        }
        if days == 364 {
            // the year to ask runs from payment, whenever they left
            house.engine.set_clock(MONDAY + 365 * DAY).unwrap();
            house.number(firm_actor(), goods(import, export, &["1/1/1"]));
            house.engine.set_clock(MONDAY + 366 * DAY).unwrap();
            let late = house.refuses(firm_actor(), apply(goods(import, export, &["1/1/1"])));
            assert_eq!(late, ["FIN-026", "FIN-026"], "each book");
        }
    }
}

#[test]
fn what_does_not_show_returned_goods_is_refused() {
    let house = house();
    let (import, export) = returned(&house, "60", false, 30);
    let refuses = |who: Actor, form: RefundForm| house.refuses(who, apply(form));
    assert_eq!(refuses(firm_actor(), goods(import, export, &["1/1/10"])), ["CTL-090"], "remarks");
    assert_eq!(refuses(firm_actor(), goods(import, export, &["1/1/61"])), ["CTL-090", "FIN-032"]);
    assert_eq!(refuses(firm_actor(), goods(import, export, &["1/2/1", "2/1/1"])), ["CTL-090"; 3], "lines");
    assert_eq!(refuses(firm_actor(), goods(import, export, &[])), ["CTL-090", "CTL-001"]);
    assert_eq!(refuses(firm_actor(), goods(import, export, &["1"])), ["CTL-090", "CTL-008", "CTL-001"]);
    assert_eq!(
        refuses(firm_actor(), goods(export, import, &["1/1/1"])),
        ["CTL-018", "CTL-018"],
        "the other way"
    );
    assert_eq!(refuses(stranger(), goods(import, export, &["1/1/1"])), ["CTL-018"]);
    let mixed = RefundForm { books: vec!["x".to_owned()], ..goods(import, export, &["1/1/1"]) };
    assert_eq!(refuses(firm_actor(), mixed), ["FIN-025"]);
    house.sound();
}

// --- exports: shut out, or back again --------------------------------------------------------------

/// A pack in which vehicle lamps bear export duty.
fn pack_with_export_duty() -> PackFiles {
    let mut pack = small_pack();
    let table = pack.iter_mut().find(|(path, _)| path == "tables/measures-export-duty.csv").unwrap();
    table.1.push_str("measure.test.export,85122010,export_duty,export,,,20%,,,,,\n");
    pack
}

/// An export of a hundred of the lamps, its duty paid, that is released.
fn exported(house: &House) -> EntryNumber {
    let Command::FileBill(inbound) = bill(OUT) else { unreachable!() };
    let loading = format!("{}T10:00", at(7)).parse().ok();
    let outbound = BillForm { direction: Direction::Export, entry_date: None, loading, ..inbound };
    house.accepted(actor(Role::Carrier), Command::FileBill(outbound));
    house.accepted(actor(Role::Operator), Command::ReportArrival(outbound_goods()));
    let lodged = Command::Lodge(Box::new(export_form("100", "")));
    let export = entry(&house.accepted(firm_actor(), lodged).answer);
    house.pay(export);
    assert_eq!((house.state(export).as_str(), house.body(export).books.len()), ("released", 1));
    export
}

fn outbound_goods() -> GoodsMoved {
    let gross_kg = Exact::parse("1250.5").unwrap();
    GoodsMoved { office: OfficeCode::parse("2225").unwrap(), bill: OUT.to_owned(), packages: 10, gross_kg }
}

#[test]
fn duty_on_exports_that_were_shut_out_goes_back_within_a_year() {
    let house = House::open(GREEN, pack_with_export_duty());
    let export = exported(&house);
    let GoodsMoved { office, bill, packages, gross_kg } = outbound_goods();
    let shut = ShutOut { office, bill, packages, gross_kg, loading: None };
    house.accepted(actor(Role::Carrier), Command::ReportShutOut(shut));
    house.takes(firm_actor(), export, "request_withdrawal", note("退关"));
    house.takes(release(), export, "approve_withdrawal", note("同意"));
    let book = house.body(export).books[0].clone();
    assert_eq!(book.reduced, book.amount, "all of it is refundable");
    let by = |ground: &str, book: &str| apply(form(ground, &[book], &[]));
    // three years are for what was overpaid; what was not shipped has one, and a ground of its own
    assert_eq!(house.refuses(firm_actor(), by("withdrawn", &book.number)), ["FIN-025"]);
    let (_, reduced) = house.reduced("COSU6000000003", "7000");
    assert_eq!(house.refuses(firm_actor(), by("not_shipped", &reduced[0].0)), ["FIN-025"], "an import");
    house.engine.set_clock(MONDAY + 366 * DAY).unwrap();
    assert_eq!(house.refuses(firm_actor(), by("not_shipped", &book.number)), ["FIN-026"], "a day late");
    house.sound();
    let house = House::open(GREEN, pack_with_export_duty());
    let export = exported(&house);
    let GoodsMoved { office, bill, packages, gross_kg } = outbound_goods();
    let shut = ShutOut { office, bill, packages, gross_kg, loading: None };
    house.accepted(actor(Role::Carrier), Command::ReportShutOut(shut));
    house.takes(firm_actor(), export, "request_withdrawal", note("退关"));
    house.takes(release(), export, "approve_withdrawal", note("同意"));
    house.engine.set_clock(MONDAY + 30 * DAY).unwrap();
    let book = house.body(export).books[0].clone();
    let number = house.number(firm_actor(), form("not_shipped", &[&book.number], &[]));
    house.approved(&number);
    let granted = house.kept(&number).1.granted.unwrap();
    assert_eq!(granted.total, book.amount.checked_add(granted.total_interest).unwrap());
    assert!(granted.total_interest > Money::ZERO, "it had gone to the treasury");
    house.sound();
}

/// The export left on the seventh day and came back after some days, by an import that names it or not.
fn came_back(house: &House, names: bool, days: i64) -> (EntryNumber, EntryNumber) {
    let export = exported(house);
    house.engine.set_clock(MONDAY + 7 * DAY).unwrap();
    house.accepted(actor(Role::Carrier), Command::ReportLoading(outbound_goods()));
    let office = OfficeCode::parse("2225").unwrap();
    let departed = at(7).parse().unwrap();
    let departs = Departure { office, bill: OUT.to_owned(), departed };
    house.accepted(actor(Role::Carrier), Command::ReportDeparture(departs));
    house.engine.set_clock(MONDAY + days * DAY).unwrap();
    let Command::FileBill(inbound) = bill("BACK1") else { unreachable!() };
    let entered = at(days);
    house.accepted(
        actor(Role::Carrier),
        Command::FileBill(BillForm { entry_date: entered.parse().ok(), ..inbound }),
    );
    let mut form = support::form("BACK1");
    form.head.set("entry_date", entered);
    form.lines[0].set("origin", "CN");
    if names {
        form.head.set("remarks", format!("退运，原出口报关单 {export}"));
    }
    let import = entry(&house.accepted(firm_actor(), Command::Lodge(Box::new(form))).answer);
    house.pay(import);
    (export, import)
}

fn back(import: EntryNumber, export: EntryNumber, lines: &[&str]) -> RefundForm {
    RefundForm { ground: "returned_export".to_owned(), ..goods(import, export, lines) }
}

#[test]
fn exports_that_came_back_bring_their_share_back_once() {
    let house = House::open(GREEN, pack_with_export_duty());
    let (export, import) = came_back(&house, true, 30);
    let book = house.body(export).books[0].clone();
    let refuses = |form: RefundForm| house.refuses(firm_actor(), apply(form));
    assert_eq!(refuses(back(import, export, &["1/1/101"])), ["FIN-032", "FIN-032"], "more than went out");
    // by the ground of imports it is asked of the other declaration, which left nothing
    assert!(refuses(goods(import, export, &["1/1/40"])).contains(&"CTL-090".to_owned()));
    assert_eq!(house.refuses(stranger(), apply(back(import, export, &["1/1/40"]))), ["CTL-018"]);
    let number = house.number(firm_actor(), back(import, export, &["1/1/40"]));
    house.approved(&number);
    let (_, body) = house.kept(&number);
    let [source] = body.sources.try_into().unwrap();
    assert_eq!((source.of, source.charge.as_str()), (book.number.clone(), "export_duty"));
    assert_eq!(source.amount.minor(), (book.amount.minor() * 40 + 50) / 100, "forty of a hundred");
    assert!(body.granted.unwrap().total_interest > Money::ZERO);
    assert_eq!(refuses(back(import, export, &["1/1/61"])), ["FIN-032", "FIN-032"], "sixty are left");
    let rest = house.number(firm_actor(), back(import, export, &["1/1/60"]));
    house.approved(&rest);
    assert_eq!(house.body(export).books[0].returned, book.amount, "both parts are the whole");
    house.sound();
}

#[test]
fn exports_come_back_within_a_year_and_the_import_names_them() {
    for (names, days, expected) in
        [(true, 365, None), (true, 366, Some("FIN-031")), (false, 30, Some("CTL-090"))]
    {
        let house = House::open(GREEN, pack_with_export_duty());
        let (export, import) = came_back(&house, names, days);
        let asked = apply(back(import, export, &["1/1/1"]));
        match expected {
            Some(code) => assert_eq!(house.refuses(firm_actor(), asked), [code], "{days}"),
            None => drop(house.accepted(firm_actor(), asked)),
        }
        house.sound();
    }
}

// --- by an agent ----------------------------------------------------------------------------------

fn broker() -> CreditCode {
    CreditCode::complete("91990000MA0000077").unwrap()
}

fn as_broker() -> Actor {
    Actor { name: "broker".to_owned(), party: broker().to_string(), ..firm_actor() }
}

fn authorises(scope: Scope, refunds: bool) -> Command {
    Command::GrantAuthorisation(AuthorisationForm {
        agent: broker(),
        scope,
        office: None,
        in_name: InName::Client,
        valid_from: "2026-03-02".parse().unwrap(),
        valid_to: "2026-06-30".parse().unwrap(),
        refunds,
    })
}

/// The broker lodged a declaration for the firm, whose books a change reduced.
fn reduced_for_the_firm(house: &House) -> Vec<String> {
    house.accepted(firm_actor(), authorises(Scope::Import, false));
    house.accepted(actor(Role::Carrier), bill(BILL));
    let mut declared = support::form(BILL);
    let agent = [
        ("agent.credit_code", broker().to_string()),
        ("agent.customs_code", "9999980001".to_owned()),
        ("agent.name", "示例报关行".to_owned()),
    ];
    for (name, value) in agent.clone() {
        assert!(declared.head.set(name, value), "{name}");
    }
    let entry = entry(&house.accepted(as_broker(), Command::Lodge(Box::new(declared))).answer);
    house.pay(entry);
    let mut change = amended(BILL, "7000");
    for (name, value) in agent {
        change.declaration.as_mut().unwrap().head.set(name, value);
    }
    house.takes(as_broker(), entry, "request_amendment", change);
    house.takes(release(), entry, "approve_amendment", note("同意"));
    house.body(entry).books.into_iter().map(|book| book.number).collect()
}

#[test]
fn an_agent_asks_for_its_principal_when_it_is_authorised_to() {
    let house = house();
    let books = reduced_for_the_firm(&house);
    let asks = || form("amended", &books.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    // to declare is not to ask for refunds
    let refused = house.ask(as_broker(), apply(asks()));
    assert_eq!(codes(&refused), ["CTL-053"]);
    assert!(refused.findings[0].text.en.contains(&firm()), "{:?}", refused.findings);
    house.accepted(firm_actor(), authorises(Scope::Export, true));
    assert_eq!(house.refuses(as_broker(), apply(asks())), ["CTL-053"], "for exports only");
    house.accepted(firm_actor(), authorises(Scope::Both, true));
    let unnamed = RefundForm { account: String::new(), ..asks() };
    assert_eq!(house.refuses(as_broker(), apply(unnamed)), ["CTL-001"], "no account");
    assert_eq!(house.refuses(stranger(), apply(asks())), ["FIN-027", "FIN-027"], "who is no agent of it");
    house.overpaid("COSU6000000002", "1.00", "IN-1");
    let number = house.number(as_broker(), form("misdirected", &[], &["IN-1"]));
    assert_eq!(house.kept(&number).1.payer, firm(), "its money that fits no book, likewise");
    let number = house.number(as_broker(), asks());
    let (_, body) = house.kept(&number);
    assert_eq!((body.payer.as_str(), body.agent.as_deref()), (firm().as_str(), Some(broker().as_str())));
    // the order names the principal; the broker has no say any more once the account is wrong
    let order = house.approved(&number);
    let outgoing = house.engine.read(|r| r.undelivered(0, 10)).unwrap();
    let sent: serde_json::Value =
        outgoing.iter().find(|o| o.id == order).map(|o| serde_json::from_str(&o.body).unwrap()).unwrap();
    assert_eq!((sent["payee"].as_str(), sent["account"].as_str()), (Some(firm().as_str()), Some(ACCOUNT)));
    house.accepted(actor(Role::Bank), sends_back(&order, "账号有误"));
    assert_eq!(house.refuses(as_broker(), account(&number, "经纪账户 1234567890")), ["CTL-089"]);
    house.accepted(firm_actor(), account(&number, "示例银行 9999888877776666"));
    house.sound();
    // revoked, it is nobody's agent
    house.accepted(firm_actor(), Command::RevokeAuthorisation(broker()));
    assert_eq!(house.refuses(as_broker(), apply(asks())), ["CTL-053"]);
}

// --- the outbox -----------------------------------------------------------------------------------

/// A bank that takes an order in and says nothing, or answers it twice.
enum Slow {
    Silent,
    Deaf,
    Twice(SimulatedBank, u32),
}

impl Deliver for Slow {
    fn deliver(&mut self, message: &Outgoing) -> Result<Option<Submission>, Undeliverable> {
        match self {
            Slow::Silent => Ok(None),
            Slow::Deaf => Err(Undeliverable("no line".to_owned())),
            Slow::Twice(bank, times) => {
                *times += 1;
                // another key each time: the reference alone drops the repeat
                let answer = bank.deliver(message)?;
                let key = format!("{}-{times}", message.id);
                Ok(answer.map(|answer| Submission { key, ..answer }))
            }
        }
    }
}

fn engine_with(disk: &SimDisk, bank: Box<dyn Deliver>) -> Engine {
    Engine::start(Settings {
        store: Box::new(Sim::open(disk).unwrap()),
        keys: KeyFile::of(key(), "2026-03-02T02:00:00Z"),
        pack: Some((small_pack(), "embedded".to_owned())),
        sample: true,
        clock: Some(MONDAY),
        dice: Dice::Fixed(GREEN),
        outlets: BTreeMap::from([("bank".to_owned(), bank)]),
    })
    .unwrap()
}

fn ask(engine: &Engine, who: Actor, key: &str, command: Command) -> Outcome {
    appointed(engine, &who, &command);
    let outcome =
        engine.submit_and_wait(Submission { actor: who.clone(), ..submission(who.role, key, command) });
    let outcome = outcome.unwrap();
    assert!(outcome.accepted, "{key}: {:#?}", outcome.findings);
    outcome
}

fn state_of(engine: &Engine, number: &str) -> String {
    engine.read(|r| r.record(&refund_key(number))).unwrap().unwrap().state
}

#[test]
fn the_order_is_delivered_until_the_bank_answers_and_pays_once() {
    let disk = SimDisk::new(11);
    let engine = engine_with(&disk, Box::new(Slow::Silent));
    ask(&engine, actor(Role::Bank), "s1", settle_as("nonsense", "7.00", "IN-1"));
    let applied = ask(&engine, release(), "r1", apply(form("misdirected", &[], &["IN-1"])));
    let number = told(&applied.answer, "refund");
    ask(&engine, release(), "r2", decision(&number, "propose", ""));
    ask(&engine, head(), "r3", decision(&number, "approve", ""));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(state_of(&engine, &number), "ordered", "a bank that never answers");
    let waiting = |engine: &Engine| engine.read(|r| r.undelivered(0, 10)).unwrap();
    assert_eq!(waiting(&engine)[0].id, format!("{number}/1"));
    engine.stop();
    drop(engine);
    let engine = engine_with(&disk, Box::new(Slow::Deaf));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!((state_of(&engine, &number).as_str(), waiting(&engine).len()), ("ordered", 1));
    engine.stop();
    drop(engine);
    let engine = engine_with(&disk, Box::new(Slow::Twice(SimulatedBank, 0)));
    let until = Instant::now() + Duration::from_secs(20);
    while state_of(&engine, &number) != "paid_out" || !waiting(&engine).is_empty() {
        assert!(Instant::now() < until, "the bank's answer was not taken");
        std::thread::sleep(Duration::from_millis(20));
    }
    // the bank's word once more, under a key of its own
    let payout = pays_out(&format!("{number}/1"), "7.00", &format!("SIM-{number}/1"));
    ask(&engine, actor(Role::Bank), "again", payout);
    let kinds = |kind: &str| {
        let query = Query { kind: kind.to_owned(), limit: 10, ..Query::default() };
        engine.read(|r| r.records(&query)).unwrap()
    };
    assert_eq!(kinds("payout").len(), 1);
    let settled = engine.read(|r| r.record(&RecordKey::new("settlement", "IN-1"))).unwrap().unwrap();
    assert_eq!(settled.read::<SettlementRecord>().unwrap().refunded, Money::from_minor(700));
    let verified = engine.read(|r| verify(r, &engine.key_history(), &mut |_| {})).unwrap();
    assert_eq!(verified.findings, []);
    engine.stop();
}

/// An officer opens a refund in a post that he holds at the office that took the money; posts elsewhere are none there.
#[test]
fn customs_opens_a_refund_at_the_office_that_took_the_money() {
    let house = house();
    let (_, books) = house.reduced(BILL, "7000");
    let found = || {
        let asked = form("amended", &[&books[0].0], &[]);
        apply(RefundForm { account: String::new(), ..asked })
    };
    for (name, office, post) in
        [("two", "0100", Post::Release), ("two", "2225", Post::Audit), ("far", "0100", Post::Release)]
    {
        let at = Actor { offices: vec![OfficeCode::parse(office).unwrap()], ..officer(name, post) };
        appointed(&house.engine, &at, &found());
    }
    let acting = |name: &str, posts: &[Post]| Actor {
        offices: Vec::new(),
        posts: posts.to_vec(),
        ..officer(name, Post::Release)
    };
    // what is another office's looks like nothing; release at 0100 is no post at 2225
    assert!(!house.refuses(acting("far", &[]), found()).is_empty());
    assert_eq!(house.refuses(acting("two", &[Post::Release]), found()), ["CTL-014"]);
    let opened = house.accepted(acting("two", &[]), found());
    let (_, body) = house.kept(&told(&opened.answer, "refund"));
    assert_eq!((body.office.as_str(), body.timeline[0].post), ("2225", Some(Post::Audit)));
    // who opened it in one post does not propose it in another
    let number = body.number;
    house.accepted(firm_actor(), account(&number, ACCOUNT));
    let proposes = officer("two", Post::Release);
    assert_eq!(house.refuses(proposes, decision(&number, "propose", "")), ["CTL-034"]);
    house.approved(&number);
    house.sound();
}
