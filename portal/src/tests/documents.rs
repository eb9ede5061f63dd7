//! The OpenAPI document and its page.

use super::support::Site;

#[tokio::test(flavor = "multi_thread")]
async fn every_described_operation_is_there_and_refuses_other_methods() {
    let site = Site::open();
    let document = site.get("", "/api/openapi.json").await;
    assert_eq!(document.status, 200);
    for (path, item) in document.json()["paths"].as_object().unwrap() {
        let path = path.replace(['{', '}'], "");
        let methods: Vec<&String> = item.as_object().unwrap().keys().collect();
        for method in ["get", "post", "put", "delete"] {
            let status = site.api("trader", method, &path, "", "").await.status.as_u16();
            let there = methods.iter().any(|m| *m == method);
            assert_eq!(status != 405, there, "{method} {path}: {status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_page_stands_alone() {
    let site = Site::open();
    for (lang, title) in [("zh", "接口说明"), ("en", "API reference")] {
        let page = site.page(&format!("customhouse_lang={lang}"), "/api/docs").await;
        assert!(page.text.contains(title) && page.text.contains("id=\"lodge\""));
        assert!(
            page.text.contains("id=\"problem-key-reused\"") && page.text.contains("id=\"schema-BillForm\"")
        );
        assert!(!page.text.contains("http://") && !page.text.contains("https://"), "nothing from elsewhere");
    }
}
