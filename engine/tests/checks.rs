//! Document check, examination, holds, changes: each path through the engine, and who may not.

mod support;

use customhouse_control::{
    Actor, Bounce, Command, DeclarationRecord, OnRoster, Post, Role, Roster, SheetLine, StepForm,
    declaration_key,
};
use customhouse_engine::{Dice, Engine, KeyFile, Outcome, Settings, verify};
use customhouse_kernel::values::{EntryNumber, Exact, OfficeCode};
use customhouse_storage::{Sim, SimDisk};
use std::collections::{BTreeMap, BTreeSet};
use support::*;

/// Throws that the sample pack's selection takes for document check, examination, neither.
const DOCUMENTS: u64 = 20;
const EXAMINATION: u64 = 10;
const GREEN: u64 = 7;

struct House {
    engine: Engine,
    next: std::cell::Cell<u32>,
}

fn officer(name: &str, post: Post) -> Actor {
    Actor { name: name.to_owned(), posts: vec![post], ..actor(Role::Officer) }
}

fn note(text: &str) -> StepForm {
    StepForm { note: text.to_owned(), ..StepForm::default() }
}

impl House {
    fn open(dice: u64) -> House {
        let engine = Engine::start(Settings {
            store: Box::new(Sim::open(&SimDisk::new(dice)).unwrap()),
            keys: KeyFile::of(key(), "2026-03-02T02:00:00Z"),
            pack: Some((small_pack(), "embedded".to_owned())),
            sample: true,
            clock: Some(MONDAY),
            dice: Dice::Fixed(dice),
            outlets: BTreeMap::new(),
        })
        .unwrap();
        let house = House { engine, next: 0.into() };
        let on = |name: &str, post| OnRoster {
            name: name.to_owned(),
            posts: BTreeSet::from([post]),
            on_duty: true,
        };
        let officers = vec![
            on("exam1", Post::Examination),
            on("exam2", Post::Examination),
            on("exam3", Post::Examination),
            on("exam4", Post::Examination),
            on("doc1", Post::DocumentCheck),
        ];
        let roster = Roster { office: OfficeCode::parse("2225").unwrap(), officers };
        house.accepted(officer("head", Post::Head), Command::SetRoster(roster));
        house
    }

    fn ask(&self, actor: Actor, command: Command) -> Outcome {
        appointed(&self.engine, &actor, &command);
        self.next.set(self.next.get() + 1);
        let mut submission = submission(actor.role, &format!("k{}", self.next.get()), command);
        submission.actor = actor;
        self.engine.submit_and_wait(submission).unwrap()
    }

    fn accepted(&self, actor: Actor, command: Command) -> Outcome {
        let kind = format!("{command:?}").chars().take(80).collect::<String>();
        let outcome = self.ask(actor, command);
        assert!(outcome.accepted, "{kind}: {:#?}", outcome.findings);
        outcome
    }

    fn lodged(&self) -> (EntryNumber, Vec<(String, String)>) {
        self.accepted(actor(Role::Carrier), bill(BILL));
        let lodged = self.accepted(actor(Role::Declarant), lodge(BILL));
        (entry(&lodged.answer), books(&lodged.answer))
    }

    fn step(&self, actor: Actor, entry: EntryNumber, step: &str, form: StepForm) -> Outcome {
        self.ask(actor, Command::TakeStep { entry, step: step.to_owned(), form: Box::new(form) })
    }

    fn takes(&self, actor: Actor, entry: EntryNumber, step: &str, form: StepForm) -> String {
        let outcome = self.step(actor, entry, step, form);
        assert!(outcome.accepted, "{step}: {:#?}", outcome.findings);
        told(&outcome.answer, "state")
    }

    fn refuses(&self, actor: Actor, entry: EntryNumber, step: &str, form: StepForm) -> Vec<String> {
        let before = self.body(entry);
        let outcome = self.step(actor, entry, step, form);
        assert!(!outcome.accepted, "{step} was taken");
        assert_eq!(self.body(entry), before, "a refused step changes nothing");
        outcome.findings.iter().filter(|f| f.is_error()).map(|f| f.code.clone()).collect()
    }

