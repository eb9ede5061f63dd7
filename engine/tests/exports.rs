//! Exports through the engine: from the pre-loading manifest to departure, shut-outs, and what is refused.

mod support;

use customhouse_control::form::Form;
use customhouse_control::{
    Actor, BillForm, BillRecord, Command, DeclarationRecord, DeclarationVersion, Departure, GoodsMoved, Post,
    Role, ShutOut, StepForm, bill_key, declaration_key, version_key,
};
use customhouse_engine::{Dice, Engine, KeyFile, Outcome, PackFiles, Settings, StartError, verify};
use customhouse_kernel::values::{Direction, EntryNumber, Exact, OfficeCode};
use customhouse_storage::{Batch, Sim, SimDisk, Store};
use jiff::civil::DateTime;
use std::collections::BTreeMap;
use support::*;

/// A throw that goes to the green channel, and one that goes to document check.
const GREEN: u64 = 7;
const DOCUMENTS: u64 = 20;
const HOUR: i64 = 3_600_000_000;
/// When loading is planned: a week after the clock's start, Monday 2026-03-02 10:00.
const LOADING: &str = "2026-03-09T10:00";

struct House {
    engine: Engine,
    next: std::cell::Cell<u32>,
}

fn office() -> OfficeCode {
    OfficeCode::parse("2225").unwrap()
}

fn outbound(number: &str, loading: &str) -> BillForm {
    let Command::FileBill(inbound) = bill(number) else { unreachable!() };
    let loading: Option<DateTime> = loading.parse().ok();
    BillForm { direction: Direction::Export, entry_date: None, loading, ..inbound }
}

/// Ten packages of vehicle lamps to Germany, FOB: no export duty.
fn export_form(bill: &str) -> Form {
    let mut form = form(bill);
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
    ] {
        assert!(form.head.set(name, value), "{name}");
    }
    form.lines[0].set("origin", "CN");
    form.lines[0].set("destination", "DE");
    form
}

fn moved(bill: &str, packages: u32, gross_kg: &str) -> GoodsMoved {
    let gross_kg = Exact::parse(gross_kg).unwrap();
    GoodsMoved { office: office(), bill: bill.to_owned(), packages, gross_kg }
}

fn arrives(bill: &str, packages: u32, gross_kg: &str) -> Command {
    Command::ReportArrival(moved(bill, packages, gross_kg))
}

fn loads(bill: &str, packages: u32, gross_kg: &str) -> Command {
    Command::ReportLoading(moved(bill, packages, gross_kg))
}

fn shuts_out(bill: &str, packages: u32, gross_kg: &str, loading: Option<&str>) -> Command {
    let GoodsMoved { office, bill, packages, gross_kg } = moved(bill, packages, gross_kg);
    let loading = loading.map(|text| text.parse().unwrap());
    Command::ReportShutOut(ShutOut { office, bill, packages, gross_kg, loading })
}

fn departs(bill: &str, day: &str) -> Command {
    Command::ReportDeparture(Departure {
        office: office(),
        bill: bill.to_owned(),
        departed: day.parse().unwrap(),
    })
}

fn officer(name: &str, post: Post) -> Actor {
    Actor { name: name.to_owned(), posts: vec![post], ..actor(Role::Officer) }
}

fn release() -> Actor {
    officer("rel1", Post::Release)
}

fn note(text: &str) -> StepForm {
    StepForm { note: text.to_owned(), ..StepForm::default() }
}

impl House {
    fn open(dice: u64) -> House {
        House::with(dice, small_pack())
    }

    fn with(dice: u64, pack: PackFiles) -> House {
        House::on(&SimDisk::new(dice), dice, pack).unwrap()
    }

    fn on(disk: &SimDisk, dice: u64, pack: PackFiles) -> Result<House, StartError> {
        let engine = Engine::start(Settings {
            store: Box::new(Sim::open(disk).unwrap()),
            keys: KeyFile::of(key(), "2026-03-02T02:00:00Z"),
            pack: Some((pack, "embedded".to_owned())),
            sample: true,
            clock: Some(MONDAY),
            dice: Dice::Fixed(dice),
            outlets: BTreeMap::new(),
        })?;
        Ok(House { engine, next: 0.into() })
    }

    fn close(self) {
        self.engine.stop();
    }

