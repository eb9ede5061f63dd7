//! Aggregate payment through the engine: lodged under a general guarantee, released unpaid, paid by the fifth
//! working day of the next month; or not paid, and what follows; and every reason to refuse.

mod support;

use customhouse_control::form::Form;
use customhouse_control::{
    Actor, AggregateAccount, AuthorisationForm, BillForm, Bounce, Command, GuaranteeDecisionForm,
    GuaranteeForm, InName, KeptGuarantee, Post, Role, Scope, StepForm, aggregate_account_key, guarantee_key,
};
use customhouse_engine::Outcome;
use customhouse_kernel::beats::Record;
use customhouse_kernel::values::{CreditCode, EntryNumber, Exact, Money, OfficeCode};
use jiff::civil::Date;
use std::collections::BTreeMap;
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;
/// From Monday 2 March 2026 to the fifth working day of April, after Qingming: Wednesday the 8th.
const LAST: i64 = 37;

fn declarant() -> Actor {
    actor(Role::Declarant)
}

fn release() -> Actor {
    officer("rel1", Post::Release)
}

fn party(number: &str) -> String {
    CreditCode::complete(number).unwrap().to_string()
}

fn stranger() -> Actor {
    Actor { name: "stranger".to_owned(), party: party("91990000MA0000009"), ..declarant() }
}

fn aggregate(bill: &str, guarantee: &str) -> Form {
    let mut form = form(bill);
    form.head.set("declaration_kind", "CL");
    form.head.set("guarantee", guarantee);
    form
}

fn worth(mut form: Form, total: &str) -> Form {
    form.lines[0].set("total", total);
    form.lines[0].set("price", "1");
    form
}

fn lodging(form: Form) -> Command {
    Command::Lodge(Box::new(form))
}

fn amending(form: Form) -> StepForm {
    StepForm { declaration: Some(Box::new(form)), ..note("单价录入错误") }
}

fn general(amount: &str) -> GuaranteeForm {
    GuaranteeForm {
        office: OfficeCode::parse("2225").unwrap(),
        kind: "general".to_owned(),
        entry_number: String::new(),
        means: "bank_letter".to_owned(),
        guarantor: "示例银行".to_owned(),
        amount: Exact::parse(amount).unwrap(),
        valid_from: "2026-03-02".parse().unwrap(),
        valid_to: "2027-03-01".parse().unwrap(),
        cases: vec!["early_release".to_owned()],
    }
}

fn open() -> House {
    House::open(GREEN, small_pack())
}

fn given(house: &House, by: Actor, form: GuaranteeForm) -> String {
    let number = told(&house.accepted(by, Command::LodgeGuarantee(form)).answer, "guarantee");
    let accept = GuaranteeDecisionForm { decision: "accept".to_owned(), note: String::new() };
    house.accepted(release(), Command::DecideGuarantee { number: number.clone(), form: accept });
    number
}

/// A bill whose means of transport entered on the day before the house's now.
fn filed(house: &House, number: &str) {
    let Command::FileBill(form) = bill(number) else { unreachable!() };
    let entry_date = house.engine.now().day().yesterday().ok();
    house.accepted(actor(Role::Carrier), Command::FileBill(BillForm { entry_date, ..form }));
}

/// As of a bill that was filed on a day of the house.
fn entered(mut form: Form, day: i64) -> Form {
    let first: jiff::civil::Date = "2026-03-01".parse().unwrap();
    form.head.set("entry_date", first.saturating_add(jiff::Span::new().days(day)).to_string());
    form
}

/// A bill and its declaration under aggregate payment.
fn lodged(house: &House, number: &str, form: Form) -> (EntryNumber, Outcome) {
    filed(house, number);
    let outcome = house.accepted(declarant(), lodging(form));
    (entry(&outcome.answer), outcome)
}

/// What is free of a guarantee.
fn free(house: &House, number: &str) -> Money {
    let kept: KeptGuarantee =
        house.engine.read(|r| r.record(&guarantee_key(number))).unwrap().unwrap().read().unwrap();
    let balances: BTreeMap<_, _> = house.balances().into_iter().collect();
    kept.stand(|account| balances.get(account).copied().unwrap_or(0)).free
}

fn owed(house: &House, entry: EntryNumber) -> Money {
    Money::sum(house.body(entry).open_books().map(|b| b.amount)).unwrap()
}