    fn body(&self, entry: EntryNumber) -> (String, DeclarationRecord) {
        let record = self.engine.read(|r| r.record(&declaration_key(entry))).unwrap().unwrap();
        (record.state.clone(), record.read().unwrap())
    }

    fn pay(&self, books: &[(String, String)]) {
        for (book, amount) in books {
            self.accepted(actor(Role::Bank), settle(book, amount));
        }
    }

    fn sound(&self) {
        let verified = self.engine.read(|r| verify(r, &self.engine.key_history(), &mut |_| {})).unwrap();
        assert_eq!(verified.findings, []);
    }
}

fn declarant() -> Actor {
    actor(Role::Declarant)
}

#[test]
fn document_check_asks_and_is_answered_and_then_passes() {
    let house = House::open(DOCUMENTS);
    let (entry, books) = house.lodged();
    assert_eq!(house.body(entry).0, "document_check");
    // money may come meanwhile; it releases nothing
    house.pay(&books);
    assert_eq!(house.body(entry).0, "document_check");
    let doc = || officer("doc1", Post::DocumentCheck);
    assert_eq!(house.refuses(doc(), entry, "request_documents", note("  ")), ["CTL-001"]);
    assert_eq!(
        house.takes(doc(), entry, "request_documents", note("请提供合同与发票。")),
        "documents_requested"
    );
    assert_eq!(house.body(entry).1.open_request().unwrap().due.day.to_string(), "2026-03-05");
    assert_eq!(house.refuses(doc(), entry, "answer", note("?")), ["CAS-003"]);
    assert_eq!(house.takes(declarant(), entry, "answer", note("随附合同。")), "document_check");
    assert_eq!(house.refuses(declarant(), entry, "answer", note("again")), ["CAS-002"]);
    assert_eq!(house.refuses(officer("rel1", Post::Release), entry, "pass_documents", note("")), ["CAS-003"]);
    assert_eq!(house.takes(doc(), entry, "pass_documents", note("")), "released");
    house.sound();
}

#[test]
fn examiners_are_drawn_and_nobody_acts_in_two_posts() {
    let house = House::open(EXAMINATION);
    let (entry, books) = house.lodged();
    house.pay(&books);
    let doc = || officer("doc1", Post::DocumentCheck);
    assert_eq!(house.refuses(doc(), entry, "pass_documents", note("")), ["CTL-048"]);
    assert_eq!(house.takes(doc(), entry, "order_examination", note("")), "examination");
    let drawn = house.body(entry).1.examinations[0].officers.clone();
    assert_eq!(drawn.len(), 2);
    assert_ne!(drawn[0], drawn[1]);
    let sheet = |lines: &[SheetLine]| StepForm { sheet: lines.to_vec(), ..StepForm::default() };
    let as_declared = [SheetLine { number: 1, ..SheetLine::default() }];
    let other = ["exam1", "exam2", "exam3", "exam4"].into_iter().find(|n| !drawn.contains(&(*n).to_owned()));
    let undrawn = officer(other.unwrap(), Post::Examination);
    assert_eq!(house.refuses(undrawn, entry, "pass_examination", sheet(&as_declared)), ["CTL-035"]);
    // the same person in another post is still the same person
    let both = Actor { posts: vec![Post::Examination], ..doc() };
    assert_eq!(house.refuses(both, entry, "pass_examination", sheet(&as_declared)), ["CTL-034"]);
    let examiner = || officer(&drawn[0], Post::Examination);
    assert_eq!(house.refuses(examiner(), entry, "pass_examination", sheet(&[])), ["CTL-044"]);
    let short = [SheetLine { number: 1, quantity: Exact::parse("90"), ..SheetLine::default() }];
    assert_eq!(house.refuses(examiner(), entry, "pass_examination", sheet(&short)), ["CTL-045"]);
    assert_eq!(house.refuses(examiner(), entry, "report_discrepancy", sheet(&as_declared)), ["CTL-046"]);
    assert_eq!(house.takes(examiner(), entry, "report_discrepancy", sheet(&short)), "discrepancy");
    // others look again, find it as declared, and it is released
    assert_eq!(house.takes(doc(), entry, "re_examine", note("")), "examination");
    let again = house.body(entry).1.examinations[1].officers.clone();
    assert!(again.iter().all(|name| !drawn.contains(name)), "{again:?} after {drawn:?}");
    let second = officer(&again[1], Post::Examination);
    assert_eq!(house.takes(second, entry, "pass_examination", sheet(&as_declared)), "document_check");
    assert_eq!(house.takes(doc(), entry, "pass_documents", note("")), "released");
    house.sound();
}

