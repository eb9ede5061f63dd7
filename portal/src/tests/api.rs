//! Submissions, problems, bad input.

use super::support::{FRIDAY, Site, UNRATED, bill_form, firm, form, form_request};
use crate::PortalSettings;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use customhouse_exchange::{Format, Limits, read, write};
use customhouse_kernel::journal::Receipt;
use serde_json::json;
use std::net::SocketAddr;

#[tokio::test(flavor = "multi_thread")]
async fn from_bill_to_goods_out() {
    let site = Site::open();
    let entry = site.lodged("A1").await;
    let path = format!("/api/v1/declarations/{entry}");
    let paid = site.api("trader", "post", &format!("{path}/payment"), "pay", "").await;
    assert_eq!(paid.status, 201, "{}", paid.text);
    site.settle(&entry).await;
    let found = site.get("trader", &path).await.json();
    assert_eq!(found["state"], "released");
    assert_eq!(found["record"]["selected_by"], "", "why the channel was chosen stays with customs");
    let customs = site.get("officer", &path).await.json();
    assert_ne!(customs["record"]["selected_by"], "");
    let out = json!({ "office": "2225", "bill": "A1", "packages": 10, "gross_kg": "1250.5" }).to_string();
    assert_eq!(site.api("operator", "post", "/api/v1/goods-out", "out", out).await.status, 201);
    assert_eq!(site.get("trader", &path).await.json()["state"], "closed");
    let bill = site.get("carrier", "/api/v1/bills/2225/A1").await.json();
    assert_eq!(bill["state"], "written_off");

    let trace = site.get("trader", &format!("{path}/trace?lang=zh")).await.json();
    assert!(trace["steps"].as_array().unwrap().len() > 4 && trace["lang"] == "zh");
    let list = site.get("trader", "/api/v1/declarations?state=closed&limit=1").await.json();
    assert_eq!(list["declarations"][0]["entry_number"], entry.as_str());
    assert!(list["next"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_has_one_effect() {
    let site = Site::open();
    site.lodged("B1").await;
    let again = site.api("trader", "post", "/api/v1/declarations", "lodge-B1", form("B1").to_string()).await;
    assert_eq!((again.status.as_u16(), again.json()["repeated"].as_bool()), (201, Some(true)));
    let mut other = form("B1");
    other["remarks"] = "changed".into();
    let reused = site.api("trader", "post", "/api/v1/declarations", "lodge-B1", other.to_string()).await;
    assert_eq!(reused.status, 409);
    let without = site.api("trader", "post", "/api/v1/declarations", "", other.to_string()).await;
    assert_eq!(without.status, 400);
    let long = site.api("trader", "post", "/api/v1/declarations", &"k".repeat(201), other.to_string()).await;
    assert_eq!(long.status, 400);
    // another party's key is another key
    let theirs = site.api("stranger", "post", "/api/v1/declarations", "lodge-B1", other.to_string()).await;
    assert_eq!(theirs.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_key_belongs_to_its_declaration() {
    let site = Site::open();
    let (one, two) = (site.lodged("C1").await, site.lodged("C2").await);
    let pay = |entry: String| format!("/api/v1/declarations/{entry}/payment");
    assert_eq!(site.api("trader", "post", &pay(one), "same", "").await.status, 201);
    assert_eq!(site.api("trader", "post", &pay(two), "same", "").await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_has_everything() {
    let site = Site::open();
    let request = |lang: &str| {
        Request::post("/api/v1/declarations")
            .header(header::AUTHORIZATION, "Bearer ch_trader")
            .header("Idempotency-Key", "k")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT_LANGUAGE, lang)
            .body(Body::from("{\"lines\":[{}]}"))
            .unwrap()
    };
    let zh = site.call(request("zh-CN,en;q=0.5")).await;
    assert_eq!(zh.status, 422);
    assert_eq!(zh.header("content-type"), "application/problem+json");
    assert_eq!(zh.header("content-language"), "zh");
    let (zh, en) = (zh.json(), site.call(request("en")).await.json());
    assert_eq!((zh["title"].as_str(), en["title"].as_str()), (Some("不予受理"), Some("Refused")));
    assert_eq!(zh["errors"], en["errors"]);
    assert_eq!(en["type"], "/api/docs#problem-refused");
    let errors = en["errors"].as_array().unwrap();
    assert!(errors.iter().any(|e| e["path"] == "/lines/0/commodity_code"), "{en:#}");
    for error in errors {
        for member in ["code", "severity", "path", "basis"] {
            assert!(error[member].is_string(), "{error}");
        }
        assert!(error["text"]["zh"].is_string() && error["remedy"]["en"].is_string());
    }
    let receipt: Receipt = serde_json::from_value(en["receipt"].clone()).unwrap();
    assert!(!receipt.check(&site.engine.public_key()).unwrap().accepted);
}

/// What assessing finds on the second line says so in the sender's own notation.
#[tokio::test(flavor = "multi_thread")]
async fn a_finding_of_the_assessment_on_line_2_stands_at_line_2() {
    let site = Site::open();
    let filed = site.api("carrier", "post", "/api/v1/bills", "b", bill_form("L2").to_string()).await;
    assert_eq!(filed.status, 201, "{}", filed.text);
    let mut form = form("L2");
    let mut second = form["lines"][0].clone();
    for (name, value) in [("number", "2"), ("commodity_code", UNRATED), ("name", "锌"), ("first_unit", "035")]
    {
        second[name] = value.into();
    }
    second.as_object_mut().unwrap().retain(|name, _| !name.starts_with("second_"));
    form["lines"].as_array_mut().unwrap().push(second);
    let json = form.to_string().into_bytes();
    let message = read(Format::Json, &json, &Limits::default()).unwrap();
    let xml = write(Format::DecMessage, &message).into_bytes();
    for (kind, body, path) in [
        ("application/json", json, "/lines/1/commodity_code"),
        ("application/xml", xml, "/DecMessage/DecLists/DecList[2]/CodeTS"),
    ] {
        let got = site.send("trader", "post", "/api/v1/declarations", kind, kind, body).await;
        assert_eq!(got.status, 422, "{kind}: {}", got.text);
        let errors = got.json()["errors"].clone();
        let errors_alone = errors.as_array().unwrap().iter().filter(|e| e["severity"] == "error");
        let places: Vec<_> = errors_alone.map(|e| (e["code"].as_str(), e["path"].as_str())).collect();
        assert_eq!(places, [(Some("DUT-014"), Some(path))], "{errors:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_on_xml_have_xpaths_and_the_message_has_its_key() {
    let site = Site::open();
    let xml = "<DecMessage><DecHead><IEFlag>I</IEFlag></DecHead><DecLists><DecList/></DecLists>\
        <DecSign><ClientSeqNo>CSN1</ClientSeqNo></DecSign></DecMessage>";
    let post = |key: &'static str, body: &str| {
        site.send("trader", "post", "/api/v1/declarations", key, "application/xml", body.as_bytes().to_vec())
    };
    let refused = post("", xml).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let errors = refused.json()["errors"].clone();
    assert!(errors[0]["path"].as_str().unwrap().starts_with("/DecMessage"), "{errors:#}");
    assert_eq!(post("", xml).await.json()["repeated"], true);
    assert_eq!(post("", "<DecMessage/>").await.status, 400, "neither header nor ClientSeqNo");
    assert_eq!(post("k", "<DecMessage").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_one_clear_answer() {
    let site = Site::open();
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let check = async |path: &str, kind: &str, body: Vec<u8>, status: u16, code: &str| {
        let key = format!("bad-{}", calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let got = site.send("trader", "post", path, &key, kind, body).await;
        let problem = got.json();
        assert_eq!(got.status.as_u16(), status, "{path}: {problem}");
        assert_eq!(problem["status"], status);
        if !code.is_empty() {
            assert!(problem["errors"][0]["code"].as_str().unwrap().starts_with(code), "{path}: {problem}");
            assert!(problem["receipt"].is_object(), "{path}: it is journalled");
        }
    };
    for path in ["/api/v1/bills", "/api/v1/settlements", "/api/v1/goods-out"] {
        check(path, "application/json", b"{".to_vec(), 422, "POR-001").await;
        check(path, "application/json", b"[1]".to_vec(), 422, "POR-002").await;
        check(path, "application/json", "[".repeat(50_000).into_bytes(), 422, "POR-001").await;
        check(path, "application/json", b"{\"office\":\"\\u0000\",\"x\":1}".to_vec(), 422, "POR-00").await;
        check(path, "application/json", b"\xff\xfe\x00".to_vec(), 422, "POR-001").await;
        check(path, "text/plain", b"{}".to_vec(), 415, "").await;
        check(path, "application/json", vec![b' '; 300 << 10], 413, "").await;
    }
    let path = "/api/v1/declarations";
    for body in
        ["{", "\u{0}", "", "[]", "{\"gross_kg\":1e400}", "{\"gross_kg\":1.5}", "{\"bill\":\"\\u0000\"}"]
    {
        check(path, "application/json", body.as_bytes().to_vec(), 422, "EXC-").await;
    }
    check(path, "application/json", "[".repeat(100_000).into_bytes(), 422, "EXC-").await;
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><DecMessage>&a;</DecMessage>";
    check(path, "application/xml", bomb.as_bytes().to_vec(), 422, "EXC-").await;
    check(path, "text/plain", b"{}".to_vec(), 415, "").await;
    check(path, "", b"{}".to_vec(), 415, "").await;
    check(path, "application/json", vec![b' '; 300 << 10], 413, "").await;
    check("/api/v1/clock", "application/json", b"{}".to_vec(), 403, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_addresses_are_not_found() {
    let site = Site::open();
    for path in [
        "/api/v1/declarations/1",
        "/api/v1/declarations/222520261000000009",
        "/api/v1/declarations/%00",
        "/api/v1/receipts/x",
        "/api/v1/receipts/99999999999999999999",
        "/api/v1/bills/22/B",
        "/api/v1/tariff/９９",
        "/api/v1/tariff/9999999999",
        "/api/v1/nothing",
    ] {
        let got = site.get("trader", path).await;
        assert_eq!(got.status, 404, "{path}");
        assert_eq!(got.json()["type"], "/api/docs#problem-not-found", "{path}");
    }
    let got = site.api("trader", "delete", "/api/v1/bills", "", "").await;
    assert_eq!((got.status.as_u16(), got.header("allow")), (405, "POST"));
    assert_eq!(site.get("trader", "/api/v1/declarations?limit=x").await.status, 400);
    assert_eq!(site.get("", "/api/v1/tariff/8512201000?on=yesterday").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn assessing_stores_nothing() {
    let site = Site::open();
    let before = site.engine.read(|r| r.last_head()).unwrap().unwrap().number;
    let got = site.api("trader", "post", "/api/v1/assess", "", form("NONE").to_string()).await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert_eq!(got.json()["assessment"]["charges"][0]["charge"], "import_duty");
    assert_eq!(site.api("trader", "post", "/api/v1/assess", "", "{}").await.status, 422);
    assert_eq!(site.engine.read(|r| r.last_head()).unwrap().unwrap().number, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_keys_and_tariff_are_public() {
    let site = Site::open();
    let body = bill_form("D1").to_string();
    let receipt = site.api("carrier", "post", "/api/v1/bills", "d", body).await.json()["receipt"].clone();
    let check = async |body: String| site.api("", "post", "/api/v1/receipts/check", "", body).await.json();
    let checked = check(receipt.to_string()).await;
    assert_eq!((&checked["valid"], &checked["proves"]["kind"]), (&json!(true), &json!("bill.filed")));
    assert_eq!(check(json!({ "receipt": receipt }).to_string()).await["valid"], true);
    let forged = receipt.to_string().replace("bill.filed", "bill.faked");
    assert_eq!(check(forged).await["valid"], false);
    assert_eq!(check("{".to_owned()).await["valid"], false);
    let keys = site.get("", "/api/v1/keys").await.json();
    assert_eq!(keys["keys"][0]["public_key"], site.engine.public_key().to_string());
    let tariff = site.get("", "/api/v1/tariff/8512201000").await.json();
    assert_eq!(tariff["code"], "8512201000");
    assert!(
        tariff["measures"].as_array().unwrap().iter().any(|m| m["charge"] == "import_duty"),
        "{tariff:#}"
    );
    assert_eq!(site.get("", "/api/v1/tariff/85").await.json()["codes"][0]["code"], "8512201000");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_officer_sets_the_clock_of_a_sample() {
    let site = Site::open();
    let set =
        async |who: &str, body: &str| site.api(who, "post", "/api/v1/clock", "", body).await.status.as_u16();
    assert_eq!(set("trader", "{\"advance_seconds\":60}").await, 403);
    assert_eq!(set("officer", "{\"advance_seconds\":86400}").await, 200);
    assert!(site.engine.now().utc_micros >= FRIDAY + 86_400_000_000);
    assert_eq!(set("officer", "{\"advance_seconds\":-5}").await, 422);
    assert_eq!(set("officer", "{\"to\":\"2020-01-01T00:00:00Z\"}").await, 422);
    assert_eq!(set("officer", "{\"to\":\"2026-12-24T00:00:00Z\"}").await, 200);
    for bad in ["", "{}", "{\"to\":\"noon\"}", "{\"advance_seconds\":1,\"to\":\"2027-01-01T00:00:00Z\"}"] {
        assert_eq!(set("officer", bad).await, 400, "{bad}");
    }
    assert_eq!(set("officer", "{\"advance_seconds\":9223372036854775807}").await, 422);
    let real = Site::open_with(false, PortalSettings::default());
    let body = "{\"advance_seconds\":60}";
    assert_eq!(real.api("officer", "post", "/api/v1/clock", "", body).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_accounts_work_on_this_machine_only() {
    let site = Site::open();
    let far = ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 5)));
    let mut request = Request::get("/api/v1/me").header(header::AUTHORIZATION, "Bearer ch_trader");
    let mut proxied = Request::get("/api/v1/me").header(header::AUTHORIZATION, "Bearer ch_trader");
    request = request.extension(far);
    proxied = proxied.header("X-Forwarded-For", "192.0.2.1");
    for request in [request, proxied] {
        let got = site.call(request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            (got.status.as_u16(), &got.json()["type"]),
            (403, &json!("/api/docs#problem-loopback-only"))
        );
    }
    let mut entering = form_request("", "/sign-in", "name=trader&password=correct+horse");
    entering.extensions_mut().insert(far);
    assert_eq!(site.call(entering).await.status, 403);
    let real = Site::open_with(false, PortalSettings::default());
    let request = Request::get("/api/v1/me").header(header::AUTHORIZATION, "Bearer ch_trader").extension(far);
    let got = real.call(request.body(Body::empty()).unwrap()).await;
    assert_eq!((got.status.as_u16(), &got.json()["party"]), (200, &json!(firm(1))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_engine_says_so() {
    let site = Site::open();
    assert_eq!(site.get("", "/health/ready").await.json()["status"], "ok");
    assert_eq!(site.get("", "/health/live").await.status, 200);
    site.engine.stop();
    let got = site.api("carrier", "post", "/api/v1/bills", "k", bill_form("E1").to_string()).await;
    assert_eq!((got.status.as_u16(), got.header("retry-after")), (503, "1"));
}
