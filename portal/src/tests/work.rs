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

/// Goods that nobody clears, guarantees, refunds and permits stand in the same list, by post and by what they need.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_waits_is_in_one_list() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("W3").await;
    let guarantee = site.guarantee("W3").await;
    let refund = site.refund(&entry).await;
    let abandoned = json!({ "office": "2225", "bill": "W3", "note": "no buyer" }).to_string();
    let asked = site.api("trader", "post", "/api/v1/abandonments", "abandoned", abandoned).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    let case = "/disposals/abandonment/2225-W3.1";
    let (guarantees, refunds) = (format!("/guarantees/{guarantee}"), format!("/refunds/{refund}"));
    let waiting = [case, &*guarantees, &*refunds];
    let releaser = list(&site, "releaser", "?tab=office").await;
    for address in waiting {
        assert!(releaser.contains(&format!("href=\"{address}\"")), "{address}: {releaser}");
    }
    for said in ["Accept / Refuse", "Propose", "500,000.00", "W3", "Refund 1", "Guarantee 1"] {
        assert!(releaser.contains(said), "{said}: {releaser}");
    }
    // the firm's name, which its declaration says, stands above its code
    let named = format!(
        "示例晨光进出口有限公司<span class=\"small muted block mono\">{}</span>",
        super::support::firm(1)
    );
    assert!(releaser.contains(&named), "{releaser}");
    // a refund and goods wait for the post that releases, a guarantee for the head, too
    let seen = |page: &str| waiting.map(|address| page.contains(&format!("href=\"{address}\"")));
    assert_eq!(seen(&list(&site, "head", "?tab=office").await), [false, true, false]);
    assert_eq!(seen(&list(&site, "checker", "?tab=office").await), [false; 3]);
    assert_eq!(seen(&list(&site, "elsewhere", "?tab=office").await), [false; 3]);
    // filters: by kind, by state among one kind, by number
    for (query, expected) in [
        ("?kind=refund", [false, false, true]),
        ("?kind=disposal", [true, false, false]),
        ("?kind=guarantee&state=filed", [false, true, false]),
        ("?kind=guarantee&state=accepted", [false; 3]),
        ("?kind=permit", [false; 3]),
        (&format!("?q={}", refund.to_lowercase()), [false, false, true]),
        ("?q=w3.1", [true, false, false]),
        ("?tab=mine", [false; 3]),
        ("?tab=overdue", [false; 3]),
    ] {
        assert_eq!(seen(&list(&site, "releaser", query).await), expected, "{query}");
    }
    // the head gets the refund once it is proposed, and it is then the releaser's own
    let decided = json!({ "decision": "propose", "note": "" }).to_string();
    let path = format!("/api/v1/refunds/{refund}/decision");
    assert_eq!(site.api("releaser", "post", &path, "propose", decided).await.status, 201);
    let head = list(&site, "head", "?kind=refund").await;
    assert!(seen(&head)[2] && head.contains("Approve / Send back / Refuse"), "{head}");
    assert_eq!(seen(&list(&site, "releaser", "?tab=office").await), [true, true, false]);
    // what was not decided in time is overdue
    site.engine.set_clock(FRIDAY + 60 * 86_400_000_000).unwrap();
    assert_eq!(seen(&list(&site, "head", "?tab=overdue").await), [false, true, true]);
}

/// Filters stay: a bare address comes back to them, for this officer, without the number that was looked for.
#[tokio::test(flavor = "multi_thread")]
async fn filters_stay() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("W4").await;
    let cookie = format!("{}; customhouse_lang=en", site.sign_in("checker").await);
    let chosen = site.page(&cookie, &format!("/work?tab=mine&kind=declaration&q={entry}")).await;
    let kept = chosen.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(kept, "customhouse_work=checker?tab=mine&kind=declaration");
    let is_mine = |page: &str| page.contains("kind=declaration\" aria-current=\"page\">Mine");
    let back = site.page(&format!("{cookie}; {kept}"), "/work").await;
    assert!(is_mine(&back.text) && back.text.contains("name=\"q\" value=\"\""), "{}", back.text);
    assert!(!is_mine(&site.page(&cookie, "/work").await.text));
    assert!(!is_mine(&site.page(&format!("{cookie}; {kept}"), "/work?tab=office").await.text));
    let other = format!("{}; customhouse_lang=en; {kept}", site.sign_in("releaser").await);
    assert!(!is_mine(&site.page(&other, "/work").await.text), "another's filters are not his");
    let broken = format!("{cookie}; customhouse_work=checker?tab=%ff&page=x");
    assert_eq!(site.page(&broken, "/work").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_opens_what_it_is_of() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("W5").await;
    let guarantee = site.guarantee("W5").await;
    let refund = site.refund(&entry).await;
    let asked = json!({ "office": "2225", "bill": "W5", "note": "" }).to_string();
    assert_eq!(site.api("trader", "post", "/api/v1/abandonments", "a", asked).await.status, 201);
    let rows = [
        (entry.as_str(), format!("/declarations/{entry}")),
        (&guarantee, format!("/guarantees/{guarantee}")),
        (&refund, format!("/refunds/{refund}")),
        ("2225-W5.1", "/disposals/abandonment/2225-W5.1".to_owned()),
        ("2225-W5", "/bills/2225/W5".to_owned()),
        ("W5", "/bills/2225/W5".to_owned()),
    ];
    for (number, address) in rows {
        let cookie = site.sign_in("releaser").await;
        let found = site.page(&cookie, &format!("/find?q=+{number}")).await;
        assert_eq!((found.status.as_u16(), found.header("location")), (303, &*address), "{number}");
    }
    for (who, number) in
        [("elsewhere", "2225-W5"), ("elsewhere", "2225-W5.1"), ("releaser", "W6"), ("trader", "-")]
    {
        let cookie = site.sign_in(who).await;
        assert_eq!(site.page(&cookie, &format!("/find?q={number}")).await.status, 404, "{who} {number}");
    }
}

/// A permit for periodic declaration waits until it is decided, and not while it is in force.
#[tokio::test(flavor = "multi_thread")]
async fn a_permit_waits_until_it_is_decided() {
    let site = Site::open();
    let guarantee = site.guarantee("W6").await;
    let accept = json!({ "decision": "accept" }).to_string();
    let decision = format!("/api/v1/guarantees/{guarantee}/decision");
    assert_eq!(site.api("head", "post", &decision, "accepted", accept).await.status, 201);
    let form = json!({ "office": "2225", "goods": "publications", "guarantee": guarantee });
    let asked = site.api("trader", "post", "/api/v1/periodic-permits", "permit", form.to_string()).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    let address = "/periodic-permits/P22252026000001";
    let link = format!("href=\"{address}\"");
    let waiting = list(&site, "releaser", "?kind=permit").await;
    assert!(waiting.contains(&link) && waiting.contains("Accept / Refuse"), "{waiting}");
    assert!(!list(&site, "head", "?kind=permit").await.contains(&link));
    let cookie = site.sign_in("releaser").await;
    let found = site.page(&cookie, "/find?q=P22252026000001").await;
    assert_eq!(found.header("location"), address);
    let accept = json!({ "decision": "accept", "under_investigation": false }).to_string();
    let path = format!("/api/v1{address}/decision");
    assert_eq!(site.api("releaser", "post", &path, "permitted", accept).await.status, 201);
    assert!(!list(&site, "releaser", "?tab=office").await.contains(&link), "it is in force");
}
