//! Refusals by name, and what the trace says beside the numbers.

use crate::country::*;
use customhouse_duties::{Consignment, Cost, CostMark, Step};
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
            &["DUT-009 /items The exact result needs more digits than can be held."],
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
                "DUT-015 /items/0/quantities The rate 2 CNY/kg cannot be reckoned: the quantity in kg is missing.",
            ],
        ),
        (
            "import_duty mfn value / quantity.kg > 3 ? 1% : 2%",
            cif("USD", &["1"]),
            &[
                "DUT-015 /items/0/quantities The rate value / quantity.kg > 3 ? 1% : 2% cannot be reckoned: the field quantity.kg is missing.",
            ],
        ),
        (
            "import_duty mfn value / quantity.kg > 3 ? 1% : 2%",
            cif("USD", &["1"]).measuring("035", &["0"]),
            &[
                "DUT-015 /items/0/quantities The rate value / quantity.kg > 3 ? 1% : 2% cannot be reckoned: division by zero.",
            ],
        ),
        (
            "import_duty mfn 2 EUR/kg",
            cif("USD", &["1"]).measuring("035", &["1"]),
            &[
                "DUT-015 /items/0/quantities The rate 2 EUR/kg cannot be reckoned: there is no exchange rate for EUR.",
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

#[test]
fn the_last_exchange_rate_is_carried_forward_and_says_so() {
    let law = law_with(&format!("{VALUATION}{CHARGES}"), "import_duty mfn 8%", "USD,7\n");
    let found = law.assess(&cif("USD", &["100"])).unwrap();
    assert!(found.trace.iter().any(|s| matches!(s, Step::Exchange { carried_forward: false, .. })));
}
