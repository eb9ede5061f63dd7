//! Goods relieved for a use 减免税货物, and goods that come back from abroad. Source: handbook 5.3 and 8.

use super::{charge, field, result, sums};
use crate::country::{CHARGES, VALUATION, cif, law_with};
use serde_json::{Value, json};

fn sale(class: &str, value: &str, released: &str, settled: &str) -> Value {
    json!({
        "calculation": "relief_sale", "class": class, "value": value, "released": released, "settled": settled,
    })
}

#[test]
fn the_value_falls_with_the_months_used() {
    // class, released, settled -> months used, value of 2,400,000.00, why
    for (class, released, settled, used, value, why) in [
        ("other", "2024-08-10", "2026-03-28", "20", "1066666.67", "E17: 19 months and 18 days"),
        ("other", "2024-08-10", "2026-03-24", "19", "1133333.33", "14 days over do not count"),
        ("other", "2024-08-10", "2026-03-25", "20", "1066666.67", "15 days over count"),
        ("other", "2024-08-10", "2024-08-10", "0", "2400000.00", "the day of release"),
        ("other", "2024-08-10", "2027-08-10", "36", "0.00", "the period is over"),
        ("other", "2024-08-10", "2035-01-01", "125", "0.00", "long over"),
        ("motor_vehicles", "2024-08-10", "2026-08-10", "24", "1600000.00", "six years"),
        ("ships_aircraft", "2024-08-10", "2026-08-10", "24", "1800000.00", "eight years"),
        ("other", "2017-10-23", "2021-03-23", "41", "760000.00", "released a day before: five years"),
        ("other", "2017-10-24", "2021-03-24", "41", "0.00", "released on the day: three years"),
        ("other", "2015-01-01", "2019-01-01", "48", "480000.00", "settled under the older order"),
    ] {
        let found = result(&sale(class, "2400000.00", released, settled));
        assert_eq!([field(&found, "/months_used"), field(&found, "/value")], [used, value], "{class}: {why}");
    }
}

#[test]
fn the_value_is_assessed_as_any_other() {
    let facts = sale("other", "2400000.00", "2024-08-10", "2026-03-28");
    let value = field(&result(&facts), "/value");
    let law = law_with(&format!("{VALUATION}{CHARGES}"), "import_duty mfn 8%\nvat standard 13%", "");
    let found = law.assess(&cif("CNY", &[&value])).unwrap();
    let got = [found.value(), found.charge("import_duty"), found.charge("vat")].map(|m| m.to_string());
    assert_eq!(got, ["1066666.67", "85333.33", "149760.00"], "E17");
    assert_eq!(
        sums(&facts).last().unwrap(),
        "value that is taxed = original customs value 2400000 × months not used 16 \
         ÷ months of the supervision period 36 = 1066666.67"
    );
}

#[test]
fn a_diversion_owes_by_days() {
    // class, from, to -> duty of 109,500.00, why
    for (class, from, to, duty, why) in [
        ("other", "2025-01-01", "2025-01-30", "3000.00", "30 of 1,095 days, both ends counted"),
        ("other", "2025-01-01", "2025-01-01", "100.00", "one day"),
        ("other", "2025-01-01", "2029-12-31", "109500.00", "never more than all"),
        ("motor_vehicles", "2025-01-01", "2025-01-30", "1500.00", "30 of 2,190 days"),
    ] {
        let facts = json!({
            "calculation": "relief_diversion", "class": class, "released": "2024-08-10", "from": from, "to": to,
            "full": [{ "charge": "import_duty", "amount": "109500.00" }],
        });
        assert_eq!(charge(&result(&facts), "import_duty"), duty, "{why}");
    }
    let older = json!({
        "calculation": "relief_diversion", "class": "other", "released": "2018-08-10", "from": "2019-01-01",
        "to": "2019-01-30", "full": [{ "charge": "import_duty", "amount": "108000.00" }],
    });
    assert_eq!(charge(&result(&older), "import_duty"), "3000.00", "older text: 30 of 3 × 360 days");
}

#[test]
fn goods_that_come_back_are_valued_by_what_was_done_abroad() {
    // operation, day, costs -> value, why
    for (operation, returned, costs, value, why) in [
        ("repair", "2024-05-01", json!({ "repair": "12000", "material": "3000.5" }), "15000.50", "OR 25"),
        ("repair", "2026-05-01", json!({ "repair": "0", "material": "0" }), "0.00", "under warranty, free"),
        (
            "processing",
            "2024-05-01",
            json!({ "processing": "50000", "material": "8000", "freight_back": "1200", "insurance_back": "33.333" }),
            "59233.33",
            "OR 24: with the way back",
        ),
        (
            "repair",
            "2026-05-01",
            json!({ "repair": "100", "material": "20", "freight_back": "7" }),
            "120.00",
            "the way back is no part of a repair",
        ),
    ] {
        let mut facts = json!({
            "calculation": "outward_processing", "operation": operation, "declared_on_leaving": true,
            "back_by": "2026-12-31", "returned": returned,
        });
        facts.as_object_mut().unwrap().extend(costs.as_object().unwrap().clone());
        assert_eq!(field(&result(&facts), "/value"), value, "{why}");
    }
}
