//! An import that a guarantee answers for, in a real browser and both languages: lodged, accepted by an
//! officer, used, released unpaid, paid, free again; and the pages of authorisations and licences on the
//! way. Screenshots in `target/screenshots/`.

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_tests::{Folder, Server};
use pages::{Driver, Visit, serve};
use std::time::Duration;

/// The words of one language.
struct Words {
    lang: &'static str,
    sign_out: &'static str,
    filed: &'static str,
    office: &'static str,
    guarantor: &'static str,
    amount: &'static str,
    lodged: &'static str,
    accepted: &'static str,
    bill: &'static str,
    awaiting: &'static str,
    released: &'static str,
    free: &'static str,
    reason: &'static str,
    licences: &'static str,
}

const EN: Words = Words {
    lang: "en",
    sign_out: "Sign out",
    filed: "The bill is filed",
    office: "Office that decides",
    guarantor: "Guarantor",
    amount: "Amount",
    lodged: "Lodged: customs has yet to decide",
    accepted: "Accepted by customs",
    bill: "Bill of lading number",
    awaiting: "Awaiting payment",
    released: "Released under a guarantee",
    free: "Of 300,000.00, 300,000.00 is free",
    reason: "Needed for a refusal",
    licences: "26-SA-000001",
};

const ZH: Words = Words {
    lang: "zh-CN",
    sign_out: "退出",
    filed: "提运单已受理",
    office: "受理海关",
    guarantor: "担保人",
    amount: "担保金额",
    lodged: "已提交，等待海关决定",
    accepted: "海关已接受",
    bill: "提运单号",
    awaiting: "待缴税",
    released: "已凭担保放行",
    free: "共 300,000.00，其中可用 300,000.00",
    reason: "不予接受时必填",
    licences: "26-SA-000001",
};

async fn journey(
    driver: &Driver,
    server: &Server,
    words: &Words,
    (width, height): (u32, u32),
    dark: bool,
    bill: &str,
) {
    let window = driver.window(width, height, words.lang, dark).await.expect("a browser: ./test installs it");
    let visit = Visit { window, address: server.address.clone() };
    let shade = if dark { "dark" } else { "light" };
    let name = |page: &str| format!("guarantee-{page}-{}-{width}-{shade}", &words.lang[..2]);

    visit.sign_in(server, "carrier", words.sign_out).await;
    visit.open("/bills?example=1").await;
    let number = visit.find("//form[@action='/bills']//input[@name='bill']").await;
    number.clear().await.unwrap();
    number.send_keys(bill).await.unwrap();
    visit.press("//form[@action='/bills']//button").await;
    visit.sees(words.filed).await;

    // the trader lodges a guarantee
    visit.sign_in(server, "trader", words.sign_out).await;
    visit.open("/guarantees").await;
    visit.press("//form[@action='/guarantees']/preceding-sibling::summary").await;
    visit.fill(words.office, "2225").await;
    visit.press("//select[@name='means']").await;
    visit.press("//select[@name='means']/option[@value='bank_letter']").await;
    visit.fill(words.guarantor, "示例银行 Sample Bank").await;
    visit.fill(words.amount, "300000").await;
    visit.whole(&name("1-lodge")).await;
    visit.press("//form[@action='/guarantees']//button").await;
    visit.sees(words.lodged).await;
    let address = visit.window.current_url().await.unwrap().path().to_owned();
    let guarantee = address.trim_start_matches("/guarantees/").to_owned();

    // an officer refuses nothing without a reason, and accepts
    visit.sign_in(server, "supervisor", words.sign_out).await;
    visit.open("/guarantees").await;
    visit.whole(&name("2-list")).await;
    visit.open(&address).await;
    visit.sees(words.reason).await;
    visit.press("//button[@name='decision' and @value='refuse']").await;
    visit.find("//*[@id='findings']").await;
    visit.press("//button[@name='decision' and @value='accept']").await;
    visit.sees(words.accepted).await;

    // it answers for a declaration, which is released unpaid
    visit.sign_in(server, "trader", words.sign_out).await;
    visit.open("/declarations/new?example=1").await;
    visit.fill(words.bill, bill).await;
    visit.press("//button[@name='do' and @value='lodge']").await;
    visit.sees(words.awaiting).await;
    let entry = visit.entry().await;
    let use_it = "//details[.//button[contains(@formaction, '/steps/use_guarantee')]]";
    visit.press(&format!("{use_it}/summary")).await;
    visit.press(&format!("{use_it}//select/option[@value='{guarantee}']")).await;
    visit.whole(&name("3-choose")).await;
    visit.press("//button[contains(@formaction, '/steps/use_guarantee')]").await;
    visit.sees(words.released).await;
    visit.whole(&name("4-released")).await;
    visit.open(&address).await;
    visit.sees(&entry).await;
    visit.whole(&name("5-reserved")).await;

    // paid, it is free again
    visit.open(&format!("/declarations/{entry}")).await;
    visit.press(&format!("//form[@action='/declarations/{entry}/payment']//button")).await;
    visit.sees(&entry).await;
    for _ in 0..40 {
        visit.open(&address).await;
        if visit.text().await.contains(words.free) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    visit.sees(words.free).await;
    visit.whole(&name("6-free")).await;
    visit.open("/authorisations").await;
    visit.whole(&name("7-authorisations")).await;
    visit.open("/licences").await;
    visit.press(&format!("//a[normalize-space()='{}']", words.licences)).await;
    visit.sees(words.licences).await;
    visit.whole(&name("8-licence")).await;

    // the broker finds what it lodged for its clients, and who they are
    visit.sign_in(server, "broker", words.sign_out).await;
    visit.open("/authorisations").await;
    visit.find("//a[contains(@href, '/declarations/new?principal=')]").await;
    visit.whole(&name("9-broker")).await;
    visit.open("/declarations").await;
    visit.find("//table//a[contains(@href, '/declarations/')]").await;
    visit.window.quit().await.unwrap();
}

#[tokio::test]
async fn from_lodging_to_free_again_in_both_languages() {
    let folder = Folder::new("guaranteed");
    let server = serve(&folder, "7");
    let driver = Driver::start();
    journey(&driver, &server, &EN, (1280, 900), false, "GUAEN1").await;
    journey(&driver, &server, &ZH, (390, 844), false, "GUAZH1").await;
}
