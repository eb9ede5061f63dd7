//! Guarantees through the engine: lodged, decided on, used, released, claimed, given back, and what is
//! refused; then any interleaving of it all.

mod support;

use customhouse_control::{
    Actor, Command, DeclarationRecord, GuaranteeBalances, GuaranteeDecisionForm, GuaranteeForm,
    KeptGuarantee, Post, Role, StepForm, declaration_key, guarantee_key,
};
use customhouse_engine::{Dice, Engine, KeyFile, Outcome, PackFiles, Settings, SubmitError, verify};
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::values::{CreditCode, EntryNumber, Exact, Money, OfficeCode};
use customhouse_storage::{Sim, SimDisk};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use support::*;

/// Throws that the pack's selection takes for document check, and for nothing.
const DOCUMENTS: u64 = 20;
const GREEN: u64 = 7;
const DAY: i64 = 86_400_000_000;

struct House {
    engine: Engine,
    next: Cell<u32>,
}

fn officer(name: &str, post: Post) -> Actor {
    Actor { name: name.to_owned(), posts: vec![post], ..actor(Role::Officer) }
}

fn release() -> Actor {
    officer("rel1", Post::Release)
}

fn declarant() -> Actor {
    actor(Role::Declarant)
}

fn stranger() -> Actor {
    let party = CreditCode::complete("91990000MA0000009").unwrap().to_string();
    Actor { name: "stranger".to_owned(), party, ..declarant() }
}

fn note(text: &str) -> StepForm {
    StepForm { note: text.to_owned(), ..StepForm::default() }
}

fn by(guarantee: &str) -> StepForm {
    StepForm { guarantee: guarantee.to_owned(), ..StepForm::default() }
}

fn with_total(bill: &str, total: &str) -> StepForm {
    let mut form = form(bill);
    form.lines[0].set("total", total);
    form.lines[0].set("price", "1");
    StepForm {
        note: "单价录入错误".to_owned(), declaration: Some(Box::new(form)), ..StepForm::default()
    }
}

/// A general guarantee by a bank's letter, for early release, valid through 2026.
fn general(amount: &str) -> GuaranteeForm {
    GuaranteeForm {
        office: OfficeCode::parse("2225").unwrap(),
        kind: "general".to_owned(),
        entry_number: String::new(),
        means: "bank_letter".to_owned(),
        guarantor: "示例银行".to_owned(),
        amount: Exact::parse(amount).unwrap(),
        valid_from: "2026-03-02".parse().unwrap(),
        valid_to: "2026-12-31".parse().unwrap(),
        cases: vec!["early_release".to_owned()],
    }
}

fn single(entry: EntryNumber, amount: &str) -> GuaranteeForm {
    GuaranteeForm { kind: "single".to_owned(), entry_number: entry.to_string(), ..general(amount) }
}

fn decided(number: &str, decision: &str, note: &str) -> Command {
    let form = GuaranteeDecisionForm { decision: decision.to_owned(), note: note.to_owned() };
    Command::DecideGuarantee { number: number.to_owned(), form }
}

fn money(text: &str) -> Money {
    Money::parse(text).unwrap()
}

/// The small pack with a supervision condition of a nature on its one commodity.
fn conditioned(nature: &str) -> PackFiles {
    let mut pack = small_pack();
    let table = pack.iter_mut().find(|(path, _)| path == "tables/conditions.csv").unwrap();
    table.1.push_str(&format!("condition.85122010.4,85122010,4,{nature},import,,,,true,\n"));
    pack
}

impl House {
    fn open(dice: u64) -> House {
        House::open_with(dice, small_pack())
    }

    fn open_with(dice: u64, pack: PackFiles) -> House {
        let engine = Engine::start(Settings {
            store: Box::new(Sim::open(&SimDisk::new(dice)).unwrap()),
            keys: KeyFile::of(key(), "2026-03-02T02:00:00Z"),
            pack: Some((pack, "embedded".to_owned())),
            sample: true,
            clock: Some(MONDAY),
            dice: Dice::Fixed(dice),
            outlets: BTreeMap::new(),
        })
        .unwrap();
        House { engine, next: 0.into() }
    }

