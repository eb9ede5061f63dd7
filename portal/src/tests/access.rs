//! Who gets what: every route of API and pages against everyone, as a table of statuses.

use super::support::{EVERYONE, Site, firm};
use crate::api::openapi::document;
use crate::pages::ROUTES;
use std::collections::BTreeSet;

const PEOPLE: [&str; 9] =
    ["", "carrier", "trader", "operator", "officer", "bank", "stranger", "rival", "elsewhere"];

/// A declaration, a guarantee, a licence and an abandonment of `trader`, on a bill of `carrier`, at office
/// 2225, and who gets which status.
/// Columns: nobody, carrier, trader, operator, officer, bank, stranger, rival, elsewhere.
/// A submission that a role may not make is refused by its department: 422, with a receipt.
const API: &[(&str, &str, [u16; 9])] = &[
    ("get", "/api/v1/me", [401, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/bills", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/bills/{office}/{bill}", [401, 200, 200, 200, 200, 404, 404, 404, 404]),
    ("post", "/api/v1/declarations", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/declarations", [401, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("get", "/api/v1/declarations/{entry}", [401, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("get", "/api/v1/declarations/{entry}/trace", [401, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/api/v1/declarations/{entry}/payment", [401, 422, 201, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/guarantees", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/guarantees", [401, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("get", "/api/v1/guarantees/{number}", [401, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/api/v1/guarantees/{number}/decision", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/guarantees/{number}/return", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/refunds", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/refunds", [401, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("get", "/api/v1/refunds/{number}", [401, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/api/v1/refunds/{number}/decision", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/refunds/{number}/account", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/payouts", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/payouts/bounced", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/periodic-permits", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/periodic-permits", [401, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("get", "/api/v1/periodic-permits/{number}", [401, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/api/v1/periodic-permits/{number}/decision", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/periodic-permits/{number}/months", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/periodic-declarations/{entry}", [401, 404, 404, 404, 404, 404, 404, 404, 404]),
    // last: it ends the permit
    ("post", "/api/v1/periodic-permits/{number}/end", [401, 422, 201, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/declarations/{entry}/steps/{step}", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/declarations/{entry}/versions/{version}", [401, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("get", "/api/v1/declarations/{entry}/files/{digest}", [401, 404, 404, 404, 404, 404, 404, 404, 404]),
    ("put", "/api/v1/offices/{office}/roster", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/appointments", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/appointments/endings", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/delegations", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/delegations/revocations", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/officers/{name}", [401, 404, 404, 404, 200, 404, 404, 404, 404]),
    ("get", "/api/v1/reads", [401, 403, 403, 403, 200, 403, 403, 403, 200]),
    ("post", "/api/v1/settlements", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/settlements/bounced", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/goods-out", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/statement", [401, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/authorisations", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/authorisations/revocations", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/authorisations", [401, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/licences", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/licences/{certificate}/{number}", [401, 404, 200, 404, 200, 404, 404, 404, 200]),
    ("post", "/api/v1/arrivals", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/loadings", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/shut-outs", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/entries", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/departures", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/abandonments", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/direct-returns", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("get", "/api/v1/disposals/{kind}", [401, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("get", "/api/v1/disposals/{kind}/{number}", [401, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/api/v1/disposals/{kind}/{number}/steps/{step}", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    (
        "get",
        "/api/v1/disposals/{kind}/{number}/files/{digest}",
        [401, 404, 404, 404, 404, 404, 404, 404, 404],
    ),
    ("post", "/api/v1/assess", [401, 422, 422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/quotes", [422; 9]),
    ("get", "/api/v1/tariff/{code}", [200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/receipts/{seq}", [401, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/api/v1/receipts/check", [200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/keys", [200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/clock", [401, 403, 403, 403, 400, 403, 403, 403, 400]),
    ("get", "/health/live", [200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("get", "/health/ready", [200, 200, 200, 200, 200, 200, 200, 200, 200]),
];

/// The same for pages; a visitor is sent to sign in (303). Forms are posted without a key: 400 is as
/// far as one gets who may use the form.
const PAGES: &[(&str, &str, [u16; 9])] = &[
    ("get", "/", [200; 9]),
    ("get", "/lang", [303; 9]),
    ("get", "/sign-in", [200; 9]),
    ("post", "/sign-in", [422; 9]),
    ("get", "/find", [303, 404, 404, 404, 404, 404, 404, 404, 404]),
    ("get", "/declarations", [303, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("get", "/declarations/new", [303, 403, 200, 403, 403, 403, 200, 403, 403]),
    ("post", "/declarations/new", [303, 403, 400, 403, 403, 403, 400, 403, 403]),
    ("post", "/declarations/upload", [303, 403, 400, 403, 403, 403, 400, 403, 403]),
    ("get", "/declarations/{entry}", [303, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/declarations/{entry}/payment", [303, 400, 400, 400, 400, 400, 400, 400, 400]),
    ("post", "/declarations/{entry}/steps/{step}", [303, 400, 400, 400, 400, 400, 400, 400, 400]),
    ("get", "/declarations/{entry}/files/{digest}", [303, 404, 404, 404, 404, 404, 404, 404, 404]),
    ("post", "/declarations/{entry}/reading", [303, 403, 403, 403, 303, 403, 403, 403, 303]),
    ("get", "/reads", [303, 403, 403, 403, 200, 403, 403, 403, 200]),
    ("get", "/work", [303, 403, 403, 403, 200, 403, 403, 403, 200]),
    ("get", "/bills", [303, 200, 403, 200, 200, 403, 403, 200, 200]),
    ("post", "/bills", [303, 400, 403, 403, 403, 403, 403, 400, 403]),
    ("post", "/bills/goods-out", [303, 403, 403, 400, 403, 403, 403, 403, 403]),
    ("get", "/disposals", [303, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("post", "/disposals", [303, 403, 400, 403, 403, 403, 400, 403, 403]),
    ("get", "/disposals/{kind}/{number}", [303, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/disposals/{kind}/{number}/steps/{step}", [303, 400, 400, 400, 400, 400, 400, 400, 400]),
    ("get", "/disposals/{kind}/{number}/files/{digest}", [303, 404, 404, 404, 404, 404, 404, 404, 404]),
    ("get", "/bills/{office}/{bill}", [303, 200, 200, 200, 200, 404, 404, 404, 404]),
    ("post", "/bills/{office}/{bill}/reports/{report}", [303, 400, 403, 403, 403, 403, 403, 400, 403]),
    ("get", "/guarantees", [303, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("post", "/guarantees", [303, 403, 400, 403, 403, 403, 400, 403, 403]),
    ("get", "/guarantees/{number}", [303, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/guarantees/{number}/decision", [303, 403, 403, 403, 400, 403, 403, 403, 400]),
    ("post", "/guarantees/{number}/return", [303, 403, 400, 403, 403, 403, 400, 403, 403]),
    ("get", "/authorisations", [303, 403, 200, 403, 403, 403, 200, 403, 403]),
    ("post", "/authorisations", [303, 403, 400, 403, 403, 403, 400, 403, 403]),
    ("post", "/authorisations/revocations", [303, 403, 400, 403, 403, 403, 400, 403, 403]),
    ("get", "/licences", [303, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("post", "/licences", [303, 403, 403, 403, 400, 403, 403, 403, 400]),
    ("get", "/licences/{certificate}/{number}", [303, 404, 200, 404, 200, 404, 404, 404, 200]),
    ("get", "/quote", [200; 9]),
    ("get", "/quote/file", [422; 9]),
    ("get", "/receipts", [200; 9]),
    ("post", "/receipts", [400; 9]),
    ("get", "/receipts/{seq}", [303, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("get", "/lookup/commodities", [200; 9]),
    ("get", "/declarations/{entry}/papers/{paper}", [303, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("get", "/papers/{seq}/{digest}", [200; 9]),
    ("post", "/clock", [303, 403, 403, 403, 400, 403, 403, 403, 400]),
    ("get", "/statement", [303, 403, 200, 403, 403, 403, 200, 403, 403]),
    ("get", "/refunds", [303, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("post", "/refunds", [303, 403, 400, 403, 400, 403, 400, 403, 400]),
    ("get", "/refunds/{number}", [303, 404, 200, 404, 200, 404, 404, 404, 404]),
    ("post", "/refunds/{number}/decision", [303, 400, 400, 400, 400, 400, 400, 400, 400]),
    ("post", "/refunds/{number}/account", [303, 400, 400, 400, 400, 400, 400, 400, 400]),
    ("post", "/sign-out", [303; 9]),
];

/// An address with the things of this test in it.
fn filled(path: &str, entry: &str, seq: u64) -> String {
    path.replace("{entry}", entry)
        .replace("{seq}", &seq.to_string())
        .replace("{office}", "2225")
        .replace("{bill}", "ACCESS1")
        .replace("{step}", "answer")
        .replace("{version}", "1")
        .replace("{digest}", &"0".repeat(64))
        .replace("{code}", "8512201000")
        .replace("{paper}", "declaration")
        .replace("{report}", "loading")
        .replace("{name}", "checker")
        .replace("{certificate}", "7")
        .replace("7/{number}", "7/25-AA-000001")
        .replace("{kind}/{number}", "abandonment/2225-ACCESS1.1")
        .replace("{kind}", "abandonment")
        .replace("refunds/{number}", "refunds/R22252026000001")
        .replace("periodic-permits/{number}", "periodic-permits/P22252026000001")
        .replace("{number}", "G22252026000001")
}

/// The event that lodged the declaration.
fn lodging(site: &Site, entry: &str) -> u64 {
    let subject = format!("declaration/{entry}");
    site.engine.read(|r| r.events_about(&subject)).unwrap()[0].seq
}

/// The trader declares the goods of the bill abandoned.
async fn abandoned(site: &Site) {
    let form = serde_json::json!({ "office": "2225", "bill": "ACCESS1" }).to_string();
    let asked = site.api("trader", "post", "/api/v1/abandonments", "abandoned", form).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
}

/// A licence of `trader`'s.
async fn licensed(site: &Site) {
    let licence = serde_json::json!({
        "certificate": "7", "number": "25-AA-000001", "holder": firm(1), "goods": "8512", "unit": "007",
        "quantity": "150", "uses": 2, "valid_from": "2026-01-01", "valid_to": "2026-12-31",
    });
    let recorded = site.api("officer", "post", "/api/v1/licences", "licence", licence.to_string()).await;
    assert_eq!(recorded.status, 201, "{}", recorded.text);
}

/// The trader asks for a permit under its guarantee, which customs accepts first.
async fn permitted(site: &Site, guarantee: &str) {
    let accept = serde_json::json!({ "decision": "accept" }).to_string();
    let decision = format!("/api/v1/guarantees/{guarantee}/decision");
    let accepted = site.api("officer", "post", &decision, "accepted", accept).await;
    assert_eq!(accepted.status, 201, "{}", accepted.text);
    let form = serde_json::json!({ "office": "2225", "goods": "publications", "guarantee": guarantee });
    let asked = site.api("trader", "post", "/api/v1/periodic-permits", "permit", form.to_string()).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_api_against_everyone() {
    let site = Site::open();
    let entry = site.lodged("ACCESS1").await;
    let seq = lodging(&site, &entry);
    licensed(&site).await;
    // the first guarantee waits for its decision, the second is the permit's
    site.guarantee("ACCESS1").await;
    let guarantee = site.guarantee("ACCESS2").await;
    permitted(&site, &guarantee).await;
    abandoned(&site).await;
    site.refund(&entry).await;
    for (method, path, expected) in API {
        let address = filled(path, &entry, seq);
        for (who, status) in PEOPLE.iter().zip(expected) {
            let key = format!("{who}-{path}").replace(['{', '}'], "");
            let got = site.api(who, method, &address, &key, if *method == "get" { "" } else { "{}" }).await;
            assert_eq!(got.status.as_u16(), *status, "{method} {path} as {who}: {}", got.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_against_everyone() {
    let site = Site::open();
    let entry = site.lodged("ACCESS1").await;
    let seq = lodging(&site, &entry);
    abandoned(&site).await;
    licensed(&site).await;
    site.guarantee("ACCESS1").await;
    site.refund(&entry).await;
    for (place, who) in PEOPLE.iter().enumerate() {
        let cookie = if who.is_empty() { String::new() } else { site.sign_in(who).await };
        for (method, path, expected) in PAGES {
            let address = filled(path, &entry, seq);
            let got = match *method {
                "get" => site.page(&cookie, &address).await,
                _ => site.form(&cookie, &address, "").await,
            };
            assert_eq!(got.status.as_u16(), expected[place], "{method} {path} as {who}: {}", got.text);
        }
    }
}

#[test]
fn the_tables_hold_every_route() {
    let listed: BTreeSet<(&str, &str)> = API.iter().map(|(m, p, _)| (*m, *p)).collect();
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<(&str, &str)> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |m| (m.as_str(), path.as_str())))
        .collect();
    assert_eq!(listed, described);
    let listed: BTreeSet<(&str, &str)> = PAGES.iter().map(|(m, p, _)| (*m, *p)).collect();
    assert_eq!(listed, ROUTES.iter().copied().collect());
    assert_eq!(PEOPLE.len(), EVERYONE.len() + 1);
}