#[test]
fn an_amendment_brings_a_supplementary_book_or_money_back() {
    let house = House::open(GREEN);
    let (entry, books) = house.lodged();
    let release = || officer("rel1", Post::Release);
    let with_total = |total: &str| {
        let mut form = form(BILL);
        form.lines[0].set("total", total);
        form.lines[0].set("price", "1");
        StepForm {
            note: "单价录入错误".to_owned(), declaration: Some(Box::new(form)), ..StepForm::default()
        }
    };
    assert_eq!(house.refuses(declarant(), entry, "request_amendment", note("x")), ["CTL-001"]);
    // a finding of the new content is a finding
    assert!(!house.refuses(declarant(), entry, "request_amendment", with_total("-1")).is_empty());
    let before = house.body(entry).1.amounts.computed_total;
    house.takes(declarant(), entry, "request_amendment", with_total("9000"));
    assert_eq!(house.refuses(declarant(), entry, "request_withdrawal", note("y")), ["CTL-036"]);
    assert_eq!(house.refuses(release(), entry, "approve_withdrawal", note("")), ["CTL-037"]);
    assert_eq!(house.takes(release(), entry, "approve_amendment", note("同意")), "green");
    let (_, body) = house.body(entry);
    assert!(body.amounts.computed_total > before);
    assert_eq!(body.document_version, 2);
    // the old books are cancelled: money for them is held
    let late = house.accepted(actor(Role::Bank), settle(&books[0].0, &books[0].1));
    assert_eq!(told(&late.answer, "outcome"), "book_cancelled");
    let open: Vec<_> = body.open_books().map(|b| (b.number.clone(), b.amount.to_string())).collect();
    assert_eq!(open.iter().map(|(n, _)| &n[n.len() - 3..]).collect::<Vec<_>>(), ["A02", "L02"]);
    house.pay(&open);
    assert_eq!(house.body(entry).0, "released");
    house.sound();
    // after release the amount goes down: what was paid above it is refundable
    house.takes(declarant(), entry, "request_amendment", with_total("7000"));
    house.takes(release(), entry, "approve_amendment", note("同意"));
    let (state, body) = house.body(entry);
    assert_eq!((state.as_str(), body.document_version), ("released", 3));
    assert!(body.books.iter().any(|b| !b.reduced.is_zero()));
    house.sound();
    // and up again: a supplementary book on what was paid
    house.takes(declarant(), entry, "request_amendment", with_total("8000"));
    assert_eq!(house.takes(release(), entry, "refuse_change", note("理由不足")), "released");
    house.takes(declarant(), entry, "request_amendment", with_total("8000"));
    house.takes(release(), entry, "approve_amendment", note("同意"));
    let open: Vec<_> =
        house.body(entry).1.open_books().map(|b| (b.number.clone(), b.amount.to_string())).collect();
    assert_eq!(open.len(), 2);
    house.accepted(actor(Role::Operator), goods_out(BILL, 10, "1250.5"));
    assert_eq!(house.body(entry).0, "goods_out", "a supplementary book is open");
    house.pay(&open);
    assert_eq!(house.body(entry).0, "closed");
    house.sound();
}

#[test]
fn a_withdrawal_frees_the_bill_and_gives_back_what_was_paid() {
    let house = House::open(GREEN);
    let (entry, books) = house.lodged();
    house.pay(&books[..1]);
    house.takes(declarant(), entry, "request_withdrawal", note("申报错误"));
    let state = house.takes(officer("rel1", Post::Release), entry, "approve_withdrawal", note("同意"));
    assert_eq!(state, "withdrawn");
    assert!(house.body(entry).1.open_books().next().is_none());
    let late = house.accepted(actor(Role::Bank), settle(&books[1].0, &books[1].1));
    assert_eq!(told(&late.answer, "outcome"), "book_cancelled");
    assert_eq!(house.refuses(declarant(), entry, "request_amendment", note("x")), ["CAS-002"]);
    // the bill can be declared again
    let again = house.accepted(declarant(), lodge(BILL));
    assert_ne!(support::entry(&again.answer), entry);
    house.sound();
}