    fn later(&self, actor: Actor, command: Command) -> Receiver<Result<Outcome, SubmitError>> {
        appointed(&self.engine, &actor, &command);
        self.next.set(self.next.get() + 1);
        let mut submission = submission(actor.role, &format!("k{}", self.next.get()), command);
        submission.actor = actor;
        self.engine.submit_later(submission)
    }

    fn ask(&self, actor: Actor, command: Command) -> Outcome {
        self.later(actor, command).recv().unwrap().unwrap()
    }

    fn accepted(&self, actor: Actor, command: Command) -> Outcome {
        let kind = format!("{command:?}").chars().take(80).collect::<String>();
        let outcome = self.ask(actor, command);
        assert!(outcome.accepted, "{kind}: {:#?}", outcome.findings);
        outcome
    }

    fn refused(&self, actor: Actor, command: Command) -> Vec<String> {
        let outcome = self.ask(actor, command);
        assert!(!outcome.accepted, "it was accepted");
        outcome.findings.iter().filter(|f| f.is_error()).map(|f| f.code.clone()).collect()
    }

    fn lodged(&self, number: &str) -> (EntryNumber, Vec<(String, String)>) {
        self.accepted(actor(Role::Carrier), bill(number));
        let lodged = self.accepted(declarant(), lodge(number));
        (entry(&lodged.answer), books(&lodged.answer))
    }

    /// A guarantee of the declarant's, as it is filed.
    fn filed(&self, form: GuaranteeForm) -> String {
        told(&self.accepted(declarant(), Command::LodgeGuarantee(form)).answer, "guarantee")
    }