fn less(from: &str, amount: Money) -> Money {
    Money::parse(from).unwrap().checked_sub(amount).unwrap()
}

fn account(house: &House) -> AggregateAccount {
    let record = house.engine.read(|r| r.record(&aggregate_account_key(&firm()))).unwrap();
    record.unwrap().read().unwrap()
}

fn open_days(house: &House) -> Vec<(String, u32)> {
    account(house).open.into_iter().map(|(day, count)| (day.to_string(), count)).collect()
}

/// Days go by, and what falls due is worked off, as the program's own clerk does it and under its keys.
fn on_day(house: &House, day: i64) {
    let asks = |record: &Record, due: Date| Command::FallDue {
        entry: EntryNumber::parse(&record.key.id).unwrap(),
        due,
    };
    house.goes_on(MONDAY + day * DAY, ("declaration", 50), asks);
}

const ALL: &str = "90000000.00";

#[test]
fn released_unpaid_and_paid_on_the_last_day() {
    let house = open();
    let (entry, outcome) = lodged(&house, "B1", aggregate("B1", GUARANTEE));
    let aggregate = told(&outcome.answer, "aggregate");
    assert!(aggregate.contains(GUARANTEE) && aggregate.contains("2026-04-08"), "{aggregate}");
    assert_eq!(house.state(entry), "released");
    let body = house.body(entry);
    assert_eq!(body.books.len(), 2);
    for book in &body.books {
        assert_eq!((book.due.day.to_string().as_str(), book.due.provisional), ("2026-04-08", false));
        assert_eq!(book.guaranteed.as_deref(), Some(GUARANTEE));
    }
    let sum = owed(&house, entry);
    assert_eq!(free(&house, GUARANTEE), less(ALL, sum));
    assert_eq!(open_days(&house), [("2026-04-08".to_owned(), 2)]);
    house.sound();
    house.accepted(actor(Role::Operator), goods_out("B1", 10, "1250.5"));
    assert_eq!(house.state(entry), "goods_out", "not closed while it is unpaid");
    // a second one of another month is due later
    on_day(&house, 30);
    let (second, _) = lodged(&house, "B2", entered(self::aggregate("B2", GUARANTEE), 30));
    assert_eq!(open_days(&house), [("2026-04-08".to_owned(), 2), ("2026-05-11".to_owned(), 2)]);
    on_day(&house, LAST);
    house.pay(entry);
    assert_eq!(house.state(entry), "closed");
    assert!(house.body(entry).late_payment.is_empty(), "the last day is in time");
    assert_eq!(free(&house, GUARANTEE), less(ALL, owed(&house, second)));
    house.pay(second);
    assert_eq!(free(&house, GUARANTEE), less(ALL, Money::ZERO), "all of it is free again");
    assert!(account(&house).open.is_empty());
    house.sound();
}

/// Paid the day before, on the last day, and the day after: only the last brings a surcharge.
#[test]
fn the_surcharge_begins_after_the_last_day() {
    for (day, surcharges, why) in [(LAST - 1, 0, "before"), (LAST, 0, "the day"), (LAST + 1, 2, "after")] {
        let house = open();
        let (entry, _) = lodged(&house, "B1", worth(aggregate("B1", GUARANTEE), "900000"));
        on_day(&house, day);
        house.pay(entry);
        let body = house.body(entry);
        assert_eq!(body.late_payment.len(), surcharges, "{why}");
        for late in &body.late_payment {
            assert_eq!(late.days, 1, "{why}");
        }
        assert_eq!(free(&house, GUARANTEE), less(ALL, Money::ZERO), "{why}: paid, so it is free");
        house.sound();
    }
}