#[test]
fn a_hold_stops_release_until_it_is_lifted() {
    let house = House::open(GREEN);
    let (entry, books) = house.lodged();
    let release = || officer("rel1", Post::Release);
    assert_eq!(house.takes(release(), entry, "hold", note("线索核查")), "suspended");
    house.pay(&books);
    assert_eq!(house.body(entry).0, "suspended");
    assert_eq!(house.refuses(release(), entry, "lift_hold", note("")), ["CTL-001"]);
    assert_eq!(house.takes(release(), entry, "lift_hold", note("核查完毕")), "document_check");
    // whoever held it does not pass its documents
    let both = Actor { posts: vec![Post::DocumentCheck], ..release() };
    assert_eq!(house.refuses(both, entry, "pass_documents", note("")), ["CTL-034"]);
    assert_eq!(
        house.takes(officer("doc1", Post::DocumentCheck), entry, "pass_documents", note("")),
        "released"
    );
    // another office's officer sees no such declaration
    let stranger =
        Actor { offices: vec![OfficeCode::parse("2248").unwrap()], ..officer("far1", Post::Release) };
    assert_eq!(house.refuses(stranger, entry, "hold", note("x")), ["CTL-018"]);
    house.sound();
}

#[test]
fn lateness_costs_a_fee_and_a_surcharge() {
    let house = House::open(GREEN);
    house.accepted(actor(Role::Carrier), bill(BILL));
    // entered on 1 March; declared on the 20th: the 16th is the first late day, five days
    house.engine.set_clock(MONDAY + 18 * 86_400_000_000).unwrap();
    let lodged = house.accepted(declarant(), lodge(BILL));
    let entry = entry(&lodged.answer);
    let (_, body) = house.body(entry);
    let fee = body.late_declaration.as_ref().expect("a fee");
    assert_eq!((fee.first_day.day.to_string().as_str(), fee.days), ("2026-03-16", 5));
    let books = books(&lodged.answer);
    assert!(books.iter().any(|(number, _)| number.ends_with("-F01")), "{books:?}");
    // due on 4 April, a holiday that runs to the 6th; paid on 10 April: three days late
    house.engine.set_clock(MONDAY + 39 * 86_400_000_000).unwrap();
    house.pay(&books);
    let (state, body) = house.body(entry);
    let open: Vec<_> = body.open_books().map(|b| (b.number.clone(), b.amount.to_string())).collect();
    assert_eq!(body.late_payment.len(), open.len());
    if open.is_empty() {
        assert_eq!(state, "released", "below the minimum nothing is owed");
    } else {
        assert_eq!(state, "green", "the surcharge is owed first");
        house.pay(&open);
        assert_eq!(house.body(entry).0, "released");
    }
    house.sound();
}

#[test]
fn a_payment_that_bounces_is_owed_again() {
    let house = House::open(GREEN);
    let (entry, books) = house.lodged();
    let bounce = |reference: &str| {
        let command =
            Command::Bounce(Bounce { reference: reference.to_owned(), reason: "余额不足".to_owned() });
        house.ask(actor(Role::Bank), command)
    };
    let pay = |n: usize, reference: &str| {
        house.accepted(actor(Role::Bank), settle_as(&books[n].0, &books[n].1, reference));
    };
    pay(0, "R-A");
    assert!(bounce("R-A").accepted);
    assert!(house.body(entry).1.books[0].paid.is_none());
    house.sound();
    assert_eq!(bounce("R-A").findings[0].code, "FIN-020", "it bounced before");
    assert_eq!(bounce("R-NONE").findings[0].code, "FIN-020");
    let long = Bounce { reference: "R-A".to_owned(), reason: "久".repeat(2001) };
    assert_eq!(house.ask(actor(Role::Bank), Command::Bounce(long)).findings[0].code, "CTL-002");
    let long = settle_as(&"9".repeat(65), "1.00", "R-LONG");
    assert_eq!(house.ask(actor(Role::Bank), long).findings[0].code, "CTL-002");
    // the reference is used up; the same book is paid under another
    pay(0, "R-B");
    pay(1, "R-C");
    assert_eq!(house.body(entry).0, "released");
    // what was released stays so, and is not closed before it is paid
    assert!(bounce("R-C").accepted);
    house.accepted(actor(Role::Operator), goods_out(BILL, 10, "1250.5"));
    assert_eq!(house.body(entry).0, "goods_out");
    pay(1, "R-D");
    assert_eq!(house.body(entry).0, "closed");
    // money that was held and bounced is not refundable
    house.accepted(actor(Role::Bank), settle_as(&books[0].0, "1.00", "R-E"));
    assert!(bounce("R-E").accepted);
    house.sound();
}

