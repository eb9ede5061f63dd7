//! Every charge again, from the trace alone: the calculator reads the JSON of an explained trace and nothing
//! else. The examples of the other tests pass through it as they are assessed (`country`, `china`); here are
//! the goods of every form of rate, the scenarios, and generated lots under the law of the China pack.

use crate::calculator::{N, recompute};
use crate::china::{China, DAY};
use crate::country::cif;
use crate::golden;
use customhouse_duties::scenario::{Bench, Verdict};
use customhouse_duties::{
    Assessment, Consignment, Cost, CostMark, Explained, LineAssessment, Preference, SecondUnit, explain,
};
use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode, Exact, UnitCode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value as Json;
use std::cell::Cell;

/// The calculator finds what the assessment says.
pub fn agrees(assessment: &Assessment, explained: &[Explained]) {
    lines_agree(&assessment.lines, explained);
    for total in &assessment.charges {
        let on = assessment.lines.iter().map(|line| assessment.collected(line.number, &total.charge).minor());
        assert_eq!(on.sum::<i64>(), total.amount.minor(), "{}", total.charge);
    }
}

fn lines_agree(lines: &[LineAssessment], explained: &[Explained]) {
    let text = serde_json::to_string(explained).unwrap();
    let trace: Vec<Json> = serde_json::from_str(&text).unwrap();
    let found = recompute(&trace);
    let told = |amount: &dyn std::fmt::Display| N::read(&amount.to_string());
    for line in lines {
        let of = &found[&u64::from(line.number)];
        assert_eq!(of.value, told(&line.value));
        assert_eq!(of.charges.len(), line.charges.len(), "{:?}", line.charges);
        for on in &line.charges {
            let expected = (told(&on.computed), told(&on.collected));
            assert_eq!(of.charges[&on.charge], expected, "{} on line {}", on.charge, line.number);
        }
    }
}

#[test]
fn every_form_of_rate_is_reckoned_again() {
    let law = golden::country();
    let assessed = golden::consignments().iter().filter(|goods| law.assess(goods).is_ok()).count();
    assert!(assessed > 40, "{assessed}");
}

#[test]
fn every_scenario_is_reckoned_again() {
    let mut traces = 0;
    for text in [include_str!("../scenarios/uk.jsonl"), include_str!("../scenarios/us-and-forms.jsonl")] {
        let mut bench = Bench::new(None).tracing();
        for (n, line) in text.lines().enumerate() {
            let answer = bench.answer(n + 1, line);
            assert!(matches!(answer.verdict(), Verdict::Law | Verdict::Agrees), "line {}", n + 1);
            if let (Some(owed), Some(trace)) = (&answer.assessment, &answer.trace) {
                lines_agree(&owed.lines, trace);
                traces += 1;
            }
        }
    }
    assert!(traces > 60, "{traces}");
}

/// Lots under the law of the China pack: one to four lines of any goods, from anywhere, on any terms.
fn lots(china: &China) -> impl Strategy<Value = Consignment> + use<> {
    let goods: Vec<(CommodityCode, Vec<UnitCode>)> = china
        .tariff
        .commodities("", DAY)
        .map(|goods| {
            let second = match goods.unit_2 {
                SecondUnit::Unit(unit) => Some(unit),
                SecondUnit::None | SecondUnit::Unknown => None,
            };
            (goods.code, goods.unit_1.into_iter().chain(second).collect())
        })
        .collect();
    let origin = prop::sample::select(vec!["DE", "US", "JP", "VN", "AU", "CL", "KP", "BD"]);
    let agreement = prop::sample::select(vec!["", "", "02", "11", "13"]);
    let cents = prop_oneof![1i64..20_000, 1i64..1_000_000_000];
    let line = (prop::sample::select(goods), origin, agreement, cents, 1i64..1_000_000);
    let cost = prop::option::of((0usize..3, -200i64..9_000));
    let terms = prop::sample::select(vec!["1", "2", "3", "4", "7"]);
    let currency = prop::sample::select(vec!["CNY", "EUR", "USD", "JPY"]);
    let lot = (terms, currency, [cost.clone(), cost.clone(), cost], prop::collection::vec(line, 1..5));
    lot.prop_map(|(terms, currency, costs, lines)| {
        let totals: Vec<String> =
            lines.iter().map(|(_, _, _, cents, _)| Exact::from_steps(*cents, 2).to_string()).collect();
        let mut lot = cif(currency, &totals.iter().map(String::as_str).collect::<Vec<_>>());
        for (item, (goods, origin, agreement, _, quantity)) in lot.items.iter_mut().zip(&lines) {
            item.commodity = goods.0;
            item.origin = CountryCode::parse(origin).unwrap();
            item.quantities = goods.1.iter().map(|unit| (*unit, Exact::from_steps(*quantity, 2))).collect();
            item.preference = (!agreement.is_empty()).then(|| Preference {
                agreement: (*agreement).to_owned(),
                proof_kind: "C".to_owned(),
                proof_number: "1".to_owned(),
            });
        }
        let marks = [CostMark::Share, CostMark::PerTonne, CostMark::Total];
        let cost = |cost: Option<(usize, i64)>| {
            cost.map(|(mark, rate)| {
                let places = if mark == 0 { 4 } else { 2 };
                let currency = (mark > 0).then(|| CurrencyCode::parse(currency).unwrap());
                Cost { mark: marks[mark], currency, rate: Exact::from_steps(rate, places) }
            })
        };
        let [freight, insurance, other] = costs.map(cost);
        let gross_kg = Some(Exact::from_steps(12_345, 1));
        Consignment { terms: terms.to_owned(), freight, insurance, other, gross_kg, ..lot }
    })
}

