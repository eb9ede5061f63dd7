//! Quotes: for everyone, whole, signed, at most so many a minute; the page holds its facts in its address.

use super::support::{Site, form_request};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use customhouse_kernel::journal::Signed;
use serde_json::{Value, json};
use std::net::SocketAddr;

const FACTS: &str = include_str!("../../../docs/examples/quote.json");
const ADDRESS: &str = "/quote?terms=3&freight.mark=3&freight.currency=EUR&freight.rate=500&insurance.mark=1&\
    insurance.rate=0.3&lines.0.commodity_code=8512201000&lines.0.first_quantity=100&lines.0.first_unit=007&\
    lines.0.total=8000&lines.0.currency=EUR&lines.0.origin=DE&on=2026-11-20";

async fn ask(site: &Site, who: &str, facts: &Value) -> super::support::Got {
    site.api(who, "post", "/api/v1/quotes", "", facts.to_string()).await
}

fn facts() -> Value {
    serde_json::from_str(FACTS).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_is_whole_and_signed_and_leaves_nothing_behind() {
    let site = Site::open();
    let events = site.engine.read(|r| r.last_head()).unwrap().map(|h| h.first_event + h.count);
    let got = ask(&site, "", &facts()).await;
    assert_eq!(got.status, 200, "{}", got.text);
    let answer = got.json();
    let quote = &answer["quote"];
    // 8000 × 7.7… and what follows, as the declaration of the same facts has it
    let lodged =
        site.get("trader", &format!("/api/v1/declarations/{}", site.lodged("Q1").await)).await.json();
    assert_eq!(quote["total"], lodged["record"]["amounts"]["computed_total"]);
    assert_eq!(quote["customs_value"], lodged["record"]["amounts"]["customs_value"]);
    let charges = quote["charges"].as_array().unwrap();
    for book in lodged["record"]["books"].as_array().unwrap() {
        let charge = charges.iter().find(|c| c["charge"] == book["charge"]).unwrap();
        assert_eq!(charge["amount"], book["amount"]);
    }
    for (step, kept) in
        quote["trace"].as_array().unwrap().iter().zip(lodged["assessment"]["trace"].as_array().unwrap())
    {
        assert_eq!(step["step"], kept["step"]);
        assert!(
            !step["zh"]["sum"].as_str().unwrap().is_empty()
                && !step["en"]["sum"].as_str().unwrap().is_empty()
        );
    }
    assert_eq!(quote["law_date"], "2026-11-20");
    assert_eq!((&quote["edition"], quote["law"].as_str().unwrap().len()), (&json!(1), 64));
    assert!(quote["holds"]["zh"].as_str().unwrap().contains("2026-11-20"));
    assert_eq!(quote["facts"]["lines"][0]["commodity_code"], "8512201000");
    let signed: Signed = serde_json::from_value(answer["signed"].clone()).unwrap();
    assert_eq!(signed.check(&site.engine.public_key()), Ok(()));
    assert_eq!(&serde_json::from_str::<Value>(&signed.text).unwrap(), quote);
    // the bill and the declaration are all that was written since
    let after = site.engine.read(|r| r.last_head()).unwrap().map(|h| h.first_event + h.count);
    assert_eq!(after, events.map(|e| e + 2));
    // the digest is the one that the journal names
    let loaded = site.engine.read(|r| r.events_about("edition/000001")).unwrap();
    assert!(loaded[0].payload.contains(quote["law"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_wrong_is_said_all_at_once_at_its_place() {
    let site = Site::open();
    for (facts, want) in [
        (json!({}), vec!["CTL-001 /terms", "DUT-001 /lines"]),
        (
            json!({ "on": "tomorrow", "terms": "3", "bill": "B1", "nonsense": "x",
                "freight": { "currency": "EUR" }, "insurance": { "rate": "0.3" },
                "lines": [
                    { "commodity_code": "8512201000", "origin": "DE", "total": "x", "currency": "EUR", "first_quantity": "3" },
                    { "commodity_code": "85122010", "total": "1", "currency": "ZZZ", "preference": { "proof_number": "1" } },
                ] }),
            vec![
                "POR-004 /on",
                "POR-005 /bill",
                "POR-005 /nonsense",
                "CTL-003 /lines/0/total",
                "CTL-010 /lines/1/commodity_code",
                "CTL-009 /lines/1/currency",
                "CTL-001 /lines/1/origin",
                "CN-NORM-FREIGHT-TERMS /freight/rate",
                "CN-NORM-INSURANCE-PAIR /insurance/mark",
                "CTL-001 /freight/rate",
                "CTL-001 /lines/0/first_unit",
                "CTL-001 /lines/1/preference/agreement",
            ],
        ),
        (json!({ "on": 3, "terms": "1", "lines": [] }), vec!["POR-004 /on", "DUT-001 /lines"]),
        (
            json!({ "terms": "1", "freight": { "mark": "3", "currency": "EUR", "rate": "5" },
                "lines": [{ "commodity_code": "9999999999", "origin": "DE", "total": "1", "currency": "EUR" }] }),
            vec!["CN-NORM-FREIGHT-INCLUDED /freight/rate", "DUT-002 /lines/0/commodity_code"],
        ),
        (json!({ "terms": "1", "lines": vec![json!({}); 51] }), vec!["POR-007 /lines"]),
    ] {
        let got = ask(&site, "", &facts).await;
        assert_eq!(
            (got.status.as_u16(), got.json()["type"].as_str()),
            (422, Some("/api/docs#problem-refused"))
        );
        let problem = got.json();
        let errors = problem["errors"].as_array().unwrap().iter();
        let mut told: Vec<String> = errors
            .map(|e| format!("{} {}", e["code"].as_str().unwrap(), e["path"].as_str().unwrap()))
            .collect();
        let mut want: Vec<String> = want.into_iter().map(str::to_owned).collect();
        told.sort();
        want.sort();
        assert_eq!(told, want, "{facts}");
    }
    // a warning of a norm comes with the quote
    let mut claims = facts();
    claims["lines"][0]["preference"] = json!({ "agreement": "22" });
    let got = ask(&site, "", &claims).await;
    assert_eq!(got.json()["warnings"][0]["code"], "CN-NORM-PREFERENCE-COMPLETE", "{}", got.text);
    // a form on another site's page sends no JSON
    let foreign = site.send("", "post", "/api/v1/quotes", "", "text/plain", FACTS.into()).await;
    assert_eq!(foreign.status, 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_asks_so_often_and_no_more() {
    let site = Site::open();
    let from = |address: [u8; 4]| {
        let request = Request::post("/api/v1/quotes").header(header::CONTENT_TYPE, "application/json");
        request.extension(ConnectInfo(SocketAddr::from((address, 5)))).body(Body::from("{}")).unwrap()
    };
    for _ in 0..60 {
        assert_eq!(site.call(from([192, 0, 2, 1])).await.status, 422);
    }
    let got = site.call(from([192, 0, 2, 1])).await;
    assert_eq!((got.status.as_u16(), got.header("retry-after")), (429, "60"));
    assert_eq!(got.json()["type"], "/api/docs#problem-too-often");
    assert_eq!(site.call(from([192, 0, 2, 2])).await.status, 422);
    // the page of the same network waits too, and says so
    let mut page = form_request("", ADDRESS, "");
    *page.method_mut() = axum::http::Method::GET;
    page.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 5))));
    let got = site.call(page).await;
    assert_eq!((got.status.as_u16(), got.header("retry-after")), (429, "60"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_holds_its_facts_in_its_address() {
    let site = Site::open();
    let page = site.page("", ADDRESS).await;
    assert_eq!(page.status, 200);
    for words in [
        "79,477.92",
        "2026-11-20",
        "/quote/file?terms=3&#38;",
        "value=\"8512201000\"",
        "Lighting for vehicles",
    ] {
        assert!(page.text.contains(words), "{words} is not in {}", page.text);
    }
    // a form sends its empty fields too: the browser is sent on to the address without them
    let typed = format!("{ADDRESS}&other.mark=&lines.1.origin=").replace("&on=2026-11-20", "&on=");
    let moved = site.page("", &typed).await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (303, ADDRESS));
    // nothing asked yet; a line more and a line less; what is wrong stands at its field
    let empty = site.page("", "/quote").await;
    assert!(empty.status == 200 && !empty.text.contains("id=\"findings\""));
    let more = site.page("", &format!("{ADDRESS}&do=add-lines")).await;
    assert!(more.text.contains("lines.1.origin") && !more.text.contains("79,477.92"));
    let wrong = site.page("", &ADDRESS.replace("8512201000", "85122010").replace("2026-11-20", "soon")).await;
    for words in ["f-lines-0-commodity_code-e1", "f-on-e1", "aria-invalid"] {
        assert!(wrong.text.contains(words), "{words}");
    }
    let file = site.page("", &ADDRESS.replace("/quote?", "/quote/file?")).await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"quote.json\"");
    let signed: Signed = serde_json::from_value(file.json()["signed"].clone()).unwrap();
    assert_eq!(signed.check(&site.engine.public_key()), Ok(()));
    assert_eq!(site.page("", "/quote/file?terms=3").await.status, 422);
}
