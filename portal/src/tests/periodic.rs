//! Periodic declaration in a browser: a permit asked for, decided on, its lists filed, gathered and shown, in
//! both languages.

use super::support::{FRIDAY, Site, bill_form, firm, form, key_of};

const DAY: i64 = 86_400_000_000;
const PERMIT: &str = "/periodic-permits/P22252026000001";

/// Posts a form with these fields; where it leads, or the page that came back.
async fn sends(site: &Site, cookie: &str, path: &str, body: &str) -> Result<String, String> {
    let got = site.form(cookie, path, body).await;
    if got.status == 303 { Ok(got.header("location").to_owned()) } else { Err(got.text) }
}

/// A list under the permit, by its office's form and the API; its entry number.
async fn listed(site: &Site, bill: &str) -> String {
    let filed = site.api("carrier", "post", "/api/v1/bills", bill, bill_form(bill).to_string()).await;
    assert_eq!(filed.status, 201, "{}", filed.text);
    let mut list = form(bill);
    list["periodic_permit"] = "P22252026000001".into();
    let key = format!("list-{bill}");
    let lodged = site.api("trader", "post", "/api/v1/declarations", &key, list.to_string()).await;
    assert_eq!(lodged.status, 201, "{}", lodged.text);
    lodged.json()["answer"]["entry_number"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_lists_from_the_permit_to_its_payment_books() {
    let site = Site::open();
    let english = site.sign_in("trader").await;
    let chinese = |cookie: &str| format!("{cookie}; customhouse_lang=zh");
    let (trader, officer) = (chinese(&english), chinese(&site.sign_in("officer").await));
    let page = site.page(&trader, "/periodic-permits").await;
    assert!(page.text.contains("尚无有效的总担保"), "it says what is missing: {}", page.text);
    let guarantee = site.guarantee("one").await;
    let accept = serde_json::json!({ "decision": "accept" }).to_string();
    let decision = format!("/api/v1/guarantees/{guarantee}/decision");
    assert_eq!(site.api("officer", "post", &decision, "accepted", accept).await.status, 201);

    // asked for: what is missing stands at its field, then it is there
    let page = site.page(&trader, "/periodic-permits").await;
    assert!(page.text.contains(&format!("value=\"{guarantee}\"")), "its guarantee can be chosen");
    let key = key_of(&page.text);
    let body = format!("key={key}&office=2225&goods=dangerous_or_fresh&guarantee={guarantee}");
    let refused = sends(&site, &trader, "/periodic-permits", &body).await.unwrap_err();
    assert!(refused.contains("CTL-001") && refused.contains("f-commodities"), "{refused}");
    let body = format!("{}&commodities=8512%208708", body.replace(&key, "second"));
    let there = sends(&site, &trader, "/periodic-permits", &body).await.expect("it is asked for");
    assert_eq!(there, format!("{PERMIT}?done=asked"));

    // customs decides; nobody said whether the firm is under investigation
    let page = site.page(&officer, PERMIT).await;
    assert!(page.text.contains("准予备案") && page.text.contains("8512, 8708"), "{}", page.text);
    let path = format!("{PERMIT}/decision");
    let refused = sends(&site, &officer, &path, "key=d1&decision=accept").await.unwrap_err();
    assert!(refused.contains("CTL-001") && refused.contains("f-under_investigation"), "{refused}");
    let body = "key=d2&decision=accept&under_investigation=false";
    assert_eq!(sends(&site, &officer, &path, body).await, Ok(format!("{PERMIT}?done=decided")));

    // lists, and what the firm sees of them
    let page = site.page(&trader, PERMIT).await;
    let file = "/declarations/new?direction=import&amp;permit=P22252026000001";
    assert!(page.text.contains(file) || page.text.contains(&file.replace("&amp;", "&#38;")), "{}", page.text);
    let lodging = site.page(&trader, &file.replace("&amp;", "&")).await;
    assert!(lodging.text.contains("value=\"P22252026000001\""), "the form names the permit");
    let (first, second) = (listed(&site, "LIST1").await, listed(&site, "LIST2").await);
    let page = site.page(&trader, PERMIT).await;
    assert!(page.text.contains(&first) && page.text.contains(&second), "{}", page.text);
    assert!(page.text.contains("2026-12-01") && !page.text.contains("归并 2026-11"), "not before December");

    // the month is over: gathered, and paid by its books
    site.engine.set_clock(FRIDAY + 12 * DAY).unwrap();
    let page = site.page(&trader, PERMIT).await;
    assert!(page.text.contains("归并 2026-11"), "{}", page.text);
    let officers = site.page(&officer, PERMIT).await;
    assert!(!officers.text.contains("归并 2026-11"), "customs gathers only what is overdue");
    let there = sends(&site, &trader, &format!("{PERMIT}/months"), "key=g1&month=2026-11").await;
    assert_eq!(there, Ok(format!("{PERMIT}?done=gathered")));
    let refused =
        sends(&site, &trader, &format!("{PERMIT}/months"), "key=g2&month=2026-11").await.unwrap_err();
    assert!(refused.contains("CTL-104"), "{refused}");
    let shown = site.get("trader", "/api/v1/periodic-permits/P22252026000001").await.json();
    let month = shown["record"]["months"][0].as_str().unwrap().to_owned();
    let address = format!("/periodic-declarations/{month}");
    let page = site.page(&trader, PERMIT).await;
    assert!(page.text.contains(&address), "{}", page.text);
    let page = site.page(&officer, &address).await;
    for words in ["集中申报报关单", &first, &second, "8512201000", "进口关税", &firm(1)] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let page = site.page(&english, &address).await;
    for words in ["Declaration of a month", "The lists gathered", "Payment books", "Import duty"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    // the book of a list is a paper like any other, and its code proves the event that made it
    let list = site.get("trader", &format!("/api/v1/declarations/{first}")).await.json();
    let book = list["record"]["books"][0]["number"].as_str().unwrap();
    let paper = site.page(&trader, &format!("/declarations/{first}/papers/{book}")).await;
    assert_eq!(paper.status, 200, "{}", paper.text);
    assert!(paper.text.contains("海关专用缴款书") && paper.text.contains("<svg"), "{}", paper.text);
    let stranger = site.sign_in("stranger").await;
    assert_eq!(site.page(&stranger, &address).await.status, 404);
    assert_eq!(site.page(&stranger, PERMIT).await.status, 404);

    // ended by its firm, shown in both languages
    assert_eq!(
        sends(&site, &trader, &format!("{PERMIT}/end"), "key=e1").await,
        Ok(format!("{PERMIT}?done=ended"))
    );
    assert!(site.page(&trader, "/periodic-permits").await.text.contains("已终止"));
    assert!(site.page(&english, "/periodic-permits?state=ended").await.text.contains("Ended"));
}
