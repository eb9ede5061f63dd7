//! The exports of the sample: some have departed, one was shut out in part, one waits for its goods. Goods
//! and form are those of the README's example, in other quantities.

use super::firms::{CARRIERS, FIRMS, OFFICES, firm_code};
use customhouse_control::form::Form;
use customhouse_control::{BillForm, Departure, GoodsMoved, ShutOut};
use customhouse_exchange::{Limits, json};
use customhouse_kernel::values::{Direction, Exact, OfficeCode};
use jiff::civil::DateTime;

/// One thing that is done about an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportAct {
    File,
    Arrive,
    Lodge,
    Check,
    /// Loads all, or all but what is shut out.
    Load,
    ShutOut,
    Depart,
}

/// An export of the sample.
pub(crate) struct Export {
    /// Place among the firms.
    pub firm: usize,
    /// The broker declares it for the firm.
    pub by_broker: bool,
    /// Hours before the end of the trade at which its bill is filed.
    filed: i64,
    /// Ten packages each.
    lots: u32,
    /// Packages that are shut out.
    shut_out: u32,
    destination: &'static str,
    /// The last thing that happens, if time allows.
    last: ExportAct,
}

#[rustfmt::skip] // a table
pub(crate) const EXPORTS: [Export; 7] = [
    Export { firm: 0, by_broker: false, filed: 290, lots: 2, shut_out: 0, destination: "DE", last: ExportAct::Depart },
    Export { firm: 1, by_broker: false, filed: 260, lots: 6, shut_out: 0, destination: "FR", last: ExportAct::Depart },
    Export { firm: 3, by_broker: true, filed: 210, lots: 3, shut_out: 0, destination: "DE", last: ExportAct::Depart },
    Export { firm: 0, by_broker: false, filed: 160, lots: 4, shut_out: 12, destination: "IT", last: ExportAct::Depart },
    Export { firm: 0, by_broker: true, filed: 70, lots: 1, shut_out: 0, destination: "DE", last: ExportAct::Check },
    Export { firm: 0, by_broker: false, filed: 30, lots: 5, shut_out: 0, destination: "FR", last: ExportAct::Arrive },
    Export { firm: 0, by_broker: false, filed: 12, lots: 2, shut_out: 0, destination: "IT", last: ExportAct::File },
];

/// Hours from filing to loading: the day that the law leaves for declaring, and two more.
const TO_LOADING: i64 = 72;

impl Export {
    /// What happens, with the hours before the end of the trade.
    pub fn acts(&self) -> impl Iterator<Item = (i64, ExportAct)> {
        let loading = self.filed - TO_LOADING;
        let all = [
            (self.filed, ExportAct::File),
            (self.filed - 6, ExportAct::Arrive),
            (self.filed - 9, ExportAct::Lodge),
            (self.filed - 12, ExportAct::Check),
            (loading, ExportAct::Load),
            (loading - 2, ExportAct::ShutOut),
            (loading - 10, ExportAct::Depart),
        ];
        let last = self.last;
        let is_out = self.shut_out > 0;
        let until_last = all.into_iter().scan(false, move |over, (at, act)| {
            let goes_on = !*over;
            *over = act == last;
            goes_on.then_some((at, act))
        });
        until_last.filter(move |(_, act)| *act != ExportAct::ShutOut || is_out)
    }

    /// Hours before the end of the trade at which it is to be loaded.
    pub fn loading(&self) -> i64 {
        self.filed - TO_LOADING
    }

    fn office() -> OfficeCode {
        OfficeCode::parse(OFFICES[0].code).expect("four digits")
    }

    fn number(place: usize) -> String {
        format!("{}{}", CARRIERS[0].prefix, 26_900_001 + place)
    }

    /// Kilograms of so many packages, to a tenth.
    fn gross(packages: u32) -> Exact {
        Exact::from_steps(i64::from(packages) * 1_250, 1)
    }

    fn packages(&self) -> u32 {
        self.lots * 10
    }

    pub fn bill(&self, place: usize, loading: DateTime) -> BillForm {
        BillForm {
            direction: Direction::Export,
            office: Export::office(),
            bill: Export::number(place),
            transport_mode: CARRIERS[0].mode.to_owned(),
            transport_name: CARRIERS[0].names[place % CARRIERS[0].names.len()].to_owned(),
            voyage: format!("{:03}W", 40 + place),
            entry_date: None,
            loading: Some(loading),
            place: OFFICES[0].place.to_owned(),
            packages: self.packages(),
            gross_kg: Export::gross(self.packages()),
            consignee: None,
        }
    }

    /// The declaration; `agent`: credit code and name of the broker that lodges it.
    pub fn form(&self, place: usize, agent: Option<(&str, &str)>) -> Form {
        let example = include_str!("../../../docs/examples/export-declaration.json");
        let mut form = json::read(example.as_bytes(), &Limits::default()).unwrap_or_default();
        let firm = &FIRMS[self.firm];
        let name = format!("{} {}", firm.zh, firm.en);
        let bill = self.bill(place, DateTime::default());
        for (field, value) in [
            ("bill", bill.bill.as_str()),
            ("transport_name", &bill.transport_name),
            ("voyage", &bill.voyage),
            ("consignee.credit_code", firm_code(self.firm).as_str()),
            ("consignee.customs_code", &format!("99999100{:02}", self.firm)),
            ("consignee.name", &name),
            ("consumer.name", &name),
            ("trading_country", self.destination),
            ("departure_country", self.destination),
            ("packages", &bill.packages.to_string()),
            ("gross_kg", &bill.gross_kg.to_string()),
            ("net_kg", &(u64::from(self.lots) * 1_100).to_string()),
        ] {
            form.head.set(field, value);
        }
        if let Some((code, name)) = agent {
            form.head.set("agent.credit_code", code);
            form.head.set("agent.name", name);
        }
        let lots = u64::from(self.lots);
        for line in &mut form.lines {
            for (field, of_one) in
                [("quantity", 100), ("first_quantity", 100), ("second_quantity", 1_100), ("total", 8_000)]
            {
                line.set(field, (lots * of_one).to_string());
            }
            line.set("destination", self.destination);
        }
        form
    }

    pub fn arrived(&self, place: usize) -> GoodsMoved {
        moved(place, self.packages())
    }

    pub fn loaded(&self, place: usize) -> GoodsMoved {
        moved(place, self.packages() - self.shut_out)
    }

    pub fn left_behind(&self, place: usize) -> ShutOut {
        let GoodsMoved { office, bill, packages, gross_kg } = moved(place, self.shut_out);
        ShutOut { office, bill, packages, gross_kg, loading: None }
    }

    pub fn departed(&self, place: usize, day: jiff::civil::Date) -> Departure {
        Departure { office: Export::office(), bill: Export::number(place), departed: day }
    }
}

fn moved(place: usize, packages: u32) -> GoodsMoved {
    GoodsMoved {
        office: Export::office(),
        bill: Export::number(place),
        packages,
        gross_kg: Export::gross(packages),
    }
}