    fn ask(&self, actor: Actor, command: Command) -> Outcome {
        appointed(&self.engine, &actor, &command);
        self.next.set(self.next.get() + 1);
        let mut submission = submission(actor.role, &format!("k{}", self.next.get()), command);
        submission.actor = actor;
        self.engine.submit_and_wait(submission).unwrap()
    }

    /// What was asked is accepted, and the books are sound after it; gives the state that it led to.
    fn does(&self, who: Role, command: Command) -> String {
        let what = format!("{command:?}").chars().take(80).collect::<String>();
        let outcome = self.ask(actor(who), command);
        assert!(outcome.accepted, "{what}: {:#?}", outcome.findings);
        self.sound();
        told(&outcome.answer, "state")
    }

    fn refuses(&self, actor: Actor, command: Command) -> Vec<String> {
        let what = format!("{command:?}").chars().take(80).collect::<String>();
        let outcome = self.ask(actor, command);
        assert!(!outcome.accepted, "{what} was accepted");
        outcome.findings.iter().filter(|f| f.is_error()).map(|f| f.code.clone()).collect()
    }

    /// A bill that has arrived whole.
    fn arrived(&self) {
        self.does(Role::Carrier, Command::FileBill(outbound(BILL, LOADING)));
        assert_eq!(self.does(Role::Operator, arrives(BILL, 10, "1250.5")), "arrived");
    }

    fn lodged(&self, form: Form) -> EntryNumber {
        let outcome = self.ask(actor(Role::Declarant), Command::Lodge(Box::new(form)));
        assert!(outcome.accepted, "{:#?}", outcome.findings);
        self.sound();
        entry(&outcome.answer)
    }

    fn released(&self) -> EntryNumber {
        self.arrived();
        let entry = self.lodged(export_form(BILL));
        assert_eq!(self.body(entry).0, "released");
        entry
    }

    fn takes(&self, actor: Actor, entry: EntryNumber, step: &str, form: StepForm) -> String {
        let outcome =
            self.ask(actor, Command::TakeStep { entry, step: step.to_owned(), form: Box::new(form) });
        assert!(outcome.accepted, "{step}: {:#?}", outcome.findings);
        self.sound();
        told(&outcome.answer, "state")
    }

    fn amends(&self, entry: EntryNumber, form: Form) -> Outcome {
        let form = StepForm { declaration: Some(Box::new(form)), ..note("退关") };
        let step = "request_amendment".to_owned();
        self.ask(actor(Role::Declarant), Command::TakeStep { entry, step, form: Box::new(form) })
    }

    fn body(&self, entry: EntryNumber) -> (String, DeclarationRecord) {
        let record = self.engine.read(|r| r.record(&declaration_key(entry))).unwrap().unwrap();
        (record.state.clone(), record.read().unwrap())
    }

    fn bill(&self) -> (String, BillRecord) {
        let record = self.engine.read(|r| r.record(&bill_key(office(), BILL))).unwrap().unwrap();
        (record.state.clone(), record.read().unwrap())
    }

    /// What is left of the bill's packages, by class.
    fn packages(&self) -> Vec<(String, i64)> {
        let held = self.engine.read(|r| r.balances(None, 1000)).unwrap();
        let of_bill = |a: &customhouse_kernel::ledger::AccountId| {
            a.class().starts_with("bill_")
                && a.to_string().contains(BILL)
                && a.to_string().contains("packages")
        };
        held.iter().filter(|(a, n)| of_bill(a) && *n != 0).map(|(a, n)| (a.class().to_owned(), *n)).collect()
    }

    fn sound(&self) {
        let verified = self.engine.read(|r| verify(r, &self.engine.key_history(), &mut |_| {})).unwrap();
        assert_eq!(verified.findings, []);
    }
}

