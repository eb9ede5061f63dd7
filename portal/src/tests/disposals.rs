//! Goods that nobody clears: what the operator of their place sees and reports, and what the firm's statement says of
//! the money.

use super::support::{FRIDAY, Site, bill_form, firm, key_of};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: i64 = 86_400_000_000;

/// A bill whose goods are `trader`'s.
async fn filed(site: &Site, bill: &str) {
    let mut form = bill_form(bill);
    form["consignee"] = firm(1).into();
    let filed = site.api("carrier", "post", "/api/v1/bills", bill, form.to_string()).await;
    assert_eq!(filed.status, 201, "{}", filed.text);
}

/// A step of a case, accepted.
async fn step(site: &Site, who: &str, case: &str, step: &str, form: Value) {
    let path = format!("/api/v1/disposals/{case}/steps/{step}");
    let taken = site.api(who, "post", &path, &format!("{who}-{step}"), form.to_string()).await;
    assert_eq!(taken.status, 201, "{who} {step}: {}", taken.text);
}

/// What customs sends back leaves by the gate as released goods do: the operator finds it among what may leave.
#[tokio::test(flavor = "multi_thread")]
async fn goods_that_customs_orders_out_leave_by_the_operators_page() {
    let site = Site::open();
    filed(&site, "D1").await;
    filed(&site, "D2").await;
    let asked =
        json!({ "office": "2225", "bill": "D1", "reason": "misdelivered", "note": "错发" }).to_string();
    let asked = site.api("trader", "post", "/api/v1/direct-returns", "back", asked).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    let operator = format!("{}; customhouse_lang=en", site.sign_in("operator").await);
    let nothing = site.page(&operator, "/bills").await;
    assert!(!nothing.text.contains("/bills/2225/D1"), "nothing may leave yet: {}", nothing.text);
    step(&site, "releaser", "direct_return/2225-D1.1", "approve", json!({ "note": "" })).await;
    let place = site.page(&operator, "/bills").await;
    assert!(
        place.text.contains("/bills/2225/D1") && !place.text.contains("/bills/2225/D2"),
        "{}",
        place.text
    );
    assert!(place.text.contains("To be sent back") && place.text.contains("May leave"), "{}", place.text);
    let form = "name=\"packages\" value=\"10\"";
    assert!(place.text.contains(form), "{}", place.text);
    for (lang, words) in [("zh", "货物已变卖或者准予退运"), ("en", "The goods were sold, or go back")]
    {
        let cookie = operator.replace("lang=en", &format!("lang={lang}"));
        let one = site.page(&cookie, "/bills/2225/D1").await;
        assert!(one.text.contains(words) && one.text.contains("/reports/goods-out"), "{lang}: {}", one.text);
    }
    let only = site.page(&operator, "/bills?state=released").await;
    assert!(!only.text.contains("/bills/2225/D1"), "{}", only.text);
    let body = |packages: u32, kg: &str| {
        format!(
            "key=out{packages}-{}&office=2225&bill=D1&packages={packages}&gross_kg={kg}",
            key_of(&place.text)
        )
    };
    let more = site.form(&operator, "/bills/goods-out", &body(11, "1250.5")).await;
    assert!(more.text.contains("role=\"alert\""), "{}", more.text);
    assert_eq!(site.form(&operator, "/bills/goods-out", &body(4, "500.5")).await.status, 303);
    let rest = site.page(&operator, "/bills").await;
    assert!(rest.text.contains("name=\"packages\" value=\"6\""), "{}", rest.text);
    let last = "key=last&office=2225&bill=D1&packages=6&gross_kg=750";
    assert_eq!(site.form(&operator, "/bills/goods-out", last).await.status, 303);
    let out = site.page(&operator, "/bills?state=returned").await;
    assert!(out.text.contains("/bills/2225/D1"), "{}", out.text);
    assert!(!site.page(&operator, "/bills").await.text.contains("/bills/2225/D1"));
}

/// The surplus of a sale that customs grants to its consignee stands in its statement, with the case and the words.
#[tokio::test(flavor = "multi_thread")]
async fn a_granted_surplus_is_a_line_of_the_statement() {
    let site = Site::open();
    filed(&site, "D3").await;
    site.engine.set_clock(FRIDAY + 100 * DAY).unwrap();
    let case = "unclaimed/2225-D3.1";
    for _ in 0..100 {
        if site.get("releaser", &format!("/api/v1/disposals/{case}")).await.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let today = site.engine.now().day().to_string();
    let paid = |name: &str, amount: &str| json!({ "name": name, "amount": amount, "note": "核算" });
    let sale = json!({
        "buyer": "示例拍卖成交人", "document": "拍字2027-1", "sold_on": today, "proceeds": "9000.00",
        "value": "10000.00",
        "deductions": [
            paid("cost.sale", "200.00"), paid("cost.storage", "300.00"),
            paid("tax.import_duty", "1000.00"), paid("tax.vat", "1500.00"),
        ],
    });
    step(&site, "releaser", case, "decide_sale", json!({ "note": "超期未报" })).await;
    step(&site, "releaser", case, "record_sale", json!({ "note": "", "sale": sale })).await;
    step(&site, "head", case, "approve_sale", json!({ "note": "" })).await;
    let before = site.get("trader", "/api/v1/statement").await.json();
    assert_eq!((before["refundable"].clone(), before["lines"].clone()), (json!("0.00"), json!([])));
    step(&site, "trader", case, "claim_surplus", json!({ "note": "提单正本" })).await;
    step(&site, "releaser", case, "grant_claim", json!({ "note": "属实" })).await;
    let statement = site.get("trader", "/api/v1/statement").await.json();
    let line = &statement["lines"][0];
    assert_eq!(
        (&line["what"], &line["case"], &line["note"]),
        (&json!("surplus"), &json!(case), &json!("属实"))
    );
    assert_eq!((&line["day"], &line["change"]), (&json!(today), &json!("0.00")));
    let shown = site.get("trader", &format!("/api/v1/disposals/{case}")).await.json();
    let surplus = &shown["record"]["sale"]["distribution"]["surplus"];
    assert!(surplus.is_string() && surplus != "0.00", "{shown}");
    assert_eq!((&line["held"], &statement["refundable"]), (surplus, surplus));
    for (lang, words) in [("zh", "变卖余款准予发还"), ("en", "Surplus of a sale granted")] {
        let cookie = format!("{}; customhouse_lang={lang}", site.sign_in("trader").await);
        let page = site.page(&cookie, "/statement").await;
        assert!(
            page.text.contains(words) && page.text.contains(&format!("/disposals/{case}")),
            "{}",
            page.text
        );
    }
    let others = site.get("stranger", "/api/v1/statement").await.json();
    assert_eq!(others["lines"], json!([]));
}
