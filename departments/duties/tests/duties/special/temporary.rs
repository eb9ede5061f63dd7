//! Temporary admission 暂时进境. Source: TL 37 and 38, handbook 10.5.

use super::{charge, field, result, sums};
use serde_json::{Value, json};

fn stay(from: &str, to: &str, duty: &str, vat: &str) -> Value {
    json!({
        "calculation": "temporary_admission", "from": from, "to": to,
        "full": [{ "charge": "import_duty", "amount": duty }, { "charge": "vat", "amount": vat }],
    })
}

#[test]
fn sixtieths_of_the_full_charges() {
    // from, to, full duty, full VAT -> months, duty, VAT, why
    for (from, to, full, full_vat, months, duty, vat, why) in [
        ("2026-01-10", "2026-07-30", "96000.00", "131040.00", "7", "11200.00", "15288.00", "E19"),
        ("2026-01-10", "2026-07-24", "96000.00", "131040.00", "6", "9600.00", "13104.00", "14 days over"),
        ("2026-01-10", "2026-07-25", "96000.00", "131040.00", "7", "11200.00", "15288.00", "15 days over"),
        ("2026-01-10", "2026-01-24", "96000.00", "131040.00", "0", "0.00", "0.00", "less than half a month"),
        ("2026-01-10", "2026-01-10", "96000.00", "131040.00", "0", "0.00", "0.00", "the same day"),
        (
            "2026-01-10",
            "2031-01-10",
            "96000.00",
            "131040.00",
            "60",
            "96000.00",
            "131040.00",
            "five years: all",
        ),
        (
            "2026-01-10",
            "2033-01-10",
            "96000.00",
            "131040.00",
            "84",
            "96000.00",
            "131040.00",
            "never more than all",
        ),
        ("2026-01-10", "2026-02-10", "100.00", "0.00", "1", "1.67", "0.00", "1.666… half up"),
        (
            "2020-01-10",
            "2020-03-10",
            "600.00",
            "60.00",
            "2",
            "20.00",
            "2.00",
            "the rule of before the Tariff Law",
        ),
    ] {
        let found = result(&stay(from, to, full, full_vat));
        let got = [field(&found, "/months"), charge(&found, "import_duty"), charge(&found, "vat")];
        assert_eq!(got, [months, duty, vat], "{why}");
        assert_eq!(found["exempt"], false);
    }
}

#[test]
fn the_working_can_be_done_by_hand() {
    assert_eq!(
        sums(&stay("2026-01-10", "2026-07-30", "96000.00", "131040.00"))[..3],
        [
            "months = from 2026-01-10 to 2026-07-30, 6 months and 20 days = 7",
            "months = the lowest of months 7, months that the full amount is spread over 60 = 7",
            "amount = full amount 96000 × months 7 ÷ months that the full amount is spread over 60 = 11200",
        ]
    );
}

#[test]
fn the_exempt_purposes_owe_nothing() {
    for purpose in [
        "exhibition",
        "culture_sport",
        "press",
        "science_teaching_medical",
        "vehicles_for_these",
        "samples",
        "installation_tools",
        "packing",
        "other_non_commercial",
    ] {
        let mut facts = stay("2026-01-10", "2026-07-30", "96000.00", "131040.00");
        facts["purpose"] = json!(purpose);
        let found = result(&facts);
        assert_eq!(
            (charge(&found, "vat"), found["exempt"].clone()),
            ("0.00".to_owned(), json!(true)),
            "{purpose}"
        );
    }
}

#[test]
fn a_period_of_six_months_and_three_extensions() {
    // invariant 22
    for (extensions, exception, ends) in [
        (0, false, "2026-07-10"),
        (1, false, "2027-01-10"),
        (3, false, "2028-01-10"),
        (4, true, "2028-07-10"),
    ] {
        let mut facts = stay("2026-01-10", "2026-02-10", "1.00", "1.00");
        facts["extensions"] = json!(extensions);
        facts["exception"] = json!(exception);
        assert_eq!(field(&result(&facts), "/period_ends"), ends, "{extensions}");
    }
}