#[test]
fn generated_lots_are_reckoned_again() {
    let china = China::read();
    let (assessed, charges) = (Cell::new(0), Cell::new(0));
    let cases = Config { cases: 1_500, failure_persistence: None, ..Config::default() };
    TestRunner::new(cases)
        .run(&lots(&china), |lot| {
            if let Ok(assessment) = china.assess_whole(&lot) {
                assessed.set(assessed.get() + 1);
                charges.set(charges.get() + assessment.lines.iter().map(|l| l.charges.len()).sum::<usize>());
            }
            Ok(())
        })
        .unwrap();
    assert!(
        assessed.get() > 500 && charges.get() > 2_000,
        "{} lots, {} charges",
        assessed.get(),
        charges.get()
    );
}

/// No number of a trace can change unnoticed: each of them is put another digit before, one at a time.
#[test]
fn a_changed_number_is_found() {
    let law = golden::country();
    let lots = golden::consignments();
    let traces = lots.iter().filter_map(|goods| {
        let assessment = law.assess(goods).ok()?;
        let explained = explain(&assessment, goods, &law.pack.rulebook, &law.tariff);
        Some(serde_json::to_value(explained).unwrap())
    });
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let (mut changed, mut missed) = (0, Vec::new());
    for trace in traces {
        let steps = |trace: &Json| recompute(trace.as_array().unwrap());
        let before = format!("{:?}", steps(&trace));
        for pointer in numbers(&trace) {
            let mut other = trace.clone();
            let number = other.pointer_mut(&pointer).unwrap();
            let text = number.as_str().unwrap();
            let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
            *number = format!("{sign}1{digits}").into();
            let after = std::panic::catch_unwind(|| format!("{:?}", steps(&other)));
            // the quantity of an alternative that stays the higher one decides nothing
            let lost = pointer.contains("/numbers/quantity.") && trace.to_string().contains("lower(");
            if !lost && after.is_ok_and(|after| after == before) {
                missed.push(format!("{pointer}: {trace}"));
            }
            changed += 1;
        }
    }
    std::panic::set_hook(loud);
    assert!(missed.is_empty(), "{} of {changed}, such as {}", missed.len(), missed[0]);
    assert!(changed > 1_000, "{changed}");
}

/// Where the numbers of a trace stand that charges rest on: not what was compared and lost, nor gross mass
/// and thresholds, which are only limits here.
fn numbers(trace: &Json) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), trace)];
    while let Some((path, json)) = open.pop() {
        let last = path.rsplit('/').next().unwrap_or_default();
        match json {
            Json::Object(members) => {
                let own = members
                    .iter()
                    .filter(|(name, _)| !["zh", "en", "candidates", "unmet"].contains(&&***name));
                open.extend(own.map(|(name, json)| (format!("{path}/{name}"), json)));
            }
            Json::Array(list) => {
                open.extend(list.iter().enumerate().map(|(n, json)| (format!("{path}/{n}"), json)));
            }
            Json::String(text) => {
                let is_number = text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
                if is_number && !["free_up_to", "gross_kg", "rule", "measure"].contains(&last) {
                    found.push(path);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
    found
}