#[test]
fn overdue_it_is_claimed_and_suspends_the_mode_until_all_is_paid() {
    let house = open();
    let (entry, _) = lodged(&house, "B1", worth(aggregate("B1", GUARANTEE), "900000"));
    let sum = owed(&house, entry);
    on_day(&house, LAST);
    let claim = || take(entry, "claim_guarantee", note(""));
    house.refused(release(), claim(), &["CTL-067"], "the last day");
    lodged(&house, "B2", entered(aggregate("B2", GUARANTEE), LAST));
    on_day(&house, LAST + 1);
    assert!(house.body(entry).timeline.iter().any(|m| m.step == "payment_overdue"));
    filed(&house, "B3");
    let another = || lodging(entered(aggregate("B3", GUARANTEE), LAST + 1));
    let told = house.refused(declarant(), another(), &["CTL-057"], "arrears");
    assert!(told.findings.iter().any(|f| f.text.en.contains("2026-04-08")), "{:?}", told.findings);
    house.refused(declarant(), claim(), &["CAS-003"], "not customs");
    house.accepted(release(), claim());
    let body = house.body(entry);
    assert!(body.books[..2].iter().all(|b| b.claimed && b.paid.is_some()));
    assert_eq!(body.late_payment.len(), 2);
    assert_eq!(open_days(&house), [("2026-04-09".to_owned(), 2), ("2026-05-11".to_owned(), 2)]);
    house.sound();
    // the surcharges are arrears from the next day on
    house.accepted(declarant(), another());
    on_day(&house, LAST + 2);
    filed(&house, "B4");
    let fourth = || entered(aggregate("B4", GUARANTEE), LAST + 2);
    house.refused(declarant(), lodging(fourth()), &["CTL-057"], "the surcharge is not paid");
    // an ordinary declaration is not refused
    filed(&house, "B5");
    house.accepted(declarant(), lodging(entered(form("B5"), LAST + 2)));
    house.pay(entry);
    let fourth = entry_of(&house.accepted(declarant(), lodging(fourth())));
    let one = owed(&house, fourth);
    let three = Money::sum([one; 3]).unwrap();
    assert_eq!(
        free(&house, GUARANTEE),
        less(ALL, sum.checked_add(three).unwrap()),
        "claimed, and three lots"
    );
    house.sound();
}

fn entry_of(outcome: &Outcome) -> EntryNumber {
    entry(&outcome.answer)
}

#[test]
fn what_no_guarantee_answers_for() {
    let house = open();
    filed(&house, "B1");
    let other = house.lodged("B2");
    let sum = owed(&house, other);
    let short = sum.checked_sub(Money::from_minor(1)).unwrap();
    let tight = given(&house, declarant(), general(&short.to_string()));
    let exact = given(&house, declarant(), general(&sum.to_string()));
    let single =
        GuaranteeForm { kind: "single".to_owned(), entry_number: other.to_string(), ..general("900000.00") };
    let single = given(&house, declarant(), single);
    let foreign = given(&house, stranger(), general("900000.00"));
    let transit = GuaranteeForm { cases: vec!["special_operation".to_owned()], ..general("900000.00") };
    let transit = given(&house, declarant(), transit);
    let early = GuaranteeForm { valid_from: "2026-03-03".parse().unwrap(), ..general("900000.00") };
    let early = given(&house, declarant(), early);
    let waiting = house.accepted(declarant(), Command::LodgeGuarantee(general("900000.00")));
    let waiting = told(&waiting.answer, "guarantee");
    for (number, code, why) in [
        (tight.as_str(), "FIN-018", "a fen too little is free"),
        (&single, "FIN-022", "for one declaration"),
        (&foreign, "CTL-060", "another firm's looks like none"),
        ("G22252026000099", "CTL-060", "none"),
        ("nonsense", "CTL-060", "no number at all"),
        (&transit, "FIN-014", "given for another case"),
        (&early, "FIN-013", "valid from tomorrow"),
        (&waiting, "CTL-065", "not accepted yet"),
    ] {
        let told = house.refused(declarant(), lodging(aggregate("B1", number)), &[code], why);
        assert!(told.findings.iter().any(|f| f.path == "/guarantee"), "{why}");
    }
    // all findings come at once
    let mut several = aggregate("B1", &single);
    several.head.set("net_kg", "1250.6");
    house.refused(declarant(), lodging(several), &["CN-NORM-NET-GROSS", "FIN-022"], "all findings at once");
    let outcome = house.accepted(declarant(), lodging(aggregate("B1", &exact)));
    assert_eq!(told(&outcome.answer, "state"), "released", "exactly enough");
    assert_eq!(free(&house, &exact), Money::ZERO);
    house.pay(entry_of(&outcome));
    on_day(&house, 365);
    filed(&house, "B3");
    let late = entered(aggregate("B3", GUARANTEE), 365);
    house.refused(declarant(), lodging(late), &["FIN-013"], "the day after its last day");
    house.sound();
}

