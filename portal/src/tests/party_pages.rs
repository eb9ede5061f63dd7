//! Pages of exports, guarantees, authorisations and licences: what each person is offered, and what comes
//! of it.

use super::support::{Site, firm, key_of};
use serde_json::{Value, json};

const EN: &str = "; customhouse_lang=en";

impl Site {
    /// Signs in, with English pages.
    async fn reader(&self, who: &str) -> String {
        format!("{}{EN}", self.sign_in(who).await)
    }

    /// Posts a form of a page with a key of its own.
    async fn sends(&self, who: &str, path: &str, key: &str, fields: &[(&str, &str)]) -> super::support::Got {
        let mut body = format!("key={key}");
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", crate::pages::encoded(value)));
        }
        self.form(who, path, &body).await
    }
}

fn export_bill(number: &str) -> Vec<(&str, &str)> {
    vec![
        ("direction", "export"),
        ("office", "2225"),
        ("bill", number),
        ("transport_mode", "2"),
        ("transport_name", "COSCO OCEANIA"),
        ("loading", "2026-11-23T08:00"),
        ("place", "yard"),
        ("packages", "10"),
        ("gross_kg", "1250.5"),
    ]
}

fn declaration(bill: &str) -> Value {
    let mut form: Value =
        serde_json::from_str(include_str!("../../../docs/examples/export-declaration.json")).unwrap();
    form["bill"] = bill.into();
    form["consignee"]["credit_code"] = firm(1).into();
    form
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_through_the_pages_of_its_bill() {
    let site = Site::open();
    let (carrier, operator) = (site.reader("carrier").await, site.reader("operator").await);
    let early = site.sends(&carrier, "/bills", "b0", &export_bill("x1")).await;
    assert!(
        early.text.contains("id=\"f-loading\"") && early.text.contains("role=\"alert\""),
        "kept as an export"
    );
    assert_eq!(site.sends(&carrier, "/bills", "b1", &export_bill("X1")).await.status, 303);
    let page = "/bills/2225/X1";
    let goods = [("packages", "10"), ("gross_kg", "1250.5")];
    // each is offered its own reports only, and only in their time
    let seen = site.page(&operator, page).await.text;
    assert!(seen.contains("/reports/arrival") && seen.contains("value=\"1250.5\"") && !seen.contains("⟨?⟩"));
    assert!(!site.page(&carrier, page).await.text.contains("/reports/"));
    let early = site.sends(&carrier, &format!("{page}/reports/loading"), "l0", &goods).await;
    assert!(early.status == 200 && early.text.contains("role=\"alert\""), "{}", early.text);
    let rival = site.reader("rival").await;
    assert_eq!(site.sends(&rival, &format!("{page}/reports/loading"), "l0", &goods).await.status, 404);
    let part = [("packages", "4"), ("gross_kg", "500")];
    assert_eq!(site.sends(&operator, &format!("{page}/reports/arrival"), "a1", &part).await.status, 303);
    let seen = site.page(&operator, page).await.text;
    assert!(seen.contains("value=\"750.5\""), "what has yet to arrive is suggested: {seen}");
    let rest = [("packages", "6"), ("gross_kg", "750.5")];
    assert_eq!(site.sends(&operator, &format!("{page}/reports/arrival"), "a2", &rest).await.status, 303);
    assert!(!site.page(&operator, page).await.text.contains("/reports/"), "nothing is left to arrive");

    let lodged = site.api("trader", "post", "/api/v1/declarations", "d", declaration("X1").to_string()).await;
    assert_eq!(lodged.status, 201, "{}", lodged.text);
    let entry = lodged.json()["answer"]["entry_number"].as_str().unwrap().to_owned();
    let seen = site.page(&carrier, page).await.text;
    assert!(seen.contains("/reports/loading") && seen.contains("/reports/shut-out"));
    assert!(!seen.contains("/reports/departure") && !seen.contains("href=\"/declarations/"));
    let shut = site.sends(&carrier, &format!("{page}/reports/shut-out"), "s1", &part).await;
    assert_eq!(shut.header("location"), "/bills/2225/X1?done=shut-out");
    let loaded = site.sends(&carrier, &format!("{page}/reports/loading"), "l1", &rest).await;
    assert_eq!(loaded.status, 303, "{}", loaded.text);
    let depart = format!("{page}/reports/departure");
    let left = site.sends(&carrier, &depart, "p1", &[("departed", "2026-11-20")]).await;
    assert_eq!(left.status, 303);
    let trader = site.reader("trader").await;
    let seen = site.page(&trader, &format!("/declarations/{entry}")).await.text;
    for words in ["ask to amend the declaration to what was loaded", "Shut out 4", "Departed 6", "Consignor"]
    {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    let paper = site.page(&trader, &format!("/declarations/{entry}/papers/declaration")).await.text;
    assert!(paper.contains("Export declaration") && paper.contains("2026-11-20"), "{paper}");
    let list = site.page(&carrier, "/bills?state=departed").await.text;
    assert!(list.contains("href=\"/bills/2225/X1\""), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_turns_from_import_to_export() {
    let site = Site::open();
    let trader = site.reader("trader").await;
    let start = site.page(&trader, "/declarations/new").await.text;
    assert!(start.contains("name=\"entry_date\"") && start.contains("Name of the consignee"));
    let turned = [("do", "turn-export"), ("entry_date", "2026-11-20"), ("bill", "KEPT")];
    let turned = site.sends(&trader, "/declarations/new", "k", &turned).await.text;
    assert!(turned.contains("value=\"KEPT\"") && turned.contains("Name of the consignor"), "{turned}");
    assert!(!turned.contains("name=\"entry_date\"") && !turned.contains("name=\"storage_place\""));
    assert!(turned.contains("name=\"direction\" value=\"export\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guarantee_through_its_pages() {
    let site = Site::open();
    let (trader, officer) = (site.reader("trader").await, site.reader("officer").await);
    let form = site.page(&trader, "/guarantees").await.text;
    let fields = [
        ("office", "2225"),
        ("kind", "general"),
        ("means", "bank_letter"),
        ("guarantor", "示例银行"),
        ("amount", "500000"),
        ("valid_from", "2026-11-20"),
        ("valid_to", "2027-11-19"),
    ];
    let none = site.sends(&trader, "/guarantees", "g0", &fields).await;
    assert!(none.status == 200 && none.text.contains("id=\"f-cases\""), "a case is missing: {}", none.text);
    let mut whole = fields.to_vec();
    whole.extend([("cases", "early_release"), ("cases", "special_operation")]);
    let lodged = site.sends(&trader, "/guarantees", &key_of(&form), &whole).await;
    assert_eq!(lodged.status, 303, "{}", lodged.text);
    let address = lodged.header("location").split('?').next().unwrap().to_owned();
    let number = address.rsplit('/').next().unwrap().to_owned();
    assert!(!site.page(&trader, &address).await.text.contains("name=\"decision\""));

    // not in force yet, it is not offered
    let entry = site.lodged("P1").await;
    let declaration = format!("/declarations/{entry}");
    let seen = site.page(&trader, &declaration).await.text;
    assert!(!seen.contains(&number) && seen.contains(&format!("/guarantees?entry={entry}")), "{seen}");
    let wished = site.page(&trader, &format!("/guarantees?entry={entry}")).await.text;
    assert!(wished.contains(&format!("value=\"{entry}\"")), "{wished}");

    let decide = format!("{address}/decision");
    let refused = site.sends(&officer, &decide, "d0", &[("decision", "refuse"), ("note", "")]).await;
    assert!(refused.status == 200 && refused.text.contains("role=\"alert\""), "{}", refused.text);
    assert_eq!(site.sends(&officer, &decide, "d1", &[("decision", "accept")]).await.status, 303);
    let seen = site.page(&trader, &declaration).await.text;
    assert!(seen.contains(&format!("<option value=\"{number}\"")), "{seen}");
    // nobody else's is offered, and nobody else sees it
    let stranger = site.reader("stranger").await;
    assert_eq!(site.page(&stranger, &address).await.status, 404);
    assert!(!site.page(&stranger, "/guarantees").await.text.contains(&number));

    let used = site.step("trader", &entry, "use_guarantee", json!({ "guarantee": number })).await;
    assert_eq!(used.status, 201, "{}", used.text);
    let seen = site.page(&officer, &address).await.text;
    assert!(seen.contains(&format!("/declarations/{entry}")), "what it answers for: {seen}");
    site.settle(&entry).await;
    let seen = site.page(&trader, &address).await.text;
    assert!(seen.contains("Of 500,000.00, 500,000.00 is free."), "{seen}");
    let back = site.sends(&trader, &format!("{address}/return"), "r1", &[]).await;
    assert_eq!(back.status, 303, "{}", back.text);
    let again = site.sends(&trader, &format!("{address}/return"), "r2", &[]).await;
    assert!(again.status == 200 && again.text.contains("role=\"alert\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_finds_its_clients_and_what_it_lodged_for_them() {
    let site = Site::open();
    let (trader, broker) = (site.reader("trader").await, site.reader("stranger").await);
    let agent = firm(4);
    let mut granted = vec![
        ("agent", agent.as_str()),
        ("scope", "both"),
        ("in_name", "client"),
        ("valid_from", "2026-11-20"),
        ("valid_to", "2026-01-01"),
    ];
    let refused = site.sends(&trader, "/authorisations", "a0", &granted).await;
    assert!(refused.status == 200 && refused.text.contains("id=\"f-valid_to\""), "{}", refused.text);
    granted[4].1 = "2027-11-19";
    assert_eq!(site.sends(&trader, "/authorisations", "a1", &granted).await.status, 303);
    let seen = site.page(&broker, "/authorisations").await.text;
    let lodge = format!("/declarations/new?principal={}", firm(1));
    assert!(seen.contains(&lodge), "{seen}");
    let form = site.page(&broker, &lodge).await.text;
    assert!(form.contains(&firm(1)) && form.contains(&agent), "principal and broker are filled in");

    let entry = {
        let filed = super::support::bill_form("BR1").to_string();
        assert_eq!(site.api("carrier", "post", "/api/v1/bills", "b", filed).await.status, 201);
        let mut form = super::support::form("BR1");
        form["agent"] = json!({ "credit_code": agent, "name": "B" });
        let lodged = site.api("stranger", "post", "/api/v1/declarations", "d", form.to_string()).await;
        assert_eq!(lodged.status, 201, "{}", lodged.text);
        lodged.json()["answer"]["entry_number"].as_str().unwrap().to_owned()
    };
    let own = site.lodged("OWN1").await;
    for state in ["", "?state=green"] {
        let list = site.page(&broker, &format!("/declarations{state}")).await.text;
        assert!(list.contains(&entry) && !list.contains(&own), "what it lodged, and no more: {list}");
        let list = site.page(&trader, &format!("/declarations{state}")).await.text;
        assert!(list.contains(&entry) && list.contains(&own), "the client's own, each once: {list}");
        assert_eq!(list.matches(&format!(">{entry}<")).count(), 1);
    }
    let listed = site.get("stranger", "/api/v1/declarations").await.json();
    assert_eq!(listed["declarations"].as_array().unwrap().len(), 1);

    let revoked = site.sends(&trader, "/authorisations/revocations", "v1", &[("agent", &agent)]).await;
    assert_eq!(revoked.status, 303, "{}", revoked.text);
    let seen = site.page(&broker, "/authorisations").await.text;
    assert!(!seen.contains(&lodge) && seen.contains("revoked"), "{seen}");
    let twice = site.sends(&trader, "/authorisations/revocations", "v2", &[("agent", &agent)]).await;
    assert!(twice.status == 200 && twice.text.contains("role=\"alert\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn licences_with_what_is_left_of_them() {
    let site = Site::open();
    let (head, checker) = (site.reader("head").await, site.reader("checker").await);
    let trader = site.reader("trader").await;
    let holder = firm(1);
    let mut licence = vec![
        ("certificate", "7"),
        ("number", "25-AA-000001"),
        ("holder", holder.as_str()),
        ("goods", "8512"),
        ("unit", "007"),
        ("quantity", "150"),
        ("uses", "0"),
        ("valid_from", "2026-01-01"),
        ("valid_to", "2026-12-31"),
    ];
    assert!(!site.page(&checker, "/licences").await.text.contains("action=\"/licences\""));
    let refused = site.sends(&checker, "/licences", "l0", &licence).await;
    assert!(refused.text.contains("role=\"alert\""), "another post records none: {}", refused.text);
    let empty = site.sends(&head, "/licences", "l1", &licence).await;
    assert!(empty.text.contains("role=\"alert\"") && empty.text.contains("value=\"25-AA-000001\""));
    licence[6].1 = "2";
    assert_eq!(site.sends(&head, "/licences", "l2", &licence).await.status, 303);
    let page = "/licences/7/25-AA-000001";
    assert!(site.page(&trader, "/licences").await.text.contains(page));
    let seen = site.page(&trader, page).await.text;
    assert!(seen.contains("Of 150 ") && seen.contains("Nothing yet."), "{seen}");
    let stranger = site.reader("stranger").await;
    assert_eq!(site.page(&stranger, page).await.status, 404);
    assert!(!site.page(&stranger, "/licences").await.text.contains(page));
}