    /// A guarantee that customs accepted.
    fn guarantee(&self, form: GuaranteeForm) -> String {
        let number = self.filed(form);
        let answer = self.accepted(release(), decided(&number, "accept", "")).answer;
        assert_eq!(told(&answer, "state"), "accepted");
        number
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

    fn state(&self, entry: EntryNumber) -> String {
        self.body(entry).0
    }

    fn kept(&self, number: &str) -> (String, KeptGuarantee) {
        let record = self.engine.read(|r| r.record(&guarantee_key(number))).unwrap().unwrap();
        (record.state.clone(), record.read().unwrap())
    }

    fn balances(&self) -> BTreeMap<AccountId, i64> {
        self.engine.read(|r| r.balances(None, 10_000)).unwrap().into_iter().collect()
    }

    fn stand(&self, number: &str) -> GuaranteeBalances {
        let balances = self.balances();
        self.kept(number).1.stand(|account| balances.get(account).copied().unwrap_or(0))
    }

    /// Free, reserved, claimed, returned.
    fn amounts(&self, number: &str) -> [String; 4] {
        let GuaranteeBalances { free, reserved, claimed, returned, .. } = self.stand(number);
        [free, reserved, claimed, returned].map(|amount| amount.to_string())
    }

    fn open_books(&self, entry: EntryNumber) -> Vec<(String, String)> {
        self.body(entry).1.open_books().map(|b| (b.number.clone(), b.amount.to_string())).collect()
    }

    fn owed(&self, entry: EntryNumber) -> Money {
        Money::sum(self.body(entry).1.open_books().map(|b| b.amount)).unwrap()
    }

    fn pay(&self, books: &[(String, String)]) {
        for (book, amount) in books {
            let answer = self.accepted(actor(Role::Bank), settle(book, amount)).answer;
            assert_eq!(told(&answer, "outcome"), "collected");
        }
    }

    fn on_day(&self, day: i64) {
        self.engine.set_clock(MONDAY + day * DAY).unwrap();
    }

    fn sound(&self) {
        let verified = self.engine.read(|r| verify(r, &self.engine.key_history(), &mut |_| {})).unwrap();
        assert_eq!(verified.findings, []);
    }
}

#[test]
fn the_whole_life_of_a_general_guarantee() {
    let house = House::open(GREEN);
    let number = house.filed(general("100000.00"));
    assert_eq!(number, "G22252026000001");
    let (state, kept) = house.kept(&number);
    // ten working days after Monday 2 March
    assert_eq!((state.as_str(), kept.decide_by.day.to_string().as_str()), ("filed", "2026-03-16"));
    let (entry, books) = house.lodged("B1");
    let owed = house.owed(entry);
    // not before customs accepts it
    assert_eq!(house.refuses(declarant(), entry, "use_guarantee", by(&number)), ["CTL-065"]);
    assert_eq!(house.refused(declarant(), Command::GiveBackGuarantee(number.clone())), ["CTL-065"]);
    assert_eq!(house.amounts(&number), ["0.00"; 4]);
    house.sound();
    // nobody but a release officer or the head of that office
    assert_eq!(house.refused(declarant(), decided(&number, "accept", "")), ["CTL-014"]);
    let clerk = officer("doc1", Post::DocumentCheck);
    assert_eq!(house.refused(clerk, decided(&number, "accept", "")), ["CAS-003"]);
    let elsewhere = Actor { offices: vec![OfficeCode::parse("2248").unwrap()], ..release() };
    assert_eq!(house.refused(elsewhere, decided(&number, "accept", "")), ["CTL-060"]);
    house.accepted(officer("head", Post::Head), decided(&number, "accept", "同意"));
    assert_eq!(house.refused(release(), decided(&number, "refuse", "x")), ["CAS-002"]);
    assert_eq!(house.amounts(&number), ["100000.00", "0.00", "0.00", "0.00"]);

    assert_eq!(house.refuses(declarant(), entry, "use_guarantee", by("")), ["CTL-001"]);
    assert_eq!(house.takes(declarant(), entry, "use_guarantee", by(&number)), "released");
    let left = money("100000.00").checked_sub(owed).unwrap();
    assert_eq!(house.amounts(&number)[..2], [left.to_string(), owed.to_string()]);
    assert!(house.body(entry).1.books.iter().all(|b| b.is_guaranteed()));
    assert_eq!(house.refuses(declarant(), entry, "use_guarantee", by(&number)), ["CAS-002"]);
    house.sound();
    // the goods leave; the declaration is closed only when the taxes are paid
    house.accepted(actor(Role::Operator), goods_out("B1", 10, "1250.5"));
    assert_eq!(house.state(entry), "goods_out");
    house.pay(&books[..1]);
    assert_eq!(house.state(entry), "goods_out");
    assert_eq!(house.amounts(&number)[1], books[1].1);
    house.pay(&books[1..]);
    assert_eq!(house.state(entry), "closed");
    assert_eq!(house.amounts(&number), ["100000.00", "0.00", "0.00", "0.00"]);
    house.sound();
    // all of it is given back, once, and to its own party
    let back = || Command::GiveBackGuarantee(number.clone());
    assert_eq!(house.refused(stranger(), back()), ["CTL-060"]);
    assert_eq!(told(&house.accepted(declarant(), back()).answer, "state"), "returned");
    assert_eq!(house.amounts(&number), ["0.00", "0.00", "0.00", "100000.00"]);
    assert_eq!(house.refused(declarant(), back()), ["CTL-065"]);
    house.sound();
}

#[test]
fn a_guarantee_waits_with_the_declaration_for_its_documents() {
    let house = House::open(DOCUMENTS);
    let number = house.guarantee(general("100000.00"));
    let (entry, books) = house.lodged("B1");
    assert_eq!(house.takes(declarant(), entry, "use_guarantee", by(&number)), "document_check");
    let doc = || officer("doc1", Post::DocumentCheck);
    assert_eq!(house.takes(doc(), entry, "pass_documents", note("")), "released");
    house.pay(&books);
    assert_eq!(house.state(entry), "released");
    assert_eq!(house.refused(declarant(), Command::GiveBackGuarantee("G".to_owned())), ["CTL-060"]);
    assert_eq!(house.stand(&number).free, money("100000.00"));
    house.sound();
}

#[test]
fn what_is_not_accepted_as_a_guarantee() {
    let house = House::open(GREEN);
    let (entry, _) = house.lodged("B1");
    let lodge = |form: GuaranteeForm| house.refused(declarant(), Command::LodgeGuarantee(form));
    let some = || general("10.00");
    let day = |text: &str| text.parse().unwrap();
    let amount = |text: &str| Exact::parse(text).unwrap();
    let of_nobody = EntryNumber::parse("222520261000000009").unwrap();
    for (form, code, why) in [
        (GuaranteeForm { kind: "double".to_owned(), ..some() }, "CTL-061", "an unknown kind"),
        (
            GuaranteeForm { entry_number: entry.to_string(), ..some() },
            "CTL-061",
            "general, with a declaration",
        ),
        (
            GuaranteeForm { entry_number: String::new(), ..single(entry, "1.00") },
            "CTL-018",
            "single, without",
        ),
        (single(of_nobody, "1.00"), "CTL-018", "for a declaration that is not there"),
        (GuaranteeForm { means: "word".to_owned(), ..some() }, "CTL-062", "an unknown means"),
        (GuaranteeForm { cases: Vec::new(), ..some() }, "CTL-063", "for nothing"),
        (GuaranteeForm { cases: vec!["transit".to_owned()], ..some() }, "CTL-063", "for an unknown case"),
        (
            GuaranteeForm { valid_from: day("2027-01-01"), ..some() },
            "CTL-064",
            "the last day before the first",
        ),
        (
            GuaranteeForm { valid_from: day("2026-01-01"), valid_to: day("2026-03-01"), ..some() },
            "CTL-064",
            "over since yesterday",
        ),
        (GuaranteeForm { guarantor: "  ".to_owned(), ..some() }, "CTL-001", "nobody answers for it"),
        (GuaranteeForm { amount: amount("0"), ..some() }, "FIN-017", "nothing"),
        (GuaranteeForm { amount: amount("0.001"), ..some() }, "FIN-017", "less than a fen"),
        (GuaranteeForm { office: OfficeCode::parse("9998").unwrap(), ..some() }, "CTL-009", "no such office"),
    ] {
        assert_eq!(lodge(form), [code], "{why}");
    }
    let foreign = Command::LodgeGuarantee(single(entry, "1.00"));
    assert_eq!(house.refused(stranger(), foreign), ["CTL-018"], "for another's declaration");
    assert_eq!(house.refused(actor(Role::Carrier), Command::LodgeGuarantee(some())), ["CTL-014"]);
    // customs refuses, and says why
    let number = house.filed(some());
    assert_eq!(house.refused(release(), decided(&number, "refuse", " ")), ["CTL-001"]);
    assert_eq!(house.refused(release(), decided(&number, "claim", "")), ["CAS-002"]);
    assert_eq!(house.refused(release(), decided(&number, "burn", "")), ["CAS-001"]);
    house.accepted(release(), decided(&number, "refuse", "保函无效"));
    assert_eq!(house.kept(&number).0, "refused");
    assert_eq!(house.refuses(declarant(), entry, "use_guarantee", by(&number)), ["CTL-065"]);
    assert_eq!(house.amounts(&number), ["0.00"; 4]);
    // one that is over before customs decides is not taken in
    let late = house.filed(GuaranteeForm { valid_to: day("2026-03-03"), ..some() });
    house.on_day(2);
    assert_eq!(house.refused(release(), decided(&late, "accept", "")), ["FIN-013"]);
    house.sound();
}

#[test]
fn what_a_guarantee_does_not_answer_for() {
    let house = House::open(GREEN);
    let ((one, _), (two, _)) = (house.lodged("B1"), house.lodged("B2"));
    let owed = house.owed(one);
    let short = owed.checked_sub(money("0.01")).unwrap();
    let tight = house.guarantee(general(&short.to_string()));
    assert_eq!(house.refuses(declarant(), one, "use_guarantee", by(&tight)), ["FIN-018"], "a fen too little");
    let exact = house.guarantee(single(one, &owed.to_string()));
    // five working days
    assert_eq!(house.kept(&exact).1.decide_by.day.to_string(), "2026-03-09");
    assert_eq!(house.refuses(declarant(), two, "use_guarantee", by(&exact)), ["FIN-015"], "another's");
    let other = Command::LodgeGuarantee(general("900000.00"));
    let foreign = told(&house.accepted(stranger(), other).answer, "guarantee");
    house.accepted(release(), decided(&foreign, "accept", ""));
    for unknown in [&*foreign, "G22252026000099", "no\u{7}number"] {
        assert_eq!(house.refuses(declarant(), one, "use_guarantee", by(unknown)), ["CTL-060"], "{unknown:?}");
    }
    let transit = GuaranteeForm { cases: vec!["special_operation".to_owned()], ..general("900000.00") };
    let transit = house.guarantee(transit);
    assert_eq!(house.refuses(declarant(), one, "use_guarantee", by(&transit)), ["FIN-014"]);
    let tomorrow = "2026-03-03".parse().unwrap();
    let early = house.guarantee(GuaranteeForm { valid_from: tomorrow, ..general("900000.00") });
    assert_eq!(house.refuses(declarant(), one, "use_guarantee", by(&early)), ["FIN-013"]);
    house.takes(declarant(), one, "use_guarantee", by(&exact));
    assert_eq!(house.amounts(&exact)[..2], ["0.00".to_owned(), owed.to_string()]);
    assert_eq!(house.refused(declarant(), Command::GiveBackGuarantee(exact.clone())), ["FIN-019"]);
    house.sound();
}

#[test]
fn a_missing_licence_is_not_replaced_by_a_guarantee() {
    for (nature, codes) in [("licence", &["FIN-012"][..]), ("inspection", &[])] {
        let house = House::open_with(GREEN, conditioned(nature));
        let number = house.guarantee(general("100000.00"));
        let (entry, books) = house.lodged("B1");
        assert_eq!(house.state(entry), "held");
        let used = house.step(declarant(), entry, "use_guarantee", by(&number));
        let found: Vec<&str> = used.findings.iter().map(|f| f.code.as_str()).collect();
        assert_eq!(found, codes, "{nature}");
        assert_eq!(house.state(entry), "held", "whatever is guaranteed");
        house.pay(&books);
        assert_eq!(house.stand(&number).free, money("100000.00"));
        house.sound();
    }
}

#[test]
fn an_amendment_frees_what_it_cancels() {
    let house = House::open(GREEN);
    let number = house.guarantee(general("100000.00"));
    let (entry, _) = house.lodged("B1");
    house.takes(declarant(), entry, "use_guarantee", by(&number));
    house.takes(declarant(), entry, "request_amendment", with_total("B1", "9000"));
    assert_eq!(house.takes(release(), entry, "approve_amendment", note("同意")), "released");
    assert_eq!(house.stand(&number).free, money("100000.00"), "both books are cancelled");
    let (_, body) = house.body(entry);
    assert!(body.open_books().all(|b| b.guaranteed.is_none()), "none answers for a supplementary book");
    house.sound();
    house.accepted(actor(Role::Operator), goods_out("B1", 10, "1250.5"));
    let open = house.open_books(entry);
    house.pay(&open);
    assert_eq!(house.state(entry), "closed");
    house.sound();
}

#[test]
fn a_change_that_is_open_holds_a_guaranteed_declaration_and_a_paid_one() {
    let house = House::open(GREEN);
    let number = house.guarantee(general("100000.00"));
    let ((one, _), (two, books)) = (house.lodged("B1"), house.lodged("B2"));
    house.takes(declarant(), one, "request_withdrawal", note("申报错误"));
    assert_eq!(house.takes(declarant(), one, "use_guarantee", by(&number)), "green");
    assert_eq!(house.takes(release(), one, "approve_withdrawal", note("同意")), "withdrawn");
    assert_eq!(house.stand(&number).free, money("100000.00"));
    house.takes(declarant(), two, "request_withdrawal", note("申报错误"));
    house.pay(&books);
    assert_eq!(house.state(two), "green", "the decision comes first");
    assert_eq!(house.takes(release(), two, "refuse_change", note("理由不足")), "released");
    house.sound();
}

#[test]
fn a_guarantee_is_claimed_from_the_day_after_the_last_day_to_pay() {
    let house = House::open(GREEN);
    let number = house.guarantee(general("50000.00"));
    let (entry, books) = house.lodged("B1");
    house.takes(declarant(), entry, "use_guarantee", by(&number));
    let due = house.body(entry).1.books[0].due.day;
    assert_eq!(due.to_string(), "2026-03-17");
    house.on_day(14);
    assert_eq!(house.refuses(release(), entry, "claim_guarantee", note("")), ["CTL-067"], "the day before");
    // what is paid by the payer is not claimed
    house.pay(&books[..1]);
    house.on_day(15);
    assert_eq!(house.refuses(release(), entry, "claim_guarantee", note("")), ["CTL-067"], "the day");
    house.on_day(16);
    assert_eq!(house.refuses(declarant(), entry, "claim_guarantee", note("")), ["CAS-003"]);
    assert_eq!(house.takes(release(), entry, "claim_guarantee", note("")), "released", "the day after");
    let (_, body) = house.body(entry);
    assert!(body.open_books().next().is_none() && body.late_payment.is_empty());
    assert_eq!(body.books.iter().map(|b| b.claimed).collect::<Vec<_>>(), [false, true]);
    let claimed = money(&books[1].1);
    let left = money("50000.00").checked_sub(claimed).unwrap();
    let zero = "0.00".to_owned();
    assert_eq!(house.amounts(&number), [left.to_string(), zero.clone(), claimed.to_string(), zero.clone()]);
    assert_eq!(house.refuses(release(), entry, "claim_guarantee", note("")), ["CTL-067"], "once");
    // the bank's money for a claimed book is the payer's
    let late = house.accepted(actor(Role::Bank), settle(&books[1].0, &books[1].1));
    assert_eq!(told(&late.answer, "outcome"), "paid_twice");
    house.accepted(actor(Role::Operator), goods_out("B1", 10, "1250.5"));
    assert_eq!(house.state(entry), "closed");
    let answer = house.accepted(declarant(), Command::GiveBackGuarantee(number.clone())).answer;
    assert_eq!(told(&answer, "state"), "closed", "it was claimed: not given back whole");
    assert_eq!(house.amounts(&number), [zero.clone(), zero, claimed.to_string(), left.to_string()]);
    house.sound();
}

#[test]
fn a_claim_long_after_the_last_day_brings_the_surcharge() {
    let house = House::open(GREEN);
    let (entry, _) = house.lodged("B1");
    let owed = house.owed(entry);
    let number = house.guarantee(single(entry, &owed.to_string()));
    house.takes(declarant(), entry, "use_guarantee", by(&number));
    house.accepted(actor(Role::Operator), goods_out("B1", 10, "1250.5"));
    house.on_day(75);
    assert_eq!(house.takes(release(), entry, "claim_guarantee", note("")), "goods_out");
    assert_eq!(house.kept(&number).0, "closed", "nothing of it is left");
    let (_, body) = house.body(entry);
    assert_eq!(body.late_payment.len(), 2, "each tax alone");
    let open = house.open_books(entry);
    assert_eq!(open.len(), 2);
    house.sound();
    house.pay(&open);
    assert_eq!(house.state(entry), "closed");
    house.sound();
}

#[test]
fn a_surcharge_and_a_supplementary_book_have_numbers_of_their_own() {
    let house = House::open(GREEN);
    let (entry, books) = house.lodged("B1");
    house.takes(declarant(), entry, "request_amendment", with_total("B1", "9000"));
    house.on_day(75);
    house.pay(&books);
    house.takes(release(), entry, "approve_amendment", note("同意"));
    let numbers: Vec<String> = house.open_books(entry).into_iter().map(|(n, _)| n[19..].to_owned()).collect();
    assert_eq!(numbers, ["A02", "L02", "A03", "L03"]);
    house.sound();
}

/// What somebody tries; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Try {
    Lodge(usize),
    Use(usize, usize),
    Pay(usize, usize),
    Amend(usize, u32),
    Withdraw(usize),
    Decide(usize, bool),
    Claim(usize),
    GiveBack(usize),
    GoodsOut(usize),
    Days(i64),
    /// All that was sent is answered before the next.
    Wait,
}

