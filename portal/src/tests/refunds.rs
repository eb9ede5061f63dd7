//! Refunds through the API and the pages: asked for, shown, decided on, paid out, and read in the statement.

use super::support::{FRIDAY, Site, key_of};
use serde_json::{Value, json};

async fn statement(site: &Site) -> Value {
    site.get("trader", "/api/v1/statement").await.json()
}

fn lines(statement: &Value) -> Vec<String> {
    let lines = statement["lines"].as_array().unwrap().iter();
    lines
        .map(|line| line["what"].as_str().unwrap().to_owned())
        .filter(|what| what.contains("refund"))
        .collect()
}

async fn english(site: &Site, who: &str, path: &str) -> String {
    let cookie = format!("{}; customhouse_lang=en", site.sign_in(who).await);
    let got = site.page(&cookie, path).await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert!(!got.text.contains("⟨?⟩"));
    got.text
}

#[tokio::test(flavor = "multi_thread")]
async fn from_asking_to_the_statement() {
    let site = Site::open();
    let entry = site.lodged("R1").await;
    let number = site.refund(&entry).await;
    let path = format!("/api/v1/refunds/{number}");
    let decide = async |who: &str, decision: &str| {
        let key = format!("{who}-{decision}");
        site.api(who, "post", &format!("{path}/decision"), &key, json!({ "decision": decision }).to_string())
            .await
    };
    // lists mask the account; the case shows it to its payer and to those who decide
    let list = site.get("trader", "/api/v1/refunds?state=filed").await.json();
    assert_eq!(list["refunds"][0]["number"], number.as_str());
    assert!(list.to_string().contains("*2222") && !list.to_string().contains("6222000011112222"), "{list}");
    for (who, whole) in [("trader", true), ("releaser", true), ("head", true), ("checker", false)] {
        // who does not decide says why he reads
        let shown = site.get(who, &format!("{path}?reason=x")).await.json()["record"]["account"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(shown.contains("6222000011112222"), whole, "{who} {shown}");
    }
    assert_eq!(decide("releaser", "propose").await.status, 201);
    assert_eq!(decide("releaser", "approve").await.status, 422);
    let approved = decide("head", "approve").await;
    assert_eq!(approved.status, 201, "{}", approved.text);
    let order = approved.json()["answer"]["order"].as_str().unwrap().to_owned();
    let shown = site.get("trader", &path).await.json();
    assert_eq!(shown["state"], "ordered");
    let record = shown["record"].to_string();
    assert!(!record.contains("releaser") && !record.contains("\"post\""), "officers' names are customs' own");
    assert!(site.get("head", &path).await.json()["record"].to_string().contains("releaser"));
    let told = statement(&site).await;
    assert_eq!(
        (&told["refundable"], lines(&told)),
        (&json!("0.00"), vec!["refund_asked".into(), "refund_ordered".into()])
    );
    let back = json!({ "order": order, "reason": "账户已注销" }).to_string();
    assert_eq!(site.api("bank", "post", "/api/v1/payouts/bounced", "back", back).await.status, 201);
    assert_eq!(statement(&site).await["refundable"], "1.00");
    let named = json!({ "account": "另一账户 99998888" }).to_string();
    assert_eq!(site.api("trader", "post", &format!("{path}/account"), "named", named).await.status, 201);
    for (who, decision, key) in [("releaser", "propose", "p2"), ("head", "approve", "a2")] {
        let body = json!({ "decision": decision }).to_string();
        assert_eq!(site.api(who, "post", &format!("{path}/decision"), key, body).await.status, 201);
    }
    let paid = json!({ "order": format!("{number}/2"), "amount": "1.00", "reference": "OUT-1" }).to_string();
    assert_eq!(site.api("bank", "post", "/api/v1/payouts", "paid", paid).await.status, 201);
    let told = statement(&site).await;
    assert_eq!(told["refundable"], "0.00");
    let expected = ["refund_asked", "refund_ordered", "refund_ordered", "refund_bounced", "refund_paid"];
    assert_eq!(lines(&told), expected);
    // what the statement adds up to is what the ledger holds
    let balances = site.engine.read(|r| r.balances(None, 10_000)).unwrap();
    assert!(balances.iter().all(|(account, n)| account.class() != "refundable" || *n == 0));
    for (path, words) in [
        ("/statement", "Refund paid out"),
        (&*format!("/refunds/{number}"), "Paid out by the bank"),
        ("/refunds", &*number),
    ] {
        assert!(english(&site, "trader", path).await.contains(words), "{path}");
    }
    // what an officer did names the officer: its receipt is not the payer's
    let subject = format!("refund/{number}");
    for event in site.engine.read(|r| r.events_about(&subject)).unwrap() {
        let got = site.get("trader", &format!("/api/v1/receipts/{}", event.seq)).await.status;
        let decided = event.payload.contains("refund.decided");
        assert_eq!(got.as_u16(), if decided { 404 } else { 200 }, "{}", event.payload);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firm_asks_and_officers_decide_on_pages() {
    let site = Site::open();
    let entry = site.lodged("R1").await;
    let found = site.get("trader", &format!("/api/v1/declarations/{entry}")).await.json();
    let body =
        json!({ "book": found["record"]["books"][0]["number"], "amount": "1.00", "reference": "IN-1" });
    assert_eq!(site.api("bank", "post", "/api/v1/settlements", "IN-1", body.to_string()).await.status, 201);
    let cookie = site.sign_in("trader").await;
    let page = site.page(&cookie, "/refunds").await.text;
    assert!(page.contains(r#"name="payments" value="IN-1""#), "{page}");
    let fields = |reason: &str| {
        format!(
            "key={}&ground=misdirected&payments=IN-1&amount=&account=6222000011112222&reason={reason}",
            key_of(&page)
        )
    };
    // refused with what was typed still there
    let refused = site.form(&cookie, "/refunds", &fields("")).await;
    assert_eq!(refused.status, 200);
    assert!(refused.text.contains("POR-003") && refused.text.contains("checked"), "{}", refused.text);
    let page = refused.text;
    let fields =
        format!("key={}&ground=misdirected&payments=IN-1&account=6222000011112222&reason=x", key_of(&page));
    let sent = site.form(&cookie, "/refunds", &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let address = sent.header("location").to_owned();
    let number = address.rsplit('/').next().unwrap().to_owned();
    let list = english(&site, "releaser", "/work").await;
    assert!(list.contains(&address) && list.contains("Propose"), "{list}");
    assert!(!english(&site, "checker", "/work").await.contains(&address), "nothing waits for document check");
    site.engine.set_clock(FRIDAY + 60 * 86_400_000_000).unwrap();
    let late = english(&site, "releaser", "/work?tab=overdue").await;
    assert!(late.contains(&address) && late.contains("urgent stop"), "{late}");
    for (who, step, state) in [("releaser", "propose", "proposed"), ("head", "approve", "ordered")] {
        let cookie = site.sign_in(who).await;
        let page = site.page(&cookie, &address).await.text;
        let body = format!("key={}&note=&decision={step}", key_of(&page));
        let done = site.form(&cookie, &format!("{address}/decision"), &body).await;
        assert_eq!(done.status, 303, "{}", done.text);
        assert_eq!(site.get("head", &format!("/api/v1/refunds/{number}")).await.json()["state"], state);
    }
}

/// An officer sees and decides by the posts that he holds at the refund's office; those elsewhere count for nothing.
#[tokio::test(flavor = "multi_thread")]
async fn posts_elsewhere_show_and_decide_nothing_here() {
    let site = Site::open();
    let entry = site.lodged("R9").await;
    let number = site.refund(&entry).await;
    let appointed = json!({
        "officer": "elsewhere", "office": "2225", "post": "audit", "from": "2026-11-20", "document": "关任9",
    });
    let appointed = site.api("head", "post", "/api/v1/appointments", "nine", appointed.to_string()).await;
    assert_eq!(appointed.status, 201, "{}", appointed.text);
    let (api, page) = (format!("/api/v1/refunds/{number}"), format!("/refunds/{number}"));
    let shown = site.get("elsewhere", &format!("{api}?reason=x")).await;
    assert!(shown.status == 200 && !shown.text.contains("6222000011112222"), "{}", shown.text);
    for (who, decides) in [("elsewhere", false), ("releaser", true)] {
        let cookie = site.sign_in(who).await;
        let one = site.page(&cookie, &page).await;
        assert_eq!(one.status, 200, "{who}");
        assert_eq!(one.text.contains("value=\"propose\""), decides, "{who}: {}", one.text);
        assert_eq!(one.text.contains("6222000011112222"), decides, "{who}: {}", one.text);
        let work = site.page(&cookie, "/work?kind=refund").await;
        assert_eq!(work.text.contains(&page), decides, "{who}: {}", work.text);
    }
    let refused = json!({ "decision": "propose" }).to_string();
    let refused = site.api("elsewhere", "post", &format!("{api}/decision"), "far", refused).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
}

/// A broker asks for its principal's money on the page; the principal sees the account, lists mask it.
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_asks_in_its_principals_name() {
    let site = Site::open();
    let entry = site.lodged("R1").await;
    let found = site.get("trader", &format!("/api/v1/declarations/{entry}")).await.json();
    let body =
        json!({ "book": found["record"]["books"][0]["number"], "amount": "1.00", "reference": "IN-1" });
    assert_eq!(site.api("bank", "post", "/api/v1/settlements", "IN-1", body.to_string()).await.status, 201);
    let cookie = site.sign_in("stranger").await;
    let page = site.page(&cookie, "/refunds").await.text;
    assert!(!page.contains("IN-1"), "nothing of another's is offered: {page}");
    let fields =
        |key: &str| format!("key={key}&ground=misdirected&payments=IN-1&account=6222000011112222&reason=x");
    let refused = site.form(&cookie, "/refunds", &fields("one")).await;
    assert!(refused.status == 200 && refused.text.contains("FIN-027"), "{}", refused.text);
    assert!(refused.text.contains("value=\"IN-1\""), "what was typed is still there: {}", refused.text);
    let granted = format!(
        "key=grant&agent={}&scope=both&in_name=client&valid_from=2026-11-20&valid_to=2027-11-19&refunds=true",
        super::support::firm(4)
    );
    let trader = site.sign_in("trader").await;
    assert_eq!(site.form(&trader, "/authorisations", &granted).await.status, 303);
    let given = site.page(&trader, "/authorisations").await.text;
    assert!(given.contains("May ask for refunds"), "{given}");
    let sent = site.form(&cookie, "/refunds", &fields("two")).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let address = sent.header("location").to_owned();
    let list = site.page(&cookie, "/refunds").await.text;
    assert!(list.contains(&address) && list.contains(&super::support::firm(1)), "{list}");
    let (agents, own) = (site.page(&cookie, &address).await.text, site.page(&trader, &address).await.text);
    assert!(!agents.contains("6222000011112222") && agents.contains("2222"), "{agents}");
    assert!(own.contains("6222000011112222") && own.contains(&super::support::firm(4)), "{own}");
    let rival = site.sign_in("rival").await;
    assert_eq!(site.page(&rival, &address).await.status, 404);
}
