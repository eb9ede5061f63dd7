//! Time as the law counts it, in a whole clearance: the day before, the day, the day after, over holidays and
//! worked Saturdays, and by the law of the day. The rules themselves have their worked examples in `finance`.

mod support;

use customhouse_control::form::Form;
use customhouse_control::{BillForm, Command, Post, Role};
use customhouse_engine::PackFiles;
use customhouse_kernel::values::EntryNumber;
use jiff::civil::Date;
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

impl House {
    /// Goes on to a day, and works off what has fallen due.
    fn come_to(&self, day: &str) {
        let days = date("2026-03-02").until(date(day)).unwrap().get_days();
        self.goes_on(MONDAY + i64::from(days) * DAY, ("declaration", 5), |record, due| Command::FallDue {
            entry: EntryNumber::parse(&record.key.id).unwrap(),
            due,
        });
    }

    /// Lodges goods of 160 000 euro whose means entered on a day.
    fn declared(&self, number: &str, entered: &str) -> EntryNumber {
        let Command::FileBill(form) = bill(number) else { unreachable!() };
        let filing = Command::FileBill(BillForm { entry_date: Some(date(entered)), ..form });
        self.accepted(actor(Role::Carrier), filing);
        let lodging = Command::Lodge(Box::new(priced(number, entered, "160000")));
        entry(&self.accepted(actor(Role::Declarant), lodging).answer)
    }
}

fn priced(number: &str, entered: &str, total: &str) -> Form {
    let mut form = form(number);
    form.head.set("entry_date", entered);
    form.lines[0].set("total", total);
    form.lines[0].set("price", "1");
    form
}

#[test]
fn the_late_declaration_fee_begins_on_the_fifteenth_day_or_the_first_working_day_after() {
    for (entered, declared, fee, why) in [
        ("2026-03-03", "2026-03-16", None, "the day before the last"),
        ("2026-03-03", "2026-03-17", None, "the last day"),
        ("2026-03-03", "2026-03-18", Some(("2026-03-18", 1)), "the day after"),
        ("2026-03-03", "2026-03-19", Some(("2026-03-18", 2)), "the day after that"),
        ("2026-03-20", "2026-04-04", None, "the fifteenth day begins a holiday"),
        ("2026-03-20", "2026-04-06", None, "its last day"),
        ("2026-03-20", "2026-04-07", Some(("2026-04-07", 1)), "the first working day after it"),
        ("2026-04-24", "2026-05-08", None, "the last day"),
        ("2026-04-24", "2026-05-09", Some(("2026-05-09", 1)), "a Saturday that is worked"),
        ("2026-04-25", "2026-05-10", None, "a Sunday after it"),
        ("2026-04-25", "2026-05-11", Some(("2026-05-11", 1)), "and the Monday"),
    ] {
        let house = House::open(GREEN, small_pack());
        house.come_to(declared);
        let number = house.declared("T1", entered);
        let body = house.body(number);
        let found = body.late_declaration.as_ref().map(|f| (f.first_day.day.to_string(), f.days));
        assert_eq!(found, fee.map(|(day, days)| (day.to_owned(), days)), "{why}");
        let books = body.books.iter().filter(|book| book.charge == "late_declaration_fee");
        assert_eq!(books.count(), usize::from(fee.is_some()), "{why}");
        house.pay(number);
        assert_eq!(house.state(number), "released", "{why}");
        house.sound();
        house.engine.stop();
    }
}

#[test]
fn the_last_day_to_pay_moves_over_rest_days_and_the_surcharge_begins_after_it() {
    for (declared, due, paid, days, why) in [
        ("2026-03-03", "2026-03-18", "2026-03-17", None, "the day before the last"),
        ("2026-03-03", "2026-03-18", "2026-03-18", None, "the last day"),
        ("2026-03-03", "2026-03-18", "2026-03-19", Some(1), "the day after"),
        ("2026-03-06", "2026-03-23", "2026-03-23", None, "the fifteenth day is a Saturday: Monday"),
        ("2026-03-06", "2026-03-23", "2026-03-24", Some(1), "counted from the moved day alone"),
        ("2026-03-20", "2026-04-07", "2026-04-07", None, "moved over the holiday"),
        ("2026-03-20", "2026-04-07", "2026-04-08", Some(1), "and a day"),
        ("2026-04-24", "2026-05-09", "2026-05-09", None, "a Saturday that is worked stays"),
        ("2026-04-24", "2026-05-09", "2026-05-11", Some(2), "the Sunday after it counts"),
    ] {
        let house = House::open(GREEN, small_pack());
        house.come_to(declared);
        let number = house.declared("T1", declared);
        let books = house.body(number).books;
        assert!(books.iter().all(|b| b.due.day == date(due) && !b.due.provisional), "{why}: {books:?}");
        house.come_to(paid);
        house.pay(number);
        let body = house.body(number);
        let charged: Vec<i64> = body.late_payment.iter().map(|surcharge| surcharge.days).collect();
        assert_eq!(charged, days.map_or_else(Vec::new, |days| vec![days; books.len()]), "{why}");
        let told = body.timeline.iter().any(|m| m.step == "payment_overdue");
        assert_eq!(told, days.is_some(), "{why}: the time line says that the last day went by");
        house.pay(number);
        assert_eq!(house.state(number), "released", "{why}");
        house.sound();
        house.engine.stop();
    }
}

/// The China pack, in which the change of the two start events of the term, which was on 2024-12-01, is on
/// 10 March 2026.
fn changed_in_march() -> PackFiles {
    let mut pack = small_pack();
    let payment = pack.iter_mut().find(|(path, _)| path == "rules/payment.toml").unwrap();
    let mut terms = 0;
    let lines = payment.1.lines().map(|line| {
        // the payment terms come first in the file
        let is_term = line.starts_with("valid = ") && line.contains("2024-12-01") && terms < 2;
        terms += u8::from(is_term);
        if is_term { line.replace("2024-12-01", "2026-03-10") } else { line.to_owned() }
    });
    payment.1 = lines.collect::<Vec<_>>().join("\n");
    assert_eq!(terms, 2);
    pack
}

#[test]
fn a_supplementary_book_gives_the_whole_term_under_either_law() {
    let release = || officer("rel1", Post::Release);
    for (completed, why) in [
        ("2026-03-09", "from the day of the book, by the law of the completion"),
        ("2026-03-10", "from the completion, but no book is overdue when it is issued"),
    ] {
        let house = House::open(GREEN, changed_in_march());
        house.come_to(completed);
        let number = house.declared("T1", completed);
        let first = house.body(number).books[0].clone();
        let fifteen = date(completed).checked_add(jiff::Span::new().days(15)).unwrap();
        assert_eq!((first.issued, first.due.day), (date(completed), fifteen), "{why}: both begin on one day");
        house.pay(number);
        // an amendment brings books of another day
        house.come_to("2026-03-23");
        let mut amended = amended("T1", "170000");
        amended.declaration = Some(Box::new(priced("T1", completed, "170000")));
        house.takes(actor(Role::Declarant), number, "request_amendment", amended);
        house.takes(release(), number, "approve_amendment", note(""));
        let body = house.body(number);
        let later: Vec<_> = body.open_books().filter(|book| book.issued == date("2026-03-23")).collect();
        assert!(!later.is_empty(), "{why}: {:?}", body.books);
        assert!(later.iter().all(|book| book.due.day == date("2026-04-07")), "{why}: {later:?}");
        house.sound();
        house.engine.stop();
    }
}
