//! The administration's page, the directory, rules and their papers.

use super::support::Site;

#[tokio::test(flavor = "multi_thread")]
async fn the_home_page_is_the_administrations_entry() {
    let site = Site::open();
    let page = site.page("customhouse_lang=en", "/").await;
    assert_eq!(page.status, 200);
    let text = &page.text;
    // names in both languages, and what the page of 2013 has wrong, with what is right beside it
    for part in [
        "中华人民共和国海关总署",
        "General Administration of Customs of the People&#39;s Republic of China",
        "Hǎi Guān Zǒng Shǔ",
        "6 Jianguomennei Dajie, Dongcheng District, Beijing",
        "No.6 Jianguomen Neidajie, Beijing, China 100730",
        "100730",
        "Not recorded",
    ] {
        assert!(text.contains(part), "{part}");
    }
    // each of the twelve functions and 107 duties says that it works, or that it does not yet
    let law = site.engine.law();
    let directory = &law.directory;
    assert_eq!((directory.functions.len(), directory.departments.len()), (12, 12));
    for function in &directory.functions {
        assert!(text.contains(&format!("id=\"function-{}\"", function.number)));
    }
    let mut duties = 0;
    for department in &directory.departments {
        for (place, duty) in department.duties.iter().enumerate() {
            assert_eq!(duty.number as usize, place + 1, "{}", department.key);
            assert!(text.contains(&format!("id=\"{}-{}\"", department.key, duty.number)));
            duties += 1;
        }
    }
    assert_eq!(duties, 107);
    let said = text.matches("</span> Works</span>").count() + text.matches(">Not yet</span>").count();
    assert_eq!(said, 119);
    assert_eq!(
        site.page("customhouse_lang=en", "/directory/gacc").await.text.matches("id=\"function-").count(),
        12
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_place_that_is_said_to_work_answers() {
    let site = Site::open();
    let law = site.engine.law();
    let functions = law.directory.functions.iter().filter_map(|f| f.works.as_ref());
    let duties = law.directory.departments.iter().flat_map(|d| &d.duties).filter_map(|d| d.works.as_ref());
    let mut checked = 0;
    for work in functions.chain(duties) {
        let page = site.page("", &work.place).await;
        // a page of one's own asks to sign in first
        assert!(page.status == 200 || page.status == 303, "{}: {}", work.place, page.status);
        checked += 1;
    }
    assert!(checked > 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_is_found_by_code_name_pinyin_city_and_matter() {
    let site = Site::open();
    let rows = [
        ("2200", "/directory/2200"),
        ("上海", "/directory/2200"),
        ("shanghai", "/directory/2200"),
        ("sh", "/directory/2200"),
        ("Shàng Hǎi", "/directory/2200"),
        ("Xi'an", "/directory/9000"),
        ("xian", "/directory/9000"),
        ("珠海", "/directory/5700"),
        ("Urumqi Customs", "/directory/9400"),
        ("who decides on origin?", "duties-7"),
        ("原产地", "duties-7"),
    ];
    for (wish, found) in rows {
        let wish: String = wish.bytes().map(|b| format!("%{b:02X}")).collect();
        let page = site.page("customhouse_lang=en", &format!("/directory?q={wish}")).await;
        let (_, results) = page.text.split_once("What was found").unwrap();
        let (results, _) = results.split_once("</section>").unwrap();
        assert!(results.contains(found), "{wish}: {results}");
    }
    // the obvious hit comes first
    let page = site.page("", "/directory?q=shanghai").await.text;
    let (_, results) = page.split_once("aria-live=\"polite\"").unwrap();
    let first = results.split("href=\"").nth(1).unwrap();
    assert!(first.starts_with("/directory/2200"), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_recorded_is_said_to_be_so() {
    let site = Site::open();
    let district = site.page("customhouse_lang=en", "/directory/5700").await.text;
    for part in ["拱北海关", "Zhuhai", "Gǒng Běi Hǎi Guān", "BD-09", "GCJ-02", "WGS-84", "5795"] {
        assert!(district.contains(part), "{part}");
    }
    assert!(district.matches("Not recorded").count() >= 3);
    let house = site.page("customhouse_lang=en", "/directory/2908").await.text;
    assert!(house.contains("Not recorded") && house.contains("/directory/2900"));
    let card = site.page("customhouse_lang=en", "/directory/5700/card").await.text;
    assert!(
        card.contains("请送我到")
            && card.contains("拱北海关")
            && card.contains("The address is not recorded")
    );
    let card = site.page("", "/directory/gacc/card").await.text;
    assert!(card.contains("北京市东城区建国门内大街6号") && card.contains("100730"));
    assert_eq!(site.page("", "/directory/0001").await.status, 404);
    assert_eq!(site.page("", "/directory/%3Cscript%3E/card").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_of_any_length_in_any_script_answers_and_is_escaped() {
    let site = Site::open();
    let long = "x".repeat(10_000);
    for wish in [long.as_str(), "%3Cscript%3Ealert(1)%3C/script%3E", "%00%01", "%F0%9F%98%80", "%2527--"] {
        for place in ["directory", "law"] {
            let page = site.page("customhouse_lang=en", &format!("/{place}?q={wish}")).await;
            assert_eq!(page.status, 200, "{place}");
            assert!(!page.text.contains("<script>alert"));
        }
    }
    let page = site.page("customhouse_lang=en", &format!("/directory?q={long}")).await.text;
    assert!(page.contains("only the first 80 characters"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_papers_name_what_rests_on_them_and_keep_how_goods_are_selected() {
    let site = Site::open();
    let page = site.page("customhouse_lang=en", "/law?q=%E5%8F%8D%E5%80%BE%E9%94%80%E7%A8%8E").await.text;
    assert!(page.contains("document="), "{page}");
    let law = site.engine.law();
    let selection = law.control.rulebook.kind("selection");
    assert!(!selection.is_empty());
    for rule in selection {
        let encoded = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let basis = &rule.basis;
        let address =
            format!("/law?authority={}&document={}", encoded(&basis.authority), encoded(&basis.document));
        assert!(!site.page("", &address).await.text.contains(&*rule.id), "{}", rule.id);
        let officer = site.sign_in("officer").await;
        assert!(site.page(&officer, &address).await.text.contains(&*rule.id), "{}", rule.id);
    }
    assert_eq!(site.page("", "/law?document=no-such-paper").await.status, 404);
}
