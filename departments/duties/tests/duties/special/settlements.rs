//! Border trade, provisional deposits, exclusions, unproven origin. Source: handbook 4.2; the figures of
//! border trade are from memory.

use super::{charge, field, result, sums};
use serde_json::{Value, json};

fn border(regime: &str, day: &str, value: &str, left: Option<&str>) -> Value {
    json!({
        "calculation": "border_trade", "regime": regime, "day": day, "value": value, "day_left": left,
        "full": [{ "charge": "import_duty", "amount": "1000.00" }],
    })
}

#[test]
fn border_trade() {
    // regime, day, value, left of the day -> free, duty of 1,000.00 on the whole, why
    for (regime, day, value, left, free, duty, why) in [
        ("residents", "2026-03-02", "8000.00", Some("8000.00"), "8000.00", "0.00", "the allowance itself"),
        ("residents", "2026-03-02", "10000.00", Some("8000.00"), "8000.00", "200.00", "a fifth is above it"),
        (
            "residents",
            "2026-03-02",
            "10000.00",
            Some("2500.00"),
            "2500.00",
            "750.00",
            "what is left of the day",
        ),
        (
            "residents",
            "2026-03-02",
            "10000.00",
            Some("9000.00"),
            "8000.00",
            "200.00",
            "never more than the rule's",
        ),
        ("residents", "2026-03-02", "10000.00", Some("0.00"), "0.00", "1000.00", "nothing is left"),
        ("small_amount", "2008-10-31", "10000.00", None, "0.00", "500.00", "half"),
        ("small_amount", "2008-11-01", "10000.00", None, "0.00", "1000.00", "all since then"),
    ] {
        let found = result(&border(regime, day, value, left));
        assert_eq!([field(&found, "/free_value"), charge(&found, "import_duty")], [free, duty], "{why}");
    }
}

#[test]
fn a_deposit_against_the_duty_finally_fixed() {
    // deposit, final rate -> to duty, refundable, shortfall, why; the value is 482,368.00
    for (deposit, rate, duty, refundable, shortfall, why) in [
        ("148086.98", Some("0.307"), "148086.98", "0.00", "0.00", "the same rate (E10's)"),
        ("148086.98", Some("0.2"), "96473.60", "51613.38", "0.00", "lower: the excess goes back"),
        ("148086.98", Some("0.4"), "148086.98", "0.00", "44860.22", "higher: the shortfall is not collected"),
        ("148086.98", Some("0"), "0.00", "148086.98", "0.00", "nothing"),
        ("148086.98", None, "0.00", "148086.98", "0.00", "no duty was imposed"),
        ("0.00", Some("0.307"), "0.00", "0.00", "148086.98", "no deposit was paid"),
    ] {
        for measure in ["anti_dumping", "countervailing"] {
            let found = result(&json!({
                "calculation": "provisional_duty", "measure": measure, "day": "2026-03-02",
                "value": "482368.00", "deposit": deposit, "final_rate": rate,
            }));
            let got = ["/to_duty", "/refundable", "/shortfall", "/to_collect"].map(|p| field(&found, p));
            assert_eq!(got, [duty, refundable, shortfall, "0.00"], "{measure}: {why}");
        }
    }
}

#[test]
fn an_exclusion_leaves_a_quantity_out() {
    // quantity, granted -> drawn, excluded, taxed of 1,000.00, why
    for (quantity, granted, drawn, excluded, taxed, why) in [
        ("300", "300", "300", "1000.00", "0.00", "all of it"),
        ("300", "1000", "300", "1000.00", "0.00", "no more than the line"),
        ("300", "100", "100", "333.33", "666.67", "a third, and together the value"),
        ("300", "0", "0", "0.00", "1000.00", "nothing is left of the number"),
    ] {
        let found = result(&json!({
            "calculation": "exclusion", "number": "EX-1", "day": "2026-03-02", "value": "1000.00",
            "quantity": quantity, "granted": granted,
        }));
        let got = ["/drawn", "/excluded_value", "/taxed_value"].map(|p| field(&found, p));
        assert_eq!(got, [drawn, excluded, taxed], "{why}");
    }
}

fn origin(applicable: &str, measures: &[&str], general: &str) -> Value {
    let rate = |share: &str| json!({ "share": share });
    json!({
        "calculation": "unproven_origin", "day": "2026-03-02", "value": "100000.00",
        "applicable": rate(applicable), "general": rate(general),
        "measures": measures.iter().map(|m| rate(m)).collect::<Vec<_>>(),
    })
}

#[test]
fn unproven_origin_owes_the_higher() {
    // applicable, measures, general -> which, rate, amount, why
    for (applicable, measures, general, higher, rate, amount, why) in [
        ("0.1", &["0.25"][..], "0.3", "with_measure", "0.35", "35000.00", "E20"),
        (
            "0.1",
            &["0.12", "0.25", "0.2"],
            "0.3",
            "with_measure",
            "0.35",
            "35000.00",
            "the highest of the producers",
        ),
        ("0.1", &["0.05"], "0.3", "general", "0.3", "30000.00", "the general rate is higher"),
        ("0.1", &["0.2"], "0.3", "with_measure", "0.3", "30000.00", "equal: the measure stands"),
    ] {
        let found = result(&origin(applicable, measures, general));
        let got = ["/higher", "/rate/share", "/amount"].map(|p| field(&found, p));
        assert_eq!(got, [higher, rate, amount], "{why}");
    }
    let mut fixed = origin("0.1", &["0.05"], "0.12");
    fixed["measures"][0]["fixed"] = json!("4000");
    assert_eq!(field(&result(&fixed), "/amount"), "19000.00", "10% + 5% + 4,000 against 12%");
    assert_eq!(
        sums(&origin("0.1", &["0.25"], "0.3"))[3..],
        [
            "highest amount under the measures = the highest of amount of the measure 25000 = 25000",
            "applicable rate and highest measure together = amount at the applicable rate 10000 \
             + highest amount under the measures 25000 = 35000",
            "amount = the highest of applicable rate and highest measure together 35000, \
             amount at the general rate 30000 = 35000",
            "amount collected = amount 35000 = 35000",
        ]
    );
}
