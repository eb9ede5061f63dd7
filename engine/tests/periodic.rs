//! Periodic declaration through the engine: a permit, lists instead of declarations, the month's declaration
//! that gathers them, and payment; or not gathered, and what follows; and every reason to refuse.

mod support;

use customhouse_control::form::Form;
use customhouse_control::{
    Actor, BillForm, Command, Departure, GoodsMoved, GuaranteeDecisionForm, GuaranteeForm, KeptGuarantee,
    PeriodicDeclaration, PeriodicPermit, PeriodicPermitForm, Post, Role, ShutOut, guarantee_key,
    periodic_declaration_key, periodic_permit_key,
};
use customhouse_engine::PackFiles;
use customhouse_kernel::beats::Record;
use customhouse_kernel::values::{CreditCode, Direction, EntryNumber, Exact, Money, OfficeCode};
use jiff::civil::Date;
use std::collections::BTreeMap;
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;
/// Days from Monday 2 March 2026 to the last day to gather March: 10 April is a Friday.
const LAST: i64 = 39;
const ALL: &str = "90000000.00";

fn declarant() -> Actor {
    actor(Role::Declarant)
}

fn release() -> Actor {
    officer("rel1", Post::Release)
}

fn stranger() -> Actor {
    let party = CreditCode::complete("91990000MA0000009").unwrap().to_string();
    Actor { name: "stranger".to_owned(), party, ..declarant() }
}

fn asked(goods: &str, guarantee: &str) -> PeriodicPermitForm {
    PeriodicPermitForm {
        office: OfficeCode::parse("2225").unwrap(),
        goods: goods.to_owned(),
        guarantee: guarantee.to_owned(),
        commodities: Vec::new(),
        note: String::new(),
    }
}

/// A house with a permit for vehicle lamps that do not keep.
fn open() -> House {
    open_for("dangerous_or_fresh", small_pack())
}

fn open_for(goods: &str, pack: PackFiles) -> House {
    let house = House::open(GREEN, pack);
    house.accepted(declarant(), ask_permit(goods));
    house.accepted(release(), decide_permit("accept", Some(false), ""));
    house
}

