//! A quote equals the bill 报税一致: for the same facts on the same day, what `quote` says is what the
//! declaration owes once it is lodged through the engine, book by book and step by step.

mod support;

use customhouse_control::form::{Fields, Form, Part};
use customhouse_control::{
    DeclarationRecord, DeclarationVersion, Quote, Role, declaration_key, quote, quote_fields, version_key,
};
use customhouse_duties::SecondUnit;
use customhouse_kernel::journal::Hash;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CommodityCode, Exact, Money, UnitCode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use support::house::{GREEN, House};
use support::{actor, bill, entry, form};

/// A consignment to be tried: indices are taken modulo the lists.
#[derive(Clone, Debug)]
struct Lot {
    terms: &'static str,
    /// Mark, currency and rate of freight, insurance and other charges; rates in hundredths.
    costs: [Option<(usize, i64)>; 3],
    currency: &'static str,
    /// Whether costs are declared that the terms do not ask for.
    misfit: bool,
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    commodity: usize,
    origin: &'static str,
    agreement: &'static str,
    cents: i64,
    /// In hundredths of the first and the second unit.
    quantities: [i64; 2],
}

const MARKS: [&str; 3] = ["1", "2", "3"];
const COSTS: [&str; 3] = ["freight", "insurance", "other"];

fn lots() -> impl Strategy<Value = Lot> {
    let cost = proptest::option::of((0usize..3, 1i64..9_000));
    let line = (
        0usize..10_000,
        prop::sample::select(vec!["DE", "US", "JP", "VN", "AU", "KP", "CL"]),
        prop::sample::select(vec!["", "", "02", "11", "22"]),
        prop_oneof![1i64..20_000, 1i64..100_000_000],
        [1i64..1_000_000, 1i64..1_000_000],
    );
    let line = line.prop_map(|(commodity, origin, agreement, cents, quantities)| Line {
        commodity,
        origin,
        agreement,
        cents,
        quantities,
    });
    let terms = prop::sample::select(vec!["1", "2", "3", "4", "7"]);
    let currency = prop::sample::select(vec!["EUR", "USD", "CNY"]);
    let misfit = prop::bool::weighted(0.1);
    (terms, [cost.clone(), cost.clone(), cost], currency, misfit, prop::collection::vec(line, 1..4))
        .prop_map(|(terms, costs, currency, misfit, lines)| Lot { terms, costs, currency, misfit, lines })
}

/// The goods of the tariff: code and units.
type Goods = (CommodityCode, UnitCode, Option<UnitCode>);

fn hundredths(number: i64) -> String {
    Exact::from_steps(number, 2).to_string()
}

impl Lot {
    /// A cost as the terms ask for it.
    fn fitting(&self, name: &str, cost: Option<(usize, i64)>) -> Option<(usize, i64)> {
        if self.misfit {
            return cost;
        }
        let leaves_out_freight = matches!(self.terms, "3" | "4" | "7");
        let whole = |(mark, rate): (usize, i64)| (if mark == 1 { 2 } else { mark }, rate);
        match name {
            "freight" => leaves_out_freight.then(|| cost.unwrap_or((2, 500))),
            "insurance" => cost.filter(|_| matches!(self.terms, "2" | "3" | "7")).map(whole),
            _ => cost.map(whole),
        }
    }

    /// The declaration of this consignment on a bill.
    fn declaration(&self, number: &str, tariff: &[Goods]) -> Form {
        let mut declaration = form(number);
        let head = &mut declaration.head;
        head.set("terms", self.terms);
        for (name, cost) in COSTS.iter().zip(&self.costs) {
            for part in ["mark", "currency", "rate"] {
                head.set(&format!("{name}.{part}"), "");
            }
            let Some((mark, rate)) = self.fitting(name, *cost) else { continue };
            head.set(&format!("{name}.mark"), MARKS[mark]);
            // a percent above a hundred is no freight
            head.set(&format!("{name}.rate"), hundredths(if mark == 0 { rate % 900 + 1 } else { rate }));
            if mark > 0 {
                head.set(&format!("{name}.currency"), self.currency);
            }
        }
        let model = declaration.lines[0].clone();
        let lines =
            self.lines.iter().zip(1..).map(|(line, number)| line.fields(&model, number, self, tariff));
        declaration.lines = lines.collect();
        declaration
    }
}

impl Line {
    fn fields(&self, model: &Fields, number: usize, lot: &Lot, tariff: &[Goods]) -> Fields {
        let (commodity, first, second) = tariff[self.commodity % tariff.len()];
        let mut fields = model.clone();
        let mut set = |name: &str, value: String| assert!(fields.set(name, value), "{name}");
        set("number", number.to_string());
        set("commodity_code", commodity.to_string());
        set("origin", self.origin.to_owned());
        set("currency", lot.currency.to_owned());
        set("total", hundredths(self.cents));
        set("quantity", "1".to_owned());
        set("price", hundredths(self.cents));
        set("unit", first.to_string());
        set("first_unit", first.to_string());
        set("first_quantity", hundredths(self.quantities[0]));
        set("second_unit", second.map_or_else(String::new, |unit| unit.to_string()));
        set("second_quantity", second.map_or_else(String::new, |_| hundredths(self.quantities[1])));
        set("preference.agreement", self.agreement.to_owned());
        let proof = |text: &str| if self.agreement.is_empty() { String::new() } else { text.to_owned() };
        set("preference.proof_kind", proof("C"));
        set("preference.proof_number", proof("E2026-000001"));
        fields
    }
}

