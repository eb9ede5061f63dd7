//! The page of posts and powers: who may look, who may appoint, dismiss, delegate and revoke, and what it says.

use super::support::{Site, key_of};
use customhouse_control::{Actor, AppointmentForm, Command, Post};
use customhouse_engine::{Sent, Submission};
use customhouse_kernel::values::OfficeCode;

/// A form of the page, sent with the key that the page gave.
async fn send(site: &Site, cookie: &str, path: &str, fields: &str) -> super::support::Got {
    let page = site.page(cookie, "/officers?office=2225").await;
    let body = format!("key={}&office=2225&{fields}", key_of(&page.text));
    site.form(cookie, path, &body).await
}

async fn signed_in(site: &Site, who: &str, lang: &str) -> String {
    format!("{}; customhouse_lang={lang}", site.sign_in(who).await)
}

/// `elsewhere` becomes head of the district, by the word of whoever keeps the database.
fn head_of_the_district(site: &Site) {
    let form = AppointmentForm {
        officer: "elsewhere".to_owned(),
        office: OfficeCode::parse("2200").unwrap(),
        post: Post::Head,
        from: site.engine.now().day(),
        to: None,
        document: "署任〔2026〕9号".to_owned(),
    };
    let command = customhouse_engine::Command::Control(Command::Appoint(form));
    let submission =
        Submission { actor: Actor::system(), key: "district".to_owned(), command, sent: Sent::default() };
    let outcome = site.engine.submit_and_wait(submission).unwrap();
    assert!(outcome.accepted, "{:#?}", outcome.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_of_an_office_sees_its_posts_and_its_head_changes_them() {
    let site = Site::open();
    let checker = signed_in(&site, "checker", "en").await;
    let page = site.page(&checker, "/officers").await;
    assert_eq!(page.status, 200);
    for said in
        ["examiner2", "Customs, examination", "关任〔2026〕1号", "chief", "Appoint to posts", "Detain goods"]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(!page.text.contains("<form action=\"/officers"), "no form for who may not: {}", page.text);
    // an officer of another office looks at nothing here
    let elsewhere = signed_in(&site, "elsewhere", "en").await;
    assert_eq!(site.page(&elsewhere, "/officers?office=2225").await.status, 404);
    assert_eq!(site.page(&elsewhere, "/officers").await.status, 200);

    let head = signed_in(&site, "head", "en").await;
    let new = "officer=newcomer&post=audit&from=2026-11-20&to=2026-12-31&document=No.7";
    let done = send(&site, &head, "/officers", new).await;
    assert_eq!(done.header("location"), "/officers?office=2225&done=appointed", "{}", done.text);
    let page = site.page(&head, "/officers?office=2225&done=appointed").await;
    assert!(page.text.contains("Appointed.") && page.text.contains("No.7"), "{}", page.text);
    assert!(
        page.text.contains("<b>newcomer</b>") && page.text.contains("Thursday 2026-12-31"),
        "{}",
        page.text
    );
    // what is refused stands at its field, with what was typed
    let twice = send(&site, &head, "/officers", new).await;
    assert!(twice.status == 200 && twice.text.contains("value=\"newcomer\""), "{}", twice.text);
    assert!(twice.text.contains("CTL-"), "{}", twice.text);
    let own =
        send(&site, &head, "/officers", "officer=head&post=audit&from=2026-11-20&to=&document=No.8").await;
    assert!(own.text.contains("Nobody decides on his own posts or powers."), "{}", own.text);
    let incomplete = send(&site, &head, "/officers", "officer=x&post=&from=&to=&document=").await;
    assert!(incomplete.text.contains("POR-003") && !incomplete.text.contains("⟨?⟩"), "{}", incomplete.text);
    // and ends by the same page, for everybody but oneself
    assert!(page.text.contains("Dismiss newcomer") && !page.text.contains("Dismiss head<"), "{}", page.text);
    let end = "officer=newcomer&post=audit&last_day=&document=No.9";
    let done = send(&site, &head, "/officers/endings", end).await;
    assert_eq!(done.header("location"), "/officers?office=2225&done=ended", "{}", done.text);
    let page = site.page(&head, "/officers").await;
    assert!(!page.text.contains("<b>newcomer</b>") && page.text.contains("No.9"), "{}", page.text);
    // a form of somebody who may not is refused by the procedure, not by the page
    let forged = format!("key=forged&office=2225&{new}");
    let refused = site.form(&checker, "/officers", &forged).await;
    assert!(refused.text.contains("CTL-") && refused.text.contains("Appoint to posts"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_the_district_delegates_what_is_reserved_to_him() {
    let site = Site::open();
    head_of_the_district(&site);
    let district = signed_in(&site, "elsewhere", "zh").await;
    let page = site.page(&district, "/officers?office=2225").await;
    assert_eq!(page.status, 200, "a head of the district looks at its houses");
    for said in ["可授权隶属海关关长", "扣留货物、运输工具或者走私嫌疑人", "没有授权。"]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let given = "officer=head&power=detain&from=2026-11-20&to=2026-12-31&document=No.1";
    let done = send(&site, &district, "/officers/delegations", given).await;
    assert_eq!(done.header("location"), "/officers?office=2225&done=delegated", "{}", done.text);
    // the head of the house sees it, and may not delegate further nor revoke
    let head = signed_in(&site, "head", "en").await;
    let page = site.page(&head, "/officers").await;
    assert!(page.text.contains("No.1") && !page.text.contains("Nothing is delegated here."), "{}", page.text);
    assert!(!page.text.contains("/officers/delegations"), "{}", page.text);
    let further = "officer=head&power=bar_exit&from=2026-11-20&to=2026-12-31&document=No.2";
    let refused = send(&site, &head, "/officers/delegations", further).await;
    assert!(refused.text.contains("the head of the district"), "{}", refused.text);
    // a power that cannot be delegated is refused at its field
    let own = "officer=head&power=delegate&from=2026-11-20&to=2026-12-31&document=No.3";
    assert!(send(&site, &district, "/officers/delegations", own).await.text.contains("CTL-"));
    let gone = "officer=head&power=detain&document=No.4";
    let done = send(&site, &district, "/officers/delegations/revocations", gone).await;
    assert_eq!(done.header("location"), "/officers?office=2225&done=revoked", "{}", done.text);
    let page = site.page(&district, "/officers?office=2225&done=revoked").await;
    assert!(page.text.contains("已撤销授权。") && page.text.contains("No.4"), "{}", page.text);
    assert!(!page.text.contains("⟨?⟩"), "{}", page.text);
}