fn tries() -> impl Strategy<Value = Try> {
    let (d, g) = (0..3_usize, 0..2_usize);
    prop_oneof![
        4 => d.clone().prop_map(Try::Lodge),
        8 => (d.clone(), g.clone()).prop_map(|(d, g)| Try::Use(d, g)),
        4 => (d.clone(), 0..4_usize).prop_map(|(d, n)| Try::Pay(d, n)),
        2 => (d.clone(), 7000..9000_u32).prop_map(|(d, total)| Try::Amend(d, total)),
        1 => d.clone().prop_map(Try::Withdraw),
        4 => (d.clone(), any::<bool>()).prop_map(|(d, yes)| Try::Decide(d, yes)),
        5 => d.clone().prop_map(Try::Claim),
        1 => g.prop_map(Try::GiveBack),
        2 => d.prop_map(Try::GoodsOut),
        3 => (4..18_i64).prop_map(Try::Days),
        8 => Just(Try::Wait),
    ]
}

/// Three declarations and two guarantees, and who tries what with them.
struct Trade {
    house: House,
    entries: [Option<EntryNumber>; 3],
    guarantees: [String; 2],
    waiting: Vec<(&'static str, Receiver<Result<Outcome, SubmitError>>)>,
    day: i64,
    /// How often each step was taken.
    taken: BTreeMap<&'static str, u32>,
}

const BILLS: [&str; 3] = ["B1", "B2", "B3"];

impl Trade {
    fn open() -> Trade {
        let house = House::open(GREEN);
        for number in BILLS {
            house.accepted(actor(Role::Carrier), bill(number));
        }
        // one declaration owes about 17,000: the first answers for one of them, the second for two
        let guarantees = [house.guarantee(general("25000.00")), house.guarantee(general("40000.00"))];
        let taken = BTreeMap::new();
        Trade { house, entries: [None; 3], guarantees, waiting: Vec::new(), day: 0, taken }
    }

