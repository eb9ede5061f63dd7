//! Refusals by name, and what the trace says beside the numbers.

use crate::country::*;
use customhouse_duties::{Consignment, Cost, CostMark, Step, Tariff, assess};
use customhouse_kernel::values::{CommodityCode, CurrencyCode, Exact};

fn refused(rates: &str, goods: &Consignment) -> Vec<String> {
    let law = law_with(&format!("{VALUATION}{CHARGES}"), rates, "USD,7.12345\n");
    let refused = law.assess(goods).expect_err("refused");
    refused.iter().map(|r| format!("{} {} {}", r.code, r.path, r.text.en)).collect()
}

#[test]
fn every_refusal_has_a_case() {
    let goods = || cif("USD", &["100", "200"]);
    let total = |currency: Option<&str>| Cost {
        mark: CostMark::Total,
        currency: currency.map(|c| CurrencyCode::parse(c).unwrap()),
        rate: Exact::ONE,
    };
    let none = Consignment { items: Vec::new(), ..goods() };
    let mut strange = goods();
    strange.items[1].commodity = CommodityCode::parse("9000000002").unwrap();
    let mut mixed = goods();
    mixed.items[1].currency = CurrencyCode::parse("EUR").unwrap();
    let unloading = Consignment { terms: "DDP".to_owned(), ..goods() };
    let no_freight = Consignment { terms: "FOB".to_owned(), ..goods() };
    let no_currency = Consignment { other: Some(total(None)), ..goods() };
    let by_weight =
        Consignment { other: Some(Cost { mark: CostMark::PerTonne, ..total(Some("USD")) }), ..goods() };
    let eaten = Consignment { other: Some(Cost { rate: x("-300"), ..total(Some("USD")) }), ..goods() };
    for (rates, goods, want) in [
        ("", none, &["DUT-001 /items There is no goods item to assess."][..]),
        (
            "",
            strange,
            &["DUT-002 /items/1/commodity The tariff of 2026-03-02 has no commodity code 9000000002."],
        ),
        (
            "",
            mixed,
            &[
                "DUT-003 /items/1/currency The goods items of one declaration are priced in different currencies: USD and EUR.",
            ],
        ),
        (
            "",
            cif("JPY", &["1"]),
            &["DUT-004 /items/0/currency There is no duty exchange rate for JPY on 2026-03-02."],
        ),
        (
            "",
            cif("USD", &["1", "-1"]),
            &["DUT-005 /items The prices add up to nothing: there is no customs value."],
        ),
        ("", eaten, &["DUT-005 /other The prices add up to nothing: there is no customs value."]),
        ("", unloading, &["DUT-006 /terms The pack has no valuation rule for the terms of delivery DDP."]),
        ("", by_weight, &["DUT-007 /gross_kg A cost given by weight needs the gross mass."]),
        ("", no_currency, &["DUT-008 /other A cost given as an amount needs a currency."]),
        (
            "",
            cif("USD", &["10000000000000000000"]),
            &["DUT-009 /items/0/total The exact result needs more digits than can be held."],
        ),
        (
            "",
            no_freight,
            &["DUT-010 /freight The terms of delivery FOB leave out freight, and no freight is declared."],
        ),
        (
            "import_duty mfn unknown",
            cif("USD", &["1"]),
            &["DUT-013 /items/0/commodity The rate of import_duty for code 9000000001 is not known: ."],
        ),
        (
            "",
            goods(),
            &[
                "DUT-014 /items/0/commodity On 2026-03-02 there is no rate of import_duty for code 9000000001 of origin QA.",
                "DUT-014 /items/1/commodity On 2026-03-02 there is no rate of import_duty for code 9000000001 of origin QA.",
            ],
        ),
        (
            "import_duty mfn 2 CNY/kg",
            cif("USD", &["1"]),
            &[
                "DUT-015 /items/0/quantities The rate 2 CNY/kg of measure measure.0 cannot be reckoned: the quantity in kg is missing.",
            ],
        ),
        (
            "import_duty mfn value / quantity.kg > 3 ? 1% : 2%",
            cif("USD", &["1"]),
            &[
                "DUT-015 /items/0/quantities The rate value / quantity.kg > 3 ? 1% : 2% of measure measure.0 cannot be reckoned: the field quantity.kg is missing.",
            ],
        ),
        (
            "import_duty mfn value / quantity.kg > 3 ? 1% : 2%",
            cif("USD", &["1"]).measuring("035", &["0"]),
            &[
                "DUT-015 /items/0/quantities The rate value / quantity.kg > 3 ? 1% : 2% of measure measure.0 cannot be reckoned: division by zero.",
            ],
        ),
        (
            "import_duty mfn 2 EUR/kg",
            cif("USD", &["1"]).measuring("035", &["1"]),
            &[
                "DUT-015 /items/0/quantities The rate 2 EUR/kg of measure measure.0 cannot be reckoned: there is no exchange rate for EUR.",
            ],
        ),
    ] {
        assert_eq!(refused(rates, &goods), want);
    }
}

