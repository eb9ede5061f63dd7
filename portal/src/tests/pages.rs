//! What a browser sees.

use super::support::{PASSWORD, Site, bill_form, firm, form, form_request, key_of};
use axum::body::Body;
use axum::http::{Request, header};
use customhouse_exchange::{Limits, json};
use std::fmt::Write;

/// A form's fields as a browser encodes them.
fn encoded(fields: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        let value: String = value.bytes().fold(String::new(), |mut out, b| {
            let _ = write!(out, "%{b:02X}");
            out
        });
        let _ = write!(out, "{}{name}={value}", if out.is_empty() { "" } else { "&" });
    }
    out
}

/// The example declaration as the page's fields.
fn fields(bill: &str) -> Vec<(String, String)> {
    let form = json::read(form(bill).to_string().as_bytes(), &Limits::default()).unwrap();
    let mut fields: Vec<(String, String)> =
        form.head.filled().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    for (index, line) in form.lines.iter().enumerate() {
        fields.extend(line.filled().map(|(n, v)| (format!("lines.{index}.{n}"), v.to_owned())));
    }
    fields
}

fn with(mut fields: Vec<(String, String)>, more: &[(&str, &str)]) -> String {
    fields.retain(|(n, _)| !more.iter().any(|(m, _)| n == m));
    fields.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    encoded(&fields)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_import_in_a_browser() {
    let site = Site::open();
    let carrier = site.sign_in("carrier").await;
    let bills = site.page(&carrier, "/bills?example=1").await;
    let key = key_of(&bills.text);
    let bill = "office=2225&bill=P1&transport_mode=2&transport_name=COSCO&voyage=&entry_date=2026-11-20&place=yard\
        &packages=10&gross_kg=1250.5";
    let filed = site.form(&carrier, "/bills", &format!("{bill}&key={key}")).await;
    assert_eq!(
        (filed.status.as_u16(), filed.header("location")),
        (303, "/bills?done=filed"),
        "{}",
        filed.text
    );
    let twice = site.form(&carrier, "/bills", &format!("{bill}&key={key}")).await;
    assert_eq!(twice.status, 303, "a double click is one effect");

    let trader = site.sign_in("trader").await;
    let new = site.page(&trader, "/declarations/new?example=1&bill=P1").await;
    assert!(new.text.contains(&firm(1)) && new.text.contains("value=\"P1\""));
    let body = with(fields("P1"), &[("key", &key_of(&new.text)), ("do", "lodge")]);
    let lodged = site.form(&trader, "/declarations/new", &body).await;
    assert_eq!(lodged.status, 303, "{}", lodged.text);
    assert_eq!(
        site.form(&trader, "/declarations/new", &body).await.header("location"),
        lodged.header("location")
    );
    let address = lodged.header("location").split('?').next().unwrap().to_owned();
    for (lang, sees) in
        [("zh", ["待缴税款", "缴税", "怎样算出"]), ("en", ["To pay", "Pay", "How it was reckoned"])]
    {
        let page = site.page(&format!("{trader}; customhouse_lang={lang}"), &address).await;
        assert_eq!(page.status, 200);
        for words in sees {
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }
        assert!(!page.text.contains("⟨?⟩"));
    }
    let page = site.page(&trader, &address).await;
    let pay = format!("{address}/payment");
    let paid = site.form(&trader, &pay, &format!("key={}", key_of(&page.text))).await;
    assert_eq!((paid.status.as_u16(), paid.header("location")), (303, address.as_str()));
    let again = site.form(&trader, &pay, "key=another").await;
    assert!(again.status == 200 && again.text.contains("role=\"alert\""), "{}", again.text);
    site.settle(address.rsplit('/').next().unwrap()).await;

    let operator = site.sign_in("operator").await;
    let place = site.page(&operator, "/bills").await;
    let report =
        |kg: &str| format!("key={kg}-{}&office=2225&bill=P1&packages=10&gross_kg={kg}", key_of(&place.text));
    let more = site.form(&operator, "/bills/goods-out", &report("9999")).await;
    assert!(more.text.contains("role=\"alert\""), "{}", more.text);
    assert_eq!(site.form(&operator, "/bills/goods-out", &report("1250.5")).await.status, 303);
    let closed = site.page(&format!("{trader}; customhouse_lang=en"), &address).await;
    assert!(closed.text.contains("Closed: nothing is left to do."));
    let list = site.page(&trader, "/declarations?state=closed").await;
    assert!(list.text.contains(&address));
    let empty = site.page(&format!("{trader}; customhouse_lang=en"), "/declarations?state=held").await;
    assert!(empty.text.contains("None in this state."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_keeps_what_was_typed() {
    let site = Site::open();
    let trader = site.sign_in("trader").await;
    let body = with(fields("NONE"), &[("gross_kg", "heavy<b>"), ("key", "k1"), ("do", "lodge")]);
    let refused = site.form(&trader, "/declarations/new", &body).await;
    assert_eq!(refused.status, 200);
    assert!(refused.text.contains("value=\"heavy&#60;b&#62;\""), "kept and escaped");
    assert!(refused.text.contains("href=\"#f-gross_kg\"") && refused.text.contains("id=\"f-gross_kg\""));
    assert!(refused.text.contains("/receipts/"), "the refusal has its receipt");
    assert_ne!(key_of(&refused.text), "k1", "mended, it is a new submission");
    let back = with(fields("NONE"), &[("gross_kg", "1"), ("key", "k1"), ("do", "lodge")]);
    let back = site.form(&format!("{trader}; customhouse_lang=en"), "/declarations/new", &back).await;
    assert!(back.text.contains("had been sent before"), "{}", back.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_works_without_script() {
    let site = Site::open();
    let trader = site.sign_in("trader").await;
    let post = async |more: &[(&str, &str)]| {
        site.form(&trader, "/declarations/new", &with(fields("X"), more)).await.text
    };
    let two = post(&[("key", "k"), ("do", "add-lines")]).await;
    assert!(two.contains("name=\"lines.1.commodity_code\"") && two.contains("value=\"8512201000\""));
    assert_eq!(key_of(&two), "k", "nothing was sent yet");
    let one = post(&[("key", "k"), ("lines.1.name", "B"), ("do", "remove-1")]).await;
    assert!(!one.contains("lines.1.name") && one.contains("value=\"B\""));
    let tried = post(&[("key", "k"), ("do", "try")]).await;
    assert!(tried.contains("id=\"trial\""), "{tried}");
    assert!(post(&[("key", "k"), ("do", "add-documents")]).await.contains("documents.0.code"));
    assert!(post(&[("key", "k"), ("terms", "Q"), ("do", "try")]).await.contains("aria-invalid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_file_is_lodged_as_it_is() {
    let site = Site::open();
    site.api("carrier", "post", "/api/v1/bills", "u", super::support::bill_form("U1").to_string()).await;
    let trader = site.sign_in("trader").await;
    let upload = |content: String| {
        let part = |name: &str, content: &str| {
            format!(
                "--XX\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n{content}\r\n"
            )
        };
        let body = format!("{}{}--XX--\r\n", part("key", "up1"), part("file", &content));
        let mut request = form_request(&trader, "/declarations/upload", &body);
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, "multipart/form-data; boundary=XX".parse().unwrap());
        site.call(request)
    };
    let refused = upload("<DecMessage><DecHead><IEFlag>I</IEFlag></DecHead></DecMessage>".to_owned()).await;
    assert!(refused.status == 200 && refused.text.contains("role=\"alert\""), "{}", refused.text);
    assert!(upload("{".to_owned()).await.text.contains("role=\"alert\""));
    assert!(upload(String::new()).await.text.contains("role=\"alert\""));
    let form = json::read(form("U1").to_string().as_bytes(), &Limits::default()).unwrap();
    let message = customhouse_exchange::Message {
        form,
        client_sequence_number: Some("CSN-U1".to_owned()),
        ..Default::default()
    };
    let xml = customhouse_exchange::write(customhouse_exchange::Format::DecMessage, &message);
    let lodged = upload(xml).await;
    assert_eq!(lodged.status, 303, "{}", lodged.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_checked_on_a_page() {
    let site = Site::open();
    let entry = site.lodged("R1").await;
    let trader = site.sign_in("trader").await;
    let page = site.page(&trader, &format!("/declarations/{entry}")).await;
    let link = page.text.split("href=\"/receipts/").nth(1).unwrap().split('"').next().unwrap();
    let receipt = site.page(&trader, &format!("/receipts/{link}")).await;
    assert!(receipt.header("content-disposition").contains("attachment"));
    let check = async |text: &str| {
        let body =
            format!("--XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{text}\r\n--XX--\r\n");
        let mut request = form_request("customhouse_lang=en", "/receipts", &body);
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, "multipart/form-data; boundary=XX".parse().unwrap());
        site.call(request).await.text
    };
    assert!(check(&receipt.text).await.contains("The receipt is genuine"));
    assert!(check(&receipt.text.replace("lodged", "lodgud")).await.contains("This proves nothing"));
    assert!(check("<script>").await.contains("&#60;script&#62;"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_begin_and_end() {
    let site = Site::open();
    let wrong = site.form("", "/sign-in", "name=trader&password=wrong").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("role=\"alert\"") && wrong.text.contains("value=\"trader\""));
    let nobody = site.form("", "/sign-in", "name=nobody&password=wrong").await;
    assert_eq!(
        nobody.text.replace("nobody", ""),
        wrong.text.replace("trader", ""),
        "an unknown name looks the same"
    );
    let sent = site.page("", "/declarations?state=green").await;
    assert_eq!(sent.header("location"), "/sign-in?next=/declarations%3Fstate%3Dgreen");
    let body =
        format!("name=trader&password={}&next=/declarations%3Fstate%3Dgreen", PASSWORD.replace(' ', "+"));
    let entered = site.form("", "/sign-in", &body).await;
    assert_eq!(entered.header("location"), "/declarations?state=green");
    let cookie = entered.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"));
    let evil =
        site.form("", "/sign-in", &body.replace("/declarations%3Fstate%3Dgreen", "//evil.example")).await;
    assert_eq!(evil.header("location"), "/declarations");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(site.page(cookie, "/declarations").await.status, 200);
    let left = site.form(cookie, "/sign-out", "").await;
    assert!(left.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        site.page(cookie, "/declarations").await.status,
        303,
        "the session is gone from the store too"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guesser_must_wait() {
    let site = Site::open();
    for _ in 0..5 {
        assert_eq!(site.form("", "/sign-in", "name=trader&password=wrong").await.status, 422);
    }
    let right = format!("name=trader&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(site.form("", "/sign-in", &right).await.status, 429, "the right one too");
    site.sign_in("carrier").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_are_turned_away() {
    let site = Site::open();
    let trader = site.sign_in("trader").await;
    for (name, value) in [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")] {
        let mut request = form_request(&trader, "/sign-out", "");
        request.headers_mut().remove("Sec-Fetch-Site");
        request.headers_mut().insert(name, value.parse().unwrap());
        let got = site.call(request).await;
        assert_eq!(got.status, 403, "{name}");
        assert!(got.text.contains("<html"), "{name}");
    }
    assert_eq!(site.page(&trader, "/declarations").await.status, 200, "still signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_response_is_hardened() {
    let site = Site::open();
    let trader = site.sign_in("trader").await;
    for path in
        ["/", "/declarations", "/declarations/new", "/nothing", "/api/v1/me", "/api/docs", "/health/live"]
    {
        let got = site.page(&trader, path).await;
        let policy = got.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{path}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(got.header("x-robots-tag"), "noindex, nofollow", "{path}");
        assert_eq!(got.header("cache-control"), "no-store", "{path}");
        assert!(!got.header("x-request-id").is_empty(), "{path}");
        for inline in [" style=", "<style", "onclick", "<script>", "javascript:"] {
            assert!(!got.text.contains(inline), "{path}: {inline}");
        }
    }
    let page = site.page("", "/").await.text;
    for mark in ["href=\"/assets/", "src=\"/assets/"] {
        let rest = page.split(mark).nth(1).unwrap().split('"').next().unwrap();
        let asset = site.page("", &format!("/assets/{rest}")).await;
        assert_eq!(asset.status, 200);
        assert!(asset.header("cache-control").contains("immutable"));
    }
    let zipped = Request::get("/").header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
    assert_eq!(site.call(zipped).await.header("content-encoding"), "gzip");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_stays_on_the_page() {
    let site = Site::open();
    let page = site.page("customhouse_lang=zh", "/receipts").await;
    assert!(
        page.text.contains("lang=\"zh-Hans\"") && page.text.contains("/lang?to=en&#38;back=/receipts"),
        "{}",
        page.text
    );
    let switched = site.page("", "/lang?to=en&back=/receipts").await;
    assert_eq!(switched.header("location"), "/receipts");
    assert!(switched.header("set-cookie").starts_with("customhouse_lang=en"));
    assert_eq!(site.page("", "/lang?to=en&back=//evil.example").await.header("location"), "/");
    let asked = Request::get("/").header(header::ACCEPT_LANGUAGE, "zh-CN").body(Body::empty()).unwrap();
    assert!(site.call(asked).await.text.contains("演示系统"));
    let real = Site::open_with(false, crate::PortalSettings::default());
    assert!(!real.page("customhouse_lang=en", "/").await.text.contains("demonstration"));
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_looked_up() {
    let site = Site::open();
    let found = site.page("customhouse_lang=en", "/lookup/commodities?q=8512").await.json();
    assert_eq!(found[0]["code"], "8512201000");
    assert_eq!(site.page("", "/lookup/commodities?q=8").await.text, "[]");
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_print_and_their_code_proves_them() {
    let site = Site::open();
    let entry = site.lodged("PAPER1").await;
    let trader = format!("{}; customhouse_lang=zh", site.sign_in("trader").await);
    let paper = |name: &str| format!("/declarations/{entry}/papers/{name}");
    let declaration = site.page(&trader, &paper("declaration")).await;
    assert!(
        declaration.text.contains("<svg") && declaration.text.contains("进口货物报关单"),
        "{}",
        declaration.text
    );
    let book = site.page(&trader, &paper(&format!("{entry}-A01"))).await;
    assert!(book.text.contains("海关专用缴款书") && book.text.contains("元"), "{}", book.text);
    // sums stand under the figures, the amount in figures and in capitals, and no sample's paper looks real
    for words in
        ["合计", "金额人民币（大写）", "（小写）", "演示系统", r#"<td data-label="税款" class="number">"#]
    {
        assert!(book.text.contains(words), "{words}: {}", book.text);
    }
    // there is no release note before release, nor a book that was never made
    assert_eq!(site.page(&trader, &paper("release")).await.status, 404);
    assert_eq!(site.page(&trader, &paper(&format!("{entry}-A09"))).await.status, 404);
    site.settle(&entry).await;
    let english = trader.replace("lang=zh", "lang=en");
    let release = site.page(&english, &paper("release")).await;
    assert!(release.text.contains("Release note") && release.text.contains("8512201000"), "{}", release.text);
    // what the code opens stands for itself, for anyone; another digest proves nothing
    let address = book.text.split("href=\"http://").nth(1).unwrap().split('"').next().unwrap();
    let path = &address[address.find('/').unwrap()..];
    let checked = site.page("customhouse_lang=en", path).await;
    assert!(checked.text.contains("The journal holds this event"), "{}", checked.text);
    assert!(checked.text.contains(&format!("Declaration {entry}")), "in words: {}", checked.text);
    let other = format!("{}0", &path[..path.len() - 1]);
    let other = if other == path { format!("{}1", &path[..path.len() - 1]) } else { other };
    let unknown = site.page("customhouse_lang=en", &other).await;
    assert!(unknown.text.contains("no such event") && !unknown.text.contains(&entry));
}

/// Mode, guarantee and last day stand on the page, on both papers and in the statement, in both languages.
#[tokio::test(flavor = "multi_thread")]
async fn aggregate_payment_is_shown_wherever_money_is() {
    let site = Site::open();
    let number = site.guarantee("aggregate").await;
    let decide = format!("/api/v1/guarantees/{number}/decision");
    let accept = serde_json::json!({ "decision": "accept" }).to_string();
    assert_eq!(site.api("officer", "post", &decide, "accept", accept).await.status, 201);
    let filed = site.api("carrier", "post", "/api/v1/bills", "AGG1", bill_form("AGG1").to_string()).await;
    assert_eq!(filed.status, 201, "{}", filed.text);
    let mut form = form("AGG1");
    form["declaration_kind"] = "CL".into();
    form["guarantee"] = number.as_str().into();
    let lodged = site.api("trader", "post", "/api/v1/declarations", "agg", form.to_string()).await;
    assert_eq!(lodged.status, 201, "{}", lodged.text);
    let entry = lodged.json()["answer"]["entry_number"].as_str().unwrap().to_owned();
    let found = site.get("trader", &format!("/api/v1/declarations/{entry}")).await.json();
    assert_eq!(
        (&found["state"], &found["record"]["aggregate"]["guarantee"]),
        (&"released".into(), &number.as_str().into())
    );
    let due = found["record"]["aggregate"]["due"]["day"].as_str().unwrap().to_owned();
    assert_eq!(due, "2026-12-07", "the fifth working day of December");
    let book = found["record"]["books"][0]["number"].as_str().unwrap().to_owned();
    let cookie = site.sign_in("trader").await;
    for (lang, mode) in [("zh", "汇总征税"), ("en", "Aggregate payment")] {
        let with = format!("{cookie}; customhouse_lang={lang}");
        for path in [
            format!("/declarations/{entry}"),
            format!("/declarations/{entry}/papers/declaration"),
            format!("/declarations/{entry}/papers/{book}"),
            "/statement".to_owned(),
        ] {
            let page = site.page(&with, &path).await;
            for words in [mode, &number, "12-07"] {
                assert!(page.text.contains(words), "{path} in {lang} has no {words}: {}", page.text);
            }
        }
    }
    let lines = site.get("trader", "/api/v1/statement").await.json()["lines"].clone();
    assert_eq!((&lines[0]["mode"], &lines[0]["guarantee"]), (&"CL".into(), &number.as_str().into()));
    assert_eq!(lines[0]["due"]["day"], due.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_explains_every_line_and_stands_where_the_books_do() {
    let site = Site::open();
    let entry = site.lodged("STATE1").await;
    let trader = format!("{}; customhouse_lang=en", site.sign_in("trader").await);
    let owed = |statement: &serde_json::Value| statement["owed"].as_str().unwrap().to_owned();
    let before = site.get("trader", "/api/v1/statement").await.json();
    let found = site.get("trader", &format!("/api/v1/declarations/{entry}")).await.json();
    let total = found["record"]["amounts"]["computed_total"].as_str().unwrap();
    assert_eq!(owed(&before), total);
    // money that fits no book is held
    let book = found["record"]["books"][0]["number"].as_str().unwrap();
    let wrong = serde_json::json!({ "book": book, "amount": "1.00", "reference": "WRONG" });
    assert_eq!(site.api("bank", "post", "/api/v1/settlements", "w", &wrong.to_string()).await.status, 201);
    site.settle(&entry).await;
    let after = site.get("trader", "/api/v1/statement").await.json();
    assert_eq!((owed(&after).as_str(), after["refundable"].as_str()), ("0.00", Some("1.00")));
    let page = site.page(&trader, "/statement").await;
    for words in ["Book issued", "Paid", "Money that fits no book", "WRONG", &entry] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    // a stranger's statement holds nothing of it
    assert_eq!(site.get("stranger", "/api/v1/statement").await.json()["lines"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_moves_the_demonstrations_clock_from_the_banner() {
    let site = Site::open();
    let officer = format!("{}; customhouse_lang=en", site.sign_in("officer").await);
    let page = site.page(&officer, "/declarations").await;
    assert!(page.text.contains("A week on"));
    let before = site.engine.now().day();
    let moved = site.form(&officer, "/clock", "days=7&back=/declarations").await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (303, "/declarations"));
    assert_eq!((site.engine.now().day() - before).get_days(), 7);
    for bad in ["days=0", "days=-1", "days=400", "days=x"] {
        assert!(site.form(&officer, "/clock", bad).await.status.is_client_error(), "{bad}");
    }
    let away = site.form(&officer, "/clock", "days=1&back=//evil.example").await;
    assert_eq!(away.header("location"), "/");
    let trader = site.sign_in("trader").await;
    assert!(!site.page(&trader, "/declarations").await.text.contains("name=\"days\""));
}