/// What a quote asks for of a declaration.
fn asked(declaration: &Form) -> Form {
    let of = |fields: &Fields| {
        let mut kept = Fields::new(fields.part());
        for name in quote_fields(fields.part()) {
            kept.set(name, fields.get(name).unwrap_or_default());
        }
        kept
    };
    Form { head: of(&declaration.head), lines: declaration.lines.iter().map(of).collect(), ..Form::default() }
}

#[test]
fn a_quote_equals_the_bill() {
    let house = House::open(GREEN, support::pack());
    let law = house.engine.law();
    let day = house.engine.now().day();
    let tariff: Vec<Goods> = law
        .control
        .tariff
        .commodities("", day)
        .filter_map(|goods| match goods.unit_2 {
            SecondUnit::Unit(unit) => Some((goods.code, goods.unit_1?, Some(unit))),
            SecondUnit::None | SecondUnit::Unknown => Some((goods.code, goods.unit_1?, None)),
        })
        .collect();
    assert!(tariff.len() > 400, "{}", tariff.len());
    let (accepted, refused, next) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let cases = Config { cases: 300, failure_persistence: None, ..Config::default() };
    TestRunner::new(cases)
        .run(&lots(), |lot| {
            next.set(next.get() + 1);
            let number = format!("QUOTE{:08}", next.get());
            let declaration = lot.declaration(&number, &tariff);
            let quoted = quote(&asked(&declaration), &law.control, day);
            house.accepted(actor(Role::Carrier), bill(&number));
            let command = customhouse_control::Command::Lodge(Box::new(declaration));
            let outcome = house.ask(actor(Role::Declarant), command);
            if !outcome.accepted {
                refused.set(refused.get() + 1);
                let findings = quoted.err().unwrap_or_default();
                let among = |all: &[Refusal], one: &Refusal| {
                    all.iter().any(|f| (&f.code, &f.path) == (&one.code, &one.path))
                };
                // what the tariff refuses in a declaration it refuses in a quote, at the same place
                for finding in outcome.findings.iter().filter(|f| f.code.starts_with("DUT-")) {
                    prop_assert!(among(&findings, finding), "{finding:?}\n{findings:?}");
                }
                // and a quote refuses nothing that a declaration of the same facts does not
                for finding in &findings {
                    prop_assert!(among(&outcome.findings, finding), "{finding:?}\n{:?}", outcome.findings);
                }
                return Ok(());
            }
            accepted.set(accepted.get() + 1);
            let (assessment, _) = quoted.map_err(|f| TestCaseError::fail(format!("{f:?}")))?;
            let law = &law.control;
            let of =
                Quote::of(serde_json::Value::Null, &assessment, law, (Hash::ZERO, "CNY"), house.engine.now());
            let quote = of.ok_or_else(|| TestCaseError::fail("does not fit"))?;
            let entry = entry(&outcome.answer);
            let record = house.engine.read(|r| r.record(&declaration_key(entry))).unwrap().unwrap();
            let record: DeclarationRecord = record.read().unwrap();
            for charge in &quote.charges {
                let book = record.books.iter().find(|book| book.charge == charge.charge);
                prop_assert_eq!(
                    book.map_or(Money::ZERO, |book| book.amount),
                    charge.amount,
                    "{}",
                    charge.charge
                );
            }
            prop_assert_eq!(record.books.len(), quote.charges.iter().filter(|c| !c.amount.is_zero()).count());
            prop_assert_eq!(record.amounts.customs_value, quote.customs_value);
            prop_assert_eq!(Some(quote.landed_cost), quote.customs_value.checked_add(quote.total));
            let version = house.engine.read(|r| r.record(&version_key(entry, 1))).unwrap().unwrap();
            let version: DeclarationVersion = version.read().unwrap();
            prop_assert_eq!(version.assessment, assessment);
            Ok(())
        })
        .unwrap();
    eprintln!("{} accepted, {} refused", accepted.get(), refused.get());
    assert!(
        accepted.get() >= 150 && refused.get() >= 20,
        "{} accepted, {} refused",
        accepted.get(),
        refused.get()
    );
}

#[test]
fn every_field_of_a_quote_is_one_of_a_declaration() {
    for part in [Part::Head, Part::Line, Part::Container, Part::Document] {
        for name in quote_fields(part) {
            assert!(Fields::place(part, name).is_some(), "{name}");
        }
    }
}
