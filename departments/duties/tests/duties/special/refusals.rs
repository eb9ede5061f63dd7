//! What is refused, by code and place; everything at once.

use super::{CHINA, refused};
use serde_json::{Value, json};

fn check(of: Value, wanted: &[(&str, &str)]) {
    let found = refused(&of);
    let got: Vec<(&str, &str)> = found.iter().map(|r| (r.code.as_str(), r.path.as_str())).collect();
    assert_eq!(got, wanted, "{of}");
    for refusal in &found {
        let words = [&refusal.text.zh, &refusal.text.en, &refusal.remedy.zh, &refusal.remedy.en];
        assert!(words.iter().all(|w| !w.is_empty() && !w.contains('{')), "{refusal:#?}");
    }
}

#[test]
fn by_name_and_all_at_once() {
    let vessel = |with: Value| {
        let mut facts = json!({
            "calculation": "tonnage_dues", "vessel": "ship", "flag": "CN", "licence": "30_days", "from": "2026-03-02",
        });
        facts.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        facts
    };
    check(vessel(json!({})), &[("DUT-041", "/net_tonnage")]);
    check(vessel(json!({ "vessel": "tug", "net_tonnage": "100" })), &[("DUT-041", "/engine_kw")]);
    check(vessel(json!({ "net_tonnage": "1", "from": "2018-06-30" })), &[("DUT-040", "/from")]);
    check(
        vessel(json!({ "vessel": "raft", "licence": "5_days", "net_tonnage": "-1", "exemptions": ["war"] })),
        &[
            ("DUT-043", "/vessel"),
            ("DUT-043", "/licence"),
            ("DUT-042", "/net_tonnage"),
            ("DUT-043", "/exemptions"),
        ],
    );
    check(
        vessel(json!({ "vessel": "barge", "net_tonnage": "100", "exemptions": ["not_powered"] })),
        &[("DUT-045", "/exemptions")],
    );
    check(
        vessel(json!({ "net_tonnage": "1", "extensions": [{ "ground": "embassy", "days": 3 }] })),
        &[("DUT-043", "/extensions")],
    );
    check(
        json!({
            "calculation": "temporary_admission", "from": "2026-03-02", "to": "2026-03-01", "purpose": "holiday",
            "extensions": 4, "full": [{ "charge": "vat", "amount": "-0.01" }],
        }),
        &[
            ("DUT-044", "/to"),
            ("DUT-043", "/purpose"),
            ("DUT-042", "/full/0/amount"),
            ("DUT-046", "/extensions"),
        ],
    );
    check(
        json!({
            "calculation": "relief_sale", "class": "toys", "value": "-1.00", "released": "2026-03-02",
            "settled": "2026-03-01",
        }),
        &[("DUT-040", "/class"), ("DUT-044", "/settled"), ("DUT-042", "/value")],
    );
    check(
        json!({
            "calculation": "interest", "cause": "refund", "start": "2026-01-01", "end": "2026-03-01",
            "principal": [{ "charge": "vat", "amount": "100.01" }], "paid": [{ "charge": "vat", "amount": "100.00" }],
        }),
        &[("DUT-050", "/principal/0/amount")],
    );
    check(
        json!({
            "calculation": "interest", "cause": "bonded_sale", "start": "2026-01-01", "end": "2026-03-01",
            "principal": [], "circumstance": "bad luck",
        }),
        &[("DUT-043", "/circumstance")],
    );
    check(
        json!({
            "calculation": "outward_processing", "operation": "processing", "declared_on_leaving": false,
            "back_by": "2026-02-01", "returned": "2026-02-02", "processing": "-5",
        }),
        &[
            ("DUT-048", "/declared_on_leaving"),
            ("DUT-049", "/returned"),
            ("DUT-042", "/processing"),
            ("DUT-041", "/material"),
            ("DUT-041", "/freight_back"),
            ("DUT-041", "/insurance_back"),
        ],
    );
    check(
        json!({
            "calculation": "retail_order", "day": "2026-03-02", "price": "1.00", "on_positive_list": false,
            "rates": { "import_duty": "0", "consumption_tax": "1", "vat": "0.13" },
        }),
        &[("DUT-051", "/rates/consumption_tax"), ("DUT-047", "/on_positive_list"), ("DUT-041", "/year_left")],
    );
    check(
        json!({
            "calculation": "traveller", "traveller": "pilgrim", "route": "moon", "day": "2026-03-02",
            "own_use": true, "articles": [
                { "quantity": "1", "price": "1.00", "kind": "sword" },
                { "number": "99", "quantity": "1", "price": "1.00" },
                { "category": "group_9", "quantity": "1", "price": "1.00" },
            ],
        }),
        &[
            ("DUT-040", "/traveller"),
            ("DUT-040", "/route"),
            ("DUT-043", "/articles/0/kind"),
            ("DUT-041", "/articles/0/category"),
            ("DUT-043", "/articles/1/number"),
            ("DUT-040", "/articles/2/category"),
        ],
    );
    check(
        json!({
            "calculation": "traveller", "traveller": "resident_from_hk_macao", "route": "hk_macao",
            "day": "2026-03-02", "own_use": true,
            "articles": [{ "number": "03010000", "quantity": "1", "price": "1.00", "counted_as": "cigarettes" }],
        }),
        &[("DUT-041", "/age"), ("DUT-041", "/articles/0/counted"), ("DUT-041", "/age")],
    );
    check(
        json!({ "calculation": "border_trade", "regime": "taiwan", "day": "2026-03-02", "value": "1.00" }),
        &[("DUT-040", "/regime")],
    );
    check(
        json!({ "calculation": "border_trade", "regime": "residents", "day": "2026-03-02", "value": "1.00" }),
        &[("DUT-041", "/day_left")],
    );
    check(
        json!({
            "calculation": "exclusion", "number": " ", "day": "2026-03-02", "value": "1.00", "quantity": "0",
        }),
        &[("DUT-041", "/number"), ("DUT-041", "/quantity"), ("DUT-041", "/granted")],
    );
    check(
        json!({
            "calculation": "unproven_origin", "day": "2026-03-02", "value": "1.00", "applicable": {}, "measures": [],
            "general": { "share": "-1" },
        }),
        &[("DUT-041", "/measures"), ("DUT-042", "/general/share")],
    );
    check(
        json!({
            "calculation": "provisional_duty", "measure": "safeguard", "day": "2026-03-02", "value": "1.00",
            "deposit": "0.00",
        }),
        &[("DUT-040", "/measure")],
    );
}

#[test]
fn a_number_that_does_not_fit_is_refused_and_nothing_panics() {
    let huge = "92233720368547758.07";
    check(
        json!({
            "calculation": "tonnage_dues", "vessel": "ship", "flag": "CN", "licence": "year", "from": "2026-03-02",
            "net_tonnage": "9999999999999999999999999999",
        }),
        &[("DUT-009", "")],
    );
    check(
        json!({
            "calculation": "provisional_duty", "measure": "anti_dumping", "day": "2026-03-02", "value": huge,
            "deposit": huge, "final_rate": "2",
        }),
        &[("DUT-009", "")],
    );
}

#[test]
fn a_fact_that_no_kind_knows_is_no_fact() {
    let facts = json!({ "calculation": "border_trade", "regime": "residents", "day": "2026-03-02", "value": "1.00", "x": 1 });
    let read: Result<customhouse_duties::SpecialFacts, _> = serde_json::from_value(facts);
    assert!(read.unwrap_err().to_string().contains("unknown field"));
    assert!(CHINA.0.kind("border_trade").iter().all(|rule| !rule.confirmed), "from memory");
}
