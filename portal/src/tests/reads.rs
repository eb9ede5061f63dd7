//! Reads are journalled before anything is shown: with which reason, and who sees it.

use super::support::{DOCUMENTS, FRIDAY, Site};
use serde_json::json;

const DAY: i64 = 86_400_000_000;

async fn reads(site: &Site, query: &str) -> Vec<(String, String, String)> {
    let found = site.get("head", &format!("/api/v1/reads{query}")).await;
    assert_eq!(found.status, 200, "{}", found.text);
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    let found = found.json();
    let all = found["reads"].as_array().unwrap().iter();
    all.map(|r| (text(&r["officer"]), text(&r["reason"]), text(&r["words"]))).collect()
}

fn read(officer: &str, reason: &str, words: &str) -> (String, String, String) {
    (officer.to_owned(), reason.to_owned(), words.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officers_reading_through_the_api_has_a_reason() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("R1").await;
    let at = |tail: &str| format!("/api/v1/declarations/{entry}{tail}");
    assert_eq!(site.get("checker", &at("")).await.status, 200);
    for tail in ["", "/trace", "/versions/1"] {
        let asked = site.get("head", &at(tail)).await;
        assert_eq!(asked.status, 428, "{tail}: {}", asked.text);
        assert!(
            !asked.text.contains("8512201000") && asked.text.contains("reading-reason"),
            "{}",
            asked.text
        );
    }
    assert_eq!(reads(&site, "").await, [read("checker", "case", "")]);
    assert_eq!(site.get("head", &at("/trace?reason=%E5%A4%8D%E6%A0%B8")).await.status, 200);
    assert_eq!(site.get("head", &at("")).await.status, 200, "once a day is enough");
    assert_eq!(reads(&site, "").await, [read("checker", "case", ""), read("head", "stated", "复核")]);
    assert_eq!(reads(&site, "?officer=checker").await.len(), 1);
    assert_eq!(reads(&site, &format!("?number={entry}")).await.len(), 2);
    assert_eq!(reads(&site, "?number=999999999999999999").await, []);
    // parties leave no trace, others see none, and the declarant is not told
    let own = site.get("trader", &at("")).await;
    assert_eq!(own.status, 200);
    assert!(!own.text.contains("declaration.read"), "{}", own.text);
    assert_eq!(site.get("elsewhere", &at("?reason=x")).await.status, 404);
    assert_eq!(reads(&site, "").await.len(), 2);
    for who in ["checker", "trader"] {
        assert_eq!(site.get(who, "/api/v1/reads").await.status, 403, "{who}");
    }
    // another day, another reading
    site.engine.set_clock(FRIDAY + DAY).unwrap();
    assert_eq!(site.get("head", &at("")).await.status, 428);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_explains_and_opens() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("R2").await;
    let address = format!("/declarations/{entry}");
    for lang in ["en", "zh"] {
        let cookie = format!("{}; customhouse_lang={lang}", site.sign_in("examiner1").await);
        let asked = site.page(&cookie, &address).await;
        assert_eq!(asked.status, 428);
        assert!(asked.text.contains("action=\"/reading\"") && asked.text.contains(&entry), "{}", asked.text);
        assert!(!asked.text.contains("8512201000") && !asked.text.contains("⟨?⟩"), "{}", asked.text);
    }
    let cookie = site.sign_in("examiner1").await;
    let said = |reason: &str| format!("what=declaration&number={entry}&reason={reason}");
    assert_eq!(site.form(&cookie, "/reading", &said("+")).await.status, 428);
    let stated = site.form(&cookie, "/reading", &said("complaint")).await;
    assert_eq!((stated.status.as_u16(), stated.header("location")), (303, &*address));
    assert!(site.page(&cookie, &address).await.text.contains("8512201000"));
    assert_eq!(reads(&site, "").await, [read("examiner1", "stated", "complaint")]);
    let head = format!("{}; customhouse_lang=en", site.sign_in("head").await);
    let page = site.page(&head, "/reads").await;
    assert!(page.text.contains("complaint") && page.text.contains("examiner1"), "{}", page.text);
    assert!(page.text.contains("href=\"/reads\"") && !page.text.contains("⟨?⟩"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_reads_leaves_room_for_commands() {
    let site = std::sync::Arc::new(Site::thrown(DOCUMENTS));
    let mut entries = Vec::new();
    for n in 0..12 {
        entries.push(site.lodged(&format!("F{n}")).await);
    }
    let flood = (0..120).map(|n| {
        let (site, entry) = (site.clone(), entries[n % entries.len()].clone());
        let who = ["checker", "head", "examiner1", "officer"][n % 4];
        tokio::spawn(async move {
            site.get(who, &format!("/api/v1/declarations/{entry}?reason=flood")).await.status
        })
    });
    let flood: Vec<_> = flood.collect();
    let asked = site.step("checker", &entries[0], "request_documents", json!({ "note": "contract" })).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    for one in flood {
        assert_eq!(one.await.unwrap(), 200);
    }
    let mut all = reads(&site, "").await;
    all.dedup();
    assert!(all.len() <= 48, "one an officer and declaration: {}", all.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_journalled_is_not_shown() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("R3").await;
    let known = site.get("checker", &format!("/api/v1/declarations/{entry}")).await;
    assert_eq!(known.status, 200);
    site.engine.stop();
    let refused = site.get("officer", &format!("/api/v1/declarations/{entry}")).await;
    assert!(refused.status.is_server_error() && !refused.text.contains("8512201000"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_that_ends_closes_the_door() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("R4").await;
    let path = format!("/api/v1/declarations/{entry}");
    assert_eq!(site.get("checker", &path).await.status, 200);
    let end =
        json!({ "officer": "checker", "office": "2225", "post": "document_check", "document": "关免1" });
    let ended = site.api("head", "post", "/api/v1/appointments/endings", "end", end.to_string()).await;
    assert_eq!(ended.status, 201, "{}", ended.text);
    assert_eq!(site.get("checker", &path).await.status, 404);
    let step = site.step("checker", &entry, "pass_documents", json!({})).await;
    assert_eq!((step.status.as_u16(), &step.json()["errors"][0]["code"]), (422, &json!("CTL-091")));
    let cookie = site.sign_in("checker").await;
    assert!(!site.page(&cookie, "/work").await.text.contains(&entry));
    let shown = site.get("head", "/api/v1/officers/checker").await.json();
    assert_eq!(shown["officer"]["appointments"][0]["term"]["ended"]["by"], "head");
}

/// A bill, a guarantee, a licence and a refund are as a declaration is, on pages and through the API.
#[tokio::test(flavor = "multi_thread")]
async fn what_else_an_officer_opens_is_journalled_too() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("R5").await;
    let guarantee = site.guarantee("R5").await;
    let refund = site.refund(&entry).await;
    let licence = json!({
        "certificate": "7", "number": "25-AA-000001", "holder": super::support::firm(1), "goods": "8512",
        "unit": "007", "quantity": "150", "uses": 2, "valid_from": "2026-01-01", "valid_to": "2026-12-31",
    });
    let recorded = site.api("officer", "post", "/api/v1/licences", "licence", licence.to_string()).await;
    assert_eq!(recorded.status, 201, "{}", recorded.text);
    let (guarantee_page, refund_page) = (format!("/guarantees/{guarantee}"), format!("/refunds/{refund}"));
    // where it stands, its record, what only its readers see, and whose work it is
    let rows = [
        ("/bills/2225/R5", "bill/2225-R5", "COSCO", Some("checker")),
        (&*guarantee_page, &*format!("guarantee/{guarantee}"), "示例银行", Some("releaser")),
        (&*refund_page, &*format!("refund/{refund}"), "错缴", Some("releaser")),
        ("/licences/7/25-AA-000001", "licence/7-25-AA-000001", "8512", None),
    ];
    for (address, record, secret, worker) in rows {
        let (what, number) = record.split_once('/').unwrap();
        let api = format!("/api/v1{address}");
        let asked = site.get("examiner1", &api).await;
        assert_eq!(asked.status, 428, "{api}: {}", asked.text);
        assert!(!asked.text.contains(secret), "{api}: {}", asked.text);
        let cookie = format!("{}; customhouse_lang=en", site.sign_in("examiner2").await);
        let page = site.page(&cookie, address).await;
        assert_eq!(page.status, 428, "{address}");
        assert!(page.text.contains(number) && !page.text.contains(secret), "{address}: {}", page.text);
        let said = format!("what={what}&number={number}&reason=complaint");
        let stated = site.form(&cookie, "/reading", &said).await;
        assert_eq!((stated.status.as_u16(), stated.header("location")), (303, address));
        let page = site.page(&cookie, address).await;
        assert!(page.status == 200 && page.text.contains(secret), "{address}: {}", page.text);
        assert_eq!(site.get("examiner1", &format!("{api}?reason=order")).await.status, 200);
        let mut expected =
            vec![read("examiner1", "stated", "order"), read("examiner2", "stated", "complaint")];
        if let Some(worker) = worker {
            assert_eq!(site.get(worker, &api).await.status, 200, "{worker} {api}");
            expected.push(read(worker, "case", ""));
        }
        expected.sort();
        let mut found = reads(&site, &format!("?number={number}")).await;
        found.sort();
        assert_eq!(found, expected, "{number}");
        // the party reads its own, and leaves no trace; another office finds nothing
        let party = if what == "bill" { "carrier" } else { "trader" };
        assert_eq!(site.get(party, &api).await.status, 200, "{party} {api}");
        if what != "licence" {
            assert_eq!(site.get("elsewhere", &format!("{api}?reason=x")).await.status, 404, "{api}");
        }
        assert_eq!(reads(&site, &format!("?number={number}")).await.len(), expected.len());
    }
    let head = format!("{}; customhouse_lang=en", site.sign_in("head").await);
    let page = site.page(&head, "/reads").await;
    for (address, ..) in rows {
        assert!(page.text.contains(&format!("href=\"{address}\"")), "{address}: {}", page.text);
    }
    assert!(!page.text.contains("⟨?⟩"));
}