/// A message has no element for the number: the only guarantee that could answer for it is meant.
#[test]
fn the_only_guarantee_is_meant_where_none_is_named() {
    let house = open();
    let unnamed = |bill: &str| aggregate(bill, "");
    let (first, _) = lodged(&house, "B1", unnamed("B1"));
    assert_eq!(house.body(first).aggregate.unwrap().guarantee, GUARANTEE);
    // a second one that is too small does not make it unclear, nor does one for something else
    given(&house, declarant(), general("1.00"));
    let transit = GuaranteeForm { cases: vec!["special_operation".to_owned()], ..general("900000.00") };
    given(&house, declarant(), transit);
    let (second, _) = lodged(&house, "B2", unnamed("B2"));
    assert_eq!(house.body(second).aggregate.unwrap().guarantee, GUARANTEE);
    // a third one that is large enough does
    let third = given(&house, declarant(), general("900000.00"));
    filed(&house, "B3");
    let told = house.refused(declarant(), lodging(unnamed("B3")), &["CTL-056"], "two of them");
    assert!(told.findings.iter().any(|f| f.text.en.contains("has 2 general")), "{:?}", told.findings);
    house.accepted(declarant(), lodging(aggregate("B3", &third)));
    // another firm has none
    let firm = party("91990000MA0000009");
    let mut foreign = unnamed("B4");
    foreign.head.set("consignee.credit_code", &*firm);
    filed(&house, "B4");
    house.refused(stranger(), lodging(foreign), &["CTL-056"], "none at all");
    // only the last few are looked at
    for _ in 0..8 {
        given(&house, declarant(), general("2.00"));
    }
    assert_eq!(account(&house).guarantees.len(), 8);
    filed(&house, "B5");
    house.refused(declarant(), lodging(unnamed("B5")), &["CTL-056"], "it must be named now");
    house.accepted(declarant(), lodging(aggregate("B5", GUARANTEE)));
    house.sound();
}

#[test]
fn an_agent_lodges_under_its_principals_guarantee() {
    let house = open();
    let broker = Actor { name: "broker".to_owned(), party: party("91990000MA0000077"), ..declarant() };
    let own = given(&house, broker.clone(), general("900000.00"));
    let by_broker = |guarantee: &str| {
        let mut form = aggregate("B1", guarantee);
        for (name, value) in [
            ("agent.credit_code", broker.party.as_str()),
            ("agent.customs_code", "9999980001"),
            ("agent.name", "示例报关行"),
        ] {
            assert!(form.head.set(name, value));
        }
        lodging(form)
    };
    filed(&house, "B1");
    // without an authorisation nothing is said of the principal's guarantees or arrears
    let unauthorised =
        house.refused(broker.clone(), by_broker("G22252026000099"), &["CTL-053"], "no authority");
    assert_eq!(unauthorised.findings.len(), 1);
    let granted = AuthorisationForm {
        agent: CreditCode::complete("91990000MA0000077").unwrap(),
        scope: Scope::Import,
        office: None,
        in_name: InName::Client,
        valid_from: "2026-03-02".parse().unwrap(),
        valid_to: "2027-03-01".parse().unwrap(),
        refunds: false,
    };
    house.accepted(declarant(), Command::GrantAuthorisation(granted));
    house.refused(broker.clone(), by_broker(&own), &["CTL-060"], "its own does not answer for the consignee");
    let outcome = house.accepted(broker.clone(), by_broker(GUARANTEE));
    assert_eq!(house.body(entry_of(&outcome)).aggregate.unwrap().guarantee, GUARANTEE);
    house.sound();
}

/// Ten days after the last day in time: the fee is never aggregated, and is paid before release.
#[test]
fn the_fee_for_declaring_late_holds_the_goods() {
    let house = open();
    filed(&house, "B1");
    on_day(&house, 24);
    let outcome = house.accepted(declarant(), lodging(worth(aggregate("B1", GUARANTEE), "90000")));
    let entry = entry_of(&outcome);
    assert_eq!(house.state(entry), "green");
    let body = house.body(entry);
    let fee = body.books.iter().find(|b| b.charge == "late_declaration_fee").unwrap();
    assert_eq!((fee.guaranteed.as_deref(), fee.due.day.to_string().as_str()), (None, "2026-04-10"));
    assert_eq!(open_days(&house), [("2026-04-08".to_owned(), 2)], "the fee is no aggregate book");
    house.accepted(actor(Role::Bank), settle(&fee.number, &fee.amount.to_string()));
    assert_eq!(house.state(entry), "released");
    assert_eq!(house.body(entry).open_books().count(), 2, "the taxes are not paid");
    house.sound();
}