#[test]
fn from_the_manifest_to_departure() {
    let house = House::open(GREEN);
    assert_eq!(house.does(Role::Carrier, Command::FileBill(outbound(BILL, LOADING))), "filed");
    assert_eq!(house.packages(), [("bill_announced".to_owned(), 10)]);
    // in parts, and not more than was filed
    assert_eq!(house.does(Role::Operator, arrives(BILL, 6, "750")), "arrived");
    assert_eq!(house.refuses(actor(Role::Operator), arrives(BILL, 5, "500.5")), ["LED-003"]);
    assert_eq!(house.does(Role::Operator, arrives(BILL, 4, "500.5")), "arrived");
    let entry = house.lodged(export_form(BILL));
    assert_eq!(entry.to_string(), "222520260000000001", "flag 0, and a serial of its own");
    let (state, body) = house.body(entry);
    assert_eq!((state.as_str(), body.books.len()), ("released", 0), "nothing is owed");
    assert_eq!(house.bill().0, "released");
    assert_eq!(house.does(Role::Carrier, loads(BILL, 4, "500")), "released");
    assert_eq!(house.does(Role::Carrier, loads(BILL, 6, "750.5")), "loaded");
    assert_eq!(house.body(entry).0, "loaded");
    house.engine.set_clock(MONDAY + 168 * HOUR).unwrap();
    for wrong in ["2026-03-01", "2026-03-10"] {
        assert_eq!(house.refuses(actor(Role::Carrier), departs(BILL, wrong)), ["CTL-086"], "{wrong}");
    }
    assert_eq!(house.does(Role::Carrier, departs(BILL, "2026-03-08")), "departed");
    let (state, body) = house.body(entry);
    assert_eq!(state, "closed");
    assert_eq!(body.departed, "2026-03-08".parse().ok(), "the day of the statistics");
    assert_eq!(house.packages(), []);
    let states: Vec<&str> = body.timeline.iter().map(|m| m.state.as_str()).collect();
    let first = ["lodged", "accepted", "computed", "green", "paid", "released"];
    assert_eq!(states[..6], first);
    assert_eq!(states[6..], ["released", "loaded", "departed", "closed"]);
}

#[test]
fn goods_are_declared_after_they_arrived_and_loaded_after_release() {
    let house = House::open(DOCUMENTS);
    house.does(Role::Carrier, Command::FileBill(outbound(BILL, LOADING)));
    let lodge = || Command::Lodge(Box::new(export_form(BILL)));
    let codes = house.refuses(actor(Role::Declarant), lodge());
    assert!(codes.contains(&"CN-NORM-BILL-ARRIVED".to_owned()), "{codes:?}");
    assert!(!codes.contains(&"CN-NORM-BILL-OPEN".to_owned()), "{codes:?}");
    house.does(Role::Operator, arrives(BILL, 10, "1250.5"));
    assert_eq!(house.refuses(actor(Role::Carrier), loads(BILL, 10, "1250.5")), ["CAS-002"]);
    let entry = house.lodged(export_form(BILL));
    assert_eq!(house.body(entry).0, "document_check");
    assert_eq!(house.refuses(actor(Role::Declarant), lodge()), ["CN-NORM-BILL-OPEN"]);
    assert_eq!(house.refuses(actor(Role::Carrier), loads(BILL, 10, "1250.5")), ["CAS-002"]);
    assert_eq!(house.refuses(actor(Role::Operator), arrives(BILL, 1, "1")), ["CAS-002"]);
    house.takes(officer("doc1", Post::DocumentCheck), entry, "pass_documents", note(""));
    // nothing is loaded twice, by somebody else, or beyond what was released; nothing departs unloaded
    assert_eq!(house.refuses(actor(Role::Carrier), departs(BILL, "2026-03-02")), ["CAS-002"]);
    assert_eq!(house.refuses(actor(Role::Carrier), loads(BILL, 11, "1250.5")), ["LED-003"]);
    assert_eq!(house.refuses(actor(Role::Carrier), loads(BILL, 10, "1250")), ["CTL-024"]);
    let other = Actor { party: firm(), ..actor(Role::Carrier) };
    assert_eq!(house.refuses(other, loads(BILL, 10, "1250.5")), ["CTL-017"]);
    assert_eq!(house.refuses(actor(Role::Operator), loads(BILL, 10, "1250.5")), ["CTL-014"]);
    assert_eq!(house.refuses(actor(Role::Operator), goods_out(BILL, 10, "1250.5")), ["CTL-085"]);
    let elsewhere = Actor { places: Vec::new(), ..actor(Role::Operator) };
    assert_eq!(house.refuses(elsewhere, arrives(BILL, 1, "1")), ["CTL-026"]);
    house.does(Role::Carrier, loads(BILL, 10, "1250.5"));
    assert_eq!(house.refuses(actor(Role::Carrier), loads(BILL, 1, "1")), ["CAS-002"]);
}

