//! Exports through the API: the examples of the documents, and findings at the crossed elements.

use super::support::{Site, firm};
use customhouse_exchange::{Format, Limits, read, write};
use serde_json::{Value, json};

fn example(text: &str, bill: &str) -> Value {
    let mut value: Value = serde_json::from_str(text).unwrap();
    value["bill"] = bill.into();
    value
}

fn bill(number: &str) -> Value {
    example(include_str!("../../../docs/examples/export-bill.json"), number)
}

fn declaration(bill: &str) -> Value {
    let mut form = example(include_str!("../../../docs/examples/export-declaration.json"), bill);
    form["consignee"]["credit_code"] = firm(1).into();
    form
}

impl Site {
    async fn posts(&self, who: &str, path: &str, key: &str, body: &Value) -> Value {
        let got = self.api(who, "post", &format!("/api/v1/{path}"), key, body.to_string()).await;
        assert_eq!(got.status, 201, "{path}: {}", got.text);
        got.json()["answer"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_manifest_to_departure() {
    let site = Site::open();
    let goods = json!({ "office": "2225", "bill": "X1", "packages": 10, "gross_kg": "1250.5" });
    assert_eq!(site.posts("carrier", "bills", "b", &bill("X1")).await["state"], "filed");
    assert_eq!(site.posts("operator", "arrivals", "a", &goods).await["state"], "arrived");
    let lodged = site.posts("trader", "declarations", "d", &declaration("X1")).await;
    assert_eq!(lodged["state"], "released");
    let part = json!({ "office": "2225", "bill": "X1", "packages": 4, "gross_kg": "500" });
    assert_eq!(site.posts("carrier", "loadings", "l", &part).await["state"], "released");
    let rest = json!({ "office": "2225", "bill": "X1", "packages": 6, "gross_kg": "750.5",
        "loading": "2026-11-30T08:00" });
    assert_eq!(site.posts("carrier", "shut-outs", "s", &rest).await["state"], "loaded");
    let left = json!({ "office": "2225", "bill": "X1", "departed": "2026-11-20" });
    assert_eq!(site.posts("carrier", "departures", "p", &left).await["state"], "departed");
    let path = format!("/api/v1/declarations/{}", lodged["entry_number"].as_str().unwrap());
    let found = site.get("trader", &path).await.json();
    assert_eq!(
        (found["state"].as_str(), found["record"]["departed"].as_str()),
        (Some("departed"), Some("2026-11-20"))
    );
    // the pages show exports beside imports
    let cookie = site.sign_in("trader").await;
    let entry = lodged["entry_number"].as_str().unwrap();
    let page = site.page(&cookie, &format!("/declarations/{entry}")).await;
    assert!(
        page.status == 200 && page.text.contains("已离境") | page.text.contains("Departed"),
        "{}",
        page.text
    );
    assert_eq!(site.page(&cookie, "/declarations").await.status, 200);
    let carrier = site.sign_in("carrier").await;
    assert_eq!(site.page(&carrier, "/bills").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_moments_and_directions_stand_at_their_members() {
    let site = Site::open();
    for (n, (member, value, code)) in [
        ("loading", "2026-11-23", "POR-004"),
        ("loading", "2026-11-23 08:00", "POR-004"),
        ("loading", "2026-13-23T08:00", "POR-004"),
        ("direction", "out", "POR-004"),
        ("entry_date", "2026-11-20", "CTL-080"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut form = bill("X2");
        form[member] = value.into();
        let got = site.api("carrier", "post", "/api/v1/bills", &format!("k{n}"), form.to_string()).await;
        let error = &got.json()["errors"][0];
        assert_eq!(
            (error["code"].as_str(), error["path"].as_str()),
            (Some(code), Some(&*format!("/{member}")))
        );
    }
}

/// The destination of an export stands in `OriginCountry`, and so does a finding about it.
#[tokio::test(flavor = "multi_thread")]
async fn findings_on_an_export_message_stand_at_the_crossed_element() {
    let site = Site::open();
    site.posts("carrier", "bills", "b", &bill("X3")).await;
    let goods = json!({ "office": "2225", "bill": "X3", "packages": 10, "gross_kg": "1250.5" });
    site.posts("operator", "arrivals", "a", &goods).await;
    let mut form = declaration("X3");
    form["lines"][0]["destination"] = "ZZ".into();
    let xml = |form: &Value| {
        let message = read(Format::Json, form.to_string().as_bytes(), &Limits::default()).unwrap();
        write(Format::DecMessage, &message).into_bytes()
    };
    let post = |key, body| site.send("trader", "post", "/api/v1/declarations", key, "application/xml", body);
    let refused = post("d1", xml(&form)).await.json();
    let paths: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|e| e["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/DecMessage/DecLists/DecList[1]/OriginCountry"], "{refused:#}");
    let good = post("d2", xml(&declaration("X3"))).await;
    assert_eq!(good.status, 201, "{}", good.text);
}
