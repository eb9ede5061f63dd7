//! The work list: what waits for whom.

use super::support::{DOCUMENTS, EXAMINATION, FRIDAY, Site, form};
use serde_json::json;

async fn list(site: &Site, who: &str, query: &str) -> String {
    let cookie = format!("{}; customhouse_lang=en", site.sign_in(who).await);
    let got = site.page(&cookie, &format!("/work{query}")).await;
    assert_eq!(got.status, 200);
    assert!(!got.text.contains("⟨?⟩"));
    got.text
}

#[tokio::test(flavor = "multi_thread")]
async fn each_post_sees_what_waits_for_it() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("W1").await;
    let is_listed = |page: &str| page.contains(&format!("/declarations/{entry}"));
    let checker = list(&site, "checker", "").await;
    assert!(is_listed(&checker) && checker.contains("Check the documents"), "{checker}");
    for who in ["releaser", "examiner1", "head", "elsewhere"] {
        assert!(!is_listed(&list(&site, who, "").await), "nothing waits for {who}");
    }
    assert!(!is_listed(&list(&site, "checker", "?tab=mine").await));
    site.step("checker", &entry, "request_documents", json!({ "note": "contract" })).await;
    assert!(!is_listed(&list(&site, "checker", "").await), "it waits for the declarant");
    site.step("trader", &entry, "answer", json!({ "note": "here" })).await;
    let mine = list(&site, "checker", "?tab=mine").await;
    assert!(is_listed(&mine) && mine.contains("Check the answer"));
    assert!(!is_listed(&list(&site, "checker", "?tab=overdue").await));
    assert!(!is_listed(&list(&site, "checker", "?state=examination").await));
    assert!(is_listed(&list(&site, "checker", "?tab=mine&state=document_check&page=7").await));
    // a change waits for those who decide, by the day on which they must have
    let mut other = form("W1");
    other["lines"][0]["total"] = "9000".into();
    other["lines"][0]["price"] = "90".into();
    let asked = json!({ "note": "price", "declaration": other });
    assert_eq!(site.step("trader", &entry, "request_amendment", asked).await.status, 201);
    let page = list(&site, "releaser", "").await;
    assert!(is_listed(&page) && page.contains("Decide on the amendment"), "{page}");
    let body = site.get("releaser", &format!("/api/v1/declarations/{entry}")).await.json();
    assert!(page.contains(body["record"]["change"]["due"]["day"].as_str().unwrap()));
    site.engine.set_clock(FRIDAY + 90 * 86_400_000_000).unwrap();
    let late = list(&site, "releaser", "?tab=overdue").await;
    assert!(is_listed(&late) && late.contains("urgent stop"), "{late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_is_drawn_for_is_ones_own() {
    let site = Site::thrown(EXAMINATION);
    site.on_duty().await;
    let entry = site.lodged("W2").await;
    assert!(list(&site, "checker", "").await.contains("Order the examination"));
    site.step("checker", &entry, "order_examination", json!({})).await;
    let found = site.get("checker", &format!("/api/v1/declarations/{entry}")).await.json();
    let drawn: Vec<&str> = found["record"]["examinations"][0]["officers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    for who in ["examiner1", "examiner2", "examiner3"] {
        let all = list(&site, who, "").await;
        assert!(all.contains(&entry) && all.contains(&drawn.join(", ")), "{all}");
        assert_eq!(list(&site, who, "?tab=mine").await.contains(&entry), drawn.contains(&who), "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officers_day_begins_with_it() {
    let site = Site::open();
    for (who, home) in [("checker", "/work"), ("trader", "/declarations")] {
        let body = format!("name={who}&password={}", super::support::PASSWORD.replace(' ', "+"));
        assert_eq!(site.form("", "/sign-in", &body).await.header("location"), home);
    }
}
