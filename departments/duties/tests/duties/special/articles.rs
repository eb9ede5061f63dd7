//! Travellers' and postal articles 旅客行李物品、邮递物品. Source: handbook 10.6.

use super::{field, result, sums};
use serde_json::{Value, json};

/// An article: category or number, quantity, price.
fn article(what: &str, quantity: &str, price: &str) -> Value {
    let field = if what.starts_with('0') { "number" } else { "category" };
    json!({ field: what, "quantity": quantity, "price": price })
}

fn with(mut article: Value, field: &str, value: impl Into<Value>) -> Value {
    article[field] = value.into();
    article
}

fn traveller(kind: &str, route: &str, age: u16, articles: &[Value]) -> Value {
    json!({
        "calculation": "traveller", "traveller": kind, "route": route, "age": age, "day": "2026-03-02",
        "own_use": true, "articles": articles,
    })
}

fn parcel(country: &str, day: &str, articles: &[Value]) -> Value {
    json!({
        "calculation": "postal_parcel", "country": country, "day": day, "own_use": true, "articles": articles,
    })
}

#[test]
fn allowances_by_value() {
    let watch = |price: &str| with(article("group_3", "1", price), "indivisible", true);
    let cloth = |price: &str| article("group_2", "1", price);
    let shop = |price: &str| with(cloth(price), "from_arrival_shop", true);
    let camera = with(article("group_2", "1", "1000.00"), "kind", "camera");
    // traveller, age, articles -> taxed value and tax of the last article, collected, why
    for (kind, age, articles, taxed, tax, collected, why) in [
        ("resident", 30, vec![cloth("5000.00")], "0.00", "0.00", "0.00", "the allowance itself"),
        ("resident", 30, vec![cloth("5000.01")], "0.01", "0.00", "0.00", "a fen above: 0.002"),
        ("resident", 30, vec![cloth("6000.00")], "1000.00", "200.00", "200.00", "the part above, at 20%"),
        (
            "resident",
            30,
            vec![watch("6000.00")],
            "6000.00",
            "3000.00",
            "3000.00",
            "one article above: all of it",
        ),
        (
            "resident",
            30,
            vec![cloth("3000.00"), watch("3000.00")],
            "3000.00",
            "1500.00",
            "1500.00",
            "does not fit in what is left",
        ),
        (
            "resident",
            30,
            vec![cloth("3000.00"), watch("2000.00")],
            "0.00",
            "0.00",
            "0.00",
            "fits in what is left",
        ),
        ("resident", 30, vec![shop("3000.00"), cloth("5000.00")], "0.00", "0.00", "0.00", "8,000 in all"),
        (
            "resident",
            30,
            vec![cloth("5000.00"), shop("4000.00")],
            "1000.00",
            "200.00",
            "200.00",
            "3,000 at the shop",
        ),
        (
            "resident",
            30,
            vec![cloth("8000.00")],
            "3000.00",
            "600.00",
            "600.00",
            "the shop's 3,000 are the shop's",
        ),
        ("resident", 30, vec![camera.clone()], "1000.00", "200.00", "200.00", "never exempt"),
        ("resident_from_hk_macao", 18, vec![cloth("12000.00")], "0.00", "0.00", "0.00", "of age"),
        (
            "resident_from_hk_macao",
            17,
            vec![cloth("12000.00")],
            "7000.00",
            "1400.00",
            "1400.00",
            "younger: 5,000",
        ),
        ("non_resident", 30, vec![cloth("2500.00")], "500.00", "100.00", "100.00", "2,000 for what stays"),
    ] {
        let found = result(&traveller(kind, "other", age, &articles));
        let last = format!("/articles/{}", articles.len() - 1);
        let got = [
            field(&found, &format!("{last}/taxed_value")),
            field(&found, &format!("{last}/tax")),
            field(&found, "/collected"),
        ];
        assert_eq!(got, [taxed, tax, collected], "{kind} {age}: {why}");
    }
}

#[test]
fn allowances_by_quantity() {
    let counted = |what: &str, number: &str, pieces: &str, counted: &str| {
        with(with(article(number, pieces, "0.00"), "counted_as", what), "counted", counted)
    };
    let cigarettes = |n: &str| counted("cigarettes", "03010000", n, n);
    let whisky = |bottles: &str, litres: &str| counted("alcohol", "02050000", bottles, litres);
    let cigars = |n: &str| counted("cigars", "03020000", n, n);
    // route, age, articles -> collected, why
    for (route, age, articles, collected, why) in [
        ("other", 30, vec![cigarettes("400")], "0.00", "the limit itself"),
        ("other", 30, vec![cigarettes("600")], "50.00", "200 above at 0.50, at 50%"),
        ("hk_macao", 30, vec![cigarettes("400")], "50.00", "200 there"),
        ("frequent", 30, vec![cigarettes("400")], "90.00", "40 for the frequent"),
        ("other", 15, vec![cigarettes("400")], "100.00", "none below 16"),
        ("other", 30, vec![cigarettes("200"), cigars("50")], "0.00", "half of the one and half of the other"),
        (
            "other",
            30,
            vec![cigarettes("400"), cigars("10")],
            "50.00",
            "the one is used up: 10 at 10.00, at 50%",
        ),
        ("other", 30, vec![whisky("2", "1.5")], "0.00", "1.5 litres"),
        ("other", 30, vec![whisky("4", "3")], "300.00", "half of 4 bottles at 300.00, at 50%"),
        ("frequent", 30, vec![whisky("1", "0.75")], "150.00", "none for the frequent"),
        (
            "other",
            30,
            vec![with(whisky("1", "1.75"), "indivisible", true)],
            "150.00",
            "one bottle above: all of it",
        ),
    ] {
        assert_eq!(
            field(&result(&traveller("resident", route, age, &articles)), "/collected"),
            collected,
            "{why}"
        );
    }
}

