//! Licences on the ledger: a condition is met by what is left on the licence that a declaration names, and
//! a missing one is never released.

mod support;

use customhouse_control::form::{Form, Part};
use customhouse_control::{
    Actor, Command, DeclarationRecord, LicenceForm, Post, Role, StepForm, declaration_key,
};
use customhouse_engine::{Engine, Outcome, PackFiles, verify};
use customhouse_kernel::values::{CommodityCode, CreditCode, EntryNumber, Exact, UnitCode};
use customhouse_storage::{Sim, SimDisk};
use support::*;

/// The small pack with conditions on vehicle lamps: certificate, nature, direction.
fn pack_with(conditions: &[(&str, &str, &str)]) -> PackFiles {
    let mut pack = small_pack();
    let table = pack.iter_mut().find(|(p, _)| p == "tables/conditions.csv").unwrap();
    for (certificate, nature, direction) in conditions {
        let row = format!("condition.test.{certificate},85122010,{certificate},{nature},{direction},,,,,\n");
        table.1.push_str(&row);
    }
    pack
}

struct House(Engine, std::cell::Cell<u32>);

impl House {
    /// Vehicle lamps need an import licence.
    fn open() -> House {
        House::open_with(&[("7", "licence", "import")])
    }

    fn open_with(conditions: &[(&str, &str, &str)]) -> House {
        let store = Box::new(Sim::open(&SimDisk::new(1)).unwrap());
        House(start_with(store, pack_with(conditions)).unwrap(), 0.into())
    }

    fn ask(&self, actor: Actor, command: Command) -> Outcome {
        appointed(&self.0, &actor, &command);
        self.1.set(self.1.get() + 1);
        let mut submission = submission(actor.role, &format!("k{}", self.1.get()), command);
        submission.actor = actor;
        self.0.submit_and_wait(submission).unwrap()
    }

    fn accepted(&self, actor: Actor, command: Command) -> Outcome {
        let outcome = self.ask(actor, command);
        assert!(outcome.accepted, "{:#?}", outcome.findings);
        outcome
    }

    fn record(&self, number: &str, change: impl FnOnce(&mut LicenceForm)) -> Outcome {
        let mut licence = LicenceForm {
            certificate: "7".to_owned(),
            number: number.to_owned(),
            holder: CreditCode::parse(&firm()).unwrap(),
            goods: CommodityCode::parse("851220").unwrap(),
            unit: UnitCode::parse("007").unwrap(),
            quantity: Exact::parse("150").unwrap(),
            uses: 2,
            valid_from: "2026-01-01".parse().unwrap(),
            valid_to: "2026-12-31".parse().unwrap(),
        };
        change(&mut licence);
        let head = Actor { posts: vec![Post::Head], ..actor(Role::Officer) };
        self.ask(head, Command::RecordLicence(licence))
    }

    /// Lodges 100 lamps under a licence; gives the entry, its state, and why its holds are open.
    fn lodge(&self, bill_number: &str, licence: Option<&str>) -> (EntryNumber, String, Vec<String>) {
        self.accepted(actor(Role::Carrier), bill(bill_number));
        let form = with_licence(form(bill_number), licence);
        let lodged = self.accepted(actor(Role::Declarant), Command::Lodge(Box::new(form)));
        let entry = entry(&lodged.answer);
        let (state, body) = self.body(entry);
        (entry, state, body.holds.iter().map(|h| h.why.clone()).collect())
    }

    fn body(&self, entry: EntryNumber) -> (String, DeclarationRecord) {
        let record = self.0.read(|r| r.record(&declaration_key(entry))).unwrap().unwrap();
        (record.state.clone(), record.read().unwrap())
    }

    fn step(&self, role: Role, posts: &[Post], entry: EntryNumber, step: &str, form: StepForm) -> String {
        let actor = Actor { posts: posts.to_vec(), ..actor(role) };
        let command = Command::TakeStep { entry, step: step.to_owned(), form: Box::new(form) };
        told(&self.accepted(actor, command).answer, "state")
    }

    /// What is left on a licence: pieces and uses.
    fn left(&self, number: &str) -> (i64, i64) {
        let balances = self.0.read(|r| r.balances(None, 1000)).unwrap();
        let of = |unit: &str| {
            let key = format!("7-{number}");
            let mut found = balances
                .iter()
                .filter(|(a, _)| a.class() == "licence_left" && a.key() == key && a.unit() == unit);
            found.next().map_or(0, |(_, n)| *n)
        };
        (of("quantity") / 100_000, of("uses"))
    }

    fn sound(&self) {
        let verified = self.0.read(|r| verify(r, &self.0.key_history(), &mut |_| {})).unwrap();
        assert_eq!(verified.findings, []);
    }
}

fn with_licence(mut form: Form, licence: Option<&str>) -> Form {
    if let Some(number) = licence {
        let document = form.add(Part::Document);
        assert!(document.set("code", "7") && document.set("number", number));
    }
    form
}

