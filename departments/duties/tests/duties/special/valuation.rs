//! The value that customs determines, by each of the six methods, and prices by formula. Source: handbook 5.1 to
//! 5.3; the figures are our own.

use super::{field, refused, result, sums};
use serde_json::{Value, json};

const METHODS: [&str; 5] = ["transaction_price", "identical_goods", "similar_goods", "deductive", "computed"];

/// The first methods set aside, in order.
fn aside(methods: &[&str]) -> Value {
    methods.iter().map(|method| json!({ "method": method, "reason": "no such evidence" })).collect()
}

fn facts(set_aside: &[&str], evidence: Value) -> Value {
    json!({ "calculation": "customs_value", "day": "2026-03-02", "set_aside": aside(set_aside), "evidence": evidence })
}

fn with(mut facts: Value, member: &str, value: Value) -> Value {
    facts[member] = value;
    facts
}

fn transaction() -> Value {
    json!({
        "method": "transaction_price", "price": "100000.00", "freight": "2500.00", "insurance": "307.50",
        "additions": [{ "kind": "royalties", "amount": "8000.00" }, { "kind": "assists", "amount": "1200.50" }],
        "deductions": [{ "kind": "installation", "amount": "4000.00" }],
    })
}

fn accepted(method: &str) -> Value {
    json!({ "method": method, "quantity": "400", "accepted": [
        { "entry": "A", "day": "2026-01-16", "unit_value": "84.20" },
        { "entry": "B", "day": "2026-04-16", "unit_value": "86.00", "adjustment": "-2.755" },
    ] })
}

fn deductive() -> Value {
    json!({
        "method": "deductive", "quantity": "400", "unit_price": "150.00", "profit_and_expenses": "31.50",
        "inland_costs": "4.25", "duties_and_taxes": "27.333",
    })
}

fn computed() -> Value {
    json!({
        "method": "computed", "materials_and_processing": "24000.00", "profit_and_expenses": "5200.00",
        "freight": "1800.00", "insurance": "93.005",
    })
}

#[test]
fn each_method_gives_its_value() {
    // set aside, evidence -> value, method, why
    for (before, evidence, value, method, why) in [
        (
            &METHODS[..0],
            transaction(),
            "108008.00",
            "transaction_price",
            "price, costs, what is added and left out",
        ),
        (
            &METHODS[..1],
            accepted("identical_goods"),
            "33298.00",
            "identical_goods",
            "the lowest: 86.00 − 2.755",
        ),
        (
            &METHODS[..2],
            accepted("similar_goods"),
            "33298.00",
            "similar_goods",
            "45 days are about the same time",
        ),
        (&METHODS[..3], deductive(), "34766.80", "deductive", "400 × 86.917"),
        (&METHODS[..4], computed(), "31093.01", "computed", "half up to the fen"),
    ] {
        let found = result(&facts(before, evidence));
        assert_eq!([field(&found, "/value"), field(&found, "/method")], [value, method], "{why}");
    }
    // the last method: another's evidence where its own is not met, such as goods of last year
    let mut old = accepted("identical_goods");
    old["accepted"][0]["day"] = json!("2025-06-01");
    let last = with(facts(&METHODS, old), "reasonable", json!("goods of 2025, prices unchanged since"));
    assert_eq!(field(&result(&last), "/method"), "reasonable");
    // the computed value first, where the payer asks
    let swapped = ["transaction_price", "identical_goods", "similar_goods"];
    let swapped = with(facts(&swapped, computed()), "computed_first", json!(true));
    assert_eq!(field(&result(&swapped), "/value"), "31093.01");
}

/// E23, and months without a holiday on the day.
#[test]
fn the_day_whose_exchange_rate_holds() {
    // asked on, the third Wednesday, the day taken, why
    for (day, ordinary, taken, why) in [
        ("2026-03-02", "2026-02-18", "2026-02-24", "E23: the next trading day; worked weekends are none"),
        ("2026-10-03", "2026-09-16", "2026-09-16", "the published example of Order 272"),
        ("2026-01-15", "2025-12-17", "2025-12-17", "January takes December of the year before"),
        ("2021-03-05", "2021-02-17", "2021-02-24", "before: the fourth Wednesday"),
    ] {
        let found = result(&json!({ "calculation": "exchange_day", "day": day }));
        assert_eq!([field(&found, "/ordinary"), field(&found, "/rate/day")], [ordinary, taken], "{why}");
    }
    let early = refused(&json!({ "calculation": "exchange_day", "day": "2005-02-28" }));
    assert_eq!(early[0].path, "/day");
}

