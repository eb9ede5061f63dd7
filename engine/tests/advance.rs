//! Advance declarations 提前申报: lodged before the means of transport declares entry, assessed under the
//! law of the planned day, and again under that of the day that the carrier reports. Each case is checked
//! as a whole database, every version replayed under its own law date and edition.

mod support;

use customhouse_control::form::Part;
use customhouse_control::{
    Actor, BillForm, BillRecord, Command, EntryReport, LicenceForm, Post, Role, StepForm,
};
use customhouse_engine::Outcome;
use customhouse_kernel::beats::RecordKey;
use customhouse_kernel::values::{
    CommodityCode, CreditCode, Direction, EntryNumber, Exact, Money, OfficeCode, UnitCode,
};
use jiff::civil::Date;
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A bill that plans entry on a day.
fn bill_for(number: &str, planned: &str) -> Command {
    let Command::FileBill(form) = bill(number) else { unreachable!() };
    Command::FileBill(BillForm { entry_date: Some(day(planned)), ..form })
}

/// The declaration of a bill with a day of entry.
fn lodge_for(number: &str, entry: &str) -> Command {
    let mut form = form(number);
    assert!(form.head.set("entry_date", entry));
    Command::Lodge(Box::new(form))
}

fn entered(number: &str, on: &str, corrects: Option<&str>) -> Command {
    Command::ReportEntry(EntryReport {
        office: OfficeCode::parse("2225").unwrap(),
        bill: number.to_owned(),
        entered: day(on),
        corrects: corrects.map(day),
    })
}

/// The small pack with a euro rate for April and a duty that falls, or rises, on 12 March.
fn pack_with(changes: &[(&str, &str, &str)]) -> customhouse_engine::PackFiles {
    let mut pack = small_pack();
    for (path, from, to) in changes {
        let file = pack.iter_mut().find(|(p, _)| p == path).unwrap();
        assert!(file.1.contains(from), "{path}: {from}");
        file.1 = file.1.replace(from, to);
    }
    pack
}

const DUTY: &str = "tables/measures-import-duty.csv";
const MFN: &str = "measure.import_duty.mfn.8512201000,8512201000,import_duty,mfn,,,10%,,,,,\n";

/// The duty changes from 10% on 12 March.
fn duty_changes(to: &str) -> customhouse_engine::PackFiles {
    let two = format!(
        "measure.import_duty.mfn.8512201000,8512201000,import_duty,mfn,,,10%,,2026-01-01..2026-03-12,,,\n\
         measure.import_duty.mfn.8512201000.new,8512201000,import_duty,mfn,,,{to},,2026-03-12..,,,\n"
    );
    pack_with(&[(DUTY, MFN, &two)])
}

impl House {
    /// An advance declaration of the bill, lodged on 2 March for entry on a day.
    fn ahead(&self, number: &str, planned: &str) -> EntryNumber {
        self.accepted(actor(Role::Carrier), bill_for(number, planned));
        entry(&self.accepted(actor(Role::Declarant), lodge_for(number, planned)).answer)
    }

    fn set_day(&self, text: &str) {
        let days = day("2026-03-02").until(day(text)).unwrap().get_days();
        let moment = MONDAY + i64::from(days) * DAY;
        if moment > self.engine.now().utc_micros {
            self.engine.set_clock(moment).unwrap();
        }
    }

    fn enters(&self, number: &str, on: &str) {
        self.accepted(actor(Role::Carrier), entered(number, on, None));
    }

    /// Refused by one code, and nothing has changed.
    fn refuses(&self, by: Actor, command: Command, code: &str) -> Outcome {
        self.refused(by, command, &[code], "on its way")
    }

    /// What stands of the charges, of books that are not cancelled.
    fn stands(&self, entry: EntryNumber, charge: &str) -> Money {
        let body = self.body(entry);
        Money::sum(body.books.iter().filter(|b| b.charge == charge).map(|b| b.stands_for())).unwrap()
    }

