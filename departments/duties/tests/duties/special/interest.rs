//! Interest by the day 缓税利息、退税利息. Source: TL 36 and 53, Announcement 14 of 2009, handbook 9.3.

use super::{charge, field, result, sums};
use serde_json::{Value, json};

fn interest(cause: &str, start: Option<&str>, end: &str, amount: &str) -> Value {
    let principal = json!([{ "charge": "import_duty", "amount": amount }]);
    json!({
        "calculation": "interest", "cause": cause, "start": start, "end": end,
        "principal": principal, "paid": principal,
    })
}

#[test]
fn worked_examples() {
    // cause, start, end, principal -> days, interest, why
    for (cause, start, end, principal, days, amount, why) in [
        ("bonded_sale", "2025-08-01", "2026-03-01", "184620.55", "212", "380.52", "E18"),
        ("bonded_sale", "2025-08-01", "2026-03-02", "184620.55", "213", "382.32", "a day more: 382.318…"),
        ("bonded_sale", "2026-03-01", "2026-03-01", "184620.55", "0", "0.00", "sold on the day"),
        ("bonded_sale", "2025-08-01", "2026-03-01", "24250.00", "212", "0.00", "49.98 is below 50"),
        ("bonded_sale", "2025-08-01", "2026-03-01", "24258.76", "212", "50.00", "50.00 is due"),
        ("bonded_sale", "2009-06-01", "2010-06-01", "100000.00", "365", "365.00", "0.36% in 2009"),
        ("refund", "2026-01-01", "2026-04-11", "10000.00", "100", "9.72", "no minimum: 9.7222…"),
        ("deposit_return", "2026-01-01", "2026-12-27", "100000.00", "360", "350.00", "a year of 360 days"),
    ] {
        let found = result(&interest(cause, Some(start), end, principal));
        assert_eq!([field(&found, "/days"), charge(&found, "import_duty")], [days, amount], "{why}");
        assert_eq!(field(&found, "/total"), amount, "{why}");
    }
}

#[test]
fn none_where_the_start_is_not_found_or_by_force_majeure() {
    let unknown = interest("bonded_sale", None, "2026-03-01", "184620.55");
    assert_eq!(field(&result(&unknown), "/total"), "0.00", "14/2009: the start cannot be found");
    let mut lost = interest("bonded_sale", Some("2025-08-01"), "2026-03-01", "184620.55");
    lost["circumstance"] = json!("force_majeure");
    assert_eq!(field(&result(&lost), "/total"), "0.00");
}

#[test]
fn the_working_can_be_done_by_hand() {
    assert_eq!(
        sums(&interest("bonded_sale", Some("2025-08-01"), "2026-03-01", "184620.55")),
        [
            "days = from 2025-08-01 to 2026-03-01, the first day not counted = 212",
            "yearly rate of interest = by the rule for demand_deposit = 0.0035",
            "interest = full amount 184620.55 × days 212 × yearly rate of interest 0.0035 \
             ÷ days that a year counts 360 = 380.52",
        ]
    );
}