#[test]
fn a_declaration_is_lodged_a_day_before_loading() {
    // minutes before loading, and whether that is in time; the exact moment is held by control's own test
    for (minutes, in_time) in [(25 * 60, true), (24 * 60 + 2, true), (24 * 60 - 1, false), (23 * 60, false)] {
        let house = House::open(GREEN);
        house.arrived();
        house.engine.set_clock(MONDAY + 168 * HOUR - minutes * HOUR / 60).unwrap();
        let outcome = house.ask(actor(Role::Declarant), Command::Lodge(Box::new(export_form(BILL))));
        assert_eq!(outcome.accepted, in_time, "{minutes}: {:?}", outcome.findings);
        if !in_time {
            let late = outcome.findings.iter().find(|f| f.code == "CTL-082").expect("too late");
            assert!(late.text.en.contains("2026-03-08T10:00:00"), "{}", late.text.en);
        }
    }
}

#[test]
fn a_manifest_is_filed_before_loading() {
    let house = House::open(GREEN);
    let files = |form: BillForm| house.refuses(actor(Role::Carrier), Command::FileBill(form));
    // by sea two hours, by air four; the clock stands at 10:00
    assert_eq!(files(outbound("SEA", "2026-03-02T11:59")), ["CTL-081"]);
    let by_air = BillForm { transport_mode: "5".to_owned(), ..outbound("AIR", "2026-03-02T13:00") };
    assert_eq!(files(by_air), ["CTL-081"]);
    assert_eq!(files(outbound("PAST", "2026-03-02T09:00")), ["CTL-088"]);
    assert_eq!(files(BillForm { loading: None, ..outbound("NONE", LOADING) }), ["CTL-001"]);
    let both = BillForm { entry_date: "2026-03-02".parse().ok(), ..outbound("BOTH", LOADING) };
    assert_eq!(files(both), ["CTL-080"]);
    let Command::FileBill(inbound) = bill("IN") else { unreachable!() };
    assert_eq!(files(BillForm { entry_date: None, ..inbound.clone() }), ["CTL-001"]);
    assert_eq!(files(BillForm { loading: LOADING.parse().ok(), ..inbound }), ["CTL-080"]);
    house.does(Role::Carrier, Command::FileBill(outbound("SEA", "2026-03-02T13:00")));
}

#[test]
fn goods_that_are_all_shut_out_wait_for_the_withdrawal_and_can_be_declared_again() {
    let house = House::open(GREEN);
    let entry = house.released();
    assert_eq!(house.refuses(actor(Role::Carrier), shuts_out(BILL, 11, "1250.5", None)), ["LED-003"]);
    let past = shuts_out(BILL, 10, "1250.5", Some("2026-03-02T09:00"));
    assert_eq!(house.refuses(actor(Role::Carrier), past), ["CTL-088"]);
    assert_eq!(house.does(Role::Carrier, shuts_out(BILL, 3, "300", None)), "released");
    assert_eq!(house.does(Role::Carrier, shuts_out(BILL, 7, "950.5", Some("2026-03-16T10:00"))), "shut_out");
    assert_eq!(house.body(entry).0, "shut_out");
    assert_eq!(house.packages(), [("bill_shut_out".to_owned(), 10)]);
    assert_eq!(house.refuses(actor(Role::Carrier), departs(BILL, "2026-03-02")), ["CAS-002"]);
    assert_eq!(house.refuses(actor(Role::Carrier), loads(BILL, 1, "1")), ["CAS-002"]);
    house.takes(actor(Role::Declarant), entry, "request_withdrawal", note("退关"));
    assert_eq!(house.takes(release(), entry, "approve_withdrawal", note("同意")), "withdrawn");
    assert_eq!(house.packages(), [("bill_open".to_owned(), 10)]);
    let (state, bill) = house.bill();
    assert_eq!((state.as_str(), bill.declaration, bill.shut_out), ("arrived", None, None));
    // by the loading that was planned anew it is in time again
    house.engine.set_clock(MONDAY + 200 * HOUR).unwrap();
    let again = house.lodged(export_form(BILL));
    assert_ne!(again, entry);
    house.does(Role::Carrier, loads(BILL, 10, "1250.5"));
    house.does(Role::Carrier, departs(BILL, "2026-03-10"));
    assert_eq!(house.body(again).0, "closed");
}

