//! A customs house for tests of procedures: an engine on a simulated disk, its officers, and what is said
//! with each step.

use super::*;
use customhouse_control::{
    DeclarationRecord, GuaranteeDecisionForm, GuaranteeForm, OnRoster, Post, Roster, SheetLine, StepForm,
    declaration_key,
};
use customhouse_engine::{Outcome, Verified, verify};
use customhouse_kernel::beats::Record;
use customhouse_kernel::ledger::AccountId;
use customhouse_storage::{Query, Sim, SimDisk};
use jiff::civil::Date;
use std::cell::Cell;
use std::collections::BTreeSet;

/// Throws that the sample pack's selection takes for document check, examination, neither.
pub const DOCUMENTS: u64 = 20;
pub const EXAMINATION: u64 = 10;
pub const GREEN: u64 = 7;
/// Who is on duty as an examiner.
pub const EXAMINERS: [&str; 4] = ["exam1", "exam2", "exam3", "exam4"];

pub struct House {
    pub engine: Engine,
    next: Cell<u32>,
}

pub fn officer(name: &str, post: Post) -> Actor {
    Actor { name: name.to_owned(), posts: vec![post], ..actor(Role::Officer) }
}

pub fn note(text: &str) -> StepForm {
    StepForm { note: text.to_owned(), ..StepForm::default() }
}

/// The whole declaration of a bill; of one in two steps, the second.
fn full(bill: &str) -> Form {
    let mut form = form(bill);
    if bill.starts_with(SUMMED) {
        form.head.set("declaration_kind", "  6");
    }
    form
}

/// The declaration of a bill with another price, and why.
pub fn amended(bill: &str, total: &str) -> StepForm {
    let mut form = full(bill);
    form.lines[0].set("total", total);
    form.lines[0].set("price", "1");
    StepForm { declaration: Some(Box::new(form)), ..note("单价录入错误") }
}

/// A findings sheet of the one line, with the quantity that was found if it differs.
pub fn sheet(found: Option<&str>) -> StepForm {
    let line = SheetLine { number: 1, quantity: found.and_then(Exact::parse), ..SheetLine::default() };
    StepForm { sheet: vec![line], ..note("查验记录") }
}

/// What is in form for a step.
pub fn content(step: &str, bill: &str, total: &str) -> StepForm {
    match step {
        "request_amendment" => amended(bill, total),
        "complete" => StepForm { declaration: Some(Box::new(full(bill))), ..note("") },
        "pass_examination" => sheet(None),
        "report_discrepancy" => sheet(Some("90")),
        "use_guarantee" => StepForm { guarantee: GUARANTEE.to_owned(), ..note("") },
        _ => note("说明"),
    }
}

/// The small pack, with an import licence asked for on vehicle lamps.
pub fn pack_with_condition() -> PackFiles {
    let mut pack = small_pack();
    let table = pack.iter_mut().find(|(path, _)| path == "tables/conditions.csv").unwrap();
    table.1.push_str("condition.test,85122010,7,licence,import,,,,,\n");
    pack
}

pub fn engine_on(disk: &SimDisk, dice: u64, pack: PackFiles) -> Engine {
    Engine::start(Settings {
        store: Box::new(Sim::open(disk).unwrap()),
        keys: KeyFile::of(key(), "2026-03-02T02:00:00Z"),
        pack: Some((pack, "embedded".to_owned())),
        sample: true,
        clock: Some(MONDAY),
        dice: Dice::Fixed(dice),
        outlets: BTreeMap::new(),
    })
    .unwrap()
}

/// The number of the first guarantee of a house.
pub const GUARANTEE: &str = "G22252026000001";

/// A general guarantee with more than a house ever needs.
pub fn guarantee() -> GuaranteeForm {
    GuaranteeForm {
        office: OfficeCode::parse("2225").unwrap(),
        kind: "general".to_owned(),
        entry_number: String::new(),
        means: "bank_letter".to_owned(),
        guarantor: "示例银行".to_owned(),
        amount: Exact::parse("90000000.00").unwrap(),
        valid_from: "2026-03-02".parse().unwrap(),
        valid_to: "2027-03-01".parse().unwrap(),
        cases: vec!["early_release".to_owned()],
    }
}

