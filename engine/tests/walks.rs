//! Random walks over the procedure: whatever comes, in whatever order, the invariants hold. A walk is its
//! seed; `CUSTOMHOUSE_WALKS` says how many (from seed `CUSTOMHOUSE_WALK_SEED`, or 1), few by default.

#![allow(clippy::disallowed_methods)] // tests are shell

mod support;

use customhouse_control::form::Part;
use customhouse_control::{
    Actor, AuthorisationForm, BillRecord, Command, DeclarationRecord, EntryReport, GoodsOut, InName,
    LicenceForm, OnRoster, Post, Role, Roster, Scope, SheetLine, StepForm, declaration_key,
};
use customhouse_engine::{Engine, Outcome, PackFiles, Sent, Submission, verify};
use customhouse_finance::{LATE_PAYMENT, PaymentBook};
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::values::{CommodityCode, CreditCode, EntryNumber, Exact, OfficeCode, UnitCode};
use customhouse_storage::{Query, SimDisk};
use std::collections::{BTreeMap, BTreeSet};
use support::file::*;
use support::house::*;
use support::*;

/// Commands of one walk, and after how many of them the whole database is checked.
const COMMANDS: usize = 200;
const CHECKED_EVERY: usize = 20;
const DAY: i64 = 86_400_000_000;
const BILLS: [&str; 5] = ["WALK1", "WALK2", "WALK3", "AHEAD1", "SUM1"];

/// Even numbers from a seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn of<T: Clone>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())].clone()
    }

    /// So many times in a hundred.
    fn percent(&mut self, n: usize) -> bool {
        self.below(100) < n
    }
}

/// One walk.
struct Walk {
    seed: u64,
    chance: Chance,
    steps: Vec<FileStep>,
    disk: SimDisk,
    pack: PackFiles,
    engine: Option<Engine>,
    /// Keys and references given out.
    next: u32,
    declared: Vec<EntryNumber>,
    /// What was submitted last, to be sent again.
    last: Option<Submission>,
    met: Met,
}

impl Drop for Walk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the walk of seed {}: CUSTOMHOUSE_WALKS=1 CUSTOMHOUSE_WALK_SEED={0}", self.seed);
        }
        if let Some(engine) = &self.engine {
            engine.stop();
        }
    }
}

fn broker() -> CreditCode {
    CreditCode::complete("91990000MA0000077").unwrap()
}

fn firm_of(party: &str) -> Actor {
    Actor { party: party.to_owned(), name: format!("of {party}"), ..actor(Role::Declarant) }
}

impl Walk {
    fn begin(seed: u64) -> Walk {
        let mut chance = Chance(seed);
        let pack = if chance.percent(50) { pack_with_condition() } else { small_pack() };
        let disk = SimDisk::new(seed);
        let dice = chance.of(&[GREEN, DOCUMENTS, EXAMINATION]);
        let engine = Some(engine_on(&disk, dice, pack.clone()));
        let (_, steps) = read_file();
        let mut walk = Walk {
            seed,
            chance,
            steps,
            disk,
            pack,
            engine,
            next: 0,
            declared: Vec::new(),
            last: None,
            met: Met::default(),
        };
        walk.ask(officer("head", Post::Head), Command::SetRoster(roster()));
        walk.ask(officer("head", Post::Head), Command::RecordLicence(licence("L1", "250", 3)));
        walk.ask(actor(Role::Declarant), Command::LodgeGuarantee(guarantee()));
        walk.ask(officer("rel9", Post::Release), accept_guarantee());
        for number in BILLS {
            walk.ask(actor(Role::Carrier), bill(number));
        }
        walk
    }

    /// Goes its way; gives what happened.
    fn run(mut self) -> Met {
        for n in 1..=COMMANDS {
            match self.chance.below(100) {
                0..3 => self.restart(),
                3..9 => self.another_day(),
                9..17 => self.at_once(),
                17..21 => self.again(),
                _ => {
                    let (by, command) = self.any();
                    self.ask(by, command);
                }
            }
            self.cases_hold();
            if n % CHECKED_EVERY == 0 {
                self.all_holds();
            }
        }
        std::mem::take(&mut self.met)
    }