#[test]
fn a_part_that_is_shut_out_is_amended_away_before_the_declaration_is_closed() {
    let house = House::open(GREEN);
    let entry = house.released();
    assert_eq!(house.does(Role::Carrier, loads(BILL, 7, "900")), "released");
    assert_eq!(house.does(Role::Carrier, shuts_out(BILL, 3, "350.5", None)), "loaded");
    assert_eq!(house.body(entry).1.shut_out, Some(1));
    house.does(Role::Carrier, departs(BILL, "2026-03-02"));
    assert_eq!(house.body(entry).0, "departed", "the declaration says more than was loaded");
    assert_eq!(house.packages(), [("bill_shut_out".to_owned(), 3)]);
    // the amendment says what was loaded, and nothing else
    let mut form = export_form(BILL);
    form.head.set("contract", "C-1");
    let refused = house.amends(entry, form.clone());
    let codes: Vec<&str> = refused.findings.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["CN-NORM-BILL-GROSS", "CN-NORM-BILL-PACKAGES"]);
    for (name, value) in [("packages", "7"), ("gross_kg", "900"), ("net_kg", "800")] {
        form.head.set(name, value);
    }
    let asked = house.amends(entry, form);
    assert!(asked.accepted, "{:#?}", asked.findings);
    assert_eq!(house.takes(release(), entry, "approve_amendment", note("同意")), "closed");
}

#[test]
fn an_export_is_amended_and_withdrawn_before_release() {
    let house = House::open(DOCUMENTS);
    house.arrived();
    let entry = house.lodged(export_form(BILL));
    let mut other = export_form(BILL);
    other.lines[0].set("total", "9000");
    other.lines[0].set("price", "90");
    assert!(house.amends(entry, other).accepted);
    assert_eq!(house.takes(release(), entry, "approve_amendment", note("同意")), "document_check");
    assert_eq!(house.body(entry).1.document_version, 2);
    house.takes(actor(Role::Declarant), entry, "request_withdrawal", note("申报错误"));
    assert_eq!(house.takes(release(), entry, "approve_withdrawal", note("同意")), "withdrawn");
    assert_eq!(house.packages(), [("bill_open".to_owned(), 10)]);
    house.lodged(export_form(BILL));
}

#[test]
fn a_bill_is_declared_the_way_its_goods_go() {
    let house = House::open(GREEN);
    house.does(Role::Carrier, bill("INBOUND1"));
    house.arrived();
    let lodges = |form: Form| house.refuses(actor(Role::Declarant), Command::Lodge(Box::new(form)));
    assert!(lodges(export_form("INBOUND1")).contains(&"CTL-083".to_owned()));
    assert!(lodges(form(BILL)).contains(&"CTL-083".to_owned()));
    for inbound in [
        arrives("INBOUND1", 1, "1"),
        loads("INBOUND1", 1, "1"),
        shuts_out("INBOUND1", 1, "1", None),
        departs("INBOUND1", "2026-03-02"),
    ] {
        let who = if matches!(inbound, Command::ReportArrival(_)) { Role::Operator } else { Role::Carrier };
        assert_eq!(house.refuses(actor(who), inbound), ["CTL-084"]);
    }
}

#[test]
fn export_duty_is_paid_before_release() {
    let house = House::with(GREEN, pack());
    house.arrived();
    let mut goods = export_form(BILL);
    for (name, value) in [
        ("commodity_code", "7202110000"),
        ("name", "锰铁"),
        ("quantity", "1200"),
        ("unit", "035"),
        ("first_quantity", "1200"),
        ("first_unit", "035"),
        ("second_quantity", ""),
        ("second_unit", ""),
        ("price", "10"),
        ("total", "12000"),
        ("currency", "CNY"),
    ] {
        goods.lines[0].set(name, value);
    }
    goods.head.set("net_kg", "1200");
    let outcome = house.ask(actor(Role::Declarant), Command::Lodge(Box::new(goods)));
    assert!(outcome.accepted, "{:#?}", outcome.findings);
    let (entry, books) = (entry(&outcome.answer), books(&outcome.answer));
    // FOB 12 000.00 = value 10 000.00 and 20% of it
    assert_eq!(books, [(format!("{entry}-E01"), "2000.00".to_owned())]);
    let (state, body) = house.body(entry);
    assert_eq!((state.as_str(), body.amounts.customs_value.to_string().as_str()), ("green", "10000.00"));
    let version: DeclarationVersion =
        house.engine.read(|r| r.record(&version_key(entry, 1))).unwrap().unwrap().read().unwrap();
    let charges: Vec<&str> = version.assessment.charges.iter().map(|c| c.charge.as_str()).collect();
    assert_eq!(charges, ["export_duty"]);
    assert_eq!(house.refuses(actor(Role::Carrier), loads(BILL, 10, "1250.5")), ["CAS-002"]);
    house.ask(actor(Role::Bank), settle(&books[0].0, &books[0].1));
    assert_eq!(house.body(entry).0, "released");
    // all of it is shut out: the duty comes back with the withdrawal
    house.does(Role::Carrier, shuts_out(BILL, 10, "1250.5", None));
    house.takes(actor(Role::Declarant), entry, "request_withdrawal", note("退关"));
    house.takes(release(), entry, "approve_withdrawal", note("同意"));
    assert!(!house.body(entry).1.books[0].reduced.is_zero());
}