/// Customs accepts the first guarantee of a house.
pub fn accept_guarantee() -> Command {
    let form = GuaranteeDecisionForm { decision: "accept".to_owned(), note: String::new() };
    Command::DecideGuarantee { number: GUARANTEE.to_owned(), form }
}

pub fn roster() -> Roster {
    let on =
        |name: &str, post| OnRoster { name: name.to_owned(), posts: BTreeSet::from([post]), on_duty: true };
    let mut officers: Vec<_> = EXAMINERS.iter().map(|name| on(name, Post::Examination)).collect();
    officers.push(on("doc1", Post::DocumentCheck));
    Roster { office: OfficeCode::parse("2225").unwrap(), officers }
}

impl House {
    /// A new house with its roster set.
    pub fn open(dice: u64, pack: PackFiles) -> House {
        let house = House { engine: engine_on(&SimDisk::new(dice), dice, pack), next: 0.into() };
        house.accepted(officer("head", Post::Head), Command::SetRoster(roster()));
        house.accepted(actor(Role::Declarant), Command::LodgeGuarantee(guarantee()));
        house.accepted(officer("rel1", Post::Release), accept_guarantee());
        house
    }

    /// A submission under a key that nothing else has.
    pub fn submission(&self, actor: Actor, command: Command) -> Submission {
        appointed(&self.engine, &actor, &command);
        self.next.set(self.next.get() + 1);
        Submission {
            actor: actor.clone(),
            ..submission(actor.role, &format!("k{}", self.next.get()), command)
        }
    }

    pub fn ask(&self, actor: Actor, command: Command) -> Outcome {
        self.engine.submit_and_wait(self.submission(actor, command)).unwrap()
    }

    pub fn accepted(&self, actor: Actor, command: Command) -> Outcome {
        let kind = format!("{command:?}").chars().take(80).collect::<String>();
        let outcome = self.ask(actor, command);
        assert!(outcome.accepted, "{kind}: {:#?}", outcome.findings);
        outcome
    }

    pub fn lodged(&self, number: &str) -> EntryNumber {
        self.accepted(actor(Role::Carrier), bill(number));
        entry(&self.accepted(actor(Role::Declarant), lodge(number)).answer)
    }

    /// A new declaration brought to where commands lead: `pay`, `out`, or who takes which step.
    pub fn brought(&self, path: &[&str], bill: &str) -> EntryNumber {
        let entry = self.lodged(bill);
        for command in path {
            match command.split_once(' ') {
                None if *command == "pay" => self.pay(entry),
                // the bill's number says it
                None if *command == "ahead" => assert!(bill.starts_with(AHEAD)),
                None if *command == "sum" => assert!(bill.starts_with(SUMMED)),
                None => drop(self.accepted(actor(Role::Operator), goods_out(bill, 10, "1250.5"))),
                Some((who, step)) => {
                    self.takes(self.who(who, entry), entry, step, content(step, bill, "9000"));
                }
            }
        }
        entry
    }

    /// Somebody by a short name; `exam` is the first examiner drawn.
    pub fn who(&self, name: &str, entry: EntryNumber) -> Actor {
        match name {
            "firm" => actor(Role::Declarant),
            "doc" => officer("doc1", Post::DocumentCheck),
            "rel" => officer("rel1", Post::Release),
            _ => officer(&self.body(entry).examinations.last().unwrap().officers[0], Post::Examination),
        }
    }

    /// Refused with these codes, and nothing has changed.
    pub fn refused(&self, by: Actor, command: Command, expected: &[&str], why: &str) -> Outcome {
        let before = self.everything();
        let outcome = self.ask(by, command);
        assert!(!outcome.accepted, "{why}: it was accepted");
        assert_eq!(codes(&outcome), expected, "{why}: {:#?}", outcome.findings);
        assert_eq!(self.everything(), before, "{why}: a refusal changes nothing");
        outcome
    }

