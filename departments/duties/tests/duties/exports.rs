//! Exports: their own charges, and a value without the export duty (TL 29, handbook 4.3, E11).

use crate::country::*;
use customhouse_duties::{Assessment, Consignment, Cost, CostMark};
use customhouse_kernel::values::{CurrencyCode, Direction};

/// Export duty comes out of the price; three terms of delivery.
pub const EXPORT: &str = r#"
[[charge]]
id = "export_duty"
name = { zh = "出口关税", en = "Export duty" }
direction = "export"
order = 1
base = "value"
price = "deducted"
places = 2
rounding = "half_up"
free_up_to = "50.00"
required = false
book = "E"

[[rate_choice]]
id = "choice.export_duty"
key = "export_duty"
order = 1
when = "true"
prefer = [["provisional"], ["export"]]

[[valuation]]
id = "valuation.export"
direction = "export"
places = 2
rounding = "half_up"
apportion = "coefficient"
insurance_presumed = "0"

[[delivery_terms]]
id = "FOB.export"
code = "FOB"
direction = "export"

[[delivery_terms]]
id = "CIF.export"
code = "CIF"
direction = "export"
deducts_freight = true
deducts_insurance = true
"#;

fn law(rates: &str) -> Law {
    law_with(&format!("{VALUATION}{CHARGES}{EXPORT}"), rates, "USD,7.1234")
}

fn export(terms: &str, in_currency: &str, totals: &[&str]) -> Consignment {
    Consignment { direction: Direction::Export, terms: terms.to_owned(), ..cif(in_currency, totals) }
}

fn owed(assessment: &Assessment) -> [String; 3] {
    [assessment.value(), assessment.charge("export_duty"), assessment.total].map(|m| m.to_string())
}

#[test]
fn e11_the_value_excludes_the_duty() {
    let law = law("export_duty export 20%");
    let found = law.assess(&export("FOB", "USD", &["120000.00"])).unwrap();
    assert_eq!(owed(&found), ["712340.00", "142468.00", "142468.00"]);
    let working = law.working(&found);
    for sum in ["854808.00 ÷ (1 + 20%) = 712340.00", "712340.00 × 20% = 142468.00"] {
        assert!(working.iter().any(|s| s == sum), "{sum}: {working:#?}");
    }
}

#[test]
fn what_becomes_of_a_price_by_rate() {
    #[rustfmt::skip]
    let rows = [
        // rates                                                  price      value       duty
        ("",                                                      "10000",   "10000.00", "0.00"),
        ("export_duty export 25%",                                "10000",   "8000.00",  "2000.00"),
        ("export_duty export 50%\nexport_duty provisional 20%",   "12000",   "10000.00", "2000.00"),
        ("export_duty export 50%\nexport_duty provisional 0%",    "12000",   "12000.00", "0.00"),
        // the value is rounded first, and the duty is a share of it
        ("export_duty export 40%",                                "1000.03", "714.31",   "285.72"),
        // not above the threshold
        ("export_duty export 20%",                                "300",     "250.00",   "0.00"),
        // charges of imports do not reach exports
        ("import_duty mfn 8%\nvat standard 13%\nconsumption_tax standard 10%", "10000", "10000.00", "0.00"),
    ];
    for (rates, price, value, duty) in rows {
        let found = law(rates).assess(&export("FOB", "CNY", &[price])).unwrap();
        assert_eq!(owed(&found), [value, duty, duty], "{rates} on {price}");
    }
}

#[test]
fn a_specific_part_comes_out_first() {
    let goods = export("FOB", "CNY", &["10000"]).measuring("070", &["2"]);
    for (rate, value, duty) in
        [("1000 CNY/t", "8000.00", "2000.00"), ("25% + 1000 CNY/t", "6400.00", "3600.00")]
    {
        let found = law(&format!("export_duty export {rate}")).assess(&goods).unwrap();
        assert_eq!(owed(&found), [value, duty, duty], "{rate}");
    }
}

#[test]
fn freight_and_insurance_are_no_part_of_the_value() {
    let total = |rate: &str| {
        Some(Cost { mark: CostMark::Total, currency: CurrencyCode::parse("CNY"), rate: x(rate) })
    };
    let (freight, insurance) = (total("700"), total("30"));
    let goods = Consignment { freight, insurance, ..export("CIF", "CNY", &["10000"]) };
    let law = law("");
    let found = law.assess(&goods).unwrap();
    assert_eq!(owed(&found), ["9270.00", "0.00", "0.00"]);
    let sum = "price 10000.00 − freight 700.00 − insurance 30.00 = 9270.00";
    assert!(law.working(&found).iter().any(|s| s == sum), "{:#?}", law.working(&found));
    // a share of insurance is a share of the price that holds it
    let share = Some(Cost { mark: CostMark::Share, currency: None, rate: x("0.003") });
    let found = law.assess(&Consignment { insurance: share, ..goods.clone() }).unwrap();
    assert_eq!(owed(&found)[0], "9270.00");
    let missing = Consignment { freight: None, ..goods };
    assert_eq!(law.assess(&missing).unwrap_err()[0].path, "/freight");
}

#[test]
fn a_rate_that_the_pack_does_not_know_refuses_by_name() {
    let refused = law("export_duty export unknown").assess(&export("FOB", "CNY", &["1"])).unwrap_err();
    let codes: Vec<&str> = refused.iter().map(|r| r.code.as_str()).collect();
    assert_eq!(codes, ["DUT-013"]);
}

#[test]
fn terms_without_a_rule_for_exports_are_refused() {
    assert_eq!(law("").assess(&export("DDP", "CNY", &["1"])).unwrap_err()[0].path, "/terms");
}