/// What a doubt refers to is nowhere in the value: another reference, the same value, and no number of it in the
/// working.
#[test]
fn a_price_on_file_doubts_and_gives_no_value() {
    for (reference, doubts) in [("88.5", "1"), ("60", "0"), ("999999.99", "1")] {
        let doubt = json!([{ "source": "price_database", "declared": "61.00", "reference": reference }]);
        let facts = with(facts(&METHODS[..1], accepted("identical_goods")), "doubts", doubt);
        let found = result(&facts);
        assert_eq!([field(&found, "/value"), field(&found, "/doubts")], ["33298.00", doubts], "{reference}");
        assert!(sums(&facts).iter().all(|sum| !sum.contains(reference)), "{reference}");
    }
    // and it is no evidence, whatever it is called
    let evidence = json!({ "method": "price_database", "quantity": "400", "reference": "88.50" });
    let text = facts(&METHODS, evidence);
    let read = serde_json::from_value::<customhouse_duties::SpecialFacts>(text);
    assert!(read.is_err_and(|e| e.to_string().contains("price_database")));
}

#[test]
fn what_is_out_of_turn_or_not_known_is_refused_by_name() {
    let mut bought = transaction();
    bought["additions"][0]["kind"] = json!("buying_commission");
    let mut far = accepted("identical_goods");
    far["accepted"][1]["day"] = json!("2026-04-17");
    let mut silent = facts(&METHODS[..1], accepted("identical_goods"));
    silent["set_aside"][0]["reason"] = json!(" ");
    let export = |evidence| with(facts(&METHODS[..3], evidence), "direction", json!("export"));
    let mut negative = deductive();
    negative["duties_and_taxes"] = json!("150");
    for (facts, code, path) in [
        (facts(&[], accepted("identical_goods")), "DUT-052", "/set_aside"),
        (
            facts(&["identical_goods", "transaction_price"], accepted("similar_goods")),
            "DUT-052",
            "/set_aside",
        ),
        (facts(&METHODS[..3], computed()), "DUT-052", "/set_aside"),
        (export(deductive()), "DUT-052", "/set_aside"),
        (silent, "DUT-041", "/set_aside/0/reason"),
        (facts(&[], bought), "DUT-053", "/evidence/additions/0/kind"),
        (facts(&METHODS[..1], far), "DUT-054", "/evidence/accepted/1/day"),
        (facts(&METHODS[..3], negative), "DUT-005", "/evidence"),
        (with(facts(&[], transaction()), "day", json!("2024-11-30")), "DUT-040", "/direction"),
    ] {
        let found = refused(&facts);
        assert!(found.iter().any(|f| f.code == code && f.path == path), "{code} {path}: {found:#?}");
    }
    assert_eq!(field(&result(&export(computed())), "/value"), "31093.01", "exports have no deductive value");
}

fn formula(settled: Option<&str>, amounts: [Option<&str>; 2]) -> Value {
    json!({
        "calculation": "formula_price", "declared": "2026-03-02", "recorded": "2026-02-02",
        "written_before_shipment": true, "beyond_control": true, "settled": settled, "charges": [
            { "charge": "import_duty", "provisional": "40000.00", "settled": amounts[0] },
            { "charge": "vat", "provisional": "70200.00", "settled": amounts[1] },
        ],
    })
}

#[test]
fn a_price_by_formula_is_settled() {
    for (settled, amounts, collect, refund, is_final) in [
        (None, [None, None], "0.00", "0.00", "false"),
        (Some("2026-06-18"), [Some("43500.00"), Some("70655.00")], "3955.00", "0.00", "true"),
        (Some("2026-09-02"), [Some("39000.00"), Some("70070.00")], "0.00", "1130.00", "true"),
        (Some("2026-06-18"), [Some("43500.00"), Some("69800.50")], "3500.00", "399.50", "true"),
    ] {
        let found = result(&formula(settled, amounts));
        let told = ["/to_collect", "/refundable", "/is_final", "/settle_by"].map(|at| field(&found, at));
        assert_eq!(told, [collect, refund, is_final, "2026-09-02"], "{settled:?} {amounts:?}");
    }
    let both = [Some("1.00"), Some("1.00")];
    for (facts, path) in [
        (formula(Some("2026-09-03"), both), "/settled"),
        (with(formula(None, [None, None]), "recorded", json!("2026-03-03")), "/recorded"),
        (with(formula(None, [None, None]), "recorded", json!(null)), "/recorded"),
        (
            with(formula(None, [None, None]), "written_before_shipment", json!(false)),
            "/written_before_shipment",
        ),
        (with(formula(None, [None, None]), "beyond_control", json!(false)), "/beyond_control"),
    ] {
        let found = refused(&facts);
        assert!(found.iter().any(|f| f.code == "DUT-055" && f.path == path), "{path}: {found:#?}");
    }
    let half = refused(&formula(Some("2026-06-18"), [Some("1.00"), None]));
    assert!(half.iter().any(|f| f.code == "DUT-041" && f.path == "/charges/1/settled"), "{half:#?}");
}