fn list(bill: &str, entered: &str) -> Form {
    let mut form = form(bill);
    form.head.set("periodic_permit", PERMIT);
    form.head.set("entry_date", entered);
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

fn filed(house: &House, number: &str, entered: &str) {
    let Command::FileBill(form) = bill(number) else { unreachable!() };
    let form = BillForm { entry_date: entered.parse().ok(), ..form };
    house.accepted(actor(Role::Carrier), Command::FileBill(form));
}

/// A bill whose means entered on a day, and its list.
fn listed(house: &House, number: &str, entered: &str) -> EntryNumber {
    filed(house, number, entered);
    entry(&house.accepted(declarant(), lodging(list(number, entered))).answer)
}

fn permit(house: &House) -> (Record, PeriodicPermit) {
    let record = house.engine.read(|r| r.record(&periodic_permit_key(PERMIT))).unwrap().unwrap();
    let body = record.read().unwrap();
    (record, body)
}

fn state(house: &House) -> String {
    permit(house).0.state
}

fn months(house: &House) -> Vec<PeriodicDeclaration> {
    let numbers = permit(house).1.months.into_iter();
    let read = |n| house.engine.read(|r| r.record(&periodic_declaration_key(n))).unwrap().unwrap().read();
    numbers.map(|n| read(n).unwrap()).collect()
}

/// What is free of a guarantee.
fn free(house: &House, number: &str) -> Money {
    let kept: KeptGuarantee =
        house.engine.read(|r| r.record(&guarantee_key(number))).unwrap().unwrap().read().unwrap();
    let balances: BTreeMap<_, _> = house.balances().into_iter().collect();
    kept.stand(|account| balances.get(account).copied().unwrap_or(0)).free
}

fn less(amounts: &[Money]) -> Money {
    Money::parse(ALL).unwrap().checked_sub(Money::sum(amounts.iter().copied()).unwrap()).unwrap()
}

fn total(house: &House, entry: EntryNumber) -> Money {
    house.body(entry).amounts.computed_total
}

/// Days go by, and what falls due of permits is worked off.
fn on_day(house: &House, day: i64) {
    let asks = |record: &Record, due: Date| Command::PermitFallsDue { number: record.key.id.clone(), due };
    house.goes_on(MONDAY + day * DAY, ("periodic_permit", 10), asks);
}

#[test]
fn a_month_is_listed_gathered_and_paid() {
    let house = open();
    let first = listed(&house, "B1", "2026-03-01");
    assert_eq!(house.state(first), "released", "released on the guarantee");
    let one = total(&house, first);
    let body = house.body(first);
    assert!(body.books.is_empty() && one > Money::ZERO, "no books before it is gathered");
    let kept = body.periodic.unwrap();
    assert_eq!((kept.reserved, kept.gather_by.day.to_string().as_str()), (one, "2026-04-10"));
    assert_eq!(free(&house, GUARANTEE), less(&[one]));
    house.sound();
    house.accepted(actor(Role::Operator), goods_out("B1", 10, "1250.5"));
    assert_eq!(house.state(first), "goods_out", "not closed while it is not gathered");
    on_day(&house, 29);
    filed(&house, "B2", "2026-03-31");
    let second = lodging(worth(list("B2", "2026-03-31"), "90000"));
    let second = entry(&house.accepted(declarant(), second).answer);
    house.refused(declarant(), gather("2026-03"), &["CTL-104"], "the month is not over");
    on_day(&house, 30);
    let april = listed(&house, "B3", "2026-04-01");
    assert_eq!(house.body(april).periodic.unwrap().gather_by.day.to_string(), "2026-05-11", "a Sunday rolls");
    on_day(&house, LAST);
    house.accepted(declarant(), gather("2026-03"));
    let [month] = months(&house).try_into().unwrap();
    let two = total(&house, second);
    assert_eq!(month.total, Money::sum([one, two]).unwrap(), "the sum of the lists, to the cent");
    assert_eq!(Money::sum(month.charges.values().copied()), Some(month.total));
    assert_eq!(month.lists.iter().map(|l| l.entry).collect::<Vec<_>>(), [first, second]);
    assert_eq!(
        (month.late, month.ex_officio, month.due.day.to_string().as_str()),
        (false, false, "2026-04-27")
    );
    let [line] = month.lines.try_into().unwrap();
    assert_eq!((line.lines, line.quantity, line.total), (2, Exact::from(200), Exact::from(98000)));
    for list in [first, second] {
        let body = house.body(list);
        assert_eq!(body.periodic.as_ref().unwrap().month, Some(month.entry_number));
        assert_eq!(body.books.len(), 2);
        assert!(body.books.iter().all(|b| b.guaranteed.as_deref() == Some(GUARANTEE) && b.due == month.due));
    }
    assert_eq!(
        free(&house, GUARANTEE),
        less(&[one, two, total(&house, april)]),
        "gathering reserves nothing"
    );
    assert_eq!(permit(&house).1.lists.iter().map(|l| l.entry).collect::<Vec<_>>(), [april]);
    house.sound();
    house.refused(declarant(), gather("2026-03"), &["CTL-104"], "twice");
    house.pay(first);
    assert_eq!(house.state(first), "closed");
    house.pay(second);
    assert_eq!(house.state(second), "released", "its goods are still there");
    assert_eq!(free(&house, GUARANTEE), less(&[total(&house, april)]), "paid, so it is free");
    house.sound();
}

#[test]
fn not_gathered_in_time_it_is_suspended_and_customs_gathers() {
    let house = open();
    let first = listed(&house, "B1", "2026-03-01");
    on_day(&house, LAST);
    assert_eq!(state(&house), "accepted", "the last day");
    house.refused(release(), gather("2026-03"), &["CTL-100"], "customs gathers only what is overdue");
    let second = listed(&house, "B2", "2026-04-09");
    on_day(&house, LAST + 1);
    assert_eq!(state(&house), "suspended");
    filed(&house, "B3", "2026-04-10");
    let third = || lodging(list("B3", "2026-04-10"));
    house.refused(declarant(), third(), &["CTL-101"], "overdue");
    let end = || Command::EndPeriodicPermit(PERMIT.to_owned());
    house.refused(declarant(), end(), &["CTL-100"], "ended while lists are overdue");
    house.refused(officer("doc1", Post::DocumentCheck), gather("2026-03"), &["CTL-014"], "another post");
    house.accepted(release(), gather("2026-03"));
    let [month] = months(&house).try_into().unwrap();
    assert!(month.late && month.ex_officio);
    assert_eq!(state(&house), "accepted", "nothing is overdue any more");
    house.accepted(declarant(), third());
    house.sound();
    // nobody pays: the guarantee does
    on_day(&house, LAST + 60);
    house.accepted(release(), take(first, "claim_guarantee", note("")));
    assert!(house.body(first).books[..2].iter().all(|b| b.claimed));
    assert!(house.body(second).books.is_empty());
    house.sound();
}

#[test]
fn a_list_is_in_time_for_fourteen_days() {
    // 14 days after Sunday 1 March are Sunday the 15th, which moves to Monday; after Tuesday the 3rd, the 17th
    for (entered, last) in [("2026-03-01", 14), ("2026-03-02", 14), ("2026-03-03", 15)] {
        let house = open();
        on_day(&house, 1);
        filed(&house, "B1", entered);
        filed(&house, "B2", entered);
        on_day(&house, last);
        house.accepted(declarant(), lodging(list("B1", entered)));
        on_day(&house, last + 1);
        house.refused(declarant(), lodging(list("B2", entered)), &["CTL-103"], entered);
        let mut ordinary = list("B2", entered);
        ordinary.head.set("periodic_permit", "");
        house.accepted(declarant(), lodging(ordinary));
        house.sound();
    }
    let house = open();
    filed(&house, "B1", "2026-03-10");
    house.refused(declarant(), lodging(list("B1", "2026-03-10")), &["CTL-103"], "before entry");
}

#[test]
fn what_is_no_list() {
    let house = House::open(GREEN, small_pack());
    filed(&house, "B1", "2026-03-01");
    let lodge = || list("B1", "2026-03-01");
    house.refused(declarant(), lodging(lodge()), &["CTL-097"], "no permit");
    house.accepted(declarant(), ask_permit("dangerous_or_fresh"));
    house.refused(declarant(), lodging(lodge()), &["CTL-100"], "not decided");
    house.refused(declarant(), decide_permit("accept", Some(false), ""), &["CTL-014"], "not customs");
    house.refused(release(), decide_permit("accept", None, ""), &["CTL-001"], "nobody said");
    house.refused(release(), decide_permit("accept", Some(true), ""), &["CTL-099"], "under investigation");
    house.refused(release(), decide_permit("refuse", None, ""), &["CTL-001"], "no reason");
    let far = officer("far", Post::Release);
    let elsewhere = Actor { offices: vec![OfficeCode::parse("2248").unwrap()], ..far };
    house.refused(elsewhere, decide_permit("accept", Some(false), ""), &["CTL-097"], "another office");
    house.accepted(release(), decide_permit("accept", Some(false), ""));
    house.refused(release(), decide_permit("accept", Some(false), ""), &["CAS-002"], "twice");
    let with = |name: &str, value: &str| {
        let mut form = lodge();
        form.head.set(name, value);
        form
    };
    house.refused(declarant(), lodging(with("declaration_office", "2248")), &["CTL-102"], "another office");
    house.refused(declarant(), lodging(with("declaration_kind", "CL")), &["CTL-102"], "another mode too");
    house.refused(declarant(), lodging(with("guarantee", "G22252026000002")), &["CTL-102"], "another one");
    house.refused(declarant(), lodging(with("periodic_permit", "nonsense")), &["CTL-097"], "no number");
    // more than the guarantee has left
    let large = lodging(worth(lodge(), "90000000"));
    house.refused(declarant(), large, &["FIN-018"], "too little is free");
    house.refused(stranger(), gather("2026-03"), &["CTL-097"], "another firm's");
    house.refused(stranger(), Command::EndPeriodicPermit(PERMIT.to_owned()), &["CTL-097"], "another firm's");
    house.refused(declarant(), gather("2026-3"), &["CTL-007"], "no month");
    let list = entry(&house.accepted(declarant(), lodging(lodge())).answer);
    house.refused(declarant(), Command::EndPeriodicPermit(PERMIT.to_owned()), &["CTL-104"], "a list waits");
    house.refused(
        declarant(),
        take(list, "request_amendment", amended("B1", "8500")),
        &["CTL-104"],
        "amended",
    );
    house.sound();
    // an ended permit takes no list
    on_day(&house, 30);
    house.accepted(declarant(), gather("2026-03"));
    house.accepted(declarant(), Command::EndPeriodicPermit(PERMIT.to_owned()));
    filed(&house, "B2", "2026-04-01");
    house.refused(declarant(), lodging(self::list("B2", "2026-04-01")), &["CTL-100"], "ended");
    house.sound();
}

#[test]
fn the_permit_asks_for_its_goods_and_a_guarantee_of_three_months() {
    let house = House::open(GREEN, small_pack());
    let given = |to: &str| {
        let form = GuaranteeForm { valid_to: to.parse().unwrap(), ..guarantee() };
        let number = told(&house.accepted(declarant(), Command::LodgeGuarantee(form)).answer, "guarantee");
        let form = GuaranteeDecisionForm { decision: "accept".to_owned(), note: String::new() };
        house.accepted(release(), Command::DecideGuarantee { number: number.clone(), form });
        number
    };
    let (short, enough) = (given("2026-06-01"), given("2026-06-02"));
    let ask = |goods: &str, number: &str| {
        let commodities = vec!["8512".to_owned()];
        Command::AskPeriodicPermit(PeriodicPermitForm { commodities, ..asked(goods, number) })
    };
    house.refused(
        declarant(),
        ask("dangerous_or_fresh", &short),
        &["FIN-013"],
        "a day short of three months",
    );
    house.refused(declarant(), ask("lamps", &enough), &["CTL-098"], "no such kind");
    house.refused(declarant(), ask("lamps", "G"), &["CTL-098", "CTL-060"], "all findings at once");
    house.refused(stranger(), ask("dangerous_or_fresh", &enough), &["CTL-060"], "another firm's guarantee");
    house.refused(actor(Role::Carrier), ask("dangerous_or_fresh", &enough), &["CTL-014"], "a carrier");
    house.accepted(declarant(), ask("dangerous_or_fresh", &enough));
    house.accepted(release(), decide_permit("accept", Some(false), ""));
    // behind its last day the permit has expired
    on_day(&house, 92);
    filed(&house, "B1", "2026-06-01");
    house.accepted(declarant(), lodging(list("B1", "2026-06-01")));
    on_day(&house, 93);
    assert_eq!(state(&house), "accepted", "a list waits");
    filed(&house, "B2", "2026-06-02");
    house.refused(declarant(), lodging(list("B2", "2026-06-02")), &["CTL-100"], "expired");
    on_day(&house, 125);
    house.accepted(declarant(), gather("2026-06"));
    assert_eq!(state(&house), "expired");
    house.sound();
}

/// Bonded goods come by road, and their month is gathered by the end of the next.
#[test]
fn bonded_goods_by_road() {
    let house = open_for("bonded_by_road", small_pack());
    filed(&house, "B1", "2026-03-01");
    house.refused(declarant(), lodging(list("B1", "2026-03-01")), &["CTL-102"], "it came by sea");
    let Command::FileBill(form) = bill("B2") else { unreachable!() };
    house.accepted(
        actor(Role::Carrier),
        Command::FileBill(BillForm { transport_mode: "4".to_owned(), ..form }),
    );
    let mut by_road = list("B2", "2026-03-01");
    by_road.head.set("transport_mode", "4");
    let list = entry(&house.accepted(declarant(), lodging(by_road)).answer);
    assert_eq!(house.body(list).periodic.unwrap().gather_by.day.to_string(), "2026-04-30");
    house.sound();
}

/// A mode that the pack lacks is refused by name.
#[test]
fn a_pack_without_the_rule_has_no_lists() {
    let mut pack = small_pack();
    pack.retain(|(path, _)| path != "rules/periodic-declarations.toml");
    let house = House::open(GREEN, pack);
    let ask = Command::AskPeriodicPermit(asked("publications", GUARANTEE));
    let told = house.refused(declarant(), ask, &["CTL-098"], "no rule");
    assert!(told.findings[0].text.en.contains("publications"), "{:?}", told.findings);
}

#[test]
fn a_list_is_withdrawn_while_its_goods_are_there() {
    let house = open();
    let (list, part) = (listed(&house, "B1", "2026-03-01"), listed(&house, "B2", "2026-03-01"));
    let ordinary = house.lodged("B3");
    house.pay(ordinary);
    let ask = |entry| take(entry, "request_list_withdrawal", note("申报错误"));
    let approve = |entry| take(entry, "approve_list_withdrawal", note(""));
    house.refused(declarant(), ask(ordinary), &["CTL-104"], "no list");
    house.accepted(declarant(), ask(list));
    house.refused(declarant(), approve(list), &["CAS-003"], "not customs");
    house.accepted(release(), approve(list));
    assert_eq!(house.state(list), "withdrawn");
    assert_eq!(free(&house, GUARANTEE), less(&[total(&house, part)]), "what was reserved is free");
    assert_eq!(permit(&house).1.lists.len(), 1);
    house.sound();
    let again = entry(&house.accepted(declarant(), lodging(self::list("B1", "2026-03-01"))).answer);
    assert_eq!(house.state(again), "released", "listed anew");
    // some of its goods have left
    house.accepted(actor(Role::Operator), goods_out("B2", 1, "100"));
    house.accepted(declarant(), ask(part));
    let gone = house.ask(release(), approve(part));
    assert!(!gone.accepted && codes(&gone).iter().all(|code| code.starts_with("LED-")), "{:?}", codes(&gone));
    // gathered, it is not withdrawn any more
    house.accepted(release(), take(part, "refuse_change", note("货物已部分提离")));
    on_day(&house, 30);
    house.accepted(declarant(), gather("2026-03"));
    house.refused(declarant(), ask(part), &["CTL-104"], "gathered");
    assert_eq!(months(&house)[0].lists.len(), 2, "the one that was withdrawn is not in it");
    house.sound();
}

/// A list that is checked is gathered with the rest; supervision modes are not mixed.
#[test]
fn a_list_under_check_is_gathered_too() {
    let house = House::open(DOCUMENTS, small_pack());
    house.accepted(declarant(), ask_permit("dangerous_or_fresh"));
    house.accepted(release(), decide_permit("accept", Some(false), ""));
    let list = listed(&house, "B1", "2026-03-01");
    assert_eq!(house.state(list), "document_check");
    on_day(&house, 30);
    house.accepted(declarant(), gather("2026-03"));
    assert_eq!((house.state(list).as_str(), house.body(list).books.len()), ("document_check", 2));
    house.takes(officer("doc1", Post::DocumentCheck), list, "pass_documents", note(""));
    assert_eq!(house.state(list), "released", "its guarantee answers for the books");
    house.sound();
}

/// A month is a declaration for each currency, and a list has one.
#[test]
fn currencies_are_not_mixed() {
    let mut files = small_pack();
    let rates = |files: &PackFiles| {
        let table = files.iter().find(|(path, _)| path == "tables/exchange_rates.csv").unwrap();
        table.1.clone()
    };
    let dollars: Vec<String> =
        rates(&pack()).lines().filter(|l| l.contains("USD.2026-03")).map(|l| format!("{l}\n")).collect();
    let table = files.iter_mut().find(|(path, _)| path == "tables/exchange_rates.csv").unwrap();
    table.1.push_str(&dollars.concat());
    let house = open_for("dangerous_or_fresh", files);
    let euros = listed(&house, "B1", "2026-03-01");
    filed(&house, "B2", "2026-03-01");
    let mut other = list("B2", "2026-03-01");
    other.lines[0].set("currency", "USD");
    other.head.set("freight.currency", "USD");
    let dollars = entry(&house.accepted(declarant(), lodging(other)).answer);
    on_day(&house, 30);
    house.accepted(declarant(), gather("2026-03"));
    let months = months(&house);
    let found: Vec<_> =
        months.iter().map(|m| (m.currency.as_str(), m.lists[0].entry, m.lists.len())).collect();
    assert_eq!(found, [("EUR", euros, 1), ("USD", dollars, 1)]);
    assert_ne!(months[0].entry_number, months[1].entry_number);
    house.sound();
}

/// When the goods of an export are to be loaded: a week after the clock's start.
const LOADING: &str = "2026-03-09T10:00";

/// An outbound bill whose goods have all arrived, and the list of them.
fn export_arrived(house: &House, number: &str, loading: &str) -> Form {
    let Command::FileBill(inbound) = bill(number) else { unreachable!() };
    let loading = loading.parse().ok();
    let form = BillForm { direction: Direction::Export, entry_date: None, loading, ..inbound };
    house.accepted(actor(Role::Carrier), Command::FileBill(form));
    house.accepted(actor(Role::Operator), Command::ReportArrival(moved(number)));
    let mut form = list(number, "");
    for (name, value) in [
        ("direction", "export"),
        ("overseas_consignor.name", "EXAMPLE GMBH"),
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

fn moved(number: &str) -> GoodsMoved {
    let gross_kg = Exact::parse("1250.5").unwrap();
    GoodsMoved { office: OfficeCode::parse("2225").unwrap(), bill: number.to_owned(), packages: 10, gross_kg }
}

#[test]
fn exports_are_listed_before_loading_gathered_and_closed_on_departure() {
    let house = open_for("dangerous_or_fresh_export", small_pack());
    let carrier = || actor(Role::Carrier);
    let first = lodging(export_arrived(&house, "E1", LOADING));
    let first = entry(&house.accepted(declarant(), first).answer);
    assert_eq!((house.state(first).as_str(), first.direction()), ("released", Direction::Export));
    assert_eq!(house.body(first).periodic.unwrap().reserved, Money::ZERO, "no export duty on lamps");
    // the permit is of exports: an import under it is none
    filed(&house, "B1", "2026-03-01");
    house.refused(declarant(), lodging(list("B1", "2026-03-01")), &["CTL-098"], "the other way");
    // as late as any export declaration, and not later
    let late = export_arrived(&house, "E2", "2026-03-03T09:59");
    house.refused(declarant(), lodging(late), &["CTL-082"], "less than a day before loading");
    let shut_out = lodging(export_arrived(&house, "E3", LOADING));
    let shut_out = entry(&house.accepted(declarant(), shut_out).answer);
    let goods = moved("E3");
    house.accepted(
        carrier(),
        Command::ReportShutOut(ShutOut {
            office: goods.office,
            bill: goods.bill,
            packages: goods.packages,
            gross_kg: goods.gross_kg,
            loading: None,
        }),
    );
    house.accepted(declarant(), take(shut_out, "request_withdrawal", note("未能装运")));
    house.accepted(release(), take(shut_out, "approve_withdrawal", note("")));
    assert_eq!(permit(&house).1.lists.iter().map(|l| l.entry).collect::<Vec<_>>(), [first]);
    house.sound();
    // loaded and gone, it still waits to be gathered
    on_day(&house, 7);
    house.accepted(carrier(), Command::ReportLoading(moved("E1")));
    let departed = "2026-03-09".parse().unwrap();
    let goods = moved("E1");
    let departs = Departure { office: goods.office, bill: goods.bill, departed };
    house.accepted(carrier(), Command::ReportDeparture(departs));
    assert_eq!(house.state(first), "departed");
    on_day(&house, 30);
    house.accepted(declarant(), gather("2026-03"));
    let [month] = months(&house).try_into().unwrap();
    assert_eq!((month.direction, month.entry_number.direction()), (Direction::Export, Direction::Export));
    assert_eq!((month.lists.len(), month.lists[0].entry, month.total), (1, first, Money::ZERO));
    assert_eq!(house.state(first), "closed", "gathered, it owes nothing and is over");
    house.sound();
}

#[test]
fn goods_are_of_the_permits_kind() {
    let house = House::open(GREEN, small_pack());
    let ask = |goods: &str, codes: &[&str]| {
        let commodities = codes.iter().map(|code| (*code).to_owned()).collect();
        Command::AskPeriodicPermit(PeriodicPermitForm { commodities, ..asked(goods, GUARANTEE) })
    };
    house.refused(declarant(), ask("dangerous_or_fresh", &[]), &["CTL-001"], "no code");
    house.refused(declarant(), ask("dangerous_or_fresh", &["8"]), &["CTL-008"], "one digit");
    house.refused(declarant(), ask("dangerous_or_fresh", &["85x2"]), &["CTL-008"], "no digits");
    house.refused(declarant(), ask("publications", &["8512"]), &["CTL-098"], "lamps are no publications");
    house.accepted(declarant(), ask("publications", &[]));
    house.accepted(release(), decide_permit("accept", Some(false), ""));
    assert_eq!(permit(&house).1.commodities, ["49"], "what the kind says");
    filed(&house, "B1", "2026-03-01");
    let other = house.refused(declarant(), lodging(list("B1", "2026-03-01")), &["CTL-102"], "lamps");
    let finding = other.findings.iter().find(|f| f.code == "CTL-102").unwrap();
    assert_eq!(finding.path, "/lines/0/commodity_code");
    assert!(finding.text.en.contains("8512201000") && finding.text.en.contains("49"), "{}", finding.text.en);
    house.sound();
}

#[test]
fn customs_stops_a_permit_readmits_and_withdraws_it() {
    let house = open();
    let first = listed(&house, "B1", "2026-03-01");
    house.refused(release(), decide_permit("stop", None, " "), &["CTL-001"], "no reason");
    house.refused(declarant(), decide_permit("stop", None, "立案调查"), &["CTL-014"], "not customs");
    house.accepted(release(), decide_permit("stop", None, "立案调查"));
    assert_eq!(state(&house), "stopped");
    filed(&house, "B2", "2026-03-01");
    let second = || lodging(list("B2", "2026-03-01"));
    house.refused(declarant(), second(), &["CTL-100"], "stopped");
    house.refused(release(), decide_permit("withdraw", None, "停业"), &["CTL-104"], "a list waits");
    house.refused(
        release(),
        decide_permit("readmit", Some(true), ""),
        &["CTL-099"],
        "still under investigation",
    );
    house.refused(release(), decide_permit("readmit", None, ""), &["CTL-001"], "nobody said");
    house.accepted(release(), decide_permit("readmit", Some(false), ""));
    house.accepted(declarant(), second());
    // stopped again: what waits is gathered all the same, by the firm, and by customs only once it is overdue
    house.accepted(release(), decide_permit("stop", None, "立案调查"));
    on_day(&house, 30);
    house.refused(release(), gather("2026-03"), &["CTL-100"], "not overdue");
    house.accepted(declarant(), gather("2026-03"));
    assert_eq!((months(&house)[0].lists.len(), state(&house).as_str()), (2, "stopped"));
    house.refused(release(), decide_permit("withdraw", None, ""), &["CTL-001"], "no reason");
    house.accepted(release(), decide_permit("withdraw", None, "停业"));
    assert_eq!(state(&house), "withdrawn");
    house.refused(release(), decide_permit("readmit", Some(false), ""), &["CAS-002"], "it is over");
    house.pay(first);
    house.sound();
}