    fn engine(&self) -> &Engine {
        self.engine.as_ref().expect("it is gone only while it starts again")
    }

    fn submission(&mut self, by: Actor, command: Command) -> Submission {
        appointed(self.engine(), &by, &command);
        self.next += 1;
        Submission { actor: by.clone(), ..submission(by.role, &format!("w{}", self.next), command) }
    }

    fn ask(&mut self, by: Actor, command: Command) -> Outcome {
        let submission = self.submission(by, command);
        let outcome = self.engine().submit_and_wait(submission.clone()).unwrap();
        self.seen(&submission, &outcome);
        self.last = Some(submission);
        outcome
    }

    fn seen(&mut self, submission: &Submission, outcome: &Outcome) {
        let kind = submission.command.kind();
        if outcome.accepted && kind == "declaration.lodged" && !outcome.repeated {
            self.declared.push(entry(&outcome.answer));
        }
        *self.met.answers.entry((kind.to_owned(), outcome.accepted)).or_default() += 1;
    }

    /// The engine stops and starts again on the same disk; the dice fall otherwise from now on.
    fn restart(&mut self) {
        self.engine().stop();
        let dice = self.chance.of(&[GREEN, DOCUMENTS, EXAMINATION]);
        // the old one lets go of the disk before the new one opens it
        self.engine = None;
        self.engine = Some(engine_on(&self.disk, dice, self.pack.clone()));
    }

    /// Days go by; what falls due is worked off, once and completely.
    fn another_day(&mut self) {
        let days = self.chance.of(&[1, 1, 2, 4, 9]);
        self.engine().set_clock(self.engine().now().utc_micros + days * DAY).unwrap();
        let today = self.engine().now().day();
        for round in 0.. {
            assert!(round < 50, "a deadline that fell comes back for ever");
            let query = Query {
                kind: "declaration".to_owned(),
                due_before: Some(today),
                limit: 100,
                ..Query::default()
            };
            let fallen = self.engine().read(|r| r.records(&query)).unwrap();
            // a change that nobody decided on keeps its day, and so does a summary that nobody completed
            let ahead = |record: &Record| {
                let body: DeclarationRecord = record.read().unwrap();
                body.worked_off.is_none_or(|last| record.due > Some(last))
            };
            let fallen: Vec<Record> = fallen.into_iter().filter(ahead).collect();
            for record in &fallen {
                self.fall(record);
            }
            if fallen.is_empty() {
                break;
            }
        }
    }

    /// As the program's own clerk does it, under the same key: one of both has the effect.
    fn fall(&mut self, record: &Record) {
        let (entry, due) = (EntryNumber::parse(&record.key.id).unwrap(), record.due.unwrap());
        let key = format!("due/{}/{due}", record.key);
        let command = Command::FallDue { entry, due };
        let sent = Sent { media_type: "text/plain".to_owned(), bytes: key.clone().into_bytes(), keep: false };
        let submission =
            Submission { key, sent, actor: Actor::system(), ..submission(Role::System, "", command) };
        let outcome = self.engine().submit_and_wait(submission.clone()).unwrap();
        assert!(outcome.accepted, "{} was due on {due}: {:?}", record.key, outcome.findings);
        self.seen(&submission, &outcome);
    }

    /// A few commands in one batch.
    fn at_once(&mut self) {
        let some: Vec<_> = (0..2 + self.chance.below(3)).map(|_| self.any()).collect();
        let some: Vec<_> = some.into_iter().map(|(by, command)| self.submission(by, command)).collect();
        let waiting: Vec<_> = some.iter().map(|one| self.engine().submit_later(one.clone())).collect();
        for (one, answer) in some.iter().zip(waiting) {
            let outcome = answer.recv().unwrap().unwrap();
            self.seen(one, &outcome);
        }
    }