/// Checked as any other: documents first, and a missing licence is not replaced.
#[test]
fn it_goes_through_the_checks() {
    let house = House::open(DOCUMENTS, small_pack());
    let (entry, _) = lodged(&house, "B1", aggregate("B1", GUARANTEE));
    assert_eq!(house.state(entry), "document_check");
    house.takes(officer("doc1", Post::DocumentCheck), entry, "pass_documents", note(""));
    assert_eq!(house.state(entry), "released");
    house.sound();
    let house = House::open(GREEN, pack_with_condition());
    filed(&house, "B1");
    house.refused(declarant(), lodging(aggregate("B1", GUARANTEE)), &["FIN-012"], "no licence");
    house.sound();
}

#[test]
fn amended_up_and_down_before_the_last_day() {
    let house = open();
    let (entry, _) = lodged(&house, "B1", aggregate("B1", GUARANTEE));
    let before = owed(&house, entry);
    let approve = || take(entry, "approve_amendment", note("同意"));
    for total in ["9000", "7000"] {
        let form = amending(worth(aggregate("B1", GUARANTEE), total));
        house.takes(declarant(), entry, "request_amendment", form);
        on_day(&house, if total == "9000" { 10 } else { LAST });
        house.accepted(release(), approve());
        let body = house.body(entry);
        let sum = owed(&house, entry);
        assert_eq!(sum > before, total == "9000");
        assert_eq!(sum, body.amounts.computed_total);
        for book in body.open_books() {
            assert_eq!(book.guaranteed.as_deref(), Some(GUARANTEE), "{total}");
            assert_eq!(book.due.day.to_string(), "2026-04-08", "{total}: due with the rest");
        }
        assert_eq!(free(&house, GUARANTEE), less(ALL, sum), "{total}");
        assert_eq!(open_days(&house), [("2026-04-08".to_owned(), 2)], "{total}");
        house.sound();
    }
    // paid; what is added after the last day is an ordinary book, and what was paid too much is refundable
    house.pay(entry);
    on_day(&house, LAST + 1);
    house.takes(declarant(), entry, "request_amendment", amending(worth(aggregate("B1", GUARANTEE), "8000")));
    house.accepted(release(), approve());
    for book in house.body(entry).open_books() {
        assert_eq!((book.guaranteed.as_deref(), book.due.day.to_string().as_str()), (None, "2026-04-24"));
    }
    assert_eq!(free(&house, GUARANTEE), less(ALL, Money::ZERO));
    assert_eq!(open_days(&house), [("2026-04-24".to_owned(), 2)]);
    house.sound();
    house.takes(declarant(), entry, "request_amendment", amending(worth(aggregate("B1", GUARANTEE), "6000")));
    house.accepted(release(), approve());
    assert!(account(&house).open.is_empty() && owed(&house, entry).is_zero());
    house.sound();
}

/// A guarantee without room for what an amendment adds: it is paid at once, before release too.
#[test]
fn an_amendment_that_the_guarantee_has_no_room_for() {
    for (dice, state) in [(GREEN, "released"), (DOCUMENTS, "document_check")] {
        let house = House::open(dice, small_pack());
        let tight = given(&house, declarant(), general("20000.00"));
        let (entry, _) = lodged(&house, "B1", aggregate("B1", &tight));
        assert_eq!(house.state(entry), state);
        let form = amending(worth(aggregate("B1", &tight), "20000"));
        house.takes(declarant(), entry, "request_amendment", form);
        house.takes(release(), entry, "approve_amendment", note("同意"));
        let body = house.body(entry);
        assert!(body.open_books().all(|b| b.guaranteed.is_none() && b.due.day.to_string() == "2026-03-17"));
        assert_eq!(free(&house, &tight), less("20000.00", Money::ZERO));
        house.sound();
        if dice == DOCUMENTS {
            house.takes(officer("doc1", Post::DocumentCheck), entry, "pass_documents", note(""));
            assert_eq!(house.state(entry), "green", "not before it is paid");
        }
        house.pay(entry);
        assert_eq!(house.state(entry), "released");
        house.sound();
    }
}