/// Waits until the program has worked off what fell due.
fn until(house: &House, entry: EntryNumber, state: &str) {
    for _ in 0..400 {
        if house.body(entry).0 == state {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    panic!("{entry} never became {state}: {:?}", house.body(entry));
}

#[test]
fn a_request_lapses_the_day_after_its_last_day() {
    const DAY: i64 = 86_400_000_000;
    let doc = || officer("doc1", Post::DocumentCheck);
    // asked on Monday the 2nd, to be answered by Thursday the 5th
    for (days, in_time) in [(2, true), (3, true), (4, false)] {
        let house = House::open(DOCUMENTS);
        let (entry, _) = house.lodged();
        house.takes(doc(), entry, "request_documents", note("合同"));
        house.engine.set_clock(MONDAY + days * DAY).unwrap();
        if in_time {
            assert_eq!(house.takes(declarant(), entry, "answer", note("随附")), "document_check");
        } else {
            until(&house, entry, "document_check");
            let late = house.refuses(declarant(), entry, "answer", note("随附"));
            assert_eq!(late, ["CAS-002"]);
            assert!(house.body(entry).1.requests[0].lapsed);
            // customs may ask again, or pass what it has
            assert_eq!(house.takes(doc(), entry, "request_documents", note("合同")), "documents_requested");
        }
        house.sound();
    }
}

#[test]
fn a_required_change_is_made_or_lapses() {
    let house = House::open(DOCUMENTS);
    let (entry, books) = house.lodged();
    let doc = || officer("doc1", Post::DocumentCheck);
    assert_eq!(house.takes(doc(), entry, "require_change", note("请更正数量")), "change_required");
    assert_eq!(house.body(entry).1.change_required_by.unwrap().day.to_string(), "2026-03-09");
    let mut changed = form(BILL);
    changed.lines[0].set("quantity", "90");
    changed.lines[0].set("first_quantity", "90");
    let amended =
        StepForm { note: "更正".to_owned(), declaration: Some(Box::new(changed)), ..StepForm::default() };
    house.takes(declarant(), entry, "request_amendment", amended);
    let release = officer("rel1", Post::Release);
    assert_eq!(house.takes(release, entry, "approve_required_change", note("同意")), "document_check");
    assert_eq!(house.body(entry).1.change_required_by, None);
    house.pay(&books);
    assert_eq!(house.takes(doc(), entry, "pass_documents", note("")), "released");
    house.sound();
    let house = House::open(DOCUMENTS);
    let (entry, _) = house.lodged();
    house.takes(doc(), entry, "require_change", note("请更正数量"));
    house.engine.set_clock(MONDAY + 8 * 86_400_000_000).unwrap();
    until(&house, entry, "document_check");
    house.sound();
}

#[test]
fn an_unpaid_book_is_overdue_the_day_after_its_last_day() {
    let house = House::open(GREEN);
    let (entry, _) = house.lodged();
    let overdue = |house: &House| house.body(entry).1.timeline.iter().any(|m| m.step == "payment_overdue");
    // due on Tuesday the 17th
    house.engine.set_clock(MONDAY + 15 * 86_400_000_000).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert!(!overdue(&house));
    house.engine.set_clock(MONDAY + 16 * 86_400_000_000).unwrap();
    for _ in 0..400 {
        if overdue(&house) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    assert!(overdue(&house));
    // working it off again changes nothing
    let due = jiff::civil::date(2026, 3, 17);
    let again = house.ask(Actor::system(), Command::FallDue { entry, due });
    assert_eq!(again.findings[0].code, "CTL-050", "it was worked off already");
    house.sound();
}