    /// What was submitted last comes again: the same answer and no second effect.
    fn again(&mut self) {
        let Some(last) = self.last.clone() else { return };
        let records = |walk: &Walk| walk.declared.iter().map(|e| walk.record(*e)).collect::<Vec<_>>();
        let before = records(self);
        let outcome = self.engine().submit_and_wait(last).unwrap();
        assert!(outcome.repeated);
        assert_eq!(records(self), before, "a repeat wrote something");
    }

    /// Any command by anybody, more often one that can come to something.
    fn any(&mut self) -> (Actor, Command) {
        let Some((entry, record)) = self.some_declaration() else { return self.lodging() };
        let body: DeclarationRecord = record.read().unwrap();
        if record.state == "released" && self.chance.percent(20) {
            return self.goods(&body);
        }
        match self.chance.below(100) {
            0..8 => self.lodging(),
            8..62 => self.step(entry, &record.state, &body),
            62..80 => self.settlement(&body),
            80..84 => (self.somebody(), Command::OrderPayment(entry)),
            84..90 => self.goods(&body),
            90..92 => (officer("head", Post::Head), Command::SetRoster(self.shift())),
            92..95 => self.authorisation(),
            95..96 => self.entry_reported(),
            96..97 => {
                let number = self.chance.of(&["L1", "L2", "L3"]);
                (officer("head", Post::Head), Command::RecordLicence(licence(number, "100", 1)))
            }
            97..98 => (actor(Role::Carrier), bill(self.chance.of(&BILLS))),
            _ => {
                let due = self.engine().now().day();
                (self.chance.of(&[Actor::system(), actor(Role::Declarant)]), Command::FallDue { entry, due })
            }
        }
    }

    /// The carrier reports entry of the bill that was filed ahead, corrects it, or mistakes a day.
    fn entry_reported(&mut self) -> (Actor, Command) {
        let key = RecordKey::new("bill", format!("2225-{}", BILLS[3]));
        let bill = self.engine().read(|r| r.record(&key)).unwrap().and_then(|r| r.read::<BillRecord>());
        let (today, reported) = (self.engine().now().day(), bill.and_then(|b| b.entered));
        let days = [
            today,
            today,
            "2026-03-10".parse().unwrap(),
            today.yesterday().unwrap(),
            today.tomorrow().unwrap(),
        ];
        let report = EntryReport {
            office: OfficeCode::parse("2225").unwrap(),
            bill: self.chance.of(&[BILLS[3], BILLS[3], BILLS[3], BILLS[0]]).to_owned(),
            entered: self.chance.of(&days),
            corrects: if self.chance.percent(90) { reported } else { None },
        };
        (actor(Role::Carrier), Command::ReportEntry(report))
    }

    fn some_declaration(&mut self) -> Option<(EntryNumber, Record)> {
        if self.declared.is_empty() {
            return None;
        }
        let any = self.chance.of(&self.declared);
        // more often one that is not at its end
        let again = self.chance.of(&self.declared);
        let ended = |record: &Record| ["closed", "withdrawn"].contains(&record.state.as_str());
        let record = self.record(any);
        Some(if ended(&record) { (again, self.record(again)) } else { (any, record) })
    }

    fn record(&self, entry: EntryNumber) -> Record {
        self.engine().read(|r| r.record(&declaration_key(entry))).unwrap().unwrap()
    }

    fn somebody(&mut self) -> Actor {
        let others =
            [actor(Role::Bank), actor(Role::Operator), actor(Role::Officer), firm_of(broker().as_str())];
        if self.chance.percent(75) { actor(Role::Declarant) } else { self.chance.of(&others) }
    }

