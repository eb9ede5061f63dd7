//! The tariff's pages: search, tree, one code on one day and beside another.

use super::support::Site;

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_leads_from_sections_to_a_code() {
    let site = Site::open();
    let page = site.page("customhouse_lang=en", "/tariff").await.text;
    assert!(page.contains("/tariff/S16") && page.contains("Machinery and electrical equipment"));
    let section = site.page("customhouse_lang=en", "/tariff/S16").await.text;
    assert!(section.contains("/tariff/85\"") && section.contains("Electrical machinery and electronics"));
    let chapter = site.page("customhouse_lang=en", "/tariff/85").await.text;
    assert!(chapter.contains("/tariff/8512\""), "{chapter}");
    let heading = site.page("customhouse_lang=en", "/tariff/8512").await.text;
    assert!(heading.contains("/tariff/8512201000\""));
    let code = site.page("customhouse_lang=en", "/tariff/8512201000").await.text;
    // where one is, what is charged, what it rests on, where to reckon it
    for part in [
        "/tariff/S16",
        "/tariff/85\"",
        "/tariff/8512\"",
        "Import duty",
        "13%",
        "/quote?lines.0.commodity_code=8512201000",
    ] {
        assert!(code.contains(part), "{part}");
    }
    assert_eq!(site.page("", "/tariff/S16?on=2026-11-20").await.text.matches("?on=2026-11-20").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_are_found_by_code_word_and_pinyin_and_bad_wishes_are_answered() {
    let site = Site::open();
    for wish in ["8512", "8512201000", "85%2012"] {
        let page = site.page("", &format!("/tariff?q={wish}")).await.text;
        assert!(page.contains("/tariff/8512201000"), "{wish}");
    }
    let law = site.engine.law();
    let name =
        law.control.tariff.commodities("85122010", site.engine.now().day()).next().unwrap().name.clone();
    let first = name.zh.chars().next().unwrap().to_string();
    let encoded: String = first.bytes().map(|b| format!("%{b:02X}")).collect();
    assert!(site.page("", &format!("/tariff?q={encoded}")).await.text.contains("/tariff/8512201000"));
    let long = "%E7%81%AF".repeat(5_000);
    for bad in ["%3Cscript%3E", "%00", "zzzzzz", &long] {
        let page = site.page("customhouse_lang=en", &format!("/tariff?q={bad}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Nothing was found"), "{bad}");
        assert!(!page.text.contains("<script>"));
    }
    assert_eq!(site.page("", "/tariff/0000000000").await.status, 404);
    assert_eq!(site.page("", "/tariff/abc").await.status, 404);
    assert_eq!(site.page("", "/tariff/S99").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_before_the_law_a_day_that_is_none_and_two_days_beside_each_other() {
    let site = Site::open();
    let before = site.page("customhouse_lang=en", "/tariff/8512201000?on=1990-01-01").await;
    assert_eq!(before.status, 200);
    assert!(before.text.contains("not on the tariff on this day"));
    let none = site.page("customhouse_lang=en", "/tariff/8512201000?on=yesterday").await;
    assert_eq!(none.status, 200);
    assert!(none.text.contains("A date looks like"));
    let two = site.page("customhouse_lang=en", "/tariff/8512201000?on=2026-11-20&and=1990-01-01").await.text;
    assert!(two.contains("On this day only"), "{two}");
    let alike =
        site.page("customhouse_lang=en", "/tariff/8512201000?on=2026-11-20&and=2026-11-19").await.text;
    assert!(!alike.contains("On this day only") && !alike.contains("On the other day"));
}
