//! Steps through the API: who may take which, what comes with them, and what is hidden from whom.

use super::support::{DOCUMENTS, EXAMINATION, POSTS, Site, form};
use serde_json::{Value, json};

fn ids(found: &Value) -> Vec<&str> {
    found["steps"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect()
}

fn codes(refused: &Value) -> Vec<(&str, &str)> {
    let errors = refused["errors"].as_array().unwrap().iter();
    errors.map(|e| (e["code"].as_str().unwrap(), e["path"].as_str().unwrap())).collect()
}

/// "hello" in Base64.
const HELLO: &str = "aGVsbG8=";

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_asked_for_answered_and_passed() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("S1").await;
    let path = format!("/api/v1/declarations/{entry}");
    let checks = site.get("checker", &path).await.json();
    assert_eq!(ids(&checks), ["request_documents", "pass_documents", "order_examination", "require_change"]);
    assert_eq!(checks["steps"][0]["needs"], json!(["note"]));
    assert_eq!(ids(&site.get("releaser", &path).await.json()), ["hold"]);
    let own = site.get("trader", &path).await.json();
    assert_eq!(ids(&own), ["request_amendment", "request_withdrawal", "use_guarantee"]);
    assert_eq!(own["steps"][0]["needs"], json!(["note", "declaration"]));

    // not this person's, not now, not there, not complete
    let note = || json!({ "note": "请提供合同与发票。" });
    for (who, step, code) in [
        ("trader", "request_documents", "CAS-003"),
        ("releaser", "request_documents", "CAS-003"),
        ("checker", "answer", "CAS-002"),
        ("checker", "nothing", "CAS-001"),
        ("stranger", "answer", "CTL-018"),
    ] {
        let refused = site.step(who, &entry, step, note()).await;
        assert_eq!(refused.status, 422, "{who} {step}: {}", refused.text);
        let refused = refused.json();
        assert_eq!(codes(&refused)[0].0, code, "{who} {step}");
        assert!(refused["receipt"].is_object());
    }
    let empty = site.step("checker", &entry, "request_documents", json!({})).await;
    assert_eq!(codes(&empty.json()), [("CTL-001", "/note")]);
    let bad = site.step("checker", &entry, "request_documents", json!({ "note": 7, "x": 1 })).await;
    assert_eq!(codes(&bad.json()), [("POR-004", "/note"), ("POR-005", "/x")]);

    assert_eq!(site.step("checker", &entry, "request_documents", note()).await.status, 201);
    assert_eq!(ids(&site.get("trader", &path).await.json())[0], "answer");
    let answer = json!({ "note": "随附。", "files": [{ "media_type": "application/pdf", "base64": HELLO }] });
    let answered = site.step("trader", &entry, "answer", answer).await;
    assert_eq!(answered.status, 201, "{}", answered.text);
    let file = answered.json()["answer"]["files"][0].as_str().unwrap().to_owned();
    for (who, status) in [("trader", 200), ("checker", 200), ("stranger", 404), ("elsewhere", 404), ("", 401)]
    {
        let got = site.get(who, &format!("{path}/files/{file}")).await;
        assert_eq!(got.status.as_u16(), status, "{who}");
        if status == 200 {
            assert_eq!((got.text.as_str(), got.header("content-type")), ("hello", "application/pdf"));
            assert!(got.header("content-disposition").starts_with("attachment"));
        }
    }
    assert_eq!(site.step("checker", &entry, "pass_documents", json!({})).await.status, 201);
    assert_eq!(site.get("trader", &path).await.json()["state"], "green");
    // the same key is the same step
    let again = site.step("checker", &entry, "pass_documents", json!({})).await;
    assert_eq!(again.json()["repeated"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_examination_finds_a_line_to_differ() {
    let site = Site::thrown(EXAMINATION);
    site.on_duty().await;
    let entry = site.lodged("S2").await;
    let path = format!("/api/v1/declarations/{entry}");
    let refused = site.step("checker", &entry, "pass_documents", json!({})).await;
    assert_eq!(codes(&refused.json()), [("CTL-048", "")]);
    assert_eq!(site.step("checker", &entry, "order_examination", json!({})).await.status, 201);
    let seen = site.get("checker", &path).await.json();
    let drawn = seen["record"]["examinations"][0]["officers"][0].as_str().unwrap().to_owned();
    let sheet = json!({ "note": "short", "sheet": [{ "number": 1, "quantity": "90" }, { "number": "x" }] });
    let bad = site.step(&drawn, &entry, "report_discrepancy", sheet).await;
    assert_eq!(codes(&bad.json()), [("POR-004", "/sheet/1/number")]);
    let sheet = json!({ "note": "少十件", "samples": true, "sheet": [{ "number": 1, "quantity": 90 }] });
    let reported = site.step(&drawn, &entry, "report_discrepancy", sheet).await;
    assert_eq!(reported.status, 201, "{}", reported.text);
    assert_eq!(
        site.get("trader", &path).await.json()["record"]["examinations"][0]["sheet"]["note"],
        "少十件"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_content_is_proposed_with_its_findings_in_place() {
    let site = Site::open();
    let entry = site.lodged("S3").await;
    let mut other = form("S3");
    other["lines"][0]["total"] = "-1".into();
    let bad =
        site.step("trader", &entry, "request_amendment", json!({ "note": "x", "declaration": other })).await;
    let bad = bad.json();
    assert!(codes(&bad).iter().any(|(_, path)| *path == "/declaration/lines/0/total"), "{bad:#}");
    let bad =
        site.step("trader", &entry, "request_amendment", json!({ "declaration": { "gross_kg": 1.5 } })).await;
    assert_eq!(codes(&bad.json())[0].1, "/declaration/gross_kg");
    other["lines"][0]["total"] = "9000".into();
    other["lines"][0]["price"] = "90".into();
    let asked = site
        .step("trader", &entry, "request_amendment", json!({ "note": "单价有误", "declaration": other }))
        .await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    let path = format!("/api/v1/declarations/{entry}");
    let two = site.get("trader", &format!("{path}/versions/2")).await.json();
    assert_eq!(two["document"]["lines"][0]["total"], "9000");
    for n in ["0", "3", "x", "99999999999"] {
        assert_eq!(site.get("trader", &format!("{path}/versions/{n}")).await.status, 404);
    }
    assert_eq!(
        ids(&site.get("releaser", &path).await.json()),
        ["hold", "approve_amendment", "refuse_change"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_customs_stays_with_customs() {
    let site = Site::thrown(EXAMINATION);
    site.on_duty().await;
    let entry = site.lodged("S4").await;
    let path = format!("/api/v1/declarations/{entry}");
    let take = async |who: &str, step: &str, body: Value| {
        let taken = site.step(who, &entry, step, body).await;
        assert_eq!(taken.status, 201, "{who} {step}: {}", taken.text);
    };
    take("releaser", "hold", json!({ "note": "secret: tip-off" })).await;
    take("releaser", "lift_hold", json!({ "note": "secret: nothing in it" })).await;
    take("checker", "request_documents", json!({ "note": "told: contract" })).await;
    take("trader", "answer", json!({ "note": "sent" })).await;
    take("checker", "order_examination", json!({})).await;
    let drawn = async |n: usize| {
        let seen = site.get("checker", &path).await.json();
        seen["record"]["examinations"][0]["officers"][n].as_str().unwrap().to_owned()
    };
    // one goes off duty, and another is drawn in his place
    let gone = drawn(0).await;
    let others = POSTS.iter().filter(|(name, _)| **name != gone);
    let others: Vec<Value> =
        others.map(|(name, post)| json!({ "name": name, "posts": [post], "on_duty": true })).collect();
    let body = json!({ "officers": others }).to_string();
    assert_eq!(site.api("head", "put", "/api/v1/offices/2225/roster", "off", body).await.status, 201);
    take("head", "replace_examiners", json!({ "note": "secret: shift" })).await;
    assert!(site.get("checker", &path).await.text.contains(&format!("\"replaced\":[\"{gone}\"]")));
    let drawn = drawn(0).await;
    take(&drawn, "pass_examination", json!({ "note": "secret: looked twice", "sheet": [{ "number": 1 }] }))
        .await;

    let whole = site.get("checker", &path).await.text;
    for words in
        ["secret: tip-off", "secret: looked twice", "releaser", "checker", "\"post\":\"release\"", &drawn]
    {
        assert!(whole.contains(words), "customs sees {words}");
    }
    let own = site.get("trader", &path).await.text;
    let examiners = ["examiner1", "examiner2", "examiner3"];
    for words in
        ["secret", "releaser", "checker", "\"post\"", "\"by\"", "selection."].iter().chain(&examiners)
    {
        assert!(!own.contains(*words), "{words} is not the declarant's: {own}");
    }
    assert!(own.contains("told: contract"));
    // a receipt shows its event whole: an officer's is not the declarant's, its own is
    let events = site.get("trader", &path).await.json()["events"].as_array().unwrap().clone();
    let mut had = Vec::new();
    for event in &events {
        let got = site.get("trader", &format!("/api/v1/receipts/{}", event["seq"])).await;
        assert!(!got.text.contains("secret"), "{}", got.text);
        had.push(got.status == 200);
    }
    assert_eq!(had, [true, false, false, false, true, false, false, false], "lodged, and the answer");
    let cookie = site.sign_in("trader").await;
    let page = site.page(&cookie, &format!("/declarations/{entry}")).await.text;
    for words in ["secret", "releaser", "checker", "examiner1", "examiner2", "examiner3", "selection."] {
        assert!(!page.contains(words), "{words} is not on the declarant's page");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_alone_sets_the_roster() {
    let site = Site::open();
    let put = async |who: &str, office: &str, body: Value| {
        let key = format!("{who}-{}", body.to_string().len());
        site.api(who, "put", &format!("/api/v1/offices/{office}/roster"), &key, body.to_string()).await
    };
    let one = json!({ "officers": [{ "name": "examiner1", "posts": ["examination"], "on_duty": true }] });
    assert_eq!(put("head", "2225", one.clone()).await.status, 201);
    assert_eq!(put("checker", "2225", one.clone()).await.status, 422);
    assert_eq!(put("head", "22", one.clone()).await.status, 404);
    assert_eq!(put("trader", "2225", one).await.status, 422);
    let bad =
        put("head", "2225", json!({ "officers": [{ "name": "a", "posts": ["boss"], "on_duty": 1 }] })).await;
    assert_eq!(codes(&bad.json()), [("POR-004", "/officers/0/posts"), ("POR-004", "/officers/0/on_duty")]);
    assert_eq!(codes(&put("head", "2225", json!({})).await.json()), [("POR-003", "/officers")]);
}

/// A multipart form as a browser posts it.
pub async fn post(site: &Site, cookie: &str, path: &str, fields: &[(&str, &str)]) -> super::support::Got {
    let mut body = String::new();
    for (name, value) in fields {
        let file =
            if *name == "files" { "; filename=\"a.pdf\"\r\nContent-Type: application/pdf" } else { "" };
        body += &format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n");
    }
    body += "--XX--\r\n";
    let mut request = super::support::form_request(cookie, path, &body);
    let kind = "multipart/form-data; boundary=XX".parse().unwrap();
    request.headers_mut().insert(axum::http::header::CONTENT_TYPE, kind);
    site.call(request).await
}

fn key_beside(page: &str, step: &str) -> String {
    let form = page.split(&format!("/steps/{step}\"")).nth(1).expect("the step is on the page");
    super::support::key_of(form)
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_forms_on_the_page() {
    let site = Site::thrown(DOCUMENTS);
    let entry = site.lodged("F1").await;
    let address = format!("/declarations/{entry}");
    let step = |id: &str| format!("{address}/steps/{id}");
    let checker = site.sign_in("checker").await;
    let page = site.page(&checker, &address).await.text;
    for words in ["/steps/pass_documents", "selection.documents.random", "id=\"dossier\""] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // without a note it is refused at its field; what was typed is kept
    let key = key_beside(&page, "request_documents");
    let empty = post(&site, &checker, &step("request_documents"), &[("key", &key), ("note", " ")]).await;
    assert!(empty.status == 200 && empty.text.contains("CTL-001"), "{}", empty.text);
    let key = key_beside(&empty.text, "request_documents");
    let asked =
        post(&site, &checker, &step("request_documents"), &[("key", &key), ("note", "合同<b>")]).await;
    assert_eq!(asked.header("location"), format!("{address}?done=request_documents"), "{}", asked.text);
    let trader = site.sign_in("trader").await;
    let page = site.page(&trader, &address).await.text;
    assert!(page.contains("合同&#60;b&#62;") && !page.contains("id=\"dossier\""));
    let key = key_beside(&page, "answer");
    let sent = [("key", key.as_str()), ("note", "随附"), ("files", "%PDF-1")];
    assert_eq!(post(&site, &trader, &step("answer"), &sent).await.status, 303);
    let page = site.page(&checker, &address).await.text;
    let file = page.split("/files/").nth(1).unwrap().split('"').next().unwrap();
    let got = site.page(&trader, &format!("{address}/files/{file}")).await;
    assert_eq!((got.text.as_str(), got.header("content-type")), ("%PDF-1", "application/pdf"));
    // a step that is gone says so
    let late = post(&site, &trader, &step("answer"), &[("key", "late"), ("note", "x")]).await;
    assert!(late.status == 200 && late.text.contains("CAS-002"), "{}", late.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_keeps_to_what_was_declared() {
    let site = Site::thrown(EXAMINATION);
    site.on_duty().await;
    let entry = site.lodged("F2").await;
    site.step("checker", &entry, "order_examination", json!({})).await;
    let found = site.get("checker", &format!("/api/v1/declarations/{entry}")).await.json();
    let drawn = found["record"]["examinations"][0]["officers"][1].as_str().unwrap().to_owned();
    let cookie = site.sign_in(&drawn).await;
    let address = format!("/declarations/{entry}");
    let page = site.page(&cookie, &address).await.text;
    assert!(page.contains("name=\"sheet.0.quantity\" value=\"100\""), "{page}");
    let fields = |key: &'static str, quantity: &'static str| {
        [
            ("key", key),
            ("sheet.0.quantity", quantity),
            ("sheet.0.commodity_code", "8512201000"),
            ("sheet.0.origin", "DE"),
            ("sheet.0.damage", ""),
            ("note", "看过"),
        ]
    };
    let path = |step: &str| format!("{address}/steps/{step}");
    let differs = post(&site, &cookie, &path("pass_examination"), &fields("k1", "90")).await;
    assert!(differs.text.contains("CTL-045") && differs.text.contains("value=\"90\""), "{}", differs.text);
    let bad = post(&site, &cookie, &path("report_discrepancy"), &fields("k2", "many")).await;
    assert!(bad.text.contains("POR-004") && bad.text.contains("value=\"many\""), "{}", bad.text);
    let passed = post(&site, &cookie, &path("pass_examination"), &fields("k3", "100")).await;
    assert_eq!(passed.status, 303, "{}", passed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_begins_with_what_was_sent() {
    let site = Site::open();
    let entry = site.lodged("F3").await;
    let trader = site.sign_in("trader").await;
    let start = format!("/declarations/new?amend={entry}");
    let page = site.page(&trader, &start).await.text;
    for kept in ["value=\"80\"", "value=\"310001\"", "value=\"示例晨光进出口有限公司\"", "name=\"reason\""]
    {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    let send = async |total: &str, reason: &str, key: &str| {
        let sent =
            customhouse_exchange::json::read(form("F3").to_string().as_bytes(), &Default::default()).unwrap();
        let mut body = format!("amend={entry}&reason={reason}&key={key}&do=lodge");
        for (name, value) in sent.head.filled() {
            body += &format!("&{name}={}", crate::pages::encoded(value));
        }
        for (name, value) in sent.lines[0].filled().filter(|(name, _)| !["total", "price"].contains(name)) {
            body += &format!("&lines.0.{name}={}", crate::pages::encoded(value));
        }
        body += &format!("&lines.0.total={total}&lines.0.price=90");
        site.form(&trader, "/declarations/new", &body).await
    };
    let bad = send("-1", "price", "a1").await.text;
    assert!(bad.contains("href=\"#f-lines-0-total\"") && bad.contains("name=\"amend\""), "{bad}");
    assert!(send("9000", "", "a2").await.text.contains("href=\"#f-note\""));
    let asked = send("9000", "price", "a3").await;
    assert_eq!(
        asked.header("location"),
        format!("/declarations/{entry}?done=request_amendment"),
        "{}",
        asked.text
    );
    let address = format!("/declarations/{entry}");
    let releaser = site.sign_in("releaser").await;
    let page = site.page(&format!("{releaser}; customhouse_lang=en"), &address).await.text;
    for words in ["<del>8000</del>", "<ins>9000</ins>", "Awaiting decision", "/steps/approve_amendment"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(
        post(&site, &releaser, &format!("{address}/steps/approve_amendment"), &[("key", "k")]).await.status,
        303
    );
    // the next one begins with what now holds
    assert!(site.page(&trader, &start).await.text.contains("value=\"9000\""));
}