/// The pack as it was before exports: one procedure a kind of record, without a direction.
fn pack_before_exports() -> PackFiles {
    let without = |text: &str| text.replace("direction = \"import\"\n", "");
    let files = small_pack().into_iter().filter(|(path, _)| !path.contains("export"));
    files
        .map(
            |(path, text)| {
                if path.starts_with("procedures/") { (path, without(&text)) } else { (path, text) }
            },
        )
        .collect()
}

#[test]
fn a_database_from_before_exports_goes_on() {
    let disk = SimDisk::new(11);
    let house = House::on(&disk, GREEN, pack_before_exports()).unwrap();
    house.does(Role::Carrier, bill("OLD1"));
    let old = house.lodged(form("OLD1"));
    house.close();
    let house = House::on(&disk, GREEN, small_pack()).unwrap();
    assert_eq!(house.engine.law().number, 2);
    house.next.set(100);
    house.sound();
    assert_eq!(house.body(old).0, "green");
    house.released();
}

#[test]
fn an_edition_without_a_state_that_exports_are_in_is_refused() {
    let disk = SimDisk::new(12);
    let house = House::on(&disk, GREEN, small_pack()).unwrap();
    house.arrived();
    house.does(Role::Carrier, bill("INBOUND1"));
    house.close();
    for (file, state) in [("bill-export.toml", "arrived"), ("bill-of-lading.toml", "filed")] {
        let mut pack = small_pack();
        let procedure = pack.iter_mut().find(|(path, _)| path.ends_with(file)).unwrap();
        procedure.1 = procedure.1.replace(&format!("\"{state}\""), "\"gone\"");
        let Err(error) = House::on(&disk, GREEN, pack) else { panic!("it started without {state}") };
        let words = format!("state {state} is gone, and 1 cases are in it");
        assert!(error.to_string().contains(&words), "{error}");
    }
    // a state that only bills of the other direction are in may go
    let mut pack = small_pack();
    let procedure = pack.iter_mut().find(|(path, _)| path.ends_with("bill-export.toml")).unwrap();
    procedure.1 = procedure.1.replace("\"filed\"", "\"announced\"");
    House::on(&disk, GREEN, pack).unwrap().sound();
}

#[test]
fn verify_holds_outbound_bills_against_the_ledger() {
    for class in ["bill_announced", "bill_open", "bill_released", "bill_loaded", "bill_shut_out"] {
        let disk = SimDisk::new(13);
        let house = House::on(&disk, GREEN, small_pack()).unwrap();
        house.released();
        house.does(Role::Carrier, loads(BILL, 4, "500"));
        house.does(Role::Carrier, shuts_out(BILL, 1, "100", None));
        let history = house.engine.key_history();
        house.close();
        let mut store = Sim::open(&disk).unwrap();
        let account = customhouse_kernel::ledger::AccountId::new(class, &format!("2225-{BILL}"), "packages");
        let balances = BTreeMap::from([(account, 7)]);
        store.commit(&Batch { balances, ..Batch::default() }).unwrap();
        let mut reader = store.reader().unwrap();
        let found = verify(&mut *reader, &history, &mut |_| {}).unwrap().findings;
        assert!(found.iter().any(|f| f.text.en.contains("not where the bill says")), "{class}: {found:?}");
    }
}
