//! How long before loading an export is filed and declared (CL 24, handbook 10.1), to the microsecond.

mod ledger;

use customhouse_control::form::{Form, Part};
use customhouse_control::{Actor, BillForm, Command, GoodsMoved, Role, decide};
use customhouse_kernel::beats::{Record, RecordKey, View};
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::values::{CreditCode, Direction, Exact, OfficeCode};
use jiff::civil::{DateTime, date};
use std::collections::BTreeMap;

const LOADING: DateTime = date(2026, 11, 22).at(8, 0, 0, 0);

/// Records by key; no balances, no counters.
#[derive(Default)]
struct Shelf(BTreeMap<RecordKey, Record>);

impl View for Shelf {
    fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.0.get(key)
    }

    fn balance(&self, _: &AccountId) -> i64 {
        0
    }

    fn counter(&self, _: &str) -> u64 {
        0
    }
}

fn at(local: DateTime) -> Moment {
    Moment { utc_micros: 0, local }
}

fn actor(role: Role) -> Actor {
    Actor {
        name: role.name().to_owned(),
        role,
        party: CreditCode::complete("91990000MA0000009").unwrap().to_string(),
        offices: vec![OfficeCode::parse("2225").unwrap()],
        places: vec!["外港监管仓".to_owned()],
        posts: Vec::new(),
    }
}

fn bill(transport_mode: &str) -> BillForm {
    BillForm {
        direction: Direction::Export,
        office: OfficeCode::parse("2225").unwrap(),
        bill: "COSU1".to_owned(),
        transport_mode: transport_mode.to_owned(),
        transport_name: "COSCO OCEANIA".to_owned(),
        voyage: "079WW".to_owned(),
        entry_date: None,
        loading: Some(LOADING),
        place: "外港监管仓".to_owned(),
        packages: 10,
        gross_kg: Exact::parse("1250.5").unwrap(),
        consignee: None,
    }
}

fn declaration() -> Form {
    let mut form = Form::default();
    let firm = actor(Role::Declarant).party;
    #[rustfmt::skip]
    let head = [
        ("direction", "export"), ("declaration_office", "2225"), ("entry_office", "2225"), ("bill", "COSU1"),
        ("transport_mode", "2"), ("transport_name", "COSCO OCEANIA"), ("voyage", "079WW"),
        ("consignee.credit_code", firm.as_str()), ("consignee.name", "示例进出口有限公司"),
        ("consignee.customs_code", "9999910001"), ("consumer.name", "示例进出口有限公司"),
        ("overseas_consignor.name", "EXAMPLE GMBH"), ("supervision_mode", "0110"), ("levy_nature", "101"),
        ("trading_country", "DE"), ("departure_country", "DE"), ("last_port", "DEU001"),
        ("entry_port", "310001"), ("packages", "10"), ("packaging", "22"), ("gross_kg", "1250.5"),
        ("net_kg", "1100"), ("terms", "3"),
    ];
    for (name, value) in head {
        assert!(form.head.set(name, value), "{name}");
    }
    let line = form.add(Part::Line);
    #[rustfmt::skip]
    let fields = [
        ("number", "1"), ("commodity_code", "8512201000"), ("name", "车灯"), ("quantity", "100"),
        ("unit", "007"), ("first_quantity", "100"), ("first_unit", "007"), ("second_quantity", "1100"),
        ("second_unit", "035"), ("price", "80"), ("total", "8000"), ("currency", "EUR"), ("origin", "CN"),
        ("destination", "DE"), ("district", "31222"), ("duty_mode", "1"),
    ];
    for (name, value) in fields {
        assert!(line.set(name, value), "{name}");
    }
    form
}

#[test]
fn to_the_microsecond() {
    let law = ledger::china();
    let codes = |shelf: &Shelf, role, command: &Command, moment: DateTime| {
        let decided = decide(command, &actor(role), shelf, &law, &at(moment), 7);
        decided
            .err()
            .unwrap_or_default()
            .into_iter()
            .filter(|f| f.is_error())
            .map(|f| f.code)
            .collect::<Vec<_>>()
    };
    //                     mode, hours
    for (mode, hours) in [("2", 2), ("5", 4), ("3", 2), ("4", 1)] {
        let latest = LOADING.checked_sub(jiff::Span::new().hours(hours)).unwrap();
        let file = Command::FileBill(bill(mode));
        let files = |moment| codes(&Shelf::default(), Role::Carrier, &file, moment);
        assert_eq!(files(latest), Vec::<String>::new(), "{mode}");
        let late = latest.checked_add(jiff::Span::new().microseconds(1)).unwrap();
        assert_eq!(files(late), ["CTL-081"], "{mode}");
    }
    let early = date(2026, 11, 20).at(8, 0, 0, 0);
    let mut shelf = Shelf::default();
    let arrival = GoodsMoved {
        office: OfficeCode::parse("2225").unwrap(),
        bill: "COSU1".to_owned(),
        packages: 10,
        gross_kg: Exact::parse("1250.5").unwrap(),
    };
    for (role, command) in
        [(Role::Carrier, Command::FileBill(bill("2"))), (Role::Operator, Command::ReportArrival(arrival))]
    {
        let decision = decide(&command, &actor(role), &shelf, &law, &at(early), 7).unwrap();
        shelf.0.extend(decision.records);
    }
    let lodge = Command::Lodge(Box::new(declaration()));
    let lodges = |moment| codes(&shelf, Role::Declarant, &lodge, moment);
    let latest = LOADING.checked_sub(jiff::Span::new().hours(24)).unwrap();
    for (before, expected) in [(3_600_000_000_i64, vec![]), (0, vec![]), (-1, vec!["CTL-082"])] {
        let moment = latest.checked_sub(jiff::Span::new().microseconds(before)).unwrap();
        assert_eq!(lodges(moment), expected, "{before}");
    }
}