#[test]
fn more_than_own_use_is_goods() {
    let mut facts = traveller("resident", "other", 30, &[article("group_2", "50", "9000.00")]);
    facts["own_use"] = json!(false);
    assert_eq!(field(&result(&facts), "/treatment"), "goods");
    let mut facts = parcel("JP", "2026-03-02", &[article("group_2", "5", "900.00")]);
    facts["own_use"] = json!(false);
    assert_eq!(field(&result(&facts), "/treatment"), "goods");
}

#[test]
fn parcels() {
    let one = |price: &str| with(article("group_2", "1", price), "indivisible", true);
    let tea = |kg: &str| article("01020100", kg, "1.00");
    // country, day, articles -> treatment, total, collected, why
    for (country, day, articles, treatment, total, collected, why) in [
        (
            "JP",
            "2026-03-02",
            vec![article("group_2", "1", "250.00")],
            "articles",
            "50.00",
            "0.00",
            "50.00 is not collected",
        ),
        (
            "JP",
            "2026-03-02",
            vec![article("group_2", "1", "250.05")],
            "articles",
            "50.01",
            "50.01",
            "a fen above",
        ),
        (
            "JP",
            "2026-03-02",
            vec![article("group_2", "2", "1000.00")],
            "articles",
            "200.00",
            "200.00",
            "the limit itself",
        ),
        (
            "JP",
            "2026-03-02",
            vec![article("group_2", "2", "1000.01")],
            "goods",
            "0.00",
            "0.00",
            "above the limit",
        ),
        (
            "JP",
            "2026-03-02",
            vec![one("1000.01")],
            "articles",
            "200.00",
            "200.00",
            "one article may exceed it",
        ),
        (
            "HK",
            "2026-03-02",
            vec![article("group_2", "2", "801.00")],
            "goods",
            "0.00",
            "0.00",
            "800 from Hong Kong",
        ),
        (
            "TW",
            "2026-03-02",
            vec![article("group_2", "2", "800.00")],
            "articles",
            "160.00",
            "160.00",
            "800 from Taiwan",
        ),
        (
            "JP",
            "2026-03-02",
            vec![tea("3")],
            "articles",
            "78.00",
            "78.00",
            "listed at 200.00 a kilogram, 13%",
        ),
        (
            "JP",
            "2026-03-02",
            vec![article("01030100", "1", "900.00")],
            "articles",
            "27.00",
            "0.00",
            "cancer drugs at 3%",
        ),
        (
            "JP",
            "2018-11-01",
            vec![article("group_2", "1", "400.00")],
            "articles",
            "100.00",
            "100.00",
            "25% in 2018",
        ),
        (
            "JP",
            "2018-10-31",
            vec![article("group_2", "1", "400.00")],
            "articles",
            "120.00",
            "120.00",
            "30% before",
        ),
        (
            "JP",
            "2019-04-09",
            vec![article("group_2", "1", "400.00")],
            "articles",
            "80.00",
            "80.00",
            "20% since",
        ),
    ] {
        let found = result(&parcel(country, day, &articles));
        let got = ["/treatment", "/total", "/collected"].map(|p| field(&found, p));
        assert_eq!(got, [treatment, total, collected], "{why}");
    }
}

#[test]
fn a_proven_price_far_from_the_table_goes_before_it() {
    // brandy is listed at 500.00 a bottle
    for (price, proven, value) in [
        ("1000.00", true, "1000.00"),
        ("999.99", true, "500.00"),
        ("250.00", true, "250.00"),
        ("250.01", true, "500.00"),
        ("1000.00", false, "500.00"),
    ] {
        let brandy = with(article("02040000", "1", price), "proven", proven);
        let brandy = with(brandy, "indivisible", true);
        assert_eq!(
            field(&result(&parcel("FR", "2026-03-02", &[brandy])), "/articles/0/value"),
            value,
            "{price}"
        );
    }
}

#[test]
fn the_working_can_be_done_by_hand() {
    assert_eq!(
        sums(&parcel("JP", "2026-03-02", &[article("01020100", "3", "1.00")])),
        [
            "listed value of a unit = by the rule for 01020100 = 200",
            "customs value = listed value of a unit 200 × quantity 3 = 600",
            "rate = by the rule for group_1 = 0.13",
            "total = customs value 600 = 600",
            "limit for a parcel = by the rule for other = 1000",
            "value that is taxed = customs value 600 − value that is free 0 = 600",
            "amount = value that is taxed 600 × rate 0.13 = 78",
        ]
    );
}