    /// The clock moves on; what has fallen due of a kind is worked off as the program's own clerk does it, under
    /// its keys, in so many rounds at most.
    pub fn goes_on(
        &self,
        utc_micros: i64,
        (kind, rounds): (&str, usize),
        asks: impl Fn(&Record, Date) -> Command,
    ) {
        self.engine.set_clock(utc_micros).unwrap();
        let today = self.engine.now().day();
        // what keeps its day is asked for once, as the clerk does
        let mut done = BTreeSet::new();
        for round in 0.. {
            assert!(round < rounds, "a deadline that fell comes back for ever");
            let query =
                Query { kind: kind.to_owned(), due_before: Some(today), limit: 100, ..Query::default() };
            let mut fallen = self.engine.read(|r| r.records(&query)).unwrap();
            fallen.retain(|record| done.insert((record.key.clone(), record.due)));
            if fallen.is_empty() {
                return;
            }
            for record in fallen {
                let due = record.due.unwrap();
                let key = format!("due/{}/{due}", record.key);
                let bytes = key.clone().into_bytes();
                let sent = Sent { media_type: "text/plain".to_owned(), bytes, keep: false };
                let command = asks(&record, due);
                let fall =
                    Submission { key, sent, actor: Actor::system(), ..submission(Role::System, "", command) };
                assert!(self.engine.submit_and_wait(fall).unwrap().accepted);
            }
        }
    }

    pub fn record(&self, entry: EntryNumber) -> Record {
        self.engine.read(|r| r.record(&declaration_key(entry))).unwrap().unwrap()
    }

    pub fn state(&self, entry: EntryNumber) -> String {
        self.record(entry).state
    }

    pub fn body(&self, entry: EntryNumber) -> DeclarationRecord {
        self.record(entry).read().unwrap()
    }

    pub fn balances(&self) -> Vec<(AccountId, i64)> {
        self.engine.read(|r| r.balances(None, 10_000)).unwrap()
    }

    /// Every record and every balance.
    pub fn everything(&self) -> (Vec<Record>, Vec<(AccountId, i64)>) {
        let records = self.engine.read(|reader| {
            // who was appointed for a test is not what the test is about
            let kinds =
                reader.kinds()?.into_keys().filter(|kind| !["officer", "office_heads"].contains(&&**kind));
            let all = |kind| Query { kind, limit: 10_000, ..Query::default() };
            kinds.map(|kind| reader.records(&all(kind))).collect::<Result<Vec<_>, _>>()
        });
        (records.unwrap().concat(), self.balances())
    }

    pub fn take(&self, actor: Actor, entry: EntryNumber, step: &str, form: StepForm) -> Outcome {
        self.ask(actor, take(entry, step, form))
    }

    pub fn takes(&self, actor: Actor, entry: EntryNumber, step: &str, form: StepForm) {
        let outcome = self.take(actor, entry, step, form);
        assert!(outcome.accepted, "{step}: {:#?}", outcome.findings);
    }

    /// The bank settles every open book.
    pub fn pay(&self, entry: EntryNumber) {
        for book in self.body(entry).open_books() {
            self.accepted(actor(Role::Bank), settle(&book.number, &book.amount.to_string()));
        }
    }

    /// `verify` finds nothing; gives what it looked at.
    pub fn sound(&self) -> Verified {
        let verified = self.engine.read(|r| verify(r, &self.engine.key_history(), &mut |_| {})).unwrap();
        assert_eq!(verified.findings, []);
        verified
    }
}

pub fn take(entry: EntryNumber, step: &str, form: StepForm) -> Command {
    Command::TakeStep { entry, step: step.to_owned(), form: Box::new(form) }
}

/// The codes of the errors of a refusal.
pub fn codes(outcome: &Outcome) -> Vec<String> {
    outcome.findings.iter().filter(|f| f.is_error()).map(|f| f.code.clone()).collect()
}