    fn lodging(&mut self) -> (Actor, Command) {
        let mut form = form(self.chance.of(&BILLS));
        if self.chance.percent(60) {
            let number = self.chance.of(&["L1", "L1", "L2", "L3"]);
            let document = form.add(Part::Document);
            assert!(document.set("code", "7") && document.set("number", number));
        }
        if self.chance.percent(10) {
            form.lines[0].set("total", "-1");
        }
        // now and then under aggregate payment, with its guarantee or without
        if self.chance.percent(30) {
            form.head.set("declaration_kind", "CL");
            form.head.set("guarantee", self.chance.of(&[GUARANTEE, GUARANTEE, "", "G22252026000009"]));
        }
        if !self.chance.percent(30) {
            return (actor(Role::Declarant), Command::Lodge(Box::new(form)));
        }
        let broker = broker();
        for (name, value) in [
            ("agent.credit_code", broker.as_str()),
            ("agent.customs_code", "9999980001"),
            ("agent.name", "示例报关行"),
        ] {
            assert!(form.head.set(name, value));
        }
        (firm_of(broker.as_str()), Command::Lodge(Box::new(form)))
    }

    fn step(&mut self, entry: EntryNumber, state: &str, body: &DeclarationRecord) -> (Actor, Command) {
        let leaving: Vec<usize> =
            (0..self.steps.len()).filter(|n| self.steps[*n].from.iter().any(|from| from == state)).collect();
        let all: Vec<usize> = (0..self.steps.len()).collect();
        let likely = !leaving.is_empty() && self.chance.percent(90);
        let n = self.chance.of(if likely { &leaving } else { &all });
        let (id, taker) = (self.steps[n].id.clone(), self.chance.of(&self.steps[n].takers));
        let by = self.taker(&taker, body);
        let mut form = self.content(&id, &body.bill);
        if self.chance.percent(10) {
            self.spoil(&mut form);
        }
        (by, take(entry, &id, form))
    }

    /// Who a procedure's taker is; now and then somebody else.
    fn taker(&mut self, taker: &str, body: &DeclarationRecord) -> Actor {
        let drawn = body.examinations.last().map(|e| e.officers.clone()).unwrap_or_default();
        let post =
            if self.chance.percent(90) { Post::parse(taker) } else { Some(self.chance.of(&Post::ALL)) };
        match post {
            Some(Post::Examination) if !drawn.is_empty() && self.chance.percent(80) => {
                officer(&self.chance.of(&drawn), Post::Examination)
            }
            Some(post) => {
                // most officers keep to their post, some try another
                let number = 1 + self.chance.below(2);
                let of = if self.chance.percent(90) { post } else { self.chance.of(&Post::ALL) };
                officer(&format!("{}{number}", &of.name()[..3]), post)
            }
            None if taker == "declarant" => self.somebody(),
            None => self.chance.of(&[actor(Role::Bank), actor(Role::Operator), Actor::system()]),
        }
    }

    fn content(&mut self, step: &str, bill: &str) -> StepForm {
        let total = self.chance.of(&["7000", "8000", "8500", "9000", "20000"]);
        let bill = bill.split_once('-').map_or(bill, |(_, number)| number);
        let mut form = content(step, bill, total);
        if let Some(declaration) = form.declaration.as_mut().filter(|_| self.chance.percent(70)) {
            let document = declaration.add(Part::Document);
            assert!(document.set("code", "7") && document.set("number", self.chance.of(&["L1", "L2"])));
        }
        if let Some(declaration) = form.declaration.as_mut().filter(|_| self.chance.percent(40)) {
            declaration.head.set("declaration_kind", "CL");
            declaration.head.set("guarantee", GUARANTEE);
        }
        form
    }

    fn spoil(&mut self, form: &mut StepForm) {
        match self.chance.below(4) {
            0 => form.note = " ".to_owned(),
            1 => form.note = "长".repeat(2001),
            2 => form.sheet.push(SheetLine { number: 7, ..SheetLine::default() }),
            _ => form.declaration = None,
        }
    }