#[test]
fn a_pack_without_charges_or_choice_is_refused_by_name() {
    let code = |rules: &str| {
        let law = law_with(rules, if rules == VALUATION { "" } else { "import_duty mfn 8%" }, "");
        law.assess(&cif("CNY", &["100"])).expect_err("refused")[0].code.clone()
    };
    assert_eq!(code(VALUATION), "DUT-016");
    let no_choice = CHARGES.split("[[rate_choice]]").next().unwrap();
    assert_eq!(code(&format!("{VALUATION}{no_choice}")), "DUT-017");
}

#[test]
fn an_exchange_rate_that_a_duty_rate_uses_stands_in_the_trace() {
    for rate in ["2 USD/kg", "value > 5000 * exchange.USD ? 1% : 2%"] {
        let law = law_with(&format!("{VALUATION}{CHARGES}"), &format!("import_duty mfn {rate}"), "USD,7\n");
        let found = law.assess(&cif("CNY", &["10000"]).measuring("035", &["100"])).unwrap();
        let exchanges = found.trace.iter().filter(|s| matches!(s, Step::Exchange { .. })).count();
        assert_eq!(exchanges, 1, "{rate}: {:#?}", found.trace);
    }
}

/// Rates by day: the one that covers it, else the last one before, and then the trace says so.
#[test]
fn the_exchange_rate_of_the_day_or_the_last_one_before() {
    let rates = "USD,6,2025-01-01..2025-02-01\nUSD,7,2025-03-01..2025-04-01\nUSD,8,2025-05-01..2025-06-01\n";
    let law = law_with(&format!("{VALUATION}{CHARGES}"), "import_duty mfn 8%", rates);
    for (day, rate, carried) in [
        ("2025-01-01", "6", false),
        ("2025-01-31", "6", false),
        ("2025-02-01", "6", true),
        ("2025-03-01", "7", false),
        ("2025-04-15", "7", true),
        ("2025-05-31", "8", false),
        ("2026-03-02", "8", true),
    ] {
        let found = assess(&cif("USD", &["100"]), &law.tariff, day.parse().unwrap()).unwrap();
        let Step::Exchange { rate: got, carried_forward, .. } = &found.trace[0] else { panic!("{day}") };
        assert_eq!((*got, *carried_forward), (x(rate), carried), "{day}");
    }
    let before = assess(&cif("USD", &["100"]), &law.tariff, "2024-12-31".parse().unwrap());
    assert_eq!(before.expect_err("refused")[0].code, "DUT-004");
}

/// Freight, insurance and other charges by each mark, on a price of 10,000 and 1,500 kg gross.
#[test]
fn costs_of_the_head() {
    let law = law_with(&format!("{VALUATION}{CHARGES}"), "import_duty mfn 8%", "USD,7\n");
    let share = |rate| Some(Cost { mark: CostMark::Share, currency: None, rate: x(rate) });
    let amount =
        |mark, currency, rate| Some(Cost { mark, currency: CurrencyCode::parse(currency), rate: x(rate) });
    let total = |currency, rate| amount(CostMark::Total, currency, rate);
    let per_tonne = |currency, rate| amount(CostMark::PerTonne, currency, rate);
    // freight                 insurance             other               freight insurance other  value
    for (freight, insurance, other, working) in [
        (share("0.02"), share("0.003"), None, "price 10000.00 + freight 200.00 + insurance 30.60 = 10230.60"),
        (
            per_tonne("USD", "100"),
            share("0.003"),
            None,
            "price 10000.00 + freight 1050.00 + insurance 33.15 = 11083.15",
        ),
        (
            per_tonne("CNY", "100"),
            total("USD", "5"),
            None,
            "price 10000.00 + freight 150.00 + insurance 35.00 = 10185.00",
        ),
        (total("CNY", "0"), total("CNY", "0"), None, "price 10000.00 = 10000.00"),
        (total("USD", "100"), None, None, "price 10000.00 + freight 700.00 + insurance 32.10 = 10732.10"),
        // other charges are a share of the price alone, and may be a deduction
        (
            share("0.02"),
            share("0"),
            share("0.01"),
            "price 10000.00 + freight 200.00 + other charges 100.00 = 10300.00",
        ),
        (
            share("0.02"),
            share("0"),
            share("-0.01"),
            "price 10000.00 + freight 200.00 + other charges -100.00 = 10100.00",
        ),
        (share("0"), share("0"), total("USD", "-10"), "price 10000.00 + other charges -70.00 = 9930.00"),
    ] {
        let goods = Consignment {
            terms: "FOB".to_owned(),
            freight,
            insurance,
            other,
            gross_kg: Some(x("1500")),
            ..cif("CNY", &["10000"])
        };
        let found = law.assess(&goods).unwrap();
        assert!(
            law.working(&found).iter().any(|sum| sum == working),
            "{working}: {:#?}",
            law.working(&found)
        );
    }
    // what the terms include is not added again
    let included =
        Consignment { freight: share("0.02"), insurance: share("0.003"), ..cif("CNY", &["10000"]) };
    assert_eq!(law.assess(&included).unwrap().value().to_string(), "10000.00");
}

