//! Retail import through e-commerce 跨境电子商务零售进口. Source: handbook 10.6, invariant 26.

use super::{charge, field, result, sums};
use serde_json::{Value, json};

fn order(day: &str, price: &str, left: &str, indivisible: bool, ct: &str) -> Value {
    json!({
        "calculation": "retail_order", "day": day, "price": price, "indivisible": indivisible,
        "on_positive_list": true, "year_left": left,
        "rates": { "import_duty": "0.1", "consumption_tax": ct, "vat": "0.13" },
    })
}

#[test]
fn limits_for_one_purchase_and_for_the_year() {
    // day, price, left of the year, one indivisible article -> treatment, total, drawn, why
    for (day, price, left, indivisible, treatment, total, drawn, why) in [
        ("2026-03-02", "900.00", "26000.00", false, "reduced", "81.90", "900.00", "E14"),
        ("2026-03-02", "5000.00", "26000.00", false, "reduced", "455.00", "5000.00", "the limit itself"),
        (
            "2026-03-02",
            "5000.01",
            "26000.00",
            false,
            "general_trade",
            "0.00",
            "0.00",
            "a fen above the limit",
        ),
        (
            "2026-03-02",
            "5000.01",
            "26000.00",
            true,
            "retail_full_tax",
            "1215.00",
            "5000.01",
            "one article, within the year",
        ),
        (
            "2026-03-02",
            "5000.01",
            "5000.00",
            true,
            "general_trade",
            "0.00",
            "0.00",
            "one article, above the year",
        ),
        ("2026-03-02", "900.00", "900.00", false, "reduced", "81.90", "900.00", "all that is left"),
        ("2026-03-02", "900.00", "899.99", false, "general_trade", "0.00", "0.00", "a fen less is left"),
        (
            "2026-03-02",
            "900.00",
            "899.99",
            true,
            "general_trade",
            "0.00",
            "0.00",
            "the year counts for one article, too",
        ),
        ("2026-03-02", "0.00", "0.00", false, "reduced", "0.00", "0.00", "nothing"),
        ("2018-12-31", "2000.00", "20000.00", false, "reduced", "182.00", "2000.00", "the limit of 2016"),
        (
            "2018-12-31",
            "2000.01",
            "20000.00",
            false,
            "general_trade",
            "0.00",
            "0.00",
            "above the limit of 2016",
        ),
        (
            "2018-12-31",
            "2000.01",
            "20000.00",
            true,
            "general_trade",
            "0.00",
            "0.00",
            "2016: one article, too",
        ),
        ("2019-01-01", "2000.01", "26000.00", false, "reduced", "182.00", "2000.01", "the limit of 2019"),
    ] {
        let found = result(&order(day, price, left, indivisible, "0"));
        let got = ["/treatment", "/total", "/drawn"].map(|p| field(&found, p));
        assert_eq!(got, [treatment, total, drawn], "{why}");
        assert_eq!(found["charges"].as_array().unwrap().is_empty(), treatment == "general_trade", "{why}");
    }
}

#[test]
fn consumption_tax_that_the_price_contains() {
    // price, rate, fixed -> consumption tax, VAT, why
    for (price, rate, fixed, ct, vat, why) in [
        ("900.00", "0.15", "0", "111.18", "96.35", "E15"),
        ("900.00", "0.2", "1", "158.38", "102.49", "(901 ÷ 0.8 × 0.2 + 1) × 70%; 901 ÷ 0.8 × 13% × 70%"),
        ("900.00", "0", "10", "7.00", "82.81", "by quantity alone"),
    ] {
        let mut facts = order("2026-03-02", price, "26000.00", false, rate);
        facts["rates"]["consumption_tax_fixed"] = json!(fixed);
        let found = result(&facts);
        let got = [charge(&found, "import_duty"), charge(&found, "consumption_tax"), charge(&found, "vat")];
        assert_eq!(got, ["0.00", ct, vat], "{why}");
    }
}

#[test]
fn freight_and_insurance_are_part_of_the_value() {
    let mut facts = order("2026-03-02", "860.00", "26000.00", false, "0");
    facts["freight"] = json!("40.00");
    let found = result(&facts);
    assert_eq!((field(&found, "/value"), charge(&found, "vat")), ("900.00".into(), "81.90".into()), "E14");
    let working = sums(&facts);
    assert_eq!(working[0], "customs value = price 860 + freight 40 + insurance 0 = 900");
    assert_eq!(
        working.last().unwrap(),
        "amount = total 900 × rate 0.13 × share that is due 0.7 ÷ 1 − the rate that the price contains 1 = 81.9"
    );
}