    /// What the bank may say: the right amount, another, for a book that is paid or is none.
    fn settlement(&mut self, body: &DeclarationRecord) -> (Actor, Command) {
        // a summary has no books
        if body.books.is_empty() {
            return self.lodging();
        }
        let open: Vec<_> = body.open_books().collect();
        let likely = !open.is_empty() && self.chance.percent(80);
        let books: Vec<_> = if likely { open } else { body.books.iter().collect() };
        let book = self.chance.of(&books);
        let amount = if self.chance.percent(85) { book.amount.to_string() } else { "1.00".to_owned() };
        let number = if self.chance.percent(96) { book.number.clone() } else { "nobody's".to_owned() };
        // few references: some come twice, for another payment
        let reference = format!("R{}-{}", self.seed, self.chance.below(400));
        let mut command = settle_as(&number, &amount, &reference);
        if let (Command::Settle(settlement), Some(order)) = (&mut command, body.open_orders.last()) {
            settlement.order.clone_from(order);
        }
        let by = if self.chance.percent(97) { actor(Role::Bank) } else { self.somebody() };
        (by, command)
    }

    fn goods(&mut self, body: &DeclarationRecord) -> (Actor, Command) {
        let number = body.bill.split_once('-').map_or("", |(_, number)| number);
        let part = [(10, "1250.5"), (10, "1250.5"), (5, "625.25"), (5, "625.25"), (1, "1250.5"), (11, "1")];
        let (packages, gross) = self.chance.of(&part);
        let Command::ReportGoodsOut(out) = goods_out(number, packages, gross) else { unreachable!() };
        let office = if self.chance.percent(95) { out.office } else { OfficeCode::parse("2248").unwrap() };
        (actor(Role::Operator), Command::ReportGoodsOut(GoodsOut { office, ..out }))
    }

    /// Some of the examiners are on duty.
    fn shift(&mut self) -> Roster {
        let mut roster = roster();
        for officer in &mut roster.officers {
            officer.on_duty = self.chance.percent(85);
        }
        if self.chance.percent(10) {
            let twice: OnRoster = roster.officers[0].clone();
            roster.officers.push(twice);
        }
        roster
    }

    fn authorisation(&mut self) -> (Actor, Command) {
        let today = self.engine().now().day();
        let form = AuthorisationForm {
            agent: broker(),
            scope: self.chance.of(&[Scope::Import, Scope::Both, Scope::Export]),
            office: self.chance.of(&[None, OfficeCode::parse("2225"), OfficeCode::parse("2248")]),
            in_name: InName::Client,
            valid_from: today,
            valid_to: "2027-03-01".parse().unwrap(),
        };
        let command = match self.chance.percent(70) {
            true => Command::GrantAuthorisation(form),
            false => Command::RevokeAuthorisation(broker()),
        };
        (actor(Role::Declarant), command)
    }

    /// What holds of every declaration after every command.
    fn cases_hold(&mut self) {
        for entry in self.declared.clone() {
            let record = self.record(entry);
            let body: DeclarationRecord = record.read().unwrap();
            case_holds(&record, &body);
            self.met.states.insert(record.state);
        }
    }

    /// What holds of the whole database; every declaration was assessed again.
    fn all_holds(&mut self) {
        let verified = self.engine().read(|r| verify(r, &self.engine().key_history(), &mut |_| {})).unwrap();
        assert_eq!(verified.findings, []);
        assert_eq!(verified.declarations, self.declared.len() as u64, "some were not looked at");
    }
}

fn licence(number: &str, quantity: &str, uses: u32) -> LicenceForm {
    LicenceForm {
        certificate: "7".to_owned(),
        number: number.to_owned(),
        holder: CreditCode::parse(&firm()).unwrap(),
        goods: CommodityCode::parse("851220").unwrap(),
        unit: UnitCode::parse("007").unwrap(),
        quantity: Exact::parse(quantity).unwrap(),
        uses,
        valid_from: "2026-01-01".parse().unwrap(),
        valid_to: "2026-12-31".parse().unwrap(),
    }
}

