//! The declaration's one screen for an officer: each thing that issue 4 names is on it, in both languages.

use super::support::{DOCUMENTS, Site, bill_form, firm, form};
use serde_json::json;

/// Lodges a declaration of 100 lamps that names a licence.
async fn lodged(site: &Site, bill: &str, licence: &str) -> String {
    let filed = site.api("carrier", "post", "/api/v1/bills", bill, bill_form(bill).to_string()).await;
    assert_eq!(filed.status, 201, "{}", filed.text);
    let mut form = form(bill);
    form["documents"] = json!([{ "code": "7", "number": licence }]);
    let key = format!("lodge-{bill}");
    let lodged = site.api("trader", "post", "/api/v1/declarations", &key, form.to_string()).await;
    assert_eq!(lodged.status, 201, "{}", lodged.text);
    lodged.json()["answer"]["entry_number"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_about_a_declaration_is_on_one_screen() {
    let site = Site::licensed(DOCUMENTS);
    let licence = json!({
        "certificate": "7", "number": "25-AA-000001", "holder": firm(1), "goods": "8512", "unit": "007",
        "quantity": "250", "uses": 3, "valid_from": "2026-01-01", "valid_to": "2026-12-31",
    });
    let recorded = site.api("officer", "post", "/api/v1/licences", "licence", licence.to_string()).await;
    assert_eq!(recorded.status, 201, "{}", recorded.text);
    let earlier = lodged(&site, "S1", "25-AA-000001").await;
    let entry = lodged(&site, "S2", "25-AA-000001").await;
    let address = format!("/declarations/{entry}");
    let checker = site.sign_in("checker").await;
    let page =
        async |lang: &str| site.page(&format!("{checker}; customhouse_lang={lang}"), &address).await.text;
    let (zh, en) = (page("zh").await, page("en").await);
    let dossier = en.split("id=\"dossier\"").nth(1).expect("the officer's part of the page");
    let dossier = dossier.split("</section>").next().unwrap();
    for (what, words) in [
        ("why it was selected", "<code>selection.documents.random</code>"),
        ("how many such are chosen", "Of those that meet it, chosen 3%"),
        ("its bill", "href=\"/bills/2225/S2\""),
        ("where the goods are", "Declared 10"),
        ("its licence", "href=\"/licences/7/25-AA-000001\""),
        ("what is left of the licence", "50 "),
        ("the uses that are left of it", "1 · 2026-01-01 – 2026-12-31"),
        ("what this declaration took off it", "Line 1: 100"),
        ("an earlier declaration of the party", &*format!("href=\"/declarations/{earlier}\"")),
        ("that it is of the same goods", "<b>same goods</b>"),
        ("the unit prices of comparable lines", "2 comparable lines"),
        ("this line among them", "This line"),
    ] {
        assert!(dossier.contains(words), "{what}, {words}: {dossier}");
    }
    assert!(
        en.contains("/steps/pass_documents") && en.contains("/steps/request_documents"),
        "the steps: {en}"
    );
    for words in ["办案参考", "符合条件者抽中", "许可证件", "同类商品", "本报关单扣减"]
    {
        assert!(zh.contains(words), "{words}: {zh}");
    }
    assert!(!zh.contains("⟨?⟩") && !en.contains("⟨?⟩"));
    // none of it is the declarant's to see
    let trader = site.sign_in("trader").await;
    let own = site.page(&trader, &address).await.text;
    assert!(!own.contains("id=\"dossier\"") && !own.contains("selection.documents.random"), "{own}");
}

/// A condition that a licence does not meet says why, to the declarant too.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_condition_says_why() {
    let site = Site::licensed(DOCUMENTS);
    let entry = lodged(&site, "S3", "25-XX-000009").await;
    let address = format!("/declarations/{entry}");
    for (lang, why) in [("zh", "海关没有此编号的许可证件"), ("en", "customs has no licence of this number")]
    {
        let cookie = format!("{}; customhouse_lang={lang}", site.sign_in("trader").await);
        let page = site.page(&cookie, &address).await.text;
        assert!(page.contains(why), "{lang}: {page}");
    }
    let officer = site.sign_in("officer").await;
    let said = format!("what=declaration&number={entry}&reason=licence");
    assert_eq!(site.form(&officer, "/reading", &said).await.status, 303);
    let page = site.page(&format!("{officer}; customhouse_lang=en"), &address).await.text;
    let dossier = page.split("id=\"dossier\"").nth(1).unwrap();
    assert!(
        dossier.contains("25-XX-000009") && !dossier.contains("href=\"/licences/7/25-XX-000009\""),
        "{page}"
    );
}