#[test]
fn it_stays_what_it_is() {
    let house = open();
    let (entry, _) = lodged(&house, "B1", aggregate("B1", GUARANTEE));
    let other = given(&house, declarant(), general("900000.00"));
    let amendment = |form: Form| take(entry, "request_amendment", amending(form));
    let ordinary = worth(form("B1"), "9000");
    let told = house.refused(declarant(), amendment(ordinary), &["CTL-038", "CTL-038"], "ordinary");
    let paths: Vec<&str> = told.findings.iter().filter(|f| f.is_error()).map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["/declaration_kind", "/guarantee"]);
    let elsewhere = worth(aggregate("B1", &other), "9000");
    house.refused(declarant(), amendment(elsewhere), &["CTL-038"], "another guarantee");
    let plain = house.lodged("B2");
    let into = take(plain, "request_amendment", amending(worth(aggregate("B2", ""), "9000")));
    house.refused(declarant(), into, &["CTL-038"], "an ordinary one into this");
    house.sound();
}

#[test]
fn a_withdrawn_one_frees_its_part() {
    let house = House::open(DOCUMENTS, small_pack());
    let (entry, _) = lodged(&house, "B1", aggregate("B1", GUARANTEE));
    house.takes(declarant(), entry, "request_withdrawal", note("申报错误"));
    house.takes(release(), entry, "approve_withdrawal", note("同意"));
    assert_eq!(house.state(entry), "withdrawn");
    assert_eq!(free(&house, GUARANTEE), less(ALL, Money::ZERO));
    assert!(account(&house).open.is_empty());
    house.sound();
    // the bill is open again, and declared again
    house.accepted(declarant(), lodging(aggregate("B1", GUARANTEE)));
    house.sound();
}

/// A payment that bounces takes its part of the guarantee again, if there is room.
#[test]
fn a_payment_that_bounces() {
    for (room, guaranteed) in [("90000000.00", true), ("25000.00", false)] {
        let house = open();
        let own = given(&house, declarant(), general(room));
        let (entry, _) = lodged(&house, "B1", aggregate("B1", &own));
        let books = house.body(entry).books;
        for book in &books {
            let reference = format!("BACK-{}", book.charge);
            house.accepted(actor(Role::Bank), settle_as(&book.number, &book.amount.to_string(), &reference));
        }
        if !guaranteed {
            lodged(&house, "B2", aggregate("B2", &own));
        }
        let others = account(&house).open.values().sum::<u32>();
        let bounced = Bounce { reference: "BACK-vat".to_owned(), reason: "账户余额不足".to_owned() };
        house.accepted(actor(Role::Bank), Command::Bounce(bounced));
        let body = house.body(entry);
        let open: Vec<_> = body.open_books().collect();
        assert_eq!((open.len(), open[0].guaranteed.is_some()), (1, guaranteed), "{room}");
        assert_eq!(account(&house).open.values().sum::<u32>(), others + 1);
        house.sound();
        house.pay(entry);
        house.sound();
    }
}

/// Several in one batch: each sees what the one before took.
#[test]
fn a_guarantee_is_not_used_twice_in_one_batch() {
    let house = open();
    let own = given(&house, declarant(), general("25000.00"));
    for number in ["B1", "B2", "B3"] {
        filed(&house, number);
    }
    let waiting: Vec<_> = ["B1", "B2", "B3"]
        .map(|number| house.submission(declarant(), lodging(aggregate(number, &own))))
        .into_iter()
        .map(|one| house.engine.submit_later(one))
        .collect();
    let answers: Vec<_> = waiting.into_iter().map(|answer| answer.recv().unwrap().unwrap()).collect();
    assert_eq!(answers.iter().filter(|a| a.accepted).count(), 1);
    for refused in answers.iter().filter(|a| !a.accepted) {
        assert_eq!(codes(refused), ["FIN-018"]);
    }
    assert_eq!(open_days(&house), [("2026-04-08".to_owned(), 2)]);
    house.sound();
}

/// The holidays of the next year are not published: the last day says that it is provisional.
#[test]
fn the_last_day_over_a_year_end_is_provisional() {
    let house = open();
    on_day(&house, 284);
    let (entry, _) = lodged(&house, "B1", entered(aggregate("B1", GUARANTEE), 284));
    let due = house.body(entry).aggregate.unwrap().due;
    assert_eq!((due.day.to_string().as_str(), due.provisional), ("2027-01-07", true));
    assert!(house.body(entry).books.iter().all(|b| b.due == due));
    house.sound();
}
