//! Tonnage dues 船舶吨税. Source: Tonnage Tax Law and its annex, handbook 4.9.

use super::{field, result, sums};
use serde_json::{Value, json};

/// `ship`, `tug 3000 kW`, `barge 1500`: kind, and the tonnage or the power.
fn vessel(vessel: &str, flag: &str, licence: &str, from: &str) -> Value {
    let mut words = vessel.split(' ');
    let kind = words.next().unwrap();
    let number = words.next();
    let power = words.next() == Some("kW");
    json!({
        "calculation": "tonnage_dues", "vessel": kind, "flag": flag, "licence": licence, "from": from,
        "net_tonnage": number.filter(|_| !power), "engine_kw": number.filter(|_| power),
    })
}

#[test]
fn bands_licences_and_kinds_of_vessel() {
    // vessel, flag, licence -> rate, amount, collected, why
    for (ship, flag, licence, rate, computed, collected, why) in [
        ("ship 23850", "CN", "30_days", "3.3", "78705.00", "78705.00", "E16"),
        ("ship 23850", "CN", "90_days", "6.6", "157410.00", "157410.00", "E16"),
        ("ship 23850", "CN", "year", "19.8", "472230.00", "472230.00", "E16"),
        ("ship 23850", "CH", "30_days", "4.6", "109710.00", "109710.00", "a flag that is not on the list"),
        ("ship 2000", "PA", "30_days", "1.5", "3000.00", "3000.00", "the first band ends with 2,000"),
        ("ship 2000.01", "PA", "30_days", "2.9", "5800.03", "5800.03", "5800.029 half up"),
        ("ship 10000", "PA", "90_days", "5.8", "58000.00", "58000.00", "the second band ends with 10,000"),
        ("ship 10001", "PA", "90_days", "6.6", "66006.60", "66006.60", "the whole tonnage takes the rate"),
        ("ship 50000", "CH", "year", "27.6", "1380000.00", "1380000.00", "the third band ends with 50,000"),
        ("ship 50001", "CH", "year", "31.8", "1590031.80", "1590031.80", "no band ends above that"),
        ("tug 3000 kW", "CN", "30_days", "2.9", "2914.50", "2914.50", "3,000 × 0.67 = 2,010 t, at 50%"),
        (
            "tug 2985 kW",
            "CN",
            "30_days",
            "1.5",
            "1499.96",
            "1499.96",
            "1,999.95 t: 1,499.9625, the band below",
        ),
        ("barge 1500", "CN", "90_days", "3", "2250.00", "2250.00", "at 50%"),
        ("yacht 800 kW", "CN", "30_days", "1.5", "60.00", "60.00", "800 × 0.05 = 40 t"),
        ("yacht 600 kW", "CN", "30_days", "1.5", "45.00", "0.00", "45.00 is not above 50"),
        ("yacht 90", "CN", "30_days", "1.5", "135.00", "135.00", "a certificate goes before the power"),
        ("ship 33.33", "CN", "30_days", "1.5", "50.00", "0.00", "49.995 is 50.00: free up to 50"),
        ("ship 33.34", "CN", "30_days", "1.5", "50.01", "50.01", "a fen above"),
        ("ship 0", "CN", "30_days", "1.5", "0.00", "0.00", "no tonnage"),
        (
            "ship 1000",
            "GI",
            "30_days",
            "1.5",
            "1500.00",
            "1500.00",
            "Gibraltar sails under the British clause",
        ),
    ] {
        let found = result(&vessel(ship, flag, licence, "2026-03-02"));
        let got = ["/rate", "/computed", "/collected"].map(|p| field(&found, p));
        assert_eq!(got, [rate, computed, collected], "{ship} {flag} {licence}: {why}");
        assert_eq!(found["preferential"], flag != "CH", "{ship} {flag}");
    }
}

#[test]
fn the_working_can_be_done_by_hand() {
    let tug = vessel("tug 3000 kW", "CN", "30_days", "2026-03-02");
    assert_eq!(
        sums(&tug),
        [
            "net tonnage = engine power (kW) 3000 × net tonnage for one kW 0.67 = 2010",
            "rate = by the rule for CN 30_days > 2000 = 2.9",
            "amount = net tonnage 2010 × rate 2.9 × share for the kind of vessel 0.5 = 2914.5",
        ]
    );
}

#[test]
fn when_a_licence_ends() {
    for (from, licence, days, ends, why) in [
        ("2026-03-02", "30_days", 0, "2026-03-31", "the first day counts"),
        ("2026-03-02", "90_days", 0, "2026-05-30", "calendar days"),
        ("2026-03-02", "year", 0, "2027-03-01", "a calendar year"),
        ("2024-02-29", "year", 0, "2025-02-27", "the day after is 28 February"),
        ("2026-03-02", "30_days", 5, "2026-04-05", "TT 10: longer by the actual days"),
    ] {
        let mut facts = vessel("ship 100", "CN", licence, from);
        if days > 0 {
            facts["extensions"] = json!([{ "ground": "refuge_or_repair_days", "days": days }]);
        }
        assert_eq!(field(&result(&facts), "/licence_ends"), ends, "{why}");
    }
}

#[test]
fn the_last_day_to_pay() {
    for (issued, due, why) in [
        ("2026-03-02", "2026-03-17", "15 days after the voucher's issue, TT 12"),
        ("2026-02-03", "2026-02-24", "the 15th day is in the Spring Festival"),
    ] {
        let mut facts = vessel("ship 100", "CN", "30_days", "2026-02-01");
        assert!(result(&facts)["due"].is_null(), "no voucher yet");
        facts["issued"] = json!(issued);
        assert_eq!(field(&result(&facts), "/due/day"), due, "{why}");
    }
}

#[test]
fn exemptions_are_named_facts() {
    for ground in [
        "first_arrival_empty",
        "no_cargo_within_24_hours",
        "not_powered",
        "fishing",
        "refuge_without_cargo",
        "military_police",
        "embassy",
    ] {
        let mut facts = vessel("ship 5000", "CN", "30_days", "2026-03-02");
        facts["exemptions"] = json!([ground]);
        let found = result(&facts);
        assert_eq!(field(&found, "/computed"), "14500.00", "{ground}");
        assert_eq!((field(&found, "/collected"), field(&found, "/exempt")), ("0.00".into(), ground.into()));
    }
}

#[test]
fn the_list_of_flags_is_the_files() {
    let Some(list) = super::examples::shared("tonnage-preferential-flags.tsv") else { return };
    let names: Vec<&str> = list.lines().skip(1).map(str::trim).filter(|n| !n.is_empty()).collect();
    assert_eq!(names.len(), 79);
    let table = include_str!("../../../../../packs/cn/tables/tonnage-flags.csv");
    for name in names {
        let name = name.split('(').next().unwrap();
        assert!(table.lines().any(|row| row.ends_with(&format!(",{name}"))), "{name}");
    }
}