/// Of several measures of one tier the one on the closest prefix counts; other tiers keep theirs.
#[test]
fn the_closest_prefix_counts() {
    let measures = "90,import_duty,mfn,,,20%\n9000,import_duty,mfn,,,10%\n9000000001,import_duty,mfn,,,15%\n\
        9000000009,import_duty,mfn,,,1%\n91,import_duty,mfn,,,2%\n90,vat,standard,,,13%\n9000,vat,standard,,,9%\n";
    let codes = "9000000001\n9000000002\n9001000000\n9100000000\n";
    let law = law(&format!("{VALUATION}{CHARGES}"), measures, "", codes);
    for (code, duty, vat) in [
        ("9000000001", "1500.00", "1035.00"),
        ("9000000002", "1000.00", "990.00"),
        ("9001000000", "2000.00", "1560.00"),
        ("9100000000", "200.00", "0.00"),
    ] {
        let mut goods = cif("CNY", &["10000"]);
        goods.items[0].commodity = CommodityCode::parse(code).unwrap();
        let found = law.assess(&goods).unwrap();
        let got = [found.charge("import_duty"), found.charge("vat")].map(|m| m.to_string());
        assert_eq!(got, [duty, vat], "{code}");
        // the trace names one measure a tier
        for step in &found.trace {
            if let Step::Choice { candidates, .. } = step {
                assert_eq!(candidates.len(), 1, "{code}: {candidates:?}");
            }
        }
    }
}

/// A charge in the price is rounded once, after its fixed part.
#[test]
fn an_inclusive_charge_is_rounded_once() {
    let rates = "import_duty mfn 0%\nconsumption_tax standard 10% + 0.003 CNY/kg";
    let law = law_with(&format!("{VALUATION}{CHARGES}"), rates, "");
    // (900.01 + 0.003) ÷ 0.9 × 0.1 + 0.003 = 100.00144… + 0.003 = 100.00444…; (900.03 + 0.003) gives 100.00666…
    for (value, tax) in [("900.01", "100.00"), ("900.03", "100.01")] {
        let found = law.assess(&cif("CNY", &[value]).measuring("035", &["1"])).unwrap();
        assert_eq!(found.charge("consumption_tax").to_string(), tax, "{value}");
    }
}

/// What no rule of choice could tell apart is a fault of the pack, not a matter of luck.
#[test]
fn two_rates_of_one_tier_on_the_same_goods_are_a_fault_of_the_pack() {
    let faults = |measures: &str| {
        let pack = pack(&format!("{VALUATION}{CHARGES}"), measures, "", GOODS);
        let compiled = Tariff::compile(&pack.rulebook, CurrencyCode::parse("CNY").unwrap());
        compiled.err().unwrap_or_default().iter().map(|fault| fault.text.en.to_string()).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(faults("90,import_duty,mfn,,,8%\n9000,import_duty,mfn,,,9%\n"), none, "another prefix");
    assert_eq!(faults("90,import_duty,mfn,QA,,8%\n90,import_duty,mfn,QB,,9%\n"), none, "another origin");
    assert_eq!(faults("90,import_duty,mfn,,01,8%\n90,import_duty,mfn,,02,9%\n"), none, "another programme");
    assert_eq!(
        faults("90,import_duty,mfn,,,8%\n90,import_duty,mfn,,,9%\n"),
        ["measure.0 gives a rate for the same goods and origin at the same time"]
    );
    assert_eq!(faults("90,unknown,mfn,,,8%\n"), ["there is no charge unknown"]);
    assert_eq!(faults("90,import_duty,mfn,nowhere,,8%\n"), ["there is no country or group nowhere"]);
    assert_eq!(
        faults("90,import_duty,mfn,,,value / quantity.barrel * 1%\n"),
        ["rate \"value / quantity.barrel * 1%\", character 9: no field is called “quantity.barrel”"]
    );
}
