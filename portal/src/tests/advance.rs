//! Advance declarations 提前申报 through API and pages, as JSON and as XML: the state, the planned and the
//! actual day, and the carrier's report of entry.

use super::support::{Site, bill_form, form, key_of};
use customhouse_exchange::{Format, Limits, read, write};
use serde_json::{Value, json};

const DAY: i64 = 86_400_000_000;

impl Site {
    /// A declaration of a bill that plans entry for 25 November, lodged on the 20th.
    async fn ahead(&self, bill: &str, xml: bool) -> Value {
        let mut filed = bill_form(bill);
        filed["entry_date"] = "2026-11-25".into();
        let got = self.api("carrier", "post", "/api/v1/bills", bill, filed.to_string()).await;
        assert_eq!(got.status, 201, "{}", got.text);
        let mut form = form(bill);
        form["entry_date"] = "2026-11-25".into();
        let (kind, body) = if xml {
            let message = read(Format::Json, form.to_string().as_bytes(), &Limits::default()).unwrap();
            ("application/xml", write(Format::DecMessage, &message).into_bytes())
        } else {
            ("application/json", form.to_string().into_bytes())
        };
        let lodged =
            self.send("trader", "post", "/api/v1/declarations", &format!("l-{bill}"), kind, body).await;
        assert_eq!(lodged.status, 201, "{}", lodged.text);
        lodged.json()["answer"].clone()
    }

    async fn settles(&self, lodged: &Value) {
        for book in lodged["books"].as_array().unwrap() {
            let paid =
                json!({ "book": book["number"], "amount": book["amount"], "reference": book["number"] });
            let got = self
                .api(
                    "bank",
                    "post",
                    "/api/v1/settlements",
                    book["number"].as_str().unwrap(),
                    paid.to_string(),
                )
                .await;
            assert_eq!(got.status, 201, "{}", got.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advance_declaration_from_lodging_to_entry() {
    let site = Site::open();
    let lodged = [site.ahead("V1", false).await, site.ahead("V2", true).await];
    for answer in &lodged {
        assert_eq!(
            (&answer["planned_entry"], &answer["law_date"]),
            (&json!("2026-11-25"), &json!("2026-11-25"))
        );
        site.settles(answer).await;
    }
    let [entry, other] = lodged.each_ref().map(|answer| answer["entry_number"].as_str().unwrap().to_owned());
    let path = format!("/api/v1/declarations/{entry}");
    let found = site.get("trader", &path).await.json();
    assert_eq!(
        (&found["state"], &found["record"]["advance"]["planned"]),
        (&json!("awaiting_entry"), &json!("2026-11-25"))
    );
    let trader = site.sign_in("trader").await;
    let carrier = site.sign_in("carrier").await;
    for (lang, own, sees, lists) in [
        ("zh", "2026-11-25", ["待运输工具申报进境", "预计进境日期（提前申报）", "尚未申报进境"], "预计"),
        (
            "en",
            "2026-11-25",
            ["Awaiting entry", "Planned entry (advance declaration)", "not declared yet"],
            "planned",
        ),
    ] {
        let page =
            site.page(&format!("{trader}; customhouse_lang={lang}"), &format!("/declarations/{entry}")).await;
        for words in sees.into_iter().chain([own]) {
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }
        let bills = site.page(&format!("{carrier}; customhouse_lang={lang}"), "/bills").await;
        assert!(bills.text.contains("/bills/2225/V1"), "{lang}: {}", bills.text);
        let bill = site.page(&format!("{carrier}; customhouse_lang={lang}"), "/bills/2225/V1").await;
        assert!(bill.text.contains(lists) && bill.text.contains("reports/entry"), "{lang}: {}", bill.text);
    }
    // the fifth day after
    site.engine.set_clock(site.engine.now().utc_micros + 6 * DAY).unwrap();
    let report = |bill: &str, on: &str| json!({ "office": "2225", "bill": bill, "entered": on });
    let got =
        site.api("carrier", "post", "/api/v1/entries", "e0", report("V1", "2026-11-27").to_string()).await;
    assert_eq!((got.status.as_u16(), &got.json()["errors"][0]["path"]), (422, &json!("/entered")));
    let got =
        site.api("carrier", "post", "/api/v1/entries", "e1", report("V1", "2026-11-26").to_string()).await;
    assert_eq!(got.status, 201, "{}", got.text);
    let found = site.get("trader", &path).await.json();
    assert_eq!(
        (&found["state"], &found["record"]["advance"]["entered"]),
        (&json!("released"), &json!("2026-11-26"))
    );
    let page = site.page(&format!("{trader}; customhouse_lang=en"), &format!("/declarations/{entry}")).await;
    for words in ["Actual entry", "2026-11-26", "Entry of the means of transport"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    // the other one from the carrier's page, where a wrong day is refused beside its bill
    let bills = site.page(&carrier, "/bills/2225/V2").await;
    let typed = |on: &str, corrects: &str| {
        format!("entered={on}&corrects={corrects}&key={}x", key_of(&bills.text).trim_end_matches('x'))
    };
    let refused = site.form(&carrier, "/bills/2225/V2/reports/entry", &typed("2026-12-30", "")).await;
    assert!(refused.text.contains("CTL-058"), "{}", refused.text);
    let bills = site.page(&carrier, "/bills/2225/V2").await;
    let sent = format!("entered=2026-11-25&corrects=&key={}", key_of(&bills.text));
    let done = site.form(&carrier, "/bills/2225/V2/reports/entry", &sent).await;
    assert_eq!(
        (done.status.as_u16(), done.header("location")),
        (303, "/bills/2225/V2?done=entry"),
        "{}",
        done.text
    );
    let found = site.get("trader", &format!("/api/v1/declarations/{other}")).await.json();
    assert_eq!(found["state"], "released");
}