fn note(text: &str) -> StepForm {
    StepForm { note: text.to_owned(), ..StepForm::default() }
}

#[test]
fn a_licence_is_drawn_until_it_is_used_up() {
    let house = House::open();
    assert!(house.record("25-AA-000001", |_| {}).accepted);
    assert_eq!(house.left("25-AA-000001"), (150, 2));
    let (first, state, open) = house.lodge("BILL1", Some("25-AA-000001"));
    assert_eq!((state.as_str(), open.len()), ("green", 0));
    assert_eq!(house.left("25-AA-000001"), (50, 1));
    let (_, state, open) = house.lodge("BILL2", Some("25-AA-000001"));
    assert_eq!((state.as_str(), open), ("held", vec!["too_little".to_owned()]));
    // what is withdrawn comes back, and serves the next
    house.step(Role::Declarant, &[], first, "request_withdrawal", note("重复申报"));
    house.step(Role::Officer, &[Post::Release], first, "approve_withdrawal", note("同意"));
    assert_eq!(house.left("25-AA-000001"), (150, 2));
    let (_, state, _) = house.lodge("BILL3", Some("25-AA-000001"));
    assert_eq!(state, "green");
    house.sound();
}

#[test]
fn a_licence_that_does_not_fit_holds_with_its_reason() {
    let house = House::open();
    let other = CreditCode::complete("91990000MA0000009").unwrap();
    assert!(house.record("HOLDER", |l| l.holder = other).accepted);
    assert!(house.record("GOODS", |l| l.goods = CommodityCode::parse("8513").unwrap()).accepted);
    assert!(house.record("OVER", |l| l.valid_to = "2026-03-01".parse().unwrap()).accepted);
    assert!(house.record("TODAY", |l| l.valid_to = "2026-03-02".parse().unwrap()).accepted);
    assert!(house.record("TOMORROW", |l| l.valid_from = "2026-03-03".parse().unwrap()).accepted);
    assert!(house.record("UNIT", |l| l.unit = UnitCode::parse("054").unwrap()).accepted);
    assert!(
        house
            .record("ONCE", |l| {
                l.uses = 1;
                l.quantity = Exact::parse("1000").unwrap();
            })
            .accepted
    );
    house.lodge("USES-IT", Some("ONCE"));
    for (n, (licence, why)) in [
        (None, "not_declared"),
        (Some("NONE"), "unknown"),
        (Some("HOLDER"), "other_holder"),
        (Some("GOODS"), "other_goods"),
        (Some("OVER"), "not_valid"),
        (Some("TOMORROW"), "not_valid"),
        (Some("UNIT"), "other_unit"),
        (Some("ONCE"), "no_use_left"),
    ]
    .into_iter()
    .enumerate()
    {
        let (_, state, open) = house.lodge(&format!("B{n}"), licence);
        assert_eq!((state.as_str(), open), ("held", vec![why.to_owned()]), "{licence:?}");
    }
    let (_, state, _) = house.lodge("LAST-DAY", Some("TODAY"));
    assert_eq!(state, "green", "its last day still counts");
    house.sound();
}

#[test]
fn a_missing_licence_is_supplied_by_amendment_and_never_by_paying() {
    let house = House::open();
    assert!(house.record("25-AA-000001", |_| {}).accepted);
    let (entry, state, _) = house.lodge("BILL1", None);
    assert_eq!(state, "held");
    for book in house.body(entry).1.books {
        house.accepted(actor(Role::Bank), settle(&book.number, &book.amount.to_string()));
    }
    assert_eq!(house.body(entry).0, "held");
    let amended = StepForm {
        declaration: Some(Box::new(with_licence(form("BILL1"), Some("25-AA-000001")))),
        ..note("补充许可证")
    };
    house.step(Role::Declarant, &[], entry, "request_amendment", amended);
    let state = house.step(Role::Officer, &[Post::Release], entry, "approve_amendment", note("同意"));
    assert_eq!(state, "document_check", "an officer looks at what came late");
    assert_eq!(house.left("25-AA-000001"), (50, 1));
    let document = Actor { name: "doc".to_owned(), posts: vec![Post::DocumentCheck], ..actor(Role::Officer) };
    let command = Command::TakeStep { entry, step: "pass_documents".to_owned(), form: Box::default() };
    assert_eq!(told(&house.accepted(document, command).answer, "state"), "released");
    house.sound();
}

