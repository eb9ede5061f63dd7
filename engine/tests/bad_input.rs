//! Bad input to a case under way: what contradicts, comes from the wrong hand, or comes too late. Each row
//! names its refusal, and nothing changes.

mod support;

use customhouse_control::{Actor, Command, Post, Role, StepForm};
use customhouse_engine::Outcome;
use customhouse_kernel::values::{EntryNumber, OfficeCode};
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;

/// What is asked, by whom.
type Asked = fn(&House, EntryNumber, &str) -> (Actor, Command);
/// What it is; throw of the dice; how the declaration comes there; what is asked; the refusal.
type Row = (&'static str, u64, &'static [&'static str], Asked, &'static str);

fn step(who: &str, id: &str, (house, entry, bill): (&House, EntryNumber, &str)) -> (Actor, Command) {
    (house.who(who, entry), take(entry, id, content(id, bill, "8500")))
}

fn changed((entry, bill): (EntryNumber, &str), field: &str, value: &str) -> (Actor, Command) {
    let mut form = form(bill);
    assert!(form.head.set(field, value));
    let form = StepForm { declaration: Some(Box::new(form)), ..note("更正") };
    (actor(Role::Declarant), take(entry, "request_amendment", form))
}

const EXAMINED: &[&str] =
    &["doc order_examination", "exam pass_examination", "pay", "doc pass_documents", "out"];

const ROWS: [Row; 24] = [
    (
        "a second amendment beside an open one",
        GREEN,
        &["firm request_amendment"],
        |h, e, b| step("firm", "request_amendment", (h, e, b)),
        "CTL-036",
    ),
    (
        "a withdrawal beside an open amendment",
        GREEN,
        &["firm request_amendment"],
        |h, e, b| step("firm", "request_withdrawal", (h, e, b)),
        "CTL-036",
    ),
    (
        "an amendment beside an open withdrawal",
        GREEN,
        &["firm request_withdrawal"],
        |h, e, b| step("firm", "request_amendment", (h, e, b)),
        "CTL-036",
    ),
    (
        "an amendment approved as a withdrawal",
        GREEN,
        &["firm request_amendment"],
        |h, e, b| step("rel", "approve_withdrawal", (h, e, b)),
        "CTL-037",
    ),
    (
        "an amendment approved twice",
        GREEN,
        &["firm request_amendment", "rel approve_amendment"],
        |h, e, b| step("rel", "approve_amendment", (h, e, b)),
        "CTL-037",
    ),
    (
        "an amendment refused after it was approved",
        GREEN,
        &["firm request_amendment", "rel approve_amendment"],
        |h, e, b| step("rel", "refuse_change", (h, e, b)),
        "CTL-037",
    ),
    ("an amendment that changes nothing", GREEN, &[], |_, e, b| changed((e, b), "bill", b), "CTL-039"),
    (
        "an amendment to another bill",
        GREEN,
        &[],
        |_, e, b| changed((e, b), "bill", "COSU6000000009"),
        "CTL-038",
    ),
    (
        "an amendment of a withdrawn declaration",
        GREEN,
        &["firm request_withdrawal", "rel approve_withdrawal"],
        |h, e, b| step("firm", "request_amendment", (h, e, b)),
        "CAS-002",
    ),
    (
        "a withdrawn declaration withdrawn again",
        GREEN,
        &["firm request_withdrawal", "rel approve_withdrawal"],
        |h, e, b| step("firm", "request_withdrawal", (h, e, b)),
        "CAS-002",
    ),
    (
        "payment ordered for a withdrawn declaration",
        GREEN,
        &["firm request_withdrawal", "rel approve_withdrawal"],
        |_, e, _| (actor(Role::Declarant), Command::OrderPayment(e)),
        "FIN-003",
    ),
    (
        "a withdrawal of released goods",
        GREEN,
        &["pay"],
        |h, e, b| step("firm", "request_withdrawal", (h, e, b)),
        "CAS-002",
    ),
    (
        "goods out before release",
        GREEN,
        &[],
        |_, _, b| (actor(Role::Operator), goods_out(b, 10, "1250.5")),
        "LED-003",
    ),
    ("a bill declared twice", GREEN, &[], |_, _, b| (actor(Role::Declarant), lodge(b)), "CN-NORM-BILL-OPEN"),
    (
        "documents passed by the officer of another post",
        DOCUMENTS,
        &[],
        |h, e, b| step("rel", "pass_documents", (h, e, b)),
        "CAS-003",
    ),
    (
        "documents passed by whoever held the case",
        GREEN,
        &["rel hold", "rel lift_hold"],
        |_, e, _| (officer("rel1", Post::DocumentCheck), take(e, "pass_documents", note(""))),
        "CTL-034",
    ),
    (
        "a hold by the officer of another office",
        GREEN,
        &[],
        |_, e, _| {
            let far =
                Actor { offices: vec![OfficeCode::parse("2248").unwrap()], ..officer("far1", Post::Release) };
            (far, take(e, "hold", note("?")))
        },
        "CTL-018",
    ),
    (
        "documents passed before the goods were looked at",
        EXAMINATION,
        &[],
        |h, e, b| step("doc", "pass_documents", (h, e, b)),
        "CTL-048",
    ),
    (
        "a result of an examiner who was not drawn",
        EXAMINATION,
        &["doc order_examination"],
        |_, e, _| (officer("exam9", Post::Examination), take(e, "pass_examination", sheet(None))),
        "CTL-035",
    ),
    (
        "a result that says the opposite of its sheet",
        EXAMINATION,
        &["doc order_examination"],
        |h, e, _| (h.who("exam", e), take(e, "pass_examination", sheet(Some("90")))),
        "CTL-045",
    ),
    (
        "a second result of one examination",
        EXAMINATION,
        &["doc order_examination", "exam pass_examination"],
        |h, e, b| step("exam", "report_discrepancy", (h, e, b)),
        "CAS-002",
    ),
    (
        "an examination result for goods that are out",
        EXAMINATION,
        EXAMINED,
        |h, e, b| step("exam", "pass_examination", (h, e, b)),
        "CAS-002",
    ),
    (
        "a discrepancy reported of goods that are out",
        EXAMINATION,
        EXAMINED,
        |h, e, b| step("exam", "report_discrepancy", (h, e, b)),
        "CAS-002",
    ),
    (
        "an answer that nobody asked for",
        DOCUMENTS,
        &["doc request_documents", "firm answer"],
        |h, e, b| step("firm", "answer", (h, e, b)),
        "CAS-002",
    ),
];

#[test]
fn what_contradicts_or_is_not_theirs_is_refused_and_changes_nothing() {
    let houses = [GREEN, DOCUMENTS, EXAMINATION].map(|dice| (dice, House::open(dice, small_pack())));
    for (n, (what, dice, path, asked, code)) in ROWS.into_iter().enumerate() {
        let (_, house) = houses.iter().find(|(of, _)| *of == dice).unwrap();
        let bill = format!("BAD{n}");
        let entry = house.brought(path, &bill);
        let before = house.everything();
        let (by, command) = asked(house, entry, &bill);
        let outcome = house.ask(by, command);
        assert!(!outcome.accepted, "{what}: accepted");
        assert_eq!(codes(&outcome), [code], "{what}");
        assert_eq!(house.everything(), before, "{what}");
    }
}

#[test]
fn money_for_a_withdrawn_declaration_is_held_and_owed_back() {
    let house = House::open(GREEN, small_pack());
    let entry = house.lodged(BILL);
    let book = house.body(entry).books[0].clone();
    for (who, step) in [("firm", "request_withdrawal"), ("rel", "approve_withdrawal")] {
        house.takes(house.who(who, entry), entry, step, note("错误"));
    }
    let before = house.record(entry).body;
    let settled = house.accepted(actor(Role::Bank), settle(&book.number, &book.amount.to_string()));
    assert_eq!(told(&settled.answer, "outcome"), "book_cancelled");
    assert_eq!((house.state(entry).as_str(), house.record(entry).body), ("withdrawn", before));
    let refundable: i64 =
        house.balances().iter().filter(|(a, _)| a.class() == "refundable").map(|(_, n)| -n).sum();
    assert_eq!(refundable, book.amount.minor());
    house.sound();
}

#[test]
fn an_answer_after_its_last_day_is_not_taken() {
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.brought(&["doc request_documents"], BILL);
    house.engine.set_clock(MONDAY + 4 * DAY).unwrap();
    // too late by the calendar, or the program has let the request lapse already
    let late = house.take(actor(Role::Declarant), entry, "answer", note("随附"));
    assert!(["CTL-049", "CAS-002"].contains(&codes(&late)[0].as_str()), "{:?}", late.findings);
    assert!(!late.accepted);
    assert!(house.body(entry).requests[0].answer.is_none());
    house.sound();
}

/// Asks both at once, behind a command that keeps the engine busy; gives whether each was accepted, and
/// why the other was not.
fn at_once(house: &House, asked: [(Actor, Command); 2]) -> ([bool; 2], Vec<String>) {
    house.accepted(actor(Role::Carrier), bill("OTHER"));
    let busy = house.engine.submit_later(house.submission(actor(Role::Declarant), lodge("OTHER")));
    let both = asked.map(|(by, command)| house.engine.submit_later(house.submission(by, command)));
    let [one, two]: [Outcome; 2] = both.map(|answer| answer.recv().unwrap().unwrap());
    assert!(busy.recv().unwrap().unwrap().accepted);
    ([one.accepted, two.accepted], if one.accepted { codes(&two) } else { codes(&one) })
}

#[test]
fn of_two_who_act_at_once_one_is_accepted() {
    let doc = |name| move |e| (officer(name, Post::DocumentCheck), take(e, "pass_documents", note("")));
    let decides = |name, id: &'static str| move |e| (officer(name, Post::Release), take(e, id, note("同意")));
    let asks = |id: &'static str| move |e| (actor(Role::Declarant), take(e, id, content(id, BILL, "8500")));
    type Of<'a> = &'a dyn Fn(EntryNumber) -> (Actor, Command);
    type Row<'a> = (&'a str, u64, &'a [&'a str], [Of<'a>; 2], &'a str);
    let rows: [Row<'_>; 6] = [
        ("two pass the documents", DOCUMENTS, &[], [&doc("doc1"), &doc("doc2")], "CAS-002"),
        ("two release it", DOCUMENTS, &["pay"], [&doc("doc1"), &doc("doc2")], "CAS-002"),
        (
            "one lets it be withdrawn, one refuses",
            GREEN,
            &["firm request_withdrawal"],
            [&decides("rel1", "approve_withdrawal"), &decides("rel2", "refuse_change")],
            "CAS-002",
        ),
        (
            "two approve an amendment",
            GREEN,
            &["firm request_amendment"],
            [&decides("rel1", "approve_amendment"), &decides("rel2", "approve_amendment")],
            "CTL-037",
        ),
        (
            "an amendment and a withdrawal",
            GREEN,
            &[],
            [&asks("request_amendment"), &asks("request_withdrawal")],
            "CTL-036",
        ),
        (
            "one passes, one of them holds",
            DOCUMENTS,
            &["pay"],
            [&doc("doc1"), &decides("rel1", "hold")],
            "CAS-002",
        ),
    ];
    for (what, dice, path, [one, two], code) in rows {
        let house = House::open(dice, small_pack());
        let entry = house.brought(path, BILL);
        let (accepted, refused) = at_once(&house, [one(entry), two(entry)]);
        assert_eq!((accepted, refused), ([true, false], vec![code.to_owned()]), "{what}");
        house.sound();
        house.engine.stop();
    }
}