fn case_holds(record: &Record, body: &DeclarationRecord) {
    let (place, state) = (&record.key, record.state.as_str());
    assert!(!PASSED_THROUGH.contains(&state), "{place} is stuck in {state}");
    let mut posts = BTreeMap::<&str, BTreeSet<Post>>::new();
    for milestone in body.timeline.iter().filter(|m| !m.by.is_empty()) {
        posts.entry(&milestone.by).or_default().extend(milestone.post);
    }
    assert!(posts.values().all(|posts| posts.len() < 2), "{place}: somebody acted in two posts: {posts:?}");
    let numbers: BTreeSet<&str> = body.books.iter().map(|b| b.number.as_str()).collect();
    assert_eq!(numbers.len(), body.books.len(), "{place}: two books of one number");
    let open = body.open_books().any(|book| book.guaranteed.is_none());
    let released = body.timeline.iter().position(|m| ["release", "release_on_summary"].contains(&&*m.step));
    let after = ["released", "goods_out", "closed", "summary_released", "picked_up"];
    // only what was released on a summary is withdrawn after release
    let withdrawn = state == "withdrawn" && body.two_step.is_some();
    assert!(withdrawn || released.is_some() == after.contains(&state), "{place}: {state}");
    if let Some(released) = released {
        assert!(body.holds.is_empty(), "{place}: released with an open condition");
        let moved = ["approve_amendment", "report_entry_meanwhile"];
        let amended = body.timeline[released..].iter().any(|m| moved.contains(&&*m.step));
        assert!(body.advance.as_ref().is_none_or(|a| a.entered.is_some()), "{place}: released before entry");
        // what lateness adds to a tax that is paid after release comes after it
        let unsettled = |book: &PaymentBook| book.guaranteed.is_none() && book.charge != LATE_PAYMENT;
        assert!(
            amended || body.two_step.is_some() || !body.open_books().any(unsettled),
            "{place}: released with an open book"
        );
    }
    if state == "withdrawn" {
        assert!(!open && body.draws.is_empty(), "{place}: something is left of what was withdrawn");
    }
    if let Some(two) = body.open_summary() {
        assert!(body.books.is_empty() && body.document_version == 0, "{place}: a summary owes something");
        assert!(state != "withdrawn" || two.reserved.is_zero(), "{place}: something is still reserved");
    }
    if state == "closed" {
        assert!(body.open_summary().is_none(), "{place}: closed without a full declaration");
        assert!(!open && body.change.is_none(), "{place}: closed with something open");
    }
}

/// What walks met.
#[derive(Default)]
struct Met {
    /// Kind of a command, and whether it was accepted: how often.
    answers: BTreeMap<(String, bool), usize>,
    states: BTreeSet<String>,
}

impl Met {
    fn with(mut self, other: Met) -> Met {
        for (what, n) in other.answers {
            *self.answers.entry(what).or_default() += n;
        }
        self.states.extend(other.states);
        self
    }
}

fn walked(seeds: impl Iterator<Item = u64>) -> Met {
    seeds.map(|seed| Walk::begin(seed).run()).fold(Met::default(), Met::with)
}

#[test]
fn random_walks_keep_every_invariant() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let walks = number("CUSTOMHOUSE_WALKS").unwrap_or(6);
    let first = number("CUSTOMHOUSE_WALK_SEED").unwrap_or(1);
    // two at a time
    let half = |odd: u64| walked((first..first + walks).filter(move |seed| seed % 2 == odd));
    let met = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        half(0).with(other.join().expect("the walk's own thread has said why"))
    });
    println!("{walks} walks of {COMMANDS} from seed {first}; states {:?}", met.states);
    for ((kind, accepted), n) in met.answers {
        println!("{kind} {}: {n}", if accepted { "accepted" } else { "refused" });
    }
}