#[test]
fn what_is_recorded_is_checked() {
    let house = House::open();
    assert!(house.record("25-AA-000001", |_| {}).accepted);
    let code = |outcome: Outcome| outcome.findings[0].code.clone();
    assert_eq!(code(house.record("25-AA-000001", |_| {})), "CTL-052");
    assert_eq!(code(house.record("X1", |l| l.quantity = Exact::ZERO)), "CTL-051");
    assert_eq!(code(house.record("X2", |l| l.uses = 0)), "CTL-051");
    assert_eq!(code(house.record("X 3", |_| {})), "CTL-008");
    assert_eq!(code(house.record("X4", |l| l.certificate = "7-".to_owned())), "CTL-008");
    let clerk = Actor { posts: vec![Post::Release], ..actor(Role::Officer) };
    let licence = LicenceForm {
        certificate: "7".to_owned(),
        number: "X5".to_owned(),
        holder: CreditCode::parse(&firm()).unwrap(),
        goods: CommodityCode::parse("851220").unwrap(),
        unit: UnitCode::parse("007").unwrap(),
        quantity: Exact::parse("1").unwrap(),
        uses: 1,
        valid_from: "2026-01-01".parse().unwrap(),
        valid_to: "2026-12-31".parse().unwrap(),
    };
    assert_eq!(code(house.ask(clerk, Command::RecordLicence(licence))), "CTL-014");
}

#[test]
fn one_batch_or_as_many_uses_as_it_says() {
    for uses in [1, 2, 3] {
        let house = House::open();
        let large = Exact::parse("1000").unwrap();
        assert!(house.record("N", |l| (l.uses, l.quantity) = (uses, large)).accepted);
        for n in 1..=uses {
            let (_, state, open) = house.lodge(&format!("U{n}"), Some("N"));
            assert_eq!((state.as_str(), open.len()), ("green", 0), "use {n} of {uses}");
        }
        let (_, state, open) = house.lodge("MORE", Some("N"));
        assert_eq!((state.as_str(), open), ("held", vec!["no_use_left".to_owned()]));
        assert_eq!(house.left("N"), (1000 - 100 * i64::from(uses), 0), "pieces are left, uses are not");
        house.sound();
    }
}

#[test]
fn of_two_who_draw_the_last_use_at_once_one_is_held() {
    let house = House::open();
    assert!(house.record("LAST", |l| l.uses = 1).accepted);
    for number in ["L1", "L2"] {
        house.accepted(actor(Role::Carrier), bill(number));
    }
    let ask = |number: &str| {
        let command = Command::Lodge(Box::new(with_licence(form(number), Some("LAST"))));
        house.0.submit_later(submission(Role::Declarant, number, command))
    };
    let both = ["L1", "L2"].map(ask).map(|answer| answer.recv().unwrap().unwrap());
    let mut states = both.map(|outcome| told(&outcome.answer, "state"));
    states.sort();
    assert_eq!(states, ["green", "held"]);
    assert_eq!(house.left("LAST"), (50, 0), "never below its floor");
    house.sound();
}

/// Goods under statutory inspection are not covered yet: held with that reason, whatever is named, paid, or
/// looked at; each certificate of its own is needed besides.
#[test]
fn goods_under_statutory_inspection_are_held_and_never_released() {
    let house = House::open_with(&[("A", "inspection", "import"), ("7", "licence", "import")]);
    assert!(house.record("25-AA-000001", |_| {}).accepted);
    let natures = |entry| {
        let holds = house.body(entry).1.holds;
        holds.iter().map(|hold| (hold.certificate.clone(), hold.nature.clone())).collect::<Vec<_>>()
    };
    let inspection = || vec![("A".to_owned(), "inspection".to_owned())];
    let (entry, state, _) = house.lodge("BILL1", None);
    assert_eq!((state.as_str(), natures(entry).len()), ("held", 2), "both are open");
    let (entry, state, _) = house.lodge("BILL2", Some("25-AA-000001"));
    assert_eq!((state.as_str(), natures(entry)), ("held", inspection()), "the licence is there");
    for book in house.body(entry).1.books {
        house.accepted(actor(Role::Bank), settle(&book.number, &book.amount.to_string()));
    }
    assert_eq!(house.body(entry).0, "held", "paid");
    // a document of that name, and an officer's look, release nothing
    let mut named = with_licence(form("BILL2"), Some("25-AA-000001"));
    let document = named.add(Part::Document);
    assert!(document.set("code", "A") && document.set("number", "310000126000001"));
    let amended = StepForm { declaration: Some(Box::new(named)), ..note("补充检验检疫单证") };
    house.step(Role::Declarant, &[], entry, "request_amendment", amended);
    house.step(Role::Officer, &[Post::Release], entry, "approve_amendment", note("同意"));
    let (state, body) = house.body(entry);
    if state == "document_check" {
        let doc = Actor { name: "doc".to_owned(), posts: vec![Post::DocumentCheck], ..actor(Role::Officer) };
        let command = Command::TakeStep { entry, step: "pass_documents".to_owned(), form: Box::default() };
        house.accepted(doc, command);
    }
    assert_eq!((house.body(entry).0.as_str(), natures(entry)), ("held", inspection()));
    assert!(!body.timeline.iter().any(|m| m.state == "released"));
    // what is not released does not leave
    let out = house.ask(actor(Role::Operator), goods_out("BILL2", 10, "1250.5"));
    assert!(!out.accepted && out.findings.iter().any(|f| f.code == "LED-003"), "{:?}", out.findings);
    house.sound();
}