    fn bill_body(&self, number: &str) -> BillRecord {
        let key = RecordKey::new("bill", format!("2225-{number}"));
        self.engine.read(|r| r.record(&key)).unwrap().unwrap().read().unwrap()
    }

    /// Waits until the program's own clerk has brought it to a state.
    fn comes_to(&self, entry: EntryNumber, state: &str) {
        for _ in 0..400 {
            if self.state(entry) == state {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("{entry} is {}, not {state}", self.state(entry));
    }

    fn done(&self) {
        self.sound();
        self.engine.stop();
    }
}

#[test]
fn paid_in_advance_it_waits_for_entry_and_is_released_with_it() {
    let house = House::open(GREEN, small_pack());
    let number = house.ahead("A1", "2026-03-10");
    assert_eq!(house.state(number), "green");
    let body = house.body(number);
    let advance = body.advance.clone().unwrap();
    assert_eq!(
        (advance.planned, advance.entered, advance.assessed_on),
        (day("2026-03-10"), None, day("2026-03-10"))
    );
    // completed when it is lodged: 15 days to pay from there
    assert_eq!((body.completed, body.books[0].due.day), (day("2026-03-02"), day("2026-03-17")));
    house.pay(number);
    assert_eq!(house.state(number), "awaiting_entry");
    // not even on the planned day: the carrier says that the means has entered
    house.set_day("2026-03-10");
    house.refuses(actor(Role::Operator), goods_out("A1", 10, "1250.5"), "LED-003");
    house.enters("A1", "2026-03-10");
    assert_eq!(house.state(number), "released");
    // nothing differs: no version more
    assert_eq!(house.body(number).document_version, 1);
    house.accepted(actor(Role::Operator), goods_out("A1", 10, "1250.5"));
    assert_eq!(house.state(number), "closed");
    house.done();
}

#[test]
fn what_is_answered_says_the_law_date_and_a_rate_carried_forward() {
    let house = House::open(GREEN, small_pack());
    house.set_day("2026-03-25");
    house.accepted(actor(Role::Carrier), bill_for("F1", "2026-04-02"));
    let lodged = house.accepted(actor(Role::Declarant), lodge_for("F1", "2026-04-02"));
    assert_eq!(told(&lodged.answer, "law_date"), "2026-04-02");
    assert_eq!(told(&lodged.answer, "planned_entry"), "2026-04-02");
    assert_eq!(told(&lodged.answer, "exchange_rates_carried_forward"), r#"["EUR"]"#);
    house.done();
}

/// What is owed after entry: days planned and real, the pack, duty before and after, how the state goes on.
#[test]
fn the_law_of_the_day_of_entry_is_applied() {
    let march = "exchange_rate.EUR.2026-03,";
    let rates = support::pack().into_iter().find(|(p, _)| p == "tables/exchange_rates.csv").unwrap().1;
    let march_line = rates.lines().find(|l| l.starts_with(march)).unwrap().to_owned();
    // the month of the real day has a rate of its own, which is higher
    let april =
        format!("{march_line}\nexchange_rate.EUR.2026-04,EUR,9.5,2026-04-01..2026-05-01,2026-03-18,,,,");
    let table = "tables/exchange_rates.csv";
    let cases = [
        // the duty falls, rises; entry on the last day before, and on the day of the change
        ("falls", duty_changes("6%"), "2026-03-02", "2026-03-10", "2026-03-12", -1, "released"),
        ("rises", duty_changes("15%"), "2026-03-02", "2026-03-10", "2026-03-12", 1, "green"),
        ("before it rises", duty_changes("15%"), "2026-03-02", "2026-03-10", "2026-03-11", 0, "released"),
        (
            "planned after it rises, earlier",
            duty_changes("15%"),
            "2026-03-02",
            "2026-03-12",
            "2026-03-11",
            -1,
            "released",
        ),
        (
            "another month's rate",
            pack_with(&[(table, &march_line, &april)]),
            "2026-03-25",
            "2026-03-30",
            "2026-04-02",
            1,
            "green",
        ),
        ("the same law", small_pack(), "2026-03-02", "2026-03-10", "2026-03-12", 0, "released"),
    ];
    for (why, pack, lodged, planned, real, way, state) in cases {
        let house = House::open(GREEN, pack);
        house.set_day(lodged);
        let number = house.ahead("AHEAD1", planned);
        let before = house.stands(number, "import_duty");
        house.pay(number);
        house.set_day(real);
        house.enters("AHEAD1", real);
        let body = house.body(number);
        let after = house.stands(number, "import_duty");
        assert_eq!(after.cmp(&before) as i32, way, "{why}: {before} {after}");
        assert_eq!(house.state(number), state, "{why}");
        // the day of entry itself is part of what is declared: a version of its own
        assert_eq!((body.document_version, body.law_date()), (2, day(real)), "{why}");
        assert_eq!(body.advance.as_ref().unwrap().assessed_on, day(real), "{why}");
        assert!(body.books.iter().all(|b| b.paid.is_some() || b.is_open()), "{why}: a paid book stays");
        if way < 0 {
            assert!(body.books.iter().any(|b| !b.reduced.is_zero()), "{why}: nothing is refundable");
        }
        if state == "green" {
            house.pay(number);
            assert_eq!(house.state(number), "released", "{why}");
        }
        house.accepted(actor(Role::Operator), goods_out("AHEAD1", 10, "1250.5"));
        assert_eq!(house.state(number), "closed", "{why}");
        house.done();
    }
}

#[test]
fn open_books_are_cancelled_and_replaced() {
    let house = House::open(GREEN, duty_changes("15%"));
    let number = house.ahead("O1", "2026-03-10");
    let first = house.body(number).books.len();
    house.set_day("2026-03-12");
    house.enters("O1", "2026-03-12");
    let body = house.body(number);
    assert_eq!(body.books.iter().filter(|b| b.cancelled.is_some()).count(), first);
    assert_eq!(body.open_books().count(), first);
    assert_eq!(house.state(number), "green");
    house.pay(number);
    assert_eq!(house.state(number), "released");
    house.done();
}

#[test]
fn only_the_carrier_reports_entry_and_once() {
    let house = House::open(GREEN, small_pack());
    let number = house.ahead("R1", "2026-03-10");
    house.pay(number);
    let carrier = || actor(Role::Carrier);
    let other = Actor { party: CreditCode::complete("91990000MA0000077").unwrap().to_string(), ..carrier() };
    house.set_day("2026-03-11");
    house.refuses(other, entered("R1", "2026-03-11", None), "CTL-017");
    for role in [Role::Declarant, Role::Operator, Role::Officer, Role::Bank] {
        let outcome = house.ask(actor(role), entered("R1", "2026-03-11", None));
        // an officer who holds no post acts in nothing
        let code = if role == Role::Officer { "CTL-091" } else { "CTL-014" };
        assert_eq!(codes(&outcome), [code], "{role:?}");
    }
    house.refuses(carrier(), entered("NONE", "2026-03-11", None), "CTL-017");
    house.refuses(carrier(), entered("R1", "2026-03-12", None), "CTL-058");
    house.refuses(carrier(), entered("R1", "2026-03-01", None), "CTL-058");
    // nothing was reported that could be corrected
    house.refuses(carrier(), entered("R1", "2026-03-11", Some("2026-03-10")), "CTL-059");
    house.enters("R1", "2026-03-11");
    assert_eq!(house.state(number), "released");
    house.refuses(carrier(), entered("R1", "2026-03-11", None), "CTL-059");
    house.refuses(carrier(), entered("R1", "2026-03-10", None), "CTL-059");
    house.refuses(carrier(), entered("R1", "2026-03-11", Some("2026-03-11")), "CTL-059");
    // a correction names what it corrects, and goods that are released stay so
    house.accepted(carrier(), entered("R1", "2026-03-10", Some("2026-03-11")));
    assert_eq!(
        (house.state(number).as_str(), house.bill_body("R1").entered),
        ("released", Some(day("2026-03-10")))
    );
    house.accepted(actor(Role::Operator), goods_out("R1", 5, "625.25"));
    house.refuses(carrier(), entered("R1", "2026-03-11", Some("2026-03-10")), "CTL-059");
    house.accepted(actor(Role::Operator), goods_out("R1", 5, "625.25"));
    house.refuses(carrier(), entered("R1", "2026-03-11", Some("2026-03-10")), "CAS-002");
    assert_eq!(house.state(number), "closed");
    // a bill that was filed on entry or after it has its day
    house.accepted(carrier(), bill("R2"));
    house.refuses(carrier(), entered("R2", "2026-03-11", None), "CTL-059");
    // entry of a bill that nobody declared: the declaration is an ordinary one then
    house.accepted(carrier(), bill_for("R3", "2026-03-13"));
    house.set_day("2026-03-14");
    house.enters("R3", "2026-03-14");
    house.refuses(actor(Role::Declarant), lodge_for("R3", "2026-03-13"), "CN-NORM-BILL-ENTRY-DATE");
    let ordinary = entry(&house.accepted(actor(Role::Declarant), lodge_for("R3", "2026-03-14")).answer);
    assert!(house.body(ordinary).advance.is_none());
    house.done();
}

#[test]
fn a_correction_after_release_moves_the_money() {
    let house = House::open(GREEN, duty_changes("15%"));
    let number = house.ahead("C1", "2026-03-10");
    house.pay(number);
    house.set_day("2026-03-12");
    house.enters("C1", "2026-03-11");
    assert_eq!(house.state(number), "released");
    house.accepted(actor(Role::Carrier), entered("C1", "2026-03-12", Some("2026-03-11")));
    assert_eq!(house.state(number), "released");
    assert!(house.body(number).open_books().count() > 0);
    house.accepted(actor(Role::Operator), goods_out("C1", 10, "1250.5"));
    assert_eq!(house.state(number), "goods_out", "what is owed on top is paid before it closes");
    house.pay(number);
    assert_eq!(house.state(number), "closed");
    house.done();
}

/// What entry needs is found in three rounds, also with licences, a guarantee and an open amendment.
#[test]
fn everything_that_hangs_on_a_declaration_is_there_on_entry() {
    let house = House::open(GREEN, pack_with_condition());
    house.accepted(officer("head", Post::Head), Command::RecordLicence(licence()));
    house.accepted(actor(Role::Carrier), bill_for("E1", "2026-03-10"));
    let content = |total: &str| {
        let mut form = form("E1");
        assert!(form.head.set("entry_date", "2026-03-10") && form.lines[0].set("total", total));
        assert!(form.lines[0].set("price", "1"));
        let document = form.add(Part::Document);
        assert!(document.set("code", "7") && document.set("number", "AHEAD1"));
        form
    };
    let lodged = house.accepted(actor(Role::Declarant), Command::Lodge(Box::new(content("8000"))));
    let number = entry(&lodged.answer);
    let firm = || actor(Role::Declarant);
    house.takes(firm(), number, "use_guarantee", support::house::content("use_guarantee", "E1", ""));
    assert_eq!(house.state(number), "awaiting_entry");
    let proposed = StepForm { declaration: Some(Box::new(content("9000"))), ..note("单价录入错误") };
    house.takes(firm(), number, "request_amendment", proposed);
    house.set_day("2026-03-11");
    house.enters("E1", "2026-03-11");
    assert_eq!(house.state(number), "green", "the amendment is decided first");
    house.takes(officer("rel1", Post::Release), number, "approve_amendment", note(""));
    assert_eq!(house.body(number).advance.unwrap().assessed_on, day("2026-03-11"));
    // a supplementary book has no guarantee: another is given for it
    house.takes(firm(), number, "use_guarantee", support::house::content("use_guarantee", "E1", ""));
    assert_eq!(house.state(number), "released");
    house.done();
}

fn licence() -> LicenceForm {
    LicenceForm {
        certificate: "7".to_owned(),
        number: "AHEAD1".to_owned(),
        holder: CreditCode::parse(&firm()).unwrap(),
        goods: CommodityCode::parse("851220").unwrap(),
        unit: UnitCode::parse("007").unwrap(),
        quantity: Exact::parse("250").unwrap(),
        uses: 3,
        valid_from: day("2026-01-01"),
        valid_to: day("2026-12-31"),
    }
}

#[test]
fn an_outbound_bill_has_no_entry() {
    let house = House::open(GREEN, small_pack());
    let Command::FileBill(form) = bill("X1") else { unreachable!() };
    let outbound = BillForm {
        direction: Direction::Export,
        entry_date: None,
        loading: "2026-03-20T08:00".parse().ok(),
        ..form
    };
    house.accepted(actor(Role::Carrier), Command::FileBill(outbound));
    house.refuses(actor(Role::Carrier), entered("X1", "2026-03-02", None), "CTL-080");
    house.done();
}

#[test]
fn how_far_ahead_and_only_as_the_manifest_plans() {
    let house = House::open(GREEN, small_pack());
    for (number, planned, declared, code) in [
        ("H1", "2026-03-16", "2026-03-16", ""),
        ("H2", "2026-03-17", "2026-03-17", "CN-NORM-ENTRY-DATE-NOT-FUTURE"),
        ("H3", "2026-03-10", "2026-03-11", "CN-NORM-BILL-ENTRY-DATE"),
        ("H4", "2026-03-10", "2026-03-02", "CN-NORM-BILL-ENTRY-DATE"),
    ] {
        house.accepted(actor(Role::Carrier), bill_for(number, planned));
        match code {
            "" => drop(house.accepted(actor(Role::Declarant), lodge_for(number, declared))),
            code => drop(house.refuses(actor(Role::Declarant), lodge_for(number, declared), code)),
        }
    }
    // the manifest has entered already: a day ahead is not its day
    house.accepted(actor(Role::Carrier), bill("H5"));
    house.refuses(actor(Role::Declarant), lodge_for("H5", "2026-03-03"), "CN-NORM-BILL-ENTRY-DATE");
    house.done();
}

#[test]
fn no_late_declaration_fee_unless_it_entered_long_before() {
    let house = House::open(GREEN, small_pack());
    house.accepted(actor(Role::Carrier), bill_for("T1", "2026-03-05"));
    house.accepted(actor(Role::Carrier), bill_for("T2", "2026-03-05"));
    house.set_day("2026-03-30");
    // the planned day is long over, and nobody has said that the means has entered
    let lodged =
        |number: &str| entry(&house.accepted(actor(Role::Declarant), lodge_for(number, "2026-03-05")).answer);
    let (in_time, late) = (lodged("T1"), lodged("T2"));
    assert!(house.body(in_time).late_declaration.is_none() && house.body(in_time).advance.is_some());
    house.enters("T1", "2026-03-29");
    house.enters("T2", "2026-03-09");
    assert!(house.body(in_time).late_declaration.is_none());
    // entered on the 9th, the 15th day after it is the 24th: seven days late
    let fee = house.body(late).late_declaration.unwrap();
    assert_eq!((fee.days, house.stands(late, "late_declaration_fee")), (7, fee.amount));
    assert_eq!(house.body(late).law_date(), day("2026-03-30"), "the law of completion");
    house.accepted(actor(Role::Carrier), entered("T2", "2026-03-30", Some("2026-03-09")));
    assert!(house.body(late).late_declaration.is_none());
    assert_eq!(house.stands(late, "late_declaration_fee"), Money::ZERO);
    house.done();
}

#[test]
fn changes_before_entry() {
    let house = House::open(GREEN, duty_changes("15%"));
    // withdrawn while it waits: the bill is open again
    let number = house.ahead("W1", "2026-03-10");
    house.pay(number);
    house.takes(house.who("firm", number), number, "request_withdrawal", note("不进口了"));
    house.takes(house.who("rel", number), number, "approve_withdrawal", note(""));
    assert_eq!((house.state(number).as_str(), house.bill_body("W1").declaration), ("withdrawn", None));
    // amended upwards while it waits: it waits for the money, then for entry
    let amended = |number: &str, total: &str| {
        let mut form = form(number);
        assert!(form.head.set("entry_date", "2026-03-10"));
        assert!(form.lines[0].set("total", total) && form.lines[0].set("price", "1"));
        StepForm { declaration: Some(Box::new(form)), ..note("单价录入错误") }
    };
    let number = house.ahead("W2", "2026-03-10");
    house.pay(number);
    house.takes(house.who("firm", number), number, "request_amendment", amended("W2", "9000"));
    house.takes(house.who("rel", number), number, "approve_amendment_before_entry", note(""));
    assert_eq!(house.state(number), "green");
    house.pay(number);
    assert_eq!(house.state(number), "awaiting_entry");
    // an amendment that is open on entry is assessed under the law of the day of entry, too
    house.takes(house.who("firm", number), number, "request_amendment", amended("W2", "8500"));
    house.set_day("2026-03-12");
    house.enters("W2", "2026-03-12");
    assert_eq!(house.state(number), "green");
    house.takes(house.who("rel", number), number, "approve_amendment", note(""));
    let body = house.body(number);
    assert_eq!(body.advance.as_ref().unwrap().assessed_on, day("2026-03-12"));
    assert_eq!(body.changes.last().unwrap().after, body.amounts.computed_total);
    house.pay(number);
    assert_eq!(house.state(number), "released");
    house.done();
}

#[test]
fn a_law_that_cannot_be_applied_asks_for_a_change() {
    let table = "tables/commodities.csv";
    let text = small_pack().into_iter().find(|(p, _)| p == table).unwrap().1;
    let own = text.lines().find(|l| l.starts_with(",8512201000")).unwrap().to_owned();
    let cells: Vec<&str> = own.split(',').collect();
    let columns: Vec<&str> = text.lines().find(|l| l.starts_with("id,")).unwrap().split(',').collect();
    let valid = columns.iter().position(|c| *c == "valid").unwrap();
    let mut ended: Vec<String> = cells.iter().map(|c| (*c).to_owned()).collect();
    ended[valid] = "2026-01-01..2026-03-12".to_owned();
    let house = House::open(GREEN, pack_with(&[(table, &own, &ended.join(","))]));
    house.accepted(actor(Role::Carrier), bill_for("N0", "2026-03-13"));
    // the law must cover the planned day
    let outcome = house.ask(actor(Role::Declarant), lodge_for("N0", "2026-03-13"));
    assert_eq!(codes(&outcome), ["DUT-002"]);
    let number = house.ahead("N1", "2026-03-10");
    house.pay(number);
    house.set_day("2026-03-12");
    house.enters("N1", "2026-03-12");
    assert_eq!(house.state(number), "change_required");
    assert!(house.body(number).change_required_by.is_some());
    // nothing is released: the guard sees that the law of the day was not applied
    house.refuses(actor(Role::Operator), goods_out("N1", 10, "1250.5"), "LED-003");
    // the carrier had mistaken the day
    house.accepted(actor(Role::Carrier), entered("N1", "2026-03-11", Some("2026-03-12")));
    assert_eq!(house.body(number).advance.unwrap().assessed_on, day("2026-03-11"));
    // required is required: once its days are over document check looks at it
    let due = house.body(number).change_required_by.unwrap().day;
    house.set_day(&due.tomorrow().unwrap().to_string());
    house.accepted(Actor::system(), Command::FallDue { entry: number, due });
    assert_eq!(house.state(number), "document_check");
    house.takes(officer("doc1", Post::DocumentCheck), number, "pass_documents", note(""));
    assert_eq!(house.state(number), "released");
    house.done();
}

/// The means never declares entry: on the last day it still may, behind it the declaration is withdrawn and the
/// money owed back.
#[test]
fn a_declaration_whose_means_never_enters_is_withdrawn_behind_its_last_day() {
    // planned for Tuesday the 10th; fourteen days on is Tuesday the 24th
    for (paid, path, before) in [
        (true, &[][..], "awaiting_entry"),
        (false, &[], "green"),
        (false, &["firm request_amendment"], "green"),
        (false, &["firm use_guarantee"], "awaiting_entry"),
    ] {
        let house = House::open(GREEN, small_pack());
        let number = house.ahead("AHEAD1", "2026-03-10");
        for command in path {
            let (who, step) = command.split_once(' ').unwrap();
            house.takes(house.who(who, number), number, step, content(step, "AHEAD1", "9000"));
        }
        let owed = house.body(number).amounts.computed_total;
        if paid {
            house.pay(number);
        }
        let advance = house.body(number).advance.unwrap();
        assert_eq!(advance.awaited_until(), Some(day("2026-03-24")));
        let fall = |due: &str| Command::FallDue { entry: number, due: day(due) };
        for (today, due) in [("2026-03-23", "2026-03-24"), ("2026-03-24", "2026-03-24")] {
            house.set_day(today);
            assert_eq!(house.state(number), before, "{today}");
            house.refuses(Actor::system(), fall(due), "CTL-050");
        }
        house.set_day("2026-03-25");
        house.comes_to(number, "withdrawn");
        house.refuses(Actor::system(), fall("2026-03-24"), "CTL-050");
        let body = house.body(number);
        assert!(body.is_withdrawn() && body.change.is_none() && body.open_books().next().is_none());
        let last = body.timeline.iter().find(|m| m.step == "lapse_advance").unwrap();
        assert_eq!((&*last.note, &*last.by), ("2026-03-24", ""));
        let back = house.balances().into_iter().find(|(account, _)| account.class() == "refundable");
        let back = back.map_or(0, |(_, amount)| -amount);
        assert_eq!(back, if paid { owed.minor() } else { 0 });
        // the bill waits for the carrier, and may be declared again
        let bill = house.bill_body("AHEAD1");
        assert_eq!((bill.declaration, bill.has_entered()), (None, false));
        house.enters("AHEAD1", "2026-03-25");
        assert_eq!(house.state(number), "withdrawn");
        house.accepted(actor(Role::Declarant), lodge_for("AHEAD1", "2026-03-25"));
        house.done();
    }
}

/// What enters on the last day, or before the program has looked on the day after, is as any other.
#[test]
fn entry_on_the_last_day_is_in_time() {
    for (reported, entered) in [("2026-03-23", "2026-03-23"), ("2026-03-24", "2026-03-24")] {
        let house = House::open(GREEN, small_pack());
        let number = house.ahead("L2", "2026-03-10");
        house.pay(number);
        house.set_day(reported);
        house.enters("L2", entered);
        assert_eq!(house.state(number), "released");
        house.set_day("2026-03-26");
        house.refuses(Actor::system(), Command::FallDue { entry: number, due: day("2026-03-24") }, "CTL-050");
        assert_eq!(house.state(number), "released");
        house.done();
    }
}

/// A case on hold waits for the end of it: the day stays its day, and lifting the hold withdraws it, unless the
/// means has entered meanwhile.
#[test]
fn what_is_on_hold_is_withdrawn_once_the_hold_is_lifted() {
    for comes in [false, true] {
        let house = House::open(GREEN, small_pack());
        let number = house.ahead("L3", "2026-03-10");
        house.pay(number);
        house.takes(house.who("rel", number), number, "hold", note("情报"));
        house.set_day("2026-03-25");
        for _ in 0..200 {
            if house.body(number).advance.unwrap().lapsed {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        assert_eq!(house.state(number), "suspended");
        assert_eq!(
            house.record(number).due,
            Some(day("2026-03-24")),
            "it stays in the list of what is overdue"
        );
        if comes {
            house.enters("L3", "2026-03-25");
        }
        house.takes(house.who("rel", number), number, "lift_hold", note("排除"));
        assert_eq!(house.state(number), if comes { "document_check" } else { "withdrawn" });
        house.done();
    }
}