    fn send(&mut self, what: &'static str, actor: Actor, command: Command) {
        self.waiting.push((what, self.house.later(actor, command)));
    }

    fn wait(&mut self) {
        for (what, answer) in std::mem::take(&mut self.waiting) {
            let outcome = answer.recv().unwrap().unwrap();
            let codes: Vec<&str> = outcome.findings.iter().map(|f| f.code.as_str()).collect();
            assert!(codes.iter().all(|code| !code.starts_with("ENG-")), "{what}: {codes:?}");
            if outcome.accepted {
                *self.taken.entry(what).or_default() += 1;
            }
        }
    }

    fn step(&mut self, d: usize, actor: Actor, step: &'static str, form: StepForm) {
        if let Some(entry) = self.entries[d] {
            self.send(step, actor, Command::TakeStep { entry, step: step.to_owned(), form: Box::new(form) });
        }
    }

    fn lodge(&mut self, d: usize) {
        let house = &self.house;
        let gone = self.entries[d].is_none_or(|entry| house.state(entry) == "withdrawn");
        if gone {
            let outcome = house.ask(declarant(), lodge(BILLS[d]));
            if outcome.accepted {
                self.entries[d] = Some(entry(&outcome.answer));
            }
        }
    }

    fn attempt(&mut self, one: &Try) {
        match *one {
            Try::Lodge(d) => self.lodge(d),
            Try::Use(d, g) => {
                let form = by(&self.guarantees[g]);
                self.step(d, declarant(), "use_guarantee", form);
            }
            Try::Pay(d, n) => {
                let Some(entry) = self.entries[d] else { return };
                let body = self.house.body(entry).1;
                if let Some(book) = body.books.iter().rev().nth(n) {
                    let settled = settle(&book.number, &book.amount.to_string());
                    self.send("pay", actor(Role::Bank), settled);
                }
            }
            Try::Amend(d, total) => {
                self.step(d, declarant(), "request_amendment", with_total(BILLS[d], &total.to_string()));
            }
            Try::Withdraw(d) => self.step(d, declarant(), "request_withdrawal", note("申报错误")),
            Try::Decide(d, true) => {
                self.step(d, release(), "approve_amendment", note("同意"));
                self.step(d, release(), "approve_withdrawal", note("同意"));
            }
            Try::Decide(d, false) => self.step(d, release(), "refuse_change", note("理由不足")),
            Try::Claim(d) => self.step(d, release(), "claim_guarantee", note("")),
            Try::GiveBack(g) => {
                let back = Command::GiveBackGuarantee(self.guarantees[g].clone());
                self.send("give_back", declarant(), back);
            }
            Try::GoodsOut(d) => {
                self.send("goods_out", actor(Role::Operator), goods_out(BILLS[d], 10, "1250.5"));
            }
            Try::Days(days) => {
                self.wait();
                self.day += days;
                self.house.on_day(self.day);
            }
            Try::Wait => self.wait(),
        }
    }
}

#[test]
fn no_interleaving_loses_or_overdraws_a_guarantee() {
    let config = Config { cases: 32, failure_persistence: None, ..Config::default() };
    let taken: RefCell<BTreeMap<&'static str, u32>> = RefCell::default();
    let tried = prop::collection::vec(tries(), 20..60);
    let run = TestRunner::new(config).run(&tried, |tried| {
        let mut trade = Trade::open();
        for d in 0..3 {
            trade.lodge(d);
        }
        for one in &tried {
            trade.attempt(one);
        }
        trade.wait();
        trade.house.sound();
        let floored =
            |class: &str| ["free", "reserved", "claimed", "returned"].iter().any(|c| class.ends_with(c));
        for (account, balance) in trade.house.balances() {
            let class = account.class();
            let below =
                (class == "duty_owed" || (class.starts_with("guarantee_") && floored(class))) && balance < 0;
            prop_assert!(!below, "{account} stands at {balance}");
        }
        for number in &trade.guarantees {
            let GuaranteeBalances { given, free, reserved, claimed, returned } = trade.house.stand(number);
            prop_assert_eq!(Money::sum([free, reserved, claimed, returned]), Some(given));
        }
        for (what, times) in trade.taken {
            *taken.borrow_mut().entry(what).or_default() += times;
        }
        trade.house.engine.stop();
        Ok(())
    });
    run.unwrap();
    // the interleavings are no interleavings of refusals
    for what in ["use_guarantee", "pay", "approve_amendment", "claim_guarantee", "give_back"] {
        assert!(taken.borrow().contains_key(what), "{what} was never taken: {:?}", taken.borrow());
    }
}
