//! One export in a real browser: bill, arrival, declaration, loading in two parts, departure, closed; in
//! both languages, at a desk and on a phone, with screenshots in `target/screenshots/`.

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_tests::{Folder, Server};
use pages::{Driver, Visit, serve};

/// The words of one language.
struct Words {
    lang: &'static str,
    sign_out: &'static str,
    filed: &'static str,
    done: &'static str,
    bill: &'static str,
    export: &'static str,
    to_load: &'static str,
    loaded: &'static str,
    closed: &'static str,
    statistics: &'static str,
}

const EN: Words = Words {
    lang: "en",
    sign_out: "Sign out",
    filed: "The bill is filed",
    done: "Done:",
    bill: "Bill of lading number",
    export: "Export declaration",
    to_load: "Released: the goods may be loaded",
    loaded: "Loaded: report the day",
    closed: "Closed: nothing is left to do",
    statistics: "day of the statistics",
};

const ZH: Words = Words {
    lang: "zh-CN",
    sign_out: "退出",
    filed: "提运单已受理",
    done: "已办理：",
    bill: "提运单号",
    export: "出口报关单",
    to_load: "已放行：货物可以装载",
    loaded: "已装载：运输工具离境后报告",
    closed: "已结关，无需再办",
    statistics: "统计日期",
};

/// Presses the button of a report on a bill's page, opening its form if it is closed.
async fn report(visit: &Visit, name: &str) {
    let form = format!("//form[contains(@action, '/reports/{name}')]");
    let button = visit.find(&format!("{form}//button")).await;
    if !button.is_displayed().await.unwrap() {
        visit.press(&format!("{form}/preceding-sibling::summary")).await;
    }
    visit.press(&format!("{form}//button")).await;
}

/// What stands in a field of a report.
async fn field(visit: &Visit, report: &str, name: &str) -> thirtyfour::WebElement {
    visit.find(&format!("//form[contains(@action, '/reports/{report}')]//input[@name='{name}']")).await
}

async fn typed(visit: &Visit, report: &str, name: &str, value: &str) {
    let form = format!("//form[contains(@action, '/reports/{report}')]");
    let input = field(visit, report, name).await;
    if !input.is_displayed().await.unwrap() {
        visit.press(&format!("{form}/preceding-sibling::summary")).await;
    }
    input.clear().await.unwrap();
    input.send_keys(value).await.unwrap();
}

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
    let name = |page: &str| format!("export-{page}-{}-{width}-{shade}", &words.lang[..2]);
    let page = format!("/bills/2225/{bill}");

    // the carrier files the bill
    visit.sign_in(server, "carrier", words.sign_out).await;
    visit.open("/bills?example=1&direction=export").await;
    let number = visit.find("//form[@action='/bills']//input[@name='bill']").await;
    number.clear().await.unwrap();
    number.send_keys(bill).await.unwrap();
    visit.whole(&name("1-bill")).await;
    visit.press("//form[@action='/bills']//button").await;
    visit.sees(words.filed).await;

    // the operator reports its arrival; all of it is suggested
    visit.sign_in(server, "operator", words.sign_out).await;
    visit.open(&page).await;
    assert_eq!(
        field(&visit, "arrival", "packages").await.prop("value").await.unwrap().as_deref(),
        Some("10")
    );
    visit.whole(&name("2-arrival")).await;
    report(&visit, "arrival").await;
    visit.sees(words.done).await;

    // the trader turns the form to exports and lodges
    visit.sign_in(server, "trader", words.sign_out).await;
    visit.open("/declarations/new").await;
    visit.press("//button[@value='turn-export']").await;
    visit.sees(words.export).await;
    visit.open("/declarations/new?example=1&direction=export").await;
    visit.sees(words.export).await;
    visit.fill(words.bill, bill).await;
    visit.whole(&name("3-lodge")).await;
    visit.press("//button[@name='do' and @value='lodge']").await;
    visit.sees(words.to_load).await;
    let entry = visit.entry().await;
    visit.whole(&name("4-released")).await;

    // the carrier loads it in two parts: what is left is suggested
    visit.sign_in(server, "carrier", words.sign_out).await;
    visit.open(&page).await;
    visit.whole(&name("5-to-load")).await;
    typed(&visit, "loading", "packages", "4").await;
    typed(&visit, "loading", "gross_kg", "9999").await;
    report(&visit, "loading").await;
    visit.find("//*[@id='findings']").await;
    typed(&visit, "loading", "gross_kg", "500").await;
    report(&visit, "loading").await;
    visit.sees(words.done).await;
    let left = field(&visit, "loading", "packages").await.prop("value").await.unwrap();
    assert_eq!(left.as_deref(), Some("6"));
    report(&visit, "loading").await;
    visit.sees(words.loaded).await;
    visit.whole(&name("6-loaded")).await;
    report(&visit, "departure").await;
    visit.sees(words.done).await;
    visit.whole(&name("7-departed")).await;

    // closed, with the day of the statistics
    for who in ["trader", "officer"] {
        visit.sign_in(server, who, words.sign_out).await;
        visit.open(&format!("/declarations/{entry}")).await;
        if who == "officer" {
            visit.says_why("归档").await;
        }
        visit.sees(words.closed).await;
        visit.sees(words.statistics).await;
    }
    visit.whole(&name("8-closed")).await;
    visit.window.quit().await.unwrap();
}

#[tokio::test]
async fn from_the_bill_to_departure_in_both_languages() {
    let folder = Folder::new("export");
    let server = serve(&folder, "7");
    let driver = Driver::start();
    journey(&driver, &server, &EN, (1280, 900), false, "EXPEN1").await;
    journey(&driver, &server, &ZH, (390, 844), false, "EXPZH1").await;
    journey(&driver, &server, &ZH, (1280, 900), true, "EXPZH2").await;
}
